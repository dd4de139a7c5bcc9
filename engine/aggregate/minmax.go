package aggregate

import (
	"bytes"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/storage/column"
)

type integer interface {
	~uint8 | ~int16 | ~int32 | ~int64
}

// extremeInt is min and max of types that order as integers do.
type extremeInt[T integer] struct {
	kind column.Kind
	max  bool
	val  []T
	has  seen
}

func (a *extremeInt[T]) width() int64         { return int64(a.kind.Width()) + 1 }
func (a *extremeInt[T]) grow(n int)           { a.val, a.has = grown(a.val, n), grown(a.has, n) }
func (a *extremeInt[T]) reset(n int)          { clear(a.val[:n]); clear(a.has[:n]) }
func (a *extremeInt[T]) kinds() []column.Kind { return []column.Kind{a.kind} }
func (a *extremeInt[T]) export(lo, hi int) []*column.Column {
	return []*column.Column{flat(a.kind, a.val[lo:hi], a.has.valid(lo, hi))}
}
func (a *extremeInt[T]) result(lo, hi int) (*column.Column, error) { return a.export(lo, hi)[0], nil }

func (a *extremeInt[T]) add(args []*column.Column, groups []uint32, n int) error {
	vals := column.Values[T](args[0])[:n]
	if n == 0 {
		return nil
	}
	if groups == nil {
		best := vals[0]
		if a.has[0] != 0 {
			best = a.val[0]
		}
		if a.max {
			for _, v := range vals {
				best = max(best, v)
			}
		} else {
			for _, v := range vals {
				best = min(best, v)
			}
		}
		a.val[0], a.has[0] = best, 1
		return nil
	}
	st, has := a.val, a.has
	if a.max {
		for i, g := range groups {
			if v := vals[i]; has[g] == 0 || v > st[g] {
				st[g], has[g] = v, 1
			}
		}
		return nil
	}
	for i, g := range groups {
		if v := vals[i]; has[g] == 0 || v < st[g] {
			st[g], has[g] = v, 1
		}
	}
	return nil
}

func (a *extremeInt[T]) merge(state []*column.Column, groups []uint32, n int) error {
	if at := present(state[0], n); at != nil {
		state, groups = keep(state, groups, at)
		n = len(at)
	}
	return a.add(state, groups, n)
}

// extremeFixed is min, max and any_value of other types of fixed width, by a
// function of order; a nil order keeps the first value.
type extremeFixed[T column.Element] struct {
	kind   column.Kind
	better func(a, b T) bool // whether a replaces b
	val    []T
	has    seen
}

func (a *extremeFixed[T]) width() int64         { return int64(a.kind.Width()) + 1 }
func (a *extremeFixed[T]) grow(n int)           { a.val, a.has = grown(a.val, n), grown(a.has, n) }
func (a *extremeFixed[T]) reset(n int)          { clear(a.val[:n]); clear(a.has[:n]) }
func (a *extremeFixed[T]) kinds() []column.Kind { return []column.Kind{a.kind} }
func (a *extremeFixed[T]) export(lo, hi int) []*column.Column {
	return []*column.Column{flat(a.kind, a.val[lo:hi], a.has.valid(lo, hi))}
}
func (a *extremeFixed[T]) result(lo, hi int) (*column.Column, error) { return a.export(lo, hi)[0], nil }

func (a *extremeFixed[T]) add(args []*column.Column, groups []uint32, n int) error {
	for i, v := range column.Values[T](args[0])[:n] {
		g := group(groups, i)
		if a.has[g] == 0 || a.better != nil && a.better(v, a.val[g]) {
			a.val[g], a.has[g] = v, 1
		}
	}
	return nil
}

func (a *extremeFixed[T]) merge(state []*column.Column, groups []uint32, n int) error {
	if at := present(state[0], n); at != nil {
		state, groups = keep(state, groups, at)
		n = len(at)
	}
	return a.add(state, groups, n)
}

// extremeView is min, max and any_value of strings and variable numerics. The
// strings lie in a heap, which is compacted when half of it is garbage.
type extremeView struct {
	kind    column.Kind
	compare func(a, b []byte) int // nil: keep the first
	sign    int                   // 1: max, -1: min
	plain   bool                  // compare is that of bytes
	val     []column.View
	has     seen
	heap    []byte
	live    int  // bytes of the heap in use
	shared  bool // groups may have strings in common
	res     *memory.Reservation
}

// reserve makes room in the heap for all strings of a batch.
func (a *extremeView) reserve(args []*column.Column, n int) error {
	long := 0
	for _, v := range column.Values[column.View](args[0])[:n] {
		if v.Len > column.MaxInline {
			long += int(v.Len)
		}
	}
	if len(a.heap)+long <= cap(a.heap) {
		return nil
	}
	to := max(len(a.heap)+long, 2*cap(a.heap), 1024)
	compact := a.live < len(a.heap)/2 && !a.shared
	if compact {
		to = max(2*a.live+long, 1024)
	}
	if err := a.res.Grow(int64(to)); err != nil {
		return err
	}
	heap := make([]byte, 0, to)
	if compact {
		for i := range a.val {
			if v := &a.val[i]; v.Len > column.MaxInline {
				off := uint32(len(heap))
				heap = append(heap, a.heap[v.Off:v.Off+v.Len]...)
				v.Off = off
			}
		}
	} else {
		heap = append(heap, a.heap...)
	}
	a.res.Shrink(int64(cap(a.heap)))
	a.heap = heap
	return nil
}

func (a *extremeView) free() {
	a.res.Shrink(int64(cap(a.heap)))
	a.heap = nil
}

