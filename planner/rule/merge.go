package rule

import (
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// mergeFilters makes one Filter of two, the inner's predicates first.
func mergeFilters(_ *Context, n logical.Node) (logical.Node, bool) {
	f, ok := n.(*logical.Filter)
	if !ok {
		return n, false
	}
	if len(f.Preds) == 0 {
		return f.Input, true
	}
	in, ok := f.Input.(*logical.Filter)
	if !ok {
		return n, false
	}
	return dedupFilter(in.Input, concat(in.Preds, f.Preds)), true
}

// mergeProjects computes two projections in one:
//
//	Project y + 1 as z          Project x * 2 + 1 as z
//	  Project x * 2 as y   =>     input
//	    input
//
// What the outer one uses twice and is more than a column or constant stays
// below, so that it is computed once; so does what is volatile.
func mergeProjects(_ *Context, n logical.Node) (logical.Node, bool) {
	p, ok := n.(*logical.Project)
	if !ok {
		return n, false
	}
	in, ok := p.Input.(*logical.Project)
	if !ok {
		return n, false
	}
	uses := map[scalar.ColumnID]int{}
	for _, e := range p.Exprs {
		scalar.Walk(e, func(e scalar.Expr) bool {
			switch e := e.(type) {
			case *scalar.Column:
				uses[e.ID]++
			case *scalar.Subquery: // may use it for every row of its own
				e.Outer().Each(func(id scalar.ColumnID) { uses[id] += 2 })
			}
			return true
		})
	}
	subst := map[scalar.ColumnID]scalar.Expr{}
	for i, e := range in.Exprs {
		id := in.Cols[i].ID
		if c, ok := e.(*scalar.Column); ok {
			if c.ID != id {
				subst[id] = e
			}
			continue
		}
		if scalar.Volatility(e) == volatile || scalar.HasSubquery(e) {
			return n, false
		}
		if uses[id] > 1 && !trivial(e) {
			return n, false
		}
		subst[id] = e
	}
	return &logical.Project{Input: in.Input, Cols: p.Cols, Exprs: applyAll(subst, p.Exprs)}, true
}

// trivial says whether computing e twice costs no more than reading it twice.
func trivial(e scalar.Expr) bool {
	switch e.(type) {
	case *scalar.Const, *scalar.Param, *scalar.Column:
		return true
	}
	return false
}

// passesOnly says whether a projection computes nothing: it drops and
// reorders columns, all under their own ids.
func passesOnly(p *logical.Project) bool {
	for i, e := range p.Exprs {
		c, ok := e.(*scalar.Column)
		if !ok || c.ID != p.Cols[i].ID {
			return false
		}
	}
	return true
}
