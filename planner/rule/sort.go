package rule

import (
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// dropSort removes sorts whose order nobody sees, and keys that decide nothing:
//
//	sort by a, 1, a        =>  sort by a
//	sort of one row        =>  the row
//	sort over sort         =>  the outer one
//	aggregate over sort    =>  aggregate, unless an aggregate depends on order
//	distinct, union, intersect, except, right side of semi and anti over sort
func dropSort(_ *Context, n logical.Node) (logical.Node, bool) {
	switch n := n.(type) {
	case *logical.Sort:
		if atMostOne(n.Input) {
			return n.Input, true
		}
		if in, ok := n.Input.(*logical.Sort); ok {
			return &logical.Sort{Input: in.Input, Keys: n.Keys}, true
		}
		return sortKeys(n)
	case *logical.Aggregate:
		s, ok := n.Input.(*logical.Sort)
		if !ok || orderMatters(n) {
			return n, false
		}
		m := *n
		m.Input = s.Input
		return &m, true
	case *logical.Distinct:
		s, ok := n.Input.(*logical.Sort)
		if !ok || n.On != nil && len(n.Order) == 0 {
			return n, false
		}
		m := *n
		m.Input = s.Input
		return &m, true
	case *logical.SetOp:
		if n.All && n.Kind == logical.Union {
			return n, false
		}
		m := *n
		l, ok1 := n.Left.(*logical.Sort)
		r, ok2 := n.Right.(*logical.Sort)
		if ok1 {
			m.Left = l.Input
		}
		if ok2 {
			m.Right = r.Input
		}
		return &m, ok1 || ok2
	case *logical.Join:
		m := *n
		r, ok := n.Right.(*logical.Sort)
		if ok {
			m.Right = r.Input
		}
		l, ok2 := n.Left.(*logical.Sort)
		if ok2 && n.Kind != logical.Left && n.Kind != logical.Single && n.Kind != logical.Mark {
			m.Left = l.Input
		} else {
			ok2 = false
		}
		return &m, ok || ok2
	}
	return n, false
}

func sortKeys(n *logical.Sort) (logical.Node, bool) {
	var keys []scalar.SortKey
	for _, k := range n.Keys {
		if scalar.Columns(k.Expr).Empty() && scalar.Volatility(k.Expr) < volatile && !scalar.CanFail(k.Expr) {
			continue
		}
		repeated := false
		for _, o := range keys {
			repeated = repeated || scalar.Equal(o.Expr, k.Expr) && scalar.Volatility(k.Expr) < volatile
		}
		if !repeated {
			keys = append(keys, k)
		}
	}
	switch len(keys) {
	case len(n.Keys):
		return n, false
	case 0:
		return n.Input, true
	}
	return &logical.Sort{Input: n.Input, Keys: keys}, true
}

// orderMatters says whether an aggregate's answer depends on the order in
// which it sees its input: those that collect, and floats' sums by rounding
// only, which SQL does not promise.
func orderMatters(n *logical.Aggregate) bool {
	for _, it := range n.Aggs {
		if len(it.Agg.OrderBy) > 0 {
			continue
		}
		switch it.Agg.Fn.Name {
		case "array_agg", "string_agg", "json_agg", "jsonb_agg", "json_object_agg", "jsonb_object_agg", "xmlagg", "any_value", "first", "last":
			return true
		}
	}
	return false
}

// projectAfterSort computes columns after the sort, where fewer rows may be
// left and rows are narrower on the way:
//
//	Sort a                       Project a, f(b)
//	  Project a, f(b)      =>      Sort a
//	    input                        input
//
// Only under a limit, which makes a top-n of the sort; elsewhere both places
// see the same rows.
func projectAfterSort(_ *Context, n logical.Node) (logical.Node, bool) {
	l, ok := n.(*logical.Limit)
	if !ok || l.WithTies {
		return n, false
	}
	s, ok := l.Input.(*logical.Sort)
	if !ok {
		return n, false
	}
	p, ok := s.Input.(*logical.Project)
	if !ok || sideEffects(p.Exprs) {
		return n, false
	}
	subst := map[scalar.ColumnID]scalar.Expr{}
	for i, e := range p.Exprs {
		if _, ok := e.(*scalar.Column); ok {
			subst[p.Cols[i].ID] = e
		}
	}
	passed := true
	for _, k := range s.Keys {
		scalar.Columns(k.Expr).Each(func(id scalar.ColumnID) { passed = passed && subst[id] != nil })
	}
	if !passed {
		return n, false
	}
	keys, _ := scalar.MapKeys(s.Keys, func(e scalar.Expr) scalar.Expr { return apply(subst, e) })
	m := *l
	m.Input = &logical.Sort{Input: p.Input, Keys: keys}
	q := *p
	q.Input = &m
	return &q, true
}

// topRows keeps only the rows that a filter on their number lets through:
//
//	Filter rn <= 10                        Filter rn <= 10
//	  Window rn = row_number(order a) =>     Window rn = row_number(order a)
//	                                           Limit 10
//	                                             Sort a
//
// With a partition the physical window does the like: see choose.
func topRows(_ *Context, n logical.Node) (logical.Node, bool) {
	f, ok := n.(*logical.Filter)
	if !ok {
		return n, false
	}
	w, ok := f.Input.(*logical.Window)
	if !ok || len(w.Items) != 1 {
		return n, false
	}
	it := w.Items[0]
	if it.Call.Agg.Fn.Name != "row_number" || len(it.Call.Partition) > 0 {
		return n, false
	}
	most, ok := upperBound(f.Preds, it.Col.ID)
	if !ok || rowBounds(w.Input).max <= most {
		return n, false
	}
	in := w.Input
	if len(it.Call.Order) > 0 {
		in = &logical.Sort{Input: in, Keys: it.Call.Order}
	}
	return &logical.Filter{Input: &logical.Window{Input: newLimit(in, 0, most), Items: w.Items}, Preds: f.Preds}, true
}

// upperBound is the largest value of column id that preds let through, if a
// constant bounds it.
func upperBound(preds []scalar.Expr, id scalar.ColumnID) (float64, bool) {
	for _, p := range preds {
		e, ok := p.(*scalar.Call)
		if !ok || len(e.Args) != 2 {
			continue
		}
		c, ok1 := e.Args[0].(*scalar.Column)
		k, ok2 := e.Args[1].(*scalar.Const)
		if !ok1 || !ok2 || c.ID != id || k.Value.Null || k.Typ.OID != bigintType.OID && k.Typ.OID != 23 && k.Typ.OID != 21 {
			continue
		}
		most := float64(k.Value.I)
		switch e.Op {
		case "<":
			most--
		case "<=", "=":
		default:
			continue
		}
		if most < 0 {
			most = 0
		}
		if most <= maxLimit {
			return most, true
		}
	}
	return 0, false
}
