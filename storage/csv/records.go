package csv

import (
	"bytes"

	"github.com/inlaydb/inlay/storage/record"
)

// Layout says what is known of a file's records.
type Layout struct {
	Dialect Dialect
	Fields  int      // of each record
	Nulls   []string // texts that mean NULL where they are not quoted
	// QuotedNulls are the fields of which also quoted texts mean NULL; nil: none.
	QuotedNulls []bool
	NotNull     []bool // fields whose null strings are text
	Pad         bool   // a record with too few fields has NULLs at its end
	Skip        bool   // records that are wrong are left out and counted
}

// Fault is what is wrong with a record.
type Fault uint8

const (
	TooFew       Fault = iota // fields
	TooMany                   // fields
	Unterminated              // a quote is open at the end of the file
)

// RecordError says that a record does not have the expected form.
type RecordError struct {
	Fault  Fault
	Offset int    // of the record in the chunk
	Fields int    // how many it has
	Text   []byte // the record, lent
}

func (e *RecordError) Error() string {
	switch e.Fault {
	case TooFew:
		return "too few fields"
	case TooMany:
		return "too many fields"
	}
	return "unterminated quoted field"
}

// windowEnds bounds how many ends of fields are held at once, so that they
// stay in a core's cache.
const windowEnds = 32 << 10

// Records reads the records of chunks. One goroutine uses it.
//
// ends holds, after an entry for what lies before the window, the position of
// each field's end; base holds, for each row, where in ends the entry before
// its first field stands.
type Records struct {
	l      Layout
	data   []byte
	at     int    // indexed up to here
	open   uint64 // all ones: between quotes at at
	st     state  // the same for dialects that are read byte by byte
	quotes bool   // the chunk has any
	clean  bool
	ends   []uint32
	have   int // entries in ends
	base   []uint32
	rows   int
	used   int // entries that the rows of this window take
	// newlines is how many of the entries after the first end records.
	newlines int
	aux      []byte
	Skipped  int64 // records left out so far
	First    *RecordError
}

// NewRecords makes a reader.
func NewRecords(l Layout) *Records {
	if len(l.Nulls) == 0 {
		l.Nulls = []string{""}
	}
	return &Records{l: l}
}

// Start begins a chunk. check says whether to look for bytes that are not UTF-8.
func (r *Records) Start(data []byte, check bool) {
	r.data, r.at, r.open, r.st = data, 0, 0, state{}
	r.quotes = r.l.Dialect.Quote != 0 && bytes.IndexByte(data, r.l.Dialect.Quote) >= 0
	r.clean = check && record.Clean(data)
	r.have, r.used, r.rows, r.newlines = 1, 0, 0, 0
	if len(r.ends) == 0 {
		r.ends = make([]uint32, windowEnds+2*blockBytes)
	}
	r.ends[0] = ^uint32(0) // before byte 0
}

// Next finds the next records, at most rows, and says how many; 0 at the end of
// the chunk. Their fields may be asked for until the next call.
func (r *Records) Next(rows int) (int, error) {
	for {
		n, err := r.window(rows)
		if n > 0 || err != nil {
			return n, err
		}
		if r.at >= len(r.data) && r.have-r.used <= 1 {
			return 0, nil
		}
	}
}

func (r *Records) window(rows int) (int, error) {
	n := r.l.Fields
	// What the last window left over moves to the front.
	for _, e := range r.ends[1 : r.used+1] {
		if r.data[e] == r.l.Dialect.Newline {
			r.newlines--
		}
	}
	copy(r.ends, r.ends[r.used:r.have])
	r.have -= r.used
	r.used = 0
	r.aux = r.aux[:0]
	want := max(min(rows*n, windowEnds)/n*n, n) + 1
	if need := want + 2*blockBytes; len(r.ends) < need || len(r.ends) < r.have+2*blockBytes {
		ends := make([]uint32, r.have+need)
		copy(ends, r.ends[:r.have])
		r.ends = ends
	}
	for r.at < len(r.data) && r.have < want {
		r.indexMore(want)
	}
	if r.at >= len(r.data) && (r.open != 0 || r.st.quoted) {
		return r.unterminated()
	}
	return r.settle(rows)
}

// settle makes rows of the entries.
func (r *Records) settle(max int) (int, error) {
	n := r.l.Fields
	rows := min((r.have-1)/n, max)
	if r.l.Dialect.Comment == 0 && r.regular(rows) {
		if cap(r.base) < rows {
			r.base = make([]uint32, rows, rows+rows/4)
		}
		r.base = r.base[:rows]
		for i := range r.base {
			r.base[i] = uint32(i * n)
		}
		r.used, r.rows = rows*n, rows
		if rows > 0 || r.have == 1 {
			return rows, nil
		}
	}
	return r.walk(max)
}

