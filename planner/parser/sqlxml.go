package parser

import "github.com/inlaydb/inlay/planner/ast"

// xmlFunc parses a function of SQL/XML. XMLEXISTS becomes a call; the others are kept as
// text once their shape is checked.
func (p *parser) xmlFunc() ast.Expr {
	at := p.tokenRange()
	k := p.kind()
	p.advance()
	p.expect('(')
	switch k {
	case kwXmlexists:
		path := p.primary(false)
		x := p.xmlPassing()
		p.expect(')')
		return &ast.FuncCall{Range: p.since(at.Pos), NamePos: at.Pos, Name: builtin("xmlexists", at),
			Args: []ast.Expr{path, x}, Syntax: ast.SyntaxXMLExists}
	case kwXmlconcat:
		p.exprList()
	case kwXmlelement:
		p.expect(kwName)
		p.colLabel()
		if p.accept(',') {
			if p.accept(kwXmlattributes) {
				p.expect('(')
				p.xmlNamed()
				p.expect(')')
				if p.accept(',') {
					p.exprList()
				}
			} else {
				p.exprList()
			}
		}
	case kwXmlforest:
		p.xmlNamed()
	case kwXmlparse:
		p.documentOrContent()
		p.expr()
		if p.acceptAny(kwPreserve, kwStrip) != 0 {
			p.expect(kwWhitespace)
		}
	case kwXmlpi:
		p.expect(kwName)
		p.colLabel()
		if p.accept(',') {
			p.expr()
		}
	case kwXmlroot:
		p.expr()
		p.expect2(',', kwVersion)
		if !p.accept2(kwNo, kwValue) {
			p.expr()
		}
		if p.accept(',') {
			p.expect(kwStandalone)
			if p.accept(kwNo) {
				p.accept(kwValue)
			} else {
				p.expect(kwYes)
			}
		}
	case kwXmlserialize:
		p.documentOrContent()
		p.expr()
		p.expect(kwAs)
		p.simpleType(false)
		if !p.accept(kwIndent) {
			p.accept2(kwNo, kwIndent)
		}
	}
	p.expect(')')
	r := p.since(at.Pos)
	return &ast.XMLFunc{Range: r, Name: k.word(), Text: r.Text(p.src)}
}

func (p *parser) documentOrContent() {
	if p.acceptAny(kwDocument, kwContent) == 0 {
		p.fail()
	}
}

// xmlNamed parses expression [AS label], ….
func (p *parser) xmlNamed() {
	for {
		p.expr()
		if p.accept(kwAs) {
			p.colLabel()
		}
		if !p.accept(',') {
			return
		}
	}
}

// xmlPassing parses PASSING [BY REF|VALUE] x [BY REF|VALUE].
func (p *parser) xmlPassing() ast.Expr {
	mechanism := func() {
		if p.accept(kwBy) && p.acceptAny(kwRef, kwValue) == 0 {
			p.fail()
		}
	}
	p.expect(kwPassing)
	mechanism()
	x := p.primary(false)
	mechanism()
	return x
}
