package datetime

import (
	"math"
	"strconv"
)

// Fields that an interval can be restricted to, numbered as in the typmods of
// Postgres; they combine.
const (
	FieldMonth  = 1 << 1
	FieldYear   = 1 << 2
	FieldDay    = 1 << 3
	FieldHour   = 1 << 10
	FieldMinute = 1 << 11
	FieldSecond = 1 << 12
	AllFields   = 0x7fff
)

// ParseInterval reads an interval in any form that Postgres takes: with units,
// SQL standard, ISO 8601. fields restricts it (AllFields for not), and says what
// a number without a unit means; precision is as for ParseTimestamp.
func ParseInterval(s string, fields, precision int, env *Env) (Interval, error) {
	var p intervalParts
	var buf [8]token
	toks, f := tokenize(s, buf[:])
	if f == ok {
		f = p.decode(toks, fields, env.Interval == IntervalSQLStandard)
	}
	if f == badFormat {
		p = intervalParts{}
		f = p.decodeISO(s)
	}
	if f == fieldOverflow {
		f = intervalOverflow
	}
	if f != ok {
		return Interval{}, f.err("interval", s)
	}
	months := p.years*12 + p.months
	if months != int64(int32(months)) {
		return Interval{}, errIntervalRange()
	}
	return RestrictInterval(Interval{Micros: p.micros, Days: int32(p.days), Months: int32(months)}, fields, precision)
}

// RestrictInterval drops what is below the last of the fields and rounds to
// precision digits of a second.
func RestrictInterval(v Interval, fields, precision int) (Interval, error) {
	switch fields {
	case AllFields:
	case FieldYear:
		v.Months = v.Months / 12 * 12
		v.Days, v.Micros = 0, 0
	case FieldMonth, FieldYear | FieldMonth:
		v.Days, v.Micros = 0, 0
	case FieldDay:
		v.Micros = 0
	case FieldHour, FieldDay | FieldHour:
		v.Micros = v.Micros / usecPerHour * usecPerHour
	case FieldMinute, FieldHour | FieldMinute, FieldDay | FieldHour | FieldMinute:
		v.Micros = v.Micros / usecPerMinute * usecPerMinute
	}
	if precision >= 0 && precision < 6 {
		if half := microsScale[precision] / 2; v.Micros > math.MaxInt64-half || v.Micros < math.MinInt64+half {
			return v, errIntervalRange()
		}
		v.Micros = roundMicros(v.Micros, precision)
	}
	return v, nil
}

// intervalParts collects an interval; all but micros stay within an int32.
type intervalParts struct {
	years, months, days, micros int64
}

// add adds val × scale to an int32 part.
func addPart(part *int64, val, scale int64) bool {
	if val != int64(int32(val)) {
		return false
	}
	sum := *part + val*scale
	if val*scale != int64(int32(val*scale)) || sum != int64(int32(sum)) {
		return false
	}
	*part = sum
	return true
}

// addMicros adds (val + fval) × scale microseconds.
func (p *intervalParts) addMicros(val int64, fval float64, scale int64) bool {
	v := val * scale
	if v/scale != val {
		return false
	}
	return p.addWholeMicros(v) && p.addFraction(fval, scale)
}

func (p *intervalParts) addWholeMicros(v int64) bool {
	sum := p.micros + v
	if (v > 0 && sum < p.micros) || (v < 0 && sum > p.micros) {
		return false
	}
	p.micros = sum
	return true
}

// addFraction adds a fraction of a unit of scale microseconds, rounded.
func (p *intervalParts) addFraction(frac float64, scale int64) bool {
	if frac == 0 {
		return true
	}
	frac *= float64(scale)
	usec := int64(frac)
	switch rest := frac - float64(usec); {
	case rest > 0.5:
		usec++
	case rest < -0.5:
		usec--
	}
	return p.addWholeMicros(usec)
}

// addDayFraction adds a fraction of a unit of scale days: whole days, and the
// rest as time.
func (p *intervalParts) addDayFraction(frac float64, scale int64) bool {
	if frac == 0 {
		return true
	}
	frac *= float64(scale)
	days := int64(frac)
	return addPart(&p.days, days, 1) && p.addFraction(frac-float64(days), UsecPerDay)
}

// addYearFraction adds a fraction of scale years as whole months.
func (p *intervalParts) addYearFraction(frac float64, scale int64) bool {
	return addPart(&p.months, int64(math.RoundToEven(frac*float64(scale)*12)), 1)
}