func (a *extremeView) width() int64         { return 17 }
func (a *extremeView) grow(n int)           { a.val, a.has = grown(a.val, n), grown(a.has, n) }
func (a *extremeView) kinds() []column.Kind { return []column.Kind{a.kind} }
func (a *extremeView) reset(n int) {
	clear(a.val[:n])
	clear(a.has[:n])
	a.heap, a.live, a.shared = a.heap[:0], 0, false
}

func (a *extremeView) export(lo, hi int) []*column.Column {
	c := flat(a.kind, a.val[lo:hi], a.has.valid(lo, hi))
	if len(a.heap) > 0 {
		c.Bufs = [][]byte{a.heap}
	}
	return []*column.Column{c}
}

func (a *extremeView) result(lo, hi int) (*column.Column, error) { return a.export(lo, hi)[0], nil }

func (a *extremeView) add(args []*column.Column, groups []uint32, n int) error {
	c := args[0]
	views := column.Values[column.View](c)
	own := [][]byte{a.heap}
	for i := range n {
		g := group(groups, i)
		v := &views[i]
		if a.has[g] != 0 {
			if a.compare == nil {
				continue
			}
			if a.plain {
				if column.CompareViews(v, c.Bufs, &a.val[g], own)*a.sign <= 0 {
					continue
				}
			} else if a.compare(v.Bytes(c.Bufs), a.val[g].Bytes(own))*a.sign <= 0 {
				continue
			}
		}
		a.set(g, v, c.Bufs)
		own[0] = a.heap
	}
	return nil
}

func (a *extremeView) set(g uint32, v *column.View, bufs [][]byte) {
	old := a.val[g]
	a.has[g] = 1
	if v.Len <= column.MaxInline {
		if old.Len > column.MaxInline {
			a.live -= int(old.Len)
		}
		a.val[g] = *v
		return
	}
	b := v.Bytes(bufs)
	if old.Len >= v.Len && !a.shared { // the new value takes the old one's place
		copy(a.heap[old.Off:], b)
		a.live += int(v.Len) - int(old.Len)
		a.val[g] = column.MakeView(b, 0, old.Off)
		return
	}
	if old.Len > column.MaxInline && !a.shared {
		a.live -= int(old.Len)
		a.val[g] = column.View{}
	}
	off := uint32(len(a.heap))
	a.heap = append(a.heap, b...)
	a.live += len(b)
	a.val[g] = column.MakeView(b, 0, off)
}

func (a *extremeView) merge(state []*column.Column, groups []uint32, n int) error {
	if at := present(state[0], n); at != nil {
		state, groups = keep(state, groups, at)
		n = len(at)
	}
	return a.add(state, groups, n)
}

// extremeMaker makes min (sign -1), max (1) or any_value (0) of a type.
func extremeMaker(t types.Type, sign int) maker {
	switch k := t.Kind(); k {
	case column.Bool:
		return extremeIntMaker[uint8](k, sign)
	case column.Int16:
		return extremeIntMaker[int16](k, sign)
	case column.Int32:
		return extremeIntMaker[int32](k, sign)
	case column.Int64:
		return extremeIntMaker[int64](k, sign)
	case column.Float32:
		return extremeFixedMaker(k, sign, func(a, b float32) int { return kernel.CompareFloats(float64(a), float64(b)) })
	case column.Float64:
		return extremeFixedMaker(k, sign, kernel.CompareFloats)
	case column.Int128:
		return extremeFixedMaker(k, sign, kernel.Compare128)
	case column.Interval:
		return extremeFixedMaker(k, sign, func(a, b column.IntervalValue) int { return kernel.Compare128(kernel.Span(a), kernel.Span(b)) })
	case column.Fixed16:
		return extremeFixedMaker(k, sign, func(a, b [16]byte) int { return bytes.Compare(a[:], b[:]) })
	case column.Bytes, column.Numeric:
		compare := bytes.Compare
		switch {
		case k == column.Numeric:
			compare = compareEncoded
		case t.OID == types.BPCharOID:
			compare = func(a, b []byte) int { return bytes.Compare(kernel.TrimBlanks(a), kernel.TrimBlanks(b)) }
		}
		plain := k == column.Bytes && t.OID != types.BPCharOID
		if sign == 0 {
			compare = nil
		}
		return func(res *memory.Reservation) accumulator {
			return &extremeView{kind: k, compare: compare, sign: sign, plain: plain, res: res}
		}
	}
	return nil
}

func extremeIntMaker[T integer](k column.Kind, sign int) maker {
	if sign == 0 {
		return extremeFixedMaker[T](k, 0, nil)
	}
	return func(*memory.Reservation) accumulator { return &extremeInt[T]{kind: k, max: sign > 0} }
}

func extremeFixedMaker[T column.Element](k column.Kind, sign int, compare func(a, b T) int) maker {
	var better func(a, b T) bool
	switch {
	case sign > 0:
		better = func(a, b T) bool { return compare(a, b) > 0 }
	case sign < 0:
		better = func(a, b T) bool { return compare(a, b) < 0 }
	}
	return func(*memory.Reservation) accumulator { return &extremeFixed[T]{kind: k, better: better} }
}

func (a *extremeInt[T]) dup(from, to int) { a.val[to], a.has[to] = a.val[from], a.has[from] }

func (a *extremeFixed[T]) dup(from, to int) { a.val[to], a.has[to] = a.val[from], a.has[from] }

func (a *extremeView) dup(from, to int) {
	a.shared = true
	a.val[to], a.has[to] = a.val[from], a.has[from]
}
