package parser

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

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
