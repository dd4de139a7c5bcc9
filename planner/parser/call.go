package parser

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

// call parses (arguments) and the clauses of a call after its name. A string after the
// parentheses makes it a literal of a type with modifiers: numeric(10, 2) '1.5'.
func (p *parser) call(name ast.Name) ast.Expr {
	f := p.funcCall.new()
	*f = ast.FuncCall{NamePos: name.Pos, Name: name}
	windowless := p.windowless
	p.windowless = false
	orderPos := int32(0)
	p.expect('(')
	switch {
	case p.at(')'):
	case p.accept('*'):
		f.Star = true
		if !p.at(')') {
			p.fail()
		}
	default:
		plain := true
		if p.accept(kwDistinct) {
			f.Distinct = true
			plain = false
		} else if p.accept(kwAll) {
			plain = false
		}
		m := p.exprs.mark()
		for {
			if p.at(kwVariadic) {
				if f.Distinct || !plain {
					p.fail()
				}
				p.advance()
				f.Variadic = true
			}
			x := p.argument()
			if p.at(kwAs) && len(name.Parts) == 1 && name.Parts[0].Name == "try_cast" && p.exprs.mark() == m && plain {
				return p.castRest(name.Pos, x, true)
			}
			p.exprs.push(x)
			if f.Variadic || !p.accept(',') {
				break
			}
		}
		f.Args = p.exprs.cut(m)
		if p.at(kwOrder) {
			orderPos = p.pos()
			f.OrderBy = p.orderBy()
		}
	}
	if p.acceptNulls("ignore") {
		f.IgnoreNulls = true
	} else {
		p.acceptNulls("respect")
	}
	p.expect(')')
	if p.at(tString) {
		return p.callLiteral(f, orderPos)
	}
	if windowless {
		f.Range = p.since(f.NamePos)
	} else {
		p.callClauses(f)
	}
	return f
}

// acceptNulls parses IGNORE NULLS or RESPECT NULLS.
func (p *parser) acceptNulls(word string) bool {
	if p.atWord(word) && p.peek(1) == kwNulls {
		p.advance()
		p.advance()
		return true
	}
	return false
}

// argument parses func_arg_expr: an expression, or name => value.
func (p *parser) argument() ast.Expr {
	if next := p.peek(1); (next == tEqualsGreater || next == tColonEquals) && isTypeFuncName(p.kind()) {
		pos := p.pos()
		name := p.takeIdent()
		p.advance()
		x := p.expr()
		return &ast.NamedArg{Range: p.since(pos), Name: name, Value: x}
	}
	return p.expr()
}

// callLiteral makes a literal of what looked like a call: type(mods) 'text'. An ORDER BY, which
// it cannot have, started at orderPos.
func (p *parser) callLiteral(f *ast.FuncCall, orderPos int32) ast.Expr {
	if f.Star || f.Distinct || f.Variadic || len(f.Args) == 0 {
		p.fail()
	}
	for _, a := range f.Args {
		if n, ok := a.(*ast.NamedArg); ok {
			p.errorAt(n.Pos, sqlerr.SyntaxError, "type modifier cannot have parameter name")
		}
	}
	if f.OrderBy != nil {
		p.errorAt(orderPos, sqlerr.SyntaxError, "type modifier cannot have ORDER BY")
	}
	t := p.typeName1(f.Name)
	t.Mods = f.Args
	t.Range = p.since(f.NamePos)
	return p.literalOf(f.NamePos, t)
}

// callClauses parses WITHIN GROUP, FILTER and OVER after a call's parentheses.
func (p *parser) callClauses(f *ast.FuncCall) {
	if p.at(kwWithin) {
		at := p.pos()
		p.advance()
		p.expect2(kwGroup, '(')
		order := p.orderBy()
		p.expect(')')
		for _, bad := range []struct {
			is   bool
			text string
		}{
			{f.OrderBy != nil, "cannot use multiple ORDER BY clauses with WITHIN GROUP"},
			{f.Distinct, "cannot use DISTINCT with WITHIN GROUP"},
			{f.Variadic, "cannot use VARIADIC with WITHIN GROUP"},
		} {
			if bad.is {
				p.errorAt(at, sqlerr.SyntaxError, "%s", bad.text)
			}
		}
		f.WithinGroup, f.OrderBy = true, order
	}
	if p.accept(kwFilter) {
		p.expect2('(', kwWhere)
		f.Filter = p.expr()
		p.expect(')')
	}
	if !f.IgnoreNulls && p.acceptNulls("ignore") {
		f.IgnoreNulls = true
	} else {
		p.acceptNulls("respect")
	}
	f.Over, f.OverName = p.over()
	f.Range = p.since(f.NamePos)
}

