package rule

import (
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// sinkSingle moves an uncorrelated scalar subquery to the relation that a
// predicate compares it with, so that the predicate can follow:
//
//	Filter d.month = s.month        join on f.day = d.day
//	  single join                     f
//	    join on f.day = d.day    =>   Filter d.month = s.month
//	      f                             single join
//	      d                               d
//	    s                                 s
//
// A subquery of several rows raises as before, if d has a row at all.
func (p *pusher) sinkSingle(n *logical.Join, preds []scalar.Expr, right scalar.ColSet) (logical.Node, bool) {
	if n.Kind != logical.Single || len(n.On) > 0 || n.Lateral || !p.c.on("sink_single") {
		return n, false
	}
	in, ok := n.Left.(*logical.Join)
	if !ok || in.Lateral {
		return n, false
	}
	for _, e := range preds {
		cols := scalar.Columns(e)
		if !cols.Intersects(right) || !movable(e) {
			continue
		}
		cols = cols.Copy()
		cols.RemoveSet(right)
		if cols.Empty() {
			continue
		}
		m := *in
		single := *n
		switch {
		case cols.SubsetOf(logical.Columns(in.Left)) && keepsLeft(in.Kind):
			single.Left = in.Left
			m.Left = &single
		case cols.SubsetOf(logical.Columns(in.Right)) && in.Kind == logical.Inner:
			single.Left = in.Right
			m.Right = &single
		default:
			continue
		}
		p.c.fire("sink_single")
		return passThrough(&m, n.Schema()), true
	}
	return n, false
}

// keepsLeft says whether a filter on the left side of such a join may as well
// stand above it.
func keepsLeft(k logical.JoinKind) bool {
	switch k {
	case logical.Inner, logical.Left, logical.Semi, logical.Anti, logical.Mark, logical.Single:
		return true
	}
	return false
}
