package rule

import (
	"math"
	"math/bits"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// rowsAtMost is more rows than any table has: what counts and ranks stay below.
const rowsAtMost = 1 << 48

// span is the values that an integer expression can take, inclusive.
type span struct{ lo, hi int64 }

func (a span) within(b span) bool { return a.lo >= b.lo && a.hi <= b.hi }

// typeSpan is the values of an integer type.
func typeSpan(t types.Type) (span, bool) {
	switch t.OID {
	case types.Int2OID:
		return span{math.MinInt16, math.MaxInt16}, true
	case types.Int4OID:
		return span{math.MinInt32, math.MaxInt32}, true
	case types.Int8OID:
		return span{math.MinInt64, math.MaxInt64}, true
	}
	return span{}, false
}

// ranges knows the values that columns can take, by what they are made from
// and not by statistics: what it says holds for whatever data.
type ranges struct {
	cols map[scalar.ColumnID]span
	with map[logical.CTEID]bool // those that are not recursive: a reference gives the plan's values
}

// provedSafe marks integer arithmetic that cannot overflow, such as
// smallint + 1 as integer or rank() + 1: what cannot fail may be a join key,
// move below a filter, or be computed in another way.
func provedSafe(c *Context, root logical.Node) (logical.Node, error) {
	if !c.on("proved_safe") {
		return root, nil
	}
	r := ranges{map[scalar.ColumnID]span{}, map[logical.CTEID]bool{}}
	logical.Walk(root, func(n logical.Node) bool {
		if w, ok := n.(*logical.With); ok {
			r.with[w.ID] = true
		}
		return true
	})
	return r.node(c, root), nil
}

// node rewrites n, inputs first, a WITH's plan before its body.
func (r ranges) node(c *Context, n logical.Node) logical.Node {
	n = logical.MapInputs(n, func(in logical.Node) logical.Node { return r.node(c, in) })
	m := logical.MapExprs(n, r.mark)
	if m != n {
		c.fire("proved_safe")
	}
	r.define(m)
	return m
}

// mark is e with the arithmetic in it that stays in its type as Safe.
func (r ranges) mark(e scalar.Expr) scalar.Expr {
	e = scalar.Map(e, r.mark)
	call, ok := e.(*scalar.Call)
	if !ok || call.Safe || len(call.Args) != 2 {
		return e
	}
	if _, ok := r.arithmetic(call); !ok {
		return e
	}
	safe := *call
	safe.Safe = true
	return &safe
}

// arithmetic is the values of a sum, difference or product of integers, if
// they all are of its type.
func (r ranges) arithmetic(e *scalar.Call) (span, bool) {
	full, ok := typeSpan(e.Typ)
	if !ok || len(e.Args) != 2 || e.Op != "+" && e.Op != "-" && e.Op != "*" {
		return span{}, false
	}
	a, ok1 := r.of(e.Args[0])
	b, ok2 := r.of(e.Args[1])
	if !ok1 || !ok2 {
		return span{}, false
	}
	var out span
	switch e.Op {
	case "+":
		lo, ok1 := addInt(a.lo, b.lo)
		hi, ok2 := addInt(a.hi, b.hi)
		out, ok = span{lo, hi}, ok1 && ok2
	case "-":
		lo, ok1 := subInt(a.lo, b.hi)
		hi, ok2 := subInt(a.hi, b.lo)
		out, ok = span{lo, hi}, ok1 && ok2
	case "*":
		out, ok = span{math.MaxInt64, math.MinInt64}, true
		for _, x := range []int64{a.lo, a.hi} {
			for _, y := range []int64{b.lo, b.hi} {
				p, fits := mulInt(x, y)
				ok = ok && fits
				out.lo, out.hi = min(out.lo, p), max(out.hi, p)
			}
		}
	}
	return out, ok && out.within(full)
}

// of is the values that an integer expression can take where it is not NULL.
func (r ranges) of(e scalar.Expr) (span, bool) {
	full, ok := typeSpan(e.Type())
	if !ok {
		return span{}, false
	}
	switch e := e.(type) {
	case *scalar.Const:
		if e.Value.Null {
			return span{}, true
		}
		return span{e.Value.I, e.Value.I}, true
	case *scalar.Column:
		if s, ok := r.cols[e.ID]; ok && s.within(full) {
			return s, true
		}
	case *scalar.Cast:
		if s, ok := r.of(e.Arg); ok && s.within(full) {
			return s, true
		}
	case *scalar.Call:
		if s, ok := r.arithmetic(e); ok {
			return s, true
		}
	}
	return full, true
}

// define notes the columns that n makes.
func (r ranges) define(n logical.Node) {
	count := func(a *scalar.Aggregate, id scalar.ColumnID) {
		switch a.Fn.Name {
		case "count", "row_number", "rank", "dense_rank":
			r.cols[id] = span{0, rowsAtMost}
		}
	}
	switch n := n.(type) {
	case *logical.Project:
		for i, e := range n.Exprs {
			if s, ok := r.of(e); ok {
				r.cols[n.Cols[i].ID] = s
			}
		}
	case *logical.Aggregate:
		for _, it := range n.Aggs {
			count(it.Agg, it.Col.ID)
		}
		for i, k := range n.Keys {
			if n.KeyFrom != nil {
				if s, ok := r.cols[n.KeyFrom[i]]; ok {
					r.cols[k.ID] = s
				}
			}
		}
	case *logical.Window:
		for _, it := range n.Items {
			count(it.Call.Agg, it.Col.ID)
		}
	case *logical.CTERef:
		for i, c := range n.Cols {
			if s, ok := r.cols[n.From[i]]; ok && r.with[n.ID] {
				r.cols[c.ID] = s
			}
		}
	}
}

func addInt(a, b int64) (int64, bool) {
	s := a + b
	return s, (s > a) == (b > 0)
}

func subInt(a, b int64) (int64, bool) {
	s := a - b
	return s, (s < a) == (b > 0)
}

func mulInt(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	signed := int64(hi) // corrected for signs
	if a < 0 {
		signed -= b
	}
	if b < 0 {
		signed -= a
	}
	p := int64(lo)
	return p, signed == p>>63
}
