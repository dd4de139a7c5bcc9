package aggregate_test

import (
	"fmt"
	"math"
	"sort"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/aggregate"
	et "github.com/inlaydb/inlay/engine/enginetest"
	"github.com/inlaydb/inlay/engine/order"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/storage/column"
)

// call makes an aggregate call over positions of the test table.
func call(kernel string, result types.Type, args ...int) aggregate.Call {
	return aggregate.Call{Fn: &function.Function{Kernel: kernel, Name: kernel}, Args: args, Filter: -1, Result: result}
}

func distinct(c aggregate.Call) aggregate.Call { c.Distinct = true; return c }

func build(spec aggregate.Spec) func(env *et.Env, sink pipeline.Sink) []*pipeline.Pipeline {
	return func(env *et.Env, sink pipeline.Sink) []*pipeline.Pipeline {
		a, err := aggregate.New(spec)
		if err != nil {
			panic(err)
		}
		env.Closes(a)
		return []*pipeline.Pipeline{{Source: env.Source(0), Sink: a}, {Source: a.Source(), Sink: sink}}
	}
}

// The columns of the test table.
const (
	cInt4 = iota
	cInt8
	cText
	cFloat
	cDec // numeric(10,2)
	cNum // numeric
	cBool
	cName // few texts
	cLong // wide texts
)

func table(n int) *et.Table {
	t := &et.Table{}
	t.Ints(et.Int4, n, func(i int) int64 { return int64(i * 7919 % 53) })
	t.Ints(et.Int8, n, func(i int) int64 { return int64(i*104729%n) - int64(n/2) })
	t.Texts(n, func(i int) string { return fmt.Sprintf("t%d", i*31%211) })
	t.Column(et.Float8, n, func(i int) types.Datum { return types.Float(float64(i%29) / 4) })
	t.Ints(types.NewNumeric(10, 2), n, func(i int) int64 { return int64(i*37%100000) - 5000 })
	t.Column(et.Numeric, n, func(i int) types.Datum {
		return types.Datum{Kind: column.Numeric, S: encoded(fmt.Sprintf("%d.%0*d", i%71, 1+i%3, i%10))}
	})
	t.Column(et.Bool, n, func(i int) types.Datum { return types.Bool(i%3 == 0) })
	t.Texts(n, func(i int) string { return []string{"alpha", "beta", "gamma", "a rather long name"}[i*17%4] })
	t.Texts(n, func(i int) string { return strings.Repeat("long text ", 3) + fmt.Sprint(i*13%997) })
	return t
}

// reference groups the rows by the keys' texts and gives each group's rows to f.
func reference(keys []int, f func(tab *et.Table, rows []int) []string) func(in []*et.Table) []string {
	return func(in []*et.Table) []string {
		tab := in[0]
		groups := map[string][]int{}
		for i := range tab.Rows() {
			var k []string
			for _, c := range keys {
				k = append(k, et.FormatValue(tab.Cols[c], i, tab.Types[c]))
			}
			groups[strings.Join(k, "|")] = append(groups[strings.Join(k, "|")], i)
		}
		if len(keys) == 0 && len(groups) == 0 {
			groups[""] = nil
		}
		var out []string
		for k, rows := range groups {
			parts := f(tab, rows)
			if k != "" || len(keys) > 0 {
				parts = append([]string{k}, parts...)
			}
			out = append(out, strings.Join(parts, "|"))
		}
		sort.Strings(out)
		return out
	}
}

// each calls f for the rows whose column is not NULL.
func each(tab *et.Table, c int, rows []int, f func(i int)) (n int) {
	for _, i := range rows {
		if !tab.Cols[c].IsNull(i) {
			f(i)
			n++
		}
	}
	return n
}

func orNull(n int, v any) string {
	if n == 0 {
		return "NULL"
	}
	return fmt.Sprint(v)
}

