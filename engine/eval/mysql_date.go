package eval

import (
	"fmt"
	"strings"

	"github.com/inlaydb/inlay/catalog/datetime"
	"github.com/inlaydb/inlay/storage/column"
)

var (
	mysqlMonths = [...]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
	mysqlDays   = [...]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
)

// weekday is 0 for Sunday. Day 0 of a date, 1970-01-01, was a Thursday.
func weekday(d int) int { return ((d+4)%7 + 7) % 7 }

// mysqlWeek is WEEK(d, mode) with the year that the week belongs to. Bit 0 of
// the mode: weeks start on Monday; bit 1: numbers run from 1, days before the
// first week belong to the last of the year before; bit 2: the first week is the
// one with a start day in it rather than with four days (turned round for
// weeks from Monday).
func mysqlWeek(d int32, mode int32) (year, week int32) {
	monday, fromOne, firstDay := mode&1 != 0, mode&2 != 0, mode&4 != 0
	if !monday {
		firstDay = !firstDay
	}
	days := int(d)
	y, _, _ := datetime.Civil(days)
	start := func(y int) int { // of week 1
		first := datetime.Days(y, 1, 1)
		w := weekday(first)
		if monday {
			w = (w + 6) % 7
		}
		switch {
		case firstDay && w == 0, !firstDay && w == 0:
			return first
		case firstDay:
			return first + 7 - w
		case w < 4: // four days or more of it are in the year
			return first - w
		}
		return first + 7 - w
	}
	switch s := start(y); {
	case days < s:
		if !fromOne {
			return int32(y), 0
		}
		y--
		return int32(y), int32((days-start(y))/7 + 1)
	case fromOne && days >= start(y+1):
		y++
	}
	return int32(y), int32((days-start(y))/7 + 1)
}

// mysqlYearWeek always numbers weeks from 1.
func mysqlYearWeek(d int32, mode int32) int32 {
	y, w := mysqlWeek(d, mode|2)
	return y*100 + w
}

func mysqlDateFormat(c *call) error {
	ts, f := arg[int64](c, 0), c.text(1)
	return c.each(func(i int) error {
		mysqlFormatDate(c, i, ts.at(i), f.At(i))
		return nil
	})
}

// mysqlFormatDate writes row i: a timestamp by a format of DATE_FORMAT.
func mysqlFormatDate(c *call, i int, ts int64, format []byte) {
	if !datetime.TimestampIsFinite(ts) {
		c.null(i)
		return
	}
	day := datetime.DateOf(ts)
	micros := ts - int64(day)*microsPerDay
	y, month, dom := datetime.Civil(int(day))
	h, m, s, us := int(micros/3600e6), int(micros/60e6%60), int(micros/1e6%60), int(micros%1e6)
	h12 := (h+11)%12 + 1
	half := "AM"
	if h >= 12 {
		half = "PM"
	}
	week := func(mode int32) int32 { _, w := mysqlWeek(day, mode); return w }
	weekYear := func(mode int32) int32 { y, _ := mysqlWeek(day, mode); return y }
	off := c.begin()
	b := c.s.heap
	for k := 0; k < len(format); k++ {
		if format[k] != '%' || k+1 == len(format) {
			b = append(b, format[k])
			continue
		}
		k++
		switch format[k] {
		case 'Y':
			b = fmt.Appendf(b, "%04d", y)
		case 'y':
			b = fmt.Appendf(b, "%02d", y%100)
		case 'm':
			b = fmt.Appendf(b, "%02d", month)
		case 'c':
			b = fmt.Appendf(b, "%d", month)
		case 'M':
			b = append(b, mysqlMonths[month-1]...)
		case 'b':
			b = append(b, mysqlMonths[month-1][:3]...)
		case 'd':
			b = fmt.Appendf(b, "%02d", dom)
		case 'e':
			b = fmt.Appendf(b, "%d", dom)
		case 'D':
			b = fmt.Appendf(b, "%d%s", dom, ordinalSuffix(dom))
		case 'j':
			b = fmt.Appendf(b, "%03d", int(day)-datetime.Days(y, 1, 1)+1)
		case 'W':
			b = append(b, mysqlDays[weekday(int(day))]...)
		case 'a':
			b = append(b, mysqlDays[weekday(int(day))][:3]...)
		case 'w':
			b = fmt.Appendf(b, "%d", weekday(int(day)))
		case 'H':
			b = fmt.Appendf(b, "%02d", h)
		case 'k':
			b = fmt.Appendf(b, "%d", h)
		case 'h', 'I':
			b = fmt.Appendf(b, "%02d", h12)
		case 'l':
			b = fmt.Appendf(b, "%d", h12)
		case 'i':
			b = fmt.Appendf(b, "%02d", m)
		case 's', 'S':
			b = fmt.Appendf(b, "%02d", s)
		case 'f':
			b = fmt.Appendf(b, "%06d", us)
		case 'p':
			b = append(b, half...)
		case 'r':
			b = fmt.Appendf(b, "%02d:%02d:%02d %s", h12, m, s, half)
		case 'T':
			b = fmt.Appendf(b, "%02d:%02d:%02d", h, m, s)
		case 'U':
			b = fmt.Appendf(b, "%02d", week(0))
		case 'u':
			b = fmt.Appendf(b, "%02d", week(1))
		case 'V':
			b = fmt.Appendf(b, "%02d", week(2))
		case 'v':
			b = fmt.Appendf(b, "%02d", week(3))
		case 'X':
			b = fmt.Appendf(b, "%04d", weekYear(2))
		case 'x':
			b = fmt.Appendf(b, "%04d", weekYear(3))
		default:
			b = append(b, format[k])
		}
	}
	c.s.heap = b
	c.end(i, off)
}

