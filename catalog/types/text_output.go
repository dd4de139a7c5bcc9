package types

import (
	"encoding/hex"
	"strconv"

	"github.com/inlaydb/inlay/catalog/datetime"
	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/storage/column"
)

// TextAppender writes values of a type as Postgres's output function does.
func TextAppender(t Type, st *Style) Appender {
	if f := FactsOf(t.OID); f != nil && f.Elem != 0 {
		return arrayText(t, f, st)
	}
	switch t.OID {
	case BoolOID:
		return func(dst []byte, c *column.Column, i int) []byte {
			if column.At[uint8](c, i) != 0 {
				return append(dst, 't')
			}
			return append(dst, 'f')
		}
	case Int2OID:
		return func(dst []byte, c *column.Column, i int) []byte {
			return strconv.AppendInt(dst, int64(column.At[int16](c, i)), 10)
		}
	case Int4OID:
		return func(dst []byte, c *column.Column, i int) []byte {
			return strconv.AppendInt(dst, int64(column.At[int32](c, i)), 10)
		}
	case Int8OID, OIDOID, XIDOID, CIDOID:
		return func(dst []byte, c *column.Column, i int) []byte {
			return strconv.AppendInt(dst, column.At[int64](c, i), 10)
		}
	case XID8OID:
		return func(dst []byte, c *column.Column, i int) []byte {
			return strconv.AppendUint(dst, uint64(column.At[int64](c, i)), 10)
		}
	case NumericOID:
		scale := int(t.Scale)
		return func(dst []byte, c *column.Column, i int) []byte { return appendNumeric(dst, c, i, scale) }
	case Float4OID:
		digits := st.ExtraFloatDigits
		return func(dst []byte, c *column.Column, i int) []byte {
			return AppendFloat4(dst, column.At[float32](c, i), digits)
		}
	case Float8OID:
		digits := st.ExtraFloatDigits
		return func(dst []byte, c *column.Column, i int) []byte {
			return AppendFloat8(dst, column.At[float64](c, i), digits)
		}
	case ByteaOID:
		return byteaText(st.ByteaEscape)
	case UUIDOID:
		return func(dst []byte, c *column.Column, i int) []byte {
			v := column.At[[16]byte](c, i)
			return appendUUID(dst, &v)
		}
	case CharOID:
		return func(dst []byte, c *column.Column, i int) []byte {
			b := c.BytesAt(i)
			if len(b) == 1 && b[0] >= 0x80 {
				return append(dst, '\\', '0'+b[0]>>6, '0'+b[0]>>3&7, '0'+b[0]&7)
			}
			return append(dst, b...)
		}
	case RecordOID:
		return recordText(st)
	case TIDOID:
		return func(dst []byte, c *column.Column, i int) []byte { return appendTID(dst, c.BytesAt(i)) }
	case PGLSNOID:
		return func(dst []byte, c *column.Column, i int) []byte {
			v := uint64(column.At[int64](c, i))
			return appendUpperHex(append(appendUpperHex(dst, v>>32), '/'), v&0xffffffff)
		}
	case RegclassOID, RegtypeOID, RegprocOID, RegprocedureOID, RegoperOID, RegoperatorOID, RegnamespaceOID, RegroleOID,
		RegcollationOID, RegconfigOID, RegdictionaryOID:
		return regText(t.OID, st)
	}
	if a := datetimeText(t.OID, st); a != nil {
		return a
	}
	// text, varchar, bpchar, name, "char", json, jsonb, unknown, …: as they are.
	return func(dst []byte, c *column.Column, i int) []byte { return append(dst, c.BytesAt(i)...) }
}

func appendNumeric(dst []byte, c *column.Column, i, scale int) []byte {
	s, p := c.Slot(i)
	switch s.Kind {
	case column.Int64:
		return numeric.AppendScaled64(dst, column.Values[int64](s)[p], scale)
	case column.Int128:
		v := column.Values[column.Int128Value](s)[p]
		return numeric.AppendScaled128(dst, v.Hi, v.Lo, scale)
	}
	return numeric.Decode(column.Values[column.View](s)[p].Bytes(s.Bufs)).AppendText(dst)
}

