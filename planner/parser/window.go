package parser

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

// windowClause parses WINDOW name AS (…), ….
func (p *parser) windowClause() []*ast.WindowDef {
	p.expect(kwWindow)
	var defs []*ast.WindowDef
	for {
		pos := p.pos()
		name := p.colID()
		p.expect(kwAs)
		w := p.windowSpec()
		w.Name = name
		w.Range = p.since(pos)
		defs = append(defs, w)
		if !p.accept(',') {
			return defs
		}
	}
}

// windowSpec parses ([base] [PARTITION BY …] [ORDER BY …] [frame]).
func (p *parser) windowSpec() *ast.WindowDef {
	pos := p.pos()
	p.expect('(')
	w := &ast.WindowDef{}
	switch k := p.kind(); k {
	case kwPartition, kwRange, kwRows, kwGroups:
		// These are the clauses, though a window might have such a name.
	default:
		if isColID(k) {
			w.Base = p.colID()
		}
	}
	if p.at2(kwPartition, kwBy) {
		p.advance()
		p.advance()
		w.PartitionBy = p.exprList()
	} else if p.at(kwPartition) {
		p.failAt(p.i + 1)
	}
	if p.at(kwOrder) {
		w.OrderBy = p.orderBy()
	}
	switch p.kind() {
	case kwRange, kwRows, kwGroups:
		w.Frame = p.frame()
	}
	p.expect(')')
	w.Range = p.since(pos)
	return w
}

func (p *parser) frame() *ast.Frame {
	pos := p.pos()
	f := &ast.Frame{End: ast.BoundCurrentRow}
	switch p.kind() {
	case kwRows:
		f.Mode = ast.FrameRows
	case kwGroups:
		f.Mode = ast.FrameGroups
	}
	p.advance()
	bad := func(at int32, text string) {
		p.errorAt(at, sqlerr.WindowingError, "%s", text)
	}
	if p.accept(kwBetween) {
		f.Between = true
		startAt := p.pos()
		f.Start, f.StartOffset = p.frameBound()
		p.expect(kwAnd)
		endAt := p.pos()
		f.End, f.EndOffset = p.frameBound()
		switch {
		case f.Start == ast.BoundUnboundedFollowing:
			bad(startAt, "frame start cannot be UNBOUNDED FOLLOWING")
		case f.End == ast.BoundUnboundedPreceding:
			bad(endAt, "frame end cannot be UNBOUNDED PRECEDING")
		case f.Start == ast.BoundCurrentRow && f.End == ast.BoundPreceding:
			bad(endAt, "frame starting from current row cannot have preceding rows")
		case f.Start == ast.BoundFollowing && (f.End == ast.BoundPreceding || f.End == ast.BoundCurrentRow):
			bad(endAt, "frame starting from following row cannot have preceding rows")
		}
	} else {
		at := p.pos()
		f.Start, f.StartOffset = p.frameBound()
		switch f.Start {
		case ast.BoundUnboundedFollowing:
			bad(at, "frame start cannot be UNBOUNDED FOLLOWING")
		case ast.BoundFollowing:
			bad(at, "frame starting from following row cannot end with current row")
		}
	}
	if p.accept(kwExclude) {
		switch {
		case p.accept(kwCurrent):
			p.expect(kwRow)
			f.Exclude = ast.ExcludeCurrentRow
		case p.accept(kwGroup):
			f.Exclude = ast.ExcludeGroup
		case p.accept(kwTies):
			f.Exclude = ast.ExcludeTies
		default:
			p.expect2(kwNo, kwOthers)
		}
	}
	f.Range = p.since(pos)
	return f
}

func (p *parser) frameBound() (ast.BoundKind, ast.Expr) {
	switch {
	case p.accept2(kwUnbounded, kwPreceding):
		return ast.BoundUnboundedPreceding, nil
	case p.accept2(kwUnbounded, kwFollowing):
		return ast.BoundUnboundedFollowing, nil
	case p.accept2(kwCurrent, kwRow):
		return ast.BoundCurrentRow, nil
	}
	x := p.expr()
	switch p.acceptAny(kwPreceding, kwFollowing) {
	case kwPreceding:
		return ast.BoundPreceding, x
	case kwFollowing:
		return ast.BoundFollowing, x
	}
	p.fail()
	return 0, nil
}
