package estimate

import (
	"math"

	"github.com/inlaydb/inlay/planner/joinkey"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

func (e *Estimator) join(n *logical.Join) float64 {
	l, r := e.Rows(n.Left), e.Rows(n.Right)
	sel := e.JoinSelectivity(n.On, n.Left, n.Right)
	inner := l * r * sel
	switch n.Kind {
	case logical.Left:
		return math.Max(inner, l)
	case logical.Right:
		return math.Max(inner, r)
	case logical.Full:
		return math.Max(inner, l+r)
	case logical.Mark, logical.Single:
		return l
	case logical.Semi:
		return l * e.SemiShare(n.On, n.Left, n.Right)
	case logical.Anti:
		return l * math.Max(1-e.SemiShare(n.On, n.Left, n.Right), 0.05)
	}
	return inner
}

// JoinSelectivity is the fraction of pairs of rows of left and right that meet
// all of on.
func (e *Estimator) JoinSelectivity(on []scalar.Expr, left, right logical.Node) float64 {
	keys, rest := joinkey.Split(on, e.columns(left), e.columns(right))
	sel := 1.0
	if len(keys) > 0 {
		pairs := make([]KeyPair, len(keys))
		for i, k := range keys {
			pairs[i] = KeyPair{e.key(left, k.Left), e.key(right, k.Right)}
			Refer([]*KeyInfo{&pairs[i].Left, &pairs[i].Right})
		}
		sel = EquiSelectivity(pairs)
	}
	for _, p := range rest {
		sel *= e.pair(p, left, right)
	}
	return clamp(sel)
}

// KeyInfo is what join selectivity needs of one side of an equality.
type KeyInfo struct {
	Domain float64 // distinct values before filters
	NDV    float64 // among the rows there are
	Base   float64 // rows before filters
	Nulls  float64

	Table    any  // where the column comes from: keys of one table together have at most Base values
	Guessed  bool // Domain is a guess
	Ranged   bool // Min and Max are known
	Min, Max float64
}

// refersTo says whether k, of whose domain only a guess is known, looks like a
// foreign key to o: o's values are as many as its table has rows, and span
// k's range. Then k has no more values than o.
func (k KeyInfo) refersTo(o KeyInfo) bool {
	const most = 0.9
	if !k.Guessed || o.Domain >= k.Domain || o.Domain < o.Base*most || !k.Ranged || !o.Ranged || k.Max <= k.Min {
		return false
	}
	return (math.Min(k.Max, o.Max)-math.Max(k.Min, o.Min))/(k.Max-k.Min) >= most
}

// Refer lowers the guessed domains of keys that look like foreign keys to
// others of the list.
func Refer(keys []*KeyInfo) {
	for _, k := range keys {
		for _, o := range keys {
			if k != o && k.refersTo(*o) {
				k.Domain = o.Domain
			}
		}
	}
}

// KeyPair are the two sides of one equality.
type KeyPair struct{ Left, Right KeyInfo }

// Key is what is believed of a join key over n's rows.
func (e *Estimator) Key(n logical.Node, x scalar.Expr) KeyInfo { return e.key(n, x) }

func (e *Estimator) key(n logical.Node, x scalar.Expr) KeyInfo {
	c := e.expr(n, x)
	return KeyInfo{
		Domain: math.Max(c.domain, 1), NDV: c.ndv, Base: math.Max(c.base, 1), Nulls: c.nulls,
		Table: c.table, Guessed: c.guessed, Ranged: c.ranged, Min: c.min, Max: c.max,
	}
}

// EquiSelectivity is the selectivity of equalities between two relations that
// must all hold. One equality keeps one pair in as many as the larger domain
// has values (containment). Several together have at most as many
// combinations as their table has rows; where a side reaches that bound, the
// smaller side is the key that the other refers to.
func EquiSelectivity(pairs []KeyPair) float64 {
	if len(pairs) == 1 {
		p := pairs[0]
		return (1 - p.Left.Nulls) * (1 - p.Right.Nulls) / math.Max(p.Left.Domain, p.Right.Domain)
	}
	l, lcapped := combinations(pairs, func(p KeyPair) KeyInfo { return p.Left })
	r, rcapped := combinations(pairs, func(p KeyPair) KeyInfo { return p.Right })
	if lcapped || rcapped {
		return 1 / math.Max(math.Min(l, r), 1)
	}
	return 1 / math.Max(math.Max(l, r), 1)
}

// combinations is how many combinations of one side's keys there are at most:
// for each table the product of the domains, or its rows if those are fewer
// (capped).
func combinations(pairs []KeyPair, side func(KeyPair) KeyInfo) (total float64, capped bool) {
	total = 1
	for i, p := range pairs {
		k := side(p)
		own, keys, first := 1.0, 0, true
		base := 0.0
		for j, o := range pairs {
			if q := side(o); q.Table == k.Table {
				first = first && j >= i
				own *= q.Domain
				base = math.Max(base, q.Base)
				keys++
			}
		}
		if !first {
			continue
		}
		if keys > 1 && own >= base {
			own, capped = base, true
		}
		total *= own
	}
	return total, capped
}

// SemiShare is the fraction of left's rows that have a match on the right.
func (e *Estimator) SemiShare(on []scalar.Expr, left, right logical.Node) float64 {
	keys, rest := joinkey.Split(on, e.columns(left), e.columns(right))
	r := e.Rows(right)
	if len(keys) == 0 {
		if len(on) == 0 {
			return math.Min(r, 1)
		}
		miss := math.Pow(1-clamp(e.Selectivity(nil, left)*0.3), math.Min(r, 3))
		return clamp(1 - miss)
	}
	share := 1.0
	for _, k := range keys {
		lk, rk := e.key(left, k.Left), e.key(right, k.Right)
		Refer([]*KeyInfo{&lk, &rk})
		share = math.Min(share, math.Min(rk.NDV/lk.Domain, 1)*(1-lk.Nulls))
	}
	for range rest {
		share *= 0.7
	}
	return clamp(share)
}

// pair is the selectivity of a condition over pairs that is no equality of
// keys. What an OR implies for one side alone has been applied there already
// (rule extract_or), so it is not counted twice.
func (e *Estimator) pair(p scalar.Expr, left, right logical.Node) float64 {
	s := e.cross(p, left, right)
	if o, ok := p.(*scalar.Or); ok {
		for _, side := range [...]logical.Node{left, right} {
			if share := e.impliedShare(o, side); share > 0 {
				s /= share
			}
		}
	}
	return clamp(s)
}

// impliedShare is the selectivity of what a disjunction says of one side in
// every arm; 0 if there is nothing.
func (e *Estimator) impliedShare(o *scalar.Or, side logical.Node) float64 {
	cols := e.columns(side)
	miss := 1.0
	for _, arm := range o.Args {
		var own []scalar.Expr
		for _, x := range scalar.SplitAnd(nil, arm) {
			if c := scalar.Columns(x); !c.Empty() && c.SubsetOf(cols) {
				own = append(own, x)
			}
		}
		if len(own) == 0 {
			return 0
		}
		miss *= 1 - e.domainShare(own, side)
	}
	return 1 - miss
}

// domainShare judges equalities by domains, as before the filters that an OR
// implied narrowed the columns.
func (e *Estimator) domainShare(preds []scalar.Expr, n logical.Node) float64 {
	s := 1.0
	for _, p := range preds {
		if c, ok := p.(*scalar.Call); ok && c.Op == "=" && len(c.Args) == 2 {
			if ref, ok := stripCast(c.Args[0]).(*scalar.Column); ok && scalar.Columns(c.Args[1]).Empty() {
				s *= 1 / math.Max(e.column(n, ref.ID).domain, 1)
				continue
			}
		}
		s *= e.one(p, n)
	}
	return clamp(s)
}

// cross judges a condition over both sides: each part where its columns are.
func (e *Estimator) cross(p scalar.Expr, left, right logical.Node) float64 {
	cols := scalar.Columns(p)
	switch {
	case cols.SubsetOf(e.columns(left)):
		return e.domainShare([]scalar.Expr{p}, left)
	case cols.SubsetOf(e.columns(right)):
		return e.domainShare([]scalar.Expr{p}, right)
	}
	switch p := p.(type) {
	case *scalar.And:
		s := 1.0
		for _, a := range p.Args {
			s *= e.cross(a, left, right)
		}
		return s
	case *scalar.Or:
		miss := 1.0
		for _, a := range p.Args {
			miss *= 1 - e.cross(a, left, right)
		}
		return clamp(1 - miss)
	case *scalar.Not:
		return clamp(1 - e.cross(p.Arg, left, right))
	case *scalar.Call:
		switch p.Op {
		case "=":
			if k, ok := joinkey.Of(p, e.columns(left), e.columns(right)); ok {
				return EquiSelectivity([]KeyPair{{e.key(left, k.Left), e.key(right, k.Right)}})
			}
			return 0.1
		case "<>":
			return 0.9
		case "<", "<=", ">", ">=":
			return rangeGuess
		}
	}
	return opaqueGuess
}
