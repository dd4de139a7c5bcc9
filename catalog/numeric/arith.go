package numeric

import "math/big"

// Add is a + b; the scale of the sum is the larger of the two.
func Add(a, b Numeric) (Numeric, error) {
	if a.form|b.form != finite {
		return addSpecial(a, b), nil
	}
	if a.big == nil && b.big == nil {
		if r, ok := addSmall(a, b); ok {
			return r, nil
		}
	}
	return checked(addBig(a, b))
}

// Sub is a - b.
func Sub(a, b Numeric) (Numeric, error) { return Add(a, b.Neg()) }

func addSpecial(a, b Numeric) Numeric {
	switch {
	case a.form == nan || b.form == nan:
		return NaN
	case a.form == finite:
		return b
	case b.form == finite || a.form == b.form:
		return a
	}
	return NaN // Infinity - Infinity
}

// align brings two coefficients to one scale, and says whether both still fit.
func align(a, b Numeric) (x, y u128, scale int, ok bool) {
	x, y = a.coef(), b.coef()
	switch d := int(a.scale) - int(b.scale); {
	case d > 0:
		y, ok = y.mulPow10(d)
		return x, y, int(a.scale), ok
	case d < 0:
		x, ok = x.mulPow10(-d)
		return x, y, int(b.scale), ok
	}
	return x, y, int(a.scale), true
}

func addSmall(a, b Numeric) (Numeric, bool) {
	x, y, scale, ok := align(a, b)
	if !ok {
		return Numeric{}, false
	}
	if a.neg == b.neg {
		s, carry := x.add(y)
		return fromCoef(a.neg, s, scale), carry == 0
	}
	if x.cmp(y) >= 0 {
		return fromCoef(a.neg, x.sub(y), scale), true
	}
	return fromCoef(b.neg, y.sub(x), scale), true
}

func addBig(a, b Numeric) Numeric {
	x, y, scale := alignBig(a, b)
	if a.neg == b.neg {
		return fromBig(a.neg, new(big.Int).Add(x, y), scale)
	}
	d := new(big.Int).Sub(x, y)
	if d.Sign() < 0 {
		return fromBig(b.neg, d.Neg(d), scale)
	}
	return fromBig(a.neg, d, scale)
}

// alignBig gives both coefficients at the larger scale; read only.
func alignBig(a, b Numeric) (x, y *big.Int, scale int) {
	x, y = a.mag(), b.mag()
	switch d := int(a.scale) - int(b.scale); {
	case d > 0:
		return x, new(big.Int).Mul(y, bigPow10(d)), int(a.scale)
	case d < 0:
		return new(big.Int).Mul(x, bigPow10(-d)), y, int(b.scale)
	}
	return x, y, int(a.scale)
}

// Mul is a × b; the scale of the product is the sum of the two, but never
// above MaxScale.
func Mul(a, b Numeric) (Numeric, error) {
	if a.form|b.form != finite {
		return mulSpecial(a, b), nil
	}
	scale := int(a.scale) + int(b.scale)
	neg := a.neg != b.neg
	if a.big == nil && b.big == nil && scale <= MaxScale {
		if p, ok := a.coef().mul(b.coef()); ok {
			return fromCoef(neg, p, scale), nil
		}
	}
	p := new(big.Int).Mul(a.mag(), b.mag())
	if scale > MaxScale {
		p = quoBigPow10(p, scale-MaxScale)
		scale = MaxScale
	}
	return checked(fromBig(neg, p, scale))
}

func mulSpecial(a, b Numeric) Numeric {
	s := a.Sign() * b.Sign()
	switch {
	case a.form == nan || b.form == nan || s == 0:
		return NaN
	case s > 0:
		return PosInf
	}
	return NegInf
}

// Mod is the remainder of a / b with the sign of a; its scale is the larger of
// the two.
func Mod(a, b Numeric) (Numeric, error) {
	if a.form|b.form != finite {
		switch {
		case a.form == nan || b.form == nan:
			return NaN, nil
		case b.IsZero():
			return Numeric{}, errDivisionByZero()
		case a.IsInf():
			return NaN, nil
		}
		return a, nil
	}
	if b.IsZero() {
		return Numeric{}, errDivisionByZero()
	}
	if a.big == nil && b.big == nil {
		if x, y, scale, ok := align(a, b); ok {
			_, r := x.quoRem(y)
			return fromCoef(a.neg, r, scale), nil
		}
	}
	x, y, scale := alignBig(a, b)
	return fromBig(a.neg, new(big.Int).Rem(x, y), scale), nil
}
