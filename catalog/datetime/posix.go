package datetime

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// defaultRules are when daylight saving begins and ends in a POSIX zone that
// does not say so.
const defaultRules = ",M3.2.0,M11.1.0"

// posixZone is the zone of a POSIX specification: a name and the time west of
// Greenwich, then perhaps the name of the daylight saving time with its own
// offset and rules: EST5, <+03>-3, CET-1CEST,M3.5.0,M10.5.0/3. Postgres is
// generous about names: what ends at a digit, a sign or a comma is one.
func posixZone(s string) *time.Location {
	if len(s) > 100 || strings.HasPrefix(s, ":") {
		return nil
	}
	std, rest := posixName(strings.ToUpper(s))
	offset, rest, valid := posixOffset(rest)
	if !valid {
		return nil
	}
	if rest == "" {
		return time.FixedZone(std, -offset)
	}
	dst, rest := posixName(rest)
	if dst == "" {
		return nil
	}
	dstOffset := offset - 3600
	if rest != "" && rest[0] != ',' && rest[0] != ';' {
		if dstOffset, rest, valid = posixOffset(rest); !valid {
			return nil
		}
	}
	if rest == "" {
		rest = defaultRules
	}
	spec := fmt.Sprintf("<%s>%s<%s>%s%s", std, posixText(offset), dst, posixText(dstOffset), strings.Replace(rest, ";", ",", 1))
	loc, err := time.LoadLocationFromTZData(s, tzif(std, -offset, spec))
	if err != nil {
		return nil
	}
	// A rule that Go cannot read leaves the zone without daylight saving:
	// Postgres refuses it.
	summer, winter := time.Date(2000, 7, 1, 0, 0, 0, 0, loc), time.Date(2000, 1, 1, 0, 0, 0, 0, loc)
	if a, _ := summer.Zone(); a == std {
		if b, _ := winter.Zone(); b == std && std != dst {
			return nil
		}
	}
	return loc
}

// posixName reads a zone's name up to a digit, sign or comma, or in angle brackets.
func posixName(s string) (name, rest string) {
	if strings.HasPrefix(s, "<") {
		if end := strings.IndexByte(s, '>'); end >= 0 {
			return s[1:end], s[end+1:]
		}
		return "", ""
	}
	end := strings.IndexAny(s, "0123456789,+-")
	if end < 0 {
		return s, ""
	}
	return s[:end], s[end:]
}

// posixOffset reads [+-]hh[:mm[:ss]] as seconds west.
func posixOffset(s string) (seconds int, rest string, valid bool) {
	sign := 1
	if s != "" && (s[0] == '-' || s[0] == '+') {
		if s[0] == '-' {
			sign = -1
		}
		s = s[1:]
	}
	for i, unit := range [...]int{3600, 60, 1} {
		if i > 0 {
			if s == "" || s[0] != ':' {
				break
			}
			s = s[1:]
		}
		n := 0
		for n < len(s) && isDigit(s[n]) {
			n++
		}
		v, err := strconv.Atoi(s[:n])
		if err != nil || v > [...]int{167, 59, 60}[i] {
			return 0, "", false
		}
		seconds += v * unit
		s = s[n:]
	}
	return sign * seconds, s, true
}

func posixText(west int) string {
	sign := ""
	if west < 0 {
		sign, west = "-", -west
	}
	return fmt.Sprintf("%s%d:%02d:%02d", sign, west/3600, west/60%60, west%60)
}

// tzif is a time zone file (RFC 8536) without transitions: its rules are all
// in the footer.
func tzif(name string, offset int, rules string) []byte {
	head := func(version byte) []byte {
		b := append([]byte("TZif"), version)
		b = append(b, make([]byte, 15)...)
		for _, n := range [...]uint32{0, 0, 0, 0, 1, uint32(len(name) + 1)} {
			b = binary.BigEndian.AppendUint32(b, n)
		}
		b = binary.BigEndian.AppendUint32(b, uint32(int32(offset)))
		b = append(b, 0, 0)
		return append(append(b, name...), 0)
	}
	b := append(head('2'), head('2')...)
	return append(append(append(b, '\n'), rules...), '\n')
}
