package rule

import (
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// sumShift takes constants out of sums, where several sums differ by nothing
// else:
//
//	Aggregate sum(x), sum(x + 1)     Project s, s + 1 * n
//	  a                           =>    Aggregate sum(x) as s, count(x) as n
//	                                      a
//
// x + 1 must be proved not to overflow: its error would be lost.
func sumShift(c *Context, n logical.Node) (logical.Node, bool) {
	a, ok := n.(*logical.Aggregate)
	if !ok {
		return n, false
	}
	shifts := make([]*shift, len(a.Aggs))
	var bases []*shift // one of each kind, counting those alike
	for i, it := range a.Aggs {
		s := shiftedSum(it.Agg)
		if s == nil {
			continue
		}
		shifts[i] = s
		for _, b := range bases {
			if b.sameBase(s) {
				s.base = b
			}
		}
		if s.base == nil {
			s.base = s
			bases = append(bases, s)
		}
		s.base.alike++
	}
	m := *a
	m.Aggs = nil
	p := &logical.Project{}
	for _, k := range n.Schema()[:len(a.Keys)] {
		p.Cols, p.Exprs = append(p.Cols, k), append(p.Exprs, k.Ref())
	}
	changed := false
	for i, it := range a.Aggs {
		s := shifts[i]
		if s == nil || s.base.alike < 2 {
			m.Aggs = append(m.Aggs, it)
			p.Cols, p.Exprs = append(p.Cols, it.Col), append(p.Exprs, it.Col.Ref())
			continue
		}
		changed = true
		p.Cols, p.Exprs = append(p.Cols, it.Col), append(p.Exprs, s.expr(c, &m))
	}
	if !changed {
		return n, false
	}
	if a.SetCol != nil {
		p.Cols, p.Exprs = append(p.Cols, *a.SetCol), append(p.Exprs, a.SetCol.Ref())
	}
	p.Input = &m
	return p, true
}

// shift is a sum over arg + by.
type shift struct {
	agg *scalar.Aggregate
	arg scalar.Expr
	by  int64

	base  *shift // the first with this arg
	alike int
	sum   *logical.Column // of base: what computes it
	count *logical.Column
}

// shiftedSum sees sum(x) and sum(x ± constant) over int2 and int4, whose
// sums, as int8, have room to spare.
func shiftedSum(a *scalar.Aggregate) *shift {
	if a.Fn.Name != "sum" || a.Distinct || len(a.Args) != 1 || len(a.OrderBy) > 0 || a.Typ.OID != types.Int8OID {
		return nil
	}
	e := a.Args[0]
	if scalar.Volatility(e) == volatile {
		return nil
	}
	if call, ok := e.(*scalar.Call); ok && call.Safe {
		k, ok := call.Args[1].(*scalar.Const)
		x := call.Args[0]
		if !ok && call.Op == "+" {
			k, ok = call.Args[0].(*scalar.Const)
			x = call.Args[1]
		}
		if ok && !k.Value.Null && (call.Op == "+" || call.Op == "-") {
			by := k.Value.I
			if call.Op == "-" {
				by = -by
			}
			if by == int64(int32(by)) {
				return &shift{agg: a, arg: plainInt(x), by: by}
			}
		}
	}
	return &shift{agg: a, arg: plainInt(e)}
}

// plainInt looks through a cast between integer types that cannot fail.
func plainInt(e scalar.Expr) scalar.Expr {
	c, ok := e.(*scalar.Cast)
	if !ok || c.Fails {
		return e
	}
	from, ok := typeSpan(c.Arg.Type())
	to, ok2 := typeSpan(c.Typ)
	if !ok || !ok2 || !from.within(to) {
		return e
	}
	return c.Arg
}

func (s *shift) sameBase(o *shift) bool {
	x, y := s.agg.Filter, o.agg.Filter
	if (x == nil) != (y == nil) || x != nil && !scalar.Equal(x, y) {
		return false
	}
	return scalar.Equal(s.arg, o.arg)
}

// expr computes s from its base's sum and count, which it adds to a.
func (s *shift) expr(c *Context, a *logical.Aggregate) scalar.Expr {
	b := s.base
	add := func(fn string, args ...types.OID) *logical.Column {
		col := c.column(fn, bigintType, false)
		a.Aggs = append(a.Aggs, logical.AggItem{Col: col, Agg: &scalar.Aggregate{
			Fn: named(fn, args...), Args: []scalar.Expr{b.arg}, Filter: b.agg.Filter, Typ: bigintType, Pos: b.agg.Pos}})
		return &col
	}
	if b.sum == nil {
		b.sum = add("sum", b.arg.Type().OID)
	}
	if s.by == 0 {
		return b.sum.Ref()
	}
	if b.count == nil {
		b.count = add("count", types.AnyOID)
	}
	return operatorCall("+", b.sum.Ref(), operatorCall("*", b.count.Ref(), bigint(s.by)))
}
