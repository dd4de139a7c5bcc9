package kernel

import (
	"encoding/binary"
	"math"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// SortKey says how one column orders rows, and encodes its values as bytes of
// a fixed width whose order (bytes.Compare) is that of the rows:
//
//	NULL class (1 byte) │ value, big-endian with the sign flipped, inverted for DESC
//
// Strings and variable numerics give only a prefix: where two such keys are
// equal and not Exact, the rows have to be compared in full (Comparer).
type SortKey struct {
	Type       types.Type
	Desc       bool
	NullsFirst bool
}

const (
	stringPrefix  = 12 // bytes of a string in its key; one more tells the length up to here
	numericPrefix = 12
)

// Width is the bytes that Encode writes for each row.
func (k SortKey) Width() int {
	switch kind := k.Type.Kind(); kind {
	case column.Bytes:
		return 1 + stringPrefix + 1
	case column.Numeric:
		return 1 + numericPrefix
	case column.List:
		return 1
	default:
		return 1 + kind.Width()
	}
}

// Exact says whether equal keys always mean equal values.
func (k SortKey) Exact() bool {
	switch k.Type.Kind() {
	case column.Bytes, column.Numeric, column.List:
		return false
	}
	return true
}

// Encode writes the key of the k-th selected row of c at dst[k*stride:]. A
// numeric of known scale may come as Int64 where the type's kind is Int128.
// exact says whether equal keys mean equal values among these rows and others
// for which exact was said.
func (k SortKey) Encode(dst []byte, stride int, c *column.Column, sel []int32) (exact bool) {
	n := len(sel)
	if sel == nil {
		n = c.Len
	}
	exact = true
	width := k.Width()
	null, notNull := byte(1), byte(0)
	if k.NullsFirst {
		null, notNull = 0, 1
	}
	kind := k.Type.Kind()
	if c.Form == column.Flat && c.Valid == nil && n > 0 {
		done := true
		switch {
		case kind == column.Int32:
			encodeInts32(dst, stride, column.Values[int32](c), sel, n, notNull, k.Desc)
		case kind == column.Int64:
			encodeInts64(dst, stride, column.Values[int64](c), sel, n, notNull, k.Desc)
		default:
			done = false
		}
		if done {
			return true
		}
	}
	for r := range n {
		i := at(sel, r)
		key := dst[r*stride : r*stride+width]
		if c.IsNull(i) {
			key[0] = null
			clear(key[1:])
			continue
		}
		key[0] = notNull
		s, p := c.Slot(i)
		v := key[1:]
		switch kind {
		case column.Bool:
			v[0] = column.Values[uint8](s)[p]
		case column.Int16:
			binary.BigEndian.PutUint16(v, uint16(column.Values[int16](s)[p])^1<<15)
		case column.Int32:
			binary.BigEndian.PutUint32(v, uint32(column.Values[int32](s)[p])^1<<31)
		case column.Int64:
			binary.BigEndian.PutUint64(v, uint64(column.Values[int64](s)[p])^1<<63)
		case column.Float32:
			binary.BigEndian.PutUint32(v, orderedFloat32(column.Values[float32](s)[p]))
		case column.Float64:
			binary.BigEndian.PutUint64(v, orderedFloat64(column.Values[float64](s)[p]))
		case column.Int128:
			w := Int128{}
			if s.Kind == column.Int64 {
				w = WideScaled(column.Values[int64](s)[p])
			} else {
				w = column.Values[Int128](s)[p]
			}
			put128(v, w)
		case column.Interval:
			put128(v, Span(column.Values[column.IntervalValue](s)[p]))
		case column.Fixed16:
			copy(v, s.Data[p*16:p*16+16])
		case column.Bytes:
			b := column.Values[column.View](s)[p].Bytes(s.Bufs)
			if k.Type.OID == types.BPCharOID {
				b = TrimBlanks(b)
			}
			m := copy(v[:stringPrefix], b)
			clear(v[m:stringPrefix])
			v[stringPrefix] = byte(min(len(b), stringPrefix+1))
			exact = exact && len(b) <= stringPrefix
		case column.Numeric:
			var room [64]byte
			b := numeric.Decode(column.Values[column.View](s)[p].Bytes(s.Bufs)).AppendSortKey(room[:0])
			m := copy(v, b)
			clear(v[m:])
			exact = exact && len(b) <= numericPrefix
		case column.List:
			exact = false
		}
		if k.Desc {
			for j := range v {
				v[j] = ^v[j]
			}
		}
	}
	return exact
}

// orderedFloat64 is a word whose order is Postgres's order of floats.
func orderedFloat64(f float64) uint64 {
	if f != f {
		return math.MaxUint64
	}
	u := math.Float64bits(f + 0)
	if u>>63 != 0 {
		return ^u
	}
	return u | 1<<63
}

func orderedFloat32(f float32) uint32 {
	if f != f {
		return math.MaxUint32
	}
	u := math.Float32bits(f + 0)
	if u>>31 != 0 {
		return ^u
	}
	return u | 1<<31
}

func put128(v []byte, w Int128) {
	binary.BigEndian.PutUint64(v, uint64(w.Hi)^1<<63)
	binary.BigEndian.PutUint64(v[8:], w.Lo)
}

func encodeInts32(dst []byte, stride int, a []int32, sel []int32, n int, head byte, desc bool) {
	flip := uint32(1) << 31
	if desc {
		flip = ^flip
	}
	for r := range n {
		key := dst[r*stride : r*stride+5]
		key[0] = head
		binary.BigEndian.PutUint32(key[1:], uint32(a[at(sel, r)])^flip)
	}
}

func encodeInts64(dst []byte, stride int, a []int64, sel []int32, n int, head byte, desc bool) {
	flip := uint64(1) << 63
	if desc {
		flip = ^flip
	}
	for r := range n {
		key := dst[r*stride : r*stride+9]
		key[0] = head
		binary.BigEndian.PutUint64(key[1:], uint64(a[at(sel, r)])^flip)
	}
}
