package scalar

import "math/bits"

// ColSet is a set of column ids: a bitmap, since the ids of a statement are
// small and dense. The zero value is empty.
type ColSet struct{ words []uint64 }

// SetOf is the set of some ids.
func SetOf(ids ...ColumnID) ColSet {
	var s ColSet
	for _, id := range ids {
		s.Add(id)
	}
	return s
}

// Add puts id into s.
func (s *ColSet) Add(id ColumnID) {
	w := int(id) >> 6
	for len(s.words) <= w {
		s.words = append(s.words, 0)
	}
	s.words[w] |= 1 << (uint(id) & 63)
}

// Remove takes id out of s.
func (s *ColSet) Remove(id ColumnID) {
	if w := int(id) >> 6; w < len(s.words) {
		s.words[w] &^= 1 << (uint(id) & 63)
	}
}

// AddSet puts all of o into s.
func (s *ColSet) AddSet(o ColSet) {
	for len(s.words) < len(o.words) {
		s.words = append(s.words, 0)
	}
	for i, w := range o.words {
		s.words[i] |= w
	}
}

// RemoveSet takes all of o out of s.
func (s *ColSet) RemoveSet(o ColSet) {
	for i := range min(len(s.words), len(o.words)) {
		s.words[i] &^= o.words[i]
	}
}

// Copy is a set of its own.
func (s ColSet) Copy() ColSet { return ColSet{append([]uint64(nil), s.words...)} }

// Has says whether id is in s.
func (s ColSet) Has(id ColumnID) bool {
	w := int(id) >> 6
	return w < len(s.words) && s.words[w]&(1<<(uint(id)&63)) != 0
}

// Empty says whether s has no member.
func (s ColSet) Empty() bool {
	for _, w := range s.words {
		if w != 0 {
			return false
		}
	}
	return true
}

// Len counts the members.
func (s ColSet) Len() int {
	n := 0
	for _, w := range s.words {
		n += bits.OnesCount64(w)
	}
	return n
}

// SubsetOf says whether all of s is in o.
func (s ColSet) SubsetOf(o ColSet) bool {
	for i, w := range s.words {
		if i < len(o.words) {
			w &^= o.words[i]
		}
		if w != 0 {
			return false
		}
	}
	return true
}

// Intersects says whether s and o share a member.
func (s ColSet) Intersects(o ColSet) bool {
	for i := range min(len(s.words), len(o.words)) {
		if s.words[i]&o.words[i] != 0 {
			return true
		}
	}
	return false
}

// Each calls f for the members in ascending order.
func (s ColSet) Each(f func(ColumnID)) {
	for i, w := range s.words {
		for w != 0 {
			f(ColumnID(i<<6 + bits.TrailingZeros64(w)))
			w &= w - 1
		}
	}
}
