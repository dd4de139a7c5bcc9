package datetime

import (
	"strings"
)

// timeOnly decodes a time of day, which may come with a zone and even a date
// (for the zone's sake).
func (d *decoder) timeOnly(toks []token) failure {
	label := labelNone
	last := len(toks) - 1
	for i, t := range toks {
		var found mask
		var f failure
		switch t.kind {
		case date:
			switch {
			case i == 0 && last >= 1 && (toks[last].kind == date || toks[1].kind == clock):
				found, f = d.date(t.text)
			case isDigit(t.text[0]):
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
				found, _, f = d.numberField(t.text[:dash], d.have|hasDate)
				found |= hasZone
			default:
				found, f = d.namedZone(t.text)
			}
		case clock:
			label = labelNone
			found, f = hasTime, d.clock(t.text)
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
			case dot >= 0 && i == 0 && last >= 1 && toks[last].kind == date:
				found, f = d.date(t.text)
			case dot > 2, dot < 0 && len(t.text) > 4:
				found, _, f = d.numberField(t.text, d.have|hasDate)
			case dot >= 0:
				return badFormat
			default:
				found, f = d.number(t.text, d.have|hasDate)
			}
		default:
			var skip bool
			found, skip, f = d.timeWord(t.text, toks[i+1:], &label)
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
	if d.timeOverflows() {
		return fieldOverflow
	}
	if d.have&hasTime != hasTime {
		return badFormat
	}
	return d.settleZone(true)
}

// timeWord is word for times: now has no date, and "t" needs none before it.
func (d *decoder) timeWord(s string, next []token, label *int) (found mask, skip bool, f failure) {
	if _, isZone := abbreviations()[truncate(s)]; !isZone {
		switch w := dateWords[truncate(s)]; w.kind {
		case reserved:
			switch w.value {
			case wordNow:
				t := splitTimestamp(ToLocal(d.env.Now, d.env.location()))
				d.f.hour, d.f.min, d.f.sec, d.f.usec = t.hour, t.min, t.sec, t.usec
				return hasTime, false, ok
			case wordZulu:
				return d.reservedWord(wordZulu), false, ok
			}
			return 0, false, badFormat
		case isoTime:
			if !timeFollows(next) {
				return 0, false, badFormat
			}
			*label = w.value
			return 0, false, ok
		case monthName, dayName:
			return 0, false, badFormat
		}
	}
	return d.word(s, next, label)
}
