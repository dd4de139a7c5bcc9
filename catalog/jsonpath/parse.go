package jsonpath

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// maxDepth bounds nesting, so that a stranger's text cannot exhaust the stack.
const maxDepth = 1000

// Parse reads a path. Errors are 42601, or 22P02 for an empty text.
func Parse(s string) (*Path, error) {
	p := &parser{s: s}
	if strings.TrimLeft(s, blanks) == "" {
		return nil, sqlerr.New(sqlerr.InvalidTextRepresentation, "invalid input syntax for type jsonpath: %s", sqlerr.Quote(s))
	}
	p.next()
	out := &Path{}
	if p.tok == tWord && (strings.EqualFold(p.text, "strict") || strings.EqualFold(p.text, "lax")) {
		out.Strict = strings.EqualFold(p.text, "strict")
		p.next()
	}
	out.Root = p.or(0)
	if p.err == nil && p.tok != tEnd {
		p.fail()
	}
	return out, p.err
}

const blanks = " \t\n\r\f\v"

type token uint8

const (
	tEnd token = iota
	tWord
	tString
	tNumber
	tVariable
	tSymbol
)

type parser struct {
	s      string
	pos    int
	tok    token
	text   string // of the token: a symbol, a word, a decoded string
	quoted bool
	inPred int // inside ?( ), where @ is allowed
	err    error
}

func (p *parser) fail() {
	if p.err != nil {
		return
	}
	if p.tok == tEnd {
		p.err = sqlerr.New(sqlerr.SyntaxError, "syntax error at end of jsonpath input")
	} else {
		p.err = sqlerr.New(sqlerr.SyntaxError, "syntax error at or near %s of jsonpath input", sqlerr.Quote(p.text))
	}
	p.tok = tEnd
	p.pos = len(p.s)
}

// next reads a token.
func (p *parser) next() {
	if p.err != nil {
		return
	}
	for p.pos < len(p.s) {
		if strings.IndexByte(blanks, p.s[p.pos]) >= 0 {
			p.pos++
			continue
		}
		if strings.HasPrefix(p.s[p.pos:], "/*") {
			end := strings.Index(p.s[p.pos+2:], "*/")
			if end < 0 {
				p.tok, p.text, p.pos = tEnd, "", len(p.s)
				return
			}
			p.pos += end + 4
			continue
		}
		break
	}
	p.quoted = false
	if p.pos >= len(p.s) {
		p.tok, p.text = tEnd, ""
		return
	}
	rest := p.s[p.pos:]
	switch c := rest[0]; {
	case c == '"':
		p.tok, p.quoted = tString, true
		p.text = p.str()
	case c == '$' && len(rest) > 1 && (rest[1] == '"' || wordByte(rest[1])):
		p.pos++
		if rest[1] == '"' {
			p.text = p.str()
		} else {
			p.text = p.word()
		}
		p.tok = tVariable
	case c >= '0' && c <= '9' || c == '.' && len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9':
		p.number(rest)
	case wordByte(c):
		p.tok, p.text = tWord, p.word()
	default:
		n := 1
		for _, op := range []string{"**", "==", "!=", "<>", "<=", ">=", "&&", "||"} {
			if strings.HasPrefix(rest, op) {
				n = 2
			}
		}
		p.tok, p.text = tSymbol, rest[:n]
		p.pos += n
	}
}

func wordByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80 || c == '\\'
}

func (p *parser) word() string {
	var b strings.Builder
	for p.pos < len(p.s) && wordByte(p.s[p.pos]) {
		if p.s[p.pos] == '\\' {
			p.escape(&b)
			continue
		}
		b.WriteByte(p.s[p.pos])
		p.pos++
	}
	return b.String()
}

func (p *parser) str() string {
	var b strings.Builder
	for p.pos++; p.pos < len(p.s); {
		switch c := p.s[p.pos]; c {
		case '"':
			p.pos++
			return b.String()
		case '\\':
			p.escape(&b)
		default:
			b.WriteByte(c)
			p.pos++
		}
	}
	p.tok = tEnd
	p.fail()
	return ""
}

// escape reads a backslash and what it stands for.
func (p *parser) escape(b *strings.Builder) {
	p.pos++
	if p.pos >= len(p.s) {
		p.tok = tEnd
		p.fail()
		return
	}
	c := p.s[p.pos]
	p.pos++
	hex := func(n int) {
		if p.pos+n > len(p.s) {
			p.tok = tEnd
			p.fail()
			return
		}
		v, err := strconv.ParseUint(p.s[p.pos:p.pos+n], 16, 32)
		if err != nil {
			p.err = sqlerr.New(sqlerr.SyntaxError, "invalid Unicode escape sequence at or near %s of jsonpath input", sqlerr.Quote(p.s[p.pos:p.pos+n]))
			return
		}
		p.pos += n
		b.WriteString(string(utf8.AppendRune(nil, rune(v))))
	}
	switch c {
	case 'b':
		b.WriteByte('\b')
	case 'f':
		b.WriteByte('\f')
	case 'n':
		b.WriteByte('\n')
	case 'r':
		b.WriteByte('\r')
	case 't':
		b.WriteByte('\t')
	case 'v':
		b.WriteByte('\v')
	case 'x':
		hex(2)
	case 'u':
		hex(4)
	default:
		b.WriteByte(c)
	}
}

