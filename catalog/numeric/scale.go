package numeric

import (
	"math"
	"math/big"
)

// Postgres keeps a number as digits in base 10^4 and derives result scales
// from the position (weight) and the value of the first such digit. The rules
// below are those of its numeric.c, read off its documentation and behaviour.

// weight is the base-10^4 position of n's first digit: 0 for 1 to 9999, -1 for
// 0.0001 to 0.9999, and so on; 0 for zero.
func (n Numeric) weight() int {
	d := n.digits()
	if d == 0 {
		return 0
	}
	return floorDiv(d-1-int(n.scale), decDigits)
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// leading is the weight and the first count (at most 4) base-10^4 digits as
// one integer, zero filled where n has fewer, and how many of them n has
// before its trailing zeros.
func (n Numeric) leading(count int) (weight int, first uint64, have int) {
	if n.IsZero() {
		return 0, 0, 0
	}
	weight = n.weight()
	shift := int(n.scale) + decDigits*(weight-count+1) // drop so many decimal digits
	switch {
	case shift <= 0 && n.big == nil:
		c, _ := n.coef().mulPow10(-shift)
		first = c.lo
	case shift <= 0:
		first = new(big.Int).Mul(n.big, bigPow10(-shift)).Uint64()
	case n.big == nil && shift < len(pow10):
		q, _ := n.coef().quoRem(pow10[shift])
		first = q.lo
	default:
		first = new(big.Int).Quo(n.mag(), bigPow10(shift)).Uint64()
	}
	have = count
	for f := first; have > 1 && f%10000 == 0; have-- {
		f /= 10000
	}
	return weight, first, have
}

func clampScale(s int) int { return min(max(s, 0), maxPrecision) }

// divScale is the scale of a / b: at least 16 significant digits, and no less
// than either argument's scale.
func divScale(a, b Numeric) int {
	w1, d1, _ := a.leading(1)
	w2, d2, _ := b.leading(1)
	qweight := w1 - w2
	if d1 <= d2 {
		qweight--
	}
	return clampScale(max(minSigDigits-qweight*decDigits, int(a.scale), int(b.scale)))
}

// sqrtScale is the scale of the square root of n.
func sqrtScale(n Numeric) int {
	sweight := (n.weight()+1)*decDigits/2 - 1
	return clampScale(max(minSigDigits-sweight, int(n.scale)))
}

// lnWeight estimates the decimal weight of ln(n): of its first digit.
func lnWeight(n Numeric) int {
	if n.Sign() <= 0 {
		return 0
	}
	if Compare(n, zeroPointNine) >= 0 && Compare(n, onePointOne) <= 0 {
		x, _ := Sub(n, One) // ln(1+x) is about x
		if x.IsZero() {
			return 0
		}
		w, d, _ := x.leading(1)
		return w*decDigits + int(math.Log10(float64(d)))
	}
	w, d, have := n.leading(2)
	dweight := (w - 1) * decDigits
	if have == 1 {
		d, dweight = d/10000, w*decDigits
	}
	ln := math.Log(float64(d)) + float64(dweight)*2.302585092994046
	return int(math.Log10(math.Abs(ln)))
}

var (
	zeroPointNine = MustParse("0.9")
	onePointOne   = MustParse("1.1")
)

// expScale is the scale of exp(n).
func expScale(n Numeric) int {
	val := n.float() * 0.434294481903252
	val = min(max(val, -2*maxPrecision), 2*maxPrecision)
	return clampScale(max(minSigDigits-int(val), int(n.scale)))
}

// float is n as the nearest float64, infinite where it is too large.
func (n Numeric) float() float64 {
	f, _ := n.Float64()
	return f
}
