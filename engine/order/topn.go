package order

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/slab"
	"github.com/inlaydb/inlay/storage/column"
)

// TopN is ORDER BY with LIMIT: it keeps the first offset + count rows of an
// order. Each worker collects candidates; when they are twice as many as are
// wanted it sorts them, drops the rest and publishes the last row that is left
// as a bound, past which no worker needs rows any more. All of it stays in
// memory: a limit above some ten thousands is better a Sort.
type TopN struct {
	s             *Sorter
	count, offset int64
	ties          bool
	bound         atomic.Pointer[bound]
	end           int // of the result, once known
}

// bound is the keys of the last row that may still be wanted.
type bound struct{ cols []column.Column }

// NewTopN makes a top-n of rows of the given types. With ties rows equal to
// the last one are kept as well.
func NewTopN(input []types.Type, keys []Key, count, offset int64, ties bool, node int) *TopN {
	return &TopN{s: NewSorter(input, keys, node), count: count, offset: offset, ties: ties}
}

// want is how many rows are kept. More than any store holds is all of them.
func (t *TopN) want() int {
	const all = 1 << 40
	return int(min(min(t.count, all)+min(t.offset, all), all))
}

type topWorker struct {
	t     *TopN
	w     *pipeline.Worker
	store *slab.Store
	kept  int // rows after the last shrink
	sel   []int32
	heads []column.Column
}

// NewWorker makes one worker's end.
func (t *TopN) NewWorker(_ context.Context, w *pipeline.Worker) (pipeline.SinkWorker, error) {
	t.s.start(w.Execution)
	return &topWorker{t: t, w: w, store: slab.NewStore(t.s.kinds, t.s.res), heads: make([]column.Column, len(t.s.keys))}, nil
}

// slackRows is how many candidates beyond the wanted rows are collected before
// they are sorted.
const slackRows = 4096

func (w *topWorker) Consume(ctx context.Context, b *batch.Batch) (pipeline.Status, error) {
	t := w.t
	if t.count == 0 {
		return pipeline.Done, nil
	}
	sel, n := b.Sel, b.Rows()
	if bd := t.bound.Load(); bd != nil {
		sel = w.within(bd, b)
		n = len(sel)
	}
	for lo := 0; lo < n; {
		done, err := w.store.Append(b.Cols, sel, lo, n)
		if err != nil {
			if !errors.Is(err, memory.ErrRefused) {
				return pipeline.Done, err
			}
			before := w.store.Rows()
			if before > 0 {
				if err := w.shrink(ctx); err != nil {
					return pipeline.Done, err
				}
			}
			if w.store.Rows() == before {
				if err := slab.Await(ctx, w.w, t.s.res, memory.Wanted(err, 1<<16)); err != nil {
					return pipeline.Done, err
				}
			}
		}
		lo = done
	}
	if w.store.Rows() >= max(2*t.want()+slackRows, 2*w.kept) {
		err := w.shrink(ctx)
		w.kept = w.store.Rows() // more than are wanted where many tie
		return pipeline.More, err
	}
	return pipeline.More, nil
}

// within selects the rows of b that may come before the bound.
func (w *topWorker) within(bd *bound, b *batch.Batch) []int32 {
	t := w.t
	keys := t.s.keys
	for i, k := range keys {
		w.heads[i] = *b.Cols[k.Pos]
		if w.heads[i].Kind != k.Type.Kind() {
			w.heads[i] = *kernel.Widen(b.Cols[k.Pos], k.Type.Kind(), 0, 0)
		}
	}
	limit := 0 // rows that compare below are wanted
	if t.ties {
		limit = 1
	}
	w.sel = resize(w.sel, b.Rows())
	n := 0
	first := &w.heads[0]
	if first.Valid == nil && first.Form == column.Flat && !bd.cols[0].IsNull(0) {
		switch first.Kind {
		case column.Int32:
			n = withinInts(w.sel, column.Values[int32](first), column.Values[int32](&bd.cols[0])[0], keys[0].Desc, b)
		case column.Int64:
			n = withinInts(w.sel, column.Values[int64](first), column.Values[int64](&bd.cols[0])[0], keys[0].Desc, b)
		default:
			n = copy(w.sel, rowsOf(b))
		}
	} else {
		n = copy(w.sel, rowsOf(b))
	}
	out := w.sel[:0]
	for _, i := range w.sel[:n] {
		if t.s.cmp.compare(w.heads, int(i), bd.cols, 0) < limit {
			out = append(out, i)
		}
	}
	return out
}

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	return s[:n]
}

