package parser

import (
	"strings"
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

// quoted lexes a string whose opening quote ends at body: '…', E'…', B'…', X'…'.
// Pieces that only white space with a newline parts are one string.
func (l *lexer) quoted(start, body int, k kind) token {
	escapes := k == tString && body == start+2
	var buf []byte // nil while the value is src[body:i]
	piece := body
	i := body
	src := l.src
	for {
		switch {
		case i >= len(src):
			l.pos = len(src)
			message := "unterminated quoted string"
			switch k {
			case tBit:
				message = "unterminated bit string literal"
			case tHex:
				message = "unterminated hexadecimal string literal"
			}
			return l.failSince(start, message)
		case src[i] == '\'':
			if i+1 < len(src) && src[i+1] == '\'' {
				buf = append(buf, src[piece:i+1]...)
				i += 2
				piece = i
				continue
			}
			if next := l.continuation(i + 1); next > 0 {
				buf = append(buf, src[piece:i]...)
				piece, i = next, next
				continue
			}
			l.pos = i + 1
			t := token{kind: k, pos: int32(start), end: int32(i + 1), body: int32(body)}
			if piece == body && buf == nil {
				return t
			}
			buf = append(buf, src[piece:i]...)
			if escapes && !utf8.Valid(buf) {
				return l.fail(start, invalidEncoding(invalidPart(buf)))
			}
			return l.value(t, string(buf))
		case escapes && src[i] == '\\':
			buf = append(buf, src[piece:i]...)
			var ok bool
			if buf, i, ok = l.escape(buf, i); !ok {
				if l.err != nil {
					return token{kind: tError, pos: int32(start), end: int32(len(src))}
				}
				return l.failSince(start, "unterminated quoted string")
			}
			piece = i
		default:
			i++
		}
	}
}

// value keeps a decoded value for t.
func (l *lexer) value(t token, v string) token {
	l.vals = append(l.vals, v)
	t.val = int32(len(l.vals))
	return t
}

// invalidPart gives b from its first byte that is no UTF-8.
func invalidPart(b []byte) string {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n <= 1 {
			return string(b)
		}
		b = b[n:]
	}
	return ""
}

// continuation gives where the next piece of a string starts whose last piece ended before i:
// after blanks and comments with a newline among them and another quote. 0 if there is none.
func (l *lexer) continuation(i int) int {
	src := l.src
	newline := false
	for i < len(src) {
		switch c := src[i]; {
		case c == '\n' || c == '\r':
			newline = true
			i++
		case classTable[c]&classSpace != 0:
			i++
		case c == '-' && i+1 < len(src) && src[i+1] == '-':
			for i < len(src) && src[i] != '\n' && src[i] != '\r' {
				i++
			}
		case c == '\'' && newline:
			return i + 1
		default:
			return 0
		}
	}
	return 0
}

// escape decodes the backslash sequence at src[i] of an E” string onto buf.
func (l *lexer) escape(buf []byte, i int) (out []byte, next int, ok bool) {
	src := l.src
	start := i
	i++
	if i >= len(src) {
		l.pos = len(src)
		return buf, i, false
	}
	c := src[i]
	i++
	switch c {
	case 'b':
		return append(buf, '\b'), i, true
	case 'f':
		return append(buf, '\f'), i, true
	case 'n':
		return append(buf, '\n'), i, true
	case 'r':
		return append(buf, '\r'), i, true
	case 't':
		return append(buf, '\t'), i, true
	case '0', '1', '2', '3', '4', '5', '6', '7':
		v := int(c - '0')
		for n := 1; n < 3 && i < len(src) && src[i] >= '0' && src[i] <= '7'; n++ {
			v = v<<3 | int(src[i]-'0')
			i++
		}
		return l.escapedByte(buf, start, byte(v), i)
	case 'x':
		v, n := 0, 0
		for ; n < 2 && i < len(src) && classTable[src[i]]&classHexDigit != 0; n++ {
			v = v<<4 | hexValue(src[i])
			i++
		}
		if n == 0 {
			return append(buf, 'x'), i, true
		}
		return l.escapedByte(buf, start, byte(v), i)
	case 'u', 'U':
		return l.unicodeEscape(buf, start)
	}
	return append(buf, c), i, true // as it is; of a longer character this is the first byte
}

func (l *lexer) escapedByte(buf []byte, start int, b byte, next int) ([]byte, int, bool) {
	if b == 0 {
		l.fail(start, invalidEncoding("\x00"))
		return buf, next, false
	}
	return append(buf, b), next, true
}

func hexValue(c byte) int {
	switch {
	case c <= '9':
		return int(c - '0')
	case c <= 'F':
		return int(c-'A') + 10
	}
	return int(c-'a') + 10
}

