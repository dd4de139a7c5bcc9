package parser

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

// primary parses c_expr: an operand without operators.
func (p *parser) primary(restricted bool) ast.Expr {
	pos := p.pos()
	switch k := p.kind(); k {
	case tIdent, tQuotedIdent:
		return p.named()
	case tInteger, tNumeric, tString, tBit, tHex:
		return p.literal()
	case tParam:
		return p.param()
	case '(':
		return p.parenthesised(restricted)
	case kwNull, kwTrue, kwFalse:
		c := p.constant.new()
		*c = ast.Const{Range: p.tokenRange()}
		if k != kwNull {
			c.Kind, c.Bool = ast.ConstBool, k == kwTrue
		}
		p.advance()
		return c
	case kwCase:
		return p.caseExpr()
	case kwCast:
		p.advance()
		return p.castCall(pos)
	case kwArray:
		return p.array()
	case kwRow:
		if p.peek(1) == '(' {
			return p.explicitRow(restricted)
		}
	case kwExists:
		if p.peek(1) == '(' {
			p.advance()
			q := p.parenQuery()
			return &ast.Exists{Range: p.since(pos), Query: q}
		}
	case kwGrouping:
		if p.peek(1) == '(' {
			p.advance()
			p.advance()
			args := p.exprList()
			p.expect(')')
			return &ast.Grouping{Range: p.since(pos), Args: args}
		}
	case kwCurrentSchema:
		if next := p.peek(1); next != '(' && next != '.' && next != tString {
			return p.valueFunc()
		}
	}
	k := p.kind()
	if !k.isKeyword() {
		p.fail()
	}
	switch k.category() {
	case reserved:
		return p.valueFunc()
	case colName:
		if x := p.special(); x != nil {
			return x
		}
		if x := p.typedLiteral(); x != nil {
			return x
		}
		if p.peek(1) == '(' {
			p.failAt(p.i + 1)
		}
		return p.named()
	case typeFuncName:
		if k == kwCollation && p.peek(1) == kwFor {
			return p.collationFor()
		}
		if p.peek(1) == '.' {
			p.failAt(p.i + 1)
		}
		return p.named()
	}
	if k == kwNulls && (p.peek(1) == kwFirst || p.peek(1) == kwLast) {
		p.fail()
	}
	if k == kwDouble && p.peek(1) == kwPrecision {
		if x := p.typedLiteral(); x != nil {
			return x
		}
	}
	return p.named()
}

// literal parses a constant that is one token.
func (p *parser) literal() ast.Expr {
	t := p.toks[p.i]
	c := p.constant.new()
	*c = ast.Const{Range: ast.Range{Pos: t.pos, End: t.end}}
	switch t.kind {
	case tInteger:
		text := p.src[t.pos:t.end]
		if v, ok := parseInteger(text); ok {
			c.Kind, c.Int = ast.ConstInteger, v
		} else {
			c.Kind = ast.ConstNumeric
			c.Text, _ = decimalText(text)
		}
	case tNumeric:
		c.Kind = ast.ConstNumeric
		c.Text, _ = decimalText(p.src[t.pos:t.end])
	case tString:
		c.Kind, c.Text = ast.ConstString, p.stringAt(p.i)
	case tBit:
		c.Kind, c.Text = ast.ConstBit, p.stringAt(p.i)
	case tHex:
		c.Kind, c.Text = ast.ConstHexBit, p.stringAt(p.i)
	}
	p.i++
	return c
}

func (p *parser) param() ast.Expr {
	t := p.toks[p.i]
	v, ok := parseInteger(p.src[t.pos+1 : t.end])
	if !ok || v > 1<<31-1 {
		p.errorAt(t.pos, sqlerr.SyntaxError, "parameter number too large at or near \"%s\"", p.src[t.pos:t.end])
	}
	p.i++
	return p.indirection(t.pos, &ast.Param{Range: p.since(t.pos), Number: int(v)})
}

// named parses what starts with a name: a column, a call, or a literal of a named type.
func (p *parser) named() ast.Expr {
	pos := p.pos()
	first := p.kind()
	switch p.peek(1) {
	case '.':
		return p.dotted()
	case '(':
		if !isTypeFuncName(first) {
			p.failAt(p.i + 1)
		}
		name := p.single(p.takeIdent())
		return p.call(name)
	case tString:
		if isTypeFuncName(first) {
			t := p.typeName1(p.single(p.takeIdent()))
			return p.literalOf(pos, t)
		}
	}
	if first.isKeyword() && first.category() == typeFuncName {
		p.failAt(p.i + 1)
	}
	parts := p.idents.slab.take(1)
	parts[0] = p.takeIdent()
	c := p.columnRef.new()
	*c = ast.ColumnRef{Range: parts[0].Range, Parts: parts}
	if p.at('[') {
		return p.indirection(pos, c)
	}
	return c
}

