package operator_test

import (
	"fmt"
	"testing"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/enginetest"
	"github.com/inlaydb/inlay/engine/operator"
	"github.com/inlaydb/inlay/planner/logical"
)

// TestCounted takes rows with how often they occur on either side.
func TestCounted(t *testing.T) {
	tab := &enginetest.Table{}
	tab.Texts(600, func(i int) string { return fmt.Sprintf("row %d", i) })
	tab.Ints(enginetest.Int8, 600, func(i int) int64 { return int64(i % 5) })
	tab.Ints(enginetest.Int8, 600, func(i int) int64 { return int64(i / 5 % 5) })
	times := map[operator.Counted]func(l, r int) int{ // as SQL defines them
		{Kind: logical.Intersect, All: true}:  func(l, r int) int { return min(l, r) },
		{Kind: logical.Intersect, All: false}: func(l, r int) int { return min(l, r, 1) },
		{Kind: logical.Except, All: true}:     func(l, r int) int { return max(l-r, 0) },
		{Kind: logical.Except, All: false}: func(l, r int) int {
			if l > 0 && r == 0 {
				return 1
			}
			return 0
		},
	}
	for op, f := range times {
		var want []string
		for i := range 600 {
			for range f(i%5, i/5%5) {
				want = append(want, lines((&enginetest.Table{}).Texts(1, func(int) string { return fmt.Sprintf("row %d", i) }))...)
			}
		}
		enginetest.Check(t, enginetest.Case{Inputs: []*enginetest.Table{tab}, Output: []types.Type{enginetest.Text}, Want: want, NoNulls: true, Build: steps(&op)})
	}
}

func TestTag(t *testing.T) {
	tab := numbered(500)
	for _, right := range []bool{false, true} {
		with := func(in *enginetest.Table) *enginetest.Table {
			out := &enginetest.Table{Cols: append(in.Cols[:0:0], in.Cols...), Types: append(in.Types[:0:0], in.Types...)}
			for _, v := range []bool{!right, right} {
				out.Column(enginetest.Bool, 500, func(int) types.Datum { return types.Bool(v) })
			}
			return out
		}
		enginetest.Check(t, enginetest.Case{Inputs: []*enginetest.Table{tab}, Output: with(tab).Types, Ordered: true,
			Reference: func(in []*enginetest.Table) []string { return lines(with(in[0])) }, Build: steps(&operator.Tag{Right: right})})
	}
}
