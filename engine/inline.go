package engine

import (
	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/physical"
)

// A plan that can neither give nor see many rows runs on the session's own
// goroutine: handing it to another and its rows back costs more than the run.
// Nor does it wait for a CPU slot: it is over before a slot comes free. Both
// are hard limits, not estimates.
const (
	inlineRows = 4096     // that the plan gives
	inlineWork = 16 << 10 // that any step of it gives
)

// fewRows says whether a plan gives at most so many rows, and no step of it
// more than inlineWork.
func fewRows(plan physical.Node, most int64) bool {
	n, ok := (&rowBound{}).of(plan)
	return ok && n <= most
}

// rowBound computes how many rows a node gives at most.
type rowBound struct{ ctes map[logical.CTEID]int64 }

// of is the most rows that n gives; false where that is unknown or, for n or
// a node below, above inlineWork.
func (b *rowBound) of(n physical.Node) (int64, bool) {
	rows, ok := b.node(n)
	return rows, ok && rows <= inlineWork
}

func (b *rowBound) node(n physical.Node) (int64, bool) {
	switch n := n.(type) {
	case *physical.Scan:
		src, ok := n.Source.(*catalog.Memory)
		if !ok {
			return 0, false
		}
		rows := int64(0)
		for _, s := range src.Segments {
			rows += int64(s.Rows)
		}
		return rows, true
	case *physical.Values:
		return int64(len(n.Rows)), true
	case *physical.CTEScan:
		rows, ok := b.ctes[n.ID]
		return rows, ok
	case *physical.With:
		rows, ok := b.of(n.Plan)
		if !ok {
			return 0, false
		}
		if b.ctes == nil {
			b.ctes = map[logical.CTEID]int64{}
		}
		b.ctes[n.ID] = rows
		return b.of(n.Body)
	case *physical.HashJoin:
		return b.join(n.Probe, n.Build)
	case *physical.NestedLoop:
		return b.join(n.Outer, n.Inner)
	case *physical.HashAggregate:
		rows, ok := b.of(n.Input)
		if len(n.Keys) == 0 {
			rows = 0
		}
		return (rows + 1) * int64(max(1, len(n.Sets))), ok
	case *physical.Append:
		return b.sum(n.Parts...)
	case *physical.SetOp:
		return b.sum(n.Left, n.Right)
	case *physical.Insert, *physical.Update, *physical.Delete, *physical.Project, *physical.Filter, *physical.Window, *physical.Sort, *physical.TopN, *physical.Limit, *physical.DistinctOn:
		return b.of(n.Inputs()[0])
	}
	return 0, false
}

// join allows for every pair and, in outer joins, every row without one.
func (b *rowBound) join(l, r physical.Node) (int64, bool) {
	left, ok := b.of(l)
	if !ok {
		return 0, false
	}
	right, ok := b.of(r)
	return (left + 1) * (right + 1), ok
}

func (b *rowBound) sum(parts ...physical.Node) (int64, bool) {
	total := int64(0)
	for _, p := range parts {
		n, ok := b.of(p)
		if !ok {
			return 0, false
		}
		total += n
	}
	return total, true
}
