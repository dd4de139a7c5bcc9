package binder

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/scalar"
)

// subplan binds a query inside an expression.
func (b *binder) subplan(s *scope, q *ast.Query, pos int32) (*query, error) {
	if why := refuseSubquery(s.kind); why != "" {
		return nil, b.errAt(pos, sqlerr.FeatureNotSupported, "%s", why)
	}
	q, err := b.mergeClauses(q)
	if err != nil {
		return nil, err
	}
	inner := newScope(s)
	inner.subquery = true
	return b.queryIn(q, inner, false)
}

func (b *binder) exists(s *scope, e *ast.Exists) (scalar.Expr, error) {
	q, err := b.subplan(s, e.Query, e.Pos)
	if err != nil {
		return nil, err
	}
	return &scalar.Subquery{Kind: scalar.ExistsSubquery, Plan: q.plan, Typ: types.New(types.BoolOID), Pos: scalar.Pos(e.Pos)}, nil
}

func (b *binder) scalarSubquery(s *scope, e *ast.Subquery) (scalar.Expr, error) {
	q, err := b.subplan(s, e.Query, e.Pos)
	if err != nil {
		return nil, err
	}
	if len(q.cols) != 1 {
		return nil, b.errAt(e.Pos, sqlerr.SyntaxError, "subquery must return only one column")
	}
	if b.subqueryNames == nil {
		b.subqueryNames = make(map[*ast.Subquery]string)
	}
	b.subqueryNames[e] = q.cols[0].name
	return &scalar.Subquery{Kind: scalar.ScalarSubquery, Plan: q.plan, Typ: q.cols[0].col.Type, Pos: scalar.Pos(e.Pos)}, nil
}

func (b *binder) arrayQuery(s *scope, e *ast.ArrayQuery) (scalar.Expr, error) {
	q, err := b.subplan(s, e.Query, e.Pos)
	if err != nil {
		return nil, err
	}
	if len(q.cols) != 1 {
		return nil, b.errAt(e.Pos, sqlerr.SyntaxError, "subquery must return only one column")
	}
	// Elements of an array have no static scale.
	elem := types.New(q.cols[0].col.Type.OID)
	a := types.ArrayOf(elem)
	if elem.IsArray() && !isVector(elem) {
		a = elem // with one dimension more
	}
	if a.OID == 0 {
		return nil, b.errAt(e.Pos, sqlerr.UndefinedObject, "could not find array type for data type %s", types.FormatType(elem.OID, -1))
	}
	err = b.setColumnTypes(q, []types.Type{elem}, func(_ int, x scalar.Expr) (scalar.Expr, error) { return b.retype(x, elem), nil })
	if err != nil {
		return nil, err
	}
	return &scalar.Subquery{Kind: scalar.ArraySubquery, Plan: q.plan, Typ: a, Pos: scalar.Pos(e.Pos)}, nil
}

// inQuery is x [NOT] IN (query): NOT (x = ANY (query)) where it is negated.
func (b *binder) inQuery(s *scope, e *ast.In) (scalar.Expr, error) {
	x, err := b.expr(s, e.X)
	if err != nil {
		return nil, err
	}
	sub, err := b.testSubquery(s, x, "=", e.Query, scalar.AnySubquery, e.OpPos)
	if err != nil || !e.Not {
		return sub, err
	}
	return &scalar.Not{Arg: sub}, nil
}

// quantified is x op ANY|ALL of a query or an array.
func (b *binder) quantified(s *scope, e *ast.Quantified) (scalar.Expr, error) {
	name := e.Op.Name
	x, err := b.expr(s, e.X)
	if err != nil {
		return nil, err
	}
	if e.Query != nil {
		kind := scalar.AnySubquery
		if e.All {
			kind = scalar.AllSubquery
		}
		return b.testSubquery(s, x, name, e.Query, kind, e.Op.Pos)
	}
	arr, err := b.expr(s, e.Array)
	if err != nil {
		return nil, err
	}
	return b.anyArray(x, arr, name, e.All, e.Op.Pos)
}

