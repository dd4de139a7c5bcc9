package libm

import "math"

// dd is hi + lo.
type dd struct{ hi, lo float64 }

// sum2 is a + b exactly.
func sum2(a, b float64) dd {
	s := a + b
	v := s - a
	return dd{s, (a - (s - v)) + (b - v)}
}

// fast2 is a + b exactly where |a| ≥ |b|.
func fast2(a, b float64) dd {
	s := a + b
	return dd{s, b - (s - a)}
}

// prod2 is a × b exactly.
func prod2(a, b float64) dd {
	p := a * b
	return dd{p, math.FMA(a, b, -p)}
}

func (a dd) add(b dd) dd {
	s, t := sum2(a.hi, b.hi), sum2(a.lo, b.lo)
	s = fast2(s.hi, s.lo+t.hi)
	return fast2(s.hi, s.lo+t.lo)
}

func (a dd) neg() dd { return dd{-a.hi, -a.lo} }

func (a dd) sub(b dd) dd { return a.add(b.neg()) }

func (a dd) mul(b dd) dd {
	p := prod2(a.hi, b.hi)
	return fast2(p.hi, p.lo+(a.hi*b.lo+a.lo*b.hi))
}

func (a dd) mulf(b float64) dd {
	p := prod2(a.hi, b)
	return fast2(p.hi, p.lo+a.lo*b)
}

// scale multiplies by a power of two.
func (a dd) scale(f float64) dd { return dd{a.hi * f, a.lo * f} }

func (a dd) div(b dd) dd {
	q1 := a.hi / b.hi
	r := a.sub(b.mulf(q1))
	q2 := r.hi / b.hi
	r = r.sub(b.mulf(q2))
	q3 := r.hi / b.hi
	q := fast2(q1, q2)
	return q.add(dd{q3, 0})
}

func (a dd) sqrt() dd {
	if a.hi <= 0 {
		return dd{}
	}
	x := 1 / math.Sqrt(a.hi)
	ax := a.hi * x
	r := a.sub(prod2(ax, ax))
	return fast2(ax, r.hi*(x*0.5))
}

func (a dd) float() float64 { return a.hi + a.lo }

// inverse[n] is 1/n.
var inverse = func() (t [32]dd) {
	for n := 1; n < len(t); n++ {
		t[n] = dd{1, 0}.div(dd{float64(n), 0})
	}
	return t
}()

// Constants to 160 bits and more.
var (
	ln2    = [3]float64{0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56, 0x1.7b57a079a1934p-111}
	halfPi = [4]float64{0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54, -0x1.f1976b7ed8fbcp-110, 0x1.4cf98e804177dp-164}
)
