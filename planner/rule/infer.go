package rule

import (
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/joinkey"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// inferFilters adds predicates that follow from others, so that both sides of
// a join are cut down before they meet:
//
//	a.k = b.k, a.k = 5                        =>  and b.k = 5     (transitive_filters)
//	a.x = 1 and b.y = 2 or a.x = 3 and b.y = 4  =>  and a.x in (1, 3), b.y in (2, 4)  (extract_or)
//
// They are put above the join's inputs; pushFilters takes them down. What is
// known there already is not added again, so the rule comes to an end.
func inferFilters(c *Context, root logical.Node) (logical.Node, error) {
	if !c.on("transitive_filters") && !c.on("extract_or") {
		return root, nil
	}
	return logical.Rewrite(root, func(n logical.Node) logical.Node {
		if j, ok := n.(*logical.Join); ok && !j.Lateral {
			return c.inferJoin(j)
		}
		return n
	}), nil
}

func (c *Context) inferJoin(j *logical.Join) logical.Node {
	var lf, rf []scalar.Expr // known of the left and right side
	var toLeft, toRight []scalar.Expr
	known := func() {
		if lf == nil && rf == nil {
			lf, rf = facts(j.Left, nil), facts(j.Right, nil)
		}
	}
	left, right := directions(j)
	if c.on("transitive_filters") && (left || right) {
		for _, p := range j.On {
			a, b, nullEqual, ok := joinkey.Sides(p)
			if !ok || nullEqual {
				continue
			}
			known()
			if right {
				toRight = append(toRight, transfer(a, b, lf, rf)...)
				toRight = append(toRight, transfer(b, a, lf, rf)...)
			}
			if left {
				toLeft = append(toLeft, transfer(a, b, rf, lf)...)
				toLeft = append(toLeft, transfer(b, a, rf, lf)...)
			}
		}
		lc, rc := logical.Columns(j.Left), logical.Columns(j.Right)
		toLeft, toRight = readsOnly(toLeft, lc), readsOnly(toRight, rc)
		if len(toLeft)+len(toRight) > 0 {
			c.fire("transitive_filters")
		}
	}
	if c.on("extract_or") && !j.NullAware && (j.Kind == logical.Inner || j.Kind == logical.Semi) {
		for _, p := range j.On {
			o, ok := p.(*scalar.Or)
			if !ok {
				continue
			}
			known()
			if e := implied(o, logical.Columns(j.Left)); e != nil && !contains(lf, e) && !contains(toLeft, e) {
				toLeft = append(toLeft, e)
				c.fire("extract_or")
			}
			if e := implied(o, logical.Columns(j.Right)); e != nil && !contains(rf, e) && !contains(toRight, e) {
				toRight = append(toRight, e)
				c.fire("extract_or")
			}
		}
	}
	if len(toLeft)+len(toRight) == 0 {
		return j
	}
	m := *j
	m.Left, m.Right = dedupFilter(j.Left, toLeft), dedupFilter(j.Right, toRight)
	return &m
}

// directions says to which sides a join's equalities carry what is known of
// the other: rows of that side which fail it have no match, and no row without
// a match comes out of that side.
func directions(j *logical.Join) (left, right bool) {
	if j.NullAware {
		return false, false
	}
	switch j.Kind {
	case logical.Inner, logical.Semi:
		return true, true
	case logical.Left, logical.Anti, logical.Mark, logical.Single:
		return false, true
	case logical.Right:
		return true, false
	}
	return false, false
}

func readsOnly(list []scalar.Expr, cols scalar.ColSet) []scalar.Expr {
	var out []scalar.Expr
	for _, e := range list {
		if scalar.Columns(e).SubsetOf(cols) && !contains(out, e) {
			out = append(out, e)
		}
	}
	return out
}

// facts are predicates that hold for every row of n.
func facts(n logical.Node, list []scalar.Expr) []scalar.Expr {
	switch n := n.(type) {
	case *logical.Scan:
		return append(list, n.Filter...)
	case *logical.Filter:
		return facts(n.Input, append(list, n.Preds...))
	case *logical.Join:
		switch n.Kind {
		case logical.Inner:
			return facts(n.Right, facts(n.Left, append(list, n.On...)))
		case logical.Left, logical.Semi, logical.Anti, logical.Mark, logical.Single:
			return facts(n.Left, list)
		case logical.Right:
			return facts(n.Right, list)
		}
	case *logical.Project:
		return projectFacts(n, list)
	case *logical.Aggregate:
		if n.KeyFrom == nil && len(n.Sets) <= 1 {
			return about(facts(n.Input, nil), setOf(n.Keys), list)
		}
	case *logical.Sort, *logical.Limit, *logical.Distinct, *logical.Window:
		return facts(n.Inputs()[0], list)
	case *logical.With:
		return facts(n.Body, list)
	}
	return list
}

// about appends to list the facts that read only cols.
func about(facts []scalar.Expr, cols scalar.ColSet, list []scalar.Expr) []scalar.Expr {
	for _, e := range facts {
		if scalar.Columns(e).SubsetOf(cols) {
			list = append(list, e)
		}
	}
	return list
}

// projectFacts are the input's facts about columns that the projection
// passes, under the names that it gives them.
func projectFacts(n *logical.Project, list []scalar.Expr) []scalar.Expr {
	to := map[scalar.ColumnID]scalar.Expr{}
	var passed scalar.ColSet
	for i, e := range n.Exprs {
		if c, ok := e.(*scalar.Column); ok {
			passed.Add(c.ID)
			if c.ID != n.Cols[i].ID {
				to[c.ID] = n.Cols[i].Ref()
			}
		}
	}
	for _, e := range facts(n.Input, nil) {
		if scalar.Columns(e).SubsetOf(passed) {
			list = append(list, apply(to, e))
		}
	}
	return list
}

// transfer gives what facts say of from, a column, as predicates on to, which
// equals it; without what known has already.
func transfer(from, to scalar.Expr, facts, known []scalar.Expr) []scalar.Expr {
	c, ok := from.(*scalar.Column)
	if !ok || from.Type().OID != to.Type().OID || scalar.Columns(to).Empty() || scalar.CanFail(to) || scalar.Volatility(to) == volatile {
		return nil
	}
	own := scalar.SetOf(c.ID)
	var out []scalar.Expr
	for _, f := range facts {
		cols := scalar.Columns(f)
		if cols.Len() != 1 || !cols.SubsetOf(own) || !movable(f) || !respectsEquality(f, c.Typ) {
			continue
		}
		e := apply(map[scalar.ColumnID]scalar.Expr{c.ID: to}, f)
		if !contains(known, e) {
			out = append(out, e)
		}
	}
	return out
}

// respectsEquality says whether a predicate on a column of type t holds for
// all values that = calls equal if it holds for one: comparisons do. Others
// may tell 1.0 from 1.00, so they pass only for types whose equal values are
// the same.
func respectsEquality(f scalar.Expr, t types.Type) bool {
	switch t.OID {
	case types.NumericOID, types.BPCharOID, types.Float4OID, types.Float8OID, types.IntervalOID:
	default:
		return !t.IsArray()
	}
	switch f := f.(type) {
	case *scalar.Call:
		switch f.Op {
		case "=", "<", "<=", ">", ">=", "<>":
			_, ok := f.Args[0].(*scalar.Column)
			return ok && len(f.Args) == 2 && scalar.Columns(f.Args[1]).Empty()
		}
	case *scalar.InList:
		_, ok := f.Arg.(*scalar.Column)
		return ok
	}
	return false
}

// implied is what a disjunction says of cols alone: each arm must say
// something.
func implied(o *scalar.Or, cols scalar.ColSet) scalar.Expr {
	if scalar.Columns(o).SubsetOf(cols) {
		return nil
	}
	var arms []scalar.Expr
	for _, arm := range o.Args {
		var own []scalar.Expr
		for _, e := range scalar.SplitAnd(nil, arm) {
			c := scalar.Columns(e)
			if !c.Empty() && c.SubsetOf(cols) && movable(e) {
				own = append(own, e)
			}
		}
		if len(own) == 0 {
			return nil
		}
		e := and(own)
		if !contains(arms, e) {
			arms = append(arms, e)
		}
	}
	e := or(arms)
	if o, ok := e.(*scalar.Or); ok {
		if f := factor(o); f != nil {
			return f
		}
		if g := gather(o); g != nil {
			return g
		}
	}
	return e
}
