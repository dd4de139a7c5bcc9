package rule

import (
	"math"

	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// constLimit are a limit's bounds where they are constants.
func constLimit(n *logical.Limit) (skip, take float64, ok bool) {
	skip, ok1 := constCount(n.Offset, 0)
	take, ok2 := constCount(n.Count, math.Inf(1))
	return skip, take, ok1 && ok2
}

func newLimit(in logical.Node, skip, take float64) *logical.Limit {
	l := &logical.Limit{Input: in}
	if !math.IsInf(take, 1) {
		l.Count = bigint(int64(take))
	}
	if skip > 0 {
		l.Offset = bigint(int64(skip))
	}
	return l
}

// maxLimit keeps sums of limits exact as floats.
const maxLimit = 1 << 52

// mergeLimits makes one Limit of two that touch:
//
//	Limit(skip a, take b)            Limit(skip c+a, take min(b, d-a))
//	  Limit(skip c, take d)    =>      input
//	    input
//
// The inner limit passes d rows and the outer skips a of them, so at most
// d-a are left, or none where a ≥ d.
func mergeLimits(_ *Context, n logical.Node) (logical.Node, bool) {
	outer, ok := n.(*logical.Limit)
	if !ok {
		return n, false
	}
	inner, ok := outer.Input.(*logical.Limit)
	if !ok || outer.WithTies || inner.WithTies {
		return n, false
	}
	a, b, ok1 := constLimit(outer)
	c, d, ok2 := constLimit(inner)
	if !ok1 || !ok2 || a+c > maxLimit {
		return n, false
	}
	return newLimit(inner.Input, c+a, math.Min(b, math.Max(d-a, 0))), true
}

// dropLimit removes a limit that its input cannot reach.
func dropLimit(_ *Context, n logical.Node) (logical.Node, bool) {
	l, ok := n.(*logical.Limit)
	if !ok {
		return n, false
	}
	skip, take, ok := constLimit(l)
	if !ok || skip > 0 || rowBounds(l.Input).max > take {
		return n, false
	}
	return l.Input, true
}

// pushLimit moves a limit, or a copy of it without the offset, toward the
// rows' source:
//
//	limit over project        =>  project over limit
//	limit over left join      =>  and also over the join's left side
//	limit over single, mark   =>  only over the left side: one row each
//	limit over union all      =>  and also over both sides
//
// With a sort between, the sort goes along where its keys are columns of that
// side.
func pushLimit(c *Context, n logical.Node) (logical.Node, bool) {
	l, ok := n.(*logical.Limit)
	if !ok {
		return n, false
	}
	if p, ok := l.Input.(*logical.Project); ok && !sideEffects(p.Exprs) {
		m := *l
		m.Input = p.Input
		q := *p
		q.Input = &m
		if l.WithTies {
			return n, false
		}
		return &q, true
	}
	skip, take, ok := constLimit(l)
	if !ok || math.IsInf(take, 1) || l.WithTies || skip+take > maxLimit {
		return n, false
	}
	in := l.Input
	var keys []scalar.SortKey
	srt, sorted := in.(*logical.Sort)
	if sorted {
		in, keys = srt.Input, srt.Keys
	}
	below, ok := limitBelow(c, in, keys, skip+take)
	if !ok {
		return n, false
	}
	if sorted {
		below = &logical.Sort{Input: below, Keys: keys}
	}
	m := *l
	m.Input = below
	return &m, true
}

func sideEffects(list []scalar.Expr) bool {
	for _, e := range list {
		if scalar.SideEffect(e) {
			return true
		}
	}
	return false
}

// limitBelow puts "the first most rows by keys" below in's top node.
func limitBelow(c *Context, in logical.Node, keys []scalar.SortKey, most float64) (logical.Node, bool) {
	limited := func(side logical.Node, keys []scalar.SortKey) (logical.Node, bool) {
		if rowBounds(side).max <= most {
			return side, false
		}
		if len(keys) > 0 {
			if l, ok := side.(*logical.Limit); ok && l.Offset == nil {
				return side, false
			}
			side = &logical.Sort{Input: side, Keys: keys}
		}
		return newLimit(side, 0, most), true
	}
	switch in := in.(type) {
	case *logical.Join:
		switch in.Kind {
		case logical.Left, logical.Single, logical.Mark:
		default:
			return in, false
		}
		if in.Lateral || !keysOver(keys, logical.Columns(in.Left)) {
			return in, false
		}
		l, ok := limited(in.Left, keys)
		if !ok {
			return in, false
		}
		m := *in
		m.Left = l
		return &m, true
	case *logical.SetOp:
		if in.Kind != logical.Union || !in.All {
			return in, false
		}
		m := *in
		changed := false
		for i, side := range in.Inputs() {
			schema := side.Schema()
			subst := map[scalar.ColumnID]scalar.Expr{}
			for k, col := range in.Cols {
				subst[col.ID] = schema[k].Ref()
			}
			own, _ := scalar.MapKeys(keys, func(e scalar.Expr) scalar.Expr { return apply(subst, e) })
			out, ok := limited(side, own)
			changed = changed || ok
			if i == 0 {
				m.Left = out
			} else {
				m.Right = out
			}
		}
		return &m, changed
	}
	return in, false
}

func keysOver(keys []scalar.SortKey, cols scalar.ColSet) bool {
	for _, k := range keys {
		if !scalar.Columns(k.Expr).SubsetOf(cols) || scalar.CanFail(k.Expr) || scalar.Volatility(k.Expr) == volatile {
			return false
		}
	}
	return true
}
