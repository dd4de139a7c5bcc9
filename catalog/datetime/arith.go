package datetime

import (
	"math"
	"math/bits"
	"time"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// AddDays is date + integer.
func AddDays(d int32, n int32) (int32, error) {
	if !DateIsFinite(d) {
		return d, nil
	}
	s := int64(d) + int64(n)
	if s < MinDate || s > MaxDate {
		return 0, errDateRange()
	}
	return int32(s), nil
}

// SubDates is date - date, in days.
func SubDates(a, b int32) (int32, error) {
	if !DateIsFinite(a) || !DateIsFinite(b) {
		return 0, sqlerr.New(sqlerr.DatetimeValueOutOfRange, "cannot subtract infinite dates")
	}
	return a - b, nil
}

// DateToTimestamp is midnight of a date.
func DateToTimestamp(d int32) (int64, error) {
	switch {
	case d == DateInfinity:
		return TimestampInfinity, nil
	case d == DateNegInfinity:
		return TimestampNegInfinity, nil
	case int64(d) > maxTimestampDay:
		return 0, sqlerr.New(sqlerr.DatetimeValueOutOfRange, "date out of range for timestamp")
	}
	return int64(d) * UsecPerDay, nil
}

// DateToTimestamptz is midnight of a date in a zone.
func DateToTimestamptz(d int32, loc *time.Location) (int64, error) {
	ts, err := DateToTimestamp(d)
	if err != nil || !TimestampIsFinite(ts) {
		return ts, err
	}
	u, inRange := addTimestamp(ts, -int64(localOffset(loc, ts))*usecPerSec)
	if !inRange {
		return 0, sqlerr.New(sqlerr.DatetimeValueOutOfRange, "date out of range for timestamp")
	}
	return u, nil
}

// DateAndTime is date + time.
func DateAndTime(d int32, t int64) (int64, error) {
	ts, err := DateToTimestamp(d)
	if err != nil || !TimestampIsFinite(ts) {
		return ts, err
	}
	sum, inRange := addTimestamp(ts, t)
	if !inRange {
		return 0, errTimestampRange()
	}
	return sum, nil
}

// DateAndTimeTZ is date + timetz: a timestamptz.
func DateAndTimeTZ(d int32, t TimeTZ) (int64, error) { return DateAndTime(d, t.utc()) }

// TimeOf is the time of day of a timestamp; ok is false for the infinities,
// where it is NULL.
func TimeOf(ts int64) (t int64, ok bool) {
	if !TimestampIsFinite(ts) {
		return 0, false
	}
	return ts - floorDiv(ts, UsecPerDay)*UsecPerDay, true
}

// AddInterval is timestamp + interval: months first, keeping the day of the
// month where it exists, then days, then the time.
func AddInterval(ts int64, v Interval) (int64, error) {
	if !TimestampIsFinite(ts) {
		return ts, nil
	}
	ts, inRange := addMonthsDays(ts, v.Months, v.Days)
	if inRange {
		ts, inRange = addTimestamp(ts, v.Micros)
	}
	if !inRange {
		return 0, errTimestampRange()
	}
	return ts, nil
}

func addMonthsDays(ts int64, months, days int32) (int64, bool) {
	if months != 0 {
		d := floorDiv(ts, UsecPerDay)
		t := ts - d*UsecPerDay
		y, m, day := daysCivil(int(d))
		total := y*12 + m - 1 + int(months)
		y, m = floorDiv(total, 12), total-floorDiv(total, 12)*12+1
		if y < -4713 || y > 294300 {
			return 0, false
		}
		day = min(day, daysInMonth(y, m))
		nd := civilDays(y, m, day)
		if nd < MinDate || nd > maxTimestampDay {
			return 0, false
		}
		var ok bool
		if ts, ok = addTimestamp(int64(nd)*UsecPerDay, t); !ok {
			return 0, false
		}
	}
	if days != 0 {
		d := floorDiv(ts, UsecPerDay) + int64(days)
		if d < MinDate || d > maxTimestampDay {
			return 0, false
		}
		return addTimestamp(d*UsecPerDay, ts-floorDiv(ts, UsecPerDay)*UsecPerDay)
	}
	return ts, true
}

// NegInterval is -v.
func NegInterval(v Interval) (Interval, error) {
	if v.Months == math.MinInt32 || v.Days == math.MinInt32 || v.Micros == math.MinInt64 {
		return v, errIntervalRange()
	}
	return Interval{Months: -v.Months, Days: -v.Days, Micros: -v.Micros}, nil
}

// SubInterval is timestamp - interval.
func SubInterval(ts int64, v Interval) (int64, error) {
	v.Months, v.Days, v.Micros = -v.Months, -v.Days, -v.Micros // wraps as Postgres does
	return AddInterval(ts, v)
}

// AddIntervalTZ is timestamptz + interval: months and days by the calendar of
// a zone, the time by the clock.
func AddIntervalTZ(ts int64, v Interval, loc *time.Location) (int64, error) {
	if !TimestampIsFinite(ts) {
		return ts, nil
	}
	for _, step := range [...]Interval{{Months: v.Months}, {Days: v.Days}} {
		if step.Months == 0 && step.Days == 0 {
			continue
		}
		local, inRange := addMonthsDays(ToLocal(ts, loc), step.Months, step.Days)
		if !inRange {
			return 0, errTimestampRange()
		}
		var err error
		if ts, err = FromLocal(local, loc); err != nil {
			return 0, err
		}
	}
	ts, inRange := addTimestamp(ts, v.Micros)
	if !inRange {
		return 0, errTimestampRange()
	}
	return ts, nil
}

// SubIntervalTZ is timestamptz - interval.
func SubIntervalTZ(ts int64, v Interval, loc *time.Location) (int64, error) {
	v.Months, v.Days, v.Micros = -v.Months, -v.Days, -v.Micros
	return AddIntervalTZ(ts, v, loc)
}

// SubTimestamps is timestamp - timestamp: days and a time.
func SubTimestamps(a, b int64) (Interval, error) {
	if !TimestampIsFinite(a) || !TimestampIsFinite(b) {
		return Interval{}, sqlerr.New(sqlerr.DatetimeValueOutOfRange, "cannot subtract infinite timestamps")
	}
	d := a - b
	if (a >= 0) != (b >= 0) && (d >= 0) != (a >= 0) {
		return Interval{}, errIntervalRange()
	}
	return Interval{Days: int32(d / UsecPerDay), Micros: d % UsecPerDay}, nil
}

// SubTimes is time - time.
func SubTimes(a, b int64) Interval { return Interval{Micros: a - b} }

// AddTime is time + interval: only the interval's time counts, and it wraps
// around midnight.
func AddTime(t int64, v Interval) int64 {
	s := (t + v.Micros%UsecPerDay) % UsecPerDay
	if s < 0 {
		s += UsecPerDay
	}
	return s
}

// SubTime is time - interval.
func SubTime(t int64, v Interval) int64 {
	return AddTime(t, Interval{Micros: -(v.Micros % UsecPerDay)})
}

// IntervalToTime is interval::time.
func IntervalToTime(v Interval) int64 { return AddTime(0, v) }

// AddIntervals is interval + interval.
func AddIntervals(a, b Interval) (Interval, error) {
	r := Interval{Months: a.Months + b.Months, Days: a.Days + b.Days, Micros: a.Micros + b.Micros}
	if int64(r.Months) != int64(a.Months)+int64(b.Months) || int64(r.Days) != int64(a.Days)+int64(b.Days) ||
		(a.Micros >= 0) == (b.Micros >= 0) && (r.Micros >= 0) != (a.Micros >= 0) {
		return Interval{}, errIntervalRange()
	}
	return r, nil
}

// SubIntervals is interval - interval.
func SubIntervals(a, b Interval) (Interval, error) {
	r := Interval{Months: a.Months - b.Months, Days: a.Days - b.Days, Micros: a.Micros - b.Micros}
	if int64(r.Months) != int64(a.Months)-int64(b.Months) || int64(r.Days) != int64(a.Days)-int64(b.Days) ||
		(a.Micros >= 0) != (b.Micros >= 0) && (r.Micros >= 0) != (a.Micros >= 0) {
		return Interval{}, errIntervalRange()
	}
	return r, nil
}

// MulInterval is interval × float8. Fractions of months and days move down to
// smaller units, at 30 days a month.
func MulInterval(v Interval, factor float64) (Interval, error) {
	return scaleInterval(v, func(x float64) float64 { return x * factor })
}

// DivInterval is interval / float8.
func DivInterval(v Interval, divisor float64) (Interval, error) {
	if divisor == 0 {
		return Interval{}, sqlerr.New(sqlerr.DivisionByZero, "division by zero")
	}
	return scaleInterval(v, func(x float64) float64 { return x / divisor })
}

func scaleInterval(v Interval, scale func(float64) float64) (r Interval, err error) {
	whole := func(part int32) (n int32, rest float64, ok bool) {
		x := scale(float64(part))
		if math.IsNaN(x) || x > math.MaxInt32 || x < math.MinInt32 {
			return 0, 0, false
		}
		return int32(x), x - float64(int32(x)), true
	}
	round := func(x float64) float64 { return math.RoundToEven(x*1e6) / 1e6 }
	months, monthRest, ok1 := whole(v.Months)
	days, dayRest, ok2 := whole(v.Days)
	if !ok1 || !ok2 {
		return r, errIntervalRange()
	}
	restDays := round(monthRest * 30)
	restSecs := round((dayRest + restDays - float64(int(restDays))) * secPerDay)
	total := int64(days)
	if math.Abs(restSecs) >= secPerDay {
		total += int64(restSecs / secPerDay)
		restSecs -= float64(int(restSecs/secPerDay)) * secPerDay
	}
	total += int64(restDays)
	micros := math.RoundToEven(scale(float64(v.Micros)) + restSecs*usecPerSec)
	if total != int64(int32(total)) || math.IsNaN(micros) || micros >= math.MaxInt64 || micros < math.MinInt64 {
		return r, errIntervalRange()
	}
	return Interval{Months: months, Days: int32(total), Micros: int64(micros)}, nil
}

// CompareIntervals orders intervals by length, a month being 30 days and a day
// 24 hours: negative, zero or positive.
func CompareIntervals(a, b Interval) int {
	ahi, alo := IntervalSpan(a)
	bhi, blo := IntervalSpan(b)
	switch {
	case ahi != bhi:
		if ahi < bhi {
			return -1
		}
		return 1
	case alo < blo:
		return -1
	case alo > blo:
		return 1
	}
	return 0
}

// IntervalSpan is an interval's length in microseconds as a two's complement
// 128-bit integer: what intervals are compared and hashed by.
func IntervalSpan(v Interval) (hi int64, lo uint64) {
	days := int64(v.Months)*30 + int64(v.Days)
	uhi, ulo := bits.Mul64(uint64(days), UsecPerDay)
	if days < 0 {
		uhi -= UsecPerDay // the product was taken of days + 2^64
	}
	lo, carry := bits.Add64(ulo, uint64(v.Micros), 0)
	hi = int64(uhi) + int64(v.Micros>>63) + int64(carry)
	return hi, lo
}

// JustifyHours moves whole days out of the time.
func JustifyHours(v Interval) (Interval, error) {
	days := int64(v.Days) + v.Micros/UsecPerDay
	t := v.Micros % UsecPerDay
	if days > 0 && t < 0 {
		t += UsecPerDay
		days--
	} else if days < 0 && t > 0 {
		t -= UsecPerDay
		days++
	}
	if days != int64(int32(days)) {
		return v, errIntervalRange()
	}
	return Interval{Months: v.Months, Days: int32(days), Micros: t}, nil
}

// JustifyDays moves whole months of 30 days out of the days.
func JustifyDays(v Interval) (Interval, error) {
	months := int64(v.Months) + int64(v.Days/30)
	days := v.Days % 30
	if months > 0 && days < 0 {
		days += 30
		months--
	} else if months < 0 && days > 0 {
		days -= 30
		months++
	}
	if months != int64(int32(months)) {
		return v, errIntervalRange()
	}
	return Interval{Months: int32(months), Days: days, Micros: v.Micros}, nil
}

// JustifyInterval does both, and gives all parts one sign.
func JustifyInterval(v Interval) (Interval, error) {
	days := int64(v.Days) + v.Micros/UsecPerDay
	t := v.Micros % UsecPerDay
	months := int64(v.Months) + days/30
	days %= 30
	if months > 0 && (days < 0 || days == 0 && t < 0) {
		days += 30
		months--
	} else if months < 0 && (days > 0 || days == 0 && t > 0) {
		days -= 30
		months++
	}
	if days > 0 && t < 0 {
		t += UsecPerDay
		days--
	} else if days < 0 && t > 0 {
		t -= UsecPerDay
		days++
	}
	if months != int64(int32(months)) {
		return v, errIntervalRange()
	}
	return Interval{Months: int32(months), Days: int32(days), Micros: t}, nil
}

// Age is the difference between two timestamps in years, months, days and
// time, as people count.
func Age(a, b int64) (Interval, error) {
	if !TimestampIsFinite(a) || !TimestampIsFinite(b) {
		return Interval{}, errTimestampRange()
	}
	return age(splitTimestamp(a), splitTimestamp(b), a < b), nil
}

// AgeTZ is Age of moments, as clocks in a zone show them.
func AgeTZ(a, b int64, loc *time.Location) (Interval, error) {
	if !TimestampIsFinite(a) || !TimestampIsFinite(b) {
		return Interval{}, errTimestampRange()
	}
	return age(splitTimestamp(ToLocal(a, loc)), splitTimestamp(ToLocal(b, loc)), a < b), nil
}

func age(a, b fields, negative bool) Interval {
	d := fields{
		year: a.year - b.year, month: a.month - b.month, day: a.day - b.day,
		hour: a.hour - b.hour, min: a.min - b.min, sec: a.sec - b.sec, usec: a.usec - b.usec,
	}
	// The days of a borrowed month are those of the earlier date's month.
	from := b
	if negative {
		d = fields{-d.year, -d.month, -d.day, -d.hour, -d.min, -d.sec, -d.usec, 0}
		from = a
	}
	borrow := func(low, high *int, size int) {
		for *low < 0 {
			*low += size
			*high--
		}
	}
	borrow(&d.usec, &d.sec, usecPerSec)
	borrow(&d.sec, &d.min, 60)
	borrow(&d.min, &d.hour, 60)
	borrow(&d.hour, &d.day, 24)
	borrow(&d.day, &d.month, daysInMonth(from.year, from.month))
	borrow(&d.month, &d.year, 12)
	v := Interval{Months: int32(d.year*12 + d.month), Days: int32(d.day), Micros: d.timeOfDay()}
	if negative {
		v.Months, v.Days, v.Micros = -v.Months, -v.Days, -v.Micros
	}
	return v
}

// Overlaps says whether two periods, each given by two ends in any order,
// share a moment; each is half open, but one that is a single moment holds it.
// T is any of the ordered time types.
func Overlaps[T int32 | int64](s1, e1, s2, e2 T) bool {
	if s1 > e1 {
		s1, e1 = e1, s1
	}
	if s2 > e2 {
		s2, e2 = e2, s2
	}
	switch {
	case s1 > s2:
		return s1 < e2
	case s1 < s2:
		return s2 < e1
	}
	return true
}
