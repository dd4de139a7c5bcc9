package aggregate

import (
	"math"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/storage/column"
)

func errFloatOverflow() error {
	return sqlerr.New(sqlerr.NumericValueOutOfRange, "value out of range: overflow")
}

func isInf[T float32 | float64](v T) bool { return math.IsInf(float64(v), 0) }

// sumFloat is sum(float4) and sum(float8), in the type's own precision.
type sumFloat[T float32 | float64] struct {
	kind column.Kind
	sum  []T
	has  seen
}

func (a *sumFloat[T]) width() int64         { return 9 }
func (a *sumFloat[T]) grow(n int)           { a.sum, a.has = grown(a.sum, n), grown(a.has, n) }
func (a *sumFloat[T]) reset(n int)          { clear(a.sum[:n]); clear(a.has[:n]) }
func (a *sumFloat[T]) kinds() []column.Kind { return []column.Kind{a.kind} }
func (a *sumFloat[T]) export(lo, hi int) []*column.Column {
	return []*column.Column{flat(a.kind, a.sum[lo:hi], a.has.valid(lo, hi))}
}
func (a *sumFloat[T]) result(lo, hi int) (*column.Column, error) { return a.export(lo, hi)[0], nil }

func (a *sumFloat[T]) add(args []*column.Column, groups []uint32, n int) error {
	vals := column.Values[T](args[0])[:n]
	for i, v := range vals {
		g := group(groups, i)
		old := a.sum[g]
		s := v
		if a.has[g] != 0 {
			s = old + v
		}
		if isInf(s) && !isInf(old) && !isInf(v) {
			return errFloatOverflow()
		}
		a.sum[g], a.has[g] = s, 1
	}
	return nil
}

func (a *sumFloat[T]) merge(state []*column.Column, groups []uint32, n int) error {
	if at := present(state[0], n); at != nil {
		state, groups = keep(state, groups, at)
		n = len(at)
	}
	return a.add(state, groups, n)
}

// moments is the float aggregates over one argument: count, sum and sum of
// squared differences from the mean, updated after Youngs and Cramer as in
// Postgres's float8_accum.
type moments struct {
	finish   func(n, sx, sxx float64) (v float64, ok bool)
	n, s, ss []float64
}

func (a *moments) width() int64 { return 24 }
func (a *moments) grow(n int)   { a.n, a.s, a.ss = grown(a.n, n), grown(a.s, n), grown(a.ss, n) }
func (a *moments) reset(n int)  { clear(a.n[:n]); clear(a.s[:n]); clear(a.ss[:n]) }
func (a *moments) kinds() []column.Kind {
	return []column.Kind{column.Float64, column.Float64, column.Float64}
}
func (a *moments) export(lo, hi int) []*column.Column {
	return []*column.Column{
		column.FromSlice(column.Float64, a.n[lo:hi]),
		column.FromSlice(column.Float64, a.s[lo:hi]),
		column.FromSlice(column.Float64, a.ss[lo:hi]),
	}
}

func (a *moments) add(args []*column.Column, groups []uint32, n int) error {
	if args[0].Kind == column.Float32 {
		return addMoments(a, column.Values[float32](args[0])[:n], groups)
	}
	return addMoments(a, column.Values[float64](args[0])[:n], groups)
}

func addMoments[T float32 | float64](a *moments, vals []T, groups []uint32) error {
	for i, v := range vals {
		if err := a.fold(group(groups, i), float64(v)); err != nil {
			return err
		}
	}
	return nil
}

func (a *moments) fold(g uint32, v float64) error {
	oldN, oldS := a.n[g], a.s[g]
	n := oldN + 1
	s := oldS + v
	ss := a.ss[g]
	if oldN > 0 {
		t := v*n - s
		ss += t * t / (n * oldN)
		if isInf(s) || isInf(ss) {
			if !isInf(oldS) && !isInf(v) {
				return errFloatOverflow()
			}
			ss = math.NaN()
		}
	} else if math.IsNaN(v) || isInf(v) {
		ss = math.NaN()
	}
	a.n[g], a.s[g], a.ss[g] = n, s, ss
	return nil
}

