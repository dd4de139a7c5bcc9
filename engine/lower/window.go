package lower

import (
	"github.com/inlaydb/inlay/engine/order"
	"github.com/inlaydb/inlay/engine/window"
	"github.com/inlaydb/inlay/planner/physical"
	"github.com/inlaydb/inlay/planner/scalar"
)

func (b *builder) window(n *physical.Window) (*chain, error) {
	c, err := b.node(n.Input)
	if err != nil {
		return nil, err
	}
	var exprs []scalar.Expr
	at := func(e scalar.Expr) int {
		if e == nil {
			return -1
		}
		exprs = append(exprs, e)
		return len(exprs) - 1
	}
	spec := window.Spec{Node: n.Properties().ID}
	for _, p := range n.Partition {
		spec.Partition = append(spec.Partition, at(p))
	}
	for _, k := range n.Order {
		spec.Order = append(spec.Order, order.Key{Pos: at(k.Expr), Type: k.Expr.Type(), Desc: k.Desc, NullsFirst: k.NullsFirst})
	}
	for _, it := range n.Items {
		f := it.Call.Frame
		item := window.Item{
			Fn: it.Call.Agg.Fn, Filter: at(it.Call.Agg.Filter), IgnoreNulls: it.Call.IgnoreNulls, Result: it.Col.Type,
			Frame: window.Frame{
				Unit: f.Unit, Start: f.Start, End: f.End, Exclude: f.Exclude,
				StartOffset: at(f.StartOffset), EndOffset: at(f.EndOffset), StartBound: at(f.StartBound), EndBound: at(f.EndBound),
			},
		}
		args, err := jsonArguments(it.Call.Agg)
		if err != nil {
			return nil, err
		}
		for _, a := range args {
			item.Args = append(item.Args, at(filtered(a, it.Call.Agg.Filter)))
		}
		spec.Items = append(spec.Items, item)
	}
	pos := b.positions(c, exprs)
	remap := func(p *int) {
		if *p >= 0 {
			*p = pos[*p]
		}
	}
	for i := range spec.Partition {
		remap(&spec.Partition[i])
	}
	for i := range spec.Order {
		remap(&spec.Order[i].Pos)
	}
	for i := range spec.Items {
		it := &spec.Items[i]
		for j := range it.Args {
			remap(&it.Args[j])
		}
		for _, p := range []*int{&it.Filter, &it.Frame.StartOffset, &it.Frame.EndOffset, &it.Frame.StartBound, &it.Frame.EndBound} {
			remap(p)
		}
	}
	spec.Input = typesOf(c.cols)
	w, err := window.New(spec)
	if err != nil {
		return nil, err
	}
	cols := c.cols[:len(c.cols):len(c.cols)]
	for _, it := range n.Items {
		cols = append(cols, it.Col)
	}
	b.end(c, w)
	out := newChain(w.Source(), cols)
	return b.narrow(out, n.Schema()), nil
}
