package binder

import (
	"slices"
	"strings"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

// lookupRelation finds what a name in FROM means, or 42P01. A string, and a
// quoted name that looks like a path and names no relation, are files.
func (b *binder) lookupRelation(name *ast.Name, path bool) (*catalog.Relation, catalog.Source, error) {
	if path {
		return b.files(name.Pos, []string{name.Object()}, "", nil)
	}
	rel, err := b.findRelation(name)
	if err != nil {
		return nil, nil, err
	}
	if rel != nil {
		return rel, nil, nil
	}
	if len(name.Parts) == 1 && name.Parts[0].Quoted && looksLikePath(name.Object()) {
		return b.files(name.Pos, []string{name.Object()}, "", nil)
	}
	return nil, nil, b.noRelation(name)
}

// noRelation is 42P01 for a name.
func (b *binder) noRelation(name *ast.Name) error {
	e := b.errAt(name.Pos, sqlerr.UndefinedTable, `relation %s does not exist`, sqlerr.Quote(nameText(name)))
	if len(name.Parts) == 1 && slices.Contains(b.future, name.Object()) {
		e.WithDetail(`There is a WITH item named "%s", but it cannot be referenced from this part of the query.`, name.Object()).
			WithHint("Use WITH RECURSIVE, or re-order the WITH items to remove forward references.")
		return e
	}
	if hint := b.nearestRelation(name); hint != "" {
		e.WithHint("%s", hint)
	}
	return e
}

// nameText is a relation's name without the database.
func nameText(name *ast.Name) string {
	if s := name.Schema(); s != "" {
		return s + "." + name.Object()
	}
	return name.Object()
}

// findRelation finds a relation by its name, nil if there is none.
func (b *binder) findRelation(name *ast.Name) (*catalog.Relation, error) {
	if err := b.checkDatabase(name); err != nil {
		return nil, err
	}
	obj := name.Object()
	if schema := name.Schema(); schema != "" {
		if rel, ok := b.env.View.Relation(schema, obj); ok {
			return rel, nil
		}
		return nil, nil
	}
	for _, schema := range b.path {
		if rel, ok := b.env.View.Relation(schema, obj); ok {
			return rel, nil
		}
	}
	return nil, nil
}

// checkDatabase refuses names of other databases and names with too many parts.
func (b *binder) checkDatabase(name *ast.Name) error {
	if len(name.Parts) > 3 {
		return b.errAt(name.Pos, sqlerr.SyntaxError, "improper qualified name (too many dotted names): %s", name.String())
	}
	if c := name.Catalog(); c != "" && c != b.env.Database {
		return b.errAt(name.Pos, sqlerr.FeatureNotSupported, `cross-database references are not implemented: "%s"`, name.String())
	}
	return nil
}

// files asks for files by their paths.
func (b *binder) files(pos int32, patterns []string, fn string, options map[string]string) (*catalog.Relation, catalog.Source, error) {
	if b.dry != nil {
		return &catalog.Relation{Kind: catalog.ForeignTable}, nil, nil
	}
	if b.env.Files == nil {
		return nil, nil, b.errAt(pos, sqlerr.FeatureNotSupported, "reading files is not supported here")
	}
	rel, src, err := b.env.Files.ResolveFiles(b.ctx, patterns, fn, options)
	if err != nil {
		return nil, nil, b.place(err, pos)
	}
	return rel, src, nil
}

var fileSuffixes = []string{".parquet", ".pq", ".csv", ".tsv", ".tab", ".tbl", ".psv", ".json", ".jsonl", ".ndjson", ".geojson", ".arrow", ".arrows", ".feather", ".ipc", ".gz", ".zst"}

// looksLikePath says whether a quoted identifier is meant as a file: it has
// a slash, a wildcard or the ending of a data file.
func looksLikePath(s string) bool {
	if strings.ContainsAny(s, "/*?") {
		return true
	}
	l := strings.ToLower(s)
	for _, suffix := range fileSuffixes {
		if strings.HasSuffix(l, suffix) {
			return true
		}
	}
	return false
}

func upper(s string) string { return strings.ToUpper(s) }
