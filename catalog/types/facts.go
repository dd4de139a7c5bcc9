package types

import (
	_ "embed"
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/storage/column"
)

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

	// Unsupported marks a type that is known by name, so that it can be named
	// in a query and shown in pg_type, but has no values here: 0A000.
	Unsupported bool

	// The rest is for pg_type alone.
	TypType       byte // typtype: b, p, r, m
	Delim         byte
	TypElem       OID // typelem: also of name and point, which are no arrays
	Collation     OID
	Input, Output string // function names; "" for none
	Receive, Send string
	ModIn, ModOut string
	Subscript     string
}

// Real OIDs of Postgres.
const (
	BoolOID                  OID = 16
	ByteaOID                 OID = 17
	CharOID                  OID = 18 // "char"
	NameOID                  OID = 19
	Int8OID                  OID = 20
	Int2OID                  OID = 21
	Int2VectorOID            OID = 22
	Int4OID                  OID = 23
	RegprocOID               OID = 24
	TextOID                  OID = 25
	OIDOID                   OID = 26
	TIDOID                   OID = 27
	XIDOID                   OID = 28
	CIDOID                   OID = 29
	OIDVectorOID             OID = 30
	JSONOID                  OID = 114
	Float4OID                OID = 700
	Float8OID                OID = 701
	UnknownOID               OID = 705
	BPCharOID                OID = 1042
	VarcharOID               OID = 1043
	DateOID                  OID = 1082
	TimeOID                  OID = 1083
	TimestampOID             OID = 1114
	TimestamptzOID           OID = 1184
	IntervalOID              OID = 1186
	TimetzOID                OID = 1266
	NumericOID               OID = 1700
	RegprocedureOID          OID = 2202
	RegoperOID               OID = 2203
	RegoperatorOID           OID = 2204
	RegclassOID              OID = 2205
	RegtypeOID               OID = 2206
	RecordOID                OID = 2249
	AnyOID                   OID = 2276
	AnyArrayOID              OID = 2277
	VoidOID                  OID = 2278
	AnyElementOID            OID = 2283
	AnyNonArrayOID           OID = 2776
	UUIDOID                  OID = 2950
	AnyEnumOID               OID = 3500
	JSONBOID                 OID = 3802
	RegnamespaceOID          OID = 4089
	RegroleOID               OID = 4096
	AnyCompatibleOID         OID = 5077
	AnyCompatibleArrayOID    OID = 5078
	AnyCompatibleNonArrayOID OID = 5079
	CStringOID               OID = 2275
	PGNodeTreeOID            OID = 194
	ACLItemOID               OID = 1033
	PGLSNOID                 OID = 3220
	XID8OID                  OID = 5069
	RefcursorOID             OID = 1790
	RegcollationOID          OID = 4191
	RegconfigOID             OID = 3734
	RegdictionaryOID         OID = 3769
	InternalOID              OID = 2281
	TriggerOID               OID = 2279

	BoolArrayOID        OID = 1000
	ByteaArrayOID       OID = 1001
	CharArrayOID        OID = 1002
	NameArrayOID        OID = 1003
	Int2ArrayOID        OID = 1005
	Int4ArrayOID        OID = 1007
	TextArrayOID        OID = 1009
	BPCharArrayOID      OID = 1014
	VarcharArrayOID     OID = 1015
	Int8ArrayOID        OID = 1016
	Float4ArrayOID      OID = 1021
	Float8ArrayOID      OID = 1022
	OIDArrayOID         OID = 1028
	TimestampArrayOID   OID = 1115
	DateArrayOID        OID = 1182
	TimeArrayOID        OID = 1183
	TimestamptzArrayOID OID = 1185
	IntervalArrayOID    OID = 1187
	NumericArrayOID     OID = 1231
	UUIDArrayOID        OID = 2951
	RecordArrayOID      OID = 2287

	JSONPathOID OID = 4072
)

// FactsOf is the row of an OID; nil where there is no such type.
func FactsOf(oid OID) *Facts { return factsByOID[oid] }

// FactsByName is the row of a name as pg_type has it (int4, _int4, "char" as
// char); nil where there is none.
func FactsByName(name string) *Facts { return factsByName[name] }

