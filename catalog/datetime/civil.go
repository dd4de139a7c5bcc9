package datetime

// Fields is a broken-down time for who formats one; years are astronomical, 0
// is 1 BC.
type Fields struct {
	Year, Month, Day     int
	Hour, Minute, Second int
	Micro                int
}

// Split breaks a finite timestamp down.
func Split(ts int64) Fields {
	f := splitTimestamp(ts)
	return Fields{f.year, f.month, f.day, f.hour, f.min, f.sec, f.usec}
}

// Timestamp puts a time together; ok is false where it is out of range.
func (f Fields) Timestamp() (ts int64, ok bool) {
	if f.Year < -4714 || f.Year > 294300 {
		return 0, false
	}
	x := fields{year: f.Year, month: f.Month, day: f.Day, hour: f.Hour, min: f.Minute, sec: f.Second, usec: f.Micro}
	return x.timestamp()
}

// Days is the days from 1970-01-01 to a date.
func Days(year, month, day int) int { return civilDays(year, month, day) }

// Civil is the date of a day count.
func Civil(days int) (year, month, day int) { return daysCivil(days) }

// Weekday is the day of the week of a day count, 0 for Sunday.
func Weekday(days int) int { return weekday(days) }

// ISOWeek is the ISO 8601 year and week of a day count.
func ISOWeek(days int) (year, week int) { return isoWeek(days) }

// ISOYearStart is the Monday of week 1 of an ISO 8601 year.
func ISOYearStart(year int) int { return isoWeekStart(year) }

// DaysInMonth is the length of a month, from 1.
func DaysInMonth(year, month int) int { return daysInMonth(year, month) }

// LeapYear says whether a year has a 29 February.
func LeapYear(year int) bool { return isLeap(year) }

// JulianEpoch is the Julian day of 1970-01-01.
const JulianEpoch = julianEpoch

// At is the offset, in seconds east, and the abbreviation in force at a moment.
func (z *ZoneCache) At(ts int64) (offset int, abbreviation string) {
	z.load(floorDiv(ts, usecPerSec))
	return int(z.offset), z.abbrev
}
