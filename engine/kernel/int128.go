package kernel

import (
	"math"
	"math/bits"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/storage/column"
)

// Int128 is the 128-bit integer of columns.
type Int128 = column.Int128Value

// The numbers that stand for NaN in numerics of known scale.
const NaN64 = numeric.NaN64

// NaN128 is NaN64 for 128-bit columns.
var NaN128 = Int128{Lo: numeric.NaN128Lo, Hi: numeric.NaN128Hi}

// Wide is v with sign extended.
func Wide(v int64) Int128 { return Int128{Lo: uint64(v), Hi: v >> 63} }

// WideScaled is Wide for numerics of known scale: it maps NaN too.
func WideScaled(v int64) Int128 {
	if v == NaN64 {
		return NaN128
	}
	return Wide(v)
}

// Fits64 says whether v is in the range of int64.
func Fits64(v Int128) bool { return v.Hi == int64(v.Lo)>>63 }

// Less128 says whether a < b.
func Less128(a, b Int128) bool { return a.Hi < b.Hi || a.Hi == b.Hi && a.Lo < b.Lo }

// Compare128 orders a and b.
func Compare128(a, b Int128) int {
	switch {
	case a == b:
		return 0
	case Less128(a, b):
		return -1
	}
	return 1
}

// Add128 is a + b, and whether it did not overflow.
func Add128(a, b Int128) (Int128, bool) {
	lo, c := bits.Add64(a.Lo, b.Lo, 0)
	hi, _ := bits.Add64(uint64(a.Hi), uint64(b.Hi), c)
	r := Int128{Lo: lo, Hi: int64(hi)}
	return r, (a.Hi^r.Hi)&(b.Hi^r.Hi) >= 0
}

// Sub128 is a - b, and whether it did not overflow.
func Sub128(a, b Int128) (Int128, bool) {
	lo, c := bits.Sub64(a.Lo, b.Lo, 0)
	hi, _ := bits.Sub64(uint64(a.Hi), uint64(b.Hi), c)
	r := Int128{Lo: lo, Hi: int64(hi)}
	return r, (a.Hi^b.Hi)&(a.Hi^r.Hi) >= 0
}

// Neg128 is -a, wrapping at the minimum.
func Neg128(a Int128) Int128 {
	lo, c := bits.Sub64(0, a.Lo, 0)
	hi, _ := bits.Sub64(0, uint64(a.Hi), c)
	return Int128{Lo: lo, Hi: int64(hi)}
}

// Mul64 is the full product of two int64.
func Mul64(a, b int64) Int128 {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	h := int64(hi) - a>>63&b - b>>63&a
	return Int128{Lo: lo, Hi: h}
}

// Abs128 is the magnitude of a as two words and whether a was negative.
func Abs128(a Int128) (hi, lo uint64, neg bool) {
	if a.Hi < 0 {
		a = Neg128(a)
		return uint64(a.Hi), a.Lo, true
	}
	return uint64(a.Hi), a.Lo, false
}

// FromMagnitude is ±(hi:lo), and whether that fits.
func FromMagnitude(hi, lo uint64, neg bool) (Int128, bool) {
	v := Int128{Lo: lo, Hi: int64(hi)}
	if neg {
		return Neg128(v), hi < 1<<63 || hi == 1<<63 && lo == 0
	}
	return v, hi < 1<<63
}

// Mul128 is a × b, and whether it did not overflow.
func Mul128(a, b Int128) (Int128, bool) {
	if Fits64(a) && Fits64(b) {
		return Mul64(int64(a.Lo), int64(b.Lo)), true
	}
	ah, al, an := Abs128(a)
	bh, bl, bn := Abs128(b)
	if ah != 0 && bh != 0 {
		return Int128{}, false
	}
	hi, lo := bits.Mul64(al, bl)
	c1, m1 := bits.Mul64(ah, bl)
	c2, m2 := bits.Mul64(al, bh)
	if c1|c2 != 0 {
		return Int128{}, false
	}
	hi, carry := bits.Add64(hi, m1, 0)
	hi, carry2 := bits.Add64(hi, m2, 0)
	if carry|carry2 != 0 {
		return Int128{}, false
	}
	return FromMagnitude(hi, lo, an != bn)
}

// DivMod128 is the quotient towards zero of a by b > 0 and the remainder with
// the sign of a.
func DivMod128(a Int128, b uint64) (q Int128, r int64) {
	hi, lo, neg := Abs128(a)
	qh := hi / b
	ql, rem := bits.Div64(hi%b, lo, b)
	q, _ = FromMagnitude(qh, ql, neg)
	if neg {
		return q, -int64(rem)
	}
	return q, int64(rem)
}

// Pow10 is 10^0 … 10^18.
var Pow10 = func() (t [19]int64) {
	t[0] = 1
	for i := 1; i < len(t); i++ {
		t[i] = t[i-1] * 10
	}
	return t
}()

// Pow10Wide is 10^0 … 10^38.
var Pow10Wide = func() (t [39]Int128) {
	t[0] = Wide(1)
	for i := 1; i < len(t); i++ {
		t[i], _ = Mul128(t[i-1], Wide(10))
	}
	return t
}()

// Float128 is the float64 nearest to a, up to the rounding of two steps.
func Float128(a Int128) float64 {
	return float64(a.Hi)*math.Exp2(64) + float64(a.Lo)
}

const (
	microsPerDay = 86400 * 1000000
	daysPerMonth = 30
)

// Span is an interval's length in microseconds with days of 24 hours and
// months of 30 days: what Postgres compares intervals by.
func Span(v column.IntervalValue) Int128 {
	days := int64(v.Months)*daysPerMonth + int64(v.Days)
	s, _ := Add128(Mul64(days, microsPerDay), Wide(v.Micros))
	return s
}
