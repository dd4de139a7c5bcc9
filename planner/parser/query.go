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
