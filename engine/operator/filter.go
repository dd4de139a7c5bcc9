package operator

import (
	"context"

	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/pipeline"
)

// Filter keeps the rows whose predicate is true. NULL is not true, so a
// WHERE that yields NULL drops its row.
type Filter struct {
	// New compiles the predicate for one worker.
	New func(w *pipeline.Worker) (eval.Predicate, error)
}

// NewOperator implements pipeline.Factory.
func (f *Filter) NewOperator(_ context.Context, w *pipeline.Worker) (pipeline.Operator, error) {
	pred, err := f.New(w)
	return &filter{pred: pred}, err
}

type filter struct {
	pred eval.Predicate
	sel  []int32 // scratch; the batch emitted below aliases it
}

func (f *filter) Process(_ context.Context, in *batch.Batch, emit pipeline.Emit) (pipeline.Status, error) {
	sel, err := f.pred.Select(in, f.sel[:0])
	if err != nil {
		return pipeline.Done, err
	}
	f.sel = sel
	switch len(sel) {
	case 0:
		return pipeline.More, nil
	case in.Rows():
		return emit(in) // nothing dropped: keep the form it has
	}
	return emit(in.WithSelection(sel))
}

func (f *filter) Flush(context.Context, pipeline.Emit) (pipeline.Status, error) {
	return pipeline.More, nil
}
