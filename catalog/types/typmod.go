package types

import (
	"strconv"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// Longest declared strings, as in Postgres.
const maxStringLength = 10 * 1024 * 1024

// TypmodIn packs the modifiers written after a type's name: (10) of varchar,
// (10, 2) of numeric, (3) of timestamp; of interval its precision, or fields
// and precision as IntervalTypmod packs them. notice, if it is not nil, is a
// warning for the client: Postgres lowers a precision that is too high.
func TypmodIn(oid OID, mods []int32) (typmod int32, notice *sqlerr.Error, err error) {
	f := FactsOf(oid)
	if f != nil && f.Elem != 0 && f.Name[0] == '_' {
		return TypmodIn(f.Elem, mods)
	}
	if len(mods) == 0 {
		return -1, nil, nil
	}
	bad := func(format string, args ...any) (int32, *sqlerr.Error, error) {
		return 0, nil, sqlerr.New(sqlerr.InvalidParameterValue, format, args...)
	}
	n := mods[0]
	switch oid {
	case VarcharOID, BPCharOID, bitOID, varbitOID:
		name := map[OID]string{VarcharOID: "varchar", BPCharOID: "char", bitOID: "bit", varbitOID: "varbit"}[oid]
		limit, header := int32(maxStringLength), int32(4)
		if oid == bitOID || oid == varbitOID {
			limit, header = maxStringLength*8, 0
		}
		switch {
		case len(mods) != 1:
			return bad("invalid type modifier")
		case n < 1:
			return bad("length for type %s must be at least 1", name)
		case n > limit:
			return bad("length for type %s cannot exceed %d", name, limit)
		}
		return n + header, nil, nil
	case NumericOID:
		scale := int32(0)
		switch len(mods) {
		case 1:
		case 2:
			scale = mods[1]
		default:
			return bad("invalid NUMERIC type modifier")
		}
		if n < 1 || n > 1000 {
			return bad("NUMERIC precision %d must be between 1 and 1000", n)
		}
		if scale < -1000 || scale > 1000 {
			return bad("NUMERIC scale %d must be between -1000 and 1000", scale)
		}
		return numeric.Typmod(int(n), int(scale)), nil, nil
	case TimeOID, TimetzOID, TimestampOID, TimestamptzOID:
		name, suffix := "TIME", ""
		if oid == TimestampOID || oid == TimestamptzOID {
			name = "TIMESTAMP"
		}
		if oid == TimetzOID || oid == TimestamptzOID {
			suffix = " WITH TIME ZONE"
		}
		if len(mods) != 1 {
			return bad("invalid type modifier")
		}
		if n < 0 {
			return bad("%s(%d)%s precision must not be negative", name, n, suffix)
		}
		if n > 6 {
			notice = sqlerr.Notice(sqlerr.SeverityWarning, sqlerr.InvalidParameterValue,
				"%s(%d)%s precision reduced to maximum allowed, %d", name, n, suffix, 6)
			n = 6
		}
		return n, notice, nil
	case IntervalOID:
		fields, precision := int32(IntervalAllFields), int32(intervalFullPrecision)
		switch len(mods) {
		case 1:
			fields = n
		case 2:
			fields, precision = n, mods[1]
		default:
			return bad("invalid INTERVAL type modifier")
		}
		if precision != intervalFullPrecision {
			if precision < 0 {
				return bad("INTERVAL(%d) precision must not be negative", precision)
			}
			if precision > 6 {
				notice = sqlerr.Notice(sqlerr.SeverityWarning, sqlerr.InvalidParameterValue,
					"INTERVAL(%d) precision reduced to maximum allowed, %d", precision, 6)
				precision = 6
			}
		}
		return precision&0xffff | fields&0x7fff<<16, notice, nil
	}
	return 0, nil, sqlerr.New(sqlerr.SyntaxError, "type modifier is not allowed for type %s", sqlerr.Quote(typname(f)))
}

func typname(f *Facts) string {
	if f == nil {
		return "???"
	}
	return f.Name
}

// Interval fields as Postgres's interval typmods number them; they combine.
const (
	IntervalMonth  = 1 << 1
	IntervalYear   = 1 << 2
	IntervalDay    = 1 << 3
	IntervalHour   = 1 << 10
	IntervalMinute = 1 << 11
	IntervalSecond = 1 << 12

	IntervalAllFields     = 0x7fff
	intervalFullPrecision = 0xffff
)

// IntervalTypmodParts unpacks an interval's typmod; precision is -1 where
// there is none.
func IntervalTypmodParts(typmod int32) (fields, precision int) {
	if typmod < 0 {
		return IntervalAllFields, -1
	}
	fields, precision = int(typmod>>16)&0x7fff, int(typmod)&0xffff
	if precision == intervalFullPrecision {
		precision = -1
	}
	return fields, precision
}

func formatIntervalTypmod(typmod int32) string {
	fields, precision := IntervalTypmodParts(typmod)
	s := ""
	switch fields {
	case IntervalYear:
		s = " year"
	case IntervalMonth:
		s = " month"
	case IntervalDay:
		s = " day"
	case IntervalHour:
		s = " hour"
	case IntervalMinute:
		s = " minute"
	case IntervalSecond:
		s = " second"
	case IntervalYear | IntervalMonth:
		s = " year to month"
	case IntervalDay | IntervalHour:
		s = " day to hour"
	case IntervalDay | IntervalHour | IntervalMinute:
		s = " day to minute"
	case IntervalDay | IntervalHour | IntervalMinute | IntervalSecond:
		s = " day to second"
	case IntervalHour | IntervalMinute:
		s = " hour to minute"
	case IntervalHour | IntervalMinute | IntervalSecond:
		s = " hour to second"
	case IntervalMinute | IntervalSecond:
		s = " minute to second"
	}
	if precision >= 0 {
		s += "(" + strconv.Itoa(precision) + ")"
	}
	return s
}
