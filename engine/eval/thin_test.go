package eval

import (
	"testing"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

var (
	int4T = types.New(types.Int4OID)

	textT = types.New(types.TextOID)

	moneyT = types.NewNumeric(15, 2)
)

func ints(vals ...int32) *column.Column { return column.FromSlice(column.Int32, vals) }

func strs(vals ...string) *column.Column {
	d := make([]types.Datum, len(vals))
	for i, v := range vals {
		d[i] = types.Text(v)
	}
	return types.ColumnOf(column.Bytes, column.Invalid, d)
}

func dict(c *column.Column, codes ...int32) *column.Column {
	return &column.Column{Kind: c.Kind, Form: column.Dictionary, Len: len(codes), Codes: codes, Dict: column.NewDict(c)}
}

func numText(t *testing.T, d types.Datum, typ types.Type) string {
	t.Helper()
	if d.Null {
		return "NULL"
	}
	return kernel.NumericAt(d.Column(1, column.Invalid), 0, int(typ.Scale)).String()
}

func TestIntegerArithmetic(t *testing.T) {
	e := op(t, "+", op(t, "*", col(1, int4T), intConst(3)), col(2, int4T))
	b := ints(10, 20, 30)
	b.SetNull(1)
	got := run(t, e, ints(1, 2, 3), b)
	if got[0].I != 13 || !got[1].Null || got[2].I != 39 {
		t.Errorf("%+v", got)
	}
	_, err := tryRun(t, op(t, "+", col(1, int4T), intConst(1)), ints(1, 1<<31-1))
	if !sqlerr.Has(err, sqlerr.NumericValueOutOfRange) {
		t.Errorf("overflow: %v", err)
	}
	_, err = tryRun(t, op(t, "/", intConst(1), col(1, int4T)), ints(1, 0))
	if !sqlerr.Has(err, sqlerr.DivisionByZero) {
		t.Errorf("division by zero: %v", err)
	}
}

// Q1's sum_charge: the product has more digits than its type can bound.
func TestMoney(t *testing.T) {
	price := column.FromSlice(column.Int64, []int64{10494950, 99999999999999, kernel.NaN64, 0})
	disc := column.FromSlice(column.Int64, []int64{4, 10, 0, 7})
	tax := column.FromSlice(column.Int64, []int64{2, 8, 1, 3})
	one := numConst("1")
	net := op(t, "*", col(1, moneyT), op(t, "-", one, col(2, moneyT)))
	gross := op(t, "*", net, op(t, "+", one, col(3, moneyT)))
	want := [][2]string{
		{"100751.5200", "102766.550400"}, {"899999999999.9910", "971999999999.990280"}, {"NaN", "NaN"}, {"0.0000", "0.000000"}}
	for i, d := range run(t, net, price, disc) {
		if s := numText(t, d, net.Type()); s != want[i][0] {
			t.Errorf("net %d: %s, want %s", i, s, want[i][0])
		}
	}
	for i, d := range run(t, gross, price, disc, tax) {
		if s := numText(t, d, gross.Type()); s != want[i][1] {
			t.Errorf("gross %d: %s, want %s", i, s, want[i][1])
		}
	}
}

func TestComparisonsOfNumericScales(t *testing.T) {
	c := column.FromSlice(column.Int64, []int64{5, 6, 7, -5})
	for _, tc := range []struct {
		op, bound string
		want      []int64
	}{
		{"<", "0.055", []int64{1, 0, 0, 1}}, {">=", "0.055", []int64{0, 1, 1, 0}}, {"=", "0.060", []int64{0, 1, 0, 0}},
		{"=", "0.055", []int64{0, 0, 0, 0}}, {"<>", "0.055", []int64{1, 1, 1, 1}}, {"<", "-0.045", []int64{0, 0, 0, 1}},
		{">", "-0.055", []int64{1, 1, 1, 1}}, {"<=", "1", []int64{1, 1, 1, 1}}, {"<", "123456789012345678901234567890.5", []int64{1, 1, 1, 1}},
	} {
		for i, d := range run(t, op(t, tc.op, col(1, moneyT), numConst(tc.bound)), c) {
			if d.I != tc.want[i] {
				t.Errorf("row %d %s %s: %d", i, tc.op, tc.bound, d.I)
			}
		}
	}
}

func TestPredicate(t *testing.T) {
	modes := strs("AIR", "MAIL", "SHIP", "a mode with a long name")
	mode := dict(modes, 0, 1, 2, 3, 1, 0)
	mode.Valid = []uint64{0b011111}
	qty := ints(1, 2, 3, 4, 5, 6)
	in := &scalar.InList{Arg: col(1, textT), List: []scalar.Expr{textConst("MAIL"), textConst("a mode with a long name"), textConst("AIR")}}
	layout := Layout{1: 0, 2: 1}
	for name, tc := range map[string]struct {
		preds []scalar.Expr
		want  []int32
	}{
		"in":     {[]scalar.Expr{in}, []int32{0, 1, 3, 4}},
		"not in": {[]scalar.Expr{&scalar.Not{Arg: in}}, []int32{2}},
		"and":    {[]scalar.Expr{in, op(t, ">", col(2, int4T), intConst(1))}, []int32{1, 3, 4}},
		"or":     {[]scalar.Expr{&scalar.Or{Args: []scalar.Expr{op(t, "=", col(1, textT), textConst("SHIP")), op(t, ">=", col(2, int4T), intConst(5))}}}, []int32{2, 4, 5}},
		"like":   {[]scalar.Expr{callOf(opFn(t, "~~"), col(1, textT), textConst("%A%I%"))}, []int32{0, 1, 4}},
		"null":   {[]scalar.Expr{&scalar.IsNull{Arg: col(1, textT)}}, []int32{5}},
	} {
		p, err := CompilePredicate(tc.preds, layout, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range []*batch.Batch{
			{Cols: []*column.Column{mode, qty}, Len: 6},
			{Cols: []*column.Column{column.Flatten(mode), qty}, Len: 6},
			{Cols: []*column.Column{mode, qty}, Len: 6, Sel: []int32{0, 1, 2, 3, 4, 5}},
		} {
			for range 3 {
				got, err := p.Select(b, nil)
				if err != nil {
					t.Fatal(name, err)
				}
				if !equalSel(got, tc.want) {
					t.Errorf("%s: %v, want %v", name, got, tc.want)
				}
			}
		}
	}
}

func equalSel(a, b []int32) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestCaseNarrows(t *testing.T) {
	// The division by zero stands behind a guard.
	e := &scalar.Case{
		Whens: []scalar.When{{Cond: op(t, "<>", col(1, int4T), intConst(0)), Then: op(t, "/", intConst(10), col(1, int4T))}},
		Else:  konst(types.Null(column.Int32), int4T), Typ: int4T,
	}
	got := run(t, e, ints(5, 0, 2))
	if got[0].I != 2 || !got[1].Null || got[2].I != 5 {
		t.Errorf("%+v", got)
	}
	c := &scalar.Coalesce{Args: []scalar.Expr{e, intConst(-1)}, Typ: int4T}
	got = run(t, c, ints(5, 0, 2))
	if got[0].I != 2 || got[1].I != -1 || got[2].I != 5 {
		t.Errorf("%+v", got)
	}
}

func TestConstant(t *testing.T) {
	d, err := Constant(op(t, "*", numConst("1.5"), numConst("2.25")))
	if err != nil || d.I != 3375 {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestLowestErrorWins(t *testing.T) {
	// The left side fails on row 1, the right side on row 0.
	e := op(t, "+", op(t, "/", intConst(1), col(1, int4T)), op(t, "*", col(2, int4T), col(2, int4T)))
	_, err := tryRun(t, e, ints(1, 0), ints(1<<30, 1))
	if !sqlerr.Has(err, sqlerr.NumericValueOutOfRange) {
		t.Errorf("%v", err)
	}
}
