package types

import (
	"encoding/binary"
	"math"
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/datetime"
	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/storage/column"
)

// Postgres counts dates and timestamps from 2000-01-01 on the wire.
const (
	epochDays   = 10957
	epochMicros = epochDays * datetime.UsecPerDay
)

// BinaryAppender writes values of a type as Postgres's send function does.
func BinaryAppender(t Type) Appender {
	be := binary.BigEndian
	if f := FactsOf(t.OID); f != nil && f.Elem != 0 {
		return arrayBinary(t, f)
	}
	switch t.OID {
	case BoolOID:
		return func(dst []byte, c *column.Column, i int) []byte { return append(dst, column.At[uint8](c, i)) }
	case Int2OID:
		return func(dst []byte, c *column.Column, i int) []byte {
			return be.AppendUint16(dst, uint16(column.At[int16](c, i)))
		}
	case Int4OID:
		return func(dst []byte, c *column.Column, i int) []byte {
			return be.AppendUint32(dst, uint32(column.At[int32](c, i)))
		}
	case Int8OID, XID8OID, PGLSNOID, TimeOID:
		return func(dst []byte, c *column.Column, i int) []byte {
			return be.AppendUint64(dst, uint64(column.At[int64](c, i)))
		}
	case DateOID:
		return func(dst []byte, c *column.Column, i int) []byte {
			d := column.At[int32](c, i)
			if datetime.DateIsFinite(d) {
				d -= epochDays
			}
			return be.AppendUint32(dst, uint32(d))
		}
	case TimestampOID, TimestamptzOID:
		return func(dst []byte, c *column.Column, i int) []byte {
			ts := column.At[int64](c, i)
			if datetime.TimestampIsFinite(ts) {
				ts -= epochMicros
			}
			return be.AppendUint64(dst, uint64(ts))
		}
	case TimetzOID:
		return func(dst []byte, c *column.Column, i int) []byte {
			v := datetime.DecodeTimeTZ(c.BytesAt(i))
			return be.AppendUint32(be.AppendUint64(dst, uint64(v.Micros)), uint32(-v.Offset))
		}
	case IntervalOID:
		return func(dst []byte, c *column.Column, i int) []byte {
			v := column.At[column.IntervalValue](c, i)
			dst = be.AppendUint64(dst, uint64(v.Micros))
			return be.AppendUint32(be.AppendUint32(dst, uint32(v.Days)), uint32(v.Months))
		}
	case OIDOID, XIDOID, CIDOID, RegclassOID, RegtypeOID, RegprocOID, RegprocedureOID, RegoperOID, RegoperatorOID, RegnamespaceOID,
		RegroleOID, RegcollationOID, RegconfigOID, RegdictionaryOID:
		return func(dst []byte, c *column.Column, i int) []byte {
			return be.AppendUint32(dst, uint32(column.At[int64](c, i)))
		}
	case Float4OID:
		return func(dst []byte, c *column.Column, i int) []byte {
			f := column.At[float32](c, i)
			if f != f {
				return be.AppendUint32(dst, 0x7fc00000) // the NaN that Postgres sends
			}
			return be.AppendUint32(dst, math.Float32bits(f))
		}
	case Float8OID:
		return func(dst []byte, c *column.Column, i int) []byte {
			f := column.At[float64](c, i)
			if f != f {
				return be.AppendUint64(dst, 0x7ff8000000000000)
			}
			return be.AppendUint64(dst, math.Float64bits(f))
		}
	case NumericOID:
		scale := int(t.Scale)
		return func(dst []byte, c *column.Column, i int) []byte { return numericAt(c, i, scale).AppendWire(dst) }
	case UUIDOID:
		return func(dst []byte, c *column.Column, i int) []byte {
			v := column.At[[16]byte](c, i)
			return append(dst, v[:]...)
		}
	case RecordOID:
		return recordBinary()
	case JSONBOID, JSONPathOID:
		return func(dst []byte, c *column.Column, i int) []byte { return append(append(dst, 1), c.BytesAt(i)...) }
	case CharOID:
		return func(dst []byte, c *column.Column, i int) []byte {
			if b := c.BytesAt(i); len(b) > 0 {
				return append(dst, b[0])
			}
			return append(dst, 0)
		}
	}
	// Strings and bytea are their bytes; so is tid.
	return func(dst []byte, c *column.Column, i int) []byte { return append(dst, c.BytesAt(i)...) }
}

