package eval

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// jsonAppender writes SQL values of a type as JSON.
func (cp *compiler) jsonAppender(t types.Type) types.Appender {
	out := cp.output(t)
	f := types.FactsOf(t.OID)
	if f != nil && f.Elem != 0 {
		elem := cp.jsonAppender(t.Elem())
		return func(dst []byte, c *column.Column, i int) []byte {
			s, p := c.Slot(i)
			l := column.Values[column.ListView](s)[p]
			if l.Shape != 0 {
				return types.NestArray(dst, l.Dims(), int(l.Off), '[', ']', ',', func(dst []byte, q int) []byte {
					if s.Child.IsNull(q) {
						return append(dst, "null"...)
					}
					return elem(dst, s.Child, q)
				})
			}
			dst = append(dst, '[')
			for j := range int(l.Len) {
				if j > 0 {
					dst = append(dst, ',')
				}
				if q := int(l.Off) + j; s.Child.IsNull(q) {
					dst = append(dst, "null"...)
				} else {
					dst = elem(dst, s.Child, q)
				}
			}
			return append(dst, ']')
		}
	}
	switch t.OID {
	case types.JSONOID, types.JSONBOID:
		return out
	case types.RecordOID:
		return cp.recordJSON()
	case types.BoolOID:
		return func(dst []byte, c *column.Column, i int) []byte {
			if column.At[uint8](c, i) != 0 {
				return append(dst, "true"...)
			}
			return append(dst, "false"...)
		}
	case types.Int2OID, types.Int4OID, types.Int8OID, types.NumericOID, types.Float4OID, types.Float8OID:
		return func(dst []byte, c *column.Column, i int) []byte {
			from := len(dst)
			dst = out(dst, c, i)
			if last := dst[len(dst)-1]; last < '0' || last > '9' { // NaN and infinities are strings
				s := string(dst[from:])
				return append(append(append(dst[:from], '"'), s...), '"')
			}
			return dst
		}
	}
	iso := *cp.env.style()
	iso.Format = 0
	plain := types.TextAppender(t, &iso)
	stamp := t.OID == types.TimestampOID || t.OID == types.TimestamptzOID
	return func(dst []byte, c *column.Column, i int) []byte {
		b := plain(nil, c, i)
		if stamp { // ISO 8601: a T between date and time, and minutes in the offset
			for k := range b {
				if b[k] == ' ' {
					b[k] = 'T'
					break
				}
			}
			if n := len(b); t.OID == types.TimestamptzOID && n > 3 && (b[n-3] == '+' || b[n-3] == '-') {
				b = append(b, ":00"...)
			}
		}
		return types.AppendJSONString(dst, string(b))
	}
}

// toJSON is to_json, to_jsonb and array_to_json.
func toJSON(canonical bool) builder {
	return func(cp *compiler, s *signature) (node, error) {
		out := cp.jsonAppender(s.argt[0])
		var buf []byte
		return s.node(cp, func(c *call) error {
			return c.each(func(i int) error {
				buf = out(buf[:0], c.args[0], i)
				return c.putDocument(i, buf, canonical)
			})
		}), nil
	}
}

func (c *call) putDocument(i int, b []byte, canonical bool) error {
	if !canonical {
		c.putText(i, b)
		return nil
	}
	s, err := types.CanonicalJSON(string(b))
	if err != nil {
		return err
	}
	c.putString(i, s)
	return nil
}

// jsonBuild is json_build_array and json_build_object.
func jsonBuild(object, canonical bool) builder {
	return func(cp *compiler, s *signature) (node, error) {
		outs, texts := make([]types.Appender, len(s.argt)), make([]types.Appender, len(s.argt))
		for k, t := range s.argt {
			if s.variadic && k == len(s.argt)-1 {
				t = t.Elem()
			}
			outs[k], texts[k] = cp.jsonAppender(t), cp.output(t)
			if t.OID == types.UnknownOID {
				outs[k] = cp.jsonAppender(types.New(types.TextOID))
			}
		}
		variadic := s.variadic
		var buf []byte
		return s.node(cp, func(c *call) error {
			type value struct {
				col *column.Column
				row int
				arg int
			}
			return c.each(func(i int) error {
				var vals []value
				for k, col := range c.args {
					if variadic && k == len(c.args)-1 {
						if col.IsNull(i) {
							c.null(i)
							return nil
						}
						e := c.elements(k, i)
						for j := range e.n {
							vals = append(vals, value{e.col, e.off + j, k})
						}
						continue
					}
					vals = append(vals, value{col, i, k})
				}
				open, end := byte('['), byte(']')
				if object {
					open, end = '{', '}'
					if len(vals)%2 != 0 {
						return sqlerr.New(sqlerr.InvalidParameterValue, "argument list must have even number of elements").
							WithHint("The arguments of %s() must consist of alternating keys and values.", s.fn.Name)
					}
				}
				buf = append(buf[:0], open)
				for k, v := range vals {
					if object && k%2 == 0 {
						if k > 0 {
							buf = append(buf, ", "...)
						}
						if v.col.IsNull(v.row) {
							e := sqlerr.New(sqlerr.InvalidParameterValue, "argument %d cannot be null", k+1)
							if canonical {
								return sqlerr.New(sqlerr.InvalidParameterValue, "argument %d: key must not be null", k+1)
							}
							return e.WithHint("Object keys should be text.")
						}
						if t := c.argt[v.arg]; !variadic && (t.IsArray() || t.OID == types.JSONOID || t.OID == types.JSONBOID || t.OID == types.RecordOID) {
							return sqlerr.New(sqlerr.InvalidParameterValue, "key value must be scalar, not array, composite, or json")
						}
						buf = types.AppendJSONString(buf, string(texts[v.arg](nil, v.col, v.row)))
						buf = append(buf, " : "...)
						continue
					}
					if !object && k > 0 {
						buf = append(buf, ", "...)
					}
					if v.col.IsNull(v.row) {
						buf = append(buf, "null"...)
					} else {
						buf = outs[v.arg](buf, v.col, v.row)
					}
				}
				buf = append(buf, end)
				return c.putDocument(i, buf, canonical)
			})
		}), nil
	}
}
