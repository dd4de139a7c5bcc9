package csv

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/inlaydb/inlay/storage/record"
)

// Known is what is told of a file and not to be guessed.
type Known struct {
	Delimiter, Quote, Escape, Comment, Newline byte // where the flag below is set
	HasDelimiter, HasQuote, HasEscape          bool
	Header                                     int8 // 1 yes, -1 no, 0 not told
	Skip                                       int  // lines before the header or the first record
	Nulls                                      []string
	Names                                      []string // of all columns; nil: not told
	NormalizeNames                             bool
	Pad                                        bool
	Also                                       func([]byte) Type // further types that a text fits; nil: none
}

func (k *Known) guess(b []byte) Type {
	t := Guess(b)
	if k.Also != nil {
		t = t&^(Date|DateDMY|DateMDY) | k.Also(b)
	}
	return t
}

// Sniffed is what a sample tells of a file.
type Sniffed struct {
	Dialect Dialect
	Header  bool
	Names   []string
	Types   []Type
	Offset  int64 // of the first record
	Line    int64 // its line, from 1
	Rows    int   // records in the sample
	Bytes   int   // that they take
	Nulls   []int // by column, in the sample
	Tallies []Tally
}

// ErrUTF16 says that a file has the byte order mark of UTF-16.
var ErrUTF16 = errors.New("the file is encoded in UTF-16")

// scoreBytes and scoreRecords bound what is looked at to choose a dialect.
const (
	scoreBytes   = 64 << 10
	scoreRecords = 1000
)

// Sniff guesses the dialect, the header and the types of a file whose first
// bytes are sample (with record.Slack behind it). whole says that nothing
// follows.
//
// The delimiter is the one of , ; tab and | with which most records have the
// same number of fields, and among equals the one that gives most. Lines before
// the first record with that number are left out. A header is there where the
// first record does not fit the types of the others, or all columns are text.
func Sniff(sample []byte, whole bool, k Known) (*Sniffed, error) {
	s := &Sniffed{Line: 1}
	if bytes.HasPrefix(sample, []byte("\xff\xfe")) || bytes.HasPrefix(sample, []byte("\xfe\xff")) {
		return nil, ErrUTF16
	}
	if bytes.HasPrefix(sample, []byte("\xef\xbb\xbf")) {
		s.Offset = 3
	}
	newline := k.Newline
	if newline == 0 {
		newline = '\n'
		if bytes.IndexByte(sample, '\n') < 0 && bytes.IndexByte(sample, '\r') >= 0 {
			newline = '\r'
		}
	}
	for range k.Skip {
		i := bytes.IndexByte(sample[s.Offset:], newline)
		if i < 0 {
			s.Offset = int64(len(sample))
			break
		}
		s.Offset += int64(i) + 1
		s.Line++
	}
	body := sample[s.Offset:]
	d, fields, skip := choose(body, whole, newline, k)
	s.Dialect = d
	s.Line += int64(bytes.Count(body[:skip], []byte{newline}))
	s.Offset += int64(skip)
	body = body[skip:]
	if len(k.Names) > 0 {
		fields = len(k.Names)
	}
	if !whole {
		n, _ := d.Splitter().Split(body, false)
		body = body[:n]
	}
	if len(body) > 0 && body[len(body)-1] != newline {
		body = append(make([]byte, 0, len(body)+1+record.Slack), body...)
		body = append(body, newline)
	}
	s.look(body, int64(len(sample)), fields, k)
	return s, nil
}

// choose picks the dialect; skip is how many bytes stand before the records.
func choose(body []byte, whole bool, newline byte, k Known) (d Dialect, fields, skip int) {
	part := body
	if len(part) > scoreBytes {
		part, whole = part[:scoreBytes], false
	}
	d = Default()
	d.Newline, d.Comment = newline, k.Comment
	if k.HasQuote {
		d.Quote, d.Escape = k.Quote, k.Quote
	}
	if k.HasEscape {
		d.Escape = k.Escape
	}
	delimiters := []byte{',', '\t', ';', '|'}
	if k.HasDelimiter {
		delimiters = []byte{k.Delimiter}
	}
	best := score{fields: 1}
	first := true
	for _, delim := range delimiters {
		c := d
		c.Delimiter = delim
		if !k.HasQuote {
			c.Quote = quoteOf(part, delim, newline)
			c.Escape = c.Quote
		}
		if k.HasEscape {
			c.Escape = k.Escape
		} else if c.Quote != 0 && backslashed(part, c.Quote, delim, newline) {
			c.Escape = '\\'
		}
		s := c.score(part, whole, len(k.Names), k.Pad)
		if first || s.better(best) {
			best, d, first = s, c, false
		}
	}
	return d, best.fields, best.skip
}

