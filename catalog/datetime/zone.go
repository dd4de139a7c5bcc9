package datetime

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // the zones, where the machine has none

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

var (
	//go:embed zones.txt
	zonesText string
	//go:embed abbreviations.txt
	abbreviationsText string
)

// zoneNames maps names in lower case to their spelling.
var zoneNames = sync.OnceValue(func() map[string]string {
	m := make(map[string]string)
	for _, n := range ZoneNames() {
		m[strings.ToLower(n)] = n
	}
	return m
})

// ZoneNames lists the time zones by name.
func ZoneNames() []string {
	return strings.Split(strings.TrimSpace(zonesText), "\n")[1:]
}

var loadedZones sync.Map // name in lower case → *time.Location

// FindZone is the time zone of a name, in any case, or of a POSIX
// specification like EST5 or <+03>-3; nil where there is none.
func FindZone(name string) *time.Location {
	lower := strings.ToLower(name)
	if l, ok := loadedZones.Load(lower); ok {
		return l.(*time.Location)
	}
	proper, ok := zoneNames()[lower]
	if !ok {
		return posixZone(name)
	}
	loc, err := time.LoadLocation(proper)
	if err != nil {
		return nil
	}
	loadedZones.Store(lower, loc)
	return loc
}

// ErrZone is the error of a time zone that does not exist.
func ErrZone(name string) error {
	return sqlerr.New(sqlerr.InvalidParameterValue, "time zone %s not recognized", sqlerr.Quote(name))
}

// abbreviation is what a zone abbreviation stands for: an offset, or the rules
// of a zone at the time in question.
type abbreviation struct {
	name   string
	offset int // seconds east of UTC
	dst    bool
	zone   string
}

var abbreviations = sync.OnceValue(func() map[string]abbreviation {
	m := make(map[string]abbreviation)
	for _, line := range strings.Split(strings.TrimSpace(abbreviationsText), "\n")[1:] {
		c := strings.Split(line, "\t")
		a := abbreviation{name: c[0], dst: len(c) > 2}
		if n, err := strconv.Atoi(c[1]); err == nil {
			a.offset = n
		} else {
			a.zone = c[1]
		}
		m[strings.ToLower(c[0])] = a
	}
	return m
})

// at is the offset that the abbreviation has at a local time, and whether that
// is daylight saving time. Of a zone with rules it is the offset which the
// abbreviation had there last before, or, if the zone knows none of that name,
// the one in force.
func (a abbreviation) at(local int64) (offset int, dst bool) {
	if a.zone == "" {
		return a.offset, a.dst
	}
	loc := FindZone(a.zone)
	if loc == nil {
		return 0, false
	}
	off := localOffset(loc, local)
	utc := floorDiv(local, usecPerSec) - int64(off)
	if o, isDST, ok := abbreviationOffset(loc, a.name, utc); ok {
		return o, isDST
	}
	return off, time.Unix(utc, 0).In(loc).IsDST()
}

// abbreviationOffset finds the offset that name has in a zone at, before or
// else after a moment.
func abbreviationOffset(loc *time.Location, name string, utc int64) (offset int, dst, ok bool) {
	t := time.Unix(utc, 0).In(loc)
	for range 200 {
		if n, o := t.Zone(); n == name {
			return o, t.IsDST(), true
		}
		start, _ := t.ZoneBounds()
		if start.IsZero() {
			break
		}
		t = start.Add(-time.Second)
	}
	t = time.Unix(utc, 0).In(loc)
	for range 200 {
		_, end := t.ZoneBounds()
		if end.IsZero() {
			break
		}
		t = end
		if n, o := t.Zone(); n == name {
			return o, t.IsDST(), true
		}
	}
	return 0, false, false
}

// ZoneAbbreviation is a row of pg_timezone_abbrevs.
type ZoneAbbreviation struct {
	Name   string
	Offset int // seconds east of UTC
	DST    bool
}

