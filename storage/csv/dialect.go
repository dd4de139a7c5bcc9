package csv

import "github.com/inlaydb/inlay/storage/record"

// Dialect says how bytes are cut into records and fields.
type Dialect struct {
	Delimiter byte
	Quote     byte // 0: nothing is quoted
	Escape    byte // between quotes, makes a quote or itself literal; usually Quote
	Comment   byte // a line that starts with it is skipped; 0: none
	Newline   byte // '\n', which also ends "\r\n", or '\r'
}

// Default is Postgres's dialect of CSV.
func Default() Dialect { return Dialect{Delimiter: ',', Quote: '"', Escape: '"', Newline: '\n'} }

// plain says whether quote parity tells what lies between quotes.
func (d *Dialect) plain() bool {
	return d.Comment == 0 && (d.Quote == 0 || d.Escape == d.Quote)
}

// Parallel says whether workers can start anywhere in a file.
func (d *Dialect) Parallel() bool { return d.plain() }

// Lines is where records end; it holds where Parallel does.
func (d *Dialect) Lines(max int) record.Lines {
	return record.Lines{Newline: d.Newline, Quote: d.Quote, Max: max}
}

// Splitter cuts a stream into chunks of whole records.
func (d *Dialect) Splitter() record.Splitter {
	if d.plain() {
		return &record.LineSplitter{Lines: d.Lines(0)}
	}
	return &scalarSplitter{d: *d}
}

// scalarSplitter follows the records byte by byte; seen bytes are not looked
// at again when more data comes.
type scalarSplitter struct {
	d    Dialect
	st   state
	at   int
	last int
}

func (s *scalarSplitter) Split(data []byte, atEOF bool) (int, error) {
	for ; s.at < len(data); s.at++ {
		if s.st.step(&s.d, data[s.at]) == endRecord {
			s.last = s.at + 1
		}
	}
	n := s.last
	if atEOF {
		n = len(data)
	}
	s.at -= n
	s.last = 0
	return n, nil
}

// state is where a byte-by-byte scan stands.
type state struct {
	quoted  bool // between quotes
	escaped bool // after an escape between quotes
	comment bool // in a comment line
	inLine  bool // after the first byte of a line
}

type event uint8

const (
	none event = iota
	endField
	endRecord
)

// step moves over one byte and says what ends there.
func (s *state) step(d *Dialect, c byte) event {
	switch {
	case s.comment:
		if c != d.Newline {
			return none
		}
		s.comment, s.inLine = false, false
		return endRecord
	case s.escaped:
		s.escaped = false
		return none
	case s.quoted:
		switch {
		case c == d.Escape && d.Escape != d.Quote:
			s.escaped = true
		case c == d.Quote:
			s.quoted = false
		}
		return none
	case c == d.Newline:
		s.inLine = false
		return endRecord
	case !s.inLine && d.Comment != 0 && c == d.Comment:
		s.comment = true
		return none
	}
	s.inLine = true
	switch c {
	case d.Delimiter:
		return endField
	case d.Quote:
		s.quoted = d.Quote != 0
	}
	return none
}
