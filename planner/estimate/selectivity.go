package estimate

import (
	"math"
	"strings"

	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// Guesses where statistics say nothing.
const (
	rangeGuess   = 1.0 / 3 // one-sided comparison
	likeGuess    = 0.1
	prefixGuess  = 0.05
	nullGuess    = 0.05
	opaqueGuess  = 0.25
	leastShare   = 1e-9
	mostDistinct = 0.95
)

// Selectivity is the fraction of n's rows for which all preds are true. The
// rows are those before preds: for a Scan, all of its relation's.
func (e *Estimator) Selectivity(preds []scalar.Expr, n logical.Node) float64 {
	sel := 1.0
	var ranges []rangeOf
	for _, p := range preds {
		if r, ok := e.asRange(p, n); ok {
			ranges = meet(ranges, r)
			continue
		}
		sel *= e.one(p, n)
	}
	for _, r := range ranges {
		sel *= r.share()
	}
	return math.Min(math.Max(sel, leastShare), 1)
}

// rangeOf is what several comparisons leave of one column's range.
type rangeOf struct {
	id     scalar.ColumnID
	info   columnInfo
	lo, hi float64
}

func (r rangeOf) share() float64 {
	if r.info.max <= r.info.min {
		if r.lo <= r.info.min && r.hi >= r.info.max {
			return 1
		}
		return leastShare
	}
	lo, hi := math.Max(r.lo, r.info.min), math.Min(r.hi, r.info.max)
	if hi < lo {
		return leastShare
	}
	s := (hi - lo) / (r.info.max - r.info.min)
	return math.Max(s, 1/math.Max(r.info.ndv, 1)) * (1 - r.info.nulls)
}

func meet(list []rangeOf, r rangeOf) []rangeOf {
	for i := range list {
		if list[i].id == r.id {
			list[i].lo, list[i].hi = math.Max(list[i].lo, r.lo), math.Min(list[i].hi, r.hi)
			return list
		}
	}
	return append(list, r)
}

// asRange sees a comparison of a column, whose range is known, with a constant.
func (e *Estimator) asRange(p scalar.Expr, n logical.Node) (rangeOf, bool) {
	c, ok := p.(*scalar.Call)
	if !ok || len(c.Args) != 2 {
		return rangeOf{}, false
	}
	switch c.Op {
	case "<", "<=", ">", ">=":
	default:
		return rangeOf{}, false
	}
	ref, ok := stripCast(c.Args[0]).(*scalar.Column)
	if !ok {
		return rangeOf{}, false
	}
	v, ok := comparable(c.Args[1], ref.Typ)
	if !ok {
		return rangeOf{}, false
	}
	info := e.unfiltered(n, ref.ID)
	if !info.ranged || axis(ref.Typ) == text {
		return rangeOf{}, false
	}
	r := rangeOf{id: ref.ID, info: info, lo: math.Inf(-1), hi: math.Inf(1)}
	step := 0.0
	if axis(ref.Typ) == days || info.domain > 0 && info.max-info.min+1 <= info.domain*2 { // whole numbers
		step = 1
	}
	switch c.Op {
	case "<":
		r.hi = v
	case "<=":
		r.hi = v + step
	case ">":
		r.lo = v + step
	case ">=":
		r.lo = v
	}
	if step > 0 && r.info.max == info.max {
		r.info.max += step
	}
	return r, true
}

// unfiltered is a column before the predicates that are being judged.
func (e *Estimator) unfiltered(n logical.Node, id scalar.ColumnID) columnInfo {
	if s, ok := n.(*logical.Scan); ok {
		return e.scanColumn(s, id)
	}
	return e.column(n, id)
}

func (e *Estimator) operand(n logical.Node, x scalar.Expr) columnInfo {
	if c, ok := stripCast(x).(*scalar.Column); ok {
		return e.unfiltered(n, c.ID)
	}
	if s, ok := n.(*logical.Scan); ok && len(s.Filter) > 0 { // avoid asking for rows that are being computed
		m := *s
		m.Filter = nil
		return e.expr(&m, x)
	}
	return e.expr(n, x)
}

// one is the selectivity of a single predicate.
func (e *Estimator) one(p scalar.Expr, n logical.Node) float64 {
	switch p := p.(type) {
	case *scalar.Const:
		if p.Value.True() {
			return 1
		}
		return leastShare
	case *scalar.And:
		return e.Selectivity(p.Args, n)
	case *scalar.Or:
		miss := 1.0
		for _, a := range p.Args {
			miss *= 1 - e.Selectivity(scalar.SplitAnd(nil, a), n)
		}
		return 1 - miss
	case *scalar.Not:
		return clamp(1 - e.one(p.Arg, n))
	case *scalar.Column:
		return 0.5
	case *scalar.IsNull:
		nulls := e.operand(n, p.Arg).nulls
		if _, ok := p.Arg.(*scalar.Column); !ok && nulls == 0 {
			nulls = nullGuess
		}
		if p.Not {
			return clamp(1 - nulls)
		}
		return clamp(nulls)
	case *scalar.BoolTest:
		s := e.one(p.Arg, n)
		if p.Want == scalar.WantUnknown {
			s = nullGuess
		} else if p.Want == scalar.WantFalse {
			s = 1 - s
		}
		if p.Not {
			s = 1 - s
		}
		return clamp(s)
	case *scalar.Distinct:
		s := 1 / math.Max(e.operand(n, p.Left).ndv, e.operand(n, p.Right).ndv)
		if !p.Not {
			s = 1 - s
		}
		return clamp(s)
	case *scalar.InList:
		c := e.operand(n, p.Arg)
		s := math.Min(float64(len(p.List))/math.Max(c.ndv, 1), mostDistinct)
		if p.Not {
			s = 1 - s
		}
		return clamp(s * (1 - c.nulls))
	case *scalar.AnyArray:
		return opaqueGuess
	case *scalar.Call:
		return e.call(p, n)
	}
	return opaqueGuess
}

func clamp(s float64) float64 { return math.Min(math.Max(s, leastShare), 1) }

func (e *Estimator) call(p *scalar.Call, n logical.Node) float64 {
	if len(p.Args) != 2 {
		return opaqueGuess
	}
	a, b := p.Args[0], p.Args[1]
	switch p.Op {
	case "=":
		ca, cb := e.operand(n, a), e.operand(n, b)
		if outOfRange(ca, a, b) {
			return leastShare
		}
		return clamp((1 - ca.nulls) / math.Max(math.Max(ca.ndv, cb.ndv), 1))
	case "<>":
		return clamp(1 - 1/math.Max(math.Max(e.operand(n, a).ndv, e.operand(n, b).ndv), 1))
	case "<", "<=", ">", ">=":
		return rangeGuess
	case "~~", "~~*":
		return like(b)
	case "!~~", "!~~*":
		return 1 - like(b)
	case "~", "~*":
		return likeGuess
	case "!~", "!~*":
		return 1 - likeGuess
	}
	return opaqueGuess
}

// outOfRange says whether an equality asks for a value beyond a column's bounds.
func outOfRange(c columnInfo, a, b scalar.Expr) bool {
	ref, ok := stripCast(a).(*scalar.Column)
	if !ok || !c.ranged || axis(ref.Typ) == text {
		return false
	}
	v, ok := comparable(b, ref.Typ)
	return ok && (v < c.min || v > c.max)
}

// like guesses from the pattern: a prefix is rarer than a part.
func like(pattern scalar.Expr) float64 {
	c, ok := pattern.(*scalar.Const)
	if !ok || c.Value.Null {
		return likeGuess
	}
	s := c.Value.S
	if strings.Trim(s, "%") == "" {
		return 1
	}
	if !strings.HasPrefix(s, "%") && !strings.HasPrefix(s, "_") {
		return prefixGuess
	}
	// Two parts that must both be there are rarer than one.
	parts := 0
	for _, x := range strings.Split(s, "%") {
		if x != "" {
			parts++
		}
	}
	return math.Pow(likeGuess, float64(min(parts, 3)))
}
