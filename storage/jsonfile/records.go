package jsonfile

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/inlaydb/inlay/storage/record"
)

// Layout says how the values of a file stand.
type Layout struct {
	Lines bool // one a line
	Array bool // elements of an array that was opened before the first record
	Whole bool // a record is one column, whatever it is
	Skip  bool // values that are wrong are left out and counted; only with Lines
}

// Column is a column that is asked for.
type Column struct {
	Name string
	Raw  bool // the value as JSON; else strings without quotes and escapes
}

// Records reads the records of chunks. One goroutine uses it.
type Records struct {
	l       Layout
	cols    []Column
	byName  map[string]int
	keys    [][]byte // of the record before, in order, with the column or -1
	keyCols []int
	data    []byte
	at      int
	rows    int
	starts  []uint32
	spans   [][]record.Span // by column and row
	aux     []byte
	clean   bool
	ended   bool // the array is closed
	Skipped int64
	First   *SyntaxError
}

// NewRecords makes a reader of the columns.
func NewRecords(l Layout, cols []Column) *Records {
	r := &Records{l: l, cols: cols, byName: map[string]int{}, spans: make([][]record.Span, len(cols))}
	for i, c := range cols {
		r.byName[c.Name] = i
	}
	return r
}

// Start begins a chunk. check says whether to look for bytes that are not UTF-8.
func (r *Records) Start(data []byte, check bool) {
	r.data, r.at, r.rows, r.ended = data, 0, 0, false
	r.clean = check && record.Clean(data)
}

// Next finds the next records, at most rows; 0 at the end of the chunk.
func (r *Records) Next(rows int) (int, error) {
	if cap(r.starts) < rows {
		r.starts = make([]uint32, rows)
		for c := range r.spans {
			r.spans[c] = make([]record.Span, rows)
		}
	}
	r.starts = r.starts[:cap(r.starts)]
	r.aux = r.aux[:0]
	n := 0
	for n < rows {
		i := r.separator()
		if i >= len(r.data) {
			r.at = i
			break
		}
		end, err := r.one(i, n)
		if err != nil {
			err.Row = i
			if !r.l.Skip || !r.l.Lines {
				return 0, err
			}
			if r.First == nil {
				r.First = err
			}
			r.Skipped++
			j := bytes.IndexByte(r.data[i:], '\n')
			if j < 0 {
				j = len(r.data) - i - 1
			}
			r.at = i + j + 1
			continue
		}
		r.starts[n] = uint32(i)
		r.at = end
		n++
	}
	r.rows = n
	return n, nil
}

// separator moves over what may stand between values.
func (r *Records) separator() int {
	i := space(r.data, r.at)
	if !r.l.Array {
		return i
	}
	for i < len(r.data) && (r.data[i] == ',' || r.data[i] == ']') {
		if r.data[i] == ']' {
			r.ended = true
		}
		i = space(r.data, i+1)
	}
	return i
}

// one reads the record at i as row n and gives the position after it.
func (r *Records) one(i, n int) (int, *SyntaxError) {
	for c := range r.spans {
		r.spans[c][n] = record.Null
	}
	if r.l.Array && r.ended {
		return i, &SyntaxError{At: i, Reason: "something follows the end of the array"}
	}
	if r.l.Whole || r.data[i] != '{' {
		end, why := skipValue(r.data, i)
		if why == "" && !r.l.Whole && !isNull(r.data[i:end]) {
			why = "an object is expected here"
		}
		if why != "" {
			return i, &SyntaxError{At: end, Reason: why}
		}
		if r.l.Whole && len(r.cols) > 0 && !isNull(r.data[i:end]) {
			r.spans[0][n] = record.Span{Off: uint32(i), Len: uint32(end - i)}
		}
		return r.finish(end)
	}
	b := r.data
	p := space(b, i+1)
	if p < len(b) && b[p] == '}' {
		return r.finish(p + 1)
	}
	for k := 0; ; k++ {
		if p >= len(b) || b[p] != '"' {
			return i, &SyntaxError{At: p, Reason: "a key in double quotes is expected here"}
		}
		end := skipString(b, p)
		if end < 0 {
			return i, &SyntaxError{At: p, Reason: "the string that starts here does not end"}
		}
		col := r.column(b[p+1:end-1], k)
		p = space(b, end)
		if p >= len(b) || b[p] != ':' {
			return i, &SyntaxError{At: p, Reason: "a colon is expected here"}
		}
		p = space(b, p+1)
		vend, why := skipValue(b, p)
		if why != "" {
			return i, &SyntaxError{At: vend, Reason: why}
		}
		if col >= 0 {
			if isNull(b[p:vend]) {
				r.spans[col][n] = record.Null
			} else {
				r.spans[col][n] = record.Span{Off: uint32(p), Len: uint32(vend - p)}
			}
		}
		p = space(b, vend)
		if p < len(b) && b[p] == ',' {
			p = space(b, p+1)
			continue
		}
		if p < len(b) && b[p] == '}' {
			return r.finish(p + 1)
		}
		return i, &SyntaxError{At: p, Reason: "a comma or a closing brace is expected here"}
	}
}

