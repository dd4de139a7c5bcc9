package format

import (
	"strings"
	"unicode/utf8"
)

// dateMode tells the two ways to write dates apart, which must not be mixed.
type dateMode uint8

const (
	anyMode dateMode = iota
	gregorian
	isoWeek
)

// datePattern is a pattern of date templates.
type datePattern struct {
	text  string // as written, which also tells upper from lower case
	id    dateID
	digit bool // reads digits: a number before it has a fixed width
	mode  dateMode
}

type dateID uint8

const (
	dAD dateID = iota + 1 // with and without dots, by text
	dAM
	dCC
	dDay
	dDDD
	dDD
	dDy
	dD
	dFF
	dFX
	dHH24
	dHH12
	dIDDD
	dID
	dIW
	dIYYY
	dIYY
	dIY
	dI
	dJ
	dMI
	dMM
	dMonth
	dMon
	dMS
	dOF
	dQ
	dRM
	dSSSS
	dSS
	dTZH
	dTZM
	dTZ
	dUS
	dWW
	dW
	dYCommaYYY
	dYYYY
	dYYY
	dYY
	dY
)

// datePatterns by first letter; the first that matches wins, so longer ones
// stand before their beginnings.
var datePatterns = func() map[byte][]datePattern {
	list := []datePattern{
		{"A.D.", dAD, false, anyMode}, {"A.M.", dAM, false, anyMode}, {"AD", dAD, false, anyMode}, {"AM", dAM, false, anyMode},
		{"B.C.", dAD, false, anyMode}, {"BC", dAD, false, anyMode}, {"CC", dCC, true, anyMode},
		{"DAY", dDay, false, anyMode}, {"DDD", dDDD, true, gregorian}, {"DD", dDD, true, gregorian}, {"DY", dDy, false, anyMode},
		{"Day", dDay, false, anyMode}, {"Dy", dDy, false, anyMode}, {"D", dD, true, gregorian},
		{"FF1", dFF, true, anyMode}, {"FF2", dFF, true, anyMode}, {"FF3", dFF, true, anyMode},
		{"FF4", dFF, true, anyMode}, {"FF5", dFF, true, anyMode}, {"FF6", dFF, true, anyMode}, {"FX", dFX, false, anyMode},
		{"HH24", dHH24, true, anyMode}, {"HH12", dHH12, true, anyMode}, {"HH", dHH12, true, anyMode},
		{"IDDD", dIDDD, true, isoWeek}, {"ID", dID, true, isoWeek}, {"IW", dIW, true, isoWeek},
		{"IYYY", dIYYY, true, isoWeek}, {"IYY", dIYY, true, isoWeek}, {"IY", dIY, true, isoWeek}, {"I", dI, true, isoWeek},
		{"J", dJ, true, anyMode}, {"MI", dMI, true, anyMode}, {"MM", dMM, true, gregorian}, {"MONTH", dMonth, false, gregorian},
		{"MON", dMon, false, gregorian}, {"MS", dMS, true, anyMode}, {"Month", dMonth, false, gregorian}, {"Mon", dMon, false, gregorian},
		{"OF", dOF, false, anyMode}, {"P.M.", dAM, false, anyMode}, {"PM", dAM, false, anyMode}, {"Q", dQ, true, anyMode},
		{"RM", dRM, false, gregorian}, {"SSSSS", dSSSS, true, anyMode}, {"SSSS", dSSSS, true, anyMode}, {"SS", dSS, true, anyMode},
		{"TZH", dTZH, false, anyMode}, {"TZM", dTZM, true, anyMode}, {"TZ", dTZ, false, anyMode}, {"US", dUS, true, anyMode},
		{"WW", dWW, true, gregorian}, {"W", dW, true, gregorian}, {"Y,YYY", dYCommaYYY, true, gregorian},
		{"YYYY", dYYYY, true, gregorian}, {"YYY", dYYY, true, gregorian}, {"YY", dYY, true, gregorian}, {"Y", dY, true, gregorian},
	}
	m := make(map[byte][]datePattern)
	for _, p := range list {
		m[p.text[0]] = append(m[p.text[0]], p)
	}
	for _, p := range list {
		// Patterns in lower case: all of those in upper case have a twin.
		if lower := strings.ToLower(p.text); p.text == strings.ToUpper(p.text) {
			p.text = lower
			m[lower[0]] = append(m[lower[0]], p)
		}
	}
	return m
}()

type nodeKind uint8

const (
	pattern nodeKind = iota
	literal
	separator
	space
)

// dateNode is one step of a template.
type dateNode struct {
	kind    nodeKind
	pat     datePattern
	fill    bool // FM: no padding
	local   bool // TM: names in the language of the locale
	ordinal byte // 't' or 'T': th or TH after a number
	char    string
}

// Date is a compiled template for dates, times and intervals.
type Date struct {
	nodes []dateNode
	empty bool
}

// NewDate compiles a template. Every text is one.
func NewDate(template string) *Date {
	d := &Date{empty: template == ""}
	for s := template; s != ""; {
		var n dateNode
		switch {
		case strings.HasPrefix(s, "FM"), strings.HasPrefix(s, "fm"):
			n.fill = true
			s = s[2:]
		case strings.HasPrefix(s, "TM"), strings.HasPrefix(s, "tm"):
			n.local = true
			s = s[2:]
		}
		if s == "" {
			break
		}
		if p, ok := findDatePattern(s); ok {
			n.kind, n.pat = pattern, p
			s = s[len(p.text):]
			switch {
			case strings.HasPrefix(s, "TH"):
				n.ordinal = 'T'
				s = s[2:]
			case strings.HasPrefix(s, "th"):
				n.ordinal = 't'
				s = s[2:]
			case strings.HasPrefix(s, "SP"):
				s = s[2:]
			}
			d.nodes = append(d.nodes, n)
			continue
		}
		var chars []dateNode
		chars, s = literals(s, true)
		d.nodes = append(d.nodes, chars...)
	}
	return d
}

func findDatePattern(s string) (datePattern, bool) {
	for _, p := range datePatterns[s[0]] {
		if strings.HasPrefix(s, p.text) {
			return p, true
		}
	}
	return datePattern{}, false
}

// literals reads a quoted string or one character of a template.
func literals(s string, separators bool) (nodes []dateNode, rest string) {
	if s[0] != '"' {
		if len(s) > 1 && s[0] == '\\' && s[1] == '"' {
			s = s[1:]
		}
		_, size := utf8.DecodeRuneInString(s)
		k := literal
		switch {
		case separators && isSeparator(s[0]):
			k = separator
		case isSpace(s[0]):
			k = space
		}
		return []dateNode{{kind: k, char: s[:size]}}, s[size:]
	}
	s = s[1:]
	for s != "" {
		if s[0] == '"' {
			return nodes, s[1:]
		}
		if s[0] == '\\' && len(s) > 1 {
			s = s[1:]
		}
		_, size := utf8.DecodeRuneInString(s)
		nodes = append(nodes, dateNode{kind: literal, char: s[:size]})
		s = s[size:]
	}
	return nodes, ""
}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isSeparator(c byte) bool {
	return c > 0x20 && c < 0x7f && !isDigit(c) && !(c|0x20 >= 'a' && c|0x20 <= 'z')
}

var (
	months = [...]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
	days   = [...]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
	romans = [...]string{"XII", "XI", "X", "IX", "VIII", "VII", "VI", "V", "IV", "III", "II", "I"}
)
