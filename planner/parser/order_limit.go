package parser

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

// orderBy parses ORDER BY items.
func (p *parser) orderBy() []ast.SortItem {
	p.expect2(kwOrder, kwBy)
	m := p.sorts.mark()
	for {
		p.sorts.push(p.sortItem())
		if !p.accept(',') {
			return p.sorts.cut(m)
		}
	}
}

func (p *parser) sortItem() ast.SortItem {
	pos := p.pos()
	var s ast.SortItem
	if p.at(kwAll) {
		p.advance()
		s.All = true
	} else {
		s.X = p.expr()
	}
	switch p.kind() {
	case kwAsc:
		p.advance()
		s.Direction = ast.SortAsc
	case kwDesc:
		p.advance()
		s.Direction = ast.SortDesc
	case kwUsing:
		p.advance()
		s.Direction = ast.SortUsing
		s.Using = p.operator()
	}
	s.Nulls = p.nullsOrder()
	s.Range = p.since(pos)
	return s
}

// nullsOrder parses [NULLS FIRST|LAST].
func (p *parser) nullsOrder() ast.NullsOrder {
	switch {
	case p.accept2(kwNulls, kwFirst):
		return ast.NullsFirst
	case p.accept2(kwNulls, kwLast):
		return ast.NullsLast
	}
	return ast.NullsDefault
}

// selectLimit parses LIMIT or FETCH, and OFFSET, in either order.
func (p *parser) selectLimit(q *ast.Query) {
	for {
		switch p.kind() {
		case kwLimit, kwFetch:
			if q.Limit != nil {
				return
			}
			if p.at(kwLimit) {
				p.limit(q)
			} else {
				p.fetchFirst(q)
			}
		case kwOffset:
			if q.Offset != nil {
				return
			}
			p.advance()
			q.Offset = p.expr()
			p.acceptAny(kwRow, kwRows)
		default:
			return
		}
	}
}

// limit parses LIMIT count, with Postgres's hint for LIMIT a, b.
func (p *parser) limit(q *ast.Query) {
	pos := p.pos()
	p.expect(kwLimit)
	l := &ast.Limit{}
	if !p.accept(kwAll) {
		l.Count = p.expr()
	}
	if p.accept(',') {
		p.expr()
		p.bail(sqlerr.New(sqlerr.SyntaxError, "LIMIT #,# syntax is not supported").
			At(ast.Position(p.src, pos)).WithHint("Use separate LIMIT and OFFSET clauses."))
	}
	l.Range = p.since(pos)
	q.Limit = l
}

// fetchFirst parses FETCH FIRST|NEXT [n] ROW|ROWS ONLY|WITH TIES.
func (p *parser) fetchFirst(q *ast.Query) {
	pos := p.pos()
	p.expect(kwFetch)
	if p.acceptAny(kwFirst, kwNext) == 0 {
		p.fail()
	}
	l := &ast.Limit{}
	switch p.kind() {
	case kwRow, kwRows:
		l.Count = &ast.Const{Kind: ast.ConstInteger, Int: 1}
	case '+', '-':
		at := p.pos()
		minus := p.at('-')
		p.advance()
		if !p.at(tInteger) && !p.at(tNumeric) {
			p.fail()
		}
		c, _ := p.literal().(*ast.Const)
		if minus {
			negate(c)
		}
		c.Range = p.since(at)
		l.Count = c
	default:
		l.Count = p.primary(false)
	}
	if p.acceptAny(kwRow, kwRows) == 0 {
		p.fail()
	}
	if p.accept(kwOnly) {
	} else {
		p.expect2(kwWith, kwTies)
		l.WithTies = true
	}
	l.Range = p.since(pos)
	q.Limit = l
}

// lockings parses FOR UPDATE … and its kin, or FOR READ ONLY, which means nothing.
func (p *parser) lockings(q *ast.Query) {
	if p.at2(kwFor, kwRead) {
		p.advance()
		p.advance()
		p.expect(kwOnly)
		return
	}
	for p.at(kwFor) {
		p.locking(q)
	}
}

// locking parses one FOR UPDATE|NO KEY UPDATE|SHARE|KEY SHARE ….
func (p *parser) locking(q *ast.Query) {
	pos := p.pos()
	p.expect(kwFor)
	l := ast.Locking{}
	switch p.kind() {
	case kwUpdate:
		p.advance()
		l.Strength = ast.LockUpdate
	case kwNo:
		p.advance()
		p.expect2(kwKey, kwUpdate)
		l.Strength = ast.LockNoKeyUpdate
	case kwShare:
		p.advance()
		l.Strength = ast.LockShare
	case kwKey:
		p.advance()
		p.expect(kwShare)
		l.Strength = ast.LockKeyShare
	default:
		p.fail()
	}
	if p.accept(kwOf) {
		l.Of = p.qualifiedNames()
	}
	switch {
	case p.accept(kwNowait):
		l.Wait = ast.LockNoWait
	case p.accept2(kwSkip, kwLocked):
		l.Wait = ast.LockSkipLocked
	}
	l.Range = p.since(pos)
	q.Locking = append(q.Locking, l)
}
