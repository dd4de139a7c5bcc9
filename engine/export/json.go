package export

import (
	"strings"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/copyrow"
)

// JSONEncoder makes an object a row. Numbers, booleans and json stay what they
// are; everything else is a string in Postgres's text form.
type JSONEncoder struct {
	put   []types.Appender
	plain []bool
	keys  [][]byte
	array bool // ",\n" before each row instead of "\n" behind it
	raw   []byte
}

// NewJSONEncoder makes an encoder of a value a line.
func NewJSONEncoder(cols []copyrow.Column, style *types.Style) *JSONEncoder {
	return newJSONEncoder(cols, style, false)
}

func newJSONEncoder(cols []copyrow.Column, style *types.Style, array bool) *JSONEncoder {
	j := &JSONEncoder{array: array}
	for _, c := range cols {
		j.put = append(j.put, types.TextAppender(c.Type, style))
		j.keys = append(j.keys, append(types.AppendJSONString(nil, c.Name), ':'))
		facts := types.FactsOf(c.Type.OID)
		j.plain = append(j.plain, c.Type.OID == types.JSONOID || c.Type.OID == types.JSONBOID || c.Type.OID == types.BoolOID ||
			facts != nil && facts.Category == 'N' && !strings.HasPrefix(facts.Name, "reg"))
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
			if b.Cols[i].IsNull(row) {
				dst = append(dst, "null"...)
				continue
			}
			if j.raw = put(j.raw[:0], b.Cols[i], row); !j.plain[i] {
				dst = types.AppendJSONString(dst, string(j.raw))
				continue
			}
			switch v := string(j.raw); v {
			case "NaN", "Infinity", "-Infinity":
				dst = types.AppendJSONString(dst, v)
			case "t":
				dst = append(dst, "true"...)
			case "f":
				dst = append(dst, "false"...)
			default:
				dst = append(dst, v...)
			}
		}
		dst = append(dst, '}')
		if !j.array {
			dst = append(dst, '\n')
		}
		ends = append(ends, int32(len(dst)))
	}
	return dst, ends, nil
}
