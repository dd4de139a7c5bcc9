package order_test

import (
	"testing"

	"github.com/inlaydb/inlay/engine/enginetest"
	"github.com/inlaydb/inlay/engine/order"
	"github.com/inlaydb/inlay/engine/pipeline"
)

func TestTopN(t *testing.T) {
	tab := mixed(9000)
	keys := map[string][]order.Key{
		"int desc":  {{Pos: 3, Type: enginetest.Int8, Desc: true, NullsFirst: true}, {Pos: 1, Type: enginetest.Text}},
		"int, text": {{Pos: 0, Type: enginetest.Int4}, {Pos: 1, Type: enginetest.Text}, {Pos: 2, Type: enginetest.Float8}, {Pos: 3, Type: enginetest.Int8}},
	}
	for name, k := range keys {
		for _, n := range []int64{0, 1, 10, 3000, 10000} {
			for _, offset := range []int64{0, 7} {
				// A full sort is the reference.
				sorted := sortCase(tab, k, columns(3, 1))
				sorted.SpillMemory = 0
				all := enginetest.Rows(t, sorted)
				lo, hi := min(offset, int64(len(all))), min(n+offset, int64(len(all)))
				c := enginetest.Case{Inputs: []*enginetest.Table{tab}, Output: tab.Types, Ordered: true, Key: columns(3, 1), Want: all[lo:hi], NoNulls: true, Few: true,
					Build: func(env *enginetest.Env, sink pipeline.Sink) []*pipeline.Pipeline {
						s := order.NewTopN(tab.Types, k, n, offset, false, 1)
						env.Closes(s)
						return []*pipeline.Pipeline{{Source: env.Source(0), Sink: s}, {Source: s.Source(), Sink: sink}}
					}}
				if n == 0 {
					c.Want = []string{}
				}
				t.Run(name, func(t *testing.T) { enginetest.Check(t, c) })
			}
		}
	}
}

func TestTopNWithTies(t *testing.T) {
	tab := &enginetest.Table{}
	tab.Ints(enginetest.Int4, 9000, func(i int) int64 { return int64(i*7919%9000) / 30 })
	var want []string
	for i := range 9000 / 30 {
		for range 30 {
			want = append(want, enginetest.FormatValue(tab.Ints(enginetest.Int4, 1, func(int) int64 { return int64(i) }).Cols[1], 0, enginetest.Int4))
			tab.Cols, tab.Types = tab.Cols[:1], tab.Types[:1]
		}
	}
	enginetest.Check(t, enginetest.Case{Inputs: []*enginetest.Table{tab}, Output: tab.Types, Ordered: true, Want: want[:120], NoNulls: true,
		Build: func(env *enginetest.Env, sink pipeline.Sink) []*pipeline.Pipeline {
			s := order.NewTopN(tab.Types, []order.Key{{Pos: 0, Type: enginetest.Int4}}, 100, 0, true, 1)
			env.Closes(s)
			return []*pipeline.Pipeline{{Source: env.Source(0), Sink: s}, {Source: s.Source(), Sink: sink}}
		}})
}

func TestDistinctOn(t *testing.T) {
	tab := mixed(2000)
	keys := []order.Key{{Pos: 0, Type: enginetest.Int4, Desc: true}, {Pos: 3, Type: enginetest.Int8}, {Pos: 1, Type: enginetest.Text}, {Pos: 2, Type: enginetest.Float8}}
	reference := func(in []*enginetest.Table) []string {
		c := sortCase(in[0], keys, nil)
		c.SpillMemory = 0
		last, first := "", true
		out := []string{}
		for _, r := range enginetest.Rows(t, c) {
			if k := columns(0)(r); first || k != last {
				out, last, first = append(out, r), k, false
			}
		}
		return out
	}
	enginetest.Check(t, enginetest.Case{Inputs: []*enginetest.Table{tab}, Output: tab.Types, Ordered: true, Reference: reference, SpillMemory: 160 << 10, MustSpill: true,
		Build: func(env *enginetest.Env, sink pipeline.Sink) []*pipeline.Pipeline {
			d := order.NewDistinctOn(tab.Types, []int{0}, keys, 1)
			env.Closes(d)
			return []*pipeline.Pipeline{{Source: env.Source(0), Sink: d}, {Source: d.Source(), Sink: sink}}
		}})
}
