package eval

import (
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/eval/regex"
	"github.com/inlaydb/inlay/storage/column"
)

func init() {
	register(map[string]builder{
		"regex":     matchRegex(false, false),
		"not_regex": matchRegex(true, false),
		"iregex":    matchRegex(false, true), "not_iregex": matchRegex(true, true),
		"regex_substring":       regexSubstring(false),
		"similar_substring":     regexSubstring(true),
		"similar_escape":        similarEscape,
		"similar_to_escape":     similarEscape,
		"like_escape":           rowwise(likeEscape),
		"regexp_like":           regexpLike,
		"regexp_count":          regexpCount,
		"regexp_instr":          regexpInstr,
		"regexp_substr":         regexpSubstr,
		"regexp_match":          regexpMatch,
		"regexp_replace":        regexpReplace,
		"regexp_split_to_array": regexpSplit,
	})
}

// patterns is the expressions that a node compiled.
type patterns struct {
	last     *regex.Regexp
	lastText string
	all      map[string]*regex.Regexp
}

// compile is the compiled form of a pattern under flags, kept for the next row.
func (p *patterns) compile(pattern []byte, flags regex.Flags) (*regex.Regexp, error) {
	key := string(flagKey(flags)) + string(pattern)
	if p.last != nil && key == p.lastText {
		return p.last, nil
	}
	re := p.all[key]
	if re == nil {
		var err error
		if re, err = regex.Compile(string(pattern), flags); err != nil {
			return nil, err
		}
		if p.all == nil || len(p.all) >= 64 {
			p.all = map[string]*regex.Regexp{}
		}
		p.all[key] = re
	}
	p.last, p.lastText = re, key
	return re, nil
}

func flagKey(f regex.Flags) []byte {
	k := byte(0)
	for i, b := range [...]bool{f.Fold, f.DotLine, f.Lines, f.Expanded, f.Literal, f.BackSlashy} {
		if b {
			k |= 1 << i
		}
	}
	return []byte{k}
}

// readFlags reads flag letters; global is said only where it is allowed.
func readFlags(s []byte, function string) (f regex.Flags, global bool, err error) {
	for len(s) > 0 {
		r, size := utf8.DecodeRune(s)
		switch {
		case r == 'g':
			global = true
		case !f.Set(r):
			return f, false, sqlerr.New(sqlerr.InvalidParameterValue, "invalid regular expression option: %s", sqlerr.Quote(string(s[:size])))
		}
		s = s[size:]
	}
	if global && function != "" {
		e := sqlerr.New(sqlerr.InvalidParameterValue, "%s() does not support the \"global\" option", function)
		if function == "regexp_match" {
			e.WithHint("Use the regexp_matches function instead.")
		}
		return f, false, e
	}
	return f, global, nil
}

// matchRegex is ~ and its relatives. As a condition it picks rows.
func matchRegex(not, fold bool) builder {
	return func(cp *compiler, s *signature) (node, error) {
		var p patterns
		return s.node(cp, func(c *call) error {
			str, pat := c.text(0), c.text(1)
			return c.each(func(i int) error {
				re, err := p.compile(pat.At(i), regex.Flags{Fold: fold})
				if err != nil {
					return err
				}
				ok, err := re.Match(str.At(i))
				c.putBool(i, ok != not)
				return err
			})
		}), nil
	}
}

// regexSubstring is substring(s from pattern): the first group, if there is
// one, of the first match.
func regexSubstring(similar bool) builder {
	return func(cp *compiler, s *signature) (node, error) {
		var p patterns
		return s.node(cp, func(c *call) error {
			str, pat := c.text(0), c.text(1)
			c.alias(0)
			dst := column.Values[column.View](c.out)
			return c.each(func(i int) error {
				pattern := pat.At(i)
				if similar {
					esc := c.text(2)
					var err error
					if pattern, err = regex.Similar(pattern, esc.At(i)); err != nil {
						return err
					}
				}
				re, err := p.compile(pattern, regex.Flags{})
				if err != nil {
					return err
				}
				v := &str.Vals[i&str.Mask]
				b := v.Bytes(str.Bufs)
				loc, err := re.Find(b, 0)
				if err != nil {
					return err
				}
				g := 0
				if re.Groups() > 0 {
					g = 1
				}
				if loc == nil || loc[2*g] < 0 {
					c.null(i)
					return nil
				}
				setPart(dst, i, v, b, loc[2*g], loc[2*g+1])
				return nil
			})
		}), nil
	}
}

