package datetime

import (
	"math"
	"time"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// Trunc is date_trunc of a timestamp.
func Trunc(u Unit, ts int64) (int64, error) {
	if !TimestampIsFinite(ts) {
		return ts, nil
	}
	if u <= Day { // constant lengths
		return ts - modulo(ts, truncSize[u]), nil
	}
	d := int(floorDiv(ts, UsecPerDay))
	days := truncDay(u, d)
	if days < MinDate {
		return 0, errTimestampRange()
	}
	return int64(days) * UsecPerDay, nil
}

func modulo(a, b int64) int64 { return a - floorDiv(a, b)*b }

var truncSize = [...]int64{0, 1, usecPerMsec, usecPerSec, usecPerMinute, usecPerHour, UsecPerDay}

// truncDay is the first day of the week, month, … that a day lies in.
func truncDay(u Unit, days int) int {
	if u == Week {
		return days - (weekday(days)+6)%7
	}
	y, m, _ := daysCivil(days)
	switch u {
	case Month:
		return civilDays(y, m, 1)
	case Quarter:
		return civilDays(y, (m-1)/3*3+1, 1)
	case Decade:
		y = floorDiv(y, 10) * 10
	case Century: // the first begins in the year 1
		y = floorDiv(y-1, 100)*100 + 1
	case Millennium:
		y = floorDiv(y-1, 1000)*1000 + 1
	}
	return civilDays(y, 1, 1)
}

// TruncTZ is date_trunc of a timestamptz by the clocks of a zone.
func TruncTZ(u Unit, ts int64, loc *time.Location) (int64, error) {
	if !TimestampIsFinite(ts) {
		return ts, nil
	}
	off := int64(Offset(loc, ts)) * usecPerSec
	local, err := Trunc(u, ts+off)
	if err != nil {
		return 0, err
	}
	if u >= Day { // the offset may be another there
		return FromLocal(local, loc)
	}
	return local - off, nil
}

// TruncInterval is date_trunc of an interval.
func TruncInterval(u Unit, v Interval) Interval {
	switch u {
	case Day:
		v.Micros = 0
	case Month, Quarter, Year, Decade, Century, Millennium:
		n := map[Unit]int32{Month: 1, Quarter: 3, Year: 12, Decade: 120, Century: 1200, Millennium: 12000}[u]
		v.Months = v.Months / n * n
		v.Days, v.Micros = 0, 0
	default:
		v.Micros -= v.Micros % truncSize[u]
	}
	return v
}

// Bin is date_bin: the beginning of the stride, counted from origin, that a
// timestamp lies in.
func Bin(stride Interval, ts, origin int64) (int64, error) {
	if !TimestampIsFinite(ts) {
		return ts, nil
	}
	if !TimestampIsFinite(origin) {
		return 0, sqlerr.New(sqlerr.DatetimeValueOutOfRange, "origin out of range")
	}
	if stride.Months != 0 {
		return 0, sqlerr.New(sqlerr.FeatureNotSupported, "timestamps cannot be binned into intervals containing months or years")
	}
	whole := int64(stride.Days) * UsecPerDay
	size := whole + stride.Micros
	if int64(stride.Days) > math.MaxInt64/UsecPerDay || int64(stride.Days) < math.MinInt64/UsecPerDay ||
		(whole >= 0) == (stride.Micros >= 0) && (size >= 0) != (whole >= 0) {
		return 0, errIntervalRange()
	}
	if size <= 0 {
		return 0, sqlerr.New(sqlerr.DatetimeValueOutOfRange, "stride must be greater than zero")
	}
	diff := ts - origin
	if (ts >= 0) != (origin >= 0) && (diff >= 0) != (ts >= 0) {
		return 0, errIntervalRange()
	}
	delta := diff - diff%size
	if diff%size < 0 {
		if delta < math.MinInt64+size {
			return 0, errIntervalRange()
		}
		delta -= size
	}
	r, ok := addTimestamp(origin, delta)
	if !ok {
		return 0, errTimestampRange()
	}
	return r, nil
}