func rowsOf(b *batch.Batch) []int32 {
	if b.Sel != nil {
		return b.Sel
	}
	return batch.Sequence(b.Len)
}

// withinInts selects what is not after the bound by the first key alone.
func withinInts[T int32 | int64](out []int32, vals []T, limit T, desc bool, b *batch.Batch) int {
	n := 0
	for _, i := range rowsOf(b) {
		out[n] = i
		hit := 0
		if desc && vals[i] >= limit || !desc && vals[i] <= limit {
			hit = 1
		}
		n += hit
	}
	return n
}

// shrink drops the candidates that are not among the first ones wanted.
func (w *topWorker) shrink(ctx context.Context) error {
	t := w.t
	so, end, err := t.cut(ctx, w.store)
	if err != nil {
		return err
	}
	if end < t.want() {
		return nil
	}
	w.publish(so, t.want()-1)
	fresh := slab.NewStore(t.s.kinds, t.s.res)
	sc := slab.NewScratch(len(t.s.kinds))
	var b batch.Batch
	for lo := 0; lo < end; lo += batch.Size {
		so.batch(&b, sc, lo, min(lo+batch.Size, end))
		if _, err := fresh.Append(b.Cols, nil, 0, b.Len); err != nil {
			fresh.Reset()
			if errors.Is(err, memory.ErrRefused) { // old and new do not fit beside each other
				return t.s.res.Exhausted(w.store.Held())
			}
			return err
		}
	}
	w.store.Reset()
	w.store = fresh
	return nil
}

// cut sorts a store's rows and says how many of them are wanted.
func (t *TopN) cut(ctx context.Context, store *slab.Store) (*sorted, int, error) {
	so, err := newSorted(ctx, t.s, store, make([]facts, len(t.s.keys)))
	if err != nil {
		return nil, 0, err
	}
	end := min(t.want(), so.len())
	for t.ties && end > 0 && end < so.len() && so.equal(end-1, end) {
		end++
	}
	return so, end, nil
}

// publish makes the row at a place the bound, if it is before the one there is.
func (w *topWorker) publish(so *sorted, place int) {
	t := w.t
	chunk, row := so.row(place)
	b := &bound{}
	for i := range t.s.keys {
		bld := kernel.NewBuilder(so.heads[chunk][i].Kind)
		bld.Append(&so.heads[chunk][i], []int32{int32(row)})
		b.cols = append(b.cols, *bld.Column())
	}
	for {
		old := t.bound.Load()
		if old != nil && t.s.cmp.compare(old.cols, 0, b.cols, 0) <= 0 {
			return
		}
		if t.bound.CompareAndSwap(old, b) {
			return
		}
	}
}

// row is the chunk and row at a place of the order.
func (o *sorted) row(i int) (chunk, row int) { return slab.Split(o.id(i)) }

// equal says whether the rows at two places have equal keys.
func (o *sorted) equal(i, j int) bool {
	a, x := o.row(i)
	b, y := o.row(j)
	return o.s.cmp.compare(o.heads[a], x, o.heads[b], y) == 0
}

func (w *topWorker) Combine(ctx context.Context) error {
	t := w.t
	t.s.lock()
	defer t.s.unlock()
	in := &Input{s: t.s, w: w.w, res: t.s.res, store: w.store}
	t.s.inputs = append(t.s.inputs, in)
	t.s.rows += w.store.Rows()
	return nil
}

// Finalize sorts the candidates of all workers.
func (t *TopN) Finalize(ctx context.Context, r *pipeline.Runner) error {
	t.s.start(r.Execution)
	store := slab.NewStore(t.s.kinds, t.s.res)
	for _, in := range t.s.inputs {
		store.Take(in.store)
	}
	var err error
	t.s.sorted, t.end, err = t.cut(ctx, store)
	return err
}

// Source gives the rows in order, those after the offset.
func (t *TopN) Source() pipeline.Source {
	src := newSource(t.s, int(t.offset), 0)
	src.limit = &t.end
	return src
}

// Close gives the memory back.
func (t *TopN) Close() { t.s.Close() }
