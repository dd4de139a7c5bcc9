package window

import (
	"context"
	"errors"
	"math"
	"sync"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/aggregate"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/order"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/slab"
	"github.com/inlaydb/inlay/storage/column"
)

// Window computes window functions: a sink of rows and the source that gives
// them, sorted by partition and order, with the functions' values.
type Window struct {
	spec      Spec
	s         *order.Sorter
	partition []order.Key
	streams   bool // all functions can go on within a partition
}

// New makes a window. It fails where a function has no implementation.
func New(spec Spec) (*Window, error) {
	w := &Window{spec: spec, streams: true}
	for _, p := range spec.Partition {
		w.partition = append(w.partition, order.Key{Pos: p, Type: spec.Input[p]})
	}
	keys := append(w.partition[:len(w.partition):len(w.partition)], spec.Order...)
	w.s = order.NewSorter(spec.Input, keys, spec.Node)
	for i := range spec.Items {
		it := &spec.Items[i]
		w.streams = w.streams && it.streams()
		if !it.isAggregate() {
			continue
		}
		var ts []types.Type
		for _, p := range it.Args {
			ts = append(ts, spec.Input[p])
		}
		if _, err := aggregate.NewStates(it.Fn.Kernel, ts, it.Result, nil); err != nil {
			return nil, err
		}
	}
	return w, nil
}

type sinkWorker struct{ in *order.Input }

// NewWorker makes one worker's end.
func (w *Window) NewWorker(_ context.Context, worker *pipeline.Worker) (pipeline.SinkWorker, error) {
	return &sinkWorker{w.s.NewInput(worker)}, nil
}

func (s *sinkWorker) Consume(ctx context.Context, b *batch.Batch) (pipeline.Status, error) {
	return pipeline.More, s.in.Append(ctx, b.Cols, b.Sel, b.Rows())
}

func (s *sinkWorker) Combine(ctx context.Context) error { return s.in.Close(ctx) }

// Finalize sorts.
func (w *Window) Finalize(ctx context.Context, r *pipeline.Runner) error { return w.s.Finish(ctx, r) }

// Close gives memory and files back.
func (w *Window) Close() { w.s.Close() }

// Source gives the rows with the functions' values.
func (w *Window) Source() pipeline.Source {
	return &source{w: w, lock: slab.NewLock(), carried: make([]stateCarry, len(w.spec.Items))}
}

const (
	// blockRows is how many rows a block has at least, where there are so many.
	blockRows = 8 * batch.Size
	// pieceAbove is how long a partition may be before it is cut, if it can be.
	pieceAbove = 32 * blockRows
)

// source hands out blocks. What it knows is guarded by lock.
type source struct {
	w    *Window
	lock *slab.Lock
	seq  int64
	done bool

	at      int // in memory: the first place of the next block
	merge   *order.Merge
	pend    *slab.Store  // on disk: rows of the next block so far
	last    *batch.Batch // the last of them
	goesOn  bool         // the next block begins within a partition
	ranks   carry        // of that partition so far
	carried []stateCarry // by item: the state at its last row

	mu struct {
		sync.Mutex
		running int // blocks that workers are at
		waiting int // of those, waiting for the memory of others
		ended   int // blocks that are done
	}
}

func (s *source) Open(_ context.Context, w *pipeline.Worker) (pipeline.Reader, error) {
	return &reader{s: s, w: w, sc: slab.NewScratch(len(s.w.spec.Input))}, nil
}

// Morsels implements pipeline.Bounded: a block has blockRows rows at least.
func (s *source) Morsels() int {
	if !s.w.s.InMemory() {
		return math.MaxInt
	}
	return (s.w.s.Len() + blockRows - 1) / blockRows
}

type reader struct {
	s    *source
	w    *pipeline.Worker
	sc   *slab.Scratch
	held int64
}

func (r *reader) Close() { r.release() }

func (r *reader) release() {
	if res := r.s.w.s.Reservation(); res != nil {
		res.Shrink(r.held)
	}
	r.held = 0
}

