package parser

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

// raw takes the rest of the statement as it is, with its parentheses balanced.
func (p *parser) raw(pos int32, tag string) ast.Statement {
	depth := 0
	for {
		switch p.kind() {
		case '(', '[':
			depth++
		case ')', ']':
			if depth--; depth < 0 {
				p.fail()
			}
		case ';', tEOF, tError:
			if depth > 0 || p.at(tError) {
				p.fail()
			}
			return p.rawDone(pos, tag)
		}
		p.advance()
	}
}

func (p *parser) rawDone(pos int32, tag string) ast.Statement {
	r := p.since(pos)
	return &ast.Raw{Range: r, Tag: tag, Text: r.Text(p.src)}
}

// createRaw parses CREATE of objects that Inlay does not have, checking the
// shape of their definitions.
func (p *parser) createRaw(pos int32) ast.Statement {
	switch k := p.kind(); k {
	case kwFunction, kwProcedure:
		p.advance()
		p.createFunction(k == kwFunction)
		return p.rawDone(pos, "CREATE "+upper(k.word()))
	case kwAggregate:
		p.advance()
		p.funcName()
		p.aggregateDefinition()
		return p.rawDone(pos, "CREATE AGGREGATE")
	case kwOperator:
		return p.createOperator(pos)
	case kwType:
		p.advance()
		p.createType()
		return p.rawDone(pos, "CREATE TYPE")
	case kwText:
		p.advance()
		p.expect(kwSearch)
		what := p.acceptAny(kwParser, kwDictionary, kwTemplate, kwConfiguration)
		if what == 0 {
			p.fail()
		}
		p.anyName()
		p.definition()
		return p.rawDone(pos, "CREATE TEXT SEARCH "+upper(what.word()))
	case kwCollation:
		p.advance()
		p.ifNotExists()
		p.anyName()
		if p.accept(kwFrom) {
			p.anyName()
		} else {
			p.definition()
		}
		return p.rawDone(pos, "CREATE COLLATION")
	case kwDomain:
		p.advance()
		p.anyName()
		p.accept(kwAs)
		d := &ast.ColumnDef{Type: p.typeName()}
		p.columnConstraints(d)
		return p.rawDone(pos, "CREATE DOMAIN")
	case kwExtension:
		p.advance()
		p.ifNotExists()
		p.colID()
		p.accept(kwWith)
		p.extensionOptions()
		return p.rawDone(pos, "CREATE EXTENSION")
	case kwTrigger, kwConstraint:
		p.createTrigger()
		return p.rawDone(pos, "CREATE TRIGGER")
	case kwEvent:
		p.advance()
		p.expect(kwTrigger)
		p.createEventTrigger()
		return p.rawDone(pos, "CREATE EVENT TRIGGER")
	case kwRule:
		p.advance()
		p.createRule()
		return p.rawDone(pos, "CREATE RULE")
	case kwPolicy:
		p.advance()
		p.createPolicy()
		return p.rawDone(pos, "CREATE POLICY")
	case kwPublication, kwSubscription:
		return p.createReplication(pos)
	case kwStatistics:
		return p.createStatistics(pos)
	case kwCast:
		p.advance()
		p.castTypes()
		p.castBody()
		return p.rawDone(pos, "CREATE CAST")
	case kwDefault, kwConversion:
		p.accept(kwDefault)
		p.expect(kwConversion)
		p.anyName()
		p.expect(kwFor)
		p.str()
		p.expect(kwTo)
		p.str()
		p.expect(kwFrom)
		p.anyName()
		return p.rawDone(pos, "CREATE CONVERSION")
	case kwTrusted, kwProcedural, kwLanguage:
		p.accept(kwTrusted)
		p.accept(kwProcedural)
		p.expect(kwLanguage)
		p.nonReserved()
		if p.accept(kwHandler) {
			p.anyName()
			if p.accept(kwInline) {
				p.anyName()
			}
			if p.accept(kwValidator) {
				p.anyName()
			} else if p.accept2(kwNo, kwValidator) {
			}
		}
		return p.rawDone(pos, "CREATE LANGUAGE")
	case kwTablespace:
		p.advance()
		p.colID()
		if p.accept(kwOwner) {
			p.role()
		}
		p.expect(kwLocation)
		p.str()
		if p.accept(kwWith) {
			p.relOptions()
		}
		return p.rawDone(pos, "CREATE TABLESPACE")
	case kwAccess:
		p.advance()
		p.expect(kwMethod)
		p.colID()
		p.expect(kwType)
		if p.acceptAny(kwIndex, kwTable) == 0 {
			p.fail()
		}
		p.expect(kwHandler)
		p.anyName()
		return p.rawDone(pos, "CREATE ACCESS METHOD")
	case kwTransform:
		p.advance()
		p.expect(kwFor)
		p.typeName()
		p.expect(kwLanguage)
		p.colID()
		p.expect('(')
		return p.rawParens(pos, "CREATE TRANSFORM")
	case kwAssertion:
		p.advance()
		p.anyName()
		p.expect2(kwCheck, '(')
		p.expr()
		p.expect(')')
		c := &ast.Constraint{}
		for p.constraintAttribute(c, true) {
		}
		p.bail(sqlerr.Unsupported("CREATE ASSERTION is not yet implemented"))
	}
	p.fail()
	return nil
}

