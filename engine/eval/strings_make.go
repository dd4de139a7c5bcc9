package eval

import (
	"bytes"
	"math"
	"strconv"
	"unicode"
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/storage/column"
)

// Functions that make new strings: straight into the result's heap.

func init() {
	register(map[string]builder{
		"lower":       rowwise(mapText(appendLower)),
		"upper":       rowwise(mapText(appendUpper)),
		"initcap":     rowwise(mapText(appendInitcap)),
		"reverse":     rowwise(mapText(appendReverse)),
		"text_concat": rowwise(textConcat),
		"repeat":      rowwise(repeat),
		"replace":     rowwise(replace),
		"translate":   rowwise(translate),
		"lpad":        rowwise(pad(true)),
		"rpad":        rowwise(pad(false)),
		"overlay":     rowwise(overlay(false)), "bytea_overlay": rowwise(overlay(true)),
		"chr":    rowwise(chr),
		"to_hex": toHex,
	})
}

const maxTextSize = 1<<30 - 1 // of one value, as in Postgres

func errTooLong() error {
	return sqlerr.New(sqlerr.ProgramLimitExceeded, "requested length too large")
}

// mapText is a function of one string that appends its result.
func mapText(f func(dst, s []byte) []byte) apply {
	return func(c *call) error {
		s := c.text(0)
		return c.each(func(i int) error {
			off := c.begin()
			c.s.heap = f(c.s.heap, s.At(i))
			c.end(i, off)
			return nil
		})
	}
}

