package output

import (
	"io"
	"strings"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/storage/column"
)

// jsonLines is an object a line. Numbers, booleans, arrays and json stay what
// they are; everything else is a string in Postgres's text form.
type jsonLines struct {
	w    io.Writer
	put  []types.Appender
	keys [][]byte
	buf  []byte
}

func newJSON(w io.Writer, fields []engine.Field, style *types.Style) *jsonLines {
	j := &jsonLines{w: w}
	for _, f := range fields {
		j.keys = append(j.keys, append(types.AppendJSONString(nil, f.Name), ':'))
		j.put = append(j.put, jsonAppender(f.Type, style))
	}
	return j
}

// jsonAppender writes values of a type, NULLs included.
func jsonAppender(t types.Type, style *types.Style) types.Appender {
	var value types.Appender
	text, facts := types.TextAppender(t, style), types.FactsOf(t.OID)
	switch {
	case facts != nil && facts.Elem != 0:
		value = jsonArray(jsonAppender(t.Elem(), style))
	case t.OID == types.JSONOID || t.OID == types.JSONBOID:
		value = text
	case t.OID == types.BoolOID:
		value = func(dst []byte, c *column.Column, i int) []byte {
			if column.At[uint8](c, i) != 0 {
				return append(dst, "true"...)
			}
			return append(dst, "false"...)
		}
	case facts != nil && facts.Category == 'N' && !strings.HasPrefix(facts.Name, "reg"):
		value = func(dst []byte, c *column.Column, i int) []byte {
			from := len(dst)
			dst = text(dst, c, i)
			if last := dst[len(dst)-1]; last < '0' || last > '9' { // NaN and infinities are no numbers in JSON
				return types.AppendJSONString(dst[:from], string(dst[from:]))
			}
			return dst
		}
	default:
		value = func(dst []byte, c *column.Column, i int) []byte {
			from := len(dst)
			dst = text(dst, c, i)
			return types.AppendJSONString(dst[:from], string(dst[from:]))
		}
	}
	return func(dst []byte, c *column.Column, i int) []byte {
		if c.IsNull(i) {
			return append(dst, "null"...)
		}
		return value(dst, c, i)
	}
}

// jsonArray writes arrays whose elements elem writes.
func jsonArray(elem types.Appender) types.Appender {
	return func(dst []byte, c *column.Column, i int) []byte {
		s, p := c.Slot(i)
		l := column.Values[column.ListView](s)[p]
		if l.Shape != 0 {
			return types.NestArray(dst, l.Dims(), int(l.Off), '[', ']', ',', func(dst []byte, q int) []byte {
				return elem(dst, s.Child, q)
			})
		}
		dst = append(dst, '[')
		for k := range int(l.Len) {
			if k > 0 {
				dst = append(dst, ',')
			}
			dst = elem(dst, s.Child, int(l.Off)+k)
		}
		return append(dst, ']')
	}
}

func (j *jsonLines) Write(b *batch.Batch) error {
	j.buf = j.buf[:0]
	err := eachRow(b, func(row int) error {
		j.buf = append(j.buf, '{')
		for i, put := range j.put {
			if i > 0 {
				j.buf = append(j.buf, ',')
			}
			j.buf = append(j.buf, j.keys[i]...)
			j.buf = put(j.buf, b.Cols[i], row)
		}
		j.buf = append(j.buf, '}', '\n')
		return nil
	})
	if err != nil {
		return err
	}
	_, err = j.w.Write(j.buf)
	return err
}

func (j *jsonLines) Close(bool) error { return nil }
