package wire

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/engine"
)

// maxMessage bounds a message from a client, in bytes.
const maxMessage = 256 << 20

// conn is one client. Its goroutine reads messages and answers them; only
// mu's fields are touched by others.
type conn struct {
	srv     *Server
	net     net.Conn
	in      *bufio.Reader
	out     *bufio.Writer
	backend *pgproto3.Backend
	frames  *frames
	pid     int32
	secret  uint32

	session    *engine.Session
	statements map[string]*engine.Prepared
	portals    map[string]*portal
	skip       bool        // an extended-protocol error: drop messages up to Sync
	between    bool        // ReadyForQuery was the last that was said
	executed   int         // Execute messages since the last Sync
	watchTimer *time.Timer // starts watching

	mu struct {
		sync.Mutex
		cancel   context.CancelFunc // of the running statement
		canceled bool               // by a CancelRequest
		gone     bool               // the client vanished
		draining bool
		idle     bool
		notified bool          // there is something to send to the client
		bounded  bool          // reads have a deadline
		running  bool          // a statement runs that may be watched
		watching chan struct{} // closed when the watcher takes its hand off the reader; nil: nobody watches
	}
}

func newConn(s *Server, nc net.Conn) *conn {
	return &conn{
		srv: s, net: nc, in: bufio.NewReaderSize(nc, 8<<10), out: bufio.NewWriterSize(nc, 64<<10),
		statements: map[string]*engine.Prepared{}, portals: map[string]*portal{},
	}
}

func stack() string { return string(debug.Stack()) }

func (c *conn) close() {
	for _, p := range c.portals {
		p.close()
	}
	if c.session != nil {
		c.session.Close()
	}
	c.srv.forget(c)
	c.net.Close()
	if watching := c.unwatch(); watching != nil {
		<-watching
	}
}

func (c *conn) serve() {
	if c.startup() {
		c.run()
	}
}

func (c *conn) send(m pgproto3.BackendMessage) { c.backend.Send(m) }

// flush sends what was answered so far.
func (c *conn) flush() error {
	if err := c.backend.Flush(); err != nil {
		return err
	}
	return c.out.Flush()
}

// raw sends bytes that are whole messages already.
func (c *conn) raw(b []byte) error {
	if err := c.backend.Flush(); err != nil {
		return err
	}
	_, err := c.out.Write(b)
	return err
}

// run answers messages until the client leaves. It is the one place where an
// error becomes an ErrorResponse.
func (c *conn) run() {
	c.ready()
	for {
		if err := c.flush(); err != nil {
			return
		}
		if err := c.await(); err != nil {
			if se := (*sqlerr.Error)(nil); errors.As(err, &se) {
				c.sendError(err)
				c.flush() // the connection ends whether or not the client hears why
				return
			}
			c.hangUp(err)
			return
		}
		msg, err := c.backend.Receive()
		if err != nil {
			c.hangUp(err)
			return
		}
		switch msg.(type) {
		case *pgproto3.Terminate:
			return
		case *pgproto3.Sync:
			c.skip = false
		}
		if c.skip {
			continue
		}
		if err := c.handle(msg); err != nil {
			if fatal := (*ioError)(nil); errors.As(err, &fatal) {
				return
			}
			if c.fail(msg, err) {
				c.flush() // the connection ends anyway
				return
			}
		}
	}
}

// ioError says that the client cannot be reached.
type ioError struct{ err error }

func (e *ioError) Error() string { return e.err.Error() }

// hangUp answers a message that cannot be read.
func (c *conn) hangUp(err error) {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) {
		return
	}
	if ne := net.Error(nil); errors.As(err, &ne) {
		return
	}
	e := sqlerr.New(sqlerr.ProtocolViolation, "invalid frontend message: %v", err)
	e.Severity = "FATAL"
	c.sendError(e)
	c.flush() // the connection ends whether or not the client hears why
}

// fail reports an error and, in the extended protocol, skips to Sync. It says
// whether the connection ends with it.
func (c *conn) fail(msg pgproto3.FrontendMessage, err error) (fatal bool) {
	c.session.Abort()
	c.closePortals()
	c.sendError(err)
	if se := (*sqlerr.Error)(nil); errors.As(err, &se) && se.Severity == sqlerr.SeverityFatal {
		return true
	}
	switch msg.(type) {
	case *pgproto3.Query, *pgproto3.Sync, *pgproto3.FunctionCall:
		c.ready()
	default:
		c.skip = true
	}
	return false
}

// await waits until the client says something, and sends it meanwhile what
// comes in for it. It fails with what ends the session, or when the client
// is gone.
func (c *conn) await() error {
	watching := c.unwatch()
	if watching == nil && c.in.Buffered() > 0 {
		return nil
	}
	var deadline time.Time
	timeout, late := c.session.IdleTimeout()
	if c.between && timeout > 0 {
		deadline = time.Now().Add(timeout)
	}
	for {
		if err := c.setIdle(deadline); err != nil {
			return err
		}
		if watching != nil {
			<-watching // the watcher has its hand on the reader until a byte or an error comes
			watching = nil
		}
		_, err := c.in.Peek(1)
		c.setBusy()
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
		if !deadline.IsZero() && !time.Now().Before(deadline) {
			return late
		}
		c.notify()
		if err := c.flush(); err != nil {
			return err
		}
	}
}

