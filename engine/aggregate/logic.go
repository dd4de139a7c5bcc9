package aggregate

import (
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/storage/column"
)

// bits is bit_and, bit_or and bit_xor.
type bitwise[T int16 | int32 | int64] struct {
	kind column.Kind
	op   byte // '&', '|', '^'
	val  []T
	has  seen
}

func (a *bitwise[T]) width() int64         { return int64(a.kind.Width()) + 1 }
func (a *bitwise[T]) grow(n int)           { a.val, a.has = grown(a.val, n), grown(a.has, n) }
func (a *bitwise[T]) reset(n int)          { clear(a.val[:n]); clear(a.has[:n]) }
func (a *bitwise[T]) kinds() []column.Kind { return []column.Kind{a.kind} }
func (a *bitwise[T]) export(lo, hi int) []*column.Column {
	return []*column.Column{flat(a.kind, a.val[lo:hi], a.has.valid(lo, hi))}
}
func (a *bitwise[T]) result(lo, hi int) (*column.Column, error) { return a.export(lo, hi)[0], nil }

func (a *bitwise[T]) add(args []*column.Column, groups []uint32, n int) error {
	for i, v := range column.Values[T](args[0])[:n] {
		g := group(groups, i)
		if a.has[g] != 0 {
			switch a.op {
			case '&':
				v &= a.val[g]
			case '|':
				v |= a.val[g]
			default:
				v ^= a.val[g]
			}
		}
		a.val[g], a.has[g] = v, 1
	}
	return nil
}

func (a *bitwise[T]) merge(state []*column.Column, groups []uint32, n int) error {
	if at := present(state[0], n); at != nil {
		state, groups = keep(state, groups, at)
		n = len(at)
	}
	return a.add(state, groups, n)
}

func bitwiseMaker(k column.Kind, op byte) maker {
	switch k {
	case column.Int16:
		return func(*memory.Reservation) accumulator { return &bitwise[int16]{kind: k, op: op} }
	case column.Int32:
		return func(*memory.Reservation) accumulator { return &bitwise[int32]{kind: k, op: op} }
	case column.Int64:
		return func(*memory.Reservation) accumulator { return &bitwise[int64]{kind: k, op: op} }
	}
	return nil
}

func (a *bitwise[T]) dup(from, to int) { a.val[to], a.has[to] = a.val[from], a.has[from] }
