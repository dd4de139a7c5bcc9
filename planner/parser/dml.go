package parser

import "github.com/inlaydb/inlay/planner/ast"

// dml parses INSERT, UPDATE, DELETE or MERGE after the WITH clause w, if any; pos is where
// the statement started.
func (p *parser) dml(w *ast.With, pos int32) ast.Statement {
	switch p.kind() {
	case kwInsert:
		s := p.insert()
		s.With, s.Pos = w, pos
		return s
	case kwUpdate:
		s := p.update()
		s.With, s.Pos = w, pos
		return s
	case kwDelete:
		s := p.delete()
		s.With, s.Pos = w, pos
		return s
	case kwMerge:
		s := p.merge()
		s.With, s.Pos = w, pos
		return s
	}
	p.fail()
	return nil
}

func (p *parser) insert() *ast.Insert {
	pos := p.pos()
	p.expect2(kwInsert, kwInto)
	s := &ast.Insert{}
	at := p.pos()
	s.Into = p.slabs.relation.new()
	s.Into.Name = p.qualifiedName()
	if p.at(kwAs) {
		aliasAt := p.pos()
		p.advance()
		s.Into.Alias = &ast.Alias{Name: p.colID()}
		s.Into.Alias.Range = p.since(aliasAt)
	}
	s.Into.Range = p.since(at)
	if p.accept(kwDefault) {
		p.expect(kwValues)
		p.insertTail(s)
		s.Range = p.since(pos)
		return s
	}
	// A parenthesis opens either the column list or the query.
	if p.at('(') && p.peek(1) != '(' && !p.parenStartsSelect() {
		p.advance()
		s.Columns = p.columnTargets()
		p.expect(')')
	}
	if p.accept(kwOverriding) {
		s.Overriding = p.overriding()
	}
	s.Source = p.selectStatement()
	p.insertTail(s)
	s.Range = p.since(pos)
	return s
}

// parenStartsSelect reports whether the parenthesis here opens a query and not a list of names.
func (p *parser) parenStartsSelect() bool {
	i := p.i
	for p.toks[i].kind == '(' {
		i++
	}
	switch p.toks[i].kind {
	case kwSelect, kwWith, kwTable:
		return true
	case kwValues:
		return p.toks[i+1].kind == '('
	}
	return false
}

func (p *parser) overriding() ast.Overriding {
	o := ast.OverridingUser
	switch p.acceptAny(kwUser, kwSystem) {
	case kwSystem:
		o = ast.OverridingSystem
	case 0:
		p.fail()
	}
	p.expect(kwValue)
	return o
}

func (p *parser) insertTail(s *ast.Insert) {
	if p.at(kwOn) {
		s.OnConflict = p.onConflict()
	}
	s.Returning = p.returning()
}

// columnTargets parses column[.field|[i]]…, ….
func (p *parser) columnTargets() []ast.ColumnTarget {
	var cols []ast.ColumnTarget
	for {
		cols = append(cols, p.columnTarget())
		if !p.accept(',') {
			return cols
		}
	}
}

func (p *parser) columnTarget() ast.ColumnTarget {
	pos := p.pos()
	t := ast.ColumnTarget{Name: p.colID()}
	if p.at('.') || p.at('[') {
		c := p.columnRef.new()
		*c = ast.ColumnRef{Range: t.Name.Range, Parts: []ast.Ident{t.Name}}
		t.Path = p.indirection(pos, c)
	}
	t.Range = p.since(pos)
	return t
}

func (p *parser) onConflict() *ast.OnConflict {
	pos := p.pos()
	p.expect2(kwOn, kwConflict)
	c := &ast.OnConflict{}
	switch {
	case p.accept('('):
		c.Target = p.indexElements()
		p.expect(')')
		if p.accept(kwWhere) {
			c.TargetPred = p.expr()
		}
	case p.accept2(kwOn, kwConstraint):
		c.Constraint = p.colID()
	}
	p.expect(kwDo)
	if !p.accept(kwNothing) {
		p.expect2(kwUpdate, kwSet)
		c.Update = true
		c.Set = p.setClauses()
		if p.accept(kwWhere) {
			c.Where = p.expr()
		}
	}
	c.Range = p.since(pos)
	return c
}

