package datetime

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// mask says which fields of a date or time have been found.
type mask uint16

const (
	hasYear mask = 1 << iota
	hasMonth
	hasDay
	hasDOY
	hasHour
	hasMinute
	hasSecond
	hasZone
	hasDSTMod
	hasWeekday
	hasAMPM
	hasEra

	hasDate = hasYear | hasMonth | hasDay
	hasTime = hasHour | hasMinute | hasSecond
)

// decoder gives meaning to the tokens of one date, time or timestamp.
type decoder struct {
	env *Env
	f   fields

	have      mask
	twoDigits bool // the year was written with at most two digits
	textMonth bool
	julian    bool
	bc        bool
	halfDay   int // 0: 24 hours, else 1 + value of AM/PM

	offset   int // seconds east of UTC, once hasZone
	zone     *time.Location
	abbrev   abbreviation
	abbrevOn bool
	special  int // wordEpoch, wordInfinity, wordNegInfinity: no fields count
	badZone  string
}

// atoi reads digits at the start of s. It says what follows them.
func atoi(s string) (n int, rest string, f failure) {
	i := 0
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	from := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	if i == from {
		return 0, s, ok
	}
	v, err := strconv.ParseInt(s[:i], 10, 64)
	if err != nil || v > math.MaxInt32 || v < math.MinInt32 {
		return 0, s[i:], fieldOverflow
	}
	return int(v), s[i:], ok
}

// fraction reads ".123" as microseconds, rounded.
func fraction(s string) (usec int, f failure) {
	if len(s) == 1 {
		return 0, ok
	}
	v, err := strconv.ParseFloat("0"+s, 64)
	if err != nil {
		return 0, badFormat
	}
	return int(math.RoundToEven(v * usecPerSec)), ok
}

// dateTime decodes a date with or without a time.
func (d *decoder) dateTime(toks []token) failure {
	label := labelNone
	for i, t := range toks {
		var found mask
		var f failure
		switch t.kind {
		case date:
			switch {
			case label == labelJulian:
				var rest string
				var v int
				if v, rest, f = atoi(t.text); f != ok || v < 0 {
					return fieldOverflow
				}
				d.setDays(v - julianEpoch)
				d.julian = true
				f = d.numericZone(rest)
				found = hasDate | hasTime | hasZone
				label = labelNone
			case label != labelNone || d.have&(hasMonth|hasDay) == hasMonth|hasDay:
				if isDigit(t.text[0]) || label != labelNone {
					if label != labelNone && label != labelTime {
						return badFormat
					}
					label = labelNone
					if d.have&hasTime == hasTime {
						return badFormat
					}
					dash := strings.IndexByte(t.text, '-')
					if dash < 0 {
						return badFormat
					}
					if f = d.numericZone(t.text[dash:]); f != ok {
						return f
					}
					found, _, f = d.numberField(t.text[:dash], d.have)
					found |= hasZone
				} else {
					found, f = d.namedZone(t.text)
				}
			default:
				found, f = d.date(t.text)
			}
		case clock:
			if label != labelNone && label != labelTime {
				return badFormat
			}
			label = labelNone
			found, f = hasTime, d.clock(t.text)
			if f == ok && d.timeOverflows() {
				return fieldOverflow
			}
		case zone:
			found, f = hasZone, d.numericZone(t.text)
		case number:
			if label != labelNone {
				found, f = d.labelled(label, t.text)
				label = labelNone
				break
			}
			dot := strings.IndexByte(t.text, '.')
			switch {
			case dot >= 0 && d.have&hasDate == 0:
				found, f = d.date(t.text)
			case dot > 2, len(t.text) >= 6 && (d.have&hasDate == 0 || d.have&hasTime == 0):
				found, _, f = d.numberField(t.text, d.have)
			default:
				found, f = d.number(t.text, d.have)
			}
		default:
			var skip bool
			found, skip, f = d.word(t.text, toks[i+1:], &label)
			if skip {
				continue
			}
		}
		if f != ok {
			return f
		}
		if found&d.have != 0 {
			return badFormat
		}
		d.have |= found
	}
	if f := d.validate(); f != ok {
		return f
	}
	if f := d.applyHalfDay(); f != ok {
		return f
	}
	if d.special != 0 {
		return ok
	}
	if d.have&hasDate != hasDate {
		return badFormat
	}
	return d.settleZone(false)
}

// settleZone computes the offset of a zone that has rules, or takes the
// session's, now that the date is known.
func (d *decoder) settleZone(timeOnly bool) failure {
	modified := d.have&hasDSTMod != 0
	local := d.localTime(timeOnly)
	switch {
	case d.zone != nil:
		if modified {
			return badFormat
		}
		if timeOnly && d.have&hasDate != hasDate && !fixed(d.zone) {
			return badFormat
		}
		d.offset = localOffset(d.zone, local)
	case d.abbrevOn && d.abbrev.zone != "":
		if modified {
			return badFormat
		}
		d.offset, _ = d.abbrev.at(local)
	case d.have&hasZone == 0:
		if modified || timeOnly && d.have&hasDate != 0 && d.have&hasDate != hasDate {
			return badFormat
		}
		d.offset = localOffset(d.env.location(), local)
	}
	return ok
}

