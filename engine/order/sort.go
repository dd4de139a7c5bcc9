package order

import (
	"context"
	"math"
	"sync/atomic"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/slab"
)

// Sort is ORDER BY: a sink of rows and the source that gives them in order.
type Sort struct{ s *Sorter }

// NewSort makes a sort of rows of the given types.
func NewSort(input []types.Type, keys []Key, node int) *Sort {
	return &Sort{s: NewSorter(input, keys, node)}
}

type sortWorker struct{ in *Input }

// NewWorker makes one worker's end.
func (o *Sort) NewWorker(_ context.Context, w *pipeline.Worker) (pipeline.SinkWorker, error) {
	return &sortWorker{o.s.NewInput(w)}, nil
}

func (w *sortWorker) Consume(ctx context.Context, b *batch.Batch) (pipeline.Status, error) {
	return pipeline.More, w.in.Append(ctx, b.Cols, b.Sel, b.Rows())
}

func (w *sortWorker) Combine(ctx context.Context) error { return w.in.Close(ctx) }

// Finalize sorts.
func (o *Sort) Finalize(ctx context.Context, r *pipeline.Runner) error { return o.s.Finish(ctx, r) }

// Close gives memory and files back.
func (o *Sort) Close() { o.s.Close() }

// Source gives the rows in order; Seq ascends with them.
func (o *Sort) Source() pipeline.Source { return newSource(o.s, 0, math.MaxInt) }

// sortSource gives places from to to of the order.
type sortSource struct {
	s        *Sorter
	from, to int
	limit    *int         // where set, to is known only when the rows are sorted
	first    *firstOnly   // nil: all rows
	next     atomic.Int64 // in memory: the next morsel
	lock     *slab.Lock   // on disk: guards what follows
	merge    *merger
	seq      int64
	ended    bool
}

func newSource(s *Sorter, from, to int) *sortSource {
	return &sortSource{s: s, from: from, to: to, lock: slab.NewLock()}
}

// morselRows is how many sorted rows a worker takes at once.
const morselRows = 8 * batch.Size

func (o *sortSource) Open(_ context.Context, w *pipeline.Worker) (pipeline.Reader, error) {
	return &sortReader{o: o, w: w, sc: slab.NewScratch(len(o.s.kinds))}, nil
}

// Morsels implements pipeline.Bounded.
func (o *sortSource) Morsels() int {
	if o.s.sorted == nil {
		return math.MaxInt
	}
	return (o.s.sorted.len() + morselRows - 1) / morselRows
}

type sortReader struct {
	o   *sortSource
	w   *pipeline.Worker
	b   batch.Batch
	sc  *slab.Scratch
	ids []slab.RowID // of one batch
}

func (r *sortReader) Morsel(ctx context.Context, emit pipeline.Emit) (pipeline.Status, error) {
	if r.o.s.sorted != nil {
		return r.memoryMorsel(ctx, emit)
	}
	return r.diskMorsel(ctx, emit)
}

func (r *sortReader) memoryMorsel(ctx context.Context, emit pipeline.Emit) (pipeline.Status, error) {
	so := r.o.s.sorted
	seq := r.o.next.Add(1) - 1
	to := r.o.to
	if r.o.limit != nil {
		to = *r.o.limit
	}
	lo, all := r.o.from+int(seq)*morselRows, min(to, so.len())
	if lo >= all {
		return pipeline.Done, nil
	}
	for end := min(lo+morselRows, all); lo < end; lo += batch.Size {
		if err := ctx.Err(); err != nil {
			return pipeline.Done, err
		}
		r.ids = r.ids[:0]
		for i := lo; i < min(lo+batch.Size, end); i++ {
			if r.o.first == nil || r.o.first.place(so, i) {
				r.ids = append(r.ids, so.id(i))
			}
		}
		if len(r.ids) == 0 {
			continue
		}
		gatherBatch(&r.b, so.store, r.sc, r.ids)
		r.b.Seq = seq
		if st, err := emit(&r.b); err != nil || st == pipeline.Done {
			return pipeline.Done, err
		}
	}
	return pipeline.More, nil
}

// diskMorsel takes one batch of the merge, which one worker drives at a time.
func (r *sortReader) diskMorsel(ctx context.Context, emit pipeline.Emit) (pipeline.Status, error) {
	more, err := r.mergeOne(ctx)
	if err != nil || !more {
		return pipeline.Done, err
	}
	if r.b.Rows() == 0 {
		return pipeline.More, nil
	}
	return emit(&r.b)
}

func (r *sortReader) mergeOne(ctx context.Context) (more bool, err error) {
	o := r.o
	if err := o.lock.Lock(ctx, r.w); err != nil {
		return false, err
	}
	defer o.lock.Unlock()
	if o.ended {
		return false, nil
	}
	if o.merge == nil {
		if o.merge, err = newMerger(ctx, r.w, o.s, o.s.runs); err != nil {
			o.ended = true
			return false, err
		}
	}
	if more, err = o.merge.next(ctx, r.w, &r.b, r.sc); err != nil || !more {
		o.ended = true
		o.merge.close()
		return false, err
	}
	if o.first != nil {
		o.first.narrow(&r.b)
	}
	r.b.Seq = o.seq
	o.seq++
	return true, nil
}

func (r *sortReader) Close() {}
