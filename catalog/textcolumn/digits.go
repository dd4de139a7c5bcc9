package textcolumn

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

// load is the eight bytes at off, which may go past the end of b by less than
// record.Slack.
func load(b []byte, off uint32) uint64 {
	p := (*[8]byte)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(b)), off))
	return binary.LittleEndian.Uint64(p[:])
}

const (
	zeros = 0x3030303030303030
	highs = 0xf0f0f0f0f0f0f0f0
)

// digits8 reads the first n bytes of w, 0 to 8, as decimal digits: the classic
// of three multiplications, each of which joins neighbours (D. Lemire, "Quickly
// parsing eight digits", 2018).
func digits8(w uint64, n uint32) (v uint64, ok bool) {
	// The bytes before the digits become '0'. A shift by 64 gives 0 in Go.
	w = w<<(64-8*n) | zeros>>(8*n)
	ok = w&highs|(w+0x0606060606060606)&highs>>4 == 0x3333333333333333
	w -= zeros
	w = w*10 + w>>8
	v = ((w&0x000000ff000000ff)*(100+1000000<<32) + (w>>16&0x000000ff000000ff)*(1+10000<<32)) >> 32
	return v, ok
}

// dotIn is the position of the first '.' in w, 8 for none.
func dotIn(w uint64) uint32 {
	x := w ^ 0x2e2e2e2e2e2e2e2e
	t := ^((x&0x7f7f7f7f7f7f7f7f + 0x7f7f7f7f7f7f7f7f) | x | 0x7f7f7f7f7f7f7f7f)
	return uint32(bits.TrailingZeros64(t)) / 8
}

var pow10 = [...]uint64{1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19}

var floatPow10 = [...]float64{1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18}

// integer reads an unsigned integer of at most 16 digits.
func integer(b []byte, off, n uint32) (uint64, bool) {
	if n <= 8 {
		v, ok := digits8(load(b, off), n)
		return v, ok && n > 0
	}
	if n > 16 {
		return 0, false
	}
	hi, ok1 := digits8(load(b, off), n-8)
	lo, ok2 := digits8(load(b, off+n-8), 8)
	return hi*100000000 + lo, ok1 && ok2
}

// decimal reads [+-]digits[.digits] with at most sixteen digits on either side
// of the point and eighteen in all: the digits as an integer, and how many of
// them stand behind the point.
func decimal(b []byte, off, n uint32) (v uint64, scale uint32, negative, ok bool) {
	if n == 0 {
		return 0, 0, false, false
	}
	if c := b[off]; c == '-' || c == '+' {
		negative = c == '-'
		off++
		n--
	}
	dot := dotIn(load(b, off))
	for at := uint32(8); dot == at && at < n && at <= 16; at += 8 {
		dot = at + dotIn(load(b, off+at))
	}
	if dot >= n { // none
		v, ok = integer(b, off, n)
		return v, 0, negative, ok
	}
	scale = n - dot - 1
	if n-1 > 18 || n == 1 {
		return 0, 0, false, false
	}
	whole, ok1 := uint64(0), true
	if dot > 0 {
		whole, ok1 = integer(b, off, dot)
	}
	part, ok2 := uint64(0), true
	if scale > 0 {
		part, ok2 = integer(b, off+dot+1, scale)
	}
	return whole*pow10[scale] + part, scale, negative, ok1 && ok2
}

// monthDays are the days before each month of a year, from 1.
var monthDays = [...]int32{0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365}

// isoDate reads the ten bytes YYYY-MM-DD at off, the year from 0001.
func isoDate(b []byte, off uint32) (days int32, ok bool) {
	w := load(b, off)
	// YYYY-MM- : the dashes are at 4 and 7.
	if w&0xff0000ff00000000 != 0x2d00002d00000000 {
		return 0, false
	}
	w2 := load(b, off+2) // YY-MM-DD
	d := w&0x00ffff00ffffffff | 0x3000003000000000
	e := w2 & 0xffff000000000000
	if d&highs != zeros || (d+0x0606060606060606)&highs != zeros || e&0xf0f0000000000000 != 0x3030000000000000 || (e+0x0606000000000000)&0xf0f0000000000000 != 0x3030000000000000 {
		return 0, false
	}
	year := int32(w&15)*1000 + int32(w>>8&15)*100 + int32(w>>16&15)*10 + int32(w>>24&15)
	month := int32(w>>40&15)*10 + int32(w>>48&15)
	day := int32(w2>>48&15)*10 + int32(w2>>56&15)
	if month < 1 || month > 12 || day < 1 || day > 31 || year < 1 {
		return 0, false
	}
	leap := int32(0)
	if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		leap = 1
	}
	before, in := monthDays[month], monthDays[month+1]-monthDays[month]
	if month == 2 {
		in += leap
	} else if month > 2 {
		before += leap
	}
	if day > in {
		return 0, false
	}
	y := year - 1
	return y*365 + y/4 - y/100 + y/400 + before + day - 1 - 719162, true
}

// isoTime reads HH:MM:SS[.ffffff] at off, n bytes, as microseconds.
func isoTime(b []byte, off, n uint32) (int64, bool) {
	if n < 8 {
		return 0, false
	}
	w := load(b, off)
	if w&0x0000ff0000ff0000 != 0x00003a00003a0000 {
		return 0, false
	}
	d := w&0xffff00ffff00ffff | 0x0000300000300000
	if d&highs != zeros || (d+0x0606060606060606)&highs != zeros {
		return 0, false
	}
	h := int64(w&15)*10 + int64(w>>8&15)
	m := int64(w>>24&15)*10 + int64(w>>32&15)
	s := int64(w>>48&15)*10 + int64(w>>56&15)
	if h > 23 || m > 59 || s > 59 {
		return 0, false
	}
	us := ((h*60+m)*60 + s) * 1000000
	if n == 8 {
		return us, true
	}
	if b[off+8] != '.' || n > 15 || n == 9 {
		return 0, false
	}
	f, ok := digits8(load(b, off+9), n-9)
	return us + int64(f*pow10[15-n]), ok
}
