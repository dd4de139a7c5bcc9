package datetime

import (
	"strconv"
	"time"
)

// AppendDate appends a date in the session's DateStyle.
func AppendDate(dst []byte, d int32, env *Env) []byte {
	switch d {
	case DateInfinity:
		return append(dst, "infinity"...)
	case DateNegInfinity:
		return append(dst, "-infinity"...)
	}
	y, m, day := daysCivil(int(d))
	year, bc := eraYear(y)
	dst = appendDatePart(dst, env, year, m, day)
	return appendEra(dst, bc)
}

// eraYear turns an astronomical year into one of an era.
func eraYear(y int) (year int, bc bool) {
	if y > 0 {
		return y, false
	}
	return 1 - y, true
}

func appendEra(dst []byte, bc bool) []byte {
	if bc {
		return append(dst, " BC"...)
	}
	return dst
}

// appendDatePart appends a date without its era. Dates alone in the Postgres
// format have dashes where SQL's have slashes.
func appendDatePart(dst []byte, env *Env, year, month, day int) []byte {
	switch env.Format {
	case SQL, Postgres:
		sep := byte('/')
		if env.Format == Postgres {
			sep = '-'
		}
		dst = appendDayMonth(dst, env.Order, month, day, sep)
		dst = append(dst, sep)
		return appendPadded(dst, year, 4)
	case German:
		dst = appendDayMonth(dst, DMY, month, day, '.')
		dst = append(dst, '.')
		return appendPadded(dst, year, 4)
	}
	dst = appendPadded(dst, year, 4)
	dst = append(dst, '-', byte('0'+month/10), byte('0'+month%10), '-')
	return append(dst, byte('0'+day/10), byte('0'+day%10))
}

func appendDayMonth(dst []byte, order DateOrder, month, day int, sep byte) []byte {
	if order == DMY {
		month, day = day, month
	}
	dst = append2(dst, month)
	dst = append(dst, sep)
	return append2(dst, day)
}

func append2(dst []byte, n int) []byte {
	return append(dst, byte('0'+n/10), byte('0'+n%10))
}

// appendPadded appends n ≥ 0 with at least width digits.
func appendPadded(dst []byte, n, width int) []byte {
	limit := 10
	for i := 1; i < width; i++ {
		if n < limit {
			dst = append(dst, '0')
		}
		limit *= 10
	}
	if n < limit && width == 4 && n >= 1000 {
		return append(dst, byte('0'+n/1000), byte('0'+n/100%10), byte('0'+n/10%10), byte('0'+n%10))
	}
	// Zeros were put in front in the order of the missing digits.
	return strconv.AppendInt(dst, int64(n), 10)
}

// AppendTime appends a time of day.
func AppendTime(dst []byte, t int64) []byte {
	f := splitTime(t)
	return appendClock(dst, &f)
}

func appendClock(dst []byte, f *fields) []byte {
	dst = append2(dst, f.hour)
	dst = append(dst, ':')
	dst = append2(dst, f.min)
	dst = append(dst, ':')
	dst = append2(dst, f.sec)
	return appendMicros(dst, f.usec)
}

// appendMicros appends ".ffffff" without zeros at its end; nothing for 0.
func appendMicros(dst []byte, usec int) []byte {
	if usec == 0 {
		return dst
	}
	dst = append(dst, '.')
	for div := 100_000; usec > 0; div /= 10 {
		dst = append(dst, byte('0'+usec/div))
		usec %= div
	}
	return dst
}

// AppendTimeTZ appends a time with time zone.
func AppendTimeTZ(dst []byte, t TimeTZ, env *Env) []byte {
	dst = AppendTime(dst, t.Micros)
	return appendOffset(dst, int(t.Offset))
}

// appendOffset appends an offset: hours, and minutes and seconds if there are any.
func appendOffset(dst []byte, off int) []byte {
	sign := byte('+')
	if off < 0 {
		sign, off = '-', -off
	}
	dst = append(dst, sign)
	dst = append2(dst, off/3600)
	m, s := off/60%60, off%60
	if m != 0 || s != 0 {
		dst = append(dst, ':')
		dst = append2(dst, m)
	}
	if s != 0 {
		dst = append(dst, ':')
		dst = append2(dst, s)
	}
	return dst
}

// AppendTimestamp appends a timestamp without time zone.
func AppendTimestamp(dst []byte, ts int64, env *Env) []byte {
	if !TimestampIsFinite(ts) {
		return appendInfinity(dst, ts)
	}
	return appendTimestamp(dst, ts, env, nil)
}

// AppendTimestamptz appends a moment as a clock of z's zone shows it. z.Loc
// must be set; z speeds up rows that follow.
func AppendTimestamptz(dst []byte, ts int64, env *Env, z *ZoneCache) []byte {
	if !TimestampIsFinite(ts) {
		return appendInfinity(dst, ts)
	}
	z.load(floorDiv(ts, usecPerSec))
	return appendTimestamp(dst, ts+z.offset*usecPerSec, env, z)
}

func appendInfinity(dst []byte, ts int64) []byte {
	if ts < 0 {
		return append(dst, "-infinity"...)
	}
	return append(dst, "infinity"...)
}

// appendTimestamp appends local time; z, where not nil, is the zone to name.
func appendTimestamp(dst []byte, local int64, env *Env, z *ZoneCache) []byte {
	f := splitTimestamp(local)
	year, bc := eraYear(f.year)
	switch env.Format {
	case Postgres:
		dst = append(dst, dayNames[weekday(f.days())][:3]...)
		dst = append(dst, ' ')
		month := monthNames[f.month-1][:3]
		if env.Order == DMY {
			dst = append2(dst, f.day)
			dst = append(append(dst, ' '), month...)
		} else {
			dst = append(append(dst, month...), ' ')
			dst = append2(dst, f.day)
		}
		dst = append(dst, ' ')
		dst = appendClock(dst, &f)
		dst = append(dst, ' ')
		dst = appendPadded(dst, year, 4)
		if z != nil {
			dst = append(dst, ' ')
			dst = z.appendName(dst)
		}
	case SQL, German:
		dst = appendDatePart(dst, env, year, f.month, f.day)
		dst = append(dst, ' ')
		dst = appendClock(dst, &f)
		if z != nil {
			dst = append(dst, ' ')
			dst = z.appendName(dst)
		}
	default:
		dst = appendDatePart(dst, env, year, f.month, f.day)
		dst = append(dst, ' ')
		dst = appendClock(dst, &f)
		if z != nil {
			dst = appendOffset(dst, int(z.offset))
		}
	}
	return appendEra(dst, bc)
}

// appendName appends the abbreviation in force; zones without one are named
// by their offset.
func (z *ZoneCache) appendName(dst []byte) []byte {
	if z.abbrev == "" {
		return appendOffset(dst, int(z.offset))
	}
	return append(dst, z.abbrev...)
}

var (
	monthNames = [...]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
	dayNames   = [...]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
)

// ZoneCache is a cache for the session's zone.
func (e *Env) ZoneCache() *ZoneCache { return &ZoneCache{Loc: e.location()} }

// FormatTimestamptz is one moment as text.
func FormatTimestamptz(ts int64, env *Env) string {
	return string(AppendTimestamptz(nil, ts, env, env.ZoneCache()))
}

// UTCEnv is an environment with Postgres's defaults at UTC.
func UTCEnv() *Env { return &Env{Location: time.UTC} }
