package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/storage/object/objecttest"
)

// wide has a column of each kind that files treat in their own way.
const wide = `SELECT i AS id, i % 3 = 0 AS yes, (i * 7 % 100)::smallint AS small, i::bigint * 1000000007 AS big, i / 4.0::float8 AS f,
	(i / 3.0)::numeric(12,3) AS price, CASE WHEN i % 5 > 0 THEN 'row ' || i || E'\n"quoted", é' END AS t, DATE '2024-01-01' + i % 400 AS d,
	TIMESTAMP '2024-01-01 00:00:00.5' + i * INTERVAL '1 minute' AS ts, TIMESTAMPTZ '2024-01-01 12:00:00Z' + i * INTERVAL '1 hour' AS tz,
	TIME '00:00:01' + i * INTERVAL '1 second' AS tm, ('00000000-0000-0000-0000-' || lpad(i::text, 12, '0'))::uuid AS u,
	decode(lpad(to_hex(i), 8, '0'), 'hex') AS b, ARRAY[i, NULL, i + 1] AS a FROM generate_series(1, 5000) i`

func fill(t *testing.T, s *Session) {
	t.Helper()
	if got := ask(t, s, "CREATE TABLE src AS "+wide); got != "" {
		t.Fatal(got)
	}
}

// TestCopyRoundTrips writes a table in each form and reads it into another.
func TestCopyRoundTrips(t *testing.T) {
	s := open(t, Config{AnyPath: true})
	fill(t, s)
	dir := t.TempDir()
	for _, c := range []struct{ file, options string }{
		{"a.txt", ""},
		{"b.csv", "FORMAT csv, HEADER"},
		{"c.csv", "FORMAT csv, FORCE_QUOTE *, NULL 'NULL', DELIMITER ';', QUOTE '''', ESCAPE '\\'"},
		{"d.bin", "FORMAT binary"},
		{"e.csv.gz", "FORMAT csv"},
		{"f.txt.zst", "DELIMITER '|', NULL 'none'"},
		{"g.parquet", ""},
		{"h", "FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 1000"},
	} {
		path := filepath.Join(dir, c.file)
		with := ""
		if c.options != "" {
			with = " WITH (" + c.options + ")"
		}
		if got := ask(t, s, "COPY src TO '"+path+"'"+with); got != "" {
			t.Fatalf("%s: %s", c.file, got)
		}
		from := strings.NewReplacer("FORCE_QUOTE *, ", "", ", COMPRESSION snappy, ROW_GROUP_SIZE 1000", "").Replace(with)
		if got := ask(t, s, "CREATE TABLE back (LIKE src); COPY back FROM '"+path+"'"+from); got != "" {
			t.Fatalf("%s: %s", c.file, got)
		}
		if got := ask(t, s, "SELECT count(*) FROM back"); got != "5000\n" {
			t.Errorf("%s: %s rows", c.file, got)
		}
		if got := ask(t, s, "(TABLE src EXCEPT ALL TABLE back) UNION ALL (TABLE back EXCEPT ALL TABLE src) LIMIT 3"); got != "" {
			t.Errorf("%s: rows differ:\n%s", c.file, got)
		}
		if got := ask(t, s, "SELECT string_agg(id::text, ',') = (SELECT string_agg(id::text, ',') FROM src) FROM back"); got != "t\n" {
			t.Errorf("%s: other order: %q", c.file, got)
		}
		ask(t, s, "DROP TABLE back")
	}
	left, err := filepath.Glob(filepath.Join(dir, ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestCopyFiles(t *testing.T) {
	s := open(t, Config{AnyPath: true})
	fill(t, s)
	dir := t.TempDir()
	for _, c := range []struct{ sql, want string }{
		{"COPY (SELECT id, t, price, yes FROM src WHERE id IN (1, 5)) TO 'DIR/a.json'", ""},
		{"COPY (SELECT id FROM src WHERE id < 3) TO 'DIR/b.json' (ARRAY)", ""},
		{"COPY (SELECT id FROM src WHERE false) TO 'DIR/c.json' (ARRAY true)", ""},
		{"COPY (SELECT * FROM src WHERE false) TO 'DIR/empty.parquet'", ""},
		{"SELECT count(*) FROM 'DIR/empty.parquet'", "0\n"},
		{"COPY (SELECT id, d, t FROM src ORDER BY id DESC) TO 'DIR/desc.parquet' (ROW_GROUP_SIZE 700)", ""},
		{"SELECT id FROM 'DIR/desc.parquet' LIMIT 2", "5000\n4999\n"},
		{"COPY (SELECT 1 / (id - 4000) FROM src) TO 'DIR/none.parquet'", "22012: division by zero"},
		{"COPY (SELECT 1 / (id - 4000) FROM src) TO 'DIR/none.csv' (FORMAT csv)", "22012: division by zero"},
		{"COPY src TO 'DIR/x.parquet' (COMPRESSION lzo)", `22023: compression "lzo" not recognized`},
		{"COPY (SELECT ARRAY[[1, 2], [3, 4]] AS a) TO 'DIR/x.parquet'", "22003: COPY: column \"a\": an array of several dimensions, or that does not begin at 1, has no form in Parquet"},
		{"COPY src TO 'DIR/x.parquet' (HEADER)", "0A000: COPY header is not available with format parquet"},
		{"COPY src TO 'DIR/x' (PARTITION_BY (nope))", `42703: column "nope" does not exist`},
		{"COPY (SELECT id FROM src) TO 'DIR/x' (FORMAT parquet, PARTITION_BY (id))", "22023: files need a column that is not in partition_by"},
		{"COPY src FROM 'DIR/nothing'", "58P01: open DIR/nothing: no such file or object"},
		{"BEGIN READ ONLY; COPY src FROM 'DIR/a.json'", "25006: cannot execute COPY FROM in a read-only transaction"},
		{"ROLLBACK", ""},
	} {
		got := ask(t, s, strings.ReplaceAll(c.sql, "DIR", dir))
		if got = strings.ReplaceAll(got, dir, "DIR"); got != c.want {
			t.Errorf("%s\n got %q\nwant %q", c.sql, got, c.want)
		}
	}
	for name, want := range map[string]string{
		"a.json": `{"id":1,"t":"row 1\n\"quoted\", é","price":0.333,"yes":false}` + "\n" + `{"id":5,"t":null,"price":1.667,"yes":false}` + "\n",
		"b.json": "[\n{\"id\":1},\n{\"id\":2}\n]\n", "c.json": "[]\n",
	} {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, "*none*"))
	if hidden, _ := filepath.Glob(filepath.Join(dir, ".*")); err != nil || len(left)+len(hidden) > 0 {
		t.Errorf("a failed COPY left %v %v, %v", left, hidden, err)
	}
}

func testPartitions(t *testing.T, s *Session, dir string) {
	t.Helper()
	sum := "SELECT count(*), sum(id), count(t), count(DISTINCT k) FROM read_parquet('DIR/p/**/*.parquet')"
	for _, c := range []struct{ sql, want string }{
		{"COPY (SELECT id, t, id % 7 AS k, CASE WHEN id % 2 = 0 THEN 'a/b=é' END AS w FROM src) TO 'DIR/p' (FORMAT parquet, PARTITION_BY (k, w), ROW_GROUP_SIZE 100)", ""},
		{sum, "5000|12502500|4000|7\n"},
		{"SELECT count(*) FROM read_parquet('DIR/p/k=3/*/*.parquet') WHERE w IS NULL", "357\n"},
		{"SELECT DISTINCT w FROM read_parquet('DIR/p/**/*.parquet') ORDER BY 1", "a/b=é\nNULL\n"},
		{"COPY (SELECT 1 AS a, 2 AS k) TO 'DIR/p' (FORMAT parquet, PARTITION_BY k)", "58P02: DIR/p/ is not empty"},
		{"COPY (SELECT 0 AS id, '' AS t, 3 AS k, NULL::text AS w) TO 'DIR/p' (FORMAT parquet, PARTITION_BY (k, w), APPEND)", ""},
		{sum, "5001|12502500|4001|7\n"},
		{"COPY (SELECT 0 AS id, '' AS t, 3 AS k, NULL::text AS w) TO 'DIR/p' (FORMAT parquet, PARTITION_BY (k, w), OVERWRITE)", ""},
		{"SELECT count(*) FROM read_parquet('DIR/p/k=3/w=__HIVE_DEFAULT_PARTITION__/*.parquet')", "2\n"},
	} {
		got := ask(t, s, strings.ReplaceAll(c.sql, "DIR", dir))
		if got = strings.ReplaceAll(got, dir, "DIR"); got != c.want {
			t.Errorf("%s\n got %q\nwant %q", c.sql, got, c.want)
		}
	}
}

func TestCopyPartitions(t *testing.T) {
	s := open(t, Config{AnyPath: true})
	fill(t, s)
	dir := t.TempDir()
	testPartitions(t, s, dir)
	// More partitions than files are held open for.
	sql := fmt.Sprintf("COPY (SELECT i, i %% 450 AS k FROM generate_series(0, 8999) i) TO '%s/many' (FORMAT csv, PARTITION_BY (k))", dir)
	if got := ask(t, s, sql); got != "" {
		t.Fatal(got)
	}
	folders, err := filepath.Glob(filepath.Join(dir, "many", "k=*"))
	if err != nil || len(folders) != 450 {
		t.Errorf("%d folders, %v", len(folders), err)
	}
}

func TestCopyS3(t *testing.T) {
	srv := objecttest.StartS3(t, "out")
	for k, v := range map[string]string{"AWS_ENDPOINT_URL": srv.Endpoint, "AWS_ACCESS_KEY_ID": srv.AccessKey, "AWS_SECRET_ACCESS_KEY": srv.SecretKey, "AWS_REGION": "us-east-1"} {
		t.Setenv(k, v)
	}
	s := open(t, Config{AnyPath: true})
	fill(t, s)
	testPartitions(t, s, "s3://out")
	for _, c := range []struct{ sql, want string }{
		{"COPY (SELECT a.id, a.t, b.u FROM src a, src b WHERE b.id < 60) TO 's3://out/big.parquet' (COMPRESSION none)", ""},
		{"SELECT count(*), sum(id) FROM 's3://out/big.parquet'", "295000|737647500\n"},
		{"COPY src TO 's3://out/t.csv.gz' (FORMAT csv)", ""},
		{"CREATE TABLE back (LIKE src); COPY back FROM 's3://out/t.csv.gz' (FORMAT csv); SELECT count(*) FROM back", "5000\n"},
		{"COPY (SELECT 1 / (id - 4000) FROM src) TO 's3://out/none.parquet'", "22012: division by zero"},
		{"SELECT * FROM 's3://out/none.parquet'", "58P01: open s3://out/none.parquet: no such file or object: NotFound"},
		{"COPY src TO 's3://nobucket/x.parquet'", "58P01: write s3://nobucket/x.parquet: bucket does not exist: NoSuchBucket: The specified bucket does not exist."},
	} {
		if got := ask(t, s, c.sql); got != c.want {
			t.Errorf("%s\n got %q\nwant %q", c.sql, got, c.want)
		}
	}
}

func TestCopyAllowedPaths(t *testing.T) {
	dir := t.TempDir()
	s := open(t, Config{AllowPaths: []string{filepath.Join(dir, "in")}})
	for _, c := range []struct{ sql, want string }{
		{"COPY (SELECT 1 AS a) TO '" + dir + "/in/a.parquet'", ""},
		{"COPY (SELECT 1 AS a) TO '" + dir + "/out/a.parquet'", "42501: "},
		{"COPY (SELECT 1 AS a, 2 AS b) TO '" + dir + "/in/../out' (PARTITION_BY a)", "42501: "},
		{"COPY (SELECT 1 AS a) TO 's3://bucket/a.parquet'", "42501: "},
		{"CREATE TABLE t (a text); COPY t FROM '/etc/hosts'", "42501: "},
	} {
		if got := ask(t, s, c.sql); !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s: %q", c.sql, got)
		}
	}
}

// Where memory is short, row groups are smaller and the rows the same.
func TestCopyLittleMemory(t *testing.T) {
	s := open(t, Config{AnyPath: true, MemoryLimit: 24 << 20})
	path := filepath.Join(t.TempDir(), "m.parquet")
	if got := ask(t, s, "COPY (SELECT i, repeat(md5(i::text), 8) AS t FROM generate_series(1, 60000) i) TO '"+path+"'"); got != "" {
		t.Fatal(got)
	}
	if got := ask(t, s, "SELECT count(*), sum(i), sum(length(t)) FROM '"+path+"'"); got != "60000|1800030000|15360000\n" {
		t.Error(got)
	}
}
