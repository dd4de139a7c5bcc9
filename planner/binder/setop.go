package binder

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

var setWords = [...]string{ast.Union: "UNION", ast.Intersect: "INTERSECT", ast.Except: "EXCEPT"}

// setQuery binds UNION, INTERSECT and EXCEPT with what follows them.
func (b *binder) setQuery(q *ast.Query, op *ast.SetOp, s *scope) (*query, error) {
	out, err := b.setTree(op, s)
	if err != nil {
		return nil, err
	}
	return b.setTail(q, out, s)
}

func (b *binder) setTree(op *ast.SetOp, s *scope) (*query, error) {
	left, err := b.setSide(op, op.Left, s, false)
	if err != nil {
		return nil, err
	}
	right, err := b.setSide(op, op.Right, s, true)
	if err != nil {
		return nil, err
	}
	return b.combine(op, left, right)
}

// setSide binds one side and notes the operation for checks of recursion.
func (b *binder) setSide(op *ast.SetOp, body ast.Body, s *scope, right bool) (*query, error) {
	except, intersect := s.inExcept, s.inIntersect
	s.inExcept = except || op.Kind == ast.Except && right
	s.inIntersect = intersect || op.Kind == ast.Intersect && op.All
	q, err := b.setMember(body, s)
	s.inExcept, s.inIntersect = except, intersect
	return q, err
}

// setMember binds a side of a set operation: a nested operation, or a query
// of its own, whose undecided literals stay so.
func (b *binder) setMember(body ast.Body, s *scope) (*query, error) {
	switch n := body.(type) {
	case *ast.SetOp:
		return b.setTree(n, s)
	case *ast.Query:
		if set, ok := n.Body.(*ast.SetOp); ok && n.With == nil && n.OrderBy == nil && n.Limit == nil && n.Offset == nil && n.Locking == nil {
			return b.setTree(set, s)
		}
		return b.query(n, s, true)
	}
	return b.query(&ast.Query{Range: body.Span(), Body: body}, s, true)
}

// combine makes the set operation of two bound sides.
func (b *binder) combine(op *ast.SetOp, left, right *query) (*query, error) {
	l, r, cols, err := b.unifyMembers(op, left, right)
	if err != nil {
		return nil, err
	}
	n := &logical.SetOp{All: op.All, Left: l.plan, Right: r.plan,
		Kind: [...]logical.SetKind{ast.Union: logical.Union, ast.Intersect: logical.Intersect, ast.Except: logical.Except}[op.Kind]}
	for _, o := range cols {
		n.Cols = append(n.Cols, o.col)
	}
	return &query{plan: n, cols: cols}, nil
}

// unifyMembers gives both sides the same column types and makes the columns
// of the result.
func (b *binder) unifyMembers(op *ast.SetOp, left, right *query) (l, r *query, cols []output, err error) {
	context := setWords[op.Kind]
	if len(left.cols) != len(right.cols) {
		pos := int32(-1)
		if len(right.cols) > 0 {
			pos = right.cols[0].pos
		}
		return nil, nil, nil, b.errAt(pos, sqlerr.SyntaxError, "each %s query must have the same number of columns", context)
	}
	want := make([]types.Type, len(left.cols))
	for i := range left.cols {
		pair := []scalar.Expr{left.cols[i].expr(), right.cols[i].expr()}
		t, err := b.commonType(pair, context, []int32{left.cols[i].pos, right.cols[i].pos})
		if err != nil {
			return nil, nil, nil, err
		}
		pos := left.cols[i].pos
		if want[i], err = b.unifiedType(pair, t); err != nil {
			return nil, nil, nil, err
		}
		if op.Kind != ast.Union || !op.All {
			if err := b.hashable(want[i], pos); err != nil {
				return nil, nil, nil, err
			}
		}
	}
	for _, side := range [...]*query{left, right} {
		err := b.setColumnTypes(side, want, func(i int, e scalar.Expr) (scalar.Expr, error) {
			return b.coerceUnified(e, want[i], context, side.cols[i].pos)
		})
		if err != nil {
			return nil, nil, nil, err
		}
	}
	for i := range left.cols {
		lc, rc := left.cols[i], right.cols[i]
		notNull := lc.col.NotNull
		if op.Kind == ast.Union {
			notNull = notNull && rc.col.NotNull
		}
		cols = append(cols, output{
			name: lc.name, pos: lc.pos,
			col: logical.Column{ID: b.ids.Column(), Name: lc.name, Type: want[i], NotNull: notNull},
		})
	}
	return left, right, cols, nil
}

// expr is the output as an expression, for type resolution.
func (o *output) expr() scalar.Expr {
	if o.unknown != nil {
		return o.unknown
	}
	return o.col.Ref()
}

// setTail binds ORDER BY and LIMIT of a set operation: only the result's
// names and ordinals can be sorted by.
func (b *binder) setTail(q *ast.Query, out *query, s *scope) (*query, error) {
	if len(q.OrderBy) == 0 && q.Limit == nil && q.Offset == nil {
		return out, nil
	}
	cols, names := out.columns()
	it := &item{colsVisible: true, cols: make([]itemColumn, len(cols))}
	targets := make([]*target, len(cols))
	for i, c := range cols {
		it.cols[i] = itemColumn{name: names[i], col: c}
		targets[i] = &target{name: names[i], expr: c.Ref(), pos: out.cols[i].pos, col: c}
	}
	s.own(cols)
	items := s.items
	s.items = []*item{it}
	sel := &selection{targets: targets}
	s.sel = sel
	keys, err := b.orderBy(q.OrderBy, s, sel)
	if err != nil {
		return nil, err
	}
	if len(sel.targets) > len(targets) {
		return nil, b.errAt(sel.targets[len(targets)].pos, sqlerr.FeatureNotSupported, "invalid UNION/INTERSECT/EXCEPT ORDER BY clause").
			WithDetail("Only result column names can be used, not expressions or functions.").
			WithHint("Add the expression/function to every SELECT, or move the UNION into a FROM clause.")
	}
	if len(keys) > 0 {
		out.plan = &logical.Sort{Input: out.plan, Keys: sortKeys(keys, sel.targets)}
	}
	out.plan, err = b.limit(q, s, out.plan)
	s.items, s.sel = items, nil
	return out, err
}
