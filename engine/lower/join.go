package lower

import (
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/join"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/physical"
	"github.com/inlaydb/inlay/planner/scalar"
)

func (b *builder) hashJoin(n *physical.HashJoin) (*chain, error) {
	build, err := b.node(n.Build)
	if err != nil {
		return nil, err
	}
	spec := join.Spec{
		Node: n.Properties().ID, Kind: n.Kind, BuildLeft: n.BuildLeft, NullAware: n.NullAware, NullEqual: n.NullEqual, Mark: n.MarkCol != nil,
		BuildKeys: b.positions(build, n.BuildKeys),
	}
	spec.BuildTypes = typesOf(build.cols)
	for _, f := range n.Runtime {
		for i, k := range n.BuildKeys {
			if f.Key == k || sameColumn(f.Key, k) {
				spec.Filters = append(spec.Filters, join.Filter{Key: i, Slot: b.slot(f.ID)})
				break
			}
		}
	}
	// The probe side is lowered behind the build side, so that its scans run
	// when the runtime filters are there.
	ended := len(b.out.Pipelines)
	probe, err := b.node(n.Probe)
	if err != nil {
		return nil, err
	}
	spec.ProbeKeys = b.positions(probe, n.ProbeKeys)
	spec.ProbeTypes = typesOf(probe.cols)
	if len(n.Residual) > 0 {
		layout := eval.Layout{}
		for _, e := range n.Residual {
			for _, id := range columnsOf(e) {
				if _, ok := layout[id]; ok {
					continue
				}
				layout[id] = len(spec.Pair)
				spec.Pair = append(spec.Pair, place(id, probe, build))
			}
		}
		spec.Residual = b.predicate(n.Residual, layout)
	}
	cols := n.Schema()
	for _, c := range cols {
		if n.MarkCol != nil && c.ID == n.MarkCol.ID {
			continue
		}
		spec.Out = append(spec.Out, place(c.ID, probe, build))
	}
	h := join.NewHash(spec, b.env.Exec)
	// Build pipelines go before those of the probe side that were ended meanwhile.
	b.endAt(build, h, ended)
	left := &pipeline.Pipeline{Source: &join.Leftovers{H: h}}
	probe.add(h)
	probe.pipes = append(probe.pipes, left)
	probe.setCols(outCols(cols, n.MarkCol))
	return b.narrow(probe, cols), nil
}

// outCols are a join's columns with the mark last, as the operator has it.
func outCols(cols []logical.Column, mark *logical.Column) []logical.Column {
	if mark == nil {
		return cols
	}
	var out []logical.Column
	for _, c := range cols {
		if c.ID != mark.ID {
			out = append(out, c)
		}
	}
	return append(out, *mark)
}

func sameColumn(a, b scalar.Expr) bool {
	x, ok1 := a.(*scalar.Column)
	y, ok2 := b.(*scalar.Column)
	return ok1 && ok2 && x.ID == y.ID
}

// place is where a join finds a column.
func place(id scalar.ColumnID, probe, build *chain) join.Column {
	if at, ok := probe.layout[id]; ok {
		return join.Column{At: at}
	}
	return join.Column{Build: true, At: build.layout[id]}
}

func typesOf(cols []logical.Column) []types.Type {
	out := make([]types.Type, len(cols))
	for i, c := range cols {
		out[i] = c.Type
	}
	return out
}

// endAt is end with the pipelines put at a place among those ended already.
func (b *builder) endAt(c *chain, sink pipeline.Sink, at int) {
	for _, p := range c.pipes {
		p.Sink = sink
	}
	rest := append([]*pipeline.Pipeline(nil), b.out.Pipelines[at:]...)
	b.out.Pipelines = append(append(b.out.Pipelines[:at:at], c.pipes...), rest...)
	b.closes(sink)
}

func (b *builder) nestedLoop(n *physical.NestedLoop) (*chain, error) {
	inner, err := b.node(n.Inner)
	if err != nil {
		return nil, err
	}
	ended := len(b.out.Pipelines)
	outer, err := b.node(n.Outer)
	if err != nil {
		return nil, err
	}
	spec := join.LoopSpec{Node: n.Properties().ID, Kind: n.Kind, NullAware: n.NullAware, OuterTypes: typesOf(outer.cols), InnerTypes: typesOf(inner.cols), Mark: n.MarkCol != nil}
	if len(n.On) > 0 {
		layout := eval.Layout{}
		for i, c := range outer.cols {
			layout[c.ID] = i
		}
		for i, c := range inner.cols {
			layout[c.ID] = len(outer.cols) + i
		}
		if n.Kind == logical.Mark || n.NullAware {
			on := n.On
			spec.Value = func(*pipeline.Worker) (eval.Evaluator, error) {
				return eval.Compile(conjunction(on), layout, b.env.Eval)
			}
		} else {
			spec.On = b.predicate(n.On, layout)
		}
	}
	cols := n.Schema()
	for _, c := range cols {
		if n.MarkCol != nil && c.ID == n.MarkCol.ID {
			continue
		}
		spec.Out = append(spec.Out, place(c.ID, outer, inner))
	}
	l := join.NewLoop(spec, b.env.Exec)
	b.endAt(inner, l, ended)
	outer.add(l)
	if l.HasLeftovers() {
		outer.pipes = append(outer.pipes, &pipeline.Pipeline{Source: l.Leftovers()})
	}
	outer.setCols(outCols(cols, n.MarkCol))
	return b.narrow(outer, cols), nil
}

func conjunction(on []scalar.Expr) scalar.Expr {
	if len(on) == 1 {
		return on[0]
	}
	return &scalar.And{Args: on}
}
