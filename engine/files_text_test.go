package engine

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// fileSession is a session over a folder; files are named relative to it.
type fileSession struct {
	t        *testing.T
	s        *Session
	dir      string
	warnings []string
}

func newFileSession(t *testing.T, cfg Config) *fileSession {
	cfg.AnyPath = true
	if cfg.MemoryLimit == 0 {
		cfg.MemoryLimit = 256 << 20
	}
	f := &fileSession{t: t, s: open(t, cfg), dir: t.TempDir()}
	f.s.opt.Notice = func(n *sqlerr.Error) {
		f.warnings = append(f.warnings, strings.ReplaceAll(fmt.Sprintf("%s: %s (%s)", n.Severity, n.Message, n.Detail), f.dir+"/", ""))
	}
	return f
}

func (f *fileSession) write(name, data string) {
	f.t.Helper()
	p := filepath.Join(f.dir, name)
	if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
		f.t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(data), 0o644); err != nil {
		f.t.Fatal(err)
	}
}

// ask runs SQL in which @ stands for the folder; an error comes with its place
// and hint, and the folder's name is left out.
func (f *fileSession) ask(sql string) string {
	f.t.Helper()
	out, err := tryAsk(f.t.Context(), f.s, strings.ReplaceAll(sql, "@", f.dir+"/"))
	if err != nil {
		f.s.Abort()
		e := ErrorOf(err)
		out = fmt.Sprintf("%s: %s", e.Code, e.Message)
		if e.Where != "" {
			out += " [" + e.Where + "]"
		}
		if e.Hint != "" {
			out += " {" + e.Hint + "}"
		}
	}
	return strings.ReplaceAll(out, f.dir+"/", "")
}

func (f *fileSession) want(sql, want string) {
	f.t.Helper()
	if got := f.ask(sql); strings.TrimSuffix(got, "\n") != want {
		f.t.Errorf("%s\n got %s\nwant %s", sql, got, want)
	}
}

