package aggregate

import (
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/storage/column"
)

// accumulator is the states of one aggregate for all groups of a table, as
// slices indexed by group. Columns that it is given are flat and dense: value k
// belongs to group groups[k]; none is NULL unless keepsNulls says so.
type accumulator interface {
	// width is the bytes of one group's state, for the reservation.
	width() int64
	// grow makes room for n groups, new ones empty.
	grow(n int)
	// reset makes the first n groups empty.
	reset(n int)
	// add folds n rows into their groups.
	add(args []*column.Column, groups []uint32, n int) error
	// kinds is the columns of a partial state; export shows those of groups lo
	// to hi, good until the next change; merge folds such columns in.
	kinds() []column.Kind
	export(lo, hi int) []*column.Column
	merge(state []*column.Column, groups []uint32, n int) error
	// result makes the column of groups lo to hi.
	result(lo, hi int) (*column.Column, error)
}

// reserver is implemented by accumulators whose states grow with the values
// and which charge that themselves. reserve comes before each add; where it
// gives memory.ErrRefused nothing has changed. free gives all back.
type reserver interface {
	reserve(args []*column.Column, n int) error
	free()
}

// nullKeeper is implemented by accumulators that want rows whose arguments are
// NULL: strict says of how many leading arguments NULLs are dropped.
type nullKeeper interface{ strict() int }

// maker makes the accumulators of one call, one for each table.
type maker func(res *memory.Reservation) accumulator

// seen says of each group whether it has a value.
type seen []uint8

func (s seen) valid(lo, hi int) []uint64 {
	all := true
	for _, v := range s[lo:hi] {
		all = all && v != 0
	}
	if all {
		return nil
	}
	out := make([]uint64, (hi-lo+63)/64)
	for i, v := range s[lo:hi] {
		out[i>>6] |= uint64(v) << (uint(i) & 63)
	}
	return out
}

// grown is s with length n.
func grown[T any](s []T, n int) []T {
	if n <= len(s) {
		return s
	}
	out := make([]T, n)
	copy(out, s)
	return out
}

// flat makes a column over vals, zero where not valid.
func flat[T column.Element](k column.Kind, vals []T, valid []uint64) *column.Column {
	c := column.FromSlice(k, vals)
	c.Valid = valid
	return c
}

// present gives the positions of a state column that are not NULL: those whose
// groups had values. It is nil where all are.
func present(c *column.Column, n int) []int32 {
	if c.Valid == nil {
		return nil
	}
	out := make([]int32, 0, n)
	for i := range n {
		if !c.IsNull(i) {
			out = append(out, int32(i))
		}
	}
	return out
}

// keep narrows state columns and groups to the positions.
func keep(state []*column.Column, groups []uint32, at []int32) ([]*column.Column, []uint32) {
	cols := make([]*column.Column, len(state))
	for i, c := range state {
		cols[i] = column.Gather(c, at)
	}
	g := make([]uint32, len(at))
	for i, p := range at {
		g[i] = groups[p]
	}
	return cols, g
}
