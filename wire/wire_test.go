package wire

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"
	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/xdg-go/scram"

	"github.com/inlaydb/inlay/engine"
)

// start serves an engine in memory and ends it with the test, when no
// goroutine of it may be left.
func start(t testing.TB, auth *Authenticator) net.Addr {
	t.Helper()
	before := runtime.NumGoroutine()
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	e, err := engine.Open(t.Context(), engine.Config{MemoryLimit: 256 << 20, Threads: 2, Log: quiet, TempDir: t.TempDir(), TimeZone: "UTC", Owner: "postgres"})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := NewServer(Config{Engine: e, Log: quiet, Auth: auth})
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
		s.Shutdown(context.Background())
		if err := e.Close(); err != nil {
			t.Error(err)
		}
		for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
			if time.Now().After(deadline) {
				buf := make([]byte, 1<<20)
				t.Fatalf("goroutines are left:\n%s", buf[:runtime.Stack(buf, true)])
			}
		}
	})
	return l.Addr()
}

// client speaks the protocol message by message.
type client struct {
	t   testing.TB
	net net.Conn
	pid uint32
	key []byte
}

func dial(t testing.TB, addr net.Addr) *client {
	t.Helper()
	nc, err := net.Dial("tcp", addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	nc.SetDeadline(time.Now().Add(20 * time.Second)) // a server that hangs fails the test
	return &client{t: t, net: nc}
}

func (c *client) write(b []byte) {
	if _, err := c.net.Write(b); err != nil {
		c.t.Logf("write: %v", err) // what the server said before it closed tells more
	}
}

func (c *client) startup(params ...string) {
	b := binary.BigEndian.AppendUint32(nil, 3<<16)
	for _, p := range params {
		b = append(append(b, p...), 0)
	}
	b = append(b, 0)
	c.write(append(binary.BigEndian.AppendUint32(nil, uint32(len(b)+4)), b...))
}

// receive reads one message; ok is false when the server has closed.
func (c *client) receive() (typ byte, body []byte, ok bool) {
	var head [5]byte
	if _, err := io.ReadFull(c.net, head[:]); err != nil {
		return 0, nil, false
	}
	body = make([]byte, binary.BigEndian.Uint32(head[1:])-4)
	if _, err := io.ReadFull(c.net, body); err != nil {
		return 0, nil, false
	}
	return head[0], body, true
}

// until prints messages up to one of a type, or to the end of the connection.
func (c *client) until(last byte) string {
	var out strings.Builder
	for {
		typ, body, ok := c.receive()
		if !ok {
			out.WriteString("closed\n")
			return out.String()
		}
		out.WriteString(c.describe(typ, body))
		if typ == last {
			return out.String()
		}
	}
}

func (c *client) describe(typ byte, body []byte) string {
	switch typ {
	case 'S':
		return ""
	case 'K':
		c.pid, c.key = binary.BigEndian.Uint32(body), body[4:]
		return "BackendKeyData\n"
	case 'R':
		return fmt.Sprintf("Authentication %d\n", binary.BigEndian.Uint32(body))
	case 'Z':
		return fmt.Sprintf("ReadyForQuery %s\n", body)
	case 'E', 'N':
		fields := map[byte]string{}
		for _, f := range bytes.Split(body, []byte{0}) {
			if len(f) > 0 {
				fields[f[0]] = string(f[1:])
			}
		}
		s := fmt.Sprintf("%s %s %s", fields['S'], fields['C'], fields['M'])
		if fields['P'] != "" {
			s += " at " + fields['P']
		}
		return s + "\n"
	case 'T':
		var m pgproto3.RowDescription
		if err := m.Decode(body); err != nil {
			c.t.Fatal(err)
		}
		s := "RowDescription"
		for _, f := range m.Fields {
			s += fmt.Sprintf(" %s:%d:%d:%d", f.Name, f.DataTypeOID, f.DataTypeSize, f.Format)
		}
		return s + "\n"
	case 'D':
		var m pgproto3.DataRow
		if err := m.Decode(body); err != nil {
			c.t.Fatal(err)
		}
		s := "DataRow"
		for _, v := range m.Values {
			switch {
			case v == nil:
				s += " NULL"
			case printable(v):
				s += " " + strconv.Quote(string(v))
			default:
				s += " x" + hex.EncodeToString(v)
			}
		}
		return s + "\n"
	case 't':
		s := "ParameterDescription"
		for b := body[2:]; len(b) >= 4; b = b[4:] {
			s += fmt.Sprintf(" %d", binary.BigEndian.Uint32(b))
		}
		return s + "\n"
	case 'A':
		n := bytes.Split(body[4:], []byte{0})
		return fmt.Sprintf("NotificationResponse %s %q\n", n[0], n[1])
	case 'C':
		return "CommandComplete " + string(bytes.TrimRight(body, "\x00")) + "\n"
	}
	names := map[byte]string{'1': "ParseComplete", '2': "BindComplete", '3': "CloseComplete", 'n': "NoData", 's': "PortalSuspended", 'I': "EmptyQueryResponse", 'v': "NegotiateProtocolVersion"}
	if n, ok := names[typ]; ok {
		return n + "\n"
	}
	return fmt.Sprintf("%c %q\n", typ, body)
}

func printable(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// TestScripts runs the conversations of testdata. A line is a message:
//
//	query SQL | parse NAME [oid,…] SQL | bind PORTAL STATEMENT [formats] args…
//	describe S|P NAME | execute PORTAL ROWS | close S|P NAME
//	sync | flush | terminate | raw HEX | copyfail
//
// "-" is the empty name. All lines are sent at once; the answer is what the
// server says up to as many ReadyForQuery as the messages ask for. Blocks of
// one file share a connection.
func TestScripts(t *testing.T) {
	addr := start(t, nil)
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		if info, err := os.Stat(path); err != nil || info.IsDir() {
			return
		}
		c := dial(t, addr)
		c.startup("user", "postgres", "database", "postgres")
		c.until('Z')
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			c.t = t
			if d.Cmd != "send" {
				d.Fatalf(t, "unknown command %s", d.Cmd)
			}
			var b []byte
			ready, closing := 0, false
			for _, line := range strings.Split(d.Input, "\n") {
				m, what := encodeLine(t, line)
				b = append(b, m...)
				switch what {
				case "query", "sync":
					ready++
				case "terminate", "raw":
					closing = true
				}
			}
			c.write(b)
			var out strings.Builder
			for range ready {
				out.WriteString(c.until('Z'))
			}
			if closing {
				out.WriteString(c.until(0))
				c = dial(t, addr)
				c.startup("user", "postgres", "database", "postgres")
				c.until('Z')
			}
			return out.String()
		})
		c.write([]byte{'X', 0, 0, 0, 4})
		c.until(0)
	})
}