// dotted parses a name with dots and what may follow it.
func (p *parser) dotted() ast.Expr {
	pos := p.pos()
	m := p.idents.mark()
	p.idents.push(p.takeIdent())
	for p.at('.') {
		if p.peek(1) == '*' {
			p.advance()
			p.advance()
			star := &ast.Star{Range: p.since(pos), Qualifier: p.idents.cut(m)}
			p.lastIndirection()
			return star
		}
		p.advance()
		p.idents.push(p.colLabel())
	}
	parts := p.idents.cut(m)
	switch p.kind() {
	case '(':
		return p.call(ast.Name{Range: p.since(pos), Parts: parts})
	case tString:
		return p.literalOf(pos, p.typeName1(ast.Name{Range: p.since(pos), Parts: parts}))
	}
	c := p.columnRef.new()
	*c = ast.ColumnRef{Range: p.since(pos), Parts: parts}
	if p.at('[') {
		return p.indirection(pos, c)
	}
	return c
}

// typeName1 makes a type of a bare name.
func (p *parser) typeName1(n ast.Name) *ast.TypeName {
	t := p.slabs.typeName.new()
	*t = ast.TypeName{Range: n.Range, Name: n}
	return t
}

// literalOf parses the string of a literal such as DATE '2020-01-01' whose type was parsed.
func (p *parser) literalOf(pos int32, t *ast.TypeName) ast.Expr {
	if !p.at(tString) {
		p.fail()
	}
	x := p.literal()
	c := p.cast.new()
	*c = ast.Cast{Range: p.since(pos), OpPos: pos, Style: ast.CastLiteral, X: x, Type: t}
	return c
}

// typedLiteral parses a literal of a type that grammar names (TIMESTAMP WITH TIME ZONE '…',
// INTERVAL '1' DAY), or gives nil if the keyword here is a mere name.
func (p *parser) typedLiteral() ast.Expr {
	pos := p.pos()
	switch p.kind() {
	case kwInterval:
		return p.intervalLiteral()
	case kwBigint, kwBit, kwBoolean, kwChar, kwCharacter, kwDec, kwDecimal, kwFloat, kwInt, kwInteger,
		kwNational, kwNchar, kwNumeric, kwReal, kwSmallint, kwTime, kwTimestamp, kwVarchar, kwJson:
	case kwDouble:
	default:
		return nil
	}
	switch p.peek(1) {
	case tString, '(', kwVarying, kwPrecision, kwCharacter, kwChar:
	case kwWith, kwWithout:
		if p.peek(2) != kwTime {
			return nil
		}
	default:
		return nil
	}
	t := p.simpleType(true)
	return p.literalOf(pos, t)
}

// intervalLiteral parses INTERVAL '…' fields and INTERVAL (p) '…', or gives nil.
func (p *parser) intervalLiteral() ast.Expr {
	pos := p.pos()
	next := p.peek(1)
	if next != tString && next != '(' {
		return nil
	}
	p.advance()
	t := p.slabs.typeName.new()
	*t = ast.TypeName{Name: builtin("interval", ast.Range{Pos: pos, End: p.prevEnd()})}
	if p.accept('(') {
		t.Mods = []ast.Expr{p.iconst()}
		p.expect(')')
	}
	t.Range = p.since(pos)
	if !p.at(tString) {
		p.fail()
	}
	x := p.literal()
	if t.Mods == nil {
		p.intervalFields(t)
	}
	return &ast.Cast{Range: p.since(pos), OpPos: pos, Style: ast.CastLiteral, X: x, Type: t}
}

// indirection continues x with .field, .* and subscripts.
func (p *parser) indirection(pos int32, x ast.Expr) ast.Expr {
	depth := p.depth
	parens := false // x is an indirection in parentheses; this is another
	switch x.(type) {
	case *ast.Subscript, *ast.Field:
		parens = true
	}
	for ; ; parens = false {
		switch p.kind() {
		case '.':
			p.link()
			p.advance()
			if p.accept('*') {
				x = &ast.FieldStar{Range: p.since(pos), X: x}
				p.lastIndirection()
				p.depth = depth
				return x
			}
			name := p.colLabel()
			x = &ast.Field{Range: p.since(pos), X: x, Parens: parens, Name: name}
		case '[':
			p.link()
			s := p.subscript(pos, x)
			s.Parens = parens
			x = s
		default:
			p.depth = depth
			return x
		}
	}
}

