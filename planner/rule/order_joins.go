package rule

import (
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// orderJoins puts the joins of each block into the order that is expected to
// cost least. A block is what hangs together by inner joins, with the left,
// semi, anti, mark and single joins on the way down their left sides:
//
//	semi join                       leaves        a, b, c
//	  inner join                    attached      d (semi, needs b)
//	    inner join            =>    conditions    a.x = b.x, b.y = c.y
//	      a
//	      b
//	    c
//	  d on b.z = d.z
//
// The attached right sides come in whenever the relations that their condition
// reads are there: (a ⋈ b) ⋉ d = (a ⋉ d) ⋈ b where d's condition reads only
// a. Conditions that can fail are applied on top, in the order in which they
// were written, behind all others.
func orderJoins(c *Context, root logical.Node) (logical.Node, error) {
	if !c.on("order_joins") {
		return root, nil
	}
	c.card.Observe(root)
	return c.orderBlocks(root), nil
}

// orderBlocks orders the topmost block of n, and all below it.
func (c *Context) orderBlocks(n logical.Node) logical.Node {
	j, ok := n.(*logical.Join)
	if !ok || !blockJoin(j) {
		return logical.MapInputs(n, c.orderBlocks)
	}
	b := &block{c: c}
	b.collect(j)
	if len(b.leaves) > mostLeaves {
		return logical.MapInputs(n, c.orderBlocks)
	}
	out := b.solve()
	if !sameShape(out, n) {
		c.fire("order_joins")
	}
	return passThrough(out, n.Schema())
}

const mostLeaves = 60

// blockJoin says whether a join belongs to a block.
func blockJoin(j *logical.Join) bool {
	if j.Lateral {
		return false
	}
	switch j.Kind {
	case logical.Inner:
		return true
	case logical.Left, logical.Semi, logical.Anti, logical.Mark, logical.Single:
		for _, p := range j.On {
			if !movable(p) {
				return false
			}
		}
		return true
	}
	return false
}

// sameShape says whether two plans join the same things in the same order.
func sameShape(a, b logical.Node) bool {
	if a == b {
		return true
	}
	x, ok1 := a.(*logical.Join)
	y, ok2 := b.(*logical.Join)
	return ok1 && ok2 && x.Kind == y.Kind && sameShape(x.Left, y.Left) && sameShape(x.Right, y.Right) && scalar.EqualLists(x.On, y.On)
}
