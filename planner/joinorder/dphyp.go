package joinorder

// enumerate fills best with the cheapest tree of every connected set. It
// gives up (false) when there are too many pairs.
//
// Sets grow from each relation over its neighbours. To meet every pair once,
// a set grows only by relations above the one it started with, and its
// complement likewise.
func (s *solver) enumerate() bool {
	n := len(s.p.Relations)
	for i := n - 1; i >= 0; i-- {
		v := single(i)
		s.complements(v)
		s.grow(v, v|(v-1))
		if s.pairs > mostPairs {
			return false
		}
	}
	return true
}

// reach are the neighbours of a outside of not; of a hyperedge's far side
// only the lowest relation stands for all.
func (s *solver) reach(a, not Set) Set {
	var out Set
	for x := a; x != 0; x &= x - 1 {
		out |= s.adj[x.First()]
	}
	out &^= not | a
	for _, e := range s.hyper {
		for _, side := range [...]Edge{e, {e.Right, e.Left}} {
			if side.Left.Within(a) && side.Right&(a|not) == 0 {
				out |= side.Right.lowest()
			}
		}
	}
	return out
}

// grow extends a connected set by every subset of its neighbours.
func (s *solver) grow(a, not Set) {
	if s.pairs > mostPairs {
		return
	}
	near := s.reach(a, not)
	for sub := near & -near; sub != 0; sub = (sub - near) & near {
		if s.best[a|sub] != nil {
			s.complements(a | sub)
		}
	}
	for sub := near & -near; sub != 0; sub = (sub - near) & near {
		s.grow(a|sub, not|near)
	}
}

// complements finds the sets that can be joined to a.
func (s *solver) complements(a Set) {
	low := a.lowest()
	not := a | low | (low - 1)
	near := s.reach(a, not)
	for rest := near; rest != 0; {
		i := 63 - leadingZeros(rest)
		v := single(i)
		rest &^= v
		if s.connected(a, v) {
			s.emit(a, v)
		}
		s.growComplement(a, v, not|(near&(v|(v-1))))
	}
}

func (s *solver) growComplement(a, b, not Set) {
	if s.pairs > mostPairs {
		return
	}
	near := s.reach(b, not)
	for sub := near & -near; sub != 0; sub = (sub - near) & near {
		if s.best[b|sub] != nil && s.connected(a, b|sub) {
			s.emit(a, b|sub)
		}
	}
	for sub := near & -near; sub != 0; sub = (sub - near) & near {
		s.growComplement(a, b|sub, not|near)
	}
}

// emit tries the join of two sets.
func (s *solver) emit(a, b Set) {
	s.pairs++
	ta, tb := s.best[a], s.best[b]
	if ta == nil || tb == nil {
		return
	}
	t := s.join(ta, tb)
	if t == nil {
		return
	}
	if old := s.best[t.Set]; old == nil || t.cost < old.cost {
		s.best[t.Set] = t
	}
}
