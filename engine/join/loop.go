package join

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/slab"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/storage/column"
)

// LoopSpec says what a nested loop joins. Conditions are over the outer
// side's columns and behind them the inner side's.
type LoopSpec struct {
	Node       int
	Kind       logical.JoinKind
	OuterTypes []types.Type
	InnerTypes []types.Type
	// On is the condition; nil: every pair. Value is it as a three-valued
	// expression, for Mark and null-aware Anti.
	On        func(w *pipeline.Worker) (eval.Predicate, error)
	Value     func(w *pipeline.Worker) (eval.Evaluator, error)
	NullAware bool
	Out       []Column // Build: the inner side
	Mark      bool
}

// Loop tries all pairs: the inner side is buffered, and for each inner row the
// condition is evaluated over a whole outer batch. It is the sink of the inner
// side and the factory of the step on the outer side.
type Loop struct {
	spec  LoopSpec
	res   *memory.Reservation
	node  *pipeline.NodeMetrics
	store *slab.Store
	flags []uint64 // Right, Full: inner rows that matched
	mu    sync.Mutex
}

// NewLoop makes a nested loop join.
func NewLoop(spec LoopSpec, x *pipeline.Execution) *Loop {
	l := &Loop{spec: spec, res: x.Memory.Reserve("Nested Loop"), node: x.Metrics.Node(spec.Node)}
	l.store = slab.NewStore(kindsOf(spec.InnerTypes), l.res)
	return l
}

// Close gives back what the join holds.
func (l *Loop) Close() {
	l.node.Use(l.res.Peak())
	l.res.Close()
}

type loopBuilder struct {
	l     *Loop
	w     *pipeline.Worker
	store *slab.Store
}

// NewWorker implements pipeline.Sink.
func (l *Loop) NewWorker(_ context.Context, w *pipeline.Worker) (pipeline.SinkWorker, error) {
	return &loopBuilder{l, w, slab.NewStore(kindsOf(l.spec.InnerTypes), l.res)}, nil
}

func (b *loopBuilder) Consume(ctx context.Context, in *batch.Batch) (pipeline.Status, error) {
	lo, n := 0, in.Rows()
	for lo < n {
		var err error
		if lo, err = b.store.Append(in.Cols, in.Sel, lo, n); err != nil {
			if err := slab.Await(ctx, b.w, b.l.res, memory.Wanted(err, 1<<20)); err != nil {
				return pipeline.Done, err
			}
		}
	}
	return pipeline.More, nil
}

func (b *loopBuilder) Combine(context.Context) error {
	b.l.mu.Lock()
	defer b.l.mu.Unlock()
	b.l.store.Take(b.store)
	return nil
}

// Finalize implements pipeline.Sink.
func (l *Loop) Finalize(context.Context, *pipeline.Runner) error {
	if l.HasLeftovers() {
		l.flags = make([]uint64, l.store.Chunks()*slab.ChunkRows/64+1)
	}
	return nil
}

// HasLeftovers says whether inner rows come out at the end.
func (l *Loop) HasLeftovers() bool {
	return l.spec.Kind == logical.Right || l.spec.Kind == logical.Full
}

// NewOperator implements pipeline.Factory.
func (l *Loop) NewOperator(_ context.Context, w *pipeline.Worker) (pipeline.Operator, error) {
	o := &looper{l: l, cols: make([]*column.Column, len(l.spec.OuterTypes)+len(l.spec.InnerTypes))}
	var err error
	if l.spec.On != nil {
		o.on, err = l.spec.On(w)
	} else if l.spec.Value != nil {
		o.value, err = l.spec.Value(w)
	}
	return o, err
}

type looper struct {
	l       *Loop
	on      eval.Predicate
	value   eval.Evaluator
	cols    []*column.Column
	matched []uint64
	unknown []uint64 // Mark: the condition was NULL for some inner row
	sel     []int32
	out     batch.Batch
	row     batch.Batch
}