// lastIndirection fails if a field or subscript follows a star.
func (p *parser) lastIndirection() {
	if !p.at('.') && !p.at('[') {
		return
	}
	for p.at('.') || p.at('[') { // Postgres reads them all before it complains
		if p.at('[') {
			p.subscript(p.pos(), nil)
		} else if p.advance(); !p.accept('*') {
			p.colLabel()
		}
	}
	p.failNear("improper use of \"*\"")
}

func (p *parser) subscript(pos int32, x ast.Expr) *ast.Subscript {
	p.expect('[')
	s := &ast.Subscript{X: x}
	if !p.at(':') {
		s.Index = p.expr()
	}
	if p.accept(':') {
		s.Slice = true
		s.Lower, s.Index = s.Index, nil
		if !p.at(']') {
			s.Upper = p.expr()
		}
	}
	p.expect(']')
	s.Range = p.since(pos)
	return s
}

// parenthesised parses ( … ): an expression, a row, or a scalar subquery.
func (p *parser) parenthesised(restricted bool) ast.Expr {
	pos := p.pos()
	p.advance()
	q, x := p.queryOrExpr()
	if q != nil {
		p.expect(')')
		return p.indirection(pos, &ast.Subquery{Range: p.since(pos), Query: q})
	}
	return p.finishParen(pos, x, restricted)
}

// finishParen parses the rest of ( x … ).
func (p *parser) finishParen(pos int32, x ast.Expr, restricted bool) ast.Expr {
	if !p.at(',') {
		p.expect(')')
		if p.at('.') || p.at('[') {
			return p.indirection(pos, x)
		}
		return x
	}
	m := p.exprs.mark()
	p.exprs.push(x)
	for p.accept(',') {
		p.exprs.push(p.expr())
	}
	elems := p.exprs.cut(m)
	p.expect(')')
	r := p.row.new()
	*r = ast.Row{Range: p.since(pos), Elems: elems}
	return p.overlaps(pos, r, restricted)
}

func (p *parser) explicitRow(restricted bool) ast.Expr {
	pos := p.pos()
	p.expect2(kwRow, '(')
	var elems []ast.Expr
	if !p.at(')') {
		elems = p.exprList()
	}
	p.expect(')')
	r := p.row.new()
	*r = ast.Row{Range: p.since(pos), Explicit: true, Elems: elems}
	return p.overlaps(pos, r, restricted)
}

// overlaps parses an OVERLAPS that may follow a row.
func (p *parser) overlaps(pos int32, left *ast.Row, restricted bool) ast.Expr {
	if restricted || !p.at(kwOverlaps) {
		return left
	}
	at := p.tokenRange()
	p.advance()
	var right *ast.Row
	rightPos := p.pos()
	switch {
	case p.at2(kwRow, '('):
		right, _ = p.explicitRow(true).(*ast.Row)
	case p.at('('):
		right, _ = p.parenthesised(true).(*ast.Row)
	default:
		p.fail()
	}
	if right == nil {
		p.errorAt(rightPos, sqlerr.SyntaxError, "syntax error at or near \"%s\"", p.src[p.toks[p.i-1].pos:p.prevEnd()])
	}
	for _, r := range []struct {
		side string
		row  *ast.Row
	}{{"left", left}, {"right", right}} {
		if len(r.row.Elems) != 2 {
			p.errorAt(r.row.Pos, sqlerr.SyntaxError, "wrong number of parameters on %s side of OVERLAPS expression", r.side)
		}
	}
	return &ast.FuncCall{Range: p.since(pos), NamePos: pos, Name: builtin("overlaps", at), Syntax: ast.SyntaxOverlaps,
		Args: append(append([]ast.Expr{}, left.Elems...), right.Elems...)}
}

