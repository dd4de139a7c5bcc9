package regex

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// Flags are what the flag letters of the regexp functions say.
type Flags struct {
	Fold       bool // i
	DotLine    bool // n, m, p: dot and negated brackets stop at newlines
	Lines      bool // n, m, w: ^ and $ match at lines
	Expanded   bool // x
	Literal    bool // q
	BackSlashy bool // b, e: not an ARE, backslash only quotes
}

func bad(text string) error {
	return sqlerr.New(sqlerr.InvalidRegularExpression, "invalid regular expression: %s", text)
}

type parser struct {
	s      string
	pos    int
	flags  Flags
	groups int
	depth  int
	open   []int // groups that are not closed yet
}

const (
	lookaround = -1 // in parser.open

	maxRepeat = 255
	maxDepth  = 500
	maxRunes  = unicode.MaxRune
)

// parse reads an ARE.
func parse(pattern string, flags Flags) (*node, int, error) {
	p := &parser{s: pattern, flags: flags}
	if rest, ok := strings.CutPrefix(p.s, "***="); ok {
		p.s, p.flags.Literal = rest, true
	} else if rest, ok := strings.CutPrefix(p.s, "***:"); ok {
		p.s = rest
	} else if strings.HasPrefix(p.s, "***") {
		return nil, 0, bad("quantifier operand invalid")
	}
	if p.flags.Literal {
		n := &node{op: opSeq}
		for _, r := range p.s {
			n.subs = append(n.subs, single(r, p.flags.Fold))
		}
		return n, 0, nil
	}
	if err := p.embedded(); err != nil {
		return nil, 0, err
	}
	n, err := p.alternation()
	if err != nil {
		return nil, 0, err
	}
	if p.pos < len(p.s) {
		return nil, 0, bad("parentheses () not balanced")
	}
	return n, p.groups, nil
}

// embedded reads (?letters) at the start of an ARE.
func (p *parser) embedded() error {
	if !strings.HasPrefix(p.s, "(?") {
		return nil
	}
	end := 2
	for end < len(p.s) && (p.s[end] >= 'a' && p.s[end] <= 'z' || p.s[end] >= 'A' && p.s[end] <= 'Z') {
		end++
	}
	if end == 2 || end >= len(p.s) || p.s[end] != ')' {
		return nil
	}
	for _, c := range p.s[2:end] {
		if !p.flags.Set(c) || c == 'g' {
			return bad("invalid embedded option")
		}
	}
	p.pos = end + 1
	return nil
}

// Set applies a flag letter; false where there is none such.
func (f *Flags) Set(c rune) bool {
	switch c {
	case 'i':
		f.Fold = true
	case 'c':
		f.Fold = false
	case 'n', 'm':
		f.DotLine, f.Lines = true, true
	case 'p':
		f.DotLine, f.Lines = true, false
	case 's':
		f.DotLine, f.Lines = false, false
	case 'w':
		f.DotLine, f.Lines = false, true
	case 'x':
		f.Expanded = true
	case 't':
		f.Expanded = false
	case 'q':
		f.Literal = true
	case 'b', 'e':
		f.BackSlashy = true
	default:
		return false
	}
	return true
}

func (p *parser) more() bool {
	if p.flags.Expanded {
		p.skipSpace()
	}
	return p.pos < len(p.s)
}

func (p *parser) skipSpace() {
	for p.pos < len(p.s) {
		switch c := p.s[p.pos]; {
		case c == ' ' || c >= '\t' && c <= '\r':
			p.pos++
		case c == '#':
			for p.pos < len(p.s) && p.s[p.pos] != '\n' {
				p.pos++
			}
		default:
			return
		}
	}
}

func (p *parser) has(s string) bool { return strings.HasPrefix(p.s[p.pos:], s) }

func (p *parser) rune() rune {
	r, size := utf8.DecodeRuneInString(p.s[p.pos:])
	p.pos += size
	return r
}

func (p *parser) alternation() (*node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, bad("regular expression is too complex")
	}
	defer func() { p.depth-- }()
	var branches []*node
	for {
		b, err := p.branch()
		if err != nil {
			return nil, err
		}
		branches = append(branches, b)
		if !p.more() || p.s[p.pos] != '|' {
			break
		}
		p.pos++
	}
	if len(branches) == 1 {
		return branches[0], nil
	}
	return &node{op: opAlt, subs: branches}, nil
}

