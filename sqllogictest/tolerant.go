package sqllogictest

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// compareTolerant holds a result to a record that was written for another
// engine: booleans in any spelling, numbers by value, floats to six digits,
// timestamps with T or blank, arrays in braces or brackets. The rules are
// those of the scorer that public suites are measured with, so that both give
// one verdict.
func compareTolerant(rec *record, res *result, dialect Dialect) *mismatch {
	cols := len(res.oids)
	if rec.types != "" && len(rec.types) != cols && (dialect == DuckDB || dialect == Cockroach) {
		return mismatchf("wrong number of columns: expected %d, got %d", len(rec.types), cols)
	}
	t := tolerant{rec: rec, res: res, dialect: dialect, letters: rec.types}
	if len(t.letters) != cols {
		t.letters = strings.Repeat(" ", cols)
	}
	want := rec.want
	if rec.colNames && len(want) > 0 {
		var names []string
		for _, n := range res.names {
			names = append(names, strings.ReplaceAll(n, " ", "·"))
		}
		if !slices.Equal(strings.Fields(want[0]), names) {
			return &mismatch{"wrong column names", diffLines(strings.Fields(want[0]), names)}
		}
		want = want[1:]
	}
	if len(want) == 1 && !(len(res.rows) == 1 && cols == 1) {
		if n, sum, ok := parseHashLine(want[0]); ok {
			return t.hash(n, sum)
		}
	}
	return t.compare(want)
}

type tolerant struct {
	rec     *record
	res     *result
	dialect Dialect
	letters string
}

// hash tries the spellings of booleans that runners hash.
func (t *tolerant) hash(n int, sum string) *mismatch {
	if got := len(t.res.rows) * len(t.res.oids); n != got {
		return mismatchf("wrong number of values: expected %d, got %d", n, got)
	}
	for _, spelling := range [][2]string{{"t", "f"}, {"1", "0"}, {"true", "false"}, {"True", "False"}} {
		rows := make([][]string, len(t.res.rows))
		for i, r := range t.res.rows {
			for j, c := range r {
				v := plainCell(c)
				if t.res.oids[j] == oidBool && v == "t" {
					v = spelling[0]
				} else if t.res.oids[j] == oidBool && v == "f" {
					v = spelling[1]
				}
				rows[i] = append(rows[i], v)
			}
		}
		if t.rec.sort == rowSort {
			sortRows(rows)
		}
		values := flatten(rows)
		if t.rec.sort == valueSort {
			slices.Sort(values)
		}
		if hashValues(values) == sum {
			return nil
		}
	}
	return mismatchf("wrong result: hash mismatch")
}

func plainCell(c cell) string {
	switch {
	case c.null:
		return "NULL"
	case c.text == "":
		return "(empty)"
	}
	return c.text
}

func (t *tolerant) actual() [][]string {
	rows := make([][]string, len(t.res.rows))
	for i, r := range t.res.rows {
		rows[i] = make([]string, len(r))
		for j, c := range r {
			rows[i][j] = "NULL"
			if !c.null {
				rows[i][j] = canonical(c.text, t.res.oids[j], t.letters[j])
			}
		}
	}
	return rows
}

// split cuts an expected line into cells.
func (t *tolerant) split(line string) []string {
	cols := len(t.res.oids)
	switch {
	case t.dialect == DuckDB:
		return strings.Split(line, "\t")
	case t.dialect == Cockroach:
		cells := strings.Fields(line)
		if cols == 1 {
			cells = []string{strings.Join(cells, " ")}
		}
		for i, c := range cells {
			if c == "·" {
				cells[i] = ""
			} else {
				cells[i] = strings.ReplaceAll(c, "·", " ")
			}
		}
		return cells
	case cols == 1:
		return []string{line}
	case strings.Contains(line, "\t"):
		return strings.Split(line, "\t")
	}
	cells := strings.Fields(line)
	if len(cells) != cols && strings.Contains(line, "  ") {
		cells = wideBlank.Split(strings.TrimSpace(line), -1)
	}
	return cells
}

var wideBlank = regexp.MustCompile(`\s{2,}`)

