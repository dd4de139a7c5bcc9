package joinorder

import (
	"math"
	"math/bits"
)

// Set is a set of relations, by number.
type Set uint64

// MostRelations is how many relations a problem may have.
const MostRelations = 64

func single(i int) Set          { return 1 << uint(i) }
func (s Set) Has(i int) bool    { return s&single(i) != 0 }
func (s Set) Within(o Set) bool { return s&^o == 0 }
func (s Set) Len() int          { return bits.OnesCount64(uint64(s)) }

// First is the lowest relation of s, which must not be empty.
func (s Set) First() int { return bits.TrailingZeros64(uint64(s)) }

func (s Set) isSingle() bool { return s&(s-1) == 0 }
func (s Set) lowest() Set    { return s & -s }

// Kind is how an attached relation is joined.
type Kind uint8

const (
	Free Kind = iota // joined by inner joins
	Left
	Semi
	Anti
	Keep // all of the left side, once: mark and single joins
)

// Relation is a leaf.
type Relation struct {
	Rows  float64
	Width float64 // bytes per row
	Kind  Kind
	Needs Set     // attached: relations that must be there before
	Share float64 // Semi, Anti: fraction of left rows that stay
}

// Edge says that the relations of Left can be joined to those of Right
// without a cross product.
type Edge struct{ Left, Right Set }

// Problem is what Solve is asked. Relations that no edge connects, directly or
// through others, are joined last by cross products, small ones first.
type Problem struct {
	Relations []Relation
	Edges     []Edge
	// Selectivity is the fraction of pairs that meet all conditions which span
	// the two sets. The rows of a set must not depend on the order in which
	// it is put together.
	Selectivity func(a, b Set) float64
}

// Tree is a join, or a leaf.
type Tree struct {
	Set         Set
	Rows        float64
	Left, Right *Tree // nil: leaf
	Relation    int   // leaf
	width, cost float64
}

// Cost of hashing a row, of a byte of it, of probing and of giving a row, in
// nanoseconds of one core; only ratios matter.
const (
	CostBuild  = 40.0
	CostByte   = 0.5
	CostProbe  = 12.0
	CostOutput = 4.0
)

// Solve gives the cheapest tree that it finds. There must be a relation.
func Solve(p *Problem) *Tree {
	s := &solver{p: p, best: make(map[Set]*Tree, 64)}
	s.neighbours()
	for i := range p.Relations {
		r := &p.Relations[i]
		s.best[single(i)] = &Tree{Set: single(i), Rows: math.Max(r.Rows, 1), Relation: i, width: r.Width}
	}
	all := Set(0)
	for i := range p.Relations {
		all |= single(i)
	}
	if len(p.Relations) <= mostExact && s.enumerate() {
		if t := s.best[all]; t != nil {
			return t
		}
		return s.greedy(s.largest(all))
	}
	return s.greedy(s.leaves())
}

const (
	mostExact = 14    // relations up to which dynamic programming is tried
	mostPairs = 12000 // pairs of subgraphs that it may look at
)

// solver is one run of Solve.
type solver struct {
	p     *Problem
	best  map[Set]*Tree
	adj   []Set  // simple edges: neighbours of each relation
	hyper []Edge // edges with more than one relation on a side
	pairs int
}

func (s *solver) neighbours() {
	s.adj = make([]Set, len(s.p.Relations))
	for _, e := range s.p.Edges {
		if e.Left.isSingle() && e.Right.isSingle() {
			s.adj[e.Left.First()] |= e.Right
			s.adj[e.Right.First()] |= e.Left
		} else {
			s.hyper = append(s.hyper, e)
		}
	}
}

// connected says whether an edge leads from a to b.
func (s *solver) connected(a, b Set) bool {
	for x := a; x != 0; x &= x - 1 {
		if s.adj[x.First()]&b != 0 {
			return true
		}
	}
	for _, e := range s.hyper {
		if e.Left.Within(a) && e.Right.Within(b) || e.Left.Within(b) && e.Right.Within(a) {
			return true
		}
	}
	return false
}

// attached is the relation that t is alone, if it is one that must be attached.
func (s *solver) attached(t *Tree) *Relation {
	if t.Left == nil {
		if r := &s.p.Relations[t.Relation]; r.Kind != Free {
			return r
		}
	}
	return nil
}

// join makes a tree of two, or nil where they must not be joined.
func (s *solver) join(a, b *Tree) *Tree {
	ra, rb := s.attached(a), s.attached(b)
	switch {
	case ra != nil && rb != nil:
		return nil
	case ra != nil:
		a, b, rb = b, a, ra
	}
	if rb != nil {
		return s.attach(a, b, rb)
	}
	t := &Tree{Set: a.Set | b.Set, width: a.width + b.width}
	t.Rows = math.Max(a.Rows*b.Rows*s.p.Selectivity(a.Set, b.Set), 1)
	// The smaller side is hashed; it stands on the right.
	ca, cb := buildCost(a)+b.Rows*CostProbe, buildCost(b)+a.Rows*CostProbe
	t.Left, t.Right = a, b
	if ca < cb {
		t.Left, t.Right, cb = b, a, ca
	}
	t.cost = a.cost + b.cost + cb + t.Rows*CostOutput
	return t
}

func (s *solver) attach(a, b *Tree, r *Relation) *Tree {
	if !r.Needs.Within(a.Set) {
		return nil
	}
	t := &Tree{Set: a.Set | b.Set, Left: a, Right: b, width: a.width}
	switch r.Kind {
	case Left:
		t.Rows = math.Max(a.Rows*b.Rows*s.p.Selectivity(a.Set, b.Set), a.Rows)
		t.width += b.width
	case Semi, Anti:
		t.Rows = a.Rows * r.Share
	default:
		t.Rows = a.Rows
		t.width++
	}
	t.Rows = math.Max(t.Rows, 1)
	hash := math.Min(buildCost(b)+a.Rows*CostProbe, buildCost(a)+b.Rows*CostProbe)
	t.cost = a.cost + b.cost + hash + t.Rows*CostOutput
	return t
}

func buildCost(t *Tree) float64 { return t.Rows * (CostBuild + CostByte*t.width) }