func TestCSVUnhappyPaths(t *testing.T) {
	f := newFileSession(t, Config{})
	guess := " {The type was guessed from the first 2 records. Give another, as in types => 'b text', look at more with sample_size => -1, or leave out what cannot be read with ignore_errors => true.}"
	rows := strings.Repeat("1,2\n", 2)
	for _, c := range []struct{ name, data, sql, want string }{
		{"short.csv", "a,b\n" + rows + "3\n4,5\n", "SELECT * FROM '@short.csv'", "22P04: missing data: 1 of 2 columns [short.csv, line 4: \"3\"] {Read missing columns as NULL with null_padding => true, or leave out such records with ignore_errors => true.}"},
		{"long.csv", "a,b\n" + rows + "3,4,5\n", "SELECT count(*) FROM '@long.csv'", "22P04: extra data after last expected column: 3 instead of 2 columns [long.csv, line 4: \"3,4,5\"] {Leave out such records with ignore_errors => true.}"},
		{"long.csv", "a,b\n" + rows + "3,4,5\n", "SELECT * FROM read_csv('@long.csv', ignore_errors => true)", "1|2\n1|2"},
		{"short.csv", "a,b\n" + rows + "3\n4,5\n", "SELECT * FROM read_csv('@short.csv', null_padding => true)", "1|2\n1|2\n3|NULL\n4|5"},
		{"open.csv", "a,b\n" + rows + "3,\"4\n5,6\n", "SELECT * FROM read_csv('@open.csv', quote => '\"')", "22P04: unterminated CSV quoted field [open.csv, line 4: \"3,\"4\ufffd5,6\ufffd\"] {If quotes stand for themselves, say quote => ''.}"},
		{"word.csv", "a,b\n" + rows + "3,x\n", "SELECT sum(b) FROM read_csv('@word.csv', types => 'b int')", "22P02: invalid input syntax for type integer: \"x\" [word.csv, line 4, column b: \"x\"]"},
		{"word.csv", "a,b\n" + rows + "3,x\n", "SELECT count(a) FROM read_csv('@word.csv', types => 'b int')", "3"},
		{"word.csv", "a,b\n" + rows + "3,x\n", "SELECT sum(b) FROM read_csv('@word.csv', types => 'b int', ignore_errors => true)", "4"},
		{"big.csv", "a,b\n" + rows + "3,99999999999\n", "SELECT sum(b) FROM read_csv('@big.csv', types => 'b int')", "22003: value \"99999999999\" is out of range for type integer [big.csv, line 4, column b: \"99999999999\"]"},
		{"utf.csv", "a,b\nx,\xff\n", "SELECT b FROM '@utf.csv'", "22021: invalid byte sequence for encoding \"UTF8\": 0xff [utf.csv, line 2, column b: \"\ufffd\"]" + strings.Replace(guess, "2 records", "1 records", 1)},
		{"utf.csv", "a,b\nx,\xff\n", "SELECT b FROM read_csv('@utf.csv', encoding => 'latin1')", "ÿ"},
		{"nul.csv", "a,b\nx,y\x00z\n", "SELECT b FROM '@nul.csv'", "22021: invalid byte sequence for encoding \"UTF8\": 0x00 [nul.csv, line 2, column b: \"y\ufffdz\"]" + strings.Replace(guess, "2 records", "1 records", 1)},
		{"bom.csv", "\ufeffa,b\n1,2\n", "SELECT a FROM '@bom.csv'", "1"},
		{"u16.csv", "\xff\xfea\x00\n\x001\x00\n\x00", "SELECT * FROM '@u16.csv'", "22021: u16.csv: the file is encoded in UTF-16 {Give its encoding: encoding => 'utf-16'.}"},
		{"u16.csv", "a\x00\n\x001\x00\n\x00", "SELECT * FROM read_csv('@u16.csv', encoding => 'utf-16')", "1"},
		{"empty.csv", "", "SELECT count(*) FROM '@empty.csv'", "0"},
		{"head.csv", "a,b\n", "SELECT count(b) FROM '@head.csv'", "0"},
		{"mixed.csv", "a,b\r\n1,2\n3,4\r\n", "SELECT * FROM '@mixed.csv'", "1|2\n3|4"},
		{"cr.csv", "a,b\r1,x\r3,y\r", "SELECT * FROM '@cr.csv'", "1|x\n3|y"},
		{"null.csv", "a,b\n\"\",NA\n,\"NA\"\n", "SELECT a = '', a IS NULL, b FROM read_csv('@null.csv', nullstr => ARRAY['', 'NA'])", "t|f|NULL\nNULL|t|NA"},
		{"gone.csv", "", "SELECT * FROM '@nowhere.csv'", "58P01"},
		{"a.csv", "a\n1\n", "SELECT * FROM read_csv('@a.csv', speed => 3)", "HV00D: invalid option \"speed\""},
		{"a.csv", "a\n1\n", "SELECT * FROM read_csv('@a.csv', header => 'maybe')", "22023: option \"header\" requires a Boolean value"},
		{"a.csv", "a\n1\n", "SELECT * FROM read_csv('@a.csv', delim => 'ab')", "0A000: CSV delimiter must be a single one-byte character"},
		{"a.csv", "a\n1\n", "SELECT * FROM read_csv('@a.csv', types => 'z int')", "42703: column \"z\" does not exist in a.csv {Its columns are \"a\".}"},
		{"a.csv", "a\n1\n", "SELECT * FROM read_csv('@a.csv', types => 'a nonsense')", "42704: type \"nonsense\" of column \"a\" does not exist"},
		{"bad.csv.gz", "not gzip", "SELECT * FROM '@bad.csv.gz'", "XX001"},
		{"x.json", "{\"a\":1}", "SELECT * FROM read_csv(ARRAY['@a.csv', '@missing.csv'])", "58P01"},
	} {
		f.write(c.name, c.data)
		got := strings.TrimSuffix(f.ask(c.sql), "\n")
		if got != c.want && !(len(c.want) < 60 && c.want[0] != '0' && strings.HasPrefix(got, c.want) && strings.Contains(c.want, ": ")) && !(len(c.want) == 5 && strings.HasPrefix(got, c.want)) {
			t.Errorf("%s\n got %s\nwant %s", c.sql, got, c.want)
		}
	}
	want := "WARNING: long.csv: 1 record was left out (The first: extra data after last expected column: 3 instead of 2 columns. long.csv, line 4: \"3,4,5\")"
	if len(f.warnings) < 1 || f.warnings[0] != want {
		t.Errorf("warnings %q", f.warnings)
	}
}

func TestCSVRecordTooLong(t *testing.T) {
	f := newFileSession(t, Config{})
	f.write("x.csv", "a,b\n1,2\n3,\""+strings.Repeat("x\n", 3<<20))
	f.want("SELECT count(*) FROM read_csv('@x.csv', max_line_size => 1000000, quote => '\"')",
		"54000: record is longer than 1000000 bytes [x.csv, line 3] {Allow more with max_line_size; if quotes stand for themselves, say quote => ''.}")
}

