package format

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// found collects what a template reads. Zero means not given, as in Postgres.
type found struct {
	mode                    dateMode
	hour, min, sec, secs    int // secs: since midnight
	dayOfWeek, day, yearDay int
	month, ms, us, year     int
	bc, pm                  int
	week, monthWeek         int
	century, julian         int
	yearDigits              int
	clock12                 bool
	zoneSign, zoneHour      int
	zoneMinute              int
	fracDigits              int
}

func bad(format string, args ...any) *sqlerr.Error {
	return sqlerr.New(sqlerr.InvalidDatetimeFormat, format, args...)
}

// scanner is the state of reading text by a template.
type scanner struct {
	d     *Date
	s     string // what is left
	whole string
	out   found
}

// set stores a value in a field that may have been set before, to the same.
func (n *dateNode) set(field *int, v int) error {
	if *field != 0 && *field != v {
		return bad("conflicting values for %s field in formatting string", sqlerr.Quote(n.pat.text)).
			WithDetail("This value contradicts a previous setting for the same field type.")
	}
	*field = v
	return nil
}

// nextIsSeparator says whether the number that node i reads may be as long as
// it likes, since no digit can follow.
func (d *Date) nextIsSeparator(i int) bool {
	if d.nodes[i].kind == pattern && d.nodes[i].ordinal != 0 || i+1 == len(d.nodes) {
		return true
	}
	switch n := &d.nodes[i+1]; {
	case n.kind == pattern:
		return !n.pat.digit
	default:
		return !(len(n.char) == 1 && isDigit(n.char[0]))
	}
}

// strtol reads a decimal integer as C does: blanks, a sign, digits.
func strtol(s string) (v int64, used int, overflow bool) {
	i := 0
	for i < len(s) && isSpace(s[i]) {
		i++
	}
	from := i
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	first := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	if i == first {
		return 0, 0, false
	}
	v, err := strconv.ParseInt(s[from:i], 10, 64)
	return v, i, err != nil
}

// number reads an integer of at most width characters into field (nil: it does
// not matter), and says how many bytes that took.
func (sc *scanner) number(i int, field *int, width int) (int, error) {
	n := &sc.d.nodes[i]
	init := sc.s
	s := strings.TrimLeft(init, " \t\n\v\f\r")
	piece := s[:min(width, len(s))]
	var v int64
	var overflow bool
	rest := init
	if n.fill || sc.d.nextIsSeparator(i) {
		var used int
		v, used, overflow = strtol(init)
		rest = init[used:]
		if used == 0 {
			rest = init
		}
	} else {
		const hint = `If your source string is not fixed-width, try using the "FM" modifier.`
		if len(s) < width {
			return 0, bad("source string too short for %s formatting field", sqlerr.Quote(n.pat.text)).
				WithDetail("Field requires %d characters, but only %d remain.", width, len(s)).WithHint(hint)
		}
		var used int
		v, used, overflow = strtol(piece)
		if used > 0 && used < width {
			return 0, bad("invalid value %s for %s", sqlerr.Quote(piece), sqlerr.Quote(n.pat.text)).
				WithDetail("Field requires %d characters, but only %d could be parsed.", width, used).WithHint(hint)
		}
		rest = s[used:]
	}
	if len(rest) == len(init) {
		return 0, bad("invalid value %s for %s", sqlerr.Quote(piece), sqlerr.Quote(n.pat.text)).WithDetail("Value must be an integer.")
	}
	if overflow || v < math.MinInt32 || v > math.MaxInt32 {
		return 0, sqlerr.New(sqlerr.DatetimeValueOutOfRange, "value for %s in source string is out of range", sqlerr.Quote(n.pat.text)).
			WithDetail("Value must be in the range %d to %d.", math.MinInt32, math.MaxInt32)
	}
	sc.s = rest
	if field != nil {
		if err := n.set(field, int(v)); err != nil {
			return 0, err
		}
	}
	return len(init) - len(rest), nil
}

