package parser

import "github.com/inlaydb/inlay/planner/ast"

// create parses CREATE of any kind of object.
func (p *parser) create() ast.Statement {
	pos := p.pos()
	p.expect(kwCreate)
	replace := p.accept(kwOr)
	if replace {
		p.expect(kwReplace)
	}
	switch k := p.kind(); k {
	case kwTemp, kwTemporary, kwLocal, kwGlobal, kwUnlogged:
		persistence := p.persistence()
		switch {
		case p.at(kwTable):
			return p.createTable(pos, persistence, replace)
		case p.at(kwView), p.at(kwRecursive):
			return p.createView(pos, persistence, replace)
		case p.at(kwSequence) && !replace:
			return p.createSequence(pos, persistence)
		case p.at(kwMaterialized) && persistence == ast.Unlogged && !replace:
			return p.createMaterializedView(pos, persistence)
		}
		p.fail()
	case kwTable:
		return p.createTable(pos, ast.Permanent, replace)
	case kwView, kwRecursive:
		return p.createView(pos, ast.Permanent, replace)
	}
	if replace {
		switch p.kind() {
		case kwFunction, kwProcedure, kwAggregate, kwTrigger, kwConstraint, kwRule, kwTrusted, kwProcedural,
			kwLanguage, kwTransform:
			return p.createRaw(pos)
		}
		p.fail()
	}
	switch p.kind() {
	case kwMaterialized:
		return p.createMaterializedView(pos, ast.Permanent)
	case kwSequence:
		return p.createSequence(pos, ast.Permanent)
	case kwIndex, kwUnique:
		return p.createIndex(pos)
	case kwSchema:
		return p.createSchema(pos)
	case kwForeign:
		if p.peek(1) == kwTable {
			p.advance()
			return p.createForeignTable(pos)
		}
		return p.createWrapper(pos)
	case kwServer:
		return p.createServer(pos)
	case kwUser:
		if p.peek(1) == kwMapping {
			return p.createUserMapping(pos)
		}
		return p.createRole(pos)
	case kwRole, kwGroup:
		return p.createRole(pos)
	case kwDatabase:
		return p.createDatabase(pos)
	}
	return p.createRaw(pos)
}

// ifNotExists parses [IF NOT EXISTS].
func (p *parser) ifNotExists() bool {
	if !p.at2(kwIf, kwNot) {
		return false
	}
	p.advance()
	p.advance()
	p.expect(kwExists)
	return true
}

// ifExists parses [IF EXISTS].
func (p *parser) ifExists() bool { return p.accept2(kwIf, kwExists) }

// createView parses [RECURSIVE] VIEW ….
func (p *parser) createView(pos int32, persistence ast.Persistence, replace bool) ast.Statement {
	v := &ast.CreateView{OrReplace: replace, Persistence: persistence}
	v.Recursive = p.accept(kwRecursive)
	p.expect(kwView)
	if persistence == ast.Unlogged {
		p.failAt(p.i - 2)
	}
	v.IfNotExists = p.ifNotExists()
	v.Name = p.qualifiedName()
	if v.Recursive && !p.at('(') {
		p.fail()
	}
	v.Columns = p.optParenColIDs()
	if p.accept(kwWith) {
		v.With = p.relOptions()
	}
	p.expect(kwAs)
	v.Query = p.selectStatement()
	if p.accept(kwWith) {
		v.Check = ast.ViewCheckCascaded
		if p.acceptAny(kwCascaded, kwLocal) == kwLocal {
			v.Check = ast.ViewCheckLocal
		}
		p.expect2(kwCheck, kwOption)
	}
	v.Range = p.since(pos)
	return v
}

// selectStatement parses a query where no other statement may stand.
func (p *parser) selectStatement() *ast.Query {
	if !p.at('(') && !p.startsSelect() {
		p.fail()
	}
	return p.query()
}

// createMaterializedView parses MATERIALIZED VIEW ….
func (p *parser) createMaterializedView(pos int32, persistence ast.Persistence) ast.Statement {
	p.expect2(kwMaterialized, kwView)
	c := &ast.CreateTableAs{Materialized: true, Persistence: persistence}
	c.IfNotExists = p.ifNotExists()
	c.Name = p.qualifiedName()
	c.Columns = p.optParenColIDs()
	if p.accept(kwUsing) {
		c.Using = p.colID()
	}
	if p.accept(kwWith) {
		c.With = p.relOptions()
	}
	if p.accept(kwTablespace) {
		c.Tablespace = p.colID()
	}
	p.expect(kwAs)
	c.Query = p.selectStatement()
	c.NoData = p.withData()
	c.Range = p.since(pos)
	return c
}