func (t *tolerant) compare(want []string) *mismatch {
	cols, got := len(t.res.oids), t.actual()
	differ := func(why string) *mismatch {
		return &mismatch{why, diffLines(want, joinRows(got, "\t"))}
	}
	cells := make([][]string, len(want))
	ragged := false
	for i, l := range want {
		cells[i] = t.split(l)
		ragged = ragged || len(cells[i]) != cols
	}
	if ragged {
		single := t.dialect != DuckDB || !slices.ContainsFunc(cells, func(c []string) bool { return len(c) != 1 })
		switch {
		case len(got)*cols == len(want) && cols > 1 && single: // one value per line
			flat := slices.Clone(want)
			if t.dialect == Cockroach {
				for i := range flat {
					flat[i] = strings.ReplaceAll(flat[i], "·", " ")
				}
			}
			if t.rec.sort == valueSort {
				values := flatten(got)
				slices.Sort(values)
				slices.Sort(flat)
				for i := range flat {
					if !sameCell(canonical(flat[i], 25, ' '), values[i]) {
						return differ("wrong result")
					}
				}
				return nil
			}
			cells = slices.Collect(slices.Chunk(flat, cols))
		case t.dialect != DuckDB:
			if len(want) != len(got) {
				return differ(fmt.Sprintf("wrong number of rows: expected %d, got %d", len(want), len(got)))
			}
			if t.sameLines(want, got) {
				return nil
			}
			return differ("wrong result")
		case len(want) != len(got):
			return differ(fmt.Sprintf("wrong number of rows: expected %d, got %d", len(want), len(got)))
		default:
			return differ("wrong result: a row has another number of cells")
		}
	}
	if len(cells) != len(got) {
		if t.dialect == Extended && cols == 0 && len(cells) == 0 {
			return nil
		}
		return differ(fmt.Sprintf("wrong number of rows: expected %d, got %d", len(cells), len(got)))
	}
	for _, r := range cells {
		for j, c := range r {
			if !strings.HasPrefix(c, regexMark) && !strings.HasPrefix(c, notRegexMark) {
				r[j] = canonical(c, t.res.oids[j], t.letters[j])
			}
		}
	}
	if sameRows(cells, got, t.rec.sort) {
		return nil
	}
	if t.rec.sort == noSort {
		a, b := slices.Clone(cells), slices.Clone(got)
		sortRows(a)
		sortRows(b)
		if slices.EqualFunc(a, b, slices.Equal[[]string]) {
			return differ("wrong order of rows")
		}
	}
	return differ("wrong result")
}

func sameRows(want, got [][]string, sort sortMode) bool {
	switch sort {
	case valueSort:
		w, g := flatten(want), flatten(got)
		slices.Sort(w)
		slices.Sort(g)
		return slices.EqualFunc(w, g, sameCell)
	case rowSort:
		sortRows(want)
		sortRows(got)
	}
	if slices.EqualFunc(want, got, sameRow) {
		return true
	}
	if sort != rowSort || len(got) > 500 {
		return false
	}
	// Rounding may have sorted rows differently: pair each with any that fits.
	left := slices.Clone(got)
	for _, w := range want {
		k := slices.IndexFunc(left, func(g []string) bool { return sameRow(w, g) })
		if k < 0 {
			return false
		}
		left = slices.Delete(left, k, k+1)
	}
	return true
}

func sameRow(want, got []string) bool { return slices.EqualFunc(want, got, sameCell) }

var isoT = regexp.MustCompile(`(\d{4}-\d\d-\d\d)T(\d\d:)`)

// sameLines compares rows whose cells cannot be told apart, as words.
func (t *tolerant) sameLines(want []string, got [][]string) bool {
	plain := make([][]string, len(t.res.rows))
	for i, r := range t.res.rows {
		for _, c := range r {
			plain[i] = append(plain[i], plainCell(c))
		}
	}
	line := func(s string) string { return isoT.ReplaceAllString(strings.Join(strings.Fields(s), " "), "$1 $2") }
	for _, rows := range [][][]string{got, plain} {
		a, b := make([]string, len(want)), make([]string, len(rows))
		for i := range want {
			a[i] = isoT.ReplaceAllString(strings.ReplaceAll(strings.Join(strings.Fields(want[i]), " "), "·", " "), "$1 $2")
			b[i] = line(strings.Join(rows[i], " "))
		}
		if t.rec.sort != noSort {
			slices.Sort(a)
			slices.Sort(b)
		}
		if slices.EqualFunc(a, b, func(x, y string) bool {
			return x == y || slices.EqualFunc(strings.Fields(x), strings.Fields(y), sameCell)
		}) {
			return true
		}
	}
	return false
}

const (
	regexMark    = "<REGEX>:"
	notRegexMark = "<!REGEX>:"
)

