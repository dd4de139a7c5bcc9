package types

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// maxJSONDepth bounds nesting, so that a stranger's text cannot exhaust the stack.
const maxJSONDepth = 6000

// ValidateJSON is nil where s is JSON as Postgres's json takes it, else its
// error: 22P02 with what was expected and where.
func ValidateJSON(s string) error {
	p := jsonParser{in: s}
	return p.document(nil)
}

// CanonicalJSON is s as jsonb prints it: keys by length and bytes, the last of
// equal keys, numbers as numeric, escapes resolved.
func CanonicalJSON(s string) (string, error) {
	p := jsonParser{in: s, build: true}
	var root jsonValue
	if err := p.document(&root); err != nil {
		return "", err
	}
	return string(root.append(nil)), nil
}

// jsonValue is a node of a jsonb document. Scalars keep the text that prints.
type jsonValue struct {
	kind  byte // '{', '[', or 0 for a scalar
	text  string
	keys  []string // decoded
	items []jsonValue
}

// AppendJSONString appends s as a JSON string.
func AppendJSONString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, s[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
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
		default:
			dst = fmt.Appendf(dst, `\u%04x`, c)
		}
	}
	return append(append(dst, s[from:]...), '"')
}

func (v *jsonValue) append(dst []byte) []byte {
	switch v.kind {
	case '[':
		dst = append(dst, '[')
		for i := range v.items {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = v.items[i].append(dst)
		}
		return append(dst, ']')
	case '{':
		dst = append(dst, '{')
		for i := range v.items {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = append(AppendJSONString(dst, v.keys[i]), ": "...)
			dst = v.items[i].append(dst)
		}
		return append(dst, '}')
	}
	return append(dst, v.text...)
}

// sortKeys orders an object by length of key, then bytes; of equal keys the
// last stays.
func (v *jsonValue) sortKeys() {
	order := make([]int, len(v.keys))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if d := len(v.keys[a]) - len(v.keys[b]); d != 0 {
			return d
		}
		return strings.Compare(v.keys[a], v.keys[b])
	})
	keys, items := make([]string, 0, len(order)), make([]jsonValue, 0, len(order))
	for i, at := range order {
		if i+1 < len(order) && v.keys[order[i+1]] == v.keys[at] {
			continue
		}
		keys, items = append(keys, v.keys[at]), append(items, v.items[at])
	}
	v.keys, v.items = keys, items
}

// jsonParser reads JSON by recursive descent over one token of lookahead.
type jsonParser struct {
	in    string
	build bool // jsonb: values are built, and what jsonb cannot hold is refused
	depth int

	tok        byte // the token: its first character; '0' number, 'a' word, 0 end
	start, end int
	str        string // decoded string, when building
}

func (p *jsonParser) document(v *jsonValue) error {
	if err := p.next(); err != nil {
		return err
	}
	if err := p.value(v); err != nil {
		return err
	}
	if p.tok != 0 {
		return p.expected("Expected end of input")
	}
	return nil
}

func (p *jsonParser) value(v *jsonValue) error {
	if p.depth++; p.depth > maxJSONDepth {
		return sqlerr.New(sqlerr.StatementTooComplex, "stack depth limit exceeded")
	}
	defer func() { p.depth-- }()
	switch p.tok {
	case '{':
		return p.object(v)
	case '[':
		return p.array(v)
	case '"', '0', 'a':
		if v != nil {
			v.text = p.in[p.start:p.end]
			switch p.tok {
			case '"':
				v.text = string(AppendJSONString(nil, p.str))
			case '0':
				n, err := numeric.Parse(v.text)
				if err != nil {
					return err
				}
				v.text = n.String()
			}
		}
		return p.next()
	}
	return p.expected("Expected JSON value")
}

func (p *jsonParser) object(v *jsonValue) error {
	if err := p.next(); err != nil {
		return err
	}
	if v != nil {
		v.kind = '{'
	}
	switch p.tok {
	case '}':
		return p.next()
	case '"':
	default:
		return p.expected(`Expected string or "}"`)
	}
	for {
		if p.tok != '"' {
			return p.expected("Expected string")
		}
		key := p.str
		if err := p.next(); err != nil {
			return err
		}
		if p.tok != ':' {
			return p.expected(`Expected ":"`)
		}
		if err := p.next(); err != nil {
			return err
		}
		var item *jsonValue
		if v != nil {
			item = new(jsonValue)
		}
		if err := p.value(item); err != nil {
			return err
		}
		if v != nil {
			v.keys, v.items = append(v.keys, key), append(v.items, *item)
		}
		switch p.tok {
		case ',':
			if err := p.next(); err != nil {
				return err
			}
		case '}':
			if v != nil {
				v.sortKeys()
			}
			return p.next()
		default:
			return p.expected(`Expected "," or "}"`)
		}
	}
}

func (p *jsonParser) array(v *jsonValue) error {
	if err := p.next(); err != nil {
		return err
	}
	if v != nil {
		v.kind = '['
	}
	if p.tok == ']' {
		return p.next()
	}
	for {
		var item *jsonValue
		if v != nil {
			item = new(jsonValue)
		}
		if err := p.value(item); err != nil {
			return err
		}
		if v != nil {
			v.items = append(v.items, *item)
		}
		switch p.tok {
		case ',':
			if err := p.next(); err != nil {
				return err
			}
		case ']':
			return p.next()
		default:
			return p.expected(`Expected "," or "]"`)
		}
	}
}

