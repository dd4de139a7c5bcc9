package sqllogictest

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func mustRead(t *testing.T, text string, d Dialect, tolerant bool) []*record {
	t.Helper()
	records, err := read("x.slt", text, d, tolerant, 0)
	if err != nil {
		t.Fatal(err)
	}
	return records
}

func TestReadExtended(t *testing.T) {
	records := mustRead(t, `# a comment
statement ok
CREATE TABLE t (
  a int
)

statement count 2
DELETE FROM t

onlyif postgres
connection b
query IT rowsort label-1
SELECT a, b
FROM t
----
1 one
# not a comment
2  two

control sortmode rowsort

query I
SELECT 1

subtest errors

statement error 42P01 relation "x" does not exist
SELECT * FROM x

query error
SELECT y
----
42703: column "y" does not exist
POSITION: 8
`, Extended, false)
	if len(records) != 6 {
		t.Fatalf("%d records", len(records))
	}
	ddl, del, q, sorted, e1, e2 := records[0], records[1], records[2], records[3], records[4], records[5]
	if ddl.line != 2 || ddl.sql != "CREATE TABLE t (\n  a int\n)" || ddl.kind != kindStatement {
		t.Errorf("statement: %+v", ddl)
	}
	if del.expect != expectCount || del.count != 2 {
		t.Errorf("count: %+v", del)
	}
	if q.types != "IT" || q.sort != rowSort || q.label != "label-1" || q.conn != "b" || q.sql != "SELECT a, b\nFROM t" {
		t.Errorf("query: %+v", q)
	}
	if want := []string{"1 one", "# not a comment", "2  two"}; !reflect.DeepEqual(q.want, want) {
		t.Errorf("want %q, got %q", want, q.want)
	}
	if len(q.conds) != 1 || !q.conds[0].only {
		t.Errorf("conditions: %+v", q.conds)
	}
	if sorted.sort != rowSort || sorted.conn != "" || len(sorted.want) != 0 || sorted.conds != nil {
		t.Errorf("sort mode, connection or condition leaked: %+v", sorted)
	}
	if e1.pattern != `42P01 relation "x" does not exist` || e1.subtest != "errors" {
		t.Errorf("error: %+v", e1)
	}
	if !e2.block || !e2.asQuery || len(e2.want) != 2 || e2.class() != ClassError {
		t.Errorf("error block: %+v", e2)
	}
}

func TestReadClassic(t *testing.T) {
	records := mustRead(t, "hash-threshold 8\n\nskipif mysql # not compatible\nquery II rowsort x # why\nSELECT 1, 2\n----\n1\n2\n\nhalt\n", Classic, false)
	if len(records) != 3 || records[0].threshold != 8 || records[2].kind != kindHalt {
		t.Fatalf("%+v", records)
	}
	q := records[1]
	if q.types != "II" || q.label != "x" || !reflect.DeepEqual(q.want, []string{"1", "2"}) {
		t.Errorf("%+v", q)
	}
	if q.skipped(map[string]bool{"postgres": true}, nil) || !q.skipped(map[string]bool{"mysql": true}, nil) {
		t.Error("skipif")
	}
}

func TestReadCockroach(t *testing.T) {
	q := mustRead(t, "query IT colnames,partialsort(1,2) lab\nSELECT 1\n----\na  b\n1  ·\n", Cockroach, true)[0]
	if !q.colNames || q.sort != rowSort || q.label != "lab" {
		t.Errorf("%+v", q)
	}
}

func TestReadDuckDB(t *testing.T) {
	records := mustRead(t, "statement ok con1\nSELECT 1\n# ends the SQL\n\nmode skip reason\n\nquery I con2\nSELECT 1\n----\n \n", DuckDB, true)
	if records[0].conn != "con1" || records[0].sql != "SELECT 1" || records[1].kind != kindSkip {
		t.Errorf("%+v", records)
	}
	if q := records[2]; q.conn != "con2" || len(q.want) != 1 {
		t.Errorf("%+v", q)
	}
}

func TestReadErrors(t *testing.T) {
	for text, want := range map[string]string{
		"\nsleep 1s\n":                         "x.slt:2: sleep is refused",
		"nonsense\n":                           "unknown directive",
		"query IX\nSELECT 1\n":                 "unknown column letter",
		"query I a b\nSELECT 1\n":              "unknown option",
		"loop i 0 2\n\nstatement ok\nSELECT\n": "loop without endloop",
		"endloop\n":                            "endloop without loop",
		"loop i 0\n\nendloop\n":                "two numbers",
		"foreach i " + strings.Repeat("x ", 201) + "\n\nendloop\n": "more than 200",
		"statement perhaps\nSELECT 1\n":                            "unknown kind of statement",
		"statement count many\nSELECT 1\n":                         "takes a number",
		"control sortmode backwards\n":                             "unknown control",
		"include nosuch-*.slt\n":                                   "no file matches",
		"let (a b)\nSELECT 1\n":                                    "no variable name",
		"hash-threshold many\n":                                    "takes a number",
	} {
		_, err := read("x.slt", text, Extended, false, 0)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: want %q, got %v", text, want, err)
		}
	}
}

