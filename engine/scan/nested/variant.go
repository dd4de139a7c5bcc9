package nested

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// The binary form is that of the Parquet format's Variant Encoding: metadata
// is a dictionary of field names, a value a tree whose objects refer to it.

var errVariant = errors.New("a variant's bytes are malformed")

// variantReader decodes variants.
type variantReader struct {
	text map[types.OID]types.Appender
}

// variantDepth bounds nesting in hostile files.
const variantDepth = 500

// variant renders a variant column's value.
func (r *renderer) variant(dst []byte, s *shape) ([]byte, error) {
	meta, ok, err := r.binary(s.meta)
	if err != nil || !ok {
		if err == nil {
			err = errVariant
		}
		return dst, err
	}
	names, err := readNames(meta)
	if err != nil {
		return dst, err
	}
	out, there, err := r.part(dst, s, names)
	if err != nil {
		return dst, err
	}
	if !there {
		return append(dst, "null"...), nil
	}
	return out, nil
}

// binary takes a leaf's bytes; false where they are NULL.
func (r *renderer) binary(s *shape) ([]byte, bool, error) {
	c := &r.cursors[s.cursor]
	switch {
	case c.level() < 0:
		return nil, false, errTorn
	case c.level() != c.full:
		c.next()
		return nil, false, nil
	case c.val >= c.values.Len || c.values.Kind != column.Bytes:
		return nil, false, errTorn
	}
	b := c.values.BytesAt(c.val)
	c.next()
	return b, true, nil
}

// part renders a value that may be shredded; false where there is none.
func (r *renderer) part(dst []byte, s *shape, names []string) ([]byte, bool, error) {
	var value []byte
	there := false
	var err error
	if s.value != nil {
		if value, there, err = r.binary(s.value); err != nil {
			return dst, false, err
		}
	}
	if s.typed != nil && !r.null(s.typed) {
		dst, err = r.typed(dst, s.typed, value, there, names)
		return dst, true, err
	}
	if !there {
		return dst, false, nil
	}
	dst, err = r.vr.value(dst, value, names, 0)
	return dst, true, err
}

// typed renders a typed value. Of an object, value holds the fields that are
// not shredded.
func (r *renderer) typed(dst []byte, s *shape, value []byte, there bool, names []string) ([]byte, error) {
	switch s.kind {
	case structure:
		var entries []entry
		var text []byte
		for _, f := range s.fields {
			from := len(text)
			if r.null(f) {
				continue
			}
			out, ok, err := r.part(text, f, names)
			if err != nil {
				return dst, err
			}
			if text = out; ok {
				entries = append(entries, entry{f.name, from, len(text)})
			}
		}
		if there {
			var err error
			if entries, text, err = r.vr.fields(entries, text, value, names, 0); err != nil {
				return dst, err
			}
		}
		return appendObject(dst, entries, text), nil
	case array:
		dst = append(dst, '[')
		if r.level(s) < s.repeatDef {
			r.pass(s)
			return append(dst, ']'), nil
		}
		for first := true; first || r.cursors[s.leaves[0]].repeats(s.repeat); first = false {
			if !first {
				dst = append(dst, ", "...)
			}
			if r.null(s.elem) {
				dst = append(dst, "null"...)
				continue
			}
			out, ok, err := r.part(dst, s.elem, names)
			if err != nil {
				return dst, err
			}
			if dst = out; !ok {
				dst = append(dst, "null"...)
			}
		}
		return append(dst, ']'), nil
	}
	return r.render(dst, s)
}

// readNames reads the dictionary of field names.
func readNames(b []byte) ([]string, error) {
	if len(b) < 1 || b[0]&15 != 1 {
		return nil, errVariant
	}
	width := int(b[0]>>6) + 1
	offsets, data, err := offsetTable(b[1:], width, width)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(offsets)-1)
	for i := range names {
		if offsets[i] > offsets[i+1] || offsets[i+1] > len(data) {
			return nil, errVariant
		}
		names[i] = string(data[offsets[i]:offsets[i+1]])
	}
	return names, nil
}