// next reads a token.
func (p *jsonParser) next() error {
	i := p.end
	for i < len(p.in) && (p.in[i] == ' ' || p.in[i] == '\t' || p.in[i] == '\n' || p.in[i] == '\r') {
		i++
	}
	p.start, p.end = i, i
	if i == len(p.in) {
		p.tok = 0
		return nil
	}
	switch c := p.in[i]; {
	case strings.IndexByte("{}[],:", c) >= 0:
		p.tok, p.end = c, i+1
	case c == '"':
		p.tok = '"'
		return p.stringToken()
	case c == '-' || isDigit(c):
		p.tok = '0'
		return p.numberToken()
	default:
		p.tok = 'a'
		for p.end < len(p.in) && jsonWordByte(p.in[p.end]) {
			p.end++
		}
		if p.end == i {
			p.end++
			return p.invalidToken()
		}
		switch p.in[i:p.end] {
		case "true", "false", "null":
		default:
			return p.invalidToken()
		}
	}
	return nil
}

func jsonWordByte(c byte) bool { return isDigit(c) || isLetter(c) || c == '$' }

func (p *jsonParser) numberToken() error {
	s, i := p.in, p.start
	bad := false
	digits := func() {
		from := i
		for i < len(s) && isDigit(s[i]) {
			i++
		}
		bad = bad || i == from
	}
	if s[i] == '-' {
		i++
	}
	if i < len(s) && s[i] == '0' {
		i++
	} else {
		digits()
	}
	if i < len(s) && s[i] == '.' {
		i++
		digits()
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		digits()
	}
	for i < len(s) && jsonWordByte(s[i]) {
		bad = true
		i++
	}
	p.end = i
	if bad {
		return p.invalidToken()
	}
	return nil
}

func (p *jsonParser) stringToken() error {
	s, i := p.in, p.start+1
	var b []byte
	high := rune(0)
	flush := func() error {
		if high != 0 {
			return p.bad(i, "Unicode low surrogate must follow a high surrogate.")
		}
		return nil
	}
	for {
		if i >= len(s) {
			p.end = len(s)
			return p.invalidToken()
		}
		c := s[i]
		switch {
		case c == '"':
			if err := flush(); err != nil {
				return err
			}
			p.end = i + 1
			p.str = string(b)
			return nil
		case c < 0x20:
			return p.bad(i, fmt.Sprintf("Character with value 0x%02x must be escaped.", c))
		case c != '\\':
			if high != 0 {
				_, size := utf8.DecodeRuneInString(s[i:])
				i += size
				return flush()
			}
			if p.build {
				b = append(b, c)
			}
			i++
			continue
		}
		if i++; i >= len(s) {
			p.end = len(s)
			return p.invalidToken()
		}
		if s[i] != 'u' {
			at := strings.IndexByte(`"\/bfnrt`, s[i])
			if at < 0 {
				_, size := utf8.DecodeRuneInString(s[i:])
				return p.bad(i+size, `Escape sequence "\`+s[i:i+size]+`" is invalid.`)
			}
			if err := flush(); err != nil {
				return err
			}
			b = append(b, "\"\\/\b\f\n\r\t"[at])
			i++
			continue
		}
		i++
		var u rune
		for k := range 4 {
			if i+k >= len(s) {
				p.end = len(s)
				return p.invalidToken()
			}
			d := digitValue(s[i+k])
			if d > 15 {
				_, size := utf8.DecodeRuneInString(s[i+k:])
				return p.bad(i+k+size, `"\u" must be followed by four hexadecimal digits.`)
			}
			u = u<<4 | rune(d)
		}
		i += 4
		if !p.build {
			continue
		}
		switch {
		case u == 0:
			return p.problem(i, sqlerr.New(sqlerr.UntranslatableCharacter, "unsupported Unicode escape sequence").
				WithDetail(`\u0000 cannot be converted to text.`))
		case u >= 0xd800 && u < 0xdc00:
			if high != 0 {
				return p.bad(i, "Unicode high surrogate must not follow a high surrogate.")
			}
			high = u
		case u >= 0xdc00 && u < 0xe000:
			if high == 0 {
				return p.bad(i, "Unicode low surrogate must follow a high surrogate.")
			}
			b = utf8.AppendRune(b, utf16.DecodeRune(high, u))
			high = 0
		default:
			if err := flush(); err != nil {
				return err
			}
			b = utf8.AppendRune(b, u)
		}
	}
}

func (p *jsonParser) invalidToken() error {
	return p.bad(p.end, `Token "`+p.in[p.start:p.end]+`" is invalid.`)
}

func (p *jsonParser) expected(what string) error {
	if p.tok == 0 {
		return p.bad(p.end, "The input string ended unexpectedly.")
	}
	return p.bad(p.end, what+`, but found "`+p.in[p.start:p.end]+`".`)
}

func (p *jsonParser) bad(end int, detail string) error {
	return p.problem(end, sqlerr.New(sqlerr.InvalidTextRepresentation, "invalid input syntax for type json").WithDetail("%s", detail))
}

// problem adds where in the text it is: the line up to the offending token, at
// most some fifty bytes of it.
func (p *jsonParser) problem(end int, e *sqlerr.Error) error {
	end = min(end, len(p.in))
	line := 1 + strings.Count(p.in[:min(p.start, end)], "\n")
	from := strings.LastIndexByte(p.in[:min(p.start, end)], '\n') + 1
	for from < end && end-from >= 50 {
		_, size := utf8.DecodeRuneInString(p.in[from:])
		from += size
	}
	// Up to three characters are not worth leaving out.
	lineStart := strings.LastIndexByte(p.in[:min(p.start, end)], '\n') + 1
	if from-lineStart <= 3 {
		from = lineStart
	}
	prefix, suffix := "", ""
	if from > lineStart {
		prefix = "..."
	}
	if p.tok != 0 && end < len(p.in) && p.in[end] != '\n' && p.in[end] != '\r' {
		suffix = "..."
	}
	return e.WithWhere("JSON data, line %d: %s%s%s", line, prefix, p.in[from:end], suffix)
}