// ZoneAbbreviations lists the abbreviations with the offsets they have at a moment.
func ZoneAbbreviations(now int64) []ZoneAbbreviation {
	var out []ZoneAbbreviation
	for _, line := range strings.Split(strings.TrimSpace(abbreviationsText), "\n")[1:] {
		name, _, _ := strings.Cut(line, "\t")
		off, dst := abbreviations()[strings.ToLower(name)].at(now)
		out = append(out, ZoneAbbreviation{name, off, dst})
	}
	return out
}

// Offset is a zone's seconds east of UTC at a moment.
func Offset(loc *time.Location, ts int64) int {
	if loc == time.UTC {
		return 0
	}
	_, off := time.Unix(floorDiv(ts, usecPerSec), 0).In(loc).Zone()
	return off
}

// localOffset is a zone's seconds east of UTC for a local time. In a gap it is
// the offset before it, in an overlap that after it.
func localOffset(loc *time.Location, local int64) int {
	if loc == time.UTC {
		return 0
	}
	asUTC := floorDiv(local, usecPerSec)
	t := time.Unix(asUTC-secPerDay, 0).In(loc)
	_, before := t.Zone()
	_, end := t.ZoneBounds()
	if end.IsZero() {
		return before
	}
	boundary := end.Unix()
	_, after := end.Zone()
	// As Postgres decides it (and at the boundary itself).
	bt, at := asUTC-int64(before), asUTC-int64(after)
	switch {
	case bt < boundary && at < boundary:
		return before
	case bt > boundary && at >= boundary:
		// There may be a second transition within the day; look from there.
		if _, e2 := end.ZoneBounds(); !e2.IsZero() && at >= e2.Unix() {
			return Offset(loc, at*usecPerSec)
		}
		return after
	case bt > at: // a gap
		return before
	}
	return after
}

// ToLocal is what a clock in loc shows at a moment: timestamptz to timestamp.
func ToLocal(ts int64, loc *time.Location) int64 {
	if loc == time.UTC || !TimestampIsFinite(ts) {
		return ts
	}
	return ts + int64(Offset(loc, ts))*usecPerSec
}

// FromLocal is the moment when a clock in loc shows a timestamp; 22008 where
// that is out of range.
func FromLocal(ts int64, loc *time.Location) (int64, error) {
	if loc == time.UTC || !TimestampIsFinite(ts) {
		return ts, nil
	}
	u, ok := addTimestamp(ts, -int64(localOffset(loc, ts))*usecPerSec)
	if !ok {
		return 0, errTimestampRange()
	}
	return u, nil
}

// ZoneCache speeds up ToLocal for moments that are close together: it
// remembers the last stretch of constant offset. Not safe for concurrent use.
type ZoneCache struct {
	Loc        *time.Location
	start, end int64 // seconds; empty at first
	offset     int64
	abbrev     string
}

// Local is ToLocal with the cache.
func (z *ZoneCache) Local(ts int64) int64 {
	if z.Loc == time.UTC || !TimestampIsFinite(ts) {
		return ts
	}
	z.load(floorDiv(ts, usecPerSec))
	return ts + z.offset*usecPerSec
}

func (z *ZoneCache) load(sec int64) {
	if sec >= z.start && sec < z.end {
		return
	}
	t := time.Unix(sec, 0).In(z.Loc)
	name, off := t.Zone()
	start, end := t.ZoneBounds()
	z.offset, z.abbrev = int64(off), name
	z.start, z.end = sec, sec+1
	if !start.IsZero() {
		z.start = start.Unix()
	}
	if !end.IsZero() {
		z.end = end.Unix()
	}
}

func errTimestampRange() error {
	return sqlerr.New(sqlerr.DatetimeValueOutOfRange, "timestamp out of range")
}

func errDateRange() error {
	return sqlerr.New(sqlerr.DatetimeValueOutOfRange, "date out of range")
}

func errIntervalRange() error {
	return sqlerr.New(sqlerr.DatetimeValueOutOfRange, "interval out of range")
}
