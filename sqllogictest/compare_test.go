package sqllogictest

import (
	"strings"
	"testing"
)

func res(oids []uint32, rows ...string) *result {
	r := &result{hasRows: true, oids: oids, names: make([]string, len(oids))}
	for _, row := range rows {
		var cells []cell
		for _, v := range strings.Split(row, "|") {
			cells = append(cells, cell{v, v == "<null>"})
		}
		r.rows = append(r.rows, cells)
	}
	return r
}

func TestClassicValue(t *testing.T) {
	for _, c := range []struct {
		in     string
		letter byte
		want   string
	}{
		{"12", 'I', "12"}, {"+012", 'I', "12"}, {"-0", 'I', "0"}, {"3.99", 'I', "3"}, {"-3.99", 'I', "-3"},
		{"t", 'I', "1"}, {"f", 'I', "0"}, {"1e20", 'I', "100000000000000000000"}, {"abc", 'I', "0"}, {"Infinity", 'I', "0"},
		{"123456789012345678901234567890", 'I', "123456789012345678901234567890"},
		{"2.0005", 'R', "2.001"}, {"1", 'R', "1.000"}, {"-0.0001", 'R', "-0.000"}, {"NaN", 'R', "nan"}, {"-Infinity", 'R', "-inf"},
		{"t", 'R', "1.000"}, {"abc", 'R', "0.000"},
		{"", 'T', "(empty)"}, {"a\tb\x7fé", 'T', "a@b@@"}, {"12", 'T', "12"},
	} {
		if got := classicValue(cell{text: c.in}, c.letter); got != c.want {
			t.Errorf("%q as %c: got %q, want %q", c.in, c.letter, got, c.want)
		}
	}
	if got := classicValue(cell{null: true}, 'I'); got != "NULL" {
		t.Errorf("NULL: %q", got)
	}
}

