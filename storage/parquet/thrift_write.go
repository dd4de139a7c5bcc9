package parquet

import (
	"encoding/binary"
	"math"
)

// thriftWriter encodes Thrift's compact protocol. A struct's fields are written
// in ascending order between begin and end.
type thriftWriter struct {
	buf  []byte
	last int // id of the field before, in the current struct
	up   []int
}

func (w *thriftWriter) begin() {
	w.up = append(w.up, w.last)
	w.last = 0
}

func (w *thriftWriter) end() {
	w.buf = append(w.buf, tStop)
	w.last = w.up[len(w.up)-1]
	w.up = w.up[:len(w.up)-1]
}

func (w *thriftWriter) field(id int, typ byte) {
	if d := id - w.last; d > 0 && d <= 15 {
		w.buf = append(w.buf, byte(d)<<4|typ)
	} else {
		w.buf = append(w.buf, typ)
		w.varint(int64(id))
	}
	w.last = id
}

// varint writes a zigzag number.
func (w *thriftWriter) varint(v int64) {
	w.buf = binary.AppendUvarint(w.buf, uint64(v)<<1^uint64(v>>63))
}

func (w *thriftWriter) i32(id int, v int32) {
	w.field(id, tI32)
	w.varint(int64(v))
}

func (w *thriftWriter) i64(id int, v int64) {
	w.field(id, tI64)
	w.varint(v)
}

func (w *thriftWriter) bool(id int, v bool) {
	if v {
		w.field(id, tTrue)
	} else {
		w.field(id, tFalse)
	}
}

func (w *thriftWriter) bytes(id int, v []byte) {
	w.field(id, tBinary)
	w.rawBytes(v)
}

func (w *thriftWriter) rawBytes(v []byte) {
	w.buf = binary.AppendUvarint(w.buf, uint64(len(v)))
	w.buf = append(w.buf, v...)
}

func (w *thriftWriter) string(id int, v string) {
	w.field(id, tBinary)
	w.buf = binary.AppendUvarint(w.buf, uint64(len(v)))
	w.buf = append(w.buf, v...)
}

// structure begins a field that is a struct; end ends it.
func (w *thriftWriter) structure(id int) {
	w.field(id, tStruct)
	w.begin()
}

// empty is a field that is a struct without fields.
func (w *thriftWriter) empty(id int) {
	w.structure(id)
	w.end()
}

// list begins a field that is a list of n elements.
func (w *thriftWriter) list(id int, elem byte, n int) {
	w.field(id, tList)
	if n < 15 {
		w.buf = append(w.buf, byte(n)<<4|elem)
		return
	}
	w.buf = append(w.buf, 15<<4|elem)
	w.buf = binary.AppendUvarint(w.buf, uint64(min(n, math.MaxInt32)))
}
