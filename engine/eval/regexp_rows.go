package eval

import (
	"github.com/inlaydb/inlay/engine/eval/regex"
)

// RegexpRows computes the set-returning functions of regular expressions. It
// keeps the expressions that it compiled; one goroutine uses it.
type RegexpRows struct{ p patterns }

// Matches is regexp_matches: of each match the groups, or the whole where the
// pattern has none. A group that took no part is nil.
func (r *RegexpRows) Matches(s, pattern, flags string) ([][][]byte, error) {
	f, global, err := readFlags([]byte(flags), "")
	if err != nil {
		return nil, err
	}
	re, err := r.p.compile([]byte(pattern), f)
	if err != nil {
		return nil, err
	}
	str := []byte(s)
	var out [][][]byte
	err = re.Each(str, 0, func(loc []int) bool {
		out = append(out, groups(re, str, loc))
		return global
	})
	return out, err
}

func groups(re *regex.Regexp, s []byte, loc []int) [][]byte {
	var out [][]byte
	for g := min(re.Groups(), 1); g <= re.Groups(); g++ {
		if loc[2*g] < 0 {
			out = append(out, nil)
			continue
		}
		out = append(out, s[loc[2*g]:loc[2*g+1]:loc[2*g+1]])
	}
	return out
}

// Split is regexp_split_to_table.
func (r *RegexpRows) Split(s, pattern, flags string) ([]string, error) {
	f, _, err := readFlags([]byte(flags), "regexp_split_to_table")
	if err != nil {
		return nil, err
	}
	re, err := r.p.compile([]byte(pattern), f)
	if err != nil {
		return nil, err
	}
	str, last := []byte(s), 0
	var out []string
	err = re.Each(str, 0, func(loc []int) bool {
		if loc[0] < len(str) && loc[1] > last {
			out = append(out, s[last:loc[0]])
			last = loc[1]
		}
		return true
	})
	return append(out, s[last:]), err
}
