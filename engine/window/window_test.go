package window_test

import (
	"fmt"
	"math"
	"sort"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/types"
	et "github.com/inlaydb/inlay/engine/enginetest"
	"github.com/inlaydb/inlay/engine/order"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/window"
	"github.com/inlaydb/inlay/planner/scalar"
)

const (
	cPart  = iota // int4
	cOrd          // int8
	cVal          // int4
	cFloat        // float8
	cText         // text
	cTie          // int8: makes the order unique
	cOff          // int8, 2
	cLow          // int8: cOrd - 3
	cHigh         // int8: cOrd + 2
	cOne          // int4: 3
)

func table(n int) *et.Table {
	t := &et.Table{}
	t.Ints(et.Int4, n, func(i int) int64 { return int64(i * 7919 % max(n/25, 1)) })
	ord := func(i int) int64 { return int64(i * 31 % 17) }
	t.Ints(et.Int8, n, ord)
	t.Ints(et.Int4, n, func(i int) int64 { return int64(i*13%101) - 50 })
	t.Column(et.Float8, n, func(i int) types.Datum { return types.Float(float64(i%37) / 8) })
	t.Texts(n, func(i int) string { return fmt.Sprintf("text number %d", i*17%211) })
	t.Ints(et.Int8, n, func(i int) int64 { return int64(i) })
	t.Ints(et.Int8, n, func(i int) int64 { return 2 })
	t.Ints(et.Int8, n, func(i int) int64 { return ord(i) - 3 })
	t.Ints(et.Int8, n, func(i int) int64 { return ord(i) + 2 })
	t.Ints(et.Int4, n, func(i int) int64 { return 3 })
	return t
}

func item(kernel string, result types.Type, f window.Frame, args ...int) window.Item {
	return window.Item{Fn: &function.Function{Kernel: kernel, Name: kernel}, Args: args, Filter: -1, Frame: f, Result: result}
}

func frame(u scalar.FrameUnit, start, end scalar.BoundKind, x scalar.Exclusion) window.Frame {
	f := window.Frame{Unit: u, Start: start, End: end, StartOffset: -1, EndOffset: -1, StartBound: -1, EndBound: -1, Exclude: x}
	offset := func(k scalar.BoundKind) bool { return k == scalar.Preceding || k == scalar.Following }
	if offset(start) {
		f.StartOffset = cOff
		if u == scalar.Range {
			f.StartBound = map[scalar.BoundKind]int{scalar.Preceding: cLow, scalar.Following: cHigh}[start]
		}
	}
	if offset(end) {
		f.EndOffset = cOff
		if u == scalar.Range {
			f.EndBound = map[scalar.BoundKind]int{scalar.Preceding: cLow, scalar.Following: cHigh}[end]
		}
	}
	return f
}

// reference computes everything row by row from the definitions.
type reference struct {
	tab   *et.Table
	keys  []order.Key
	parts [][]int // rows of each partition, in order
}

func newReference(tab *et.Table, partition []int, keys []order.Key) *reference {
	r := &reference{tab: tab, keys: keys}
	groups := map[string][]int{}
	var names []string
	for i := range tab.Rows() {
		k := ""
		for _, p := range partition {
			k += "|" + et.FormatValue(tab.Cols[p], i, tab.Types[p])
		}
		if groups[k] == nil {
			names = append(names, k)
		}
		groups[k] = append(groups[k], i)
	}
	sort.Strings(names)
	for _, n := range names {
		rows := groups[n]
		sort.SliceStable(rows, func(a, b int) bool { return r.compare(rows[a], rows[b]) < 0 })
		r.parts = append(r.parts, rows)
	}
	return r
}

func (r *reference) int(c, i int) (int64, bool) {
	if r.tab.Cols[c].IsNull(i) {
		return 0, false
	}
	return types.FromColumn(r.tab.Cols[c], i).I, true
}

