package logical

import "github.com/inlaydb/inlay/planner/scalar"

// MapExprs is n with f's answer in the place of each expression of n itself.
func MapExprs(n Node, f func(scalar.Expr) scalar.Expr) Node {
	changed := false
	one := func(e scalar.Expr) scalar.Expr {
		if e == nil {
			return nil
		}
		r := f(e)
		changed = changed || r != e
		return r
	}
	list := func(l []scalar.Expr) []scalar.Expr {
		out := make([]scalar.Expr, len(l))
		for i, e := range l {
			out[i] = one(e)
		}
		if l == nil {
			return nil
		}
		return out
	}
	keys := func(l []scalar.SortKey) []scalar.SortKey {
		out, ch := scalar.MapKeys(l, f)
		changed = changed || ch
		return out
	}
	checks := func(l []Check) []Check {
		out := append([]Check(nil), l...)
		for i := range out {
			out[i].Expr = one(out[i].Expr)
		}
		return out
	}
	var out Node
	switch n := n.(type) {
	case *Scan:
		c := *n
		c.Filter = list(n.Filter)
		out = &c
	case *Values:
		c := *n
		c.Rows = make([][]scalar.Expr, len(n.Rows))
		for i, r := range n.Rows {
			c.Rows[i] = list(r)
		}
		out = &c
	case *Project:
		c := *n
		c.Exprs = list(n.Exprs)
		out = &c
	case *Filter:
		c := *n
		c.Preds = list(n.Preds)
		out = &c
	case *Join:
		c := *n
		c.On = list(n.On)
		out = &c
	case *Aggregate:
		c := *n
		c.Aggs = append([]AggItem(nil), n.Aggs...)
		for i := range c.Aggs {
			a := c.Aggs[i].Agg.Map(f)
			changed = changed || a != c.Aggs[i].Agg
			c.Aggs[i].Agg = a
		}
		out = &c
	case *Window:
		c := *n
		c.Items = append([]WindowItem(nil), n.Items...)
		for i := range c.Items {
			w := c.Items[i].Call.Map(f)
			changed = changed || w != c.Items[i].Call
			c.Items[i].Call = w
		}
		out = &c
	case *Sort:
		c := *n
		c.Keys = keys(n.Keys)
		out = &c
	case *Limit:
		c := *n
		c.Count, c.Offset = one(n.Count), one(n.Offset)
		out = &c
	case *Distinct:
		c := *n
		c.Order = keys(n.Order)
		out = &c
	case *TableFunc:
		c := *n
		c.Calls = append([]TableCall(nil), n.Calls...)
		for i := range c.Calls {
			c.Calls[i].Args = list(c.Calls[i].Args)
		}
		out = &c
	case *Insert:
		c := *n
		c.Checks, c.Exprs = checks(n.Checks), list(n.Exprs)
		if n.Conflict != nil {
			k := *n.Conflict
			k.Set, k.Where = list(k.Set), one(k.Where)
			c.Conflict = &k
		}
		out = &c
	case *Update:
		c := *n
		c.Checks, c.Exprs = checks(n.Checks), list(n.Exprs)
		out = &c
	case *Delete:
		c := *n
		c.Exprs = list(n.Exprs)
		out = &c
	default:
		return n
	}
	if !changed {
		return n
	}
	return out
}

// ReplaceColumns puts f's answer in the place of each column that e reads,
// also where the plan of a subquery in it reads it; nil leaves it. Columns
// that a plan itself makes must not be among those that f replaces. A
// replacement other than a column does not reach what a plan names by id
// alone (grouping keys, DISTINCT ON).
func ReplaceColumns(e scalar.Expr, f func(*scalar.Column) scalar.Expr) scalar.Expr {
	return scalar.Rewrite(e, func(e scalar.Expr) scalar.Expr {
		switch e := e.(type) {
		case *scalar.Column:
			if r := f(e); r != nil {
				return r
			}
		case *scalar.Subquery:
			plan := e.Plan.(Node)
			if p := ReplaceOuter(plan, f); p != plan {
				c := *e
				c.Plan = p
				return &c
			}
		}
		return e
	})
}

// ReplaceOuter is ReplaceColumns over every expression of a plan.
func ReplaceOuter(n Node, f func(*scalar.Column) scalar.Expr) Node {
	return Rewrite(n, func(n Node) Node {
		return MapExprs(n, func(e scalar.Expr) scalar.Expr { return ReplaceColumns(e, f) })
	})
}
