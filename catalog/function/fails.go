package function

import (
	"strings"

	"github.com/inlaydb/inlay/catalog/types"
)

// failsWith holds, by kernel, what constant arguments say about failing. The
// planner may move what cannot fail, so LIKE with a sound pattern, a division
// by a constant and extract(year …) belong here.
//
// Numeric addition, subtraction and multiplication are marked as infallible
// altogether: they fail only beyond Postgres's format of 131072 digits before
// the point, which no stored value comes near.
var failsWith = map[string]func(args []*types.Datum) bool{
	"like":           badPattern,
	"not_like":       badPattern,
	"ilike":          badPattern,
	"not_ilike":      badPattern,
	"bytea_like":     badPattern,
	"bytea_not_like": badPattern,

	"div":       divisorMayFail,
	"mod":       divisorMayFail,
	"div_trunc": divisorMayFail,

	"extract_date":          fieldMayFail(dateFields, weekFields),
	"extract_timestamp":     fieldMayFail(dateFields, weekFields, clockFields),
	"extract_timestamptz":   fieldMayFail(dateFields, weekFields, clockFields),
	"extract_time":          fieldMayFail(clockFields),
	"extract_interval":      fieldMayFail(dateFields, clockFields),
	"date_part_date":        fieldMayFail(dateFields, weekFields, clockFields),
	"date_part_timestamp":   fieldMayFail(dateFields, weekFields, clockFields),
	"date_part_timestamptz": fieldMayFail(dateFields, weekFields, clockFields),
	"date_part_time":        fieldMayFail(clockFields),
	"date_part_interval":    fieldMayFail(dateFields, clockFields),

	"date_trunc_timestamp":   fieldMayFail(truncFields),
	"date_trunc_timestamptz": fieldMayFail(truncFields),

	"substring":  lengthMayFail,
	"split_part": func(args []*types.Datum) bool { return !known(args, 2) || args[2].I == 0 },
}

func known(args []*types.Datum, i int) bool {
	return i < len(args) && args[i] != nil && !args[i].Null
}

// badPattern: a LIKE pattern must not end within an escape.
func badPattern(args []*types.Datum) bool {
	if !known(args, 1) {
		return true
	}
	p := args[1].S
	return (len(p)-len(strings.TrimRight(p, `\`)))%2 == 1
}

// divisorMayFail: division by zero; and for integers MinInt / -1.
func divisorMayFail(args []*types.Datum) bool {
	if !known(args, 1) {
		return true
	}
	switch d := args[1]; {
	case d.F != 0: // of floats: may overflow or underflow
		return true
	case d.S != "": // numeric of variable scale: a header and a coefficient
		return len(d.S) <= 2
	default:
		return d.I == 0 && d.U == 0 || d.I == -1
	}
}

func lengthMayFail(args []*types.Datum) bool {
	return len(args) == 3 && (!known(args, 2) || args[2].I < 0)
}

// The fields of extract and date_trunc, by the types that have them.
var (
	clockFields = map[string]bool{"hour": true, "minute": true, "second": true, "milliseconds": true, "microseconds": true, "epoch": true}
	dateFields  = map[string]bool{"year": true, "month": true, "day": true, "quarter": true, "decade": true, "century": true, "millennium": true}
	truncFields = map[string]bool{"hour": true, "minute": true, "second": true, "milliseconds": true, "microseconds": true,
		"day": true, "week": true, "month": true, "quarter": true, "year": true, "decade": true, "century": true, "millennium": true}
	weekFields = map[string]bool{"week": true, "dow": true, "isodow": true, "doy": true, "isoyear": true}
)

// fieldMayFail: the field must be a constant out of one of the sets.
func fieldMayFail(sets ...map[string]bool) func([]*types.Datum) bool {
	return func(args []*types.Datum) bool {
		if !known(args, 0) {
			return true
		}
		field := strings.ToLower(args[0].S)
		for _, s := range sets {
			if s[field] {
				return false
			}
		}
		return true
	}
}
