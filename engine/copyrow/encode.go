package copyrow

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
)

// Encoder turns rows into bytes. It is a result.Encoder; one worker uses it.
type Encoder struct {
	f    *Format
	cols []types.Appender
	raw  []byte
}

// NewEncoder makes an encoder for columns.
func NewEncoder(f *Format, cols []Column, style *types.Style) *Encoder {
	e := &Encoder{f: f}
	for _, c := range cols {
		if f.Form == Binary {
			e.cols = append(e.cols, types.BinaryAppender(c.Type))
		} else {
			e.cols = append(e.cols, types.TextAppender(c.Type, style))
		}
	}
	return e
}

// Head is what stands before the rows.
func Head(f *Format, cols []Column) []byte {
	switch {
	case f.Form == Binary:
		return append([]byte(binarySignature), 0, 0, 0, 0, 0, 0, 0, 0)
	case f.Header == NoHeader:
		return nil
	}
	var out []byte
	for i, c := range cols {
		if i > 0 {
			out = append(out, f.Delimiter)
		}
		if f.Form == CSV {
			out = f.appendCSV(out, []byte(c.Name), false, len(cols) == 1)
		} else {
			out = f.appendText(out, []byte(c.Name))
		}
	}
	return f.outside(append(out, '\n'))
}

// Tail is what stands behind the rows.
func Tail(f *Format) []byte {
	if f.Form == Binary {
		return []byte{0xff, 0xff}
	}
	return nil
}

// Append adds b's live rows to dst and, for each, where it ends to ends.
func (e *Encoder) Append(dst []byte, ends []int32, b *batch.Batch) ([]byte, []int32, error) {
	for k := range b.Rows() {
		row := k
		if b.Sel != nil {
			row = int(b.Sel[k])
		}
		var err error
		if dst, err = e.row(dst, b, row); err != nil {
			return dst, ends, err
		}
		ends = append(ends, int32(len(dst)))
	}
	return dst, ends, nil
}

func (e *Encoder) row(dst []byte, b *batch.Batch, row int) ([]byte, error) {
	f := e.f
	start := len(dst)
	if f.Form == Binary {
		dst = binary.BigEndian.AppendUint16(dst, uint16(len(e.cols)))
	}
	for i, put := range e.cols {
		c := b.Cols[i]
		null := c.IsNull(row)
		if f.Form == Binary {
			if null {
				dst = append(dst, 0xff, 0xff, 0xff, 0xff)
				continue
			}
			at := len(dst)
			dst = put(append(dst, 0, 0, 0, 0), c, row)
			binary.BigEndian.PutUint32(dst[at:], uint32(len(dst)-at-4))
			continue
		}
		if i > 0 {
			dst = append(dst, f.Delimiter)
		}
		if null {
			dst = append(dst, f.Null...)
			continue
		}
		// Most values need no care: write, look, and only then write again.
		at := len(dst)
		dst = put(dst, c, row)
		if f.Form == Text {
			if f.needsEscape(dst[at:]) {
				e.raw = append(e.raw[:0], dst[at:]...)
				dst = f.appendText(dst[:at], e.raw)
			}
		} else if force := forced(f.ForceQuote, i); force || f.needsQuotes(dst[at:], len(e.cols) == 1) {
			e.raw = append(e.raw[:0], dst[at:]...)
			dst = f.appendQuoted(dst[:at], e.raw)
		}
	}
	if f.Form == Binary {
		return dst, nil
	}
	dst = append(dst, '\n')
	if f.Latin1 {
		return e.latin1(dst, start)
	}
	return dst, nil
}

func (f *Format) needsEscape(v []byte) bool {
	for _, c := range v {
		if c == '\\' || c == f.Delimiter || c < 0x20 && c >= '\b' && c <= '\r' {
			return true
		}
	}
	return false
}

// appendText writes a value with the escapes of the text form.
func (f *Format) appendText(dst, v []byte) []byte {
	for _, c := range v {
		switch c {
		case '\b':
			dst = append(dst, '\\', 'b')
		case '\f':
			dst = append(dst, '\\', 'f')
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		case '\v':
			dst = append(dst, '\\', 'v')
		case '\\', f.Delimiter:
			dst = append(dst, '\\', c)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// needsQuotes says whether a value would not read back as itself. alone: it is
// the only column.
func (f *Format) needsQuotes(v []byte, alone bool) bool {
	if len(v) == len(f.Null) && string(v) == f.Null || alone && string(v) == `\.` {
		return true
	}
	for _, c := range v {
		if c == f.Delimiter || c == f.Quote || c == '\n' || c == '\r' {
			return true
		}
	}
	return false
}

func (f *Format) appendQuoted(dst, v []byte) []byte {
	dst = append(dst, f.Quote)
	for _, c := range v {
		if c == f.Quote || c == f.Escape {
			dst = append(dst, f.Escape)
		}
		dst = append(dst, c)
	}
	return append(dst, f.Quote)
}

func (f *Format) appendCSV(dst, v []byte, force, alone bool) []byte {
	if force || f.needsQuotes(v, alone) {
		return f.appendQuoted(dst, v)
	}
	return append(dst, v...)
}

// outside converts what is known to fit, such as names: what does not becomes '?'.
func (f *Format) outside(b []byte) []byte {
	if !f.Latin1 {
		return b
	}
	out := make([]byte, 0, len(b))
	for _, r := range string(b) {
		if r > 0xff {
			r = '?'
		}
		out = append(out, byte(r))
	}
	return out
}

// latin1 converts the row that begins at start.
func (e *Encoder) latin1(dst []byte, start int) ([]byte, error) {
	if !bytes.ContainsFunc(dst[start:], func(r rune) bool { return r > 0x7f }) {
		return dst, nil
	}
	e.raw = append(e.raw[:0], dst[start:]...)
	dst = dst[:start]
	for raw := e.raw; len(raw) > 0; {
		r, n := utf8.DecodeRune(raw)
		if r > 0xff || r == utf8.RuneError && n == 1 {
			text := ""
			for _, b := range raw[:n] {
				text += " 0x" + hex(b)
			}
			return nil, sqlerr.New(sqlerr.UntranslatableCharacter, `character with byte sequence%s in encoding "UTF8" has no equivalent in encoding "LATIN1"`, text)
		}
		dst = append(dst, byte(r))
		raw = raw[n:]
	}
	return dst, nil
}

func hex(b byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[b>>4], digits[b&15]})
}
