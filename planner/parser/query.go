package parser

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

// startsQuery reports whether a query without parentheses starts here.
func (p *parser) startsQuery() bool {
	switch p.kind() {
	case kwSelect, kwWith, kwTable:
		return true
	case kwValues:
		return p.peek(1) == '('
	}
	return false
}

// startsSelect reports whether a query starts here, perhaps in parentheses.
func (p *parser) startsSelect() bool {
	i := p.i
	for p.toks[i].kind == '(' {
		i++
	}
	switch p.toks[i].kind {
	case kwSelect, kwWith, kwTable, kwValues:
		return true
	}
	return false
}

// continuesQuery reports whether what follows a parenthesised query makes it part of a larger one.
func (p *parser) continuesQuery() bool {
	switch p.kind() {
	case kwUnion, kwIntersect, kwExcept, kwOrder, kwLimit, kwOffset, kwFetch, kwFor:
		return true
	}
	return false
}

// parenQuery parses a query in one or more pairs of parentheses: select_with_parens.
func (p *parser) parenQuery() *ast.Query {
	pos := p.pos()
	p.expect('(')
	p.enter()
	var q *ast.Query
	if p.at('(') {
		q = p.parenQuery()
		if !p.at(')') {
			q = p.queryAfter(pos+1, q)
		}
	} else {
		q = p.query()
	}
	p.expect(')')
	p.leave()
	return q
}

// query parses a query: select_no_parens, or one in parentheses with what follows it.
func (p *parser) query() *ast.Query {
	pos := p.pos()
	p.enter()
	q := p.slabs.query.new()
	if p.at(kwWith) {
		q.With = p.with()
	}
	q.Body = p.setOps(pos, nil, 0)
	p.queryTail(pos, q)
	p.leave()
	return q
}

// queryAfter continues inner, a parenthesised query that started at pos, with set
// operations and clauses.
func (p *parser) queryAfter(pos int32, inner *ast.Query) *ast.Query {
	q := p.slabs.query.new()
	q.Body = p.setOps(pos, inner, 0)
	p.queryTail(pos, q)
	return q
}

// queryTail parses ORDER BY, LIMIT, OFFSET, FETCH and locking, and unwraps a query that is
// nothing but another in parentheses.
func (p *parser) queryTail(pos int32, q *ast.Query) {
	if p.at(kwOrder) {
		q.OrderBy = p.orderBy()
	}
	if p.at(kwFor) {
		p.lockings(q)
		p.selectLimit(q)
	} else {
		p.selectLimit(q)
		p.lockings(q)
	}
	q.Range = p.since(pos)
	p.mergeInner(q)
	if q.Limit != nil && q.Limit.WithTies {
		if q.OrderBy == nil {
			p.bail(sqlerr.New(sqlerr.SyntaxError, "WITH TIES cannot be specified without ORDER BY clause"))
		}
		for _, l := range q.Locking {
			if l.Wait == ast.LockSkipLocked {
				p.bail(sqlerr.New(sqlerr.SyntaxError, "SKIP LOCKED and WITH TIES options cannot be used together"))
			}
		}
	}
}

// mergeInner lifts a body that is a whole query in parentheses, as Postgres does: its clauses
// become those of q, and none may stand twice.
func (p *parser) mergeInner(q *ast.Query) {
	inner, ok := q.Body.(*ast.Query)
	if !ok {
		return
	}
	if inner.OrderBy != nil && q.OrderBy != nil {
		p.errorAt(q.OrderBy[0].Pos, sqlerr.SyntaxError, "multiple ORDER BY clauses not allowed")
	}
	if inner.Offset != nil && q.Offset != nil {
		p.errorAt(q.Offset.Span().Pos, sqlerr.SyntaxError, "multiple OFFSET clauses not allowed")
	}
	if inner.Limit != nil && q.Limit != nil {
		at := q.Limit.Pos
		if q.Limit.Count != nil {
			at = q.Limit.Count.Span().Pos
		}
		p.errorAt(at, sqlerr.SyntaxError, "multiple LIMIT clauses not allowed")
	}
	if inner.With != nil && q.With != nil {
		p.errorAt(q.With.Pos, sqlerr.SyntaxError, "multiple WITH clauses not allowed")
	}
	if q.OrderBy == nil {
		q.OrderBy = inner.OrderBy
	}
	if q.Offset == nil {
		q.Offset = inner.Offset
	}
	if q.Limit == nil {
		q.Limit = inner.Limit
	}
	if q.With == nil {
		q.With = inner.With
	}
	q.Locking = append(inner.Locking, q.Locking...)
	q.Body = inner.Body
}

// setOps parses operands joined by UNION and EXCEPT (level 0) and INTERSECT (1), which
// binds tighter. left is the first operand if it was parsed.
func (p *parser) setOps(pos int32, left ast.Body, level int) ast.Body {
	if left == nil {
		left = p.operand()
	}
	depth := p.depth
	for {
		var op ast.SetOpKind
		prec := 0
		switch p.kind() {
		case kwUnion:
			op = ast.Union
		case kwExcept:
			op = ast.Except
		case kwIntersect:
			op, prec = ast.Intersect, 1
		default:
			p.depth = depth
			return left
		}
		if prec < level {
			p.depth = depth
			return left
		}
		p.link()
		at := p.pos()
		p.advance()
		all := p.accept(kwAll)
		if !all {
			p.accept(kwDistinct)
		}
		rightPos := p.pos()
		right := p.setOps(rightPos, nil, prec+1)
		left = &ast.SetOp{Range: p.since(pos), OpPos: at, Kind: op, All: all, Left: left, Right: right}
	}
}

// operand parses simple_select or a parenthesised query.
func (p *parser) operand() ast.Body {
	switch p.kind() {
	case kwSelect:
		return p.selectCore()
	case kwValues:
		return p.values()
	case kwTable:
		return p.tableQuery()
	case '(':
		q := p.parenQuery()
		if plainQuery(q) {
			return q.Body
		}
		return q
	}
	p.fail()
	return nil
}

// plainQuery reports whether q has no clauses of its own, so that parentheses mean nothing.
func plainQuery(q *ast.Query) bool {
	return q.With == nil && q.OrderBy == nil && q.Limit == nil && q.Offset == nil && q.Locking == nil
}

// tableQuery parses TABLE name, which is SELECT * FROM name.
func (p *parser) tableQuery() *ast.Select {
	pos := p.pos()
	p.expect(kwTable)
	rel := p.relationExpr()
	r := p.since(pos)
	star := &ast.Target{Range: r, Value: &ast.Star{Range: r}}
	return &ast.Select{Range: r, Targets: []*ast.Target{star}, From: []ast.FromItem{rel}}
}

func (p *parser) values() *ast.Values {
	pos := p.pos()
	p.expect(kwValues)
	m := p.rows.mark()
	for {
		p.expect('(')
		p.rows.push(p.exprList())
		p.expect(')')
		if !p.accept(',') {
			break
		}
	}
	return &ast.Values{Rows: p.rows.cut(m), Range: p.since(pos)}
}