// returning parses [RETURNING [WITH (OLD AS o, NEW AS n)] targets].
func (p *parser) returning() *ast.Returning {
	if !p.at(kwReturning) {
		return nil
	}
	pos := p.pos()
	p.advance()
	r := &ast.Returning{}
	if p.accept2(kwWith, '(') {
		for {
			which := p.acceptAny(kwOld, kwNew)
			if which == 0 {
				p.fail()
			}
			p.expect(kwAs)
			name := p.colID()
			if which == kwOld {
				r.Old = name
			} else {
				r.New = name
			}
			if !p.accept(',') {
				break
			}
		}
		p.expect(')')
	}
	r.Targets = p.targetList()
	r.Range = p.since(pos)
	return r
}

// setClauses parses column = value, (columns) = value, ….
func (p *parser) setClauses() []ast.SetClause {
	var list []ast.SetClause
	for {
		pos := p.pos()
		var s ast.SetClause
		if p.accept('(') {
			s.Multi = true
			s.Columns = p.columnTargets()
			p.expect(')')
		} else {
			s.Columns = []ast.ColumnTarget{p.columnTarget()}
		}
		p.expect('=')
		s.Value = p.expr()
		s.Range = p.since(pos)
		list = append(list, s)
		if !p.accept(',') {
			return list
		}
	}
}

// dmlTable parses the table that UPDATE, DELETE or MERGE changes, with its alias.
func (p *parser) dmlTable() *ast.Relation {
	r := p.relationExpr()
	pos := p.pos()
	if p.accept(kwAs) || isColID(p.kind()) && !p.at(kwSet) {
		r.Alias = &ast.Alias{Name: p.colID()}
		r.Alias.Range = p.since(pos)
		r.End = p.prevEnd()
	}
	return r
}

func (p *parser) update() *ast.Update {
	pos := p.pos()
	p.expect(kwUpdate)
	s := &ast.Update{Table: p.dmlTable()}
	p.expect(kwSet)
	s.Set = p.setClauses()
	if p.accept(kwFrom) {
		s.From = p.fromList()
	}
	s.Where = p.whereOrCurrent()
	s.Returning = p.returning()
	s.Range = p.since(pos)
	return s
}

// whereOrCurrent parses [WHERE condition|CURRENT OF cursor].
func (p *parser) whereOrCurrent() ast.Expr {
	if !p.accept(kwWhere) {
		return nil
	}
	if p.at2(kwCurrent, kwOf) {
		pos := p.pos()
		p.advance()
		p.advance()
		cursor := p.colID()
		return &ast.CurrentOf{Range: p.since(pos), Cursor: cursor}
	}
	return p.expr()
}

func (p *parser) delete() *ast.Delete {
	pos := p.pos()
	p.expect2(kwDelete, kwFrom)
	s := &ast.Delete{Table: p.dmlTable()}
	if p.accept(kwUsing) {
		s.Using = p.fromList()
	}
	s.Where = p.whereOrCurrent()
	s.Returning = p.returning()
	s.Range = p.since(pos)
	return s
}

func (p *parser) merge() *ast.Merge {
	pos := p.pos()
	p.expect2(kwMerge, kwInto)
	s := &ast.Merge{Target: p.dmlTable()}
	p.expect(kwUsing)
	s.Source = p.tableRef()
	p.expect(kwOn)
	s.On = p.expr()
	for {
		s.Whens = append(s.Whens, p.mergeWhen())
		if !p.at(kwWhen) {
			break
		}
	}
	s.Returning = p.returning()
	s.Range = p.since(pos)
	return s
}