// oneOf reads one of some words, in any case, and gives its index.
func (sc *scanner) oneOf(n *dateNode, words []string) (int, error) {
	for i, w := range words {
		if len(sc.s) >= len(w) && strings.EqualFold(sc.s[:len(w)], w) {
			sc.s = sc.s[len(w):]
			return i, nil
		}
	}
	text := sc.s
	if i := strings.IndexAny(text, " \t\n\r\f"); i >= 0 {
		text = text[:i]
	}
	return 0, bad("invalid value %s for %s", sqlerr.Quote(text), sqlerr.Quote(n.pat.text)).
		WithDetail("The given value did not match any of the allowed values for this field.")
}

func (sc *scanner) skipSpace() (n int) {
	for sc.s != "" && isSpace(sc.s[0]) {
		sc.s = sc.s[1:]
		n++
	}
	return n
}

func (sc *scanner) skipChar() {
	_, size := utf8.DecodeRuneInString(sc.s)
	sc.s = sc.s[size:]
}

// scan reads the text along the template. Unless FX asks for exactness, blanks
// and separators in text and template need not agree in number.
func (sc *scanner) scan() error {
	fixed := false
	extra := 0 // characters skipped beyond what the template had
	for i := range sc.d.nodes {
		if sc.s == "" {
			break
		}
		n := &sc.d.nodes[i]
		isFX := n.kind == pattern && n.pat.id == dFX
		if !fixed && !isFX && (n.kind == pattern || i == 0) {
			extra += sc.skipSpace()
			if sc.s == "" && n.kind != pattern {
				break
			}
		}
		switch n.kind {
		case space, separator:
			switch {
			case fixed:
				sc.skipChar()
			default:
				extra--
				if sc.s != "" && (isSpace(sc.s[0]) || isSeparator(sc.s[0])) {
					sc.s = sc.s[1:]
					extra++
				}
			}
			continue
		case literal:
			if !fixed && extra > 0 {
				extra--
			} else if sc.s != "" {
				sc.skipChar()
			}
			continue
		}
		if m := n.pat.mode; m != anyMode {
			if sc.out.mode != anyMode && sc.out.mode != m {
				return bad("invalid combination of date conventions").
					WithHint("Do not mix Gregorian and ISO week date conventions in a formatting template.")
			}
			sc.out.mode = m
		}
		if isFX {
			fixed = true
		} else if err := sc.field(i, extra); err != nil {
			return err
		}
		if !fixed {
			extra = sc.skipSpace()
		}
	}
	return nil
}