func (o *looper) Process(ctx context.Context, in *batch.Batch, emit pipeline.Emit) (pipeline.Status, error) {
	words := (in.Len + 63) / 64
	if cap(o.matched) < words {
		o.matched, o.unknown = make([]uint64, words), make([]uint64, words)
	}
	o.matched, o.unknown = o.matched[:words], o.unknown[:words]
	clear(o.matched)
	clear(o.unknown)
	l := o.l
	live := in
	for c := range l.store.Chunks() {
		n := l.store.ChunkLen(c)
		if n == 0 {
			continue
		}
		l.store.View(&o.row, c, 0, n)
		for r := range n {
			if r&63 == 0 {
				if err := ctx.Err(); err != nil {
					return pipeline.Done, err
				}
			}
			st, rest, err := o.pair(live, c, r, emit)
			if err != nil || st == pipeline.Done {
				return pipeline.Done, err
			}
			if rest != nil {
				if live = rest; live.Rows() == 0 {
					return o.finish(in, emit)
				}
			}
		}
	}
	return o.finish(in, emit)
}

// pair tries one inner row against the outer batch. Where rows that have
// matched need not be tried again it gives the batch of the others.
func (o *looper) pair(in *batch.Batch, chunk, r int, emit pipeline.Emit) (pipeline.Status, *batch.Batch, error) {
	l := o.l
	outer := len(l.spec.OuterTypes)
	copy(o.cols, in.Cols[:outer])
	for i, c := range o.row.Cols {
		o.cols[outer+i] = constant(c, r, in.Len)
	}
	b := &batch.Batch{Cols: o.cols, Len: in.Len, Sel: in.Sel, Seq: in.Seq}
	sel := in.Sel
	if sel == nil {
		sel = batch.Sequence(in.Len)
	}
	switch {
	case o.on != nil:
		var err error
		if o.sel, err = o.on.Select(b, o.sel[:0]); err != nil {
			return pipeline.Done, nil, err
		}
		sel = o.sel
	case o.value != nil:
		v, err := o.value.Eval(b)
		if err != nil {
			return pipeline.Done, nil, err
		}
		kept := o.sel[:0]
		for _, p := range sel {
			switch {
			case v.IsNull(int(p)):
				column.SetBit(o.unknown, int(p))
			case column.At[uint8](v, int(p)) != 0:
				kept = append(kept, p)
			}
		}
		o.sel, sel = kept, kept
	}
	if len(sel) == 0 {
		return pipeline.More, nil, nil
	}
	if l.spec.Kind == logical.Single {
		for _, p := range sel {
			if column.Bit(o.matched, int(p)) {
				return pipeline.Done, nil, tooManyRows()
			}
		}
	}
	for _, p := range sel {
		column.SetBit(o.matched, int(p))
	}
	if l.flags != nil {
		id := slab.ID(chunk, r)
		atomic.OrUint64(&l.flags[id>>6], 1<<(id&63))
	}
	switch l.spec.Kind {
	case logical.Semi, logical.Anti, logical.Mark:
		var rest []int32
		all := in.Sel
		if all == nil {
			all = batch.Sequence(in.Len)
		}
		for _, p := range all {
			if !column.Bit(o.matched, int(p)) {
				rest = append(rest, p)
			}
		}
		if rest == nil {
			rest = []int32{}
		}
		return pipeline.More, in.WithSelection(rest), nil
	}
	out := o.result(in)
	for i, c := range l.spec.Out {
		if c.Build {
			out.Cols[i] = o.cols[outer+c.At]
		}
	}
	out.Sel = sel
	st, err := emit(out)
	return st, nil, err
}

// constant is row r of c for n rows.
func constant(c *column.Column, r, n int) *column.Column {
	if c.IsNull(r) {
		return column.NewNull(c.Kind, n)
	}
	w := c.Kind.Width()
	return &column.Column{Kind: c.Kind, Form: column.Constant, Len: n, Data: c.Data[r*w : (r+1)*w], Bufs: c.Bufs, Child: c.Child}
}

