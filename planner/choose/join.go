package choose

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/joinkey"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/physical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// join chooses a hash join where the condition has a key, else a nested loop.
//
// A null-aware join hashes only when its condition is one key and nothing
// else: then "is there a NULL on the build side" is one bit. With more, the
// three-valued answer needs the pairs themselves.
func (b *builder) join(n *logical.Join, need scalar.ColSet) (physical.Node, error) {
	if n.Lateral {
		return nil, sqlerr.Internal("a lateral join was not decorrelated")
	}
	if err := noSubquery(n.On); err != nil {
		return nil, err
	}
	below := withExprs(need, n.On)
	left, err := b.build(n.Left, below)
	if err != nil {
		return nil, err
	}
	right, err := b.build(n.Right, below)
	if err != nil {
		return nil, err
	}
	keys, rest := joinkey.Split(n.On, setOf(left.Schema()), setOf(right.Schema()))
	keys, rest = demoteFallible(keys, rest, n.On)
	if len(keys) == 0 || n.NullAware && (len(keys) > 1 || len(rest) > 0 || keys[0].NullEqual) {
		return b.nestedLoop(n, left, right), nil
	}
	p := &physical.HashJoin{Kind: n.Kind, Residual: rest, MarkCol: n.MarkCol, NullAware: n.NullAware}
	p.BuildLeft = b.buildLeft(n, left, right)
	p.Build, p.Probe = right, left
	if p.BuildLeft {
		p.Build, p.Probe = left, right
	}
	anyNull := false
	for _, k := range keys {
		build, probe := k.Right, k.Left
		if p.BuildLeft {
			build, probe = probe, build
		}
		p.BuildKeys = append(p.BuildKeys, build)
		p.ProbeKeys = append(p.ProbeKeys, probe)
		p.NullEqual = append(p.NullEqual, k.NullEqual)
		anyNull = anyNull || k.NullEqual
	}
	if !anyNull {
		p.NullEqual = nil
	}
	p.Cols = only(n.Columns(left.Schema(), right.Schema()), need)
	b.joins[p] = n
	return p, nil
}

// demoteFallible leaves keys that can fail to the residual where another key
// is there to hash by: the residual sees only pairs that the others let through.
func demoteFallible(keys []joinkey.Key, rest, on []scalar.Expr) ([]joinkey.Key, []scalar.Expr) {
	safe := 0
	for _, k := range keys {
		if !scalar.CanFail(k.On) {
			safe++
		}
	}
	if safe == 0 || safe == len(keys) {
		return keys, rest
	}
	var hash []joinkey.Key
	taken := map[scalar.Expr]bool{}
	for _, k := range keys {
		if !scalar.CanFail(k.On) {
			hash = append(hash, k)
			taken[k.On] = true
		}
	}
	rest = nil
	for _, p := range on { // keep the order in which they were written
		if !taken[p] {
			rest = append(rest, p)
		}
	}
	return hash, rest
}

// nestedLoop buffers the right side, or for an inner join the smaller one.
func (b *builder) nestedLoop(n *logical.Join, left, right physical.Node) physical.Node {
	p := &physical.NestedLoop{Kind: n.Kind, Outer: left, Inner: right, On: n.On, MarkCol: n.MarkCol, NullAware: n.NullAware}
	swap := n.Kind == logical.Right
	if n.Kind == logical.Inner {
		l, r := left.Properties(), right.Properties()
		swap = l.Rows*max(l.Width, 1) < r.Rows*max(r.Width, 1)
	}
	if swap {
		p.Outer, p.Inner = right, left
		if n.Kind == logical.Right {
			p.Kind = logical.Left
		}
	}
	p.Cols = append(p.Cols, p.Outer.Schema()...)
	switch n.Kind {
	case logical.Semi, logical.Anti:
	case logical.Mark:
		p.Cols = append(p.Cols, *n.MarkCol)
	default:
		p.Cols = append(p.Cols, p.Inner.Schema()...)
	}
	nullable(p)
	return p
}

// nullable takes NOT NULL off the columns of sides that an outer join pads.
func nullable(p *physical.NestedLoop) {
	outer := len(p.Outer.Schema())
	for i := range p.Cols {
		switch p.Kind {
		case logical.Full:
			p.Cols[i].NotNull = false
		case logical.Left, logical.Single:
			if i >= outer {
				p.Cols[i].NotNull = false
			}
		}
	}
}

// buildLeft says whether the left side shall be hashed. The right side is the
// default: it is where the binder puts what is looked up, and the only choice
// for Mark, Single and null-aware joins, which answer for each left row as it
// streams past.
func (b *builder) buildLeft(n *logical.Join, left, right physical.Node) bool {
	if n.NullAware {
		return false
	}
	l, r := left.Properties(), right.Properties()
	lb, rb := buildCost(l), buildCost(r)
	lp, rp := l.Rows*costProbe, r.Rows*costProbe
	switch n.Kind {
	case logical.Inner, logical.Full:
		return lb+rp < rb+lp
	case logical.Left, logical.Semi, logical.Anti:
		// Rows of a hashed left side wait until the end for their verdict.
		return (lb+rp)*costMarking < rb+lp
	case logical.Right:
		return lb+rp < (rb+lp)*costMarking
	}
	return false
}
