package libm

import (
	"math"
	"math/big"
	"sync"
)

// reduce brings x to r in [-π/4, π/4] and the number of quarter turns taken
// off, modulo 4.
func reduce(x float64) (r dd, quarter int) {
	if math.Abs(x) <= math.Pi/4 {
		return dd{x, 0}, 0
	}
	if math.Abs(x) < 1<<25 {
		n := math.Round(x / halfPi[0])
		r = dd{x, 0}
		for _, part := range halfPi {
			r = r.sub(prod2(n, part))
		}
		return r, int(int64(n) & 3)
	}
	// With as many digits of π as the exponent asks for.
	const prec = 1300
	b := new(big.Float).SetPrec(prec).SetFloat64(x)
	hp := bigHalfPi()
	q := new(big.Float).SetPrec(prec).Quo(b, hp)
	n, _ := q.Int(nil)
	frac := new(big.Float).SetPrec(prec).Sub(q, new(big.Float).SetInt(n))
	if f, _ := frac.Float64(); math.Abs(f) > 0.5 {
		step := int64(1)
		if f < 0 {
			step = -1
		}
		n.Add(n, big.NewInt(step))
	}
	rest := new(big.Float).SetPrec(prec).Sub(b, new(big.Float).SetPrec(prec).Mul(new(big.Float).SetInt(n), hp))
	hi, _ := rest.Float64()
	lo, _ := rest.Sub(rest, new(big.Float).SetFloat64(hi)).Float64()
	return dd{hi, lo}, int(new(big.Int).And(n, big.NewInt(3)).Int64())
}

// bigHalfPi is π/2 by Machin's formula: π/4 = 4 arctan 1/5 - arctan 1/239.
var bigHalfPi = sync.OnceValue(func() *big.Float {
	const bits = 1400
	one := new(big.Int).Lsh(big.NewInt(1), bits)
	arctan := func(n int64) *big.Int {
		term := new(big.Int).Quo(one, big.NewInt(n))
		sum, sq := new(big.Int).Set(term), big.NewInt(n*n)
		for k := int64(3); term.Sign() != 0; k += 2 {
			term.Quo(term, sq)
			term.Neg(term)
			sum.Add(sum, new(big.Int).Quo(term, big.NewInt(k)))
		}
		return sum
	}
	quarter := arctan(5)
	quarter.Mul(quarter, big.NewInt(4)).Sub(quarter, arctan(239))
	f := new(big.Float).SetPrec(1350).SetInt(quarter)
	return f.SetMantExp(f, 1-bits)
})

// sinSmall and cosSmall are for |r| ≤ π/4 and a bit.
func sinSmall(r dd) dd {
	q := r.mul(r).neg()
	p := dd{}
	for n := 27; n >= 3; n -= 2 {
		p = p.add(dd{1, 0}).mul(q).mul(inverse[n]).mul(inverse[n-1])
	}
	return r.add(r.mul(p))
}

func cosSmall(r dd) dd {
	q := r.mul(r).neg()
	p := dd{}
	for n := 28; n >= 2; n -= 2 {
		p = p.add(dd{1, 0}).mul(q).mul(inverse[n]).mul(inverse[n-1])
	}
	return p.add(dd{1, 0})
}

func sincos(x float64) (s, c dd) {
	r, q := reduce(x)
	s, c = sinSmall(r), cosSmall(r)
	switch q {
	case 1:
		return c, s.neg()
	case 2:
		return s.neg(), c.neg()
	case 3:
		return c.neg(), s
	}
	return s, c
}

func odd(x float64) bool { return x == 0 || math.IsNaN(x) || math.IsInf(x, 0) }

// Sin is the sine.
func Sin(x float64) float64 {
	if odd(x) {
		return math.Sin(x)
	}
	s, _ := sincos(x)
	return s.float()
}

// Cos is the cosine.
func Cos(x float64) float64 {
	if odd(x) {
		return math.Cos(x)
	}
	_, c := sincos(x)
	return c.float()
}

// Tan is the tangent.
func Tan(x float64) float64 {
	if odd(x) {
		return math.Tan(x)
	}
	s, c := sincos(x)
	return s.div(c).float()
}

// atan2dd is the angle of the point (x, y), neither of which is special.
func atan2dd(y, x dd) dd {
	a := math.Atan2(y.hi, x.hi)
	s, c := sincos(a)
	// tan(θ - a), and θ - a is too small to differ from it
	d := y.mul(c).sub(x.mul(s)).div(x.mul(c).add(y.mul(s)))
	return dd{a, 0}.add(d)
}

// Atan is the arc tangent.
func Atan(x float64) float64 {
	if odd(x) || math.Abs(x) > 1e300 || math.Abs(x) < 1e-150 {
		return math.Atan(x)
	}
	return atan2dd(dd{x, 0}, dd{1, 0}).float()
}

// Atan2 is the angle of the point (x, y).
func Atan2(y, x float64) float64 {
	big, small := math.Max(math.Abs(x), math.Abs(y)), math.Min(math.Abs(x), math.Abs(y))
	if odd(x) || odd(y) || big > 1e150 || small < 1e-150 {
		return math.Atan2(y, x)
	}
	return atan2dd(dd{y, 0}, dd{x, 0}).float()
}

// Asin is the arc sine.
func Asin(x float64) float64 {
	if odd(x) || math.Abs(x) >= 1 || math.Abs(x) < 1e-150 {
		return math.Asin(x)
	}
	return atan2dd(dd{x, 0}, root(x)).float()
}

// Acos is the arc cosine.
func Acos(x float64) float64 {
	if odd(x) || math.Abs(x) >= 1 || math.Abs(x) < 1e-150 {
		return math.Acos(x)
	}
	return atan2dd(root(x), dd{x, 0}).float()
}

// root is √(1 - x²).
func root(x float64) dd { return sum2(1, x).mul(sum2(1, -x)).sqrt() }