// numericAt is the numeric in a row, whatever form the column has.
func numericAt(c *column.Column, i, scale int) numeric.Numeric {
	s, p := c.Slot(i)
	switch s.Kind {
	case column.Int64:
		return numeric.FromScaled64(column.Values[int64](s)[p], scale)
	case column.Int128:
		v := column.Values[column.Int128Value](s)[p]
		return numeric.FromScaled128(v.Hi, v.Lo, scale)
	}
	return numeric.Decode(column.Values[column.View](s)[p].Bytes(s.Bufs))
}

// datetimeText writes dates, times and intervals; nil for other types.
func datetimeText(oid OID, st *Style) Appender {
	env := &st.Env
	switch oid {
	case DateOID:
		return func(dst []byte, c *column.Column, i int) []byte {
			return datetime.AppendDate(dst, column.At[int32](c, i), env)
		}
	case TimeOID:
		return func(dst []byte, c *column.Column, i int) []byte {
			return datetime.AppendTime(dst, column.At[int64](c, i))
		}
	case TimetzOID:
		return func(dst []byte, c *column.Column, i int) []byte {
			return datetime.AppendTimeTZ(dst, datetime.DecodeTimeTZ(c.BytesAt(i)), env)
		}
	case TimestampOID:
		return func(dst []byte, c *column.Column, i int) []byte {
			return datetime.AppendTimestamp(dst, column.At[int64](c, i), env)
		}
	case TimestamptzOID:
		zone := env.ZoneCache()
		return func(dst []byte, c *column.Column, i int) []byte {
			return datetime.AppendTimestamptz(dst, column.At[int64](c, i), env, zone)
		}
	case IntervalOID:
		return func(dst []byte, c *column.Column, i int) []byte {
			return datetime.AppendInterval(dst, column.At[column.IntervalValue](c, i), env.Interval)
		}
	}
	return nil
}

func byteaText(escape bool) Appender {
	if escape {
		return func(dst []byte, c *column.Column, i int) []byte { return appendEscaped(dst, c.BytesAt(i)) }
	}
	return func(dst []byte, c *column.Column, i int) []byte {
		return hex.AppendEncode(append(dst, '\\', 'x'), c.BytesAt(i))
	}
}