// rawParens takes what a parenthesis that is already open holds.
func (p *parser) rawParens(pos int32, tag string) ast.Statement {
	p.skipBalanced()
	p.expect(')')
	return p.rawDone(pos, tag)
}

func (p *parser) castBody() {
	switch {
	case p.accept2(kwWithout, kwFunction):
	case p.accept2(kwWith, kwInout):
	default:
		p.expect2(kwWith, kwFunction)
		p.functionWithArgs(false)
	}
	if p.accept(kwAs) && p.acceptAny(kwImplicit, kwAssignment) == 0 {
		p.fail()
	}
}

func (p *parser) extensionOptions() {
	for {
		switch p.acceptAny(kwSchema, kwVersion, kwFrom, kwCascade) {
		case kwSchema:
			p.colID()
		case kwVersion:
			p.wordOrString()
		case kwFrom:
			at := p.toks[p.i-1].pos
			p.wordOrString()
			p.notSupported(at, "CREATE EXTENSION ... FROM is no longer supported")
		case 0:
			return
		}
	}
}

func (p *parser) createOperator(pos int32) ast.Statement {
	p.expect(kwOperator)
	if k := p.kind(); (k == kwClass || k == kwFamily) && p.peek(1) != '.' {
		p.advance()
		p.anyName()
		if k == kwFamily {
			p.expect(kwUsing)
			p.colID()
			return p.rawDone(pos, "CREATE OPERATOR FAMILY")
		}
		p.accept(kwDefault)
		p.expect2(kwFor, kwType)
		p.typeName()
		p.expect(kwUsing)
		p.colID()
		if p.accept(kwFamily) {
			p.anyName()
		}
		p.expect(kwAs)
		return p.raw(pos, "CREATE OPERATOR CLASS")
	}
	p.anyOperator()
	p.definition()
	return p.rawDone(pos, "CREATE OPERATOR")
}

func (p *parser) createType() {
	p.anyName()
	switch {
	case p.at('('):
		p.definition()
	case p.accept(kwAs):
		switch {
		case p.accept(kwEnum):
			p.expect('(')
			if p.accept(')') {
				return
			}
			for {
				p.str()
				if !p.accept(',') {
					break
				}
			}
			p.expect(')')
		case p.accept(kwRange):
			p.definition()
		case p.at2('(', ')'):
			p.i += 2
		default:
			p.columnDefs()
		}
	}
}

// createReplication parses PUBLICATION and SUBSCRIPTION.
func (p *parser) createReplication(pos int32) ast.Statement {
	if p.accept(kwSubscription) {
		p.colID()
		p.expect(kwConnection)
		p.str()
		p.expect(kwPublication)
		for {
			p.colLabel()
			if !p.accept(',') {
				break
			}
		}
		if p.accept(kwWith) {
			p.definition()
		}
		return p.rawDone(pos, "CREATE SUBSCRIPTION")
	}
	p.expect(kwPublication)
	p.colID()
	if p.accept(kwFor) {
		if !p.accept2(kwAll, kwTables) {
			p.publicationObjects()
		}
	}
	if p.accept(kwWith) {
		p.definition()
	}
	return p.rawDone(pos, "CREATE PUBLICATION")
}

// publicationObjects parses TABLE t [(columns)] [WHERE (x)], TABLES IN SCHEMA s, ….
func (p *parser) publicationObjects() {
	first := true
	for {
		switch {
		case p.accept(kwTable):
			p.publicationTable()
		case p.accept3(kwTables, kwIn, kwSchema):
			p.publicationSchema()
		case first:
			p.fail()
		case p.at(kwCurrentSchema):
			p.advance()
		default:
			p.publicationTable()
		}
		first = false
		if !p.accept(',') {
			return
		}
	}
}

func (p *parser) publicationSchema() {
	if !p.accept(kwCurrentSchema) {
		p.colID()
	}
}

func (p *parser) publicationTable() {
	p.relationExpr()
	p.optParenColIDs()
	if p.accept2(kwWhere, '(') {
		p.expr()
		p.expect(')')
	}
}

func (p *parser) createStatistics(pos int32) ast.Statement {
	p.expect(kwStatistics)
	named := p.ifNotExists()
	if named || !p.at(kwOn) && !p.at('(') {
		p.anyName()
	}
	p.optParenColIDs()
	p.expect(kwOn)
	for {
		p.indexTarget()
		if !p.accept(',') {
			break
		}
	}
	p.expect(kwFrom)
	p.fromList()
	return p.rawDone(pos, "CREATE STATISTICS")
}
