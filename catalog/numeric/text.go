package numeric

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// Parse reads any text that Postgres takes for a numeric: white space around
// it, a sign, digits with a point, an exponent, NaN, Infinity and inf in any
// case, and Postgres 16's hexadecimal, octal and binary integers and
// underscores between digits.
func Parse(s string) (Numeric, error) {
	n, err := parse(s)
	if err == errSyntax {
		return n, sqlerr.New(sqlerr.InvalidTextRepresentation, "invalid input syntax for type numeric: %s", sqlerr.Quote(s))
	}
	return n, err
}

// MustParse is Parse for texts that are known to be right.
func MustParse(s string) Numeric {
	n, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return n
}

type syntaxError struct{}

func (syntaxError) Error() string { return "invalid input syntax for type numeric" }

var errSyntax error = syntaxError{}

// isSpace says whether Postgres skips c around values (C's isspace).
func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

func trim(s string) string {
	for len(s) > 0 && isSpace(s[0]) {
		s = s[1:]
	}
	for len(s) > 0 && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

func parse(in string) (Numeric, error) {
	s := trim(in)
	neg := false
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		neg = s[0] == '-'
		s = s[1:]
	}
	if len(s) == 0 {
		return Numeric{}, errSyntax
	}
	switch s[0] {
	case 'n', 'N':
		if strings.EqualFold(s, "nan") && len(trim(in)) == 3 {
			return NaN, nil
		}
		return Numeric{}, errSyntax
	case 'i', 'I':
		if strings.EqualFold(s, "infinity") || strings.EqualFold(s, "inf") {
			if neg {
				return NegInf, nil
			}
			return PosInf, nil
		}
		return Numeric{}, errSyntax
	}
	if len(s) > 2 && s[0] == '0' {
		switch s[1] {
		case 'x', 'X':
			return parseRadix(s[2:], 16, neg)
		case 'o', 'O':
			return parseRadix(s[2:], 8, neg)
		case 'b', 'B':
			return parseRadix(s[2:], 2, neg)
		}
	}
	return parseDecimal(s, neg)
}

func parseDecimal(s string, neg bool) (Numeric, error) {
	var c u128
	var digits []byte // all significant digits, once they may not fit into c
	count, scale := 0, 0
	point, any := false, false
	i := 0
loop:
	for ; i < len(s); i++ {
		ch := s[i]
		switch {
		case ch >= '0' && ch <= '9':
			any = true
			if point {
				scale++
			}
			if count == 0 && ch == '0' {
				continue
			}
			count++
			switch {
			case count <= 19:
				c.lo = c.lo*10 + uint64(ch-'0')
			case count <= 38:
				c, _ = c.mul(u128{0, 10})
				c, _ = c.add(u128{0, uint64(ch - '0')})
			default:
				if digits == nil {
					digits = append(make([]byte, 0, len(s)), appendCoef(nil, c)...)
				}
				digits = append(digits, ch)
			}
		case ch == '.' && !point:
			point = true
		case ch == '_':
			if i == 0 || !isDigit(s[i-1]) || i+1 >= len(s) || !isDigit(s[i+1]) {
				return Numeric{}, errSyntax
			}
		default:
			break loop
		}
	}
	if !any {
		return Numeric{}, errSyntax
	}
	exp := 0
	if i < len(s) {
		var err error
		if exp, err = parseExponent(s[i:]); err != nil {
			return Numeric{}, err
		}
	}
	scale -= exp
	shift := 0
	if scale < 0 {
		shift, scale = -scale, 0
	}
	if scale > MaxScale || count > 0 && count+shift-scale > maxDigits {
		return Numeric{}, errFormatOverflow()
	}
	if digits == nil {
		if shifted, ok := c.mulPow10(shift); ok {
			return fromCoef(neg, shifted, scale), nil
		}
		return fromBig(neg, new(big.Int).Mul(c.big(), bigPow10(shift)), scale), nil
	}
	m, _ := new(big.Int).SetString(string(digits), 10)
	if shift > 0 {
		m.Mul(m, bigPow10(shift))
	}
	return fromBig(neg, m, scale), nil
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// parseExponent reads "e", an optional sign and digits, up to the end of s.
func parseExponent(s string) (int, error) {
	if s[0] != 'e' && s[0] != 'E' {
		return 0, errSyntax
	}
	s = s[1:]
	neg := false
	if len(s) > 0 && (s[0] == '+' || s[0] == '-') {
		neg = s[0] == '-'
		s = s[1:]
	}
	if len(s) == 0 {
		return 0, errSyntax
	}
	e := 0
	for i := 0; i < len(s); i++ {
		switch {
		case isDigit(s[i]):
			if e < 1<<30 {
				e = e*10 + int(s[i]-'0')
			}
		case s[i] == '_' && i > 0 && isDigit(s[i-1]) && i+1 < len(s) && isDigit(s[i+1]):
		default:
			return 0, errSyntax
		}
	}
	if e >= 1<<30-1 {
		return 0, errFormatOverflow()
	}
	if neg {
		e = -e
	}
	return e, nil
}

// parseRadix reads the digits after 0x, 0o or 0b.
func parseRadix(s string, base int, neg bool) (Numeric, error) {
	digits := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '_' {
			if i+1 >= len(s) || s[i+1] == '_' {
				return Numeric{}, errSyntax
			}
			continue
		}
		if d := hexDigit(s[i]); d < 0 || d >= base {
			return Numeric{}, errSyntax
		}
		digits = append(digits, s[i])
	}
	if len(digits) > maxDigits { // a digit of any base is at most 1.21 decimal ones
		return Numeric{}, errFormatOverflow()
	}
	m, ok := new(big.Int).SetString(string(digits), base)
	if !ok {
		return Numeric{}, errSyntax
	}
	return checked(fromBig(neg, m, 0))
}

