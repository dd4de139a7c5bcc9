package operator

import (
	"context"
	"math"
	"sort"
	"sync"
	"sync/atomic"

	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/storage/column"
)

// Stream passes Count rows after the first Offset of a serial pipeline.
type Stream struct {
	Offset, Count int64
	passed        int64
}

// NewOperator implements pipeline.Factory. The pipelines that share the step run one after the other.
func (s *Stream) NewOperator(context.Context, *pipeline.Worker) (pipeline.Operator, error) {
	return &stream{s: s}, nil
}

type stream struct {
	s   *Stream
	sel []int32
}

func (o *stream) Process(_ context.Context, in *batch.Batch, emit pipeline.Emit) (pipeline.Status, error) {
	s := o.s
	n := int64(in.Rows())
	from, to := max(0, s.Offset-s.passed), n
	if s.Count < math.MaxInt64-s.Offset {
		to = min(n, s.Offset+s.Count-s.passed)
	}
	s.passed += n
	if from < to {
		out := in
		if from > 0 || to < n {
			o.sel = o.sel[:0]
			for k := from; k < to; k++ {
				if in.Sel != nil {
					o.sel = append(o.sel, in.Sel[k])
				} else {
					o.sel = append(o.sel, int32(k))
				}
			}
			out = in.WithSelection(o.sel)
		}
		if st, err := emit(out); err != nil || st == pipeline.Done {
			return pipeline.Done, err
		}
	}
	if s.Count < math.MaxInt64-s.Offset && s.passed >= s.Offset+s.Count {
		return pipeline.Done, nil
	}
	return pipeline.More, nil
}

func (o *stream) Flush(context.Context, pipeline.Emit) (pipeline.Status, error) {
	return pipeline.More, nil
}

// Limit is a sink that collects the first Offset+Count rows in the order of
// the source's morsels, and the source of the last Count of them. It stops the
// source as soon as the morsels without a gap before them have enough rows.
type Limit struct {
	offset, count int64
	kinds         []column.Kind
	res           *memory.Reservation
	mu            struct {
		sync.Mutex
		workers []*limitWorker
		parts   []*limitPart
		tick    int64
	}
	full  atomic.Bool
	parts []*limitPart // in order, cut
	next  atomic.Int64
}

type limitPart struct {
	seq, seen int64
	n         int64
	done      bool
	cols      []*column.Column
	build     []*kernel.Builder
}

// NewLimit makes a limit.
func NewLimit(offset, count int64, kinds []column.Kind, x *pipeline.Execution) *Limit {
	return &Limit{offset: offset, count: count, kinds: kinds, res: x.Memory.Reserve("Limit")}
}

// Close gives the memory back.
func (l *Limit) Close() { l.res.Close() }

type limitWorker struct {
	l     *Limit
	part  *limitPart
	busy  bool
	known bool
	seq   int64
	began int64
	done  bool
}

// NewWorker implements pipeline.Sink.
func (l *Limit) NewWorker(context.Context, *pipeline.Worker) (pipeline.SinkWorker, error) {
	w := &limitWorker{l: l}
	l.mu.Lock()
	l.mu.workers = append(l.mu.workers, w)
	l.mu.Unlock()
	return w, nil
}

// BeginMorsel and EndMorsel implement pipeline.MorselObserver.
func (w *limitWorker) BeginMorsel() {
	w.l.mu.Lock()
	defer w.l.mu.Unlock()
	w.l.mu.tick++
	w.busy, w.known, w.began = true, false, w.l.mu.tick
}

func (w *limitWorker) EndMorsel() {
	w.l.mu.Lock()
	defer w.l.mu.Unlock()
	w.l.mu.tick++
	w.busy = false
	if w.part != nil {
		w.part.done = true
		w.part = nil
	}
	w.l.check()
}

