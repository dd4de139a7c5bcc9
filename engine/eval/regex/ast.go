package regex

import "unicode"

// node is one step of a parsed expression.
type node struct {
	op       op
	set      *charSet // opSet
	subs     []*node  // opSeq, opAlt; one for opRepeat, opGroup, opLook
	min, max int      // opRepeat; max -1: no bound
	lazy     bool     // opRepeat
	fixed    bool     // opRepeat: {m}, which is as greedy as what it repeats
	index    int      // opGroup (0: not capturing), opBackref
	negative bool     // opLook
	behind   bool     // opLook
}

type op uint8

const (
	opEmpty op = iota
	opSet
	opSeq
	opAlt
	opRepeat
	opGroup
	opBackref
	opLook
	opLineStart // ^
	opLineEnd   // $
	opTextStart // \A
	opTextEnd   // \Z
	opWordStart // \m
	opWordEnd   // \M
	opBoundary  // \y
	opNotBoundary
)

// charSet is a set of characters as ascending ranges.
type charSet struct {
	ranges []runeRange
	fold   bool // case does not count
}

type runeRange struct{ lo, hi rune }

func (s *charSet) add(lo, hi rune) { s.ranges = append(s.ranges, runeRange{lo, hi}) }

func (s *charSet) has(r rune) bool {
	if s.contains(r) {
		return true
	}
	if s.fold {
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			if s.contains(f) {
				return true
			}
		}
	}
	return false
}

func (s *charSet) contains(r rune) bool {
	lo, hi := 0, len(s.ranges)
	for lo < hi {
		m := (lo + hi) / 2
		switch {
		case r < s.ranges[m].lo:
			hi = m
		case r > s.ranges[m].hi:
			lo = m + 1
		default:
			return true
		}
	}
	return false
}

// normalise sorts and joins the ranges.
func (s *charSet) normalise() {
	r := s.ranges
	for i := 1; i < len(r); i++ {
		for j := i; j > 0 && r[j].lo < r[j-1].lo; j-- {
			r[j], r[j-1] = r[j-1], r[j]
		}
	}
	out := r[:0]
	for _, x := range r {
		if n := len(out); n > 0 && x.lo <= out[n-1].hi+1 {
			out[n-1].hi = max(out[n-1].hi, x.hi)
			continue
		}
		out = append(out, x)
	}
	s.ranges = out
}

// complement is everything else, without newlines where they are special.
func (s *charSet) complement(exceptNewline bool) *charSet {
	if exceptNewline {
		s.add('\n', '\n')
	}
	if s.fold { // the other cases are not in the complement either
		for _, x := range append([]runeRange(nil), s.ranges...) {
			if x.hi-x.lo > 1000 {
				continue
			}
			for r := x.lo; r <= x.hi; r++ {
				for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
					s.add(f, f)
				}
			}
		}
	}
	s.normalise()
	out := &charSet{}
	next := rune(0)
	for _, x := range s.ranges {
		if x.lo > next {
			out.add(next, x.lo-1)
		}
		next = x.hi + 1
	}
	if next <= unicode.MaxRune {
		out.add(next, unicode.MaxRune)
	}
	return out
}

func single(r rune, fold bool) *node {
	return &node{op: opSet, set: &charSet{ranges: []runeRange{{r, r}}, fold: fold}}
}

// classes are the named character classes, by Unicode.
var classes = map[string]func(rune) bool{
	"alpha":  func(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) || r > 127 && unicode.IsNumber(r) },
	"alnum":  isAlnum,
	"digit":  func(r rune) bool { return r >= '0' && r <= '9' },
	"space":  isSpace,
	"upper":  unicode.IsUpper,
	"lower":  unicode.IsLower,
	"punct":  func(r rune) bool { return r != ' ' && unicode.IsPrint(r) && !isAlnum(r) },
	"graph":  func(r rune) bool { return unicode.IsGraphic(r) && !isSpace(r) },
	"print":  func(r rune) bool { return unicode.IsGraphic(r) },
	"cntrl":  unicode.IsControl,
	"blank":  func(r rune) bool { return r == ' ' || r == '\t' || unicode.Is(unicode.Zs, r) && r != 0xa0 },
	"xdigit": func(r rune) bool { return r >= '0' && r <= '9' || r >= 'a' && r <= 'f' || r >= 'A' && r <= 'F' },
	"word":   isWord,
}

func isAlnum(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

func isWord(r rune) bool { return r == '_' || isAlnum(r) }

func isSpace(r rune) bool {
	switch {
	case r >= '\t' && r <= '\r' || r == ' ':
		return true
	case r < 0x1680 || r == 0x2007 || r == 0x202f:
		return false
	}
	return unicode.Is(unicode.Z, r)
}
