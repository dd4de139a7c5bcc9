package datetime

import (
	"math"
	"strconv"
	"strings"
)

// date decodes a date in one piece: 1999-01-08, 8-jan-99, 1/18/1999.
func (d *decoder) date(s string) (mask, failure) {
	var parts []string
	for i := 0; i < len(s); {
		for i < len(s) && !isDigit(s[i]) && !isAlpha(s[i]) {
			i++
		}
		if i == len(s) {
			return 0, badFormat
		}
		from := i
		if in := isDigit; isDigit(s[i]) || isAlpha(s[i]) {
			if isAlpha(s[i]) {
				in = isAlpha
			}
			for i < len(s) && in(s[i]) {
				i++
			}
		}
		if len(parts) >= maxTokens {
			return 0, badFormat
		}
		parts = append(parts, s[from:i])
		if i < len(s) {
			if isDigit(s[i]) || isAlpha(s[i]) {
				// Postgres writes a terminator over the next character.
				i++
				continue
			}
			i++
		}
	}
	have, found := d.have, mask(0)
	textMonth := false
	for i, p := range parts {
		if !isAlpha(p[0]) {
			continue
		}
		w := dateWords[truncate(p)]
		switch w.kind {
		case ignored:
			continue
		case monthName:
			d.f.month = w.value
			textMonth = true
		default:
			return 0, badFormat
		}
		if have&hasMonth != 0 {
			return 0, badFormat
		}
		have |= hasMonth
		found |= hasMonth
		parts[i] = ""
	}
	saved := d.textMonth
	d.textMonth = textMonth
	defer func() { d.textMonth = saved }()
	for _, p := range parts {
		if p == "" {
			continue
		}
		if isAlpha(p[0]) { // an ignored word
			return 0, badFormat
		}
		m, f := d.number(p, have)
		if f != ok {
			return 0, f
		}
		if have&m != 0 {
			return 0, badFormat
		}
		have |= m
		found |= m
	}
	if have&^(hasDOY|hasZone) != hasDate {
		return 0, badFormat
	}
	return found, ok
}

// number decodes one number of a date by what is there already.
func (d *decoder) number(s string, have mask) (found mask, f failure) {
	v, rest, f := atoi(s)
	if f != ok {
		return 0, f
	}
	switch {
	case len(rest) == len(s):
		return 0, badFormat
	case rest != "" && rest[0] == '.':
		if len(s)-len(rest) > 2 {
			found, _, f = d.numberField(s, have|hasDate)
			return found, f
		}
		if d.f.usec, f = fraction(rest); f != ok {
			return 0, f
		}
	case rest != "":
		return 0, badFormat
	}
	if len(s) == 3 && have&hasDate == hasYear && v >= 1 && v <= 366 {
		d.f.yday = v
		return hasDOY | hasMonth | hasDay, ok
	}
	long := len(s) >= 3
	order := d.env.Order
	switch have & hasDate {
	case 0:
		switch {
		case long || order == YMD:
			found = hasYear
		case order == DMY:
			found = hasDay
		default:
			found = hasMonth
		}
	case hasYear:
		found = hasMonth
	case hasMonth:
		found = hasDay
		if d.textMonth && (long || order == YMD) {
			found = hasYear
		}
	case hasYear | hasMonth:
		found = hasDay
		if d.textMonth && long && d.twoDigits {
			// What was taken for the year was the day.
			d.f.day, d.f.year = d.f.year, v
			d.twoDigits = false
			return hasDay, ok
		}
	case hasDay:
		found = hasMonth
	case hasMonth | hasDay:
		found = hasYear
	case hasDate:
		found, _, f = d.numberField(s, have)
		return found, f
	default:
		return 0, badFormat
	}
	switch found {
	case hasYear:
		d.f.year = v
		d.twoDigits = len(s) <= 2
	case hasMonth:
		d.f.month = v
	case hasDay:
		d.f.day = v
	}
	return found, ok
}

// numberField decodes a date or time without separators: 20011225, 040506.789, 0405.
func (d *decoder) numberField(s string, have mask) (found mask, isDate bool, f failure) {
	if dot := strings.IndexByte(s, '.'); dot >= 0 {
		if d.f.usec, f = fraction(s[dot:]); f != ok {
			return 0, false, f
		}
		s = s[:dot]
	} else if have&hasDate != hasDate && len(s) >= 6 {
		d.f.day = digits(s[len(s)-2:])
		d.f.month = digits(s[len(s)-4 : len(s)-2])
		d.f.year = digits(s[:len(s)-4])
		if len(s)-4 == 2 {
			d.twoDigits = true
		}
		return hasDate, true, ok
	}
	if have&hasTime != hasTime {
		switch len(s) {
		case 6:
			d.f.hour, d.f.min, d.f.sec = digits(s[:2]), digits(s[2:4]), digits(s[4:])
			return hasTime, false, ok
		case 4:
			d.f.hour, d.f.min, d.f.sec = digits(s[:2]), digits(s[2:]), 0
			return hasTime, false, ok
		}
	}
	return 0, false, badFormat
}

// digits is C's atoi: it stops at what is no digit, and does not wrap.
func digits(s string) int {
	n := 0
	for i := 0; i < len(s) && isDigit(s[i]); i++ {
		if n < math.MaxInt32 {
			n = n*10 + int(s[i]-'0')
		}
	}
	return min(n, math.MaxInt32)
}