func (p *parser) mergeWhen() ast.MergeWhen {
	pos := p.pos()
	p.expect(kwWhen)
	w := ast.MergeWhen{}
	if p.accept(kwNot) {
		p.expect(kwMatched)
		w.Match = ast.MergeNotMatchedByTarget
		if p.accept2(kwBy, kwSource) {
			w.Match = ast.MergeNotMatchedBySource
		} else {
			p.accept2(kwBy, kwTarget)
		}
	} else {
		p.expect(kwMatched)
	}
	if p.accept(kwAnd) {
		w.And = p.expr()
	}
	p.expect(kwThen)
	insert := w.Match == ast.MergeNotMatchedByTarget
	switch k := p.kind(); {
	case k == kwDo:
		p.advance()
		p.expect(kwNothing)
	case k == kwInsert && insert:
		p.mergeInsert(&w)
	case k == kwUpdate && !insert:
		p.advance()
		p.expect(kwSet)
		w.Action, w.Set = ast.MergeUpdate, p.setClauses()
	case k == kwDelete && !insert:
		p.advance()
		w.Action = ast.MergeDelete
	default:
		p.fail()
	}
	w.Range = p.since(pos)
	return w
}

func (p *parser) mergeInsert(w *ast.MergeWhen) {
	p.expect(kwInsert)
	w.Action = ast.MergeInsert
	if p.accept2(kwDefault, kwValues) {
		return
	}
	if p.accept('(') {
		w.Columns = p.columnTargets()
		p.expect(')')
	}
	if p.accept(kwOverriding) {
		w.Overriding = p.overriding()
	}
	p.expect(kwValues)
	p.expect('(')
	w.Values = p.exprList()
	p.expect(')')
}

func (p *parser) truncate() ast.Statement {
	pos := p.pos()
	p.expect(kwTruncate)
	p.accept(kwTable)
	s := &ast.Truncate{Tables: p.relationExprs()}
	if k := p.acceptAny(kwRestart, kwContinue); k != 0 {
		p.expect(kwIdentity)
		s.RestartIdentity = k == kwRestart
	}
	s.Cascade = p.dropBehavior()
	s.Range = p.since(pos)
	return s
}

func (p *parser) relationExprs() []*ast.Relation {
	var list []*ast.Relation
	for {
		list = append(list, p.relationExpr())
		if !p.accept(',') {
			return list
		}
	}
}

// dropBehavior parses [CASCADE|RESTRICT].
func (p *parser) dropBehavior() (cascade bool) {
	return p.acceptAny(kwCascade, kwRestrict) == kwCascade
}

// indexElements parses the elements of an index or ON CONFLICT target.
func (p *parser) indexElements() []ast.IndexElement {
	var list []ast.IndexElement
	for {
		list = append(list, p.indexElement())
		if !p.accept(',') {
			return list
		}
	}
}

func (p *parser) indexElement() ast.IndexElement {
	pos := p.pos()
	e := p.indexTarget()
	if p.accept(kwCollate) {
		n := p.anyName()
		e.Collation = &n
	}
	// An operator class: any name that is none of the words that may follow.
	if isColID(p.kind()) && !p.at(kwNulls) {
		n := p.anyName()
		e.OpClass = &n
		if p.at('(') {
			e.OpClassParams = p.relOptions()
		}
	} else if p.at(kwNulls) && p.peek(1) != kwFirst && p.peek(1) != kwLast {
		n := p.anyName()
		e.OpClass = &n
	}
	switch p.acceptAny(kwAsc, kwDesc) {
	case kwAsc:
		e.Direction = ast.SortAsc
	case kwDesc:
		e.Direction = ast.SortDesc
	}
	e.Nulls = p.nullsOrder()
	e.Range = p.since(pos)
	return e
}

// indexTarget parses a column, a call, or an expression in parentheses.
func (p *parser) indexTarget() ast.IndexElement {
	if p.accept('(') {
		x := p.expr()
		p.expect(')')
		return ast.IndexElement{X: x}
	}
	if isColID(p.kind()) && p.peek(1) != '(' && p.peek(1) != '.' {
		return ast.IndexElement{Name: p.colID()}
	}
	return ast.IndexElement{X: p.callExpr()}
}
