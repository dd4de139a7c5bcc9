package engine

import (
	"context"
	"io"
	"math"
	"time"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/result"
	"github.com/inlaydb/inlay/planner/ast"
)

// cursor is a DECLAREd cursor: a portal whose rows come as batches.
type cursor struct {
	portal *Portal
	scroll bool
	hold   bool
	kept   []*batch.Batch // read from the portal; without scroll only the last
	first  int64          // row number of kept's first row, from 1
	read   int64          // rows read from the portal
	pos    int64          // the row the cursor is on; 0 before the first
	over   bool           // the portal has no more
	text   string
	made   time.Time
}

// Fields are the cursor's columns.
func (c *cursor) Fields() []Field { return c.portal.Fields() }

// Close ends the cursor's run.
func (c *cursor) Close() { c.portal.Close() }

// Cursor finds a DECLAREd cursor's columns: to the protocol it is a portal.
func (s *Session) Cursor(name string) ([]Field, bool) {
	c, ok := s.cursors[name]
	if !ok {
		return nil, false
	}
	return c.Fields(), true
}

// CloseCursor is CLOSE, without complaint where there is no such cursor.
func (s *Session) CloseCursor(name string) {
	if c, ok := s.cursors[name]; ok {
		c.Close()
		delete(s.cursors, name)
	}
}

// cursorQuery is the query of a DECLARE, with the DECLARE's parameters.
func cursorQuery(p *Prepared, a *ast.DeclareCursor) *Prepared {
	given := p.given
	if len(p.params) > 0 {
		given = p.params
	}
	return &Prepared{stmt: Statement{Text: p.stmt.Text, AST: a.Query}, given: given}
}

// declare is DECLARE.
func (s *Session) declare(ctx context.Context, p *Portal, a *ast.DeclareCursor) error {
	if !a.Hold && !s.tx.block {
		return noBlock("DECLARE CURSOR")
	}
	if _, ok := s.cursors[a.Name.Name]; ok {
		return sqlerr.New(sqlerr.DuplicateCursor, "cursor %s already exists", sqlerr.Quote(a.Name.Name))
	}
	prep := cursorQuery(p.prepared, a)
	if err := s.bind(ctx, prep); err != nil {
		return err
	}
	inner, err := s.Bind(ctx, prep, p.args)
	if err != nil {
		return err
	}
	c := &cursor{portal: inner, scroll: a.Scroll || !a.NoScroll && !a.Hold, hold: a.Hold, first: 1, text: p.prepared.stmt.Text, made: time.Now()}
	if err := inner.Start(ctx, func() (Encoder, error) { return &result.Keeper{}, nil }); err != nil {
		return err
	}
	if a.Hold { // outlives its transaction's view: read it all now
		c.scroll = true
		if err := c.fill(ctx, math.MaxInt64); err != nil {
			c.Close()
			return err
		}
	}
	s.cursors[a.Name.Name] = c
	return nil
}

// fill reads from the portal until row n is there or there are no more.
func (c *cursor) fill(ctx context.Context, n int64) error {
	for !c.over && c.read < n {
		chunk, err := c.portal.Next(ctx)
		if err == io.EOF {
			c.over = true
			return nil
		}
		if err != nil {
			return err
		}
		for _, b := range chunk.Batches {
			c.kept = append(c.kept, b)
			c.read += int64(b.Len)
		}
		if !c.scroll {
			c.forget()
		}
	}
	return nil
}

// forget drops batches that lie wholly before the current row.
func (c *cursor) forget() {
	for len(c.kept) > 0 && c.first+int64(c.kept[0].Len) <= c.pos {
		c.first += int64(c.kept[0].Len)
		c.kept = c.kept[1:]
	}
}

// row finds a row that was read; nil if it is not there.
func (c *cursor) row(n int64) (*batch.Batch, int32) {
	at := c.first
	for _, b := range c.kept {
		if n >= at && n < at+int64(b.Len) {
			return b, int32(n - at)
		}
		at += int64(b.Len)
	}
	return nil, 0
}

// fetch is FETCH and MOVE.
func (s *Session) fetch(ctx context.Context, p *Portal, a *ast.Fetch) error {
	c, ok := s.cursors[a.Cursor.Name]
	if !ok {
		return noCursor(a.Cursor.Name)
	}
	if !c.scroll && (a.Direction != ast.FetchForward || a.Count < 0) {
		return sqlerr.New(sqlerr.ObjectNotInPrerequisiteState, "cursor can only scan forward").
			WithHint("Declare it with SCROLL option to enable backward scan.")
	}
	rows, err := c.walk(ctx, a)
	if err != nil {
		return err
	}
	verb := "FETCH "
	if a.Move {
		verb = "MOVE "
	}
	p.tag = verb + itoa(int64(len(rows)))
	if a.Move {
		return nil
	}
	enc, err := p.newEncoder()
	if err != nil {
		return err
	}
	chunk := &Chunk{}
	for _, n := range rows {
		b, i := c.row(n)
		one := b.WithSelection([]int32{i})
		if chunk.Bytes, chunk.Ends, err = enc.Append(chunk.Bytes, chunk.Ends, one); err != nil {
			return err
		}
	}
	p.ready = append(p.ready, chunk)
	return nil
}

// walk moves the cursor and gives the numbers of the rows it passed.
func (c *cursor) walk(ctx context.Context, a *ast.Fetch) ([]int64, error) {
	switch a.Direction {
	case ast.FetchAbsolute, ast.FetchRelative:
		target := a.Count
		if a.Direction == ast.FetchRelative {
			target += c.pos
		} else if target < 0 {
			if err := c.fill(ctx, math.MaxInt64); err != nil {
				return nil, err
			}
			target += c.read + 1
		}
		if err := c.fill(ctx, target); err != nil {
			return nil, err
		}
		c.pos = min(max(target, 0), c.read+1)
		if target < 1 || target > c.read {
			return nil, nil
		}
		return []int64{target}, nil
	}
	n := a.Count
	if a.All {
		n = math.MaxInt64 >> 1
	}
	back := a.Direction == ast.FetchBackward
	if n < 0 {
		n, back = -n, !back
	}
	if n == 0 { // FETCH 0 gives the current row again
		if c.pos >= 1 && c.pos <= c.read {
			return []int64{c.pos}, nil
		}
		return nil, nil
	}
	var out []int64
	for ; n > 0; n-- {
		next := c.pos + 1
		if back {
			next = c.pos - 1
		}
		if err := c.fill(ctx, next); err != nil {
			return nil, err
		}
		c.pos = min(max(next, 0), c.read+1)
		if c.pos < 1 || c.pos > c.read {
			break
		}
		out = append(out, c.pos)
	}
	return out, nil
}
