package operator

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/slab"
	"github.com/inlaydb/inlay/storage/column"
)

// Buffer is a sink that keeps rows, on disk when memory is refused, and the
// source of them, any number of times: a common table expression.
type Buffer struct {
	kinds []column.Kind
	res   *memory.Reservation
	node  *pipeline.NodeMetrics
	mu    sync.Mutex
	parts []*slab.Partitions
}

// NewBuffer makes a buffer.
func NewBuffer(kinds []column.Kind, x *pipeline.Execution, node int) *Buffer {
	b := &Buffer{kinds: kinds, res: x.Memory.Reserve("CTE"), node: x.Metrics.Node(node)}
	b.res.SetSpillable(true)
	return b
}

// Close gives memory and files back.
func (b *Buffer) Close() {
	for _, p := range b.parts {
		p.Close()
	}
	b.res.Close()
}

type bufferWorker struct {
	b *Buffer
	w *pipeline.Worker
	p *slab.Partitions
}

// NewWorker implements pipeline.Sink.
func (b *Buffer) NewWorker(_ context.Context, w *pipeline.Worker) (pipeline.SinkWorker, error) {
	p := slab.NewPartitions(b.kinds, 0, 0, b.res, nil, b.node)
	b.mu.Lock()
	b.parts = append(b.parts, p)
	b.mu.Unlock()
	return &bufferWorker{b, w, p}, nil
}

func (w *bufferWorker) Consume(ctx context.Context, b *batch.Batch) (pipeline.Status, error) {
	if w.b.res.WantSpill() {
		if _, err := w.p.Spill(ctx, w.w, w.p.Held()); err != nil {
			return pipeline.Done, err
		}
	}
	return pipeline.More, w.p.AppendTo(ctx, w.w, 0, b.Cols, b.Sel, 0, b.Rows())
}

func (w *bufferWorker) Combine(context.Context) error { return nil }

// Finalize implements pipeline.Sink.
func (b *Buffer) Finalize(context.Context, *pipeline.Runner) error {
	b.res.SetSpillable(false) // nobody looks at WantSpill from here on
	return nil
}

// Rows is how many rows the buffer has.
func (b *Buffer) Rows() int {
	n := 0
	for _, p := range b.parts {
		n += p.Rows(0)
	}
	return n
}

// Source is a fresh source of all rows.
func (b *Buffer) Source() pipeline.Source { return &bufferSource{b: b} }

type bufferSource struct {
	b    *Buffer
	next atomic.Int64
}

func (s *bufferSource) Open(_ context.Context, w *pipeline.Worker) (pipeline.Reader, error) {
	return &bufferReader{s, w}, nil
}

// Morsels implements pipeline.Bounded.
func (s *bufferSource) Morsels() int {
	n := 0
	for _, p := range s.b.parts {
		n += 1 + p.Store(0).Chunks()
	}
	return n
}

type bufferReader struct {
	s *bufferSource
	w *pipeline.Worker
}

func (r *bufferReader) Close() {}

// Morsel is what one worker has on disk, or one chunk in memory.
func (r *bufferReader) Morsel(ctx context.Context, emit pipeline.Emit) (pipeline.Status, error) {
	n := r.s.next.Add(1) - 1
	at := n
	for _, p := range r.s.b.parts {
		if at == 0 {
			st := pipeline.More
			err := p.EachDisk(ctx, r.w, 0, func(in *batch.Batch) error {
				if st == pipeline.Done {
					return nil
				}
				var err error
				st, err = windows(in, n, emit)
				return err
			})
			return st, err
		}
		at--
		s := p.Store(0)
		if at < int64(s.Chunks()) {
			if s.ChunkLen(int(at)) == 0 {
				return pipeline.More, nil
			}
			var b batch.Batch
			return windows(s.View(&b, int(at), 0, s.ChunkLen(int(at))), n, emit)
		}
		at -= int64(s.Chunks())
	}
	return pipeline.Done, nil
}

// windows emits a large batch of flat columns piece by piece.
func windows(b *batch.Batch, seq int64, emit pipeline.Emit) (pipeline.Status, error) {
	for lo := 0; lo < b.Len; lo += batch.Size {
		n := min(batch.Size, b.Len-lo)
		out := &batch.Batch{Cols: make([]*column.Column, len(b.Cols)), Len: n, Seq: seq}
		for i, c := range b.Cols {
			w := *c
			k := c.Kind.Width()
			w.Len, w.Data = n, c.Data[lo*k:(lo+n)*k]
			if c.Valid != nil {
				w.Valid = c.Valid[lo>>6 : (lo+n+63)>>6]
			}
			out.Cols[i] = &w
		}
		if st, err := emit(out); err != nil || st == pipeline.Done {
			return pipeline.Done, err
		}
	}
	return pipeline.More, nil
}