func hexDigit(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// String is n as Postgres prints it.
func (n Numeric) String() string { return string(n.AppendText(nil)) }

// AppendText appends n as Postgres prints it.
func (n Numeric) AppendText(dst []byte) []byte {
	switch n.form {
	case nan:
		return append(dst, "NaN"...)
	case posInf:
		return append(dst, "Infinity"...)
	case negInf:
		return append(dst, "-Infinity"...)
	}
	if n.neg {
		dst = append(dst, '-')
	}
	start := len(dst)
	if n.big != nil {
		dst = n.big.Append(dst, 10)
	} else {
		dst = appendCoef(dst, n.coef())
	}
	return placePoint(dst, start, int(n.scale))
}

// AppendScaled64 appends v × 10^-scale as Postgres prints it; NaN64 is NaN.
func AppendScaled64(dst []byte, v int64, scale int) []byte {
	if v == NaN64 {
		return append(dst, "NaN"...)
	}
	u := uint64(v)
	if v < 0 {
		dst = append(dst, '-')
		u = -u
	}
	start := len(dst)
	dst = strconv.AppendUint(dst, u, 10)
	return placePoint(dst, start, scale)
}

// AppendScaled128 appends the two's complement integer hi:lo × 10^-scale;
// NaN128 is NaN.
func AppendScaled128(dst []byte, hi int64, lo uint64, scale int) []byte {
	return FromScaled128(hi, lo, scale).AppendText(dst)
}

// placePoint puts the point scale digits before the end of the digits that
// start at start, with zeros in front where there are too few.
func placePoint(dst []byte, start, scale int) []byte {
	if scale == 0 {
		return dst
	}
	n := len(dst) - start
	if n <= scale {
		pad := scale - n + 1
		for range pad {
			dst = append(dst, '0')
		}
		copy(dst[start+pad:], dst[start:start+n])
		for i := range pad {
			dst[start+i] = '0'
		}
	}
	dst = append(dst, 0)
	p := len(dst) - 1 - scale
	copy(dst[p+1:], dst[p:len(dst)-1])
	dst[p] = '.'
	return dst
}

// appendCoef appends the decimal digits of c, 19 at a time.
func appendCoef(dst []byte, c u128) []byte {
	if c.hi == 0 {
		return strconv.AppendUint(dst, c.lo, 10)
	}
	q, r := c.quoRem(pow10[19])
	if q.hi == 0 {
		dst = strconv.AppendUint(dst, q.lo, 10)
	} else {
		top, mid := q.quoRem(pow10[19])
		dst = strconv.AppendUint(dst, top.lo, 10)
		dst = appendPadded(dst, mid.lo)
	}
	return appendPadded(dst, r.lo)
}

// appendPadded appends v as exactly 19 digits.
func appendPadded(dst []byte, v uint64) []byte {
	var b [19]byte
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = byte('0' + v%10)
		v /= 10
	}
	return append(dst, b[:]...)
}
