package parser

import (
	"fmt"
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

// maxName is the length of names in bytes (NAMEDATALEN - 1); longer ones are cut.
const maxName = 63

// lexer cuts text into tokens. The first failure becomes a tError token, after
// which there is only tEOF, so that a syntax error before it is reported first.
type lexer struct {
	src     string
	pos     int
	toks    []token
	vals    []string // decoded values that are not slices of src
	err     *sqlerr.Error
	notices []*sqlerr.Error
}

// run fills toks; the last token is tEOF.
func (l *lexer) run() {
	for {
		t := l.next()
		l.toks = append(l.toks, t)
		switch t.kind {
		case tEOF:
			return
		case tError:
			end := int32(len(l.src))
			l.toks = append(l.toks, token{kind: tEOF, pos: end, end: end})
			return
		}
	}
}

// skipBlank passes white space and comments. It reports failure for a comment that does not end.
func (l *lexer) skipBlank() (commentStart int, ok bool) {
	src := l.src
	for l.pos < len(src) {
		c := src[l.pos]
		switch {
		case classTable[c]&classSpace != 0:
			l.pos++
		case c == '-' && l.pos+1 < len(src) && src[l.pos+1] == '-':
			l.pos += 2
			for l.pos < len(src) && src[l.pos] != '\n' && src[l.pos] != '\r' {
				l.pos++
			}
		case c == '/' && l.pos+1 < len(src) && src[l.pos+1] == '*':
			start := l.pos
			if !l.skipComment() {
				return start, false
			}
		default:
			return 0, true
		}
	}
	return 0, true
}

// skipComment passes a /* comment */, which may hold others.
func (l *lexer) skipComment() bool {
	src := l.src
	depth := 0
	for l.pos+1 < len(src) {
		switch {
		case src[l.pos] == '/' && src[l.pos+1] == '*':
			depth++
			l.pos += 2
		case src[l.pos] == '*' && src[l.pos+1] == '/':
			depth--
			l.pos += 2
			if depth == 0 {
				return true
			}
		default:
			l.pos++
		}
	}
	l.pos = len(src)
	return false
}

func (l *lexer) next() token {
	if start, ok := l.skipBlank(); !ok {
		return l.failSince(start, "unterminated /* comment")
	}
	src, start := l.src, l.pos
	if start >= len(src) {
		return token{kind: tEOF, pos: int32(len(src)), end: int32(len(src))}
	}
	c := src[start]
	class := classTable[c]
	switch {
	case class&classIdentStart != 0:
		return l.word()
	case class&classDigit != 0:
		return l.number()
	case c == '\'':
		return l.quoted(start, start+1, tString)
	case c == '"':
		return l.quotedIdent(start, start+1, false)
	case c == '$':
		return l.dollar()
	case c == '.':
		if start+1 < len(src) {
			switch n := src[start+1]; {
			case n == '.':
				return l.simple(tDotDot, 2)
			case classTable[n]&classDigit != 0:
				return l.number()
			}
		}
		return l.simple('.', 1)
	case c == ':':
		if start+1 < len(src) {
			switch src[start+1] {
			case ':':
				return l.simple(tTypecast, 2)
			case '=':
				return l.simple(tColonEquals, 2)
			}
		}
		return l.simple(':', 1)
	case class&classOp != 0:
		return l.operator()
	case class&classSelf != 0:
		return l.simple(kind(c), 1)
	}
	// Anything else is a token that no rule takes: a whole character, so that
	// the error shows it unbroken.
	return l.simple(kind(c), 1)
}

func (l *lexer) simple(k kind, n int) token {
	t := token{kind: k, pos: int32(l.pos), end: int32(l.pos + n)}
	l.pos += n
	return t
}

// word lexes an identifier or keyword, and the letters that may introduce a string.
func (l *lexer) word() token {
	src, start := l.src, l.pos
	if start+1 < len(src) {
		switch src[start+1] {
		case '\'':
			switch src[start] {
			case 'e', 'E':
				return l.quoted(start, start+2, tString)
			case 'b', 'B':
				return l.quoted(start, start+2, tBit)
			case 'x', 'X':
				return l.quoted(start, start+2, tHex)
			case 'n', 'N':
				return l.simple(kwNchar, 1) // the string that follows is cast to bpchar
			}
		case '&':
			if (src[start] == 'u' || src[start] == 'U') && start+2 < len(src) {
				switch src[start+2] {
				case '\'':
					return l.unicodeString(start)
				case '"':
					return l.quotedIdent(start, start+3, true)
				}
			}
		}
	}
	h := hashInit
	i := start
	folded := false
	for i < len(src) {
		c := src[i]
		if classTable[c]&classIdent == 0 {
			break
		}
		f := foldTable[c]
		if f != c {
			folded = true
		}
		h = hashByte(h, f)
		i++
	}
	l.pos = i
	t := token{kind: tIdent, folded: folded, pos: int32(start), end: int32(i)}
	if i-start <= maxKeywordLen {
		if k := lookupKeyword(src[start:i], h); k != 0 {
			t.kind = k
		}
	} else if i-start > maxName {
		t.folded = true
		l.truncating(fold(src[start:i]))
	}
	return t
}

// truncating notes that a name is too long.
func (l *lexer) truncating(name string) {
	l.notices = append(l.notices, sqlerr.Notice(sqlerr.SeverityNotice, sqlerr.NameTooLong,
		"identifier %s will be truncated to %s", sqlerr.Quote(name), sqlerr.Quote(truncate(name))))
}

// truncate cuts a name to maxName bytes without splitting a character.
func truncate(name string) string {
	if len(name) <= maxName {
		return name
	}
	n := maxName
	for n > 0 && !utf8.RuneStart(name[n]) {
		n--
	}
	return name[:n]
}

// fold gives s with A to Z in lower case.
func fold(s string) string {
	b := []byte(s)
	for i, c := range b {
		b[i] = foldTable[c]
	}
	return string(b)
}

// operator lexes an operator by Postgres's rule: the longest run of operator
// characters, cut where a comment starts, and cut before trailing + and -
// unless a character is in the run that only user-defined operators have.
func (l *lexer) operator() token {
	src, start := l.src, l.pos
	end := start
	for end < len(src) && classTable[src[end]]&classOp != 0 {
		if end > start && end+1 < len(src) &&
			(src[end] == '/' && src[end+1] == '*' || src[end] == '-' && src[end+1] == '-') {
			break
		}
		end++
	}
	if n := end - start; n > 1 && (src[end-1] == '+' || src[end-1] == '-') {
		special := false
		for i := end - 2; i >= start && !special; i-- {
			switch src[i] {
			case '~', '!', '@', '#', '^', '&', '|', '`', '?', '%':
				special = true
			}
		}
		if !special {
			for end-start > 1 && (src[end-1] == '+' || src[end-1] == '-') {
				end--
			}
		}
	}
	switch end - start {
	case 1:
		if classTable[src[start]]&classSelf != 0 {
			return l.simple(kind(src[start]), 1)
		}
	case 2:
		switch src[start:end] {
		case "=>":
			return l.simple(tEqualsGreater, 2)
		case ">=":
			return l.simple(tGreaterEquals, 2)
		case "<=":
			return l.simple(tLessEquals, 2)
		case "<>", "!=":
			return l.simple(tNotEquals, 2)
		}
	}
	if end-start > maxName {
		l.pos = end
		return l.failSince(start, "operator too long")
	}
	return l.simple(tOp, end-start)
}

// failSince fails as Postgres's scanner does, quoting what was scanned since start.
func (l *lexer) failSince(start int, message string) token {
	return l.fail(start, sqlerr.New(sqlerr.SyntaxError, "%s at or near \"%s\"", message, l.src[start:l.pos]))
}

// fail makes err, at the byte offset at, the lexer's error.
func (l *lexer) fail(at int, err *sqlerr.Error) token {
	if err.Position == 0 {
		err.Position = ast.Position(l.src, int32(at))
	}
	l.err = err
	l.pos = len(l.src)
	return token{kind: tError, pos: int32(at), end: int32(len(l.src))}
}

// invalidEncoding is the error for bytes that are no UTF-8. Postgres gives it no position.
func invalidEncoding(b string) *sqlerr.Error {
	text := ""
	n := 1
	if len(b) > 0 {
		// The length that the first byte announces, as far as there are bytes.
		switch c := b[0]; {
		case c >= 0xF0:
			n = 4
		case c >= 0xE0:
			n = 3
		case c >= 0xC0:
			n = 2
		}
	}
	for i := range min(n, len(b)) {
		if i > 0 {
			text += " "
		}
		text += fmt.Sprintf("0x%02x", b[i])
	}
	err := sqlerr.New(sqlerr.CharacterNotInRepertoire, "invalid byte sequence for encoding \"UTF8\": %s", text)
	err.Position = -1 // none; Parse clears it
	return err
}
