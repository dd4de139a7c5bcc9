package regex

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// matcher runs an expression by trying alternatives in order of preference,
// for what automata cannot do. It finds the first match in that order, which
// is not always the longest.
type matcher struct {
	s     []byte
	caps  []int
	steps int
	lazy  bool
	fold  bool
}

const maxSteps = 5_000_000

type tooComplex struct{}

// find is the first match at or after from; nil if there is none.
func (re *Regexp) backtrack(s []byte, from int) (loc []int, err error) {
	m := &matcher{s: s, lazy: re.lazy, fold: re.fold}
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(tooComplex); !ok {
				panic(r)
			}
			loc, err = nil, sqlerr.New(sqlerr.InvalidRegularExpression, "regular expression failed: regular expression is too complex")
		}
	}()
	for at := from; at <= len(s); {
		m.caps = make([]int, 2*(re.groups+1))
		for i := range m.caps {
			m.caps[i] = -1
		}
		if end, ok := m.run(re.root, at); ok {
			m.caps[0], m.caps[1] = at, end
			return m.caps, nil
		}
		if at == len(s) {
			break
		}
		_, size := utf8.DecodeRune(s[at:])
		at += size
	}
	return nil, nil
}

func (m *matcher) run(n *node, at int) (end int, ok bool) {
	ok = m.match(n, at, func(e int) bool { end = e; return true })
	return end, ok
}

// match tries n at a position and calls next with each place where it may
// end, in order of preference, until next is content.
func (m *matcher) match(n *node, at int, next func(int) bool) bool {
	if m.steps++; m.steps > maxSteps {
		panic(tooComplex{})
	}
	switch n.op {
	case opEmpty:
		return next(at)
	case opSet:
		if at >= len(m.s) {
			return false
		}
		r, size := utf8.DecodeRune(m.s[at:])
		return n.set.has(r) && next(at+size)
	case opSeq:
		return m.sequence(n.subs, at, next)
	case opAlt:
		for _, s := range n.subs {
			if m.match(s, at, next) {
				return true
			}
		}
		return false
	case opRepeat:
		return m.repeat(n, 0, at, -1, next)
	case opGroup:
		if n.index == 0 {
			return m.match(n.subs[0], at, next)
		}
		old0, old1 := m.caps[2*n.index], m.caps[2*n.index+1]
		if m.match(n.subs[0], at, func(end int) bool {
			o0, o1 := m.caps[2*n.index], m.caps[2*n.index+1]
			m.caps[2*n.index], m.caps[2*n.index+1] = at, end
			if next(end) {
				return true
			}
			m.caps[2*n.index], m.caps[2*n.index+1] = o0, o1
			return false
		}) {
			return true
		}
		m.caps[2*n.index], m.caps[2*n.index+1] = old0, old1
		return false
	case opBackref:
		lo, hi := m.caps[2*n.index], m.caps[2*n.index+1]
		if lo < 0 {
			return false
		}
		part := m.s[lo:hi]
		if m.fold {
			if end, ok := foldedPrefix(m.s[at:], part); ok {
				return next(at + end)
			}
			return false
		}
		return bytes.HasPrefix(m.s[at:], part) && next(at+len(part))
	case opLook:
		return m.look(n, at) != n.negative && next(at)
	}
	return m.holds(n.op, at) && next(at)
}

func (m *matcher) sequence(subs []*node, at int, next func(int) bool) bool {
	if len(subs) == 0 {
		return next(at)
	}
	return m.match(subs[0], at, func(end int) bool { return m.sequence(subs[1:], end, next) })
}

// repeat tries one round more or goes on, in the order of preference. A round
// that matched nothing is the last.
func (m *matcher) repeat(n *node, done, at, last int, next func(int) bool) bool {
	again := func() bool {
		if n.max >= 0 && done >= n.max || at == last && done >= n.min {
			return false
		}
		return m.match(n.subs[0], at, func(end int) bool { return m.repeat(n, done+1, end, at, next) })
	}
	if done < n.min {
		return again()
	}
	if n.lazy || m.lazy {
		return next(at) || again()
	}
	return again() || next(at)
}

func (m *matcher) look(n *node, at int) bool {
	if !n.behind {
		_, ok := m.run(n.subs[0], at)
		return ok
	}
	for start := at; start >= 0; start-- {
		if start < len(m.s) && !utf8.RuneStart(m.s[start]) {
			continue
		}
		if m.match(n.subs[0], start, func(end int) bool { return end == at }) {
			return true
		}
	}
	return false
}

// holds says whether a constraint of no width is true at a position.
func (m *matcher) holds(o op, at int) bool {
	before, after := false, false
	if at > 0 {
		r, _ := utf8.DecodeLastRune(m.s[:at])
		before = isWord(r)
	}
	if at < len(m.s) {
		r, _ := utf8.DecodeRune(m.s[at:])
		after = isWord(r)
	}
	switch o {
	case opTextStart:
		return at == 0
	case opTextEnd:
		return at == len(m.s)
	case opLineStart:
		return at == 0 || m.s[at-1] == '\n'
	case opLineEnd:
		return at == len(m.s) || m.s[at] == '\n'
	case opWordStart:
		return !before && after
	case opWordEnd:
		return before && !after
	case opBoundary:
		return before != after
	case opNotBoundary:
		return before == after
	}
	return false
}

// foldedPrefix says whether s begins with p but for case, and how long that is.
func foldedPrefix(s, p []byte) (int, bool) {
	n := 0
	for len(p) > 0 {
		if n >= len(s) {
			return 0, false
		}
		a, as := utf8.DecodeRune(s[n:])
		b, bs := utf8.DecodeRune(p)
		if a != b && unicode.ToLower(a) != unicode.ToLower(b) {
			return 0, false
		}
		n, p = n+as, p[bs:]
	}
	return n, true
}
