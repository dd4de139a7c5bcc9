package regex

import (
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// Similar turns a pattern of SQL's SIMILAR TO into a regular expression that
// matches the whole string. escape is one character, or nothing. The marks
// escape-quote cut the pattern in three parts, of which the middle one becomes
// the only group: substring(s SIMILAR p ESCAPE e).
func Similar(pattern, escape []byte) ([]byte, error) {
	if len(escape) > 0 {
		if _, size := utf8.DecodeRune(escape); size != len(escape) {
			return nil, sqlerr.New(sqlerr.InvalidEscapeSequence, "invalid escape string").
				WithHint("Escape string must be empty or one character.")
		}
	}
	out := []byte("^(?:")
	escaped, inClass, quotes := false, false, 0
	for len(pattern) > 0 {
		_, size := utf8.DecodeRune(pattern)
		c := pattern[:size]
		pattern = pattern[size:]
		switch {
		case escaped:
			escaped = false
			if c[0] == '"' && !inClass {
				switch quotes {
				case 0:
					out = append(out, "){1,1}?("...)
				case 1:
					out = append(out, "){1,1}(?:"...)
				default:
					return nil, sqlerr.New(sqlerr.InvalidUseOfEscapeCharacter, "SQL regular expression may not contain more than two escape-double-quote separators")
				}
				quotes++
				continue
			}
			// Any character may be escaped; a class like \d keeps its meaning.
			out = append(append(out, '\\'), c...)
		case len(escape) > 0 && string(c) == string(escape):
			escaped = true
		case inClass:
			if c[0] == '\\' {
				out = append(out, '\\')
			}
			out = append(out, c...)
			inClass = c[0] != ']'
		case c[0] == '[':
			out = append(out, '[')
			inClass = true
		case c[0] == '%':
			out = append(out, ".*"...)
		case c[0] == '_':
			out = append(out, '.')
		case c[0] == '(':
			out = append(out, "(?:"...)
		case c[0] == '\\' || c[0] == '.' || c[0] == '^' || c[0] == '$':
			out = append(append(out, '\\'), c...)
		default:
			out = append(out, c...)
		}
	}
	return append(out, ")$"...), nil
}
