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

// TableFunc calls set-returning functions for every input row. Several calls
// run in lockstep: shorter ones are filled up with NULLs.
//
//	input row ─► arguments ─► one Rows a call ─► input columns │ results │ ordinality
type TableFunc struct {
	Calls      []TableCall
	Ordinality bool
	Outer      bool // a row without results still comes out once
}

// TableCall is one call.
type TableCall struct {
	Args  []func(w *pipeline.Worker) (eval.Evaluator, error)
	Types []types.Type // of the arguments
	Out   []types.Type // of the result columns
	Start StartFunc
}

// StartFunc begins a call with one row's arguments.
type StartFunc func(args []types.Datum) (Rows, error)

// Rows gives a call's rows, some at a time.
type Rows interface {
	// Next gives up to limit rows, fewer or none at the end.
	Next(limit int) (cols []*column.Column, n int, err error)
}

// NewOperator implements pipeline.Factory.
func (t *TableFunc) NewOperator(_ context.Context, w *pipeline.Worker) (pipeline.Operator, error) {
	o := &tableFunc{t: t, args: make([][]eval.Evaluator, len(t.Calls)), out: make([][]*kernel.Builder, len(t.Calls))}
	for i, c := range t.Calls {
		for _, a := range c.Args {
			e, err := a(w)
			if err != nil {
				return nil, err
			}
			o.args[i] = append(o.args[i], e)
		}
		for _, ty := range c.Out {
			o.out[i] = append(o.out[i], kernel.NewBuilder(ty.Kind()))
		}
	}
	return o, nil
}

type tableFunc struct {
	t    *TableFunc
	args [][]eval.Evaluator
	out  [][]*kernel.Builder
	at   []int32 // input row of each row collected
	ord  []int64
}

func (o *tableFunc) Process(ctx context.Context, in *batch.Batch, emit pipeline.Emit) (pipeline.Status, error) {
	args := make([][]*column.Column, len(o.args))
	for i, list := range o.args {
		for _, e := range list {
			c, err := e.Eval(in)
			if err != nil {
				return pipeline.Done, err
			}
			args[i] = append(args[i], c)
		}
	}
	sel := in.Sel
	if sel == nil {
		sel = batch.Sequence(in.Len)
	}
	for _, r := range sel {
		st, err := o.row(ctx, in, args, r, emit)
		if err != nil || st == pipeline.Done {
			return pipeline.Done, err
		}
	}
	return o.flush(in, emit)
}

// row runs all calls for one input row.
func (o *tableFunc) row(ctx context.Context, in *batch.Batch, args [][]*column.Column, r int32, emit pipeline.Emit) (pipeline.Status, error) {
	running := make([]Rows, len(o.t.Calls))
	for i, c := range o.t.Calls {
		vals := make([]types.Datum, len(args[i]))
		for k, col := range args[i] {
			vals[k] = eval.DatumOf(col, int(r), c.Types[k])
		}
		var err error
		if running[i], err = c.Start(vals); err != nil {
			return pipeline.Done, err
		}
	}
	for base := int64(0); ; {
		if err := ctx.Err(); err != nil {
			return pipeline.Done, err
		}
		most := 0
		got := make([]int, len(running))
		cols := make([][]*column.Column, len(running))
		for i, rows := range running {
			if rows == nil {
				continue
			}
			var err error
			if cols[i], got[i], err = rows.Next(batch.Size); err != nil {
				return pipeline.Done, err
			}
			if got[i] < batch.Size {
				running[i] = nil
			}
			most = max(most, got[i])
		}
		lone := most == 0 && base == 0 && o.t.Outer
		if lone {
			most = 1
		}
		if most == 0 {
			return pipeline.More, nil
		}
		for i, list := range o.out {
			for k, b := range list {
				if got[i] > 0 {
					b.Append(cols[i][k], batch.Sequence(got[i]))
				}
				if pad := most - got[i]; pad > 0 {
					b.Append(column.NewNull(o.t.Calls[i].Out[k].Kind(), pad), nil)
				}
			}
		}
		for k := range most {
			o.at = append(o.at, r)
			n := base + int64(k) + 1
			if lone {
				n = 0
			}
			o.ord = append(o.ord, n)
		}
		base += int64(most)
		if len(o.at) >= batch.Size {
			if st, err := o.flush(in, emit); err != nil || st == pipeline.Done {
				return pipeline.Done, err
			}
		}
		if most < batch.Size {
			return pipeline.More, nil
		}
	}
}

// flush emits what was collected of one input batch.
func (o *tableFunc) flush(in *batch.Batch, emit pipeline.Emit) (pipeline.Status, error) {
	if len(o.at) == 0 {
		return pipeline.More, nil
	}
	out := &batch.Batch{Len: len(o.at), Seq: in.Seq}
	for _, c := range in.Cols {
		out.Cols = append(out.Cols, column.Gather(c, o.at))
	}
	for _, list := range o.out {
		for _, b := range list {
			out.Cols = append(out.Cols, b.Column())
		}
	}
	if o.t.Ordinality {
		c := column.FromSlice(column.Int64, append([]int64(nil), o.ord...))
		for i, v := range o.ord {
			if v == 0 {
				c.SetNull(i)
			}
		}
		out.Cols = append(out.Cols, c)
	}
	o.at, o.ord = o.at[:0], o.ord[:0]
	return emit(out)
}

func (o *tableFunc) Flush(context.Context, pipeline.Emit) (pipeline.Status, error) {
	return pipeline.More, nil
}