func (p *parser) branch() (*node, error) {
	seq := &node{op: opSeq}
	for p.more() && p.s[p.pos] != '|' && p.s[p.pos] != ')' {
		n, err := p.quantified()
		if err != nil {
			return nil, err
		}
		seq.subs = append(seq.subs, n)
	}
	return seq, nil
}

func (p *parser) quantified() (*node, error) {
	a, err := p.atom()
	if err != nil {
		return nil, err
	}
	if !p.more() {
		return a, nil
	}
	lo, hi, fixed := 0, -1, false
	switch c := p.s[p.pos]; {
	case c == '*':
	case c == '+':
		lo = 1
	case c == '?':
		hi = 1
	case c == '{' && p.pos+1 < len(p.s) && isDigit(p.s[p.pos+1]):
		p.pos++
		if lo, err = p.count(); err != nil {
			return nil, err
		}
		hi, fixed = lo, true
		if p.pos < len(p.s) && p.s[p.pos] == ',' {
			p.pos++
			fixed = false
			hi = -1
			if p.pos < len(p.s) && isDigit(p.s[p.pos]) {
				if hi, err = p.count(); err != nil {
					return nil, err
				}
				if hi < lo {
					return nil, bad("invalid repetition count(s)")
				}
			}
		}
		if p.pos >= len(p.s) {
			return nil, bad("braces {} not balanced")
		}
		if p.s[p.pos] != '}' {
			return nil, bad("invalid repetition count(s)")
		}
	default:
		return a, nil
	}
	p.pos++
	switch a.op {
	case opLineStart, opLineEnd, opTextStart, opTextEnd, opWordStart, opWordEnd, opBoundary, opNotBoundary, opLook:
		return nil, bad("quantifier operand invalid")
	}
	n := &node{op: opRepeat, subs: []*node{a}, min: lo, max: hi, fixed: fixed}
	if p.pos < len(p.s) && p.s[p.pos] == '?' {
		n.lazy = true
		p.pos++
	}
	if p.more() && (p.s[p.pos] == '*' || p.s[p.pos] == '+' || p.s[p.pos] == '?' ||
		p.s[p.pos] == '{' && p.pos+1 < len(p.s) && isDigit(p.s[p.pos+1])) {
		return nil, bad("quantifier operand invalid")
	}
	return n, nil
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func (p *parser) count() (int, error) {
	n := 0
	for p.pos < len(p.s) && isDigit(p.s[p.pos]) {
		n = n*10 + int(p.s[p.pos]-'0')
		if n > maxRepeat {
			return 0, bad("invalid repetition count(s)")
		}
		p.pos++
	}
	return n, nil
}

func (p *parser) atom() (*node, error) {
	switch c := p.s[p.pos]; c {
	case '(':
		return p.group()
	case '[':
		if p.has("[[:<:]]") {
			p.pos += 7
			return &node{op: opWordStart}, nil
		}
		if p.has("[[:>:]]") {
			p.pos += 7
			return &node{op: opWordEnd}, nil
		}
		return p.bracket()
	case '.':
		p.pos++
		none := &charSet{}
		return &node{op: opSet, set: none.complement(p.flags.DotLine)}, nil
	case '^':
		p.pos++
		if p.flags.Lines {
			return &node{op: opLineStart}, nil
		}
		return &node{op: opTextStart}, nil
	case '$':
		p.pos++
		if p.flags.Lines {
			return &node{op: opLineEnd}, nil
		}
		return &node{op: opTextEnd}, nil
	case '*', '+', '?':
		return nil, bad("quantifier operand invalid")
	case '{':
		if p.pos+1 < len(p.s) && isDigit(p.s[p.pos+1]) {
			return nil, bad("quantifier operand invalid")
		}
	case '\\':
		return p.escape()
	}
	return single(p.rune(), p.flags.Fold), nil
}

func (p *parser) group() (*node, error) {
	n := &node{op: opGroup}
	switch {
	case p.has("(?:"):
		p.pos += 3
	case p.has("(?="):
		n.op, p.pos = opLook, p.pos+3
	case p.has("(?!"):
		n.op, n.negative, p.pos = opLook, true, p.pos+3
	case p.has("(?<="):
		n.op, n.behind, p.pos = opLook, true, p.pos+4
	case p.has("(?<!"):
		n.op, n.behind, n.negative, p.pos = opLook, true, true, p.pos+4
	case p.has("(?#"):
		end := strings.IndexByte(p.s[p.pos:], ')')
		if end < 0 {
			return nil, bad("parentheses () not balanced")
		}
		p.pos += end + 1
		return &node{op: opEmpty}, nil
	case p.has("(?"):
		return nil, bad("quantifier operand invalid")
	default:
		p.pos++
		if !slices.Contains(p.open, lookaround) { // groups in there do not capture
			p.groups++
			n.index = p.groups
		}
	}
	if n.op == opLook {
		p.open = append(p.open, lookaround) // no back references in there
	} else {
		p.open = append(p.open, n.index)
	}
	sub, err := p.alternation()
	if err != nil {
		return nil, err
	}
	if p.pos >= len(p.s) || p.s[p.pos] != ')' {
		return nil, bad("parentheses () not balanced")
	}
	p.pos++
	p.open = p.open[:len(p.open)-1]
	n.subs = []*node{sub}
	return n, nil
}

// escape reads a backslash sequence outside brackets.
func (p *parser) escape() (*node, error) {
	p.pos++
	if p.pos >= len(p.s) {
		return nil, bad("invalid escape \\ sequence")
	}
	c := p.s[p.pos]
	if p.flags.BackSlashy {
		return single(p.rune(), p.flags.Fold), nil
	}
	ops := map[byte]op{'A': opTextStart, 'Z': opTextEnd, 'm': opWordStart, 'M': opWordEnd, 'y': opBoundary, 'Y': opNotBoundary}
	if o, ok := ops[c]; ok {
		p.pos++
		return &node{op: o}, nil
	}
	if name, negative, ok := classEscape(c); ok {
		p.pos++
		set := classSet(name)
		if negative {
			set = set.complement(p.flags.DotLine)
		}
		return &node{op: opSet, set: set}, nil
	}
	if c >= '1' && c <= '9' {
		n, end := 0, p.pos
		for end < len(p.s) && isDigit(p.s[end]) && n < 1000 {
			n = n*10 + int(p.s[end]-'0')
			end++
		}
		// One digit, or as many as there are groups: a back reference.
		if end == p.pos+1 || n <= p.groups {
			p.pos = end
			if n > p.groups {
				return nil, bad("invalid backreference number")
			}
			for _, g := range p.open {
				if g == n || g == lookaround {
					return nil, bad("invalid backreference number")
				}
			}
			return &node{op: opBackref, index: n}, nil
		}
	}
	r, err := p.charEscape()
	if err != nil {
		return nil, err
	}
	return single(r, p.flags.Fold), nil
}

func classEscape(c byte) (name string, negative, ok bool) {
	switch c {
	case 'd':
		return "digit", false, true
	case 's':
		return "space", false, true
	case 'w':
		return "word", false, true
	case 'D':
		return "digit", true, true
	case 'S':
		return "space", true, true
	case 'W':
		return "word", true, true
	}
	return "", false, false
}

// charEscape reads what follows a backslash and stands for one character.
func (p *parser) charEscape() (rune, error) {
	hex := func(width int) (rune, error) {
		n, k := rune(0), 0
		for ; p.pos < len(p.s) && (width == 0 || k < width); k++ {
			d := strings.IndexByte("0123456789abcdef", p.s[p.pos]|0x20)
			if p.s[p.pos] >= '0' && p.s[p.pos] <= '9' {
				d = int(p.s[p.pos] - '0')
			} else if d < 10 {
				break
			}
			if n = n<<4 | rune(d); n > maxRunes {
				return 0, bad("invalid escape \\ sequence")
			}
			p.pos++
		}
		if k == 0 || width != 0 && k < width {
			return 0, bad("invalid escape \\ sequence")
		}
		return n, nil
	}
	c := p.s[p.pos]
	if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c)) {
		return p.rune(), nil
	}
	p.pos++
	switch c {
	case 'a':
		return 7, nil
	case 'b':
		return 8, nil
	case 'B':
		return '\\', nil
	case 'c':
		if p.pos >= len(p.s) {
			return 0, bad("invalid escape \\ sequence")
		}
		return p.rune() & 0x1f, nil
	case 'e':
		return 27, nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'v':
		return '\v', nil
	case 'u':
		return hex(4)
	case 'U':
		return hex(8)
	case 'x':
		return hex(0)
	}
	if c >= '0' && c <= '7' {
		n := rune(c - '0')
		for k := 1; k < 3 && p.pos < len(p.s) && p.s[p.pos] >= '0' && p.s[p.pos] <= '7'; k++ {
			n = n<<3 | rune(p.s[p.pos]-'0')
			p.pos++
		}
		return n, nil
	}
	return 0, bad("invalid escape \\ sequence")
}

