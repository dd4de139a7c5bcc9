package jsonfile

import "bytes"

// SyntaxError says where a text is no JSON.
type SyntaxError struct {
	At     int // in the chunk
	Row    int // start of the record in the chunk
	Reason string
}

func (e *SyntaxError) Error() string { return e.Reason }

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// space is the position of the first byte from i on that is not white space.
func space(b []byte, i int) int {
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	return i
}

// skipString gives the position after the string that starts at i, -1 if it
// does not end.
func skipString(b []byte, i int) int {
	i++
	for {
		j := bytes.IndexByte(b[i:], '"')
		if j < 0 {
			return -1
		}
		// An odd number of backslashes before the quote makes it a character.
		k := i + j
		n := 0
		for k-1-n >= i && b[k-1-n] == '\\' {
			n++
		}
		i = k + 1
		if n&1 == 0 {
			return i
		}
	}
}

// skipValue gives the position after the value that starts at i.
func skipValue(b []byte, i int) (int, string) {
	if i >= len(b) {
		return i, "the text ends where a value is expected"
	}
	switch c := b[i]; {
	case c == '"':
		end := skipString(b, i)
		if end < 0 {
			return i, "the string that starts here does not end"
		}
		return end, ""
	case c == '{' || c == '[':
		end := skipNested(b, i)
		if end < 0 {
			return i, "the brackets that open here do not close"
		}
		return end, ""
	case c == '-' || c >= '0' && c <= '9' || c == 't' || c == 'f' || c == 'n' || c == 'N' || c == 'I':
		for i++; i < len(b); i++ {
			if c := b[i]; c <= ' ' || c == ',' || c == '}' || c == ']' || c == ':' || c == '"' || c == '{' || c == '[' {
				break
			}
		}
		return i, ""
	}
	return i, "a value is expected here"
}

// skipNested gives the position after the object or array that starts at i, -1
// if it does not end.
func skipNested(b []byte, i int) int {
	depth := 0
	for i < len(b) {
		switch b[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"':
			if i = skipString(b, i); i < 0 {
				return -1
			}
			continue
		}
		i++
	}
	return -1
}

// Splitter cuts a stream of values, with commas between or not, that may end
// with the bracket of the array that they are elements of.
type Splitter struct {
	at, last int
	depth    int
	quoted   bool
	escaped  bool
}

// NewSplitter makes a record.Splitter.
func NewSplitter() *Splitter { return &Splitter{} }

// Split implements record.Splitter.
func (s *Splitter) Split(data []byte, atEOF bool) (int, error) {
	i := s.at
	for i < len(data) {
		if s.quoted {
			if s.escaped {
				s.escaped = false
				i++
				continue
			}
			j := i
			for j < len(data) && data[j] != '"' && data[j] != '\\' {
				j++
			}
			if j < len(data) {
				s.quoted = data[j] != '"'
				s.escaped = data[j] == '\\'
				j++
			}
			i = j
			continue
		}
		switch data[i] {
		case '"':
			s.quoted = true
		case '{', '[':
			s.depth++
		case '}', ']':
			if s.depth > 0 {
				s.depth--
			}
			if s.depth == 0 {
				s.last = i + 1
			}
		case ',', '\n':
			if s.depth == 0 {
				s.last = i + 1
			}
		}
		i++
	}
	n := s.last
	if atEOF {
		n = len(data)
	}
	s.at, s.last = i-n, 0
	return n, nil
}
