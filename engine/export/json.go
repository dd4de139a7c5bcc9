package export

import (
	"strings"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/copyrow"
	"github.com/inlaydb/inlay/storage/column"
)

// JSONEncoder makes an object a row. Numbers, booleans, arrays and json stay
// what they are; everything else is a string in Postgres's text form.
type JSONEncoder struct {
	put   []types.Appender
	keys  [][]byte
	array bool // ",\n" before each row instead of "\n" behind it
}

// NewJSONEncoder makes an encoder of a value a line.
func NewJSONEncoder(cols []copyrow.Column, style *types.Style) *JSONEncoder {
	return newJSONEncoder(cols, style, false)
}

func newJSONEncoder(cols []copyrow.Column, style *types.Style, array bool) *JSONEncoder {
	j := &JSONEncoder{array: array}
	for _, c := range cols {
		j.keys = append(j.keys, append(types.AppendJSONString(nil, c.Name), ':'))
		j.put = append(j.put, jsonAppender(c.Type, style))
	}
	return j
}

// Append adds b's live rows to dst and, for each, where it ends to ends.
func (j *JSONEncoder) Append(dst []byte, ends []int32, b *batch.Batch) ([]byte, []int32, error) {
	for k := range b.Rows() {
		row := k
		if b.Sel != nil {
			row = int(b.Sel[k])
		}
		if j.array {
			dst = append(dst, ',', '\n')
		}
		dst = append(dst, '{')
		for i, put := range j.put {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(dst, j.keys[i]...)
			dst = put(dst, b.Cols[i], row)
		}
		dst = append(dst, '}')
		if !j.array {
			dst = append(dst, '\n')
		}
		ends = append(ends, int32(len(dst)))
	}
	return dst, ends, nil
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
