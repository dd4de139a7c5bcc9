package operator

import (
	"context"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/storage/column"
)

// Output is one column that Project gives: a column of the input, or a
// computed one.
type Output struct {
	From int // position in the input; -1: computed by New
	New  func(w *pipeline.Worker) (eval.Evaluator, error)
}

// Project gives the columns in Out. The rows and their selection stay.
type Project struct {
	Out []Output
}

// NewOperator implements pipeline.Factory.
func (p *Project) NewOperator(_ context.Context, w *pipeline.Worker) (pipeline.Operator, error) {
	op := &project{out: p.Out, evals: make([]eval.Evaluator, len(p.Out)), cols: make([]*column.Column, len(p.Out))}
	for i, o := range p.Out {
		if o.From >= 0 {
			continue
		}
		var err error
		if op.evals[i], err = o.New(w); err != nil {
			return nil, err
		}
	}
	return op, nil
}

type project struct {
	out   []Output
	evals []eval.Evaluator
	cols  []*column.Column // scratch of the emitted batch
	b     batch.Batch
}

func (p *project) Process(_ context.Context, in *batch.Batch, emit pipeline.Emit) (pipeline.Status, error) {
	for i, o := range p.out {
		if o.From >= 0 {
			p.cols[i] = in.Cols[o.From]
			continue
		}
		c, err := p.evals[i].Eval(in)
		if err != nil {
			return pipeline.Done, err
		}
		p.cols[i] = c
	}
	p.b = batch.Batch{Cols: p.cols, Len: in.Len, Sel: in.Sel, Seq: in.Seq}
	return emit(&p.b)
}

func (p *project) Flush(context.Context, pipeline.Emit) (pipeline.Status, error) {
	return pipeline.More, nil
}

// Widen brings column at of the input from one numeric type to another.
func Widen(at int, from, to types.Type) func(*pipeline.Worker) (eval.Evaluator, error) {
	return func(*pipeline.Worker) (eval.Evaluator, error) { return &widener{at, from, to}, nil }
}

type widener struct {
	at       int
	from, to types.Type
}

func (w *widener) Eval(b *batch.Batch) (*column.Column, error) {
	return kernel.Widen(b.Cols[w.at], w.to.Kind(), int(w.from.Scale), int(w.to.Scale)), nil
}
