package eval

import (
	"math"
	"time"
)

// localToUTC reads a timestamp as local time of a zone. Times that a zone
// skips or has twice are read with the offset before the change, as Postgres
// does.
func localToUTC(loc *time.Location, t int64) int64 {
	if loc == time.UTC || t == math.MaxInt64 || t == math.MinInt64 || t == math.MaxInt64-1 {
		return t
	}
	guess := offsetAt(loc, t)
	// The offset before any change nearby, and the one after it.
	before, after := offsetAt(loc, t-guess-microsPerDay), offsetAt(loc, t-guess+microsPerDay)
	if before == after {
		return t - guess
	}
	if offsetAt(loc, t-before) == before || offsetAt(loc, t-after) != after {
		return t - before
	}
	return t - after
}

// offsetAt is the zone's offset in microseconds at an instant.
func offsetAt(loc *time.Location, utc int64) int64 {
	sec := utc / microsPerSecond
	if utc%microsPerSecond < 0 {
		sec--
	}
	_, off := time.Unix(sec, 0).In(loc).Zone()
	return int64(off) * microsPerSecond
}

// utcToLocal is the local time of a zone at an instant.
func utcToLocal(loc *time.Location, t int64) int64 {
	if loc == time.UTC || t == math.MaxInt64 || t == math.MinInt64 {
		return t
	}
	return t + offsetAt(loc, t)
}
