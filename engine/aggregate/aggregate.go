package aggregate

import (
	"context"
	"errors"
	"math"
	"sync/atomic"

	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/order"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/storage/column"
)

type batchOf = batch.Batch

// Aggregate is a hash aggregation: a sink of rows and the source of groups.
type Aggregate struct {
	spec   Spec
	levels []*level
}

// New makes an aggregation. It fails where a call has no implementation.
func New(spec Spec) (*Aggregate, error) {
	a := &Aggregate{spec: spec}
	for i, set := range spec.sets() {
		l, err := newLevel(&a.spec, i, set)
		if err != nil {
			return nil, err
		}
		a.levels = append(a.levels, l)
	}
	return a, nil
}

// sinkWorker is one worker's end.
type sinkWorker struct {
	a      *Aggregate
	levels []levelWorker
	seq    int64
	pos    int64
	sel    []int32
	cols   []*column.Column
}

type levelWorker struct {
	l     *level
	plain *groupWorker
	late  []lateWorker
}

// lateWorker is one worker's end of a late stream: one of the three is set.
type lateWorker struct {
	s      *lateStream
	dedup  *groupWorker
	sorter *order.Input
	direct *groupWorker // the only worker: rows come in order
}

// NewWorker makes one worker's end.
func (a *Aggregate) NewWorker(_ context.Context, w *pipeline.Worker) (pipeline.SinkWorker, error) {
	sw := &sinkWorker{a: a, seq: -1}
	for _, l := range a.levels {
		lw := levelWorker{l: l}
		if l.plain != nil {
			lw.plain = l.g.newWorker(w, l.plain)
		}
		for _, s := range l.late {
			late := lateWorker{s: s}
			switch {
			case s.dedup != nil:
				late.dedup = s.dedup.newWorker(w, s.whole())
			case s.arrive && w.Workers == 1:
				late.direct = l.g.newWorker(w, s.st)
			default:
				late.sorter = s.sorter.NewInput(w)
			}
			lw.late = append(lw.late, late)
		}
		sw.levels = append(sw.levels, lw)
	}
	return sw, nil
}

func (sw *sinkWorker) Consume(ctx context.Context, b *batch.Batch) (pipeline.Status, error) {
	n := b.Rows()
	if n == 0 {
		return pipeline.More, nil
	}
	var arrival *column.Column
	for i := range sw.levels {
		lw := &sw.levels[i]
		if lw.plain != nil {
			if err := lw.plain.consume(ctx, sw.rows(b, lw.l.plain.cols), b.Sel, n); err != nil {
				return pipeline.Done, err
			}
		}
		for j := range lw.late {
			late := &lw.late[j]
			if late.sorter != nil && late.s.arrive && arrival == nil {
				arrival = sw.arrival(b)
			}
			if err := sw.consumeLate(ctx, b, late, arrival); err != nil {
				return pipeline.Done, err
			}
		}
	}
	return pipeline.More, nil
}

func (sw *sinkWorker) rows(b *batch.Batch, at []int) []*column.Column {
	sw.cols = sw.cols[:0]
	for _, p := range at {
		sw.cols = append(sw.cols, b.Cols[p])
	}
	return sw.cols
}

// arrival numbers the rows in the order in which the source has them.
func (sw *sinkWorker) arrival(b *batch.Batch) *column.Column {
	if b.Seq != sw.seq {
		sw.seq, sw.pos = b.Seq, 0
	}
	c := column.NewFlat(column.Int64, b.Len)
	for i := range column.Values[int64](c) {
		column.Values[int64](c)[i] = sw.seq<<32 | sw.pos
		sw.pos++
	}
	return c
}

