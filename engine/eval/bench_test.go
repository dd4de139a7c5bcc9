package eval

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

const benchRows = 2048

func benchEval(b *testing.B, e scalar.Expr, cols ...*column.Column) {
	b.Helper()
	layout := Layout{}
	for i := range cols {
		layout[scalar.ColumnID(i+1)] = i
	}
	ev, err := Compile(e, layout, nil)
	if err != nil {
		b.Fatal(err)
	}
	in := &batch.Batch{Cols: cols, Len: benchRows}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ev.Eval(in); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
}

func benchSelect(b *testing.B, preds []scalar.Expr, cols ...*column.Column) {
	b.Helper()
	layout := Layout{}
	for i := range cols {
		layout[scalar.ColumnID(i+1)] = i
	}
	p, err := CompilePredicate(preds, layout, nil)
	if err != nil {
		b.Fatal(err)
	}
	in := &batch.Batch{Cols: cols, Len: benchRows}
	var sel []int32
	b.ReportAllocs()
	for b.Loop() {
		if sel, err = p.Select(in, sel[:0]); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
}

func randomMoney(limit int64) *column.Column {
	r := rand.New(rand.NewPCG(1, 2))
	v := make([]int64, benchRows)
	for i := range v {
		v[i] = r.Int64N(limit)
	}
	return column.FromSlice(column.Int64, v)
}

func randomDates() *column.Column {
	r := rand.New(rand.NewPCG(3, 4))
	v := make([]int32, benchRows)
	for i := range v {
		v[i] = 8035 + r.Int32N(2557)
	}
	return column.FromSlice(column.Int32, v)
}

var words = []string{"carefully", "final", "deposits", "detect", "slyly", "special", "requests", "across", "the", "ironic", "packages", "sleep"}

func randomComments() *column.Column {
	r := rand.New(rand.NewPCG(5, 6))
	d := make([]types.Datum, benchRows)
	for i := range d {
		s := ""
		for range 3 + r.IntN(4) {
			s += words[r.IntN(len(words))] + " "
		}
		d[i] = types.Text(s)
	}
	return types.ColumnOf(column.Bytes, column.Invalid, d)
}

func BenchmarkArithmetic(b *testing.B) {
	t := &testing.T{}
	price, disc, tax := randomMoney(10000000), randomMoney(11), randomMoney(9)
	net := op(t, "*", col(1, moneyT), op(t, "-", numConst("1"), col(2, moneyT)))
	b.Run("expr=net", func(b *testing.B) { benchEval(b, net, price, disc) })
	gross := op(t, "*", net, op(t, "+", numConst("1"), col(3, moneyT)))
	b.Run("expr=gross", func(b *testing.B) { benchEval(b, gross, price, disc, tax) })
	i4 := column.FromSlice(column.Int32, column.Values[int32](randomDates()))
	b.Run("expr=int4", func(b *testing.B) {
		benchEval(b, op(t, "+", op(t, "*", col(1, int4T), intConst(3)), col(1, int4T)), i4)
	})
	b.Run("expr=year", func(b *testing.B) {
		benchEval(b, fn(t, "extract", textConst("year"), col(1, types.New(types.DateOID))), randomDates())
	})
}

func BenchmarkFilter(b *testing.B) {
	t := &testing.T{}
	date := types.New(types.DateOID)
	dates, disc, qty := randomDates(), randomMoney(11), randomMoney(5100)
	d := func(v int64) scalar.Expr { return konst(types.Int(column.Int32, v), date) }
	for _, pct := range []int64{1, 50, 99} {
		b.Run(fmt.Sprintf("date<const,selected=%d%%", pct), func(b *testing.B) {
			benchSelect(b, []scalar.Expr{op(t, "<", col(1, date), d(8035+2557*pct/100))}, dates)
		})
	}
	b.Run("q6", func(b *testing.B) {
		benchSelect(b, []scalar.Expr{
			op(t, ">=", col(1, date), d(8766)), op(t, "<", col(1, date), d(9131)),
			op(t, ">=", col(2, moneyT), numConst("0.05")), op(t, "<=", col(2, moneyT), numConst("0.07")),
			op(t, "<", col(3, moneyT), numConst("24")),
		}, dates, disc, qty)
	})
	text := randomComments()
	like := func(p string) scalar.Expr { return callOf(opFn(t, "~~"), col(1, textT), textConst(p)) }
	for _, p := range []string{"%special%requests%", "final%", "%sleep ", "%ironic%", "_arefully%"} {
		b.Run("like="+p, func(b *testing.B) { benchSelect(b, []scalar.Expr{like(p)}, text) })
	}
	r := rand.New(rand.NewPCG(7, 8))
	codes := make([]int32, benchRows)
	for i := range codes {
		codes[i] = r.Int32N(7)
	}
	mode := dict(strs("AIR", "MAIL", "SHIP", "TRUCK", "RAIL", "FOB", "REG AIR"), codes...)
	in := &scalar.InList{Arg: col(1, textT), List: []scalar.Expr{textConst("MAIL"), textConst("SHIP")}}
	b.Run("dictionary=in", func(b *testing.B) { benchSelect(b, []scalar.Expr{in}, mode) })
	b.Run("flat=in", func(b *testing.B) { benchSelect(b, []scalar.Expr{in}, column.Flatten(mode)) })
	b.Run("flat=equal", func(b *testing.B) {
		benchSelect(b, []scalar.Expr{callOf(opFn(t, "="), col(1, textT), textConst("MAIL"))}, column.Flatten(mode))
	})
}