func name(s string) string {
	if s == "-" {
		return ""
	}
	return s
}

// encodeLine makes a message of a line of a script.
func encodeLine(t *testing.T, line string) ([]byte, string) {
	t.Helper()
	what, rest, _ := strings.Cut(line, " ")
	var m pgproto3.FrontendMessage
	switch what {
	case "query":
		m = &pgproto3.Query{String: rest}
	case "parse":
		n, sql, _ := strings.Cut(rest, " ")
		p := &pgproto3.Parse{Name: name(n)}
		if strings.HasPrefix(sql, "[") {
			var list string
			list, sql, _ = strings.Cut(sql[1:], "] ")
			for _, o := range strings.Split(list, ",") {
				v, err := strconv.Atoi(o)
				if err != nil {
					t.Fatal(err)
				}
				p.ParameterOIDs = append(p.ParameterOIDs, uint32(v))
			}
		}
		p.Query = sql
		m = p
	case "bind":
		f := strings.Fields(rest)
		b := &pgproto3.Bind{DestinationPortal: name(f[0]), PreparedStatement: name(f[1])}
		for _, a := range f[2:] {
			switch {
			case a == "binary":
				b.ResultFormatCodes = []int16{1}
			case a == "NULL":
				b.Parameters, b.ParameterFormatCodes = append(b.Parameters, nil), append(b.ParameterFormatCodes, 0)
			case strings.HasPrefix(a, "x:"):
				v, err := hex.DecodeString(a[2:])
				if err != nil {
					t.Fatal(err)
				}
				b.Parameters, b.ParameterFormatCodes = append(b.Parameters, v), append(b.ParameterFormatCodes, 1)
			default:
				b.Parameters, b.ParameterFormatCodes = append(b.Parameters, []byte(a)), append(b.ParameterFormatCodes, 0)
			}
		}
		m = b
	case "describe", "close":
		kind, n, _ := strings.Cut(rest, " ")
		if what == "close" {
			m = &pgproto3.Close{ObjectType: kind[0], Name: name(n)}
		} else {
			m = &pgproto3.Describe{ObjectType: kind[0], Name: name(n)}
		}
	case "execute":
		n, rows, _ := strings.Cut(rest, " ")
		limit, err := strconv.Atoi(rows)
		if err != nil {
			t.Fatal(err)
		}
		m = &pgproto3.Execute{Portal: name(n), MaxRows: uint32(limit)}
	case "sync":
		m = &pgproto3.Sync{}
	case "flush":
		m = &pgproto3.Flush{}
	case "copyfail":
		m = &pgproto3.CopyFail{Message: rest}
	case "terminate":
		m = &pgproto3.Terminate{}
	case "raw":
		b, err := hex.DecodeString(rest)
		if err != nil {
			t.Fatal(err)
		}
		return b, what
	default:
		t.Fatalf("unknown message %q", line)
	}
	b, err := m.Encode(nil)
	if err != nil {
		t.Fatal(err)
	}
	return b, what
}

