package types

import (
	"time"

	"github.com/inlaydb/inlay/catalog/datetime"
	"github.com/inlaydb/inlay/storage/column"
)

// Style is what reading and writing values as text depends on, beside their
// type: settings of the session, the start of its transaction, and the names
// of catalog objects.
type Style struct {
	datetime.Env           // DateStyle, IntervalStyle, TimeZone, now
	ExtraFloatDigits int   // extra_float_digits; above 0 floats are exact
	ByteaEscape      bool  // bytea_output = escape
	Names            Names // for regclass and its kin; nil: numbers
}

// Names resolves catalog objects for the reg… types. typ is the type: for
// instance RegclassOID. regtype needs no help.
type Names interface {
	// ObjectName is the name that prints for an object, qualified and quoted
	// where it has to be; ok is false where there is no such object.
	ObjectName(typ, oid OID) (name string, ok bool)
	// ObjectOID finds an object by its name as written in SQL.
	ObjectOID(typ OID, name string) (OID, error)
}

// DefaultStyle is Postgres's defaults at UTC.
func DefaultStyle() *Style {
	return &Style{Env: datetime.Env{Location: time.UTC}, ExtraFloatDigits: 1}
}

// Appender appends the value in a row of a column, which is not NULL. It is
// made once for a column, or for all batches of one, and belongs to one
// goroutine.
type Appender func(dst []byte, c *column.Column, row int) []byte

// AppendText appends one value as text. For many, use TextAppender.
func AppendText(dst []byte, t Type, c *column.Column, row int, st *Style) []byte {
	return TextAppender(t, st)(dst, c, row)
}

// AppendBinary appends one value in wire format. For many, use BinaryAppender.
func AppendBinary(dst []byte, t Type, c *column.Column, row int) []byte {
	return BinaryAppender(t)(dst, c, row)
}

// Output is a value, which is not NULL, as text.
func Output(d Datum, t Type, st *Style) string {
	return string(AppendText(nil, t, d.Column(1, t.Elem().Kind()), 0, st))
}
