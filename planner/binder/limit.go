package binder

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// limit puts LIMIT and OFFSET over plan.
func (b *binder) limit(q *ast.Query, s *scope, plan logical.Node) (logical.Node, error) {
	if q.Limit == nil && q.Offset == nil {
		return plan, nil
	}
	n := &logical.Limit{Input: plan}
	var err error
	if q.Offset != nil {
		if n.Offset, err = b.limitExpr(s, q.Offset, inOffset); err != nil {
			return nil, err
		}
	}
	if q.Limit != nil && q.Limit.Count != nil {
		if n.Count, err = b.limitExpr(s, q.Limit.Count, inLimit); err != nil {
			return nil, err
		}
		if q.Limit.WithTies {
			if scalar.IsNullConst(n.Count) {
				return nil, sqlerr.New(sqlerr.InvalidRowCountInLimitClause, "row count cannot be null in FETCH FIRST ... WITH TIES clause")
			}
			n.WithTies = true
		}
	}
	if scalar.IsNullConst(n.Count) {
		n.Count = nil
	}
	if scalar.IsNullConst(n.Offset) {
		n.Offset = nil
	}
	if n.Count == nil && n.Offset == nil {
		return plan, nil
	}
	return n, nil
}

func (b *binder) limitExpr(s *scope, e ast.Expr, kind exprKind) (scalar.Expr, error) {
	x, err := b.exprKind(s, e, kind)
	if err != nil {
		return nil, err
	}
	if x, err = b.coerceTo(x, types.New(types.Int8OID), kind.String(), e); err != nil {
		return nil, err
	}
	return x, b.noLocalColumns(s, x, kind.String())
}

// noLocalColumns refuses columns of the query's own level.
func (b *binder) noLocalColumns(s *scope, x scalar.Expr, what string) error {
	var err error
	scalar.Walk(x, func(e scalar.Expr) bool {
		switch e := e.(type) {
		case *scalar.Column:
			if err == nil && s.cols.Has(e.ID) {
				err = b.errAt(int32(e.Pos), sqlerr.InvalidColumnReference, "argument of %s must not contain variables", what)
			}
		case *scalar.Subquery:
			outer := e.Outer()
			if err == nil && outer.Intersects(s.cols) {
				err = b.errAt(int32(e.Pos), sqlerr.InvalidColumnReference, "argument of %s must not contain variables", what)
			}
		}
		return err == nil
	})
	return err
}
