package types

import (
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/storage/column"
)

// maxDims is how many dimensions Postgres's arrays have at most.
const maxDims = 6

func tooManyDims(n int) error {
	return sqlerr.New(sqlerr.ProgramLimitExceeded, "number of array dimensions (%d) exceeds the maximum allowed (%d)", n, maxDims)
}

// shapeOf is column.ShapeOf with an error for clients.
func shapeOf(dims []column.Dim) (uint32, error) {
	n, err := column.ShapeOf(dims)
	if err != nil {
		return 0, sqlerr.New(sqlerr.ProgramLimitExceeded, "%s", err)
	}
	return n, nil
}

// arrayInput reads {a,"b",NULL}, {{1,2},{3,4}} and [2:3]={a,b}.
func arrayInput(t Type, st *Style) InputFunc {
	elem := t.Elem()
	read := TextInput(elem, st)
	delim := byte(',')
	if f := FactsOf(elem.OID); f != nil {
		delim = f.Delim
	}
	return func(s string) (Datum, error) {
		items, dims, err := splitArray(s, delim)
		if err != nil {
			return Datum{}, err
		}
		d := Datum{Kind: column.List, L: make([]Datum, len(items))}
		shape, err := shapeOf(dims)
		if err != nil {
			return Datum{}, err
		}
		d.U = uint64(shape)
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
func splitArray(s string, delim byte) ([]arrayItem, []column.Dim, error) {
	p := strings.TrimLeft(s, arraySpace)
	var declared []column.Dim
	if strings.HasPrefix(p, "[") {
		var err error
		if p, declared, err = arrayBounds(s, p); err != nil {
			return nil, nil, err
		}
		if !strings.HasPrefix(p, "{") {
			return nil, nil, malformed(s, `Array contents must start with "{".`)
		}
	} else if !strings.HasPrefix(p, "{") {
		return nil, nil, malformed(s, `Array value must start with "{" or dimension information.`)
	}
	sizes, detail := checkArray(p, delim)
	switch {
	case detail != "":
		return nil, nil, malformed(p, detail)
	case len(sizes) > maxDims:
		return nil, nil, tooManyDims(len(sizes))
	}
	dims := make([]column.Dim, len(sizes))
	for i, n := range sizes {
		dims[i] = column.Dim{Lower: 1, Len: int32(n)}
	}
	if declared != nil {
		match := len(declared) == len(dims)
		for i := 0; match && i < len(dims); i++ {
			match = declared[i].Len == dims[i].Len
		}
		if !match {
			return nil, nil, malformed(s, "Specified array dimensions do not match array contents.")
		}
		dims = declared
	}
	if len(sizes) == 0 {
		return nil, nil, nil
	}
	return arrayElements(p, delim), dims, nil
}

const arraySpace = " \t\n\v\f\r"

// checkArray walks over an array's text with a state for what came last. It
// gives the size of each dimension, none of an empty array, or what is wrong.
func checkArray(s string, delim byte) (sizes []int, detail string) {
	dims := 0
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
	unexpected := func(c byte) ([]int, string) { return nil, `Unexpected "` + string(rune(c)) + `" character.` }
	for i := 0; ; i++ {
		if state == elemStarted || state == quoteStarted {
			empty = false
		}
		if i >= len(s) {
			return nil, "Unexpected end of input."
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
				return nil, "Unexpected end of input."
			}
		case c == '"':
			if state != levelStarted && state != quoteStarted && state != elemDelimited {
				return nil, "Unexpected array element."
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
				return nil, `Unmatched "}" character.`
			}
			if expected[level] != 0 && expected[level] != counts[level] {
				return nil, "Multidimensional arrays must have sub-arrays with matching dimensions."
			}
			expected[level] = counts[level]
			state = levelDone
			if level--; level == 0 {
				if strings.TrimLeft(s[i+1:], arraySpace) != "" {
					return nil, "Junk after closing right brace."
				}
				if empty {
					return nil, ""
				}
				return expected[1 : dims+1], ""
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
				return nil, "Unexpected array element."
			}
			state = elemStarted
		}
	}
}

// arrayElements reads the elements of a checked array, whatever their depth.
func arrayElements(p string, delim byte) []arrayItem {
	var items []arrayItem
	var b strings.Builder
	kept := 0 // up to where blanks are part of the value
	literal, pending := false, false
	for i := 0; i < len(p); i++ {
		switch c := p[i]; {
		case c == '\\':
			i++
			b.WriteByte(p[i])
			kept, literal, pending = b.Len(), true, true
		case c == '"':
			literal, pending = true, true
			b.Reset()
			for i++; p[i] != '"'; i++ {
				if p[i] == '\\' {
					i++
				}
				b.WriteByte(p[i])
			}
			kept = b.Len()
		case c == '{':
		case c == delim || c == '}':
			if pending {
				text := b.String()[:kept]
				items = append(items, arrayItem{text: text, null: !literal && strings.EqualFold(text, "null")})
			}
			b.Reset()
			kept, literal, pending = 0, false, false
		case isSpace(c):
			if b.Len() > 0 {
				b.WriteByte(c)
			}
		default:
			b.WriteByte(c)
			kept, pending = b.Len(), true
		}
	}
	return items
}

// arrayBounds reads "[1:3][2]=" in front of an array.
func arrayBounds(s, p string) (rest string, dims []column.Dim, err error) {
	for rest = p; strings.HasPrefix(rest, "["); {
		n := 1
		for n < len(rest) && (isDigit(rest[n]) || rest[n] == '-' || rest[n] == '+' || rest[n] == ':') {
			n++
		}
		if n == 1 {
			return "", nil, malformed(s, `"[" must introduce explicitly-specified array dimensions.`)
		}
		if n == len(rest) || rest[n] != ']' {
			return "", nil, malformed(s, `Missing "]" after array dimensions.`)
		}
		lo, hi, two := strings.Cut(rest[1:n], ":")
		if !two {
			lo, hi = "1", lo
		}
		lower, err1 := strconv.ParseInt(lo, 10, 32)
		upper, err2 := strconv.ParseInt(hi, 10, 32)
		switch {
		case err1 != nil || err2 != nil:
			return "", nil, malformed(s, "Missing array dimension value.")
		case upper < lower:
			return "", nil, sqlerr.New(sqlerr.ArraySubscriptError, "upper bound cannot be less than lower bound")
		case len(dims) == maxDims:
			return "", nil, tooManyDims(maxDims + 1)
		case upper-lower >= 1<<27:
			return "", nil, sqlerr.New(sqlerr.ProgramLimitExceeded, "array size exceeds the maximum allowed (%d)", 1<<27-1)
		}
		dims = append(dims, column.Dim{Lower: int32(lower), Len: int32(upper - lower + 1)})
		rest = strings.TrimLeft(rest[n+1:], arraySpace)
	}
	if !strings.HasPrefix(rest, "=") {
		return "", nil, malformed(s, `Missing "=" after array dimensions.`)
	}
	return strings.TrimLeft(rest[1:], arraySpace), dims, nil
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
