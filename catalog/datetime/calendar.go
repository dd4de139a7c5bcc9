package datetime

import (
	"math"

	"github.com/inlaydb/inlay/storage/column"
)

// Interval is a span of time; its parts do not carry into each other.
type Interval = column.IntervalValue

// Units in microseconds.
const (
	usecPerMsec   = 1000
	usecPerSec    = 1_000_000
	usecPerMinute = 60 * usecPerSec
	usecPerHour   = 60 * usecPerMinute
	UsecPerDay    = 24 * usecPerHour
	secPerDay     = 86400
)

// The infinities, and the ends of what is finite.
const (
	DateInfinity         = math.MaxInt32
	DateNegInfinity      = math.MinInt32
	TimestampInfinity    = math.MaxInt64
	TimestampNegInfinity = math.MinInt64

	MinDate      = -2440588             // 4713-11-24 BC
	MaxDate      = 2145042905           // 5874897-12-31
	MinTimestamp = MinDate * UsecPerDay // 4713-11-24 00:00:00 BC
	MaxTimestamp = math.MaxInt64 - 1    // 294247-01-10 04:00:54.775806
)

// julianEpoch is the Julian day of 1970-01-01.
const julianEpoch = 2440588

// fields is a broken-down time. Years are astronomical: 0 is 1 BC.
type fields struct {
	year, month, day int
	hour, min, sec   int
	usec             int
	yday             int // day of the year, from 1, while decoding
}

// civilDays is the days from 1970-01-01 to a date of the proleptic Gregorian
// calendar (Howard Hinnant's days_from_civil).
func civilDays(year, month, day int) int {
	if month <= 2 {
		year--
	}
	era := floorDiv(year, 400)
	yoe := year - era*400
	mp := month - 3
	if month <= 2 {
		mp = month + 9
	}
	doy := (153*mp+2)/5 + day - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return era*146097 + doe - 719468
}

// daysCivil is the inverse of civilDays.
func daysCivil(days int) (year, month, day int) {
	days += 719468
	era := floorDiv(days, 146097)
	doe := days - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	year = yoe + era*400
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = doy - (153*mp+2)/5 + 1
	if mp < 10 {
		month = mp + 3
	} else {
		month = mp - 9
		year++
	}
	return year, month, day
}

func floorDiv[T int | int64](a, b T) T {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func isLeap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

var monthDays = [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

func daysInMonth(year, month int) int {
	if month == 2 && isLeap(year) {
		return 29
	}
	return monthDays[month-1]
}

// weekday is 0 for Sunday.
func weekday(days int) int { return ((days+4)%7 + 7) % 7 }

// isoWeekStart is the Monday on which week 1 of a year begins: the week of 4 January.
func isoWeekStart(year int) int {
	d := civilDays(year, 1, 4)
	return d - (weekday(d)+6)%7
}

// isoWeek is the ISO 8601 year and week of a day.
func isoWeek(days int) (year, week int) {
	year, _, _ = daysCivil(days)
	start := isoWeekStart(year)
	if days < start {
		year--
		start = isoWeekStart(year)
	} else if next := isoWeekStart(year + 1); days >= next {
		year++
		start = next
	}
	return year, (days-start)/7 + 1
}

// splitTimestamp breaks a finite timestamp down.
func splitTimestamp(ts int64) (f fields) {
	days := floorDiv(ts, UsecPerDay)
	f = splitTime(ts - days*UsecPerDay)
	f.year, f.month, f.day = daysCivil(int(days))
	return f
}

func splitTime(t int64) (f fields) {
	f.hour = int(t / usecPerHour)
	t -= int64(f.hour) * usecPerHour
	f.min = int(t / usecPerMinute)
	t -= int64(f.min) * usecPerMinute
	f.sec = int(t / usecPerSec)
	f.usec = int(t - int64(f.sec)*usecPerSec)
	return f
}

func (f *fields) timeOfDay() int64 {
	return int64(f.hour)*usecPerHour + int64(f.min)*usecPerMinute + int64(f.sec)*usecPerSec + int64(f.usec)
}

func (f *fields) days() int { return civilDays(f.year, f.month, f.day) }

// validDay says whether a day is one that a date can hold.
func validDay(days int) bool { return days >= MinDate && days <= MaxDate }

// timestamp puts f together; ok is false where it is out of range.
func (f *fields) timestamp() (ts int64, ok bool) {
	days := f.days()
	if days < MinDate || days > maxTimestampDay {
		return 0, false
	}
	return addTimestamp(int64(days)*UsecPerDay, f.timeOfDay())
}

const maxTimestampDay = math.MaxInt64 / UsecPerDay

// addTimestamp is a+b, if that is a finite timestamp.
func addTimestamp(a, b int64) (int64, bool) {
	s := a + b
	if (a > 0) == (b > 0) && (s > 0) != (a > 0) && a != 0 && b != 0 {
		return 0, false
	}
	return s, s >= MinTimestamp && s <= MaxTimestamp
}

// DateOf is the date of a timestamp, infinities included.
func DateOf(ts int64) int32 {
	switch ts {
	case TimestampInfinity:
		return DateInfinity
	case TimestampNegInfinity:
		return DateNegInfinity
	}
	return int32(floorDiv(ts, UsecPerDay))
}

// DateIsFinite says whether d is none of the infinities.
func DateIsFinite(d int32) bool { return d != DateInfinity && d != DateNegInfinity }

// TimestampIsFinite says whether ts is none of the infinities.
func TimestampIsFinite(ts int64) bool { return ts != TimestampInfinity && ts != TimestampNegInfinity }
