package binder

import (
	"strconv"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// valuesQuery binds VALUES as a query: SELECT * over its rows.
func (b *binder) valuesQuery(q *ast.Query, v *ast.Values, s *scope, keepUnknown bool) (*query, error) {
	rows, err := b.valuesRows(v, s)
	if err != nil {
		return nil, err
	}
	n, err := b.unifyRows(rows, v)
	if err != nil {
		return nil, err
	}
	it := b.newItem(s, "*VALUES*", n.Cols, nil)
	s.items = append(s.items, it)
	sel := &selection{}
	s.sel = sel
	for i, c := range n.Cols {
		sel.targets = append(sel.targets, &target{name: c.Name, expr: c.Ref(), pos: valuePos(v.Rows[0], i)})
	}
	s.kind = inSelect
	return b.finishSelect(q, &ast.Select{Range: v.Range}, s, n, nil, keepUnknown)
}

// valuesRows binds the expressions of VALUES, row by row.
func (b *binder) valuesRows(v *ast.Values, s *scope) ([][]scalar.Expr, error) {
	rows := make([][]scalar.Expr, len(v.Rows))
	for i, r := range v.Rows {
		rows[i] = make([]scalar.Expr, 0, len(r))
		for _, e := range r {
			switch e := e.(type) {
			case *ast.SetToDefault:
				return nil, b.errAt(e.Pos, sqlerr.SyntaxError, "DEFAULT is not allowed in this context")
			case *ast.Star:
				list, err := b.star(e, s)
				if err != nil {
					return nil, err
				}
				for _, t := range list {
					rows[i] = append(rows[i], t.expr)
				}
				continue
			}
			x, err := b.exprKind(s, e, inValues)
			if err != nil {
				return nil, err
			}
			rows[i] = append(rows[i], x)
		}
		if len(rows[i]) != len(rows[0]) {
			return nil, b.errAt(loc(r[0]), sqlerr.SyntaxError, "VALUES lists must all be the same length")
		}
	}
	return rows, nil
}

// valuePos is where column i of a row of VALUES stands.
func valuePos(row []ast.Expr, i int) int32 {
	if len(row) == 0 {
		return -1
	}
	return loc(row[min(i, len(row)-1)])
}

// unifyRows gives each column of VALUES one type.
func (b *binder) unifyRows(rows [][]scalar.Expr, v *ast.Values) (*logical.Values, error) {
	n := &logical.Values{Rows: rows}
	column := make([]scalar.Expr, len(rows))
	pos := make([]int32, len(rows))
	for j := range rows[0] {
		for i := range rows {
			column[i], pos[i] = rows[i][j], valuePos(v.Rows[i], j)
		}
		t, err := b.commonType(column, "VALUES", pos)
		if err != nil {
			return nil, err
		}
		if t, err = b.unifiedType(column, t); err != nil {
			return nil, err
		}
		notNull := true
		for i := range rows {
			if rows[i][j], err = b.coerceUnified(rows[i][j], t, "VALUES", pos[i]); err != nil {
				return nil, err
			}
			notNull = notNull && notNullExpr(rows[i][j], nil)
		}
		n.Cols = append(n.Cols, logical.Column{ID: b.ids.Column(), Name: "column" + strconv.Itoa(j+1), Type: t, NotNull: notNull})
	}
	return n, nil
}

// notNullExpr says whether an expression is known never to be NULL, given
// the columns that are not.
func notNullExpr(e scalar.Expr, notNull *scalar.ColSet) bool {
	switch e := e.(type) {
	case *scalar.Const:
		return !e.Value.Null
	case *scalar.Column:
		return notNull != nil && notNull.Has(e.ID)
	case *scalar.Cast:
		return !e.Try && notNullExpr(e.Arg, notNull)
	case *scalar.IsNull, *scalar.BoolTest, *scalar.Distinct, *scalar.Array, *scalar.Row:
		return true
	case *scalar.Coalesce:
		for _, a := range e.Args {
			if notNullExpr(a, notNull) {
				return true
			}
		}
	case *scalar.Case:
		for i := range e.Whens {
			if !notNullExpr(e.Whens[i].Then, notNull) {
				return false
			}
		}
		return notNullExpr(e.Else, notNull)
	case *scalar.Subquery:
		return e.Kind == scalar.ExistsSubquery || e.Kind == scalar.ArraySubquery
	}
	return false
}
