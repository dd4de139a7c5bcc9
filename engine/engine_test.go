package engine

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/object/objecttest"
	"github.com/inlaydb/inlay/storage/parquet"
)

// textRows is an Encoder for tests: values as text, by | and lines.
type textRows struct{ put []types.Appender }

func (e *textRows) Append(dst []byte, ends []int32, b *batch.Batch) ([]byte, []int32, error) {
	for k := range b.Rows() {
		row := k
		if b.Sel != nil {
			row = int(b.Sel[k])
		}
		for c, put := range e.put {
			if c > 0 {
				dst = append(dst, '|')
			}
			if b.Cols[c].IsNull(row) {
				dst = append(dst, "NULL"...)
				continue
			}
			dst = put(dst, b.Cols[c], row)
		}
		dst = append(dst, '\n')
		ends = append(ends, int32(len(dst)))
	}
	return dst, ends, nil
}

// ask runs statements and gives the last one's rows, or the error's code and message.
func ask(t *testing.T, s *Session, sql string) string {
	t.Helper()
	out, err := tryAsk(t.Context(), s, sql)
	if err != nil {
		s.Abort()
		e := ErrorOf(err)
		return fmt.Sprintf("%s: %s", e.Code, e.Message)
	}
	return out
}

func tryAsk(ctx context.Context, s *Session, sql string) (string, error) {
	stmts, err := s.Parse(sql)
	if err != nil {
		return "", err
	}
	last := ""
	for _, st := range stmts {
		p, err := s.Prepare(ctx, st, nil)
		if err != nil {
			return "", err
		}
		portal, err := s.Bind(ctx, p, nil)
		if err != nil {
			return "", err
		}
		last, err = drain(ctx, s, portal)
		portal.Close()
		if err != nil {
			return "", err
		}
	}
	return last, s.Sync(ctx)
}

func drain(ctx context.Context, s *Session, p *Portal) (string, error) {
	var fields []types.Type
	for _, f := range p.Fields() {
		fields = append(fields, f.Type)
	}
	err := p.Start(ctx, func() (Encoder, error) {
		e := &textRows{}
		for _, f := range fields {
			e.put = append(e.put, types.TextAppender(f, s.Style()))
		}
		return e, nil
	})
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	for {
		c, err := p.Next(ctx)
		if err == io.EOF {
			return out.String(), nil
		}
		if err != nil {
			return "", err
		}
		out.Write(c.Bytes)
	}
}

