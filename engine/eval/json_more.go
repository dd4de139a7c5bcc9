package eval

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/eval/jsontext"
	"github.com/inlaydb/inlay/storage/column"
)

func init() {
	register(map[string]builder{
		"jsonb_insert": rowwise(jsonChange(func(c *call, i int, v jsontext.Value) (jsontext.Value, error) {
			return v.Insert(textElements(c, 1, i), jsontext.Parse(string(c.args[2].BytesAt(i))), column.At[uint8](c.args[3], i) != 0)
		})),
		"jsonb_set_lax": rowwise(jsonSetLax),
		"json_object":   rowwise(jsonObject(false)),
		"jsonb_object":  rowwise(jsonObject(true)),
	})
}

// jsonSetLax is jsonb_set_lax: jsonb_set with a choice of what a NULL means.
func jsonSetLax(c *call) error {
	return c.each(func(i int) error {
		if c.isNull(0, i) || c.isNull(1, i) || c.isNull(3, i) {
			c.null(i)
			return nil
		}
		v := jsontext.Parse(string(c.args[0].BytesAt(i)))
		path, create := textElements(c, 1, i), column.At[uint8](c.args[3], i) != 0
		item := jsontext.Value{Kind: 'n', Raw: "null"}
		var err error
		if !c.isNull(2, i) {
			item = jsontext.Parse(string(c.args[2].BytesAt(i)))
		} else {
			if c.isNull(4, i) {
				return sqlerr.New(sqlerr.InvalidParameterValue, "null_value_treatment must be \"delete_key\", \"return_target\", \"use_json_null\", or \"raise_exception\"")
			}
			switch string(c.args[4].BytesAt(i)) {
			case "raise_exception":
				return sqlerr.New(sqlerr.NullValueNotAllowed, "JSON value must not be null").
					WithDetail("Exception was raised because null_value_treatment is \"raise_exception\".").
					WithHint("To avoid, either change the null_value_treatment argument or ensure that an SQL NULL is not passed.")
			case "use_json_null":
			case "delete_key":
				if v, err = v.DeletePath(path); err != nil {
					return err
				}
				c.putDocumentValue(i, v)
				return nil
			case "return_target":
				c.putDocumentValue(i, v)
				return nil
			default:
				return sqlerr.New(sqlerr.InvalidParameterValue, "null_value_treatment must be \"delete_key\", \"return_target\", \"use_json_null\", or \"raise_exception\"")
			}
		}
		if v, err = v.Set(path, item, create); err != nil {
			return err
		}
		c.putDocumentValue(i, v)
		return nil
	})
}

func (c *call) putDocumentValue(i int, v jsontext.Value) {
	off := c.begin()
	c.s.heap = v.Append(c.s.heap)
	c.end(i, off)
}

// jsonObject is json_object(pairs) and json_object(keys, values).
func jsonObject(canonical bool) apply {
	return func(c *call) error {
		var buf []byte
		return c.each(func(i int) error {
			keys := c.elements(0, i)
			values, step := keys, 2
			n := keys.n / 2
			switch {
			case len(c.args) == 2:
				values, step = c.elements(1, i), 1
				if len(keys.dims) > 1 || len(values.dims) > 1 {
					return sqlerr.New(sqlerr.ArraySubscriptError, "wrong number of array subscripts")
				}
				if n = keys.n; n != values.n {
					return sqlerr.New(sqlerr.ArraySubscriptError, "mismatched array dimensions")
				}
			case len(keys.dims) == 1 && keys.n%2 != 0:
				return sqlerr.New(sqlerr.ArraySubscriptError, "array must have even number of elements")
			case len(keys.dims) == 2 && keys.dims[1].Len != 2:
				return sqlerr.New(sqlerr.ArraySubscriptError, "array must have two columns")
			case len(keys.dims) > 2:
				return sqlerr.New(sqlerr.ArraySubscriptError, "wrong number of array subscripts")
			}
			buf = append(buf[:0], '{')
			for k := range n {
				kp, vp := keys.off+k*step, values.off+k*step+step-1
				if keys.col.IsNull(kp) {
					return sqlerr.New(sqlerr.NullValueNotAllowed, "null value not allowed for object key")
				}
				if k > 0 {
					buf = append(buf, ", "...)
				}
				buf = append(types.AppendJSONString(buf, string(keys.col.BytesAt(kp))), " : "...)
				if values.col.IsNull(vp) {
					buf = append(buf, "null"...)
				} else {
					buf = types.AppendJSONString(buf, string(values.col.BytesAt(vp)))
				}
			}
			return c.putDocument(i, append(buf, '}'), canonical)
		})
	}
}
