package kernel

import (
	"unsafe"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/storage/column"
)

// Match keeps those k of pairs for which row ai[k] of a equals row bi[k] of b,
// in place, and returns them. A nil ai or bi stands for row k itself. NULLs are
// equal to each other with nullsEqual (GROUP BY, DISTINCT) and to nothing
// without (joins). a and b have one kind, in any form.
//
// Hash tables call it column by column on the pairs that are left.
func Match(a *column.Column, ai []int32, b *column.Column, bi []int32, pairs []int32, nullsEqual bool) []int32 {
	if len(pairs) == 0 {
		return pairs
	}
	if a.Form == column.Dictionary && b.Form == column.Dictionary && a.Dict.ID == b.Dict.ID && a.Dict.ID != 0 && !a.Dict.Dup {
		return match(pairs, ai, bi, a, b, nullsEqual, func(i, j int) bool { return a.Codes[i] == b.Codes[j] })
	}
	if a.Form == column.Flat && b.Form == column.Flat && a.Valid == nil && b.Valid == nil && ai != nil && bi != nil {
		switch a.Kind {
		case column.Int32:
			return matchFlat(column.Values[int32](a), ai, column.Values[int32](b), bi, pairs)
		case column.Int64:
			return matchFlat(column.Values[int64](a), ai, column.Values[int64](b), bi, pairs)
		case column.Int128, column.Fixed16:
			return matchFlat(column.Values[Int128](a), ai, column.Values[Int128](b), bi, pairs)
		case column.Bytes:
			return matchViews(column.Values[column.View](a), a.Bufs, ai, column.Values[column.View](b), b.Bufs, bi, pairs)
		}
	}
	return match(pairs, ai, bi, a, b, nullsEqual, equalFunc(a, b))
}

func matchFlat[T int32 | int64 | Int128](a []T, ai []int32, b []T, bi []int32, pairs []int32) []int32 {
	n := 0
	for _, k := range pairs {
		pairs[n] = k
		hit := 0
		if a[ai[k]] == b[bi[k]] {
			hit = 1
		}
		n += hit
	}
	return pairs[:n]
}

func matchViews(a []column.View, abufs [][]byte, ai []int32, b []column.View, bbufs [][]byte, bi []int32, pairs []int32) []int32 {
	n := 0
	for _, k := range pairs {
		x, y := &a[ai[k]], &b[bi[k]]
		p, q := (*[2]uint64)(unsafe.Pointer(x)), (*[2]uint64)(unsafe.Pointer(y))
		if p[0] != q[0] || (x.Len <= column.MaxInline && p[1] != q[1]) {
			continue
		}
		if x.Len > column.MaxInline && string(x.Bytes(abufs)) != string(y.Bytes(bbufs)) {
			continue
		}
		pairs[n] = k
		n++
	}
	return pairs[:n]
}

func match(pairs, ai, bi []int32, a, b *column.Column, nullsEqual bool, equal func(i, j int) bool) []int32 {
	n := 0
	for _, k := range pairs {
		i, j := at(ai, int(k)), at(bi, int(k))
		x, y := a.IsNull(i), b.IsNull(j)
		if x || y {
			if !(x && y && nullsEqual) {
				continue
			}
		} else if !equal(i, j) {
			continue
		}
		pairs[n] = k
		n++
	}
	return pairs[:n]
}

func equalFunc(a, b *column.Column) func(i, j int) bool {
	switch a.Kind {
	case column.Bool:
		return equalAt[uint8](a, b)
	case column.Int16:
		return equalAt[int16](a, b)
	case column.Int32:
		return equalAt[int32](a, b)
	case column.Int64:
		return equalAt[int64](a, b)
	case column.Int128, column.Fixed16:
		return equalAt[Int128](a, b)
	case column.Bytes:
		return func(i, j int) bool {
			sa, p := a.Slot(i)
			sb, q := b.Slot(j)
			return column.EqualViews(&column.Values[column.View](sa)[p], sa.Bufs, &column.Values[column.View](sb)[q], sb.Bufs)
		}
	case column.Numeric:
		return func(i, j int) bool { return numeric.EncodedEqual(a.BytesAt(i), b.BytesAt(j)) }
	case column.List:
		return func(i, j int) bool { return equalLists(a, i, b, j) }
	}
	cmp := KindComparer(a.Kind)
	return func(i, j int) bool { return cmp(a, i, b, j) == 0 }
}

func equalAt[T uint8 | int16 | int32 | int64 | Int128](a, b *column.Column) func(i, j int) bool {
	return func(i, j int) bool { return column.At[T](a, i) == column.At[T](b, j) }
}

func equalLists(a *column.Column, i int, b *column.Column, j int) bool {
	sa, p := a.Slot(i)
	sb, q := b.Slot(j)
	x, y := column.Values[column.ListView](sa)[p], column.Values[column.ListView](sb)[q]
	if x.Len != y.Len || x.Shape != y.Shape {
		return false
	}
	equal := equalFunc(sa.Child, sb.Child)
	for k := range int(x.Len) {
		p, q := int(x.Off)+k, int(y.Off)+k
		pn, qn := sa.Child.IsNull(p), sb.Child.IsNull(q)
		if pn != qn || !pn && !equal(p, q) {
			return false
		}
	}
	return true
}