func TestStartup(t *testing.T) {
	addr := start(t, nil)
	c := dial(t, addr)
	c.write([]byte{0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f}) // SSLRequest
	var answer [1]byte
	if _, err := io.ReadFull(c.net, answer[:]); err != nil || answer[0] != 'N' {
		t.Fatalf("SSLRequest: %q, %v", answer, err)
	}
	c.startup("user", "postgres")
	if got := c.until('Z'); got != "Authentication 0\nBackendKeyData\nReadyForQuery I\n" {
		t.Errorf("after SSLRequest: %s", got)
	}
	for _, tt := range []struct{ send, want string }{
		{"00000004", "FATAL 08P01 invalid length of startup packet\nclosed\n"},
		{"7fffffff00030000", "FATAL 08P01 invalid length of startup packet\nclosed\n"},
		{"0000000800020000", "FATAL 0A000 unsupported frontend protocol 2.0: server supports 3.0 to 3.0\nclosed\n"},
		{"0000000f000900017573657200", "FATAL 0A000 unsupported frontend protocol 9.1: server supports 3.0 to 3.0\nclosed\n"},
		{hex.EncodeToString([]byte("GET / HTTP/1.1\r\n\r\n")), "FATAL 08P01 invalid length of startup packet\nclosed\n"},
	} {
		c := dial(t, addr)
		b, err := hex.DecodeString(tt.send)
		if err != nil {
			t.Fatal(err)
		}
		c.write(b)
		if got := c.until(0); got != tt.want {
			t.Errorf("%s: %s", tt.send, got)
		}
	}
}

// TestCancel ends statements that would run for hours; a wrong secret ends none.
func TestCancel(t *testing.T) {
	addr := start(t, nil)
	for _, sql := range []string{
		"select count(*) from generate_series(1, 10000000) a, generate_series(1, 10000000) b",
		"select count(*) from generate_series(1, 200000) a join generate_series(1, 200000) b on a % 2 = b % 2",
		"select pg_sleep(3600)",
	} {
		c := dial(t, addr)
		c.startup("user", "postgres")
		c.until('Z')
		b, err := (&pgproto3.Query{String: sql}).Encode(nil)
		if err != nil {
			t.Fatal(err)
		}
		c.write(b)
		answer := make(chan string, 1)
		go func() { answer <- c.until('Z') }()
		cancel := func(key []byte) {
			other := dial(t, addr)
			m := binary.BigEndian.AppendUint32([]byte{0, 0, 0, 16, 0x04, 0xd2, 0x16, 0x2e}, c.pid)
			other.write(append(m, key...))
			other.until(0)
		}
		wrong := bytes.Clone(c.key)
		wrong[0]++
		cancel(wrong)
		// The statement may not have begun when the request comes: ask again.
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for got := ""; got == ""; {
			cancel(c.key)
			select {
			case got = <-answer:
				if !strings.HasSuffix(got, "ERROR 57014 canceling statement due to user request\nReadyForQuery I\n") {
					t.Errorf("%s: %s", sql, got)
				}
			case <-tick.C:
			}
		}
	}
}

