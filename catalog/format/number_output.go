package format

import (
	"math"
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// digitsOf is a number ready for a template: its digits without sign, rounded,
// and how the template's counts change with it.
type digitsOf struct {
	digits    string
	sign      byte
	pre, post int
	blanks    int // unused digit positions in front
}

// AppendNumeric is to_char(numeric, template).
func (t *Number) AppendNumeric(dst []byte, n numeric.Numeric) ([]byte, error) {
	if t.empty || t.err != nil {
		return dst, t.err
	}
	switch {
	case t.has(fRoman):
		r, err := numeric.Round(n, 0)
		if err != nil {
			return dst, err
		}
		v, err := r.Int32()
		if err != nil {
			return dst, err
		}
		return t.process(dst, digitsOf{digits: roman(int64(v))})
	case t.has(fExponent):
		return append(dst, t.scientific(n)...), nil
	}
	pre := t.pre
	if t.has(fMulti) {
		p, err := numeric.Power(numeric.FromInt64(10), numeric.FromInt64(int64(t.multi)))
		if err != nil {
			return dst, err
		}
		if n, err = numeric.Mul(n, p); err != nil {
			return dst, err
		}
		pre += t.multi
	}
	r, err := numeric.Round(n, t.post)
	if err != nil {
		return dst, err
	}
	return t.process(dst, fit(r.String(), pre, t.post))
}

// fit counts blanks in front of the text of a number, or gives the #s that
// stand for one with too many digits.
func fit(text string, pre, post int) digitsOf {
	d := digitsOf{digits: text, sign: '+', pre: pre, post: post}
	if strings.HasPrefix(text, "-") {
		d.sign, d.digits = '-', text[1:]
	}
	whole := strings.IndexByte(d.digits, '.')
	if whole < 0 {
		whole = len(d.digits)
	}
	switch {
	case whole < pre:
		d.blanks = pre - whole
	case whole > pre:
		d.digits = strings.Repeat("#", pre) + "." + strings.Repeat("#", post)
	}
	return d
}

// AppendInt is to_char(integer, template), and of a bigint.
func (t *Number) AppendInt(dst []byte, v int64, wide bool) ([]byte, error) {
	if t.empty || t.err != nil {
		return dst, t.err
	}
	switch {
	case t.has(fRoman):
		if v != int64(int32(v)) {
			return dst, sqlerr.New(sqlerr.NumericValueOutOfRange, "integer out of range")
		}
		return t.process(dst, digitsOf{digits: roman(v)})
	case t.has(fExponent):
		if wide {
			return append(dst, t.scientific(numeric.FromInt64(v))...), nil
		}
		return appendExponent(dst, float64(v), t.post), nil
	}
	pre := t.pre
	if t.has(fMulti) {
		for range t.multi {
			if v*10/10 != v || !wide && v*10 != int64(int32(v*10)) {
				name := "integer"
				if wide {
					name = "bigint"
				}
				return dst, sqlerr.New(sqlerr.NumericValueOutOfRange, "%s out of range", name)
			}
			v *= 10
		}
		pre += t.multi
	}
	text := strconv.FormatInt(v, 10)
	if t.post > 0 {
		text += "." + strings.Repeat("0", t.post)
	}
	return t.process(dst, fit(text, pre, t.post))
}

// AppendFloat is to_char of a float8, or with precision 6 a float4: digits
// beyond what the type is sure of are left out.
func (t *Number) AppendFloat(dst []byte, v float64, float4 bool) ([]byte, error) {
	if t.empty || t.err != nil {
		return dst, t.err
	}
	precision := 15
	if float4 {
		precision = 6
	}
	switch {
	case t.has(fRoman):
		r := math.RoundToEven(v)
		if math.IsNaN(r) || r > math.MaxInt32 || r < math.MinInt32 {
			r = math.MinInt32 // as C's cast gives
		}
		return t.process(dst, digitsOf{digits: roman(int64(r))})
	case t.has(fExponent):
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return append(dst, t.noExponent()...), nil
		}
		return appendExponent(dst, v, t.post), nil
	}
	pre, post := t.pre, t.post
	if t.has(fMulti) {
		if v *= math.Pow(10, float64(t.multi)); float4 {
			v = float64(float32(v))
		}
		pre += t.multi
	}
	text := func(v float64, digits int) string { return strconv.FormatFloat(v, 'f', digits, 64) }
	if math.IsNaN(v) || math.IsInf(v, 0) {
		// Their letters count as digits.
		text = func(v float64, _ int) string {
			return map[bool]string{true: "NaN", false: strings.TrimPrefix(strconv.FormatFloat(v, 'f', 0, 64), "+") + "inity"}[math.IsNaN(v)]
		}
	}
	whole := len(text(math.Abs(v), 0))
	if whole >= precision {
		post = 0
	} else if whole+post > precision {
		post = precision - whole
	}
	return t.process(dst, fit(text(v, post), pre, post))
}

// appendExponent is C's %+.*e with a blank for the plus.
func appendExponent(dst []byte, v float64, digits int) []byte {
	if !math.Signbit(v) {
		dst = append(dst, ' ')
	}
	return strconv.AppendFloat(dst, v, 'e', digits, 64)
}

// noExponent is what stands for NaN and the infinities with EEEE.
func (t *Number) noExponent() string {
	b := []byte(" " + strings.Repeat("#", t.pre+t.post+5))
	if t.pre+1 < len(b) {
		b[t.pre+1] = '.'
	}
	return string(b)
}

// scientific is a numeric with an exponent and post digits after the point.
func (t *Number) scientific(n numeric.Numeric) string {
	if !n.IsFinite() {
		return t.noExponent()
	}
	exp := 0
	if !n.IsZero() {
		exp = n.Digits() - n.Scale() - 1
	}
	p, _ := numeric.Parse("1e" + strconv.Itoa(exp))
	q := numeric.Quotient(n, p, t.post)
	text := q.String()
	if q.Sign() >= 0 {
		text = " " + text
	}
	e := strconv.Itoa(exp)
	if exp >= 0 {
		e = "+" + e
	}
	if len(e) < 3 {
		e = e[:1] + "0" + e[1:]
	}
	return text + "e" + e
}

// roman is a number as a Roman numeral, #s where there is none.
func roman(n int64) string {
	if n < 1 || n > 3999 {
		return strings.Repeat("#", 15)
	}
	var b strings.Builder
	for _, r := range [...]struct {
		v int64
		s string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for n >= r.v {
			b.WriteString(r.s)
			n -= r.v
		}
	}
	return b.String()
}