// quoteOf is the character that fields are quoted with: the double quote
// unless all that are there stand in the middle of fields, then the single
// one where it encloses fields.
func quoteOf(part []byte, delim, newline byte) byte {
	opens := func(q byte) (proper, stray bool) {
		for i := 0; i < len(part); i++ {
			j := bytes.IndexByte(part[i:], q)
			if j < 0 {
				break
			}
			i += j
			if i == 0 || part[i-1] == delim || part[i-1] == newline {
				// It has to close, as well.
				for at := i + 1; at < len(part); at++ {
					if part[at] != q {
						continue
					}
					if at+1 == len(part) || part[at+1] == delim || part[at+1] == newline || part[at+1] == '\r' {
						return true, stray
					}
				}
				return false, true
			}
			stray = true
		}
		return false, stray
	}
	proper, stray := opens('"')
	if proper {
		return '"'
	}
	if p, _ := opens('\''); p {
		return '\''
	}
	if stray {
		return 0
	}
	return '"'
}

// backslashed says whether quotes between quotes are written \" .
func backslashed(part []byte, quote, delim, newline byte) bool {
	for i := 0; i < len(part); i++ {
		j := bytes.Index(part[i:], []byte{'\\', quote})
		if j < 0 {
			return false
		}
		i += j + 1
		// "C:\" ends a field; \"" may be a backslash before a doubled quote.
		if i+1 < len(part) && part[i+1] != delim && part[i+1] != newline && part[i+1] != '\r' && part[i+1] != quote {
			return true
		}
		if i+1 < len(part) && part[i+1] == quote && (i+2 == len(part) || part[i+2] == delim || part[i+2] == newline || part[i+2] == '\r') {
			return true
		}
	}
	return false
}

// score is how well a dialect fits.
type score struct {
	same   float64 // share of the records with the usual number of fields
	fields int     // that number
	skip   int     // bytes before the first of those records
}

func (s score) better(o score) bool {
	if (s.fields > 1) != (o.fields > 1) {
		return s.fields > 1 && s.same >= 0.5
	}
	if d := s.same - o.same; d > 0.02 || d < -0.02 {
		return d > 0
	}
	return s.fields > o.fields
}

// score counts fields of records. want is their number where it is known.
func (d *Dialect) score(part []byte, whole bool, want int, pad bool) score {
	var counts, starts []int
	var st state
	from, fields := 0, 1
	end := func(at int) {
		line := bytes.TrimRight(part[from:at], "\r\n")
		if len(bytes.TrimSpace(line)) > 0 && (d.Comment == 0 || line[0] != d.Comment) {
			counts, starts = append(counts, fields), append(starts, from)
		}
		from, fields = at+1, 1
	}
	for i := 0; i < len(part) && len(counts) < scoreRecords; i++ {
		switch st.step(d, part[i]) {
		case endField:
			fields++
		case endRecord:
			end(i)
		}
	}
	if from < len(part) && len(counts) < scoreRecords && (whole || len(counts) == 0) {
		end(len(part))
	}
	usual, times := 1, 0
	seen := map[int]int{}
	for _, c := range counts {
		seen[c]++
		if seen[c] > times || seen[c] == times && c > usual {
			usual, times = c, seen[c]
		}
	}
	if pad {
		for _, c := range counts {
			usual = max(usual, c)
		}
	}
	if want > 0 {
		usual = want
	}
	s := score{fields: usual}
	first := -1
	for i, c := range counts {
		if c == usual {
			if first < 0 {
				first = i
			}
			s.same++
		}
	}
	if first > 0 && usual > 1 && int(s.same) == len(counts)-first && want == 0 && !pad {
		s.skip = starts[first] // a title before the table
	} else {
		first = 0
	}
	if n := len(counts) - first; n > 0 {
		s.same /= float64(n)
	}
	return s
}

