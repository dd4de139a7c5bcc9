package rule

import (
	"slices"

	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// dropDistinct removes DISTINCT where rows are distinct already: some key of
// the input is among its columns. Rows without columns are all the same, so
// that one of them is enough.
func dropDistinct(_ *Context, n logical.Node) (logical.Node, bool) {
	d, ok := n.(*logical.Distinct)
	if !ok {
		return n, false
	}
	on := logical.Columns(d.Input)
	if d.On != nil {
		on = scalar.SetOf(d.On...)
	}
	if d.On == nil && on.Empty() {
		return newLimit(d.Input, 0, 1), true
	}
	for _, k := range uniqueKeys(d.Input) {
		if k.SubsetOf(on) {
			return d.Input, true
		}
	}
	return n, false
}

// existsInput drops from the right side of a semi, anti or mark join what
// changes only how often its rows come: DISTINCT, and grouping without
// aggregates.
func existsInput(_ *Context, n logical.Node) (logical.Node, bool) {
	j, ok := n.(*logical.Join)
	if !ok || j.Kind != logical.Semi && j.Kind != logical.Anti && j.Kind != logical.Mark {
		return n, false
	}
	m := *j
	switch r := j.Right.(type) {
	case *logical.Distinct:
		if r.On != nil {
			return n, false
		}
		m.Right = r.Input
	case *logical.Aggregate:
		if len(r.Keys) == 0 || len(r.Aggs) > 0 || len(r.Sets) > 1 || r.KeyFrom != nil || r.SetCol != nil {
			return n, false
		}
		m.Right = r.Input
	default:
		return n, false
	}
	return &m, true
}

// crossOneRow computes what a join with one constant row adds:
//
//	inner join on p                Filter p
//	  a                      =>      Project a.*, 1 as x
//	  values (1) as x                  a
func crossOneRow(_ *Context, n logical.Node) (logical.Node, bool) {
	j, ok := n.(*logical.Join)
	if !ok || j.Kind != logical.Inner || j.Lateral {
		return n, false
	}
	one, other := j.Right, j.Left
	cols, exprs, ok := constantRow(one)
	if !ok {
		one, other = j.Left, j.Right
		if cols, exprs, ok = constantRow(one); !ok {
			return n, false
		}
	}
	out := other
	if len(cols) > 0 {
		out = extend(other, other.Schema(), cols, exprs)
	}
	return passThrough(filter(out, j.On...), j.Schema()), true
}

// constantRow sees one row of expressions without columns.
func constantRow(n logical.Node) ([]logical.Column, []scalar.Expr, bool) {
	var cols []logical.Column
	var exprs []scalar.Expr
	switch n := n.(type) {
	case *logical.Values:
		if len(n.Rows) != 1 {
			return nil, nil, false
		}
		cols, exprs = n.Cols, n.Rows[0]
	case *logical.Project:
		if !isOneRow(n.Input) {
			return nil, nil, false
		}
		cols, exprs = n.Cols, n.Exprs
	default:
		return nil, nil, false
	}
	for _, e := range exprs {
		if scalar.Volatility(e) == volatile || scalar.HasSubquery(e) || scalar.CanFail(e) {
			return nil, nil, false
		}
	}
	return cols, exprs, true
}

// singleToLeft drops the check for a second row where there cannot be one,
// and knows an uncorrelated subquery of exactly one row as a cross join.
func singleToLeft(_ *Context, n logical.Node) (logical.Node, bool) {
	j, ok := n.(*logical.Join)
	if !ok || j.Lateral {
		return n, false
	}
	m := *j
	switch {
	case j.Kind == logical.Single && len(uniqueMatch(j)) > 0:
		m.Kind = logical.Left
	case j.Kind == logical.Left && len(j.On) == 0 && rowBounds(j.Right).min >= 1:
		m.Kind = logical.Inner
	default:
		return n, false
	}
	return &m, true
}

// simplifyAggregate:
//
//	min(distinct x)             =>  min(x)
//	count(x), x never NULL      =>  count(*)
//	count(distinct x), x unique =>  count(x)
func simplifyAggregate(_ *Context, n logical.Node) (logical.Node, bool) {
	a, ok := n.(*logical.Aggregate)
	if !ok {
		return n, false
	}
	aggs := slices.Clone(a.Aggs)
	changed := false
	notNull := notNullColumns(a)
	star := named("count")
	for i, it := range a.Aggs {
		g := *it.Agg
		if g.Distinct && duplicatesNeverMatter(&g) {
			g.Distinct = false
		}
		if g.Distinct && len(a.Keys) == 0 && len(g.Args) == 1 {
			if c, ok := g.Args[0].(*scalar.Column); ok {
				for _, k := range uniqueKeys(a.Input) {
					if k.SubsetOf(scalar.SetOf(c.ID)) {
						g.Distinct = false
					}
				}
			}
		}
		if g.Fn.Name == "count" && len(g.Args) == 1 && !g.Distinct {
			switch e := g.Args[0].(type) {
			case *scalar.Column:
				if notNull.Has(e.ID) {
					g.Fn, g.Args = star, nil
				}
			case *scalar.Const:
				if !e.Value.Null {
					g.Fn, g.Args = star, nil
				}
			}
		}
		if g.Distinct != it.Agg.Distinct || g.Fn != it.Agg.Fn {
			aggs[i].Agg = &g
			changed = true
		}
	}
	if !changed {
		return n, false
	}
	m := *a
	m.Aggs = aggs
	return &m, true
}

// duplicatesNeverMatter says whether an aggregate gives the same with and
// without DISTINCT.
func duplicatesNeverMatter(a *scalar.Aggregate) bool {
	switch a.Fn.Name {
	case "min", "max", "bool_and", "bool_or", "every", "bit_and", "bit_or", "any_value":
		return true
	}
	return false
}

// distinctAggregate makes two levels of a grouping in which every aggregate is
// over the distinct values of one column, so that both can be done in
// parallel and spill:
//
//	aggregate by k: count(distinct x)     aggregate by k: count(x)
//	  input                           =>    aggregate by k, x
//	                                          input
//
// Aggregates that do not mind duplicates (min, max) may stand beside it if
// they are over x too.
func distinctAggregate(c *Context, n logical.Node) (logical.Node, bool) {
	a, ok := n.(*logical.Aggregate)
	if !ok || len(a.Sets) > 1 || a.KeyFrom != nil || a.SetCol != nil {
		return n, false
	}
	var arg scalar.Expr
	any := false
	for _, it := range a.Aggs {
		g := it.Agg
		if len(g.Args) != 1 || g.Filter != nil || len(g.OrderBy) > 0 || len(g.Direct) > 0 || !g.Distinct && !duplicatesNeverMatter(g) {
			return n, false
		}
		if arg != nil && !scalar.Equal(arg, g.Args[0]) || scalar.Volatility(g.Args[0]) == volatile {
			return n, false
		}
		arg = g.Args[0]
		any = any || g.Distinct
	}
	if !any {
		return n, false
	}
	inner := &logical.Aggregate{Input: a.Input, Keys: slices.Clone(a.Keys)}
	x, ok := arg.(*scalar.Column)
	if !ok {
		col := c.column("distinct", arg.Type(), false)
		inner.Input = extend(a.Input, a.Input.Schema(), []logical.Column{col}, []scalar.Expr{arg})
		x = col.Ref()
	}
	known := false
	for _, k := range inner.Keys {
		known = known || k.ID == x.ID
	}
	if !known {
		for _, col := range inner.Input.Schema() {
			if col.ID == x.ID {
				inner.Keys = append(inner.Keys, col)
			}
		}
	}
	m := *a
	m.Input = inner
	m.Aggs = slices.Clone(a.Aggs)
	for i := range m.Aggs {
		g := *m.Aggs[i].Agg
		g.Distinct, g.Args = false, []scalar.Expr{x}
		m.Aggs[i].Agg = &g
	}
	return &m, true
}

// dropGroupKey takes grouping keys out that a unique key among them decides,
// so that hash keys stay narrow; their value comes from any row of the group.
//
//	group by c_custkey, c_name  =>  group by c_custkey: any_value(c_name)
func dropGroupKey(c *Context, n logical.Node) (logical.Node, bool) {
	a, ok := n.(*logical.Aggregate)
	if !ok || len(a.Keys) < 2 || len(a.Sets) > 1 || a.KeyFrom != nil {
		return n, false
	}
	fn := anyValue()
	if fn == nil {
		return n, false
	}
	var keys scalar.ColSet
	for _, k := range a.Keys {
		keys.Add(k.ID)
	}
	drop := determined(a.Input, keys)
	if drop.Empty() {
		return n, false
	}
	m := &logical.Aggregate{Input: a.Input, Aggs: slices.Clone(a.Aggs)}
	cols := a.Schema()
	exprs := make([]scalar.Expr, len(cols))
	for i, k := range a.Keys {
		exprs[i] = k.Ref()
		if !drop.Has(k.ID) {
			m.Keys = append(m.Keys, k)
			continue
		}
		col := c.column(k.Name, k.Type, k.NotNull)
		m.Aggs = append(m.Aggs, logical.AggItem{Col: col, Agg: &scalar.Aggregate{Fn: fn, Args: []scalar.Expr{k.Ref()}, Typ: k.Type, Pos: -1}})
		exprs[i] = col.Ref()
	}
	for i := len(a.Keys); i < len(cols); i++ {
		exprs[i] = cols[i].Ref()
	}
	return &logical.Project{Input: m, Cols: cols, Exprs: exprs}, true
}

// determined are the columns of keys that a unique key of their table, which
// is among keys too, decides. Joins and filters keep that true; what computes
// new columns has new ids.
func determined(n logical.Node, keys scalar.ColSet) scalar.ColSet {
	var out scalar.ColSet
	var walk func(logical.Node)
	walk = func(n logical.Node) {
		switch n := n.(type) {
		case *logical.Scan:
			own := setOf(n.Cols)
			for _, k := range scanKeys(n) {
				if k.Empty() || !k.SubsetOf(keys) {
					continue
				}
				own.Each(func(id scalar.ColumnID) {
					if keys.Has(id) && !k.Has(id) {
						out.Add(id)
					}
				})
				return
			}
		case *logical.Filter, *logical.Project, *logical.Sort, *logical.Limit, *logical.Window:
			walk(n.Inputs()[0])
		case *logical.Join:
			walk(n.Left)
			if n.Kind != logical.Semi && n.Kind != logical.Anti && n.Kind != logical.Mark {
				walk(n.Right)
			}
		}
	}
	walk(n)
	return out
}
