package datetime

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// ParseDate reads a date in any form that Postgres takes.
func ParseDate(s string, env *Env) (int32, error) {
	if d, rest, fast := isoDate(s); fast && rest == "" {
		return d, nil
	}
	d := decoder{env: env}
	if err := d.decode("date", s, false); err != nil {
		return 0, err
	}
	switch d.special {
	case wordEpoch:
		return 0, nil
	case wordInfinity:
		return DateInfinity, nil
	case wordNegInfinity:
		return DateNegInfinity, nil
	}
	days := d.f.days()
	if !validDay(days) {
		return 0, sqlerr.New(sqlerr.DatetimeValueOutOfRange, "date out of range: %s", sqlerr.Quote(s))
	}
	return int32(days), nil
}

// ParseTimestamp reads a timestamp; a time zone in it is ignored. precision is
// the number of digits of a second to keep, negative for all.
func ParseTimestamp(s string, precision int, env *Env) (int64, error) {
	if ts, fast := isoTimestamp(s); fast {
		return RoundTimestamp(ts, precision), nil
	}
	d := decoder{env: env}
	if err := d.decode("timestamp", s, false); err != nil {
		return 0, err
	}
	ts, inRange := d.timestampValue(false)
	if !inRange {
		return 0, sqlerr.New(sqlerr.DatetimeValueOutOfRange, "timestamp out of range: %s", sqlerr.Quote(s))
	}
	return RoundTimestamp(ts, precision), nil
}

// ParseTimestamptz reads a timestamp with time zone; without a zone in the text
// the session's holds.
func ParseTimestamptz(s string, precision int, env *Env) (int64, error) {
	d := decoder{env: env}
	if err := d.decode("timestamp with time zone", s, false); err != nil {
		return 0, err
	}
	ts, inRange := d.timestampValue(true)
	if !inRange {
		return 0, sqlerr.New(sqlerr.DatetimeValueOutOfRange, "timestamp out of range: %s", sqlerr.Quote(s))
	}
	return RoundTimestamp(ts, precision), nil
}

// ParseTime reads a time of day.
func ParseTime(s string, precision int, env *Env) (int64, error) {
	d := decoder{env: env}
	if err := d.decode("time", s, true); err != nil {
		return 0, err
	}
	return RoundTime(d.f.timeOfDay(), precision), nil
}

// ParseTimeTZ reads a time with time zone.
func ParseTimeTZ(s string, precision int, env *Env) (TimeTZ, error) {
	d := decoder{env: env}
	if err := d.decode("time with time zone", s, true); err != nil {
		return TimeTZ{}, err
	}
	return TimeTZ{Micros: RoundTime(d.f.timeOfDay(), precision), Offset: int32(d.offset)}, nil
}

func (d *decoder) decode(typeName, s string, timeOnly bool) error {
	var buf [8]token
	toks, f := tokenize(s, buf[:])
	if f == ok {
		if timeOnly {
			f = d.timeOnly(toks)
		} else {
			f = d.dateTime(toks)
		}
	}
	switch f {
	case ok:
		return nil
	case badZone:
		return ErrZone(d.badZone)
	}
	return f.err(typeName, s)
}

// timestampValue is the decoded timestamp, in UTC or as local time.
func (d *decoder) timestampValue(utc bool) (int64, bool) {
	switch d.special {
	case wordEpoch:
		return 0, true
	case wordInfinity:
		return TimestampInfinity, true
	case wordNegInfinity:
		return TimestampNegInfinity, true
	}
	days := d.f.days()
	// A day of slack: the offset may bring it back.
	if days < MinDate-1 || days > maxTimestampDay {
		return 0, false
	}
	t := d.f.timeOfDay()
	if utc {
		t -= int64(d.offset) * usecPerSec
	}
	return addTimestamp(int64(days)*UsecPerDay, t)
}

// RoundTimestamp keeps precision digits of a second, rounding half away from
// zero as seen from Postgres's epoch; negative precision keeps all.
func RoundTimestamp(ts int64, precision int) int64 {
	if precision < 0 || precision >= 6 || !TimestampIsFinite(ts) {
		return ts
	}
	const epoch = 10957 * UsecPerDay // 2000-01-01: what is before it rounds the other way
	return roundMicros(ts-epoch, precision) + epoch
}

// RoundTime is RoundTimestamp of a time of day.
func RoundTime(t int64, precision int) int64 {
	if precision < 0 || precision >= 6 {
		return t
	}
	return roundMicros(t, precision)
}

func roundMicros(t int64, precision int) int64 {
	scale := microsScale[precision]
	if t >= 0 {
		return (t + scale/2) / scale * scale
	}
	return -((-t + scale/2) / scale * scale)
}

var microsScale = [...]int64{1_000_000, 100_000, 10_000, 1000, 100, 10, 1}

// isoDate reads yyyy-mm-dd at the start of s, the form that nearly all text
// has. fast is false for everything else, wrong dates included: those take the
// long way.
func isoDate(s string) (d int32, rest string, fast bool) {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return 0, s, false
	}
	y, ok1 := fixedDigits(s[:4])
	m, ok2 := fixedDigits(s[5:7])
	day, ok3 := fixedDigits(s[8:10])
	if !ok1 || !ok2 || !ok3 || y < 1 || m < 1 || m > 12 || day < 1 || day > daysInMonth(y, m) {
		return 0, s, false
	}
	return int32(civilDays(y, m, day)), s[10:], true
}

func fixedDigits(s string) (n int, ok bool) {
	for i := 0; i < len(s); i++ {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + int(c)
	}
	return n, true
}

// isoTimestamp reads yyyy-mm-dd[ hh:mm:ss[.ffffff]], with a T for the blank.
func isoTimestamp(s string) (ts int64, fast bool) {
	d, rest, fast := isoDate(s)
	if !fast {
		return 0, false
	}
	ts = int64(d) * UsecPerDay
	if rest == "" {
		return ts, true
	}
	if len(rest) < 9 || rest[0] != ' ' && rest[0] != 'T' || rest[3] != ':' || rest[6] != ':' {
		return 0, false
	}
	h, ok1 := fixedDigits(rest[1:3])
	m, ok2 := fixedDigits(rest[4:6])
	sec, ok3 := fixedDigits(rest[7:9])
	if !ok1 || !ok2 || !ok3 || h > 23 || m > 59 || sec > 59 {
		return 0, false
	}
	ts += int64(h)*usecPerHour + int64(m)*usecPerMinute + int64(sec)*usecPerSec
	rest = rest[9:]
	if rest == "" {
		return ts, true
	}
	if rest[0] != '.' || len(rest) < 2 || len(rest) > 7 {
		return 0, false
	}
	frac, okFrac := fixedDigits(rest[1:])
	if !okFrac {
		return 0, false
	}
	return ts + int64(frac)*microsScale[len(rest)-1], true
}
