package parser

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

func (p *parser) notSupported(pos int32, format string, args ...any) {
	p.errorAt(pos, sqlerr.FeatureNotSupported, format, args...)
}

// createTable parses TABLE … of CREATE TABLE in all its forms.
func (p *parser) createTable(pos int32, persistence ast.Persistence, replace bool) ast.Statement {
	p.expect(kwTable)
	t := &ast.CreateTable{Persistence: persistence, OrReplace: replace}
	t.IfNotExists = p.ifNotExists()
	t.Name = p.qualifiedName()
	switch {
	case p.accept(kwOf):
		n := p.anyName()
		t.OfType = p.typeName1(n)
		if p.at('(') {
			t.Elements = p.typedElements()
		}
	case p.accept(kwPartition):
		p.expect(kwOf)
		p.partitionOf(t)
	case p.at('(') && !p.columnListOnly():
		t.Elements = p.tableElements()
		if p.accept(kwInherits) {
			p.expect('(')
			t.Inherits = p.qualifiedNames()
			p.expect(')')
		}
	default:
		return p.createTableAs(pos, t)
	}
	p.tableTail(t)
	t.Range = p.since(pos)
	return t
}

// columnListOnly reports whether the parenthesis here holds names and nothing else, which is the
// column list of CREATE TABLE AS.
func (p *parser) columnListOnly() bool {
	if !isColID(p.peek(1)) {
		return false
	}
	next := p.peek(2)
	return next == ',' || next == ')'
}

func (p *parser) partitionOf(t *ast.CreateTable) {
	n := p.qualifiedName()
	t.PartitionOf = &n
	if p.at('(') {
		t.Elements = p.typedElements()
	}
	t.Bound = p.partitionBound()
}

// tableTail parses PARTITION BY, USING, WITH, ON COMMIT and TABLESPACE.
func (p *parser) tableTail(t *ast.CreateTable) {
	if p.at(kwPartition) {
		t.PartitionBy = p.partitionSpec()
	}
	if p.accept(kwUsing) {
		t.Using = p.colID()
	}
	t.With = p.tableWith()
	t.OnCommit = p.onCommit()
	if p.accept(kwTablespace) {
		t.Tablespace = p.colID()
	}
}

// tableWith parses [WITH (options)|WITHOUT OIDS].
func (p *parser) tableWith() []ast.Option {
	switch p.acceptAny(kwWith, kwWithout) {
	case kwWith:
		return p.relOptions()
	case kwWithout:
		p.expect(kwOids)
	}
	return nil
}

func (p *parser) onCommit() ast.OnCommit {
	if !p.accept(kwOn) {
		return ast.OnCommitNone
	}
	p.expect(kwCommit)
	switch {
	case p.accept(kwDrop):
		return ast.OnCommitDrop
	case p.accept(kwDelete):
		p.expect(kwRows)
		return ast.OnCommitDeleteRows
	}
	p.expect2(kwPreserve, kwRows)
	return ast.OnCommitPreserveRows
}

// createTableAs parses the rest of CREATE TABLE … AS; t holds what came before.
func (p *parser) createTableAs(pos int32, t *ast.CreateTable) ast.Statement {
	c := &ast.CreateTableAs{Persistence: t.Persistence, OrReplace: t.OrReplace, IfNotExists: t.IfNotExists, Name: t.Name}
	c.Columns = p.optParenColIDs()
	if p.accept(kwUsing) {
		c.Using = p.colID()
	}
	c.With = p.tableWith()
	c.OnCommit = p.onCommit()
	if p.accept(kwTablespace) {
		c.Tablespace = p.colID()
	}
	p.expect(kwAs)
	if p.at(kwExecute) {
		c.Query = p.execute()
	} else {
		c.Query = p.selectStatement()
	}
	c.NoData = p.withData()
	c.Range = p.since(pos)
	return c
}

// tableElements parses ([column|constraint|LIKE, …]).
func (p *parser) tableElements() []ast.TableElement {
	p.expect('(')
	var list []ast.TableElement
	if p.accept(')') {
		return nil
	}
	for {
		list = append(list, p.tableElement())
		if !p.accept(',') {
			break
		}
	}
	p.expect(')')
	return list
}

func (p *parser) tableElement() ast.TableElement {
	switch p.kind() {
	case kwConstraint, kwCheck, kwUnique, kwPrimary, kwExclude, kwForeign:
		if p.atTableConstraint() {
			return p.tableConstraint()
		}
	case kwLike:
		return p.likeClause()
	}
	return p.columnDef()
}

// atTableConstraint tells a constraint from a column whose name is an unreserved word.
func (p *parser) atTableConstraint() bool {
	if p.kind() == kwExclude {
		return p.peek(1) == '(' || p.peek(1) == kwUsing
	}
	return true
}

func (p *parser) likeClause() *ast.LikeClause {
	pos := p.pos()
	p.expect(kwLike)
	l := &ast.LikeClause{Source: p.qualifiedName()}
	for {
		which := p.acceptAny(kwIncluding, kwExcluding)
		if which == 0 {
			break
		}
		switch p.kind() {
		case kwComments, kwCompression, kwConstraints, kwDefaults, kwIdentity, kwGenerated, kwIndexes, kwStatistics, kwStorage, kwAll:
		default:
			p.fail()
		}
		id := p.takeIdent()
		if which == kwIncluding {
			l.Including = append(l.Including, id)
		} else {
			l.Excluding = append(l.Excluding, id)
		}
	}
	l.Range = p.since(pos)
	return l
}