// setIdle notes that the connection waits for its client, no longer than
// deadline. What others have to say, to drain and to wake, they say by making
// the read fail.
func (c *conn) setIdle(deadline time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mu.draining {
		return errShutdown()
	}
	c.mu.idle = true
	if c.mu.notified {
		deadline = time.Unix(1, 0)
	}
	c.mu.notified = false
	c.bound(deadline)
	return nil
}

func (c *conn) setBusy() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mu.idle = false
	c.bound(time.Time{})
}

// bound gives reads a deadline, or none; the caller holds mu.
func (c *conn) bound(deadline time.Time) {
	if deadline.IsZero() && !c.mu.bounded {
		return
	}
	c.mu.bounded = !deadline.IsZero()
	c.net.SetReadDeadline(deadline) // an error here means that it is closed already, which the next read finds
}

// wake makes a connection that waits look for notifications.
func (c *conn) wake() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mu.idle {
		c.bound(time.Unix(1, 0))
		return
	}
	c.mu.notified = true
}

// notify sends the notifications that have come in.
func (c *conn) notify() {
	for _, n := range c.session.Notifications() {
		c.send(&pgproto3.NotificationResponse{PID: uint32(n.PID), Channel: n.Channel, Payload: n.Payload})
	}
}

// watchAfter is how long a statement runs before its client is watched. Most
// end sooner, and watching costs two hand-overs between goroutines.
const watchAfter = 10 * time.Millisecond

// watch notices a client that vanishes while a statement runs: after a while
// it waits for the next byte, which no well-behaved client needs to send, and
// cancels the statement when the connection breaks instead.
func (c *conn) watch() {
	c.mu.Lock()
	c.mu.running = true
	c.mu.Unlock()
	if c.watchTimer == nil {
		c.watchTimer = time.AfterFunc(watchAfter, c.watchNow)
		return
	}
	c.watchTimer.Reset(watchAfter)
}

func (c *conn) watchNow() {
	c.mu.Lock()
	if !c.mu.running || c.mu.watching != nil {
		c.mu.Unlock()
		return
	}
	done := make(chan struct{})
	c.mu.watching = done
	c.mu.Unlock()
	defer close(done)
	if _, err := c.in.Peek(1); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.mu.gone = true
		if c.mu.cancel != nil {
			c.mu.cancel()
		}
	}
}

// unwatch keeps the watcher from starting. It gives what is closed when one
// that has started takes its hand off the reader; nil: there is none.
func (c *conn) unwatch() chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	watching := c.mu.watching
	c.mu.running, c.mu.watching = false, nil
	return watching
}

// syncFollows says whether the client's next message is here already and is
// Sync. The statement that runs must be over.
func (c *conn) syncFollows() bool {
	c.mu.Lock()
	c.mu.running = false
	watching := c.mu.watching
	c.mu.Unlock()
	if watching != nil {
		select {
		case <-watching:
		default: // still waiting for a byte
			return false
		}
	}
	if c.in.Buffered() == 0 {
		return false
	}
	b, err := c.in.Peek(1)
	return err == nil && b[0] == 'S'
}

// begin opens a statement's context; end closes it.
func (c *conn) begin() (context.Context, func()) {
	ctx, cancel := context.WithCancel(context.Background())
	c.mu.Lock()
	if c.mu.gone {
		cancel()
	}
	c.mu.cancel, c.mu.canceled = cancel, false
	c.mu.Unlock()
	return ctx, func() {
		c.mu.Lock()
		c.mu.cancel = nil
		c.mu.Unlock()
		cancel()
	}
}

func (c *conn) cancelStatement() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mu.cancel != nil {
		c.mu.canceled = true
		c.mu.cancel()
	}
}

// drain ends the connection as soon as it is idle.
func (c *conn) drain() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mu.draining = true
	if c.mu.idle {
		c.bound(time.Unix(1, 0))
	}
}

// terminate ends the connection now, and its statement with the same words.
func (c *conn) terminate() {
	c.drain()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mu.cancel != nil {
		c.mu.cancel()
	}
}

// kill ends the connection and its statement.
func (c *conn) kill() {
	c.cancelStatement()
	c.net.Close()
}

func (c *conn) handle(msg pgproto3.FrontendMessage) error {
	c.between = false
	switch m := msg.(type) {
	case *pgproto3.Query:
		return c.handleQuery(m)
	case *pgproto3.Parse:
		return c.handleParse(m)
	case *pgproto3.Bind:
		return c.handleBind(m)
	case *pgproto3.Describe:
		return c.handleDescribe(m)
	case *pgproto3.Execute:
		return c.handleExecute(m)
	case *pgproto3.Close:
		return c.handleClose(m)
	case *pgproto3.Flush:
		return nil // run flushes before it reads
	case *pgproto3.Sync:
		return c.handleSync()
	case *pgproto3.FunctionCall:
		return sqlerr.New(sqlerr.FeatureNotSupported, "function call messages are not supported").
			WithHint("Use SELECT with the function's name.")
	case *pgproto3.CopyData, *pgproto3.CopyDone, *pgproto3.CopyFail:
		return nil // left over from a COPY that failed
	}
	return sqlerr.New(sqlerr.ProtocolViolation, "unexpected message type %T", msg)
}

// ready says that the connection waits for the next statement.
func (c *conn) ready() {
	c.sendParameters()
	c.notify()
	c.between = true
	c.send(&pgproto3.ReadyForQuery{TxStatus: c.session.TxStatus()})
}

// sendParameters reports settings that changed.
func (c *conn) sendParameters() {
	for _, p := range c.session.ChangedParameters() {
		c.send(&pgproto3.ParameterStatus{Name: p.Name, Value: p.Value})
	}
}
