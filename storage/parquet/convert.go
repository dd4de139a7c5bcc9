package parquet

import (
	"encoding/binary"
	"math"
	"math/bits"

	"github.com/inlaydb/inlay/storage/column"
)

const (
	errNarrow   = reasonError("value outside the range of its type")
	errWhen     = reasonError("timestamp out of range")
	errDecimals = reasonError("decimal has more digits than its precision allows")
)

// convert turns n physical values of stride bytes each into values of the
// column kind at dst. Values that do not fit are an error, never another value.
func convert(c conversion, dst, src []byte, n, stride int) error {
	src = src[:n*stride]
	le := binary.LittleEndian
	switch c {
	case convCopy:
		copy(dst, src)
	case conv32to16:
		out, bad := column.As[int16](dst)[:n], int32(0)
		for i := range out {
			v := int32(le.Uint32(src[i*4:]))
			out[i] = int16(v)
			bad |= v ^ int32(int16(v))
		}
		if bad != 0 {
			return errNarrow
		}
	case convU32check:
		out, bad := column.As[int32](dst)[:n], int32(0)
		for i := range out {
			v := int32(le.Uint32(src[i*4:]))
			out[i] = v
			bad |= v
		}
		if bad < 0 {
			return errNarrow
		}
	case conv32to64:
		out := column.As[int64](dst)[:n]
		for i := range out {
			out[i] = int64(int32(le.Uint32(src[i*4:])))
		}
	case convU32to64:
		out := column.As[int64](dst)[:n]
		for i := range out {
			out[i] = int64(le.Uint32(src[i*4:]))
		}
	case conv32to128:
		out := column.As[column.Int128Value](dst)[:n]
		for i := range out {
			v := int64(int32(le.Uint32(src[i*4:])))
			out[i] = column.Int128Value{Lo: uint64(v), Hi: v >> 63}
		}
	case convU32to128:
		out := column.As[column.Int128Value](dst)[:n]
		for i := range out {
			out[i] = column.Int128Value{Lo: uint64(le.Uint32(src[i*4:]))}
		}
	case conv64to128:
		out := column.As[column.Int128Value](dst)[:n]
		for i := range out {
			v := int64(le.Uint64(src[i*8:]))
			out[i] = column.Int128Value{Lo: uint64(v), Hi: v >> 63}
		}
	case convU64to128:
		out := column.As[column.Int128Value](dst)[:n]
		for i := range out {
			out[i] = column.Int128Value{Lo: le.Uint64(src[i*8:])}
		}
	case convF32to64:
		out := column.As[float64](dst)[:n]
		for i := range out {
			out[i] = float64(math.Float32frombits(le.Uint32(src[i*4:])))
		}
	case convF16to32:
		out := column.As[float32](dst)[:n]
		for i := range out {
			out[i] = half(le.Uint16(src[i*2:]))
		}
	case convF16to64:
		out := column.As[float64](dst)[:n]
		for i := range out {
			out[i] = float64(half(le.Uint16(src[i*2:])))
		}
	case conv32x1000:
		out := column.As[int64](dst)[:n]
		for i := range out {
			out[i] = int64(int32(le.Uint32(src[i*4:]))) * 1000
		}
	case conv64x1000:
		out, bad := column.As[int64](dst)[:n], false
		for i := range out {
			v := int64(le.Uint64(src[i*8:]))
			out[i] = v * 1000
			bad = bad || v > math.MaxInt64/1000 || v < math.MinInt64/1000
		}
		if bad {
			return errWhen
		}
	case conv64div1000:
		out := column.As[int64](dst)[:n]
		for i := range out {
			out[i] = floorDiv(int64(le.Uint64(src[i*8:])), 1000)
		}
	case convInt96:
		out := column.As[int64](dst)[:n]
		for i := range out {
			v, ok := int96Micros(src[i*12 : i*12+12])
			if !ok {
				return errWhen
			}
			out[i] = v
		}
	case convBE64:
		return convertBE64(column.As[int64](dst)[:n], src, stride)
	case convBE128:
		out := column.As[column.Int128Value](dst)[:n]
		for i := range out {
			v, ok := bigEndian128(src[i*stride : i*stride+stride])
			if !ok {
				return errDecimals
			}
			out[i] = v
		}
	case convInterval:
		out := column.As[column.IntervalValue](dst)[:n]
		for i := range out {
			p := src[i*12 : i*12+12]
			months, days := le.Uint32(p), le.Uint32(p[4:])
			if int32(months) < 0 || int32(days) < 0 {
				return errNarrow
			}
			out[i] = column.IntervalValue{Months: int32(months), Days: int32(days), Micros: int64(le.Uint32(p[8:])) * 1000}
		}
	default:
		return reasonError("no conversion")
	}
	return nil
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// convertBE64 reads big-endian numbers of up to 8 bytes with one load where the
// bytes before the value may be touched.
func convertBE64(out []int64, src []byte, stride int) error {
	if stride > 8 {
		for i := range out {
			v, ok := bigEndian128(src[i*stride : i*stride+stride])
			if !ok || v.Hi != int64(v.Lo)>>63 {
				return errDecimals
			}
			out[i] = int64(v.Lo)
		}
		return nil
	}
	shift := uint(64 - 8*stride)
	i := 0
	for ; i < len(out) && (i+1)*stride < 8; i++ {
		out[i] = smallBigEndian(src[i*stride : i*stride+stride])
	}
	for ; i < len(out); i++ {
		end := (i + 1) * stride
		v := binary.BigEndian.Uint64(src[end-8 : end])
		out[i] = int64(v<<shift) >> shift
	}
	return nil
}

// smallBigEndian reads up to 8 bytes.
func smallBigEndian(p []byte) int64 {
	var v uint64
	for _, b := range p {
		v = v<<8 | uint64(b)
	}
	s := uint(64 - 8*len(p))
	return int64(v<<s) >> s
}

// bigEndian128 reads a two's complement number; false when it needs more than
// 128 bits.
func bigEndian128(p []byte) (column.Int128Value, bool) {
	if len(p) == 0 {
		return column.Int128Value{}, false
	}
	sign := byte(int8(p[0]) >> 7)
	for len(p) > 16 {
		if p[0] != sign {
			return column.Int128Value{}, false
		}
		p = p[1:]
	}
	fill := uint64(int64(int8(sign)))
	hi, lo := fill, fill
	for _, b := range p {
		hi = hi<<8 | lo>>56
		lo = lo<<8 | uint64(b)
	}
	if byte(int64(hi)>>63) != sign {
		return column.Int128Value{}, false
	}
	return column.Int128Value{Lo: lo, Hi: int64(hi)}, true
}

// convertViews reads byte arrays that hold big-endian numbers.
func convertViews(c conversion, dst []byte, views []column.View, bufs [][]byte) error {
	for i := range views {
		v, ok := bigEndian128(views[i].Bytes(bufs))
		if !ok {
			return errDecimals
		}
		if c == convViewBE128 {
			column.As[column.Int128Value](dst)[i] = v
			continue
		}
		if v.Hi != int64(v.Lo)>>63 {
			return errDecimals
		}
		column.As[int64](dst)[i] = int64(v.Lo)
	}
	return nil
}

// int96Micros reads nanoseconds of the day and a Julian day number.
func int96Micros(p []byte) (int64, bool) {
	nanos := int64(binary.LittleEndian.Uint64(p))
	day := int64(int32(binary.LittleEndian.Uint32(p[8:]))) - 2440588 // 1970-01-01
	hi, lo := bits.Mul64(uint64(abs64(day)), 86_400_000_000)
	if hi != 0 || lo > math.MaxInt64 {
		return 0, false
	}
	us := int64(lo)
	if day < 0 {
		us = -us
	}
	add := floorDiv(nanos, 1000)
	sum := us + add
	if (us > 0) == (add > 0) && (sum > 0) != (us > 0) && us != 0 && add != 0 {
		return 0, false
	}
	return sum, true
}

func abs64(v int64) int64 {
	if v < 0 {
		return -v
	}
	return v
}

// half widens an IEEE 754 binary16 value.
func half(h uint16) float32 {
	sign := uint32(h>>15) << 31
	exp := uint32(h>>10) & 31
	frac := uint32(h) & 1023
	switch exp {
	case 31:
		return math.Float32frombits(sign | 255<<23 | frac<<13)
	case 0:
		f := float32(frac) * (1.0 / (1 << 24))
		return math.Float32frombits(sign | math.Float32bits(f))
	}
	return math.Float32frombits(sign | (exp+112)<<23 | frac<<13)
}
