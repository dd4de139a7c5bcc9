package numeric

import (
	"math/big"
	"math/bits"
)

// Div is a / b rounded half away from zero at the scale that Postgres chooses
// (divScale).
func Div(a, b Numeric) (Numeric, error) {
	if a.form|b.form != finite {
		return divSpecial(a, b, false)
	}
	if b.IsZero() {
		return Numeric{}, errDivisionByZero()
	}
	return divAt(a, b, divScale(a, b)), nil
}

// DivTrunc is Postgres's div(a, b): the quotient without its fraction.
func DivTrunc(a, b Numeric) (Numeric, error) {
	if a.form|b.form != finite {
		return divSpecial(a, b, true)
	}
	if b.IsZero() {
		return Numeric{}, errDivisionByZero()
	}
	neg := a.neg != b.neg
	if a.big == nil && b.big == nil {
		if x, y, _, ok := align(a, b); ok {
			q, _ := x.quoRem(y)
			return fromCoef(neg, q, 0), nil
		}
	}
	x, y, _ := alignBig(a, b)
	return checked(fromBig(neg, new(big.Int).Quo(x, y), 0))
}

func divSpecial(a, b Numeric, trunc bool) (Numeric, error) {
	switch {
	case a.form == nan || b.form == nan:
		return NaN, nil
	case b.IsZero():
		return Numeric{}, errDivisionByZero()
	case a.IsInf() && b.IsInf():
		return NaN, nil
	case b.IsInf():
		return Zero, nil
	case a.Sign()*b.Sign() > 0:
		return PosInf, nil
	}
	return NegInf, nil
}

// divAt is a / b rounded half away from zero to scale digits; b is not zero.
//
// With coefficients A and B the answer is A × 10^k / B, k = scale - a.scale +
// b.scale.
func divAt(a, b Numeric, scale int) Numeric {
	neg := a.neg != b.neg
	k := scale - int(a.scale) + int(b.scale)
	if a.big == nil && b.big == nil && k >= 0 {
		if x, ok := a.coef().mulPow10(k); ok {
			return fromCoef(neg, x.quoRound(b.coef()), scale)
		}
		if b.hi == 0 && k < len(pow10) {
			if q, ok := mulQuoRound(a.coef(), pow10[k], b.lo); ok {
				return fromCoef(neg, q, scale)
			}
		}
	}
	x, y := a.mag(), b.mag()
	if k >= 0 {
		x = new(big.Int).Mul(x, bigPow10(k))
	} else {
		y = new(big.Int).Mul(y, bigPow10(-k))
	}
	return fromBig(neg, quoRound(x, y), scale)
}

// quoRound is a/b rounded half up.
func (a u128) quoRound(b u128) u128 {
	q, r := a.quoRem(b)
	if r.cmp(b.sub(r)) >= 0 {
		q, _ = q.add(u128{0, 1})
	}
	return q
}

// mulQuoRound is a × b / d rounded half up, through a 256-bit product, and
// whether it fits into 128 bits.
func mulQuoRound(a, b u128, d uint64) (u128, bool) {
	var p [4]uint64 // least significant first
	h0, l0 := bits.Mul64(a.lo, b.lo)
	h1, l1 := bits.Mul64(a.hi, b.lo)
	h2, l2 := bits.Mul64(a.lo, b.hi)
	h3, l3 := bits.Mul64(a.hi, b.hi)
	var c1, c2 uint64
	p[0] = l0
	p[1], c1 = bits.Add64(h0, l1, 0)
	p[2], c1 = bits.Add64(h1, l3, c1)
	p[3] = h3 + c1
	p[1], c2 = bits.Add64(p[1], l2, 0)
	p[2], c2 = bits.Add64(p[2], h2, c2)
	p[3] += c2

	var r uint64
	for i := 3; i >= 0; i-- {
		p[i], r = bits.Div64(r, p[i], d)
	}
	if p[2]|p[3] != 0 {
		return u128{}, false
	}
	q := u128{p[1], p[0]}
	if r >= d-r {
		var carry uint64
		if q, carry = q.add(u128{0, 1}); carry != 0 {
			return u128{}, false
		}
	}
	return q, true
}

// Quotient is a / b rounded half away from zero to scale digits, for finite
// numbers and b not zero.
func Quotient(a, b Numeric, scale int) Numeric { return divAt(a, b, scale) }
