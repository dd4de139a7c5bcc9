package eval

import (
	"crypto/rand"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

func init() {
	register(map[string]builder{
		"normalize":       rowwise(normalize),
		"is_normalized":   rowwise(isNormalized),
		"unistr":          rowwise(unistr),
		"parse_ident":     rowwise(parseIdentArray),
		"gen_random_uuid": rowwise(randomUUID),
	})
}

func normalForm(s []byte) (norm.Form, error) {
	switch strings.ToUpper(string(s)) {
	case "NFC":
		return norm.NFC, nil
	case "NFD":
		return norm.NFD, nil
	case "NFKC":
		return norm.NFKC, nil
	case "NFKD":
		return norm.NFKD, nil
	}
	return 0, sqlerr.New(sqlerr.InvalidParameterValue, "invalid normalization form: %s", string(s))
}

func normalize(c *call) error {
	s, form := c.text(0), c.text(1)
	return c.each(func(i int) error {
		f, err := normalForm(form.At(i))
		if err != nil {
			return err
		}
		off := c.begin()
		c.s.heap = f.Append(c.s.heap, s.At(i)...)
		c.end(i, off)
		return nil
	})
}

func isNormalized(c *call) error {
	s, form := c.text(0), c.text(1)
	return c.each(func(i int) error {
		f, err := normalForm(form.At(i))
		if err != nil {
			return err
		}
		c.putBool(i, f.IsNormal(s.At(i)))
		return nil
	})
}

// unistr reads \XXXX, \+XXXXXX, \uXXXX, \UXXXXXXXX and \\.
func unistr(c *call) error {
	s := c.text(0)
	return c.each(func(i int) error {
		b := string(s.At(i))
		off := c.begin()
		high := rune(0) // the first half of a surrogate pair
		badPair := sqlerr.New(sqlerr.SyntaxError, "invalid Unicode surrogate pair")
		for len(b) > 0 {
			if b[0] != '\\' {
				if high != 0 {
					return badPair
				}
				c.s.heap = append(c.s.heap, b[0])
				b = b[1:]
				continue
			}
			if strings.HasPrefix(b, `\\`) {
				if high != 0 {
					return badPair
				}
				c.s.heap = append(c.s.heap, '\\')
				b = b[2:]
				continue
			}
			skip, digits := 1, 4
			switch {
			case strings.HasPrefix(b, `\+`):
				skip, digits = 2, 6
			case strings.HasPrefix(b, `\u`):
				skip = 2
			case strings.HasPrefix(b, `\U`):
				skip, digits = 2, 8
			}
			if len(b) < skip+digits {
				return errUnicodeEscape()
			}
			v, err := strconv.ParseUint(b[skip:skip+digits], 16, 32)
			if err != nil {
				return errUnicodeEscape()
			}
			b = b[skip+digits:]
			r := rune(v)
			switch {
			case v == 0 || v > 0x10ffff:
				return sqlerr.New(sqlerr.InvalidParameterValue, "invalid Unicode code point: %04X", v)
			case high != 0 && r >= 0xdc00 && r <= 0xdfff:
				r = (high-0xd800)<<10 + (r - 0xdc00) + 0x10000
				high = 0
			case high != 0 || r >= 0xdc00 && r <= 0xdfff:
				return badPair
			case r >= 0xd800 && r <= 0xdbff:
				high = r
				continue
			}
			c.s.heap = append(c.s.heap, string(r)...)
		}
		if high != 0 {
			return badPair
		}
		c.end(i, off)
		return nil
	})
}

func errUnicodeEscape() error {
	return sqlerr.New(sqlerr.SyntaxError, "invalid Unicode escape").
		WithHint("Unicode escapes must be \\XXXX, \\+XXXXXX, \\uXXXX, or \\UXXXXXXXX.")
}

// parseIdentArray is parse_ident(name, strict).
func parseIdentArray(c *call) error {
	s, strict := c.text(0), arg[uint8](c, 1)
	l := newLists(c, types.New(types.TextOID))
	err := c.each(func(i int) error {
		text := string(s.At(i))
		parts, rest, err := parseIdent(text)
		if err != nil {
			return err
		}
		if rest != "" && strict.at(i) != 0 {
			return sqlerr.New(sqlerr.InvalidParameterValue, "string is not a valid identifier: %s", sqlerr.Quote(text))
		}
		for _, p := range parts {
			l.text([]byte(p))
		}
		l.end(i)
		return nil
	})
	l.done()
	return err
}

func randomUUID(c *call) error {
	dst := column.Values[[16]byte](c.out)
	return c.each(func(i int) error {
		_, _ = rand.Read(dst[i][:])       // never fails
		dst[i][6] = dst[i][6]&0x0f | 0x40 // version 4
		dst[i][8] = dst[i][8]&0x3f | 0x80
		return nil
	})
}
