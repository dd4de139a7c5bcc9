package eval

import (
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

// cast compiles a cast: first to the type, then to its typmod.
func (cp *compiler) cast(e *scalar.Cast) (node, error) {
	arg, err := cp.node(e.Arg)
	if err != nil {
		return nil, err
	}
	n, err := cp.convert(arg, e.Arg.Type(), e.Typ, e.Context)
	if err != nil {
		return nil, err
	}
	if e.Try {
		return &tryNode{arg: n, kind: e.Typ.Kind()}, nil
	}
	return n, nil
}

// convert makes the node that turns a value of one type into one of another.
// Which function does it depends on the two types alone.
func (cp *compiler) convert(arg node, from, to types.Type, ctx function.CastContext) (node, error) {
	if from.OID == types.NumericOID {
		from = literalType(arg, from)
	}
	c := caster{cp: cp, arg: arg, from: from, to: to, ctx: ctx}
	n, err := c.byTypes()
	if err != nil {
		return nil, err
	}
	return n, nil
}

// caster is one cast being compiled.
type caster struct {
	cp       *compiler
	arg      node
	from, to types.Type
	ctx      function.CastContext
}

// call is a strict function of the one argument.
func (c *caster) call(a apply) node {
	return c.cp.newCall("cast", a, []node{c.arg}, []types.Type{c.from}, c.to)
}

// all is call for what computes every row and cannot fail.
func (c *caster) all(a apply) node {
	n := c.call(a).(*callNode)
	n.dense = true
	return n
}

func (c *caster) byTypes() (node, error) {
	if n, ok, err := c.numbers(); ok || err != nil {
		return n, err
	}
	if n, ok, err := c.temporal(); ok || err != nil {
		return n, err
	}
	if n, ok, err := c.strings(); ok || err != nil {
		return n, err
	}
	if n, ok, err := c.others(); ok || err != nil {
		return n, err
	}
	return nil, sqlerr.New(sqlerr.CannotCoerce, "cannot cast type %s to %s", typeName(c.from), typeName(c.to))
}

// tryNode gives NULL where its argument raises.
type tryNode struct {
	arg  node
	kind column.Kind
	one  [1]int32
}

func (n *tryNode) eval(f *frame, sel []int32) (*column.Column, error) {
	c, err := n.arg.eval(f, sel)
	if err == nil {
		return c, nil
	}
	b := kernel.NewBuilder(n.kind)
	null := column.NewNull(n.kind, 1)
	rows := rowsOf(f, sel)
	pos := make([]int32, f.n)
	for k, i := range rows {
		n.one[0] = i
		pos[i] = int32(k)
		if c, err := n.arg.eval(f, n.one[:]); err != nil {
			b.Append(null, nil)
		} else {
			if c.Kind != n.kind { // a numeric that came narrow
				c = kernel.Widen(c, n.kind, 0, 0)
			}
			b.Append(c, n.one[:])
		}
	}
	return column.Gather(b.Column(), pos), nil
}
