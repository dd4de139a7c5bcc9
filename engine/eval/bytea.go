package eval

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/storage/column"
)

func init() {
	register(map[string]builder{
		"md5":      rowwise(mapText(func(dst, s []byte) []byte { h := md5.Sum(s); return hex.AppendEncode(dst, h[:]) })),
		"sha224":   rowwise(mapText(func(dst, s []byte) []byte { h := sha256.Sum224(s); return append(dst, h[:]...) })),
		"sha256":   rowwise(mapText(func(dst, s []byte) []byte { h := sha256.Sum256(s); return append(dst, h[:]...) })),
		"sha384":   rowwise(mapText(func(dst, s []byte) []byte { h := sha512.Sum384(s); return append(dst, h[:]...) })),
		"sha512":   rowwise(mapText(func(dst, s []byte) []byte { h := sha512.Sum512(s); return append(dst, h[:]...) })),
		"encode":   rowwise(encode),
		"decode":   rowwise(decode),
		"get_byte": rowwise(getByte), "set_byte": rowwise(setByte),
		"get_bit": rowwise(getBit), "set_bit": rowwise(setBit),
		"convert_from": rowwise(convertFrom),
		"convert_to":   rowwise(convertTo),
	})
}

func errEncoding(name []byte) error {
	return sqlerr.New(sqlerr.InvalidParameterValue, "unrecognized encoding: %s", sqlerr.Quote(string(name)))
}

// encode is encode(bytes, 'base64' | 'hex' | 'escape').
func encode(c *call) error {
	s, format := c.text(0), c.text(1)
	return c.each(func(i int) error {
		b := s.At(i)
		off := c.begin()
		switch strings.ToLower(string(format.At(i))) {
		case "hex":
			c.s.heap = hex.AppendEncode(c.s.heap, b)
		case "base64": // in lines of 76 characters
			const line = 76 / 4 * 3
			for len(b) > line {
				c.s.heap = append(base64.StdEncoding.AppendEncode(c.s.heap, b[:line]), '\n')
				b = b[line:]
			}
			c.s.heap = base64.StdEncoding.AppendEncode(c.s.heap, b)
		case "escape":
			for _, x := range b {
				switch {
				case x == 0 || x >= 0x80:
					c.s.heap = append(c.s.heap, '\\', '0'+x>>6, '0'+x>>3&7, '0'+x&7)
				case x == '\\':
					c.s.heap = append(c.s.heap, '\\', '\\')
				default:
					c.s.heap = append(c.s.heap, x)
				}
			}
		default:
			return errEncoding(format.At(i))
		}
		c.end(i, off)
		return nil
	})
}

func decode(c *call) error {
	s, format := c.text(0), c.text(1)
	return c.each(func(i int) (err error) {
		b := s.At(i)
		off := c.begin()
		switch strings.ToLower(string(format.At(i))) {
		case "hex":
			c.s.heap, err = appendHex(c.s.heap, b)
		case "base64":
			c.s.heap, err = appendBase64(c.s.heap, b)
		case "escape":
			c.s.heap, err = appendUnescaped(c.s.heap, b)
		default:
			err = errEncoding(format.At(i))
		}
		if err != nil {
			return err
		}
		c.end(i, off)
		return nil
	})
}

func appendHex(dst, s []byte) ([]byte, error) {
	digit := func(c byte) int {
		switch {
		case c >= '0' && c <= '9':
			return int(c - '0')
		case c >= 'a' && c <= 'f':
			return int(c-'a') + 10
		case c >= 'A' && c <= 'F':
			return int(c-'A') + 10
		}
		return -1
	}
	bad := func(at int) error {
		_, size := utf8.DecodeRune(s[at:])
		return sqlerr.New(sqlerr.InvalidParameterValue, "invalid hexadecimal digit: %s", sqlerr.Quote(string(s[at:at+size])))
	}
	for i := 0; i < len(s); {
		if c := s[i]; c == ' ' || c == '\n' || c == '\t' || c == '\r' {
			i++
			continue
		}
		hi := digit(s[i])
		if hi < 0 {
			return dst, bad(i)
		}
		if i+1 >= len(s) {
			return dst, sqlerr.New(sqlerr.InvalidParameterValue, "invalid hexadecimal data: odd number of digits")
		}
		lo := digit(s[i+1])
		if lo < 0 {
			return dst, bad(i + 1)
		}
		dst = append(dst, byte(hi<<4|lo))
		i += 2
	}
	return dst, nil
}

