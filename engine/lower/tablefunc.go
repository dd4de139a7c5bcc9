package lower

import (
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/operator"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/physical"
)

func (b *builder) tableFunc(n *physical.TableFunc) (*chain, error) {
	c, err := b.node(n.Input)
	if err != nil {
		return nil, err
	}
	layout := c.layout
	t := &operator.TableFunc{Ordinality: n.Ordinality != nil, Outer: n.Outer}
	cols := append([]logical.Column(nil), c.cols...)
	for _, call := range n.Calls {
		one := operator.TableCall{Out: typesOf(call.Cols)}
		for _, a := range call.Args {
			one.Types = append(one.Types, a.Type())
			one.Args = append(one.Args, func(*pipeline.Worker) (eval.Evaluator, error) { return eval.Compile(a, layout, b.env.Eval) })
		}
		names := make([]string, len(call.Cols))
		for i, col := range call.Cols {
			names[i] = col.Name
		}
		if one.Start, err = operator.Start(call.Fn, one.Types, one.Out, names, b.env.Eval); err != nil {
			return nil, err
		}
		t.Calls = append(t.Calls, one)
		cols = append(cols, call.Cols...)
	}
	if n.Ordinality != nil {
		cols = append(cols, *n.Ordinality)
	}
	c.add(t)
	c.setCols(cols)
	return b.narrow(c, n.Schema()), nil
}
