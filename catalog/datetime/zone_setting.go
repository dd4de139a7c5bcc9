package datetime

import (
	"fmt"
	"strconv"
	"strings"
)

// ZoneSetting reads a value of the setting TimeZone as Postgres does and gives
// the name that FindZone knows it by: a zone's name, a POSIX specification, a
// number of hours east of Greenwich, or INTERVAL '…'.
func ZoneSetting(v string) (name string, ok bool) {
	if len(v) > 8 && strings.EqualFold(v[:8], "interval") {
		text := strings.Trim(strings.TrimSpace(v[8:]), "'")
		iv, err := ParseInterval(text, AllFields, -1, &Env{})
		if err != nil || iv.Months != 0 || iv.Days != 0 {
			return "", false
		}
		return offsetName(iv.Micros / usecPerSec), true
	}
	if hours, err := strconv.ParseFloat(strings.TrimSpace(v), 64); err == nil && hours == hours && hours > -168 && hours < 168 {
		return offsetName(int64(hours * 3600)), true
	}
	loc := FindZone(v)
	if loc == nil {
		return "", false
	}
	if proper, ok := zoneNames()[strings.ToLower(v)]; ok {
		return proper, true
	}
	return strings.ToUpper(v), true
}

// offsetName is the POSIX specification of an offset in seconds east, as
// Postgres writes it: <+05:30>-05:30.
func offsetName(seconds int64) string {
	text := func(sign byte) string {
		s := seconds
		if s < 0 {
			s = -s
		}
		out := fmt.Sprintf("%c%02d", sign, s/3600)
		if s%3600 != 0 {
			out += fmt.Sprintf(":%02d", s/60%60)
		}
		if s%60 != 0 {
			out += fmt.Sprintf(":%02d", s%60)
		}
		return out
	}
	if seconds < 0 {
		return "<" + text('-') + ">" + text('+')
	}
	return "<" + text('+') + ">" + text('-')
}