func (r *reference) compare(a, b int) int {
	for _, k := range r.keys {
		x, xok := r.int(k.Pos, a)
		y, yok := r.int(k.Pos, b)
		c := 0
		switch {
		case xok && yok:
			c = int(max(min(x-y, 1), -1))
			if k.Desc {
				c = -c
			}
		case xok != yok:
			c = 1
			if xok != k.NullsFirst {
				c = -1
			}
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// frame is the rows of the frame of the row at place i of a partition.
func (r *reference) frame(f *window.Frame, rows []int, i int) []int {
	group := make([]int, len(rows))
	for j := 1; j < len(rows); j++ {
		group[j] = group[j-1]
		if r.compare(rows[j-1], rows[j]) != 0 {
			group[j]++
		}
	}
	k := r.keys
	inStart := func(j int) bool {
		switch f.Start {
		case scalar.UnboundedPreceding:
			return true
		case scalar.UnboundedFollowing:
			return false
		}
		by := 0
		if f.Start == scalar.Preceding {
			by = -2
		} else if f.Start == scalar.Following {
			by = 2
		}
		switch f.Unit {
		case scalar.Rows:
			return j >= i+by
		case scalar.Groups:
			return group[j] >= group[i]+by
		}
		if by == 0 {
			return group[j] >= group[i]
		}
		x, xok := r.int(k[0].Pos, rows[j])
		bound, bok := r.int(f.StartBound, rows[i])
		if !xok || !bok {
			return xok == bok || xok == k[0].NullsFirst
		}
		return x >= bound
	}
	inEnd := func(j int) bool {
		switch f.End {
		case scalar.UnboundedPreceding:
			return false
		case scalar.UnboundedFollowing:
			return true
		}
		by := 0
		if f.End == scalar.Preceding {
			by = -2
		} else if f.End == scalar.Following {
			by = 2
		}
		switch f.Unit {
		case scalar.Rows:
			return j <= i+by
		case scalar.Groups:
			return group[j] <= group[i]+by
		}
		if by == 0 {
			return group[j] <= group[i]
		}
		x, xok := r.int(k[0].Pos, rows[j])
		bound, bok := r.int(f.EndBound, rows[i])
		if !xok || !bok {
			return xok == bok || xok != k[0].NullsFirst
		}
		return x <= bound
	}
	var out []int
	for j := range rows {
		if !inStart(j) || !inEnd(j) {
			continue
		}
		switch f.Exclude {
		case scalar.ExcludeCurrentRow:
			if j == i {
				continue
			}
		case scalar.ExcludeGroup:
			if group[j] == group[i] {
				continue
			}
		case scalar.ExcludeTies:
			if group[j] == group[i] && j != i {
				continue
			}
		}
		out = append(out, rows[j])
	}
	return out
}

func (r *reference) value(it *window.Item, rows []int, i int) string {
	at := func(c, row int) string { return et.FormatValue(r.tab.Cols[c], row, r.tab.Types[c]) }
	rank, dense, last := 1, 1, len(rows)
	for j := 1; j <= i; j++ {
		if r.compare(rows[j-1], rows[j]) != 0 {
			rank, dense = j+1, dense+1
		}
	}
	for last > i+1 && r.compare(rows[last-1], rows[i]) != 0 {
		last--
	}
	switch it.Fn.Kernel {
	case "row_number":
		return fmt.Sprint(i + 1)
	case "rank":
		return fmt.Sprint(rank)
	case "dense_rank":
		return fmt.Sprint(dense)
	case "percent_rank":
		if len(rows) == 1 {
			return "0"
		}
		return fmt.Sprintf("%.12g", float64(rank-1)/float64(len(rows)-1))
	case "cume_dist":
		return fmt.Sprintf("%.12g", float64(last)/float64(len(rows)))
	case "ntile":
		n, ok := r.int(it.Args[0], rows[0])
		if !ok {
			return "NULL"
		}
		// Deal one by one.
		sizes := make([]int, n)
		for j := range rows {
			sizes[j%int(n)]++
		}
		for b, left := 0, i; ; b++ {
			if left < sizes[b] {
				return fmt.Sprint(b + 1)
			}
			left -= sizes[b]
		}
	case "lag", "lead":
		by := int64(1)
		if len(it.Args) > 1 {
			n, ok := r.int(it.Args[1], rows[i])
			if !ok {
				return "NULL"
			}
			by = n
		}
		if it.Fn.Kernel == "lag" {
			by = -by
		}
		if j := i + int(by); j >= 0 && j < len(rows) {
			return at(it.Args[0], rows[j])
		}
		if len(it.Args) > 2 {
			return at(it.Args[2], rows[i])
		}
		return "NULL"
	}
	fr := r.frame(&it.Frame, rows, i)
	switch it.Fn.Kernel {
	case "first_value":
		if len(fr) == 0 {
			return "NULL"
		}
		return at(it.Args[0], fr[0])
	case "last_value":
		if len(fr) == 0 {
			return "NULL"
		}
		return at(it.Args[0], fr[len(fr)-1])
	case "nth_value":
		n, ok := r.int(it.Args[1], rows[i])
		if !ok || len(fr) < int(n) {
			return "NULL"
		}
		return at(it.Args[0], fr[n-1])
	case "count":
		if len(it.Args) == 0 {
			return fmt.Sprint(len(fr))
		}
	}
	n, sum, lo, hi, fsum, list := 0, int64(0), int64(math.MaxInt64), int64(math.MinInt64), 0.0, []string{}
	least := "~"
	for _, j := range fr {
		list = append(list, at(it.Args[0], j))
		d := types.FromColumn(r.tab.Cols[it.Args[0]], j)
		if d.Null {
			continue
		}
		n++
		sum += d.I
		fsum += d.F
		lo, hi = min(lo, d.I), max(hi, d.I)
		least = min(least, d.S)
	}
	if it.Fn.Kernel == "array_agg" {
		if len(list) == 0 {
			return "NULL"
		}
		return "{" + strings.Join(list, ",") + "}"
	}
	if it.Fn.Kernel == "count" {
		return fmt.Sprint(n)
	}
	if n == 0 {
		return "NULL"
	}
	switch {
	case it.Fn.Kernel == "min" && it.Args[0] == cText:
		return least
	case it.Fn.Kernel == "sum" && it.Args[0] == cFloat:
		return fmt.Sprintf("%.12g", fsum)
	case it.Fn.Kernel == "sum":
		return fmt.Sprint(sum)
	case it.Fn.Kernel == "min":
		return fmt.Sprint(lo)
	case it.Fn.Kernel == "max":
		return fmt.Sprint(hi)
	}
	panic(it.Fn.Kernel)
}

func check(t *testing.T, n int, spec window.Spec, change func(c *et.Case)) {
	t.Helper()
	tab := table(n)
	spec.Input = tab.Types
	out := append([]types.Type(nil), tab.Types...)
	for _, it := range spec.Items {
		out = append(out, it.Result)
	}
	c := et.Case{
		Inputs: []*et.Table{tab}, Output: out,
		Build: func(env *et.Env, sink pipeline.Sink) []*pipeline.Pipeline {
			w, err := window.New(spec)
			if err != nil {
				panic(err)
			}
			env.Closes(w)
			return []*pipeline.Pipeline{{Source: env.Source(0), Sink: w}, {Source: w.Source(), Sink: sink}}
		},
		Reference: func(in []*et.Table) []string {
			r := newReference(in[0], spec.Partition, spec.Order)
			var rows []string
			for _, part := range r.parts {
				for i, row := range part {
					var f []string
					for c := range tab.Types {
						f = append(f, et.FormatValue(in[0].Cols[c], row, in[0].Types[c]))
					}
					for k := range spec.Items {
						f = append(f, r.value(&spec.Items[k], part, i))
					}
					rows = append(rows, strings.Join(f, "|"))
				}
			}
			return rows
		},
	}
	if change != nil {
		change(&c)
	}
	et.Check(t, c)
}

var (
	none    = scalar.ExcludeNone
	whole   = frame(scalar.Range, scalar.UnboundedPreceding, scalar.UnboundedFollowing, none)
	running = frame(scalar.Range, scalar.UnboundedPreceding, scalar.CurrentRow, none)
	byOrd   = []order.Key{{Pos: cOrd, Type: et.Int8}}
	byTie   = []order.Key{{Pos: cOrd, Type: et.Int8, Desc: true}, {Pos: cTie, Type: et.Int8}}
)

func aggregates(f window.Frame) []window.Item {
	return []window.Item{
		item("count", et.Int8, f), item("count", et.Int8, f, cVal), item("sum", et.Int8, f, cVal), item("min", et.Int4, f, cVal),
		item("max", et.Int4, f, cVal), item("sum", et.Float8, f, cFloat), item("min", et.Text, f, cText),
	}
}

func TestRanking(t *testing.T) {
	items := []window.Item{
		item("row_number", et.Int8, running), item("rank", et.Int8, running), item("dense_rank", et.Int8, running),
		item("percent_rank", et.Float8, running), item("cume_dist", et.Float8, running), item("ntile", et.Int4, running, cOne),
	}
	unique := func(c *et.Case) { c.NoNulls = true }
	check(t, 500, window.Spec{Partition: []int{cPart}, Order: byTie, Items: items}, unique)
	check(t, 500, window.Spec{Order: byTie, Items: items}, unique)
	// Ties: what does not depend on their order.
	check(t, 500, window.Spec{Partition: []int{cPart}, Order: byOrd, Items: items[1:5]}, nil)
	check(t, 300, window.Spec{Partition: []int{cPart}, Order: []order.Key{{Pos: cOrd, Type: et.Int8, NullsFirst: true}}, Items: items[1:5]}, nil)
}

func TestValues(t *testing.T) {
	unique := func(c *et.Case) { c.NoNulls = true }
	rows := frame(scalar.Rows, scalar.Preceding, scalar.Following, scalar.ExcludeCurrentRow)
	items := []window.Item{
		item("lag", et.Int4, running, cVal), item("lead", et.Text, running, cText, cOne), item("lag", et.Int4, running, cVal, cOne, cOne),
		item("first_value", et.Text, running, cText), item("last_value", et.Int4, rows, cVal), item("nth_value", et.Text, whole, cText, cOne),
		item("first_value", et.Int4, rows, cVal), item("nth_value", et.Int4, rows, cVal, cOne),
	}
	check(t, 500, window.Spec{Partition: []int{cPart}, Order: byTie, Items: items}, unique)
}

func TestFrames(t *testing.T) {
	for _, u := range []scalar.FrameUnit{scalar.Rows, scalar.Range, scalar.Groups} {
		for _, b := range [][2]scalar.BoundKind{
			{scalar.UnboundedPreceding, scalar.CurrentRow}, {scalar.UnboundedPreceding, scalar.UnboundedFollowing}, {scalar.CurrentRow, scalar.UnboundedFollowing},
			{scalar.Preceding, scalar.Following}, {scalar.Preceding, scalar.Preceding}, {scalar.Following, scalar.Following},
			{scalar.CurrentRow, scalar.Following}, {scalar.UnboundedPreceding, scalar.Preceding}, {scalar.Following, scalar.UnboundedFollowing},
		} {
			for _, x := range []scalar.Exclusion{none, scalar.ExcludeCurrentRow, scalar.ExcludeGroup, scalar.ExcludeTies} {
				f := frame(u, b[0], b[1], x)
				keys, partition := byOrd, []int{cPart}
				stable := u == scalar.Rows || x == scalar.ExcludeCurrentRow || x == scalar.ExcludeTies
				if stable && u != scalar.Range {
					keys = byTie
				}
				t.Run(fmt.Sprint(u, b, x), func(t *testing.T) {
					check(t, 220, window.Spec{Partition: partition, Order: keys, Items: aggregates(f)}, func(c *et.Case) {
						c.Few, c.NoNulls = true, true
					})
					if keys[0].Pos == cOrd && len(keys) == 1 && !stable {
						check(t, 120, window.Spec{Partition: partition, Order: keys, Items: aggregates(f)[:4]}, func(c *et.Case) {
							// cLow and cHigh do not follow cOrd when NULLs are injected.
							c.Few, c.NoNulls = true, true
						})
					}
				})
			}
		}
	}
}

// TestRangeNulls has NULL keys, whose frames are each other.
func TestRangeNulls(t *testing.T) {
	for _, first := range []bool{false, true} {
		tab := (&et.Table{}).
			Column(et.Int8, 8, func(i int) types.Datum {
				if i%4 == 3 {
					return types.Null(et.Int8.Kind())
				}
				return types.Int(et.Int8.Kind(), int64(i))
			})
		tab.Column(et.Int8, 8, func(i int) types.Datum {
			if i%4 == 3 {
				return types.Null(et.Int8.Kind())
			}
			return types.Int(et.Int8.Kind(), int64(i)-1)
		})
		tab.Ints(et.Int8, 8, func(int) int64 { return 1 })
		f := window.Frame{Unit: scalar.Range, Start: scalar.Preceding, End: scalar.CurrentRow, StartOffset: 2, StartBound: 1, EndOffset: -1, EndBound: -1}
		spec := window.Spec{Input: tab.Types, Order: []order.Key{{Pos: 0, Type: et.Int8, NullsFirst: first}}, Items: []window.Item{item("count", et.Int8, f)}}
		// psql: select x, count(*) over (order by x range between 1 preceding and current row) …
		want := []string{"0|-1|1|1", "1|0|1|2", "2|1|1|2", "4|3|1|1", "5|4|1|2", "6|5|1|2", "NULL|NULL|1|2", "NULL|NULL|1|2"}
		et.Check(t, et.Case{Inputs: []*et.Table{tab}, Want: want, NoNulls: true, Build: func(env *et.Env, sink pipeline.Sink) []*pipeline.Pipeline {
			w, err := window.New(spec)
			if err != nil {
				panic(err)
			}
			env.Closes(w)
			return []*pipeline.Pipeline{{Source: env.Source(0), Sink: w}, {Source: w.Source(), Sink: sink}}
		}})
	}
}

func TestSpill(t *testing.T) {
	check(t, 4000, window.Spec{Partition: []int{cPart}, Order: byTie, Items: append(aggregates(running), item("row_number", et.Int8, running))}, func(c *et.Case) {
		c.SpillMemory, c.MustSpill, c.NoNulls = 400<<10, true, true
	})
	// One partition: cut into pieces where memory is short.
	items := []window.Item{item("row_number", et.Int8, running), item("rank", et.Int8, running), item("sum", et.Int8, running, cVal), item("min", et.Text, running, cText)}
	check(t, 1500, window.Spec{Order: byTie, Items: items}, func(c *et.Case) {
		c.SpillMemory, c.MustSpill, c.NoNulls = 200<<10, true, true
	})
}

// TestLongFrames makes frames long enough for a tree of states.
func TestLongFrames(t *testing.T) {
	f := frame(scalar.Rows, scalar.CurrentRow, scalar.UnboundedFollowing, none)
	items := append(aggregates(f), item("array_agg", types.New(types.ArrayOf(et.Int4).OID), frame(scalar.Rows, scalar.Preceding, scalar.CurrentRow, none), cVal))
	check(t, 700, window.Spec{Order: byTie, Items: items}, func(c *et.Case) { c.Few, c.NoNulls = true, true })
}
