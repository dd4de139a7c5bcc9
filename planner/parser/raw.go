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

// aggregateDefinition parses (arguments) (definition), or the old (definition) alone.
func (p *parser) aggregateDefinition() {
	// The old form starts with a word and an equals sign.
	if p.at('(') && isColLabel(p.peek(1)) && p.peek(2) == '=' {
		p.definition()
		return
	}
	p.expect('(')
	args := &ast.ArgTypes{}
	switch {
	case p.accept('*'):
	default:
		if !p.at(kwOrder) {
			p.functionArgTypes(args)
		}
		if p.accept2(kwOrder, kwBy) {
			p.functionArgTypes(args)
		}
	}
	p.expect(')')
	p.definition()
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

// createFunction parses a function's or procedure's definition.
func (p *parser) createFunction(function bool) {
	p.funcName()
	p.functionParams()
	if function && p.accept(kwReturns) {
		if p.accept(kwTable) {
			p.expect('(')
			for {
				p.typeFuncName()
				p.funcType()
				if !p.accept(',') {
					break
				}
			}
			p.expect(')')
		} else {
			p.funcType()
		}
	}
	for p.functionOption() {
	}
	switch {
	case p.accept(kwReturn):
		p.expr()
	case p.at2(kwBegin, kwAtomic):
		p.i += 2
		for !p.at(kwEnd) {
			if p.accept(kwReturn) {
				p.expr()
			} else if !p.at(';') {
				p.statement()
			}
			p.expect(';')
		}
		p.advance()
		for p.functionOption() {
		}
	}
}

// functionParams parses ([mode] [name] type [DEFAULT x], …).
func (p *parser) functionParams() {
	p.expect('(')
	if p.accept(')') {
		return
	}
	for {
		p.functionArg()
		if p.accept(kwDefault) || p.accept('=') {
			p.expr()
		}
		if !p.accept(',') {
			break
		}
	}
	p.expect(')')
}

// functionOption parses one of a function's options.
func (p *parser) functionOption() bool {
	switch p.kind() {
	case kwAs:
		p.advance()
		p.str()
		if p.accept(',') {
			p.str()
		}
	case kwLanguage:
		p.advance()
		p.wordOrString()
	case kwTransform:
		p.advance()
		for {
			p.expect2(kwFor, kwType)
			p.typeName()
			if !p.accept(',') {
				break
			}
		}
	case kwCalled:
		p.advance()
		p.expect2(kwOn, kwNull)
		p.expect(kwInput)
	case kwReturns:
		p.advance()
		p.expect2(kwNull, kwOn)
		p.expect2(kwNull, kwInput)
	case kwWindow, kwStrict, kwImmutable, kwStable, kwVolatile, kwLeakproof:
		p.advance()
	case kwNot:
		p.advance()
		p.expect(kwLeakproof)
	case kwExternal, kwSecurity:
		p.accept(kwExternal)
		p.expect(kwSecurity)
		if p.acceptAny(kwDefiner, kwInvoker) == 0 {
			p.fail()
		}
	case kwCost, kwRows:
		p.advance()
		p.number()
	case kwSupport:
		p.advance()
		p.anyName()
	case kwParallel:
		p.advance()
		p.colID()
	case kwSet, kwReset:
		p.setReset()
	default:
		return false
	}
	return true
}

// createTrigger parses [CONSTRAINT] TRIGGER name … EXECUTE FUNCTION f(…).
func (p *parser) createTrigger() {
	constraint := p.accept(kwConstraint)
	p.expect(kwTrigger)
	p.colID()
	switch {
	case constraint:
		p.expect(kwAfter)
	case p.acceptAny(kwBefore, kwAfter) != 0:
	default:
		p.expect2(kwInstead, kwOf)
	}
	for {
		switch p.acceptAny(kwInsert, kwDelete, kwUpdate, kwTruncate) {
		case kwUpdate:
			if p.accept(kwOf) {
				p.colIDs()
			}
		case 0:
			p.fail()
		}
		if !p.accept(kwOr) {
			break
		}
	}
	p.expect(kwOn)
	p.qualifiedName()
	if p.accept(kwFrom) {
		p.qualifiedName()
	}
	for p.accept(kwReferencing) || p.at(kwNew) || p.at(kwOld) {
		if p.acceptAny(kwNew, kwOld) == 0 || p.acceptAny(kwTable, kwRow) == 0 {
			p.fail()
		}
		p.accept(kwAs)
		p.colID()
	}
	c := &ast.Constraint{}
	for p.constraintAttribute(c, true) {
	}
	if p.accept(kwFor) {
		p.accept(kwEach)
		if p.acceptAny(kwRow, kwStatement) == 0 {
			p.fail()
		}
	}
	if p.accept2(kwWhen, '(') {
		p.expr()
		p.expect(')')
	}
	p.expect(kwExecute)
	if p.acceptAny(kwFunction, kwProcedure) == 0 {
		p.fail()
	}
	p.funcName()
	p.expect('(')
	for !p.at(')') {
		switch k := p.kind(); {
		case k == tString || k == tInteger || k == tNumeric || k == tBit || k == tHex || isColLabel(k):
			p.advance()
		default:
			p.fail()
		}
		if !p.accept(',') {
			break
		}
	}
	p.expect(')')
}

func (p *parser) createEventTrigger() {
	p.colID()
	p.expect(kwOn)
	p.colLabel()
	if p.accept(kwWhen) {
		for {
			p.colID()
			p.expect2(kwIn, '(')
			for {
				p.str()
				if !p.accept(',') {
					break
				}
			}
			p.expect(')')
			if !p.accept(kwAnd) {
				break
			}
		}
	}
	p.expect(kwExecute)
	if p.acceptAny(kwFunction, kwProcedure) == 0 {
		p.fail()
	}
	p.funcName()
	p.expect2('(', ')')
}

// createRule parses a rule, whose actions are statements.
func (p *parser) createRule() {
	p.colID()
	p.expect2(kwAs, kwOn)
	if p.acceptAny(kwSelect, kwUpdate, kwDelete, kwInsert) == 0 {
		p.fail()
	}
	p.expect(kwTo)
	p.qualifiedName()
	if p.accept(kwWhere) {
		p.expr()
	}
	p.expect(kwDo)
	p.acceptAny(kwInstead, kwAlso)
	switch {
	case p.accept(kwNothing):
	case p.at('(') && !p.parenStartsSelect() || p.at('(') && !p.queryThroughout():
		p.advance()
		for !p.at(')') {
			if !p.at(';') {
				p.ruleAction()
			}
			if !p.accept(';') {
				break
			}
		}
		p.expect(')')
	default:
		p.ruleAction()
	}
}

// queryThroughout reports whether the parenthesis here closes without a semicolon within, so that
// it holds one query and not a list of actions.
func (p *parser) queryThroughout() bool {
	depth := 0
	for i := p.i; i < len(p.toks); i++ {
		switch p.toks[i].kind {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return true
			}
		case ';':
			return false
		}
	}
	return false
}

func (p *parser) ruleAction() {
	if p.at(kwNotify) {
		p.listen()
		return
	}
	p.preparable()
}

func (p *parser) createPolicy() {
	p.colID()
	p.expect(kwOn)
	p.qualifiedName()
	if p.accept(kwAs) {
		at := p.pos()
		if id := p.colID(); id.Name != "permissive" && id.Name != "restrictive" {
			p.bail(sqlerr.New(sqlerr.SyntaxError, "unrecognized row security option \"%s\"", id.Name).
				At(ast.Position(p.src, at)).
				WithHint("Only PERMISSIVE or RESTRICTIVE policies are supported currently."))
		}
	}
	if p.accept(kwFor) && p.acceptAny(kwAll, kwSelect, kwInsert, kwUpdate, kwDelete) == 0 {
		p.fail()
	}
	p.policyBody()
}

func (p *parser) policyBody() {
	if p.accept(kwTo) {
		p.roles()
	}
	if p.accept2(kwUsing, '(') {
		p.expr()
		p.expect(')')
	}
	if p.accept(kwWith) {
		p.expect2(kwCheck, '(')
		p.expr()
		p.expect(')')
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