// bracket reads […].
func (p *parser) bracket() (*node, error) {
	p.pos++
	negative := false
	if p.pos < len(p.s) && p.s[p.pos] == '^' {
		negative = true
		p.pos++
	}
	set := &charSet{fold: p.flags.Fold}
	for first := true; ; first = false {
		if p.pos >= len(p.s) {
			return nil, bad("brackets [] not balanced")
		}
		if p.s[p.pos] == ']' && !first {
			p.pos++
			break
		}
		lo, class, err := p.bracketItem()
		if err != nil {
			return nil, err
		}
		if class != nil {
			set.ranges = append(set.ranges, class.ranges...)
			continue
		}
		hi := lo
		if p.has("-") && p.pos+1 < len(p.s) && p.s[p.pos+1] != ']' {
			p.pos++
			if hi, class, err = p.bracketItem(); err != nil {
				return nil, err
			}
			if class != nil || hi < lo {
				return nil, bad("invalid character range")
			}
		}
		set.add(lo, hi)
	}
	set.normalise()
	if negative {
		set = set.complement(p.flags.DotLine)
	}
	return &node{op: opSet, set: set}, nil
}

// bracketItem is one character, or a class, inside brackets.
func (p *parser) bracketItem() (rune, *charSet, error) {
	for _, kind := range [...]string{":", ".", "="} {
		if !p.has("[" + kind) {
			continue
		}
		end := strings.Index(p.s[p.pos+2:], kind+"]")
		if end < 0 {
			return 0, nil, bad("brackets [] not balanced")
		}
		name := p.s[p.pos+2 : p.pos+2+end]
		p.pos += end + 4
		if kind == ":" {
			if classes[name] == nil {
				return 0, nil, bad("invalid character class")
			}
			if p.flags.Fold && (name == "upper" || name == "lower") {
				name = "alpha"
			}
			return 0, classSet(name), nil
		}
		if utf8.RuneCountInString(name) != 1 {
			if c, ok := collatingNames[name]; ok {
				return c, nil, nil
			}
			return 0, nil, bad("invalid collating element")
		}
		r, _ := utf8.DecodeRuneInString(name)
		return r, nil, nil
	}
	if p.s[p.pos] == '\\' && !p.flags.BackSlashy {
		p.pos++
		if p.pos >= len(p.s) {
			return 0, nil, bad("invalid escape \\ sequence")
		}
		if name, negative, ok := classEscape(p.s[p.pos]); ok {
			p.pos++
			set := classSet(name)
			if negative {
				set = set.complement(false)
			}
			return 0, set, nil
		}
		r, err := p.charEscape()
		return r, nil, err
	}
	return p.rune(), nil, nil
}

var collatingNames = map[string]rune{
	"space": ' ', "tab": '\t', "newline": '\n', "hyphen": '-', "period": '.', "comma": ',', "colon": ':',
	"semicolon": ';', "slash": '/', "backslash": '\\', "underscore": '_', "left-square-bracket": '[', "right-square-bracket": ']',
}

var (
	classSets   sync.Map // name → *charSet
	classSetGet = func(name string) *charSet {
		set, in := &charSet{}, classes[name]
		start := rune(-1)
		for r := rune(0); r <= unicode.MaxRune+1; r++ {
			yes := r <= unicode.MaxRune && in(r)
			if yes && start < 0 {
				start = r
			} else if !yes && start >= 0 {
				set.add(start, r-1)
				start = -1
			}
		}
		return set
	}
)

// classSet is a named class as ranges, of the caller's own.
func classSet(name string) *charSet {
	v, ok := classSets.Load(name)
	if !ok {
		v, _ = classSets.LoadOrStore(name, classSetGet(name))
	}
	return &charSet{ranges: append([]runeRange(nil), v.(*charSet).ranges...)}
}