// over parses OVER name or OVER (…), if it is there.
func (p *parser) over() (*ast.WindowDef, ast.Ident) {
	if !p.accept(kwOver) {
		return nil, ast.Ident{}
	}
	if p.at('(') {
		return p.windowSpec(), ast.Ident{}
	}
	return nil, p.colID()
}

// special parses the functions whose names are keywords and whose arguments have a syntax
// of their own; nil if the keyword here is a mere name.
func (p *parser) special() ast.Expr {
	k := p.kind()
	if k == kwMergeAction && p.peek(1) == '(' {
		return p.call(p.single(p.takeIdent()))
	}
	if p.peek(1) != '(' {
		return nil
	}
	pos := p.pos()
	switch k {
	case kwCoalesce, kwGreatest, kwLeast:
		p.advance()
		p.advance()
		args := p.exprList()
		p.expect(')')
		if k == kwCoalesce {
			return &ast.Coalesce{Range: p.since(pos), Args: args}
		}
		return &ast.MinMax{Range: p.since(pos), Least: k == kwLeast, Args: args}
	case kwNullif:
		p.advance()
		p.advance()
		l := p.expr()
		p.expect(',')
		r := p.expr()
		p.expect(')')
		return &ast.NullIf{Range: p.since(pos), L: l, R: r}
	case kwExtract, kwSubstring, kwPosition, kwOverlay, kwTrim, kwNormalize, kwTreat:
		return p.sqlSyntax(k)
	case kwXmlconcat, kwXmlelement, kwXmlexists, kwXmlforest, kwXmlparse, kwXmlpi, kwXmlroot, kwXmlserialize:
		return p.xmlFunc()
	case kwJson, kwJsonArray, kwJsonArrayagg, kwJsonExists, kwJsonObject, kwJsonObjectagg, kwJsonQuery,
		kwJsonScalar, kwJsonSerialize, kwJsonValue:
		return p.jsonFunc()
	}
	return nil
}

// sqlSyntax parses EXTRACT, SUBSTRING and the other functions of the standard with words
// between their arguments, into the call that Postgres makes of them.
func (p *parser) sqlSyntax(k kind) ast.Expr {
	at := p.tokenRange()
	windowless := p.windowless
	p.windowless = false
	p.advance()
	p.expect('(')
	f := p.funcCall.new()
	*f = ast.FuncCall{NamePos: at.Pos}
	name := k.word()
	switch k {
	case kwExtract:
		f.Syntax = ast.SyntaxExtract
		f.Args = p.extractArgs()
	case kwPosition:
		f.Syntax = ast.SyntaxPosition
		needle := p.bExpr()
		p.expect(kwIn)
		f.Args = []ast.Expr{p.bExpr(), needle}
	case kwNormalize:
		f.Syntax = ast.SyntaxNormalize
		f.Args = []ast.Expr{p.expr()}
		if p.accept(',') {
			form := p.unicodeForm()
			if form == nil {
				p.fail()
			}
			f.Args = append(f.Args, form)
		}
	case kwTreat:
		x := p.expr()
		p.expect(kwAs)
		t := p.typeName()
		p.expect(')')
		// Postgres calls a function named after the type.
		f.Name, f.Args = builtin(t.Name.Object(), t.Range), []ast.Expr{x}
		f.Range = p.since(at.Pos)
		return f
	case kwSubstring:
		f.Syntax, f.Args = p.substringArgs()
	case kwOverlay:
		f.Syntax, f.Args = p.overlayArgs()
	case kwTrim:
		name, f.Args = p.trimArgs()
		f.Syntax = ast.SyntaxTrim
	}
	p.expect(')')
	if f.Syntax == ast.SyntaxPlain { // SUBSTRING(a, b) may name any function substring
		f.Name = p.single(ast.Ident{Range: at, Name: name})
	} else {
		f.Name = builtin(name, at)
	}
	if windowless {
		f.Range = p.since(at.Pos)
	} else {
		p.callClauses(f)
	}
	return f
}

