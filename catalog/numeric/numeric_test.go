package numeric

import (
	"bytes"
	"math/big"
	"math/rand/v2"
	"testing"
)

func TestParseErrors(t *testing.T) {
	for _, s := range []string{"", " ", "-", "+", ".", "1..2", "e5", "1e", "1e+", "+NaN", "-nan", "infinit", "0x", "0xg",
		"1_", "_1", "1__0", "0x1__0", "1e5_", "1 2", "--1", "1e5x", "0b2", "٣"} {
		if n, err := Parse(s); err == nil {
			t.Errorf("Parse(%q) = %s, want an error", s, n)
		}
	}
	for s, want := range map[string]string{
		"0x1F": "31", "-0xff_ff": "-65535", "0o17": "15", "0b101": "5", "1_000.000_1": "1000.0001", "1e1_0": "10000000000",
		"\t 12.50\n": "12.50", ".5": "0.5", "5.": "5", "-0": "0", "-0.00": "0.00", "iNf": "Infinity", "-inf": "-Infinity",
		"NAN": "NaN", "0e99999": "0", "1e-3": "0.001", "12345e-2": "123.45", "1.5e3": "1500",
	} {
		if got := MustParse(s).String(); got != want {
			t.Errorf("Parse(%q) = %s, want %s", s, got, want)
		}
	}
}

func randomNumeric(r *rand.Rand) Numeric {
	switch r.IntN(20) {
	case 0:
		return NaN
	case 1:
		return PosInf
	case 2:
		return NegInf
	case 3:
		return Numeric{scale: uint16(r.IntN(5))}
	}
	scale := r.IntN(30)
	neg := r.IntN(2) == 0
	switch r.IntN(4) {
	case 0:
		m := new(big.Int).Lsh(new(big.Int).SetUint64(r.Uint64()), uint(r.IntN(150)))
		return fromBig(neg, m.Add(m, big.NewInt(r.Int64())), scale)
	case 1:
		return fromCoef(neg, u128{r.Uint64() >> r.IntN(64), r.Uint64()}, scale)
	case 2:
		return fromCoef(neg, u128{0, uint64(r.IntN(1000))}, r.IntN(4))
	}
	return fromCoef(neg, u128{0, r.Uint64() >> r.IntN(64)}, scale)
}

// Equal numbers hash and sort alike in every form, and sort keys order as
// Compare does.
func TestForms(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var values []Numeric
	for range 300 {
		n := randomNumeric(r)
		values = append(values, n)
		if n.IsFinite() {
			wider := n.rescale(int(n.scale)+r.IntN(25), true)
			values = append(values, wider)
			if wider.Hash() != n.Hash() {
				t.Errorf("%s and %s hash differently", n, wider)
			}
		}
	}
	for _, a := range values {
		ka := a.AppendSortKey(nil)
		if back := Decode(a.AppendEncoded(nil)); back.String() != a.String() {
			t.Fatalf("%s is %s after encoding", a, back)
		}
		if back, err := ParseWire(a.AppendWire(nil)); err != nil || back.String() != a.String() {
			t.Fatalf("%s is %s after wire format (%v)", a, back, err)
		}
		if back, err := Parse(a.String()); err != nil || back.String() != a.String() {
			t.Fatalf("%s is %s after text (%v)", a, back, err)
		}
		if v, ok := a.Scaled64(int(a.scale)); ok {
			if FromScaled64(v, int(a.scale)).String() != a.String() || Hash64(v, int(a.scale)) != a.Hash() {
				t.Errorf("%s as int64 %d", a, v)
			}
			if got := string(AppendScaled64(nil, v, int(a.scale))); got != a.String() {
				t.Errorf("%s prints as %s", a, got)
			}
		}
		if hi, lo, ok := a.Scaled128(int(a.scale)); ok {
			if FromScaled128(hi, lo, int(a.scale)).String() != a.String() || Hash128(hi, lo, int(a.scale)) != a.Hash() {
				t.Errorf("%s as int128 %d:%d", a, hi, lo)
			}
		}
		for _, b := range values {
			c := Compare(a, b)
			if (c == 0) != (Compare(b, a) == 0) || (c < 0) != (Compare(b, a) > 0) {
				t.Fatalf("Compare(%s, %s) is not antisymmetric", a, b)
			}
			kb := b.AppendSortKey(nil)
			if k := bytes.Compare(ka, kb); (k < 0) != (c < 0) || (k > 0) != (c > 0) {
				t.Fatalf("sort keys of %s and %s compare as %d, the numbers as %d", a, b, k, c)
			}
			if c != 0 && bytes.HasPrefix(kb, ka) {
				t.Fatalf("the sort key of %s begins that of %s", a, b)
			}
			if EncodedEqual(a.AppendEncoded(nil), b.AppendEncoded(nil)) != (c == 0) {
				t.Fatalf("EncodedEqual(%s, %s)", a, b)
			}
		}
	}
}

