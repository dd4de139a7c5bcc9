package wire

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
)

func copyClient(t *testing.T) *pgconn.PgConn {
	t.Helper()
	addr := start(t, nil)
	c, err := pgconn.Connect(t.Context(), "postgres://u@"+addr.String()+"/d?sslmode=disable")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(context.Background()) })
	return c
}

func exec(t *testing.T, c *pgconn.PgConn, sql string) {
	t.Helper()
	if _, err := c.Exec(t.Context(), sql).ReadAll(); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, c *pgconn.PgConn, table string) string {
	t.Helper()
	r, err := c.Exec(t.Context(), "SELECT count(*) FROM "+table).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return string(r[0].Rows[0][0])
}

// code is an error's SQLSTATE, message and context.
func code(err error) string {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return fmt.Sprint(err)
	}
	return strings.TrimSuffix(e.Code+" "+e.Message+" "+e.Where, " ")
}

func TestCopyOutAndIn(t *testing.T) {
	c := copyClient(t)
	exec(t, c, "CREATE TABLE t AS SELECT i AS a, 'row '||i AS b, CASE WHEN i % 3 = 0 THEN i / 7.0 END AS c FROM generate_series(1, 20000) i; CREATE TABLE u (LIKE t)")
	for _, with := range []string{"", "(FORMAT csv, HEADER)", "(FORMAT binary)"} {
		var out bytes.Buffer
		tag, err := c.CopyTo(t.Context(), &out, "COPY t TO STDOUT "+with)
		if err != nil || tag.String() != "COPY 20000" {
			t.Fatalf("%s: %v, %v", with, tag, err)
		}
		tag, err = c.CopyFrom(t.Context(), &out, "COPY u FROM STDIN "+with)
		if err != nil || tag.String() != "COPY 20000" {
			t.Fatalf("%s: %v, %v", with, tag, err)
		}
		r, err := c.Exec(t.Context(), "SELECT count(*) FROM (TABLE t EXCEPT ALL TABLE u) x; TRUNCATE u").ReadAll()
		if err != nil || string(r[0].Rows[0][0]) != "0" {
			t.Errorf("%s: %v, %v", with, r, err)
		}
	}
}

// An error in the data leaves the connection in step and the table as it was.
func TestCopyInErrors(t *testing.T) {
	c := copyClient(t)
	exec(t, c, "CREATE TABLE t (a int NOT NULL, b text)")
	big := strings.Repeat("1\tx\n", 100_000)
	for _, x := range []struct{ sql, data, want string }{
		{"COPY t FROM STDIN", big + "2\n" + big, `22P04 missing data for column "b" COPY t, line 100001: "2"`},
		{"COPY t FROM STDIN", big + "z\ty\n", `22P02 invalid input syntax for type integer: "z" COPY t, line 100001, column a: "z"`},
		{"COPY t FROM STDIN", "1\tx\nz\ty\n3\n", `22P02 invalid input syntax for type integer: "z" COPY t, line 2, column a: "z"`},
		{"COPY t FROM STDIN (FORMAT binary)", big, "22P04 COPY file signature not recognized"},
		{"COPY t FROM STDIN (FORMAT binary)", "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00", "22P04 row field count is 1, expected 2 COPY t, line 1"},
		{"COPY t FROM STDIN (FORMAT csv)", "1,\"x\n", "22P04 unterminated CSV quoted field COPY t, line 1: \"1,\"x\n\""},
		{"COPY t FROM STDIN", "\\N\tx\n", `23502 null value in column "a" of relation "t" violates not-null constraint`},
		{"COPY t FROM STDIN", "1\t\xff\n", `22021 invalid byte sequence for encoding "UTF8": 0xff COPY t, line 1, column b: "` + "\xff\""},
		{"COPY nope FROM STDIN", big, `42P01 relation "nope" does not exist`},
	} {
		_, err := c.CopyFrom(t.Context(), strings.NewReader(x.data), x.sql)
		if got := code(err); got != x.want {
			t.Errorf("%s: %s\nwant %s", x.sql, got, x.want)
		}
		if n := count(t, c, "t"); n != "0" {
			t.Fatalf("%s left %s rows", x.sql, n)
		}
	}
	if _, err := c.CopyTo(t.Context(), io.Discard, "COPY (SELECT 1 / (i - 50000) FROM generate_series(1, 100000) i) TO STDOUT"); code(err) != "22012 division by zero" {
		t.Errorf("error amid rows: %v", err)
	}
	// The client gives up: CopyFail.
	_, err := c.CopyFrom(t.Context(), io.MultiReader(strings.NewReader(big), failing{}), "COPY t FROM STDIN")
	if err == nil || count(t, c, "t") != "0" {
		t.Errorf("after CopyFail: %v, %s rows", err, count(t, c, "t"))
	}
	// The data's own end stands before the message's.
	if tag, err := c.CopyFrom(t.Context(), strings.NewReader("1\tx\n\\.\n2\ty\n"), "COPY t FROM STDIN"); err != nil || tag.String() != "COPY 1" {
		t.Errorf("%v, %v", tag, err)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("no more") }

// A COPY whose client says nothing is ended by a cancel request, and what the
// client says then of its data is passed over.
func TestCopyInCancel(t *testing.T) {
	addr := start(t, nil)
	c := dial(t, addr)
	c.startup("user", "postgres")
	c.until('Z')
	say := func(m interface {
		Encode([]byte) ([]byte, error)
	}) {
		t.Helper()
		b, err := m.Encode(nil)
		if err != nil {
			t.Fatal(err)
		}
		c.write(b)
	}
	say(&pgproto3.Query{String: "CREATE TABLE t (a int)"})
	c.until('Z')
	say(&pgproto3.Query{String: "COPY t FROM STDIN"})
	c.until('G')
	say(&pgproto3.CopyData{Data: []byte("1\n")})
	other := dial(t, addr)
	m := binary.BigEndian.AppendUint32([]byte{0, 0, 0, 16, 0x04, 0xd2, 0x16, 0x2e}, c.pid)
	other.write(append(m, c.key...))
	other.until(0)
	if got := c.until('Z'); got != "ERROR 57014 canceling statement due to user request\nReadyForQuery I\n" {
		t.Errorf("%s", got)
	}
	say(&pgproto3.CopyData{Data: []byte("2\n")})
	say(&pgproto3.CopyDone{})
	say(&pgproto3.Query{String: "SELECT count(*) FROM t"})
	if got := c.until('Z'); !strings.Contains(got, `"0"`) && !strings.Contains(got, "DataRow 0") {
		t.Errorf("%s", got)
	}
}
