package types

import (
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/catalog/numeric"
)

// String is the type as Postgres's error messages and format_type write it.
func (t Type) String() string { return FormatType(t.OID, t.Typmod) }

// FormatType is format_type(oid, typmod), where a negative typmod says that
// none is known: "character varying(10)", "timestamp(3) without time zone",
// "integer[]". An OID that is no type is ???.
func FormatType(oid OID, typmod int32) string {
	f := FactsOf(oid)
	switch {
	case oid == 0:
		return "-"
	case f == nil:
		return "???"
	case f.Elem != 0 && f.Name[0] == '_':
		return FormatType(f.Elem, typmod) + "[]"
	case typmod < 0:
		return f.SQLName
	}
	mod := formatTypmod(oid, typmod)
	switch oid {
	case TimeOID, TimetzOID, TimestampOID, TimestamptzOID:
		// The modifier stands after the first word: "timestamp(3) with time zone".
		word, rest, _ := strings.Cut(f.SQLName, " ")
		return word + mod + " " + rest
	}
	return f.SQLName + mod
}

// FormatColumnType is format_type for a typmod that is known to be absent if
// negative, as pg_attribute's is: there character without a length is bpchar.
func FormatColumnType(oid OID, typmod int32) string {
	f := FactsOf(oid)
	if typmod < 0 && f != nil {
		elem := oid
		if f.Elem != 0 && f.Name[0] == '_' {
			elem = f.Elem
		}
		switch elem {
		case BPCharOID:
			return strings.Replace(FormatType(oid, -1), "character", "bpchar", 1)
		case bitOID:
			return strings.Replace(FormatType(oid, -1), "bit", `"bit"`, 1)
		}
	}
	return FormatType(oid, typmod)
}

const (
	bitOID    OID = 1560
	varbitOID OID = 1562
)

// formatTypmod is what Postgres's typmodout functions give: "(10,2)".
func formatTypmod(oid OID, typmod int32) string {
	n := int(typmod)
	switch oid {
	case VarcharOID, BPCharOID:
		if n < 4 {
			return ""
		}
		n -= 4
	case NumericOID:
		p, s, ok := numeric.FromTypmod(typmod)
		if !ok {
			return ""
		}
		return "(" + strconv.Itoa(p) + "," + strconv.Itoa(s) + ")"
	case IntervalOID:
		return formatIntervalTypmod(typmod)
	case TimeOID, TimetzOID, TimestampOID, TimestamptzOID, bitOID, varbitOID:
	default:
	}
	return "(" + strconv.Itoa(n) + ")"
}
