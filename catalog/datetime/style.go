package datetime

import (
	"strings"
	"time"
)

// DateFormat is the first half of DateStyle: how dates are written.
type DateFormat uint8

const (
	ISO DateFormat = iota
	SQL
	Postgres
	German
)

// DateOrder is the second half: how 01/02/03 is read, and how the SQL and
// Postgres formats write it.
type DateOrder uint8

const (
	MDY DateOrder = iota
	DMY
	YMD
)

// IntervalStyle is how intervals are written.
type IntervalStyle uint8

const (
	IntervalPostgres IntervalStyle = iota
	IntervalPostgresVerbose
	IntervalSQLStandard
	IntervalISO8601
)

// Env is what reading and writing dates depends on: the session's settings
// and the start of its transaction.
type Env struct {
	Format   DateFormat
	Order    DateOrder
	Interval IntervalStyle
	Location *time.Location // nil: UTC
	Now      int64          // start of the transaction, µs since 1970 UTC
}

func (e *Env) location() *time.Location {
	if e.Location == nil {
		return time.UTC
	}
	return e.Location
}

// Names of the settings' values, as SHOW prints them.
var (
	formatNames   = [...]string{"ISO", "SQL", "Postgres", "German"}
	orderNames    = [...]string{"MDY", "DMY", "YMD"}
	intervalNames = [...]string{"postgres", "postgres_verbose", "sql_standard", "iso_8601"}
)

func (f DateFormat) String() string    { return formatNames[f] }
func (o DateOrder) String() string     { return orderNames[o] }
func (s IntervalStyle) String() string { return intervalNames[s] }

// ParseDateStyle reads a value of DateStyle, which may name a format, an order
// or both; what it does not name stays. ok is false for anything else, and
// where two formats or orders are named.
func ParseDateStyle(s string, format DateFormat, order DateOrder) (DateFormat, DateOrder, bool) {
	haveFormat, haveOrder := false, false
	setFormat := func(f DateFormat) bool {
		ok := !haveFormat || f == format
		format, haveFormat = f, true
		return ok
	}
	setOrder := func(o DateOrder) bool {
		ok := !haveOrder || o == order
		order, haveOrder = o, true
		return ok
	}
	for _, word := range strings.Split(s, ",") {
		ok := true
		switch w := strings.ToLower(strings.TrimSpace(word)); {
		case w == "iso":
			ok = setFormat(ISO)
		case w == "sql":
			ok = setFormat(SQL)
		case strings.HasPrefix(w, "postgres"):
			ok = setFormat(Postgres)
		case w == "german":
			ok = setFormat(German)
			if !haveOrder {
				order = DMY
			}
		case w == "ymd":
			ok = setOrder(YMD)
		case w == "dmy", strings.HasPrefix(w, "euro"):
			ok = setOrder(DMY)
		case w == "mdy", w == "us", strings.HasPrefix(w, "noneuro"):
			ok = setOrder(MDY)
		case w == "default":
			format, order = ISO, MDY
		default:
			return format, order, false
		}
		if !ok {
			return format, order, false
		}
	}
	return format, order, true
}

// ParseIntervalStyle reads a value of IntervalStyle.
func ParseIntervalStyle(s string) (IntervalStyle, bool) {
	for i, n := range intervalNames {
		if strings.EqualFold(s, n) {
			return IntervalStyle(i), true
		}
	}
	return 0, false
}
