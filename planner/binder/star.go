package binder

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/scalar"
)

// star expands * and t.*, with EXCLUDE, REPLACE and RENAME.
func (b *binder) star(e *ast.Star, s *scope) ([]*target, error) {
	var out []*target
	if len(e.Qualifier) > 0 {
		it, err := b.starRelation(e, s)
		if err != nil {
			return nil, err
		}
		out = starColumns(out, it, e.Pos)
	} else {
		found := false
		for _, it := range s.items {
			if !it.colsVisible || it.lateralOnly {
				continue
			}
			found = true
			out = starColumns(out, it, e.Pos)
		}
		if !found {
			return nil, b.errAt(e.Pos, sqlerr.SyntaxError, "SELECT * with no tables specified is not valid")
		}
	}
	out, err := b.starChanges(e, s, out)
	b.noteStar(e, s, out)
	return out, err
}

func starColumns(out []*target, it *item, pos int32) []*target {
	for i := range it.cols {
		if !it.cols[i].hidden {
			out = append(out, &target{name: it.cols[i].name, expr: it.cols[i].ref(pos), pos: pos})
		}
	}
	return out
}

func (b *binder) starRelation(e *ast.Star, s *scope) (*item, error) {
	parts := e.Qualifier
	schema := ""
	switch len(parts) {
	case 1:
	case 2:
		schema = parts[0].Name
	case 3:
		if parts[0].Name != b.env.Database {
			return nil, b.errAt(e.Pos, sqlerr.FeatureNotSupported, "cross-database references are not implemented: %s.*", dotted(parts))
		}
		schema = parts[1].Name
	default:
		return nil, b.errAt(e.Pos, sqlerr.SyntaxError, "improper qualified name (too many dotted names): %s.*", dotted(parts))
	}
	name := parts[len(parts)-1].Name
	it, err := b.relation(s, schema, name, e.Pos)
	if err != nil {
		return nil, err
	}
	if it == nil {
		return nil, b.missingRelation(s, schema, name, e.Pos)
	}
	return it, nil
}

// starChanges applies EXCLUDE, REPLACE and RENAME to the columns of a star.
func (b *binder) starChanges(e *ast.Star, s *scope, list []*target) ([]*target, error) {
	missing := func(name string, pos int32, clause string) error {
		return b.errAt(pos, sqlerr.UndefinedColumn, `column %s in %s list does not exist in FROM clause`, sqlerr.Quote(name), clause)
	}
	for i := range e.Exclude {
		ref := &e.Exclude[i]
		name := ref.Parts[len(ref.Parts)-1].Name
		kept := list[:0:0]
		for _, t := range list {
			if t.name != name {
				kept = append(kept, t)
			}
		}
		if len(kept) == len(list) {
			return nil, missing(name, ref.Pos, "EXCLUDE")
		}
		list = kept
	}
	for _, r := range e.Replace {
		x, err := b.expr(s, r.Value)
		if err != nil {
			return nil, err
		}
		found := false
		for _, t := range list {
			if t.name == r.Alias.Name {
				t.expr, t.pos, found = x, loc(r.Value), true
			}
		}
		if !found {
			return nil, missing(r.Alias.Name, r.Pos, "REPLACE")
		}
	}
	for _, r := range e.Rename {
		found := false
		for _, t := range list {
			if t.name == r.From.Name {
				t.name, found = r.To.Name, true
			}
		}
		if !found {
			return nil, missing(r.From.Name, r.From.Pos, "RENAME")
		}
	}
	return list, nil
}

// fieldStar expands (x).*: the fields of a row.
func (b *binder) fieldStar(e *ast.FieldStar, s *scope) ([]*target, error) {
	x, err := b.expr(s, e.X)
	if err != nil {
		return nil, err
	}
	row, ok := x.(*scalar.Row)
	if !ok {
		return nil, b.errAt(e.Pos, sqlerr.WrongObjectType, "type %s is not composite", types.FormatType(x.Type().OID, -1))
	}
	var out []*target
	for i, f := range row.Fields {
		out = append(out, &target{name: fieldName(row, i), expr: f, pos: e.Pos})
	}
	return out, nil
}