// localTime is the decoded time; of a time without a date it is today's. What
// is out of range comes back as the end of the range.
func (d *decoder) localTime(timeOnly bool) int64 {
	if timeOnly && d.have&hasDate == 0 {
		today := floorDiv(ToLocal(d.env.Now, d.env.location()), UsecPerDay)
		return today*UsecPerDay + d.f.timeOfDay()
	}
	days := min(max(d.f.days(), MinDate), maxTimestampDay-1)
	return int64(days)*UsecPerDay + d.f.timeOfDay()
}

// fixed says whether a zone has one offset for ever.
func fixed(loc *time.Location) bool {
	start, end := time.Unix(0, 0).In(loc).ZoneBounds()
	return start.IsZero() && end.IsZero()
}

func (d *decoder) setDays(days int) { d.f.year, d.f.month, d.f.day = daysCivil(days) }

func (d *decoder) namedZone(name string) (mask, failure) {
	if d.zone = FindZone(name); d.zone == nil {
		d.badZone = name
		return 0, badZone
	}
	return hasZone, ok
}

// labelled decodes a number after a label: a Julian day, or a time after "t".
func (d *decoder) labelled(label int, s string) (mask, failure) {
	v, rest, f := atoi(s)
	if f != ok {
		return 0, f
	}
	if rest != "" && (rest[0] != '.' || label != labelJulian && label != labelTime && label != labelSecond) {
		return 0, badFormat
	}
	switch label {
	case labelYear:
		d.f.year = v
		return hasYear, ok
	case labelMonth:
		// After hours it means minutes.
		if d.have&hasMonth != 0 && d.have&hasHour != 0 {
			d.f.min = v
			return hasMinute, ok
		}
		d.f.month = v
		return hasMonth, ok
	case labelDay:
		d.f.day = v
		return hasDay, ok
	case labelHour:
		d.f.hour = v
		return hasHour, ok
	case labelMinute:
		d.f.min = v
		return hasMinute, ok
	case labelSecond:
		d.f.sec = v
		if rest != "" {
			d.f.usec, f = fraction(rest)
		}
		return hasSecond, f
	case labelJulian:
		if v < 0 {
			return 0, fieldOverflow
		}
		d.setDays(v - julianEpoch)
		d.julian = true
		if rest == "" {
			return hasDate, ok
		}
		part, err := strconv.ParseFloat("0"+rest, 64)
		if err != nil {
			return 0, badFormat
		}
		t := splitTime(int64(part * UsecPerDay))
		d.f.hour, d.f.min, d.f.sec, d.f.usec = t.hour, t.min, t.sec, t.usec
		return hasDate | hasTime, ok
	case labelTime:
		found, _, f := d.numberField(s, d.have|hasDate)
		if f == ok && found != hasTime {
			f = badFormat
		}
		return found, f
	}
	return 0, badFormat
}

// word decodes a word. skip says that it means nothing.
func (d *decoder) word(s string, next []token, label *int) (found mask, skip bool, f failure) {
	if a, isZone := abbreviations()[truncate(s)]; isZone {
		d.abbrev, d.abbrevOn = a, true
		d.offset = a.offset
		return hasZone, false, ok
	}
	w := dateWords[truncate(s)]
	switch w.kind {
	case ignored:
		return 0, true, ok
	case reserved:
		return d.reservedWord(w.value), false, ok
	case monthName:
		found = hasMonth
		// A number before a name of a month was the day.
		if d.have&hasMonth != 0 && !d.textMonth && d.have&hasDay == 0 && d.f.month >= 1 && d.f.month <= 31 {
			d.f.day = d.f.month
			found = hasDay
		}
		d.textMonth = true
		d.f.month = w.value
		return found, false, ok
	case dstModifier:
		d.offset += w.value
		return hasDSTMod, false, ok
	case amPM:
		d.halfDay = 1 + w.value
		return hasAMPM, false, ok
	case era:
		d.bc = w.value == 1
		return hasEra, false, ok
	case dayName:
		return hasWeekday, false, ok
	case unit:
		*label = w.value
		return 0, false, ok
	case isoTime:
		if d.have&hasDate != hasDate || !timeFollows(next) {
			return 0, false, badFormat
		}
		*label = w.value
		return 0, false, ok
	}
	if d.zone = FindZone(s); d.zone == nil {
		return 0, false, badFormat
	}
	return hasZone, false, ok
}

// timeFollows says whether what comes after a "t" may be a time.
func timeFollows(next []token) bool {
	return len(next) > 0 && (next[0].kind == number || next[0].kind == clock || next[0].kind == date)
}

func (d *decoder) reservedWord(w int) mask {
	loc := d.env.location()
	switch w {
	case wordNow:
		local := ToLocal(d.env.Now, loc)
		d.f = splitTimestamp(local)
		d.offset = Offset(loc, d.env.Now)
		return hasDate | hasTime | hasZone
	case wordToday, wordTomorrow, wordYesterday:
		days := int(floorDiv(ToLocal(d.env.Now, loc), UsecPerDay))
		d.setDays(days + map[int]int{wordTomorrow: 1, wordYesterday: -1}[w])
		return hasDate
	case wordZulu:
		d.f.hour, d.f.min, d.f.sec, d.f.usec = 0, 0, 0, 0
		d.offset = 0
		return hasTime | hasZone
	}
	d.special = w
	return hasDate | hasTime | hasZone
}