// withData parses [WITH [NO] DATA] and gives whether there is to be no data.
func (p *parser) withData() (none bool) {
	if p.at(kwWith) {
		p.advance()
		none = p.accept(kwNo)
		p.expect(kwData)
	}
	return none
}

func (p *parser) refresh() ast.Statement {
	pos := p.pos()
	p.expect(kwRefresh)
	p.expect2(kwMaterialized, kwView)
	r := &ast.Refresh{Concurrently: p.accept(kwConcurrently)}
	r.Name = p.qualifiedName()
	r.NoData = p.withData()
	r.Range = p.since(pos)
	return r
}

// createIndex parses [UNIQUE] INDEX ….
func (p *parser) createIndex(pos int32) ast.Statement {
	c := &ast.CreateIndex{Unique: p.accept(kwUnique)}
	p.expect(kwIndex)
	c.Concurrently = p.accept(kwConcurrently)
	c.IfNotExists = p.ifNotExists()
	if !p.at(kwOn) || c.IfNotExists {
		c.Name = p.colID()
	}
	p.expect(kwOn)
	c.Table = p.relationExpr()
	if p.accept(kwUsing) {
		c.Using = p.colID()
	}
	p.expect('(')
	c.Elements = p.indexElements()
	p.expect(')')
	if p.accept(kwInclude) {
		p.expect('(')
		c.Include = p.indexElements()
		p.expect(')')
	}
	c.NullsNotDistinct = p.nullTreatment()
	if p.accept(kwWith) {
		c.With = p.relOptions()
	}
	if p.accept(kwTablespace) {
		c.Tablespace = p.colID()
	}
	if p.accept(kwWhere) {
		c.Where = p.expr()
	}
	c.Range = p.since(pos)
	return c
}

// nullTreatment parses [NULLS [NOT] DISTINCT].
func (p *parser) nullTreatment() (notDistinct bool) {
	if !p.accept(kwNulls) {
		return false
	}
	notDistinct = p.accept(kwNot)
	p.expect(kwDistinct)
	return notDistinct
}

func (p *parser) createSchema(pos int32) ast.Statement {
	p.expect(kwSchema)
	c := &ast.CreateSchema{IfNotExists: p.ifNotExists()}
	if !p.at(kwAuthorization) {
		c.Name = p.colID()
	}
	if p.accept(kwAuthorization) {
		r := p.role()
		c.Role = &r
	}
	for p.at(kwCreate) || p.at(kwGrant) {
		if c.IfNotExists {
			p.notSupported(p.pos(), "CREATE SCHEMA IF NOT EXISTS cannot include schema elements")
		}
		c.Elements = append(c.Elements, p.schemaElement())
	}
	c.Range = p.since(pos)
	return c
}

// schemaElement parses a statement that may stand in CREATE SCHEMA.
func (p *parser) schemaElement() ast.Statement {
	at := p.i
	s := p.statement()
	switch s := s.(type) {
	case *ast.CreateTable, *ast.CreateIndex, *ast.CreateSequence, *ast.CreateView:
		return s
	case *ast.Grant:
		if !s.Revoke {
			return s
		}
	case *ast.Raw:
		if s.Tag == "CREATE TRIGGER" {
			return s
		}
	}
	p.failAt(at + 1)
	return nil
}

func (p *parser) createDatabase(pos int32) ast.Statement {
	p.expect(kwDatabase)
	c := &ast.CreateDatabase{Name: p.colID()}
	p.accept(kwWith)
	c.Options = p.databaseOptions()
	c.Range = p.since(pos)
	return c
}

// databaseOptions parses name [=] value … without commas.
func (p *parser) databaseOptions() []ast.Option {
	var list []ast.Option
	for {
		pos := p.pos()
		var o ast.Option
		switch p.kind() {
		case tIdent, tQuotedIdent, kwEncoding, kwLocation, kwOwner, kwTablespace, kwTemplate:
			o.Name = p.takeIdent()
		case kwConnection:
			p.advance()
			p.expect(kwLimit)
			o.Name = ast.Ident{Range: p.since(pos), Name: "connection_limit"}
		default:
			return list
		}
		p.accept('=')
		switch k := p.kind(); {
		case k == tString:
			o.Kind, o.Text = ast.OptionString, p.str()
		case k == tInteger, k == tNumeric, k == '+', k == '-':
			o.Kind, o.Text = ast.OptionNumber, p.number()
		case k == kwDefault, k == kwTrue, k == kwFalse, k == kwOn, isNonReserved(k):
			o.Kind, o.Text = ast.OptionWord, p.takeIdent().Name
		default:
			p.fail()
		}
		o.Range = p.since(pos)
		list = append(list, o)
	}
}