func sameCell(want, got string) bool {
	if want == got {
		return true
	}
	if p, ok := strings.CutPrefix(want, regexMark); ok {
		return fullMatch(p, got)
	}
	if p, ok := strings.CutPrefix(want, notRegexMark); ok {
		re, err := regexp.Compile(`(?s)^(?:` + p + `)$`)
		return err == nil && !re.MatchString(got)
	}
	x, okX := parseFloat(want)
	y, okY := parseFloat(got)
	if !okX || !okY {
		return strings.Join(strings.Fields(want), " ") == strings.Join(strings.Fields(got), " ")
	}
	if x == y || math.IsNaN(x) && math.IsNaN(y) {
		return true
	}
	if !strings.ContainsAny(want+got, ".eE") {
		return false
	}
	d := math.Abs(x - y)
	if d <= 1e-6*max(math.Abs(x), math.Abs(y)) {
		return true
	}
	if _, frac, ok := strings.Cut(want, "."); ok && !strings.ContainsAny(want, "eE") {
		return len(frac) >= 3 && d <= 0.51*math.Pow10(-len(frac))
	}
	return false
}

func fullMatch(pattern, s string) bool {
	re, err := regexp.Compile(`(?s)^(?:` + pattern + `)$`)
	return err == nil && re.MatchString(s)
}

func parseFloat(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	if strings.ContainsAny(s, "xXpP_") {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil || math.IsInf(f, 0)
}

var (
	goZone       = regexp.MustCompile(` \+0000 (?:\+0000|UTC)$`)
	midnight     = regexp.MustCompile(`[ T]00:00:00$`)
	yearZero     = regexp.MustCompile(`^0000-01-01[ T]`)
	dateT        = regexp.MustCompile(`^(\d{4,}-\d\d-\d\d)T`)
	trailingZero = regexp.MustCompile(`(\.\d*?)0+($|[+-])`)
	bareDot      = regexp.MustCompile(`\.($|[+-])`)
	zoneMinutes  = regexp.MustCompile(`([+-]\d\d):00(?::00)?$`)
	dateOnly     = regexp.MustCompile(`^(\d{4,}-\d\d-\d\d)$`)
	arrayBlank   = regexp.MustCompile(`\s*([,{}\[\]])\s*`)
	arrayNull    = regexp.MustCompile(`(?i)\bnull\b`)
	arrayMarks   = strings.NewReplacer("{", "[", "}", "]", `"`, "", "'", "")
)

var arrayOIDs = map[uint32]bool{1000: true, 1005: true, 1007: true, 1016: true, 1009: true, 1015: true, 1021: true,
	1022: true, 1231: true, 1182: true, 1115: true, 1185: true, 2951: true, 1014: true, 1028: true}

// canonical gives the spelling by which a value of a type is compared.
func canonical(s string, oid uint32, letter byte) string {
	switch {
	case s == "NULL":
		return s
	case oid == oidBool:
		switch strings.ToLower(s) {
		case "t", "true", "1":
			return "true"
		case "f", "false", "0":
			return "false"
		}
		return s
	case isNumber(oid) || letter == 'R' || letter == 'F':
		return canonicalNumber(s)
	case oid == oidTimestamp, oid == oidTimestampTZ, oid == oidDate, oid == oidTime:
		return canonicalTime(s, oid)
	case s == "":
		return "(empty)"
	case arrayOIDs[oid] || strings.ContainsRune("{[", rune(s[0])) && strings.ContainsRune("}]", rune(s[len(s)-1])):
		return arrayNull.ReplaceAllString(arrayMarks.Replace(arrayBlank.ReplaceAllString(s, "$1")), "NULL")
	}
	return s
}

func isNumber(oid uint32) bool {
	switch oid {
	case oidInt2, oidInt4, oidInt8, oidOid, oidFloat4, oidFloat8, oidNumeric, oidMoney:
		return true
	}
	return false
}

func canonicalNumber(s string) string {
	if digits, ok := integerText(s); ok {
		return digits
	}
	f, ok := parseFloat(s)
	switch {
	case !ok:
		return s
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	case f == math.Trunc(f) && math.Abs(f) < 1e15:
		return strconv.FormatInt(int64(f), 10)
	}
	return strconv.FormatFloat(f, 'g', 7, 64)
}

func canonicalTime(s string, oid uint32) string {
	zone := ""
	if oid == oidTimestampTZ {
		zone = "+00"
	}
	s = goZone.ReplaceAllString(s, zone) // CockroachDB prints Go's times
	switch oid {
	case oidDate:
		s = midnight.ReplaceAllString(s, "")
	case oidTime:
		s = yearZero.ReplaceAllString(s, "")
	}
	s = dateT.ReplaceAllString(s, "$1 ")
	s = trailingZero.ReplaceAllString(s, "$1$2")
	s = bareDot.ReplaceAllString(s, "$1")
	if strings.HasSuffix(s, "Z") {
		s = s[:len(s)-1] + "+00"
	}
	s = zoneMinutes.ReplaceAllString(s, "$1")
	if oid == oidTimestamp {
		s = dateOnly.ReplaceAllString(s, "$1 00:00:00")
	}
	return s
}
