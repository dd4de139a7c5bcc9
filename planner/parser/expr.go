package parser

import (
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

// Operator precedence, lowest first, as gram.y declares it. The levels of IS, comparisons
// and LIKE do not associate.
const (
	precOr = iota + 1
	precAnd
	precNot
	precIs
	precCompare
	precLike // BETWEEN, IN, LIKE, ILIKE, SIMILAR
	precEscape
	precOp // any other operator
	precAdd
	precMul
	precPow
	precAt
	precCollate
	precUnary
	precCast
)

// infixPrec gives the precedence of a token after an operand; 0 ends the expression.
var infixPrec = func() (t [firstKeyword + kind(len(keywords))]uint8) {
	for k, prec := range map[kind]uint8{
		kwOr: precOr, kwAnd: precAnd,
		kwIs: precIs, kwIsnull: precIs, kwNotnull: precIs,
		'<': precCompare, '>': precCompare, '=': precCompare,
		tLessEquals: precCompare, tGreaterEquals: precCompare, tNotEquals: precCompare,
		kwBetween: precLike, kwIn: precLike, kwLike: precLike, kwIlike: precLike, kwSimilar: precLike, kwNot: precLike,
		tOp: precOp, kwOperator: precOp,
		'+': precAdd, '-': precAdd, '*': precMul, '/': precMul, '%': precMul, '^': precPow,
		kwAt: precAt, kwCollate: precCollate, tTypecast: precCast,
	} {
		t[k] = prec
	}
	return t
}()

// expr parses a_expr: any expression.
func (p *parser) expr() ast.Expr { return p.exprMin(0, false) }

// bExpr parses b_expr: an expression without the operators that are words, for places
// where those would be ambiguous.
func (p *parser) bExpr() ast.Expr { return p.exprMin(0, true) }

// exprMin parses an expression whose operators bind at least as tightly as min.
func (p *parser) exprMin(min int, restricted bool) ast.Expr {
	p.enter()
	pos := p.pos()
	x := p.infix(pos, p.prefix(restricted), min, restricted)
	p.leave()
	return x
}

// exprList parses expr, ….
func (p *parser) exprList() []ast.Expr {
	m := p.exprs.mark()
	for {
		p.exprs.push(p.expr())
		if !p.accept(',') {
			return p.exprs.cut(m)
		}
	}
}

// prefix parses an operand with its prefix operators.
func (p *parser) prefix(restricted bool) ast.Expr {
	pos := p.pos()
	switch k := p.kind(); k {
	case '-', '+':
		op := ast.Operator{Range: p.tokenRange(), Name: string(rune(k))}
		p.advance()
		x := p.exprMin(precUnary, restricted)
		if k == '-' {
			if c, ok := x.(*ast.Const); ok && negate(c) {
				c.Range = p.since(pos)
				return c
			}
		}
		return &ast.Unary{Range: p.since(pos), Op: op, X: x}
	case tOp:
		op := p.operator()
		x := p.exprMin(precOp+1, restricted)
		return &ast.Unary{Range: p.since(pos), Op: op, X: x}
	case kwOperator:
		if p.peek(1) == '(' {
			op := p.operator()
			x := p.exprMin(precOp+1, restricted)
			return &ast.Unary{Range: p.since(pos), Op: op, X: x}
		}
	case kwNot:
		if restricted {
			p.fail()
		}
		p.advance()
		x := p.exprMin(precNot, false)
		return &ast.Not{Range: p.since(pos), X: x}
	case kwDefault:
		if !restricted {
			p.advance()
			return &ast.SetToDefault{Range: p.since(pos)}
		}
	case kwUnique:
		if !restricted {
			p.advance()
			p.nullTreatment()
			p.parenQuery()
			p.errorAt(pos, sqlerr.FeatureNotSupported, "UNIQUE predicate is not yet implemented")
		}
	}
	return p.primary(restricted)
}

// negate makes a numeric constant its negative, as Postgres folds a minus sign.
func negate(c *ast.Const) bool {
	switch c.Kind {
	case ast.ConstInteger:
		c.Int = -c.Int
		return true
	case ast.ConstNumeric:
		if rest, ok := strings.CutPrefix(c.Text, "-"); ok {
			c.Text = rest
		} else {
			c.Text = "-" + c.Text
		}
		if v, err := strconv.ParseInt(c.Text, 10, 64); err == nil {
			c.Kind, c.Int, c.Text = ast.ConstInteger, v, ""
		}
		return true
	}
	return false
}

// infix continues x, which started at pos, with the operators that follow it.
func (p *parser) infix(pos int32, x ast.Expr, min int, restricted bool) ast.Expr {
	depth := p.depth
	barred := 0 // the level that must not follow, since it does not associate
	for {
		k := p.kind()
		prec := int(infixPrec[k])
		if prec == 0 || prec < min {
			break
		}
		if restricted && !p.allowedRestricted(k) {
			break
		}
		if k == kwSimilar && depth == p.substringDepth && p.peek(1) != kwTo {
			break
		}
		if k.isKeyword() && (!p.startsInfix(k) || depth == p.targetDepth && prec != barred && p.atLabel()) {
			break
		}
		if prec == barred {
			p.fail()
		}
		p.link()
		barred = 0
		switch k {
		case kwOr, kwAnd:
			x = p.logical(pos, x, k == kwOr, prec, depth)
		case kwIs:
			var ended bool
			if x, ended = p.is(pos, x, restricted); !ended {
				barred = precIs
			}
		case kwIsnull, kwNotnull:
			at := p.pos()
			p.advance()
			n := p.isTest.new()
			*n = ast.IsTest{Range: p.since(pos), OpPos: at, X: x, Not: k == kwNotnull}
			x = n
		case kwNot, kwBetween, kwIn, kwLike, kwIlike, kwSimilar:
			var ended bool
			if x, ended = p.matching(pos, x); !ended {
				barred = precLike
			}
		case kwAt:
			x = p.atTimeZone(pos, x)
		case kwCollate:
			at := p.pos()
			p.advance()
			name := p.anyName()
			x = &ast.Collate{Range: p.since(pos), OpPos: at, X: x, Collation: name}
		case tTypecast:
			at := p.pos()
			p.advance()
			t := p.typeName()
			c := p.cast.new()
			*c = ast.Cast{Range: p.since(pos), OpPos: at, X: x, Type: t}
			x = c
		default:
			op := p.operator()
			if q := p.quantifier(); q != 0 && !restricted {
				x = p.quantified(pos, x, op, q)
				continue
			}
			right := p.exprMin(prec+1, restricted)
			b := p.binary.new()
			*b = ast.Binary{Range: p.since(pos), Op: op, L: x, R: right}
			x = b
			if prec == precCompare {
				barred = precCompare
			}
		}
	}
	p.depth = depth
	return x
}

// startsInfix reports whether the keyword k is an operator here: some words are only
// before certain others.
func (p *parser) startsInfix(k kind) bool {
	switch next := p.peek(1); k {
	case kwNot:
		return next == kwBetween || next == kwIn || next == kwLike || next == kwIlike || next == kwSimilar
	case kwOperator:
		return next == '('
	case kwAt:
		return next == kwTime || next == kwLocal
	}
	return true
}

// atLabel reports whether an operator's word is a label after all, as in SELECT 1 is FROM t.
func (p *parser) atLabel() bool { return isBareLabel(p.kind()) && endsTarget(p.peek(1)) }

// endsTarget reports whether k may only follow a whole member of a target list.
func endsTarget(k kind) bool {
	switch k {
	case ',', ')', ';', tEOF, kwFrom, kwInto, kwWhere, kwGroup, kwHaving, kwWindow, kwOrder, kwUnion, kwIntersect,
		kwExcept, kwLimit, kwOffset, kwFetch, kwFor, kwWith, kwOn, kwReturning:
		return true
	}
	return false
}

// allowedRestricted reports whether b_expr has the operator that starts with k.
func (p *parser) allowedRestricted(k kind) bool {
	switch k {
	case kwOr, kwAnd, kwIsnull, kwNotnull, kwBetween, kwIn, kwLike, kwIlike, kwSimilar, kwNot, kwAt, kwCollate:
		return false
	case kwIs:
		next := p.peek(1)
		if next == kwNot {
			next = p.peek(2)
		}
		return next == kwDistinct || next == kwDocument
	}
	return true
}

func (p *parser) tokenRange() ast.Range {
	t := p.toks[p.i]
	return ast.Range{Pos: t.pos, End: t.end}
}

// operator parses an operator: a symbol, or OPERATOR(schema.symbol).
func (p *parser) operator() ast.Operator {
	if p.at(kwOperator) {
		pos := p.pos()
		p.advance()
		p.expect('(')
		op := p.anyOperator()
		p.expect(')')
		op.Explicit = true
		op.Range = p.since(pos)
		return op
	}
	return p.symbol()
}

// anyOperator parses [schema.]symbol.
func (p *parser) anyOperator() ast.Operator {
	pos := p.pos()
	m := p.idents.mark()
	for isColID(p.kind()) {
		p.idents.push(p.takeIdent())
		p.expect('.')
	}
	schema := p.idents.cut(m)
	op := p.symbol()
	op.Schema = schema
	op.Range = p.since(pos)
	return op
}

// symbols are the names of operators of one character, without allocation.
var symbols = func() (t [128]string) {
	for _, c := range "+-*/%^<>=" {
		t[c] = string(c)
	}
	return t
}()

// symbol parses an operator's symbol: all_Op of the grammar.
func (p *parser) symbol() ast.Operator {
	op := ast.Operator{Range: p.tokenRange()}
	switch k := p.kind(); k {
	case tOp:
		op.Name = p.src[op.Pos:op.End]
	case tNotEquals:
		op.Name = "<>"
	case tLessEquals:
		op.Name = "<="
	case tGreaterEquals:
		op.Name = ">="
	case '+', '-', '*', '/', '%', '^', '<', '>', '=':
		op.Name = symbols[k]
	default:
		p.fail()
	}
	p.advance()
	return op
}

// logical continues x AND … or x OR … into one node for the whole chain; outer is the depth
// of the expression that it is in.
func (p *parser) logical(pos int32, x ast.Expr, or bool, prec, outer int) ast.Expr {
	k := p.kind()
	at := p.pos()
	m := p.exprs.mark()
	if l, ok := x.(*ast.Logical); ok && l.Or == or {
		at = l.OpPos
		for _, a := range l.Args {
			p.exprs.push(a)
		}
	} else {
		p.exprs.push(x)
	}
	for p.at(k) && !(outer == p.targetDepth && p.atLabel()) {
		p.advance()
		p.exprs.push(p.exprMin(prec+1, false))
	}
	l := p.slabs.logical.new()
	*l = ast.Logical{Range: p.since(pos), OpPos: at, Or: or, Args: p.exprs.cut(m)}
	return l
}

// is parses IS …. ended says that it did not end in an operand, so that another
// IS may follow.
func (p *parser) is(pos int32, x ast.Expr, restricted bool) (e ast.Expr, ended bool) {
	at := p.pos()
	p.advance()
	not := p.accept(kwNot)
	test := func(kind ast.TestKind) (ast.Expr, bool) {
		p.advance()
		n := p.isTest.new()
		*n = ast.IsTest{Range: p.since(pos), OpPos: at, X: x, Kind: kind, Not: not}
		return n, true
	}
	switch p.kind() {
	case kwNull:
		return test(ast.TestNull)
	case kwTrue:
		return test(ast.TestTrue)
	case kwFalse:
		return test(ast.TestFalse)
	case kwUnknown:
		return test(ast.TestUnknown)
	case kwDocument:
		return test(ast.TestDocument)
	case kwDistinct:
		p.advance()
		p.expect(kwFrom)
		right := p.exprMin(precIs+1, restricted)
		return &ast.IsDistinct{Range: p.since(pos), OpPos: at, L: x, R: right, Not: not}, false
	case kwNormalized, kwNfc, kwNfd, kwNfkc, kwNfkd:
		form := p.unicodeForm()
		p.expect(kwNormalized)
		args := []ast.Expr{x}
		if form != nil {
			args = append(args, form)
		}
		var call ast.Expr = &ast.FuncCall{Range: p.since(pos), NamePos: at, Name: builtin("is_normalized", ast.Range{Pos: at, End: p.prevEnd()}),
			Args: args, Syntax: ast.SyntaxIsNormalized}
		if not {
			call = &ast.Not{Range: p.since(pos), X: call}
		}
		return call, true
	case kwJson:
		return p.isJSON(pos, at, x, not), true
	}
	p.fail()
	return nil, false
}

// unicodeForm parses an optional NFC, NFD, NFKC or NFKD as a string constant.
func (p *parser) unicodeForm() ast.Expr {
	switch k := p.kind(); k {
	case kwNfc, kwNfd, kwNfkc, kwNfkd:
		c := p.constant.new()
		*c = ast.Const{Range: p.tokenRange(), Kind: ast.ConstString, Text: strings.ToUpper(k.word())}
		p.advance()
		return c
	}
	return nil
}

// isJSON parses JSON [VALUE|OBJECT|ARRAY|SCALAR] [WITH|WITHOUT UNIQUE [KEYS]] after IS.
func (p *parser) isJSON(pos, at int32, x ast.Expr, not bool) ast.Expr {
	p.expect(kwJson)
	kind := ast.TestJSON
	switch p.kind() {
	case kwValue:
		p.advance()
	case kwObject:
		p.advance()
		kind = ast.TestJSONObject
	case kwArray:
		p.advance()
		kind = ast.TestJSONArray
	case kwScalar:
		p.advance()
		kind = ast.TestJSONScalar
	}
	unique := false
	if p.at2(kwWith, kwUnique) || p.at2(kwWithout, kwUnique) {
		unique = p.at(kwWith)
		p.advance()
		p.advance()
		p.accept(kwKeys)
	}
	return &ast.IsTest{Range: p.since(pos), OpPos: at, X: x, Kind: kind, Not: not, UniqueKeys: unique}
}

// matching parses [NOT] BETWEEN, IN, LIKE, ILIKE or SIMILAR TO after x. ended says that
// it did not end in an operand.
func (p *parser) matching(pos int32, x ast.Expr) (e ast.Expr, ended bool) {
	at := p.pos()
	not := p.accept(kwNot)
	k := p.kind()
	opRange := ast.Range{Pos: at, End: p.toks[p.i].end}
	p.advance()
	switch k {
	case kwBetween:
		symmetric := p.accept(kwSymmetric)
		if !symmetric {
			p.accept(kwAsymmetric)
		}
		lo := p.bExpr()
		p.expect(kwAnd)
		hi := p.exprMin(precLike+1, false)
		return &ast.Between{Range: p.since(pos), OpPos: at, X: x, Lo: lo, Hi: hi, Not: not, Symmetric: symmetric}, false
	case kwIn:
		p.expect('(')
		n := &ast.In{OpPos: at, X: x, Not: not}
		q, first := p.queryOrExpr()
		if q != nil {
			n.Query = q
		} else {
			m := p.exprs.mark()
			p.exprs.push(first)
			for p.accept(',') {
				p.exprs.push(p.expr())
			}
			n.List = p.exprs.cut(m)
		}
		p.expect(')')
		n.Range = p.since(pos)
		return n, true
	case kwSimilar:
		p.expect(kwTo)
	default:
		if q := p.quantifier(); q != 0 {
			op := ast.Operator{Range: opRange}
			switch {
			case k == kwLike && not:
				op.Name = "!~~"
			case k == kwLike:
				op.Name = "~~"
			case not:
				op.Name = "!~~*"
			default:
				op.Name = "~~*"
			}
			return p.quantified(pos, x, op, q), true
		}
	}
	n := &ast.Like{OpPos: at, Not: not, X: x}
	switch k {
	case kwIlike:
		n.Kind = ast.LikeILike
	case kwSimilar:
		n.Kind = ast.LikeSimilar
	}
	n.Pattern = p.exprMin(precEscape+1, false)
	if p.accept(kwEscape) {
		n.Escape = p.exprMin(precEscape+1, false)
	}
	n.Range = p.since(pos)
	return n, false
}

// quantifier gives ANY, SOME or ALL if it is the current token, else 0.
func (p *parser) quantifier() kind {
	switch k := p.kind(); k {
	case kwAny, kwSome, kwAll:
		return k
	}
	return 0
}

// quantified parses ANY|SOME|ALL (query or array) after x op.
func (p *parser) quantified(pos int32, x ast.Expr, op ast.Operator, q kind) ast.Expr {
	p.advance()
	p.expect('(')
	n := &ast.Quantified{Op: op, All: q == kwAll, X: x}
	n.Query, n.Array = p.queryOrExpr()
	p.expect(')')
	n.Range = p.since(pos)
	return n
}

// atTimeZone parses AT TIME ZONE z or AT LOCAL after x.
func (p *parser) atTimeZone(pos int32, x ast.Expr) ast.Expr {
	at := p.tokenRange()
	p.advance()
	f := p.funcCall.new()
	f.NamePos, f.Name = at.Pos, builtin("timezone", at)
	if p.accept(kwLocal) {
		f.Syntax = ast.SyntaxAtLocal
		f.Args = []ast.Expr{x}
	} else {
		p.expect2(kwTime, kwZone)
		f.Syntax = ast.SyntaxAtTimeZone
		f.Args = []ast.Expr{p.exprMin(precAt+1, false), x}
	}
	f.Range = p.since(pos)
	return f
}