// TestCSVLarge reads a file of many ranges, with newlines in fields, plain and
// compressed, and finds the same.
func TestCSVLarge(t *testing.T) {
	f := newFileSession(t, Config{Threads: 4})
	var b strings.Builder
	b.WriteString("id,text,amount,day\n")
	const n = 60_000
	for i := range n {
		fmt.Fprintf(&b, "%d,\"line one\nof %d, \"\"quoted\"\"\",%d.%02d,2024-%02d-%02d\n", i, i, i, i%100, i%12+1, i%28+1)
	}
	f.write("x.csv", b.String())
	var z bytes.Buffer
	gz := gzip.NewWriter(&z)
	gz.Write([]byte(b.String()))
	gz.Close()
	f.write("x.csv.gz", z.String())
	z.Reset()
	zw, _ := zstd.NewWriter(&z)
	zw.Write([]byte(b.String()))
	zw.Close()
	f.write("x.csv.zst", z.String())
	want := fmt.Sprintf("%d|%d|59999|line one\nof 9999, \"quoted\"|7|2024-12-28", n, n*(n-1)/2)
	for _, from := range []string{"'@x.csv'", "'@x.csv.gz'", "'@x.csv.zst'", "read_csv('@x.csv', escape => '\"')"} {
		f.want("SELECT count(*), sum(id), max(id), max(text), max(length(text)) % 10, max(day) FROM "+from, want)
		f.want("SELECT id, amount FROM "+from+" WHERE id = 31234", "31234|31234.34")
		f.want("SELECT id FROM "+from+" LIMIT 3", "0\n1\n2")
	}
	// A line far behind is named.
	f.write("y.csv", b.String()+"7,\"x\",abc,2024-01-01\n")
	f.want("SELECT sum(amount) FROM '@y.csv'", "22P02: invalid input syntax for type double precision: \"abc\" [y.csv, line 120002, column amount: \"abc\"] {The type was guessed from the first 36732 records. Give another, as in types => 'amount text', look at more with sample_size => -1, or leave out what cannot be read with ignore_errors => true.}")
	f.want("SELECT max(amount) FROM read_csv('@y.csv', sample_size => -1)", "abc")
}

func TestTextTogether(t *testing.T) {
	f := newFileSession(t, Config{})
	f.write("y=2023/a.csv", "a,b\n1,x\n")
	f.write("y=2024/a.csv", "b,a,c\ny,2.5,true\n")
	f.write("y=2024/empty.csv", "")
	f.want("SELECT * FROM '@y=*/*.csv' ORDER BY y", "1|x|NULL|2023\n2.5|y|t|2024")
	f.want("SELECT a FROM '@y=*/*.csv' WHERE y = 2024", "2.5")
	f.want("SELECT b, filename FROM read_csv('@y=*/a.csv', filename => true, hive_partitioning => false) ORDER BY 1", "x|y=2023/a.csv\ny|y=2024/a.csv")
	f.write("j/a.ndjson", "{\"k\":1,\"v\":[1,2]}\n")
	f.write("j/b.ndjson", "{\"k\":2.5,\"w\":{\"z\":[null]}}\n")
	f.want("SELECT * FROM '@j/*.ndjson' ORDER BY k", "1|{1,2}|NULL\n2.5|NULL|{\"z\": [null]}")
	f.want("CREATE VIEW v AS SELECT k, w->'z' AS z FROM read_json('@j/*.ndjson'); SELECT * FROM v WHERE z IS NOT NULL", "2.5|[null]")
	f.want("CREATE FOREIGN TABLE ft (a int, b varchar(3)) SERVER files OPTIONS (path '@y=2023/a.csv', format 'csv', header 'true'); SELECT a + 1, b FROM ft", "2|x")
	f.write("plain.data", "1;a\n2;\\N\n")
	f.want("CREATE FOREIGN TABLE p (n int, t text) SERVER files OPTIONS (path '@plain.data', format 'csv', delimiter ';', null '\\N'); SELECT * FROM p", "1|a\n2|NULL")
	f.want("CREATE FOREIGN TABLE q () SERVER files OPTIONS (path '@y=*/*.csv'); SELECT a, y FROM q ORDER BY y", "1|2023\n2.5|2024")
	f.want("CREATE FOREIGN TABLE h (b text, a numeric(5,2), y int) SERVER files OPTIONS (path '@y=*/a.csv', header 'true'); SELECT * FROM h ORDER BY y", "x|1.00|2023\ny|2.50|2024")
	f.want("SELECT * FROM read_csv(ARRAY['@y=2023/a.csv', '@y=2023/a.csv'])", "1|x|2023")
	f.write("dates.csv", "d,t\n31/12/2023,31.12.2023 10:00\n01/02/2024,01.02.2024 11:30\n")
	f.want("SELECT * FROM '@dates.csv'", "2023-12-31|2023-12-31 10:00:00\n2024-02-01|2024-02-01 11:30:00")
	f.write("months.csv", "d\nJan 5, 2024\nFeb 6, 2024\n")
	f.want("SELECT d + 1 FROM read_csv('@months.csv', delim => ';', dateformat => '%b %d, %Y')", "2024-01-06\n2024-02-07")
}

