package numeric

import (
	"math"
	"math/big"
	"sync"
)

// Exponential and logarithm on big.Float, to a given number of bits. Postgres
// computes with a few guard digits and rounds; computing with more and
// rounding once gives the same digits.

const bitsPerDigit = 3.3219280948873626

// float is n to prec bits.
func (n Numeric) bigFloat(prec uint) *big.Float {
	f := new(big.Float).SetPrec(prec).SetInt(n.mag())
	if n.scale > 0 {
		f.Quo(f, new(big.Float).SetPrec(prec).SetInt(bigPow10(int(n.scale))))
	}
	if n.neg {
		f.Neg(f)
	}
	return f
}

// fromBigFloat rounds f half away from zero to scale digits.
func fromBigFloat(f *big.Float, scale int) Numeric {
	prec := f.Prec() + uint(float64(scale)*bitsPerDigit) + 8
	g := new(big.Float).SetPrec(prec).SetInt(bigPow10(scale))
	g.Mul(g, f)
	neg := g.Signbit()
	g.Abs(g)
	g.Add(g, big.NewFloat(0.5))
	m, _ := g.Int(nil)
	return fromBig(neg, m, scale)
}

// expFloat is e^x to prec bits.
//
// x is halved until it is below 2^-halvings, a Taylor series gives the
// exponential there, and squaring as often undoes the halving; every squaring
// may double the error, hence the guard bits.
func expFloat(x *big.Float, prec uint) *big.Float {
	if x.Sign() == 0 {
		return new(big.Float).SetPrec(prec).SetInt64(1)
	}
	target := int(math.Sqrt(float64(prec)) / 2)
	halvings := max(x.MantExp(nil)+target, 0)
	work := prec + uint(halvings) + 32
	r := new(big.Float).SetPrec(work).Set(x)
	r.SetMantExp(r, -halvings)

	sum := new(big.Float).SetPrec(work).SetInt64(1)
	term := new(big.Float).SetPrec(work).SetInt64(1)
	for k := int64(1); ; k++ {
		term.Mul(term, r)
		term.Quo(term, new(big.Float).SetInt64(k))
		if term.Sign() == 0 || term.MantExp(nil) < -int(work) {
			break
		}
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum.SetPrec(prec)
}

// lnFloat is ln(x) for x > 0 with an absolute error below about 2^-prec.
//
// x = m × 2^k with m near 1; square roots bring m closer, and
// ln m = 2 artanh((m-1)/(m+1)) converges fast there.
func lnFloat(x *big.Float, prec uint) *big.Float {
	m := new(big.Float)
	k := x.MantExp(m) // 0.5 ≤ m < 1
	if mf, _ := m.Float64(); mf < 0.75 {
		m.SetMantExp(m, 1)
		k--
	}
	roots := int(math.Sqrt(float64(prec)) / 3)
	work := prec + uint(roots) + 32
	m.SetPrec(max(work, x.Prec()))
	for range roots {
		m.Sqrt(m)
	}
	one := new(big.Float).SetInt64(1)
	num := new(big.Float).SetPrec(m.Prec()).Sub(m, one)
	den := new(big.Float).SetPrec(m.Prec()).Add(m, one)
	z := new(big.Float).SetPrec(work).Quo(num, den)
	sum := new(big.Float).SetPrec(work).Set(z)
	if z.Sign() != 0 {
		z2 := new(big.Float).SetPrec(work).Mul(z, z)
		for i := int64(3); ; i += 2 {
			z.Mul(z, z2)
			t := new(big.Float).SetPrec(work).Quo(z, new(big.Float).SetInt64(i))
			if t.Sign() == 0 || t.MantExp(nil) < -int(work) {
				break
			}
			sum.Add(sum, t)
		}
		sum.SetMantExp(sum, roots+1)
	}
	if k != 0 {
		l2 := ln2(work)
		l2.Mul(l2, new(big.Float).SetInt64(int64(k)))
		sum.Add(sum, l2)
	}
	return sum
}

var ln2Cache struct {
	sync.Mutex
	v *big.Float
}

// ln2 is ln(2) to prec bits; the result belongs to the caller.
//
//	ln 2 = 18 artanh(1/26) - 2 artanh(1/4801) + 8 artanh(1/8749)
func ln2(prec uint) *big.Float {
	ln2Cache.Lock()
	defer ln2Cache.Unlock()
	if ln2Cache.v == nil || ln2Cache.v.Prec() < prec {
		shift := prec + 64
		sum := new(big.Int)
		for _, t := range [...]struct{ factor, n int64 }{{18, 26}, {-2, 4801}, {8, 8749}} {
			a := artanhInverse(t.n, shift)
			sum.Add(sum, a.Mul(a, big.NewInt(t.factor)))
		}
		f := new(big.Float).SetPrec(shift).SetInt(sum)
		ln2Cache.v = f.SetMantExp(f, -int(shift))
	}
	return new(big.Float).SetPrec(prec).Set(ln2Cache.v)
}

// artanhInverse is artanh(1/n) × 2^shift.
func artanhInverse(n int64, shift uint) *big.Int {
	p := new(big.Int).Lsh(bigOne, shift)
	p.Quo(p, big.NewInt(n))
	n2 := big.NewInt(n * n)
	sum, t := new(big.Int), new(big.Int)
	for i := int64(1); p.Sign() != 0; i += 2 {
		sum.Add(sum, t.Quo(p, big.NewInt(i)))
		p.Quo(p, n2)
	}
	return sum
}
