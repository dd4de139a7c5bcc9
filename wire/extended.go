package wire

import (
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine"
	"github.com/inlaydb/inlay/wire/decode"
)

func (c *conn) handleParse(m *pgproto3.Parse) error {
	if m.Name == "" {
		delete(c.statements, "")
	} else if _, ok := c.statements[m.Name]; ok {
		return sqlerr.New(sqlerr.DuplicatePreparedStatement, "prepared statement %s already exists", sqlerr.Quote(m.Name))
	}
	stmts, err := c.session.Parse(m.Query)
	if err != nil {
		return err
	}
	var st engine.Statement
	switch len(stmts) {
	case 0:
		st = engine.EmptyStatement(m.Query)
	case 1:
		st = stmts[0]
	default:
		return sqlerr.New(sqlerr.SyntaxError, "cannot insert multiple commands into a prepared statement")
	}
	oids := make([]types.OID, len(m.ParameterOIDs))
	for i, o := range m.ParameterOIDs {
		oids[i] = types.OID(o)
	}
	ctx, end := c.begin()
	defer end()
	p, err := c.session.Prepare(ctx, st, oids)
	if err != nil {
		return c.why(err)
	}
	c.statements[m.Name] = p
	c.session.NotePrepared(m.Name, p)
	c.send(&pgproto3.ParseComplete{})
	return nil
}

func (c *conn) statement(name string) (*engine.Prepared, error) {
	if p, ok := c.statements[name]; ok {
		return p, nil
	}
	if p, ok := c.session.Prepared(name); ok { // made by PREPARE
		return p, nil
	}
	if name == "" {
		return nil, sqlerr.New(sqlerr.InvalidSQLStatementName, "unnamed prepared statement does not exist")
	}
	return nil, sqlerr.New(sqlerr.InvalidSQLStatementName, "prepared statement %s does not exist", sqlerr.Quote(name))
}

func (c *conn) handleBind(m *pgproto3.Bind) error {
	st, err := c.statement(m.PreparedStatement)
	if err != nil {
		return err
	}
	if m.DestinationPortal != "" {
		if _, ok := c.portals[m.DestinationPortal]; ok {
			return sqlerr.New(sqlerr.DuplicateCursor, "cursor %s already exists", sqlerr.Quote(m.DestinationPortal))
		}
	}
	args, err := decode.Parameters(m, st.Params(), c.session.Style())
	if err != nil {
		return err
	}
	ctx, end := c.begin()
	defer end()
	p, err := c.session.Bind(ctx, st, args)
	if err != nil {
		return c.why(err)
	}
	formats := append([]int16(nil), m.ResultFormatCodes...)
	if n := len(p.Fields()); len(formats) > 1 && len(formats) != n {
		p.Close()
		return sqlerr.New(sqlerr.ProtocolViolation, "bind message has %d result formats but query has %d columns", len(formats), n)
	}
	for _, f := range formats {
		if f != 0 && f != 1 {
			p.Close()
			return sqlerr.New(sqlerr.InvalidParameterValue, "unsupported format code: %d", f)
		}
	}
	c.dropPortal(m.DestinationPortal)
	c.portals[m.DestinationPortal] = &portal{engine: p, formats: formats}
	c.send(&pgproto3.BindComplete{})
	return nil
}

func (c *conn) handleDescribe(m *pgproto3.Describe) error {
	if m.ObjectType == 'S' {
		st, err := c.statement(m.Name)
		if err != nil {
			return err
		}
		oids := make([]uint32, len(st.Params()))
		for i, t := range st.Params() {
			oids[i] = uint32(t.OID)
		}
		c.send(&pgproto3.ParameterDescription{ParameterOIDs: oids})
		c.describe(st.Fields(), nil)
		return nil
	}
	if fields, ok := c.session.Cursor(m.Name); ok { // made by DECLARE
		c.describe(fields, nil)
		return nil
	}
	p, err := c.portal(m.Name)
	if err != nil {
		return err
	}
	c.describe(p.engine.Fields(), p.formats)
	return nil
}

func (c *conn) describe(fields []engine.Field, formats []int16) {
	if fields == nil {
		c.send(&pgproto3.NoData{})
		return
	}
	c.send(rowDescription(fields, formats))
}

func (c *conn) portal(name string) (*portal, error) {
	p, ok := c.portals[name]
	if !ok {
		return nil, sqlerr.New(sqlerr.InvalidCursorName, "portal %s does not exist", sqlerr.Quote(name))
	}
	return p, nil
}

func (c *conn) handleExecute(m *pgproto3.Execute) error {
	p, err := c.portal(m.Portal)
	if err != nil {
		return err
	}
	ctx, end := c.begin()
	defer end()
	c.watch()
	tag, suspended, err := c.execute(ctx, p, int64(m.MaxRows))
	c.executed++
	if err == nil && c.executed == 1 && p.engine.MayRunAgain() && c.syncFollows() {
		err = p.engine.Commit(ctx) // now, since the tag may change by it; Sync finds nothing left to do
		tag = p.engine.Tag(0)
	}
	switch {
	case err != nil:
		return c.why(err)
	case suspended:
		c.send(&pgproto3.PortalSuspended{})
	case tag == "":
		c.send(&pgproto3.EmptyQueryResponse{})
	default:
		c.send(&pgproto3.CommandComplete{CommandTag: []byte(tag)})
	}
	return nil
}

func (c *conn) handleClose(m *pgproto3.Close) error {
	if m.ObjectType == 'S' {
		delete(c.statements, m.Name)
		c.session.ForgetPrepared(m.Name)
	} else {
		c.dropPortal(m.Name)
		c.session.CloseCursor(m.Name)
	}
	c.send(&pgproto3.CloseComplete{})
	return nil
}

// handleSync ends an implicit transaction.
func (c *conn) handleSync() error {
	ctx, end := c.begin()
	defer end()
	if !c.session.InBlock() {
		c.closePortals()
	}
	c.executed = 0
	if err := c.session.Sync(ctx); err != nil {
		return c.why(err)
	}
	c.ready()
	return nil
}

func (c *conn) dropPortal(name string) {
	if p, ok := c.portals[name]; ok {
		p.close()
		delete(c.portals, name)
	}
}

func (c *conn) closePortals() {
	for name := range c.portals {
		c.dropPortal(name)
	}
}
