package column

// Kind says how one value lies in memory. SQL types map onto kinds
// many-to-one (catalog/types holds the map); storage knows only kinds.
type Kind uint8

const (
	Invalid  Kind = iota
	Bool          // uint8, 0 or 1
	Int16         // int16
	Int32         // int32; also date (days since 1970-01-01, extremes are ±infinity)
	Int64         // int64; also oid, time and timestamps (µs since 1970-01-01, extremes are ±infinity), numeric up to 18 digits at a known scale
	Float32       // float32
	Float64       // float64
	Int128        // Int128Value; numeric up to 38 digits at a known scale
	Interval      // IntervalValue
	Fixed16       // [16]byte: uuid
	Bytes         // View: text, bytea, json, …
	Numeric       // View over the encoding of catalog/numeric: variable scale, NaN, infinities
	List          // ListView into Child
	kindCount
)

// Width is the size in bytes of one value in Data.
func (k Kind) Width() int { return int(widths[k]) }

var widths = [kindCount]uint8{0, 1, 2, 4, 8, 4, 8, 16, 16, 16, 16, 16, 16}

var kindNames = [kindCount]string{"invalid", "bool", "int16", "int32", "int64", "float32", "float64", "int128", "interval", "fixed16", "bytes", "numeric", "list"}

func (k Kind) String() string { return kindNames[k] }

// IsView says whether values are Views into heap buffers.
func (k Kind) IsView() bool { return k == Bytes || k == Numeric }

// Int128Value is a two's complement 128-bit integer.
type Int128Value struct {
	Lo uint64
	Hi int64
}

// IntervalValue is Postgres's interval: the three parts do not carry into
// each other.
type IntervalValue struct {
	Micros int64
	Days   int32
	Months int32
}

// ListView places one list in the child column: elements Off to Off+Len.
type ListView struct {
	Off   uint32
	Len   uint32
	Shape uint32 // see ShapeOf; 0: one dimension from 1
	_     uint32
}

// Element is a Go type that a column's Data can be seen as.
type Element interface {
	~uint8 | ~int16 | ~int32 | ~int64 | ~uint32 | ~uint64 | ~float32 | ~float64 |
		Int128Value | IntervalValue | [16]byte | View | ListView
}