// AllFacts is every type, by ascending OID. Shared: read only.
func AllFacts() []*Facts { return factTable }

func kindOf(oid OID) column.Kind {
	if f := factsByOID[oid]; f != nil {
		return f.Kind
	}
	return column.Invalid
}

//go:embed facts.tsv
var factsTSV string

// The tables are filled when the package starts; nothing writes to them later.
var (
	factTable   = readFacts()
	factsByOID  = make(map[OID]*Facts, len(factTable))
	factsByName = make(map[string]*Facts, len(factTable))
)

func init() {
	for _, f := range factTable {
		factsByOID[f.OID] = f
		factsByName[f.Name] = f
	}
	for _, f := range factTable {
		if f.Elem != 0 {
			f.Kind = column.List
			f.Unsupported = factsByOID[f.Elem].Unsupported
		}
	}
}

func readFacts() []*Facts {
	lines := strings.Split(strings.TrimSpace(factsTSV), "\n")[1:]
	rows := make([]Facts, len(lines))
	table := make([]*Facts, len(lines))
	for i, line := range lines {
		c := strings.Split(line, "\t")
		rows[i] = Facts{
			OID: oidField(c[0]), Name: c[1], SQLName: c[2], Len: int16(intField(c[3])), ByVal: c[4] == "t",
			TypType: c[5][0], Category: c[6][0], Preferred: c[7] == "t", Delim: c[8][0],
			TypElem: oidField(c[9]), Array: oidField(c[10]), Input: c[11], Output: c[12], Receive: c[13], Send: c[14],
			ModIn: c[15], ModOut: c[16], Align: c[17][0], Storage: c[18][0], Collation: oidField(c[19]), Subscript: c[20],
		}
		f := &rows[i]
		f.Pseudo = f.TypType == 'p'
		f.Collated = f.Collation != 0
		if f.Subscript == "array_subscript_handler" {
			f.Elem = f.TypElem
		}
		k, ok := kinds[f.OID]
		switch {
		case ok:
			f.Kind = k
		case !f.Pseudo && f.Elem == 0:
			f.Kind = column.Bytes
			f.Unsupported = true
		}
		table[i] = f
	}
	return table
}

func intField(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic("catalog/types: facts.tsv: " + err.Error())
	}
	return n
}

func oidField(s string) OID { return OID(intField(s)) }

// kinds says how the values of each type are kept; arrays are lists. A type
// that is neither here nor a pseudo-type is Unsupported.
var kinds = map[OID]column.Kind{
	BoolOID: column.Bool, Int2OID: column.Int16, Int4OID: column.Int32, Int8OID: column.Int64,
	Float4OID: column.Float32, Float8OID: column.Float64, NumericOID: column.Numeric,
	TextOID: column.Bytes, VarcharOID: column.Bytes, BPCharOID: column.Bytes, NameOID: column.Bytes, CharOID: column.Bytes,
	ByteaOID: column.Bytes, UnknownOID: column.Bytes, CStringOID: column.Bytes, RefcursorOID: column.Bytes,
	DateOID: column.Int32, TimeOID: column.Int64, TimestampOID: column.Int64, TimestamptzOID: column.Int64,
	TimetzOID: column.Bytes, IntervalOID: column.Interval, UUIDOID: column.Fixed16,
	JSONOID: column.Bytes, JSONBOID: column.Bytes, PGNodeTreeOID: column.Bytes, ACLItemOID: column.Bytes,
	OIDOID: column.Int64, RegprocOID: column.Int64, RegprocedureOID: column.Int64, RegoperOID: column.Int64,
	RegoperatorOID: column.Int64, RegclassOID: column.Int64, RegtypeOID: column.Int64, RegroleOID: column.Int64,
	RegnamespaceOID: column.Int64, RegcollationOID: column.Int64, RegconfigOID: column.Int64, RegdictionaryOID: column.Int64,
	XIDOID: column.Int64, CIDOID: column.Int64, TIDOID: column.Bytes, XID8OID: column.Int64, PGLSNOID: column.Int64,
	VoidOID: column.Bytes, RecordOID: column.Bytes, JSONPathOID: column.Bytes,
}
