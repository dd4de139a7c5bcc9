package eval

import (
	"bytes"
	"math"
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// Functions whose result is a part of their argument: views into the same
// buffers, no byte is copied.

func init() {
	register(map[string]builder{
		"substring":       substring,
		"bytea_substring": substring,
		"left":            rowwise(leftRight(false)),
		"right":           rowwise(leftRight(true)),
		"btrim":           trim(true, true),
		"ltrim":           trim(true, false),
		"rtrim":           trim(false, true),
		"bytea_btrim":     trim(true, true),
		"bytea_ltrim":     trim(true, false),
		"bytea_rtrim":     trim(false, true),
		"split_part":      rowwise(splitPart),
	})
}

func isBytea(t types.Type) bool { return t.OID == types.ByteaOID }

// setPart sets row i to s[from:to], where s is the string of view v.
func setPart(dst []column.View, i int, v *column.View, s []byte, from, to int) {
	dst[i] = slice(v, s[from:to], from)
}

// substring is substring(s, start [, length]), in characters from 1.
func substring(cp *compiler, sig *signature) (node, error) {
	binary := isBytea(sig.argt[0])
	return sig.node(cp, func(c *call) error {
		s, start := c.text(0), arg[int32](c, 1)
		var length operand[int32]
		if len(c.args) == 3 {
			length = arg[int32](c, 2)
		}
		c.alias(0)
		dst := column.Values[column.View](c.out)
		return c.each(func(i int) error {
			from, to := int64(start.at(i))-1, int64(math.MaxInt64)
			if length.Vals != nil {
				n := length.at(i)
				if n < 0 {
					return sqlerr.New(sqlerr.SubstringError, "negative substring length not allowed")
				}
				to = from + int64(n)
			}
			from = max(from, 0)
			v := &s.Vals[i&s.Mask]
			b := v.Bytes(s.Bufs)
			if to <= from || from >= int64(len(b)) {
				dst[i] = column.View{}
				return nil
			}
			if to > int64(len(b)) {
				to = int64(len(b))
			}
			if binary {
				setPart(dst, i, v, b, int(from), int(to))
				return nil
			}
			lo := runeOffset(b, int(from))
			hi := len(b)
			if to < int64(len(b)) {
				hi = lo + runeOffset(b[lo:], int(to-from))
			}
			setPart(dst, i, v, b, lo, hi)
			return nil
		})
	}), nil
}

// leftRight is left(s, n) and right(s, n); a negative n leaves out as many.
func leftRight(right bool) apply {
	return func(c *call) error {
		s, n := c.text(0), arg[int32](c, 1)
		c.alias(0)
		dst := column.Values[column.View](c.out)
		return c.each(func(i int) error {
			v := &s.Vals[i&s.Mask]
			b := v.Bytes(s.Bufs)
			k := int(n.at(i))
			if k < 0 || right {
				total := runeCount(b)
				switch {
				case k < 0 && !right:
					k = max(total+k, 0)
				case k < 0:
					k = min(-k, total) // so many are left out at the front
				default:
					k = max(total-k, 0)
				}
			}
			at := runeOffset(b, k)
			if right {
				setPart(dst, i, v, b, at, len(b))
			} else {
				setPart(dst, i, v, b, 0, at)
			}
			return nil
		})
	}
}

// trim cuts characters of a set (blanks by default) off the ends.
func trim(front, back bool) builder {
	return func(cp *compiler, sig *signature) (node, error) {
		binary := isBytea(sig.argt[0])
		var set charSet
		return sig.node(cp, func(c *call) error {
			s := c.text(0)
			c.alias(0)
			dst := column.Values[column.View](c.out)
			if len(c.args) == 1 {
				return c.each(func(i int) error {
					v := &s.Vals[i&s.Mask]
					b := v.Bytes(s.Bufs)
					from, to := 0, len(b)
					for front && from < to && b[from] == ' ' {
						from++
					}
					for back && to > from && b[to-1] == ' ' {
						to--
					}
					setPart(dst, i, v, b, from, to)
					return nil
				})
			}
			chars := c.text(1)
			return c.each(func(i int) error {
				set.use(chars.At(i), binary)
				v := &s.Vals[i&s.Mask]
				b := v.Bytes(s.Bufs)
				from, to := 0, len(b)
				for front && from < to {
					n := set.first(b[from:to])
					if n == 0 {
						break
					}
					from += n
				}
				for back && to > from {
					n := set.last(b[from:to])
					if n == 0 {
						break
					}
					to -= n
				}
				setPart(dst, i, v, b, from, to)
				return nil
			})
		}), nil
	}
}

// charSet is a set of characters, or of bytes.
type charSet struct {
	spec   []byte
	set    bool
	binary bool
	bytes  [256]bool
	runes  map[rune]bool
}

func (s *charSet) use(spec []byte, binary bool) {
	if s.set && bytes.Equal(spec, s.spec) {
		return
	}
	*s = charSet{spec: append(s.spec[:0], spec...), set: true, binary: binary}
	for len(spec) > 0 {
		r, size := rune(spec[0]), 1
		if !binary {
			r, size = utf8.DecodeRune(spec)
		}
		if r < utf8.RuneSelf || binary {
			s.bytes[byte(r)] = true
		} else {
			if s.runes == nil {
				s.runes = map[rune]bool{}
			}
			s.runes[r] = true
		}
		spec = spec[size:]
	}
}

// first is the length of b's first character if it is in the set, else 0.
func (s *charSet) first(b []byte) int {
	if s.binary || b[0] < utf8.RuneSelf {
		if s.bytes[b[0]] {
			return 1
		}
		return 0
	}
	if r, size := utf8.DecodeRune(b); s.runes[r] {
		return size
	}
	return 0
}

func (s *charSet) last(b []byte) int {
	if c := b[len(b)-1]; s.binary || c < utf8.RuneSelf {
		if s.bytes[c] {
			return 1
		}
		return 0
	}
	if r, size := utf8.DecodeLastRune(b); s.runes[r] {
		return size
	}
	return 0
}

// splitPart is split_part(s, delimiter, n): field n from 1, or from the end
// where n is negative.
func splitPart(c *call) error {
	s, delim, n := c.text(0), c.text(1), arg[int32](c, 2)
	c.alias(0)
	dst := column.Values[column.View](c.out)
	return c.each(func(i int) error {
		k := int(n.at(i))
		if k == 0 {
			return sqlerr.New(sqlerr.InvalidParameterValue, "field position must not be zero")
		}
		v := &s.Vals[i&s.Mask]
		b, d := v.Bytes(s.Bufs), delim.At(i)
		from, to, ok := field(b, d, k)
		if !ok {
			from, to = 0, 0
		}
		setPart(dst, i, v, b, from, to)
		return nil
	})
}

func field(b, d []byte, k int) (from, to int, ok bool) {
	if len(d) == 0 {
		return 0, len(b), k == 1 || k == -1
	}
	if k < 0 {
		k += bytes.Count(b, d) + 2
		if k < 1 {
			return 0, 0, false
		}
	}
	for ; k > 1; k-- {
		at := bytes.Index(b[from:], d)
		if at < 0 {
			return 0, 0, false
		}
		from += at + len(d)
	}
	to = len(b)
	if at := bytes.Index(b[from:], d); at >= 0 {
		to = from + at
	}
	return from, to, true
}