func TestExtendedValue(t *testing.T) {
	for in, want := range map[string]string{"": "(empty)", "a b": "a b", "a\nb\t\x01": `a\nb\t\x01`, "é": "é", `\n`: `\n`} {
		if got := extendedValue(cell{text: in}); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestCompareClassic(t *testing.T) {
	r := res([]uint32{23, 25}, "2|b", "10|a")
	sum := hashLine([]string{"10", "a", "2", "b"})
	for _, c := range []struct {
		rec  record
		fail string
	}{
		{record{types: "IT", sort: noSort, want: []string{"2", "b", "10", "a"}}, ""},
		{record{types: "IT", sort: rowSort, want: []string{"10", "a", "2", "b"}}, ""},
		{record{types: "IT", sort: valueSort, want: []string{"10", "2", "a", "b"}}, ""},
		{record{types: "IT", sort: rowSort, want: []string{sum}}, ""},
		{record{types: "IT", sort: noSort, want: []string{sum}}, "hash"},
		{record{types: "IT", sort: noSort, want: []string{"3 values hashing to " + strings.Repeat("0", 32)}}, "number of values"},
		{record{types: "I", sort: noSort}, "columns"},
		{record{types: "IT", sort: noSort, want: []string{"2", "b"}}, "number of values: expected 2, got 4"},
	} {
		checkMismatch(t, c.rec, compareClassic(&c.rec, r, map[string]string{}), c.fail)
	}
	seen := map[string]string{}
	a := record{types: "IT", sort: rowSort, label: "x", want: []string{"10", "a", "2", "b"}}
	b := record{types: "IT", sort: noSort, label: "x", want: []string{"2", "b", "10", "a"}}
	checkMismatch(t, a, compareClassic(&a, r, seen), "")
	checkMismatch(t, b, compareClassic(&b, r, seen), "label")
}

func checkMismatch(t *testing.T, rec record, m *mismatch, want string) {
	t.Helper()
	switch {
	case m == nil && want != "":
		t.Errorf("%+v: passed, want %q", rec, want)
	case m != nil && (want == "" || !strings.Contains(m.why, want)):
		t.Errorf("%+v: %s, want %q\n%s", rec, m.why, want, m.diff)
	}
}

func TestCompareExact(t *testing.T) {
	nums := res([]uint32{23, 1700}, "2|1.50", "1|<null>")
	texts := res([]uint32{25, 1114}, "a  b|2020-01-01 00:00:00", "|2020-01-02 00:00:00")
	for _, c := range []struct {
		rec  record
		res  *result
		fail string
	}{
		{record{types: "IR", sort: noSort, want: []string{"2 1.50", "1   NULL"}}, nums, ""},
		{record{types: "??", sort: rowSort, want: []string{"1 NULL", "2 1.50"}}, nums, ""},
		{record{types: "IR", sort: valueSort, want: []string{"1", "1.50", "2", "NULL"}}, nums, ""},
		{record{types: "IR", sort: noSort, want: []string{"2 values hashing to x"}}, nums, "number of rows"},
		{record{types: "IR", sort: noSort, want: []string{hashLine([]string{"2", "1.50", "1", "NULL"})}}, nums, ""},
		{record{types: "IR", sort: noSort, want: []string{"1 NULL", "2 1.50"}}, nums, "order"},
		{record{types: "IR", sort: noSort, want: []string{"2 1.5", "1 NULL"}}, nums, "wrong result"},
		{record{types: "RR", sort: noSort}, nums, "type of column 1"},
		{record{types: "I", sort: noSort}, nums, "columns"},
		{record{types: "TP", sort: noSort, want: []string{"a b 2020-01-01 00:00:00", "(empty) 2020-01-02 00:00:00"}}, texts, ""},
		{record{types: "TP", sort: noSort, want: []string{"a  b\t2020-01-01 00:00:00", "(empty)\t2020-01-02 00:00:00"}}, texts, ""},
		{record{types: "TP", sort: noSort, want: []string{"a b\t2020-01-01 00:00:00", "(empty)\t2020-01-02 00:00:00"}}, texts, "wrong result"},
		{record{types: "T", sort: noSort, want: []string{"x "}}, res([]uint32{25}, "x"), "wrong result"},
		{record{types: "T", sort: noSort, want: []string{"x  y"}}, res([]uint32{25}, "x  y"), ""},
	} {
		checkMismatch(t, c.rec, compareExact(&c.rec, c.res, map[string]string{}), c.fail)
	}
}

func TestCompareTolerant(t *testing.T) {
	for _, c := range []struct {
		dialect Dialect
		rec     record
		res     *result
		fail    string
	}{
		{Extended, record{types: "R", sort: noSort, want: []string{"1.5"}}, res([]uint32{1700}, "1.50"), ""},
		{Extended, record{types: "B", sort: noSort, want: []string{"true"}}, res([]uint32{16}, "t"), ""},
		{Extended, record{types: "P", sort: noSort, want: []string{"2020-01-01T00:00:00"}}, res([]uint32{1114}, "2020-01-01 00:00:00"), ""},
		{Extended, record{types: "?", sort: noSort, want: []string{"[1, 2, null]"}}, res([]uint32{1007}, "{1,2,NULL}"), ""},
		{Extended, record{types: "R", sort: noSort, want: []string{"0.333333"}}, res([]uint32{701}, "0.3333333333333333"), ""},
		{Extended, record{types: "R", sort: noSort, want: []string{"0.334"}}, res([]uint32{701}, "0.3333333333333333"), "wrong"},
		{Extended, record{types: "I", sort: noSort, want: []string{"2"}}, res([]uint32{23}, "3"), "wrong"},
		{Extended, record{types: "TP", sort: noSort, want: []string{"a b 2020-01-01T00:00:00"}}, res([]uint32{25, 1114}, "a b|2020-01-01 00:00:00"), ""},
		{Extended, record{types: "II", sort: noSort, want: []string{"1", "2"}}, res([]uint32{23, 23}, "1|2"), ""},
		{DuckDB, record{types: "IT", sort: rowSort, want: []string{"2\tb", "1\ta b"}}, res([]uint32{23, 25}, "1|a b", "2|b"), ""},
		{DuckDB, record{types: "I", sort: noSort, want: []string{"1\t2"}}, res([]uint32{23, 25}, "1|a"), "columns"},
		{DuckDB, record{types: "T", sort: noSort, want: []string{"<REGEX>:a.*z"}}, res([]uint32{25}, "abcz"), ""},
		{DuckDB, record{types: "T", sort: noSort, want: []string{"<!REGEX>:a.*z"}}, res([]uint32{25}, "abcz"), "wrong"},
		{Cockroach, record{types: "TT", sort: noSort, colNames: true, want: []string{"a b", "x·y ·"}}, named(res([]uint32{25, 25}, "x y|"), "a", "b"), ""},
		{Cockroach, record{types: "TT", sort: noSort, colNames: true, want: []string{"a c", "x y"}}, named(res([]uint32{25, 25}, "x|y"), "a", "b"), "column names"},
		{Extended, record{types: "II", sort: noSort, want: []string{"2 1", "1 1"}}, res([]uint32{23, 23}, "1|1", "2|1"), "order"},
	} {
		checkMismatch(t, c.rec, compareTolerant(&c.rec, c.res, c.dialect), c.fail)
	}
}

func named(r *result, names ...string) *result {
	r.names = names
	return r
}

func TestCanonical(t *testing.T) {
	for _, c := range []struct {
		in   string
		oid  uint32
		want string
	}{
		{"1.50", 1700, "1.5"}, {"+1", 23, "1"}, {"1e3", 701, "1000"}, {"0.1234567891", 701, "0.1234568"}, {"NaN", 701, "nan"},
		{"T", 16, "true"}, {"0", 16, "false"}, {"maybe", 16, "maybe"},
		{"2020-01-01", 1114, "2020-01-01 00:00:00"}, {"2020-01-01 10:00:00.500", 1114, "2020-01-01 10:00:00.5"},
		{"2020-01-01T10:00:00Z", 1184, "2020-01-01 10:00:00+00"}, {"2020-01-01 10:00:00+02:00", 1184, "2020-01-01 10:00:00+02"},
		{"2020-01-01 00:00:00 +0000 UTC", 1082, "2020-01-01"},
		{"", 25, "(empty)"}, {"NULL", 25, "NULL"}, {`{"a b" , null}`, 1009, "[a b,NULL]"},
	} {
		if got := canonical(c.in, c.oid, ' '); got != c.want {
			t.Errorf("%q as %d: got %q, want %q", c.in, c.oid, got, c.want)
		}
	}
}

func TestExpectedError(t *testing.T) {
	o := &outcome{state: "42703", err: `column "y" does not exist`, hint: "Perhaps\nyou", at: 8}
	for _, c := range []struct {
		rec  record
		fail string
	}{
		{record{}, ""},
		{record{pattern: "42703"}, ""},
		{record{pattern: "42P01"}, "expected error 42P01, got 42703"},
		{record{pattern: `42703 column "y"`}, ""},
		{record{pattern: `pgcode 42703 column .*exist`}, ""},
		{record{pattern: "does not.*exist"}, ""},
		{record{pattern: "no such"}, "message"},
		{record{pattern: "does (not"}, "message"},
		{record{block: true, want: []string{`42703: column "y" does not exist`}}, ""},
		{record{block: true, want: []string{`column "y" does not exist`, "POSITION: 8", "HINT: Perhaps you"}}, ""},
		{record{block: true, want: []string{`42703: column "y"`}}, "wrong error"},
		{record{block: true, want: []string{"42703", "POSITION: 9"}}, "wrong error"},
		{record{block: true, want: []string{"42703", "POSITION: x"}}, "POSITION takes"},
		{record{block: true, want: []string{"42703", "DETAIL: x"}}, "wrong error"},
	} {
		c.rec.expect = expectError
		want, err := parseExpectedError(&c.rec)
		var m *mismatch
		if err != nil {
			m = mismatchf("%v", err)
		} else {
			m = want.check(o)
		}
		checkMismatch(t, c.rec, m, c.fail)
	}
	internal := &outcome{state: "XX000", err: "panic"}
	checkMismatch(t, record{}, expectedError{any: true}.check(internal), "internal")
}

func TestDiff(t *testing.T) {
	if got, want := diffLines([]string{"a", "b", "c"}, []string{"a", "x", "c", "d"}), "  a\n- b\n+ x\n  c\n+ d"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	long := make([]string, 1000)
	for i := range long {
		long[i] = strings.Repeat("x", i)
	}
	other := append(append([]string{}, long[:500]...), "y")
	if got := diffLines(long, other); strings.Count(got, "\n") > maxDiffLines {
		t.Errorf("too long:\n%s", got)
	}
}