// arrayBinary writes: dimensions, whether there are NULLs, element type, length
// and lower bound, and each element with its length (-1: NULL). Empty arrays
// have no dimension.
func arrayBinary(t Type, f *Facts) Appender {
	be := binary.BigEndian
	elem := BinaryAppender(t.Elem())
	lower := uint32(1)
	if t.OID == Int2VectorOID || t.OID == OIDVectorOID {
		lower = 0
	}
	return func(dst []byte, c *column.Column, i int) []byte {
		child, off, n, shape := listAt(c, i)
		nulls := uint32(0)
		for j := off; j < off+n; j++ {
			if child.IsNull(j) {
				nulls = 1
				break
			}
		}
		if n == 0 && lower == 1 { // an empty vector keeps its dimension
			dst = be.AppendUint32(be.AppendUint32(dst, 0), 0)
			return be.AppendUint32(dst, uint32(f.Elem))
		}
		dims := []column.Dim{{Lower: int32(lower), Len: int32(n)}}
		if shape != 0 {
			dims = column.ShapeDims(shape, n)
		}
		dst = be.AppendUint32(be.AppendUint32(dst, uint32(len(dims))), nulls)
		dst = be.AppendUint32(dst, uint32(f.Elem))
		for _, d := range dims {
			dst = be.AppendUint32(be.AppendUint32(dst, uint32(d.Len)), uint32(d.Lower))
		}
		for j := off; j < off+n; j++ {
			if child.IsNull(j) {
				dst = be.AppendUint32(dst, math.MaxUint32)
				continue
			}
			at := len(dst)
			dst = elem(be.AppendUint32(dst, 0), child, j)
			be.PutUint32(dst[at:], uint32(len(dst)-at-4))
		}
		return dst
	}
}

func shortMessage() error {
	return sqlerr.New(sqlerr.ProtocolViolation, "insufficient data left in message")
}

func badBinary() error {
	return sqlerr.New(sqlerr.InvalidBinaryRepresentation, "incorrect binary data format")
}

// BinaryInput reads a value, which is not NULL, in wire format, as Postgres's
// receive function of the type does. It keeps nothing of b.
func BinaryInput(b []byte, t Type) (Datum, error) {
	be := binary.BigEndian
	f := FactsOf(t.OID)
	if f == nil || f.Unsupported {
		return Datum{}, sqlerr.Unsupported("type %s is not supported yet", FormatType(t.OID, -1))
	}
	if f.Elem != 0 {
		return arrayBinaryInput(b, t, f)
	}
	if want := wireSize(t.OID); want > 0 {
		if len(b) < want {
			return Datum{}, shortMessage()
		}
		if len(b) > want {
			return Datum{}, badBinary()
		}
	}
	switch t.OID {
	case BoolOID:
		return Bool(b[0] != 0), nil
	case Int2OID:
		return Int(column.Int16, int64(int16(be.Uint16(b)))), nil
	case Int4OID:
		return Int(column.Int32, int64(int32(be.Uint32(b)))), nil
	case Int8OID, XID8OID, PGLSNOID:
		return Int(column.Int64, int64(be.Uint64(b))), nil
	case DateOID:
		d := int64(int32(be.Uint32(b)))
		if datetime.DateIsFinite(int32(d)) {
			if d += epochDays; d < datetime.MinDate || d > datetime.MaxDate {
				return Datum{}, sqlerr.New(sqlerr.DatetimeValueOutOfRange, "date out of range")
			}
		}
		return Int(column.Int32, d), nil
	case TimestampOID, TimestamptzOID:
		ts := int64(be.Uint64(b))
		if datetime.TimestampIsFinite(ts) {
			if ts > datetime.MaxTimestamp-epochMicros || ts < datetime.MinTimestamp-epochMicros {
				return Datum{}, sqlerr.New(sqlerr.DatetimeValueOutOfRange, "timestamp out of range")
			}
			ts += epochMicros
		}
		return ApplyTypmod(Int(column.Int64, ts), t, false)
	case TimeOID, TimetzOID:
		v := datetime.TimeTZ{Micros: int64(be.Uint64(b))}
		if v.Micros < 0 || v.Micros > datetime.UsecPerDay {
			return Datum{}, sqlerr.New(sqlerr.DatetimeValueOutOfRange, "time out of range")
		}
		if t.OID == TimeOID {
			return ApplyTypmod(Int(column.Int64, v.Micros), t, false)
		}
		v.Offset = -int32(be.Uint32(b[8:]))
		if v.Offset <= -16*3600 || v.Offset >= 16*3600 {
			return Datum{}, sqlerr.New(sqlerr.InvalidTimeZoneDisplacementValue, "time zone displacement out of range")
		}
		return ApplyTypmod(timetzDatum(v), t, false)
	case IntervalOID:
		v := column.IntervalValue{Micros: int64(be.Uint64(b)), Days: int32(be.Uint32(b[8:])), Months: int32(be.Uint32(b[12:]))}
		return ApplyTypmod(Interval(v), t, false)
	case Float4OID:
		return Datum{Kind: column.Float32, F: float64(math.Float32frombits(be.Uint32(b)))}, nil
	case Float8OID:
		return Datum{Kind: column.Float64, F: math.Float64frombits(be.Uint64(b))}, nil
	case NumericOID:
		n, err := numeric.ParseWire(b)
		if err != nil {
			return Datum{}, err
		}
		if n, err = numeric.ApplyTypmod(n, t.Typmod); err != nil {
			return Datum{}, err
		}
		return NumericDatum(n, t)
	case UUIDOID:
		return Datum{Kind: column.Fixed16, S: string(b)}, nil
	case ByteaOID, TIDOID:
		return Text(string(b)), nil
	case CharOID:
		if b[0] == 0 {
			return Text(""), nil
		}
		return Text(string(b)), nil
	}
	if f.Kind == column.Int64 { // oid, xid, reg…
		return Int(column.Int64, int64(be.Uint32(b))), nil
	}
	if t.OID == JSONBOID || t.OID == JSONPathOID {
		if len(b) == 0 {
			return Datum{}, shortMessage()
		}
		if b[0] != 1 {
			return Datum{}, sqlerr.New(sqlerr.InternalError, "unsupported jsonb version number %d", b[0])
		}
		b = b[1:]
	}
	if err := ValidText(b); err != nil {
		return Datum{}, err
	}
	switch t.OID {
	case TextOID, VarcharOID, BPCharOID, NameOID, JSONOID, JSONBOID, JSONPathOID, UnknownOID, CStringOID, RefcursorOID:
		return Input(string(b), t, DefaultStyle())
	case VoidOID:
		return Text(""), nil
	}
	return Datum{}, sqlerr.New(sqlerr.FeatureNotSupported, "cannot accept a value of type %s", f.SQLName)
}

