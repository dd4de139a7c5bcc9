package wire

import (
	"context"
	"errors"
	"io"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/engine"
	"github.com/inlaydb/inlay/wire/encode"
)

// handleQuery runs the statements of a simple query. Several are one implicit
// transaction: an error undoes all of them.
func (c *conn) handleQuery(m *pgproto3.Query) error {
	delete(c.statements, "")
	c.dropPortal("")
	stmts, err := c.session.Parse(m.String)
	if err != nil {
		return err
	}
	if len(stmts) == 0 {
		c.send(&pgproto3.EmptyQueryResponse{})
		c.ready()
		return nil
	}
	c.session.SetImplicitBlock(len(stmts) > 1)
	for i, st := range stmts {
		if err := c.simpleStatement(st, i == len(stmts)-1, len(stmts) == 1); err != nil {
			return err
		}
	}
	c.ready()
	return nil
}

// simpleStatement runs one statement of a query: the last, the only one.
func (c *conn) simpleStatement(st engine.Statement, last, only bool) error {
	ctx, end := c.begin()
	defer end()
	c.watch()
	prepared, err := c.session.Prepare(ctx, st, nil)
	if err != nil {
		return c.why(err)
	}
	if len(prepared.Params()) > 0 {
		return sqlerr.New(sqlerr.UndefinedParameter, "there is no parameter $1")
	}
	p, err := c.session.Bind(ctx, prepared, nil)
	if err != nil {
		return c.why(err)
	}
	w := &portal{engine: p, announce: true}
	defer w.close()
	tag, _, err := c.execute(ctx, w, 0)
	if err != nil {
		return c.why(err)
	}
	switch {
	case only && p.MayRunAgain():
		if err := p.Commit(ctx); err != nil {
			return c.why(err)
		}
		tag = p.Tag(0)
	case last:
		if err := c.session.Sync(ctx); err != nil {
			return c.why(err)
		}
	}
	c.sendParameters()
	if tag == "" {
		c.send(&pgproto3.EmptyQueryResponse{})
		return nil
	}
	c.send(&pgproto3.CommandComplete{CommandTag: []byte(tag)})
	return nil
}

// why tells a cancelled statement from one that failed by itself.
func (c *conn) why(err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !errors.Is(err, context.Canceled) {
		return err
	}
	if c.mu.gone {
		return &ioError{err}
	}
	if c.mu.draining && !c.mu.canceled {
		return errShutdown()
	}
	return sqlerr.New(sqlerr.QueryCanceled, "canceling statement due to user request")
}

// portal is a portal and what of its rows has not been sent yet.
type portal struct {
	engine  *engine.Portal
	formats []int16
	started bool
	// announce asks for a RowDescription before the rows, as a simple query
	// has it. It comes after Start, so that what planning finds wrong is
	// reported without one.
	announce bool
	rest     []byte  // encoded rows that a row limit held back
	ends     []int32 // where each ends in rest
	base     int32   // offset of rest's start in the chunk that ends counts from
}

func (p *portal) close() { p.engine.Close() }

// execute sends up to limit rows (0: all). It gives the command tag, or says
// that the portal is suspended.
func (c *conn) execute(ctx context.Context, p *portal, limit int64) (tag string, suspended bool, err error) {
	if !p.started {
		p.started = true
		if err := p.engine.Start(ctx, encode.Factory(p.engine.Fields(), p.formats, c.session.Style)); err != nil {
			return "", false, err
		}
		if fields := p.engine.Fields(); p.announce && fields != nil {
			c.send(rowDescription(fields, nil))
		}
		if info := p.engine.Copy(); info != nil {
			rows := int64(0)
			if info.In {
				err = c.copyIn(ctx, p.engine, info)
			} else {
				rows, err = c.copyOut(ctx, p.engine, info)
			}
			return p.engine.Tag(rows), false, err
		}
	}
	sent := int64(0)
	for {
		if len(p.ends) == 0 {
			chunk, err := p.engine.Next(ctx)
			if err == io.EOF {
				return p.engine.Tag(sent), false, nil
			}
			if err != nil {
				return "", false, err
			}
			p.rest, p.ends, p.base = chunk.Bytes, chunk.Ends, 0
			if len(p.ends) == 0 {
				continue
			}
		}
		n := int64(len(p.ends))
		if limit > 0 {
			n = min(n, limit-sent)
		}
		cut := p.ends[n-1] - p.base
		if err := c.raw(p.rest[:cut]); err != nil {
			return "", false, &ioError{err}
		}
		p.rest, p.ends, p.base = p.rest[cut:], p.ends[n:], p.ends[n-1]
		sent += n
		if limit > 0 && sent == limit {
			return "", true, nil
		}
	}
}

func rowDescription(fields []engine.Field, formats []int16) *pgproto3.RowDescription {
	d := &pgproto3.RowDescription{Fields: make([]pgproto3.FieldDescription, len(fields))}
	for i, f := range fields {
		d.Fields[i] = pgproto3.FieldDescription{
			Name: []byte(f.Name), TableOID: uint32(f.Table), TableAttributeNumber: uint16(f.Attnum),
			DataTypeOID: uint32(f.Type.OID), DataTypeSize: f.Size, TypeModifier: f.Type.Typmod, Format: encode.FormatOf(formats, i),
		}
	}
	return d
}