// Interval units.
const (
	unitMicrosecond = iota + 1
	unitMillisecond
	unitSecond
	unitMinute
	unitHour
	unitDay
	unitWeek
	unitMonth
	unitQuarter
	unitYear
	unitDecade
	unitCentury
	unitMillennium
)

// intervalWords are the units of intervals, cut to ten characters.
var intervalWords = map[string]keyword{
	"ago": {ago, 0},
	"us":  {unit, unitMicrosecond}, "usec": {unit, unitMicrosecond}, "usecs": {unit, unitMicrosecond},
	"usecond": {unit, unitMicrosecond}, "useconds": {unit, unitMicrosecond}, "microsecon": {unit, unitMicrosecond},
	"ms": {unit, unitMillisecond}, "msec": {unit, unitMillisecond}, "msecs": {unit, unitMillisecond},
	"msecond": {unit, unitMillisecond}, "mseconds": {unit, unitMillisecond}, "millisecon": {unit, unitMillisecond},
	"s": {unit, unitSecond}, "sec": {unit, unitSecond}, "secs": {unit, unitSecond}, "second": {unit, unitSecond}, "seconds": {unit, unitSecond},
	"m": {unit, unitMinute}, "min": {unit, unitMinute}, "mins": {unit, unitMinute}, "minute": {unit, unitMinute}, "minutes": {unit, unitMinute},
	"h": {unit, unitHour}, "hr": {unit, unitHour}, "hrs": {unit, unitHour}, "hour": {unit, unitHour}, "hours": {unit, unitHour},
	"d": {unit, unitDay}, "day": {unit, unitDay}, "days": {unit, unitDay},
	"w": {unit, unitWeek}, "week": {unit, unitWeek}, "weeks": {unit, unitWeek},
	"mon": {unit, unitMonth}, "mons": {unit, unitMonth}, "month": {unit, unitMonth}, "months": {unit, unitMonth},
	"qtr": {unit, unitQuarter}, "quarter": {unit, unitQuarter},
	"y": {unit, unitYear}, "yr": {unit, unitYear}, "yrs": {unit, unitYear}, "year": {unit, unitYear}, "years": {unit, unitYear},
	"dec": {unit, unitDecade}, "decs": {unit, unitDecade}, "decade": {unit, unitDecade}, "decades": {unit, unitDecade},
	"c": {unit, unitCentury}, "cent": {unit, unitCentury}, "century": {unit, unitCentury}, "centuries": {unit, unitCentury},
	"mil": {unit, unitMillennium}, "mils": {unit, unitMillennium}, "millennia": {unit, unitMillennium}, "millennium": {unit, unitMillennium},
}

// rightmost is the unit of a number without one, by the fields asked for.
func rightmost(fields int) int {
	switch fields {
	case FieldYear:
		return unitYear
	case FieldMonth, FieldYear | FieldMonth:
		return unitMonth
	case FieldDay:
		return unitDay
	case FieldHour, FieldDay | FieldHour:
		return unitHour
	case FieldMinute, FieldHour | FieldMinute, FieldDay | FieldHour | FieldMinute:
		return unitMinute
	}
	return unitSecond
}

// decode reads the tokens from the right, so that units come before their
// numbers. sqlSigns: a leading minus holds for all fields unless others have
// signs too.
func (p *intervalParts) decode(toks []token, fields int, sqlSigns bool) failure {
	negative := sqlSigns && len(toks) > 0 && toks[0].text[0] == '-'
	for _, t := range toks[min(1, len(toks)):] {
		if t.text[0] == '-' || t.text[0] == '+' {
			negative = false
		}
	}
	nextUnit := 0
	have := 0
	isAgo := false
	for i := len(toks) - 1; i >= 0; i-- {
		t := toks[i]
		found := 0
		switch {
		case t.kind == clock:
			var f failure
			if found, f = p.clock(t.text, fields); f != ok {
				return f
			}
			if negative && p.micros > 0 {
				p.micros = -p.micros
			}
			nextUnit = unitDay
		case t.kind == zone && p.signedClock(t.text, fields, &found):
			if t.text[0] == '-' {
				p.micros = -p.micros
			}
			if negative && p.micros > 0 {
				p.micros = -p.micros
			}
			nextUnit = unitDay
		case t.kind == zone || t.kind == date || t.kind == number:
			if nextUnit == 0 {
				nextUnit = rightmost(fields)
			}
			var f failure
			if found, nextUnit, f = p.number(t.text, nextUnit, negative); f != ok {
				return f
			}
		default:
			w := intervalWords[truncate(t.text)]
			switch w.kind {
			case unit:
				nextUnit = w.value
			case ago:
				isAgo = true
				nextUnit = w.value
			default:
				return badFormat
			}
			continue
		}
		if found&have != 0 {
			return badFormat
		}
		have |= found
	}
	if have == 0 {
		return badFormat
	}
	if isAgo {
		if p.micros == math.MinInt64 || p.days == math.MinInt32 || p.months == math.MinInt32 || p.years == math.MinInt32 {
			return fieldOverflow
		}
		p.micros, p.days, p.months, p.years = -p.micros, -p.days, -p.months, -p.years
	}
	return ok
}

