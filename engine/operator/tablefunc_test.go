package operator_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/enginetest"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/operator"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/storage/column"
)

// upTo gives the numbers from 0 to below its argument, none for NULL.
type upTo struct{ at, n int64 }

func (u *upTo) Next(limit int) ([]*column.Column, int, error) {
	vals := []int64{}
	for len(vals) < limit && u.at < u.n {
		vals = append(vals, u.at)
		u.at++
	}
	return []*column.Column{column.FromSlice(column.Int64, vals)}, len(vals), nil
}

var errTooMany = errors.New("too many")

func startUpTo(most int64) operator.StartFunc {
	return func(args []types.Datum) (operator.Rows, error) {
		switch {
		case args[0].Null:
			return &upTo{}, nil
		case args[0].I > most:
			return nil, errTooMany
		}
		return &upTo{n: args[0].I}, nil
	}
}

type col struct{ at int }

func (c col) Eval(b *batch.Batch) (*column.Column, error) { return b.Cols[c.at], nil }

func call(at int, most int64) operator.TableCall {
	return operator.TableCall{
		Args:  []func(*pipeline.Worker) (eval.Evaluator, error){func(*pipeline.Worker) (eval.Evaluator, error) { return col{at}, nil }},
		Types: []types.Type{enginetest.Int8}, Out: []types.Type{enginetest.Int8}, Start: startUpTo(most),
	}
}

func TestTableFunc(t *testing.T) {
	tab := &enginetest.Table{}
	tab.Ints(enginetest.Int8, 12, func(i int) int64 { return []int64{0, 1, 2, batch.Size - 1, batch.Size, batch.Size + 1}[i%6] })
	tab.Ints(enginetest.Int8, 12, func(i int) int64 { return int64(i % 4) })
	for _, outer := range []bool{false, true} {
		for _, ordinality := range []bool{false, true} {
			output := []types.Type{enginetest.Int8, enginetest.Int8, enginetest.Int8, enginetest.Int8}
			if ordinality {
				output = append(output, enginetest.Int8)
			}
			f := &operator.TableFunc{Calls: []operator.TableCall{call(0, math.MaxInt64), call(1, math.MaxInt64)}, Ordinality: ordinality, Outer: outer}
			reference := func(in []*enginetest.Table) []string {
				var rows [][]types.Datum
				for i := range in[0].Rows() {
					args := [2]types.Datum{types.FromColumn(in[0].Cols[0], i), types.FromColumn(in[0].Cols[1], i)}
					n := int64(0)
					for _, a := range args {
						if !a.Null {
							n = max(n, a.I)
						}
					}
					lone := n == 0 && outer
					if lone {
						n = 1
					}
					for k := range n {
						row := []types.Datum{args[0], args[1]}
						for _, a := range args {
							v := types.Int(column.Int64, k)
							v.Null = a.Null || k >= a.I
							row = append(row, v)
						}
						if ordinality {
							v := types.Int(column.Int64, k+1)
							v.Null = lone
							row = append(row, v)
						}
						rows = append(rows, row)
					}
				}
				return lines(enginetest.NewTable(output, rows...))
			}
			t.Run(fmt.Sprintf("outer %v ordinality %v", outer, ordinality), func(t *testing.T) {
				enginetest.Check(t, enginetest.Case{Inputs: []*enginetest.Table{tab}, Output: output, Ordered: true, Reference: reference, Build: steps(f), Few: !outer || !ordinality})
			})
		}
	}
	enginetest.Check(t, enginetest.Case{Inputs: []*enginetest.Table{tab}, Output: tab.Types, WantError: errTooMany.Error(),
		Build: steps(&operator.TableFunc{Calls: []operator.TableCall{call(0, 100)}})})
}

// TestSeriesEdges runs generate_series to the ends of its types.
func TestSeriesEdges(t *testing.T) {
	var fn *function.Function
	for _, f := range function.Named("generate_series") {
		fn = f
	}
	for _, tt := range []struct {
		typ            types.Type
		from, to, step int64
		want           []int64
	}{
		{enginetest.Int4, 1, 3, 1, []int64{1, 2, 3}},
		{enginetest.Int4, 3, 1, -2, []int64{3, 1}},
		{enginetest.Int4, 3, 1, 1, nil},
		{enginetest.Int4, math.MaxInt32 - 1, math.MaxInt32, 1, []int64{math.MaxInt32 - 1, math.MaxInt32}},
		{enginetest.Int4, math.MinInt32 + 1, math.MinInt32, -1, []int64{math.MinInt32 + 1, math.MinInt32}},
		{enginetest.Int4, math.MinInt32, math.MaxInt32, math.MaxInt32, []int64{math.MinInt32, -1, math.MaxInt32 - 1}},
		{enginetest.Int8, math.MaxInt64 - 1, math.MaxInt64, 1, []int64{math.MaxInt64 - 1, math.MaxInt64}},
		{enginetest.Int8, math.MinInt64 + 1, math.MinInt64, -1, []int64{math.MinInt64 + 1, math.MinInt64}},
		{enginetest.Int8, math.MinInt64, math.MaxInt64, math.MaxInt64, []int64{math.MinInt64, -1, math.MaxInt64 - 1}},
		{enginetest.Int8, math.MaxInt64, math.MinInt64, math.MinInt64, []int64{math.MaxInt64, -1}},
	} {
		start, err := operator.Start(fn, []types.Type{tt.typ, tt.typ, tt.typ}, []types.Type{tt.typ}, nil, &eval.Env{})
		if err != nil {
			t.Fatal(err)
		}
		k := tt.typ.Kind()
		rows, err := start([]types.Datum{types.Int(k, tt.from), types.Int(k, tt.to), types.Int(k, tt.step)})
		if err != nil {
			t.Fatal(err)
		}
		var got []int64
		for { // two at a time: the end may come anywhere in a batch
			cols, n, err := rows.Next(2)
			if err != nil {
				t.Fatal(err)
			}
			for i := range n {
				got = append(got, intAt(cols[0], i))
			}
			if n < 2 {
				break
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(tt.want) {
			t.Errorf("%v from %d to %d by %d: %v, want %v", tt.typ, tt.from, tt.to, tt.step, got, tt.want)
		}
		if _, err := start([]types.Datum{types.Int(k, 1), types.Int(k, 2), types.Int(k, 0)}); err == nil {
			t.Error("a step of 0 goes through")
		}
	}
}
