package parquet

import (
	"encoding/binary"
	"math"
)

// thriftReader decodes Thrift's compact protocol from a slice. Errors stick:
// after the first, everything reads as zero and structs end. Byte strings alias
// the slice.
type thriftReader struct {
	buf   []byte
	pos   int
	err   error
	depth int
}

// Wire types of the compact protocol.
const (
	tStop = iota
	tTrue
	tFalse
	tByte
	tI16
	tI32
	tI64
	tDouble
	tBinary
	tList
	tSet
	tMap
	tStruct
	tUUID
)

// thriftDepth bounds nested structs and lists in hostile input.
const thriftDepth = 64

func (r *thriftReader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
	r.pos = len(r.buf)
}

func (r *thriftReader) byte() byte {
	if r.pos >= len(r.buf) {
		r.fail(errShortThrift)
		return 0
	}
	b := r.buf[r.pos]
	r.pos++
	return b
}

func (r *thriftReader) uvarint() uint64 {
	v, n := binary.Uvarint(r.buf[r.pos:])
	if n <= 0 {
		if n == 0 {
			r.fail(errShortThrift)
		} else {
			r.fail(errBadThrift)
		}
		return 0
	}
	r.pos += n
	return v
}

// int reads a zigzag number of type i16, i32 or i64.
func (r *thriftReader) int() int64 {
	u := r.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

func (r *thriftReader) int32() int32 {
	v := r.int()
	if v < math.MinInt32 || v > math.MaxInt32 {
		r.fail(errBadThrift)
		return 0
	}
	return int32(v)
}

func (r *thriftReader) double() float64 {
	if len(r.buf)-r.pos < 8 {
		r.fail(errShortThrift)
		return 0
	}
	v := math.Float64frombits(binary.LittleEndian.Uint64(r.buf[r.pos:]))
	r.pos += 8
	return v
}

func (r *thriftReader) bytes() []byte {
	n := r.uvarint()
	if n > uint64(len(r.buf)-r.pos) {
		r.fail(errShortThrift)
		return nil
	}
	b := r.buf[r.pos : r.pos+int(n) : r.pos+int(n)]
	r.pos += int(n)
	return b
}

func (r *thriftReader) string() string { return string(r.bytes()) }

// fields calls f for each field of a struct with its id and wire type. f must
// consume the value, or call skip. Booleans have no value: the type is it.
func (r *thriftReader) fields(f func(id int, typ byte)) {
	if r.depth++; r.depth > thriftDepth {
		r.fail(errBadThrift)
	}
	id := 0
	for r.err == nil {
		h := r.byte()
		typ := h & 15
		if typ == tStop {
			break
		}
		if d := int(h >> 4); d != 0 {
			id += d
		} else {
			id = int(r.int())
		}
		if r.err == nil {
			f(id, typ)
		}
	}
	r.depth--
}

// list reads a list's header and returns its length, after checking that each
// element could take at least a byte, and the element type.
func (r *thriftReader) list() (n int, typ byte) {
	h := r.byte()
	size := uint64(h >> 4)
	if size == 15 {
		size = r.uvarint()
	}
	if size > uint64(len(r.buf)-r.pos) {
		r.fail(errManyElements)
		return 0, 0
	}
	return int(size), h & 15
}

// each calls f for each element of a list of type want.
func (r *thriftReader) each(typ, want byte, f func()) {
	if typ != tList && typ != tSet {
		r.fail(errBadThrift)
		return
	}
	n, elem := r.list()
	if n > 0 && elem != want && !(want == tTrue && elem == tFalse) {
		r.fail(errBadThrift)
		return
	}
	for i := 0; i < n && r.err == nil; i++ {
		f()
	}
}

// expect fails unless the wire type is the one the format names.
func (r *thriftReader) expect(typ, want byte) bool {
	if typ != want {
		r.fail(errBadThrift)
		return false
	}
	return true
}

func (r *thriftReader) skip(typ byte) {
	switch typ {
	case tTrue, tFalse:
	case tByte:
		r.byte()
	case tI16, tI32, tI64:
		r.uvarint()
	case tDouble:
		r.double()
	case tBinary:
		r.bytes()
	case tUUID:
		for range 16 {
			r.byte()
		}
	case tStruct:
		r.fields(func(_ int, t byte) { r.skip(t) })
	case tList, tSet:
		if r.depth++; r.depth > thriftDepth {
			r.fail(errBadThrift)
		}
		n, t := r.list()
		for i := 0; i < n && r.err == nil; i++ {
			r.skipElement(t)
		}
		r.depth--
	case tMap:
		if r.depth++; r.depth > thriftDepth {
			r.fail(errBadThrift)
		}
		n := r.uvarint()
		if n > 0 {
			if n > uint64(len(r.buf)-r.pos) {
				r.fail(errManyElements)
			}
			kv := r.byte()
			for i := uint64(0); i < n && r.err == nil; i++ {
				r.skipElement(kv >> 4)
				r.skipElement(kv & 15)
			}
		}
		r.depth--
	default:
		r.fail(errBadThrift)
	}
}

// skipElement skips within a list or map, where booleans take a byte.
func (r *thriftReader) skipElement(typ byte) {
	if typ == tTrue || typ == tFalse {
		typ = tByte
	}
	r.skip(typ)
}
