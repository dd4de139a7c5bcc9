package sqllogictest

import (
	"fmt"
	"slices"
	"strings"
)

// mismatch is a failed comparison: why, and if it helps a diff.
type mismatch struct {
	why  string
	diff string
}

func mismatchf(format string, args ...any) *mismatch {
	return &mismatch{why: fmt.Sprintf(format, args...)}
}

// compareClassic holds a result to a classic record. seen maps labels to the
// digests of their results.
func compareClassic(rec *record, res *result, seen map[string]string) *mismatch {
	if len(res.oids) != len(rec.types) {
		return mismatchf("wrong number of columns: expected %d, got %d", len(rec.types), len(res.oids))
	}
	values := classicValues(rec, res)
	if rec.label != "" {
		sum := hashValues(values)
		if first, ok := seen[rec.label]; ok && first != sum {
			return mismatchf("result differs from that of the earlier query with label %s", rec.label)
		}
		seen[rec.label] = sum
	}
	if len(rec.want) == 1 {
		if n, sum, ok := parseHashLine(rec.want[0]); ok {
			return compareHash(n, sum, values)
		}
	}
	if slices.Equal(values, rec.want) {
		return nil
	}
	if len(values) != len(rec.want) {
		return &mismatch{fmt.Sprintf("wrong number of values: expected %d, got %d", len(rec.want), len(values)), diffLines(rec.want, values)}
	}
	return &mismatch{"wrong result", diffLines(rec.want, values)}
}

func compareHash(n int, sum string, values []string) *mismatch {
	if n != len(values) {
		return mismatchf("wrong number of values: expected %d, got %d", n, len(values))
	}
	if got := hashValues(values); got != sum {
		return mismatchf("wrong result: expected hash %s, got %s", sum, got)
	}
	return nil
}

// classicValues are the values of a result in the order of comparison.
func classicValues(rec *record, res *result) []string {
	rows := make([][]string, len(res.rows))
	for i, r := range res.rows {
		rows[i] = make([]string, len(r))
		for j, c := range r {
			letter := byte('T')
			if j < len(rec.types) {
				letter = rec.types[j]
			}
			rows[i][j] = classicValue(c, letter)
		}
	}
	if rec.sort == rowSort {
		sortRows(rows)
	}
	values := flatten(rows)
	if rec.sort == valueSort {
		slices.Sort(values)
	}
	return values
}

// compareExact holds a result to an extended record: letters against the types
// that came, and every cell to the letter.
func compareExact(rec *record, res *result, seen map[string]string) *mismatch {
	if rec.types != "" {
		if m := checkLetters(rec.types, res.oids); m != nil {
			return m
		}
	}
	rows := extendedRows(rec, res)
	if rec.label != "" {
		sum := hashValues(flatten(rows))
		if first, ok := seen[rec.label]; ok && first != sum {
			return mismatchf("result differs from that of the earlier query with label %s", rec.label)
		}
		seen[rec.label] = sum
	}
	if len(rec.want) == 1 && !(len(rows) == 1 && len(res.oids) == 1) {
		if n, sum, ok := parseHashLine(rec.want[0]); ok {
			return compareHash(n, sum, flatten(rows))
		}
	}
	sep := " "
	if hasTab(rec.want) {
		sep = "\t"
	}
	got := joinRows(rows, sep)
	want := slices.Clone(rec.want)
	if sep == " " && len(res.oids) > 1 {
		squeeze(want)
		squeeze(got)
	}
	switch {
	case rec.sort == rowSort:
		slices.Sort(want)
		slices.Sort(got)
	case rec.sort == valueSort && len(want) != len(got):
		want = strings.Fields(strings.Join(want, " "))
		slices.Sort(want)
	case rec.sort == valueSort:
		slices.Sort(want)
	}
	if slices.Equal(want, got) {
		return nil
	}
	why := "wrong result"
	switch {
	case len(want) != len(got):
		why = fmt.Sprintf("wrong number of rows: expected %d, got %d", len(want), len(got))
	case rec.sort == noSort && sameBag(want, got):
		why = "wrong order of rows"
	}
	return &mismatch{why, diffLines(want, got)}
}

func checkLetters(letters string, oids []uint32) *mismatch {
	if len(letters) != len(oids) {
		return mismatchf("wrong number of columns: expected %d, got %d", len(letters), len(oids))
	}
	for i := range len(letters) {
		if letters[i] != '?' && letters[i] != letterOf(oids[i]) {
			return mismatchf("wrong type of column %d: expected %c, got %c (type OID %d)", i+1, letters[i], letterOf(oids[i]), oids[i])
		}
	}
	return nil
}

// extendedRows are the cells of a result in the order of comparison; valuesort
// makes one row of each value.
func extendedRows(rec *record, res *result) [][]string {
	if len(res.oids) == 0 {
		return nil // rows without columns cannot be written
	}
	rows := make([][]string, len(res.rows))
	for i, r := range res.rows {
		rows[i] = make([]string, len(r))
		for j, c := range r {
			rows[i][j] = extendedValue(c)
		}
	}
	switch rec.sort {
	case rowSort:
		sortRows(rows)
	case valueSort:
		values := flatten(rows)
		slices.Sort(values)
		rows = rows[:0]
		for _, v := range values {
			rows = append(rows, []string{v})
		}
	}
	return rows
}

func joinRows(rows [][]string, sep string) []string {
	lines := make([]string, len(rows))
	for i, r := range rows {
		lines[i] = strings.Join(r, sep)
	}
	return lines
}

func squeeze(lines []string) {
	for i, l := range lines {
		lines[i] = strings.Join(strings.Fields(l), " ")
	}
}

func hasTab(lines []string) bool {
	return slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, "\t") })
}

func sameBag(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}
