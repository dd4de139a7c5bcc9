package parquet

import (
	"encoding/binary"
	"math"
	"unicode/utf8"

	"github.com/inlaydb/inlay/storage/column"
)

// writeStats is what a page or chunk being written holds.
type writeStats struct {
	rows     int64
	nulls    int64
	nans     int64
	has      bool // min and max are set
	min, max Value
}

// merge adds a page's statistics to a chunk's.
func (s *writeStats) merge(p *writeStats) {
	s.rows += p.rows
	s.nulls += p.nulls
	s.nans += p.nans
	if !p.has {
		return
	}
	if !s.has {
		s.has, s.min, s.max = true, p.min, p.max
		return
	}
	if CompareValues(p.min, s.min) < 0 {
		s.min = p.min
	}
	if CompareValues(p.max, s.max) > 0 {
		s.max = p.max
	}
}

// bounds finds the least and greatest of the values, which are not NULL.
func (s *writeStats) bounds(kind column.Kind, data []byte, bufs [][]byte) {
	switch kind {
	case column.Bool:
		boundsOf(s, kind, data)
	case column.Int16:
		boundsOf(s, kind, column.As[int16](data))
	case column.Int32:
		boundsOf(s, kind, column.As[int32](data))
	case column.Int64:
		boundsOf(s, kind, column.As[int64](data))
	case column.Float32:
		floatBounds(s, kind, column.As[float32](data))
	case column.Float64:
		floatBounds(s, kind, column.As[float64](data))
	case column.Int128:
		for _, v := range column.As[column.Int128Value](data) {
			s.extend(Value{Kind: kind, Int: int64(v.Lo), Hi: v.Hi})
		}
	case column.Fixed16:
		v := column.As[[16]byte](data)
		lo, hi := 0, 0
		for i := range v {
			if compare16(&v[i], &v[lo]) < 0 {
				lo = i
			} else if compare16(&v[i], &v[hi]) > 0 {
				hi = i
			}
		}
		if len(v) > 0 {
			s.extend(Value{Kind: kind, Bytes: v[lo][:]})
			s.extend(Value{Kind: kind, Bytes: v[hi][:]})
			s.own()
		}
	case column.Bytes:
		v := column.As[column.View](data)
		lo, hi := 0, 0
		for i := range v {
			if column.CompareViews(&v[i], bufs, &v[lo], bufs) < 0 {
				lo = i
			} else if column.CompareViews(&v[i], bufs, &v[hi], bufs) > 0 {
				hi = i
			}
		}
		if len(v) > 0 {
			s.extend(Value{Kind: kind, Bytes: v[lo].Bytes(bufs)})
			s.extend(Value{Kind: kind, Bytes: v[hi].Bytes(bufs)})
			s.own()
		}
	}
}

func compare16(a, b *[16]byte) int {
	for k := 0; k < 16; k += 8 {
		x, y := binary.BigEndian.Uint64(a[k:]), binary.BigEndian.Uint64(b[k:])
		if x != y {
			if x < y {
				return -1
			}
			return 1
		}
	}
	return 0
}

// extend widens the bounds by one value.
func (s *writeStats) extend(v Value) {
	if !s.has {
		s.has, s.min, s.max = true, v, v
		return
	}
	if CompareValues(v, s.min) < 0 {
		s.min = v
	}
	if CompareValues(v, s.max) > 0 {
		s.max = v
	}
}

// own copies bounds that lie in a page.
func (s *writeStats) own() {
	s.min.Bytes = append([]byte(nil), s.min.Bytes...)
	s.max.Bytes = append([]byte(nil), s.max.Bytes...)
}

func boundsOf[T uint8 | int16 | int32 | int64](s *writeStats, kind column.Kind, v []T) {
	if len(v) == 0 {
		return
	}
	lo, hi := v[0], v[0]
	for _, x := range v {
		lo, hi = min(lo, x), max(hi, x)
	}
	s.extend(Value{Kind: kind, Int: int64(lo)})
	s.extend(Value{Kind: kind, Int: int64(hi)})
}

// floatBounds leaves NaNs out and counts them, as the format asks.
func floatBounds[T float32 | float64](s *writeStats, kind column.Kind, v []T) {
	lo, hi, n := T(math.Inf(1)), T(math.Inf(-1)), 0
	for _, x := range v {
		if x != x {
			n++
			continue
		}
		if x < lo {
			lo = x
		}
		if x > hi {
			hi = x
		}
	}
	s.nans += int64(n)
	if n < len(v) {
		s.extend(Value{Kind: kind, Float: float64(lo)})
		s.extend(Value{Kind: kind, Float: float64(hi)})
	}
}

// boundBytes is the longest bound of strings that is written whole.
const boundBytes = 64

// encodeBound writes a bound in plain encoding. Long strings are cut, the upper
// bound then made greater than all that begin like it; nil when there is none.
func (c *columnWriter) encodeBound(v Value, upper bool) (p []byte, exact bool) {
	le := binary.LittleEndian
	switch c.field.Kind {
	case column.Bool:
		return []byte{byte(v.Int)}, true
	case column.Int16, column.Int32:
		return le.AppendUint32(nil, uint32(v.Int)), true
	case column.Int64:
		return le.AppendUint64(nil, uint64(v.Int)), true
	case column.Float32:
		return le.AppendUint32(nil, math.Float32bits(float32(zeroBound(v.Float, upper)))), true
	case column.Float64:
		return le.AppendUint64(nil, math.Float64bits(zeroBound(v.Float, upper))), true
	case column.Int128:
		return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, uint64(v.Hi)), uint64(v.Int)), true
	case column.Fixed16:
		return v.Bytes, true
	case column.Bytes:
		if len(v.Bytes) <= boundBytes {
			return present(v.Bytes), true
		}
		cut := v.Bytes[:boundBytes]
		if c.field.Logical.Annotation == String {
			for len(cut) > boundBytes-4 && !utf8.RuneStart(v.Bytes[len(cut)]) {
				cut = cut[:len(cut)-1]
			}
		}
		if !upper {
			return cut, false
		}
		for i := len(cut) - 1; i >= 0; i-- {
			// Below 0x7f the next byte is a character too, so UTF-8 stays valid.
			if cut[i] < 0x7f || c.field.Logical.Annotation != String && cut[i] < 0xff {
				up := append([]byte(nil), cut[:i+1]...)
				up[i]++
				return up, false
			}
		}
	}
	return nil, false
}

// zeroBound gives a zero the sign that covers both.
func zeroBound(f float64, upper bool) float64 {
	if f == 0 {
		if upper {
			return 0
		}
		return math.Copysign(0, -1)
	}
	return f
}
