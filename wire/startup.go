package wire

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/engine"
)

// startupTimeout bounds negotiation and authentication.
const startupTimeout = 60 * time.Second

// startup negotiates until the connection is ready for statements. It
// reports whether it is; what went wrong has been answered.
func (c *conn) startup() bool {
	c.net.SetDeadline(time.Now().Add(startupTimeout))
	c.frames = &frames{in: c.in}
	c.backend = pgproto3.NewBackend(c.frames, c.out)
	c.backend.SetMaxBodyLen(maxMessage)
	msg, err := c.negotiate()
	if err != nil {
		if se := (*sqlerr.Error)(nil); errors.As(err, &se) {
			c.sendError(se.WithSeverity(sqlerr.SeverityFatal))
			c.flush() // the connection ends anyway
		}
		return false
	}
	if msg == nil {
		return false // a CancelRequest
	}
	if err := c.open(msg); err != nil {
		e := engine.ErrorOf(err)
		e.Severity = sqlerr.SeverityFatal
		c.sendError(e)
		c.flush() // the connection ends anyway
		return false
	}
	c.net.SetDeadline(time.Time{})
	return true
}

// negotiate answers SSLRequest and GSSENCRequest and gives the startup
// message, or nil for a CancelRequest, which it carries out.
func (c *conn) negotiate() (*pgproto3.StartupMessage, error) {
	for range 4 {
		if err := c.checkStartup(); err != nil {
			return nil, err
		}
		m, err := c.backend.ReceiveStartupMessage()
		if err != nil {
			return nil, c.refuseStartup(err)
		}
		switch m := m.(type) {
		case *pgproto3.SSLRequest:
			if c.srv.cfg.TLS == nil {
				if _, err := c.net.Write([]byte{'N'}); err != nil {
					return nil, err
				}
				continue
			}
			if c.in.Buffered() > 0 { // text before the handshake could be an attacker's
				return nil, sqlerr.New(sqlerr.ProtocolViolation, "received unencrypted data after SSL request")
			}
			if _, err := c.net.Write([]byte{'S'}); err != nil {
				return nil, err
			}
			t := tls.Server(c.net, c.srv.cfg.TLS)
			if err := t.Handshake(); err != nil {
				c.srv.cfg.Log.Info("TLS handshake failed", "error", err)
				return nil, err
			}
			c.net = t
			c.in.Reset(t)
			c.out.Reset(t)
			c.frames = &frames{in: c.in}
			c.backend = pgproto3.NewBackend(c.frames, c.out)
			c.backend.SetMaxBodyLen(maxMessage)
		case *pgproto3.GSSEncRequest:
			if _, err := c.net.Write([]byte{'N'}); err != nil {
				return nil, err
			}
		case *pgproto3.CancelRequest:
			var secret uint32
			if len(m.SecretKey) == 4 {
				secret = binary.BigEndian.Uint32(m.SecretKey)
			}
			c.srv.cancel(int32(m.ProcessID), secret)
			return nil, nil
		case *pgproto3.StartupMessage:
			c.frames.started = true
			return m, nil
		}
	}
	return nil, sqlerr.New(sqlerr.ProtocolViolation, "too many negotiation requests")
}

// checkStartup looks at the length of the first message before the library
// allocates it, and at the version, which the library refuses with words of
// its own.
func (c *conn) checkStartup() error {
	head, err := c.in.Peek(4)
	if err != nil {
		return err
	}
	if n := binary.BigEndian.Uint32(head); n < 8 || n > 10000 {
		return sqlerr.New(sqlerr.ProtocolViolation, "invalid length of startup packet")
	}
	if head, err = c.in.Peek(8); err != nil {
		return err
	}
	major, minor := binary.BigEndian.Uint16(head[4:]), binary.BigEndian.Uint16(head[6:])
	if major != 3 && major != requestCodes {
		return sqlerr.New(sqlerr.FeatureNotSupported, "unsupported frontend protocol %d.%d: server supports 3.0 to 3.0", major, minor)
	}
	if major == 3 && minor != 0 {
		// The library knows 3.0 and 3.2 by name; the message has one layout in
		// all of 3, and whoever asks for more is told of 3.0 (open).
		binary.BigEndian.PutUint16(head[6:], 2)
	}
	return nil
}

// requestCodes is the major version under which SSLRequest, GSSENCRequest and
// CancelRequest come.
const requestCodes = 1234

// refuseStartup gives Postgres's answer to a startup message that makes no
// sense; a connection that merely broke gets none.
func (c *conn) refuseStartup(err error) error {
	if ne := net.Error(nil); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &ne) {
		return err
	}
	return sqlerr.New(sqlerr.ProtocolViolation, "invalid startup packet: %v", err)
}

// open authenticates, makes the session and greets the client.
func (c *conn) open(m *pgproto3.StartupMessage) error {
	minor := m.ProtocolVersion & 0xffff
	var unknown []string
	settings := map[string]string{}
	user, database := "", ""
	for k, v := range m.Parameters {
		switch {
		case k == "user":
			user = v
		case k == "database":
			database = v
		case k == "replication":
			if v != "false" && v != "off" && v != "0" && v != "no" {
				return sqlerr.New(sqlerr.FeatureNotSupported, "replication connections are not supported")
			}
		case len(k) > 5 && k[:5] == "_pq_.":
			unknown = append(unknown, k)
		default:
			settings[k] = v
		}
	}
	if user == "" {
		return sqlerr.New(sqlerr.InvalidAuthorizationSpecification, "no PostgreSQL user name specified in startup packet")
	}
	if database == "" {
		database = user
	}
	if minor > 0 || len(unknown) > 0 {
		c.send(&pgproto3.NegotiateProtocolVersion{NewestMinorProtocol: 3 << 16, UnrecognizedOptions: unknown})
	}
	if err := c.authenticate(user); err != nil {
		return err
	}
	if err := c.srv.register(c); err != nil {
		return err
	}
	session, err := c.srv.cfg.Engine.NewSession(context.Background(), engine.SessionOptions{
		User: user, Database: database, Settings: settings, PID: c.pid, RemoteAddr: c.net.RemoteAddr().String(),
		Notice: c.sendNotice, Cancel: func(pid int32) bool { return c.srv.cancelPID(pid) }, Terminate: func(pid int32) bool { return c.srv.terminate(pid) }, Wake: c.wake,
	})
	if err != nil {
		return err
	}
	c.session = session
	c.send(&pgproto3.AuthenticationOk{})
	for _, p := range session.Parameters() {
		c.send(&pgproto3.ParameterStatus{Name: p.Name, Value: p.Value})
	}
	var secret [4]byte
	binary.BigEndian.PutUint32(secret[:], c.secret)
	c.send(&pgproto3.BackendKeyData{ProcessID: uint32(c.pid), SecretKey: secret[:]})
	return nil
}

// cancelPID and terminate are pg_cancel_backend and pg_terminate_backend.
func (s *Server) cancelPID(pid int32) bool {
	s.mu.Lock()
	c := s.mu.conns[pid]
	s.mu.Unlock()
	if c == nil {
		return false
	}
	c.cancelStatement()
	return true
}

func (s *Server) terminate(pid int32) bool {
	s.mu.Lock()
	c := s.mu.conns[pid]
	s.mu.Unlock()
	if c == nil {
		return false
	}
	c.terminate()
	return true
}
