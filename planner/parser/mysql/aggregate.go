package mysql

import (
	"strings"

	tidb "github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/inlaydb/inlay/planner/ast"
)

// aggregate lowers an aggregate's call.
func (l *lowering) aggregate(n *tidb.AggregateFuncExpr) ast.Expr {
	r := l.rng(n)
	aliases := l.aliases
	l.aliases = nil
	defer func() { l.aliases = aliases }()
	call := &ast.FuncCall{Range: r, NamePos: r.Pos, Distinct: n.Distinct}
	f := strings.ToLower(n.F)
	switch f {
	case tidb.AggFuncGroupConcat:
		return l.groupConcat(n, call)
	case tidb.AggFuncCount:
		if len(n.Args) == 1 && !n.Distinct && isOne(l.value(n.Args[0])) {
			call.Star = true // count(*) is count(1) in the tree
			call.Name = name(r, "pg_catalog", "count")
			return call
		}
		if len(n.Args) > 1 {
			// Rows of which a member is NULL do not count.
			row := &ast.Row{Range: r, Explicit: true, Elems: l.values(n.Args)}
			filter := &ast.Logical{Range: r, OpPos: r.Pos}
			for _, a := range row.Elems {
				filter.Args = append(filter.Args, &ast.IsTest{Range: r, OpPos: r.Pos, X: a, Kind: ast.TestNull, Not: true})
			}
			call.Args, call.Filter = []ast.Expr{row}, filter
			call.Name = name(r, "pg_catalog", "count")
			return call
		}
	case tidb.AggFuncSum, tidb.AggFuncAvg, tidb.AggFuncMax, tidb.AggFuncMin, tidb.AggFuncBitAnd, tidb.AggFuncBitOr, tidb.AggFuncBitXor,
		tidb.AggFuncVarPop, tidb.AggFuncVarSamp, tidb.AggFuncStddevPop, tidb.AggFuncStddevSamp:
	case tidb.AggFuncJsonArrayagg:
		f = "jsonb_agg"
	case tidb.AggFuncJsonObjectAgg:
		f = "jsonb_object_agg"
	default:
		l.refuse(n, "aggregate %s", strings.ToUpper(n.F))
	}
	call.Name = name(r, "pg_catalog", f)
	call.Args = l.values(n.Args)
	return call
}

func isOne(x ast.Expr) bool {
	c, ok := x.(*ast.Const)
	return ok && c.Kind == ast.ConstInteger && c.Int == 1
}

// groupConcat lowers GROUP_CONCAT([DISTINCT] x, … ORDER BY … SEPARATOR s): the
// separator is the last argument in TiDB's tree.
func (l *lowering) groupConcat(n *tidb.AggregateFuncExpr, call *ast.FuncCall) ast.Expr {
	r := call.Range
	last := len(n.Args) - 1
	x := l.text1(n.Args[0])
	for _, a := range n.Args[1:last] {
		x = l.binary(r, "||", l.cast(r, x, "text"), l.text1(a))
	}
	call.Name = name(r, "pg_catalog", "string_agg")
	call.Args = []ast.Expr{x, l.text1(n.Args[last])}
	if n.Order != nil {
		for i, item := range n.Order.Items {
			if p, ok := item.Expr.(*tidb.PositionExpr); ok { // of the arguments
				if p.N < 1 || p.N > last {
					l.refuse(p, "this position in GROUP_CONCAT's ORDER BY")
				}
				n.Order.Items[i].Expr = n.Args[p.N-1]
			}
		}
		call.OrderBy = l.sortItems(n.Order.Items)
		if n.Distinct && last == 1 { // DISTINCT sorts by what it compares
			for i, item := range n.Order.Items {
				if sameColumn(item.Expr, n.Args[0]) {
					call.OrderBy[i].X = x
				}
			}
		}
	}
	return call
}

func sameColumn(a, b tidb.ExprNode) bool {
	x, ok1 := a.(*tidb.ColumnNameExpr)
	y, ok2 := b.(*tidb.ColumnNameExpr)
	return ok1 && ok2 && x.Name.Name.L == y.Name.Name.L && x.Name.Table.L == y.Name.Table.L
}

// windowCall lowers a call with OVER.
func (l *lowering) windowCall(n *tidb.WindowFuncExpr) ast.Expr {
	r := l.rng(n)
	f := strings.ToLower(n.Name)
	if f == tidb.AggFuncGroupConcat || n.FromLast {
		l.refuse(n, "this window function")
	}
	call := &ast.FuncCall{Range: r, NamePos: r.Pos, Name: name(r, "pg_catalog", f), Distinct: n.Distinct, IgnoreNulls: n.IgnoreNull}
	call.Args = l.values(n.Args)
	if f == tidb.AggFuncCount && len(call.Args) == 1 && isOne(call.Args[0]) {
		call.Args, call.Star = nil, true
	}
	if n.Spec.OnlyAlias {
		call.OverName = l.ident(r, n.Spec.Name)
		return call
	}
	call.Over = l.window(&n.Spec)
	return call
}
