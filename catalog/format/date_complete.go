package format

import (
	"math"
	"time"

	"github.com/inlaydb/inlay/catalog/datetime"
	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// near2020 completes a year of up to three digits.
func near2020(y int) int {
	switch {
	case y < 70:
		return y + 2000
	case y < 100:
		return y + 1900
	case y < 520:
		return y + 2000
	case y < 1000:
		return y + 1000
	}
	return y
}

func overflow(text string) error {
	return sqlerr.New(sqlerr.DatetimeFieldOverflow, "date/time field value out of range: %s", sqlerr.Quote(text))
}

// read reads text by the template, up to a date and a time that are valid.
func (d *Date) read(text string) (f datetime.Fields, o *found, err error) {
	sc := &scanner{d: d, s: text, whole: text}
	if err := sc.scan(); err != nil {
		return f, nil, err
	}
	o = &sc.out
	f = datetime.Fields{Month: 1, Day: 1}
	if err := o.time(&f); err != nil {
		return f, nil, err
	}
	check, err := o.date(&f)
	if err != nil {
		return f, nil, err
	}
	const year, month, day = 1, 2, 4
	switch {
	case check&month != 0 && (f.Month < 1 || f.Month > 12), check&day != 0 && (f.Day < 1 || f.Day > 31),
		check == year|month|day && f.Day > datetime.DaysInMonth(f.Year, f.Month):
		return f, nil, overflow(text)
	case f.Hour < 0 || f.Hour >= 24 || f.Minute < 0 || f.Minute >= 60 || f.Second < 0 || f.Second >= 60 || f.Micro < 0 || f.Micro >= 1_000_000:
		return f, nil, overflow(text)
	case o.zoneSign != 0 && (o.zoneHour < 0 || o.zoneHour > 15 || o.zoneMinute < 0 || o.zoneMinute >= 60):
		return f, nil, sqlerr.New(sqlerr.InvalidTimeZoneDisplacementValue, "time zone displacement out of range: %s", sqlerr.Quote(text))
	}
	return f, o, nil
}

func (o *found) time(f *datetime.Fields) error {
	if o.secs != 0 {
		f.Hour, f.Minute, f.Second = o.secs/3600, o.secs%3600/60, o.secs%60
	}
	if o.sec != 0 {
		f.Second = o.sec
	}
	if o.min != 0 {
		f.Minute = o.min
	}
	if o.hour != 0 {
		f.Hour = o.hour
	}
	if o.clock12 {
		if f.Hour < 1 || f.Hour > 12 {
			return bad(`hour "%d" is invalid for the 12-hour clock`, f.Hour).
				WithHint("Use the 24-hour clock, or give an hour between 1 and 12.")
		}
		if o.pm != 0 && f.Hour < 12 {
			f.Hour += 12
		} else if o.pm == 0 && f.Hour == 12 {
			f.Hour = 0
		}
	}
	f.Micro = o.ms*1000 + o.us
	return nil
}

// date completes the date; check says which of year, month and day were given.
func (o *found) date(f *datetime.Fields) (check int, err error) {
	const year, month, day = 1, 2, 4
	set := func(days int) {
		f.Year, f.Month, f.Day = datetime.Civil(days)
		check |= year | month | day
	}
	switch {
	case o.year != 0:
		check |= year
		if o.century != 0 && o.yearDigits <= 2 {
			c := o.century
			if o.bc != 0 {
				c = -c
			}
			f.Year = o.year % 100
			switch {
			case f.Year != 0 && c >= 0:
				f.Year += (c - 1) * 100
			case f.Year != 0:
				f.Year = (c+1)*100 - f.Year + 1
			case c >= 0:
				f.Year = c * 100
			default:
				f.Year = c*100 + 1
			}
			break
		}
		f.Year = o.year
		if o.bc != 0 {
			f.Year = -f.Year
		}
		if f.Year < 0 {
			f.Year++
		}
	case o.century != 0:
		check |= year
		c := o.century
		if o.bc != 0 {
			c = -c
		}
		if c >= 0 {
			f.Year = (c-1)*100 + 1
		} else {
			f.Year = c*100 + 1
		}
	}
	if o.julian != 0 {
		set(o.julian - datetime.JulianEpoch)
	}
	if o.week != 0 {
		if o.mode == isoWeek {
			d := datetime.ISOYearStart(f.Year) + (o.week-1)*7
			switch {
			case o.dayOfWeek > 1:
				d += o.dayOfWeek - 2
			case o.dayOfWeek != 0:
				d += 6
			}
			set(d)
		} else {
			o.yearDay = (o.week-1)*7 + 1
		}
	}
	if o.monthWeek != 0 {
		o.day = (o.monthWeek-1)*7 + 1
	}
	if o.day != 0 {
		f.Day = o.day
		check |= day
	}
	if o.month != 0 {
		f.Month = o.month
		check |= month
	}
	if o.yearDay != 0 && (f.Month <= 1 || f.Day <= 1) {
		if f.Year == 0 && o.bc == 0 {
			return 0, bad("cannot calculate day of year without year information")
		}
		if o.mode == isoWeek {
			set(datetime.ISOYearStart(f.Year) - 1 + o.yearDay)
		} else {
			o.byYearDay(f)
			check |= month | day
		}
	}
	return check, nil
}

// byYearDay sets month and day from the day of the year, if they are unset.
func (o *found) byYearDay(f *datetime.Fields) {
	before, m := 0, 1
	for ; m <= 12; m++ {
		n := datetime.DaysInMonth(f.Year, m)
		if o.yearDay <= before+n {
			break
		}
		before += n
	}
	if f.Month <= 1 {
		f.Month = m
	}
	if f.Day <= 1 {
		f.Day = o.yearDay - before
	}
}

// ParseTimestamp is to_timestamp(text, template): a moment, in a zone where
// the text has none.
func (d *Date) ParseTimestamp(text string, loc *time.Location) (int64, error) {
	f, o, err := d.read(text)
	if err != nil {
		return 0, err
	}
	outOfRange := sqlerr.New(sqlerr.DatetimeValueOutOfRange, "timestamp out of range")
	ts, ok := f.Timestamp()
	if !ok {
		return 0, outOfRange
	}
	if o.zoneSign != 0 {
		ts, err = datetime.ShiftTimestamp(ts, -o.zoneSign*(o.zoneHour*3600+o.zoneMinute*60))
	} else {
		ts, err = datetime.FromLocal(ts, loc)
	}
	if err != nil {
		return 0, err
	}
	if o.fracDigits != 0 {
		ts = datetime.RoundTimestamp(ts, o.fracDigits)
	}
	return ts, nil
}

// ParseDate is to_date(text, template).
func (d *Date) ParseDate(text string) (int32, error) {
	f, _, err := d.read(text)
	if err != nil {
		return 0, err
	}
	days := int64(math.MaxInt64)
	if f.Year >= -4714 && f.Year <= 5874898 {
		days = int64(datetime.Days(f.Year, f.Month, f.Day))
	}
	if days < datetime.MinDate || days > datetime.MaxDate {
		return 0, sqlerr.New(sqlerr.DatetimeValueOutOfRange, "date out of range: %s", sqlerr.Quote(text))
	}
	return int32(days), nil
}