func (w *limitWorker) Consume(_ context.Context, b *batch.Batch) (pipeline.Status, error) {
	l := w.l
	if l.full.Load() {
		return pipeline.Done, nil
	}
	if w.part == nil || w.part.seq != b.Seq {
		l.mu.Lock()
		if w.part != nil {
			w.part.done = true
		}
		l.mu.tick++
		w.known, w.seq = true, b.Seq
		w.part = &limitPart{seq: b.Seq, seen: l.mu.tick}
		l.mu.parts = append(l.mu.parts, w.part)
		l.mu.Unlock()
		for _, k := range l.kinds {
			w.part.build = append(w.part.build, kernel.NewBuilder(k))
		}
	}
	p := w.part
	room := l.offset + l.count - p.n
	sel := b.Sel
	if sel == nil {
		sel = batch.Sequence(b.Len)
	}
	if int64(len(sel)) > room {
		sel = sel[:room]
	}
	if len(sel) == 0 {
		return pipeline.More, nil
	}
	for i, bld := range p.build {
		size := bld.AppendSize(b.Cols[i], sel)
		if err := l.res.Grow(size); err != nil {
			return pipeline.Done, l.res.Exhausted(size)
		}
		bld.Append(widen(b.Cols[i], l.kinds[i]), sel)
	}
	l.mu.Lock()
	p.n += int64(len(sel))
	l.check()
	l.mu.Unlock()
	if l.full.Load() {
		return pipeline.Done, nil
	}
	return pipeline.More, nil
}

// widen brings a batch's column to the kind that is kept.
func widen(c *column.Column, k column.Kind) *column.Column {
	if c.Kind == k {
		return c
	}
	return kernel.Widen(c, k, 0, 0)
}

// check sees whether the rows without a gap before them suffice. mu is held.
func (l *Limit) check() {
	sort.Slice(l.mu.parts, func(i, j int) bool { return l.mu.parts[i].seq < l.mu.parts[j].seq })
	n := int64(0)
	for _, p := range l.mu.parts {
		for _, w := range l.mu.workers {
			if w.done || !w.busy || w.part == p {
				continue
			}
			if w.known && w.seq < p.seq || !w.known && w.began <= p.seen {
				return
			}
		}
		if n += p.n; n >= l.offset+l.count {
			l.full.Store(true)
			return
		}
	}
}

// Combine implements pipeline.SinkWorker.
func (w *limitWorker) Combine(context.Context) error {
	w.l.mu.Lock()
	defer w.l.mu.Unlock()
	w.done = true
	if w.part != nil {
		w.part.done = true
	}
	return nil
}

// Finalize cuts what was collected.
func (l *Limit) Finalize(context.Context, *pipeline.Runner) error {
	sort.SliceStable(l.mu.parts, func(i, j int) bool { return l.mu.parts[i].seq < l.mu.parts[j].seq })
	l.parts = l.mu.parts
	for _, p := range l.parts {
		for _, b := range p.build {
			p.cols = append(p.cols, b.Column())
		}
	}
	return nil
}

// Source is the source of the rows that are left.
func (l *Limit) Source() pipeline.Source { return &limitSource{l} }

type limitSource struct{ l *Limit }

func (s *limitSource) Open(context.Context, *pipeline.Worker) (pipeline.Reader, error) {
	return &limitReader{s.l}, nil
}

// Morsels implements pipeline.Bounded.
func (s *limitSource) Morsels() int { return 1 }

type limitReader struct{ l *Limit }

func (r *limitReader) Close() {}

// Morsel: all rows are one morsel; a limit's rows are few.
func (r *limitReader) Morsel(_ context.Context, emit pipeline.Emit) (pipeline.Status, error) {
	l := r.l
	if l.next.Add(1) > 1 {
		return pipeline.Done, nil
	}
	at := int64(0)
	for _, p := range l.parts {
		from, to := max(0, l.offset-at), min(p.n, l.offset+l.count-at)
		at += p.n
		for lo := from; lo < to; lo += batch.Size {
			sel := make([]int32, 0, batch.Size)
			for k := lo; k < min(to, lo+batch.Size); k++ {
				sel = append(sel, int32(k))
			}
			b := (&batch.Batch{Cols: p.cols, Len: int(p.n), Sel: sel}).Compact()
			if st, err := emit(b); err != nil || st == pipeline.Done {
				return pipeline.Done, err
			}
		}
	}
	return pipeline.Done, nil
}
