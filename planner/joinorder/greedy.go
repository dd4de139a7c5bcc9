package joinorder

import (
	"math"
	"math/bits"
)

func leadingZeros(s Set) int { return bits.LeadingZeros64(uint64(s)) }

func (s *solver) leaves() []*Tree {
	out := make([]*Tree, len(s.p.Relations))
	for i := range out {
		out[i] = s.best[single(i)]
	}
	return out
}

// largest covers all with as few of the found trees as it can, largest first.
func (s *solver) largest(all Set) []*Tree {
	var out []*Tree
	for all != 0 {
		// The component of the lowest relation left, as far as trees reach.
		var pick *Tree
		for set, t := range s.best {
			if !set.Within(all) || !set.Has(all.First()) {
				continue
			}
			if pick == nil || set.Len() > pick.Set.Len() || set.Len() == pick.Set.Len() && set < pick.Set {
				pick = t
			}
		}
		out = append(out, pick)
		all &^= pick.Set
	}
	return out
}

// greedy joins, of all trees that can be joined, the pair that costs least,
// until one is left (Fegaras, "A New Heuristic for Optimizing Large Queries",
// 1998, with cost in the place of rows). Pairs that an edge connects go first;
// then cross products, the smallest first.
func (s *solver) greedy(trees []*Tree) *Tree {
	for len(trees) > 1 {
		var best *Tree
		bi, bj := -1, -1
		for _, cross := range [...]bool{false, true} {
			for i := range trees {
				for j := i + 1; j < len(trees); j++ {
					if !cross && !s.connected(trees[i].Set, trees[j].Set) {
						continue
					}
					t := s.join(trees[i], trees[j])
					if t == nil {
						continue
					}
					if best == nil || s.rank(t) < s.rank(best) {
						best, bi, bj = t, i, j
					}
				}
			}
			if best != nil {
				break
			}
		}
		if best == nil { // attached relations whose needs nobody meets: a broken problem
			panic("joinorder: no way to join the rest")
		}
		trees[bi] = best
		trees = append(trees[:bj], trees[bj+1:]...)
	}
	return trees[0]
}

// rank orders greedy's choices: by the rows that come out, and what it took.
func (s *solver) rank(t *Tree) float64 {
	own := t.cost - t.Left.cost - t.Right.cost
	return t.Rows*CostBuild + own*0.1 + math.Min(t.Left.Rows, t.Right.Rows)
}