// similarEscape is the regular expression of a SIMILAR TO pattern.
func similarEscape(cp *compiler, s *signature) (node, error) {
	return s.node(cp, func(c *call) error {
		return c.each(func(i int) error {
			if c.isNull(0, i) {
				c.null(i)
				return nil
			}
			esc := []byte{'\\'}
			if len(c.args) == 2 && !c.isNull(1, i) {
				e := c.text(1)
				esc = e.At(i)
			}
			p := c.text(0)
			out, err := regex.Similar(p.At(i), esc)
			if err != nil {
				return err
			}
			c.putText(i, out)
			return nil
		})
	}), nil
}

// likeEscape rewrites a LIKE pattern with another escape character to one
// with backslash.
func likeEscape(c *call) error {
	p, e := c.text(0), c.text(1)
	return c.each(func(i int) error {
		pat, esc := p.At(i), e.At(i)
		if len(esc) > 0 {
			if _, size := utf8.DecodeRune(esc); size != len(esc) {
				return sqlerr.New(sqlerr.InvalidEscapeSequence, "invalid escape string").
					WithHint("Escape string must be empty or one character.")
			}
		}
		off := c.begin()
		for len(pat) > 0 {
			_, size := utf8.DecodeRune(pat)
			ch := pat[:size]
			pat = pat[size:]
			switch {
			case len(esc) > 0 && string(ch) == string(esc) && string(esc) != `\`:
				c.s.heap = append(c.s.heap, '\\')
				if len(pat) > 0 { // what is escaped is taken as it is
					_, size := utf8.DecodeRune(pat)
					c.s.heap = append(c.s.heap, pat[:size]...)
					pat = pat[size:]
				}
			case ch[0] == '\\' && string(esc) != `\`:
				c.s.heap = append(c.s.heap, '\\', '\\')
			case ch[0] == '\\' && len(pat) > 0:
				_, size := utf8.DecodeRune(pat)
				c.s.heap = append(append(c.s.heap, '\\'), pat[:size]...)
				pat = pat[size:]
			default:
				c.s.heap = append(c.s.heap, ch...)
			}
		}
		c.end(i, off)
		return nil
	})
}

// regexpCall is one row of a regexp_… function: the string, the expression and
// the parameters that follow, as far as they are there.
type regexpCall struct {
	p        patterns
	function string
}

func (r *regexpCall) open(c *call, i, flagsArg int) (s []byte, re *regex.Regexp, err error) {
	str, pat := c.text(0), c.text(1)
	var f regex.Flags
	if flagsArg < len(c.args) {
		fl := c.text(flagsArg)
		if f, _, err = readFlags(fl.At(i), r.function); err != nil {
			return nil, nil, err
		}
	}
	re, err = r.p.compile(pat.At(i), f)
	return str.At(i), re, err
}

// number is an optional integer argument that must not be below least.
func number(c *call, a, i int, name string, def, least int) (int, error) {
	if a >= len(c.args) {
		return def, nil
	}
	o := arg[int32](c, a)
	n := int(o.at(i))
	if n < least {
		return 0, sqlerr.New(sqlerr.InvalidParameterValue, "invalid value for parameter %s: %d", sqlerr.Quote(name), n)
	}
	return n, nil
}

// startByte is where character start (from 1) begins; past the end is -1.
func startByte(s []byte, start int) int {
	if start-1 > runeCount(s) {
		return -1
	}
	return runeOffset(s, start-1)
}

func regexpLike(cp *compiler, s *signature) (node, error) {
	r := &regexpCall{function: "regexp_like"}
	return s.node(cp, func(c *call) error {
		return c.each(func(i int) error {
			str, re, err := r.open(c, i, 2)
			if err != nil {
				return err
			}
			ok, err := re.Match(str)
			c.putBool(i, ok)
			return err
		})
	}), nil
}

func regexpCount(cp *compiler, s *signature) (node, error) {
	r := &regexpCall{function: "regexp_count"}
	return s.node(cp, func(c *call) error {
		dst := column.Values[int32](c.out)
		return c.each(func(i int) error {
			start, err := number(c, 2, i, "start", 1, 1)
			if err != nil {
				return err
			}
			str, re, err := r.open(c, i, 3)
			if err != nil {
				return err
			}
			dst[i] = 0
			if from := startByte(str, start); from >= 0 {
				return re.Each(str, from, func([]int) bool { dst[i]++; return true })
			}
			return nil
		})
	}), nil
}

// nth is the n-th match from a character on, or nil.
func nth(re *regex.Regexp, s []byte, start, n int) (loc []int, err error) {
	from := startByte(s, start)
	if from < 0 {
		return nil, nil
	}
	err = re.Each(s, from, func(l []int) bool {
		if n--; n == 0 {
			loc = l
		}
		return n > 0
	})
	return loc, err
}

func regexpInstr(cp *compiler, s *signature) (node, error) {
	r := &regexpCall{function: "regexp_instr"}
	return s.node(cp, func(c *call) error {
		dst := column.Values[int32](c.out)
		return c.each(func(i int) error {
			start, err := number(c, 2, i, "start", 1, 1)
			if err != nil {
				return err
			}
			n, err := number(c, 3, i, "n", 1, 1)
			if err != nil {
				return err
			}
			end, err := number(c, 4, i, "endoption", 0, 0)
			if err != nil {
				return err
			}
			if end > 1 {
				return sqlerr.New(sqlerr.InvalidParameterValue, "invalid value for parameter \"endoption\": %d", end)
			}
			group, err := number(c, 6, i, "subexpr", 0, 0)
			if err != nil {
				return err
			}
			str, re, err := r.open(c, i, 5)
			if err != nil {
				return err
			}
			loc, err := nth(re, str, start, n)
			if err != nil {
				return err
			}
			dst[i] = 0
			if loc != nil && group <= re.Groups() && loc[2*group] >= 0 {
				dst[i] = int32(runeCount(str[:loc[2*group+end]])) + 1
			}
			return nil
		})
	}), nil
}

func regexpSubstr(cp *compiler, s *signature) (node, error) {
	r := &regexpCall{function: "regexp_substr"}
	return s.node(cp, func(c *call) error {
		return c.each(func(i int) error {
			start, err := number(c, 2, i, "start", 1, 1)
			if err != nil {
				return err
			}
			n, err := number(c, 3, i, "n", 1, 1)
			if err != nil {
				return err
			}
			group, err := number(c, 5, i, "subexpr", 0, 0)
			if err != nil {
				return err
			}
			str, re, err := r.open(c, i, 4)
			if err != nil {
				return err
			}
			loc, err := nth(re, str, start, n)
			if err != nil {
				return err
			}
			if loc == nil || group > re.Groups() || loc[2*group] < 0 {
				c.null(i)
				return nil
			}
			c.putText(i, str[loc[2*group]:loc[2*group+1]])
			return nil
		})
	}), nil
}

// regexpMatch is regexp_match: the groups of the first match, or the whole.
func regexpMatch(cp *compiler, s *signature) (node, error) {
	r := &regexpCall{function: "regexp_match"}
	return s.node(cp, func(c *call) error {
		l := newLists(c, types.New(types.TextOID))
		err := c.each(func(i int) error {
			str, re, err := r.open(c, i, 2)
			if err != nil {
				return err
			}
			loc, err := re.Find(str, 0)
			if err != nil {
				return err
			}
			if loc == nil {
				c.null(i)
				return nil
			}
			first := min(re.Groups(), 1)
			for g := first; g <= re.Groups(); g++ {
				if loc[2*g] < 0 {
					l.null()
				} else {
					l.text(str[loc[2*g]:loc[2*g+1]])
				}
			}
			l.end(i)
			return nil
		})
		l.done()
		return err
	}), nil
}

// regexpSplit is regexp_split_to_array. Empty matches do not split at the
// ends, or right behind another match.
func regexpSplit(cp *compiler, s *signature) (node, error) {
	r := &regexpCall{function: "regexp_split_to_array"}
	return s.node(cp, func(c *call) error {
		l := newLists(c, types.New(types.TextOID))
		err := c.each(func(i int) error {
			str, re, err := r.open(c, i, 2)
			if err != nil {
				return err
			}
			last := 0
			err = re.Each(str, 0, func(loc []int) bool {
				if loc[0] < len(str) && loc[1] > last {
					l.text(str[last:loc[0]])
					last = loc[1]
				}
				return true
			})
			l.text(str[last:])
			l.end(i)
			return err
		})
		l.done()
		return err
	}), nil
}

// regexpReplace is regexp_replace(s, pattern, new [, flags]) and
// (s, pattern, new, start [, n [, flags]]); n = 0 is all.
func regexpReplace(cp *compiler, sig *signature) (node, error) {
	r := &regexpCall{}
	extended := len(sig.argt) > 3 && sig.argt[3].OID == types.Int4OID
	return sig.node(cp, func(c *call) error {
		str, pat, with := c.text(0), c.text(1), c.text(2)
		return c.each(func(i int) error {
			start, n, flagsArg := 1, 1, 3
			if extended {
				var err error
				if start, err = number(c, 3, i, "start", 1, 1); err != nil {
					return err
				}
				if n, err = number(c, 4, i, "n", 1, 0); err != nil {
					return err
				}
				flagsArg = 5
			}
			var f regex.Flags
			if flagsArg < len(c.args) {
				fl := c.text(flagsArg)
				b := fl.At(i)
				if !extended && len(b) > 0 && b[0] >= '0' && b[0] <= '9' {
					return sqlerr.New(sqlerr.InvalidParameterValue, "invalid regular expression option: %s", sqlerr.Quote(string(b[:1]))).
						WithHint("If you meant to use regexp_replace() with a start parameter, cast the fourth argument to integer explicitly.")
				}
				var global bool
				var err error
				if f, global, err = readFlags(b, ""); err != nil {
					return err
				}
				if global && len(c.args) < 5 {
					n = 0
				}
			}
			re, err := r.p.compile(pat.At(i), f)
			if err != nil {
				return err
			}
			s, w := str.At(i), with.At(i)
			off := c.begin()
			copied, seen := 0, 0
			if from := startByte(s, start); from >= 0 {
				err = re.Each(s, from, func(loc []int) bool {
					if seen++; n != 0 && seen < n {
						return true
					}
					c.s.heap = append(c.s.heap, s[copied:loc[0]]...)
					c.s.heap = appendReplacement(c.s.heap, w, s, loc)
					copied = loc[1]
					return n == 0
				})
				if err != nil {
					return err
				}
			}
			c.s.heap = append(c.s.heap, s[copied:]...)
			c.end(i, off)
			return nil
		})
	}), nil
}

// appendReplacement expands \1 to \9 and \& in a replacement.
func appendReplacement(dst, with, s []byte, loc []int) []byte {
	for i := 0; i < len(with); i++ {
		if with[i] != '\\' || i+1 == len(with) {
			dst = append(dst, with[i])
			continue
		}
		switch next := with[i+1]; {
		case next >= '1' && next <= '9':
			if g := int(next - '0'); 2*g < len(loc) && loc[2*g] >= 0 {
				dst = append(dst, s[loc[2*g]:loc[2*g+1]]...)
			}
			i++
		case next == '&':
			dst = append(dst, s[loc[0]:loc[1]]...)
			i++
		case next == '\\':
			dst = append(dst, '\\')
			i++
		default:
			dst = append(dst, '\\')
		}
	}
	return dst
}
