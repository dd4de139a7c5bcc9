package datetime

import (
	"math"
	"time"

	"github.com/inlaydb/inlay/catalog/numeric"
)

// Part is a field of a date or time: what extract and date_part give. It is
// Value × 10^-Scale, an infinity, or NULL.
type Part struct {
	Value int64
	Scale int8
	Inf   int8 // ±1: ±infinity
	Null  bool
	days  bool // Value is a Julian day in microseconds

	// The epoch of an interval may not fit Value: then it is in whole seconds,
	// to which micros are added; float is the sum in the order of Postgres.
	secs   bool
	micros int64
	float  float64
}

// Numeric is the part as extract gives it.
func (p Part) Numeric() numeric.Numeric {
	switch {
	case p.Inf > 0:
		return numeric.PosInf
	case p.Inf < 0:
		return numeric.NegInf
	case p.secs:
		sum, _ := numeric.Add(numeric.FromInt64(p.Value), numeric.FromScaled64(p.micros, 6))
		return sum
	case p.days:
		day := floorDiv(p.Value, UsecPerDay)
		frac, _ := numeric.Div(numeric.FromInt64(p.Value-day*UsecPerDay), numeric.FromInt64(UsecPerDay))
		sum, _ := numeric.Add(numeric.FromInt64(day), frac)
		return sum
	}
	return numeric.FromScaled64(p.Value, int(p.Scale))
}

// Float is the part as date_part gives it.
func (p Part) Float() float64 {
	switch {
	case p.Inf != 0:
		return math.Inf(int(p.Inf))
	case p.days:
		day := floorDiv(p.Value, UsecPerDay)
		return float64(day) + float64(p.Value-day*UsecPerDay)/usecPerSec/secPerDay
	case p.secs:
		return p.float
	case p.Scale == 6:
		return float64(p.Value) / 1e6
	case p.Scale == 3:
		return float64(p.Value) / 1e3
	}
	return float64(p.Value)
}

// ofInfinity is a part of ±infinity: infinite where the unit only grows with
// time, else NULL.
func ofInfinity(u Unit, negative bool) Part {
	switch u {
	case Year, Decade, Century, Millennium, Julian, ISOYear, Epoch:
		if negative {
			return Part{Inf: -1}
		}
		return Part{Inf: 1}
	}
	return Part{Null: true}
}

// OfDate is a part of a date.
func (u Unit) OfDate(d int32) Part {
	switch {
	case !DateIsFinite(d):
		return ofInfinity(u, d < 0)
	case u == Epoch:
		return Part{Value: int64(d) * secPerDay}
	case u == Julian:
		return Part{Value: int64(d) + julianEpoch}
	}
	return Part{Value: int64(u.ofDay(int(d)))}
}

// ofDay is a unit of the calendar.
func (u Unit) ofDay(days int) int {
	switch u {
	case DayOfWeek:
		return weekday(days)
	case ISODayOfWeek:
		return (weekday(days)+6)%7 + 1
	case Week:
		_, w := isoWeek(days)
		return w
	case ISOYear:
		y, _ := isoWeek(days)
		return noYearZero(y)
	}
	y, m, d := daysCivil(days)
	switch u {
	case Day:
		return d
	case Month:
		return m
	case Quarter:
		return (m-1)/3 + 1
	case Year:
		return noYearZero(y)
	case Decade:
		return floorDiv(y, 10)
	case Century:
		return noYearZero(floorDiv(y-1, 100) + 1)
	case Millennium:
		return noYearZero(floorDiv(y-1, 1000) + 1)
	case DayOfYear:
		return days - civilDays(y, 1, 1) + 1
	}
	return 0
}

// noYearZero counts 1 BC as -1.
func noYearZero(y int) int {
	if y <= 0 {
		return y - 1
	}
	return y
}

// ofClock is a unit of the time of day.
func ofClock(u Unit, t int64) Part {
	switch u {
	case Microseconds:
		return Part{Value: t % usecPerMinute}
	case Milliseconds:
		return Part{Value: t % usecPerMinute, Scale: 3}
	case Second:
		return Part{Value: t % usecPerMinute, Scale: 6}
	case Minute:
		return Part{Value: t / usecPerMinute % 60}
	}
	return Part{Value: t / usecPerHour}
}

// OfTime is a part of a time of day.
func (u Unit) OfTime(t int64) Part {
	if u == Epoch {
		return Part{Value: t, Scale: 6}
	}
	return ofClock(u, t)
}

// OfTimeTZ is a part of a time with time zone.
func (u Unit) OfTimeTZ(t TimeTZ) Part {
	switch u {
	case Epoch:
		return Part{Value: t.utc(), Scale: 6}
	case TimezoneOffset, TimezoneHour, TimezoneMinute:
		return ofOffset(u, int(t.Offset))
	}
	return ofClock(u, t.Micros)
}

func ofOffset(u Unit, off int) Part {
	switch u {
	case TimezoneHour:
		return Part{Value: int64(off / 3600)}
	case TimezoneMinute:
		return Part{Value: int64(off / 60 % 60)}
	}
	return Part{Value: int64(off)}
}

// OfTimestamp is a part of a timestamp.
func (u Unit) OfTimestamp(ts int64) Part {
	if !TimestampIsFinite(ts) {
		return ofInfinity(u, ts < 0)
	}
	switch {
	case u.ofClock():
		return ofClock(u, modulo(ts, UsecPerDay))
	case u == Epoch:
		return Part{Value: ts, Scale: 6}
	case u == Julian:
		return Part{Value: ts + julianEpoch*UsecPerDay, days: true}
	}
	return Part{Value: int64(u.ofDay(int(floorDiv(ts, UsecPerDay))))}
}

// OfTimestamptz is a part of a moment as clocks in a zone show it.
func (u Unit) OfTimestamptz(ts int64, loc *time.Location) Part {
	if !TimestampIsFinite(ts) {
		return ofInfinity(u, ts < 0)
	}
	switch u {
	case Epoch:
		return Part{Value: ts, Scale: 6}
	case TimezoneOffset, TimezoneHour, TimezoneMinute:
		return ofOffset(u, Offset(loc, ts))
	}
	return u.OfTimestamp(ToLocal(ts, loc))
}

// OfInterval is a part of an interval.
func (u Unit) OfInterval(v Interval) Part {
	years := int64(v.Months / 12)
	switch u {
	case Hour:
		return Part{Value: v.Micros / usecPerHour}
	case Day:
		return Part{Value: int64(v.Days)}
	case Month:
		return Part{Value: int64(v.Months % 12)}
	case Quarter:
		return Part{Value: int64(v.Months%12/3 + 1)}
	case Year:
		return Part{Value: years}
	case Decade:
		return Part{Value: years / 10}
	case Century:
		return Part{Value: years / 100}
	case Millennium:
		return Part{Value: years / 1000}
	case Epoch:
		// A year of 365.25 days, a month of 30.
		secs := (1461*years + 120*int64(v.Months%12) + 4*int64(v.Days)) * (secPerDay / 4)
		f := float64(v.Micros) / 1e6
		f += float64(years) * (365.25 * secPerDay)
		f += float64(v.Months%12) * (30 * secPerDay)
		f += float64(v.Days) * secPerDay
		return Part{Value: secs, micros: v.Micros, secs: true, float: f}
	}
	return ofClock(u, v.Micros)
}
