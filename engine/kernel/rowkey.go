package kernel

import (
	"encoding/binary"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/storage/column"
)

// AppendRowKey adds bytes that are equal for rows that are not distinct
// (NULLs equal each other) and differ for others.
func AppendRowKey(dst []byte, cols []*column.Column, row int) []byte {
	for _, c := range cols {
		dst = appendKey(dst, c, row)
	}
	return dst
}

func appendKey(dst []byte, c *column.Column, row int) []byte {
	if c.IsNull(row) {
		return append(dst, 0)
	}
	dst = append(dst, 1)
	s, p := c.Slot(row)
	switch c.Kind {
	case column.Bytes:
		b := column.Values[column.View](s)[p].Bytes(s.Bufs)
		dst = binary.AppendUvarint(dst, uint64(len(b)))
		return append(dst, b...)
	case column.Numeric:
		b := numeric.Decode(column.Values[column.View](s)[p].Bytes(s.Bufs)).AppendSortKey(nil)
		dst = binary.AppendUvarint(dst, uint64(len(b)))
		return append(dst, b...)
	case column.Float32:
		return binary.BigEndian.AppendUint32(dst, orderedFloat32(column.Values[float32](s)[p]))
	case column.Float64:
		return binary.BigEndian.AppendUint64(dst, orderedFloat64(column.Values[float64](s)[p]))
	case column.Interval:
		v := Span(column.Values[column.IntervalValue](s)[p])
		return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(dst, uint64(v.Hi)), v.Lo)
	case column.List:
		l := column.Values[column.ListView](s)[p]
		dst = binary.AppendUvarint(binary.AppendUvarint(dst, uint64(l.Len)), uint64(l.Shape))
		for k := range int(l.Len) {
			dst = appendKey(dst, s.Child, int(l.Off)+k)
		}
		return dst
	}
	w := c.Kind.Width()
	return append(dst, s.Data[p*w:(p+1)*w]...)
}
