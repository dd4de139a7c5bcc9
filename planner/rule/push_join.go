package rule

import (
	"slices"

	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// join lets predicates fall to the side that they read.
func (p *pusher) join(n *logical.Join, preds, hints []scalar.Expr) logical.Node {
	left, right := logical.Columns(n.Left), logical.Columns(n.Right)
	n = p.stronger(n, preds, hints, left, right)
	if out, ok := p.leftToAnti(n, preds, right); ok {
		return p.push(out, preds, hints)
	}
	if out, ok := p.markToSemi(n, preds); ok {
		return p.push(out, preds, hints)
	}
	if out, ok := p.sinkSingle(n, preds, right); ok {
		return p.push(out, preds, hints)
	}
	switch n.Kind {
	case logical.Inner:
		return p.inner(n, preds, hints, left, right)
	case logical.Right:
		above, on := oneSided(preds, right), oneSided(n.On, left)
		return p.rebuild(n, on.own, above.own, on.rest, n.On, concat(hints, preds), above.rest)
	case logical.Full:
		return p.rebuild(n, nil, nil, n.On, nil, nil, preds)
	}
	// Left, Semi, Anti, Mark, Single: the left side's rows all count.
	a := oneSided(preds, left)
	on := sides{rest: n.On}
	if !n.NullAware {
		on = oneSided(n.On, right)
	}
	leftPreds := a.own
	if n.Kind == logical.Semi { // a left row that fails the condition has no match
		l := oneSided(on.rest, left)
		leftPreds, on.rest = concat(leftPreds, l.own), l.rest
	}
	leftHints := concat(hints, preds)
	if n.Kind == logical.Semi {
		leftHints = concat(leftHints, n.On)
	}
	var rightHints []scalar.Expr
	if !n.NullAware && n.Kind != logical.Mark {
		rightHints = n.On
	}
	return p.rebuild(n, leftPreds, on.own, on.rest, leftHints, rightHints, a.rest)
}

// sides parts predicates into those that may move to a side and the rest.
type sides struct{ own, rest []scalar.Expr }

func oneSided(list []scalar.Expr, cols scalar.ColSet) sides {
	var s sides
	for _, e := range list {
		c := scalar.Columns(e)
		if !c.Empty() && c.SubsetOf(cols) && movable(e) {
			s.own = append(s.own, e)
		} else {
			s.rest = append(s.rest, e)
		}
	}
	if len(s.own) == 0 {
		s.rest = list
	}
	return s
}

// rebuild pushes into both sides and makes the join again, if anything changed.
func (p *pusher) rebuild(n *logical.Join, leftPreds, rightPreds, on, leftHints, rightHints, stay []scalar.Expr) logical.Node {
	l, r := p.push(n.Left, leftPreds, leftHints), p.push(n.Right, rightPreds, rightHints)
	if l != n.Left || r != n.Right || !sameExprs(on, n.On) {
		m := *n
		m.Left, m.Right, m.On = l, r, on
		n = &m
	}
	return dedupFilter(n, stay)
}

// inner makes conditions of the predicates above an inner join. A condition
// over one side goes there; one over none (a parameter's test) stays above.
func (p *pusher) inner(n *logical.Join, preds, hints []scalar.Expr, left, right scalar.ColSet) logical.Node {
	var ls, rs, on, stay []scalar.Expr
	for i, e := range concat(n.On, preds) {
		cols := scalar.Columns(e)
		switch {
		case i >= len(n.On) && (scalar.Volatility(e) == volatile || scalar.HasSubquery(e)):
			stay = append(stay, e)
		case !cols.Empty() && cols.SubsetOf(left) && movable(e):
			ls = append(ls, e)
		case !cols.Empty() && cols.SubsetOf(right) && movable(e):
			rs = append(rs, e)
		case i >= len(n.On) && scalar.CanFail(e) && len(stay) > 0:
			stay = append(stay, e)
		case i < len(n.On) || !contains(on, e):
			on = append(on, e)
		}
	}
	all := concat(concat(hints, n.On), preds)
	return p.rebuild(n, ls, rs, on, all, all, stay)
}

// stronger makes an outer join a narrower one where a predicate above it
// drops the padded rows.
func (p *pusher) stronger(n *logical.Join, preds, hints []scalar.Expr, left, right scalar.ColSet) *logical.Join {
	var dropLeft, dropRight bool // rows padded on that side are dropped
	switch n.Kind {
	case logical.Left, logical.Right, logical.Full:
	case logical.Single:
		if len(uniqueMatch(n)) == 0 {
			return n
		}
	default:
		return n
	}
	if !p.c.on("outer_to_inner") {
		return n
	}
	for _, list := range [...][]scalar.Expr{preds, hints} {
		for _, e := range list {
			cols := scalar.Columns(e)
			dropLeft = dropLeft || cols.Intersects(left) && rejectsNull(e, left)
			dropRight = dropRight || cols.Intersects(right) && rejectsNull(e, right)
		}
	}
	kind := n.Kind
	switch {
	case (kind == logical.Left || kind == logical.Single) && dropRight:
		kind = logical.Inner
	case kind == logical.Right && dropLeft:
		kind = logical.Inner
	case kind == logical.Full && dropLeft && dropRight:
		kind = logical.Inner
	case kind == logical.Full && dropLeft: // only rows of the left side are left
		kind = logical.Left
	case kind == logical.Full && dropRight:
		kind = logical.Right
	}
	if kind == n.Kind {
		return n
	}
	p.c.fire("outer_to_inner")
	m := *n
	m.Kind = kind
	return &m
}

// uniqueMatch says (by being non-empty) that each left row of n meets at most
// one right row, so that a Single join cannot fail.
func uniqueMatch(n *logical.Join) []scalar.ColSet {
	keys := uniqueKeys(n.Right)
	if atMostOne(n.Right) || matchesOne(n, n.Right, keys, n.Left) {
		return append(keys, scalar.ColSet{})
	}
	return nil
}

// leftToAnti sees that a filter wants only the unmatched rows of a left join:
//
//	Filter b.k is null                 Project a's columns, NULL as b's
//	  left join a.k = b.k       =>       anti join a.k = b.k
//
// It is right if b.k cannot be NULL in a matched row.
func (p *pusher) leftToAnti(n *logical.Join, preds []scalar.Expr, right scalar.ColSet) (logical.Node, bool) {
	if n.Kind != logical.Left || n.Lateral || !p.c.on("left_to_anti") {
		return nil, false
	}
	for _, e := range preds {
		t, ok := e.(*scalar.IsNull)
		if !ok || t.Not {
			continue
		}
		c, ok := t.Arg.(*scalar.Column)
		if !ok || !right.Has(c.ID) || !matchedNotNull(n, c.ID) {
			continue
		}
		p.c.fire("left_to_anti")
		anti := &logical.Join{Kind: logical.Anti, Left: n.Left, Right: n.Right, On: n.On}
		cols := slices.Clone(n.Right.Schema())
		nulls := make([]scalar.Expr, len(cols))
		for i := range cols {
			cols[i].NotNull = false
			nulls[i] = nullOf(cols[i].Type)
		}
		return extend(anti, n.Left.Schema(), cols, nulls), true
	}
	return nil, false
}

// matchedNotNull says whether a right column of a join is never NULL in a
// row that has a match.
func matchedNotNull(n *logical.Join, id scalar.ColumnID) bool {
	for _, c := range n.Right.Schema() {
		if c.ID == id && c.NotNull {
			return true
		}
	}
	for _, e := range n.On {
		if rejectsNull(e, scalar.SetOf(id)) {
			return true
		}
	}
	return false
}

// markToSemi makes a semi join of a mark that a filter wants to be true, and
// an anti join of one that it wants to be false.
func (p *pusher) markToSemi(n *logical.Join, preds []scalar.Expr) (logical.Node, bool) {
	if n.Kind != logical.Mark || !p.c.on("mark_to_semi") {
		return nil, false
	}
	for _, e := range preds {
		not := false
		if x, ok := e.(*scalar.Not); ok {
			not, e = true, x.Arg
		}
		if c, ok := e.(*scalar.Column); !ok || c.ID != n.MarkCol.ID {
			continue
		}
		p.c.fire("mark_to_semi")
		m := *n
		m.Kind, m.MarkCol = logical.Semi, nil
		if not {
			m.Kind = logical.Anti
		} else {
			m.NullAware = false
		}
		return extend(&m, n.Left.Schema(), []logical.Column{*n.MarkCol}, []scalar.Expr{boolConst(!not)}), true
	}
	return nil, false
}
