package scan

import (
	"context"
	"sync/atomic"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/storage/column"
)

// Stream is a source of rows that arrive in order: one morsel, read by one
// worker, so that the first error in the data is the one that is told.
type Stream struct {
	Next func(ctx context.Context, park catalog.Park) ([]*column.Column, int, error)
	Cols []int // positions of the columns that come out
	took atomic.Bool
}

// Open implements pipeline.Source.
func (s *Stream) Open(_ context.Context, w *pipeline.Worker) (pipeline.Reader, error) {
	return &streamReader{s, w}, nil
}

// Morsels implements pipeline.Bounded.
func (s *Stream) Morsels() int { return 1 }

type streamReader struct {
	s *Stream
	w *pipeline.Worker
}

func (r *streamReader) Close() {}

func (r *streamReader) Morsel(ctx context.Context, emit pipeline.Emit) (pipeline.Status, error) {
	if r.s.took.Swap(true) {
		return pipeline.Done, nil
	}
	out := make([]*column.Column, len(r.s.Cols))
	for {
		if err := ctx.Err(); err != nil {
			return pipeline.Done, err
		}
		cols, n, err := r.s.Next(ctx, r.w.Park)
		if err != nil || n == 0 {
			return pipeline.Done, err
		}
		for i, c := range r.s.Cols {
			out[i] = cols[c]
		}
		st, err := emit(&batch.Batch{Cols: out, Len: n})
		if err != nil || st == pipeline.Done {
			return pipeline.Done, err
		}
	}
}
