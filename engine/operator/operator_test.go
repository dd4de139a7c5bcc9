package operator_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/enginetest"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/operator"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/storage/column"
)

// numbered is a table whose first column is the row's number; NULLs are put
// into all columns where a run asks for them.
func numbered(n int) *enginetest.Table {
	t := &enginetest.Table{}
	t.Ints(enginetest.Int8, n, func(i int) int64 { return int64(i) })
	t.Texts(n, func(i int) string { return strings.Repeat("long text ", i%4) + fmt.Sprint(i%211) })
	t.Ints(enginetest.Int4, n, func(i int) int64 { return int64(i*7919%97) - 40 })
	return t
}

// lines are a table's rows as the harness prints them.
func lines(t *enginetest.Table) []string {
	return enginetest.FormatRows(&batch.Batch{Cols: t.Cols, Len: t.Rows()}, t.Types)
}

// steps runs operators over the first input.
func steps(fs ...pipeline.Factory) func(*enginetest.Env, pipeline.Sink) []*pipeline.Pipeline {
	return func(env *enginetest.Env, sink pipeline.Sink) []*pipeline.Pipeline {
		return []*pipeline.Pipeline{{Source: env.Source(0), Operators: fs, Sink: sink}}
	}
}

// above keeps rows whose column at is greater than than.
type above struct {
	at   int
	than int64
}

func (p above) Select(b *batch.Batch, sel []int32) ([]int32, error) {
	for _, r := range rowsOf(b) {
		if c := b.Cols[p.at]; !c.IsNull(int(r)) && intAt(c, int(r)) > p.than {
			sel = append(sel, r)
		}
	}
	return sel, nil
}

func rowsOf(b *batch.Batch) []int32 {
	if b.Sel != nil {
		return b.Sel
	}
	return batch.Sequence(b.Len)
}

func intAt(c *column.Column, row int) int64 {
	if c.Kind == column.Int32 {
		return int64(column.At[int32](c, row))
	}
	return column.At[int64](c, row)
}

func TestFilter(t *testing.T) {
	for _, than := range []int64{-100, 0, 20, 100} { // all, some, few, none
		p := above{at: 2, than: than}
		enginetest.Check(t, enginetest.Case{
			Inputs: []*enginetest.Table{numbered(2600)}, Output: numbered(0).Types, Ordered: true,
			Reference: func(in []*enginetest.Table) []string {
				keep, _ := p.Select(&batch.Batch{Cols: in[0].Cols, Len: in[0].Rows()}, nil)
				all, out := lines(in[0]), []string{}
				for _, r := range keep {
					out = append(out, all[r])
				}
				return out
			},
			Build: func(env *enginetest.Env, sink pipeline.Sink) []*pipeline.Pipeline {
				f := &operator.Filter{New: func(*pipeline.Worker) (eval.Predicate, error) { return p, nil }}
				return steps(f)(env, sink)
			}})
	}
}

// negated is -x for an int8 column.
type negated struct{ at int }

func (n negated) Eval(b *batch.Batch) (*column.Column, error) {
	out := column.NewFlat(column.Int64, b.Len)
	for _, r := range rowsOf(b) {
		if c := b.Cols[n.at]; c.IsNull(int(r)) {
			out.SetNull(int(r))
		} else {
			column.Values[int64](out)[r] = -intAt(c, int(r))
		}
	}
	return out, nil
}

func TestProject(t *testing.T) {
	narrow, wide := types.NewNumeric(10, 2), types.NewNumeric(30, 2)
	output := []types.Type{enginetest.Text, enginetest.Int8, enginetest.Text, wide}
	p := &operator.Project{Out: []operator.Output{
		{From: 1},
		{From: -1, New: func(*pipeline.Worker) (eval.Evaluator, error) { return negated{0}, nil }},
		{From: 1},
		{From: -1, New: operator.Widen(3, narrow, wide)},
	}}
	tab := numbered(2600)
	tab.Ints(narrow, 2600, func(i int) int64 { return int64(i*7919) - 5000000 })
	enginetest.Check(t, enginetest.Case{
		Inputs: []*enginetest.Table{tab}, Ordered: true, Output: output,
		Reference: func(in []*enginetest.Table) []string {
			neg, _ := negated{0}.Eval(&batch.Batch{Cols: in[0].Cols, Len: in[0].Rows()})
			b := &batch.Batch{Cols: []*column.Column{in[0].Cols[1], neg, in[0].Cols[1], in[0].Cols[3]}, Len: in[0].Rows()}
			return enginetest.FormatRows(b, []types.Type{enginetest.Text, enginetest.Int8, enginetest.Text, narrow})
		},
		Build: steps(p)})
}

// cut is rows from offset on, count of them.
func cut(rows []string, offset, count int64) []string {
	lo := min(offset, int64(len(rows)))
	return append([]string{}, rows[lo:min(lo+count, int64(len(rows)))]...)
}

func TestLimit(t *testing.T) {
	tab := numbered(2600)
	for _, count := range []int64{1, 10, 2100, 10000} {
		for _, offset := range []int64{0, 7, 2048, 7000} {
			reference := func(in []*enginetest.Table) []string { return cut(lines(in[0]), offset, count) }
			t.Run(fmt.Sprintf("sink %d from %d", count, offset), func(t *testing.T) {
				enginetest.Check(t, enginetest.Case{Inputs: []*enginetest.Table{tab}, Output: tab.Types, Ordered: true, Reference: reference, Few: count != 10,
					Build: func(env *enginetest.Env, sink pipeline.Sink) []*pipeline.Pipeline {
						l := operator.NewLimit(offset, count, kinds(tab.Types), env.Exec)
						env.Closes(l)
						return []*pipeline.Pipeline{{Source: env.Source(0), Sink: l}, {Source: l.Source(), Sink: sink}}
					}})
			})
			t.Run(fmt.Sprintf("stream %d from %d", count, offset), func(t *testing.T) {
				enginetest.Check(t, enginetest.Case{Inputs: []*enginetest.Table{tab}, Output: tab.Types, Ordered: true, Reference: reference, Serial: true, Few: count != 10,
					Build: func(env *enginetest.Env, sink pipeline.Sink) []*pipeline.Pipeline {
						return []*pipeline.Pipeline{{Source: env.Source(0), Operators: []pipeline.Factory{&operator.Stream{Offset: offset, Count: count}}, Sink: sink, Serial: true}}
					}})
			})
		}
	}
}

func kinds(ts []types.Type) []column.Kind {
	out := make([]column.Kind, len(ts))
	for i, t := range ts {
		out[i] = t.Kind()
	}
	return out
}

// TestBuffer reads a buffer twice, as two references to one CTE do.
func TestBuffer(t *testing.T) {
	tab := numbered(5000)
	enginetest.Check(t, enginetest.Case{
		Inputs: []*enginetest.Table{tab}, Output: tab.Types, SpillMemory: 128 << 10, MustSpill: true,
		Reference: func(in []*enginetest.Table) []string { return append(lines(in[0]), lines(in[0])...) },
		Build: func(env *enginetest.Env, sink pipeline.Sink) []*pipeline.Pipeline {
			b := operator.NewBuffer(kinds(tab.Types), env.Exec, 1)
			env.Closes(b)
			return []*pipeline.Pipeline{{Source: env.Source(0), Sink: b}, {Source: b.Source(), Sink: sink}, {Source: b.Source(), Sink: sink}}
		}})
}
