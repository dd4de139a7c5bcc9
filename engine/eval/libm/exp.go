package libm

import "math"

// expm1Small is e^r - 1 for |r| ≤ 0.35.
func expm1Small(r dd) dd {
	const halvings = 9
	r = r.scale(1.0 / (1 << halvings))
	// Taylor's series, then e^2r - 1 = (e^r - 1)² + 2(e^r - 1).
	p := dd{}
	for n := 10; n >= 1; n-- {
		p = p.add(dd{1, 0}).mul(r).mul(inverse[n])
	}
	for range halvings {
		p = p.scale(2).add(p.mul(p))
	}
	return p
}

// expdd is e^x as m × 2^k.
func expdd(x dd) (m dd, k int) {
	n := math.Round(x.hi / ln2[0])
	// n × ln 2 in three parts, taken off x.
	r := x.sub(prod2(n, ln2[0])).sub(prod2(n, ln2[1])).sub(dd{n * ln2[2], 0})
	return expm1Small(r).add(dd{1, 0}), int(n)
}

func ldexp(m dd, k int) float64 {
	if k < -1000 { // the sum has to be rounded once, where it is subnormal
		return math.Ldexp(math.Ldexp(m.hi, 100)+math.Ldexp(m.lo, 100), k-100)
	}
	return math.Ldexp(m.float(), k)
}

// Exp is e^x.
func Exp(x float64) float64 {
	if math.IsNaN(x) || x > 720 || x < -760 {
		return math.Exp(x)
	}
	return ldexp(expdd(dd{x, 0}))
}

// logdd is ln x for a positive finite x.
func logdd(x float64) dd {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = m*2, e-1
	}
	y := logNearOne(m)
	if e == 0 {
		return y
	}
	n := float64(e)
	return prod2(n, ln2[0]).add(prod2(n, ln2[1])).add(dd{n * ln2[2], 0}).add(y)
}

// logNearOne is ln m for m in [√½, √2).
func logNearOne(m float64) dd {
	f := m - 1 // exact
	if math.Abs(f) < 0x1p-9 {
		// 2 artanh(s), s = f / (2 + f)
		s := dd{f, 0}.div(sum2(2, f))
		q := s.mul(s)
		p := dd{}
		for n := 15; n >= 3; n -= 2 {
			p = p.add(inverse[n]).mul(q)
		}
		return s.add(s.mul(p)).scale(2)
	}
	// One step of Newton's method: y + m e^-y - 1.
	y := math.Log(m)
	r := dd{-y, 0}
	d := expm1Small(r) // e^-y - 1
	delta := d.mulf(m).add(dd{f, 0})
	// ln(1+δ) = δ - δ²/2
	return dd{y, 0}.add(delta).sub(delta.mul(delta).scale(0.5))
}

// Log is the natural logarithm.
func Log(x float64) float64 {
	if !(x > 0) || math.IsInf(x, 1) {
		return math.Log(x)
	}
	return logdd(x).float()
}

// Log10 is the decimal logarithm. Here C libraries do round twice, in the way
// of fdlibm: k log10(2), in two parts, and the rest through the natural one.
func Log10(x float64) float64 {
	if !(x > 0) || math.IsInf(x, 1) {
		return math.Log10(x)
	}
	const (
		log2hi = 3.01029995663611771306e-01 // few bits, so that its multiples are exact
		log2lo = 3.69423907715893078616e-13 // log10(2) - log2hi
		invLn  = 4.34294481903251816668e-01 // 1 / ln 10
	)
	m, e := math.Frexp(x)
	m, e = m*2, e-1
	if e < 0 {
		m, e = m/2, e+1
	}
	k := float64(e)
	z := k*log2lo + invLn*Log(m)
	return z + k*log2hi
}

// Pow is x^y; what is special is math.Pow's business.
func Pow(x, y float64) float64 {
	if x == 0 || y == 0 || x == 1 || math.IsNaN(x) || math.IsNaN(y) || math.IsInf(x, 0) || math.IsInf(y, 0) ||
		x < 0 && y != math.Floor(y) {
		return math.Pow(x, y)
	}
	e := logdd(math.Abs(x)).mulf(y)
	if e.hi > 720 || e.hi < -760 {
		return math.Pow(x, y)
	}
	r := ldexp(expdd(e))
	if x < 0 && math.Mod(y, 2) != 0 {
		r = -r
	}
	return r
}

// Expm1 is e^x - 1.
func Expm1(x float64) float64 {
	if math.IsNaN(x) || math.Abs(x) > 700 || x == 0 {
		return math.Expm1(x)
	}
	if math.Abs(x) < 0.3 {
		return expm1Small(dd{x, 0}).float()
	}
	m, k := expdd(dd{x, 0})
	return m.scale(math.Ldexp(1, k)).sub(dd{1, 0}).float()
}

// The hyperbolic functions are put together from e^x - 1 as fdlibm does it,
// which C libraries follow: a few roundings, not one.

// Sinh is the hyperbolic sine.
func Sinh(x float64) float64 {
	a := math.Abs(x)
	h := math.Copysign(0.5, x)
	switch {
	case math.IsNaN(x) || a > 700 || a < 0x1p-28:
		return math.Sinh(x)
	case a < 1:
		t := Expm1(a)
		return h * (2*t - t*t/(t+1))
	case a < 22:
		t := Expm1(a)
		return h * (t + t/(t+1))
	}
	return h * Exp(a)
}

// Cosh is the hyperbolic cosine.
func Cosh(x float64) float64 {
	a := math.Abs(x)
	switch {
	case math.IsNaN(x) || a > 700:
		return math.Cosh(x)
	case a < math.Ln2/2:
		t := Expm1(a)
		w := 1 + t
		return 1 + t*t/(w+w)
	case a < 22:
		t := Exp(a)
		return 0.5*t + 0.5/t
	}
	return 0.5 * Exp(a)
}

// Tanh is the hyperbolic tangent.
func Tanh(x float64) float64 {
	a := math.Abs(x)
	var z float64
	switch {
	case math.IsNaN(x) || a > 22 || a < 0x1p-55:
		return math.Tanh(x)
	case a >= 1:
		z = 1 - 2/(Expm1(2*a)+2)
	default:
		t := Expm1(-2 * a)
		z = -t / (t + 2)
	}
	return math.Copysign(z, x)
}