func appendBase64(dst, s []byte) ([]byte, error) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	var buf uint32
	pos, end := 0, 0
	for i, c := range s {
		if c == ' ' || c == '\n' || c == '\t' || c == '\r' {
			continue
		}
		b := uint32(0)
		if c == '=' {
			if end == 0 {
				switch pos {
				case 2:
					end = 1
				case 3:
					end = 2
				default:
					return dst, sqlerr.New(sqlerr.InvalidParameterValue, `unexpected "=" while decoding base64 sequence`)
				}
			}
		} else {
			k := strings.IndexByte(alphabet, c)
			if k < 0 {
				_, size := utf8.DecodeRune(s[i:])
				return dst, sqlerr.New(sqlerr.InvalidParameterValue, "invalid symbol %s found while decoding base64 sequence", sqlerr.Quote(string(s[i:i+size])))
			}
			b = uint32(k)
		}
		buf = buf<<6 | b
		if pos++; pos == 4 {
			dst = append(dst, byte(buf>>16))
			if end == 0 || end > 1 {
				dst = append(dst, byte(buf>>8))
			}
			if end == 0 || end > 2 {
				dst = append(dst, byte(buf))
			}
			buf, pos = 0, 0
		}
	}
	if pos != 0 {
		return dst, sqlerr.New(sqlerr.InvalidParameterValue, "invalid base64 end sequence").
			WithHint("Input data is missing padding, is truncated, or is otherwise corrupted.")
	}
	return dst, nil
}

func appendUnescaped(dst, s []byte) ([]byte, error) {
	for i := 0; i < len(s); {
		switch {
		case s[i] != '\\':
			dst = append(dst, s[i])
			i++
		case i+1 < len(s) && s[i+1] == '\\':
			dst = append(dst, '\\')
			i += 2
		case i+3 < len(s) && s[i+1] >= '0' && s[i+1] <= '3' && s[i+2] >= '0' && s[i+2] <= '7' && s[i+3] >= '0' && s[i+3] <= '7':
			dst = append(dst, (s[i+1]-'0')<<6|(s[i+2]-'0')<<3|(s[i+3]-'0'))
			i += 4
		default:
			return dst, sqlerr.New(sqlerr.InvalidTextRepresentation, "invalid input syntax for type bytea")
		}
	}
	return dst, nil
}

func errIndex(i int64, size int) error {
	return sqlerr.New(sqlerr.ArraySubscriptError, "index %d out of valid range, 0..%d", i, size-1)
}

func getByte(c *call) error {
	s, n, dst := c.text(0), arg[int32](c, 1), column.Values[int32](c.out)
	return c.each(func(i int) error {
		b, k := s.At(i), int(n.at(i))
		if k < 0 || k >= len(b) {
			return errIndex(int64(k), len(b))
		}
		dst[i] = int32(b[k])
		return nil
	})
}

func setByte(c *call) error {
	s, n, v := c.text(0), arg[int32](c, 1), arg[int32](c, 2)
	return c.each(func(i int) error {
		b, k := s.At(i), int(n.at(i))
		if k < 0 || k >= len(b) {
			return errIndex(int64(k), len(b))
		}
		off := c.begin()
		c.s.heap = append(c.s.heap, b...)
		c.s.heap[off+k] = byte(v.at(i))
		c.end(i, off)
		return nil
	})
}