// look reads the sample's records: header, names, types. The file, or the
// sample, is whole bytes long.
func (s *Sniffed) look(body []byte, whole int64, fields int, k Known) {
	r := NewRecords(Layout{Dialect: s.Dialect, Fields: fields, Nulls: k.Nulls, Skip: true, Pad: k.Pad})
	in := body
	if cap(in)-len(in) < record.Slack {
		in = append(make([]byte, 0, len(body)+record.Slack), body...)
	}
	r.Start(in, false)
	sets := make([]Type, fields)
	texts := make([]bool, fields) // has a value
	s.Nulls = make([]int, fields)
	s.Tallies = make([]Tally, fields)
	for c := range sets {
		sets[c] = anyType
	}
	var first []Type // of the first record; 0: NULL
	var header []string
	var firstOffset, second int
	var f record.Fields
	for {
		n, err := r.Next(1024)
		if err != nil || n == 0 {
			break
		}
		from := 0
		if s.Rows == 0 {
			from = 1
			firstOffset = r.Offset(0)
			second = len(body)
			if n > 1 {
				second = r.Offset(1)
			} else if len(r.base) > 0 { // the next window begins behind it
				second = int(r.ends[r.used] + 1)
			}
		}
		for c := range fields {
			r.Column(c, nil, &f)
			if from == 1 {
				if sp := f.Spans[0]; sp.Len != record.NullLen {
					first, header = append(first, k.guess(f.Bytes(sp))), append(header, string(f.Bytes(sp)))
				} else {
					first, header = append(first, 0), append(header, "")
				}
			}
			for _, sp := range f.Spans[from:] {
				switch {
				case sp.Len == record.NullLen:
					s.Nulls[c]++
				case sp.Len == 0 && sets[c] != anyType && sets[c] != Text, sp.Len == 0 && !texts[c]:
					// "" in a column of numbers is NULL as well
				default:
					texts[c] = true
					if s.Rows < tallyRows {
						s.Tallies[c].add(f.Bytes(sp))
					}
					if sets[c] != Text {
						sets[c] &= k.guess(f.Bytes(sp))
					}
				}
			}
		}
		s.Rows += n
	}
	for c := range sets {
		if !texts[c] {
			sets[c] = Text
			if len(first) > 0 && first[c] != 0 && s.Rows == 1 {
				sets[c] = first[c]
			}
		}
	}
	s.Header = k.Header > 0
	if k.Header == 0 && s.Rows > 0 {
		s.Header = isHeader(sets, first, header, s.Rows, k.Names)
	}
	if !s.Header {
		for c, t := range first {
			switch {
			case t == 0:
				s.Nulls[c]++
			case !texts[c]:
				sets[c] = t
			default:
				sets[c] &= t
			}
		}
		s.Names = placeholderNames(fields)
	} else {
		if s.Rows == 1 {
			for c := range sets {
				sets[c] = Text
			}
		}
		s.Names = headerNames(header, k.NormalizeNames)
		s.Line += int64(bytes.Count(body[:second], []byte{s.Dialect.Newline}))
		s.Offset = min(s.Offset+int64(second), whole)
		s.Rows--
	}
	if len(k.Names) > 0 {
		s.Names = k.Names
	}
	s.Bytes = max(0, len(body)-second)
	if !s.Header {
		s.Bytes = len(body) - firstOffset
	}
	for _, t := range sets {
		s.Types = append(s.Types, t.best())
	}
}

// isHeader says whether the first record names the columns.
func isHeader(sets, first []Type, texts []string, rows int, names []string) bool {
	if len(names) == len(texts) && len(names) > 0 {
		same := true
		for i := range names {
			same = same && strings.EqualFold(strings.TrimSpace(texts[i]), names[i])
		}
		if same {
			return true
		}
	}
	allText := true
	for c, set := range sets {
		t := set.best()
		if rows == 1 {
			t = first[c].best()
			if first[c] == 0 {
				return false
			}
		}
		if t == Text {
			continue
		}
		allText = false
		if rows > 1 && first[c] != 0 && first[c]&t == 0 {
			return true
		}
	}
	return allText
}

// placeholderNames are column0, column1, …
func placeholderNames(n int) []string {
	width := len(fmt.Sprint(n - 1))
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("column%0*d", width, i)
	}
	return names
}

// headerNames makes the names of a header's fields distinct and none empty.
func headerNames(fields []string, normalize bool) []string {
	seen := map[string]bool{}
	names := make([]string, len(fields))
	for i, f := range fields {
		f = strings.TrimSpace(strings.ToValidUTF8(f, "\ufffd"))
		f = strings.ReplaceAll(f, "\x00", "")
		if normalize {
			f = normalName(f)
		}
		if f == "" {
			f = placeholderNames(len(fields))[i]
		}
		name := f
		for k := 1; seen[name]; k++ {
			name = fmt.Sprintf("%s_%d", f, k)
		}
		seen[name] = true
		names[i] = name
	}
	return names
}

// normalName makes a name that needs no quotes.
func normalName(s string) string {
	out := strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_':
			return c
		case c >= 'A' && c <= 'Z':
			return c + 'a' - 'A'
		}
		return '_'
	}, s)
	if out != "" && isDigit(out[0]) {
		out = "_" + out
	}
	return out
}
