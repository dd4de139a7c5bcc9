package object

import (
	"strings"
	"unicode/utf8"
)

// Glob is a compiled pattern. Wildcards stay within one path component:
//
//   - any run of characters          [a-c] [!x]  one of, none of
//     ?       one character                  {a,b}       either
//     **      as a whole component: any number of directories, also none
//     \x      x itself
//
// As in a shell, a component that starts with '.' is matched only by one that
// spells the dot. ** passes over components that start with '_' and are no
// partition (x=y), where Spark and Delta keep what is not data.
type Glob struct {
	alts [][]string // per alternative of {a,b}: the components
}

// maxAlternatives bounds what nested braces expand to.
const maxAlternatives = 4096

// HasWildcard says whether s holds any character that Glob gives a meaning.
func HasWildcard(s string) bool { return strings.ContainsAny(s, `*?[{\`) }

// CompileGlob reads a pattern.
func CompileGlob(pattern string) (*Glob, error) {
	texts, ok := braces(pattern, nil)
	bad := func(why string) error {
		return &Error{Op: "parse", Object: pattern, Offset: -1, Kind: KindInvalid, Err: textError(why)}
	}
	if !ok {
		return nil, bad("the pattern has too many alternatives")
	}
	g := &Glob{}
	for _, t := range texts {
		comps := strings.Split(t, "/")
		for _, c := range comps {
			if !validClasses(c) {
				return nil, bad("a [ is not closed")
			}
		}
		g.alts = append(g.alts, comps)
	}
	return g, nil
}

// braces appends every text that the pattern's {a,b} groups stand for.
func braces(p string, out []string) ([]string, bool) {
	open, depth := -1, 0
	var cuts []int
	for i := 0; i < len(p); i++ {
		switch p[i] {
		case '\\':
			i++
		case '{':
			if depth == 0 {
				open, cuts = i, append(cuts[:0], i)
			}
			depth++
		case ',':
			if depth == 1 {
				cuts = append(cuts, i)
			}
		case '}':
			if depth == 0 {
				continue
			}
			if depth--; depth > 0 {
				continue
			}
			cuts = append(cuts, i)
			for k := 0; k+1 < len(cuts); k++ {
				var ok bool
				if out, ok = braces(p[:open]+p[cuts[k]+1:cuts[k+1]]+p[i+1:], out); !ok {
					return nil, false
				}
			}
			return out, true
		}
	}
	if len(out) == maxAlternatives {
		return nil, false
	}
	return append(out, p), true
}

func validClasses(c string) bool {
	for i := 0; i < len(c); i++ {
		switch c[i] {
		case '\\':
			i++
		case '[':
			n := classEnd(c[i:])
			if n < 0 {
				return false
			}
			i += n
		}
	}
	return true
}

// classEnd is the position of the ] that closes the class at the start of c, or
// -1. A ] right after [ or [! stands for itself.
func classEnd(c string) int {
	i := 1
	if i < len(c) && (c[i] == '!' || c[i] == '^') {
		i++
	}
	for first := true; i < len(c); first = false {
		if c[i] == ']' && !first {
			return i
		}
		if c[i] == '\\' {
			i++
		}
		i++
	}
	return -1
}

// Match says whether the whole key matches.
func (g *Glob) Match(key string) bool {
	parts := strings.Split(key, "/")
	for _, a := range g.alts {
		if matchPath(a, parts) {
			return true
		}
	}
	return false
}

// matchPath walks both lists once, going back only to the last **: a later one
// can absorb whatever an earlier one could.
func matchPath(comps, parts []string) bool {
	i, j, star, mark := 0, 0, -1, 0
	for j < len(parts) {
		if i < len(comps)-1 && comps[i] == "**" {
			star, mark = i, j
			i++
			continue
		}
		if i < len(comps) && matchName(comps[i], parts[j]) {
			i, j = i+1, j+1
			if i < len(comps) || j == len(parts) {
				continue
			}
		}
		// A mismatch, or the pattern ended before the path: let ** take one more
		// directory. The file name is never its to take.
		if star < 0 || mark >= len(parts)-1 || skipped(parts[mark]) {
			return false
		}
		mark++
		i, j = star+1, mark
	}
	return i == len(comps)
}

// skipped says that ** does not descend into a directory of this name.
func skipped(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") && !strings.Contains(name, "=")
}

// matchName matches one component.
func matchName(pattern, name string) bool {
	if strings.HasPrefix(name, ".") && !strings.HasPrefix(pattern, ".") && !strings.HasPrefix(pattern, `\.`) {
		return false
	}
	if pattern == "**" { // last component: any name
		pattern = "*"
	}
	p, n, star, mark := 0, 0, -1, 0
	for n < len(name) {
		if p < len(pattern) {
			if pattern[p] == '*' {
				star, mark = p, n
				p++
				continue
			}
			if np, nn, ok := matchOne(pattern[p:], name[n:]); ok {
				p, n = p+np, n+nn
				continue
			}
		}
		if star < 0 {
			return false
		}
		_, w := utf8.DecodeRuneInString(name[mark:])
		mark += w
		p, n = star+1, mark
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// matchOne matches one character of name with the first element of pattern and
// returns how long both are.
func matchOne(pattern, name string) (np, nn int, ok bool) {
	r, w := utf8.DecodeRuneInString(name)
	switch pattern[0] {
	case '?':
		return 1, w, true
	case '[':
		end := classEnd(pattern)
		if end < 0 {
			return 0, 0, false
		}
		return end + 1, w, inClass(pattern[1:end], r)
	case '\\':
		if len(pattern) > 1 {
			_, pw := utf8.DecodeRuneInString(pattern[1:])
			return 1 + pw, w, pattern[1:1+pw] == name[:w]
		}
	}
	pr, pw := utf8.DecodeRuneInString(pattern)
	return pw, w, pr == r && pattern[:pw] == name[:w]
}

func inClass(class string, r rune) bool {
	negated := class != "" && (class[0] == '!' || class[0] == '^')
	if negated {
		class = class[1:]
	}
	next := func() rune {
		if class[0] == '\\' && len(class) > 1 {
			class = class[1:]
		}
		c, w := utf8.DecodeRuneInString(class)
		class = class[w:]
		return c
	}
	hit := false
	for class != "" {
		lo := next()
		hi := lo
		if len(class) > 1 && class[0] == '-' {
			class = class[1:]
			hi = next()
		}
		hit = hit || lo <= r && r <= hi
	}
	return hit != negated
}

// literal is the part of a component before its first wildcard.
func literal(comp string) string {
	if i := strings.IndexAny(comp, `*?[{\`); i >= 0 {
		return comp[:i]
	}
	return comp
}
