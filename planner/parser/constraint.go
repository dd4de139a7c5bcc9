package parser

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

// columnConstraints parses the constraints and COLLATE of a column.
func (p *parser) columnConstraints(d *ast.ColumnDef) {
	for {
		if p.at(kwCollate) {
			at := p.pos()
			p.advance()
			n := p.anyName()
			if d.Collation != nil {
				p.errorAt(at, sqlerr.SyntaxError, "multiple COLLATE clauses not allowed")
			}
			d.Collation = &n
			continue
		}
		pos := p.pos()
		c := &ast.Constraint{}
		named := p.accept(kwConstraint)
		if named {
			c.Name = p.colID()
		}
		if !p.columnConstraint(c) {
			if named {
				p.fail()
			}
			if n := len(d.Constraints); n > 0 && p.constraintAttribute(d.Constraints[n-1], false) {
				d.Constraints[n-1].End = p.prevEnd()
				continue
			}
			if p.atConstraintAttribute() {
				p.errorAt(p.pos(), sqlerr.SyntaxError, "misplaced %s clause", p.attributeWords())
			}
			return
		}
		c.Range = p.since(pos)
		d.Constraints = append(d.Constraints, c)
	}
}

// columnConstraint parses ColConstraintElem into c, if one starts here.
func (p *parser) columnConstraint(c *ast.Constraint) bool {
	switch p.kind() {
	case kwNot:
		if p.peek(1) != kwNull {
			if p.peek(1) == kwDeferrable || p.peek(1) == kwEnforced || p.peek(1) == kwValid {
				return false
			}
			p.failAt(p.i + 1)
		}
		p.advance()
		p.advance()
		c.Kind = ast.ConstraintNotNull
		c.NoInherit = p.accept2(kwNo, kwInherit)
	case kwNull:
		p.advance()
		c.Kind = ast.ConstraintNull
	case kwDefault:
		p.advance()
		c.Kind = ast.ConstraintDefault
		c.Expr = p.bExpr()
	case kwCheck:
		p.check(c)
		c.NoInherit = p.accept2(kwNo, kwInherit)
	case kwUnique:
		p.advance()
		c.Kind = ast.ConstraintUnique
		c.NullsNotDistinct = p.nullTreatment()
		p.constraintStorage(c)
	case kwPrimary:
		p.advance()
		p.expect(kwKey)
		c.Kind = ast.ConstraintPrimaryKey
		p.constraintStorage(c)
	case kwReferences:
		c.Kind = ast.ConstraintForeignKey
		p.references(c)
	case kwGenerated:
		p.generated(c)
	default:
		return false
	}
	return true
}

func (p *parser) check(c *ast.Constraint) {
	p.expect2(kwCheck, '(')
	c.Kind = ast.ConstraintCheck
	c.Expr = p.expr()
	p.expect(')')
}

// constraintStorage parses [WITH (…)] [USING INDEX TABLESPACE t].
func (p *parser) constraintStorage(c *ast.Constraint) {
	if p.at2(kwWith, '(') {
		p.advance()
		c.With = p.definition()
	}
	if p.at3(kwUsing, kwIndex, kwTablespace) {
		p.i += 3
		c.Tablespace = p.colID()
	}
}

// generated parses GENERATED … AS IDENTITY [(options)] or AS (expression) STORED.
func (p *parser) generated(c *ast.Constraint) {
	p.expect(kwGenerated)
	whenAt := p.pos()
	c.Always = p.generatedWhen()
	p.expect(kwAs)
	if p.accept(kwIdentity) {
		c.Kind = ast.ConstraintIdentity
		if p.accept('(') {
			c.Sequence = p.sequenceOptions()
			if c.Sequence == nil {
				p.fail()
			}
			p.expect(')')
		}
		return
	}
	c.Kind = ast.ConstraintGenerated
	p.expect('(')
	c.Expr = p.expr()
	p.expect(')')
	if p.accept(kwStored) {
		c.Stored = true
	} else {
		p.accept(kwVirtual)
	}
	if !c.Always {
		p.errorAt(whenAt, sqlerr.SyntaxError, "for a generated column, GENERATED ALWAYS must be specified")
	}
}

