package sqllogictest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
)

// Failures that are not the server's answer have these in place of a SQLSTATE.
const (
	stateLost    = "DLOST" // connection lost
	stateTimeout = "DTIME" // no answer in time
	stateCopy    = "DCOPY" // a record cannot carry COPY data
)

type cell struct {
	text string
	null bool
}

// outcome is what a server answered to one record. As in libpq, the last
// statement's result counts and an error discards it.
type outcome struct {
	err    string // message, "" for success
	state  string // SQLSTATE, or one of the states above
	detail string
	hint   string
	at     int32 // error position in characters, from 1; 0 if none

	result
}

// result is what one statement gave.
type result struct {
	hasRows bool
	rows    [][]cell
	oids    []uint32
	names   []string
	count   int64 // rows in the command tag, -1 if it has none
}

func (o *outcome) failed() bool { return o.state != "" }
func (o *outcome) lost() bool   { return o.state == stateLost || o.state == stateTimeout }

// session is one connection that is opened again when it was lost. It speaks
// pgproto3 itself rather than through pgconn's readers, because verdicts need
// what those hide: which result came last, COPY requests, FATAL against ERROR.
type session struct {
	config *pgconn.Config
	init   []string
	wait   time.Duration // how long to try to connect

	conn *pgconn.HijackedConn
}

func openSession(ctx context.Context, config *pgconn.Config, init []string, wait time.Duration) (*session, error) {
	s := &session{config: config, init: init, wait: wait}
	return s, s.open(ctx)
}

const reconnectPause = 200 * time.Millisecond

func (s *session) open(ctx context.Context) error {
	end := time.Now().Add(s.wait)
	for {
		err := s.connect(ctx)
		if err == nil {
			break
		}
		if ctx.Err() != nil || time.Now().After(end) {
			return fmt.Errorf("cannot connect: %w", err)
		}
		select {
		case <-time.After(reconnectPause):
		case <-ctx.Done():
		}
	}
	for _, sql := range s.init {
		if o := s.run(ctx, sql, false, 10*time.Second); o.failed() {
			s.close()
			return fmt.Errorf("%s: %s", sql, o.err)
		}
	}
	return nil
}

func (s *session) connect(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	pg, err := pgconn.ConnectConfig(ctx, s.config)
	if err != nil {
		return err
	}
	s.conn, err = pg.Hijack()
	return err
}

func (s *session) close() {
	if s.conn == nil {
		return
	}
	_ = s.conn.Conn.SetDeadline(time.Now().Add(time.Second))
	s.conn.Frontend.Send(&pgproto3.Terminate{})
	_ = s.conn.Frontend.Flush() // the connection may be dead already
	_ = s.conn.Conn.Close()
	s.conn = nil
}

// run sends sql and reads the answer up to ReadyForQuery. The connection is
// closed if it is lost, out of time or in COPY mode; the next run opens it.
func (s *session) run(ctx context.Context, sql string, extended bool, timeout time.Duration) *outcome {
	if s.conn == nil {
		if err := s.open(ctx); err != nil {
			return &outcome{state: stateLost, err: err.Error()}
		}
	}
	conn := s.conn.Conn
	_ = conn.SetDeadline(time.Now().Add(timeout))
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()

	f := s.conn.Frontend
	if extended {
		f.SendParse(&pgproto3.Parse{Query: sql})
		f.SendBind(&pgproto3.Bind{})
		f.SendDescribe(&pgproto3.Describe{ObjectType: 'P'})
		f.SendExecute(&pgproto3.Execute{})
		f.SendSync(&pgproto3.Sync{})
	} else {
		f.SendQuery(&pgproto3.Query{String: sql})
	}
	o := &outcome{result: result{count: -1}}
	err := f.Flush()
	if err == nil {
		err = s.receive(o)
	}
	if err == nil {
		return o
	}
	var ne net.Error
	switch {
	case o.state == stateCopy:
	case ctx.Err() != nil:
		o.state, o.err = stateLost, ctx.Err().Error()
		s.cancel()
	case errors.As(err, &ne) && ne.Timeout():
		o.state, o.err = stateTimeout, fmt.Sprintf("no answer after %v", timeout)
		s.cancel()
	default:
		msg := "connection lost"
		if o.err != "" {
			msg += ": " + o.err
		} else {
			msg += ": " + err.Error()
		}
		o.state, o.err = stateLost, msg
	}
	_ = conn.Close()
	s.conn = nil
	return o
}

var errCopy = errors.New("COPY in a record")

func (s *session) receive(o *outcome) error {
	var cur result
	for {
		msg, err := s.conn.Frontend.Receive()
		if err != nil {
			return err
		}
		switch m := msg.(type) {
		case *pgproto3.RowDescription:
			cur.hasRows = true
			cur.oids, cur.names = make([]uint32, len(m.Fields)), make([]string, len(m.Fields))
			for i := range m.Fields {
				cur.oids[i], cur.names[i] = m.Fields[i].DataTypeOID, string(m.Fields[i].Name)
			}
		case *pgproto3.DataRow:
			row := make([]cell, len(m.Values))
			for i, v := range m.Values {
				row[i] = cell{string(v), v == nil}
			}
			cur.rows = append(cur.rows, row)
		case *pgproto3.CommandComplete:
			cur.count = tagCount(string(m.CommandTag))
			o.result, cur = cur, result{}
		case *pgproto3.ErrorResponse:
			o.err, o.state, o.detail, o.hint, o.at = m.Message, m.Code, m.Detail, m.Hint, m.Position
			if m.Severity == "FATAL" || m.Severity == "PANIC" {
				return errors.New(m.Message)
			}
		case *pgproto3.CopyInResponse, *pgproto3.CopyOutResponse, *pgproto3.CopyBothResponse:
			o.state, o.err = stateCopy, "COPY is not possible in a record"
			return errCopy
		case *pgproto3.ReadyForQuery:
			return nil
		}
	}
}

// tagCount is the number that ends a command tag, or -1.
func tagCount(tag string) int64 {
	n, err := strconv.ParseInt(tag[strings.LastIndexByte(tag, ' ')+1:], 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// cancel asks the server to end the statement whose connection is given up.
func (s *session) cancel() {
	pg, err := pgconn.Construct(s.conn)
	if err != nil {
		return
	}
	ctx, done := context.WithTimeout(context.Background(), 2*time.Second)
	defer done()
	_ = pg.CancelRequest(ctx) // best effort: the connection is closed next
}
