package rule

import (
	"github.com/inlaydb/inlay/planner/joinkey"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// lifter moves what is correlated to outer up and out of a plan.
type lifter struct {
	c      *Context
	outer  scalar.ColSet
	exists bool // only whether rows exist matters, not how many
}

// lifted is a plan without correlation and what was taken out of it.
type lifted struct {
	node logical.Node
	// preds hold for the rows wanted; they read node's columns and outer ones.
	preds []scalar.Expr
	// subst computes, from node's columns and outer ones, the columns of the
	// original plan that node does not give.
	subst map[scalar.ColumnID]scalar.Expr
	// missing says that the original plan gave exactly one row for each outer
	// row (an aggregation without keys), while node may give none: then the
	// row is what subst says of NULLs.
	missing bool
	// post are predicates on that one row, to be evaluated after subst; they
	// come only with missing.
	post []scalar.Expr
}

// lift gives up (false) on what only a domain join can do.
func (f *lifter) lift(n logical.Node) (lifted, bool) {
	if !correlated(n, f.outer) {
		return lifted{node: n}, true
	}
	switch n := n.(type) {
	case *logical.Scan:
		m := *n
		m.Filter = nil
		return f.filter(&logical.Filter{Input: &m, Preds: n.Filter})
	case *logical.Filter:
		return f.filter(n)
	case *logical.Project:
		return f.project(n)
	case *logical.Sort:
		return f.lift(n.Input) // the order of a join's right side means nothing
	case *logical.Join:
		return f.join(n)
	case *logical.Aggregate:
		return f.aggregate(n)
	case *logical.Distinct:
		return f.distinct(n)
	case *logical.Window:
		return f.window(n)
	case *logical.Limit:
		return f.limit(n)
	case *logical.With:
		if correlated(n.Plan, f.outer) {
			return lifted{}, false
		}
		l, ok := f.lift(n.Body)
		if ok {
			l.node = &logical.With{ID: n.ID, Name: n.Name, Plan: n.Plan, Body: l.node, Materialized: n.Materialized}
		}
		return l, ok
	}
	return lifted{}, false
}

// apply puts substitutes into e.
func apply(subst map[scalar.ColumnID]scalar.Expr, e scalar.Expr) scalar.Expr {
	if len(subst) == 0 || e == nil {
		return e
	}
	return logical.ReplaceColumns(e, func(c *scalar.Column) scalar.Expr { return subst[c.ID] })
}

func applyAll(subst map[scalar.ColumnID]scalar.Expr, list []scalar.Expr) []scalar.Expr {
	if len(subst) == 0 {
		return list
	}
	out := make([]scalar.Expr, len(list))
	for i, e := range list {
		out[i] = apply(subst, e)
	}
	return out
}

func (f *lifter) reads(e scalar.Expr) bool { return scalar.Columns(e).Intersects(f.outer) }

// filter takes out the correlated conjuncts, and those behind one of them
// that can fail: they must not see rows that the first would have dropped.
func (f *lifter) filter(n *logical.Filter) (lifted, bool) {
	l, ok := f.lift(n.Input)
	if !ok {
		return l, false
	}
	preds := applyAll(l.subst, n.Preds)
	if l.missing {
		l.post = append(l.post, preds...)
		return l, true
	}
	var keep []scalar.Expr
	for _, p := range preds {
		if f.reads(p) || len(l.preds) > 0 && scalar.CanFail(p) {
			l.preds = append(l.preds, p)
		} else {
			keep = append(keep, p)
		}
	}
	l.node = filter(l.node, keep...)
	return l, true
}

// project computes what it can below the join. What is correlated, or can
// fail and would see rows that lifted predicates drop, is computed above it.
func (f *lifter) project(n *logical.Project) (lifted, bool) {
	l, ok := f.lift(n.Input)
	if !ok {
		return l, false
	}
	exprs := applyAll(l.subst, n.Exprs)
	subst := map[scalar.ColumnID]scalar.Expr{}
	p := &logical.Project{Input: l.node}
	var have, need scalar.ColSet
	addExprs(&need, l.preds)
	addExprs(&need, l.post)
	for i, e := range exprs {
		switch {
		case l.missing || f.reads(e) || len(l.preds) > 0 && scalar.CanFail(e):
			if scalar.Volatility(e) == volatile {
				return l, false
			}
			subst[n.Cols[i].ID] = e
			scalar.AddColumns(e, &need)
		default:
			p.Cols, p.Exprs = append(p.Cols, n.Cols[i]), append(p.Exprs, e)
			have.Add(n.Cols[i].ID)
		}
	}
	for _, c := range l.node.Schema() {
		if need.Has(c.ID) && !have.Has(c.ID) {
			p.Cols, p.Exprs = append(p.Cols, c), append(p.Exprs, c.Ref())
		}
	}
	l.subst = subst
	if !sameColumns(p.Cols, l.node.Schema()) {
		l.node = p
	}
	return l, true
}

func (f *lifter) join(n *logical.Join) (lifted, bool) {
	if n.Lateral {
		return lifted{}, false
	}
	l, ok := f.lift(n.Left)
	if !ok || l.missing {
		return l, false
	}
	m := *n
	m.Left = l.node
	if n.Kind != logical.Inner {
		if n.Kind == logical.Right || n.Kind == logical.Full || correlated(n.Right, f.outer) {
			return l, false
		}
		m.On = applyAll(l.subst, n.On)
		for _, p := range m.On {
			if f.reads(p) || len(l.preds) > 0 && scalar.CanFail(p) {
				return l, false
			}
		}
		l.node = &m
		return l, true
	}
	r, ok := f.lift(n.Right)
	if !ok || r.missing {
		return r, false
	}
	m.Right, m.On = r.node, nil
	l.preds = append(l.preds, r.preds...)
	if len(r.subst) > 0 {
		merged := map[scalar.ColumnID]scalar.Expr{}
		for _, s := range [...]map[scalar.ColumnID]scalar.Expr{l.subst, r.subst} {
			for id, e := range s {
				merged[id] = e
			}
		}
		l.subst = merged
	}
	for _, p := range applyAll(l.subst, n.On) {
		if f.reads(p) || len(l.preds) > 0 && scalar.CanFail(p) {
			l.preds = append(l.preds, p)
		} else {
			m.On = append(m.On, p)
		}
	}
	l.node = &m
	return l, true
}

// keys makes columns of the inner sides of lifted equalities. With those in
// its grouping (partition, …), an operator works for all bindings at once:
// within one group the inner sides are fixed, as they were for one outer row.
// The predicates then compare the columns. It fails for anything but
// equalities between an outer and an inner side.
func (f *lifter) keys(l *lifted) ([]logical.Column, bool) {
	var cols []logical.Column
	preds := make([]scalar.Expr, len(l.preds))
	schema := l.node.Schema()
	own := setOf(schema)
	var add *logical.Project
	for i, p := range l.preds {
		if !scalar.Columns(p).Intersects(own) { // about outer rows alone, of this level or further out
			preds[i] = p
			continue
		}
		a, b, nullEqual, ok := joinkey.Sides(p)
		if !ok || scalar.CanFail(p) || scalar.Volatility(p) == volatile {
			return nil, false
		}
		if !f.reads(a) {
			a, b = b, a
		}
		ac := scalar.Columns(a)
		if !ac.SubsetOf(f.outer) || f.reads(b) {
			return nil, false
		}
		if _, _, ok := joinkey.Unify(a, b); !ok {
			return nil, false
		}
		var key logical.Column
		if c, ok := b.(*scalar.Column); ok {
			for _, s := range schema {
				if s.ID == c.ID {
					key = s
				}
			}
			if key.ID == 0 {
				return nil, false
			}
		} else {
			if add == nil {
				add = extend(l.node, schema, nil, nil)
			}
			key = f.c.column("key", b.Type(), false)
			add.Cols, add.Exprs = append(add.Cols, key), append(add.Exprs, b)
		}
		preds[i] = withSides(p, a, key.Ref(), nullEqual)
		known := false
		for _, c := range cols {
			known = known || c.ID == key.ID
		}
		if !known {
			cols = append(cols, key)
		}
	}
	if add != nil {
		l.node = add
	}
	l.preds = preds
	return cols, true
}

// withSides is the equality p between other sides.
func withSides(p, a, b scalar.Expr, nullEqual bool) scalar.Expr {
	if nullEqual {
		c := *p.(*scalar.Distinct)
		if c.Left.Type() != a.Type() {
			a, b = b, a
		}
		c.Left, c.Right = a, b
		return &c
	}
	c := *p.(*scalar.Call)
	if c.Args[0].Type() != a.Type() { // int4 = int8 has its sides' order in its function
		a, b = b, a
	}
	c.Args = []scalar.Expr{a, b}
	return &c
}

// all lifts the input of an operator to which the number of rows matters.
func (f *lifter) all(n logical.Node) (lifted, bool) {
	g := lifter{c: f.c, outer: f.outer}
	return g.lift(n)
}

func (f *lifter) aggregate(n *logical.Aggregate) (lifted, bool) {
	l, ok := f.all(n.Input)
	if !ok || l.missing || len(n.Sets) > 1 || n.KeyFrom != nil || n.SetCol != nil {
		return l, false
	}
	m := &logical.Aggregate{Keys: append([]logical.Column(nil), n.Keys...)}
	for _, k := range n.Keys {
		if l.subst[k.ID] != nil {
			return l, false
		}
	}
	subst := map[scalar.ColumnID]scalar.Expr{}
	for _, it := range n.Aggs {
		agg := it.Agg.Map(func(e scalar.Expr) scalar.Expr { return apply(l.subst, e) })
		bad := false
		agg.Operands(func(e scalar.Expr) { bad = bad || f.reads(e) || len(l.preds) > 0 && scalar.CanFail(e) })
		if bad {
			return l, false
		}
		if len(n.Keys) == 0 && isCount(agg) {
			raw := f.c.column(it.Col.Name, it.Col.Type, false)
			subst[it.Col.ID] = &scalar.Coalesce{Args: []scalar.Expr{raw.Ref(), zero(it.Col.Type)}, Typ: it.Col.Type}
			it.Col = raw
		}
		it.Agg = agg
		m.Aggs = append(m.Aggs, it)
	}
	cols, ok := f.keys(&l)
	if !ok {
		return l, false
	}
	m.Input = l.node
	var have scalar.ColSet
	for _, k := range m.Keys {
		have.Add(k.ID)
	}
	for _, k := range cols {
		if !have.Has(k.ID) {
			m.Keys = append(m.Keys, k)
		}
	}
	if n.Sets != nil { // the one set of all keys
		all := make([]int, len(m.Keys))
		for i := range all {
			all[i] = i
		}
		m.Sets = [][]int{all}
	}
	l.node, l.subst = m, subst
	l.missing = len(n.Keys) == 0
	return l, true
}

func (f *lifter) distinct(n *logical.Distinct) (lifted, bool) {
	l, ok := f.lift(n.Input)
	if !ok || l.missing {
		return l, ok
	}
	if f.exists && n.On == nil {
		return l, true
	}
	cols := n.Input.Schema()
	for _, c := range cols {
		if l.subst[c.ID] != nil {
			return l, false
		}
	}
	for _, k := range n.Order {
		if f.reads(k.Expr) {
			return l, false
		}
	}
	keys, ok := f.keys(&l)
	if !ok {
		return l, false
	}
	cols = append([]logical.Column(nil), cols...)
	on := n.On
	have := logical.Columns(n.Input)
	for _, k := range keys {
		if !have.Has(k.ID) {
			cols = append(cols, k)
		}
		if n.On != nil {
			on = append(on[:len(on):len(on)], k.ID)
		}
	}
	l.node = &logical.Distinct{Input: passThrough(l.node, cols), On: on, Order: n.Order}
	return l, true
}

func (f *lifter) window(n *logical.Window) (lifted, bool) {
	l, ok := f.all(n.Input)
	if !ok || l.missing {
		return l, false
	}
	m := &logical.Window{}
	keys, ok := f.keys(&l)
	if !ok {
		return l, false
	}
	for _, it := range n.Items {
		call := *it.Call.Map(func(e scalar.Expr) scalar.Expr { return apply(l.subst, e) })
		bad := false
		call.Operands(func(e scalar.Expr) { bad = bad || f.reads(e) || len(l.preds) > 0 && scalar.CanFail(e) })
		if bad {
			return l, false
		}
		call.Partition = partitionBy(keys, call.Partition)
		m.Items = append(m.Items, logical.WindowItem{Col: it.Col, Call: &call})
	}
	m.Input = l.node
	l.node = m
	return l, true
}

func partitionBy(keys []logical.Column, rest []scalar.Expr) []scalar.Expr {
	out := make([]scalar.Expr, 0, len(keys)+len(rest))
	for _, k := range keys {
		out = append(out, k.Ref())
	}
	return append(out, rest...)
}

// limit counts rows within each binding.
func (f *lifter) limit(n *logical.Limit) (lifted, bool) {
	in := n.Input
	var order []scalar.SortKey
	if s, ok := in.(*logical.Sort); ok {
		in, order = s.Input, s.Keys
	}
	skip, ok1 := constCount(n.Offset, 0)
	take, ok2 := constCount(n.Count, 1)
	atLeastOne := ok1 && ok2 && skip == 0 && take >= 1
	l, ok := f.all(in)
	switch {
	case !ok:
		return l, false
	case l.missing:
		return l, atLeastOne
	case correlatedExpr(n.Count, f.outer) || correlatedExpr(n.Offset, f.outer):
		return l, false
	}
	keys := make([]scalar.SortKey, len(order))
	for i, k := range order {
		k.Expr = apply(l.subst, k.Expr)
		if f.reads(k.Expr) || len(l.preds) > 0 && scalar.CanFail(k.Expr) {
			return l, false
		}
		keys[i] = k
	}
	cols, ok := f.keys(&l)
	if !ok {
		return l, false
	}
	l.node = f.c.limitPer(l.node, cols, keys, n)
	return l, true
}

func correlatedExpr(e scalar.Expr, outer scalar.ColSet) bool {
	return e != nil && scalar.Columns(e).Intersects(outer)
}

// limitPer applies n's limit within each combination of cols, by order: the
// rows are numbered and compared with the bounds. The result has in's columns.
func (c *Context) limitPer(in logical.Node, cols []logical.Column, order []scalar.SortKey, n *logical.Limit) logical.Node {
	schema := in.Schema()
	numbered, rn := c.rowNumber(in, cols, order)
	preds := rowRange(rn, n.Count, n.Offset)
	if n.WithTies && n.Count != nil {
		w, rank := c.rank(numbered, cols, order)
		numbered = w
		preds = append(rowRange(rank, n.Count, nil), rowRange(rn, nil, n.Offset)...)
		if n.Offset != nil {
			preds = tiesRange(rn, rank, n.Count, n.Offset)
		}
	}
	return passThrough(filter(numbered, preds...), schema)
}