func (sw *sinkWorker) consumeLate(ctx context.Context, b *batch.Batch, late *lateWorker, arrival *column.Column) error {
	sel, n := b.Sel, b.Rows()
	if f := late.s.filter; f >= 0 {
		keep := sw.sel[:0]
		c := b.Cols[f]
		for k := range n {
			if i := at(sel, k); !c.IsNull(i) && column.At[uint8](c, i) != 0 {
				keep = append(keep, int32(i))
			}
		}
		sw.sel = keep
		if sel, n = keep, len(keep); n == 0 {
			return nil
		}
	}
	cols := sw.rows(b, late.s.st.cols)
	switch {
	case late.dedup != nil:
		return late.dedup.consume(ctx, cols, sel, n)
	case late.direct != nil:
		return late.direct.consume(ctx, cols, sel, n)
	}
	if late.s.arrive {
		cols = append(cols, arrival)
	}
	return late.sorter.Append(ctx, cols, sel, n)
}

func (sw *sinkWorker) Combine(ctx context.Context) error {
	for i := range sw.levels {
		lw := &sw.levels[i]
		if lw.plain != nil {
			lw.plain.close()
		}
		for j := range lw.late {
			late := &lw.late[j]
			switch {
			case late.dedup != nil:
				late.dedup.close()
			case late.direct != nil:
				late.direct.close()
			default:
				if err := late.sorter.Close(ctx); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// Finalize completes the groups.
func (a *Aggregate) Finalize(ctx context.Context, r *pipeline.Runner) error {
	for _, l := range a.levels {
		if err := l.finish(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// Close gives memory and files back.
func (a *Aggregate) Close() {
	for _, l := range a.levels {
		for _, s := range l.late {
			if s.dedup != nil {
				s.dedup.close()
			}
			if s.sorter != nil {
				s.sorter.Close()
			}
		}
		l.g.close()
	}
}

// Source gives the groups, in no order.
func (a *Aggregate) Source() pipeline.Source {
	s := &source{a: a}
	for _, l := range a.levels {
		s.groups = append(s.groups, &groups{g: l.g})
	}
	return s
}

type source struct {
	a      *Aggregate
	groups []*groups // by level
	seq    atomic.Int64
}

func (s *source) Open(_ context.Context, w *pipeline.Worker) (pipeline.Reader, error) {
	return &reader{s: s, w: w}, nil
}

// Morsels implements pipeline.Bounded.
func (s *source) Morsels() int {
	n := 0
	for _, g := range s.groups {
		if g.g.single == nil {
			return math.MaxInt
		}
		n += (g.g.single.n + pieceRows - 1) / pieceRows
	}
	return n
}

type reader struct {
	s  *source
	w  *pipeline.Worker
	at int // level
}

func (r *reader) Close() {}

var errEnough = errors.New("no more rows are wanted")

func (r *reader) Morsel(ctx context.Context, emit pipeline.Emit) (pipeline.Status, error) {
	for ; r.at < len(r.s.groups); r.at++ {
		l := r.s.a.levels[r.at]
		seq := r.s.seq.Add(1) - 1
		any, err := r.s.groups[r.at].piece(ctx, r.w, func(cols []*column.Column, n int) error {
			st, err := emit(&batch.Batch{Cols: r.output(l, cols, n), Len: n, Seq: seq})
			if err == nil && st == pipeline.Done {
				err = errEnough
			}
			return err
		})
		switch {
		case errors.Is(err, errEnough):
			return pipeline.Done, nil
		case err != nil:
			return pipeline.Done, err
		case any:
			return pipeline.More, nil
		}
	}
	return pipeline.Done, nil
}

// output lays a level's columns out as the whole's: keys that the set leaves
// out are NULL.
func (r *reader) output(l *level, cols []*column.Column, n int) []*column.Column {
	spec := &r.s.a.spec
	set := spec.sets()[l.set]
	out := make([]*column.Column, len(spec.Keys), len(spec.Keys)+len(spec.Calls)+1)
	for i, k := range set {
		out[k] = cols[i]
	}
	for i, c := range out {
		if c == nil {
			out[i] = column.NewNull(spec.Input[spec.Keys[i]].Kind(), n)
		}
	}
	out = append(out, cols[len(set):]...)
	if spec.SetCol {
		c := &column.Column{Kind: column.Int64, Form: column.Constant, Len: n, Data: column.Alloc(8)}
		column.Values[int64](c)[0] = int64(l.set)
		out = append(out, c)
	}
	return out
}
