package order_test

import (
	"fmt"
	"sort"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/enginetest"
	"github.com/inlaydb/inlay/engine/order"
	"github.com/inlaydb/inlay/engine/pipeline"
)

func sortCase(tab *enginetest.Table, keys []order.Key, key func(string) string) enginetest.Case {
	return enginetest.Case{
		Inputs: []*enginetest.Table{tab},
		Output: tab.Types,
		Build: func(env *enginetest.Env, sink pipeline.Sink) []*pipeline.Pipeline {
			s := order.NewSort(tab.Types, keys, 1)
			env.Closes(s)
			return []*pipeline.Pipeline{{Source: env.Source(0), Sink: s}, {Source: s.Source(), Sink: sink}}
		},
		Ordered: true, Key: key, SpillMemory: 160 << 10, MustSpill: true,
	}
}

// columns cuts the given columns out of a row's text.
func columns(at ...int) func(string) string {
	return func(row string) string {
		f := strings.Split(row, "|")
		var out []string
		for _, i := range at {
			out = append(out, f[i])
		}
		return strings.Join(out, "|")
	}
}

func mixed(n int) *enginetest.Table {
	t := &enginetest.Table{}
	t.Ints(enginetest.Int4, n, func(i int) int64 { return int64(i*7919%97) - 40 })
	t.Texts(n, func(i int) string {
		return strings.Repeat("common prefix ", i%3) + fmt.Sprintf("v%d", i*31%1009)
	})
	t.Column(enginetest.Float8, n, func(i int) types.Datum { return types.Float(float64(i*13%501)/7 - 30) })
	t.Ints(enginetest.Int8, n, func(i int) int64 { return int64(i) << (i % 40) })
	return t
}

func TestSort(t *testing.T) {
	tab := mixed(2500)
	for name, c := range map[string]enginetest.Case{
		"int":        sortCase(tab, []order.Key{{Pos: 0, Type: enginetest.Int4}}, columns(0)),
		"int desc":   sortCase(tab, []order.Key{{Pos: 0, Type: enginetest.Int4, Desc: true, NullsFirst: true}}, columns(0)),
		"text":       sortCase(tab, []order.Key{{Pos: 1, Type: enginetest.Text}}, columns(1)),
		"text desc":  sortCase(tab, []order.Key{{Pos: 1, Type: enginetest.Text, Desc: true}}, columns(1)),
		"float, int": sortCase(tab, []order.Key{{Pos: 2, Type: enginetest.Float8}, {Pos: 3, Type: enginetest.Int8, Desc: true}}, columns(2, 3)),
		"all":        sortCase(tab, []order.Key{{Pos: 0, Type: enginetest.Int4}, {Pos: 2, Type: enginetest.Float8}, {Pos: 1, Type: enginetest.Text}, {Pos: 3, Type: enginetest.Int8}}, nil),
	} {
		t.Run(name, func(t *testing.T) { enginetest.Check(t, c) })
	}
}

func TestSortOrders(t *testing.T) {
	tab := mixed(500)
	c := sortCase(tab, []order.Key{{Pos: 0, Type: enginetest.Int4}}, columns(0))
	c.SpillMemory, c.MustSpill = 0, false
	var want []int
	for i := range 500 {
		want = append(want, i*7919%97-40)
	}
	sort.Ints(want)
	c.Key = columns(0)
	c.Reference = nil
	// The order itself: the first column must ascend.
	check := c
	check.Inputs = []*enginetest.Table{{Types: tab.Types[:1], Cols: tab.Cols[:1]}}
	check.Output = tab.Types[:1]
	check.Build = func(env *enginetest.Env, sink pipeline.Sink) []*pipeline.Pipeline {
		s := order.NewSort(tab.Types[:1], []order.Key{{Pos: 0, Type: enginetest.Int4}}, 1)
		env.Closes(s)
		return []*pipeline.Pipeline{{Source: env.Source(0), Sink: s}, {Source: s.Source(), Sink: sink}}
	}
	for _, v := range want {
		check.Want = append(check.Want, fmt.Sprint(v))
	}
	enginetest.Check(t, check)
}
