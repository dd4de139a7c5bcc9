package estimate

import (
	"math"
	"strconv"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

// datumFloat places a value on an axis on which ranges can be measured.
// Numerics are taken at their scale, texts by their first bytes.
func datumFloat(d types.Datum, t types.Type) (float64, bool) {
	if d.Null {
		return 0, false
	}
	switch d.Kind {
	case column.Bool, column.Int16, column.Int32, column.Int64:
		if t.OID == types.NumericOID {
			return float64(d.I) / math.Pow10(int(t.Scale)), true
		}
		return float64(d.I), true
	case column.Float32, column.Float64:
		return d.F, !math.IsNaN(d.F) && !math.IsInf(d.F, 0)
	case column.Int128:
		v := d.AsInt128()
		return (float64(v.Hi)*math.Pow(2, 64) + float64(v.Lo)) / math.Pow10(int(t.Scale)), true
	case column.Numeric:
		f, err := strconv.ParseFloat(numeric.Decode([]byte(d.S)).String(), 64)
		return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
	case column.Bytes:
		v := 0.0
		for i := range 8 {
			v *= 256
			if i < len(d.S) {
				v += float64(d.S[i])
			}
		}
		return v, true
	}
	return 0, false
}

func constFloat(e scalar.Expr) (float64, bool) {
	c, ok := stripCast(e).(*scalar.Const)
	if !ok {
		return 0, false
	}
	return datumFloat(c.Value, c.Typ)
}

// comparable places a constant on the axis of a column of type t.
func comparable(e scalar.Expr, t types.Type) (float64, bool) {
	c, ok := stripCast(e).(*scalar.Const)
	if !ok {
		return 0, false
	}
	v, ok := datumFloat(c.Value, c.Typ)
	if !ok {
		return 0, false
	}
	const day = 86400e6
	from, to := axis(c.Typ), axis(t)
	switch {
	case from == to:
		return v, true
	case from == microseconds && to == days:
		return v / day, true
	case from == days && to == microseconds:
		return v * day, true
	}
	return 0, false
}

type axisKind uint8

const (
	noAxis axisKind = iota
	number
	days
	microseconds
	text
)

func axis(t types.Type) axisKind {
	switch t.OID {
	case types.DateOID:
		return days
	case types.TimestampOID, types.TimestamptzOID:
		return microseconds
	case types.NumericOID:
		return number
	}
	switch t.Kind() {
	case column.Int16, column.Int32, column.Int64, column.Float32, column.Float64:
		return number
	case column.Bytes:
		return text
	}
	return noAxis
}

func sameAxis(a, b types.Type) bool { return axis(a) == axis(b) }

// stripCast looks through casts, which keep the order of values.
func stripCast(e scalar.Expr) scalar.Expr {
	for {
		c, ok := e.(*scalar.Cast)
		if !ok || axis(c.Typ) == noAxis || axis(c.Arg.Type()) == noAxis || axis(c.Typ) == text != (axis(c.Arg.Type()) == text) {
			return e
		}
		e = c.Arg
	}
}