// typedElements parses the parenthesised elements of CREATE TABLE … OF and PARTITION OF.
func (p *parser) typedElements() []ast.TableElement {
	p.expect('(')
	var list []ast.TableElement
	for {
		switch p.kind() {
		case kwConstraint, kwCheck, kwUnique, kwPrimary, kwExclude, kwForeign:
			if p.atTableConstraint() {
				list = append(list, p.tableConstraint())
				break
			}
			fallthrough
		default:
			pos := p.pos()
			d := &ast.ColumnDef{Name: p.colID()}
			p.accept2(kwWith, kwOptions)
			p.columnConstraints(d)
			d.Range = p.since(pos)
			list = append(list, d)
		}
		if !p.accept(',') {
			break
		}
	}
	p.expect(')')
	return list
}

// columnDef parses name type [STORAGE s] [COMPRESSION c] [OPTIONS (…)] constraints.
func (p *parser) columnDef() *ast.ColumnDef {
	pos := p.pos()
	d := &ast.ColumnDef{Name: p.colID()}
	d.Type = p.typeName()
	if p.accept(kwStorage) {
		if p.at(kwDefault) {
			d.Storage = p.takeIdent()
		} else {
			d.Storage = p.colID()
		}
	}
	if p.accept(kwCompression) {
		if p.at(kwDefault) {
			d.Compression = p.takeIdent()
		} else {
			d.Compression = p.colID()
		}
	}
	d.Options = p.fdwOptions()
	p.columnConstraints(d)
	d.Range = p.since(pos)
	return d
}

// partitionSpec parses PARTITION BY strategy (elements).
func (p *parser) partitionSpec() *ast.PartitionSpec {
	pos := p.pos()
	p.expect2(kwPartition, kwBy)
	s := &ast.PartitionSpec{Strategy: p.colID()}
	p.expect('(')
	for {
		at := p.pos()
		e := p.indexTarget()
		if p.accept(kwCollate) {
			n := p.anyName()
			e.Collation = &n
		}
		if isColID(p.kind()) {
			n := p.anyName()
			e.OpClass = &n
		}
		e.Range = p.since(at)
		s.Elements = append(s.Elements, e)
		if !p.accept(',') {
			break
		}
	}
	p.expect(')')
	s.Range = p.since(pos)
	return s
}

// partitionBound parses FOR VALUES … or DEFAULT.
func (p *parser) partitionBound() *ast.PartitionBound {
	pos := p.pos()
	b := &ast.PartitionBound{}
	if p.accept(kwDefault) {
		b.Default = true
		b.Range = p.since(pos)
		return b
	}
	p.expect2(kwFor, kwValues)
	switch {
	case p.accept(kwIn):
		p.expect('(')
		b.In = p.exprList()
		p.expect(')')
	case p.accept(kwFrom):
		p.expect('(')
		b.From = p.exprList()
		p.expect(')')
		p.expect2(kwTo, '(')
		b.To = p.exprList()
		p.expect(')')
	case p.accept2(kwWith, '('):
		p.hashBound(b)
	default:
		p.fail()
	}
	b.Range = p.since(pos)
	return b
}

func (p *parser) hashBound(b *ast.PartitionBound) {
	b.Modulus, b.Remainder = -1, -1
	for {
		at := p.pos()
		word := p.nonReserved()
		v := p.integer()
		into := &b.Modulus
		switch word.Name {
		case "modulus":
		case "remainder":
			into = &b.Remainder
		default:
			p.errorAt(at, sqlerr.SyntaxError, "unrecognized hash partition bound specification \"%s\"", word.Name)
		}
		if *into != -1 {
			p.errorAt(at, sqlerr.DuplicateObject, "%s for hash partition provided more than once", word.Name)
		}
		*into = v
		if !p.accept(',') {
			break
		}
	}
	p.expect(')')
	if b.Modulus == -1 {
		p.bail(sqlerr.New(sqlerr.SyntaxError, "modulus for hash partition must be specified"))
	}
	if b.Remainder == -1 {
		p.bail(sqlerr.New(sqlerr.SyntaxError, "remainder for hash partition must be specified"))
	}
}

// createForeignTable parses TABLE … of CREATE FOREIGN TABLE.
func (p *parser) createForeignTable(pos int32) ast.Statement {
	p.expect(kwTable)
	t := &ast.CreateTable{Foreign: true}
	t.IfNotExists = p.ifNotExists()
	t.Name = p.qualifiedName()
	if p.accept(kwPartition) {
		p.expect(kwOf)
		p.partitionOf(t)
	} else {
		if !p.at('(') {
			p.fail()
		}
		t.Elements = p.tableElements()
		if p.accept(kwInherits) {
			p.expect('(')
			t.Inherits = p.qualifiedNames()
			p.expect(')')
		}
	}
	p.expect(kwServer)
	t.Server = p.colID()
	t.Options = p.fdwOptions()
	t.Range = p.since(pos)
	return t
}
