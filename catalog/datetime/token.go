package datetime

import (
	"strings"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// kind is what a piece of text looks like before it has a meaning.
type kind uint8

const (
	number  kind = iota
	word         // letters
	date         // 2001-02-03, 8-Jan-1999, America/New_York
	clock        // 04:05:06.789
	zone         // +02, -08:30; in intervals any signed number
	special      // sign and letters: -infinity
)

type token struct {
	text string // letters in lower case
	kind kind
}

// Longest input that Postgres reads, and most pieces.
const (
	maxInput  = 153
	maxTokens = 25
)

// failure is why text was refused; it becomes an error where the text and the
// type are known.
type failure uint8

const (
	ok failure = iota
	badFormat
	fieldOverflow
	monthDayOverflow // as fieldOverflow, with a hint at DateStyle
	intervalOverflow
	zoneOverflow
	badZone // the zone's name is in decoder.badZone
)

// err is the failure as an error about text of a type.
func (f failure) err(typeName, text string) error {
	q := sqlerr.Quote(text)
	switch f {
	case fieldOverflow:
		return sqlerr.New(sqlerr.DatetimeFieldOverflow, "date/time field value out of range: %s", q)
	case monthDayOverflow:
		return sqlerr.New(sqlerr.DatetimeFieldOverflow, "date/time field value out of range: %s", q).
			WithHint(`Perhaps you need a different "datestyle" setting.`)
	case intervalOverflow:
		return sqlerr.New(sqlerr.IntervalFieldOverflow, "interval field value out of range: %s", q)
	case zoneOverflow:
		return sqlerr.New(sqlerr.InvalidTimeZoneDisplacementValue, "time zone displacement out of range: %s", q)
	}
	return sqlerr.New(sqlerr.InvalidDatetimeFormat, "invalid input syntax for type %s: %s", typeName, q)
}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isAlpha(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isPunct(c byte) bool { return c > ' ' && c < 0x7f && !isDigit(c) && !isAlpha(c) }

// tokenize cuts text into pieces by their look, as Postgres does.
func tokenize(s string, buf []token) ([]token, failure) {
	out := buf[:0]
	total := 0
	for i := 0; i < len(s); {
		c := s[i]
		if isSpace(c) {
			i++
			continue
		}
		start := i
		run := func(in func(byte) bool) {
			for i < len(s) && in(s[i]) {
				i++
			}
		}
		at := func() byte {
			if i < len(s) {
				return s[i]
			}
			return 0
		}
		var k kind
		text := ""
		switch {
		case isDigit(c):
			run(isDigit)
			switch d := at(); {
			case d == ':':
				k = clock
				run(func(c byte) bool { return isDigit(c) || c == ':' || c == '.' })
			case d == '-' || d == '/' || d == '.':
				i++
				if isDigit(at()) {
					k = date
					if d == '.' {
						k = number
					}
					run(isDigit)
					if at() == d { // both delimiters alike: a date of three fields
						k = date
						run(func(c byte) bool { return isDigit(c) || c == d })
					}
				} else {
					k = date
					run(func(c byte) bool { return isDigit(c) || isAlpha(c) || c == d })
				}
			default:
				k = number
			}
		case c == '.':
			i++
			run(isDigit)
			k = number
		case isAlpha(c):
			k = word
			run(isAlpha)
			isDate := false
			switch d := at(); {
			case d == '-' || d == '/' || d == '.':
				isDate = true
			case d == '+' || isDigit(d):
				// A keyword with a number at its heels is two pieces, a zone one.
				_, keyword := dateWords[truncate(strings.ToLower(s[start:i]))]
				isDate = !keyword
			}
			if isDate {
				k = date
				run(func(c byte) bool {
					return isDigit(c) || isAlpha(c) || strings.IndexByte("+-/_.:", c) >= 0
				})
			}
		case c == '+' || c == '-':
			i++
			run(isSpace)
			switch d := at(); {
			case isDigit(d):
				k = zone
				from := i
				run(func(c byte) bool { return isDigit(c) || c == ':' || c == '.' || c == '-' })
				text = string(c) + s[from:i]
			case isAlpha(d):
				k = special
				from := i
				run(isAlpha)
				text = string(c) + strings.ToLower(s[from:i])
			default:
				return nil, badFormat
			}
		case isPunct(c):
			i++
			continue
		default:
			return nil, badFormat
		}
		if text == "" {
			text = strings.ToLower(s[start:i])
		}
		if total += len(text) + 1; total > maxInput || len(out) >= maxTokens {
			return nil, badFormat
		}
		out = append(out, token{text, k})
	}
	return out, ok
}

// wordKind says what a keyword means.
type wordKind uint8

const (
	unknownWord wordKind = iota
	reserved
	monthName
	dayName
	dstModifier
	amPM
	era
	unit
	isoTime
	ignored
	ago
)

// Values of reserved words and labels of what follows ("j2451187", "t040506").
const (
	wordNow = iota + 1
	wordToday
	wordTomorrow
	wordYesterday
	wordEpoch
	wordInfinity
	wordNegInfinity
	wordZulu
)

const (
	labelNone = iota
	labelYear
	labelMonth
	labelDay
	labelHour
	labelMinute
	labelSecond
	labelJulian
	labelTime
	labelOther
)

type keyword struct {
	kind  wordKind
	value int
}

// truncate cuts a word to the ten characters that Postgres compares.
func truncate(s string) string {
	if len(s) > 10 {
		return s[:10]
	}
	return s
}

// dateWords are the words of dates and times, cut to ten characters.
var dateWords = map[string]keyword{
	"now": {reserved, wordNow}, "today": {reserved, wordToday}, "tomorrow": {reserved, wordTomorrow},
	"yesterday": {reserved, wordYesterday}, "epoch": {reserved, wordEpoch}, "infinity": {reserved, wordInfinity},
	"-infinity": {reserved, wordNegInfinity}, "allballs": {reserved, wordZulu},

	"jan": {monthName, 1}, "january": {monthName, 1}, "feb": {monthName, 2}, "february": {monthName, 2},
	"mar": {monthName, 3}, "march": {monthName, 3}, "apr": {monthName, 4}, "april": {monthName, 4},
	"may": {monthName, 5}, "jun": {monthName, 6}, "june": {monthName, 6}, "jul": {monthName, 7}, "july": {monthName, 7},
	"aug": {monthName, 8}, "august": {monthName, 8}, "sep": {monthName, 9}, "sept": {monthName, 9}, "september": {monthName, 9},
	"oct": {monthName, 10}, "october": {monthName, 10}, "nov": {monthName, 11}, "november": {monthName, 11},
	"dec": {monthName, 12}, "december": {monthName, 12},

	"sun": {dayName, 0}, "sunday": {dayName, 0}, "mon": {dayName, 1}, "monday": {dayName, 1}, "tue": {dayName, 2},
	"tues": {dayName, 2}, "tuesday": {dayName, 2}, "wed": {dayName, 3}, "weds": {dayName, 3}, "wednesday": {dayName, 3},
	"thu": {dayName, 4}, "thur": {dayName, 4}, "thurs": {dayName, 4}, "thursday": {dayName, 4},
	"fri": {dayName, 5}, "friday": {dayName, 5}, "sat": {dayName, 6}, "saturday": {dayName, 6},

	"ad": {era, 0}, "bc": {era, 1}, "am": {amPM, 0}, "pm": {amPM, 1},
	"at": {ignored, 0}, "on": {ignored, 0}, "dst": {dstModifier, 3600},
	"t": {isoTime, labelTime}, "j": {unit, labelJulian}, "jd": {unit, labelJulian}, "julian": {unit, labelJulian},
	"d": {unit, labelDay}, "h": {unit, labelHour}, "m": {unit, labelMonth}, "mm": {unit, labelMinute}, "s": {unit, labelSecond},
	"y": {unit, labelYear}, "dow": {unit, labelOther}, "doy": {unit, labelOther}, "isodow": {unit, labelOther}, "isoyear": {unit, labelOther},
}
