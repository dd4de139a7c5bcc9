package types

import (
	"math"
	"math/bits"
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// AppendFloat8 appends a float8 as Postgres prints it: the shortest text that
// reads back as the same number where extraDigits is above 0, else rounded to
// 15 + extraDigits digits.
func AppendFloat8(dst []byte, f float64, extraDigits int) []byte {
	if s, special := specialFloat(f); special {
		return append(dst, s...)
	}
	if extraDigits <= 0 {
		return appendG(dst, f, max(15+extraDigits, 1), 64)
	}
	return appendShortest(dst, f, 64, 15)
}

// AppendFloat4 is AppendFloat8 for a float4, with 6 digits.
func AppendFloat4(dst []byte, f float32, extraDigits int) []byte {
	if s, special := specialFloat(float64(f)); special {
		return append(dst, s...)
	}
	if extraDigits <= 0 {
		return appendG(dst, float64(f), max(6+extraDigits, 1), 32)
	}
	return appendShortest(dst, float64(f), 32, 6)
}

func specialFloat(f float64) (string, bool) {
	switch {
	case math.IsNaN(f):
		return "NaN", true
	case math.IsInf(f, 1):
		return "Infinity", true
	case math.IsInf(f, -1):
		return "-Infinity", true
	}
	return "", false
}

// appendShortest writes the shortest digits, with an exponent below 10^-4 and
// from 10^limit on.
func appendShortest(dst []byte, f float64, width, limit int) []byte {
	if f == math.Trunc(f) && math.Abs(f) < 1e6 && (f != 0 || !math.Signbit(f)) {
		return strconv.AppendInt(dst, int64(f), 10)
	}
	var buf [32]byte
	b := strconv.AppendFloat(buf[:0], f, 'e', -1, width)
	b = insideInterval(b, f, width)
	return layOut(dst, b, limit)
}

// layOut turns d.ddde±xx into Postgres's form: as it is, or without exponent
// where that is from -4 to below limit.
func layOut(dst, b []byte, limit int) []byte {
	e := len(b) - 1
	for b[e] != 'e' {
		e--
	}
	exp, _ := strconv.Atoi(string(b[e+1:]))
	if exp < -4 || exp >= limit {
		return append(dst, b...) // Go writes at least two digits of exponent, as C does
	}
	if b[0] == '-' {
		dst = append(dst, '-')
		b = b[1:]
		e--
	}
	var digits [20]byte
	d := append(digits[:0], b[0])
	if e > 2 {
		d = append(d, b[2:e]...)
	}
	if exp < 0 {
		dst = append(dst, "0.000"[:1-exp]...)
		return append(dst, d...)
	}
	for i := 0; i <= exp; i++ {
		if i < len(d) {
			dst = append(dst, d[i])
		} else {
			dst = append(dst, '0')
		}
	}
	if len(d) > exp+1 {
		dst = append(append(dst, '.'), d[exp+1:]...)
	}
	return dst
}

// insideInterval makes sure that the digits lie strictly inside the interval
// of numbers that read back as f. Go may choose a point half way between two
// floats, which reads back right because ties go to even; Postgres never does,
// and takes a digit more.
func insideInterval(b []byte, f float64, width int) []byte {
	var mant uint64
	var exp int
	if width == 64 {
		u := math.Float64bits(f)
		mant, exp = u&(1<<52-1), int(u>>52&0x7ff)
		if exp == 0 {
			exp++
		} else {
			mant |= 1 << 52
		}
		exp -= 1075
	} else {
		u := math.Float32bits(float32(f))
		mant, exp = uint64(u&(1<<23-1)), int(u>>23&0xff)
		if exp == 0 {
			exp++
		} else {
			mant |= 1 << 23
		}
		exp -= 150
	}
	if mant&1 == 1 { // an odd mantissa loses ties
		return b
	}
	for prec := digitCount(b) - 1; onBoundary(b, mant, exp); {
		prec++
		b = strconv.AppendFloat(b[:0], f, 'e', prec, width)
		b = trimMantissa(b)
	}
	return b
}

func digitCount(b []byte) int {
	n := 0
	for _, c := range b {
		if c == 'e' {
			break
		}
		if c >= '0' && c <= '9' {
			n++
		}
	}
	return n
}

// trimMantissa drops zeros at the end of the digits of d.ddde±xx.
func trimMantissa(b []byte) []byte {
	e := len(b) - 1
	for b[e] != 'e' {
		e--
	}
	end := e
	for end > 0 && b[end-1] == '0' {
		end--
	}
	if end > 0 && b[end-1] == '.' {
		end--
	}
	return append(b[:end], b[e:]...)
}

// onBoundary says whether the decimal text b is exactly (2 mant ± 1) × 2^(exp-1)
// or, below a power of two, (4 mant - 1) × 2^(exp-2).
func onBoundary(b []byte, mant uint64, exp int) bool {
	var d uint64
	scale := 0
	point := false
	i := 0
	for ; b[i] != 'e'; i++ {
		switch c := b[i]; {
		case c == '.':
			point = true
		case c >= '0' && c <= '9':
			d = d*10 + uint64(c-'0')
			if point {
				scale--
			}
		}
	}
	e, _ := strconv.Atoi(string(b[i+1:]))
	scale += e
	for d != 0 && d%10 == 0 {
		d /= 10
		scale++
	}
	// d × 10^scale = odd × 2^k needs 5^|scale| to cancel within 64 bits.
	if scale > 27 || scale < -27 || d == 0 {
		return false
	}
	two := scale
	if scale >= 0 {
		for range scale {
			hi, lo := bits.Mul64(d, 5)
			if hi != 0 {
				return false
			}
			d = lo
		}
	} else {
		for range -scale {
			if d%5 != 0 {
				return false
			}
			d /= 5
		}
	}
	two += bits.TrailingZeros64(d)
	d >>= bits.TrailingZeros64(d)
	return same(d, two, 2*mant+1, exp-1) || same(d, two, 2*mant-1, exp-1) ||
		mant&(mant-1) == 0 && same(d, two, 4*mant-1, exp-2)
}

// same says whether odd × 2^two is m × 2^exp.
func same(odd uint64, two int, m uint64, exp int) bool {
	z := bits.TrailingZeros64(m)
	return odd == m>>z && two == exp+z
}

// appendG is C's %.*g.
func appendG(dst []byte, f float64, digits, width int) []byte {
	var buf [40]byte
	b := strconv.AppendFloat(buf[:0], f, 'e', digits-1, 64)
	_ = width // a float4 is printed through its exact float8
	if f != 0 {
		b = trimMantissa(b)
	} else {
		b = append(b[:0], "0e+00"...)
		if math.Signbit(f) {
			b = append(b[:0], "-0e+00"...)
		}
	}
	return layOut(dst, b, digits)
}

// ParseFloat8 reads a float8.
func ParseFloat8(s string) (float64, error) { return parseFloat(s, 64, "double precision") }

// ParseFloat4 reads a float4.
func ParseFloat4(s string) (float32, error) {
	f, err := parseFloat(s, 32, "real")
	return float32(f), err
}

func parseFloat(in string, width int, typeName string) (float64, error) {
	s := trimSpace(in)
	plain := len(s) > 0
	for i := 0; i < len(s); i++ {
		if c := s[i]; !isDigit(c) && c != '.' && c != '-' && c != '+' && c|0x20 != 'e' {
			plain = false
			break
		}
	}
	var f float64
	var err error
	switch {
	case plain:
		f, err = strconv.ParseFloat(s, width)
	default:
		var known bool
		if f, known = parseSpecialFloat(s); !known {
			f, err = parseHexFloat(s, width)
		} else {
			return f, nil
		}
	}
	if err != nil {
		if ne, ok := err.(*strconv.NumError); ok && ne.Err == strconv.ErrRange {
			return 0, floatRange(s, typeName)
		}
		return 0, invalidSyntax(typeName, in)
	}
	if f == 0 && hasNonZeroDigit(s) {
		return 0, floatRange(s, typeName)
	}
	return f, nil
}

func floatRange(s, typeName string) error {
	return sqlerr.New(sqlerr.NumericValueOutOfRange, "%s is out of range for type %s", sqlerr.Quote(s), typeName)
}

// hasNonZeroDigit says whether the mantissa has one: then 0 is an underflow.
func hasNonZeroDigit(s string) bool {
	for i := 0; i < len(s) && s[i]|0x20 != 'e'; i++ {
		if s[i] >= '1' && s[i] <= '9' {
			return true
		}
	}
	return false
}

func parseSpecialFloat(s string) (float64, bool) {
	sign := 1
	t := s
	if len(t) > 0 && (t[0] == '-' || t[0] == '+') {
		if t[0] == '-' {
			sign = -1
		}
		t = t[1:]
	}
	switch strings.ToLower(t) {
	case "nan":
		return math.NaN(), true
	case "inf", "infinity":
		return math.Inf(sign), true
	}
	return 0, false
}

// parseHexFloat reads C's hexadecimal floats, whose exponent may be left out.
func parseHexFloat(s string, width int) (float64, error) {
	lower := strings.ToLower(s)
	if strings.Contains(lower, "_") || !strings.HasPrefix(strings.TrimLeft(lower, "+-"), "0x") {
		return 0, strconv.ErrSyntax
	}
	if !strings.Contains(lower, "p") {
		lower += "p0"
	}
	return strconv.ParseFloat(lower, width)
}