// open opens an engine and a session for one test.
func open(t *testing.T, cfg Config) *Session {
	t.Helper()
	cfg.TempDir = t.TempDir()
	e, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	s, err := e.NewSession(t.Context(), SessionOptions{User: "u", Database: "d"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Close()
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// numbers writes a Parquet file of rows n with k = n%7 and t = "row n".
func numbers(t *testing.T, path string, from, to int) {
	t.Helper()
	var b bytes.Buffer
	w, err := parquet.NewWriter(&b, []parquet.Field{
		{Name: "n", Kind: column.Int64}, {Name: "k", Kind: column.Int32, Nullable: true},
		{Name: "t", Kind: column.Bytes, Logical: parquet.LogicalType{Annotation: parquet.String}},
	}, parquet.WriteOptions{Codec: parquet.Snappy, RowGroupRows: 1000})
	if err != nil {
		t.Fatal(err)
	}
	n := make([]int64, to-from)
	k := column.NewFlat(column.Int32, to-from)
	var texts []types.Datum
	for i := range n {
		n[i] = int64(from + i)
		if n[i]%10 == 0 {
			k.SetNull(i)
		} else {
			column.Values[int32](k)[i] = int32(n[i] % 7)
		}
		texts = append(texts, types.Text(fmt.Sprintf("row %d of the table", n[i])))
	}
	cols := []*column.Column{column.FromSlice(column.Int64, n), k, types.ColumnOf(column.Bytes, column.Invalid, texts)}
	if err := w.Write(cols, nil, len(n)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// fileQueries are asked of local files and of the same files in S3; DIR is
// where they are.
var fileQueries = []struct{ sql, want string }{
	{`SELECT count(*), sum(n), min(k), max(t) FROM 'DIR/p=1/a.parquet'`, "5000|12497500|0|row 999 of the table\n"},
	{`SELECT p, count(*) FROM 'DIR/p=*/*.parquet' GROUP BY p ORDER BY p`, "1|5000\n2|3000\n"},
	{`SELECT count(*) FROM "DIR/p=*/*.parquet" WHERE p = 2 AND n >= 6500 AND k = 3`, "192\n"},
	{`SELECT n, t FROM read_parquet('DIR/p=2/b.parquet') WHERE n = 7001`, "7001|row 7001 of the table\n"},
	{`SELECT n FROM 'DIR/p=?/**/*.parquet' LIMIT 3`, "0\n1\n2\n"},
	{`SELECT count(*) FROM 'DIR/p=1/a.parquet' a JOIN 'DIR/p=1/a.parquet' b ON a.n = b.n + 1 WHERE a.k IS NULL`, "499\n"},
	{`SELECT count(*) FROM 'DIR/p=1/nope.parquet'`, "58P01"},
	{`SELECT count(*) FROM 'DIR/x*.parquet'`, "58P01"},
	{`SELECT nope FROM 'DIR/p=1/a.parquet'`, `42703: column "nope" does not exist`},
	{`SELECT * FROM 'DIR/damaged.parquet'`, "XX001"},
	{`SELECT count(*), sum(n), max(t) FROM 'DIR/c.csv'`, "400000|79999800000|line\n99999\n"},
	{`SELECT count(*), sum(n), max(t) FROM 'DIR/c.csv.gz'`, "400000|79999800000|line\n99999\n"},
	{`SELECT n FROM 'DIR/c.csv' WHERE t = E'line\n333333'`, "333333\n"},
	{`SELECT sum(n) FROM 'DIR/j.ndjson'`, "6\n"},
	{`SELECT sum(n) FROM 'DIR/j*.json'`, "58P01"},
}

func testFiles(t *testing.T, s *Session, dir string) {
	for _, q := range fileQueries {
		got := ask(t, s, strings.ReplaceAll(q.sql, "DIR", dir))
		if got != q.want && !(len(q.want) == 5 && strings.HasPrefix(got, q.want+": ")) {
			t.Errorf("%s\n got %q\nwant %q", q.sql, got, q.want)
		}
	}
}

func writeFiles(t *testing.T, dir string) {
	numbers(t, filepath.Join(dir, "p=1", "a.parquet"), 0, 5000)
	numbers(t, filepath.Join(dir, "p=2", "b.parquet"), 5000, 8000)
	var c, gz strings.Builder
	c.WriteString("n,t,more\n")
	for i := range 400_000 { // beyond one range of a remote file
		fmt.Fprintf(&c, "%d,\"line\n%d\",%032d\n", i, i, i)
	}
	z := gzip.NewWriter(&gz)
	z.Write([]byte(c.String()))
	z.Close()
	for name, data := range map[string]string{"damaged.parquet": "PAR1 is not enough PAR1", "c.csv": c.String(), "c.csv.gz": gz.String(), "j.ndjson": "{\"n\":1}\n{\"n\":2}\n{\"n\":3}"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLocalFiles(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, filepath.Join(dir, "files"))
	testFiles(t, open(t, Config{AnyPath: true}), filepath.Join(dir, "files"))
}

func TestS3Files(t *testing.T) {
	srv := objecttest.StartS3(t, "lake")
	writeFiles(t, filepath.Join(srv.Root, "lake"))
	for k, v := range map[string]string{"AWS_ENDPOINT_URL": srv.Endpoint, "AWS_ACCESS_KEY_ID": srv.AccessKey, "AWS_SECRET_ACCESS_KEY": srv.SecretKey, "AWS_REGION": "us-east-1"} {
		t.Setenv(k, v)
	}
	testFiles(t, open(t, Config{AnyPath: true}), "s3://lake")
}

func TestOnlyAllowedPaths(t *testing.T) {
	dir := t.TempDir()
	numbers(t, filepath.Join(dir, "in", "a.parquet"), 0, 10)
	numbers(t, filepath.Join(dir, "out", "a.parquet"), 0, 10)
	s := open(t, Config{AllowPaths: []string{filepath.Join(dir, "in")}})
	if got := ask(t, s, "SELECT count(*) FROM '"+dir+"/in/a.parquet'"); got != "10\n" {
		t.Errorf("allowed path: %q", got)
	}
	for _, p := range []string{"/out/a.parquet", "/in/../out/a.parquet"} {
		if got := ask(t, s, "SELECT count(*) FROM '"+dir+p+"'"); !strings.HasPrefix(got, "42501: ") {
			t.Errorf("%s: %q, want 42501", p, got)
		}
	}
}

func TestTransactions(t *testing.T) {
	s := open(t, Config{})
	for _, q := range []struct{ sql, want string }{
		{"CREATE TABLE t (a int)", ""},
		{"INSERT INTO t VALUES (1), (2)", ""},
		{"BEGIN", ""},
		{"INSERT INTO t VALUES (3)", ""},
		{"SAVEPOINT s", ""},
		{"DELETE FROM t", ""},
		{"SELECT count(*) FROM t", "0\n"},
		{"ROLLBACK TO s", ""},
		{"SELECT count(*) FROM t", "3\n"},
		{"SELECT 1/0", "22012: division by zero"},
		{"SELECT 1", "25P02: current transaction is aborted, commands ignored until end of transaction block"},
		{"ROLLBACK", ""},
		{"SELECT count(*) FROM t", "2\n"},
		{"BEGIN; DROP TABLE t; ROLLBACK; SELECT sum(a) FROM t", "3\n"},
		{"UPDATE t SET a = a + 10 RETURNING a", "11\n12\n"},
		{"CREATE TABLE u AS SELECT a, a * 2 AS b FROM t", ""},
		{"SELECT * FROM u ORDER BY a", "11|22\n12|24\n"},
		{"BEGIN READ ONLY", ""},
		{"INSERT INTO t VALUES (1)", "25006: cannot execute INSERT in a read-only transaction"},
		{"ROLLBACK", ""},
	} {
		if got := ask(t, s, q.sql); got != q.want {
			t.Errorf("%s\n got %q\nwant %q", q.sql, got, q.want)
		}
	}
}

func TestCursors(t *testing.T) {
	s := open(t, Config{})
	for _, q := range []struct{ sql, want string }{
		{"BEGIN; DECLARE c SCROLL CURSOR FOR SELECT * FROM generate_series(1, 5)", ""},
		{"FETCH 2 FROM c", "1\n2\n"},
		{"FETCH ALL FROM c", "3\n4\n5\n"},
		{"FETCH BACKWARD 1 FROM c", "5\n"},
		{"FETCH ABSOLUTE 2 FROM c", "2\n"},
		{"MOVE 1 FROM c", ""},
		{"FETCH NEXT FROM c", "4\n"},
		{"CLOSE c", ""},
		{"FETCH c", `34000: cursor "c" does not exist`},
		{"ROLLBACK", ""},
	} {
		if got := ask(t, s, q.sql); got != q.want {
			t.Errorf("%s\n got %q\nwant %q", q.sql, got, q.want)
		}
	}
}

func TestCancelReachesOperators(t *testing.T) {
	s := open(t, Config{})
	for _, sql := range []string{
		"SELECT count(*) FROM generate_series(1, 1000000000) g",
		"SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b WHERE a < b",
		"SELECT pg_sleep(100)",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		start := time.Now()
		_, err := tryAsk(ctx, s, sql)
		cancel()
		s.Abort()
		if !errors.Is(err, context.DeadlineExceeded) && ErrorOf(err).Code != sqlerr.QueryCanceled {
			t.Errorf("%s: %v", sql, err)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s: cancelled only after %v", sql, took)
		}
	}
}

func TestOutOfMemoryFailsAlone(t *testing.T) {
	s := open(t, Config{MemoryLimit: 24 << 20})
	got := ask(t, s, "SELECT max(length(x)) FROM (SELECT string_agg(repeat('x', 100), ',') AS x FROM generate_series(1, 2000000)) t")
	if !strings.HasPrefix(got, "53200: ") {
		t.Errorf("got %q, want 53200", got)
	}
	if got := ask(t, s, "SELECT 1"); got != "1\n" {
		t.Errorf("the session is of no use after that: %q", got)
	}
}
