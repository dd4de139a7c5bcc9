package joinorder

import (
	"math"
	"math/rand"
	"testing"
)

// randomProblem is a connected graph with random rows and selectivities, some
// relations attached.
func randomProblem(r *rand.Rand, n int, attached bool) *Problem {
	p := &Problem{}
	sel := map[[2]int]float64{}
	for i := range n {
		p.Relations = append(p.Relations, Relation{Rows: math.Floor(math.Pow(10, 1+4*r.Float64())), Width: 8 + float64(r.Intn(50))})
		if i == 0 {
			continue
		}
		j := r.Intn(i)
		for p.Relations[j].Kind == Semi || p.Relations[j].Kind == Anti { // has no columns to join on
			j = 0
		}
		sel[[2]int{j, i}] = math.Pow(10, -1-3*r.Float64())
		p.Edges = append(p.Edges, Edge{single(j), single(i)})
		if attached && r.Intn(3) == 0 {
			p.Relations[i].Kind = []Kind{Left, Semi, Anti, Keep}[r.Intn(4)]
			p.Relations[i].Needs = single(j)
			p.Relations[i].Share = r.Float64()
		}
	}
	for range n / 2 { // cycles, between free relations
		i, j := r.Intn(n), r.Intn(n)
		if i < j && p.Relations[i].Kind == Free && p.Relations[j].Kind == Free {
			sel[[2]int{i, j}] = math.Pow(10, -r.Float64())
			p.Edges = append(p.Edges, Edge{single(i), single(j)})
		}
	}
	p.Selectivity = func(a, b Set) float64 {
		s := 1.0
		for i := range n { // in order: the product must not depend on a map's
			for j := i + 1; j < n; j++ {
				f, ok := sel[[2]int{i, j}]
				if ok && (a.Has(i) && b.Has(j) || a.Has(j) && b.Has(i)) {
					s *= f
				}
			}
		}
		return s
	}
	return p
}

// exhaustive is the least cost over all trees without cross products, by
// trying every split of every set.
func exhaustive(p *Problem) float64 {
	s := &solver{p: p, best: map[Set]*Tree{}}
	s.neighbours()
	n := len(p.Relations)
	for set := Set(1); set < 1<<uint(n); set++ {
		if set.isSingle() {
			i := set.First()
			s.best[set] = &Tree{Set: set, Rows: math.Max(p.Relations[i].Rows, 1), Relation: i, width: p.Relations[i].Width}
			continue
		}
		for sub := (set - 1) & set; sub > 0; sub = (sub - 1) & set {
			a, b := s.best[sub], s.best[set&^sub]
			if a == nil || b == nil || !s.connected(sub, set&^sub) {
				continue
			}
			if t := s.join(a, b); t != nil && (s.best[set] == nil || t.cost < s.best[set].cost) {
				s.best[set] = t
			}
		}
	}
	return s.best[1<<uint(n)-1].cost
}

func TestSolveFindsTheCheapest(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range 300 {
		p := randomProblem(r, 2+r.Intn(7), r.Intn(2) == 0)
		got, want := Solve(p), exhaustive(p)
		if math.Abs(got.cost-want) > want*1e-9 {
			t.Fatalf("cost %g, the cheapest is %g: %+v", got.cost, want, p.Relations)
		}
		wellFormed(t, p, got)
	}
}

// wellFormed checks that every relation is there once, and attached ones come
// in alone, on the right, after what they need.
func wellFormed(t *testing.T, p *Problem, tree *Tree) {
	t.Helper()
	if tree.Left == nil {
		if tree.Set != single(tree.Relation) {
			t.Fatalf("leaf %d has set %b", tree.Relation, tree.Set)
		}
		return
	}
	if tree.Left.Set&tree.Right.Set != 0 || tree.Left.Set|tree.Right.Set != tree.Set {
		t.Fatalf("%b is not %b and %b", tree.Set, tree.Left.Set, tree.Right.Set)
	}
	if tree.Left.Left == nil && p.Relations[tree.Left.Relation].Kind != Free {
		t.Fatalf("attached relation %d stands on the left", tree.Left.Relation)
	}
	if tree.Right.Left == nil {
		if r := p.Relations[tree.Right.Relation]; r.Kind != Free && !r.Needs.Within(tree.Left.Set) {
			t.Fatalf("relation %d came before what it needs", tree.Right.Relation)
		}
	}
	wellFormed(t, p, tree.Left)
	wellFormed(t, p, tree.Right)
}

func TestGreedyIsNotFarOff(t *testing.T) {
	r := rand.New(rand.NewSource(2))
	worse := 0
	for range 100 {
		p := randomProblem(r, 8, true)
		s := &solver{p: p, best: map[Set]*Tree{}}
		s.neighbours()
		for i := range p.Relations {
			s.best[single(i)] = &Tree{Set: single(i), Rows: p.Relations[i].Rows, Relation: i, width: p.Relations[i].Width}
		}
		tree := s.greedy(s.leaves())
		wellFormed(t, p, tree)
		if tree.cost > 3*exhaustive(p) {
			worse++
		}
	}
	if worse > 10 {
		t.Errorf("greedy cost over three times the least in %d of 100 problems", worse)
	}
}

func TestManyRelations(t *testing.T) {
	r := rand.New(rand.NewSource(3))
	for _, n := range []int{13, 20, 40, MostRelations} {
		tree := Solve(randomProblem(r, n, true))
		if tree.Set.Len() != n {
			t.Errorf("%d of %d relations were joined", tree.Set.Len(), n)
		}
	}
}

// TestDisconnected joins what no edge connects, smallest first.
func TestDisconnected(t *testing.T) {
	p := &Problem{
		Relations:   []Relation{{Rows: 1000, Width: 8}, {Rows: 1e6, Width: 8}, {Rows: 1, Width: 8}, {Rows: 10, Width: 8, Kind: Semi, Needs: 0b101, Share: 0.5}},
		Edges:       []Edge{{0b001, 0b010}, {0b101, 0b1000}},
		Selectivity: func(a, b Set) float64 { return 1e-3 },
	}
	tree := Solve(p)
	wellFormed(t, p, tree)
	if tree.Set != 0b1111 {
		t.Errorf("joined %b", tree.Set)
	}
}

func BenchmarkSolve(b *testing.B) {
	for _, n := range []int{4, 8, 12, 20} {
		b.Run("relations="+string(rune('0'+n/10))+string(rune('0'+n%10)), func(b *testing.B) {
			p := randomProblem(rand.New(rand.NewSource(4)), n, false)
			for b.Loop() {
				Solve(p)
			}
		})
	}
}
