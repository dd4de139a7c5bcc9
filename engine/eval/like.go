package eval

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// likePattern is a compiled LIKE pattern: literal pieces between the %'s. The
// first and the last are bound to the ends of the string, those between are
// found from left to right, each at its first place: that suffices, since
// what is behind % may start anywhere.
type likePattern struct {
	exact  bool // no % at all: the only piece is the whole string
	prefix piece
	middle []piece
	suffix piece
	min    int // bytes that a match has at least
	fold   bool
	any    bool // only %: everything matches
	bad    bool // ends with a lone escape character
}

// piece is a run of literal characters and _'s.
type piece struct {
	lit   []byte  // the bytes, with no _ in it
	runes []int32 // instead, where there is a _: the characters, -1 for _
	bytes bool    // runes are bytes: bytea
	// failed: a match got to a lone escape character at the end.
	failed bool
}

const (
	anyRune = -1
	badRune = -2 // an escape with nothing behind it: an error where a match gets there
)

func errLikeEscape() error {
	return sqlerr.New(sqlerr.InvalidEscapeSequence, "LIKE pattern must not end with escape character")
}

// compileLike reads a pattern in which escape, \ by default, makes the next
// character literal.
func compileLike(pattern []byte, fold, binary bool) *likePattern {
	var pieces []piece
	var cur []int32
	wild, bad := false, false
	flush := func() {
		p := piece{bytes: binary}
		if wild {
			p.runes = cur
		} else {
			for _, r := range cur {
				if binary {
					p.lit = append(p.lit, byte(r))
				} else {
					p.lit = utf8.AppendRune(p.lit, r)
				}
			}
		}
		pieces = append(pieces, p)
		cur, wild = nil, false
	}
	next := func() (rune, int) {
		if binary {
			return rune(pattern[0]), 1
		}
		return utf8.DecodeRune(pattern)
	}
	for len(pattern) > 0 {
		r, size := next()
		pattern = pattern[size:]
		switch r {
		case '%':
			flush()
		case '_':
			cur, wild = append(cur, anyRune), true
		case '\\':
			if len(pattern) == 0 {
				cur, wild, bad = append(cur, badRune), true, true
				continue
			}
			r, size = next()
			pattern = pattern[size:]
			fallthrough
		default:
			if fold {
				r = unicode.ToLower(r)
			}
			cur = append(cur, r)
		}
	}
	flush()
	l := &likePattern{fold: fold, exact: len(pieces) == 1, prefix: pieces[0]}
	if !l.exact {
		l.suffix = pieces[len(pieces)-1]
		for _, p := range pieces[1 : len(pieces)-1] {
			if p.size() > 0 {
				l.middle = append(l.middle, p)
			}
		}
	}
	l.min = l.prefix.size() + l.suffix.size()
	for _, p := range l.middle {
		l.min += p.size()
	}
	l.any = !l.exact && l.min == 0
	if l.bad = bad; bad && !l.exact { // the end is not at the end of a match
		l.middle, l.suffix = append(l.middle, l.suffix), piece{}
	}
	return l
}

// size is the bytes that the piece takes at least.
func (p *piece) size() int {
	if p.runes != nil {
		return len(p.runes)
	}
	return len(p.lit)
}

// matchAt says whether the piece stands at the start of s, and how long it is there.
func (p *piece) matchAt(s []byte) (int, bool) {
	if p.runes == nil {
		return len(p.lit), bytes.HasPrefix(s, p.lit)
	}
	n := 0
	for _, want := range p.runes {
		if n >= len(s) {
			return 0, false
		}
		if want == badRune {
			p.failed = true
			return 0, false
		}
		if p.bytes {
			if want != anyRune && want != int32(s[n]) {
				return 0, false
			}
			n++
			continue
		}
		r, size := rune(s[n]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(s[n:])
		}
		if want != anyRune && want != r {
			return 0, false
		}
		n += size
	}
	return n, true
}

