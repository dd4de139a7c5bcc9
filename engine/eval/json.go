package eval

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/eval/jsontext"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// Operators and functions of json and jsonb.
func init() {
	for _, b := range []string{"json", "jsonb"} {
		canonical := b == "jsonb"
		register(map[string]builder{
			b + "_object_field":      rowwise(jsonField(false)),
			b + "_object_field_text": rowwise(jsonField(true)),
			b + "_array_element":     rowwise(jsonElement(false)), b + "_array_element_text": rowwise(jsonElement(true)),
			b + "_extract_path": rowwise(jsonPath(false)), b + "_extract_path_text": rowwise(jsonPath(true)),
			b + "_array_length": rowwise(jsonLength),
			b + "_typeof": rowwise(func(c *call) error {
				s := c.text(0)
				return c.each(func(i int) error { c.putString(i, jsontext.Parse(string(s.At(i))).Type()); return nil })
			}),
			b + "_strip_nulls": rowwise(mapText(func(dst, s []byte) []byte {
				return jsontext.Parse(string(s)).StripNulls(dst, canonical)
			})),
			b + "_build_array":  jsonBuild(false, canonical),
			b + "_build_object": jsonBuild(true, canonical),
		})
	}
	register(map[string]builder{
		"to_json": toJSON(false), "to_jsonb": toJSON(true), "array_to_json": toJSON(false),
		"jsonb_eq": jsonCompare(kernel.EQ), "jsonb_ne": jsonCompare(kernel.NE), "jsonb_lt": jsonCompare(kernel.LT),
		"jsonb_le": jsonCompare(kernel.LE), "jsonb_gt": jsonCompare(kernel.GT), "jsonb_ge": jsonCompare(kernel.GE),
		"jsonb_contains":   rowwise(jsonTwo(jsontext.Contains)),
		"jsonb_contained":  rowwise(jsonTwo(func(a, b jsontext.Value) bool { return jsontext.Contains(b, a) })),
		"jsonb_exists":     rowwise(jsonExists),
		"jsonb_exists_any": rowwise(jsonExistsAll(false)),
		"jsonb_exists_all": rowwise(jsonExistsAll(true)),
		"jsonb_concat":     rowwise(jsonConcat),
		"jsonb_delete": rowwise(jsonChange(func(c *call, i int, v jsontext.Value) (jsontext.Value, error) {
			return v.DeleteKeys([]string{string(c.args[1].BytesAt(i))})
		})),
		"jsonb_delete_idx": rowwise(jsonChange(func(c *call, i int, v jsontext.Value) (jsontext.Value, error) {
			return v.DeleteIndex(int(column.At[int32](c.args[1], i)))
		})),
		"jsonb_delete_path": rowwise(jsonChange(func(c *call, i int, v jsontext.Value) (jsontext.Value, error) {
			return v.DeletePath(textElements(c, 1, i))
		})),
		"jsonb_delete_array": rowwise(jsonChange(func(c *call, i int, v jsontext.Value) (jsontext.Value, error) {
			return v.DeleteKeys(textElements(c, 1, i))
		})),
		"jsonb_set": rowwise(jsonChange(func(c *call, i int, v jsontext.Value) (jsontext.Value, error) {
			return v.Set(textElements(c, 1, i), jsontext.Parse(string(c.args[2].BytesAt(i))), column.At[uint8](c.args[3], i) != 0)
		})),
		"jsonb_pretty": rowwise(mapText(func(dst, s []byte) []byte { return jsontext.Parse(string(s)).Pretty(dst, 0) })),
	})
}

// textElements is the elements of a text array, NULLs left out.
func textElements(c *call, a, i int) []string {
	e := c.elements(a, i)
	var out []string
	for k := range e.n {
		if !e.col.IsNull(e.off + k) {
			out = append(out, string(e.col.BytesAt(e.off+k)))
		}
	}
	return out
}

// putJSON sets row i to a part of a document, as text or as JSON.
func (c *call) putJSON(i int, v jsontext.Value, ok, text bool) {
	switch {
	case !ok:
		c.null(i)
	case text:
		s, ok := v.Text()
		if !ok {
			c.null(i)
			return
		}
		c.putString(i, s)
	default:
		c.putString(i, v.Raw)
	}
}