// Small numbers take other paths than large ones: both must agree.
func TestSmallAgainstBig(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 20000 {
		a, b := randomNumeric(r), randomNumeric(r)
		if !a.IsFinite() || !b.IsFinite() || a.big != nil || b.big != nil {
			continue
		}
		sum, _ := Add(a, b)
		if want := addBig(a, b); sum.String() != want.String() {
			t.Fatalf("%s + %s = %s, want %s", a, b, sum, want)
		}
		prod, _ := Mul(a, b)
		want := fromBig(a.neg != b.neg, new(big.Int).Mul(a.mag(), b.mag()), int(a.scale)+int(b.scale))
		if prod.String() != want.String() {
			t.Fatalf("%s × %s = %s, want %s", a, b, prod, want)
		}
		if b.IsZero() {
			continue
		}
		q, _ := Div(a, b)
		k := int(q.scale) - int(a.scale) + int(b.scale)
		x, y := a.mag(), b.mag()
		if k >= 0 {
			x = new(big.Int).Mul(x, bigPow10(k))
		} else {
			y = new(big.Int).Mul(y, bigPow10(-k))
		}
		if want := fromBig(a.neg != b.neg, quoRound(x, y), int(q.scale)); q.String() != want.String() {
			t.Fatalf("%s / %s = %s, want %s", a, b, q, want)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	a, b := MustParse("12345678901234.56"), MustParse("0.0700")
	buf := make([]byte, 0, 128)
	if n := testing.AllocsPerRun(100, func() {
		s, _ := Add(a, b)
		p, _ := Mul(s, b)
		q, _ := Div(p, a)
		if Compare(p, q) == 0 {
			t.Fail()
		}
		buf = Decode(q.AppendEncoded(buf[:0])).AppendText(buf[:0])
		buf = p.AppendWire(buf[:0])
		_ = p.Hash()
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"1.5", "-1e10", "NaN", "inf", "0x1F", "1_0", "1e-20", " 7 ", "1e131071"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 200 {
			return
		}
		n, err := Parse(s)
		if err != nil {
			return
		}
		if back, err := Parse(n.String()); err != nil || !Equal(n, back) || n.Scale() != back.Scale() {
			t.Fatalf("%q reads as %s and then %s (%v)", s, n, back, err)
		}
	})
}

func FuzzParseWire(f *testing.F) {
	f.Add(MustParse("-123.456").AppendWire(nil))
	f.Add(NaN.AppendWire(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		n, err := ParseWire(b)
		if err != nil {
			return
		}
		if back, err := ParseWire(n.AppendWire(nil)); err != nil || !Equal(n, back) {
			t.Fatalf("%x reads as %s and then %s (%v)", b, n, back, err)
		}
	})
}

func BenchmarkAppendText(b *testing.B) {
	n := MustParse("123456.78")
	buf := make([]byte, 0, 64)
	for b.Loop() {
		buf = n.AppendText(buf[:0])
	}
}

func BenchmarkAverage(b *testing.B) {
	n := MustParse("38123456789123.78")
	for b.Loop() {
		if _, err := Average(n, 5999989); err != nil {
			b.Fatal(err)
		}
	}
}