// generatedWhen parses ALWAYS or BY DEFAULT.
func (p *parser) generatedWhen() (always bool) {
	if p.accept(kwAlways) {
		return true
	}
	p.expect2(kwBy, kwDefault)
	return false
}

// references parses REFERENCES table [(columns)] [MATCH m] [ON DELETE …] [ON UPDATE …].
func (p *parser) references(c *ast.Constraint) {
	p.expect(kwReferences)
	n := p.qualifiedName()
	c.RefTable = &n
	if p.accept('(') {
		c.RefColumns, c.RefPeriod = p.keyColumns()
		p.expect(')')
	}
	if p.at(kwMatch) {
		at := p.pos()
		p.advance()
		switch p.acceptAny(kwFull, kwPartial, kwSimple) {
		case kwFull:
			c.Match = ast.FKMatchFull
		case kwPartial:
			p.notSupported(at, "MATCH PARTIAL not yet implemented")
		case 0:
			p.fail()
		}
	}
	seenDelete, seenUpdate := false, false
	for p.at(kwOn) {
		at := p.pos()
		p.advance()
		onDelete := p.at(kwDelete)
		if onDelete && seenDelete || !onDelete && (seenUpdate || !p.at(kwUpdate)) {
			p.fail()
		}
		p.advance()
		action, columns := p.keyAction()
		if onDelete {
			seenDelete = true
			c.OnDelete, c.OnDeleteColumns = action, columns
			continue
		}
		seenUpdate = true
		if columns != nil {
			what := "SET NULL"
			if action == ast.FKSetDefault {
				what = "SET DEFAULT"
			}
			p.notSupported(at, "a column list with %s is only supported for ON DELETE actions", what)
		}
		c.OnUpdate = action
	}
}

func (p *parser) keyAction() (ast.FKAction, []ast.Ident) {
	switch {
	case p.accept(kwNo):
		p.expect(kwAction)
		return ast.FKNoAction, nil
	case p.accept(kwRestrict):
		return ast.FKRestrict, nil
	case p.accept(kwCascade):
		return ast.FKCascade, nil
	}
	p.expect(kwSet)
	if p.accept(kwNull) {
		return ast.FKSetNull, p.optParenColIDs()
	}
	p.expect(kwDefault)
	return ast.FKSetDefault, p.optParenColIDs()
}

// keyColumns parses column, … [, PERIOD column].
func (p *parser) keyColumns() (cols []ast.Ident, period bool) {
	for {
		if p.at(kwPeriod) && isColID(p.peek(1)) && cols != nil {
			p.advance()
			return append(cols, p.colID()), true
		}
		cols = append(cols, p.colID())
		if !p.accept(',') {
			return cols, false
		}
	}
}

// tableConstraint parses [CONSTRAINT name] and a constraint of a table.
func (p *parser) tableConstraint() *ast.Constraint {
	pos := p.pos()
	c := &ast.Constraint{}
	if p.accept(kwConstraint) {
		c.Name = p.colID()
	}
	switch p.kind() {
	case kwCheck:
		p.check(c)
	case kwNot:
		p.advance()
		p.expect(kwNull)
		c.Kind = ast.ConstraintNotNull
		c.Columns = []ast.Ident{p.colID()}
	case kwUnique:
		p.advance()
		c.Kind = ast.ConstraintUnique
		if !p.usingIndex(c) {
			c.NullsNotDistinct = p.nullTreatment()
			p.uniqueColumns(c)
		}
	case kwPrimary:
		p.advance()
		p.expect(kwKey)
		c.Kind = ast.ConstraintPrimaryKey
		if !p.usingIndex(c) {
			p.uniqueColumns(c)
		}
	case kwExclude:
		p.exclude(c)
	case kwForeign:
		p.advance()
		p.expect2(kwKey, '(')
		c.Kind = ast.ConstraintForeignKey
		c.Columns, c.WithoutOverlaps = p.keyColumns()
		p.expect(')')
		p.references(c)
	default:
		p.fail()
	}
	for p.constraintAttribute(c, true) {
	}
	c.Range = p.since(pos)
	return c
}