// find is the first place of the piece in s, and its end; -1 if there is none.
func (p *piece) find(s []byte) (start, end int) {
	if p.runes == nil {
		i := indexOf(s, p.lit)
		return i, i + len(p.lit)
	}
	for i := 0; i+len(p.runes) <= len(s); {
		if n, ok := p.matchAt(s[i:]); ok {
			return i, i + n
		}
		if p.bytes || s[i] < utf8.RuneSelf {
			i++
		} else {
			_, size := utf8.DecodeRune(s[i:])
			i += size
		}
	}
	return -1, 0
}

// indexOf is bytes.Index, which compares with vector instructions only up to 64
// bytes and looks for the first byte in longer ones: so it gets 64 at a time.
func indexOf(s, lit []byte) int {
	const window = 64
	if len(s) <= window || len(s) > 16*window || len(lit) > window/2 {
		return bytes.Index(s, lit)
	}
	for i := 0; i < len(s); i += window - len(lit) + 1 {
		if k := bytes.Index(s[i:min(i+window, len(s))], lit); k >= 0 {
			return i + k
		}
	}
	return -1
}

// matchEnd says whether the piece is the end of s, and where it starts.
func (p *piece) matchEnd(s []byte) (int, bool) {
	if p.runes == nil {
		return len(s) - len(p.lit), bytes.HasSuffix(s, p.lit)
	}
	start := len(s)
	for range p.runes {
		if start == 0 {
			return 0, false
		}
		if p.bytes || s[start-1] < utf8.RuneSelf {
			start--
		} else {
			_, size := utf8.DecodeLastRune(s[:start])
			start -= size
		}
	}
	n, ok := p.matchAt(s[start:])
	return start, ok && start+n == len(s)
}

// match says whether s matches. With fold, s is lower case already.
func (l *likePattern) match(s []byte) bool {
	if l.any {
		return true
	}
	if len(s) < l.min && !l.bad {
		return false
	}
	n, ok := l.prefix.matchAt(s)
	if !ok {
		return false
	}
	if l.exact {
		return n == len(s)
	}
	s = s[n:]
	end := len(s)
	if l.suffix.size() > 0 {
		if end, ok = l.suffix.matchEnd(s); !ok {
			return false
		}
	}
	s = s[:end]
	for k := range l.middle {
		i, e := l.middle[k].find(s)
		if i < 0 {
			return false
		}
		s = s[e:]
	}
	return true
}

// err is the error that match ran into, if it did.
func (l *likePattern) err() error {
	if !l.bad {
		return nil
	}
	failed := l.prefix.failed
	for k := range l.middle {
		failed = failed || l.middle[k].failed
	}
	if failed {
		return errLikeEscape()
	}
	return nil
}

// likeNode is [NOT] LIKE and ILIKE.
type likeNode struct {
	s, p       node
	not        bool
	fold       bool
	binary     bool
	pattern    []byte
	compiled   *likePattern
	ss, ps, os scratch
	sel        []int32
	lower      []byte
}

// like is the builder of the LIKE family.
func like(not, fold, binary bool) builder {
	return func(cp *compiler, s *signature) (node, error) {
		return &likeNode{s: s.args[0], p: s.args[1], not: not, fold: fold, binary: binary}, nil
	}
}

func (n *likeNode) compile(p []byte) {
	if n.compiled != nil && !n.compiled.bad && bytes.Equal(p, n.pattern) {
		return
	}
	n.pattern, n.compiled = append(n.pattern[:0], p...), compileLike(p, n.fold, n.binary)
}

