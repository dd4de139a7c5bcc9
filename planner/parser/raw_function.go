package parser

import "github.com/inlaydb/inlay/planner/ast"

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