// A file for other runners has directives that mean nothing here.
func TestReadTolerant(t *testing.T) {
	records := mustRead(t, "sleep 1s\n\nsystem ok\nrm -rf /\n\nuser root\n\nstatement ok\nSELECT 1\n", Extended, true)
	if len(records) != 1 || records[0].sql != "SELECT 1" {
		t.Errorf("%+v", records)
	}
}

func TestInclude(t *testing.T) {
	dir := t.TempDir()
	part := filepath.Join(dir, "a.part")
	if err := os.WriteFile(part, []byte("\nstatement ok\nSELECT 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	main := filepath.Join(dir, "main.slt")
	if err := os.WriteFile(main, []byte("statement ok\nSELECT 0\n\ninclude *.part\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	records, _, d, err := readFile(main, Auto, false)
	if err != nil || d != Extended || len(records) != 2 {
		t.Fatalf("%v %v %v", records, d, err)
	}
	if got := records[1].position("0"); got != "4>2:0" {
		t.Errorf("position %q", got)
	}
	if err := os.WriteFile(part, []byte("include a.part\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := readFile(main, Auto, false); err == nil || !strings.Contains(err.Error(), "nested") {
		t.Errorf("a cycle of includes: %v", err)
	}
}

func TestDetect(t *testing.T) {
	for _, c := range []struct {
		path, text string
		want       Dialect
	}{
		{"kit/sqlite/evidence/x.test", "", Classic},
		{"kit/duckdb/x.test", "", DuckDB},
		{"kit/cockroach/views", "", Cockroach},
		{"a/b.slt", "query I\nSELECT 1\n", Extended},
		{"a/b.slt", "# c\nhash-threshold 8\n", Classic},
	} {
		if got := detect(c.path, c.text); got != c.want {
			t.Errorf("%s: %v, want %v", c.path, got, c.want)
		}
	}
}

func TestExpand(t *testing.T) {
	steps := expand(mustRead(t, `loop i 0 2

foreach a,b x,1 y,2

onlyif i=1
statement ok
INSERT ${i} {a} ${b} ${other}

endloop

endloop

statement ok
done
`, Extended, false))
	if len(steps) != 5 {
		t.Fatalf("%d steps", len(steps))
	}
	if s := steps[1]; s.sql != "INSERT 0 y 2 ${other}" || s.position(s.iteration) != "6:0.1" {
		t.Errorf("%q at %s", s.sql, s.position(s.iteration))
	}
	if !steps[0].skipped(nil, steps[0].env) || steps[2].skipped(nil, steps[2].env) {
		t.Error("onlyif with a loop variable")
	}
	if s := steps[4]; s.iteration != "" || s.sql != "done" {
		t.Errorf("%+v", s)
	}
}

func TestSubstitute(t *testing.T) {
	vars := func(n string) (string, bool) {
		v, ok := map[string]string{"A": "1", "B_2": "two"}[n]
		return v, ok
	}
	for in, want := range map[string]string{
		"x":                   "x",
		"$A-$B_2-${A}":        "1-two-1",
		`\$A \\ \x`:           `$A \ \x`,
		"${C:none}/${A:none}": "none/1",
	} {
		if got, err := substitute(in, vars); err != nil || got != want {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"$C", "$", "${A", "${a b}", "$ 1"} {
		if got, err := substitute(in, vars); err == nil {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func TestSeveral(t *testing.T) {
	for sql, want := range map[string]bool{
		"SELECT 1":                     false,
		"SELECT 1;":                    false,
		"SELECT 1; ":                   false,
		"SELECT ';'":                   false,
		"SELECT 'a''b;c', \";\"":       false,
		"SELECT $$;$$, $x$ ; $$ $x$":   false,
		"SELECT 1 -- a; b":             false,
		"SELECT /* ; */ 1":             false,
		"SELECT 1; SELECT 2":           true,
		"SELECT 'a'; SELECT 'b;'":      true,
		"BEGIN;\nCOMMIT;":              true,
		"SELECT 'unterminated; SELECT": true,
	} {
		if got := several(sql); got != want {
			t.Errorf("%q: %v", sql, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("statement ok\nSELECT 1\n\nquery I rowsort\nSELECT 1\n----\n1\n", 2)
	f.Add("loop i 0 3\n\nquery I\nSELECT ${i}\n----\n${i}\n\nendloop\n", 3)
	f.Add("query IT colnames,partialsort(1)\nx\n----\na b\n", 4)
	f.Fuzz(func(t *testing.T, text string, d int) {
		if strings.Contains(text, "include") {
			return // reads files
		}
		dialect := Dialect(1 + uint(d)%4)
		for _, tolerant := range []bool{false, true} {
			records, err := read("x", normalise(text), dialect, tolerant, 0)
			if err != nil {
				continue
			}
			loops := 0
			for _, r := range records {
				if r.kind == kindLoop {
					loops++
				}
			}
			if loops <= 2 {
				expand(records)
			}
		}
	})
}