func jsonField(text bool) apply {
	return func(c *call) error {
		s, k := c.text(0), c.text(1)
		return c.each(func(i int) error {
			v, ok := jsontext.Parse(string(s.At(i))).Field(string(k.At(i)))
			c.putJSON(i, v, ok, text)
			return nil
		})
	}
}

func jsonElement(text bool) apply {
	return func(c *call) error {
		s, k := c.text(0), arg[int32](c, 1)
		return c.each(func(i int) error {
			doc := jsontext.Parse(string(s.At(i)))
			v, ok := doc.Element(int(k.at(i)))
			if n := k.at(i); c.argt[0].OID == types.JSONBOID && doc.Scalar() && (n == 0 || n == -1) {
				v, ok = doc, true // jsonb keeps a scalar as an array of one
			}
			c.putJSON(i, v, ok, text)
			return nil
		})
	}
}

func jsonPath(text bool) apply {
	return func(c *call) error {
		s := c.text(0)
		return c.each(func(i int) error {
			v, ok := jsontext.Parse(string(s.At(i))), true
			e := c.elements(1, i)
			for k := 0; k < e.n && ok; k++ {
				if ok = !e.col.IsNull(e.off + k); ok {
					v, ok = v.Step(string(e.col.BytesAt(e.off + k)))
				}
			}
			c.putJSON(i, v, ok, text)
			return nil
		})
	}
}

func jsonLength(c *call) error {
	s, dst := c.text(0), column.Values[int32](c.out)
	return c.each(func(i int) error {
		v := jsontext.Parse(string(s.At(i)))
		switch v.Kind {
		case '[':
			dst[i] = int32(len(v.Items))
			return nil
		case '{':
			if c.argt[0].OID == types.JSONBOID {
				return sqlerr.New(sqlerr.InvalidParameterValue, "cannot get array length of a non-array")
			}
			return sqlerr.New(sqlerr.InvalidParameterValue, "cannot get array length of a non-array")
		}
		return sqlerr.New(sqlerr.InvalidParameterValue, "cannot get array length of a scalar")
	})
}

func jsonCompare(op kernel.Comparison) builder {
	return rowwise(jsonTwo(func(a, b jsontext.Value) bool { return op.Holds(jsontext.Compare(a, b)) }))
}

func jsonTwo(f func(a, b jsontext.Value) bool) apply {
	return func(c *call) error {
		a, b := c.text(0), c.text(1)
		return c.each(func(i int) error {
			c.putBool(i, f(jsontext.Parse(string(a.At(i))), jsontext.Parse(string(b.At(i)))))
			return nil
		})
	}
}

func jsonExists(c *call) error {
	s, k := c.text(0), c.text(1)
	return c.each(func(i int) error {
		c.putBool(i, jsontext.Parse(string(s.At(i))).Exists(string(k.At(i))))
		return nil
	})
}

func jsonExistsAll(all bool) apply {
	return func(c *call) error {
		s := c.text(0)
		return c.each(func(i int) error {
			v := jsontext.Parse(string(s.At(i)))
			yes := all
			for _, k := range textElements(c, 1, i) {
				if v.Exists(k) != all {
					yes = !all
					break
				}
			}
			c.putBool(i, yes)
			return nil
		})
	}
}

func jsonConcat(c *call) error {
	a, b := c.text(0), c.text(1)
	return c.each(func(i int) error {
		off := c.begin()
		c.s.heap = jsontext.Concat(jsontext.Parse(string(a.At(i))), jsontext.Parse(string(b.At(i)))).Append(c.s.heap)
		c.end(i, off)
		return nil
	})
}

func jsonChange(f func(c *call, i int, v jsontext.Value) (jsontext.Value, error)) apply {
	return func(c *call) error {
		s := c.text(0)
		return c.each(func(i int) error {
			v, err := f(c, i, jsontext.Parse(string(s.At(i))))
			if err != nil {
				return err
			}
			off := c.begin()
			c.s.heap = v.Append(c.s.heap)
			c.end(i, off)
			return nil
		})
	}
}
