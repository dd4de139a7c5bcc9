package choose

import (
	"math"

	"github.com/inlaydb/inlay/planner/joinorder"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/physical"
)

// The cost of a step in units of about one nanosecond of one core, for a
// vectorised engine in memory. Only ratios matter: hashing a row into a table
// costs several times a probe, and wide rows cost by the byte.
const (
	costScan    = 2.0
	costPred    = 1.0
	costProject = 1.0
	costProbe   = joinorder.CostProbe
	costBuild   = joinorder.CostBuild
	costByte    = joinorder.CostByte
	costOutput  = joinorder.CostOutput
	costGroup   = 30.0
	costSort    = 15.0 // per row and level of comparisons
	costPair    = 2.0  // nested loop
	costMarking = 1.2
)

func buildCost(p *physical.Props) float64 {
	return p.Rows * (costBuild + costByte*p.Width)
}

// setProps fills in what is expected of p, which does the work of n. A node
// that was passed through (an input of n's) keeps its own.
func (b *builder) setProps(n logical.Node, p physical.Node) {
	pr := p.Properties()
	if pr.Cost > 0 {
		return
	}
	pr.Rows = math.Max(b.card.Rows(n), 0)
	pr.Width = b.card.Width(p.Schema())
	cost := 0.0
	for _, in := range p.Inputs() {
		cost += in.Properties().Cost
	}
	pr.Cost = math.Max(cost+b.own(p, pr), 0.01)
}

// own is the cost of p's own step.
func (b *builder) own(p physical.Node, pr *physical.Props) float64 {
	in := func(i int) *physical.Props { return p.Inputs()[i].Properties() }
	switch p := p.(type) {
	case *physical.Scan:
		base := math.Max(b.card.BaseRows(b.scans[p]), pr.Rows)
		return base*(costScan+float64(len(p.Filter))*costPred) + pr.Rows*pr.Width*costByte
	case *physical.Filter:
		return in(0).Rows * float64(len(p.Preds)) * costPred
	case *physical.Project:
		return in(0).Rows * costProject
	case *physical.HashJoin:
		return buildCost(p.Build.Properties()) + p.Probe.Properties().Rows*costProbe + pr.Rows*costOutput
	case *physical.NestedLoop:
		return in(0).Rows*math.Max(in(1).Rows, 1)*costPair + pr.Rows*costOutput
	case *physical.HashAggregate:
		return in(0).Rows*costGroup*0.5 + pr.Rows*(costGroup+costByte*pr.Width)
	case *physical.Sort, *physical.Window, *physical.DistinctOn:
		return in(0).Rows * costSort * math.Log2(in(0).Rows+2) / 4
	case *physical.TopN:
		return in(0).Rows*costPred + pr.Rows*costSort
	case *physical.SetOp:
		return buildCost(in(1)) + in(0).Rows*costProbe
	}
	return pr.Rows * 0.1
}
