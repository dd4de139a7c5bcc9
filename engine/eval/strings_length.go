package eval

import (
	"bytes"
	"math/bits"
	"unicode/utf8"

	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

func init() {
	register(map[string]builder{
		"char_length":   textToInt(runeCount),
		"bpchar_length": textToInt(func(s []byte) int { return runeCount(kernel.TrimBlanks(s)) }),
		"octet_length":  textToInt(func(s []byte) int { return len(s) }),
		"bit_length":    textToInt(func(s []byte) int { return len(s) * 8 }),
		"bit_count": rowwise(func(c *call) error {
			s, dst := c.text(0), column.Values[int64](c.out)
			return c.each(func(i int) error {
				n := 0
				for _, b := range s.At(i) {
					n += bits.OnesCount8(b)
				}
				dst[i] = int64(n)
				return nil
			})
		}),
		"ascii": textToInt(func(s []byte) int {
			if len(s) == 0 {
				return 0
			}
			r, _ := utf8.DecodeRune(s)
			return int(r)
		}),
		"strpos":      position,
		"position":    position,
		"starts_with": rowwise(startsWith),
	})
}

// textToInt is the builder of an int4 function of one string.
func textToInt(f func([]byte) int) builder {
	return rowwise(func(c *call) error {
		s, dst := c.text(0), column.Values[int32](c.out)
		return c.each(func(i int) error {
			dst[i] = int32(f(s.At(i)))
			return nil
		})
	})
}

// runeCount counts characters: bytes that do not continue one.
func runeCount(s []byte) int {
	n := 0
	for _, b := range s {
		n += int(b>>7&^(b>>6)&1) ^ 1
	}
	return n
}

// runeOffset is where character n (from 0) of s begins; len(s) past its end.
func runeOffset(s []byte, n int) int {
	if n >= len(s) {
		return len(s)
	}
	i := 0
	for ; n > 0 && i < len(s); n-- {
		if s[i] < utf8.RuneSelf {
			i++
			continue
		}
		_, size := utf8.DecodeRune(s[i:])
		i += size
	}
	return i
}

// position is strpos: where the second string first stands in the first, in
// characters from 1 (in bytes for bytea); 0 where it does not.
func position(cp *compiler, s *signature) (node, error) {
	binary := isBytea(s.argt[0])
	return s.node(cp, func(c *call) error {
		hay, needle, dst := c.text(0), c.text(1), column.Values[int32](c.out)
		return c.each(func(i int) error {
			h := hay.At(i)
			at := bytes.Index(h, needle.At(i))
			switch {
			case at < 0:
				dst[i] = 0
			case binary:
				dst[i] = int32(at + 1)
			default:
				dst[i] = int32(runeCount(h[:at]) + 1)
			}
			return nil
		})
	}), nil
}

func startsWith(c *call) error {
	s, p := c.text(0), c.text(1)
	return c.each(func(i int) error {
		c.putBool(i, bytes.HasPrefix(s.At(i), p.At(i)))
		return nil
	})
}
