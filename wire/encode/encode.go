// Package encode turns batches into DataRow messages, in text or binary, by
// column. It appends to one buffer and allocates nothing per row.
package encode

import (
	"encoding/binary"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine"
	"github.com/inlaydb/inlay/engine/batch"
)

// FormatOf is the format of column i by the rules of Bind: none given is
// text, one holds for all.
func FormatOf(formats []int16, i int) int16 {
	switch {
	case len(formats) == 0:
		return 0
	case len(formats) == 1:
		return formats[0]
	}
	return formats[i]
}

// Factory makes encoders for a portal's columns. style is asked once per
// encoder.
func Factory(fields []engine.Field, formats []int16, style func() *types.Style) func() (engine.Encoder, error) {
	return func() (engine.Encoder, error) {
		st := style()
		e := &encoder{cols: make([]types.Appender, len(fields))}
		for i, f := range fields {
			if FormatOf(formats, i) == 1 {
				e.cols[i] = types.BinaryAppender(f.Type)
			} else {
				e.cols[i] = types.TextAppender(f.Type, st)
			}
		}
		return e, nil
	}
}

type encoder struct{ cols []types.Appender }

// Append adds a DataRow for each live row.
func (e *encoder) Append(dst []byte, ends []int32, b *batch.Batch) ([]byte, []int32, error) {
	n := b.Rows()
	for k := range n {
		row := k
		if b.Sel != nil {
			row = int(b.Sel[k])
		}
		start := len(dst)
		dst = append(dst, 'D', 0, 0, 0, 0)
		dst = binary.BigEndian.AppendUint16(dst, uint16(len(e.cols)))
		for c, put := range e.cols {
			col := b.Cols[c]
			if col.IsNull(row) {
				dst = append(dst, 0xff, 0xff, 0xff, 0xff)
				continue
			}
			at := len(dst)
			dst = append(dst, 0, 0, 0, 0)
			dst = put(dst, col, row)
			binary.BigEndian.PutUint32(dst[at:], uint32(len(dst)-at-4))
		}
		binary.BigEndian.PutUint32(dst[start+1:], uint32(len(dst)-start-1))
		ends = append(ends, int32(len(dst)))
	}
	return dst, ends, nil
}