func counts(tab *et.Table, rows []int) []string {
	out := []string{fmt.Sprint(len(rows))}
	sum := int64(0)
	n := each(tab, cInt4, rows, func(i int) { sum += types.FromColumn(tab.Cols[cInt4], i).I })
	out = append(out, fmt.Sprint(n), orNull(n, sum))
	sum = 0
	n = each(tab, cInt8, rows, func(i int) { sum += types.FromColumn(tab.Cols[cInt8], i).I })
	out = append(out, orNull(n, sum))
	lo, hi := int64(math.MaxInt64), int64(math.MinInt64)
	n = each(tab, cInt8, rows, func(i int) {
		v := types.FromColumn(tab.Cols[cInt8], i).I
		lo, hi = min(lo, v), max(hi, v)
	})
	out = append(out, orNull(n, lo), orNull(n, hi))
	small, big := "~", ""
	n = each(tab, cLong, rows, func(i int) {
		s := string(tab.Cols[cLong].BytesAt(i))
		small, big = min(small, s), max(big, s)
	})
	out = append(out, orNull(n, small), orNull(n, big))
	f := 0.0
	n = each(tab, cFloat, rows, func(i int) { f += types.FromColumn(tab.Cols[cFloat], i).F })
	return append(out, orNull(n, fmt.Sprintf("%.12g", f)), orNull(n, fmt.Sprintf("%.12g", f/float64(n))))
}

var countCalls = []aggregate.Call{
	call("count", et.Int8), call("count", et.Int8, cInt4), call("sum", et.Int8, cInt4), call("sum", types.FixedNumeric(38, 0), cInt8),
	call("min", et.Int8, cInt8), call("max", et.Int8, cInt8), call("min", et.Text, cLong), call("max", et.Text, cLong),
	call("sum", et.Float8, cFloat), call("avg", et.Float8, cFloat),
}

func output(tab *et.Table, spec aggregate.Spec) []types.Type {
	var out []types.Type
	for _, k := range spec.Keys {
		out = append(out, tab.Types[k])
	}
	for _, c := range spec.Calls {
		out = append(out, c.Result)
	}
	return out
}

func TestGroups(t *testing.T) {
	tab := table(2200)
	for name, keys := range map[string][]int{
		"none": {}, "int4": {cInt4}, "int8": {cInt8}, "text": {cText}, "name": {cName}, "bool": {cBool},
		"int4, int4 words": {cInt4, cBool}, "two words": {cInt8, cInt4}, "names": {cName, cText}, "mixed": {cText, cInt8, cBool},
		"float": {cFloat}, "long": {cLong, cInt4}, "decimal": {cDec},
	} {
		t.Run(name, func(t *testing.T) {
			spec := aggregate.Spec{Input: tab.Types, Keys: keys, Calls: countCalls}
			c := et.Case{Inputs: []*et.Table{tab}, Build: build(spec), Output: output(tab, spec), Reference: reference(keys, counts), SpillMemory: 600 << 10}
			if len(keys) == 0 {
				c.SpillMemory = 0
			}
			c.MustSpill = name == "long" || name == "mixed"
			et.Check(t, c)
		})
	}
}

func TestNoRows(t *testing.T) {
	tab := table(0)
	spec := aggregate.Spec{Input: tab.Types, Calls: countCalls[:3]}
	et.Check(t, et.Case{Inputs: []*et.Table{tab}, Build: build(spec), Want: []string{"0|0|NULL"}, WantNulls: []string{"0|0|NULL"}})
	spec.Keys = []int{cInt4}
	et.Check(t, et.Case{Inputs: []*et.Table{tab}, Build: build(spec), Want: []string{}, WantNulls: []string{}})
}

