package csv

import (
	"bytes"
	"math/bits"
)

// Type is what a column's values look like.
type Type uint16

// A value's guess is the set of the types that it fits; a column's is what all
// of its values have in common. The order is that of preference.
const (
	Bool  Type = 1 << iota
	Int        // fits 64 bits
	Whole      // a whole number that may not
	Float
	Date    // year first
	DateDMY // day, month, year
	DateMDY
	Time
	Timestamp
	TimestampDMY
	TimestampMDY
	TimestampTZ
	Text
	anyType = Text<<1 - 1
)

// Guess is the set of types that a text fits. The empty text fits Text only.
func Guess(b []byte) Type {
	b = bytes.Trim(b, " \t")
	if len(b) == 0 || len(b) > 40 {
		return Text
	}
	switch c := b[0]; {
	case c >= '0' && c <= '9':
		if t := guessNumber(b); t != 0 {
			return t | Text
		}
		return guessTime(b) | Text
	case c == '-' || c == '.':
		return guessNumber(b) | Text
	default:
		return guessWord(b) | Text
	}
}

func guessWord(b []byte) Type {
	if len(b) > 9 {
		return 0
	}
	switch string(bytes.ToLower(b)) {
	case "t", "f", "true", "false":
		return Bool
	case "nan", "inf", "infinity", "+inf", "+infinity":
		return Float
	}
	return 0
}

// guessNumber knows [-]digits[.digits][e[±]digits] and -inf. A number with a zero in
// front is text: it is a code (a postcode, an account) whose zeros count.
func guessNumber(b []byte) Type {
	i := 0
	if b[0] == '-' {
		i++
	}
	start := i
	for i < len(b) && isDigit(b[i]) {
		i++
	}
	whole := i - start
	if whole > 1 && b[start] == '0' {
		return 0
	}
	if i == len(b) {
		switch digits := b[start:]; {
		case whole == 0:
			return 0
		case whole < 19 || whole == 19 && (string(digits) <= "9223372036854775807" || start == 1 && string(digits) == "9223372036854775808"):
			return Int | Whole | Float
		}
		return Whole | Float
	}
	if b[i] == '.' {
		i++
		from := i
		for i < len(b) && isDigit(b[i]) {
			i++
		}
		if whole+i-from == 0 {
			return 0
		}
	}
	if whole == 0 && i == start {
		if w := string(bytes.ToLower(b[i:])); w == "inf" || w == "infinity" {
			return Float
		}
		return 0
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		from := i
		for i < len(b) && isDigit(b[i]) {
			i++
		}
		if i == from || i-from > 3 {
			return 0
		}
	}
	if i == len(b) {
		return Float
	}
	return 0
}

func isDigit(c byte) bool { return c-'0' < 10 }

// digits reads up to max digits in front of b.
func digits(b []byte, max int) (v, n int) {
	for n < len(b) && n < max && isDigit(b[n]) {
		v = v*10 + int(b[n]-'0')
		n++
	}
	return v, n
}

// guessTime knows dates, times, and both with an offset behind them.
func guessTime(b []byte) Type {
	if _, n := digits(b, 3); n <= 2 && n < len(b) && b[n] == ':' {
		if rest, ok := clock(b); ok && len(rest) == 0 {
			return Time
		}
		return 0
	}
	date, n := guessDate(b)
	switch {
	case date == 0:
		return 0
	case n == len(b):
		return date | date<<4 // a date is a timestamp, too
	case b[n] != ' ' && b[n] != 'T':
		return 0
	}
	rest, ok := clock(b[n+1:])
	switch {
	case !ok:
		return 0
	case len(rest) == 0:
		return date << 4
	case date == Date && zone(rest):
		return TimestampTZ
	}
	return 0
}

// guessDate knows y-m-d, d-m-y and m-d-y with years of four digits and '-', '/'
// or '.' between.
func guessDate(b []byte) (t Type, n int) {
	x, nx := digits(b, 4)
	if nx == len(b) || nx == 3 {
		return 0, 0
	}
	sep := b[nx]
	if sep != '-' && sep != '/' && sep != '.' {
		return 0, 0
	}
	y, ny := digits(b[nx+1:], 2)
	at := nx + 1 + ny
	if ny == 0 || at >= len(b) || b[at] != sep {
		return 0, 0
	}
	z, nz := digits(b[at+1:], 4)
	at += 1 + nz
	if nx == 4 {
		if nz >= 1 && nz <= 2 && x > 0 && y >= 1 && y <= 12 && z >= 1 && z <= 31 {
			return Date, at
		}
		return 0, 0
	}
	if nz != 4 || z == 0 {
		return 0, 0
	}
	if x >= 1 && x <= 31 && y >= 1 && y <= 12 {
		t |= DateDMY
	}
	if x >= 1 && x <= 12 && y >= 1 && y <= 31 {
		t |= DateMDY
	}
	return t, at
}

// clock reads h:mm[:ss[.f]] and gives what follows.
func clock(b []byte) (rest []byte, ok bool) {
	h, n := digits(b, 2)
	if n == 0 || n == len(b) || b[n] != ':' || h > 24 {
		return nil, false
	}
	b = b[n+1:]
	m, n := digits(b, 2)
	if n != 2 || m > 59 {
		return nil, false
	}
	b = b[2:]
	if len(b) == 0 || b[0] != ':' {
		return b, true
	}
	s, n := digits(b[1:], 2)
	if n != 2 || s > 60 {
		return nil, false
	}
	b = b[3:]
	if len(b) == 0 || b[0] != '.' {
		return b, true
	}
	_, n = digits(b[1:], 9)
	return b[1+n:], n > 0
}

// zone knows Z and ±hh[[:]mm], after a space or none.
func zone(b []byte) bool {
	b = bytes.TrimPrefix(b, []byte(" "))
	if len(b) == 1 && b[0]|0x20 == 'z' || string(b) == "UTC" {
		return true
	}
	if len(b) < 3 || b[0] != '+' && b[0] != '-' {
		return false
	}
	_, n := digits(b[1:], 2)
	if n != 2 {
		return false
	}
	b = bytes.TrimPrefix(b[3:], []byte(":"))
	_, n = digits(b, 2)
	return len(b) == 0 || len(b) == 2 && n == 2
}

// best is the preferred type of a set. Where day and month could stand either
// way round in all values, nothing is guessed: that is text.
func (t Type) best() Type {
	for _, both := range []Type{DateDMY | DateMDY, TimestampDMY | TimestampMDY} {
		if t&both == both {
			t &^= both
		}
	}
	return 1 << bits.TrailingZeros16(uint16(t|Text))
}
