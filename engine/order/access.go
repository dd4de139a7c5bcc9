package order

import (
	"context"

	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/slab"
)

// InMemory says whether the sorted rows can be had by place. Otherwise they
// come out of a Merge.
func (s *Sorter) InMemory() bool { return s.sorted != nil }

// Len is how many rows there are in memory.
func (s *Sorter) Len() int { return s.sorted.len() }

// RowBytes is about how much memory a row takes.
func (s *Sorter) RowBytes() int64 {
	n := int64(16)
	for _, k := range s.kinds {
		n += int64(k.Width())
	}
	if s.sorted != nil && s.sorted.len() > 0 {
		n = max(n, s.sorted.store.Held()/int64(s.sorted.len()))
	}
	return n
}

// Gather shows places lo to hi of the order in b, by way of sc. Several
// workers may gather at once, each with a scratch of its own.
func (s *Sorter) Gather(b *batch.Batch, sc *slab.Scratch, lo, hi int) {
	ids := make([]slab.RowID, 0, hi-lo)
	for i := lo; i < hi; i++ {
		ids = append(ids, s.sorted.id(i))
	}
	gatherBatch(b, s.sorted.store, sc, ids)
}

// Alike says whether the rows at two places agree in the first n keys.
func (s *Sorter) Alike(i, j, n int) bool {
	a, x := s.sorted.row(i)
	b, y := s.sorted.row(j)
	for k := range n {
		if s.cmp.compareKey(k, &s.sorted.heads[a][k], x, &s.sorted.heads[b][k], y) != 0 {
			return false
		}
	}
	return true
}

// Merge is the rows in order where they are on disk.
type Merge struct{ m *merger }

// NewMerge begins the merge of the runs.
func (s *Sorter) NewMerge(ctx context.Context, w *pipeline.Worker) (*Merge, error) {
	m, err := newMerger(ctx, w, s, s.runs)
	if err != nil {
		return nil, err
	}
	return &Merge{m}, nil
}

// Next shows the next rows in b; false at the end.
func (m *Merge) Next(ctx context.Context, w *pipeline.Worker, b *batch.Batch, sc *slab.Scratch) (bool, error) {
	return m.m.next(ctx, w, b, sc)
}

// Close gives the merge's memory back.
func (m *Merge) Close() { m.m.close() }
