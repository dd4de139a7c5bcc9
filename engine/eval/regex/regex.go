package regex

import (
	"regexp"
	"unicode/utf8"
)

// Regexp is a compiled expression. It is safe for concurrent use.
type Regexp struct {
	auto       *regexp.Regexp // nil: only the backtracking matcher can run it
	asciiOnly  bool           // auto is right for ASCII text only
	contextual bool
	root       *node
	groups     int
	lazy       bool
	fold       bool
}

// Compile reads a pattern. Errors are 2201B with Postgres's wording.
func Compile(pattern string, flags Flags) (*Regexp, error) {
	root, groups, err := parse(pattern, flags)
	if err != nil {
		return nil, err
	}
	re := &Regexp{root: root, groups: groups, fold: flags.Fold, lazy: preference(root) < 0, contextual: contextual(root)}
	e := emitter{lazy: re.lazy}
	e.node(root)
	if !e.foreign {
		if auto, err := regexp.Compile(e.b.String()); err == nil {
			if !re.lazy {
				auto.Longest()
			}
			re.auto, re.asciiOnly = auto, e.ascii
		}
	}
	return re, nil
}

// Groups is how many capturing groups the expression has.
func (re *Regexp) Groups() int { return re.groups }

func (re *Regexp) automatic(s []byte) bool {
	if re.auto == nil {
		return false
	}
	if re.asciiOnly {
		for _, c := range s {
			if c >= utf8.RuneSelf {
				return false
			}
		}
	}
	return true
}

// Match says whether the expression matches somewhere in s.
func (re *Regexp) Match(s []byte) (bool, error) {
	if re.automatic(s) {
		return re.auto.Match(s), nil
	}
	loc, err := re.backtrack(s, 0)
	return loc != nil, err
}

// Find is the first match at or after byte from, as pairs of positions: of the
// whole and of each group, -1 where a group took no part. nil is no match.
func (re *Regexp) Find(s []byte, from int) ([]int, error) {
	if from > len(s) {
		return nil, nil
	}
	if from == 0 && re.automatic(s) {
		return re.auto.FindSubmatchIndex(s), nil
	}
	if !re.contextual && re.automatic(s) {
		loc := re.auto.FindSubmatchIndex(s[from:])
		for i, p := range loc {
			if p >= 0 {
				loc[i] = p + from
			}
		}
		return loc, nil
	}
	return re.backtrack(s, from)
}

// Each calls f for the matches that do not overlap, from byte from on, until f
// says no. After an empty match the search goes on one character further.
func (re *Regexp) Each(s []byte, from int, f func(loc []int) bool) error {
	for at := from; at <= len(s); {
		loc, err := re.Find(s, at)
		if err != nil || loc == nil || !f(loc) {
			return err
		}
		at = loc[1]
		if loc[1] == loc[0] {
			if at == len(s) {
				return nil
			}
			_, size := utf8.DecodeRune(s[at:])
			at += size
		}
	}
	return nil
}
