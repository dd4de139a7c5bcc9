package types

import (
	"encoding/binary"
	"math"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/storage/column"
)

// A record value is a string of bytes that carries what is needed to read it:
// of each field the type, whether it is NULL, the value, and the name. Nothing
// of it leaves the server: clients get record_out's text or record_send's bytes.
//
//	count │ type value │ type value │ … │ name │ name │ …
//
// Equal values of equal types are equal bytes, save numerics of different
// scales. Names stand at the end.

// Field is one field of a record value.
type Field struct {
	Name  string
	Type  Type
	Value Datum
}

// RecordWriter makes record values of rows of columns.
type RecordWriter struct {
	Names  []string // nil: f1, f2, …
	Types  []Type
	values []Appender
}

// NewRecordWriter is a writer of records with fields of the given types.
func NewRecordWriter(names []string, ts []Type) *RecordWriter {
	w := &RecordWriter{Names: names, Types: ts}
	for _, t := range ts {
		w.values = append(w.values, fieldAppender(t))
	}
	return w
}

// Append writes the record of row i of the fields' columns.
func (w *RecordWriter) Append(dst []byte, cols []*column.Column, i int) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(w.Types)))
	for k, t := range w.Types {
		dst = binary.AppendUvarint(dst, uint64(t.OID))
		dst = appendSized(dst, cols[k], i, w.values[k])
	}
	for k := range w.Types {
		name := ""
		if k < len(w.Names) {
			name = w.Names[k]
		}
		dst = append(binary.AppendUvarint(dst, uint64(len(name))), name...)
	}
	return dst
}

// appendSized writes a value behind its size plus one; 0 is NULL.
func appendSized(dst []byte, c *column.Column, i int, value Appender) []byte {
	if c.IsNull(i) {
		return append(dst, 0)
	}
	at := len(dst)
	dst = value(dst, c, i)
	n := len(dst) - at
	var room [binary.MaxVarintLen64]byte
	head := binary.PutUvarint(room[:], uint64(n)+1)
	dst = append(dst, room[:head]...)
	copy(dst[at+head:], dst[at:at+n])
	copy(dst[at:], room[:head])
	return dst
}

// fieldAppender writes values the way that fieldValue reads them: strings as
// they are kept, arrays element by element, the rest in wire format.
func fieldAppender(t Type) Appender {
	switch k := t.Kind(); k {
	case column.Bytes:
		return func(dst []byte, c *column.Column, i int) []byte { return append(dst, c.BytesAt(i)...) }
	case column.List:
		elem := fieldAppender(t.Elem())
		return func(dst []byte, c *column.Column, i int) []byte {
			child, off, n, shape := listAt(c, i)
			dst = binary.AppendUvarint(binary.AppendUvarint(dst, uint64(shape)), uint64(n))
			for j := off; j < off+n; j++ {
				dst = appendSized(dst, child, j, elem)
			}
			return dst
		}
	}
	return BinaryAppender(t)
}

// RecordFields is the fields of a record value.
func RecordFields(b []byte) []Field {
	r := recordReader{b}
	out := make([]Field, r.uint())
	for k := range out {
		t := New(OID(r.uint()))
		out[k].Type = t
		if v, ok := r.sized(); ok {
			out[k].Value = fieldValue(v, t)
		} else {
			out[k].Value = Null(t.Kind())
		}
	}
	for k := range out {
		out[k].Name = string(r.take(int(r.uint())))
		if out[k].Name == "" {
			out[k].Name = DefaultFieldName(k)
		}
	}
	return out
}

// DefaultFieldName is the name of field i of a row without names: f1, f2, …
func DefaultFieldName(i int) string {
	if i < 9 {
		return "f" + string(rune('1'+i))
	}
	return DefaultFieldName((i+1)/10-1) + string(rune('0'+(i+1)%10))
}

type recordReader struct{ b []byte }