// finish checks that nothing else follows a value on its line.
func (r *Records) finish(end int) (int, *SyntaxError) {
	if !r.l.Lines {
		return end, nil
	}
	p := end
	for p < len(r.data) && r.data[p] != '\n' {
		if !isSpace(r.data[p]) {
			return p, &SyntaxError{At: p, Reason: "something follows the value on its line"}
		}
		p++
	}
	return p, nil
}

func isNull(v []byte) bool { return len(v) == 4 && string(v) == "null" }

// column is the column of the k-th key of a record, -1 for none.
func (r *Records) column(key []byte, k int) int {
	if k < len(r.keys) && bytes.Equal(key, r.keys[k]) {
		return r.keyCols[k]
	}
	name := key
	if bytes.IndexByte(key, '\\') >= 0 {
		name = unescape(nil, key)
	}
	c, ok := r.byName[string(name)]
	if !ok {
		c = -1
	}
	switch {
	case k < len(r.keys):
		r.keys[k], r.keyCols[k] = append(r.keys[k][:0], key...), c
	case k == len(r.keys) && k < 1024:
		r.keys, r.keyCols = append(r.keys, bytes.Clone(key)), append(r.keyCols, c)
	}
	return c
}

// Column gives the values of column c of the rows in sel (nil: all) of the
// current window. Spans of other rows are NULL.
func (r *Records) Column(c int, sel []int32, f *record.Fields) {
	f.Resize(r.rows)
	f.Bufs[0] = r.data
	spans := r.spans[c][:r.rows]
	if sel == nil {
		for i, s := range spans {
			f.Spans[i] = r.text(s, c)
		}
	} else {
		for i := range f.Spans {
			f.Spans[i] = record.Null
		}
		for _, i := range sel {
			f.Spans[i] = r.text(spans[i], c)
		}
	}
	f.Bufs[1], f.Clean = r.aux, r.clean
}

func (r *Records) text(s record.Span, c int) record.Span {
	if s.Len == record.NullLen || r.cols[c].Raw || r.data[s.Off] != '"' {
		return s
	}
	in := r.data[s.Off+1 : s.Off+s.Len-1]
	if bytes.IndexByte(in, '\\') < 0 {
		return record.Span{Off: s.Off + 1, Len: s.Len - 2}
	}
	from := len(r.aux)
	r.aux = unescape(r.aux, in)
	out := record.Span{Off: uint32(from) | record.AuxBit, Len: uint32(len(r.aux) - from)}
	if cap(r.aux)-len(r.aux) < record.Slack {
		r.aux = append(make([]byte, 0, 2*cap(r.aux)+4*record.Slack), r.aux...)
	}
	r.clean = r.clean && record.Clean(r.aux[from:])
	return out
}

// Offset is where a row's record starts in the chunk.
func (r *Records) Offset(row int) int { return int(r.starts[row]) }

// unescape appends the characters of a string without its quotes. Escapes that
// JSON does not know stand for themselves; halves of surrogates become U+FFFD.
func unescape(dst, s []byte) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c != '\\' || i+1 == len(s) {
			dst = append(dst, c)
			continue
		}
		i++
		switch c := s[i]; c {
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		case 'u':
			v, ok := hex4(s[i+1:])
			if !ok {
				dst = append(dst, '\\', 'u')
				continue
			}
			i += 4
			if utf16.IsSurrogate(v) {
				low, ok := rune(0), false
				if i+2 < len(s) && s[i+1] == '\\' && s[i+2] == 'u' {
					low, ok = hex4(s[i+3:])
				}
				if d := utf16.DecodeRune(v, low); ok && d != utf8.RuneError {
					v = d
					i += 6
				} else {
					v = utf8.RuneError
				}
			}
			dst = utf8.AppendRune(dst, v)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

func hex4(s []byte) (rune, bool) {
	if len(s) < 4 {
		return 0, false
	}
	v := rune(0)
	for _, c := range s[:4] {
		switch {
		case c >= '0' && c <= '9':
			v = v<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			v = v<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return v, true
}
