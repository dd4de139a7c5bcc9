package kernel

import (
	"bytes"
	"cmp"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// CompareFunc orders row i of a against row j of b: negative, zero or
// positive, as Postgres's btree operators do. Neither is NULL; both columns
// have the kind that the function was made for, in any form.
type CompareFunc func(a *column.Column, i int, b *column.Column, j int) int

// Comparer is the order of a type's values. A numeric of known scale has to
// come at one scale in the type's own kind (see Widen).
func Comparer(t types.Type) CompareFunc {
	if t.OID == types.BPCharOID {
		return compareBlankPadded
	}
	if t.OID == types.RecordOID {
		return compareRecords
	}
	if t.Kind() == column.List {
		return ListComparer(Comparer(t.Elem()))
	}
	return KindComparer(t.Kind())
}

// KindComparer is the order of a kind that is not a list.
func KindComparer(k column.Kind) CompareFunc {
	switch k {
	case column.Bool:
		return compareInts[uint8]
	case column.Int16:
		return compareInts[int16]
	case column.Int32:
		return compareInts[int32]
	case column.Int64:
		return compareInts[int64]
	case column.Float32:
		return compareFloats[float32]
	case column.Float64:
		return compareFloats[float64]
	case column.Int128:
		return func(a *column.Column, i int, b *column.Column, j int) int {
			return Compare128(column.At[Int128](a, i), column.At[Int128](b, j))
		}
	case column.Interval:
		return func(a *column.Column, i int, b *column.Column, j int) int {
			return Compare128(Span(column.At[column.IntervalValue](a, i)), Span(column.At[column.IntervalValue](b, j)))
		}
	case column.Fixed16:
		return func(a *column.Column, i int, b *column.Column, j int) int {
			x, y := column.At[[16]byte](a, i), column.At[[16]byte](b, j)
			return bytes.Compare(x[:], y[:])
		}
	case column.Bytes:
		return func(a *column.Column, i int, b *column.Column, j int) int {
			sa, pa := a.Slot(i)
			sb, pb := b.Slot(j)
			return column.CompareViews(&column.Values[column.View](sa)[pa], sa.Bufs, &column.Values[column.View](sb)[pb], sb.Bufs)
		}
	case column.Numeric:
		return func(a *column.Column, i int, b *column.Column, j int) int {
			return numeric.Compare(numeric.Decode(a.BytesAt(i)), numeric.Decode(b.BytesAt(j)))
		}
	}
	return nil
}

// ListComparer orders arrays: element by element, NULLs last and equal to each
// other, then the shorter one first.
func ListComparer(elem CompareFunc) CompareFunc {
	return func(a *column.Column, i int, b *column.Column, j int) int {
		sa, pa := a.Slot(i)
		sb, pb := b.Slot(j)
		x, y := column.Values[column.ListView](sa)[pa], column.Values[column.ListView](sb)[pb]
		for k := range int(min(x.Len, y.Len)) {
			p, q := int(x.Off)+k, int(y.Off)+k
			switch pn, qn := sa.Child.IsNull(p), sb.Child.IsNull(q); {
			case pn && qn:
				continue
			case pn:
				return 1
			case qn:
				return -1
			}
			if c := elem(sa.Child, p, sb.Child, q); c != 0 {
				return c
			}
		}
		if c := cmp.Compare(x.Len, y.Len); c != 0 || x.Shape == y.Shape {
			return c
		}
		return compareDims(x.Dims(), y.Dims())
	}
}

// compareDims orders arrays of equal elements by the number of dimensions, then
// by their sizes and lower bounds.
func compareDims(x, y []column.Dim) int {
	if c := cmp.Compare(len(x), len(y)); c != 0 {
		return c
	}
	for k := range x {
		if c := cmp.Compare(x[k].Len, y[k].Len); c != 0 {
			return c
		}
	}
	for k := range x {
		if c := cmp.Compare(x[k].Lower, y[k].Lower); c != 0 {
			return c
		}
	}
	return 0
}

func compareInts[T uint8 | int16 | int32 | int64](a *column.Column, i int, b *column.Column, j int) int {
	return cmp.Compare(column.At[T](a, i), column.At[T](b, j))
}

func compareFloats[T float32 | float64](a *column.Column, i int, b *column.Column, j int) int {
	return CompareFloats(float64(column.At[T](a, i)), float64(column.At[T](b, j)))
}

// CompareFloats orders floats as Postgres does: NaN equals itself and is
// above all else.
func CompareFloats(x, y float64) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	case x == y:
		return 0
	case x == x:
		return -1
	case y == y:
		return 1
	}
	return 0
}

func compareBlankPadded(a *column.Column, i int, b *column.Column, j int) int {
	return bytes.Compare(TrimBlanks(a.BytesAt(i)), TrimBlanks(b.BytesAt(j)))
}

// TrimBlanks cuts off the blanks at the end, which do not count in
// comparisons of character(n).
func TrimBlanks(s []byte) []byte {
	n := len(s)
	for n > 0 && s[n-1] == ' ' {
		n--
	}
	return s[:n]
}