// pick appends the rows that match (or not, as want says); NULL rows are not
// looked at.
func (n *likeNode) pick(f *frame, sel []int32, want bool, out []int32) (_ []int32, a, b *column.Column, err error) {
	if a, err = n.s.eval(f, sel); err != nil {
		return out, nil, nil, err
	}
	if b, err = n.p.eval(f, sel); err != nil {
		return out, nil, nil, err
	}
	if a.AllNull() || b.AllNull() {
		return out, a, b, nil
	}
	a, b = n.ss.flatten(a, sel), n.ps.flatten(b, sel)
	rows := rowsOf(f, sel)
	str, pat := kernel.ViewsOf(a), kernel.ViewsOf(b)
	if b.Form == column.Constant {
		n.compile(pat.At(0))
		if !n.fold && !n.compiled.bad {
			if out, ok := n.pickLiteral(str, a, rows, want, out); ok {
				return out, a, b, nil
			}
		}
	}
	for _, r := range rows {
		i := int(r)
		if a.IsNull(i) || b.IsNull(i) {
			continue
		}
		if b.Form != column.Constant {
			n.compile(pat.At(i))
		}
		v := str.At(i)
		if n.fold {
			v = n.lowered(v)
		}
		if n.compiled.match(v) == want {
			out = append(out, r)
		}
		if err := n.compiled.err(); err != nil {
			return out, a, b, err
		}
	}
	return out, a, b, nil
}

// pickLiteral has loops of their own for the patterns that most queries have:
// abc, abc%, %abc and %abc%.
func (n *likeNode) pickLiteral(str kernel.Views, a *column.Column, rows []int32, want bool, out []int32) ([]int32, bool) {
	l := n.compiled
	base := len(out)
	switch {
	case l.prefix.runes != nil || l.suffix.runes != nil || len(l.middle) > 1:
		return out, false
	case l.exact || len(l.middle) == 0 && len(l.suffix.lit) == 0:
		lit := l.prefix.lit
		for _, i := range rows {
			s := str.At(int(i))
			if (bytes.HasPrefix(s, lit) && (!l.exact || len(s) == len(lit))) == want {
				out = append(out, i)
			}
		}
	case len(l.middle) == 1 && len(l.prefix.lit) == 0 && len(l.suffix.lit) == 0 && l.middle[0].runes == nil:
		lit := l.middle[0].lit
		for _, i := range rows {
			if (indexOf(str.At(int(i)), lit) >= 0) == want {
				out = append(out, i)
			}
		}
	case len(l.middle) == 0 && len(l.prefix.lit) == 0:
		lit := l.suffix.lit
		for _, i := range rows {
			if bytes.HasSuffix(str.At(int(i)), lit) == want {
				out = append(out, i)
			}
		}
	default:
		return out, false
	}
	return maskValid(out, base, a), true
}

func (n *likeNode) lowered(s []byte) []byte {
	n.lower = appendLower(n.lower[:0], s)
	return n.lower
}

func (n *likeNode) filter(f *frame, sel []int32, want bool, out []int32) ([]int32, error) {
	out, _, _, err := n.pick(f, sel, want != n.not, out)
	return out, err
}

func (n *likeNode) eval(f *frame, sel []int32) (*column.Column, error) {
	var a, b *column.Column
	var err error
	if n.sel, a, b, err = n.pick(f, sel, !n.not, n.sel[:0]); err != nil {
		return nil, err
	}
	if a.AllNull() || b.AllNull() {
		return column.NewNull(column.Bool, f.n), nil
	}
	if a.Form == column.Constant && b.Form == column.Constant {
		return types.Bool(len(n.sel) > 0).Column(f.n, column.Invalid), nil
	}
	out := n.os.flat(column.Bool, f.n)
	clear(out.Data)
	kernel.Mark(out.Data, n.sel)
	return withValidity(&n.os, out, f.n, a, b), nil
}

// appendLower appends s in lower case, character by character.
func appendLower(dst, s []byte) []byte {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			dst = append(dst, c)
			i++
			continue
		}
		r, size := utf8.DecodeRune(s[i:])
		dst = utf8.AppendRune(dst, unicode.ToLower(r))
		i += size
	}
	return dst
}

// appendUpper appends s in upper case.
func appendUpper(dst, s []byte) []byte {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if 'a' <= c && c <= 'z' {
				c -= 'a' - 'A'
			}
			dst = append(dst, c)
			i++
			continue
		}
		r, size := utf8.DecodeRune(s[i:])
		dst = utf8.AppendRune(dst, unicode.ToUpper(r))
		i += size
	}
	return dst
}
