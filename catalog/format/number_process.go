package format

import (
	"strings"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// writer lays a number out along a template.
type writer struct {
	t    *Number
	d    digitsOf
	out  []byte
	flag numFlags

	lsign     int
	zeroStart int
	at        int  // index of the next digit of d.digits
	relevant  int  // index of the last digit that FM keeps; -1: all
	count     int  // digit positions less one
	current   int  // digit positions done
	inNumber  bool // a digit was written
	signDone  bool
	err       error
}

// process appends the number as the template shows it.
func (t *Number) process(dst []byte, d digitsOf) ([]byte, error) {
	start := len(dst)
	w := &writer{t: t, d: d, out: dst, flag: t.flags, lsign: t.sign, zeroStart: max(t.zeroStart-1, 0), relevant: -1}
	preSign := t.preSign
	if w.has(fRoman) {
		w.flag = w.flag&fFill | fRoman
		w.lsign, preSign = signNone, 0
	}
	switch {
	case w.has(fPlus | fMinus):
		// MI and SG write the sign themselves; PL only a plus.
		w.signDone = !(w.has(fPlus) && !w.has(fMinus))
	default:
		if d.sign != '-' && w.has(fFill) {
			w.flag &^= fBracket
		}
		w.signDone = d.sign == '+' && w.has(fFill) && !w.has(fSign)
		if w.lsign == signBefore && d.pre == preSign {
			w.lsign = signAfter
		}
	}
	w.count = d.post + d.pre - 1
	if w.has(fFill) && w.has(fDecimal) {
		w.relevant = lastRelevant(d.digits)
		if w.relevant >= 0 && t.zeroEnd > d.blanks {
			w.relevant = max(w.relevant, min(len(d.digits)-1, t.zeroEnd-d.blanks))
		}
	}
	if !w.signDone && d.blanks == 0 {
		w.count++
	}
	for _, n := range t.nodes {
		w.node(n)
	}
	// A digit that is not there ends the text, as the end of a C string does.
	for i := start; i < len(w.out); i++ {
		if w.out[i] == 0 {
			return w.out[:i], w.err
		}
	}
	return w.out, w.err
}

func (w *writer) has(f numFlags) bool { return w.flag&f != 0 }

// lastRelevant is the index of the last digit after the point that is no zero,
// or of the point; -1 without a point.
func lastRelevant(s string) int {
	p := strings.IndexByte(s, '.')
	if p < 0 {
		return -1
	}
	last := p
	for i := p + 1; i < len(s); i++ {
		if s[i] != '0' {
			last = i
		}
	}
	return last
}

// digit is the digit at i, or 0 behind the last.
func (w *writer) digit(i int) byte {
	if i < len(w.d.digits) {
		return w.d.digits[i]
	}
	return 0
}

// relevantPoint says whether FM leaves nothing after the point.
func (w *writer) relevantPoint() bool { return w.relevant >= 0 && w.digit(w.relevant) == '.' }

// blankZero says whether the number begins with the 0 of 0.1, which 9.9 shows
// as a blank.
func (w *writer) blankZero() bool {
	return !w.has(fZero) && w.at == 0 && w.digit(0) == '0' && w.d.post != 0
}

func (w *writer) put(c byte) { w.out = append(w.out, c) }

func (w *writer) node(n numNode) {
	switch n.id {
	case 0:
		w.out = append(w.out, n.char...)
	case n9, n0, nPoint, nD:
		w.position(n.id)
	case nComma, nG:
		switch {
		case w.inNumber:
			w.put(',')
		case !w.has(fFill):
			w.put(' ')
		}
	case nL:
		w.put(' ')
	case nRN:
		r := w.d.digits
		if n.lower {
			r = strings.ToLower(r)
		}
		if !w.has(fFill) {
			for i := len(r); i < 15; i++ {
				w.put(' ')
			}
		}
		w.out = append(w.out, r...)
	case nTH:
		if w.has(fRoman|fDecimal) || w.digit(0) == '#' || w.d.sign == '-' {
			return
		}
		if c := w.digit(len(w.d.digits) - 1); !isDigit(c) && w.err == nil {
			w.err = sqlerr.New(sqlerr.InvalidTextRepresentation, "%s is not a number", sqlerr.Quote(w.d.digits))
			return
		}
		w.out = append(w.out, ordinal([]byte(w.d.digits), !n.lower)...)
	case nMI:
		w.mark(w.d.sign == '-', '-')
	case nPL:
		w.mark(w.d.sign == '+', '+')
	case nSG:
		w.put(w.d.sign)
	}
}

// mark writes a sign, or a blank in its place.
func (w *writer) mark(shown bool, c byte) {
	switch {
	case shown:
		w.put(c)
	case !w.has(fFill):
		w.put(' ')
	}
}

// position does one 9, 0, point or D, with the sign in front of the first.
func (w *writer) position(id numID) {
	if w.has(fRoman) {
		return
	}
	w.inNumber = false
	w.signBefore()
	switch {
	case w.current < w.d.blanks && (w.zeroStart > w.current || !w.has(fZero)):
		if !w.has(fFill) {
			w.put(' ')
		}
	case w.has(fZero) && w.current < w.d.blanks && w.zeroStart <= w.current:
		w.put('0')
		w.inNumber = true
	default:
		w.numeral(id)
		if w.at < len(w.d.digits) {
			w.at++
		}
	}
	w.signAfter()
	w.current++
}

// signBefore writes the sign when the first digit is due.
func (w *writer) signBefore() {
	due := w.current >= w.d.blanks || w.has(fZero) && w.zeroStart == w.current
	if w.signDone || !due || w.blankZero() && !w.relevantPoint() {
		return
	}
	switch {
	case w.has(fSign):
		if w.lsign == signBefore {
			w.put(w.d.sign)
			w.signDone = true
		}
	case w.has(fBracket):
		if w.d.sign == '+' {
			w.put(' ')
		} else {
			w.put('<')
		}
		w.signDone = true
	case w.d.sign == '+':
		if !w.has(fFill) {
			w.put(' ')
		}
		w.signDone = true
	case w.d.sign == '-':
		w.put('-')
		w.signDone = true
	}
}

// numeral writes the digit or point that is due.
func (w *writer) numeral(id numID) {
	if w.digit(w.at) == '.' {
		// With FM a point is written even where no digit follows.
		if !w.relevantPoint() || w.has(fFill) {
			w.put('.')
		}
		return
	}
	switch {
	case w.relevant >= 0 && w.at > w.relevant && id != n0:
	case w.blankZero():
		if !w.has(fFill) {
			w.put(' ')
		} else if w.relevantPoint() {
			w.put('0')
		}
	default:
		w.put(w.digit(w.at))
		w.inNumber = true
	}
}

// signAfter closes the number behind its last digit.
func (w *writer) signAfter() {
	end := w.count
	if w.d.blanks > 0 {
		end++
	}
	if w.has(fDecimal) {
		end++
	}
	if w.relevant >= 0 && w.relevant == w.at {
		end = w.current
	}
	if w.current+1 != end {
		return
	}
	switch {
	case w.signDone && w.has(fBracket):
		if w.d.sign == '+' {
			w.put(' ')
		} else {
			w.put('>')
		}
	case w.has(fSign) && w.lsign == signAfter:
		w.put(w.d.sign)
	}
}