// usingIndex parses USING INDEX name.
func (p *parser) usingIndex(c *ast.Constraint) bool {
	if !p.accept(kwUsing) {
		return false
	}
	p.expect(kwIndex)
	c.UsingIndex = p.colID()
	return true
}

// uniqueColumns parses (columns) [INCLUDE (columns)] and the storage of a key.
func (p *parser) uniqueColumns(c *ast.Constraint) {
	p.expect('(')
	c.Columns = p.colIDs()
	c.WithoutOverlaps = p.accept2(kwWithout, kwOverlaps)
	p.expect(')')
	if p.accept(kwInclude) {
		c.Include = p.parenColIDs()
	}
	p.constraintStorage(c)
}

func (p *parser) exclude(c *ast.Constraint) {
	p.expect(kwExclude)
	c.Kind = ast.ConstraintExclude
	if p.accept(kwUsing) {
		c.ExcludeUsing = p.colID()
	}
	p.expect('(')
	for {
		e := ast.ExcludeElement{Element: p.indexElement()}
		p.expect(kwWith)
		if p.at(kwOperator) {
			e.Op = p.operator()
		} else {
			e.Op = p.anyOperator()
		}
		c.ExcludeElements = append(c.ExcludeElements, e)
		if !p.accept(',') {
			break
		}
	}
	p.expect(')')
	if p.accept(kwInclude) {
		c.Include = p.parenColIDs()
	}
	p.constraintStorage(c)
	if p.accept(kwWhere) {
		p.expect('(')
		c.ExcludeWhere = p.expr()
		p.expect(')')
	}
}

// atConstraintAttribute reports whether [NOT] DEFERRABLE, INITIALLY … and the like start here.
func (p *parser) atConstraintAttribute() bool {
	switch p.kind() {
	case kwDeferrable, kwInitially:
		return true
	case kwNot:
		return p.peek(1) == kwDeferrable
	}
	return false
}

func (p *parser) attributeWords() string {
	switch {
	case p.at(kwNot):
		return "NOT DEFERRABLE"
	case p.at2(kwInitially, kwDeferred):
		return "INITIALLY DEFERRED"
	case p.at(kwInitially):
		return "INITIALLY IMMEDIATE"
	}
	return "DEFERRABLE"
}

// constraintAttribute parses one attribute after a constraint; those of a table's constraint
// include NOT VALID and NO INHERIT.
func (p *parser) constraintAttribute(c *ast.Constraint, table bool) bool {
	pos := p.pos()
	conflict := func() {
		p.errorAt(pos, sqlerr.SyntaxError, "conflicting constraint properties")
	}
	switch {
	case p.at2(kwNot, kwDeferrable):
		p.i += 2
		if c.Deferrable || table && c.InitiallyDeferred {
			conflict()
		}
		c.NotDeferrable = true
	case p.at(kwDeferrable):
		p.advance()
		if c.NotDeferrable {
			conflict()
		}
		c.Deferrable = true
	case p.at2(kwInitially, kwImmediate):
		p.i += 2
		if c.InitiallyDeferred {
			conflict()
		}
	case p.at2(kwInitially, kwDeferred):
		p.i += 2
		if table && c.NotDeferrable {
			conflict()
		}
		c.InitiallyDeferred = true
	case p.at2(kwNot, kwEnforced):
		p.i += 2
		c.NotEnforced = true
	case p.at(kwEnforced):
		p.advance()
	case table && p.at2(kwNot, kwValid):
		p.i += 2
		c.NotValid = true
	case table && p.at2(kwNo, kwInherit):
		p.i += 2
		c.NoInherit = true
	case table && (p.at(kwNot) || p.at(kwNo)), p.at(kwInitially):
		p.failAt(p.i + 1)
	default:
		return false
	}
	return true
}