// offsetTable reads a count of countWidth bytes, one more offsets than that,
// and gives what is behind.
func offsetTable(b []byte, countWidth, width int) ([]int, []byte, error) {
	n, ok := unsigned(b, countWidth)
	if !ok {
		return nil, nil, errVariant
	}
	return offsetsOf(b[countWidth:], n, width)
}

func offsetsOf(b []byte, n, width int) ([]int, []byte, error) {
	if n < 0 || n > len(b)/width || (n+1)*width > len(b) {
		return nil, nil, errVariant
	}
	out := make([]int, n+1)
	for i := range out {
		out[i], _ = unsigned(b[i*width:], width)
	}
	return out, b[(n+1)*width:], nil
}

// unsigned reads a little-endian number of up to four bytes.
func unsigned(b []byte, width int) (int, bool) {
	if len(b) < width {
		return 0, false
	}
	v := 0
	for i := range width {
		v |= int(b[i]) << (8 * i)
	}
	return v, true
}

// value renders one value.
func (v *variantReader) value(dst, b []byte, names []string, depth int) ([]byte, error) {
	if len(b) == 0 || depth > variantDepth {
		return dst, errVariant
	}
	head := int(b[0] >> 2)
	switch b[0] & 3 {
	case 0:
		return v.primitive(dst, head, b[1:])
	case 1:
		if head > len(b)-1 {
			return dst, errVariant
		}
		return appendString(dst, b[1:1+head])
	case 2:
		entries, text, err := v.fields(nil, nil, b, names, depth)
		if err != nil {
			return dst, err
		}
		return appendObject(dst, entries, text), nil
	}
	count := 1
	if head&4 != 0 {
		count = 4
	}
	offsets, data, err := offsetTable(b[1:], count, head&3+1)
	if err != nil {
		return dst, err
	}
	dst = append(dst, '[')
	for i := range len(offsets) - 1 {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		if offsets[i] >= len(data) {
			return dst, errVariant
		}
		if dst, err = v.value(dst, data[offsets[i]:], names, depth+1); err != nil {
			return dst, err
		}
		if len(dst) > maxDocument {
			return dst, errLong
		}
	}
	return append(dst, ']'), nil
}

// maxDocument bounds what a few hostile bytes may become: elements may share
// their bytes.
const maxDocument = 256 << 20

var errLong = errors.New("a nested value takes more than 256 MB as text")

// fields adds an object's fields to entries.
func (v *variantReader) fields(entries []entry, text, b []byte, names []string, depth int) ([]entry, []byte, error) {
	if len(b) == 0 || b[0]&3 != 2 {
		return nil, nil, errVariant
	}
	head := int(b[0] >> 2)
	count, idWidth, width := 1, head>>2&3+1, head&3+1
	if head&16 != 0 {
		count = 4
	}
	n, ok := unsigned(b[1:], count)
	if !ok || n > len(b)/idWidth {
		return nil, nil, errVariant
	}
	ids := b[1+count:]
	if n*idWidth > len(ids) {
		return nil, nil, errVariant
	}
	offsets, data, err := offsetsOf(ids[n*idWidth:], n, width)
	if err != nil {
		return nil, nil, err
	}
	for i := range n {
		id, _ := unsigned(ids[i*idWidth:], idWidth)
		if id >= len(names) || offsets[i] >= len(data) {
			return nil, nil, errVariant
		}
		from := len(text)
		if text, err = v.value(text, data[offsets[i]:], names, depth+1); err != nil {
			return nil, nil, err
		}
		if len(text) > maxDocument {
			return nil, nil, errLong
		}
		entries = append(entries, entry{names[id], from, len(text)})
	}
	return entries, text, nil
}

