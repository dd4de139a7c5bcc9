package eval

import (
	"math"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// intRange is the bounds of the integer types and how errors call them.
var intRange = map[types.OID]struct {
	min, max int64
	err      func() error
}{
	types.Int2OID: {math.MinInt16, math.MaxInt16, errSmallint},
	types.Int4OID: {math.MinInt32, math.MaxInt32, errInteger},
	types.Int8OID: {math.MinInt64, math.MaxInt64, errBigint},
}

// isOID says whether a type is an object identifier: a number kept as Int64.
func isOID(t types.OID) bool {
	switch t {
	case types.OIDOID, types.RegprocOID, types.RegprocedureOID, types.RegoperOID, types.RegoperatorOID, types.RegclassOID,
		types.RegtypeOID, types.RegnamespaceOID, types.RegroleOID, types.RegcollationOID, types.RegconfigOID, types.RegdictionaryOID:
		return true
	}
	return false
}

// numbers casts between integers, floats, numeric, oid and bool.
func (c *caster) numbers() (node, bool, error) {
	from, to := c.from.OID, c.to.OID
	_, fromInt := intRange[from]
	_, toInt := intRange[to]
	fromFloat, toFloat := from == types.Float4OID || from == types.Float8OID, to == types.Float4OID || to == types.Float8OID
	switch {
	case (fromInt || isOID(from)) && (toInt || isOID(to)):
		return c.intToInt(), true, nil
	case fromInt && to == types.Float4OID:
		return c.intToFloat32(), true, nil
	case fromInt && to == types.Float8OID:
		return c.intToFloat64(), true, nil
	case fromInt && to == types.NumericOID:
		return c.numericTypmod(c.intToNumeric()), true, nil
	case fromFloat && toInt:
		return c.floatToInt(), true, nil
	case fromFloat && toFloat:
		return c.floatToFloat(), true, nil
	case fromFloat && to == types.NumericOID:
		return c.numericTypmod(c.floatToNumeric()), true, nil
	case from == types.NumericOID && toInt:
		return c.numericToInt(), true, nil
	case from == types.NumericOID && toFloat:
		return c.numericToFloat(), true, nil
	case from == types.NumericOID && to == types.NumericOID:
		return c.numericToNumeric(), true, nil
	case from == types.BoolOID && to == types.Int4OID:
		return c.all(func(c *call) error {
			x, dst := arg[uint8](c, 0), column.Values[int32](c.out)
			for i := range dst {
				dst[i] = int32(x.at(i))
			}
			return nil
		}), true, nil
	case from == types.Int4OID && to == types.BoolOID:
		return c.all(func(c *call) error {
			x := arg[int32](c, 0)
			for i := range c.n {
				c.putBool(i, x.at(i) != 0)
			}
			return nil
		}), true, nil
	}
	return nil, false, nil
}

// intToInt casts between integers and object identifiers. Those are unsigned
// 32-bit numbers: a negative int4 becomes a large oid.
func (c *caster) intToInt() node {
	if c.from.Kind() == c.to.Kind() && !(isOID(c.to.OID) && !isOID(c.from.OID)) {
		return c.arg
	}
	var s scratch
	switch {
	case isOID(c.to.OID):
		signed := c.from.OID == types.Int4OID || c.from.OID == types.Int2OID
		return c.call(func(c *call) error {
			x, dst := operand[int64]{kernel.OperandOf[int64](widenInts(&s, c.args[0]))}, column.Values[int64](c.out)
			return c.each(func(i int) error {
				v := x.at(i)
				if signed {
					v = int64(uint32(int32(v)))
				} else if v < 0 || v > math.MaxUint32 {
					return sqlerr.New(sqlerr.NumericValueOutOfRange, "OID out of range")
				}
				dst[i] = v
				return nil
			})
		})
	case isOID(c.from.OID) && c.to.OID == types.Int4OID:
		return c.all(func(c *call) error {
			x, dst := arg[int64](c, 0), column.Values[int32](c.out)
			for i := range dst {
				dst[i] = int32(uint32(x.at(i)))
			}
			return nil
		})
	}
	r := intRange[c.to.OID]
	if c.from.Kind() < c.to.Kind() {
		return c.all(func(c *call) error { return storeInts(c, widenInts(&s, c.args[0])) })
	}
	return c.call(func(c *call) error {
		w := widenInts(&s, c.args[0])
		x := operand[int64]{kernel.OperandOf[int64](w)}
		if err := c.each(func(i int) error {
			if v := x.at(i); v < r.min || v > r.max {
				return r.err()
			}
			return nil
		}); err != nil {
			return err
		}
		return storeInts(c, w)
	})
}

// storeInts puts 64-bit integers into the result in its width, every row.
func storeInts(c *call, w *column.Column) error {
	x := kernel.OperandOf[int64](w)
	switch c.out.Kind {
	case column.Int16:
		narrow(column.Values[int16](c.out), x)
	case column.Int32:
		narrow(column.Values[int32](c.out), x)
	default:
		narrow(column.Values[int64](c.out), x)
	}
	return nil
}

func narrow[T kernel.Integer](dst []T, x kernel.Operand[int64]) {
	for i := range dst {
		dst[i] = T(x.Vals[i&x.Mask])
	}
}

func (c *caster) intToFloat32() node {
	var s scratch
	return c.all(func(c *call) error {
		x, dst := kernel.OperandOf[int64](widenInts(&s, c.args[0])), column.Values[float32](c.out)
		for i := range dst {
			dst[i] = float32(x.Vals[i&x.Mask])
		}
		return nil
	})
}

func (c *caster) intToFloat64() node {
	var s scratch
	return c.all(func(c *call) error {
		x, dst := kernel.OperandOf[int64](widenInts(&s, c.args[0])), column.Values[float64](c.out)
		for i := range dst {
			dst[i] = float64(x.Vals[i&x.Mask])
		}
		return nil
	})
}

// intToNumeric gives scaled integers of scale 0; it ignores the typmod.
func (c *caster) intToNumeric() node {
	plain := types.AsNumeric(c.from)
	wide := types.FixedNumeric(19, 0)
	out := c.to
	c.to = plain
	defer func() { c.to = out }()
	var s, ws scratch
	return c.all(func(c *call) error {
		in := widenInts(&s, c.args[0])
		x := kernel.OperandOf[int64](in)
		out := ws.flat(column.Int64, c.n)
		dst := column.Values[int64](out)
		var acc uint64
		for i := range dst {
			v := x.Vals[i&x.Mask]
			acc |= uint64(v ^ v>>63)
			dst[i] = v
		}
		if acc>>60 != 0 && c.typ.Digits == wide.Digits {
			d := column.Values[kernel.Int128](c.out)
			for i, v := range dst {
				d[i] = kernel.Wide(v)
			}
			return nil
		}
		c.out = out
		return nil
	})
}

func (c *caster) floatToInt() node {
	r := intRange[c.to.OID]
	single := c.from.OID == types.Float4OID
	return c.call(func(c *call) error {
		var f64 operand[float64]
		var f32 operand[float32]
		if single {
			f32 = arg[float32](c, 0)
		} else {
			f64 = arg[float64](c, 0)
		}
		return c.each(func(i int) error {
			var v float64
			if single {
				v = float64(f32.at(i))
			} else {
				v = f64.at(i)
			}
			v = math.RoundToEven(v)
			// float64(MaxInt64) is 2^63, one too many: hence < and its negative.
			if !(v >= float64(r.min) && v < -float64(r.min)) {
				return r.err()
			}
			switch c.out.Kind {
			case column.Int16:
				column.Values[int16](c.out)[i] = int16(v)
			case column.Int32:
				column.Values[int32](c.out)[i] = int32(v)
			default:
				column.Values[int64](c.out)[i] = int64(v)
			}
			return nil
		})
	})
}

func (c *caster) floatToFloat() node {
	if c.from.OID == c.to.OID {
		return c.arg
	}
	if c.to.OID == types.Float8OID {
		return c.all(func(c *call) error {
			x, dst := arg[float32](c, 0), column.Values[float64](c.out)
			for i := range dst {
				dst[i] = float64(x.at(i))
			}
			return nil
		})
	}
	return c.call(func(c *call) error {
		x, dst := arg[float64](c, 0), column.Values[float32](c.out)
		return c.each(func(i int) error {
			v := x.at(i)
			r := float32(v)
			switch {
			case isInf(r) && !isInf(v):
				return errOverflow()
			case r == 0 && v != 0:
				return errUnderflow()
			}
			dst[i] = r
			return nil
		})
	})
}

// floatToNumeric gives the variable form; it ignores the typmod.
func (c *caster) floatToNumeric() node {
	out := c.to
	c.to = types.New(types.NumericOID)
	defer func() { c.to = out }()
	if c.from.OID == types.Float4OID {
		return c.call(func(c *call) error {
			x := arg[float32](c, 0)
			return c.each(func(i int) error { return c.putNumeric(i, numeric.FromFloat32(x.at(i))) })
		})
	}
	return c.call(func(c *call) error {
		x := arg[float64](c, 0)
		return c.each(func(i int) error { return c.putNumeric(i, numeric.FromFloat64(x.at(i))) })
	})
}

func (c *caster) numericToInt() node {
	to := c.to.OID
	return c.call(func(c *call) error {
		return c.each(func(i int) error {
			v := c.numeric(0, i)
			switch to {
			case types.Int2OID:
				r, err := v.Int16()
				column.Values[int16](c.out)[i] = r
				return err
			case types.Int4OID:
				r, err := v.Int32()
				column.Values[int32](c.out)[i] = r
				return err
			}
			r, err := v.Int64()
			column.Values[int64](c.out)[i] = r
			return err
		})
	})
}

func (c *caster) numericToFloat() node {
	single := c.to.OID == types.Float4OID
	fixed, scale := c.from.Fixed(), int(c.from.Scale)
	return c.call(func(c *call) error {
		if fixed && !single && scale <= 18 && c.args[0].Kind == column.Int64 {
			if exactFloats(c, scale) {
				return nil
			}
		}
		return c.each(func(i int) error {
			v := c.numeric(0, i)
			if single {
				r, err := v.Float32()
				column.Values[float32](c.out)[i] = r
				return err
			}
			r, err := v.Float64()
			column.Values[float64](c.out)[i] = r
			return err
		})
	})
}

// exactFloats converts scaled integers below 2^53 with one division, which
// rounds correctly since both operands are exact.
func exactFloats(c *call, scale int) bool {
	x, dst := arg[int64](c, 0), column.Values[float64](c.out)
	div := float64(kernel.Pow10[scale])
	var acc uint64
	for i := range dst {
		v := x.at(i)
		acc |= uint64(v ^ v>>63)
		dst[i] = float64(v) / div
	}
	return acc>>53 == 0
}

// numericToNumeric changes the form, and applies the typmod.
func (c *caster) numericToNumeric() node {
	if c.to.Typmod >= 0 && c.to.Typmod != c.from.Typmod {
		return c.numericTypmod(c.arg)
	}
	return c.reform(c.arg, c.from, c.to)
}

// reform changes a numeric's form and scale without rounding.
func (c *caster) reform(n node, from, to types.Type) node {
	if from.Digits == to.Digits && from.Scale == to.Scale {
		return n
	}
	if !to.Fixed() && !from.Fixed() {
		return n
	}
	if from.Fixed() && to.Fixed() && from.Scale == to.Scale && from.Kind() <= to.Kind() {
		return n // batches may be narrower than their type
	}
	out := c.cp.newCall("cast", nil, []node{n}, []types.Type{from}, to)
	if !to.Fixed() {
		out.dense = true
		out.apply = func(c *call) error {
			w := kernel.Widen(c.args[0], column.Numeric, int(from.Scale), 0)
			if w.Form == column.Constant {
				w = column.Flatten(w)
			}
			c.out = w
			return nil
		}
		return out
	}
	if from.Fixed() && from.Scale <= to.Scale {
		out.dense = true
		out.apply = func(c *call) error {
			w := c.args[0]
			kind := w.Kind
			if to.Kind() == column.Int64 {
				kind = column.Int64
			} else if from.Scale != to.Scale {
				kind = column.Int128
			}
			if w.Kind == column.Int128 && kind == column.Int64 {
				return c.eachValid(func(i int) error { return c.putNumeric(i, c.numeric(0, i)) })
			}
			w = kernel.Widen(w, kind, int(from.Scale), int(to.Scale))
			if w.Form == column.Constant {
				w = column.Flatten(w)
			}
			if w == c.args[0] {
				copy(c.out.Data, w.Data)
				return nil
			}
			c.out = w
			return nil
		}
		return out
	}
	out.apply = numericMap(func(v numeric.Numeric) (numeric.Numeric, error) {
		return v, nil
	})
	return out
}

// numericTypmod rounds to the typmod of the target, if it has one. n is of
// c.from, or of the numeric that c.from becomes.
func (c *caster) numericTypmod(n node) node {
	from := types.AsNumeric(c.from)
	if c.from.OID == types.NumericOID {
		from = c.from
	}
	to := c.to
	if to.Typmod < 0 {
		return c.reform(n, from, to)
	}
	typmod := to.Typmod
	precision, scale, _ := numeric.FromTypmod(typmod)
	// What fits for certain only changes form.
	if from.Fixed() && to.Fixed() && scale >= int(from.Scale) && int(from.Digits)-int(from.Scale) <= precision-scale {
		return c.reform(n, from, to)
	}
	out := c.cp.newCall("cast", nil, []node{n}, []types.Type{from}, to)
	slow := numericMap(func(v numeric.Numeric) (numeric.Numeric, error) { return numeric.ApplyTypmod(v, typmod) })
	out.apply = slow
	if from.Fixed() && to.Kind() == column.Int64 && from.Scale <= 18 && to.Fixed() && scale >= 0 && precision <= 18 {
		out.apply = func(c *call) error {
			if c.args[0].Kind != column.Int64 || !roundFixed(c, int(from.Scale), scale, precision) {
				return slow(c)
			}
			return nil
		}
	}
	return out
}

// roundFixed rounds scaled integers from one scale to another, half away from
// zero. It gives up where a value is NaN or has too many digits.
func roundFixed(c *call, from, scale, precision int) bool {
	x, dst := arg[int64](c, 0), column.Values[int64](c.out)
	limit := kernel.Pow10[precision]
	ok := true
	up, down := int64(1), int64(1)
	if scale >= from {
		up = kernel.Pow10[scale-from]
	} else {
		down = kernel.Pow10[from-scale]
	}
	c.each(func(i int) error {
		v := x.at(i)
		if down > 1 {
			r := v % down
			v /= down
			if r >= (down+1)/2 {
				v++
			} else if -r >= (down+1)/2 {
				v--
			}
		} else if v >= limit/up || v <= -limit/up {
			ok = false
		} else {
			v *= up
		}
		if v >= limit || v <= -limit || x.at(i) == kernel.NaN64 {
			ok = false
		}
		dst[i] = v
		return nil
	})
	return ok
}
