package datetime

import (
	"math"
	"strconv"
)

// isoNumber reads a number of an ISO 8601 interval: whole part and fraction.
func isoNumber(s string) (val int64, frac float64, rest string, f failure) {
	if s == "" || !isDigit(s[0]) && s[0] != '-' && s[0] != '.' {
		return 0, 0, s, badFormat
	}
	i := 0
	if s[i] == '-' {
		i++
	}
	digitsSeen := false
	for i < len(s) && isDigit(s[i]) {
		i++
		digitsSeen = true
	}
	if i < len(s) && s[i] == '.' {
		i++
		for i < len(s) && isDigit(s[i]) {
			i++
			digitsSeen = true
		}
	}
	if !digitsSeen {
		return 0, 0, s, badFormat
	}
	// An exponent, as C's strtod takes it.
	if i < len(s) && s[i]|0x20 == 'e' {
		j := i + 1
		if j < len(s) && (s[j] == '+' || s[j] == '-') {
			j++
		}
		if j < len(s) && isDigit(s[j]) {
			for j < len(s) && isDigit(s[j]) {
				j++
			}
			i = j
		}
	}
	v, err := strconv.ParseFloat(s[:i], 64)
	if err != nil {
		return 0, 0, s, badFormat
	}
	if v < -1e15 || v > 1e15 {
		return 0, 0, s, fieldOverflow
	}
	whole, frac := math.Modf(v)
	return int64(whole), frac, s[i:], ok
}

// isoWidth counts the digits at the start of s, after a sign.
func isoWidth(s string) int {
	if s != "" && s[0] == '-' {
		s = s[1:]
	}
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

// decodeISO reads the forms of ISO 8601: P1Y2M3DT4H5M6S, P0001-02-03T04:05:06
// and P00010203T040506.
func (p *intervalParts) decodeISO(s string) failure {
	if len(s) < 2 || s[0] != 'P' {
		return badFormat
	}
	s = s[1:]
	inDate, haveField := true, false
	for s != "" {
		if s[0] == 'T' {
			inDate, haveField = false, false
			s = s[1:]
			continue
		}
		start := s
		val, frac, rest, f := isoNumber(s)
		if f != ok {
			return f
		}
		designator := byte(0)
		if rest != "" {
			designator = rest[0]
			rest = rest[1:]
		}
		fits := true
		if inDate {
			switch designator {
			case 'Y':
				fits = addPart(&p.years, val, 1) && p.addYearFraction(frac, 1)
			case 'M':
				fits = addPart(&p.months, val, 1) && p.addDayFraction(frac, 30)
			case 'W':
				fits = addPart(&p.days, val, 7) && p.addDayFraction(frac, 7)
			case 'D':
				fits = addPart(&p.days, val, 1) && p.addFraction(frac, UsecPerDay)
			case 0, 'T', '-':
				if designator != '-' && isoWidth(start) == 8 && !haveField {
					if !addPart(&p.years, val/10000, 1) || !addPart(&p.months, val/100%100, 1) ||
						!addPart(&p.days, val%100, 1) || !p.addFraction(frac, UsecPerDay) {
						return fieldOverflow
					}
					if designator == 0 {
						return ok
					}
					inDate, haveField, s = false, false, rest
					continue
				}
				if haveField {
					return badFormat
				}
				var done bool
				if rest, done, f = p.isoDate(val, frac, designator, rest); f != ok || done {
					return f
				}
				inDate, haveField, s = false, false, rest
				continue
			default:
				return badFormat
			}
		} else {
			switch designator {
			case 'H':
				fits = p.addMicros(val, frac, usecPerHour)
			case 'M':
				fits = p.addMicros(val, frac, usecPerMinute)
			case 'S':
				fits = p.addMicros(val, frac, usecPerSec)
			case 0, ':':
				if designator == 0 && isoWidth(start) == 6 && !haveField {
					if !p.addMicros(val/10000, 0, usecPerHour) || !p.addMicros(val/100%100, 0, usecPerMinute) ||
						!p.addMicros(val%100, 0, usecPerSec) || !p.addFraction(frac, 1) {
						return fieldOverflow
					}
					return ok
				}
				if haveField {
					return badFormat
				}
				return p.isoTime(val, frac, designator, rest)
			default:
				return badFormat
			}
		}
		if !fits {
			return fieldOverflow
		}
		haveField = true
		s = rest
	}
	return ok
}

// isoDate goes on after the years of P0001-02-03.
func (p *intervalParts) isoDate(val int64, frac float64, designator byte, rest string) (left string, done bool, f failure) {
	if !addPart(&p.years, val, 1) || !p.addYearFraction(frac, 1) {
		return "", false, fieldOverflow
	}
	if designator == 0 {
		return "", true, ok
	}
	if designator == 'T' {
		return rest, false, ok
	}
	if val, frac, rest, f = isoNumber(rest); f != ok {
		return "", false, f
	}
	if !addPart(&p.months, val, 1) || !p.addDayFraction(frac, 30) {
		return "", false, fieldOverflow
	}
	switch {
	case rest == "":
		return "", true, ok
	case rest[0] == 'T':
		return rest, false, ok
	case rest[0] != '-':
		return "", false, badFormat
	}
	if val, frac, rest, f = isoNumber(rest[1:]); f != ok {
		return "", false, f
	}
	if !addPart(&p.days, val, 1) || !p.addFraction(frac, UsecPerDay) {
		return "", false, fieldOverflow
	}
	switch {
	case rest == "":
		return "", true, ok
	case rest[0] == 'T':
		return rest, false, ok
	}
	return "", false, badFormat
}

// isoTime goes on after the hours of T04:05:06.
func (p *intervalParts) isoTime(val int64, frac float64, designator byte, rest string) failure {
	if !p.addMicros(val, frac, usecPerHour) {
		return fieldOverflow
	}
	for _, scale := range [...]int64{usecPerMinute, usecPerSec} {
		if designator == 0 {
			return ok
		}
		var f failure
		if val, frac, rest, f = isoNumber(rest); f != ok {
			return f
		}
		if !p.addMicros(val, frac, scale) {
			return fieldOverflow
		}
		if rest == "" {
			return ok
		}
		if rest[0] != ':' {
			return badFormat
		}
		rest = rest[1:]
	}
	return badFormat
}
