package aggregate

import (
	"cmp"
	"fmt"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/storage/column"
)

// compareEncoded orders two encoded numerics. Of one sign and scale they order
// by their coefficients, which have no zero bytes at their ends.
func compareEncoded(a, b []byte) int {
	if len(a) < 2 || len(b) < 2 || a[0] != b[0] || a[1] != b[1] || a[1]&(special>>8) != 0 {
		return numeric.Compare(numeric.Decode(a), numeric.Decode(b))
	}
	sign := 1
	if a[1]&(negative>>8) != 0 {
		sign = -1
	}
	if len(a) != len(b) {
		return sign * cmp.Compare(len(a), len(b))
	}
	for i := len(a) - 1; i >= 2; i-- {
		if a[i] != b[i] {
			return sign * cmp.Compare(a[i], b[i])
		}
	}
	return 0
}

// aliases gives kernels that Postgres knows under several names one name.
var aliases = map[string]string{
	"every": "bool_and", "variance": "var_samp", "stddev": "stddev_samp",
}

// newMaker finds the accumulator of a kernel for its argument types.
func newMaker(kernelName string, args []types.Type, result types.Type) (maker, error) {
	name := kernelName
	if a, ok := aliases[name]; ok {
		name = a
	}
	m := findMaker(name, args, result)
	if m == nil {
		return nil, fmt.Errorf("no aggregate kernel %s(%v)", kernelName, args)
	}
	return m, nil
}

func findMaker(name string, args []types.Type, result types.Type) maker {
	var t types.Type
	var k column.Kind
	if len(args) > 0 {
		t = args[0]
		k = t.Kind()
	}
	isNumeric := t.OID == types.NumericOID
	isInt := t.OID == types.Int2OID || t.OID == types.Int4OID || t.OID == types.Int8OID
	switch name {
	case "count":
		return func(*memory.Reservation) accumulator { return &count{} }
	case "min", "max", "any_value":
		if k == column.List {
			return collectMaker(name, args, result)
		}
	}
	switch name {
	case "min":
		return extremeMaker(t, -1)
	case "max":
		return extremeMaker(t, 1)
	case "any_value":
		return extremeMaker(t, 0)
	case "bool_and":
		return extremeIntMaker[uint8](column.Bool, -1)
	case "bool_or":
		return extremeIntMaker[uint8](column.Bool, 1)
	case "bit_and":
		return bitwiseMaker(k, '&')
	case "bit_or":
		return bitwiseMaker(k, '|')
	case "bit_xor":
		return bitwiseMaker(k, '^')
	case "sum", "avg":
		return sumMaker(name, t, result)
	case "var_pop", "var_samp", "stddev_pop", "stddev_samp":
		switch {
		case k == column.Float32, k == column.Float64:
			return func(*memory.Reservation) accumulator { return &moments{finish: momentFinish[name]} }
		case isInt || isNumeric:
			return numericMaker(name, t, result, true)
		}
	case "regr_count":
		return func(*memory.Reservation) accumulator { return &count{} }
	case "array_agg", "string_agg", "percentile_cont", "percentile_disc", "mode", "json_agg", "jsonb_agg", "json_object_agg", "jsonb_object_agg":
		return collectMaker(name, args, result)
	}
	if f := pairFinish[name]; f != nil {
		return func(*memory.Reservation) accumulator { return &comoments{finish: f} }
	}
	return nil
}

func sumMaker(name string, t, result types.Type) maker {
	avg := name == "avg"
	switch k := t.Kind(); {
	case t.OID == types.Int2OID && !avg:
		return func(*memory.Reservation) accumulator { return &sumSmall[int16]{} }
	case t.OID == types.Int4OID && !avg:
		return func(*memory.Reservation) accumulator { return &sumSmall[int32]{} }
	case t.OID == types.Int2OID, t.OID == types.Int4OID, t.OID == types.Int8OID:
		return func(*memory.Reservation) accumulator { return &sumExact{avg: avg, typ: result} }
	case t.Fixed():
		return func(*memory.Reservation) accumulator {
			return &sumExact{scale: int(t.Scale), scaled: true, avg: avg, typ: result}
		}
	case t.OID == types.NumericOID:
		return func(*memory.Reservation) accumulator { return &sumVariable{avg: avg, typ: result} }
	case k == column.Interval:
		return func(*memory.Reservation) accumulator { return &sumInterval{avg: avg} }
	case (k == column.Float32 || k == column.Float64) && avg:
		return func(*memory.Reservation) accumulator { return &moments{finish: momentFinish["avg"]} }
	case k == column.Float32:
		return func(*memory.Reservation) accumulator { return &sumFloat[float32]{kind: k} }
	case k == column.Float64:
		return func(*memory.Reservation) accumulator { return &sumFloat[float64]{kind: k} }
	}
	return nil
}

func numericMaker(name string, t, result types.Type, square bool) maker {
	return func(*memory.Reservation) accumulator {
		return &sumNumeric{scale: int(t.Scale), scaled: t.Fixed(), square: square, finish: numericFinish[name], typ: result}
	}
}
