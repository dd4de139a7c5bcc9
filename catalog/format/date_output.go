package format

import (
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/catalog/datetime"
	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// moment is what date templates print.
type moment struct {
	year, month, day int
	hour             int64 // of an interval beyond 24
	min, sec, micro  int
	yday, wday       int
	offset           int
	abbrev           string
	interval         bool
}

// AppendTimestamp is to_char(timestamp, template); ok is false where that is
// NULL: for infinities, and with an empty template.
func (d *Date) AppendTimestamp(dst []byte, ts int64) (out []byte, ok bool, err error) {
	if d.empty || !datetime.TimestampIsFinite(ts) {
		return dst, false, nil
	}
	return d.append(dst, fromTimestamp(ts))
}

// AppendTimestamptz is to_char(timestamptz, template) in the zone of z.
func (d *Date) AppendTimestamptz(dst []byte, ts int64, z *datetime.ZoneCache) (out []byte, ok bool, err error) {
	if d.empty || !datetime.TimestampIsFinite(ts) {
		return dst, false, nil
	}
	off, abbrev := z.At(ts)
	m := fromTimestamp(ts + int64(off)*1_000_000)
	m.offset, m.abbrev = off, abbrev
	return d.append(dst, m)
}

func fromTimestamp(ts int64) *moment {
	f := datetime.Split(ts)
	n := datetime.Days(f.Year, f.Month, f.Day)
	return &moment{
		year: f.Year, month: f.Month, day: f.Day, hour: int64(f.Hour), min: f.Minute, sec: f.Second, micro: f.Micro,
		yday: n - datetime.Days(f.Year, 1, 1) + 1, wday: datetime.Weekday(n),
	}
}

// AppendInterval is to_char(interval, template).
func (d *Date) AppendInterval(dst []byte, v datetime.Interval) (out []byte, ok bool, err error) {
	if d.empty {
		return dst, false, nil
	}
	t := v.Micros
	m := &moment{interval: true, year: int(v.Months / 12), month: int(v.Months % 12), day: int(v.Days)}
	m.hour, t = t/3_600_000_000, t%3_600_000_000
	m.min, t = int(t/60_000_000), t%60_000_000
	m.sec, m.micro = int(t/1_000_000), int(t%1_000_000)
	m.yday = (m.year*12+m.month)*30 + m.day
	return d.append(dst, m)
}

func (d *Date) append(dst []byte, m *moment) ([]byte, bool, error) {
	for i := range d.nodes {
		n := &d.nodes[i]
		if n.kind != pattern {
			dst = append(dst, n.char...)
			continue
		}
		start := len(dst)
		var err error
		var number bool
		if dst, number, err = n.append(dst, m); err != nil {
			return dst, false, err
		}
		if number && n.ordinal != 0 && len(dst) > start {
			if dst, err = appendOrdinal(dst, start, n.ordinal == 'T'); err != nil {
				return dst, false, err
			}
		}
	}
	return dst, true, nil
}

// pad appends n with at least width digits; a sign makes it one wider.
func (n *dateNode) pad(dst []byte, v int64, width int) []byte {
	if n.fill {
		width = 0
	}
	if v < 0 {
		dst = append(dst, '-')
		v = -v
	}
	var buf [20]byte
	s := strconv.AppendInt(buf[:0], v, 10)
	for i := len(s); i < width; i++ {
		dst = append(dst, '0')
	}
	return append(dst, s...)
}

// narrow is pad where a sign does not make it wider.
func (n *dateNode) narrow(dst []byte, v, width int) []byte {
	if n.fill {
		width = 0
	}
	return cWidth(dst, v, width)
}

// name appends a name in the case of the pattern, padded to nine characters.
func (n *dateNode) name(dst []byte, s string, pad bool) []byte {
	t := n.pat.text
	switch {
	case t[1] >= 'A' && t[1] <= 'Z':
		s = strings.ToUpper(s)
	case t[0] >= 'a':
		s = strings.ToLower(s)
	}
	dst = append(dst, s...)
	if pad && !n.fill && !n.local {
		for i := len(s); i < 9; i++ {
			dst = append(dst, ' ')
		}
	}
	return dst
}

// choose appends one of two marks (AM and PM, BC and AD) as the pattern writes
// them: with dots or without, in upper or lower case.
func (n *dateNode) choose(dst []byte, mark string) []byte {
	if strings.Contains(n.pat.text, ".") {
		mark = mark[:1] + "." + mark[1:] + "."
	}
	if n.pat.text[0] >= 'a' {
		mark = strings.ToLower(mark)
	}
	return append(dst, mark...)
}

func errInterval() error {
	return sqlerr.New(sqlerr.InvalidDatetimeFormat, "invalid format specification for an interval value").
		WithHint("Intervals are not tied to specific calendar dates.")
}

// eraYear is the year without a sign for its era; an interval's years keep theirs.
func (m *moment) eraYear(y int) int64 {
	if !m.interval && y <= 0 {
		return int64(1 - y)
	}
	return int64(y)
}

func absInt(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// append prints one pattern; number says whether an ordinal suffix may follow.
func (n *dateNode) append(dst []byte, m *moment) (out []byte, number bool, err error) {
	switch n.pat.id {
	case dAD, dDay, dDy, dD, dID, dMonth, dMon, dOF, dTZ, dTZH, dTZM:
		if m.interval {
			return dst, false, errInterval()
		}
	}
	switch n.pat.id {
	case dAM:
		mark := "AM"
		if m.hour%24 >= 12 {
			mark = "PM"
		}
		return n.choose(dst, mark), false, nil
	case dAD:
		mark := "AD"
		if m.year <= 0 {
			mark = "BC"
		}
		return n.choose(dst, mark), false, nil
	case dHH12:
		h, width := m.hour%12, 2
		if h == 0 {
			h = 12
			if m.hour < 0 {
				width = 3 // room for the sign that it does not have
			}
		}
		return n.pad(dst, h, width), true, nil
	case dHH24:
		return n.pad(dst, m.hour, 2), true, nil
	case dMI:
		return n.pad(dst, int64(m.min), 2), true, nil
	case dSS:
		return n.pad(dst, int64(m.sec), 2), true, nil
	case dFF:
		k := int(n.pat.text[2] - '0')
		div := 1_000_000
		for range k {
			div /= 10
		}
		return cWidth(dst, m.micro/div, k), true, nil
	case dMS:
		return cWidth(dst, m.micro/1000, 3), true, nil
	case dUS:
		return cWidth(dst, m.micro, 6), true, nil
	case dSSSS:
		return strconv.AppendInt(dst, m.hour*3600+int64(m.min)*60+int64(m.sec), 10), true, nil
	case dTZ:
		if n.pat.text == "tz" {
			return append(dst, strings.ToLower(m.abbrev)...), false, nil
		}
		return append(dst, m.abbrev...), false, nil
	case dTZH:
		return append(append(dst, signOf(m.offset)), two(absInt(m.offset)/3600)...), false, nil
	case dTZM:
		return append(dst, two(absInt(m.offset)%3600/60)...), false, nil
	case dOF:
		dst = n.pad(append(dst, signOf(m.offset)), int64(absInt(m.offset)/3600), 2)
		if r := absInt(m.offset) % 3600; r != 0 {
			dst = append(append(dst, ':'), two(r/60)...)
		}
		return dst, false, nil
	case dMonth:
		return n.name(dst, months[m.month-1], true), false, nil
	case dMon:
		return n.name(dst, months[m.month-1][:3], false), false, nil
	case dDay:
		return n.name(dst, days[m.wday], true), false, nil
	case dDy:
		return n.name(dst, days[m.wday][:3], false), false, nil
	case dMM:
		return n.pad(dst, int64(m.month), 2), true, nil
	case dDDD:
		return n.narrow(dst, m.yday, 3), true, nil
	case dIDDD:
		y, _ := m.isoWeek()
		return n.narrow(dst, m.julian()-isoStart(y)+1, 3), true, nil
	case dDD:
		return n.narrow(dst, m.day, 2), true, nil
	case dD:
		return strconv.AppendInt(dst, int64(m.wday+1), 10), true, nil
	case dID:
		return strconv.AppendInt(dst, int64((m.wday+6)%7+1), 10), true, nil
	case dWW:
		return n.narrow(dst, (m.yday-1)/7+1, 2), true, nil
	case dIW:
		_, w := m.isoWeek()
		return n.narrow(dst, w, 2), true, nil
	case dQ:
		if m.month == 0 {
			return dst, false, nil
		}
		return strconv.AppendInt(dst, int64((m.month-1)/3+1), 10), true, nil
	case dCC:
		c := m.year / 100
		if !m.interval {
			if m.year > 0 {
				c = (m.year-1)/100 + 1
			} else {
				c = m.year/100 - 1
			}
		}
		return n.pad(dst, int64(c), 2), true, nil
	case dRM:
		return n.roman(dst, m), false, nil
	case dW:
		return strconv.AppendInt(dst, int64((m.day-1)/7+1), 10), true, nil
	case dJ:
		return strconv.AppendInt(dst, int64(m.julian()), 10), true, nil
	case dFX:
		return dst, false, nil
	}
	return n.appendYear(dst, m), true, nil
}

// julian is the Julian day of the parts, by the formula of Postgres: those of
// an interval need not be a date.
func (m *moment) julian() int { return julianDay(m.year, m.month, m.day) }

func julianDay(y, mon, day int) int {
	if mon > 2 {
		mon++
		y += 4800
	} else {
		mon += 13
		y += 4799
	}
	century := y / 100
	return y*365 - 32167 + y/4 - century + century/4 + 7834*mon/256 + day
}

// isoStart is the Julian day of the Monday of week 1.
func isoStart(year int) int {
	d := julianDay(year, 1, 4)
	w := d % 7 // 0 is Monday
	if w < 0 {
		w += 7
	}
	return d - w
}

// isoWeek is the ISO 8601 year and week.
func (m *moment) isoWeek() (year, week int) {
	d := m.julian()
	year = m.year
	start := isoStart(year)
	if d < start {
		year--
		start = isoStart(year)
	}
	week = (d-start)/7 + 1
	if week >= 52 {
		if next := isoStart(m.year + 1); d >= next {
			year, week = m.year+1, (d-next)/7+1
		}
	}
	return year, week
}

func (n *dateNode) appendYear(dst []byte, m *moment) []byte {
	y := m.year
	switch n.pat.id {
	case dIYYY, dIYY, dIY, dI:
		y, _ = m.isoWeek()
	}
	v := m.eraYear(y)
	switch n.pat.id {
	case dYCommaYYY:
		dst = append(strconv.AppendInt(dst, v/1000, 10), ',')
		return cWidth(dst, int(v%1000), 3)
	case dYYYY, dIYYY:
		return n.pad(dst, v, 4)
	case dYYY, dIYY:
		return n.pad(dst, v%1000, 3)
	case dYY, dIY:
		return n.pad(dst, v%100, 2)
	}
	return strconv.AppendInt(dst, v%10, 10)
}

// roman appends the month in Roman numerals. Intervals may have months from -11.
func (n *dateNode) roman(dst []byte, m *moment) []byte {
	if m.month == 0 && m.year == 0 {
		return dst
	}
	at := 0
	switch {
	case m.month == 0:
		if m.year < 0 {
			at = 11
		}
	case m.month < 0:
		at = -1 - m.month
	default:
		at = 12 - m.month
	}
	r := romans[at]
	if n.pat.text == "rm" {
		r = strings.ToLower(r)
	}
	dst = append(dst, r...)
	if !n.fill {
		for i := len(r); i < 4; i++ {
			dst = append(dst, ' ')
		}
	}
	return dst
}

func signOf(n int) byte {
	if n < 0 {
		return '-'
	}
	return '+'
}

func two(n int) []byte { return []byte{byte('0' + n/10%10), byte('0' + n%10)} }

// cWidth is C's %0*d: a sign counts towards the width.
func cWidth(dst []byte, v, width int) []byte {
	if v < 0 {
		dst = append(dst, '-')
		v = -v
		width--
	}
	var buf [20]byte
	s := strconv.AppendInt(buf[:0], int64(v), 10)
	for i := len(s); i < width; i++ {
		dst = append(dst, '0')
	}
	return append(dst, s...)
}

// appendOrdinal appends st, nd, rd or th to the number that starts at start.
func appendOrdinal(dst []byte, start int, upper bool) ([]byte, error) {
	s := dst[start:]
	last := s[len(s)-1]
	if !isDigit(last) {
		return dst, sqlerr.New(sqlerr.InvalidTextRepresentation, "%s is not a number", sqlerr.Quote(string(s)))
	}
	return append(dst, ordinal(s, upper)...), nil
}

// ordinal is the suffix of a number that ends in a digit.
func ordinal(s []byte, upper bool) string {
	last := s[len(s)-1]
	if len(s) > 1 && s[len(s)-2] == '1' {
		last = 0
	}
	suffix := "th"
	switch last {
	case '1':
		suffix = "st"
	case '2':
		suffix = "nd"
	case '3':
		suffix = "rd"
	}
	if upper {
		return strings.ToUpper(suffix)
	}
	return suffix
}