func (p *parser) number(rest string) {
	n := 0
	digits := func() {
		for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
			n++
		}
	}
	digits()
	if n < len(rest) && rest[n] == '.' {
		n++
		digits()
	}
	if n < len(rest) && (rest[n] == 'e' || rest[n] == 'E') {
		m := n
		if n++; n < len(rest) && (rest[n] == '+' || rest[n] == '-') {
			n++
		}
		if from := n; true {
			digits()
			if n == from {
				n = m
			}
		}
	}
	p.tok, p.text = tNumber, rest[:n]
	p.pos += n
	if v, err := numeric.Parse(p.text); err != nil || p.pos < len(p.s) && wordByte(p.s[p.pos]) {
		p.text = rest[:min(n+1, len(rest))]
		p.err = sqlerr.New(sqlerr.SyntaxError, "trailing junk after numeric literal at or near %s of jsonpath input", sqlerr.Quote(p.text))
	} else {
		p.text = v.String()
	}
}

func (p *parser) is(symbol string) bool { return p.tok == tSymbol && p.text == symbol }
func (p *parser) isWord(w string) bool  { return p.tok == tWord && strings.EqualFold(p.text, w) }

func (p *parser) accept(symbol string) bool {
	if !p.is(symbol) {
		return false
	}
	p.next()
	return true
}

func (p *parser) expect(symbol string) {
	if !p.accept(symbol) {
		p.fail()
	}
}

func (p *parser) tooDeep(depth int) bool {
	if depth > maxDepth && p.err == nil {
		p.err = sqlerr.New(sqlerr.StatementTooComplex, "stack depth limit exceeded")
	}
	return p.err != nil
}

func (p *parser) or(depth int) *Node {
	l := p.and(depth + 1)
	for p.err == nil && p.accept("||") {
		l = &Node{Kind: Or, Args: []*Node{p.predicate(l), p.predicate(p.and(depth + 1))}}
	}
	return l
}

func (p *parser) and(depth int) *Node {
	l := p.comparison(depth + 1)
	for p.err == nil && p.accept("&&") {
		l = &Node{Kind: And, Args: []*Node{p.predicate(l), p.predicate(p.comparison(depth + 1))}}
	}
	return l
}

// predicate is n, which has to be one.
func (p *parser) predicate(n *Node) *Node {
	if p.err == nil && !isPredicate(n) {
		p.fail()
	}
	return n
}

func isPredicate(n *Node) bool {
	if n.Next != nil {
		return false
	}
	switch n.Kind {
	case And, Or, Not, Compare, Exists, IsUnknown, StartsWith, LikeRegex:
		return true
	}
	return false
}

func (p *parser) comparison(depth int) *Node {
	l := p.sum(depth + 1)
	if p.err != nil {
		return l
	}
	switch {
	case p.tok == tSymbol:
		switch op := p.text; op {
		case "==", "!=", "<>", "<", "<=", ">", ">=":
			if op == "!=" {
				op = "<>"
			}
			if isPredicate(l) {
				p.fail()
				return l
			}
			p.next()
			return &Node{Kind: Compare, Text: op, Args: []*Node{l, p.sum(depth + 1)}}
		}
	case p.isWord("starts"):
		p.next()
		if !p.isWord("with") {
			p.fail()
			return l
		}
		p.next()
		if p.tok != tString && p.tok != tVariable {
			p.fail()
			return l
		}
		k := String
		if p.tok == tVariable {
			k = Variable
		}
		n := &Node{Kind: StartsWith, Args: []*Node{l, {Kind: k, Text: p.text}}}
		p.next()
		return n
	case p.isWord("like_regex"):
		p.next()
		if p.tok != tString {
			p.fail()
			return l
		}
		n := &Node{Kind: LikeRegex, Text: p.text, Args: []*Node{l}}
		if p.next(); p.isWord("flag") {
			if p.next(); p.tok != tString {
				p.fail()
				return l
			}
			for _, c := range p.text {
				if !strings.ContainsRune("ismxq", c) {
					p.err = sqlerr.New(sqlerr.SyntaxError, "invalid input syntax for type %s", "jsonpath").
						WithDetail("Unrecognized flag character \"%c\" in LIKE_REGEX predicate.", c)
					return l
				}
			}
			n.Flags = p.text
			p.next()
		}
		return n
	}
	return l
}

func (p *parser) sum(depth int) *Node {
	l := p.product(depth + 1)
	for p.err == nil && (p.is("+") || p.is("-")) {
		op := p.text
		p.next()
		l = &Node{Kind: Arithmetic, Text: op, Args: []*Node{l, p.product(depth + 1)}}
	}
	return l
}

