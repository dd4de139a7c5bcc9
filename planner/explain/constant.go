package explain

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

// constant is a literal as Postgres deparses it: integers and numerics bare
// where reading them back gives their type, all else quoted with a cast.
func constant(c *scalar.Const) string {
	typ := types.FormatType(c.Typ.OID, c.Typ.Typmod)
	if c.Value.Null {
		return "NULL::" + typ
	}
	s := value(c.Value, c.Typ)
	switch c.Typ.OID {
	case types.BoolOID:
		return s
	case types.Int4OID:
		if c.Value.I < 0 {
			return "'" + s + "'::integer"
		}
		return s
	case types.NumericOID:
		if strings.Contains(s, ".") && !strings.HasPrefix(s, "-") {
			return s
		}
		return "'" + s + "'::" + types.FormatType(c.Typ.OID, -1)
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'::" + typ
}

// element is a constant as a member of an array literal.
func element(c *scalar.Const) string {
	if c.Value.Null {
		return "NULL"
	}
	s := value(c.Value, c.Typ)
	if s == "" || strings.EqualFold(s, "null") || strings.ContainsAny(s, "{}\", \\\t\n") {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
	}
	return s
}

// value is a value's text.
func value(d types.Datum, t types.Type) string {
	switch t.OID {
	case types.BoolOID:
		return strconv.FormatBool(d.I != 0)
	case types.DateOID:
		return infinite(d.I, types.DateNegativeInfinity, types.DateInfinity, func() string {
			return day(time.Unix(d.I*86400, 0).UTC())
		})
	case types.TimestampOID, types.TimestamptzOID:
		return infinite(d.I, types.TimestampNegativeInfinity, types.TimestampInfinity, func() string {
			at := time.UnixMicro(d.I).UTC()
			s := day(at) + at.Format(" 15:04:05.999999")
			if t.OID == types.TimestamptzOID {
				s += "+00"
			}
			return s
		})
	case types.TimeOID:
		return time.UnixMicro(d.I).UTC().Format("15:04:05.999999")
	}
	switch d.Kind {
	case column.Int128:
		if t.OID == types.NumericOID {
			return string(numeric.AppendScaled128(nil, d.I, d.U, int(t.Scale)))
		}
	case column.Int16, column.Int32, column.Int64:
		if t.OID == types.NumericOID {
			return string(numeric.AppendScaled64(nil, d.I, int(t.Scale)))
		}
		return strconv.FormatInt(d.I, 10)
	case column.Float32:
		return float(d.F, 32)
	case column.Float64:
		return float(d.F, 64)
	case column.Numeric:
		return numeric.Decode([]byte(d.S)).String()
	case column.Interval:
		return interval(d.AsInterval())
	case column.Fixed16:
		return fmt.Sprintf("%x-%x-%x-%x-%x", d.S[:4], d.S[4:6], d.S[6:8], d.S[8:10], d.S[10:])
	case column.List:
		parts := make([]string, len(d.L))
		for i, v := range d.L {
			parts[i] = element(&scalar.Const{Value: v, Typ: t.Elem()})
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	if t.OID == types.ByteaOID {
		return fmt.Sprintf(`\x%x`, d.S)
	}
	return d.S
}

func infinite(v, low, high int64, finite func() string) string {
	switch v {
	case low:
		return "-infinity"
	case high:
		return "infinity"
	}
	return finite()
}

func day(t time.Time) string {
	if y := t.Year(); y <= 0 {
		return fmt.Sprintf("%04d-%02d-%02d BC", 1-y, int(t.Month()), t.Day())
	}
	return fmt.Sprintf("%04d-%02d-%02d", t.Year(), int(t.Month()), t.Day())
}

func float(f float64, bits int) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return strconv.FormatFloat(f, 'g', -1, bits)
}

// interval is Postgres's own style: 1 year 2 mons 3 days 04:05:06.
func interval(v column.IntervalValue) string {
	var parts []string
	unit := func(n int32, one, many string) {
		switch n {
		case 0:
		case 1, -1:
			parts = append(parts, strconv.Itoa(int(n))+" "+one)
		default:
			parts = append(parts, strconv.Itoa(int(n))+" "+many)
		}
	}
	unit(v.Months/12, "year", "years")
	unit(v.Months%12, "mon", "mons")
	unit(v.Days, "day", "days")
	if v.Micros != 0 || len(parts) == 0 {
		sign, us := "", v.Micros
		if us < 0 {
			sign, us = "-", -us
		}
		s := fmt.Sprintf("%s%02d:%02d:%02d", sign, us/3600e6, us/60e6%60, us/1e6%60)
		if frac := us % 1e6; frac != 0 {
			s += strings.TrimRight(fmt.Sprintf(".%06d", frac), "0")
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, " ")
}
