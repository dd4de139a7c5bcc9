package kernel

import (
	"bytes"
	"math"
	"math/big"
	"math/rand/v2"
	"sort"
	"testing"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

func texts(vals ...string) *column.Column {
	b := NewBuilder(column.Bytes)
	for _, v := range vals {
		b.Append(types.Text(v).Column(1, column.Invalid), nil)
	}
	return b.Column()
}

func numerics(vals ...string) *column.Column {
	b := NewBuilder(column.Numeric)
	for _, v := range vals {
		d := types.Datum{Kind: column.Numeric, S: string(numeric.MustParse(v).AppendEncoded(nil))}
		b.Append(d.Column(1, column.Invalid), nil)
	}
	return b.Column()
}

func hashes(c *column.Column, sel []int32) []uint64 {
	out := make([]uint64, rows(c, sel))
	Hash(c, sel, out, false)
	return out
}

// Equal values hash alike in every form and width.
func TestHashAgrees(t *testing.T) {
	eq := func(name string, a, b []uint64) {
		t.Helper()
		if len(a) != len(b) {
			t.Fatalf("%s: %d and %d hashes", name, len(a), len(b))
		}
		for i := range a {
			if a[i] != b[i] {
				t.Errorf("%s: row %d: %x and %x", name, i, a[i], b[i])
			}
		}
	}
	i32 := column.FromSlice(column.Int32, []int32{1, -7, 0, 1 << 30})
	i64 := column.FromSlice(column.Int64, []int64{1, -7, 0, 1 << 30})
	i128 := column.FromSlice(column.Int128, []Int128{Wide(1), Wide(-7), Wide(0), Wide(1 << 30)})
	eq("int32 int64", hashes(i32, nil), hashes(i64, nil))
	eq("int64 int128", hashes(i64, nil), hashes(i128, nil))
	eq("NaN", hashes(column.FromSlice(column.Int64, []int64{NaN64}), nil), hashes(column.FromSlice(column.Int128, []Int128{NaN128}), nil))

	zeros := column.FromSlice(column.Float64, []float64{math.Copysign(0, -1), math.NaN()})
	other := column.FromSlice(column.Float64, []float64{0, math.Float64frombits(0xfff8000000000123)})
	eq("float zeros and NaN", hashes(zeros, nil), hashes(other, nil))
	eq("float32", hashes(column.FromSlice(column.Float32, []float32{1.5, -2}), nil), hashes(column.FromSlice(column.Float64, []float64{1.5, -2}), nil))
	eq("numeric scales", hashes(numerics("1.50", "100", "0.0", "NaN"), nil), hashes(numerics("1.5", "100.000", "0", "NaN"), nil))
	eq("interval", hashes(column.FromSlice(column.Interval, []column.IntervalValue{{Months: 1}, {Days: 1}}), nil),
		hashes(column.FromSlice(column.Interval, []column.IntervalValue{{Days: 30}, {Micros: microsPerDay}}), nil))

	vals := texts("a", "somewhat longer than a view", "", "twelve bytes")
	dict := &column.Column{Kind: column.Bytes, Form: column.Dictionary, Len: 5, Codes: []int32{3, 1, 0, 1, 2}, Dict: column.NewDict(vals)}
	eq("dictionary", hashes(dict, nil), hashes(column.Flatten(dict), nil))
	eq("selection", hashes(dict, []int32{1, 4}), hashes(column.Gather(column.Flatten(dict), []int32{1, 4}), nil))
	dict.Valid = []uint64{0b10101}
	eq("NULLs", hashes(dict, nil), hashes(column.Flatten(dict), nil))
	k := types.Text("somewhat longer than a view").Column(3, column.Invalid)
	eq("constant", hashes(k, nil), hashes(column.Flatten(k), nil))

	// Two columns: combining does not depend on the form either.
	h1, h2 := hashes(i64, nil), hashes(i64, nil)
	Hash(vals, nil, h1, true)
	d4 := &column.Column{Kind: column.Bytes, Form: column.Dictionary, Len: 4, Codes: []int32{0, 1, 2, 3}, Dict: column.NewDict(vals)}
	Hash(d4, nil, h2, true)
	eq("combined", h1, h2)
}

func TestHashSpreads(t *testing.T) {
	const n = 1 << 16
	a := make([]int64, n)
	for i := range a {
		a[i] = int64(i) * 4096
	}
	h := hashes(column.FromSlice(column.Int64, a), nil)
	for _, shift := range []uint{0, 20, 48} { // any 16 bits should look random: 1 - 1/e of the slots are hit
		seen := map[uint16]bool{}
		for _, v := range h {
			seen[uint16(v>>shift)] = true
		}
		if len(seen) < n*60/100 {
			t.Errorf("bits from %d: only %d of %d slots", shift, len(seen), n)
		}
	}
}

// The order of encoded keys is that of the comparer.
func TestSortKeysOrder(t *testing.T) {
	inf := math.Inf(1)
	cases := []struct {
		t types.Type
		c *column.Column
	}{
		{types.New(types.Int2OID), column.FromSlice(column.Int16, []int16{3, -3, 0, math.MaxInt16, math.MinInt16})},
		{types.New(types.Int4OID), column.FromSlice(column.Int32, []int32{3, -3, 0, math.MaxInt32, math.MinInt32})},
		{types.New(types.Int8OID), column.FromSlice(column.Int64, []int64{3, -3, 0, math.MaxInt64, math.MinInt64})},
		{types.New(types.Float8OID), column.FromSlice(column.Float64, []float64{1, -1, 0, math.Copysign(0, -1), inf, -inf, math.NaN()})},
		{types.New(types.Float4OID), column.FromSlice(column.Float32, []float32{1, -1, 0, float32(inf), float32(-inf), float32(math.NaN())})},
		{types.FixedNumeric(30, 2), column.FromSlice(column.Int128, []Int128{Wide(5), Wide(-5), {Hi: 5}, {Hi: -5}, NaN128})},
		{types.New(types.IntervalOID), column.FromSlice(column.Interval, []column.IntervalValue{{Months: 1}, {Days: 30}, {Days: 31}, {Micros: -1}})},
		{types.New(types.TextOID), texts("", "a", "b", "aa", "aaaaaaaaaaaaa", "aaaaaaaaaaaab", "aaaaaaaaaaaa", "é")},
		{types.New(types.BPCharOID), texts("", " ", "a ", "a", "b")},
		{types.New(types.NumericOID), numerics("0", "1", "-1", "10", "0.1", "1.0", "-0.001", "123456789012345678901234567890", "NaN", "Infinity", "-Infinity")},
	}
	for _, tc := range cases {
		for _, desc := range []bool{false, true} {
			k := SortKey{Type: tc.t, Desc: desc}
			w := k.Width()
			keys := make([]byte, w*tc.c.Len)
			exact := k.Encode(keys, w, tc.c, nil)
			cmp := Comparer(tc.t)
			for i := range tc.c.Len {
				for j := range tc.c.Len {
					want := sign(cmp(tc.c, i, tc.c, j))
					if desc {
						want = -want
					}
					got := bytes.Compare(keys[i*w:(i+1)*w], keys[j*w:(j+1)*w])
					if got != want && (got != 0 || exact) {
						t.Errorf("%v desc=%v: rows %d, %d: key order %d, want %d", tc.t.OID, desc, i, j, got, want)
					}
				}
			}
		}
	}
}

func sign(c int) int {
	switch {
	case c < 0:
		return -1
	case c > 0:
		return 1
	}
	return 0
}

func TestInt128(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	bigOf := func(v Int128) *big.Int {
		b := new(big.Int).Lsh(big.NewInt(v.Hi), 64)
		return b.Add(b, new(big.Int).SetUint64(v.Lo))
	}
	draw := func() Int128 {
		v := Int128{Lo: r.Uint64(), Hi: int64(r.Uint64())}
		switch r.IntN(4) {
		case 0:
			return Wide(int64(v.Lo))
		case 1:
			v.Hi >>= uint(r.IntN(64))
		case 2:
			return Wide(int64(r.IntN(7) - 3))
		}
		return v
	}
	limit := new(big.Int).Lsh(big.NewInt(1), 127)
	fits := func(b *big.Int) bool { return b.Cmp(limit) < 0 && b.Cmp(new(big.Int).Neg(limit)) >= 0 }
	for range 20000 {
		a, b := draw(), draw()
		x, y := bigOf(a), bigOf(b)
		check := func(op string, got Int128, ok bool, want *big.Int) {
			if ok != fits(want) || ok && bigOf(got).Cmp(want) != 0 {
				t.Fatalf("%v %s %v: got %v %v, want %v", x, op, y, bigOf(got), ok, want)
			}
		}
		s, ok := Add128(a, b)
		check("+", s, ok, new(big.Int).Add(x, y))
		s, ok = Sub128(a, b)
		check("-", s, ok, new(big.Int).Sub(x, y))
		s, ok = Mul128(a, b)
		check("*", s, ok, new(big.Int).Mul(x, y))
		if Compare128(a, b) != x.Cmp(y) {
			t.Fatalf("compare %v %v", x, y)
		}
		if d := b.Lo; d != 0 {
			q, rem := DivMod128(a, d)
			wq, wr := new(big.Int).QuoRem(x, new(big.Int).SetUint64(d), new(big.Int))
			if bigOf(q).Cmp(wq) != 0 || d < 1<<63 && wr.Cmp(big.NewInt(rem)) != 0 {
				t.Fatalf("%v / %d: %v %d, want %v %v", x, d, bigOf(q), rem, wq, wr)
			}
		}
	}
}

func TestMatch(t *testing.T) {
	a := texts("x", "a longer string here", "y", "z")
	b := texts("x", "a longer string here", "n", "z")
	got := Match(a, nil, b, nil, []int32{0, 1, 2, 3}, false)
	if len(got) != 3 || got[2] != 3 {
		t.Errorf("match: %v", got)
	}
	a.SetNull(0)
	b.SetNull(0)
	if got := Match(a, nil, b, nil, []int32{0, 1}, false); len(got) != 1 {
		t.Errorf("NULL = NULL: %v", got)
	}
	if got := Match(a, nil, b, nil, []int32{0, 1}, true); len(got) != 2 {
		t.Errorf("NULL is NULL: %v", got)
	}
	x := column.FromSlice(column.Int64, []int64{1, 2, 3})
	y := column.FromSlice(column.Int64, []int64{3, 2, 1})
	if got := Match(x, []int32{0, 1, 2}, y, []int32{2, 1, 1}, []int32{0, 1, 2}, false); len(got) != 2 {
		t.Errorf("ints: %v", got)
	}
}

func TestBuilder(t *testing.T) {
	c := texts("short", "this one is long enough for a heap", "", "another string for the heap buffer")
	c.SetNull(2)
	copied := CopyStrings(c, []int32{3, 1, 2})
	if copied.Len != 3 || len(copied.Bufs) != 1 || string(copied.BytesAt(0)) != "another string for the heap buffer" || !copied.IsNull(2) {
		t.Errorf("copy: %+v", copied)
	}
	all := Concat(column.Bytes, []*column.Column{c, copied, types.Text("k").Column(2, column.Invalid)})
	if all.Len != 9 || string(all.BytesAt(8)) != "k" || !all.IsNull(2) || !all.IsNull(6) || all.IsNull(8) {
		t.Errorf("concat: %+v", all)
	}
	lists := types.ColumnOf(column.List, column.Int32, []types.Datum{
		{Kind: column.List, L: []types.Datum{types.Int(column.Int32, 1), types.Null(column.Int32)}},
		types.Null(column.List),
		{Kind: column.List, L: []types.Datum{types.Int(column.Int32, 5)}},
	})
	b := NewBuilder(column.List)
	b.Append(lists, []int32{2, 1})
	b.Append(lists, nil)
	l := b.Column()
	if d := types.FromColumn(l, 0); len(d.L) != 1 || d.L[0].I != 5 {
		t.Errorf("list row 0: %+v", d)
	}
	if d := types.FromColumn(l, 2); len(d.L) != 2 || d.L[0].I != 1 || !d.L[1].Null {
		t.Errorf("list row 2: %+v", d)
	}
	if !l.IsNull(1) || !l.IsNull(3) {
		t.Error("list NULLs")
	}
}

func TestSelectionSets(t *testing.T) {
	a := []int32{1, 3, 5, 70}
	if got := Difference(nil, a, []int32{3, 70}); len(got) != 2 || got[0] != 1 || got[1] != 5 {
		t.Errorf("difference: %v", got)
	}
	u := Union(nil, []int32{1, 70}, []int32{3, 5})
	if !sort.SliceIsSorted(u, func(i, j int) bool { return u[i] < u[j] }) || len(u) != 4 {
		t.Errorf("union: %v", u)
	}
	valid := column.NewBitmap(71, true)
	column.ClearBit(valid, 5)
	if got := MaskSelection(append([]int32(nil), a...), valid); len(got) != 3 {
		t.Errorf("mask: %v", got)
	}
	if got := AppendWhere(nil, valid, 71, nil, false); len(got) != 1 || got[0] != 5 {
		t.Errorf("clear bits: %v", got)
	}
}

func TestWiden(t *testing.T) {
	c := column.FromSlice(column.Int64, []int64{150, NaN64, -25})
	w := Widen(c, column.Int128, 2, 4)
	if got := column.Values[Int128](w); got[0] != Wide(15000) || got[1] != NaN128 || got[2] != Wide(-2500) {
		t.Errorf("to int128: %v", got)
	}
	v := Widen(c, column.Numeric, 2, 0)
	for i, want := range []string{"1.50", "NaN", "-0.25"} {
		if got := NumericAt(v, i, 0).String(); got != want {
			t.Errorf("row %d: %s, want %s", i, got, want)
		}
	}
}

func TestEncodeFixed(t *testing.T) {
	vals := []int64{0, 1, -1, 255, 256, -65536, 999999999999999999, -999999999999999999, 1 << 40, NaN64}
	dst := make([]column.View, len(vals))
	EncodeFixed(dst, vals, 3)
	for i, v := range vals {
		want := numeric.FromScaled64(v, 3)
		if got := numeric.Decode(dst[i].Bytes(nil)); got.String() != want.String() {
			t.Errorf("%d: %s, want %s", v, got, want)
		}
		if enc := want.AppendEncoded(nil); !bytes.Equal(enc, dst[i].Bytes(nil)) {
			t.Errorf("%d: encoding %x, want %x", v, dst[i].Bytes(nil), enc)
		}
	}
	c := column.FromSlice(column.Numeric, dst[:len(dst)-1])
	back := make([]int64, c.Len)
	if !DecodeFixed(back, c, nil, 3) {
		t.Fatal("does not decode")
	}
	for i := range back {
		if back[i] != vals[i] {
			t.Errorf("row %d: %d, want %d", i, back[i], vals[i])
		}
	}
	if DecodeFixed(back, c, nil, 2) || DecodeFixed(make([]int64, 10), column.FromSlice(column.Numeric, dst), nil, 3) {
		t.Error("another scale, or NaN, decoded")
	}
}
