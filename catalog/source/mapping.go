package source

import (
	"fmt"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/parquet"
)

// typeOf is the SQL type of a Parquet column; the second result says why it
// has none.
func typeOf(c *parquet.Column) (types.Type, string) {
	if c.Unsupported != "" {
		return types.Type{}, c.Unsupported
	}
	if c.Leaf == nil {
		return types.New(types.JSONBOID), ""
	}
	t, why := LeafType(c.Leaf)
	if why != "" || !c.List {
		return t, why
	}
	a := types.ArrayOf(t)
	if a.OID == 0 {
		return a, fmt.Sprintf("a list of %s", t)
	}
	return a, ""
}

// LeafType is the SQL type of a leaf's values; the second result says why there
// is none.
func LeafType(l *parquet.Leaf) (types.Type, string) {
	a := l.Logical
	switch a.Annotation {
	case parquet.Decimal:
		return types.NewNumeric(int(a.Precision), int(a.Scale)), ""
	case parquet.Date:
		return types.New(types.DateOID), ""
	case parquet.Time:
		return types.New(types.TimeOID), ""
	case parquet.Timestamp:
		if a.UTC {
			return types.New(types.TimestamptzOID), ""
		}
		return types.New(types.TimestampOID), ""
	case parquet.UUID:
		return types.New(types.UUIDOID), ""
	case parquet.JSON:
		return types.New(types.JSONOID), ""
	case parquet.String, parquet.Enum:
		return types.New(types.TextOID), ""
	case parquet.Interval:
		return types.New(types.IntervalOID), ""
	case parquet.Integer:
		if a.Bits == 64 && !a.Signed {
			return types.NewNumeric(20, 0), ""
		}
	}
	if l.Type == parquet.Int96 {
		return types.New(types.TimestampOID), ""
	}
	switch l.Kind() {
	case column.Bool:
		return types.New(types.BoolOID), ""
	case column.Int16:
		return types.New(types.Int2OID), ""
	case column.Int32:
		return types.New(types.Int4OID), ""
	case column.Int64:
		return types.New(types.Int8OID), ""
	case column.Float32:
		return types.New(types.Float4OID), ""
	case column.Float64:
		return types.New(types.Float8OID), ""
	case column.Bytes:
		return types.New(types.ByteaOID), ""
	}
	return types.Type{}, fmt.Sprintf("%v %v", l.Type, a.Annotation)
}

// IsInteger says whether a type is smallint, integer or bigint.
func IsInteger(o types.OID) bool { return integerDigits(o) > 0 }

// integerDigits is how many digits an integer type's values have at most.
func integerDigits(o types.OID) int {
	switch o {
	case types.Int2OID:
		return 5
	case types.Int4OID:
		return 10
	case types.Int8OID:
		return 19
	}
	return 0
}

// widen is the type that holds the values of both, without loss; false where
// there is none.
func widen(a, b types.Type) (types.Type, bool) {
	if a == b {
		return a, true
	}
	if wide, ok := widenOne(a, b); ok {
		return wide, true
	}
	return widenOne(b, a)
}

func widenOne(a, b types.Type) (types.Type, bool) {
	da, db := integerDigits(a.OID), integerDigits(b.OID)
	switch {
	case da > 0 && db > 0:
		return b, da <= db
	case da > 0 && b.OID == types.NumericOID:
		return widenNumeric(types.NewNumeric(da, 0), b), true
	case a.OID == types.NumericOID && b.OID == types.NumericOID:
		return widenNumeric(a, b), true
	case b.OID == types.Float8OID:
		return b, a.OID == types.Float4OID || da > 0 && da <= 10
	case b.OID == types.TimestampOID:
		return b, a.OID == types.DateOID
	}
	if ea, eb := a.Elem(), b.Elem(); a.IsArray() && b.IsArray() && IsInteger(ea.OID) && IsInteger(eb.OID) {
		return b, integerDigits(ea.OID) <= integerDigits(eb.OID)
	}
	return types.Type{}, false
}

// widenNumeric has room for the digits of both, before the point and behind.
func widenNumeric(a, b types.Type) types.Type {
	if !a.Fixed() || !b.Fixed() {
		return types.New(types.NumericOID)
	}
	scale := int(max(a.Scale, b.Scale))
	digits := max(int(a.Digits)-int(a.Scale), int(b.Digits)-int(b.Scale)) + scale
	if digits > 38 {
		return types.New(types.NumericOID)
	}
	return types.NewNumeric(digits, scale)
}

// sameForm says whether a leaf's bounds are values of type t as they stand, or
// after Datum: neither scale nor unit differs.
func sameForm(l *parquet.Leaf, t types.Type) bool {
	own, why := LeafType(l)
	switch {
	case why != "":
		return false
	case t.OID == types.NumericOID:
		return t.Fixed() && LeafScale(l) == int(t.Scale)
	case IsInteger(t.OID):
		return IsInteger(own.OID)
	case t.OID == types.Float8OID:
		return own.OID == types.Float8OID || own.OID == types.Float4OID
	}
	return own.OID == t.OID
}

// Comparable says whether conditions on type t can be asked of a leaf's bounds,
// once values have the leaf's kind and scale.
func Comparable(l *parquet.Leaf, t types.Type) bool {
	return sameForm(l, t) || t.Fixed() && LeafScale(l) >= 0 && l.Kind() != column.Bytes
}

// LeafScale is the decimal scale that a leaf's integers have: 0 for whole
// numbers, -1 where the leaf holds no exact numbers.
func LeafScale(l *parquet.Leaf) int {
	switch l.Logical.Annotation {
	case parquet.Decimal:
		return int(l.Logical.Scale)
	case parquet.None, parquet.Integer:
		if l.Type == parquet.Int32 || l.Type == parquet.Int64 {
			return 0
		}
	}
	return -1
}
