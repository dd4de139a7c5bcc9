package lower

import (
	"context"
	"fmt"

	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/aggregate"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/operator"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/physical"
	"github.com/inlaydb/inlay/storage/column"
)

// setOp counts how often each row occurs on both sides by grouping their union.
func (b *builder) setOp(n *physical.SetOp) (*chain, error) {
	cols := n.Schema()
	both := &chain{}
	for i, side := range []physical.Node{n.Left, n.Right} {
		c, err := b.node(side)
		if err != nil {
			return nil, err
		}
		b.conform(c, cols)
		c.add(&operator.Tag{Right: i == 1})
		both.pipes = append(both.pipes, c.pipes...)
	}
	star := countStar()
	spec := aggregate.Spec{Node: n.Properties().ID, Input: append(typesOf(cols), boolType, boolType)}
	for i := range cols {
		spec.Keys = append(spec.Keys, i)
	}
	for side := range 2 {
		spec.Calls = append(spec.Calls, aggregate.Call{Fn: star, Filter: len(cols) + side, Result: types.New(types.Int8OID)})
	}
	a, err := aggregate.New(spec)
	if err != nil {
		return nil, err
	}
	b.end(both, a)
	out := newChain(a.Source(), cols)
	out.add(&operator.Counted{Kind: n.Kind, All: n.All})
	return out, nil
}

var boolType = types.New(types.BoolOID)

func countStar() *function.Function {
	for _, f := range function.Named("count") {
		if len(f.Args) == 0 {
			return f
		}
	}
	panic("catalog/function has no count(*)")
}

// recursive runs the step anew, over the rows of the last round, until there
// are none.
func (b *builder) recursive(n *physical.Recursive) (*chain, error) {
	first, err := b.node(n.First)
	if err != nil {
		return nil, err
	}
	cols := n.Schema()
	b.conform(first, cols)
	first.setCols(cols)
	r := &rounds{b: b, n: n, kinds: kinds(cols), res: b.env.Exec.Memory.Reserve("Recursive Union")}
	r.buf = operator.NewBuffer(r.kinds, b.env.Exec, n.Properties().ID)
	b.closes(r)
	for _, p := range first.pipes {
		p.Sink = r.buf
		b.out.Pipelines = append(b.out.Pipelines, p)
	}
	return newChain(r, cols), nil
}

// rounds is the source of a recursive common table expression.
type rounds struct {
	b     *builder
	n     *physical.Recursive
	kinds []column.Kind
	buf   *operator.Buffer // the rows of the last round
	res   *memory.Reservation
	seen  map[string]struct{} // with Distinct
	taken bool
}

func (r *rounds) Close() {
	r.buf.Close()
	r.res.Close()
}

// Open implements pipeline.Source. One worker does all rounds; the steps run on all.
func (r *rounds) Open(_ context.Context, w *pipeline.Worker) (pipeline.Reader, error) {
	return &roundsReader{r: r, w: w}, nil
}

// Morsels implements pipeline.Bounded.
func (r *rounds) Morsels() int { return 1 }

type roundsReader struct {
	r *rounds
	w *pipeline.Worker
}

func (rr *roundsReader) Close() {}

func (rr *roundsReader) Morsel(ctx context.Context, emit pipeline.Emit) (pipeline.Status, error) {
	r := rr.r
	if rr.w.ID != 0 || r.taken {
		return pipeline.Done, nil
	}
	r.taken = true
	if r.n.Distinct {
		r.seen = map[string]struct{}{}
	}
	x := r.b.env.Exec
	for seq := int64(0); ; seq++ {
		work := operator.NewBuffer(r.kinds, x, r.n.Properties().ID)
		st, n, err := rr.pass(ctx, seq, work, emit)
		r.buf.Close()
		r.buf = work
		if err != nil || st == pipeline.Done || n == 0 {
			return pipeline.Done, err
		}
		next := operator.NewBuffer(r.kinds, x, r.n.Properties().ID)
		if err := rr.step(ctx, next); err != nil {
			next.Close()
			return pipeline.Done, err
		}
		r.buf.Close()
		r.buf = next
	}
}

// pass emits the rows of the last round, without those seen before, and keeps
// them in work for the step.
func (rr *roundsReader) pass(ctx context.Context, seq int64, work *operator.Buffer, emit pipeline.Emit) (pipeline.Status, int, error) {
	sink, err := work.NewWorker(ctx, rr.w)
	if err != nil {
		return pipeline.Done, 0, err
	}
	reader, err := rr.r.buf.Source().Open(ctx, rr.w)
	if err != nil {
		return pipeline.Done, 0, err
	}
	rows, full := 0, false
	for {
		st, err := reader.Morsel(ctx, func(in *batch.Batch) (pipeline.Status, error) {
			if rr.r.seen != nil {
				sel, err := rr.fresh(in)
				if err != nil || len(sel) == 0 {
					return pipeline.More, err
				}
				in = in.WithSelection(sel)
			}
			rows += in.Rows()
			if _, err := sink.Consume(ctx, in); err != nil {
				return pipeline.Done, err
			}
			out := *in
			out.Seq = seq
			st, err := emit(&out)
			full = full || st == pipeline.Done
			return st, err
		})
		if err != nil || full {
			return pipeline.Done, rows, err
		}
		if st == pipeline.Done {
			break
		}
	}
	return pipeline.More, rows, work.Finalize(ctx, nil)
}

// fresh are the rows that no round had before.
func (rr *roundsReader) fresh(in *batch.Batch) ([]int32, error) {
	sel := in.Sel
	if sel == nil {
		sel = batch.Sequence(in.Len)
	}
	var out []int32
	var key []byte
	for _, p := range sel {
		key = kernel.AppendRowKey(key[:0], in.Cols, int(p))
		if _, ok := rr.r.seen[string(key)]; ok {
			continue
		}
		size := int64(len(key)) + 48
		if err := rr.r.res.Grow(size); err != nil {
			return nil, rr.r.res.Exhausted(size)
		}
		rr.r.seen[string(key)] = struct{}{}
		out = append(out, p)
	}
	return out, nil
}

// step lowers and runs the recursive term over the working table.
func (rr *roundsReader) step(ctx context.Context, next *operator.Buffer) error {
	b := rr.r.b
	sub := &builder{ctx: ctx, env: b.env, out: &Lowered{}, ctes: map[logical.CTEID]*buffered{}, slots: b.slots}
	for id, cte := range b.ctes {
		sub.ctes[id] = cte
	}
	sub.ctes[rr.r.n.ID] = &buffered{rr.r.buf, rr.r.n.Schema()}
	c, err := sub.node(rr.r.n.Step)
	if err != nil {
		sub.out.Close()
		return err
	}
	defer sub.out.Close()
	sub.conform(c, rr.r.n.Schema())
	for _, p := range c.pipes {
		p.Sink = next
		sub.out.Pipelines = append(sub.out.Pipelines, p)
	}
	if err := (&pipeline.Runner{Execution: b.env.Exec}).Run(ctx, sub.out.Pipelines); err != nil {
		return fmt.Errorf("recursive term: %w", err)
	}
	return nil
}