func TestDistinct(t *testing.T) {
	tab := table(1500)
	spec := aggregate.Spec{Input: tab.Types, Keys: []int{cInt4}, Calls: []aggregate.Call{
		distinct(call("count", et.Int8, cText)), distinct(call("sum", et.Int8, cInt4)), call("count", et.Int8), distinct(call("count", et.Int8, cFloat)),
	}}
	ref := func(tab *et.Table, rows []int) []string {
		count := func(c int) string {
			seen := map[string]bool{}
			each(tab, c, rows, func(i int) { seen[et.FormatValue(tab.Cols[c], i, tab.Types[c])] = true })
			return fmt.Sprint(len(seen))
		}
		sum := "NULL"
		each(tab, cInt4, rows, func(i int) { sum = et.FormatValue(tab.Cols[cInt4], i, tab.Types[cInt4]) })
		return []string{count(cText), sum, fmt.Sprint(len(rows)), count(cFloat)}
	}
	et.Check(t, et.Case{Inputs: []*et.Table{tab}, Build: build(spec), Reference: reference(spec.Keys, ref), SpillMemory: 600 << 10})
	spec.Keys = nil
	ref2 := func(tab *et.Table, rows []int) []string {
		out := ref(tab, rows)
		seen := map[int64]bool{}
		each(tab, cInt4, rows, func(i int) { seen[types.FromColumn(tab.Cols[cInt4], i).I] = true })
		sum := int64(0)
		for v := range seen {
			sum += v
		}
		out[1] = fmt.Sprint(sum)
		return out
	}
	et.Check(t, et.Case{Inputs: []*et.Table{tab}, Build: build(spec), Reference: reference(nil, ref2), SpillMemory: 600 << 10})
}

func TestFilterAndSets(t *testing.T) {
	tab := table(1000)
	f := call("count", et.Int8)
	f.Filter = cBool
	spec := aggregate.Spec{Input: tab.Types, Keys: []int{cInt4, cName}, Calls: []aggregate.Call{f, call("count", et.Int8)}, Sets: [][]int{{0, 1}, {1}, {}}, SetCol: true}
	ref := func(in []*et.Table) []string {
		var out []string
		for s, keys := range [][]int{{cInt4, cName}, {cName}, {}} {
			rows := reference(keys, func(tab *et.Table, rows []int) []string {
				n := 0
				each(tab, cBool, rows, func(i int) { n += int(types.FromColumn(tab.Cols[cBool], i).I) })
				return []string{fmt.Sprint(n), fmt.Sprint(len(rows)), fmt.Sprint(s)}
			})(in)
			for _, r := range rows {
				out = append(out, strings.Repeat("NULL|", s)+r)
			}
		}
		return out
	}
	et.Check(t, et.Case{Inputs: []*et.Table{tab}, Build: build(spec), Reference: ref, SpillMemory: 600 << 10})
}

// TestOrdered checks aggregates whose rows have an order.
func TestOrdered(t *testing.T) {
	tab := table(1500)
	byInt := []order.Key{{Pos: cInt8, Type: et.Int8, Desc: true}}
	agg := call("array_agg", types.New(types.Int8ArrayOID), cInt8)
	agg.OrderBy = byInt
	str := call("string_agg", et.Text, cText, cName)
	str.OrderBy = byInt
	arrive := call("array_agg", types.New(types.Int8ArrayOID), cInt8)
	spec := aggregate.Spec{Input: tab.Types, Keys: []int{cInt4}, Calls: []aggregate.Call{agg, str, arrive}}
	ref := func(tab *et.Table, rows []int) []string {
		list := func(rows []int) string {
			var v []string
			for _, i := range rows {
				v = append(v, et.FormatValue(tab.Cols[cInt8], i, et.Int8))
			}
			return "{" + strings.Join(v, ",") + "}"
		}
		arrived := list(rows)
		by := append([]int(nil), rows...)
		val := func(i int) int64 {
			if tab.Cols[cInt8].IsNull(i) {
				return math.MinInt64
			}
			return types.FromColumn(tab.Cols[cInt8], i).I
		}
		sort.SliceStable(by, func(a, b int) bool { return val(by[a]) > val(by[b]) })
		s, n := "", 0
		each(tab, cText, by, func(i int) {
			if n > 0 && !tab.Cols[cName].IsNull(i) {
				s += string(tab.Cols[cName].BytesAt(i))
			}
			s += string(tab.Cols[cText].BytesAt(i))
			n++
		})
		return []string{list(by), orNull(n, s), arrived}
	}
	// NULLs tie in the order of string_agg: compare without them.
	c := et.Case{Inputs: []*et.Table{tab}, Build: build(spec), Output: output(tab, spec), SpillMemory: 600 << 10}
	c.Want = ref0(tab, spec.Keys, ref)
	c.NoNulls = true
	et.Check(t, c)
	c.Want, c.NoNulls = nil, false
	spec.Calls = spec.Calls[:1]
	c.Build = build(spec)
	c.Reference = reference(spec.Keys, func(tab *et.Table, rows []int) []string { return ref(tab, rows)[:1] })
	et.Check(t, c)
}

