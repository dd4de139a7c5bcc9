package parser

import (
	"github.com/inlaydb/inlay/planner/ast"
)

// skipBalanced passes tokens until the closing parenthesis of a group that is already
// open, which it leaves. Other brackets must balance.
func (p *parser) skipBalanced() {
	depth := 0
	for {
		switch p.kind() {
		case '(', '[':
			depth++
		case ')', ']':
			if depth == 0 {
				if p.at(']') {
					p.fail()
				}
				return
			}
			depth--
		case tEOF, tError, ';':
			p.fail()
		}
		p.advance()
	}
}

// jsonFunc parses a function of SQL/JSON, or a call of the older function json_object.
func (p *parser) jsonFunc() ast.Expr {
	at := p.tokenRange()
	k := p.kind()
	name := p.takeIdent()
	p.expect('(')
	n := &ast.JSONFunc{Name: name.Name}
	m := p.exprs.mark()
	pairs := k == kwJsonObject || k == kwJsonObjectagg
	for !p.at(')') && !p.atJSONClause() {
		switch {
		case k == kwJsonArray && p.startsQuery():
			pos := p.pos()
			q := p.query()
			p.exprs.push(&ast.Subquery{Range: p.since(pos), Query: q})
		case pairs: // key VALUE value, or key : value
			key := p.argument()
			if k == kwJsonObject && p.exprs.mark() == m && !p.at(kwValue) && !p.at(':') {
				return p.plainCall(at, name.Name, key)
			}
			p.exprs.push(key)
			if !p.accept(kwValue) {
				p.expect(':')
			}
			p.exprs.push(p.expr())
		default:
			p.exprs.push(p.expr())
		}
		p.jsonFormat()
		if !p.accept(',') {
			break
		}
	}
	n.Args = p.exprs.cut(m)
	if !p.at(')') && !p.atJSONClause() {
		p.fail()
	}
	p.skipBalanced()
	p.expect(')')
	if k == kwJsonObjectagg || k == kwJsonArrayagg {
		var f ast.FuncCall
		f.NamePos = at.Pos
		p.callClauses(&f)
	}
	n.Range = p.since(at.Pos)
	n.Text = n.Range.Text(p.src)
	if k == kwJson || k == kwJsonScalar || k == kwJsonSerialize {
		if p.toks[p.i-1].kind == ')' && len(n.Args) == 1 && n.Args[0].Span().End == p.toks[p.i-1].pos {
			return &ast.FuncCall{Range: n.Range, NamePos: at.Pos, Name: builtin(n.Name, at), Args: n.Args, Syntax: ast.SyntaxJSON}
		}
	}
	return n
}

// plainCall parses the rest of a call by name in pg_catalog whose first argument was parsed.
func (p *parser) plainCall(at ast.Range, name string, first ast.Expr) ast.Expr {
	f := p.funcCall.new()
	*f = ast.FuncCall{NamePos: at.Pos, Name: builtin(name, at), Args: p.restOfArgs(first)}
	p.expect(')')
	p.callClauses(f)
	return f
}

// jsonFormat passes FORMAT JSON [ENCODING e].
func (p *parser) jsonFormat() {
	if p.accept2(kwFormat, kwJson) && p.accept(kwEncoding) {
		p.colID()
	}
}

// atJSONClause reports whether a clause of a SQL/JSON function starts here.
func (p *parser) atJSONClause() bool {
	switch p.kind() {
	case kwReturning, kwPassing, kwOrder:
		return true
	case kwAbsent, kwNull:
		return p.peek(1) == kwOn
	case kwWith, kwWithout, kwOmit, kwKeep, kwError, kwEmpty, kwTrue, kwFalse, kwUnknown, kwDefault:
		switch p.peek(1) {
		case kwUnique, kwWrapper, kwConditional, kwUnconditional, kwArray, kwQuotes, kwOn, kwObject:
			return true
		}
	}
	return false
}