func TestJSONFiles(t *testing.T) {
	f := newFileSession(t, Config{})
	for _, c := range []struct{ name, data, sql, want string }{
		{"a.json", "[{\"a\":1,\"b\":\"x\"}, {\"b\":\"y\\u00e9\\n\",\"a\":null}]", "SELECT * FROM '@a.json'", "1|x\nNULL|yé\n"},
		{"p.json", "{\n \"a\": 1,\n \"b\": {\"c\": [1, {\"d\": 2}]}\n}\n{\n \"a\": 2\n}", "SELECT a, b->'c'->1->>'d' FROM '@p.json'", "1|2\n2|NULL"},
		{"s.json", "[1, 2, \"x\", null, [3]]", "SELECT json FROM '@s.json'", "1\n2\n\"x\"\nNULL\n[3]"},
		{"w.json", "[{\"a\":1}]", "SELECT json FROM read_json('@w.json', records => false)", "{\"a\": 1}"},
		{"n.ndjson", "{\"n\":12345678901234567890,\"f\":1,\"d\":\"2024-01-02\",\"m\":1}\n{\"n\":1,\"f\":2.5,\"d\":null,\"m\":\"x\"}\n", "SELECT pg_typeof(n), pg_typeof(f), pg_typeof(d), pg_typeof(m), n FROM '@n.ndjson' LIMIT 1", "numeric|double precision|date|text|12345678901234567890"},
		{"l.ndjson", "{\"l\":[\"a\",null,\"b\\\"\"]}\n{\"l\":[]}\n{\"l\":null}\n", "SELECT l, l[1] FROM '@l.ndjson'", "{a,NULL,\"b\\\"\"}|a\n{}|NULL\nNULL|NULL"},
		{"bad.ndjson", "{\"a\":1}\n{\"a\":2\n{\"a\":3}\n", "SELECT a FROM '@bad.ndjson'", "22P02: invalid input syntax for type json [bad.ndjson, line 3, column 1: \"{\"a\":3}\ufffd\"] {Leave out such records with ignore_errors => true.}"},
		{"bad.ndjson", "{\"a\":1}\n{\"a\":2\n{\"a\":3}\n", "SELECT a FROM read_json('@bad.ndjson', ignore_errors => true)", "1\n3"},
		{"type.ndjson", "{\"a\":1}\n{\"a\":\"x\"}\n", "SELECT sum(a) FROM read_json('@type.ndjson', types => 'a int')", "22P02: invalid input syntax for type integer: \"x\" [type.ndjson, line 2, column a: \"x\"]"},
		{"open.json", "[{\"a\":1},{\"a\":2", "SELECT a FROM '@open.json'", "22P02: invalid input syntax for type json"},
		{"esc.ndjson", "{\"a\\u0062\":\"\\ud83d\\ude00\\ud83d\"}\n", "SELECT ab FROM '@esc.ndjson'", "😀\ufffd"},
		{"nul.ndjson", "{\"a\":\"x\\u0000\"}\n", "SELECT a FROM '@nul.ndjson'", "22021: invalid byte sequence for encoding \"UTF8\": 0x00"},
		{"dup.ndjson", "{\"a\":1,\"a\":2}\n", "SELECT a FROM '@dup.ndjson'", "2"},
		{"e.ndjson", "", "SELECT count(*) FROM '@e.ndjson'", "0"},
		{"cols.ndjson", "{\"a\":1,\"b\":2}\n", "SELECT * FROM read_json('@cols.ndjson', columns => '{\"b\": \"int\", \"z\": \"text\"}')", "2|NULL"},
	} {
		f.write(c.name, c.data)
		if got := strings.TrimSuffix(f.ask(c.sql), "\n"); got != c.want && !(strings.HasPrefix(c.want, "22") && strings.HasPrefix(got, c.want)) {
			t.Errorf("%s\n got %s\nwant %s", c.sql, got, c.want)
		}
	}
	var b strings.Builder
	b.WriteString("[")
	const n = 30_000
	for i := range n {
		if i > 0 {
			b.WriteString(",\n  ")
		}
		fmt.Fprintf(&b, "{\"id\": %d, \"s\": \"]}, %d \\\" {[\", \"o\": {\"k\": [%d]}}", i, i, i)
	}
	b.WriteString("]\n")
	f.write("big.json", b.String())
	f.want("SELECT count(*), sum(id), max(s), sum((o->'k'->>0)::int) FROM '@big.json'", fmt.Sprintf("%d|%d|]}, 9999 \" {[|%d", n, n*(n-1)/2, n*(n-1)/2))
}
