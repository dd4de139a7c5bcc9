package choose

import (
	"math"
	"slices"

	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

// orderFilter is the order in which a scan tries its predicates. What cannot
// fail goes first, by how many rows it drops for what it costs; each then sees
// only the rows that are left, and the scan decodes columns only for those.
// What can fail follows as it was written: nothing in front of it may come
// behind it, while more in front does no harm.
func (b *builder) orderFilter(n *logical.Scan) []scalar.Expr {
	if len(n.Filter) < 2 {
		return n.Filter
	}
	type ranked struct {
		expr scalar.Expr
		rank float64
	}
	var safe []ranked
	var rest []scalar.Expr
	bare := *n
	bare.Filter = nil
	for _, p := range n.Filter {
		if scalar.CanFail(p) {
			rest = append(rest, p)
			continue
		}
		keep := b.card.Selectivity([]scalar.Expr{p}, &bare)
		safe = append(safe, ranked{p, (1 - keep) / predicateCost(p)})
	}
	slices.SortStableFunc(safe, func(x, y ranked) int {
		switch {
		case math.Abs(x.rank-y.rank) < 1e-12:
			return 0
		case x.rank > y.rank:
			return -1
		}
		return 1
	})
	out := make([]scalar.Expr, 0, len(n.Filter))
	for _, r := range safe {
		out = append(out, r.expr)
	}
	return append(out, rest...)
}

// predicateCost is about the nanoseconds of evaluating e for a row, with what
// it takes to decode its columns.
func predicateCost(e scalar.Expr) float64 {
	cost := 0.5
	scalar.Walk(e, func(e scalar.Expr) bool {
		switch e := e.(type) {
		case *scalar.Column:
			switch k := e.Typ.Kind(); {
			case k.IsView():
				cost += 4
			case k == column.Int128:
				cost += 2
			default:
				cost++
			}
		case *scalar.Call:
			switch {
			case e.Op == "~~" || e.Op == "!~~" || e.Op == "~~*" || e.Op == "!~~*":
				cost += 15
			case e.Op == "~" || e.Op == "!~" || e.Op == "~*" || e.Op == "!~*":
				cost += 60
			case e.Op != "":
				cost++
			default:
				cost += 10
			}
		case *scalar.Cast:
			cost += 3
		case *scalar.InList:
			cost += 1 + 0.2*float64(min(len(e.List), 20))
		case *scalar.Case, *scalar.Coalesce, *scalar.AnyArray:
			cost += 3
		}
		return true
	})
	return cost
}
