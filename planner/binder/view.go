package binder

import (
	"slices"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/parser"
	"github.com/inlaydb/inlay/planner/scalar"
)

// maxViewDepth bounds views of views.
const maxViewDepth = 100

// viewPath is the search path that a view's text is read under.
func viewPath(rel *catalog.Relation, session []string) []string {
	switch {
	case len(rel.SearchPath) == 0:
		return session
	case slices.Contains(rel.SearchPath, "pg_catalog"):
		return rel.SearchPath
	}
	return append([]string{"pg_catalog"}, rel.SearchPath...)
}

// viewQuery is the query of a view.
func viewQuery(rel *catalog.Relation) (*ast.Query, error) {
	stmts, err := parser.Parse(rel.Definition)
	if err != nil || len(stmts) != 1 {
		return nil, sqlerr.Internal(`the definition of view %s cannot be read`, sqlerr.Quote(rel.Name)).WithCause(err)
	}
	q, ok := stmts[0].(*ast.Query)
	if !ok {
		return nil, sqlerr.Internal(`the definition of view %s is not a query`, sqlerr.Quote(rel.Name))
	}
	return q, nil
}

// expandView binds a view's query in the place of its name, under the search
// path that the view was made with. Its columns have the view's names.
func (b *binder) expandView(rel *catalog.Relation, pos int32) (logical.Node, []logical.Column, error) {
	if slices.Contains(b.views, rel.OID) {
		return nil, nil, b.errAt(pos, sqlerr.InvalidObjectDefinition, `infinite recursion detected in rules for relation %s`, sqlerr.Quote(rel.Name))
	}
	if len(b.views) >= maxViewDepth {
		return nil, nil, b.errAt(pos, sqlerr.StatementTooComplex, "views are nested too deeply")
	}
	q, err := viewQuery(rel)
	if err != nil {
		return nil, nil, b.place(err, pos)
	}
	inner := *b
	inner.sql = "" // positions would point into another text
	inner.subqueryNames = nil
	inner.views = append(b.views[:len(b.views):len(b.views)], rel.OID)
	inner.path = viewPath(rel, b.path)
	out, err := inner.query(q, nil, false)
	if err != nil {
		if e, ok := sqlerr.As(err); ok {
			e.WithWhere("view %s", sqlerr.Quote(rel.Name))
			b.at(e, pos)
		}
		return nil, nil, err
	}
	b.notices = inner.notices
	if len(rel.Columns) == 0 {
		cols, _ := out.columns()
		return out.plan, cols, nil
	}
	if len(out.cols) < len(rel.Columns) {
		return nil, nil, b.errAt(pos, sqlerr.InvalidTableDefinition, `view %s has %d columns, but its query gives %d now`,
			sqlerr.Quote(rel.Name), len(rel.Columns), len(out.cols))
	}
	out.cols = out.cols[:len(rel.Columns)]
	want := make([]types.Type, len(out.cols))
	for i := range want {
		want[i] = out.cols[i].col.Type
		if c := rel.Columns[i].Type; c.OID != 0 && c.OID != want[i].OID {
			want[i] = c
		}
	}
	if err := b.setColumnTypes(out, want, func(i int, x scalar.Expr) (scalar.Expr, error) {
		return b.coerce(x, want[i], explicit, pos)
	}); err != nil {
		return nil, nil, err
	}
	cols := make([]logical.Column, len(out.cols))
	for i := range cols {
		cols[i] = out.cols[i].col
		cols[i].Name = rel.Columns[i].Name
		cols[i].Rel, cols[i].Attnum = rel.OID, rel.Columns[i].Attnum
	}
	return out.plan, cols, nil
}