// primitive renders a value by its type's number in the format.
func (v *variantReader) primitive(dst []byte, typ int, b []byte) ([]byte, error) {
	sizes := [...]int{0, 0, 0, 1, 2, 4, 8, 8, 5, 9, 17, 4, 8, 8, 4, 4, 4, 8, 8, 8, 16}
	if typ >= len(sizes) || len(b) < sizes[typ] {
		return dst, errVariant
	}
	le := binary.LittleEndian
	switch typ {
	case 0:
		return append(dst, "null"...), nil
	case 1:
		return append(dst, "true"...), nil
	case 2:
		return append(dst, "false"...), nil
	case 3:
		return strconv.AppendInt(dst, int64(int8(b[0])), 10), nil
	case 4:
		return strconv.AppendInt(dst, int64(int16(le.Uint16(b))), 10), nil
	case 5:
		return strconv.AppendInt(dst, int64(int32(le.Uint32(b))), 10), nil
	case 6:
		return strconv.AppendInt(dst, int64(le.Uint64(b)), 10), nil
	case 7:
		return appendFloat(dst, math.Float64frombits(le.Uint64(b)), 64)
	case 8, 9, 10:
		return appendDecimal(dst, b[1:sizes[typ]], int(b[0]))
	case 11:
		return v.timed(dst, types.DateOID, column.Int32, int64(int32(le.Uint32(b)))), nil
	case 12:
		return v.timed(dst, types.TimestamptzOID, column.Int64, int64(le.Uint64(b))), nil
	case 13:
		return v.timed(dst, types.TimestampOID, column.Int64, int64(le.Uint64(b))), nil
	case 14:
		return appendFloat(dst, float64(math.Float32frombits(le.Uint32(b))), 32)
	case 15, 16:
		n := int(le.Uint32(b))
		if n > len(b)-4 {
			return dst, errVariant
		}
		if typ == 16 {
			return appendString(dst, b[4:4+n])
		}
		dst = append(dst, `"\\x`...)
		return append(hex.AppendEncode(dst, b[4:4+n]), '"'), nil
	case 17:
		return v.timed(dst, types.TimeOID, column.Int64, int64(le.Uint64(b))), nil
	case 18:
		return v.timed(dst, types.TimestamptzOID, column.Int64, floorThousand(int64(le.Uint64(b)))), nil
	case 19:
		return v.timed(dst, types.TimestampOID, column.Int64, floorThousand(int64(le.Uint64(b)))), nil
	}
	return fmt.Appendf(dst, `"%x-%x-%x-%x-%x"`, b[:4], b[4:6], b[6:8], b[8:10], b[10:16]), nil
}

func floorThousand(n int64) int64 {
	q := n / 1000
	if n%1000 < 0 {
		q--
	}
	return q
}

// timed renders a date or time as to_jsonb does.
func (v *variantReader) timed(dst []byte, oid types.OID, k column.Kind, value int64) []byte {
	if v.text == nil {
		v.text = map[types.OID]types.Appender{}
	}
	a := v.text[oid]
	if a == nil {
		a = types.TextAppender(types.New(oid), &types.Style{})
		v.text[oid] = a
	}
	return appendTimed(dst, a, oid, types.Int(k, value).Column(1, column.Invalid), 0)
}

func appendString(dst, b []byte) ([]byte, error) {
	if !utf8.Valid(b) {
		return dst, errors.New("invalid byte sequence for encoding \"UTF8\"")
	}
	for _, c := range b {
		if c == 0 {
			return dst, errNul
		}
	}
	return types.AppendJSONString(dst, string(b)), nil
}

// appendFloat writes a float as jsonb has it: a number without exponent, or a
// string for what is no number.
func appendFloat(dst []byte, f float64, bits int) ([]byte, error) {
	switch {
	case math.IsNaN(f):
		return append(dst, `"NaN"`...), nil
	case math.IsInf(f, 1):
		return append(dst, `"Infinity"`...), nil
	case math.IsInf(f, -1):
		return append(dst, `"-Infinity"`...), nil
	case f == 0: // jsonb's numbers have no negative zero
		return append(dst, '0'), nil
	}
	return strconv.AppendFloat(dst, f, 'f', -1, bits), nil
}

// appendDecimal writes a little-endian two's complement number.
func appendDecimal(dst, b []byte, scale int) ([]byte, error) {
	if scale > 38 {
		return dst, errVariant
	}
	be := make([]byte, len(b))
	for i := range b {
		be[len(b)-1-i] = b[i]
	}
	n := new(big.Int).SetBytes(be)
	if be[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(len(b))*8))
	}
	m := new(big.Int).And(n, new(big.Int).SetUint64(math.MaxUint64)).Uint64()
	hi := new(big.Int).Rsh(n, 64).Int64()
	return numeric.FromInt128(hi, m, scale).AppendText(dst), nil
}