// queryOrExpr parses what stands after an opening parenthesis, which may start a query, an
// expression, or more parentheses around either, and stops before what closes or
// continues a list.
func (p *parser) queryOrExpr() (*ast.Query, ast.Expr) {
	if p.startsQuery() {
		return p.query(), nil
	}
	if !p.at('(') {
		return nil, p.expr()
	}
	p.enter()
	pos := p.pos()
	p.advance()
	q, x := p.queryOrExpr()
	if q != nil {
		p.expect(')')
		if p.at(')') {
			p.leave()
			return q, nil
		}
		if p.continuesQuery() {
			q = p.queryAfter(pos, q)
			p.leave()
			return q, nil
		}
		x = p.indirection(pos, &ast.Subquery{Range: p.since(pos), Query: q})
	} else {
		x = p.finishParen(pos, x, false)
	}
	x = p.infix(pos, x, 0, false)
	p.leave()
	return nil, x
}

// array parses ARRAY[…] or ARRAY(query).
func (p *parser) array() ast.Expr {
	pos := p.pos()
	p.expect(kwArray)
	if p.at('(') {
		q := p.parenQuery()
		return &ast.ArrayQuery{Range: p.since(pos), Query: q}
	}
	a := p.arrayElems()
	a.Nested = false
	a.Range = p.since(pos)
	return a
}

// arrayElems parses [ … ]: expressions, or brackets nested in it.
func (p *parser) arrayElems() *ast.Array {
	p.enter()
	pos := p.pos()
	p.expect('[')
	a := &ast.Array{Nested: true}
	switch {
	case p.at(']'):
	case p.at('['):
		m := p.exprs.mark()
		for {
			p.exprs.push(p.arrayElems())
			if !p.accept(',') {
				break
			}
		}
		a.Elems = p.exprs.cut(m)
	default:
		a.Elems = p.exprList()
	}
	p.expect(']')
	a.Range = p.since(pos)
	p.leave()
	return a
}

func (p *parser) caseExpr() ast.Expr {
	pos := p.pos()
	p.expect(kwCase)
	c := &ast.Case{}
	if !p.at(kwWhen) {
		c.Arg = p.expr()
	}
	for {
		at := p.pos()
		p.expect(kwWhen)
		cond := p.expr()
		p.expect(kwThen)
		result := p.expr()
		c.Whens = append(c.Whens, ast.When{Range: p.since(at), Cond: cond, Result: result})
		if !p.at(kwWhen) {
			break
		}
	}
	if p.accept(kwElse) {
		c.Else = p.expr()
	}
	p.expect(kwEnd)
	c.Range = p.since(pos)
	return c
}

// castCall parses (x AS type) of CAST.
func (p *parser) castCall(pos int32) ast.Expr {
	p.expect('(')
	return p.castRest(pos, p.expr(), false)
}

// castRest parses AS type) after x.
func (p *parser) castRest(pos int32, x ast.Expr, try bool) ast.Expr {
	p.expect(kwAs)
	t := p.typeName()
	p.expect(')')
	return &ast.Cast{Range: p.since(pos), OpPos: pos, Style: ast.CastFunction, Try: try, X: x, Type: t}
}

// valueFunc parses CURRENT_DATE and the other functions without parentheses.
func (p *parser) valueFunc() ast.Expr {
	pos := p.pos()
	v := &ast.ValueFunc{Precision: -1}
	precision := false
	switch p.kind() {
	case kwCurrentDate:
		v.Kind = ast.CurrentDate
	case kwCurrentTime:
		v.Kind, precision = ast.CurrentTime, true
	case kwCurrentTimestamp:
		v.Kind, precision = ast.CurrentTimestamp, true
	case kwLocaltime:
		v.Kind, precision = ast.LocalTime, true
	case kwLocaltimestamp:
		v.Kind, precision = ast.LocalTimestamp, true
	case kwCurrentRole:
		v.Kind = ast.CurrentRole
	case kwCurrentUser:
		v.Kind = ast.CurrentUser
	case kwUser:
		v.Kind = ast.User
	case kwSessionUser:
		v.Kind = ast.SessionUser
	case kwCurrentCatalog:
		v.Kind = ast.CurrentCatalog
	case kwCurrentSchema:
		v.Kind = ast.CurrentSchema
	case kwSystemUser:
		at := p.tokenRange()
		p.advance()
		return &ast.FuncCall{Range: at, NamePos: pos, Name: builtin("system_user", at), Syntax: ast.SyntaxSystemUser}
	default:
		p.fail()
	}
	p.advance()
	if precision && p.accept('(') {
		v.Precision = int(p.integer())
		p.expect(')')
	}
	v.Range = p.since(pos)
	return v
}