// TestVanished: a statement ends when its client has gone.
func TestVanished(t *testing.T) {
	addr := start(t, nil)
	c := dial(t, addr)
	c.startup("user", "postgres")
	c.until('Z')
	b, err := (&pgproto3.Query{String: "select pg_sleep(3600)"}).Encode(nil)
	if err != nil {
		t.Fatal(err)
	}
	c.write(b)
	c.net.Close()
	other := dial(t, addr)
	other.startup("user", "postgres")
	other.until('Z')
	b, err = (&pgproto3.Query{String: "select count(*) from pg_stat_activity"}).Encode(nil)
	if err != nil {
		t.Fatal(err)
	}
	for got := ""; !strings.Contains(got, `DataRow "1"`); { // the deadline of dial ends a server that never notices
		other.write(b)
		if got = other.until('Z'); strings.Contains(got, "closed") {
			t.Fatal("the session of a client that has gone goes on")
		}
	}
}

func TestSCRAM(t *testing.T) {
	auth, err := ReadPasswords(strings.NewReader("# users\nalice:wonder land\n"))
	if err != nil {
		t.Fatal(err)
	}
	addr := start(t, auth)
	for _, tt := range []struct{ user, password, want string }{
		{"alice", "wonder land", "Authentication 12\nAuthentication 0\nBackendKeyData\nReadyForQuery I\n"},
		{"alice", "wrong", "FATAL 28P01 password authentication failed for user \"alice\"\nclosed\n"},
		{"nobody", "wonder land", "FATAL 28P01 password authentication failed for user \"nobody\"\nclosed\n"},
	} {
		c := dial(t, addr)
		c.startup("user", tt.user)
		if got := c.until('R'); got != "Authentication 10\n" {
			t.Fatal(got)
		}
		sc, err := scram.HashGeneratorFcn(sha256.New).NewClient("", tt.password, "")
		if err != nil {
			t.Fatal(err)
		}
		talk := sc.NewConversation()
		first, err := talk.Step("")
		if err != nil {
			t.Fatal(err)
		}
		b, err := (&pgproto3.SASLInitialResponse{AuthMechanism: mechanism, Data: []byte(first)}).Encode(nil)
		if err != nil {
			t.Fatal(err)
		}
		c.write(b)
		typ, body, ok := c.receive()
		if !ok || typ != 'R' || binary.BigEndian.Uint32(body) != 11 {
			t.Fatalf("%c %q", typ, body)
		}
		last, err := talk.Step(string(body[4:]))
		if err != nil {
			t.Fatal(err)
		}
		if b, err = (&pgproto3.SASLResponse{Data: []byte(last)}).Encode(nil); err != nil {
			t.Fatal(err)
		}
		c.write(b)
		if got := c.until('Z'); got != tt.want {
			t.Errorf("%s %s: %s", tt.user, tt.password, got)
		}
	}
}

// FuzzConnection sends a stranger's bytes to a server: it must answer or close
// the connection and go on serving others.
func FuzzConnection(f *testing.F) {
	addr := start(f, nil)
	f.Add([]byte{0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f}, []byte{})
	f.Add([]byte("\x00\x00\x00\x13\x00\x03\x00\x00user\x00p\x00\x00\x00"), []byte("Q\x00\x00\x00\x0dselect 1\x00"))
	f.Add([]byte("\x00\x00\x00\x10\x00\x03\x00\x00user\x00p\x00\x00"), []byte("P\x00\x00\x00\x10\x00select 1\x00\x00\x00S\x00\x00\x00\x04"))
	f.Add([]byte("\x00\x00\x00\x10\x00\x03\x00\x00user\x00p\x00\x00"), []byte("B\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, first, rest []byte) {
		c := dial(t, addr)
		c.write(append(bytes.Clone(first), rest...))
		if tcp, ok := c.net.(*net.TCPConn); ok {
			if err := tcp.CloseWrite(); err != nil {
				t.Logf("close: %v", err) // the server may have been first
			}
		}
		if _, err := io.Copy(io.Discard, c.net); err != nil && strings.Contains(err.Error(), "timeout") {
			t.Fatalf("the server neither answers nor closes: %v", err)
		}
	})
}
