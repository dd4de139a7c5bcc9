package aggregate

import "github.com/inlaydb/inlay/storage/column"

// count is count(*) and, since it is not given NULLs, count(x).
type count struct{ n []int64 }

func (a *count) width() int64         { return 8 }
func (a *count) grow(n int)           { a.n = grown(a.n, n) }
func (a *count) reset(n int)          { clear(a.n[:n]) }
func (a *count) kinds() []column.Kind { return []column.Kind{column.Int64} }
func (a *count) export(lo, hi int) []*column.Column {
	return []*column.Column{column.FromSlice(column.Int64, a.n[lo:hi])}
}

func (a *count) add(_ []*column.Column, groups []uint32, n int) error {
	if groups == nil {
		a.n[0] += int64(n)
		return nil
	}
	st := a.n
	for _, g := range groups {
		st[g]++
	}
	return nil
}

func (a *count) merge(state []*column.Column, groups []uint32, n int) error {
	for i, v := range column.Values[int64](state[0])[:n] {
		a.n[groups[i]] += v
	}
	return nil
}

func (a *count) result(lo, hi int) (*column.Column, error) {
	return column.FromSlice(column.Int64, a.n[lo:hi]), nil
}

func (a *count) dup(from, to int) { a.n[to] = a.n[from] }
