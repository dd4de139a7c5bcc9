package parser

import "github.com/inlaydb/inlay/planner/ast"

// selectCore parses SELECT … without the clauses that belong to a Query.
func (p *parser) selectCore() *ast.Select {
	pos := p.pos()
	p.expect(kwSelect)
	s := p.selects.new()
	switch p.kind() {
	case kwAll:
		p.advance()
	case kwDistinct:
		p.advance()
		s.Distinct = true
		if p.accept(kwOn) {
			p.expect('(')
			s.DistinctOn = p.exprList()
			p.expect(')')
		}
	}
	if s.Distinct || p.startsTarget() {
		s.Targets = p.targetList()
	}
	if p.at(kwInto) {
		s.Into = p.into()
	}
	if p.accept(kwFrom) {
		s.From = p.fromList()
	}
	if p.accept(kwWhere) {
		s.Where = p.expr()
	}
	if p.at(kwGroup) {
		s.GroupBy = p.groupBy()
	}
	if p.accept(kwHaving) {
		s.Having = p.expr()
	}
	if p.at(kwWindow) {
		s.Windows = p.windowClause()
	}
	if p.atQualify() {
		p.advance()
		s.Qualify = p.expr()
		if s.Windows == nil && p.at(kwWindow) {
			s.Windows = p.windowClause()
		}
	}
	s.Range = p.since(pos)
	return s
}

// startsTarget reports whether a target list starts here; SELECT may have none.
func (p *parser) startsTarget() bool {
	switch p.kind() {
	case kwInto, kwFrom, kwWhere, kwGroup, kwHaving, kwWindow, kwUnion, kwIntersect, kwExcept,
		kwOrder, kwLimit, kwOffset, kwFetch, kwFor, ')', ';', tEOF, kwWith, kwOn, kwReturning:
		return false
	}
	return true
}

func (p *parser) targetList() []*ast.Target {
	m := p.targets.mark()
	for {
		p.targets.push(p.targetItem())
		if !p.accept(',') {
			return p.targets.cut(m)
		}
	}
}

// targetItem parses one member of a target list.
func (p *parser) targetItem() *ast.Target {
	pos := p.pos()
	t := p.target.new()
	if p.at('*') {
		star := &ast.Star{}
		p.advance()
		star.Range = p.since(pos)
		p.starModifiers(star)
		t.Value = star
		t.Range = star.Range
		return t
	}
	outer := p.targetDepth
	p.targetDepth = p.depth + nestWeight
	t.Value = p.expr()
	p.targetDepth = outer
	switch {
	case p.accept(kwAs):
		t.Alias = p.colLabel()
	default:
		if star, ok := t.Value.(*ast.Star); ok && p.starModifiers(star) {
			break
		}
		if isBareLabel(p.kind()) && !p.atQualify() {
			t.Alias = p.takeIdent()
		}
	}
	t.Range = p.since(pos)
	return t
}

// into parses INTO [TEMP|UNLOGGED] [TABLE] name.
func (p *parser) into() *ast.Into {
	pos := p.pos()
	p.expect(kwInto)
	n := &ast.Into{Persistence: p.persistence()}
	p.accept(kwTable)
	n.Name = p.qualifiedName()
	n.Range = p.since(pos)
	return n
}

// persistence parses [[LOCAL|GLOBAL] TEMP|TEMPORARY] or [UNLOGGED].
func (p *parser) persistence() ast.Persistence {
	switch p.kind() {
	case kwLocal, kwGlobal:
		if next := p.peek(1); next == kwTemp || next == kwTemporary {
			p.advance()
			p.advance()
			return ast.Temporary
		}
		p.failAt(p.i + 1)
	case kwTemp, kwTemporary:
		p.advance()
		return ast.Temporary
	case kwUnlogged:
		p.advance()
		return ast.Unlogged
	}
	return ast.Permanent
}

// groupBy parses GROUP BY [ALL|DISTINCT] items, or the extension GROUP BY ALL.
func (p *parser) groupBy() *ast.GroupBy {
	pos := p.pos()
	p.expect2(kwGroup, kwBy)
	g := &ast.GroupBy{}
	if p.accept(kwAll) {
		if !p.startsGroupItem() {
			g.All = true
			g.Range = p.since(pos)
			return g
		}
	} else {
		g.Distinct = p.accept(kwDistinct)
	}
	m := p.exprs.mark()
	for {
		p.exprs.push(p.groupItem())
		if !p.accept(',') {
			break
		}
	}
	g.Items = p.exprs.cut(m)
	g.Range = p.since(pos)
	return g
}

// startsGroupItem reports whether a list follows GROUP BY ALL.
func (p *parser) startsGroupItem() bool {
	switch p.kind() {
	case kwHaving, kwWindow, kwUnion, kwIntersect, kwExcept, kwOrder, kwLimit, kwOffset, kwFetch, kwFor,
		')', ';', tEOF, kwWith, kwOn, kwReturning:
		return false
	}
	return !p.atQualify()
}

// groupItem parses an expression, (), ROLLUP, CUBE or GROUPING SETS.
func (p *parser) groupItem() ast.Expr {
	pos := p.pos()
	kind := ast.GroupingEmpty
	switch k := p.kind(); {
	case k == '(' && p.peek(1) == ')':
		p.advance()
		p.advance()
		return &ast.GroupingSet{Range: p.since(pos)}
	case k == kwRollup && p.peek(1) == '(':
		kind = ast.GroupingRollup
	case k == kwCube && p.peek(1) == '(':
		kind = ast.GroupingCube
	case k == kwGrouping && p.peek(1) == kwSets:
		kind = ast.GroupingSets
		p.advance()
	default:
		return p.expr()
	}
	p.enter()
	p.advance()
	p.expect('(')
	m := p.exprs.mark()
	for {
		if kind == ast.GroupingSets {
			p.exprs.push(p.groupItem())
		} else {
			p.exprs.push(p.expr())
		}
		if !p.accept(',') {
			break
		}
	}
	items := p.exprs.cut(m)
	p.expect(')')
	p.leave()
	return &ast.GroupingSet{Range: p.since(pos), Kind: kind, Items: items}
}
