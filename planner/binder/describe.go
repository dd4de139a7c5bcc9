package binder

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// describe is DESCRIBE: the names and types of a query's or table's columns, a
// row each.
func (b *binder) describe(n *ast.Describe) (*Bound, error) {
	q, ok := n.Query.(*ast.Query)
	if n.Relation != nil {
		r := *n.Relation
		q, ok = &ast.Query{Range: n.Range, Body: &ast.Select{Range: n.Range,
			Targets: []*ast.Target{{Range: n.Range, Value: &ast.Star{Range: n.Range}}}, From: []ast.FromItem{&r}}}, true
	}
	if !ok {
		return nil, b.errAt(n.Query.Span().Pos, sqlerr.FeatureNotSupported, "DESCRIBE of this statement is not supported")
	}
	inner, err := b.query(q, nil, false)
	if err != nil {
		return nil, err
	}
	schema := inner.plan.Schema()
	text := types.New(types.TextOID)
	out := &logical.Values{}
	bound := &Bound{Kind: KindSelect, Tag: "DESCRIBE", Plan: out}
	for _, name := range [...]string{"column_name", "column_type", "nullable"} {
		c := logical.Column{ID: b.ids.Column(), Name: name, Type: text, NotNull: true}
		out.Cols = append(out.Cols, c)
		bound.Columns = append(bound.Columns, Column{Name: name, Type: text, ID: c.ID})
	}
	word := func(s string) scalar.Expr { return &scalar.Const{Value: types.Text(s), Typ: text, Pos: -1} }
	for _, c := range inner.cols {
		null := "yes"
		if i := indexOf(schema, c.col.ID); i >= 0 && schema[i].NotNull {
			null = "no"
		}
		out.Rows = append(out.Rows, []scalar.Expr{word(c.name), word(c.col.Type.String()), word(null)})
	}
	return bound, nil
}