func (o *looper) result(in *batch.Batch) *batch.Batch {
	n := len(o.l.spec.Out)
	if o.l.spec.Mark {
		n++
	}
	b := &o.out
	if len(b.Cols) != n {
		b.Cols = make([]*column.Column, n)
	}
	for i, c := range o.l.spec.Out {
		if !c.Build {
			b.Cols[i] = in.Cols[c.At]
		}
	}
	b.Len, b.Seq, b.Sel = in.Len, in.Seq, nil
	return b
}

// finish hands on what is decided when all inner rows have been tried.
func (o *looper) finish(in *batch.Batch, emit pipeline.Emit) (pipeline.Status, error) {
	kind := o.l.spec.Kind
	sel := in.Sel
	if sel == nil {
		sel = batch.Sequence(in.Len)
	}
	b := o.result(in)
	switch kind {
	case logical.Inner, logical.Right:
		return pipeline.More, nil
	case logical.Mark:
		mark := column.NewFlat(column.Bool, in.Len)
		for _, p := range sel {
			switch {
			case column.Bit(o.matched, int(p)):
				column.Values[uint8](mark)[p] = 1
			case o.l.spec.NullAware && column.Bit(o.unknown, int(p)):
				mark.SetNull(int(p))
			}
		}
		b.Cols[len(b.Cols)-1] = mark
		b.Sel = in.Sel
		return emit(b)
	}
	kept := make([]int32, 0, len(sel))
	for _, p := range sel {
		hit := column.Bit(o.matched, int(p))
		if hit == (kind == logical.Semi) && !(o.l.spec.NullAware && column.Bit(o.unknown, int(p))) {
			kept = append(kept, p)
		}
	}
	if len(kept) == 0 {
		return pipeline.More, nil
	}
	for i, c := range o.l.spec.Out {
		if c.Build {
			b.Cols[i] = column.NewNull(o.l.spec.InnerTypes[c.At].Kind(), in.Len)
		}
	}
	b.Sel = kept
	return emit(b)
}

func (o *looper) Flush(context.Context, pipeline.Emit) (pipeline.Status, error) {
	return pipeline.More, nil
}

// Leftovers is the source of inner rows without a match.
func (l *Loop) Leftovers() pipeline.Source { return &loopLeftovers{l: l} }

type loopLeftovers struct {
	l    *Loop
	next atomic.Int64
}

func (s *loopLeftovers) Open(context.Context, *pipeline.Worker) (pipeline.Reader, error) {
	return &loopLeftoverReader{s: s}, nil
}

// Morsels implements pipeline.Bounded.
func (s *loopLeftovers) Morsels() int { return s.l.store.Chunks() }

type loopLeftoverReader struct{ s *loopLeftovers }

func (r *loopLeftoverReader) Close() {}

func (r *loopLeftoverReader) Morsel(_ context.Context, emit pipeline.Emit) (pipeline.Status, error) {
	l := r.s.l
	c := int(r.s.next.Add(1)) - 1
	if c >= l.store.Chunks() {
		return pipeline.Done, nil
	}
	var view batch.Batch
	for lo := 0; lo < l.store.ChunkLen(c); lo += batch.Size {
		n := min(batch.Size, l.store.ChunkLen(c)-lo)
		l.store.View(&view, c, lo, lo+n)
		sel := make([]int32, 0, n)
		for k := range n {
			if id := slab.ID(c, lo+k); l.flags[id>>6]>>(id&63)&1 == 0 {
				sel = append(sel, int32(k))
			}
		}
		if len(sel) == 0 {
			continue
		}
		out := &batch.Batch{Len: n, Sel: sel, Seq: int64(c)}
		for _, o := range l.spec.Out {
			if o.Build {
				out.Cols = append(out.Cols, view.Cols[o.At])
			} else {
				out.Cols = append(out.Cols, column.NewNull(l.spec.OuterTypes[o.At].Kind(), n))
			}
		}
		st, err := emit(out)
		if err != nil || st == pipeline.Done {
			return pipeline.Done, err
		}
	}
	return pipeline.More, nil
}
