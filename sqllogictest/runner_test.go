package sqllogictest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// serverDSN is a scratch server for tests of the runner itself.
func serverDSN(t *testing.T) string {
	t.Helper()
	dsn := os.Getenv("INLAY_TEST_POSTGRES")
	if dsn == "" {
		t.Skip("INLAY_TEST_POSTGRES is not set")
	}
	return dsn
}

func writeSLT(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRun(t *testing.T) {
	dsn := serverDSN(t)
	dir := writeSLT(t, map[string]string{
		"good.slt": `statement ok
CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1, 'one'), (2, NULL), (3, '')

query IT rowsort
SELECT * FROM t
----
1 one
2 NULL
3 (empty)

statement count 3
UPDATE t SET a = a + 1

connection other
query I
SELECT sum(a) FROM t
----
9

foreach op + -

query I
SELECT 2 ${op} 0
----
2

endloop

control substitution on

let (top, name)
SELECT max(a), 'a b' FROM t

query BT
SELECT $top = 4, '$name'
----
t	a b

query B
SELECT '$__TEST_DIR__' <> '' AND '$X' = 'y' AND current_schema = '$__SCHEMA__'
----
t

control substitution off

onlyif mysql
query I
SELECT nonsense

statement error 22012
SELECT 1/0

statement error 25001
VACUUM; SELECT 1

halt

query I
SELECT nonsense
`,
		"bad.slt": `query I
SELECT 1
----
2

statement ok
SELECT pg_sleep(30)

query I
SELECT 5
----
5

statement error
SELECT 1

statement ok
COPY (SELECT 1) TO STDOUT

statement ok
COPY pg_class FROM STDIN

statement ok
SELECT pg_terminate_backend(pg_backend_pid())

statement ok
SELECT 1
`,
	})
	for _, iso := range []Isolation{IsolateSchema, IsolateDatabase} {
		report, err := Run(context.Background(), Options{DSN: dsn, Files: []string{dir}, Protocol: BothProtocols, Isolation: iso,
			RecordTimeout: time.Second, Variables: map[string]string{"X": "y"}})
		if err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		if err := report.Write(&text); err != nil {
			t.Fatal(err)
		}
		bad, good := report.Files[0], report.Files[1]
		if iso == IsolateDatabase { // there is no schema then
			good.Failures, good.Failed[ClassQuery] = nil, 0
		}
		if !good.OK() || good.Skipped != 4 {
			t.Errorf("%s: %d skipped\n%s", iso, good.Skipped, &text)
		}
		var states []string
		for _, f := range bad.Failures {
			states = append(states, f.Position+" "+f.SQLState)
		}
		once := "1  6 DTIME 14  17 DCOPY 20 DCOPY 23 DLOST "
		if got := strings.Join(states, " ") + " "; got != once+once {
			t.Errorf("%s: failures %q\n%s", iso, got, &text)
		}
	}
}

func TestRunRewrite(t *testing.T) {
	dsn := serverDSN(t)
	dir := writeSLT(t, map[string]string{"x.slt": "query\nSELECT 1, 'a b'\n\nstatement error\nSELECT 1/0\n"})
	for _, rewrite := range []bool{true, false} {
		report, err := Run(context.Background(), Options{DSN: dsn, Files: []string{dir}, Rewrite: rewrite, Protocol: BothProtocols})
		if err != nil || !report.OK() {
			t.Fatalf("rewrite %v: %v %+v", rewrite, err, report)
		}
	}
	got, err := os.ReadFile(filepath.Join(dir, "x.slt"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "query IT\nSELECT 1, 'a b'\n----\n1\ta b\n\nstatement error 22012 division by zero\nSELECT 1/0\n"; string(got) != want {
		t.Errorf("got:\n%s", got)
	}
}

func TestRunCancelled(t *testing.T) {
	dsn := serverDSN(t)
	dir := writeSLT(t, map[string]string{"x.slt": "statement ok\nSELECT pg_sleep(60)\n\nstatement ok\nSELECT 1\n"})
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	began := time.Now()
	report, err := Run(ctx, Options{DSN: dsn, Files: []string{dir}})
	if err == nil || time.Since(began) > 10*time.Second {
		t.Errorf("%v after %v: %+v", err, time.Since(began), report)
	}
}

func TestRunErrors(t *testing.T) {
	ctx := context.Background()
	if _, err := Run(ctx, Options{DSN: "host=127.0.0.1", Files: []string{"nosuch.slt"}}); err == nil {
		t.Error("a missing file")
	}
	if _, err := Run(ctx, Options{DSN: "host=127.0.0.1 port=x", Files: []string{"doc.go"}}); err == nil {
		t.Error("a bad DSN")
	}
	if _, err := Run(ctx, Options{DSN: "host=127.0.0.1", Files: []string{t.TempDir()}}); err == nil {
		t.Error("an empty folder")
	}
	// Nobody listens on port 1.
	dir := writeSLT(t, map[string]string{"x.slt": "statement ok\nSELECT 1\n"})
	if _, err := Run(ctx, Options{DSN: "host=127.0.0.1 port=1 user=x dbname=x", Files: []string{dir}, ConnectWait: time.Millisecond}); err == nil {
		t.Error("no server")
	}
}
