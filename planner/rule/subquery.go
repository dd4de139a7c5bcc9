package rule

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// pullSubqueries takes subqueries out of expressions. Each becomes a join
// below the node that uses it, lateral where the subquery reads the node's
// input; unnest then removes the laterals.
//
//	Filter a > scalar(S)             Project input's columns
//	  input                    =>      Filter a > s
//	                                     single join
//	                                       input
//	                                       S (s)
//
// A conjunct of a filter that is nothing but EXISTS, IN, ANY or ALL is a semi
// or anti join at once; elsewhere its answer is a mark. A subquery that stands
// in a branch (CASE, COALESCE, AND, OR) and can fail is joined only to the
// rows that reach the branch: the branch's condition is part of the join's.
func pullSubqueries(c *Context, root logical.Node) (logical.Node, error) {
	p := &puller{c: c, used: map[*scalar.Subquery]bool{}}
	return p.plan(root)
}

type puller struct {
	c    *Context
	used map[*scalar.Subquery]bool // its plan stands somewhere already: use a copy
}

func (p *puller) plan(n logical.Node) (logical.Node, error) {
	in := n.Inputs()
	changed := false
	for i := range in {
		m, err := p.plan(in[i])
		if err != nil {
			return nil, err
		}
		changed = changed || m != in[i]
		in[i] = m
	}
	if changed {
		n = n.WithInputs(in)
	}
	has := false
	logical.Exprs(n, func(e scalar.Expr) { has = has || scalar.HasSubquery(e) })
	if !has {
		return n, nil
	}
	return p.node(n)
}

// node rewrites a node with subqueries in its expressions.
func (p *puller) node(n logical.Node) (logical.Node, error) {
	switch n := n.(type) {
	case *logical.Filter:
		out, err := p.filter(n.Input, n.Preds)
		if err != nil {
			return nil, err
		}
		return passThrough(out, n.Schema()), nil
	case *logical.Scan:
		m := *n
		m.Filter = nil
		out, err := p.filter(&m, n.Filter)
		if err != nil {
			return nil, err
		}
		return passThrough(out, n.Schema()), nil
	case *logical.Join:
		return p.join(n)
	case *logical.Values:
		return p.values(n)
	case *logical.Limit:
		return p.limit(n)
	case *logical.Project, *logical.Aggregate, *logical.Window, *logical.Sort, *logical.Distinct, *logical.TableFunc:
		a := p.attacher(n.Inputs()[0])
		var err error
		m := logical.MapExprs(n, func(e scalar.Expr) scalar.Expr {
			x, fail := a.expr(e, nil)
			if fail != nil {
				err = fail
				return e
			}
			return x
		})
		if err != nil {
			return nil, err
		}
		return passThrough(m.WithInputs([]logical.Node{a.input}), n.Schema()), nil
	}
	return nil, sqlerr.Unsupported("subqueries are not supported in this place yet")
}

// filter puts the conjuncts on in, in order.
func (p *puller) filter(in logical.Node, preds []scalar.Expr) (logical.Node, error) {
	a := p.attacher(in)
	var all []scalar.Expr
	for _, e := range preds {
		all = scalar.SplitAnd(all, e)
	}
	for _, e := range all {
		done, err := a.conjunct(e)
		if err != nil {
			return nil, err
		}
		if done {
			continue
		}
		if e, err = a.expr(e, nil); err != nil {
			return nil, err
		}
		a.input = filter(a.input, e)
	}
	return a.input, nil
}

// join takes subqueries out of a join condition. Of an inner join they go to
// a filter above it. Of another kind they are evaluated with the rows of the
// right side: the right side becomes a filtered one that reads the left's
// columns, and the join lateral.
func (p *puller) join(n *logical.Join) (logical.Node, error) {
	var plain, subs []scalar.Expr
	for _, e := range n.On {
		for _, x := range scalar.SplitAnd(nil, e) {
			if scalar.HasSubquery(x) {
				subs = append(subs, x)
			} else {
				plain = append(plain, x)
			}
		}
	}
	m := *n
	m.On = plain
	switch n.Kind {
	case logical.Inner:
		out, err := p.filter(&m, subs)
		if err != nil {
			return nil, err
		}
		return passThrough(out, n.Schema()), nil
	case logical.Right:
		m.Kind, m.Left, m.Right, m.On = logical.Left, n.Right, n.Left, n.On
		out, err := p.join(&m)
		if err != nil {
			return nil, err
		}
		return passThrough(out, n.Schema()), nil
	case logical.Full:
		return nil, sqlerr.Unsupported("subqueries in the condition of a FULL JOIN are not supported yet")
	}
	right, err := p.filter(n.Right, subs)
	if err != nil {
		return nil, err
	}
	m.Right = passThrough(right, n.Right.Schema())
	m.Lateral = n.Lateral || correlated(m.Right, logical.Columns(n.Left))
	return &m, nil
}

// values makes a UNION ALL of projections, one a row.
func (p *puller) values(n *logical.Values) (logical.Node, error) {
	var out logical.Node
	for i, row := range n.Rows {
		cols := n.Cols
		if len(n.Rows) > 1 {
			cols = p.c.renew(n.Cols)
		}
		part, err := p.node(&logical.Project{Input: oneRow(), Cols: cols, Exprs: row})
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = part
			continue
		}
		union := p.c.renew(n.Cols)
		if i == len(n.Rows)-1 {
			union = n.Cols
		}
		out = &logical.SetOp{Kind: logical.Union, All: true, Left: out, Right: part, Cols: union}
	}
	return out, nil
}

// limit with a subquery as its count or offset numbers the rows and compares:
// a count of NULL is no limit.
func (p *puller) limit(n *logical.Limit) (logical.Node, error) {
	if n.WithTies {
		return nil, sqlerr.Unsupported("subqueries in FETCH FIRST … WITH TIES are not supported yet")
	}
	in := n.Input
	var keys []scalar.SortKey
	if s, ok := in.(*logical.Sort); ok {
		keys = s.Keys
	}
	numbered, rn := p.c.rowNumber(in, nil, keys)
	a := p.attacher(numbered)
	var bound [2]scalar.Expr // offset, count
	for i, e := range [...]scalar.Expr{n.Offset, n.Count} {
		if e == nil {
			continue
		}
		x, err := a.expr(e, nil)
		if err != nil {
			return nil, err
		}
		bound[i] = x
	}
	out := filter(a.input, rowRange(rn, bound[1], bound[0])...)
	if keys != nil {
		out = &logical.Sort{Input: out, Keys: keys}
	}
	return passThrough(out, n.Schema()), nil
}

// correlated says whether n reads columns of outer that it does not make.
func correlated(n logical.Node, outer scalar.ColSet) bool {
	return logical.Outer(n).Intersects(outer)
}
