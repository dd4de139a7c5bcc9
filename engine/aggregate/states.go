package aggregate

import (
	"math/bits"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/storage/column"
)

// States is one aggregate's states by group, for callers that do the grouping:
// window frames. Rows are given as flat dense columns; of the first Strict of
// them no value is NULL.
type States struct {
	acc    accumulator
	groups int
}

// NewStates makes the states of a kernel. Strings and lists are charged to res.
func NewStates(kernelName string, args []types.Type, result types.Type, res *memory.Reservation) (*States, error) {
	m, err := newMaker(kernelName, args, result)
	if err != nil {
		return nil, err
	}
	return &States{acc: m(res)}, nil
}

// Strict is of how many leading arguments rows with a NULL do not count.
func (s *States) Strict(args int) int {
	if n, ok := s.acc.(nullKeeper); ok {
		return n.strict()
	}
	return args
}

// InOrder says whether the result depends on the order of the rows, so that
// states cannot be merged out of order.
func (s *States) InOrder() bool {
	_, ok := s.acc.(*collect)
	return ok
}

// Exact says whether AddSums can be used.
func (s *States) Exact() bool {
	switch s.acc.(type) {
	case *count, *sumExact, *sumSmall[int16], *sumSmall[int32]:
		return true
	}
	return false
}

// Float says whether rounding makes the result depend on the order of the rows.
func (s *States) Float() bool {
	switch s.acc.(type) {
	case *sumFloat[float32], *sumFloat[float64], *moments, *comoments:
		return true
	}
	return false
}

// Width is the bytes of one state.
func (s *States) Width() int64 { return s.acc.width() }

// Reset makes n empty states.
func (s *States) Reset(n int) {
	if n > s.groups {
		s.acc.grow(n)
		s.groups = n
	}
	s.acc.reset(s.groups)
}

// Add folds n rows into their groups.
func (s *States) Add(args []*column.Column, groups []uint32, n int) error {
	if r, ok := s.acc.(reserver); ok {
		if err := r.reserve(args, n); err != nil {
			return err
		}
	}
	return s.acc.add(args, groups, n)
}

// Copy makes a state equal to another.
func (s *States) Copy(from, to int) { s.acc.(interface{ dup(from, to int) }).dup(from, to) }

// Export shows states lo to hi as columns, to be given to Merge.
func (s *States) Export(lo, hi int) []*column.Column { return s.acc.export(lo, hi) }

// Merge folds n exported states into groups.
func (s *States) Merge(state []*column.Column, groups []uint32, n int) error {
	if r, ok := s.acc.(reserver); ok {
		if err := r.reserve(state, n); err != nil {
			return err
		}
	}
	return s.acc.merge(state, groups, n)
}

// Result makes the column of groups lo to hi, which is lent until the next change.
func (s *States) Result(lo, hi int) (*column.Column, error) { return s.acc.result(lo, hi) }

// Free gives back what the states have charged.
func (s *States) Free() {
	if r, ok := s.acc.(reserver); ok {
		r.free()
	}
}

// Sums is the running sums of a column: entry i is the sum of the first i values.
type Sums []kernel.Int128

// RunningSums adds up the column of an Exact aggregate. It reports false where
// a NaN is among the values or a sum leaves 128 bits.
func (s *States) RunningSums(args []*column.Column, n int) (Sums, bool) {
	if _, ok := s.acc.(*count); ok {
		return nil, true
	}
	a, _ := s.acc.(*sumExact)
	scaled := a != nil && a.scaled
	out := make(Sums, n+1)
	var t kernel.Int128
	for i := range n {
		var v kernel.Int128
		switch c := args[0]; c.Kind {
		case column.Int16:
			v = kernel.Wide(int64(column.Values[int16](c)[i]))
		case column.Int32:
			v = kernel.Wide(int64(column.Values[int32](c)[i]))
		case column.Int64:
			v = kernel.Wide(column.Values[int64](c)[i])
			if scaled && int64(v.Lo) == kernel.NaN64 {
				return nil, false
			}
		default:
			v = column.Values[kernel.Int128](c)[i]
			if v == kernel.NaN128 {
				return nil, false
			}
		}
		var ok bool
		if t, ok = kernel.Add128(t, v); !ok {
			return nil, false
		}
		out[i+1] = t
	}
	return out, true
}

// AddSums adds to group i the rows from[i] to to[i] by their running sums.
func (s *States) AddSums(sums Sums, from, to []int32) error {
	switch a := s.acc.(type) {
	case *count:
		for i, f := range from {
			a.n[i] += int64(to[i] - f)
		}
	case *sumExact:
		for i, f := range from {
			a.sum[i], _ = kernel.Add128(a.sum[i], sub128(sums[to[i]], sums[f]))
			a.count[i] += int64(to[i] - f)
		}
	case *sumSmall[int16]:
		return addSmall(a, sums, from, to)
	case *sumSmall[int32]:
		return addSmall(a, sums, from, to)
	}
	return nil
}

func addSmall[T int16 | int32](a *sumSmall[T], sums Sums, from, to []int32) error {
	for i, f := range from {
		if to[i] == f {
			continue
		}
		d := sub128(sums[to[i]], sums[f])
		if !kernel.Fits64(d) {
			return errBigint()
		}
		if err := a.fold(uint32(i), int64(d.Lo)); err != nil {
			return err
		}
	}
	return nil
}

func sub128(a, b kernel.Int128) kernel.Int128 {
	lo, borrow := bits.Sub64(a.Lo, b.Lo, 0)
	hi, _ := bits.Sub64(uint64(a.Hi), uint64(b.Hi), borrow)
	return kernel.Int128{Lo: lo, Hi: int64(hi)}
}
