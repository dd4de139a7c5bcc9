package aggregate

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// The JSON aggregates put JSON together that has been made of their arguments
// before: engine/lower calls to_json for each row. json_agg's optional second
// column is written in front of values that stand on lines of their own.

// finishJSONArray is json_agg and jsonb_agg.
func finishJSONArray(binary bool) func(g *gathered) (*column.Column, error) {
	return func(g *gathered) (*column.Column, error) {
		return g.documents(binary, func(buf []byte, from, to int) ([]byte, error) {
			buf = append(buf, '[')
			for e := from; e < to; e++ {
				null := g.cols[0].IsNull(e)
				if e > from {
					buf = append(buf, ", "...)
					if !null && len(g.cols) > 1 {
						buf = append(buf, g.cols[1].BytesAt(e)...)
					}
				}
				buf = appendDocument(buf, g.cols[0], e)
			}
			return append(buf, ']'), nil
		})
	}
}

// finishJSONObject is json_object_agg and jsonb_object_agg.
func finishJSONObject(binary bool) func(g *gathered) (*column.Column, error) {
	return func(g *gathered) (*column.Column, error) {
		return g.documents(binary, func(buf []byte, from, to int) ([]byte, error) {
			buf = append(buf, "{ "...)
			for e := from; e < to; e++ {
				if g.cols[0].IsNull(e) {
					return nil, sqlerr.New(sqlerr.InvalidParameterValue, "field name must not be null")
				}
				if e > from {
					buf = append(buf, ", "...)
				}
				buf = append(types.AppendJSONString(buf, string(g.cols[0].BytesAt(e))), " : "...)
				buf = appendDocument(buf, g.cols[1], e)
			}
			return append(buf, " }"...), nil
		})
	}
}

func appendDocument(dst []byte, c *column.Column, i int) []byte {
	if c.IsNull(i) {
		return append(dst, "null"...)
	}
	return append(dst, c.BytesAt(i)...)
}

// documents makes one document a group; none where the group has no rows.
func (g *gathered) documents(binary bool, make func(buf []byte, from, to int) ([]byte, error)) (*column.Column, error) {
	vals := []types.Datum{}
	var buf []byte
	from := 0
	for _, to := range g.ends {
		if from == to {
			vals = append(vals, types.Null(column.Bytes))
			continue
		}
		var err error
		if buf, err = make(buf[:0], from, to); err != nil {
			return nil, err
		}
		s := string(buf)
		if binary {
			if s, err = types.CanonicalJSON(s); err != nil {
				return nil, err
			}
		}
		if len(s) > 1<<30-1 {
			return nil, sqlerr.New(sqlerr.ProgramLimitExceeded, "string buffer exceeds maximum allowed length (%d bytes)", 1<<30-1)
		}
		vals = append(vals, types.Text(s))
		from = to
	}
	return types.ColumnOf(column.Bytes, column.Invalid, vals), nil
}