func ordinalSuffix(n int) string {
	if n/10 != 1 {
		switch n % 10 {
		case 1:
			return "st"
		case 2:
			return "nd"
		case 3:
			return "rd"
		}
	}
	return "th"
}

// mysqlStrToDate reads a timestamp by a format; what does not fit is NULL.
func mysqlStrToDate(c *call) error {
	text, f, dst := c.text(0), c.text(1), column.Values[int64](c.out)
	return c.each(func(i int) error {
		ts, ok := readByFormat(string(text.At(i)), string(f.At(i)))
		if !ok {
			c.null(i)
			return nil
		}
		dst[i] = ts
		return nil
	})
}

func readByFormat(s, format string) (ts int64, ok bool) {
	y, month, day, h, m, sec, us, yday := 0, 1, 1, 0, 0, 0, 0, 0
	half := ""
	number := func(width int) (int, bool) {
		n, k := 0, 0
		for k < len(s) && k < width && s[k] >= '0' && s[k] <= '9' {
			n, k = n*10+int(s[k]-'0'), k+1
		}
		s = s[k:]
		return n, k > 0
	}
	name := func(names []string, width int) (int, bool) {
		for i, n := range names {
			if width > 0 {
				n = n[:width]
			}
			if len(s) >= len(n) && strings.EqualFold(s[:len(n)], n) {
				s = s[len(n):]
				return i, true
			}
		}
		return 0, false
	}
	// %T and %r stand for several fields.
	format = strings.NewReplacer("%%", "%%", "%T", "%H:%i:%S", "%r", "%h:%i:%S %p").Replace(format)
	for k := 0; k < len(format); k++ {
		if format[k] == ' ' {
			s = strings.TrimLeft(s, " ")
			continue
		}
		if format[k] != '%' || k+1 == len(format) {
			if s == "" || s[0] != format[k] {
				return 0, false
			}
			s = s[1:]
			continue
		}
		k++
		s = strings.TrimLeft(s, " ")
		ok = true
		switch format[k] {
		case 'Y':
			y, ok = number(4)
		case 'y':
			y, ok = number(2)
			if y < 70 {
				y += 2000
			} else {
				y += 1900
			}
		case 'm', 'c':
			month, ok = number(2)
		case 'M':
			month, ok = name(mysqlMonths[:], 0)
			month++
		case 'b':
			month, ok = name(mysqlMonths[:], 3)
			month++
		case 'd', 'e':
			day, ok = number(2)
		case 'D':
			if day, ok = number(2); ok && len(s) >= 2 {
				s = s[2:]
			}
		case 'j':
			yday, ok = number(3)
		case 'W':
			_, ok = name(mysqlDays[:], 0)
		case 'a':
			_, ok = name(mysqlDays[:], 3)
		case 'H', 'k', 'h', 'I', 'l':
			h, ok = number(2)
		case 'i':
			m, ok = number(2)
		case 's', 'S':
			sec, ok = number(2)
		case 'f':
			digits := len(s)
			us, ok = number(6)
			for digits -= len(s); digits < 6; digits++ {
				us *= 10
			}
		case 'p':
			if len(s) < 2 {
				return 0, false
			}
			half, s = strings.ToUpper(s[:2]), s[2:]
			ok = half == "AM" || half == "PM"
		case '%':
			if ok = strings.HasPrefix(s, "%"); ok {
				s = s[1:]
			}
		default:
			return 0, false
		}
		if !ok {
			return 0, false
		}
	}
	if half != "" {
		if h < 1 || h > 12 {
			return 0, false
		}
		h %= 12
		if half == "PM" {
			h += 12
		}
	}
	if h > 23 || m > 59 || sec > 59 {
		return 0, false
	}
	d, err := datetime.MakeDate(y, month, day)
	if err != nil {
		return 0, false
	}
	if yday > 0 {
		d = int32(datetime.Days(y, 1, 1) + yday - 1)
	}
	return int64(d)*microsPerDay + int64(h)*3600e6 + int64(m)*60e6 + int64(sec)*1e6 + int64(us), true
}
