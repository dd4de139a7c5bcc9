package jsontext

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/types"
)

// Kind is what a value is: { [ " 0 (a number) t f or n (null).
type Kind byte

// Value is a node of a document.
type Value struct {
	Kind  Kind
	Raw   string   // its text
	Keys  []string // of an object, decoded
	Items []Value  // of an object or array
}

// Parse reads a document.
func Parse(s string) Value {
	p := parser{s: s}
	return p.value()
}

type parser struct {
	s   string
	pos int
}

func (p *parser) space() {
	for p.pos < len(p.s) && strings.IndexByte(" \t\n\r", p.s[p.pos]) >= 0 {
		p.pos++
	}
}

func (p *parser) value() Value {
	p.space()
	start := p.pos
	if start >= len(p.s) {
		return Value{Kind: 'n', Raw: "null"}
	}
	v := Value{Kind: Kind(p.s[start])}
	switch v.Kind {
	case '{', '[':
		end := byte(v.Kind) + 2 // } and ] stand two places further
		p.pos++
		for p.space(); p.pos < len(p.s) && p.s[p.pos] != end; p.space() {
			if v.Kind == '{' {
				k := p.pos
				p.skipString()
				v.Keys = append(v.Keys, decode(p.s[k:p.pos]))
				p.space()
				p.pos++ // :
			}
			v.Items = append(v.Items, p.value())
			p.space()
			if p.pos < len(p.s) && p.s[p.pos] == ',' {
				p.pos++
			}
		}
		p.pos++
	case '"':
		p.skipString()
	case 't', 'n':
		p.pos += 4
	case 'f':
		p.pos += 5
	default:
		v.Kind = '0'
		for p.pos < len(p.s) && strings.IndexByte("+-.eE0123456789", p.s[p.pos]) >= 0 {
			p.pos++
		}
		if p.pos == start { // not JSON
			p.pos = len(p.s)
		}
	}
	p.pos = min(p.pos, len(p.s))
	v.Raw = p.s[start:p.pos]
	return v
}

func (p *parser) skipString() {
	for p.pos++; p.pos < len(p.s) && p.s[p.pos] != '"'; p.pos++ {
		if p.s[p.pos] == '\\' {
			p.pos++
		}
	}
	p.pos = min(p.pos+1, len(p.s))
}

// decode is the string that a JSON string literal stands for.
func decode(lit string) string {
	s := strings.TrimSuffix(strings.TrimPrefix(lit, `"`), `"`)
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b = append(b, s[i])
			continue
		}
		i++
		switch s[i] {
		case 'b':
			b = append(b, '\b')
		case 'f':
			b = append(b, '\f')
		case 'n':
			b = append(b, '\n')
		case 'r':
			b = append(b, '\r')
		case 't':
			b = append(b, '\t')
		case 'u':
			r := hex4(s, i+1)
			i += 4
			if utf16.IsSurrogate(r) && i+2 < len(s) && s[i+1] == '\\' && s[i+2] == 'u' {
				r = utf16.DecodeRune(r, hex4(s, i+3))
				i += 6
			}
			b = utf8.AppendRune(b, r)
		default:
			b = append(b, s[i])
		}
	}
	return string(b)
}

func hex4(s string, i int) rune {
	if i+4 > len(s) {
		return utf8.RuneError
	}
	v, err := strconv.ParseUint(s[i:i+4], 16, 32)
	if err != nil {
		return utf8.RuneError
	}
	return rune(v)
}

// Text is the value as ->> gives it: strings without quotes and escapes, and
// null as NULL.
func (v Value) Text() (s string, ok bool) {
	switch v.Kind {
	case 'n':
		return "", false
	case '"':
		return decode(v.Raw), true
	}
	return v.Raw, true
}

// Field is the value of a key: the last one where it is there twice.
func (v Value) Field(key string) (Value, bool) {
	if v.Kind == '{' {
		for i := len(v.Keys) - 1; i >= 0; i-- {
			if v.Keys[i] == key {
				return v.Items[i], true
			}
		}
	}
	return Value{}, false
}

// Element is element i of an array, from the end where i is negative.
func (v Value) Element(i int) (Value, bool) {
	if v.Kind != '[' {
		return Value{}, false
	}
	if i < 0 {
		i += len(v.Items)
	}
	if i < 0 || i >= len(v.Items) {
		return Value{}, false
	}
	return v.Items[i], true
}

// Step goes down by one step of a path: a key, or the index of an element.
func (v Value) Step(step string) (Value, bool) {
	if v.Kind == '[' {
		i, err := strconv.ParseInt(strings.TrimSpace(step), 10, 32)
		if err != nil {
			return Value{}, false
		}
		return v.Element(int(i))
	}
	return v.Field(step)
}

// Type is the value's kind as json_typeof says it.
func (v Value) Type() string {
	switch v.Kind {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case 't', 'f':
		return "boolean"
	case 'n':
		return "null"
	}
	return "number"
}

// Scalar says whether the value is neither object nor array.
func (v Value) Scalar() bool { return v.Kind != '{' && v.Kind != '[' }

// StripNulls leaves out the fields that are null, at any depth.
func (v Value) StripNulls(dst []byte, canonical bool) []byte {
	comma := ","
	colon := ":"
	if canonical {
		comma, colon = ", ", ": "
	}
	if v.Scalar() {
		return append(dst, v.Raw...)
	}
	dst = append(dst, byte(v.Kind))
	n := 0
	for i, item := range v.Items {
		if v.Kind == '{' && item.Kind == 'n' {
			continue
		}
		if n++; n > 1 {
			dst = append(dst, comma...)
		}
		if v.Kind == '{' {
			dst = append(types.AppendJSONString(dst, v.Keys[i]), colon...)
		}
		dst = item.StripNulls(dst, canonical)
	}
	return append(dst, byte(v.Kind)+2)
}

// Append writes the value in jsonb's canonical form. Raw is used for scalars
// only, so that a value may have been put together from others.
func (v Value) Append(dst []byte) []byte {
	if v.Scalar() {
		return append(dst, v.Raw...)
	}
	dst = append(dst, byte(v.Kind))
	for i, item := range v.Items {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		if v.Kind == '{' {
			dst = append(types.AppendJSONString(dst, v.Keys[i]), ": "...)
		}
		dst = item.Append(dst)
	}
	return append(dst, byte(v.Kind)+2)
}

// Pretty writes the value as jsonb_pretty does.
func (v Value) Pretty(dst []byte, depth int) []byte {
	if v.Scalar() {
		return append(dst, v.Raw...)
	}
	dst = append(dst, byte(v.Kind))
	indent := func(d int) {
		dst = append(dst, '\n')
		for range d {
			dst = append(dst, "    "...)
		}
	}
	for i, item := range v.Items {
		if i > 0 {
			dst = append(dst, ',')
		}
		indent(depth + 1)
		if v.Kind == '{' {
			dst = append(types.AppendJSONString(dst, v.Keys[i]), ": "...)
		}
		dst = item.Pretty(dst, depth+1)
	}
	indent(depth)
	return append(dst, byte(v.Kind)+2)
}

// number is the value of a number.
func (v Value) number() numeric.Numeric {
	n, _ := numeric.Parse(v.Raw)
	return n
}
