package regex

import (
	"fmt"
	"strings"
	"unicode"
)

// emitter writes an expression in the syntax of Go's regexp.
type emitter struct {
	b       strings.Builder
	lazy    bool // the whole prefers the shortest match
	foreign bool // something that automata cannot do
	ascii   bool // \b is used, which is right for ASCII text only
}

func (e *emitter) node(n *node) {
	switch n.op {
	case opSet:
		e.set(n.set)
	case opSeq:
		for i, s := range n.subs {
			if s.op == opWordStart && i+1 < len(n.subs) && wordy(n.subs[i+1]) ||
				s.op == opWordEnd && i > 0 && wordy(n.subs[i-1]) {
				e.b.WriteString(`\b`)
				e.ascii = true
				continue
			}
			e.node(s)
		}
	case opAlt:
		e.b.WriteString("(?:")
		for i, s := range n.subs {
			if i > 0 {
				e.b.WriteByte('|')
			}
			e.node(s)
		}
		e.b.WriteByte(')')
	case opRepeat:
		e.b.WriteString("(?:")
		e.node(n.subs[0])
		e.b.WriteByte(')')
		switch {
		case n.min == 0 && n.max < 0:
			e.b.WriteByte('*')
		case n.min == 1 && n.max < 0:
			e.b.WriteByte('+')
		case n.min == 0 && n.max == 1:
			e.b.WriteByte('?')
		case n.max < 0:
			fmt.Fprintf(&e.b, "{%d,}", n.min)
		case n.max == n.min:
			fmt.Fprintf(&e.b, "{%d}", n.min)
		default:
			fmt.Fprintf(&e.b, "{%d,%d}", n.min, n.max)
		}
		if n.lazy || e.lazy {
			e.b.WriteByte('?')
		}
	case opGroup:
		if n.index > 0 {
			e.b.WriteByte('(')
		} else {
			e.b.WriteString("(?:")
		}
		e.node(n.subs[0])
		e.b.WriteByte(')')
	case opLineStart:
		e.b.WriteString("(?m:^)")
	case opLineEnd:
		e.b.WriteString("(?m:$)")
	case opTextStart:
		e.b.WriteString(`\A`)
	case opTextEnd:
		e.b.WriteString(`\z`)
	case opBoundary:
		e.b.WriteString(`\b`)
		e.ascii = true
	case opNotBoundary:
		e.b.WriteString(`\B`)
		e.ascii = true
	case opEmpty:
		e.b.WriteString("(?:)")
	default:
		e.foreign = true
	}
}

// wordy says whether whatever the node matches begins and ends with a
// character of a word.
func wordy(n *node) bool {
	switch n.op {
	case opSet:
		for _, r := range n.set.ranges {
			if r.hi-r.lo > 200 || r.hi > 127 {
				return false
			}
			for c := r.lo; c <= r.hi; c++ {
				if !isWord(c) {
					return false
				}
			}
		}
		return true
	case opRepeat:
		return n.min > 0 && wordy(n.subs[0])
	case opGroup:
		return wordy(n.subs[0])
	case opSeq:
		return len(n.subs) > 0 && wordy(n.subs[0]) && wordy(n.subs[len(n.subs)-1])
	case opAlt:
		for _, s := range n.subs {
			if !wordy(s) {
				return false
			}
		}
		return true
	}
	return false
}

func (e *emitter) set(s *charSet) {
	if s.fold {
		e.b.WriteString("(?i:")
		defer e.b.WriteByte(')')
	}
	switch {
	case len(s.ranges) == 0:
		e.b.WriteString(`[^\x{0}-\x{10ffff}]`)
	case len(s.ranges) == 1 && s.ranges[0].lo == 0 && s.ranges[0].hi == unicode.MaxRune:
		e.b.WriteString("(?s:.)")
	case len(s.ranges) == 1 && s.ranges[0].lo == s.ranges[0].hi:
		e.rune(s.ranges[0].lo)
	default:
		e.b.WriteByte('[')
		for _, r := range s.ranges {
			e.rune(r.lo)
			if r.hi > r.lo {
				e.b.WriteByte('-')
				e.rune(r.hi)
			}
		}
		e.b.WriteByte(']')
	}
}

func (e *emitter) rune(r rune) {
	if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
		e.b.WriteRune(r)
		return
	}
	fmt.Fprintf(&e.b, `\x{%x}`, r)
}

// preference is what an expression's greediness is: 1 greedy, -1 not, 0 none.
func preference(n *node) int {
	switch n.op {
	case opRepeat:
		if n.fixed {
			return preference(n.subs[0])
		}
		if n.lazy {
			return -1
		}
		return 1
	case opGroup:
		return preference(n.subs[0])
	case opAlt:
		return 1
	case opSeq:
		for _, s := range n.subs {
			if p := preference(s); p != 0 {
				return p
			}
		}
	}
	return 0
}

// contextual says whether a match depends on what stands before it.
func contextual(n *node) bool {
	switch n.op {
	case opTextStart, opLineStart, opWordStart, opWordEnd, opBoundary, opNotBoundary:
		return true
	case opLook:
		return n.behind || contextual(n.subs[0])
	}
	for _, s := range n.subs {
		if contextual(s) {
			return true
		}
	}
	return false
}
