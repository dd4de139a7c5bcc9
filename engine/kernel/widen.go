package kernel

import (
	"math/bits"
	"unsafe"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// CommonNumeric is the kind and scale at which the values of two numeric types
// can be compared and hashed as they are: both go through Widen to it. The
// scale has no meaning for the variable form.
func CommonNumeric(a, b types.Type) (column.Kind, int) {
	if !a.Fixed() || !b.Fixed() {
		return column.Numeric, 0
	}
	scale := max(int(a.Scale), int(b.Scale))
	digits := max(int(a.Digits)-int(a.Scale), int(b.Digits)-int(b.Scale)) + scale
	switch {
	case digits <= 18:
		return column.Int64, scale
	case digits <= 38:
		return column.Int128, scale
	}
	return column.Numeric, 0
}

// Widen brings a numeric column to another kind (Int64 → Int128 → Numeric) and,
// for scaled integers, from one scale to a larger one that the kind has room
// for. fromScale is the scale of an Int64 or Int128 column; toScale is ignored
// for kind Numeric. The result is c itself where nothing is to be done, else
// flat or constant.
func Widen(c *column.Column, kind column.Kind, fromScale, toScale int) *column.Column {
	if c.Kind == kind && (kind == column.Numeric || fromScale == toScale) {
		return c
	}
	if c.Form == column.Dictionary {
		c = column.Flatten(c)
	}
	n := c.Len
	if c.Form == column.Constant {
		n = 1
	}
	out := &column.Column{Kind: kind, Form: c.Form, Len: c.Len, Valid: c.Valid, Data: column.Alloc(n * kind.Width())}
	switch kind {
	case column.Int64:
		scaleUp64(column.Values[int64](out), column.Values[int64](c), toScale-fromScale)
	case column.Int128:
		dst := column.Values[Int128](out)
		if c.Kind == column.Int64 {
			for i, v := range column.Values[int64](c) {
				dst[i] = WideScaled(v)
			}
		} else {
			copy(dst, column.Values[Int128](c))
		}
		scaleUp128(dst, toScale-fromScale)
	case column.Numeric:
		dst := column.Values[column.View](out)
		var heap []byte
		if c.Kind == column.Int64 {
			EncodeFixed(dst, column.Values[int64](c), fromScale)
		} else {
			var room [64]byte
			for i := range dst {
				dst[i] = AppendView(&heap, NumericAt(c, i, fromScale).AppendEncoded(room[:0]))
			}
		}
		if heap != nil {
			out.Bufs = [][]byte{heap}
		}
		if c.Valid != nil && c.Form == column.Flat {
			ZeroNulls(out.Data, 16, c.Valid, c.Len)
		}
	}
	return out
}

// EncodeFixed writes the variable form of scaled integers. Ten bytes of
// header and coefficient always fit into the view: length, header and the low
// two bytes of the coefficient make its first word, the rest the second.
func EncodeFixed(dst []column.View, src []int64, scale int) {
	words := unsafe.Slice((*[2]uint64)(unsafe.Pointer(unsafe.SliceData(dst))), len(dst))
	var room [8]byte
	nan := column.InlineView(numeric.NaN.AppendEncoded(room[:0]))
	for i, v := range src[:len(dst)] {
		if v == NaN64 {
			dst[i] = nan
			continue
		}
		sign := uint64(v >> 63)
		m := (uint64(v) ^ sign) - sign
		head := uint64(scale) | sign&(1<<14)
		size := uint64(2 + (bits.Len64(m)+7)/8)
		words[i] = [2]uint64{size | head<<32 | m<<48, m >> 16}
	}
}

// DecodeFixed is the reverse of EncodeFixed for the rows sel (all where it is
// nil): the integers at a scale that every value has, at most 18 digits or
// NaN. ok is false where some row does not fit; dst is then undefined.
func DecodeFixed(dst []int64, c *column.Column, sel []int32, scale int) (ok bool) {
	v := column.Values[column.View](c)
	words := unsafe.Slice((*[2]uint64)(unsafe.Pointer(unsafe.SliceData(v))), len(v))
	mask := -1
	if c.Form == column.Constant {
		mask = 0
	}
	n := len(sel)
	if sel == nil {
		n = c.Len
	}
	var bad uint64
	for k := range n {
		i := at(sel, k)
		w := words[i&mask]
		if uint32(w[0]) == 0 { // NULL
			dst[i] = 0
			continue
		}
		head := w[0] >> 32 & 0xffff
		m := w[0]>>48 | w[1]<<16
		sign := -(head >> 14 & 1)
		bad |= head&^(1<<14) ^ uint64(scale) | m>>60 | w[1]>>48
		if uint32(w[0]) > column.MaxInline {
			return false
		}
		dst[i] = int64((m ^ sign) - sign)
	}
	return bad == 0
}

// NumericAt is row i of a numeric column of any kind; scale is that of a
// scaled integer.
func NumericAt(c *column.Column, i, scale int) numeric.Numeric {
	s, p := c.Slot(i)
	switch s.Kind {
	case column.Int64:
		return numeric.FromScaled64(column.Values[int64](s)[p], scale)
	case column.Int128:
		v := column.Values[Int128](s)[p]
		return numeric.FromScaled128(v.Hi, v.Lo, scale)
	}
	return numeric.Decode(column.Values[column.View](s)[p].Bytes(s.Bufs))
}

func scaleUp64(dst, src []int64, by int) {
	f := Pow10[by]
	for i, v := range src {
		w := v * f
		if v == NaN64 {
			w = v
		}
		dst[i] = w
	}
}

func scaleUp128(a []Int128, by int) {
	if by == 0 {
		return
	}
	f := Pow10Wide[by]
	for i, v := range a {
		if v != NaN128 {
			a[i], _ = Mul128(v, f)
		}
	}
}

// AppendView makes the view of s, whose bytes go to the end of heap (the
// column's only buffer) where they do not fit into the view.
func AppendView(heap *[]byte, s []byte) column.View {
	if len(s) <= column.MaxInline {
		return column.InlineView(s)
	}
	off := len(*heap)
	*heap = append(*heap, s...)
	return column.MakeView(s, 0, uint32(off))
}