// hexDigits reads n hexadecimal digits at src[i:].
func (l *lexer) hexDigits(i, n int) (rune, bool) {
	if i+n > len(l.src) {
		return 0, false
	}
	var v uint32
	for _, c := range []byte(l.src[i : i+n]) {
		if classTable[c]&classHexDigit == 0 {
			return 0, false
		}
		v = v<<4 | uint32(hexValue(c))
	}
	if v > 0x7fffffff {
		v = 0x7fffffff
	}
	return rune(v), true
}

// unicodeEscape decodes \uXXXX or \UXXXXXXXX at src[i:], surrogate pairs as one character.
func (l *lexer) unicodeEscape(buf []byte, i int) ([]byte, int, bool) {
	one := func(i int) (rune, int, bool) {
		if i+1 >= len(l.src) || l.src[i] != '\\' {
			return 0, 0, false
		}
		n := 4
		switch l.src[i+1] {
		case 'u':
		case 'U':
			n = 8
		default:
			return 0, 0, false
		}
		r, ok := l.hexDigits(i+2, n)
		return r, i + 2 + n, ok
	}
	r, next, ok := one(i)
	if !ok {
		l.fail(i, sqlerr.New(sqlerr.InvalidEscapeSequence, "invalid Unicode escape").
			WithHint("Unicode escapes must be \\uXXXX or \\UXXXXXXXX."))
		return buf, i, false
	}
	if isSurrogate(r) {
		low, after, ok := one(next)
		if r >= 0xDC00 || !ok || low < 0xDC00 || low > 0xDFFF {
			at := next
			if r >= 0xDC00 {
				at = i
			}
			l.pos = min(max(after, at+1), len(l.src))
			if r >= 0xDC00 {
				l.pos = next
			}
			l.failSince(at, "invalid Unicode surrogate pair")
			return buf, i, false
		}
		r, next = 0x10000+(r-0xD800)<<10+(low-0xDC00), after
	}
	if r == 0 || r > utf8.MaxRune {
		l.pos = next
		l.failSince(i, "invalid Unicode escape value")
		return buf, i, false
	}
	return utf8.AppendRune(buf, r), next, true
}

func isSurrogate(r rune) bool { return r >= 0xD800 && r <= 0xDFFF }

// dollar lexes $1 and $tag$…$tag$.
func (l *lexer) dollar() token {
	src, start := l.src, l.pos
	i := start + 1
	if i < len(src) && classTable[src[i]]&classDigit != 0 {
		for i < len(src) && classTable[src[i]]&classDigit != 0 {
			i++
		}
		l.pos = i
		if end := l.identEnd(i); end > i {
			l.pos = end
			return l.failSince(start, "trailing junk after parameter")
		}
		return token{kind: tParam, pos: int32(start), end: int32(i)}
	}
	// A tag is an identifier without dollars.
	for i < len(src) && src[i] != '$' && classTable[src[i]]&classIdent != 0 {
		i++
	}
	if i >= len(src) || src[i] != '$' {
		return l.simple('$', 1)
	}
	tag := src[start : i+1]
	body := i + 1
	n := strings.Index(src[body:], tag)
	if n < 0 {
		l.pos = len(src)
		return l.failSince(start, "unterminated dollar-quoted string")
	}
	l.pos = body + n + len(tag)
	t := token{kind: tString, pos: int32(start), end: int32(l.pos), body: int32(body)}
	return l.value(t, src[body:body+n])
}

// quotedIdent lexes "x" or, with unicode, U&"x" [UESCAPE 'c'].
func (l *lexer) quotedIdent(start, body int, unicode bool) token {
	src := l.src
	i := body
	doubled := false
	for {
		if i >= len(src) {
			l.pos = len(src)
			return l.failSince(start, "unterminated quoted identifier")
		}
		if src[i] == '"' {
			if i+1 < len(src) && src[i+1] == '"' {
				doubled = true
				i += 2
				continue
			}
			break
		}
		i++
	}
	l.pos = i + 1
	t := token{kind: tQuotedIdent, pos: int32(start), end: int32(i + 1), body: int32(body)}
	if i == body {
		return l.failSince(start, "zero-length delimited identifier")
	}
	name := src[body:i]
	if doubled {
		name = strings.ReplaceAll(name, `""`, `"`)
	}
	if unicode {
		var failed token
		var ok bool
		if name, t.end, failed, ok = l.decodeUnicode(name, start, body, t.end); !ok {
			return failed
		}
		doubled = true
	}
	if len(name) > maxName {
		l.truncating(name)
		return l.value(t, truncate(name))
	}
	if doubled {
		return l.value(t, name)
	}
	return t
}

