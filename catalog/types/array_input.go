package types

import (
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/storage/column"
)

// arrayInput reads {a,"b",NULL}. Arrays have one dimension here, counted from
// 1; others are 0A000.
func arrayInput(t Type, st *Style) InputFunc {
	elem := t.Elem()
	read := TextInput(elem, st)
	delim := byte(',')
	if f := FactsOf(elem.OID); f != nil {
		delim = f.Delim
	}
	return func(s string) (Datum, error) {
		items, err := splitArray(s, delim)
		if err != nil {
			return Datum{}, err
		}
		d := Datum{Kind: column.List, L: make([]Datum, len(items))}
		for i, it := range items {
			if it.null {
				d.L[i] = Null(elem.Kind())
				continue
			}
			if d.L[i], err = read(it.text); err != nil {
				return Datum{}, err
			}
		}
		return d, nil
	}
}

type arrayItem struct {
	text string
	null bool
}

func malformed(s, detail string) error {
	e := sqlerr.New(sqlerr.InvalidTextRepresentation, "malformed array literal: %s", sqlerr.Quote(s))
	if detail != "" {
		e = e.WithDetail("%s", detail)
	}
	return e
}

// splitArray cuts an array literal into the texts of its elements. Postgres
// checks the shape of the whole first and then reads the elements; so errors
// come in its order.
func splitArray(s string, delim byte) ([]arrayItem, error) {
	p := strings.TrimLeft(s, arraySpace)
	declared := -1
	if strings.HasPrefix(p, "[") {
		var err error
		if p, declared, err = arrayBounds(s, p); err != nil {
			return nil, err
		}
		if !strings.HasPrefix(p, "{") {
			return nil, malformed(s, `Array contents must start with "{".`)
		}
	} else if !strings.HasPrefix(p, "{") {
		return nil, malformed(s, `Array value must start with "{" or dimension information.`)
	}
	dims, detail := checkArray(p, delim)
	switch {
	case detail != "":
		return nil, malformed(p, detail)
	case dims > 1:
		return nil, sqlerr.Unsupported("multidimensional arrays are not supported yet")
	}
	items := arrayElements(strings.TrimLeft(p, arraySpace)[1:], delim)
	if declared >= 0 && declared != len(items) {
		return nil, malformed(s, "Specified array dimensions do not match array contents.")
	}
	return items, nil
}

const arraySpace = " \t\n\v\f\r"

// checkArray walks over an array's text with a state for what came last. It
// says how deep braces nest, 0 for an empty array, or what is wrong.
func checkArray(s string, delim byte) (dims int, detail string) {
	const (
		noLevel = iota
		levelStarted
		elemStarted
		quoteStarted
		quoteDone
		elemDelimited
		levelDone
		levelDelimited
	)
	state, level, empty, quoted := noLevel, 0, true, false
	counts := []int{0}   // elements so far, by level
	expected := []int{0} // elements of the level's last array
	unexpected := func(c byte) (int, string) { return 0, `Unexpected "` + string(rune(c)) + `" character.` }
	for i := 0; ; i++ {
		if state == elemStarted || state == quoteStarted {
			empty = false
		}
		if i >= len(s) {
			return 0, "Unexpected end of input."
		}
		c := s[i]
		switch {
		case c == '\\':
			if state != levelStarted && state != elemStarted && state != quoteStarted && state != elemDelimited {
				return unexpected(c)
			}
			if state != quoteStarted {
				state = elemStarted
			}
			if i++; i >= len(s) {
				return 0, "Unexpected end of input."
			}
		case c == '"':
			if state != levelStarted && state != quoteStarted && state != elemDelimited {
				return 0, "Unexpected array element."
			}
			if quoted = !quoted; quoted {
				state = quoteStarted
			} else {
				state = quoteDone
			}
		case quoted:
		case c == '{':
			if state != noLevel && state != levelStarted && state != levelDelimited {
				return unexpected(c)
			}
			state = levelStarted
			if level++; level >= len(counts) {
				counts, expected = append(counts, 1), append(expected, 0)
			}
			counts[level] = 1
			dims = max(dims, level)
		case c == '}':
			if state != elemStarted && state != quoteDone && state != levelDone && !(level == 1 && state == levelStarted) {
				return unexpected(c)
			}
			if level == 0 {
				return 0, `Unmatched "}" character.`
			}
			if expected[level] != 0 && expected[level] != counts[level] {
				return 0, "Multidimensional arrays must have sub-arrays with matching dimensions."
			}
			expected[level] = counts[level]
			state = levelDone
			if level--; level == 0 {
				if strings.TrimLeft(s[i+1:], arraySpace) != "" {
					return 0, "Junk after closing right brace."
				}
				if empty {
					return 0, ""
				}
				return dims, ""
			}
		case c == delim:
			switch state {
			case elemStarted, quoteDone:
				state = elemDelimited
			case levelDone:
				state = levelDelimited
			default:
				return unexpected(c)
			}
			counts[level]++
		case !isSpace(c):
			if state != levelStarted && state != elemStarted && state != elemDelimited {
				return 0, "Unexpected array element."
			}
			state = elemStarted
		}
	}
}

