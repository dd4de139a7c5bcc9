package csv

import (
	"bytes"

	"github.com/inlaydb/inlay/storage/record"
)

// Column finds field c of the rows in sel (nil: all) of the current window.
// Spans of other rows are NULL. f belongs to the caller; what it points to is
// lent until the next Start or Next.
func (r *Records) Column(c int, sel []int32, f *record.Fields) {
	f.Resize(r.rows)
	f.Bufs[0], f.Clean = r.data, r.clean
	last := c == r.l.Fields-1 && r.l.Dialect.Newline == '\n'
	nulls := r.l.Nulls
	if c < len(r.l.NotNull) && r.l.NotNull[c] {
		nulls = nil
	}
	simple := !r.quotes && len(nulls) == 1 && nulls[0] == ""
	if sel != nil {
		for i := range f.Spans {
			f.Spans[i] = record.Null
		}
		for _, i := range sel {
			f.Spans[i] = r.field(int(r.base[i])+c, c, last, nulls)
		}
		f.Bufs[1] = r.aux
		return
	}
	switch {
	case simple && !last:
		ends, spans := r.ends[c:], f.Spans[:len(r.base)]
		for i, k := range r.base {
			s, e := ends[k]+1, ends[k+1]
			n := e - s
			if int32(n) <= 0 {
				n = record.NullLen
			}
			spans[i] = record.Span{Off: s, Len: n}
		}
	default:
		for i, k := range r.base {
			f.Spans[i] = r.field(int(k)+c, c, last, nulls)
		}
	}
	f.Bufs[1] = r.aux
}

// field is the span between entries k and k+1.
func (r *Records) field(k, c int, last bool, nulls []string) record.Span {
	s, e := r.ends[k]+1, r.ends[k+1]
	if int32(e-s) < 0 {
		return record.Null // the record has fewer fields
	}
	if last && e > s && r.data[e-1] == '\r' {
		e--
	}
	text := r.data[s:e]
	if r.quotes && len(text) > 0 {
		if q := r.l.Dialect.Quote; bytes.IndexByte(text, q) >= 0 {
			sp := r.unquote(s, e)
			if c < len(r.l.QuotedNulls) && r.l.QuotedNulls[c] && r.isNull(sp, nulls) {
				return record.Null
			}
			return sp
		}
	}
	for _, n := range nulls {
		if string(text) == n {
			return record.Null
		}
	}
	return record.Span{Off: s, Len: e - s}
}

func (r *Records) isNull(sp record.Span, nulls []string) bool {
	f := record.Fields{Bufs: [2][]byte{r.data, r.aux}}
	text := f.Bytes(sp)
	for _, n := range nulls {
		if string(text) == n {
			return true
		}
	}
	return false
}

// unquote is the span of a field with quotes in it: of the chunk, where they
// stand only around it, else of the auxiliary buffer.
func (r *Records) unquote(s, e uint32) record.Span {
	q, esc := r.l.Dialect.Quote, r.l.Dialect.Escape
	text := r.data[s:e]
	if n := len(text); n >= 2 && text[0] == q && text[n-1] == q {
		in := text[1 : n-1]
		if bytes.IndexByte(in, q) < 0 && (esc == q || bytes.IndexByte(in, esc) < 0) {
			return record.Span{Off: s + 1, Len: uint32(n - 2)}
		}
	}
	from := len(r.aux)
	quoted := false
	for i := 0; i < len(text); i++ {
		b := text[i]
		switch {
		case quoted && b == esc && i+1 < len(text) && (text[i+1] == q || text[i+1] == esc):
			i++
			r.aux = append(r.aux, text[i])
		case b == q:
			quoted = !quoted
		default:
			r.aux = append(r.aux, b)
		}
	}
	n := len(r.aux) - from
	if cap(r.aux)-len(r.aux) < record.Slack {
		r.aux = append(make([]byte, 0, 2*cap(r.aux)+4*record.Slack), r.aux...)
	}
	return record.Span{Off: uint32(from) | record.AuxBit, Len: uint32(n)}
}
