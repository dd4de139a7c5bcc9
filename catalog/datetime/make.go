package datetime

import (
	"math"
	"strings"
	"time"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

func errField(format string, args ...any) error {
	return sqlerr.New(sqlerr.DatetimeFieldOverflow, format, args...)
}

// MakeDate is make_date; negative years are BC.
func MakeDate(year, month, day int) (int32, error) {
	y := year
	bad := func() (int32, error) {
		return 0, errField("date field value out of range: %d-%02d-%02d", y, month, day)
	}
	switch {
	case year == 0:
		return bad()
	case year < 0:
		y++
	}
	if month < 1 || month > 12 || day < 1 || day > daysInMonth(y, month) {
		return bad()
	}
	if y < -4714 || y > 5874898 || !validDay(civilDays(y, month, day)) {
		return 0, sqlerr.New(sqlerr.DatetimeValueOutOfRange, "date out of range: %d-%02d-%02d", y, month, day)
	}
	return int32(civilDays(y, month, day)), nil
}

// MakeTime is make_time; 24:00:00 is a time too.
func MakeTime(hour, minute int, sec float64) (int64, error) {
	if t, ok := clockMicros(hour, minute, sec); ok {
		return t, nil
	}
	return 0, errField("time field value out of range: %d:%02d:%s", hour, minute, cSeconds(sec))
}

// cSeconds is C's %02g, near enough for an error.
func cSeconds(sec float64) string {
	s := strings.TrimRight(strings.TrimRight(fmtFloat(sec), "0"), ".")
	if len(s) < 2 {
		return "0" + s
	}
	return s
}

func clockMicros(hour, minute int, sec float64) (int64, bool) {
	if hour < 0 || hour > 24 || minute < 0 || minute > 59 || math.IsNaN(sec) || sec < 0 || sec > 60 {
		return 0, false
	}
	t := int64(hour)*usecPerHour + int64(minute)*usecPerMinute + int64(math.RoundToEven(sec*usecPerSec))
	return t, t <= UsecPerDay
}

// MakeTimestamp is make_timestamp.
func MakeTimestamp(year, month, day, hour, minute int, sec float64) (int64, error) {
	y := year
	if year < 0 {
		y++
	}
	if year == 0 || month < 1 || month > 12 || day < 1 || day > daysInMonth(y, month) {
		return 0, errField("date field value out of range: %d-%02d-%02d", year, month, day)
	}
	t, inRange := clockMicros(hour, minute, sec)
	if !inRange {
		return 0, errField("time field value out of range: %d:%02d:%s", hour, minute, cSeconds(sec))
	}
	outOfRange := func() (int64, error) {
		return 0, sqlerr.New(sqlerr.DatetimeValueOutOfRange, "timestamp out of range: %d-%02d-%02d %d:%02d:%s",
			year, month, day, hour, minute, cSeconds(sec))
	}
	if y < -4714 || y > 294300 {
		return outOfRange()
	}
	ts, inRange := addTimestamp(int64(civilDays(y, month, day))*UsecPerDay, t)
	if !inRange {
		return outOfRange()
	}
	return ts, nil
}

// ZoneByText is the zone that a text names for make_timestamptz, AT TIME ZONE
// and date_trunc: a name, an abbreviation (whose offset may depend on the local
// time) or a POSIX specification.
type ZoneByText struct {
	loc    *time.Location
	abbrev abbreviation
}

// FindZoneText looks a zone up; 22023 where there is none.
func FindZoneText(name string) (ZoneByText, error) {
	if a, ok := abbreviations()[strings.ToLower(name)]; ok {
		return ZoneByText{abbrev: a}, nil
	}
	if loc := FindZone(name); loc != nil {
		return ZoneByText{loc: loc}, nil
	}
	return ZoneByText{}, ErrZone(name)
}

// Location is the zone for a moment: of an abbreviation, its offset then.
func (z ZoneByText) Location(ts int64) *time.Location {
	if z.loc != nil {
		return z.loc
	}
	off := z.abbrev.offset
	if z.abbrev.zone != "" && TimestampIsFinite(ts) {
		if o, _, ok := abbreviationOffset(FindZone(z.abbrev.zone), z.abbrev.name, floorDiv(ts, usecPerSec)); ok {
			off = o
		} else {
			off = Offset(FindZone(z.abbrev.zone), ts)
		}
	}
	return time.FixedZone(z.abbrev.name, off)
}

// FromLocal is timestamp AT TIME ZONE: the moment when a clock there shows it.
func (z ZoneByText) FromLocal(ts int64) (int64, error) {
	if z.loc != nil || !TimestampIsFinite(ts) {
		if z.loc == nil {
			return ts, nil
		}
		return FromLocal(ts, z.loc)
	}
	off, _ := z.abbrev.at(ts)
	u, ok := addTimestamp(ts, -int64(off)*usecPerSec)
	if !ok {
		return 0, errTimestampRange()
	}
	return u, nil
}

// ToLocal is timestamptz AT TIME ZONE: what a clock there shows.
func (z ZoneByText) ToLocal(ts int64) (int64, error) {
	if !TimestampIsFinite(ts) {
		return ts, nil
	}
	r, ok := addTimestamp(ts, int64(Offset(z.Location(ts), ts))*usecPerSec)
	if !ok {
		return 0, errTimestampRange()
	}
	return r, nil
}

// TimeTZ is timetz AT TIME ZONE: the same moment at another offset, which is
// that of now where the zone has rules.
func (z ZoneByText) TimeTZ(t TimeTZ, now int64) TimeTZ {
	return atOffset(t, int32(Offset(z.Location(now), now)))
}

func atOffset(t TimeTZ, off int32) TimeTZ {
	return TimeTZ{Micros: modulo(t.utc()+int64(off)*usecPerSec, UsecPerDay), Offset: off}
}

// IntervalOffset is the offset that an interval means in AT TIME ZONE, in
// seconds east; it must have no months and days.
func IntervalOffset(v Interval) (int, error) {
	if v.Months != 0 || v.Days != 0 {
		return 0, sqlerr.New(sqlerr.InvalidParameterValue, "interval time zone %s must not include months or days",
			sqlerr.Quote(string(AppendInterval(nil, v, IntervalPostgres))))
	}
	return int(v.Micros / usecPerSec), nil
}

// ShiftTimestamp adds seconds, for zones given by interval.
func ShiftTimestamp(ts int64, seconds int) (int64, error) {
	if !TimestampIsFinite(ts) {
		return ts, nil
	}
	r, ok := addTimestamp(ts, int64(seconds)*usecPerSec)
	if !ok {
		return 0, errTimestampRange()
	}
	return r, nil
}

// TimeTZAtOffset is timetz AT TIME ZONE interval.
func TimeTZAtOffset(t TimeTZ, seconds int) TimeTZ { return atOffset(t, int32(seconds)) }

// MakeTimestamptz is make_timestamptz; zone is "" for the session's.
func MakeTimestamptz(year, month, day, hour, minute int, sec float64, zone string, env *Env) (int64, error) {
	local, err := MakeTimestamp(year, month, day, hour, minute, sec)
	if err != nil {
		return 0, err
	}
	if zone == "" {
		return FromLocal(local, env.location())
	}
	if isDigit(zone[0]) {
		return 0, sqlerr.New(sqlerr.InvalidParameterValue, "invalid input syntax for type %s: %s", "numeric time zone", sqlerr.Quote(zone)).
			WithHint(`Numeric time zones must have "-" or "+" as first character.`)
	}
	switch off, f := parseOffset(zone); f {
	case ok:
		return ShiftTimestamp(local, -off)
	case zoneOverflow:
		return 0, sqlerr.New(sqlerr.InvalidParameterValue, "numeric time zone %s out of range", sqlerr.Quote(zone))
	}
	z, err := FindZoneText(zone)
	if err != nil {
		return 0, err
	}
	return z.FromLocal(local)
}

// MakeInterval is make_interval.
func MakeInterval(years, months, weeks, days, hours, minutes int32, secs float64) (Interval, error) {
	if math.IsInf(secs, 0) || math.IsNaN(secs) {
		return Interval{}, errIntervalRange()
	}
	m := int64(years)*12 + int64(months)
	d := int64(weeks)*7 + int64(days)
	micros := float64(int64(hours)*usecPerHour+int64(minutes)*usecPerMinute) + 0
	s := math.RoundToEven(secs * usecPerSec)
	if m != int64(int32(m)) || d != int64(int32(d)) || math.Abs(micros+s) >= math.MaxInt64 {
		return Interval{}, errIntervalRange()
	}
	return Interval{Months: int32(m), Days: int32(d), Micros: int64(hours)*usecPerHour + int64(minutes)*usecPerMinute + int64(s)}, nil
}

// FromEpoch is to_timestamp(double precision): seconds since 1970.
func FromEpoch(sec float64) (int64, error) {
	if math.IsNaN(sec) {
		return 0, sqlerr.New(sqlerr.DatetimeValueOutOfRange, "timestamp cannot be NaN")
	}
	if math.IsInf(sec, 1) {
		return TimestampInfinity, nil
	}
	if math.IsInf(sec, -1) {
		return TimestampNegInfinity, nil
	}
	// Postgres rounds in its own count of time, which begins in 2000.
	const epoch = 10957 * secPerDay
	us := math.RoundToEven((sec - epoch) * usecPerSec)
	if us < MinTimestamp-epoch*usecPerSec || us >= MaxTimestamp-epoch*usecPerSec {
		return 0, sqlerr.New(sqlerr.DatetimeValueOutOfRange, "timestamp out of range: %s", sqlerr.Quote(fmtG(sec)))
	}
	return int64(us) + epoch*usecPerSec, nil
}