// field reads one pattern.
func (sc *scanner) field(i, extra int) error {
	n := &sc.d.nodes[i]
	o := &sc.out
	plain := func(field *int) error {
		_, err := sc.number(i, field, len(n.pat.text))
		return err
	}
	var err error
	switch n.pat.id {
	case dAM:
		words := []string{"AM", "PM"}
		if strings.Contains(n.pat.text, ".") {
			words = []string{"A.M.", "P.M."}
		}
		var v int
		if v, err = sc.oneOf(n, words); err == nil {
			err = n.set(&o.pm, v)
		}
		o.clock12 = true
		return err
	case dAD:
		words := []string{"AD", "BC"}
		if strings.Contains(n.pat.text, ".") {
			words = []string{"A.D.", "B.C."}
		}
		var v int
		if v, err = sc.oneOf(n, words); err == nil {
			err = n.set(&o.bc, v)
		}
		return err
	case dHH12:
		_, err = sc.number(i, &o.hour, 2)
		o.clock12 = true
	case dHH24:
		_, err = sc.number(i, &o.hour, 2)
	case dMI:
		err = plain(&o.min)
	case dSS:
		err = plain(&o.sec)
	case dMS:
		var used int
		used, err = sc.number(i, &o.ms, 3)
		o.ms *= [...]int{1, 100, 10}[lesser(used, 3)]
	case dFF, dUS:
		width := 6
		if n.pat.id == dFF {
			width = int(n.pat.text[2] - '0')
			o.fracDigits = width
		}
		var used int
		used, err = sc.number(i, &o.us, width)
		o.us *= [...]int{1, 100000, 10000, 1000, 100, 10}[lesser(used, 6)]
	case dSSSS:
		err = plain(&o.secs)
	case dTZ, dOF:
		return sqlerr.New(sqlerr.FeatureNotSupported, "formatting field %s is only supported in to_char", sqlerr.Quote(n.pat.text))
	case dTZH:
		return sc.zoneHour(i, extra)
	case dTZM:
		if o.zoneSign == 0 {
			o.zoneSign = 1
		}
		_, err = sc.number(i, &o.zoneMinute, 2)
	case dMonth, dMon:
		words := make([]string, 12)
		for k, name := range months {
			words[k] = name
			if n.pat.id == dMon {
				words[k] = name[:3]
			}
		}
		var v int
		if v, err = sc.oneOf(n, words); err == nil {
			err = n.set(&o.month, v+1)
		}
		return err
	case dDay, dDy:
		words := make([]string, 7)
		for k, name := range days {
			words[k] = name
			if n.pat.id == dDy {
				words[k] = name[:3]
			}
		}
		var v int
		if v, err = sc.oneOf(n, words); err == nil {
			err = n.set(&o.dayOfWeek, v)
			o.dayOfWeek++
		}
		return err
	case dMM:
		err = plain(&o.month)
	case dDDD:
		err = plain(&o.yearDay)
	case dIDDD:
		_, err = sc.number(i, &o.yearDay, 3)
	case dDD:
		err = plain(&o.day)
	case dD:
		err = plain(&o.dayOfWeek)
	case dID:
		if _, err = sc.number(i, &o.dayOfWeek, 1); err == nil {
			if o.dayOfWeek++; o.dayOfWeek > 7 {
				o.dayOfWeek = 1
			}
		}
	case dWW, dIW:
		err = plain(&o.week)
	case dQ:
		err = plain(nil)
	case dCC:
		err = plain(&o.century)
	case dRM:
		var v int
		if v, err = sc.oneOf(n, romans[:]); err == nil {
			err = n.set(&o.month, 12-v)
		}
		return err
	case dW:
		err = plain(&o.monthWeek)
	case dJ:
		err = plain(&o.julian)
	default:
		err = sc.year(i)
	}
	if err != nil {
		return err
	}
	if n.ordinal != 0 {
		for range 2 {
			if sc.s != "" {
				sc.skipChar()
			}
		}
	}
	return nil
}

// lesser is n where it is below limit, else 0.
func lesser(n, limit int) int {
	if n < limit {
		return n
	}
	return 0
}

// zoneHour reads TZH. Its sign may have been skipped as a separator.
func (sc *scanner) zoneHour(i, extra int) error {
	o := &sc.out
	o.zoneSign = 1
	switch {
	case sc.s != "" && (sc.s[0] == '+' || sc.s[0] == '-' || sc.s[0] == ' '):
		if sc.s[0] == '-' {
			o.zoneSign = -1
		}
		sc.s = sc.s[1:]
	case extra > 0 && len(sc.s) < len(sc.whole) && sc.whole[len(sc.whole)-len(sc.s)-1] == '-':
		o.zoneSign = -1
	}
	_, err := sc.number(i, &o.zoneHour, 2)
	return err
}

func (sc *scanner) year(i int) error {
	n := &sc.d.nodes[i]
	o := &sc.out
	switch n.pat.id {
	case dYCommaYYY:
		thousands, used, over := strtol(sc.s)
		rest := sc.s[used:]
		if used == 0 || over || !strings.HasPrefix(rest, ",") {
			return bad(`invalid input string for "Y,YYY"`)
		}
		rest = rest[1:]
		years, used, _ := strtol(rest[:min(3, len(rest))])
		if used == 0 {
			return bad(`invalid input string for "Y,YYY"`)
		}
		v := thousands*1000 + years
		if v != int64(int32(v)) || thousands > math.MaxInt32 {
			return sqlerr.New(sqlerr.DatetimeFieldOverflow, `value for "Y,YYY" in source string is out of range`)
		}
		sc.s = rest[used:]
		o.yearDigits = 4
		return n.set(&o.year, int(v))
	case dYYYY, dIYYY:
		o.yearDigits = 4
		_, err := sc.number(i, &o.year, 4)
		return err
	}
	width := map[dateID]int{dYYY: 3, dIYY: 3, dYY: 2, dIY: 2, dY: 1, dI: 1}[n.pat.id]
	used, err := sc.number(i, &o.year, width)
	if err == nil && used < 4 {
		o.year = near2020(o.year)
	}
	o.yearDigits = width
	return err
}