// clock decodes hh:mm[:ss[.ffffff]].
func (d *decoder) clock(s string) failure {
	c, f := splitClock(s, false)
	if f != ok {
		return f
	}
	if c.hour > math.MaxInt32 {
		return fieldOverflow
	}
	d.f.hour, d.f.min, d.f.sec, d.f.usec = int(c.hour), c.min, c.sec, c.usec
	return ok
}

type clockFields struct {
	hour           int64
	min, sec, usec int
}

// splitClock reads hh:mm, hh:mm:ss and mm:ss.ffffff; minutesFirst says that
// two fields alone are minutes and seconds.
func splitClock(s string, minutesFirst bool) (c clockFields, f failure) {
	i := 0
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	h, err := strconv.ParseInt(s[:i], 10, 64)
	if err != nil {
		return c, fieldOverflow
	}
	if i == len(s) || s[i] != ':' {
		return c, badFormat
	}
	c.hour = h
	rest := s[i+1:]
	if c.min, rest, f = atoi(rest); f != ok {
		return c, f
	}
	shift := false
	switch {
	case rest == "":
		shift = minutesFirst
	case rest[0] == '.':
		shift = true
		if c.usec, f = fraction(rest); f != ok {
			return c, f
		}
	case rest[0] == ':':
		if c.sec, rest, f = atoi(rest[1:]); f != ok {
			return c, f
		}
		if rest != "" {
			if rest[0] != '.' {
				return c, badFormat
			}
			if c.usec, f = fraction(rest); f != ok {
				return c, f
			}
		}
	default:
		return c, badFormat
	}
	if shift {
		if c.hour > math.MaxInt32 {
			return c, fieldOverflow
		}
		c.hour, c.min, c.sec = 0, int(c.hour), c.min
	}
	if c.min < 0 || c.min > 59 || c.sec < 0 || c.sec > 60 || c.usec < 0 || c.usec > usecPerSec {
		return c, fieldOverflow
	}
	return c, ok
}

// numericZone decodes +hh[:mm[:ss]] or +hhmm.
func (d *decoder) numericZone(s string) failure {
	off, f := parseOffset(s)
	if f == ok {
		d.offset = off
	}
	return f
}

func parseOffset(s string) (offset int, f failure) {
	if s == "" || s[0] != '+' && s[0] != '-' {
		return 0, badFormat
	}
	hour, rest, f := atoi(s[1:])
	if f != ok {
		return 0, zoneOverflow
	}
	minute, second := 0, 0
	switch {
	case rest != "" && rest[0] == ':':
		if minute, rest, f = atoi(rest[1:]); f != ok {
			return 0, zoneOverflow
		}
		if rest != "" && rest[0] == ':' {
			if second, rest, f = atoi(rest[1:]); f != ok {
				return 0, zoneOverflow
			}
		}
	case rest == "" && len(s) > 3:
		hour, minute = hour/100, hour%100
	}
	if hour < 0 || hour > 15 || minute < 0 || minute > 59 || second < 0 || second > 59 {
		return 0, zoneOverflow
	}
	if rest != "" {
		return 0, badFormat
	}
	offset = (hour*60+minute)*60 + second
	if s[0] == '-' {
		offset = -offset
	}
	return offset, ok
}

// validate checks and completes year, month and day.
func (d *decoder) validate() failure {
	f := &d.f
	if d.have&hasYear != 0 && d.special == 0 {
		switch {
		case d.julian:
		case d.bc:
			if f.year <= 0 {
				return fieldOverflow
			}
			f.year = -(f.year - 1)
		case d.twoDigits:
			if f.year < 0 {
				return fieldOverflow
			}
			if f.year < 70 {
				f.year += 2000
			} else if f.year < 100 {
				f.year += 1900
			}
		case f.year <= 0:
			return fieldOverflow
		}
	}
	if d.have&hasDOY != 0 {
		d.setDays(civilDays(f.year, 1, 1) + f.yday - 1)
	}
	if d.special != 0 {
		return ok
	}
	if d.have&hasMonth != 0 && (f.month < 1 || f.month > 12) {
		return monthDayOverflow
	}
	if d.have&hasDay != 0 && (f.day < 1 || f.day > 31) {
		return monthDayOverflow
	}
	if d.have&hasDate == hasDate && f.day > daysInMonth(f.year, f.month) {
		return fieldOverflow
	}
	return ok
}

func (d *decoder) applyHalfDay() failure {
	switch {
	case d.halfDay == 0:
	case d.f.hour > 12:
		return fieldOverflow
	case d.halfDay == 1 && d.f.hour == 12:
		d.f.hour = 0
	case d.halfDay == 2 && d.f.hour != 12:
		d.f.hour += 12
	}
	return ok
}

// timeOverflows says whether the time is beyond 24:00.
func (d *decoder) timeOverflows() bool {
	f := &d.f
	return f.hour < 0 || f.hour > 24 || f.min < 0 || f.min > 59 || f.sec < 0 || f.sec > 60 || f.usec < 0 || f.usec > usecPerSec ||
		f.timeOfDay() > UsecPerDay
}
