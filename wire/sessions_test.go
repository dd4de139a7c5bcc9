package wire

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/inlaydb/inlay/engine"
)

// connect opens a session.
func connect(t *testing.T, addr net.Addr) *client {
	t.Helper()
	c := dial(t, addr)
	c.startup("user", "postgres")
	c.until('Z')
	return c
}

// send sends a simple query and waits for nothing.
func (c *client) send(sql string) {
	c.t.Helper()
	b, err := (&pgproto3.Query{String: sql}).Encode(nil)
	if err != nil {
		c.t.Fatal(err)
	}
	c.write(b)
}

// ask sends a simple query and gives all of the answer.
func (c *client) ask(sql string) string {
	c.t.Helper()
	c.send(sql)
	return c.until('Z')
}

func want(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestMinorProtocols: whoever asks for more than 3.0 is told of 3.0.
func TestMinorProtocols(t *testing.T) {
	addr := start(t, nil)
	for _, minor := range []uint16{1, 2, 9999} {
		c := dial(t, addr)
		b := binary.BigEndian.AppendUint16([]byte{0, 0, 0, 0, 0, 3}, minor)
		b = append(b, "user\x00postgres\x00_pq_.new\x00on\x00\x00"...)
		binary.BigEndian.PutUint32(b, uint32(len(b)))
		c.write(b)
		typ, body, ok := c.receive()
		if !ok || typ != 'v' || binary.BigEndian.Uint32(body) != 3<<16 || !strings.Contains(string(body), "_pq_.new") {
			t.Errorf("3.%d: %c %q", minor, typ, body)
		}
		want(t, c.until('Z'), "Authentication 0\nBackendKeyData\nReadyForQuery I\n")
	}
}

// TestNotifyWakes sends notifications to sessions that wait for nothing.
func TestNotifyWakes(t *testing.T) {
	addr := start(t, nil)
	a, b, c := connect(t, addr), connect(t, addr), connect(t, addr)
	for _, s := range []*client{a, b} {
		s.ask("listen news")
		s.ask("select 1") // leaves the watcher at the socket
	}
	b.ask("begin")
	c.ask("notify news, 'one'")
	want(t, a.until('A'), "NotificationResponse news \"one\"\n")
	c.ask("notify news, 'two'")
	want(t, a.until('A'), "NotificationResponse news \"two\"\n")
	want(t, b.ask("commit"), "CommandComplete COMMIT\nNotificationResponse news \"one\"\nNotificationResponse news \"two\"\nReadyForQuery I\n")
	a.net.Close() // who leaves does not listen any more
	want(t, c.ask("notify news"), "CommandComplete NOTIFY\nReadyForQuery I\n")
	want(t, b.until('A'), "NotificationResponse news \"\"\n")
	want(t, b.ask("discard all"), "CommandComplete DISCARD ALL\nReadyForQuery I\n")
	c.ask("notify news")
	want(t, b.ask("select"), "RowDescription\nDataRow\nCommandComplete SELECT 1\nReadyForQuery I\n")
}

func TestAdvisoryLocks(t *testing.T) {
	addr := start(t, nil)
	a, b := connect(t, addr), connect(t, addr)
	value := func(c *client, sql string) string {
		t.Helper()
		got := c.ask(sql)
		_, rest, _ := strings.Cut(got, "DataRow ")
		v, _, ok := strings.Cut(rest, "\n")
		if !ok {
			return got
		}
		return v
	}
	a.ask("select pg_advisory_lock(1)")
	want(t, value(b, "select pg_try_advisory_lock(1)"), `"f"`)
	want(t, value(b, "select pg_try_advisory_lock_shared(1)"), `"f"`)
	want(t, value(b, "select pg_try_advisory_lock(0, 1)"), `"t"`) // a pair is another lock
	want(t, value(b, "select pg_advisory_unlock(1)"), `"f"`)
	want(t, value(a, "select pg_try_advisory_lock(1)"), `"t"`)
	want(t, value(a, "select pg_advisory_unlock(1)"), `"t"`)
	want(t, value(b, "select pg_try_advisory_lock(1)"), `"f"`) // held twice
	b.ask("set lock_timeout = 10")
	want(t, strings.TrimPrefix(b.ask("select pg_advisory_lock(1)"), "RowDescription pg_advisory_lock:2278:4:0\n"),
		"ERROR 55P03 canceling statement due to lock timeout\nReadyForQuery I\n")
	b.ask("set lock_timeout = 0")
	b.send("select pg_advisory_lock(1)")
	a.ask("select pg_advisory_unlock_all()")
	b.until('Z')
	want(t, value(a, "select pg_try_advisory_lock(1)"), `"f"`)

	// Locks of a transaction end with it; shared ones go together.
	a.ask("begin; select pg_advisory_xact_lock_shared(2)")
	want(t, value(b, "select pg_try_advisory_xact_lock_shared(2)"), `"t"`)
	want(t, value(b, "select pg_try_advisory_xact_lock(2)"), `"f"`)
	a.ask("rollback")
	want(t, value(b, "select pg_try_advisory_xact_lock(2)"), `"t"`)
	want(t, value(a, "select pg_try_advisory_xact_lock(2)"), `"t"`) // b's ended with its statement

	// Each waits for the other: one is refused, and the other goes on.
	a.ask("select pg_advisory_lock(7)")
	b.ask("select pg_advisory_lock(8)")
	a.send("select pg_advisory_lock(8)")
	b.send("select pg_advisory_lock(7)")
	answers := make(chan string, 2)
	for _, c := range []*client{a, b} {
		go func() { answers <- c.until('Z'); c.net.Close() }()
	}
	if got := <-answers; !strings.Contains(got, "ERROR 40P01 deadlock detected\n") {
		t.Errorf("%s", got)
	}
	if got := <-answers; !strings.Contains(got, "CommandComplete SELECT 1\n") {
		t.Errorf("%s", got)
	}
}

// TestIdleTimeouts: the server ends who says nothing for too long, with
// Postgres's words.
func TestIdleTimeouts(t *testing.T) {
	addr := start(t, nil)
	c := connect(t, addr)
	c.ask("set idle_in_transaction_session_timeout = 5")
	c.ask("select 1")
	c.ask("begin")
	want(t, c.until(0), "FATAL 25P03 terminating connection due to idle-in-transaction timeout\nclosed\n")
	c = connect(t, addr)
	c.ask("set idle_session_timeout = 5")
	want(t, c.until(0), "FATAL 57P05 terminating connection due to idle-session timeout\nclosed\n")
}

// TestTerminate ends sessions that wait and that work.
func TestTerminate(t *testing.T) {
	addr := start(t, nil)
	boss, idle, busy := connect(t, addr), connect(t, addr), connect(t, addr)
	busy.send("select 'busy', pg_sleep(3600)")
	for !strings.Contains(boss.ask("select query from pg_stat_activity where state = 'active'"), "busy") {
	}
	const text = "FATAL 57P01 terminating connection due to administrator command\nclosed\n"
	boss.ask("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()")
	want(t, idle.until(0), text)
	if got := busy.until(0); !strings.HasSuffix(got, text) {
		t.Errorf("%s", got)
	}
	want(t, boss.ask("select pg_cancel_backend(123456)"), "RowDescription pg_cancel_backend:16:1:0\nDataRow \"f\"\nCommandComplete SELECT 1\nReadyForQuery I\n")
}

// TestShutdownTerminates: who still works when the time is over hears why.
func TestShutdownTerminates(t *testing.T) {
	e, err := engine.Open(t.Context(), engine.Config{MemoryLimit: 64 << 20, Threads: 1, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := NewServer(Config{Engine: e})
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l) }()
	idle, busy := connect(t, l.Addr()), connect(t, l.Addr())
	busy.send("select 'busy', pg_sleep(3600)")
	for !strings.Contains(idle.ask("select query from pg_stat_activity where state = 'active'"), "busy") {
	}
	stop()
	over, cancel := context.WithCancel(t.Context())
	down := make(chan struct{})
	go func() { s.Shutdown(over); close(down) }()
	const text = "FATAL 57P01 terminating connection due to administrator command\nclosed\n"
	want(t, idle.until(0), text) // at once
	cancel()
	want(t, busy.until(0), text)
	<-down
	if err := errors.Join(<-served, e.Close()); err != nil {
		t.Error(err)
	}
}