func ref0(tab *et.Table, keys []int, ref func(tab *et.Table, rows []int) []string) []string {
	return reference(keys, ref)([]*et.Table{tab})
}

// TestExact compares values with those of Postgres.
func TestExact(t *testing.T) {
	dec := types.NewNumeric(10, 2)
	tab := (&et.Table{}).
		Ints(et.Int4, 4, func(i int) int64 { return []int64{1, 2, 4, 10}[i] }).
		Ints(dec, 4, func(i int) int64 { return []int64{150, 225, 1, 999}[i] }).
		Column(et.Float8, 4, func(i int) types.Datum { return types.Float([]float64{1.5, 2.25, 4, 8}[i]) }).
		Column(et.Numeric, 4, func(i int) types.Datum {
			return types.Datum{Kind: column.Numeric, S: encoded([]string{"1.5", "2.25", "1e20", "3"}[i])}
		}).
		Column(types.New(types.IntervalOID), 4, func(i int) types.Datum {
			return types.Interval(column.IntervalValue{Months: int32(i), Days: 3, Micros: int64(i) * 1e6})
		})
	frac := tab.Column(et.Float8, 4, func(int) types.Datum { return types.Float(0.5) })
	pct := func(kernel string, t types.Type, c int, of types.Type) aggregate.Call {
		p := call(kernel, t, c)
		p.Direct = []int{5}
		p.OrderBy = []order.Key{{Pos: c, Type: of}}
		return p
	}
	mode := call("mode", et.Int4, 0)
	mode.OrderBy = []order.Key{{Pos: 0, Type: et.Int4}}
	spec := aggregate.Spec{Input: frac.Types, Calls: []aggregate.Call{
		call("avg", et.Numeric, 0), call("avg", et.Numeric, 1), call("sum", types.FixedNumeric(38, 2), 1),
		call("var_samp", et.Numeric, 0), call("stddev_pop", et.Numeric, 1), call("variance", et.Float8, 2), call("stddev", et.Float8, 2),
		call("sum", et.Numeric, 3), call("avg", et.Numeric, 3), call("sum", types.New(types.IntervalOID), 4), call("avg", types.New(types.IntervalOID), 4),
		call("corr", et.Float8, 2, 5), call("regr_slope", et.Float8, 5, 2), call("covar_pop", et.Float8, 2, 2),
		pct("percentile_cont", et.Float8, 2, et.Float8), pct("percentile_disc", et.Int4, 0, et.Int4), mode,
		call("bit_and", et.Int4, 0), call("bit_or", et.Int4, 0), call("bit_xor", et.Int4, 0),
	}}
	want := "4.2500000000000000|3.4375000000000000|13.75|16.2500000000000000|3.8680445641176369|8.43229166667|2.90384084734|" +
		"100000000000000000006.75|25000000000000000001.69|6m12d6000000us|1m18d1500000us|NULL|0|6.32421875|3.125|2|1|0|15|13"
	et.Check(t, et.Case{Inputs: []*et.Table{tab}, Build: build(spec), Output: output(tab, spec), Want: []string{want}})
}