func (a *moments) merge(state []*column.Column, groups []uint32, n int) error {
	ns, ss, sss := column.Values[float64](state[0]), column.Values[float64](state[1]), column.Values[float64](state[2])
	for i := range n {
		g := group(groups, i)
		n1, n2 := a.n[g], ns[i]
		switch {
		case n2 == 0:
		case n1 == 0:
			a.n[g], a.s[g], a.ss[g] = n2, ss[i], sss[i]
		default:
			t := a.s[g]/n1 - ss[i]/n2
			s := a.s[g] + ss[i]
			if isInf(s) && !isInf(a.s[g]) && !isInf(ss[i]) {
				return errFloatOverflow()
			}
			sq := a.ss[g] + sss[i] + n1*n2*t*t/(n1+n2)
			if isInf(sq) && !isInf(a.ss[g]) && !isInf(sss[i]) {
				return errFloatOverflow()
			}
			a.n[g], a.s[g], a.ss[g] = n1+n2, s, sq
		}
	}
	return nil
}

func (a *moments) result(lo, hi int) (*column.Column, error) {
	c := column.NewFlat(column.Float64, hi-lo)
	out := column.Values[float64](c)
	for g := lo; g < hi; g++ {
		v, ok := a.finish(a.n[g], a.s[g], a.ss[g])
		if !ok {
			c.SetNull(g - lo)
			continue
		}
		out[g-lo] = v
	}
	return c, nil
}

// How each float aggregate comes from its moments.
var momentFinish = map[string]func(n, sx, sxx float64) (float64, bool){
	"avg":         func(n, sx, _ float64) (float64, bool) { return sx / n, n > 0 },
	"var_pop":     func(n, _, sxx float64) (float64, bool) { return sxx / n, n > 0 },
	"var_samp":    func(n, _, sxx float64) (float64, bool) { return sxx / (n - 1), n > 1 },
	"stddev_pop":  func(n, _, sxx float64) (float64, bool) { return math.Sqrt(sxx / n), n > 0 },
	"stddev_samp": func(n, _, sxx float64) (float64, bool) { return math.Sqrt(sxx / (n - 1)), n > 1 },
}

// comoments is the aggregates over pairs (Y, X), as float8_regr_accum.
type comoments struct {
	finish func(m *pair) (float64, bool)
	m      []pair
}

type pair struct{ n, sx, sxx, sy, syy, sxy float64 }

func (a *comoments) width() int64 { return 48 }
func (a *comoments) grow(n int)   { a.m = grown(a.m, n) }
func (a *comoments) reset(n int)  { clear(a.m[:n]) }
func (a *comoments) kinds() []column.Kind {
	f := column.Float64
	return []column.Kind{f, f, f, f, f, f}
}

func (a *comoments) export(lo, hi int) []*column.Column {
	out := make([]*column.Column, 6)
	for i := range out {
		c := column.NewFlat(column.Float64, hi-lo)
		v := column.Values[float64](c)
		for g := lo; g < hi; g++ {
			m := &a.m[g]
			v[g-lo] = [6]float64{m.n, m.sx, m.sxx, m.sy, m.syy, m.sxy}[i]
		}
		out[i] = c
	}
	return out
}

func (a *comoments) add(args []*column.Column, groups []uint32, n int) error {
	ys, xs := column.Values[float64](args[0])[:n], column.Values[float64](args[1])[:n]
	for i, y := range ys {
		x := xs[i]
		m := &a.m[group(groups, i)]
		old := *m
		m.n++
		m.sx += x
		m.sy += y
		if old.n > 0 {
			tx, ty := x*m.n-m.sx, y*m.n-m.sy
			scale := 1 / (m.n * old.n)
			m.sxx += tx * tx * scale
			m.syy += ty * ty * scale
			m.sxy += tx * ty * scale
			if isInf(m.sx) || isInf(m.sxx) || isInf(m.sy) || isInf(m.syy) || isInf(m.sxy) {
				if (isInf(m.sx) || isInf(m.sxx)) && !isInf(old.sx) && !isInf(x) ||
					(isInf(m.sy) || isInf(m.syy)) && !isInf(old.sy) && !isInf(y) ||
					isInf(m.sxy) && !isInf(old.sx) && !isInf(x) && !isInf(old.sy) && !isInf(y) {
					return errFloatOverflow()
				}
				if isInf(m.sxx) {
					m.sxx = math.NaN()
				}
				if isInf(m.syy) {
					m.syy = math.NaN()
				}
				if isInf(m.sxy) {
					m.sxy = math.NaN()
				}
			}
			continue
		}
		xBad, yBad := math.IsNaN(x) || isInf(x), math.IsNaN(y) || isInf(y)
		if xBad {
			m.sxx, m.sxy = math.NaN(), math.NaN()
		}
		if yBad {
			m.syy, m.sxy = math.NaN(), math.NaN()
		}
	}
	return nil
}

