package rule

import (
	"context"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/estimate"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// Context is one statement's optimisation: what rules share. One goroutine
// uses it.
type Context struct {
	ctx   context.Context
	opt   Options
	eval  Evaluator
	card  *estimate.Estimator
	fired map[string]int

	nextCol scalar.ColumnID
	nextCTE logical.CTEID

	sharedFilters map[logical.CTEID][]scalar.Expr // what filter_cte added, so that it comes to an end
}

func newContext(ctx context.Context, root logical.Node, env Env) *Context {
	c := &Context{ctx: ctx, opt: env.Options, eval: env.Evaluator, card: env.Estimator, fired: map[string]int{}}
	if c.card == nil {
		c.card = estimate.New(ctx, nil)
	}
	c.seed(root)
	return c
}

// seed finds the highest ids in use, in plans of subqueries too, so that new
// ones differ.
func (c *Context) seed(root logical.Node) {
	eachNode(root, func(n logical.Node) {
		logical.Defines(n, func(id scalar.ColumnID) { c.nextCol = max(c.nextCol, id) })
		switch n := n.(type) {
		case *logical.With:
			c.nextCTE = max(c.nextCTE, n.ID)
		case *logical.Recursive:
			c.nextCTE = max(c.nextCTE, n.ID)
		}
	})
}

// eachNode calls f for every node of a plan, those in subqueries included.
func eachNode(root logical.Node, f func(logical.Node)) {
	logical.Walk(root, func(n logical.Node) bool {
		f(n)
		logical.Exprs(n, func(e scalar.Expr) { eachSubquery(e, func(s *scalar.Subquery) { eachNode(s.Plan.(logical.Node), f) }) })
		return true
	})
}

func eachSubquery(e scalar.Expr, f func(*scalar.Subquery)) {
	scalar.Walk(e, func(e scalar.Expr) bool {
		if s, ok := e.(*scalar.Subquery); ok {
			f(s)
		}
		return true
	})
}

// on says whether a rule is switched on.
func (c *Context) on(rule string) bool { return !c.opt.DisableAll && !c.opt.Disable[rule] }

// fire notes that a rule changed the plan.
func (c *Context) fire(rule string) { c.fired[rule]++ }

// column makes a column with a new id.
func (c *Context) column(name string, t types.Type, notNull bool) logical.Column {
	c.nextCol++
	return logical.Column{ID: c.nextCol, Name: name, Type: t, NotNull: notNull}
}

func (c *Context) cte() logical.CTEID {
	c.nextCTE++
	return c.nextCTE
}

// renew is cols under new ids.
func (c *Context) renew(cols []logical.Column) []logical.Column {
	out := make([]logical.Column, len(cols))
	for i, col := range cols {
		c.nextCol++
		out[i] = col
		out[i].ID = c.nextCol
	}
	return out
}

// passThrough is a projection that keeps just cols of n, or n itself where
// those are its columns already.
func passThrough(n logical.Node, cols []logical.Column) logical.Node {
	if sameColumns(n.Schema(), cols) {
		return n
	}
	p := &logical.Project{Input: n, Cols: cols, Exprs: make([]scalar.Expr, len(cols))}
	for i, c := range cols {
		p.Exprs[i] = c.Ref()
	}
	return p
}

// sameColumns says whether two schemas have the same ids in the same order.
func sameColumns(a, b []logical.Column) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].ID != b[i].ID {
			return false
		}
	}
	return true
}

// sameExprs says whether two lists hold the very same expressions.
func sameExprs(a, b []scalar.Expr) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// filter puts preds on n.
func filter(n logical.Node, preds ...scalar.Expr) logical.Node {
	if len(preds) == 0 {
		return n
	}
	if f, ok := n.(*logical.Filter); ok {
		return &logical.Filter{Input: f.Input, Preds: append(f.Preds[:len(f.Preds):len(f.Preds)], preds...)}
	}
	return &logical.Filter{Input: n, Preds: preds}
}

// oneRow is a relation of one row without columns.
func oneRow() *logical.Values { return &logical.Values{Rows: [][]scalar.Expr{{}}} }

// isOneRow says whether n is one row without columns.
func isOneRow(n logical.Node) bool {
	v, ok := n.(*logical.Values)
	return ok && len(v.Rows) == 1 && len(v.Cols) == 0
}

// empty is a relation without rows that has cols.
func empty(cols []logical.Column) *logical.Values { return &logical.Values{Cols: cols} }

func isEmpty(n logical.Node) bool {
	v, ok := n.(*logical.Values)
	return ok && len(v.Rows) == 0
}

func addExprs(s *scalar.ColSet, list []scalar.Expr) {
	for _, e := range list {
		scalar.AddColumns(e, s)
	}
}
