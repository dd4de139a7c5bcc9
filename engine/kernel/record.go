package kernel

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// AppendRecordKey appends bytes whose order is that of record values: field by
// field, NULLs last, and equal where the records are equal. Records of other
// types than each other are ordered somehow.
func AppendRecordKey(dst, record []byte) []byte {
	for _, f := range types.RecordFields(record) {
		dst = appendFieldKey(dst, f.Type, f.Value)
	}
	return dst
}

func appendFieldKey(dst []byte, t types.Type, v types.Datum) []byte {
	if v.Null {
		return append(dst, 2)
	}
	dst = append(dst, 1)
	be := binary.BigEndian
	switch v.Kind {
	case column.Bool, column.Int16, column.Int32, column.Int64:
		return be.AppendUint64(dst, uint64(v.I)^1<<63)
	case column.Float32, column.Float64:
		f := v.F + 0 // -0 is 0
		u := math.Float64bits(f)
		switch {
		case f != f:
			u = math.MaxUint64
		case u>>63 != 0:
			u = ^u
		default:
			u |= 1 << 63
		}
		return be.AppendUint64(dst, u)
	case column.Int128:
		return be.AppendUint64(be.AppendUint64(dst, uint64(v.I)^1<<63), v.U)
	case column.Interval:
		s := Span(v.AsInterval())
		return be.AppendUint64(be.AppendUint64(dst, uint64(s.Hi)^1<<63), s.Lo)
	case column.Numeric:
		return appendStringKey(dst, types.NumericOf(v, t).AppendSortKey(nil))
	case column.List:
		for _, e := range v.L {
			dst = appendFieldKey(append(dst, 1), t.Elem(), e)
		}
		return append(dst, 0)
	}
	b := []byte(v.S)
	switch t.OID {
	case types.BPCharOID:
		b = TrimBlanks(b)
	case types.RecordOID:
		b = AppendRecordKey(nil, b)
	}
	return appendStringKey(dst, b)
}

// appendStringKey escapes zero bytes, so that the end comes before any byte.
func appendStringKey(dst, b []byte) []byte {
	for _, ch := range b {
		if dst = append(dst, ch); ch == 0 {
			dst = append(dst, 1)
		}
	}
	return append(dst, 0, 0)
}

func compareRecords(a *column.Column, i int, b *column.Column, j int) int {
	x, y := a.BytesAt(i), b.BytesAt(j)
	if bytes.Equal(x, y) {
		return 0
	}
	return cmp.Compare(bytes.Compare(AppendRecordKey(nil, x), AppendRecordKey(nil, y)), 0)
}
