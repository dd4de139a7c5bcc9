package datetime

import (
	"strings"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// Unit is a unit of time as extract and date_trunc know it.
type Unit uint8

const (
	Microseconds Unit = iota + 1
	Milliseconds
	Second
	Minute
	Hour
	Day
	Week
	Month
	Quarter
	Year
	Decade
	Century
	Millennium
	DayOfWeek
	ISODayOfWeek
	DayOfYear
	ISOYear
	Julian
	Epoch
	TimezoneOffset
	TimezoneHour
	TimezoneMinute
	otherWord // a word that Postgres knows, but not as a unit
)

// units are the names of the units, cut to ten characters; those that only
// extract knows come second.
var units, extractUnits = func() (u, e map[string]Unit) {
	u = make(map[string]Unit)
	byInterval := map[int]Unit{unitMicrosecond: Microseconds, unitMillisecond: Milliseconds, unitSecond: Second, unitMinute: Minute,
		unitHour: Hour, unitDay: Day, unitWeek: Week, unitMonth: Month, unitQuarter: Quarter, unitYear: Year, unitDecade: Decade,
		unitCentury: Century, unitMillennium: Millennium}
	for name, w := range intervalWords {
		if w.kind == unit {
			u[name] = byInterval[w.value]
		}
	}
	u["timezone"], u["timezone_h"], u["timezone_m"] = TimezoneOffset, TimezoneHour, TimezoneMinute
	e = map[string]Unit{"dow": DayOfWeek, "isodow": ISODayOfWeek, "doy": DayOfYear, "isoyear": ISOYear, "epoch": Epoch,
		"j": Julian, "jd": Julian, "julian": Julian}
	for _, w := range []string{"now", "today", "tomorrow", "yesterday", "infinity", "-infinity", "allballs"} {
		e[w] = otherWord
	}
	return u, e
}()

// Names of the types, for errors.
const (
	TypeDate        = "date"
	TypeTime        = "time without time zone"
	TypeTimeTZ      = "time with time zone"
	TypeTimestamp   = "timestamp without time zone"
	TypeTimestamptz = "timestamp with time zone"
	TypeInterval    = "interval"
)

func errUnknownUnit(name, typeName string) error {
	return sqlerr.New(sqlerr.InvalidParameterValue, "unit %s not recognized for type %s", sqlerr.Quote(name), typeName)
}

func errUnsupportedUnit(name, typeName string) error {
	return sqlerr.New(sqlerr.FeatureNotSupported, "unit %s not supported for type %s", sqlerr.Quote(name), typeName)
}

// clockUnits are the units of a time of day.
func (u Unit) ofClock() bool { return u >= Microseconds && u <= Hour }

// ExtractUnit finds the unit that extract(name from …) means for a type.
func ExtractUnit(name, typeName string) (Unit, error) {
	lower := strings.ToLower(name)
	u, known := units[truncate(lower)]
	if !known {
		u, known = extractUnits[truncate(lower)]
	}
	if !known {
		return 0, errUnknownUnit(lower, typeName)
	}
	if u == otherWord && (typeName == TypeTime || typeName == TypeTimeTZ || typeName == TypeInterval) {
		return 0, errUnknownUnit(lower, typeName)
	}
	supported := u != otherWord
	zone := u >= TimezoneOffset && u <= TimezoneMinute
	switch typeName {
	case TypeDate:
		supported = supported && !u.ofClock() && !zone
	case TypeTimestamp:
		supported = supported && !zone
	case TypeTime:
		supported = u.ofClock() || u == Epoch
	case TypeTimeTZ:
		supported = u.ofClock() || u == Epoch || zone
	case TypeInterval:
		supported = u <= Millennium && u != Week || u == Epoch
	}
	if !supported {
		return 0, errUnsupportedUnit(lower, typeName)
	}
	return u, nil
}

// TruncUnit finds the unit that date_trunc(name, …) means for a type.
func TruncUnit(name, typeName string) (Unit, error) {
	lower := strings.ToLower(name)
	u, known := units[truncate(lower)]
	switch {
	case !known:
		return 0, errUnknownUnit(lower, typeName)
	case u > Millennium:
		return 0, errUnsupportedUnit(lower, typeName)
	case u == Week && typeName == TypeInterval:
		return 0, sqlerr.New(sqlerr.FeatureNotSupported, "unit %s not supported for type %s", sqlerr.Quote(lower), typeName).
			WithDetail("Months usually have fractional weeks.")
	}
	return u, nil
}
