package types

import "github.com/inlaydb/inlay/storage/column"

// Facts is what is known of a type: one row of pg_type and how Inlay keeps
// its values.
type Facts struct {
	OID       OID
	Name      string      // typname
	SQLName   string      // as format_type prints it without typmod
	Len       int16       // typlen: bytes, -1 varlena, -2 C string
	Category  byte        // typcategory
	Preferred bool        // typispreferred
	Pseudo    bool        // typtype 'p'
	Elem      OID         // arrays and vectors: element type
	Array     OID         // the type of arrays of this type, 0: none
	Kind      column.Kind // how values are kept; numeric: see Type.Kind
	Align     byte        // typalign
	Storage   byte        // typstorage
	ByVal     bool
	Collated  bool // typcollation <> 0
}

// Real OIDs of Postgres.
const (
	BoolOID               OID = 16
	ByteaOID              OID = 17
	CharOID               OID = 18 // "char"
	NameOID               OID = 19
	Int8OID               OID = 20
	Int2OID               OID = 21
	Int2VectorOID         OID = 22
	Int4OID               OID = 23
	RegprocOID            OID = 24
	TextOID               OID = 25
	OIDOID                OID = 26
	TIDOID                OID = 27
	XIDOID                OID = 28
	CIDOID                OID = 29
	OIDVectorOID          OID = 30
	JSONOID               OID = 114
	Float4OID             OID = 700
	Float8OID             OID = 701
	UnknownOID            OID = 705
	BPCharOID             OID = 1042
	VarcharOID            OID = 1043
	DateOID               OID = 1082
	TimeOID               OID = 1083
	TimestampOID          OID = 1114
	TimestamptzOID        OID = 1184
	IntervalOID           OID = 1186
	TimetzOID             OID = 1266
	NumericOID            OID = 1700
	RegprocedureOID       OID = 2202
	RegoperOID            OID = 2203
	RegoperatorOID        OID = 2204
	RegclassOID           OID = 2205
	RegtypeOID            OID = 2206
	RecordOID             OID = 2249
	AnyOID                OID = 2276
	AnyArrayOID           OID = 2277
	VoidOID               OID = 2278
	AnyElementOID         OID = 2283
	AnyNonArrayOID        OID = 2776
	UUIDOID               OID = 2950
	AnyEnumOID            OID = 3500
	JSONBOID              OID = 3802
	RegnamespaceOID       OID = 4089
	RegroleOID            OID = 4096
	AnyCompatibleOID      OID = 5077
	AnyCompatibleArrayOID OID = 5078
	BoolArrayOID          OID = 1000
	Int4ArrayOID          OID = 1007
	Int8ArrayOID          OID = 1016
	TextArrayOID          OID = 1009
	Float8ArrayOID        OID = 1022
	NumericArrayOID       OID = 1231
)

// FactsOf is the row of an OID; nil where there is no such type.
func FactsOf(oid OID) *Facts { return factsByOID[oid] }

func kindOf(oid OID) column.Kind {
	if f := factsByOID[oid]; f != nil {
		return f.Kind
	}
	return column.Invalid
}

// factsByOID is filled from the table below when the package starts; nothing
// writes to it later.
var factsByOID = func() map[OID]*Facts {
	m := make(map[OID]*Facts, len(factTable))
	for i := range factTable {
		m[factTable[i].OID] = &factTable[i]
	}
	return m
}()

// factTable is a first set: the author of this package completes it.
var factTable = []Facts{
	{OID: BoolOID, Name: "bool", SQLName: "boolean", Len: 1, Category: 'B', Preferred: true, Array: 1000, Kind: column.Bool, Align: 'c', Storage: 'p', ByVal: true},
	{OID: Int2OID, Name: "int2", SQLName: "smallint", Len: 2, Category: 'N', Array: 1005, Kind: column.Int16, Align: 's', Storage: 'p', ByVal: true},
	{OID: Int4OID, Name: "int4", SQLName: "integer", Len: 4, Category: 'N', Array: 1007, Kind: column.Int32, Align: 'i', Storage: 'p', ByVal: true},
	{OID: Int8OID, Name: "int8", SQLName: "bigint", Len: 8, Category: 'N', Array: 1016, Kind: column.Int64, Align: 'd', Storage: 'p', ByVal: true},
	{OID: Float4OID, Name: "float4", SQLName: "real", Len: 4, Category: 'N', Array: 1021, Kind: column.Float32, Align: 'i', Storage: 'p', ByVal: true},
	{OID: Float8OID, Name: "float8", SQLName: "double precision", Len: 8, Category: 'N', Preferred: true, Array: 1022, Kind: column.Float64, Align: 'd', Storage: 'p', ByVal: true},
	{OID: NumericOID, Name: "numeric", SQLName: "numeric", Len: -1, Category: 'N', Array: 1231, Kind: column.Numeric, Align: 'i', Storage: 'm'},
	{OID: TextOID, Name: "text", SQLName: "text", Len: -1, Category: 'S', Preferred: true, Array: 1009, Kind: column.Bytes, Align: 'i', Storage: 'x', Collated: true},
	{OID: VarcharOID, Name: "varchar", SQLName: "character varying", Len: -1, Category: 'S', Array: 1015, Kind: column.Bytes, Align: 'i', Storage: 'x', Collated: true},
	{OID: BPCharOID, Name: "bpchar", SQLName: "character", Len: -1, Category: 'S', Array: 1014, Kind: column.Bytes, Align: 'i', Storage: 'x', Collated: true},
	{OID: DateOID, Name: "date", SQLName: "date", Len: 4, Category: 'D', Array: 1182, Kind: column.Int32, Align: 'i', Storage: 'p', ByVal: true},
	{OID: TimeOID, Name: "time", SQLName: "time without time zone", Len: 8, Category: 'D', Array: 1183, Kind: column.Int64, Align: 'd', Storage: 'p', ByVal: true},
	{OID: TimestampOID, Name: "timestamp", SQLName: "timestamp without time zone", Len: 8, Category: 'D', Array: 1115, Kind: column.Int64, Align: 'd', Storage: 'p', ByVal: true},
	{OID: TimestamptzOID, Name: "timestamptz", SQLName: "timestamp with time zone", Len: 8, Category: 'D', Preferred: true, Array: 1185, Kind: column.Int64, Align: 'd', Storage: 'p', ByVal: true},
	{OID: IntervalOID, Name: "interval", SQLName: "interval", Len: 16, Category: 'T', Preferred: true, Array: 1187, Kind: column.Interval, Align: 'd', Storage: 'p'},
	{OID: UUIDOID, Name: "uuid", SQLName: "uuid", Len: 16, Category: 'U', Array: 2951, Kind: column.Fixed16, Align: 'c', Storage: 'p'},
	{OID: ByteaOID, Name: "bytea", SQLName: "bytea", Len: -1, Category: 'U', Array: 1001, Kind: column.Bytes, Align: 'i', Storage: 'x'},
	{OID: UnknownOID, Name: "unknown", SQLName: "unknown", Len: -2, Category: 'X', Pseudo: true, Kind: column.Bytes, Align: 'c', Storage: 'p'},
}