func (p *parser) product(depth int) *Node {
	l := p.unary(depth + 1)
	for p.err == nil && (p.is("*") || p.is("/") || p.is("%")) {
		op := p.text
		p.next()
		l = &Node{Kind: Arithmetic, Text: op, Args: []*Node{l, p.unary(depth + 1)}}
	}
	return l
}

func (p *parser) unary(depth int) *Node {
	if p.tooDeep(depth) {
		return &Node{Kind: Null}
	}
	if p.is("+") || p.is("-") {
		op := p.text
		p.next()
		return &Node{Kind: Unary, Text: op, Args: []*Node{p.unary(depth + 1)}}
	}
	if p.accept("!") {
		if p.isWord("exists") {
			return &Node{Kind: Not, Args: []*Node{p.primary(depth + 1)}}
		}
		p.expect("(")
		n := p.predicate(p.or(depth + 1))
		p.expect(")")
		return &Node{Kind: Not, Args: []*Node{n}}
	}
	n := p.primary(depth + 1)
	p.accessors(n, depth+1)
	return n
}

func (p *parser) primary(depth int) *Node {
	simple := func(k Kind, text string) *Node {
		p.next()
		return &Node{Kind: k, Text: text}
	}
	switch {
	case p.is("$"):
		return simple(Root, "")
	case p.is("@"):
		if p.inPred == 0 {
			p.err = sqlerr.New(sqlerr.SyntaxError, "@ is not allowed in root expressions")
			return &Node{Kind: Null}
		}
		return simple(Current, "")
	case p.tok == tVariable:
		return simple(Variable, p.text)
	case p.tok == tString:
		return simple(String, p.text)
	case p.tok == tNumber:
		return simple(Number, p.text)
	case p.accept("("):
		n := p.or(depth + 1)
		p.expect(")")
		if p.isWord("is") {
			p.next()
			if !p.isWord("unknown") {
				p.fail()
				return n
			}
			p.next()
			return &Node{Kind: IsUnknown, Args: []*Node{p.predicate(n)}}
		}
		if n.Next != nil || n.Kind == Root { // accessors go behind those it has
			return n
		}
		return n
	case p.isWord("null"):
		return simple(Null, "")
	case p.tok == tWord && (p.text == "true" || p.text == "false"):
		return simple(Bool, p.text)
	case p.isWord("last"):
		return simple(Last, "")
	case p.isWord("exists"):
		p.next()
		p.expect("(")
		n := p.or(depth + 1)
		p.expect(")")
		return &Node{Kind: Exists, Args: []*Node{n}}
	}
	p.fail()
	return &Node{Kind: Null}
}

var methods = map[string]bool{"type": true, "size": true, "abs": true, "ceiling": true, "floor": true, "double": true, "keyvalue": true}

// accessors appends what follows n.
func (p *parser) accessors(n *Node, depth int) {
	for n.Next != nil {
		n = n.Next
	}
	add := func(next *Node) {
		n.Next = next
		n = next
	}
	for p.err == nil {
		switch {
		case p.accept("."):
			switch {
			case p.accept("*"):
				add(&Node{Kind: AnyKey})
			case p.accept("**"):
				add(p.anyDepth())
			case p.tok == tWord || p.tok == tString:
				name, quoted := p.text, p.quoted
				p.next()
				if !quoted && p.is("(") {
					if !methods[name] {
						p.fail()
						return
					}
					p.next()
					p.expect(")")
					add(&Node{Kind: Method, Text: name})
					continue
				}
				add(&Node{Kind: Key, Text: name})
			default:
				p.fail()
			}
		case p.accept("["):
			if p.accept("*") {
				p.expect("]")
				add(&Node{Kind: AnyElement})
				continue
			}
			x := &Node{Kind: Index}
			for p.err == nil {
				lo := p.sum(depth + 1)
				var hi *Node
				if p.isWord("to") {
					p.next()
					hi = p.sum(depth + 1)
				}
				x.Args = append(x.Args, lo, hi)
				if !p.accept(",") {
					break
				}
			}
			p.expect("]")
			add(x)
		case p.accept("?"):
			p.expect("(")
			p.inPred++
			f := p.predicate(p.or(depth + 1))
			p.inPred--
			p.expect(")")
			add(&Node{Kind: Filter, Args: []*Node{f}})
		default:
			return
		}
	}
}

func (p *parser) anyDepth() *Node {
	n := &Node{Kind: AnyDepth, High: Unbounded}
	if !p.accept("{") {
		return n
	}
	level := func() int {
		if p.isWord("last") {
			p.next()
			return Unbounded
		}
		v, err := strconv.Atoi(p.text)
		if p.tok != tNumber || err != nil {
			p.fail()
			return 0
		}
		p.next()
		return v
	}
	n.Low = level()
	n.High = n.Low
	if p.isWord("to") {
		p.next()
		n.High = level()
	}
	p.expect("}")
	return n
}
