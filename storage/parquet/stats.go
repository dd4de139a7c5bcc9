package parquet

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math"

	"github.com/inlaydb/inlay/storage/column"
)

// Value is one value of a leaf in its own kind (Leaf.Kind).
type Value struct {
	Kind  column.Kind
	Int   int64 // Bool, Int16, Int32, Int64; the low half of Int128
	Hi    int64 // the high half of Int128
	Float float64
	Bytes []byte // Bytes, Fixed16
}

// CompareValues orders two values of one kind: integers by size, bytes by
// bytes, floats with NaN above all else.
func CompareValues(a, b Value) int {
	switch a.Kind {
	case column.Float32, column.Float64:
		switch an, bn := math.IsNaN(a.Float), math.IsNaN(b.Float); {
		case an && bn:
			return 0
		case an:
			return 1
		case bn:
			return -1
		}
		return cmp.Compare(a.Float, b.Float)
	case column.Int128:
		if a.Hi != b.Hi {
			return cmp.Compare(a.Hi, b.Hi)
		}
		return cmp.Compare(uint64(a.Int), uint64(b.Int))
	case column.Bytes, column.Fixed16, column.Numeric:
		return bytes.Compare(a.Bytes, b.Bytes)
	}
	return cmp.Compare(a.Int, b.Int)
}

// Stats is what a file says about the values of a column chunk or page. It is a
// promise of the writer: every value that is not NULL lies between Min and Max.
type Stats struct {
	Rows      int64
	NullCount int64 // -1 unknown
	HasMin    bool
	HasMax    bool
	Min, Max  Value
	// MinExact and MaxExact say that the bound is a value that occurs; bounds
	// of strings may be cut.
	MinExact, MaxExact bool
	// MayHaveNaN says that NaNs may occur. They are not covered by Max, though
	// they sort above it.
	MayHaveNaN bool
	Distinct   int64 // -1 unknown
}

// Stats returns what the footer says about a leaf in this row group. A list's
// are those of its elements.
func (g RowGroup) Stats(l *Leaf) Stats {
	c := &g.g.columns[l.Index]
	rows := g.NumRows
	if l.maxRep > 0 {
		rows = c.numValues
	}
	s := decodeStats(l, &c.stats, rows)
	if l.maxRep > 0 && s.NullCount >= 0 {
		s.NullCount = -1 // writers disagree on whether empty lists count
	}
	return s
}

func decodeStats(l *Leaf, raw *rawStats, rows int64) Stats {
	s := Stats{Rows: rows, NullCount: raw.nullCount, Distinct: raw.distinct}
	if s.NullCount < 0 || s.NullCount > rows {
		s.NullCount = -1
	}
	if l.maxDef == 0 {
		s.NullCount = 0
	}
	if s.Distinct < 0 || s.Distinct > rows {
		s.Distinct = -1
	}
	kind := l.Kind()
	floating := kind == column.Float32 || kind == column.Float64
	s.MayHaveNaN = floating && raw.nanCount != 0
	lo, hi := raw.min, raw.max
	exactLo, exactHi := raw.minExact, raw.maxExact
	switch order(l) {
	case orderNone:
		return s
	case orderSigned:
		// The deprecated fields compared signed, and agree where values do.
		if lo == nil && hi == nil {
			lo, hi = raw.oldMin, raw.oldMax
		}
	case orderUnsigned:
		// Before column orders were declared, bytes were compared signed by
		// some writers.
		if l.order == 0 {
			return s
		}
	}
	if l.order > 2 || l.order == 2 && !floating {
		return s // an order that is not known here
	}
	if kind != column.Bytes { // fixed-width bounds are values unless they are said not to be
		exactLo, exactHi = true, true
	}
	if lo != nil {
		s.Min, s.HasMin = decodeValue(l, kind, lo)
	}
	if hi != nil {
		s.Max, s.HasMax = decodeValue(l, kind, hi)
	}
	if floating {
		// A NaN as a bound comes from writers that did not mind them, or from
		// total order with nothing else; zeros of both signs are equal here.
		if s.HasMin && math.IsNaN(s.Min.Float) || s.HasMax && math.IsNaN(s.Max.Float) {
			s.HasMin, s.HasMax, s.MayHaveNaN = false, false, true
		}
	}
	if s.HasMin && s.HasMax && CompareValues(s.Min, s.Max) > 0 {
		s.HasMin, s.HasMax = false, false // cannot be true: trust neither
	}
	s.MinExact, s.MaxExact = s.HasMin && exactLo, s.HasMax && exactHi
	return s
}

type sortOrder int

const (
	orderNone sortOrder = iota
	orderSigned
	orderUnsigned
)

// order is how the format compares values of the leaf.
func order(l *Leaf) sortOrder {
	switch l.Type {
	case Int96:
		return orderNone
	case ByteArray, FixedLenByteArray:
		switch l.Logical.Annotation {
		case Decimal, Float16:
			if l.order == 0 || l.Logical.Annotation == Decimal && l.Kind() == column.Bytes {
				return orderNone
			}
			return orderSigned
		case Interval, Variant, Geometry, Geography, Unrecognised, Null:
			return orderNone
		}
		return orderUnsigned
	case Int32, Int64:
		switch l.Logical.Annotation {
		case Integer:
			if !l.Logical.Signed {
				return orderUnsigned
			}
		case Unrecognised, Null:
			return orderNone
		}
	}
	return orderSigned
}

// decodeValue reads a bound, which has the plain encoding without a length.
func decodeValue(l *Leaf, kind column.Kind, p []byte) (Value, bool) {
	v := Value{Kind: kind}
	if l.Type == ByteArray || l.Type == FixedLenByteArray {
		switch kind {
		case column.Bytes:
			v.Bytes = p
			return v, true
		case column.Int64, column.Int128:
			w, ok := bigEndian128(p)
			v.Int, v.Hi = int64(w.Lo), w.Hi
			if kind == column.Int64 {
				ok = ok && w.Hi == v.Int>>63
			}
			return v, ok
		}
	}
	if l.Type == Boolean {
		if len(p) != 1 {
			return v, false
		}
		v.Int = int64(p[0] & 1)
		return v, true
	}
	if len(p) != l.stride() {
		return v, false
	}
	conv, ok := chooseConversion(l, kind)
	if !ok {
		return v, false
	}
	var buf [2]uint64
	dst := column.AsBytes(buf[:])
	if convert(conv, dst, p, 1, len(p)) != nil {
		return v, false
	}
	le := binary.LittleEndian
	switch kind {
	case column.Int16:
		v.Int = int64(int16(le.Uint16(dst)))
	case column.Int32:
		v.Int = int64(int32(le.Uint32(dst)))
	case column.Int64:
		v.Int = int64(buf[0])
	case column.Int128:
		v.Int, v.Hi = int64(buf[0]), int64(buf[1])
	case column.Float32:
		v.Float = float64(math.Float32frombits(le.Uint32(dst)))
	case column.Float64:
		v.Float = math.Float64frombits(buf[0])
	case column.Fixed16:
		v.Bytes = append([]byte(nil), p...)
	default:
		return v, false
	}
	return v, true
}