func (r *reader) Morsel(ctx context.Context, emit pipeline.Emit) (pipeline.Status, error) {
	s := r.s
	if err := s.lock.Lock(ctx, r.w); err != nil {
		return pipeline.Done, err
	}
	b, seq, err := r.next(ctx)
	if err != nil || b == nil {
		s.done = true
		s.lock.Unlock()
		return pipeline.Done, err
	}
	s.begin()
	defer s.end()
	defer r.release()
	var results []*column.Column
	if b.continues || b.goesOn || !s.w.s.InMemory() {
		// Blocks of one partition are computed one after the other. So are all
		// where memory was too small for the sort.
		results, err = r.compute(ctx, b, true)
		s.lock.Unlock()
	} else {
		s.lock.Unlock()
		results, err = r.compute(ctx, b, false)
	}
	if err != nil {
		return pipeline.Done, err
	}
	for lo := 0; lo < b.n; lo += batch.Size {
		if err := ctx.Err(); err != nil {
			return pipeline.Done, err
		}
		hi := min(lo+batch.Size, b.n)
		out := &batch.Batch{Len: hi - lo, Seq: seq}
		for _, c := range b.cols {
			out.Cols = append(out.Cols, slice(c, lo, hi))
		}
		for _, c := range results {
			out.Cols = append(out.Cols, slice(c, lo, hi))
		}
		if st, err := emit(out); err != nil || st == pipeline.Done {
			return pipeline.Done, err
		}
	}
	return pipeline.More, nil
}

// next takes the next block; nil at the end.
func (r *reader) next(ctx context.Context) (*block, int64, error) {
	s := r.s
	if s.done {
		return nil, 0, nil
	}
	var b *block
	var err error
	if s.w.s.InMemory() {
		b, err = r.fromMemory(ctx)
	} else {
		b, err = r.fromDisk(ctx)
	}
	if err != nil || b == nil {
		return nil, 0, err
	}
	b.continues, s.goesOn = s.goesOn, b.goesOn
	s.seq++
	return b, s.seq - 1, nil
}

// reserve charges the memory of a block of n rows, or says that it is not to
// be had. There must also be room left for what it and the other blocks that
// are computed take meanwhile, or they would wait for each other.
func (r *reader) reserve(n int) error {
	s := r.s
	row := s.w.s.RowBytes()
	size := int64(n) * (row + int64(24*len(s.w.spec.Items)))
	res := s.w.s.Reservation()
	if err := res.Grow(size); err != nil {
		return err
	}
	s.mu.Lock()
	others := s.mu.running
	s.mu.Unlock()
	if work := max(size/2, 32<<10); !slab.Room(res, work*int64(others+1)) {
		res.Shrink(size)
		return memory.ErrRefused
	}
	r.held += size
	return nil
}

func (r *reader) fromMemory(ctx context.Context) (*block, error) {
	s := r.s
	so := s.w.s
	n := so.Len()
	lo := s.at
	if lo >= n {
		return nil, nil
	}
	parts, keys := len(s.w.partition), len(s.w.partition)+len(s.w.spec.Order)
	hi := same(so, lo, min(lo+blockRows, n), n, parts)
	goesOn := false
	if s.w.streams && hi-lo > pieceAbove {
		// Cut at a peer group.
		cut := same(so, lo, min(lo+blockRows, n), n, keys)
		goesOn, hi = cut < hi, cut
	}
	err := r.reserve(hi - lo)
	for errors.Is(err, memory.ErrRefused) {
		waited, stop := s.awaitOthers(ctx, r.w, 0)
		if stop != nil {
			return nil, stop
		}
		if waited {
			err = r.reserve(hi - lo)
			continue
		}
		// A smaller block: fewer partitions, or a piece of one.
		target := lo + (hi-lo)/4
		cut, within := same(so, lo, target, n, parts), false
		if cut >= hi && s.w.streams {
			cut, within = same(so, lo, target, n, keys), true
		}
		if target == lo || cut >= hi {
			return nil, so.Reservation().Exhausted(int64(hi-lo) * so.RowBytes())
		}
		hi, goesOn = cut, within && so.Alike(cut-1, cut, parts)
		err = r.reserve(hi - lo)
	}
	if err != nil {
		return nil, err
	}
	s.at = hi
	var b batch.Batch
	so.Gather(&b, slab.NewScratch(len(s.w.spec.Input)), lo, hi)
	return &block{n: hi - lo, cols: b.Cols, goesOn: goesOn}, nil
}

