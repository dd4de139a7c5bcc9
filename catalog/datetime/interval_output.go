package datetime

import "strconv"

// AppendInterval appends an interval in the session's IntervalStyle.
func AppendInterval(dst []byte, v Interval, style IntervalStyle) []byte {
	p := splitInterval(v)
	switch style {
	case IntervalSQLStandard:
		return p.appendSQL(dst)
	case IntervalISO8601:
		return p.appendISO(dst)
	case IntervalPostgresVerbose:
		return p.appendVerbose(dst)
	}
	return p.appendPostgres(dst)
}

// spelled is an interval in the fields that are printed, all of which may be
// negative.
type spelled struct {
	year, mon, day       int
	hour, min, sec, frac int64 // frac: microseconds
}

func splitInterval(v Interval) (p spelled) {
	p.year, p.mon, p.day = int(v.Months)/12, int(v.Months)%12, int(v.Days)
	t := v.Micros
	p.hour = t / usecPerHour
	t %= usecPerHour
	p.min = t / usecPerMinute
	t %= usecPerMinute
	p.sec, p.frac = t/usecPerSec, t%usecPerSec
	return p
}

func (p *spelled) hasTime() bool { return p.hour|p.min|p.sec|p.frac != 0 }

func (p *spelled) negativeTime() bool { return p.hour < 0 || p.min < 0 || p.sec < 0 || p.frac < 0 }

// appendSeconds appends seconds with fraction, sign left out, with at least
// width digits before the point.
func (p *spelled) appendSeconds(dst []byte, width int) []byte {
	s := abs(p.sec)
	if width == 2 && s < 10 {
		dst = append(dst, '0')
	}
	dst = strconv.AppendInt(dst, s, 10)
	return appendMicros(dst, int(abs(p.frac)))
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}

// appendHMS appends hh:mm:ss without a sign; hours have at least width digits.
func (p *spelled) appendHMS(dst []byte, width int) []byte {
	h := uint64(abs(p.hour))
	if width == 2 && h < 10 {
		dst = append(dst, '0')
	}
	dst = strconv.AppendUint(dst, h, 10)
	dst = append(dst, ':')
	dst = append2(dst, int(abs(p.min)))
	dst = append(dst, ':')
	return p.appendSeconds(dst, 2)
}

// appendPostgres: "1 year 2 mons -3 days +04:05:06". A positive field after a
// negative one gets a sign.
func (p *spelled) appendPostgres(dst []byte) []byte {
	zero, before := true, false
	field := func(n int, unit string) {
		if n == 0 {
			return
		}
		if !zero {
			dst = append(dst, ' ')
		}
		if before && n > 0 {
			dst = append(dst, '+')
		}
		dst = strconv.AppendInt(dst, int64(n), 10)
		dst = append(append(dst, ' '), unit...)
		if n != 1 {
			dst = append(dst, 's')
		}
		before = n < 0
		zero = false
	}
	field(p.year, "year")
	field(p.mon, "mon")
	field(p.day, "day")
	if !zero && !p.hasTime() {
		return dst
	}
	if !zero {
		dst = append(dst, ' ')
	}
	switch {
	case p.negativeTime():
		dst = append(dst, '-')
	case before:
		dst = append(dst, '+')
	}
	return p.appendHMS(dst, 2)
}

// appendVerbose: "@ 1 year 2 mons -3 days 4 hours 5 mins 6.7 secs ago". The
// first field sets the sign of the whole.
func (p *spelled) appendVerbose(dst []byte) []byte {
	dst = append(dst, '@')
	zero, before := true, false
	field := func(n int64, unit string) {
		if n == 0 {
			return
		}
		if zero {
			before = n < 0
			n = abs(n)
		} else if before {
			n = -n
		}
		dst = append(dst, ' ')
		dst = strconv.AppendInt(dst, n, 10)
		dst = append(append(dst, ' '), unit...)
		if n != 1 {
			dst = append(dst, 's')
		}
		zero = false
	}
	field(int64(p.year), "year")
	field(int64(p.mon), "mon")
	field(int64(p.day), "day")
	field(p.hour, "hour")
	field(p.min, "min")
	if p.sec != 0 || p.frac != 0 {
		dst = append(dst, ' ')
		negative := p.sec < 0 || p.sec == 0 && p.frac < 0
		if zero {
			before = negative
		} else if before {
			negative = !negative
		}
		if negative && !zero {
			dst = append(dst, '-')
		}
		dst = p.appendSeconds(dst, 1)
		dst = append(dst, " sec"...)
		if abs(p.sec) != 1 || p.frac != 0 {
			dst = append(dst, 's')
		}
		zero = false
	}
	if zero {
		return append(dst, " 0"...)
	}
	if before {
		dst = append(dst, " ago"...)
	}
	return dst
}

// appendSQL: "1-2", "3 4:05:06" or, where both or mixed signs stand in it,
// every part with a sign of its own.
func (p *spelled) appendSQL(dst []byte) []byte {
	hasYearMonth := p.year != 0 || p.mon != 0
	hasDayTime := p.day != 0 || p.hasTime()
	negative := p.year < 0 || p.mon < 0 || p.day < 0 || p.negativeTime()
	positive := p.year > 0 || p.mon > 0 || p.day > 0 || p.hour > 0 || p.min > 0 || p.sec > 0 || p.frac > 0
	standard := !(negative && positive) && !(hasYearMonth && hasDayTime)
	if negative && standard {
		dst = append(dst, '-')
	}
	switch {
	case !negative && !positive:
		return append(dst, '0')
	case !standard:
		sign := func(neg bool) byte {
			if neg {
				return '-'
			}
			return '+'
		}
		dst = append(dst, sign(p.year < 0 || p.mon < 0))
		dst = strconv.AppendInt(dst, abs(int64(p.year)), 10)
		dst = append(dst, '-')
		dst = strconv.AppendInt(dst, abs(int64(p.mon)), 10)
		dst = append(dst, ' ', sign(p.day < 0))
		dst = strconv.AppendInt(dst, abs(int64(p.day)), 10)
		dst = append(dst, ' ', sign(p.negativeTime()))
		return p.appendHMS(dst, 1)
	case hasYearMonth:
		dst = strconv.AppendInt(dst, abs(int64(p.year)), 10)
		dst = append(dst, '-')
		return strconv.AppendInt(dst, abs(int64(p.mon)), 10)
	case p.day != 0:
		dst = strconv.AppendInt(dst, abs(int64(p.day)), 10)
		dst = append(dst, ' ')
	}
	return p.appendHMS(dst, 1)
}

// appendISO: "P1Y2M-3DT4H5M6.7S".
func (p *spelled) appendISO(dst []byte) []byte {
	if p.year == 0 && p.mon == 0 && p.day == 0 && !p.hasTime() {
		return append(dst, "PT0S"...)
	}
	dst = append(dst, 'P')
	field := func(n int64, unit byte) {
		if n != 0 {
			dst = append(strconv.AppendInt(dst, n, 10), unit)
		}
	}
	field(int64(p.year), 'Y')
	field(int64(p.mon), 'M')
	field(int64(p.day), 'D')
	if p.hasTime() {
		dst = append(dst, 'T')
	}
	field(p.hour, 'H')
	field(p.min, 'M')
	if p.sec != 0 || p.frac != 0 {
		if p.sec < 0 || p.frac < 0 {
			dst = append(dst, '-')
		}
		dst = p.appendSeconds(dst, 1)
		dst = append(dst, 'S')
	}
	return dst
}