// extractArgs parses field FROM x; the field becomes a string.
func (p *parser) extractArgs() []ast.Expr {
	field := p.constant.new()
	*field = ast.Const{Range: p.tokenRange(), Kind: ast.ConstString}
	switch k := p.kind(); {
	case k == tString:
		field.Text = p.str()
	case k == tIdent || k == tQuotedIdent:
		field.Text = p.takeIdent().Name
	case k == kwYear || k == kwMonth || k == kwDay || k == kwHour || k == kwMinute || k == kwSecond:
		field.Text = k.word()
		p.advance()
	default:
		p.fail()
	}
	p.expect(kwFrom)
	return []ast.Expr{field, p.expr()}
}

// substringArgs parses what stands in SUBSTRING( … ).
func (p *parser) substringArgs() (ast.Syntax, []ast.Expr) {
	if p.at(')') {
		return ast.SyntaxPlain, nil
	}
	outer := p.substringDepth
	p.substringDepth = p.depth + nestWeight
	first := p.argument()
	p.substringDepth = outer
	if _, named := first.(*ast.NamedArg); named {
		return ast.SyntaxPlain, p.restOfArgs(first)
	}
	one := func() ast.Expr { // the start where only FOR was given
		return &ast.Const{Kind: ast.ConstInteger, Int: 1}
	}
	switch {
	case p.accept(kwFrom):
		from := p.expr()
		if p.accept(kwFor) {
			return ast.SyntaxSubstring, []ast.Expr{first, from, p.expr()}
		}
		return ast.SyntaxSubstring, []ast.Expr{first, from}
	case p.accept(kwFor):
		length := p.expr()
		if p.accept(kwFrom) {
			return ast.SyntaxSubstring, []ast.Expr{first, p.expr(), length}
		}
		// Postgres casts the length here so that no pattern is taken for one.
		cast := &ast.Cast{Range: length.Span(), OpPos: length.Span().Pos, Style: ast.CastFunction, X: length,
			Type: p.typeName1(builtin("int4", ast.Range{}))}
		return ast.SyntaxSubstring, []ast.Expr{first, one(), cast}
	case p.accept(kwSimilar):
		pattern := p.expr()
		p.expect(kwEscape)
		return ast.SyntaxSubstringSimilar, []ast.Expr{first, pattern, p.expr()}
	}
	return ast.SyntaxPlain, p.restOfArgs(first)
}

// restOfArgs parses further arguments after first.
func (p *parser) restOfArgs(first ast.Expr) []ast.Expr {
	m := p.exprs.mark()
	p.exprs.push(first)
	for p.accept(',') {
		p.exprs.push(p.argument())
	}
	return p.exprs.cut(m)
}

func (p *parser) overlayArgs() (ast.Syntax, []ast.Expr) {
	if p.at(')') {
		return ast.SyntaxPlain, nil
	}
	first := p.argument()
	if !p.accept(kwPlacing) {
		return ast.SyntaxPlain, p.restOfArgs(first)
	}
	args := []ast.Expr{first, p.expr()}
	p.expect(kwFrom)
	args = append(args, p.expr())
	if p.accept(kwFor) {
		args = append(args, p.expr())
	}
	return ast.SyntaxOverlay, args
}

// trimArgs parses [BOTH|LEADING|TRAILING] [chars] FROM x [, …] or [FROM] x, ….
func (p *parser) trimArgs() (name string, args []ast.Expr) {
	name = "btrim"
	switch p.acceptAny(kwBoth, kwLeading, kwTrailing) {
	case kwLeading:
		name = "ltrim"
	case kwTrailing:
		name = "rtrim"
	}
	if p.accept(kwFrom) {
		return name, p.exprList()
	}
	first := p.expr()
	if p.accept(kwFrom) {
		return name, append(append([]ast.Expr{}, p.exprList()...), first)
	}
	m := p.exprs.mark()
	p.exprs.push(first)
	for p.accept(',') {
		p.exprs.push(p.expr())
	}
	return name, p.exprs.cut(m)
}

// collationFor parses COLLATION FOR (x).
func (p *parser) collationFor() ast.Expr {
	at := p.tokenRange()
	p.expect2(kwCollation, kwFor)
	p.expect('(')
	x := p.expr()
	p.expect(')')
	return &ast.FuncCall{Range: p.since(at.Pos), NamePos: at.Pos, Name: builtin("pg_collation_for", at),
		Args: []ast.Expr{x}, Syntax: ast.SyntaxCollationFor}
}
