package rule

import (
	"math"
	"slices"

	"github.com/inlaydb/inlay/planner/estimate"
	"github.com/inlaydb/inlay/planner/joinkey"
	"github.com/inlaydb/inlay/planner/joinorder"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// block is a tree of joins taken apart.
type block struct {
	c      *Context
	leaves []leaf
	conds  []condition
	late   []scalar.Expr // conditions that can fail, in order
	class  []class
	pairs  []correction  // for relations that several classes connect
	free   []scalar.Expr // conditions over no leaf
}

// leaf is a relation of a block.
type leaf struct {
	node logical.Node
	cols scalar.ColSet
	join *logical.Join // attached: the join whose right side it is
	sel  float64       // attached by a left join: selectivity of its condition
}

// correction is by how much two relations' classes together keep more pairs
// than each alone would say.
type correction struct {
	a, b   int
	factor float64
}

// condition is one conjunct of the inner joins that is not in a class.
type condition struct {
	expr scalar.Expr
	rels joinorder.Set
	sel  float64
	edge *joinorder.Edge // an equality between two leaves, or sets of them
}

// class are columns that inner joins equate: at most one per leaf is needed.
type class struct {
	members []member
	eq      *scalar.Call // one of the equalities, for its operator
}

type member struct {
	rel int
	col *scalar.Column
	key estimate.KeyInfo
}

// collect takes the tree under n apart.
func (b *block) collect(n logical.Node) {
	switch m := n.(type) {
	case *logical.Join:
		if !blockJoin(m) {
			break
		}
		b.collect(m.Left)
		if m.Kind == logical.Inner {
			b.collect(m.Right)
			b.on(m.On)
			return
		}
		l := leaf{node: b.c.orderBlocks(m.Right), join: m}
		l.cols = logical.Columns(l.node)
		b.leaves = append(b.leaves, l)
		return
	case *logical.Project:
		if passesOnly(m) {
			b.collect(m.Input)
			return
		}
	}
	n = logical.MapInputs(n, b.c.orderBlocks)
	b.leaves = append(b.leaves, leaf{node: n, cols: logical.Columns(n)})
}

// on sorts conjuncts of inner joins.
func (b *block) on(list []scalar.Expr) {
	for _, p := range list {
		if !movable(p) {
			b.late = append(b.late, p)
			continue
		}
		b.conds = append(b.conds, condition{expr: p})
	}
}

// rels are the leaves that give cols: of an attached one's mark column too.
func (b *block) rels(cols scalar.ColSet) joinorder.Set {
	var s joinorder.Set
	for i := range b.leaves {
		l := &b.leaves[i]
		if l.cols.Intersects(cols) || l.join != nil && l.join.MarkCol != nil && cols.Has(l.join.MarkCol.ID) {
			s |= 1 << uint(i)
		}
	}
	return s
}

func (b *block) solve() logical.Node {
	if len(b.leaves) == 1 {
		return filter(b.leaves[0].node, append(b.exprs(), b.late...)...)
	}
	b.classify()
	p := b.problem()
	b.bridge(p)
	out := b.build(joinorder.Solve(p))
	return filter(b.attachLate(out), b.free...)
}

func (b *block) exprs() []scalar.Expr {
	var out []scalar.Expr
	for _, c := range b.conds {
		out = append(out, c.expr)
	}
	return out
}

// classify finds classes of equal columns. Conditions that equate columns go
// into them and are no conditions of their own any more.
func (b *block) classify() {
	var rest []condition
	for _, c := range b.conds {
		if b.equate(c.expr) {
			continue
		}
		c.rels = b.rels(scalar.Columns(c.expr))
		switch {
		case c.rels == 0:
			b.free = append(b.free, c.expr)
			continue
		case c.rels.Len() == 1 && b.plain(c.rels):
			l := &b.leaves[c.rels.First()]
			l.node = filter(l.node, c.expr)
			continue
		}
		c.sel, c.edge = b.judge(c.expr, c.rels)
		rest = append(rest, c)
	}
	b.conds = rest
	b.repeated()
	for i := range b.class {
		var keys []*estimate.KeyInfo
		for k := range b.class[i].members {
			keys = append(keys, &b.class[i].members[k].key)
		}
		estimate.Refer(keys)
	}
	b.correct()
}

// repeated filters a leaf of which a class has several columns: they are
// equal to each other, and only one of them takes part in a join.
func (b *block) repeated() {
	for i := range b.class {
		c := &b.class[i]
		var once []member
	members:
		for _, m := range c.members {
			for _, o := range once {
				if o.rel != m.rel {
					continue
				}
				if o.col.ID != m.col.ID {
					e := *c.eq
					e.Args = []scalar.Expr{o.col, m.col}
					l := &b.leaves[m.rel]
					l.node = dedupFilter(l.node, []scalar.Expr{&e})
				}
				continue members
			}
			once = append(once, m)
		}
		c.members = once
	}
}

// equate puts the columns of an equality into one class.
func (b *block) equate(p scalar.Expr) bool {
	e, ok := p.(*scalar.Call)
	if !ok || e.Op != "=" || len(e.Args) != 2 {
		return false
	}
	x, ok1 := e.Args[0].(*scalar.Column)
	y, ok2 := e.Args[1].(*scalar.Column)
	if !ok1 || !ok2 || x.Typ.OID != y.Typ.OID || x.Typ.Digits != y.Typ.Digits || x.Typ.Scale != y.Typ.Scale {
		return false
	}
	xr, yr := b.rels(scalar.SetOf(x.ID)), b.rels(scalar.SetOf(y.ID))
	if xr.Len() != 1 || yr.Len() != 1 || xr == yr || !b.plain(xr) || !b.plain(yr) {
		return false
	}
	if _, _, ok := joinkey.Unify(x, y); !ok {
		return false
	}
	xi, yi := b.classOf(x.ID), b.classOf(y.ID)
	switch {
	case xi < 0 && yi < 0:
		b.class = append(b.class, class{eq: e, members: []member{b.member(xr, x), b.member(yr, y)}})
	case xi < 0:
		b.class[yi].members = append(b.class[yi].members, b.member(xr, x))
	case yi < 0:
		b.class[xi].members = append(b.class[xi].members, b.member(yr, y))
	case xi != yi:
		b.class[xi].members = append(b.class[xi].members, b.class[yi].members...)
		b.class = append(b.class[:yi], b.class[yi+1:]...)
	}
	return true
}

// plain says whether the leaf is not attached: columns of an outer join's
// right side may be NULL and are not equal to anything by a condition above.
func (b *block) plain(s joinorder.Set) bool { return b.leaves[s.First()].join == nil }

func (b *block) member(s joinorder.Set, col *scalar.Column) member {
	rel := s.First()
	return member{rel: rel, col: col, key: b.c.card.Key(b.leaves[rel].node, col)}
}

func (b *block) classOf(id scalar.ColumnID) int {
	for i := range b.class {
		for _, m := range b.class[i].members {
			if m.col.ID == id {
				return i
			}
		}
	}
	return -1
}

// judge gives the selectivity of a condition, and its edge if it can connect.
func (b *block) judge(p scalar.Expr, rels joinorder.Set) (float64, *joinorder.Edge) {
	left, right, ok := b.equalSides(p)
	if ok && rels.Len() >= 2 {
		edge := &joinorder.Edge{Left: left, Right: right}
		if left.Len() == 1 && right.Len() == 1 {
			l, r := b.leaves[left.First()].node, b.leaves[right.First()].node
			return b.c.card.JoinSelectivity([]scalar.Expr{p}, l, r), edge
		}
		return 1e-3, edge
	}
	if rels.Len() == 2 {
		l, r := b.leaves[rels.First()].node, b.leaves[(rels&(rels-1)).First()].node
		return b.c.card.JoinSelectivity([]scalar.Expr{p}, l, r), nil
	}
	return 0.3, nil
}

// equalSides are the leaves on both sides of an equality that a hash join can use.
func (b *block) equalSides(p scalar.Expr) (left, right joinorder.Set, ok bool) {
	x, y, _, ok := joinkey.Sides(p)
	if !ok {
		return 0, 0, false
	}
	if _, _, ok := joinkey.Unify(x, y); !ok {
		return 0, 0, false
	}
	left, right = b.rels(scalar.Columns(x)), b.rels(scalar.Columns(y))
	return left, right, left != 0 && right != 0 && left&right == 0
}

// correct finds relations that more than one class connects: together the
// classes keep more pairs than their product says, since a composite key has
// no more values than its table rows.
func (b *block) correct() {
	type link struct{ pairs []estimate.KeyPair }
	links := map[[2]int]*link{}
	for i := range b.class {
		for x, m := range b.class[i].members {
			for _, o := range b.class[i].members[x+1:] {
				if m.rel == o.rel {
					continue
				}
				l, r := m, o
				if l.rel > r.rel {
					l, r = r, l
				}
				k := [2]int{l.rel, r.rel}
				if links[k] == nil {
					links[k] = &link{}
				}
				links[k].pairs = append(links[k].pairs, estimate.KeyPair{Left: l.key, Right: r.key})
			}
		}
	}
	keys := make([][2]int, 0, len(links))
	for k := range links {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(x, y [2]int) int { return (x[0]-y[0])*joinorder.MostRelations + x[1] - y[1] })
	for _, k := range keys {
		l := links[k]
		if len(l.pairs) < 2 {
			continue
		}
		alone := 1.0
		for _, p := range l.pairs {
			alone *= estimate.EquiSelectivity([]estimate.KeyPair{p})
		}
		if f := estimate.EquiSelectivity(l.pairs) / alone; f > 1 {
			b.pairs = append(b.pairs, correction{k[0], k[1], f})
		}
	}
}

func (b *block) problem() *joinorder.Problem {
	p := &joinorder.Problem{Selectivity: b.selectivity}
	for i := range b.leaves {
		l := &b.leaves[i]
		r := joinorder.Relation{Rows: b.c.card.Rows(l.node), Width: b.c.card.Width(l.node.Schema())}
		if l.join != nil {
			r.Kind, r.Needs, r.Share = b.attachment(i)
			p.Edges = append(p.Edges, joinorder.Edge{Left: r.Needs, Right: 1 << uint(i)})
			if r.Needs == 0 {
				p.Edges = p.Edges[:len(p.Edges)-1]
			}
		}
		p.Relations = append(p.Relations, r)
	}
	for _, c := range b.class {
		for x, m := range c.members {
			for _, o := range c.members[x+1:] {
				if m.rel != o.rel {
					p.Edges = append(p.Edges, joinorder.Edge{Left: 1 << uint(m.rel), Right: 1 << uint(o.rel)})
				}
			}
		}
	}
	for _, c := range b.conds {
		if c.edge != nil {
			p.Edges = append(p.Edges, *c.edge)
		}
	}
	return p
}

// attachment says how an attached leaf joins, and what it needs: the leaves
// that its condition reads. A Single join may raise for a row, so it needs all
// that stood in front of it.
func (b *block) attachment(i int) (kind joinorder.Kind, needs joinorder.Set, share float64) {
	l := &b.leaves[i]
	before := joinorder.Set(1)<<uint(i) - 1
	for _, p := range l.join.On {
		needs |= b.rels(scalar.Columns(p)) & before
	}
	switch l.join.Kind {
	case logical.Left:
		kind = joinorder.Left
		l.sel = b.c.card.JoinSelectivity(l.join.On, b.side(needs), l.node)
	case logical.Semi, logical.Anti:
		kind, share = joinorder.Semi, b.c.card.SemiShare(l.join.On, b.side(needs), l.node)
		if l.join.Kind == logical.Anti {
			kind, share = joinorder.Anti, math.Max(1-share, 0.05)
		}
	case logical.Single:
		kind, needs = joinorder.Keep, before
	default:
		kind = joinorder.Keep
	}
	if needs == 0 { // nothing to wait for but a first relation
		needs = 1
	}
	return kind, needs, share
}

// side is a plan that has the columns of some leaves, to ask estimates of.
func (b *block) side(s joinorder.Set) logical.Node {
	if s == 0 {
		return b.leaves[0].node
	}
	out := b.leaves[s.First()].node
	for s &= s - 1; s != 0; s &= s - 1 {
		out = &logical.Join{Kind: logical.Inner, Left: out, Right: b.leaves[s.First()].node}
	}
	return out
}

// selectivity of all that spans two sets. A class counts once: between sets
// whose smallest domains are d and e it keeps one pair in max(d, e).
func (b *block) selectivity(x, y joinorder.Set) float64 {
	sel := 1.0
	for i := range b.class {
		dx, dy := math.Inf(1), math.Inf(1)
		nulls := 1.0
		for _, m := range b.class[i].members {
			switch {
			case x.Has(m.rel):
				dx = math.Min(dx, m.key.Domain)
				nulls = math.Min(nulls, 1-m.key.Nulls)
			case y.Has(m.rel):
				dy = math.Min(dy, m.key.Domain)
				nulls = math.Min(nulls, 1-m.key.Nulls)
			}
		}
		if !math.IsInf(dx, 1) && !math.IsInf(dy, 1) {
			sel *= nulls / math.Max(math.Max(dx, dy), 1)
		}
	}
	for _, p := range b.pairs {
		if x.Has(p.a) && y.Has(p.b) || x.Has(p.b) && y.Has(p.a) {
			sel *= p.factor
		}
	}
	both := x | y
	for i := range b.conds {
		if c := &b.conds[i]; c.rels.Within(both) && !c.rels.Within(x) && !c.rels.Within(y) {
			sel *= c.sel
		}
	}
	for _, set := range [...]joinorder.Set{x, y} { // an outer join's own condition
		if set.Len() == 1 {
			if l := &b.leaves[set.First()]; l.join != nil && l.join.Kind == logical.Left {
				sel *= l.sel
			}
		}
	}
	return math.Min(sel, 1)
}

// bridge lets equalities that can fail connect what nothing else connects: a
// cross product would not raise less, only later and for more work.
func (b *block) bridge(p *joinorder.Problem) {
	if len(b.late) == 0 {
		return
	}
	group := make([]int, len(b.leaves))
	for i := range group {
		group[i] = i
	}
	union := func(s joinorder.Set) {
		first := group[s.First()]
		for ; s != 0; s &= s - 1 {
			old := group[s.First()]
			for i := range group {
				if group[i] == old {
					group[i] = first
				}
			}
		}
	}
	for _, e := range p.Edges {
		union(e.Left | e.Right)
	}
	var late []scalar.Expr
	for _, q := range b.late {
		l, r, ok := b.equalSides(q)
		if ok && scalar.Volatility(q) < volatile && !scalar.HasSubquery(q) && group[l.First()] != group[r.First()] {
			union(l | r)
			sel, edge := b.judge(q, l|r)
			b.conds = append(b.conds, condition{expr: q, rels: l | r, sel: sel, edge: edge})
			p.Edges = append(p.Edges, *edge)
			continue
		}
		late = append(late, q)
	}
	b.late = late
}

// build makes a plan of the tree that was found.
func (b *block) build(t *joinorder.Tree) logical.Node {
	if t.Left == nil {
		return b.leaves[t.Relation].node
	}
	left, right := b.build(t.Left), b.build(t.Right)
	if t.Right.Left == nil {
		if j := b.leaves[t.Right.Relation].join; j != nil {
			m := *j
			m.Left, m.Right = left, right
			return b.above(&m, t)
		}
	}
	j := &logical.Join{Kind: logical.Inner, Left: left, Right: right}
	for i := range b.class {
		if e := b.between(&b.class[i], t.Left.Set, t.Right.Set); e != nil {
			j.On = append(j.On, e)
		}
	}
	j.On = append(j.On, b.spanning(t)...)
	return j
}

// spanning are the conditions that can be applied at t and not below.
func (b *block) spanning(t *joinorder.Tree) []scalar.Expr {
	var out []scalar.Expr
	attached := t.Right.Left == nil && b.leaves[t.Right.Relation].join != nil
	for i := range b.conds {
		c := &b.conds[i]
		if c.rels.Within(t.Set) && !c.rels.Within(t.Left.Set) && (attached || !c.rels.Within(t.Right.Set)) {
			out = append(out, c.expr)
		}
	}
	return out
}

// above filters a non-inner join by the conditions that it makes applicable:
// they are conditions of inner joins and see its padded rows.
func (b *block) above(j *logical.Join, t *joinorder.Tree) logical.Node {
	return filter(j, b.spanning(t)...)
}

// between is the equality of a class that joins two sets; nil if the class
// is not in both. Columns of the relations that the most classes connect are
// preferred: the equalities of a composite key then stand together, which is
// what estimates of the join go by. Next comes an equality that was written.
func (b *block) between(c *class, x, y joinorder.Set) scalar.Expr {
	var l, r *member
	best := -1
	for i := range c.members {
		m := &c.members[i]
		if !x.Has(m.rel) {
			continue
		}
		for k := range c.members {
			o := &c.members[k]
			if !y.Has(o.rel) {
				continue
			}
			score := 2 * b.links(m.rel, o.rel)
			if written(c.eq, m.col, o.col) {
				score++
			}
			if score > best {
				l, r, best = m, o, score
			}
		}
	}
	if l == nil {
		return nil
	}
	e := *c.eq
	e.Args = []scalar.Expr{l.col, r.col}
	return &e
}

// links counts the classes that connect two relations.
func (b *block) links(x, y int) int {
	n := 0
	for i := range b.class {
		var inX, inY bool
		for _, m := range b.class[i].members {
			inX, inY = inX || m.rel == x, inY || m.rel == y
		}
		if inX && inY {
			n++
		}
	}
	return n
}

func written(eq *scalar.Call, a, b *scalar.Column) bool {
	x, y := eq.Args[0].(*scalar.Column).ID, eq.Args[1].(*scalar.Column).ID
	return x == a.ID && y == b.ID || x == b.ID && y == a.ID
}

// attachLate puts the conditions that can fail on top: as conditions of the
// topmost join if that is an inner one.
func (b *block) attachLate(n logical.Node) logical.Node {
	if len(b.late) == 0 {
		return n
	}
	if j, ok := n.(*logical.Join); ok && j.Kind == logical.Inner {
		m := *j
		m.On = append(m.On[:len(m.On):len(m.On)], b.late...)
		return &m
	}
	return filter(n, b.late...)
}
