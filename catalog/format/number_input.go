package format

import (
	"strings"
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// numReader reads a number along a template.
type numReader struct {
	t         *Number
	in        string
	at        int
	sign      byte // ' ' until one is read
	num       []byte
	readPre   int
	readPost  int
	readPoint bool
}

// ParseNumeric is to_number(text, template); ok is false where that is NULL,
// for an empty template.
func (t *Number) ParseNumeric(text string) (n numeric.Numeric, ok bool, err error) {
	if t.empty || t.err != nil {
		return n, false, t.err
	}
	if t.has(fExponent) {
		return n, false, sqlerr.New(sqlerr.FeatureNotSupported, `"EEEE" not supported for input`)
	}
	if t.has(fRoman) {
		return n, false, sqlerr.New(sqlerr.FeatureNotSupported, `"RN" not supported for input`)
	}
	r := &numReader{t: t, in: text, sign: ' '}
	for _, node := range t.nodes {
		if r.done() {
			break
		}
		r.node(node)
	}
	digits := strings.TrimSuffix(string(r.num), ".")
	n, err = numeric.Parse(string(r.sign) + digits)
	if err != nil {
		return n, false, err
	}
	if n, err = numeric.ApplyTypmod(n, numeric.Typmod(t.pre+t.multi+r.readPost, r.readPost)); err != nil {
		return n, false, err
	}
	if t.has(fMulti) {
		p, err := numeric.Power(numeric.FromInt64(10), numeric.FromInt64(int64(-t.multi)))
		if err != nil {
			return n, false, err
		}
		if n, err = numeric.Mul(n, p); err != nil {
			return n, false, err
		}
	}
	return n, true, nil
}

func (r *numReader) done() bool { return r.at >= len(r.in) }

func (r *numReader) cur() byte {
	if r.done() {
		return 0
	}
	return r.in[r.at]
}

func (r *numReader) skipChar() {
	_, size := utf8.DecodeRuneInString(r.in[r.at:])
	r.at += size
}

// skipText skips up to n characters that cannot be part of a number.
func (r *numReader) skipText(n int) {
	for ; n > 0 && !r.done() && strings.IndexByte("0123456789.,+-", r.cur()) < 0; n-- {
		r.skipChar()
	}
}

func (r *numReader) node(n numNode) {
	switch n.id {
	case 0:
		r.skipChar()
	case n9, n0, nPoint, nD:
		r.position(n.id)
		r.at++
	case nComma, nG:
		// The comma counts only where a number could hold it.
		if r.t.has(fFill) {
			return
		}
		if r.cur() == ',' {
			r.at++
		}
	case nL:
		r.skipText(1)
	case nTH:
		if !r.t.has(fDecimal) {
			r.skipText(2)
		}
	case nMI, nPL, nSG:
		c := r.cur()
		if c == '-' && n.id != nPL || c == '+' && n.id != nMI {
			r.sign = c
			r.at++
		} else {
			r.skipText(1)
		}
	}
}

// position reads a sign in front of the first digit, a digit or the point, and
// a sign behind the last.
func (r *numReader) position(id numID) {
	if r.done() {
		return
	}
	if r.cur() == ' ' {
		r.at++
	}
	if r.done() {
		return
	}
	if r.sign == ' ' && (id == n0 || id == n9) && r.readPre+r.readPost == 0 {
		r.leadingSign()
	}
	if r.done() {
		return
	}
	read := false
	switch c := r.cur(); {
	case isDigit(c):
		if r.readPoint && r.readPost == r.t.post {
			return
		}
		r.num = append(r.num, c)
		if r.readPoint {
			r.readPost++
		} else {
			r.readPre++
		}
		read = true
	case r.t.has(fDecimal) && !r.readPoint && c == '.':
		r.num = append(r.num, '.')
		r.readPoint, read = true, true
	}
	if r.sign != ' ' || r.readPre+r.readPost == 0 {
		return
	}
	switch {
	case r.t.has(fSign) && read && r.at+1 < len(r.in) && !isDigit(r.in[r.at+1]):
		if c := r.in[r.at+1]; c == '-' || c == '+' {
			r.sign = c
			r.at++
		}
	case !read && !r.t.has(fSign) && r.t.has(fPlus|fMinus):
		if c := r.cur(); c == '-' || c == '+' {
			r.sign = c
		}
	}
}

func (r *numReader) leadingSign() {
	c := r.cur()
	if r.t.has(fSign) && r.t.sign == signBefore {
		if c == '-' || c == '+' {
			r.sign = c
			r.at++
		}
		return
	}
	switch {
	case c == '-' || r.t.has(fBracket) && c == '<':
		r.sign = '-'
		r.at++
	case c == '+':
		r.sign = '+'
		r.at++
	}
}
