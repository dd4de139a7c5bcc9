package parser

import "github.com/inlaydb/inlay/planner/ast"

// with parses WITH [RECURSIVE] name AS (statement), ….
func (p *parser) with() *ast.With {
	pos := p.pos()
	p.expect(kwWith)
	w := &ast.With{}
	if p.at(kwRecursive) && isColID(p.peek(1)) { // else it is a name
		p.advance()
		w.Recursive = true
	}
	for {
		w.CTEs = append(w.CTEs, p.cte())
		if !p.accept(',') {
			break
		}
	}
	w.Range = p.since(pos)
	return w
}

func (p *parser) cte() *ast.CTE {
	pos := p.pos()
	c := &ast.CTE{Name: p.colID()}
	c.Columns = p.optParenColIDs()
	p.expect(kwAs)
	switch {
	case p.accept(kwMaterialized):
		c.Materialized = ast.MaterializedAlways
	case p.accept(kwNot):
		p.expect(kwMaterialized)
		c.Materialized = ast.MaterializedNever
	}
	p.expect('(')
	p.enter()
	c.Stmt = p.preparable()
	p.leave()
	p.expect(')')
	if p.at(kwSearch) {
		c.Search = p.search()
	}
	if p.at(kwCycle) {
		c.Cycle = p.cycle()
	}
	c.Range = p.since(pos)
	return c
}

// preparable parses a statement that WITH, PREPARE and the like may hold.
func (p *parser) preparable() ast.Statement {
	switch p.kind() {
	case kwInsert, kwUpdate, kwDelete, kwMerge:
		return p.dml(nil, p.pos())
	case kwWith:
		return p.withStatement()
	case kwSelect, kwValues, kwTable, '(':
		return p.query()
	}
	p.fail()
	return nil
}

// withStatement parses a statement that starts with WITH.
func (p *parser) withStatement() ast.Statement {
	pos := p.pos()
	p.enter()
	w := p.with()
	var s ast.Statement
	switch p.kind() {
	case kwInsert, kwUpdate, kwDelete, kwMerge:
		s = p.dml(w, pos)
	default:
		q := p.slabs.query.new()
		q.With = w
		q.Body = p.setOps(p.pos(), nil, 0)
		p.queryTail(pos, q)
		s = q
	}
	p.leave()
	return s
}

func (p *parser) search() *ast.Search {
	pos := p.pos()
	p.expect(kwSearch)
	s := &ast.Search{}
	switch p.acceptAny(kwDepth, kwBreadth) {
	case kwBreadth:
		s.Breadth = true
	case 0:
		p.fail()
	}
	p.expect2(kwFirst, kwBy)
	s.Columns = p.colIDs()
	p.expect(kwSet)
	s.Set = p.colID()
	s.Range = p.since(pos)
	return s
}

func (p *parser) cycle() *ast.Cycle {
	pos := p.pos()
	p.expect(kwCycle)
	c := &ast.Cycle{Columns: p.colIDs()}
	p.expect(kwSet)
	c.Mark = p.colID()
	if p.accept(kwTo) {
		c.To = p.constantExpr()
		p.expect(kwDefault)
		c.Default = p.constantExpr()
	}
	p.expect(kwUsing)
	c.Path = p.colID()
	c.Range = p.since(pos)
	return c
}

// constantExpr parses AexprConst: a constant or a typed literal.
func (p *parser) constantExpr() ast.Expr {
	at := p.i
	x := p.primary(true)
	switch x := x.(type) {
	case *ast.Const:
		return x
	case *ast.Cast:
		if x.Style == ast.CastLiteral {
			return x
		}
	}
	p.failAt(at)
	return nil
}