// same is the first place from hi on whose row differs in the first k keys
// from the one before it.
func same(so *order.Sorter, lo, hi, n, k int) int {
	if hi >= n || hi == lo {
		return n
	}
	// All rows of a group are alike: look ahead in growing steps, then halve.
	step := 1
	from := hi - 1
	at := hi
	for at < n && so.Alike(from, at, k) {
		from = at
		at += step
		step *= 2
	}
	if at > n {
		at = n
	}
	l, h := from+1, at // rows up to from are alike; row at (if any) is not
	for l < h {
		m := (l + h) / 2
		if so.Alike(from, m, k) {
			l = m + 1
		} else {
			h = m
		}
	}
	return l
}

// compute gives the items' columns, as soon as memory allows. In sequence it
// uses and leaves the carry.
func (r *reader) compute(ctx context.Context, b *block, sequence bool) ([]*column.Column, error) {
	for {
		out, err := r.tryCompute(b, sequence)
		if !errors.Is(err, memory.ErrRefused) {
			return out, err
		}
		if waited, err := r.s.awaitOthers(ctx, r.w, 1); err != nil {
			return nil, err
		} else if !waited {
			return nil, r.s.w.s.Reservation().Exhausted(1 << 16)
		}
	}
}

// begin and end count the blocks that workers are at.
func (s *source) begin() {
	s.mu.Lock()
	s.mu.running++
	s.mu.Unlock()
}

func (s *source) end() {
	s.mu.Lock()
	s.mu.running--
	s.mu.ended++
	s.mu.Unlock()
	if res := s.w.s.Reservation(); res != nil {
		res.Query().Notify()
	}
}

// awaitOthers waits until another worker is done with its block. It reports
// false where there is none that does not wait itself. own is how many blocks
// the caller is at.
func (s *source) awaitOthers(ctx context.Context, w *pipeline.Worker, own int) (bool, error) {
	s.mu.Lock()
	ended, others := s.mu.ended, s.mu.running-s.mu.waiting > own
	if others {
		s.mu.waiting += own
	}
	s.mu.Unlock()
	if !others {
		return false, nil
	}
	err := w.Park(ctx, func(ctx context.Context) error {
		return w.Memory.Wait(ctx, 0, func() bool {
			s.mu.Lock()
			defer s.mu.Unlock()
			return s.mu.ended != ended
		})
	})
	s.mu.Lock()
	s.mu.waiting -= own
	s.mu.Unlock()
	return true, err
}

func (r *reader) tryCompute(b *block, sequence bool) ([]*column.Column, error) {
	s := r.s
	spec := &s.w.spec
	b.cut(s.w.partition, spec.Order)
	out := make([]*column.Column, len(spec.Items))
	cache := map[Frame][]ranges{}
	for i := range spec.Items {
		it := &spec.Items[i]
		var err error
		if ranking[it.Fn.Kernel] {
			if out[i], err = b.rank(it.Fn.Kernel, it.Args, s.rankCarry(sequence)); err != nil {
				return nil, err
			}
			continue
		}
		frames, ok := cache[it.Frame]
		if !ok {
			if frames, err = b.frames(&it.Frame, spec.Order); err != nil {
				return nil, err
			}
			cache[it.Frame] = frames
		}
		if valueFunctions[it.Fn.Kernel] {
			if out[i], err = b.value(it, spec.Input, frames); err != nil {
				return nil, err
			}
			continue
		}
		a, err := newFrameAgg(it, spec.Input, b, frames, s.w.s.Reservation())
		if err != nil {
			return nil, err
		}
		var last, next *stateCarry
		if sequence {
			if b.continues {
				last = &stateCarry{cols: s.carried[i].cols}
			}
			if b.goesOn {
				next = &s.carried[i]
			}
		}
		if out[i], err = a.compute(it.Result.Kind(), last, next); err != nil {
			return nil, err
		}
	}
	if sequence {
		s.ranks = b.after(s.ranks)
	}
	return out, nil
}

func (s *source) rankCarry(sequence bool) carry {
	if sequence {
		return s.ranks
	}
	return carry{}
}
