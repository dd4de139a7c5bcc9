package eval

import (
	"math"
	"strings"

	"github.com/inlaydb/inlay/catalog/datetime"
	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// others is what is left: one type with another typmod, arrays, "char", jsonb,
// and pairs that are kept alike.
func (c *caster) others() (node, bool, error) {
	from, to := c.from.OID, c.to.OID
	switch {
	case from == to:
		return c.typmod(c.arg), true, nil
	case c.from.IsArray() && c.to.IsArray():
		return c.elements()
	case from == types.CharOID && to == types.Int4OID:
		return c.call(func(c *call) error {
			s, dst := c.text(0), column.Values[int32](c.out)
			return c.each(func(i int) error {
				dst[i] = 0
				if b := s.At(i); len(b) > 0 {
					dst[i] = int32(int8(b[0]))
				}
				return nil
			})
		}), true, nil
	case from == types.Int4OID && to == types.CharOID:
		return c.call(func(c *call) error {
			x := arg[int32](c, 0)
			return c.each(func(i int) error {
				v := x.at(i)
				if v < math.MinInt8 || v > math.MaxInt8 {
					return sqlerr.New(sqlerr.NumericValueOutOfRange, `"char" out of range`)
				}
				var b []byte
				if v != 0 {
					b = []byte{byte(v)}
				}
				c.putText(i, b)
				return nil
			})
		}), true, nil
	case from == types.JSONBOID && to != types.JSONOID:
		n, err := c.fromJSONB()
		return n, err == nil, err
	case from == types.JSONOID && to == types.JSONBOID:
		return c.fromString(), true, nil
	case from == types.XID8OID && to == types.XIDOID:
		return c.all(func(c *call) error {
			x, dst := arg[int64](c, 0), column.Values[int64](c.out)
			for i := range dst {
				dst[i] = int64(uint32(x.at(i)))
			}
			return nil
		}), true, nil
	case c.from.Kind() == c.to.Kind():
		return c.arg, true, nil
	}
	// Through the text form.
	n := c.toText()
	return c.then(n, types.New(types.TextOID)).fromString(), true, nil
}

func (c *caster) toText() node {
	to := c.to
	c.to = types.New(types.TextOID)
	defer func() { c.to = to }()
	return c.toString()
}

// typmod applies the target's typmod to values of the target's type.
func (c *caster) typmod(n node) node {
	to := c.to
	if to.Typmod < 0 || c.from.OID == to.OID && c.from.Typmod == to.Typmod {
		return n
	}
	one := func(a apply) node { return c.cp.newCall("cast", a, []node{n}, []types.Type{c.from}, to) }
	precision := int(to.Typmod)
	switch to.OID {
	case types.VarcharOID, types.BPCharOID:
		return c.length(n)
	case types.NumericOID:
		return c.then(n, c.from).numericTypmod(n)
	case types.TimestampOID, types.TimestamptzOID:
		return one(map1(func(t int64) (int64, error) { return datetime.RoundTimestamp(t, precision), nil }))
	case types.TimeOID:
		return one(map1(func(t int64) (int64, error) { return datetime.RoundTime(t, precision), nil }))
	case types.TimetzOID:
		return one(mapText(func(dst, s []byte) []byte {
			t := datetime.DecodeTimeTZ(s)
			t.Micros = datetime.RoundTime(t.Micros, precision)
			b := t.Encode()
			return append(dst, b[:]...)
		}))
	case types.IntervalOID:
		fields, precision := types.IntervalTypmodParts(to.Typmod)
		return one(map1(func(v interval) (interval, error) { return datetime.RestrictInterval(v, fields, precision) }))
	}
	if to.IsArray() {
		if e, ok, err := c.then(n, types.New(to.OID)).elements(); ok && err == nil {
			return e
		}
	}
	return n
}

// elements casts arrays element by element.
func (c *caster) elements() (node, bool, error) {
	from, to := c.from.Elem(), c.to.Elem()
	from.Typmod = c.from.Typmod
	inner, err := c.cp.convert(columnNode(0), from, to, c.ctx)
	if err != nil {
		return nil, false, err
	}
	if _, same := inner.(columnNode); same {
		return c.arg, true, nil
	}
	return &elementsNode{arg: c.arg, inner: inner}, true, nil
}

// elementsNode computes an expression of the elements of arrays.
type elementsNode struct {
	arg, inner node
	s, fs      scratch
	f          frame
	cols       [1]*column.Column
}

func (n *elementsNode) eval(f *frame, sel []int32) (*column.Column, error) {
	a, err := n.arg.eval(f, sel)
	if err != nil || a.AllNull() {
		return a, err
	}
	single := a.Form == column.Constant
	if single {
		sel = nil
	}
	a = n.fs.flatten(a, sel)
	rows := rowsOf(f, sel)
	size := f.n
	if single {
		rows, size = sequence(1), 1
	}
	// Only elements of the rows that count, one behind the other.
	b := kernel.NewBuilder(column.List)
	b.Append(a, rows)
	all := b.Column()
	out := n.s.flat(column.List, size)
	dst, src := column.Values[column.ListView](out), column.Values[column.ListView](all)
	clear(dst)
	for k, i := range rows {
		dst[i] = src[k]
	}
	out.Child = all.Child
	if all.Child.Len > 0 {
		n.cols[0] = all.Child
		n.f = frame{cols: n.cols[:], n: all.Child.Len}
		res, err := n.inner.eval(&n.f, nil)
		if err != nil {
			return nil, err
		}
		out.Child = kernel.Concat(res.Kind, []*column.Column{res})
	}
	if single {
		return constant(out, f.n), nil
	}
	out.Valid = a.Valid
	return out, nil
}

// fromJSONB casts a jsonb scalar.
func (c *caster) fromJSONB() (node, error) {
	to := c.to
	want, ok := map[types.OID]string{types.BoolOID: "boolean", types.NumericOID: "numeric", types.Int2OID: "smallint", types.Int4OID: "integer",
		types.Int8OID: "bigint", types.Float4OID: "real", types.Float8OID: "double precision"}[to.OID]
	if !ok {
		return nil, sqlerr.New(sqlerr.CannotCoerce, "cannot cast type jsonb to %s", typeName(to))
	}
	return c.call(func(c *call) error {
		s := c.text(0)
		return c.each(func(i int) error {
			b := string(s.At(i))
			kind := ""
			switch {
			case b == "true" || b == "false":
				if to.OID == types.BoolOID {
					c.putBool(i, b == "true")
					return nil
				}
				kind = "boolean"
			case b == "null":
				kind = "null"
			case strings.HasPrefix(b, `"`):
				kind = "string"
			case strings.HasPrefix(b, "["):
				kind = "array"
			case strings.HasPrefix(b, "{"):
				kind = "object"
			case to.OID == types.BoolOID:
				kind = "numeric"
			}
			if kind != "" {
				return sqlerr.New(sqlerr.InvalidParameterValue, "cannot cast jsonb %s to type %s", kind, want)
			}
			v, err := numeric.Parse(b)
			if err != nil {
				return err
			}
			var d types.Datum
			switch to.OID {
			case types.NumericOID:
				if v, err = numeric.ApplyTypmod(v, to.Typmod); err != nil {
					return err
				}
				return c.putNumeric(i, v)
			case types.Int2OID:
				x, e := v.Int16()
				d, err = types.Int(column.Int16, int64(x)), e
			case types.Int4OID:
				x, e := v.Int32()
				d, err = types.Int(column.Int32, int64(x)), e
			case types.Int8OID:
				x, e := v.Int64()
				d, err = types.Int(column.Int64, x), e
			case types.Float4OID:
				x, e := v.Float32()
				d, err = types.Datum{Kind: column.Float32, F: float64(x)}, e
			default:
				x, e := v.Float64()
				d, err = types.Float(x), e
			}
			if err != nil {
				return err
			}
			return c.put(i, d)
		})
	}), nil
}
