// Package arrowcolumn makes columns of SQL types from Arrow arrays.
//
//	arrow.DataType ─► TypeOf ─► types.Type
//	arrow.Array    ─► Reader.Read ─► column.Column   a window of rows at a time
//
// The mapping is that of Parquet files: unsigned integers become the next wider
// type, nanoseconds are rounded down to microseconds, lists of scalars are
// arrays, and what has no SQL type (structs, maps, unions, lists of those) is
// jsonb. Integers and floats without NULLs are not copied.
package arrowcolumn

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/inlaydb/inlay/catalog/types"
)

// TypeOf is the SQL type of an Arrow type; the second result says why it has
// none.
func TypeOf(dt arrow.DataType) (types.Type, string) {
	switch t := dt.(type) {
	case *arrow.TimestampType:
		if t.TimeZone != "" {
			return types.New(types.TimestamptzOID), ""
		}
		return types.New(types.TimestampOID), ""
	case *arrow.Decimal32Type:
		return types.NewNumeric(int(t.Precision), int(t.Scale)), ""
	case *arrow.Decimal64Type:
		return types.NewNumeric(int(t.Precision), int(t.Scale)), ""
	case *arrow.Decimal128Type:
		return types.NewNumeric(int(t.Precision), int(t.Scale)), ""
	case *arrow.Decimal256Type:
		return types.NewNumeric(int(t.Precision), int(t.Scale)), ""
	case *arrow.DictionaryType:
		return TypeOf(t.ValueType)
	case arrow.ExtensionType:
		switch t.ExtensionName() {
		case "arrow.uuid":
			return types.New(types.UUIDOID), ""
		case "arrow.json":
			return types.New(types.JSONBOID), ""
		}
		return TypeOf(t.StorageType())
	case *arrow.ListType:
		return listOf(t.Elem())
	case *arrow.LargeListType:
		return listOf(t.Elem())
	case *arrow.FixedSizeListType:
		return listOf(t.Elem())
	}
	if oid, ok := plain[dt.ID()]; ok {
		return types.New(oid), ""
	}
	switch dt.ID() {
	case arrow.UINT64:
		return types.NewNumeric(20, 0), ""
	case arrow.STRUCT, arrow.MAP, arrow.SPARSE_UNION, arrow.DENSE_UNION, arrow.LIST_VIEW, arrow.LARGE_LIST_VIEW:
		return types.New(types.JSONBOID), ""
	}
	return types.Type{}, fmt.Sprintf("Arrow type %s", dt)
}

var plain = map[arrow.Type]types.OID{
	arrow.NULL: types.TextOID, arrow.BOOL: types.BoolOID, arrow.INT8: types.Int2OID, arrow.UINT8: types.Int2OID, arrow.INT16: types.Int2OID,
	arrow.UINT16: types.Int4OID, arrow.INT32: types.Int4OID, arrow.UINT32: types.Int8OID, arrow.INT64: types.Int8OID,
	arrow.FLOAT16: types.Float4OID, arrow.FLOAT32: types.Float4OID, arrow.FLOAT64: types.Float8OID,
	arrow.STRING: types.TextOID, arrow.LARGE_STRING: types.TextOID, arrow.STRING_VIEW: types.TextOID,
	arrow.BINARY: types.ByteaOID, arrow.LARGE_BINARY: types.ByteaOID, arrow.BINARY_VIEW: types.ByteaOID, arrow.FIXED_SIZE_BINARY: types.ByteaOID,
	arrow.DATE32: types.DateOID, arrow.DATE64: types.DateOID, arrow.TIME32: types.TimeOID, arrow.TIME64: types.TimeOID,
	arrow.DURATION: types.IntervalOID, arrow.INTERVAL_MONTHS: types.IntervalOID, arrow.INTERVAL_DAY_TIME: types.IntervalOID, arrow.INTERVAL_MONTH_DAY_NANO: types.IntervalOID,
}

// listOf is an array of scalars, or jsonb.
func listOf(elem arrow.DataType) (types.Type, string) {
	e, why := TypeOf(elem)
	if why != "" {
		return e, why
	}
	if a := types.ArrayOf(e); a.OID != 0 && !e.IsArray() && e.OID != types.JSONBOID {
		return a, ""
	}
	return types.New(types.JSONBOID), ""
}