// appendEscaped writes bytea in the escape format: printable ASCII as it is,
// the rest in octal.
func appendEscaped(dst, b []byte) []byte {
	for _, c := range b {
		switch {
		case c == '\\':
			dst = append(dst, '\\', '\\')
		case c < 0x20 || c > 0x7e:
			dst = append(dst, '\\', '0'+c>>6, '0'+c>>3&7, '0'+c&7)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

func appendUUID(dst []byte, u *[16]byte) []byte {
	dst = hex.AppendEncode(dst, u[:4])
	for _, part := range [...][]byte{u[4:6], u[6:8], u[8:10], u[10:]} {
		dst = hex.AppendEncode(append(dst, '-'), part)
	}
	return dst
}

func appendUpperHex(dst []byte, v uint64) []byte {
	start := len(dst)
	dst = strconv.AppendUint(dst, v, 16)
	for i := start; i < len(dst); i++ {
		if dst[i] >= 'a' {
			dst[i] -= 'a' - 'A'
		}
	}
	return dst
}

// regText writes an object by name, or by number where it has none; 0 is "-".
func regText(oid OID, st *Style) Appender {
	names := st.Names
	return func(dst []byte, c *column.Column, i int) []byte {
		v := OID(column.At[int64](c, i))
		switch {
		case v == 0:
			return append(dst, '-')
		case oid == RegtypeOID && FactsOf(v) != nil:
			return append(dst, FormatType(v, -1)...)
		case names != nil:
			if n, ok := names.ObjectName(oid, v); ok {
				return append(dst, n...)
			}
		}
		return strconv.AppendUint(dst, uint64(v), 10)
	}
}

// arrayText writes {a,b,NULL}; int2vector and oidvector are written without
// braces.
func arrayText(t Type, f *Facts, st *Style) Appender {
	elem := TextAppender(t.Elem(), st)
	if t.OID == Int2VectorOID || t.OID == OIDVectorOID {
		return func(dst []byte, c *column.Column, i int) []byte {
			child, off, n, _ := listAt(c, i)
			for j := off; j < off+n; j++ {
				if j > off {
					dst = append(dst, ' ')
				}
				dst = elem(dst, child, j)
			}
			return dst
		}
	}
	delim := byte(',')
	if e := FactsOf(f.Elem); e != nil {
		delim = e.Delim
	}
	quote := mayNeedQuotes(f.Elem)
	one := func(dst []byte, child *column.Column, j int) []byte {
		if child.IsNull(j) {
			return append(dst, "NULL"...)
		}
		start := len(dst)
		dst = elem(dst, child, j)
		if quote {
			dst = quoteElement(dst, start, delim)
		}
		return dst
	}
	return func(dst []byte, c *column.Column, i int) []byte {
		child, off, n, shape := listAt(c, i)
		if shape != 0 {
			dims := column.ShapeDims(shape, n)
			return NestArray(appendBounds(dst, dims), dims, off, '{', '}', delim, func(dst []byte, j int) []byte { return one(dst, child, j) })
		}
		dst = append(dst, '{')
		for j := off; j < off+n; j++ {
			if j > off {
				dst = append(dst, delim)
			}
			dst = one(dst, child, j)
		}
		return append(dst, '}')
	}
}

// appendBounds writes [2:3][1:2]= where a dimension does not count from 1.
func appendBounds(dst []byte, dims []column.Dim) []byte {
	plain := true
	for _, d := range dims {
		plain = plain && d.Lower == 1
	}
	if plain {
		return dst
	}
	for _, d := range dims {
		dst = strconv.AppendInt(append(dst, '['), int64(d.Lower), 10)
		dst = strconv.AppendInt(append(dst, ':'), int64(d.Lower)+int64(d.Len)-1, 10)
		dst = append(dst, ']')
	}
	return append(dst, '=')
}

// NestArray writes the elements of an array from off on, each dimension between
// brackets.
func NestArray(dst []byte, dims []column.Dim, off int, open, end, delim byte, one func(dst []byte, j int) []byte) []byte {
	var level func(k int)
	level = func(k int) {
		dst = append(dst, open)
		for n := range int(dims[k].Len) {
			if n > 0 {
				dst = append(dst, delim)
			}
			if k+1 < len(dims) {
				level(k + 1)
				continue
			}
			dst = one(dst, off)
			off++
		}
		dst = append(dst, end)
	}
	level(0)
	return dst
}

// listAt is the elements of the list in a row: positions off to off+n of child.
func listAt(c *column.Column, i int) (child *column.Column, off, n int, shape uint32) {
	s, p := c.Slot(i)
	v := column.Values[column.ListView](s)[p]
	return s.Child, int(v.Off), int(v.Len), v.Shape
}

// mayNeedQuotes says whether the text of a type may hold what an array must quote.
func mayNeedQuotes(elem OID) bool {
	switch elem {
	case BoolOID, Int2OID, Int4OID, Int8OID, OIDOID, Float4OID, Float8OID, NumericOID, UUIDOID:
		return false
	}
	return true
}

// quoteElement puts the text from start on between quotes if an array needs it.
func quoteElement(dst []byte, start int, delim byte) []byte {
	text := dst[start:]
	need, escapes := len(text) == 0 || isNULL(text), 0
	for _, c := range text {
		switch c {
		case '"', '\\':
			escapes++
		case '{', '}', ' ', '\t', '\n', '\r', '\v', '\f', delim:
			need = true
		}
	}
	if !need && escapes == 0 {
		return dst
	}
	n := len(text)
	for range escapes + 2 {
		dst = append(dst, 0)
	}
	// Move from the end, so that nothing is overwritten before it is read.
	w := len(dst) - 1
	dst[w] = '"'
	for r := start + n - 1; r >= start; r-- {
		w--
		c := dst[r]
		dst[w] = c
		if c == '"' || c == '\\' {
			w--
			dst[w] = '\\'
		}
	}
	dst[start] = '"'
	return dst
}

func isNULL(b []byte) bool {
	return len(b) == 4 && b[0]|0x20 == 'n' && b[1]|0x20 == 'u' && b[2]|0x20 == 'l' && b[3]|0x20 == 'l'
}
