package numeric

import (
	"math"
	"math/big"
	"strconv"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// The scaled integers that stand for NaN in columns of a known scale. They
// are above every number that such a column can hold, as Postgres orders NaN.
const (
	NaN64     = math.MaxInt64
	NaN128Hi  = math.MaxInt64 // high half; the low half is NaN128Lo
	NaN128Lo  = math.MaxUint64
	max64Mag  = 999_999_999_999_999_999 // 18 digits
	max128Exp = 38
)

// FromInt64 is v at scale 0.
func FromInt64(v int64) Numeric { return fromInt(v, 0) }

// FromUint64 is v at scale 0.
func FromUint64(v uint64) Numeric { return Numeric{lo: v} }

// FromScaled64 is v × 10^-scale; NaN64 is NaN.
func FromScaled64(v int64, scale int) Numeric {
	if v == NaN64 {
		return NaN
	}
	return fromInt(v, scale)
}

func fromInt(v int64, scale int) Numeric {
	if v < 0 {
		return fromCoef(true, u128{0, -uint64(v)}, scale)
	}
	return fromCoef(false, u128{0, uint64(v)}, scale)
}

// FromScaled128 is the two's complement integer hi:lo × 10^-scale; NaN128 is NaN.
func FromScaled128(hi int64, lo uint64, scale int) Numeric {
	if hi == NaN128Hi && lo == NaN128Lo {
		return NaN
	}
	return FromInt128(hi, lo, scale)
}

// FromInt128 is the two's complement integer hi:lo × 10^-scale, without a NaN:
// for sums of integers.
func FromInt128(hi int64, lo uint64, scale int) Numeric {
	c := u128{uint64(hi), lo}
	if hi < 0 {
		c = u128{}.sub(c)
	}
	return fromCoef(hi < 0, c, scale)
}

// Scaled64 is n × 10^scale where n has no digits beyond scale (it is not
// rounded) and at most 18 digits in all; NaN is NaN64.
func (n Numeric) Scaled64(scale int) (int64, bool) {
	if n.form == nan {
		return NaN64, true
	}
	if n.form != finite || n.big != nil {
		return 0, false
	}
	c, ok := n.exactCoef(scale)
	if !ok || c.hi != 0 || c.lo > max64Mag {
		return 0, false
	}
	if n.neg {
		return -int64(c.lo), true
	}
	return int64(c.lo), true
}

// Scaled128 is n × 10^scale as a two's complement integer, where n has no
// digits beyond scale and at most 38 digits in all; NaN is NaN128.
func (n Numeric) Scaled128(scale int) (hi int64, lo uint64, ok bool) {
	if n.form == nan {
		return NaN128Hi, NaN128Lo, true
	}
	if n.form != finite || n.big != nil {
		return 0, 0, false
	}
	c, ok := n.exactCoef(scale)
	if !ok || c.cmp(pow10[max128Exp]) >= 0 {
		return 0, 0, false
	}
	if n.neg {
		c = u128{}.sub(c)
	}
	return int64(c.hi), c.lo, true
}

// exactCoef is the coefficient of a small n at another scale, if that is exact.
func (n Numeric) exactCoef(scale int) (u128, bool) {
	d := scale - int(n.scale)
	if d >= 0 {
		return n.coef().mulPow10(d)
	}
	if n.IsZero() {
		return u128{}, true
	}
	if -d >= len(pow10) {
		return u128{}, false
	}
	q, r := n.coef().quoRem(pow10[-d])
	return q, r.isZero()
}

// Int64 is n rounded half away from zero. typeName is how the error calls the
// target: bigint.
func (n Numeric) Int64() (int64, error) { return n.integer(math.MinInt64, math.MaxInt64, "bigint") }

// Int32 is n rounded half away from zero.
func (n Numeric) Int32() (int32, error) {
	v, err := n.integer(math.MinInt32, math.MaxInt32, "integer")
	return int32(v), err
}

// Int16 is n rounded half away from zero.
func (n Numeric) Int16() (int16, error) {
	v, err := n.integer(math.MinInt16, math.MaxInt16, "smallint")
	return int16(v), err
}

func (n Numeric) integer(lo, hi int64, typeName string) (int64, error) {
	switch n.form {
	case nan:
		return 0, sqlerr.New(sqlerr.FeatureNotSupported, "cannot convert NaN to %s", typeName)
	case posInf, negInf:
		return 0, sqlerr.New(sqlerr.FeatureNotSupported, "cannot convert infinity to %s", typeName)
	}
	v, ok := n.rescale(0, true).int64()
	if !ok || v < lo || v > hi {
		return 0, sqlerr.New(sqlerr.NumericValueOutOfRange, "%s out of range", typeName)
	}
	return v, nil
}

// int64 is an integral n (scale 0), and whether it fits.
func (n Numeric) int64() (int64, bool) {
	switch {
	case n.big != nil || n.hi != 0:
		return 0, false
	case n.neg:
		return -int64(n.lo), n.lo <= 1<<63
	}
	return int64(n.lo), n.lo < 1<<63
}

// FromFloat64 is v with the 15 significant digits that Postgres keeps.
func FromFloat64(v float64) Numeric { return fromFloat(v, 15) }

// FromFloat32 is v with the 6 significant digits that Postgres keeps.
func FromFloat32(v float32) Numeric { return fromFloat(float64(v), 6) }

func fromFloat(v float64, digits int) Numeric {
	switch {
	case math.IsNaN(v):
		return NaN
	case math.IsInf(v, 1):
		return PosInf
	case math.IsInf(v, -1):
		return NegInf
	}
	var buf [32]byte
	b := strconv.AppendFloat(buf[:0], v, 'e', digits-1, 64)
	// d.ddde±xx: read it here, without zeros at the end, as %g prints it.
	neg := b[0] == '-'
	if neg {
		b = b[1:]
	}
	var c uint64
	i, frac := 0, 0
	for ; b[i] != 'e'; i++ {
		if b[i] != '.' {
			c = c*10 + uint64(b[i]-'0')
			frac++
		}
	}
	exp, _ := strconv.Atoi(string(b[i+1:]))
	if c == 0 {
		return Numeric{}
	}
	frac-- // digits after the point of the mantissa
	for c%10 == 0 && frac > 0 {
		c /= 10
		frac--
	}
	scale := frac - exp
	if scale >= 0 {
		return fromCoef(neg, u128{0, c}, scale)
	}
	if s, ok := (u128{0, c}).mulPow10(-scale); ok {
		return fromCoef(neg, s, 0)
	}
	m := new(big.Int).SetUint64(c)
	return fromBig(neg, m.Mul(m, bigPow10(-scale)), 0)
}

// Float64 is the float64 nearest to n. Numbers beyond its range, at either
// end, are Postgres's 22003; the float that comes with the error is ±Inf or 0.
func (n Numeric) Float64() (float64, error) { return n.toFloat(64, "double precision") }

// Float32 is the float32 nearest to n.
func (n Numeric) Float32() (float32, error) {
	f, err := n.toFloat(32, "real")
	return float32(f), err
}

func (n Numeric) toFloat(width int, typeName string) (float64, error) {
	switch n.form {
	case nan:
		return math.NaN(), nil
	case posInf:
		return math.Inf(1), nil
	case negInf:
		return math.Inf(-1), nil
	}
	if n.IsZero() {
		return 0, nil
	}
	if n.big == nil && n.hi == 0 && n.lo < 1<<53 && n.scale <= 22 && width == 64 {
		// Both exact in a float64, so one division rounds right.
		f := float64(n.lo) / float64Pow10[n.scale]
		if n.neg {
			f = -f
		}
		return f, nil
	}
	var buf [64]byte
	text := n.AppendText(buf[:0])
	f, err := strconv.ParseFloat(string(text), width)
	if err != nil || f == 0 {
		return f, sqlerr.New(sqlerr.NumericValueOutOfRange, "%s is out of range for type %s", sqlerr.Quote(string(text)), typeName)
	}
	return f, nil
}

var float64Pow10 = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}