// wireSize is the size of types whose values all have one; 0 for others.
func wireSize(t OID) int {
	switch t {
	case TimetzOID:
		return 12
	case CharOID:
		return 1
	case NameOID:
		return 0
	}
	if f := FactsOf(t); f != nil && f.Len > 0 && f.TypType == 'b' {
		return int(f.Len)
	}
	return 0
}

// ValidText is nil where b is text that Postgres takes: UTF-8 without NUL.
func ValidText(b []byte) error {
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf && b[i] != 0 {
			i++
			continue
		}
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size <= 1 || b[i] == 0 {
			return invalidByte(b[i:])
		}
		i += size
	}
	return nil
}

// invalidByte names the bytes that are no character, as many as the first one
// claims.
func invalidByte(b []byte) error {
	n := 1
	switch c := b[0]; {
	case c&0xe0 == 0xc0:
		n = 2
	case c&0xf0 == 0xe0:
		n = 3
	case c&0xf8 == 0xf0:
		n = 4
	}
	text := ""
	for _, c := range b[:min(n, len(b))] {
		if text != "" {
			text += " "
		}
		const digits = "0123456789abcdef"
		text += "0x" + string([]byte{digits[c>>4], digits[c&15]})
	}
	return sqlerr.New(sqlerr.CharacterNotInRepertoire, "invalid byte sequence for encoding \"UTF8\": %s", text)
}

func arrayBinaryInput(b []byte, t Type, f *Facts) (Datum, error) {
	be := binary.BigEndian
	if len(b) < 12 {
		return Datum{}, shortMessage()
	}
	dims, elemOID := int32(be.Uint32(b)), OID(be.Uint32(b[8:]))
	if flags := be.Uint32(b[4:]); flags > 1 {
		return Datum{}, sqlerr.New(sqlerr.InvalidBinaryRepresentation, "invalid array flags")
	}
	if elemOID != f.Elem {
		return Datum{}, sqlerr.New(sqlerr.DatatypeMismatch, "binary data has array element type %d (%s) instead of expected %d (%s)",
			elemOID, FormatType(elemOID, -1), f.Elem, FormatType(f.Elem, -1))
	}
	b = b[12:]
	d := Datum{Kind: column.List}
	switch {
	case dims < 0:
		return Datum{}, sqlerr.New(sqlerr.InvalidBinaryRepresentation, "invalid number of dimensions: %d", dims)
	case dims == 0:
		if len(b) != 0 {
			return Datum{}, badBinary()
		}
		return d, nil
	case dims > maxDims:
		return Datum{}, tooManyDims(int(dims))
	case len(b) < 8*int(dims):
		return Datum{}, shortMessage()
	}
	n, shape := 1, make([]column.Dim, dims)
	for k := range shape {
		shape[k] = column.Dim{Len: int32(be.Uint32(b)), Lower: int32(be.Uint32(b[4:]))}
		b = b[8:]
		if shape[k].Len < 0 || int64(n)*int64(shape[k].Len) > int64(len(b)) {
			return Datum{}, shortMessage()
		}
		n *= int(shape[k].Len)
	}
	if n > len(b)/4 {
		return Datum{}, shortMessage()
	}
	if t.OID == Int2VectorOID || t.OID == OIDVectorOID {
		shape = nil
	}
	number, err := shapeOf(shape)
	if err != nil {
		return Datum{}, err
	}
	d.U = uint64(number)
	elem := t.Elem()
	for range n {
		if len(b) < 4 {
			return Datum{}, shortMessage()
		}
		size := int32(be.Uint32(b))
		b = b[4:]
		if size == -1 {
			d.L = append(d.L, Null(elem.Kind()))
			continue
		}
		if size < 0 || int(size) > len(b) {
			return Datum{}, shortMessage()
		}
		v, err := BinaryInput(b[:size], elem)
		if err != nil {
			return Datum{}, err
		}
		d.L = append(d.L, v)
		b = b[size:]
	}
	if len(b) != 0 {
		return Datum{}, badBinary()
	}
	return d, nil
}