func appendInitcap(dst, s []byte) []byte {
	inWord := false
	for len(s) > 0 {
		r, size := utf8.DecodeRune(s)
		s = s[size:]
		switch {
		case !unicode.IsLetter(r) && !unicode.IsNumber(r):
			inWord = false
		case inWord:
			r = unicode.ToLower(r)
		default:
			r, inWord = unicode.ToUpper(r), true
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

func appendReverse(dst, s []byte) []byte {
	for len(s) > 0 {
		_, size := utf8.DecodeLastRune(s)
		dst = append(dst, s[len(s)-size:]...)
		s = s[:len(s)-size]
	}
	return dst
}

// textConcat is a || b of two strings.
func textConcat(c *call) error {
	a, b := c.text(0), c.text(1)
	return c.each(func(i int) error {
		x, y := a.At(i), b.At(i)
		if len(x)+len(y) > maxTextSize {
			return errTooLong()
		}
		off := c.begin()
		c.s.heap = append(append(c.s.heap, x...), y...)
		c.end(i, off)
		return nil
	})
}

func repeat(c *call) error {
	s, n := c.text(0), arg[int32](c, 1)
	return c.each(func(i int) error {
		b, k := s.At(i), max(int64(n.at(i)), 0)
		if int64(len(b))*k > maxTextSize {
			return errTooLong()
		}
		off := c.begin()
		for ; k > 0; k-- {
			c.s.heap = append(c.s.heap, b...)
		}
		c.end(i, off)
		return nil
	})
}

func replace(c *call) error {
	s, from, to := c.text(0), c.text(1), c.text(2)
	return c.each(func(i int) error {
		b, f, t := s.At(i), from.At(i), to.At(i)
		off := c.begin()
		for len(f) > 0 {
			at := bytes.Index(b, f)
			if at < 0 {
				break
			}
			c.s.heap = append(append(c.s.heap, b[:at]...), t...)
			b = b[at+len(f):]
			if len(c.s.heap)-off > maxTextSize {
				return errTooLong()
			}
		}
		c.s.heap = append(c.s.heap, b...)
		c.end(i, off)
		return nil
	})
}

// translate replaces characters one for one; those without a partner go.
func translate(c *call) error {
	s, from, to := c.text(0), c.text(1), c.text(2)
	var lastFrom, lastTo []byte
	var m map[rune]rune
	return c.each(func(i int) error {
		f, t := from.At(i), to.At(i)
		if m == nil || !bytes.Equal(f, lastFrom) || !bytes.Equal(t, lastTo) {
			m, lastFrom, lastTo = map[rune]rune{}, f, t
			for len(f) > 0 {
				r, size := utf8.DecodeRune(f)
				f = f[size:]
				into := rune(-1)
				if len(t) > 0 {
					into, size = utf8.DecodeRune(t)
					t = t[size:]
				}
				if _, twice := m[r]; !twice {
					m[r] = into
				}
			}
		}
		off := c.begin()
		for b := s.At(i); len(b) > 0; {
			r, size := utf8.DecodeRune(b)
			if into, ok := m[r]; !ok {
				c.s.heap = append(c.s.heap, b[:size]...)
			} else if into >= 0 {
				c.s.heap = utf8.AppendRune(c.s.heap, into)
			}
			b = b[size:]
		}
		c.end(i, off)
		return nil
	})
}

// pad is lpad or rpad(s, n [, fill]): exactly n characters.
func pad(left bool) apply {
	return func(c *call) error {
		s, n := c.text(0), arg[int32](c, 1)
		blank := []byte{' '}
		return c.each(func(i int) error {
			b, want := s.At(i), max(int(n.at(i)), 0)
			if want*4 > maxTextSize {
				return errTooLong()
			}
			fill := blank
			if len(c.args) == 3 {
				fv := c.text(2)
				fill = fv.At(i)
			}
			have := runeCount(b)
			if have >= want {
				c.putText(i, b[:runeOffset(b, want)])
				return nil
			}
			off := c.begin()
			if !left {
				c.s.heap = append(c.s.heap, b...)
			}
			if len(fill) > 0 {
				for k, f := have, fill; k < want; k++ {
					if len(f) == 0 {
						f = fill
					}
					_, size := utf8.DecodeRune(f)
					c.s.heap = append(c.s.heap, f[:size]...)
					f = f[size:]
				}
			}
			if left {
				c.s.heap = append(c.s.heap, b...)
			}
			c.end(i, off)
			return nil
		})
	}
}

// overlay is overlay(s placing new from start [for count]).
func overlay(binary bool) apply {
	return func(c *call) error {
		s, with, start := c.text(0), c.text(1), arg[int32](c, 2)
		return c.each(func(i int) error {
			b, w, from := s.At(i), with.At(i), int64(start.at(i))
			var n int64
			switch {
			case len(c.args) == 4:
				count := arg[int32](c, 3)
				n = int64(count.at(i))
			case binary:
				n = int64(len(w))
			default:
				n = int64(runeCount(w))
			}
			if from <= 0 {
				return sqlerr.New(sqlerr.SubstringError, "negative substring length not allowed")
			}
			if from+n > math.MaxInt32 {
				return errInteger()
			}
			offset := func(k int64) int {
				k = max(k, 0)
				if binary {
					return int(min(k, int64(len(b))))
				}
				return runeOffset(b, int(k))
			}
			off := c.begin()
			c.s.heap = append(c.s.heap, b[:offset(from-1)]...)
			c.s.heap = append(c.s.heap, w...)
			c.s.heap = append(c.s.heap, b[offset(from-1+n):]...)
			c.end(i, off)
			return nil
		})
	}
}

func chr(c *call) error {
	n := arg[int32](c, 0)
	return c.each(func(i int) error {
		v := n.at(i)
		switch {
		case v == 0:
			return sqlerr.New(sqlerr.ProgramLimitExceeded, "null character not permitted")
		case v < 0:
			return sqlerr.New(sqlerr.InvalidParameterValue, "character number must be positive")
		case v > 0x10ffff:
			return sqlerr.New(sqlerr.ProgramLimitExceeded, "requested character too large for encoding: %d", v)
		case v >= 0xd800 && v < 0xe000:
			return sqlerr.New(sqlerr.ProgramLimitExceeded, "requested character not valid for encoding: %d", v)
		}
		var room [4]byte
		c.putText(i, utf8.AppendRune(room[:0], rune(v)))
		return nil
	})
}

func toHex(cp *compiler, s *signature) (node, error) {
	wide := s.argt[0].Kind() == column.Int64
	return s.node(cp, func(c *call) error {
		var room [16]byte
		if wide {
			n := arg[int64](c, 0)
			return c.each(func(i int) error {
				c.putText(i, strconv.AppendUint(room[:0], uint64(n.at(i)), 16))
				return nil
			})
		}
		n := arg[int32](c, 0)
		return c.each(func(i int) error {
			c.putText(i, strconv.AppendUint(room[:0], uint64(uint32(n.at(i))), 16))
			return nil
		})
	}), nil
}