// timeUnits are the fields that a clock sets.
const timeUnits = 1<<unitHour | 1<<unitMinute | 1<<unitSecond | 1<<unitMillisecond | 1<<unitMicrosecond

func (p *intervalParts) clock(s string, fields int) (found int, f failure) {
	c, f := splitClock(s, fields == FieldMinute|FieldSecond)
	if f != ok {
		return 0, f
	}
	q := intervalParts{}
	if !q.addMicros(c.hour, 0, usecPerHour) || !q.addWholeMicros(int64(c.min)*usecPerMinute+int64(c.sec)*usecPerSec+int64(c.usec)) {
		return 0, fieldOverflow
	}
	p.micros = q.micros
	return timeUnits, ok
}

// signedClock tries +hh:mm or -hh:mm:ss; the sign is the caller's.
func (p *intervalParts) signedClock(s string, fields int, found *int) bool {
	colon := false
	for _, c := range s[1:] {
		colon = colon || c == ':'
	}
	if !colon {
		return false
	}
	q := *p
	m, f := q.clock(s[1:], fields)
	if f != ok {
		return false
	}
	*p, *found = q, m
	return true
}

// number adds a number of some unit and says which unit the number to its
// left has if it has none of its own.
func (p *intervalParts) number(s string, u int, negative bool) (found, next int, f failure) {
	i := 0
	if s[0] == '+' || s[0] == '-' {
		i++
	}
	from := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	var val int64
	if i > from {
		var err error
		if val, err = strconv.ParseInt(s[:i], 10, 64); err != nil {
			return 0, 0, fieldOverflow
		}
	}
	var frac float64
	switch rest := s[i:]; {
	case rest == "":
	case rest[0] == '-':
		// SQL's years-months.
		m, tail, f := atoi(rest[1:])
		if f != ok || m < 0 || m >= 12 {
			return 0, 0, fieldOverflow
		}
		if tail != "" {
			return 0, 0, badFormat
		}
		u = unitMonth
		if s[0] == '-' {
			m = -m
		}
		if val > math.MaxInt64/12-12 || val < math.MinInt64/12+12 {
			return 0, 0, fieldOverflow
		}
		val = val*12 + int64(m)
	case rest[0] == '.':
		if len(rest) > 1 {
			var err error
			if frac, err = strconv.ParseFloat("0"+rest, 64); err != nil {
				return 0, 0, badFormat
			}
		}
		if s[0] == '-' {
			frac = -frac
		}
	default:
		return 0, 0, badFormat
	}
	if negative {
		val, frac = min(val, -val), math.Min(frac, -frac)
	}
	next = u
	fits := true
	switch u {
	case unitMicrosecond:
		fits = p.addMicros(val, frac, 1)
	case unitMillisecond:
		fits = p.addMicros(val, frac, usecPerMsec)
	case unitSecond:
		fits = p.addMicros(val, frac, usecPerSec)
	case unitMinute:
		fits = p.addMicros(val, frac, usecPerMinute)
	case unitHour:
		fits = p.addMicros(val, frac, usecPerHour)
		next = unitDay
	case unitDay:
		fits = addPart(&p.days, val, 1) && p.addFraction(frac, UsecPerDay)
	case unitWeek:
		fits = addPart(&p.days, val, 7) && p.addDayFraction(frac, 7)
	case unitMonth:
		fits = addPart(&p.months, val, 1) && p.addDayFraction(frac, 30)
	case unitYear, unitDecade, unitCentury, unitMillennium:
		scale := map[int]int64{unitYear: 1, unitDecade: 10, unitCentury: 100, unitMillennium: 1000}[u]
		fits = addPart(&p.years, val, scale) && p.addYearFraction(frac, scale)
	default: // a quarter is a unit to extract, not one to write
		return 0, 0, badFormat
	}
	if !fits {
		return 0, 0, fieldOverflow
	}
	found = 1 << u
	if u == unitSecond && frac != 0 {
		found |= 1<<unitMillisecond | 1<<unitMicrosecond
	}
	return found, next, ok
}