func (a *comoments) merge(state []*column.Column, groups []uint32, n int) error {
	var v [6][]float64
	for i := range v {
		v[i] = column.Values[float64](state[i])
	}
	for i := range n {
		o := pair{v[0][i], v[1][i], v[2][i], v[3][i], v[4][i], v[5][i]}
		m := &a.m[group(groups, i)]
		switch {
		case o.n == 0:
		case m.n == 0:
			*m = o
		default:
			n1, n2 := m.n, o.n
			tx, ty := m.sx/n1-o.sx/n2, m.sy/n1-o.sy/n2
			f := n1 * n2 / (n1 + n2)
			m.n = n1 + n2
			m.sx += o.sx
			m.sy += o.sy
			m.sxx += o.sxx + f*tx*tx
			m.syy += o.syy + f*ty*ty
			m.sxy += o.sxy + f*tx*ty
		}
	}
	return nil
}

func (a *comoments) result(lo, hi int) (*column.Column, error) {
	c := column.NewFlat(column.Float64, hi-lo)
	out := column.Values[float64](c)
	for g := lo; g < hi; g++ {
		v, ok := a.finish(&a.m[g])
		if !ok {
			c.SetNull(g - lo)
			continue
		}
		out[g-lo] = v
	}
	return c, nil
}

var pairFinish = map[string]func(m *pair) (float64, bool){
	"regr_sxx":   func(m *pair) (float64, bool) { return m.sxx, m.n >= 1 },
	"regr_syy":   func(m *pair) (float64, bool) { return m.syy, m.n >= 1 },
	"regr_sxy":   func(m *pair) (float64, bool) { return m.sxy, m.n >= 1 },
	"regr_avgx":  func(m *pair) (float64, bool) { return m.sx / m.n, m.n >= 1 },
	"regr_avgy":  func(m *pair) (float64, bool) { return m.sy / m.n, m.n >= 1 },
	"covar_pop":  func(m *pair) (float64, bool) { return m.sxy / m.n, m.n >= 1 },
	"covar_samp": func(m *pair) (float64, bool) { return m.sxy / (m.n - 1), m.n >= 2 },
	"corr": func(m *pair) (float64, bool) {
		return m.sxy / math.Sqrt(m.sxx*m.syy), m.n >= 1 && m.sxx != 0 && m.syy != 0
	},
	"regr_r2": func(m *pair) (float64, bool) {
		if m.n < 1 || m.sxx == 0 {
			return 0, false
		}
		if m.syy == 0 {
			return 1, true
		}
		return m.sxy * m.sxy / (m.sxx * m.syy), true
	},
	"regr_slope": func(m *pair) (float64, bool) { return m.sxy / m.sxx, m.n >= 1 && m.sxx != 0 },
	"regr_intercept": func(m *pair) (float64, bool) {
		return (m.sy - m.sx*m.sxy/m.sxx) / m.n, m.n >= 1 && m.sxx != 0
	},
}

func (a *sumFloat[T]) dup(from, to int) { a.sum[to], a.has[to] = a.sum[from], a.has[from] }

func (a *moments) dup(from, to int) { a.n[to], a.s[to], a.ss[to] = a.n[from], a.s[from], a.ss[from] }

func (a *comoments) dup(from, to int) { a.m[to] = a.m[from] }
