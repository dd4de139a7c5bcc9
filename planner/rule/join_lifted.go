package rule

import (
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// joinLifted is the lateral join j with its right side lifted: an ordinary
// join, and above it what computes the columns that were lifted out.
func (c *Context) joinLifted(j *logical.Join, l lifted) logical.Node {
	if l.missing {
		return c.joinMissing(j, l)
	}
	on := append(append([]scalar.Expr(nil), l.preds...), applyAll(l.subst, j.On)...)
	m := &logical.Join{Kind: j.Kind, Left: j.Left, Right: l.node, On: on, MarkCol: j.MarkCol, NullAware: j.NullAware}
	switch j.Kind {
	case logical.Semi, logical.Anti, logical.Mark:
		return c.threeValued(m, l.preds, applyAll(l.subst, j.On))
	case logical.Left, logical.Single:
		if len(on) == 0 && rowBounds(l.node).min >= 1 && (j.Kind == logical.Left || rowBounds(l.node).max <= 1) {
			m.Kind = logical.Inner // the right side always has a row
		}
	}
	if m.Kind == logical.Inner && isOneRow(l.node) {
		return c.restore(j, filter(j.Left, on...), l.subst, nil)
	}
	var matched *scalar.Column
	if m.Kind != logical.Inner {
		matched = c.flag(m, l.subst)
	}
	return c.restore(j, m, l.subst, matched)
}

// flag adds a constant column to m's right side if some substitute is not
// NULL by itself in padded rows; its value tells the two apart.
func (c *Context) flag(m *logical.Join, subst map[scalar.ColumnID]scalar.Expr) *scalar.Column {
	inner := logical.Columns(m.Right)
	for _, e := range subst {
		if !nullOn(e, inner) {
			col := c.column("matched", boolType, true)
			m.Right = extend(m.Right, m.Right.Schema(), []logical.Column{col}, []scalar.Expr{trueConst})
			return col.Ref()
		}
	}
	return nil
}

// restore puts j's columns together again above n: what subst computes, only
// for matched rows where matched is given, and what n has.
func (c *Context) restore(j *logical.Join, n logical.Node, subst map[scalar.ColumnID]scalar.Expr, matched *scalar.Column) logical.Node {
	cols := j.Schema()
	if len(subst) == 0 {
		return passThrough(n, cols)
	}
	p := &logical.Project{Input: n, Cols: cols, Exprs: make([]scalar.Expr, len(cols))}
	for i, col := range cols {
		e := subst[col.ID]
		switch {
		case e == nil:
			e = col.Ref()
		case matched != nil:
			e = &scalar.Case{Whens: []scalar.When{{Cond: matched, Then: e}}, Else: nullOf(col.Type), Typ: col.Type}
		}
		p.Exprs[i] = e
	}
	return p
}

// threeValued joins where the condition is a test of IN's kind (null-aware)
// and correlated predicates at once. A row of the subquery that the
// predicates drop has no say, so only the test may make the answer unknown:
//
//	anti: no row with preds and a test that is not false
//	mark: true if some row has preds and test, else NULL if some row has
//	      preds and a test that is NULL, else false
func (c *Context) threeValued(m *logical.Join, preds, tests []scalar.Expr) logical.Node {
	if !m.NullAware || len(preds) == 0 {
		return m
	}
	m.NullAware = false
	test := and(tests)
	if m.Kind == logical.Anti {
		m.On = append(preds[:len(preds):len(preds)], &scalar.BoolTest{Arg: test, Want: scalar.WantFalse, Not: true})
		return m
	}
	// Two marks over one right side, which is computed once.
	id := c.cte()
	cols := m.Right.Schema()
	ref := func() *logical.CTERef {
		r := &logical.CTERef{ID: id, Name: "subquery", Cols: c.renew(cols)}
		for _, col := range cols {
			r.From = append(r.From, col.ID)
		}
		return r
	}
	half := func(in logical.Node, last scalar.Expr) (logical.Node, *scalar.Column) {
		r := ref()
		to := map[scalar.ColumnID]scalar.Expr{}
		for i, col := range cols {
			to[col.ID] = r.Cols[i].Ref()
		}
		mark := c.column("match", boolType, true)
		on := applyAll(to, append(preds[:len(preds):len(preds)], last))
		return &logical.Join{Kind: logical.Mark, Left: in, Right: r, On: on, MarkCol: &mark}, mark.Ref()
	}
	equal, isTrue := half(m.Left, test)
	both, isNull := half(equal, &scalar.IsNull{Arg: test})
	value := &scalar.Or{Args: []scalar.Expr{isTrue,
		&scalar.Case{Whens: []scalar.When{{Cond: isNull, Then: nullBool}}, Else: falseConst, Typ: boolType}}}
	body := extend(both, m.Left.Schema(), []logical.Column{*m.MarkCol}, []scalar.Expr{value})
	return &logical.With{ID: id, Name: "subquery", Plan: m.Right, Body: body, Materialized: 1}
}

// joinMissing joins a subquery that is an aggregation without keys: each
// left row has exactly one row of it, that of no input where none matches.
// So every kind of join is a left join, and the rest is computed above it.
func (c *Context) joinMissing(j *logical.Join, l lifted) logical.Node {
	left := &logical.Join{Kind: logical.Left, Left: j.Left, Right: l.node, On: l.preds}
	post := l.post
	switch j.Kind {
	case logical.Inner:
		out := c.restore(j, left, l.subst, nil)
		return filterBelow(out, post, j.On)
	case logical.Semi:
		return passThrough(filter(left, append(post, applyAll(l.subst, j.On)...)...), j.Schema())
	case logical.Anti:
		cond := and(append(post, applyAll(l.subst, j.On)...))
		if j.NullAware && len(post) == 0 { // x not in (one row): the comparison must be false
			return passThrough(filter(left, &scalar.Not{Arg: cond}), j.Schema())
		}
		if j.NullAware {
			test := &scalar.BoolTest{Arg: and(applyAll(l.subst, j.On)), Want: scalar.WantFalse, Not: true}
			cond = and(append(post, scalar.Expr(test)))
		}
		return passThrough(filter(left, &scalar.BoolTest{Arg: cond, Want: scalar.WantTrue, Not: true}), j.Schema())
	case logical.Mark:
		tests := applyAll(l.subst, j.On)
		var value scalar.Expr = &scalar.BoolTest{Arg: and(append(post, tests...)), Want: scalar.WantTrue}
		if j.NullAware {
			value = and(tests)
			if len(post) > 0 {
				value = &scalar.Case{Whens: []scalar.When{{Cond: and(post), Then: value}}, Else: falseConst, Typ: boolType}
			}
		}
		return extend(left, j.Left.Schema(), []logical.Column{*j.MarkCol}, []scalar.Expr{value})
	}
	// Left, Single: the row counts only if post and the condition hold.
	cond := append(post, applyAll(l.subst, j.On)...)
	if len(cond) == 0 {
		return c.restore(j, left, l.subst, nil)
	}
	// What the condition guards is a new value, so the column below it gets
	// another id.
	raw := map[scalar.ColumnID]scalar.Expr{}
	var cols []logical.Column
	var refs []scalar.Expr
	for _, col := range j.Right.Schema() {
		if l.subst[col.ID] == nil {
			fresh := c.column(col.Name, col.Type, col.NotNull)
			cols, refs = append(cols, fresh), append(refs, col.Ref())
			raw[col.ID] = fresh.Ref()
		}
	}
	left.Right = extend(l.node, l.node.Schema(), cols, refs)
	when := and(applyAll(raw, cond))
	subst := map[scalar.ColumnID]scalar.Expr{}
	for _, col := range j.Right.Schema() {
		e := l.subst[col.ID]
		if e == nil {
			e = raw[col.ID]
		}
		subst[col.ID] = &scalar.Case{Whens: []scalar.When{{Cond: when, Then: e}}, Else: nullOf(col.Type), Typ: col.Type}
	}
	return c.restore(j, left, subst, nil)
}

// filterBelow filters the rows of the join under out, if out is restore's
// projection, by post, which reads the join's columns, and by on, which reads
// out's.
func filterBelow(out logical.Node, post, on []scalar.Expr) logical.Node {
	if p, ok := out.(*logical.Project); ok && len(post) > 0 {
		m := *p
		m.Input = filter(p.Input, post...)
		out = &m
	} else {
		out = filter(out, post...)
	}
	return filter(out, on...)
}
