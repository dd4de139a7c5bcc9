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
	t, why := leafType(c.Leaf)
	if why != "" || !c.List {
		return t, why
	}
	a := types.ArrayOf(t)
	if a.OID == 0 {
		return a, fmt.Sprintf("a list of %s", t)
	}
	return a, ""
}

func leafType(l *parquet.Leaf) (types.Type, string) {
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

// widen is the type that holds the values of both, without loss; false where
// there is none.
func widen(a, b types.Type) (types.Type, bool) {
	if a == b {
		return a, true
	}
	rank := map[types.OID]int{types.Int2OID: 1, types.Int4OID: 2, types.Int8OID: 3}
	if ra, rb := rank[a.OID], rank[b.OID]; ra > 0 && rb > 0 {
		if ra > rb {
			return a, true
		}
		return b, true
	}
	if a.OID == types.Float4OID && b.OID == types.Float8OID || a.OID == types.Float8OID && b.OID == types.Float4OID {
		return types.New(types.Float8OID), true
	}
	if a.OID == types.NumericOID && b.OID == types.NumericOID && a.Scale == b.Scale && a.Digits > 0 && b.Digits > 0 {
		return types.NewNumeric(int(max(a.Digits, b.Digits)), int(a.Scale)), true
	}
	return types.Type{}, false
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