func getBit(c *call) error {
	s, n, dst := c.text(0), arg[int64](c, 1), column.Values[int32](c.out)
	return c.each(func(i int) error {
		b, k := s.At(i), n.at(i)
		if k < 0 || k >= int64(len(b))*8 {
			return errIndex(k, len(b)*8)
		}
		dst[i] = int32(b[k/8] >> (k % 8) & 1)
		return nil
	})
}

func setBit(c *call) error {
	s, n, v := c.text(0), arg[int64](c, 1), arg[int32](c, 2)
	return c.each(func(i int) error {
		b, k := s.At(i), n.at(i)
		if k < 0 || k >= int64(len(b))*8 {
			return errIndex(k, len(b)*8)
		}
		x := v.at(i)
		if x != 0 && x != 1 {
			return sqlerr.New(sqlerr.InvalidParameterValue, "new bit must be 0 or 1")
		}
		off := c.begin()
		c.s.heap = append(c.s.heap, b...)
		p := &c.s.heap[off+int(k/8)]
		*p = *p&^(1<<(k%8)) | byte(x)<<(k%8)
		c.end(i, off)
		return nil
	})
}

// encodingName folds an encoding's name as Postgres looks it up.
func encodingName(s []byte) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == ' ' {
			return -1
		}
		return r
	}, string(s)))
}

func convertFrom(c *call) error {
	s, enc := c.text(0), c.text(1)
	return c.each(func(i int) error {
		b := s.At(i)
		switch encodingName(enc.At(i)) {
		case "utf8", "unicode":
			if !utf8.Valid(b) || bytes.IndexByte(b, 0) >= 0 {
				return errInvalidUTF8(b)
			}
			c.putText(i, b)
		case "sqlascii":
			c.putText(i, b)
		case "latin1", "iso88591":
			off := c.begin()
			for _, x := range b {
				c.s.heap = utf8.AppendRune(c.s.heap, rune(x))
			}
			c.end(i, off)
		default:
			return sqlerr.New(sqlerr.InvalidParameterValue, "invalid source encoding name %s", sqlerr.Quote(string(enc.At(i))))
		}
		return nil
	})
}

func errInvalidUTF8(b []byte) error {
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 || r == 0 {
			break
		}
		b = b[size:]
	}
	n := 1
	switch {
	case b[0]&0xf8 == 0xf0:
		n = 4
	case b[0]&0xf0 == 0xe0:
		n = 3
	case b[0]&0xe0 == 0xc0:
		n = 2
	}
	var hexes []string
	for _, x := range b[:min(n, len(b))] {
		hexes = append(hexes, "0x"+hex.EncodeToString([]byte{x}))
	}
	return sqlerr.New(sqlerr.CharacterNotInRepertoire, "invalid byte sequence for encoding \"UTF8\": %s", strings.Join(hexes, " "))
}

func convertTo(c *call) error {
	s, enc := c.text(0), c.text(1)
	return c.each(func(i int) error {
		b := s.At(i)
		switch encodingName(enc.At(i)) {
		case "utf8", "unicode", "sqlascii":
			c.putText(i, b)
		case "latin1", "iso88591":
			off := c.begin()
			for len(b) > 0 {
				r, size := utf8.DecodeRune(b)
				if r > 0xff {
					var hexes []string
					for _, x := range b[:size] {
						hexes = append(hexes, "0x"+hex.EncodeToString([]byte{x}))
					}
					return sqlerr.New(sqlerr.UntranslatableCharacter,
						"character with byte sequence %s in encoding \"UTF8\" has no equivalent in encoding \"LATIN1\"", strings.Join(hexes, " "))
				}
				c.s.heap = append(c.s.heap, byte(r))
				b = b[size:]
			}
			c.end(i, off)
		default:
			return sqlerr.New(sqlerr.InvalidParameterValue, "invalid destination encoding name %s", sqlerr.Quote(string(enc.At(i))))
		}
		return nil
	})
}