// regular says whether the first rows*n entries are rows records of n fields:
// the last entry of each is a newline, and no other is.
func (r *Records) regular(rows int) bool {
	n := r.l.Fields
	nl := r.l.Dialect.Newline
	among := r.newlines
	for _, e := range r.ends[1+rows*n : r.have] {
		if r.data[e] == nl {
			among--
		}
	}
	if among != rows {
		return false
	}
	for i := n; i <= rows*n; i += n {
		if r.data[r.ends[i]] != nl {
			return false
		}
	}
	return true
}

// indexMore indexes until there are want entries.
func (r *Records) indexMore(want int) {
	found := 0
	if r.l.Dialect.plain() {
		r.at, r.open, r.have, found = r.l.Dialect.index(r.data, r.at, r.open, r.ends, r.have, want, r.quotes)
	} else {
		r.at, r.have, found = r.l.Dialect.indexScalar(r.data, r.at, &r.st, r.ends, r.have, want)
	}
	r.newlines += found
}

// walk goes record by record.
func (r *Records) walk(max int) (int, error) {
	n := r.l.Fields
	nl := r.l.Dialect.Newline
	r.base = r.base[:0]
	first := 0
	end := r.have // entries of this window; padding goes behind
	top := end
	for i := 1; i < end && len(r.base) < max; i++ {
		if r.data[r.ends[i]] != nl {
			continue
		}
		count := i - first
		from, to := r.ends[first]+1, r.ends[i]
		text := r.data[from:to]
		switch {
		case r.l.Dialect.Comment != 0 && len(text) > 0 && text[0] == r.l.Dialect.Comment:
		case count == n:
			r.base = append(r.base, uint32(first))
		case count == 1 && len(bytes.TrimSpace(text)) == 0:
			// a blank line
		case count == n+1 && r.ends[i-1]+1 == to || count == n+1 && r.ends[i-1]+2 == to && text[len(text)-1] == '\r':
			r.base = append(r.base, uint32(first)) // a delimiter at the end
		case count < n && r.l.Pad:
			if need := top + n + 2; len(r.ends) < need {
				r.ends = append(r.ends, make([]uint32, need)...)
			}
			r.base = append(r.base, uint32(top))
			top += copy(r.ends[top:], r.ends[first:i+1])
			if to > from && r.data[to-1] == '\r' && nl == '\n' {
				r.ends[top-1]--
				to--
			}
			for range n - count {
				r.ends[top] = to // a field that starts behind its end is NULL
				top++
			}
		default:
			e := &RecordError{Fault: TooFew, Offset: int(from), Fields: count, Text: text}
			if count > n {
				e.Fault = TooMany
			}
			if err := r.fault(e); err != nil {
				return 0, err
			}
		}
		first = i
	}
	r.used, r.rows = first, len(r.base)
	if first == 0 && r.at < len(r.data) && r.have >= len(r.ends)-2*blockBytes {
		// A record with more fields than there is room for.
		r.ends = append(r.ends, make([]uint32, len(r.ends))...)
	}
	if first == 0 && r.at < len(r.data) {
		return r.more(max)
	}
	return r.rows, nil
}

// more indexes on: the entries do not hold one whole record.
func (r *Records) more(max int) (int, error) {
	if len(r.ends) < r.have+3*blockBytes {
		r.ends = append(r.ends, make([]uint32, len(r.ends))...)
	}
	r.indexMore(r.have + blockBytes)
	if r.at >= len(r.data) && (r.open != 0 || r.st.quoted) {
		return r.unterminated()
	}
	return r.walk(max)
}

// unterminated handles the end of the data between quotes: what comes before
// the open record is given first.
func (r *Records) unterminated() (int, error) {
	from := 0
	for i := r.have - 1; i > 0; i-- {
		if r.data[r.ends[i]] == r.l.Dialect.Newline {
			r.have = i + 1 // the entries behind it are the open record's
			from = int(r.ends[i]) + 1
			break
		}
	}
	if from == 0 && r.ends[0] != ^uint32(0) {
		from = int(r.ends[0]) + 1
	}
	if from > 0 && r.have > 1 && r.data[r.ends[r.have-1]] == r.l.Dialect.Newline {
		n, err := r.settle(windowEnds)
		if n > 0 || err != nil {
			return n, err
		}
	}
	r.have, r.used, r.newlines = 1, 0, 0
	r.open, r.st = 0, state{}
	return 0, r.fault(&RecordError{Fault: Unterminated, Offset: from, Text: r.data[from:]})
}

// fault is the error of a record, or nil where such are skipped.
func (r *Records) fault(e *RecordError) error {
	if !r.l.Skip {
		return e
	}
	if r.First == nil {
		e.Text = bytes.Clone(e.Text[:min(len(e.Text), 100)])
		r.First = e
	}
	r.Skipped++
	return nil
}

// Offset is where a row's record starts in the chunk.
func (r *Records) Offset(row int) int { return int(r.ends[r.base[row]] + 1) }
