package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestQuery runs SQL as a user would: every format, every way to say it, and
// what goes wrong.
func TestQuery(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "t.parquet")
	const rows = "SELECT g AS n, 'v' || g AS s, nullif(g, 2)::numeric(6,2) AS m FROM generate_series(1, 3) g"
	if code, _, err := inlay(t, "", "query", "--format", "parquet", "--output", file, rows); code != exitOK {
		t.Fatal(err)
	}
	from := " FROM '" + file + "'"
	for _, c := range []struct {
		name, stdin string
		args        []string
		code        int
		out, err    string // in standard output, all of it; in standard error, a part
	}{
		{"csv", "", []string{"SELECT *" + from}, exitOK, "n,s,m\n1,v1,1.00\n2,v2,\n3,v3,3.00\n", ""},
		{"table", "", []string{"--format", "table", "SELECT m, s" + from + " WHERE n < 3"}, exitOK,
			"  m   | s  \n------+----\n 1.00 | v1\n      | v2\n(2 rows)\n\n", ""},
		{"quiet table", "", []string{"--format", "table", "--quiet", "SELECT 1 AS a"}, exitOK, " a \n---\n 1\n", ""},
		{"json", "", []string{"--format", "json", `SELECT n, m, s, n > 1 AS b, array[n, null] AS a, array[s, '"'] AS t, '{"k": [1]}'::jsonb AS j, 'NaN'::float8 AS f, date '2020-02-03' AS d` + from + " LIMIT 2"}, exitOK,
			`{"n":1,"m":1.00,"s":"v1","b":false,"a":[1,null],"t":["v1","\""],"j":{"k": [1]},"f":"NaN","d":"2020-02-03"}` + "\n" +
				`{"n":2,"m":null,"s":"v2","b":true,"a":[2,null],"t":["v2","\""],"j":{"k": [1]},"f":"NaN","d":"2020-02-03"}` + "\n", ""},
		{"several", "", []string{"SELECT 1 AS a; SELECT 2 AS b"}, exitOK, "a\n1\nb\n2\n", ""},
		{"stdin", "SELECT 3 AS c;\n", nil, exitOK, "c\n3\n", ""},
		{"file from stdin", "SELECT 4 AS d", []string{"-f", "-"}, exitOK, "d\n4\n", ""},
		{"syntax", "", []string{"SELECT\n  1 +"}, exitFailure, "", "ERROR:  syntax error at end of input"},
		{"name", "", []string{"SELECT *\nFROM t\nWHERE x"}, exitFailure, "", "LINE 2: FROM t\n             ^"},
		{"runtime", "", []string{"SELECT 1 AS a; SELECT 1/0"}, exitFailure, "a\n1\n", "ERROR:  division by zero"},
		{"no file", "", []string{"SELECT * FROM '" + filepath.Join(dir, "none.parquet") + "'"}, exitFailure, "", "no such file"},
		{"format", "", []string{"--format", "xml", "SELECT 1"}, exitUsage, "", `"xml" is none of table, csv, json, parquet, arrow`},
		{"binary to a terminal's place", "", []string{"--output", filepath.Join(dir, "no", "such"), "SELECT 1"}, exitFailure, "", "no such file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, err := inlay(t, c.stdin, append([]string{"query"}, c.args...)...)
			if code != c.code || out != c.out || !strings.Contains(err, c.err) || c.err == "" && err != "" {
				t.Errorf("exit %d\nout %q\nerr %q", code, out, err)
			}
		})
	}
}
