package operator

import (
	"context"

	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/storage/column"
)

// Tag puts two bool columns behind the batch's: whether the row is of the left
// or of the right side of a set operation.
type Tag struct{ Right bool }

// NewOperator implements pipeline.Factory.
func (t *Tag) NewOperator(context.Context, *pipeline.Worker) (pipeline.Operator, error) {
	return &tag{t}, nil
}

type tag struct{ t *Tag }

func (t *tag) Process(_ context.Context, in *batch.Batch, emit pipeline.Emit) (pipeline.Status, error) {
	yes := &column.Column{Kind: column.Bool, Form: column.Constant, Len: in.Len, Data: []byte{1}}
	no := &column.Column{Kind: column.Bool, Form: column.Constant, Len: in.Len, Data: []byte{0}}
	out := *in
	left, right := yes, no
	if t.t.Right {
		left, right = no, yes
	}
	out.Cols = append(in.Cols[:len(in.Cols):len(in.Cols)], left, right)
	return emit(&out)
}

func (t *tag) Flush(context.Context, pipeline.Emit) (pipeline.Status, error) {
	return pipeline.More, nil
}

// Counted gives each row as often as a set operation says, from how often it
// occurs on the left and on the right: the last two columns.
type Counted struct {
	Kind logical.SetKind
	All  bool
}

// NewOperator implements pipeline.Factory.
func (c *Counted) NewOperator(context.Context, *pipeline.Worker) (pipeline.Operator, error) {
	return &counted{c: c}, nil
}

type counted struct {
	c   *Counted
	sel []int32
	rep []int64
}

func (o *counted) Process(_ context.Context, in *batch.Batch, emit pipeline.Emit) (pipeline.Status, error) {
	n := len(in.Cols) - 2
	sel := in.Sel
	if sel == nil {
		sel = batch.Sequence(in.Len)
	}
	out := *in
	out.Cols = in.Cols[:n:n]
	o.sel, o.rep = o.sel[:0], o.rep[:0]
	for _, p := range sel {
		l, r := column.At[int64](in.Cols[n], int(p)), column.At[int64](in.Cols[n+1], int(p))
		if k := o.times(l, r); k > 0 {
			o.sel = append(o.sel, p)
			o.rep = append(o.rep, k)
		}
	}
	for len(o.sel) > 0 {
		out.Sel = o.sel
		if st, err := emit(&out); err != nil || st == pipeline.Done {
			return pipeline.Done, err
		}
		k := 0
		for i, p := range o.sel {
			if o.rep[i] > 1 {
				o.sel[k], o.rep[k] = p, o.rep[i]-1
				k++
			}
		}
		o.sel, o.rep = o.sel[:k], o.rep[:k]
	}
	return pipeline.More, nil
}

// times is how often a row comes out that occurs l times left and r times right.
func (o *counted) times(l, r int64) int64 {
	var k int64
	switch {
	case o.c.Kind == logical.Intersect:
		k = min(l, r)
	case o.c.All:
		k = l - r
	case r == 0:
		k = l
	}
	if !o.c.All {
		k = min(k, 1)
	}
	return k
}

func (o *counted) Flush(context.Context, pipeline.Emit) (pipeline.Status, error) {
	return pipeline.More, nil
}