// anyArray is make_scalar_array_op.
func (b *binder) anyArray(x, arr scalar.Expr, name string, all bool, pos int32) (scalar.Expr, error) {
	elem := types.New(types.UnknownOID)
	if t := arr.Type(); t.OID != types.UnknownOID {
		if elem = t.Elem(); elem.OID == 0 {
			return nil, b.errAt(pos, sqlerr.WrongObjectType, "op ANY/ALL (array) requires array on right side")
		}
	}
	op, err := findOperator(name, x.Type(), types.New(elem.OID))
	if err != nil {
		return nil, b.place(err, pos)
	}
	if op.Op.Result != types.BoolOID {
		return nil, b.errAt(pos, sqlerr.WrongObjectType, "op ANY/ALL (array) requires operator to yield boolean")
	}
	if x, err = b.coerceArg(x, op.Left, pos); err != nil {
		return nil, err
	}
	want := types.ArrayOf(types.New(op.Right))
	if want.OID == 0 {
		return nil, b.errAt(pos, sqlerr.UndefinedObject, "could not find array type for data type %s", types.FormatType(op.Right, -1))
	}
	if arr, err = b.coerceArg(arr, want.OID, pos); err != nil {
		return nil, err
	}
	return &scalar.AnyArray{Arg: x, Array: arr, Op: op.Op.Fn, OpName: name, All: all}, nil
}

// testSubquery compares x, or the fields of a row, with a query's columns.
func (b *binder) testSubquery(s *scope, x scalar.Expr, name string, q *ast.Query, kind scalar.SubqueryKind, pos int32) (scalar.Expr, error) {
	sub, err := b.subplan(s, q, pos)
	if err != nil {
		return nil, err
	}
	left := []scalar.Expr{x}
	if r, ok := x.(*scalar.Row); ok {
		left = r.Fields
	}
	switch {
	case len(left) < len(sub.cols):
		return nil, b.errAt(pos, sqlerr.SyntaxError, "subquery has too many columns")
	case len(left) > len(sub.cols):
		return nil, b.errAt(pos, sqlerr.SyntaxError, "subquery has too few columns")
	}
	if len(left) > 1 && name != "=" && name != "<>" {
		return nil, b.errAt(pos, sqlerr.FeatureNotSupported, "row comparison %s with a subquery is not supported yet", name)
	}
	out := &scalar.Subquery{Kind: kind, Plan: sub.plan, Typ: types.New(types.BoolOID), Pos: scalar.Pos(pos)}
	negate := false
	if len(left) > 1 && name == "<>" {
		// (a, b) <> ALL is NOT (= ANY); <> ANY is NOT (= ALL).
		name, negate = "=", true
		if kind == scalar.AllSubquery {
			out.Kind = scalar.AnySubquery
		} else {
			out.Kind = scalar.AllSubquery
		}
	}
	for i, l := range left {
		c := sub.cols[i].col
		call, err := b.operator(name, l, c.Ref(), pos)
		if err != nil {
			return nil, err
		}
		if call.Typ.OID != types.BoolOID {
			return nil, b.errAt(pos, sqlerr.DatatypeMismatch, "row comparison operator must yield type boolean, not type %s", types.FormatType(call.Typ.OID, -1))
		}
		t := scalar.SubqueryTest{Arg: call.Args[0], Column: *c.Ref(), Op: call.Fn, OpName: name}
		if _, plain := call.Args[1].(*scalar.Column); !plain {
			t.Cast = call.Args[1]
		}
		out.Tests = append(out.Tests, t)
	}
	if negate {
		return &scalar.Not{Arg: out}, nil
	}
	return out, nil
}

// rowSubquery compares a row with the one row of a query, as (a, b) = (SELECT …).
func (b *binder) rowSubquery(s *scope, name string, row *ast.Row, sub *ast.Subquery, pos int32) (scalar.Expr, error) {
	x, err := b.row(s, row)
	if err != nil {
		return nil, err
	}
	l := x.(*scalar.Row).Fields
	for _, f := range l {
		if scalar.HasSubquery(f) {
			return nil, b.errAt(pos, sqlerr.FeatureNotSupported, "row comparison %s with a subquery on both sides is not supported yet", name)
		}
	}
	return b.compareFields(name, l, func(i int) (scalar.Expr, error) {
		// Each field is the query again with one column: decorrelation shares them.
		q, err := b.subplan(s, sub.Query, sub.Pos)
		if err != nil {
			return nil, err
		}
		switch {
		case len(l) < len(q.cols):
			return nil, b.errAt(pos, sqlerr.SyntaxError, "subquery has too many columns")
		case len(l) > len(q.cols):
			return nil, b.errAt(pos, sqlerr.SyntaxError, "subquery has too few columns")
		}
		return &scalar.Subquery{Kind: scalar.ScalarSubquery, Plan: oneColumn(q, i), Typ: q.cols[i].col.Type, Pos: scalar.Pos(sub.Pos)}, nil
	}, pos)
}
