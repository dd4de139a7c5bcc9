package wire

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/engine"
)

// copyFormats is the format of a COPY, overall and by column.
func copyFormats(c *engine.Copy) (byte, []uint16) {
	codes := make([]uint16, c.Columns)
	if !c.Binary {
		return 0, codes
	}
	for i := range codes {
		codes[i] = 1
	}
	return 1, codes
}

// copyOut sends the rows of a COPY TO STDOUT, a message a row. The head of
// text and CSV is a row; that of the binary format comes with the first, where
// drivers look for it.
func (c *conn) copyOut(ctx context.Context, p *engine.Portal, info *engine.Copy) (rows int64, err error) {
	format, codes := copyFormats(info)
	c.send(&pgproto3.CopyOutResponse{OverallFormat: format, ColumnFormatCodes: codes})
	var buf []byte
	var head []byte
	if info.Binary {
		head = info.Head
	} else if info.Head != nil {
		buf = appendCopyData(buf, info.Head)
	}
	for {
		chunk, err := p.Next(ctx)
		if err == io.EOF {
			break
		}
		if err != nil {
			return 0, err
		}
		from := int32(0)
		for _, end := range chunk.Ends {
			buf = appendCopyData(buf, head, chunk.Bytes[from:end])
			from, head = end, nil
		}
		if err := c.raw(buf); err != nil {
			return 0, &ioError{err}
		}
		buf = buf[:0]
		rows += int64(len(chunk.Ends))
	}
	if info.Tail != nil {
		buf = appendCopyData(buf, head, info.Tail)
	}
	if err := c.raw(buf); err != nil {
		return 0, &ioError{err}
	}
	c.send(&pgproto3.CopyDone{})
	return rows, nil
}

// appendCopyData makes one message of parts.
func appendCopyData(dst []byte, parts ...[]byte) []byte {
	n := 4
	for _, p := range parts {
		n += len(p)
	}
	dst = binary.BigEndian.AppendUint32(append(dst, 'd'), uint32(n))
	for _, p := range parts {
		dst = append(dst, p...)
	}
	return dst
}

// copyIn asks the client for the data of a COPY FROM STDIN and runs it.
func (c *conn) copyIn(ctx context.Context, p *engine.Portal, info *engine.Copy) error {
	format, codes := copyFormats(info)
	c.send(&pgproto3.CopyInResponse{OverallFormat: format, ColumnFormatCodes: codes})
	if err := c.flush(); err != nil {
		return &ioError{err}
	}
	in := &copyReader{c: c}
	err := p.CopyIn(ctx, in.next)
	if fatal := (*ioError)(nil); errors.As(in.err, &fatal) {
		return in.err
	}
	if err == nil && !in.done {
		// The data said by itself that it ends; the client goes on to CopyDone.
		for err == nil {
			_, err = in.next(ctx)
		}
		if err == io.EOF {
			err = nil
		}
	}
	return err
}

// copyReader takes the data of a COPY from the client's messages.
type copyReader struct {
	c    *conn
	done bool  // CopyDone or CopyFail has come
	err  error // of the connection
}

// next gives the bytes of the next CopyData, lent until the next call, or
// io.EOF after CopyDone.
func (r *copyReader) next(ctx context.Context) ([]byte, error) {
	if r.done {
		return nil, io.EOF
	}
	for {
		msg, err := r.receive(ctx)
		if err != nil {
			return nil, err
		}
		switch m := msg.(type) {
		case *pgproto3.CopyData:
			if len(m.Data) > 0 {
				return m.Data, nil
			}
		case *pgproto3.CopyDone:
			r.done = true
			return nil, io.EOF
		case *pgproto3.CopyFail:
			r.done = true
			return nil, sqlerr.New(sqlerr.QueryCanceled, "COPY from stdin failed: %s", m.Message)
		case *pgproto3.Flush, *pgproto3.Sync: // said before the client knew that this is a COPY
		default:
			r.done = true
			return nil, sqlerr.New(sqlerr.ProtocolViolation, "unexpected message type %T during COPY from stdin", msg)
		}
	}
}

func (c *conn) readUntil(deadline time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bound(deadline)
}

// receive waits for a message, or until the statement is cancelled: then a
// deadline in the past wakes the reader, which takes its message up again later.
func (r *copyReader) receive(ctx context.Context) (pgproto3.FrontendMessage, error) {
	stop := context.AfterFunc(ctx, func() { r.c.readUntil(time.Unix(1, 0)) })
	if watching := r.c.unwatch(); watching != nil {
		<-watching // the watcher has its hand on the reader until a byte or an error comes
	}
	msg, err := r.c.backend.Receive()
	stop()
	r.c.readUntil(time.Time{})
	if err == nil {
		return msg, nil
	}
	if ne := net.Error(nil); ctx.Err() != nil && errors.As(err, &ne) && ne.Timeout() {
		return nil, ctx.Err()
	}
	r.err = &ioError{err}
	return nil, r.err
}
