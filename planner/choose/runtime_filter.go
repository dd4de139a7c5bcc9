package choose

import (
	"slices"

	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/physical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// placeRuntimeFilters lets each hash join tell the scans below its probe side
// which keys its build side has. It holds for joins that drop probe rows
// without a match; a key is followed down to the scan that its column comes
// from, through whatever keeps "this row's key is not in the set" a reason to
// leave the row out:
//
//	HashJoin c.k = agg.k     (build: c, few rows)
//	  HashAggregate by k          whole groups go
//	    HashJoin
//	      Scan orders (k)         ◄── filter on k
//
// A filter is placed where it is expected to drop a good part of the scan.
func (b *builder) placeRuntimeFilters(n physical.Node) {
	if j, ok := n.(*physical.HashJoin); ok && dropsProbe(j) {
		for i, key := range j.ProbeKeys {
			if j.NullEqual != nil && j.NullEqual[i] {
				continue
			}
			b.runtimeFilter(j, key, j.BuildKeys[i])
		}
	}
	for _, in := range n.Inputs() {
		b.placeRuntimeFilters(in)
	}
}

// dropsProbe says whether a probe row without a match never comes out.
func dropsProbe(j *physical.HashJoin) bool {
	if j.NullAware {
		return false
	}
	switch j.Kind {
	case logical.Inner:
		return true
	case logical.Semi:
		return true
	case logical.Left, logical.Anti:
		return j.BuildLeft
	case logical.Right:
		return !j.BuildLeft
	}
	return false
}

func (b *builder) runtimeFilter(j *physical.HashJoin, probe, build scalar.Expr) {
	col, ok := probe.(*scalar.Column)
	if !ok || scalar.CanFail(build) {
		return
	}
	var at []place
	trace(j.Probe, col, &at)
	var use []place
	for _, p := range at {
		if b.selective(j, build, p) {
			use = append(use, p)
		}
	}
	if len(use) == 0 {
		return
	}
	b.last++
	j.Runtime = append(j.Runtime, physical.RuntimeFilter{ID: b.last, Key: build})
	for _, p := range use {
		p.scan.Runtime = append(p.scan.Runtime, physical.RuntimeFilter{ID: b.last, Key: p.col})
	}
}

// place is a scan and its column that a key comes from.
type place struct {
	scan *physical.Scan
	col  *scalar.Column
}

func has(n physical.Node, id scalar.ColumnID) bool {
	return slices.ContainsFunc(n.Schema(), func(c logical.Column) bool { return c.ID == id })
}

// trace finds where col of n comes from.
func trace(n physical.Node, col *scalar.Column, out *[]place) {
	switch n := n.(type) {
	case *physical.Scan:
		if n.RowID == nil || n.RowID.ID != col.ID {
			*out = append(*out, place{n, col})
		}
	case *physical.Filter, *physical.Sort:
		trace(n.Inputs()[0], col, out)
	case *physical.TableFunc:
		if has(n.Input, col.ID) {
			trace(n.Input, col, out)
		}
	case *physical.Project:
		for i, c := range n.Cols {
			if c.ID == col.ID {
				if ref, ok := n.Exprs[i].(*scalar.Column); ok {
					trace(n.Input, ref, out)
				}
			}
		}
	case *physical.HashJoin:
		left, right := n.Probe, n.Build
		if n.BuildLeft {
			left, right = right, left
		}
		traceJoin(n.Kind, left, right, col, out)
	case *physical.NestedLoop:
		traceJoin(n.Kind, n.Outer, n.Inner, col, out)
	case *physical.HashAggregate:
		for i, k := range n.Keys {
			ref, ok := k.(*scalar.Column)
			if !ok || n.Cols[i].ID != col.ID {
				continue
			}
			for _, s := range n.Sets {
				ok = ok && slices.Contains(s, i)
			}
			if ok {
				trace(n.Input, ref, out)
			}
		}
	case *physical.Window:
		for _, e := range n.Partition {
			if ref, ok := e.(*scalar.Column); ok && ref.ID == col.ID {
				trace(n.Input, ref, out)
				return
			}
		}
	case *physical.DistinctOn:
		for _, e := range n.On {
			if ref, ok := e.(*scalar.Column); ok && ref.ID == col.ID {
				trace(n.Input, ref, out)
				return
			}
		}
	case *physical.Append:
		for i, c := range n.Cols {
			if c.ID != col.ID {
				continue
			}
			for _, p := range n.Parts {
				part := p.Schema()[i]
				if part.Type == c.Type {
					trace(p, part.Ref(), out)
				}
			}
		}
	case *physical.With:
		trace(n.Body, col, out)
	}
}

// traceJoin follows a column to a side all of whose rows' outputs carry it: a
// side whose rows the join may pad away is left alone.
func traceJoin(kind logical.JoinKind, left, right physical.Node, col *scalar.Column, out *[]place) {
	switch {
	case has(left, col.ID):
		if kind != logical.Right && kind != logical.Full {
			trace(left, col, out)
		}
	case has(right, col.ID):
		if kind == logical.Inner || kind == logical.Right {
			trace(right, col, out)
		}
	}
}

const (
	worthShare = 0.75    // a filter that lets more than this through is not worth testing
	worthRows  = 4096    // nor is one on a scan this small
	mostBuild  = 1 << 26 // nor one of so many keys
)

// selective says whether the build side is expected to have few enough of the
// scan's values.
func (b *builder) selective(j *physical.HashJoin, build scalar.Expr, p place) bool {
	scan := b.scans[p.scan]
	lj := b.joins[j]
	if scan == nil || lj == nil {
		return false
	}
	side := lj.Right
	if j.BuildLeft {
		side = lj.Left
	}
	if b.card.BaseRows(scan) < worthRows || j.Build.Properties().Rows > mostBuild {
		return false
	}
	have := b.card.Distinct(side, build)
	all := b.card.Domain(scan, p.col)
	return have < all*worthShare
}