// unicodeString lexes U&'…' [UESCAPE 'c'].
func (l *lexer) unicodeString(start int) token {
	t := l.quoted(start, start+3, tString)
	if t.kind == tError {
		return t
	}
	raw := l.src[t.body : t.end-1]
	if t.val > 0 {
		raw = l.vals[t.val-1]
	}
	v, end, failed, ok := l.decodeUnicode(raw, start, start+3, t.end)
	if !ok {
		return failed
	}
	t.end = end
	return l.value(t, v)
}

// decodeUnicode resolves \XXXX and \+XXXXXX in raw, whose token ended at end, with the
// escape character of a UESCAPE clause that may follow; the clause becomes
// part of the token.
func (l *lexer) decodeUnicode(raw string, start, body int, end int32) (v string, newEnd int32, failed token, ok bool) {
	esc := byte('\\')
	save := l.pos
	if _, ok := l.skipBlank(); ok && len(l.src)-l.pos >= 7 && equalFolded(l.src[l.pos:l.pos+7], "uescape") &&
		l.identEnd(l.pos) == l.pos+7 {
		l.pos += 7
		if _, ok := l.skipBlank(); !ok || l.pos >= len(l.src) || l.src[l.pos] != '\'' {
			at := l.pos
			t := l.next()
			if t.kind == tError {
				return "", 0, t, false
			}
			if t.kind == tEOF {
				return "", 0, l.fail(at, sqlerr.New(sqlerr.SyntaxError,
					"UESCAPE must be followed by a simple string literal at end of input")), false
			}
			return "", 0, l.failSince(int(t.pos), "UESCAPE must be followed by a simple string literal"), false
		}
		t := l.quoted(l.pos, l.pos+1, tString)
		if t.kind == tError {
			return "", 0, t, false
		}
		text := l.src[t.body : t.end-1]
		if t.val > 0 {
			text = l.vals[t.val-1]
		}
		if len(text) != 1 || classTable[text[0]]&(classHexDigit|classSpace) != 0 ||
			text[0] == '+' || text[0] == '\'' || text[0] == '"' {
			return "", 0, l.failSince(int(t.pos), "invalid Unicode escape character"), false
		}
		esc = text[0]
		end = t.end
	} else {
		l.pos = save
	}
	if strings.IndexByte(raw, esc) < 0 {
		return raw, end, token{}, true
	}
	out, bad, message := unicodeDecode(raw, esc)
	if message != "" {
		err := sqlerr.New(sqlerr.SyntaxError, "%s", message)
		if message == "invalid Unicode escape" {
			err.WithHint("Unicode escapes must be \\XXXX or \\+XXXXXX.")
		}
		err.Position = ast.Position(l.src, int32(body)) + utf8.RuneCountInString(raw[:bad])
		return "", 0, l.fail(start, err), false
	}
	return out, end, token{}, true
}

// unicodeDecode resolves the escapes of raw, or gives the byte where it failed and why.
func unicodeDecode(raw string, esc byte) (out string, bad int, message string) {
	var b strings.Builder
	b.Grow(len(raw))
	high := rune(0)
	hex := func(s string, n int) (rune, bool) {
		if len(s) < n {
			return 0, false
		}
		v := 0
		for i := range n {
			if classTable[s[i]]&classHexDigit == 0 {
				return 0, false
			}
			v = v<<4 | hexValue(s[i])
		}
		return rune(v), true
	}
	i := 0
	for i < len(raw) {
		if raw[i] != esc {
			if high != 0 {
				return "", i, "invalid Unicode surrogate pair"
			}
			b.WriteByte(raw[i])
			i++
			continue
		}
		if i+1 < len(raw) && raw[i+1] == esc {
			if high != 0 {
				return "", i, "invalid Unicode surrogate pair"
			}
			b.WriteByte(esc)
			i += 2
			continue
		}
		r, ok := hex(raw[i+1:], 4)
		n := 5
		if !ok && i+1 < len(raw) && raw[i+1] == '+' {
			r, ok = hex(raw[i+2:], 6)
			n = 8
		}
		switch {
		case !ok:
			return "", i, "invalid Unicode escape"
		case r == 0 || r > utf8.MaxRune:
			return "", i, "invalid Unicode escape value"
		case high != 0:
			if r < 0xDC00 || r > 0xDFFF {
				return "", i, "invalid Unicode surrogate pair"
			}
			b.WriteRune(0x10000 + (high-0xD800)<<10 + (r - 0xDC00))
			high = 0
		case r >= 0xDC00 && r <= 0xDFFF:
			return "", i, "invalid Unicode surrogate pair"
		case isSurrogate(r):
			high = r
		default:
			b.WriteRune(r)
		}
		i += n
	}
	if high != 0 {
		return "", i, "invalid Unicode surrogate pair"
	}
	return b.String(), 0, ""
}
