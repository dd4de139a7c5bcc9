package wire

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/inlaydb/inlay/engine"
)

// Config says how a server listens.
type Config struct {
	Engine *engine.Engine
	Log    *slog.Logger
	TLS    *tls.Config // nil: SSLRequest is answered with N
	// Auth verifies passwords; nil trusts everybody.
	Auth           *Authenticator
	MaxConnections int // 0: 500
}

// Server serves connections of one engine.
type Server struct {
	cfg Config
	wg  sync.WaitGroup
	mu  struct {
		sync.Mutex
		conns   map[int32]*conn
		nextPID int32
		closing bool
	}
}

// NewServer makes a server; Serve starts it.
func NewServer(cfg Config) *Server {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.MaxConnections == 0 {
		cfg.MaxConnections = 500
	}
	s := &Server{cfg: cfg}
	s.mu.conns = map[int32]*conn{}
	return s
}

// Serve accepts connections until ctx ends or the listener fails. Then it
// takes no new ones; Shutdown ends those that are open.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	delay := 5 * time.Millisecond
	for {
		nc, err := l.Accept()
		if err != nil {
			if ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
				return nil
			}
			var ne net.Error
			if errors.As(err, &ne) && delay < time.Second { // out of file descriptors, say: wait for some to close
				s.cfg.Log.Warn("accept failed", "error", err)
				select {
				case <-time.After(delay):
				case <-ctx.Done():
				}
				delay *= 2
				continue
			}
			return fmt.Errorf("accept: %w", err)
		}
		delay = 5 * time.Millisecond
		s.wg.Go(func() { s.handle(nc) })
	}
}

// goodbye is how long connections that Shutdown terminates may take to tell
// their clients.
const goodbye = time.Second

// Shutdown lets running statements finish until ctx ends, then terminates
// them, and returns when all connections are closed.
func (s *Server) Shutdown(ctx context.Context) {
	s.mu.Lock()
	s.mu.closing = true
	for _, c := range s.mu.conns {
		c.drain()
	}
	s.mu.Unlock()
	done := make(chan struct{})
	go func() { s.wg.Wait(); close(done) }()
	select {
	case <-done:
		return
	case <-ctx.Done():
	}
	s.each((*conn).terminate)
	select {
	case <-done:
		return
	case <-time.After(goodbye):
	}
	s.each((*conn).kill)
	<-done
}

// each calls f with every connection.
func (s *Server) each(f func(*conn)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.mu.conns {
		f(c)
	}
}

func (s *Server) handle(nc net.Conn) {
	c := newConn(s, nc)
	defer c.close()
	defer func() {
		if v := recover(); v != nil {
			s.cfg.Log.Error("connection failed", "panic", v, "stack", stack())
		}
	}()
	c.serve()
}

// register gives a connection its pid and secret, or says that there are too many.
func (s *Server) register(c *conn) error {
	var secret [4]byte
	if _, err := rand.Read(secret[:]); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mu.closing {
		return errShutdown()
	}
	if len(s.mu.conns) >= s.cfg.MaxConnections {
		return errTooMany()
	}
	for {
		s.mu.nextPID = s.mu.nextPID&0x3fffffff + 1
		if _, taken := s.mu.conns[s.mu.nextPID]; !taken {
			break
		}
	}
	c.pid, c.secret = s.mu.nextPID, binary.BigEndian.Uint32(secret[:])
	s.mu.conns[c.pid] = c
	return nil
}

func (s *Server) forget(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mu.conns[c.pid] == c {
		delete(s.mu.conns, c.pid)
	}
}

// cancel ends the statement of a connection whose pid and secret are given.
func (s *Server) cancel(pid int32, secret uint32) {
	s.mu.Lock()
	c := s.mu.conns[pid]
	s.mu.Unlock()
	if c != nil && c.secret == secret {
		c.cancelStatement()
	}
}
