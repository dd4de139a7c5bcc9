package rule

import (
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// pruneEmpty cuts off what cannot have rows:
//
//	filter false, limit 0             =>  no rows
//	inner join with no rows           =>  no rows
//	left join with no rows            =>  left side, NULL as the right's columns
//	anti join with no rows            =>  left side
//	union all of no rows and x        =>  x
//
// An aggregation without keys still has its row.
func pruneEmpty(c *Context, n logical.Node) (logical.Node, bool) {
	none := func() (logical.Node, bool) { return empty(n.Schema()), true }
	switch n := n.(type) {
	case *logical.Filter:
		if isEmpty(n.Input) || len(n.Preds) == 1 && isBool(n.Preds[0], false) {
			return none()
		}
	case *logical.Scan:
		if len(n.Filter) == 1 && isBool(n.Filter[0], false) {
			return none()
		}
	case *logical.Limit:
		if take, ok := constCount(n.Count, 1); isEmpty(n.Input) || ok && take == 0 {
			return none()
		}
	case *logical.Project, *logical.Sort, *logical.Window, *logical.Distinct, *logical.TableFunc:
		if isEmpty(n.Inputs()[0]) {
			return none()
		}
	case *logical.Aggregate:
		if isEmpty(n.Input) && len(n.Keys) > 0 && len(n.Sets) <= 1 {
			return none()
		}
	case *logical.Join:
		return pruneJoin(n)
	case *logical.SetOp:
		return pruneSetOp(n)
	case *logical.With:
		if isEmpty(n.Body) && !planSideEffect(n.Plan) {
			return none()
		}
	}
	return n, false
}

func pruneJoin(n *logical.Join) (logical.Node, bool) {
	l, r := isEmpty(n.Left), isEmpty(n.Right)
	never := len(n.On) == 1 && isBool(n.On[0], false) && !n.NullAware
	if !l && !r && !never {
		return n, false
	}
	r = r || never
	switch n.Kind {
	case logical.Inner:
		return empty(n.Schema()), true
	case logical.Semi:
		return empty(n.Schema()), true
	case logical.Anti:
		return n.Left, true
	case logical.Mark: // IN over no rows is false, not NULL
		return extend(n.Left, n.Left.Schema(), []logical.Column{*n.MarkCol}, []scalar.Expr{falseConst}), true
	case logical.Left, logical.Single:
		if l {
			return empty(n.Schema()), true
		}
		return padded(n, n.Left, n.Right), true
	case logical.Right:
		if r && !never {
			return empty(n.Schema()), true
		}
		return padded(n, n.Right, n.Left), true
	}
	if never {
		return n, false
	}
	switch {
	case l && r:
		return empty(n.Schema()), true
	case l:
		return padded(n, n.Right, n.Left), true
	}
	return padded(n, n.Left, n.Right), true
}

// padded is the join n where only rows of keep are left, with NULL in the
// columns of lost.
func padded(n *logical.Join, keep, lost logical.Node) logical.Node {
	gone := logical.Columns(lost)
	cols := n.Schema()
	p := &logical.Project{Input: keep, Cols: cols, Exprs: make([]scalar.Expr, len(cols))}
	for i, c := range cols {
		if gone.Has(c.ID) {
			p.Exprs[i] = nullOf(c.Type)
		} else {
			p.Exprs[i] = c.Ref()
		}
	}
	return p
}

func pruneSetOp(n *logical.SetOp) (logical.Node, bool) {
	l, r := isEmpty(n.Left), isEmpty(n.Right)
	switch {
	case !l && !r:
		return n, false
	case l && r, l && n.Kind != logical.Union, r && n.Kind == logical.Intersect:
		return empty(n.Cols), true
	}
	from := n.Left
	if l {
		from = n.Right
	}
	schema := from.Schema()
	p := &logical.Project{Input: from, Cols: n.Cols, Exprs: make([]scalar.Expr, len(n.Cols))}
	for i := range n.Cols {
		p.Exprs[i] = schema[i].Ref()
	}
	if n.All {
		return p, true
	}
	return &logical.Distinct{Input: p}, true
}