// arrayElements reads the elements of a checked array of one dimension, from
// behind its brace.
func arrayElements(p string, delim byte) []arrayItem {
	var items []arrayItem
	var b strings.Builder
	kept := 0 // up to where blanks are part of the value
	literal := false
	for i := 0; ; i++ {
		switch c := p[i]; {
		case c == '\\':
			i++
			b.WriteByte(p[i])
			kept, literal = b.Len(), true
		case c == '"':
			literal = true
			b.Reset()
			for i++; p[i] != '"'; i++ {
				if p[i] == '\\' {
					i++
				}
				b.WriteByte(p[i])
			}
			kept = b.Len()
		case c == delim || c == '}':
			text := b.String()[:kept]
			if c == '}' && len(items) == 0 && text == "" && !literal {
				return nil
			}
			items = append(items, arrayItem{text: text, null: !literal && strings.EqualFold(text, "null")})
			if c == '}' {
				return items
			}
			b.Reset()
			kept, literal = 0, false
		case isSpace(c):
			if b.Len() > 0 {
				b.WriteByte(c)
			}
		default:
			b.WriteByte(c)
			kept = b.Len()
		}
	}
}

// arrayBounds reads "[1:3]=" in front of an array, and how many elements that
// promises.
func arrayBounds(s, p string) (rest string, count int, err error) {
	n := 1
	for n < len(p) && (isDigit(p[n]) || p[n] == '-' || p[n] == '+' || p[n] == ':') {
		n++
	}
	if n == 1 {
		return "", 0, malformed(s, `"[" must introduce explicitly-specified array dimensions.`)
	}
	if n == len(p) || p[n] != ']' {
		return "", 0, malformed(s, `Missing "]" after array dimensions.`)
	}
	lo, hi, two := strings.Cut(p[1:n], ":")
	if !two {
		lo, hi = "1", lo
	}
	lower, err1 := strconv.Atoi(lo)
	upper, err2 := strconv.Atoi(hi)
	if err1 != nil || err2 != nil {
		return "", 0, malformed(s, "Missing array dimension value.")
	}
	if upper < lower {
		return "", 0, sqlerr.New(sqlerr.ArraySubscriptError, "upper bound cannot be less than lower bound")
	}
	rest = strings.TrimLeft(p[n+1:], arraySpace)
	if strings.HasPrefix(rest, "[") {
		return "", 0, sqlerr.Unsupported("multidimensional arrays are not supported yet")
	}
	if !strings.HasPrefix(rest, "=") {
		return "", 0, malformed(s, `Missing "=" after array dimensions.`)
	}
	if lower != 1 {
		return "", 0, sqlerr.Unsupported("arrays that do not begin at subscript 1 are not supported yet")
	}
	return strings.TrimLeft(rest[1:], arraySpace), upper - lower + 1, nil
}

// vectorInput reads numbers separated by blanks.
func vectorInput(t Type, st *Style) InputFunc {
	elem := t.Elem()
	read := TextInput(elem, st)
	return func(s string) (Datum, error) {
		d := Datum{Kind: column.List}
		for _, w := range strings.Fields(s) {
			e, err := read(w)
			if err != nil {
				return Datum{}, err
			}
			d.L = append(d.L, e)
		}
		return d, nil
	}
}