func (r *recordReader) uint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		panic("catalog/types: broken record value")
	}
	r.b = r.b[n:]
	return v
}

func (r *recordReader) take(n int) []byte {
	v := r.b[:n]
	r.b = r.b[n:]
	return v
}

func (r *recordReader) sized() ([]byte, bool) {
	n := r.uint()
	if n == 0 {
		return nil, false
	}
	return r.take(int(n - 1)), true
}

func fieldValue(b []byte, t Type) Datum {
	switch t.Kind() {
	case column.Bytes:
		return Text(string(b))
	case column.List:
		r := recordReader{b}
		d := Datum{Kind: column.List, U: r.uint()}
		d.L = make([]Datum, r.uint())
		elem := t.Elem()
		for k := range d.L {
			if v, ok := r.sized(); ok {
				d.L[k] = fieldValue(v, elem)
			} else {
				d.L[k] = Null(elem.Kind())
			}
		}
		return d
	}
	d, err := BinaryInput(b, t)
	if err != nil {
		panic("catalog/types: broken record value: " + err.Error())
	}
	return d
}

// Column is the field's value as a column of one row.
func (f *Field) Column() *column.Column { return f.Value.Column(1, f.Type.Elem().Kind()) }

// recordText writes (a,b,"c d"); NULL is nothing.
func recordText(st *Style) Appender {
	out := map[Type]Appender{}
	return func(dst []byte, c *column.Column, i int) []byte {
		dst = append(dst, '(')
		for k, f := range RecordFields(c.BytesAt(i)) {
			if k > 0 {
				dst = append(dst, ',')
			}
			if f.Value.Null {
				continue
			}
			a := out[f.Type]
			if a == nil {
				a = TextAppender(f.Type, st)
				out[f.Type] = a
			}
			dst = appendRecordField(dst, a(nil, f.Column(), 0))
		}
		return append(dst, ')')
	}
}

// appendRecordField quotes what record_in could not read otherwise.
func appendRecordField(dst, s []byte) []byte {
	quote := len(s) == 0
	for _, ch := range s {
		if ch == '"' || ch == '\\' || ch == '(' || ch == ')' || ch == ',' || isSpace(ch) {
			quote = true
			break
		}
	}
	if !quote {
		return append(dst, s...)
	}
	dst = append(dst, '"')
	for _, ch := range s {
		if ch == '"' || ch == '\\' {
			dst = append(dst, ch)
		}
		dst = append(dst, ch)
	}
	return append(dst, '"')
}

// recordBinary is record_send: the number of fields, and of each its type and
// its value with its length (-1: NULL).
func recordBinary() Appender {
	be := binary.BigEndian
	return func(dst []byte, c *column.Column, i int) []byte {
		fields := RecordFields(c.BytesAt(i))
		dst = be.AppendUint32(dst, uint32(len(fields)))
		for _, f := range fields {
			dst = be.AppendUint32(dst, uint32(f.Type.OID))
			if f.Value.Null {
				dst = be.AppendUint32(dst, math.MaxUint32)
				continue
			}
			at := len(dst)
			dst = BinaryAppender(f.Type)(be.AppendUint32(dst, 0), f.Column(), 0)
			be.PutUint32(dst[at:], uint32(len(dst)-at-4))
		}
		return dst
	}
}

// ComparableRecords is nil where two records may be compared: they have as
// many fields, of the same types.
func ComparableRecords(a, b []Field) error {
	for k := range min(len(a), len(b)) {
		if a[k].Type.OID != b[k].Type.OID {
			return sqlerr.New(sqlerr.DatatypeMismatch, "cannot compare dissimilar column types %s and %s at record column %d",
				FormatType(a[k].Type.OID, -1), FormatType(b[k].Type.OID, -1), k+1)
		}
	}
	if len(a) != len(b) {
		return sqlerr.New(sqlerr.DatatypeMismatch, "cannot compare record types with different numbers of columns")
	}
	return nil
}
