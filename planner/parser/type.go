package parser

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

// typeName parses a type: [SETOF] name [(mods)] [array bounds].
func (p *parser) typeName() *ast.TypeName {
	pos := p.pos()
	setOf := p.accept(kwSetof)
	t := p.simpleType(false)
	t.SetOf = setOf
	if p.at(kwArray) {
		p.advance()
		bound := int32(-1)
		if p.accept('[') {
			bound = int32(p.integer())
			p.expect(']')
		}
		t.ArrayBounds = []int32{bound}
	} else {
		for p.at('[') {
			p.advance()
			bound := int32(-1)
			if !p.at(']') {
				bound = int32(p.integer())
			}
			p.expect(']')
			t.ArrayBounds = append(t.ArrayBounds, bound)
		}
	}
	t.Range = p.since(pos)
	return t
}

// funcType parses func_type: a type, or name%TYPE.
func (p *parser) funcType() *ast.TypeName {
	t := p.typeName()
	if p.at('%') && p.peek(1) == kwType && t.Mods == nil && t.ArrayBounds == nil {
		p.advance()
		p.advance()
		t.PctType = true
		t.End = p.prevEnd()
	}
	return t
}

// simpleType parses a type without SETOF and array bounds. In a literal, char and bit without
// a length have none; elsewhere it is 1.
func (p *parser) simpleType(literal bool) *ast.TypeName {
	at := p.tokenRange()
	t := p.slabs.typeName.new()
	k := p.kind()
	name := ""
	switch k {
	case kwInt, kwInteger:
		name = "int4"
	case kwSmallint:
		name = "int2"
	case kwBigint:
		name = "int8"
	case kwReal:
		name = "float4"
	case kwBoolean:
		name = "bool"
	case kwJson:
		name = "json"
	}
	if name != "" {
		p.advance()
		*t = ast.TypeName{Range: at, Name: builtin(name, at)}
		return t
	}
	switch k {
	case kwFloat:
		p.advance()
		name = p.floatName()
	case kwDouble:
		if p.peek(1) == kwPrecision {
			p.advance()
			p.advance()
			name = "float8"
		}
	case kwDecimal, kwDec, kwNumeric:
		p.advance()
		name = "numeric"
		t.Mods = p.typeMods()
	case kwBit:
		p.advance()
		varying := p.accept(kwVarying)
		name = "bit"
		if varying {
			name = "varbit"
		}
		t.Mods = p.typeMods()
		if t.Mods == nil && !varying && !literal {
			t.Mods = []ast.Expr{&ast.Const{Kind: ast.ConstInteger, Int: 1}}
		}
	case kwCharacter, kwChar, kwNchar, kwNational, kwVarchar:
		name = p.charType(t, literal)
	case kwTime, kwTimestamp:
		p.advance()
		name = k.word()
		if p.accept('(') {
			t.Mods = []ast.Expr{p.iconst()}
			p.expect(')')
		}
		switch {
		case p.accept3(kwWith, kwTime, kwZone):
			name += "tz"
		case p.accept3(kwWithout, kwTime, kwZone):
		case p.at2(kwWith, kwTime), p.at2(kwWithout, kwTime):
			p.failAt(p.i + 2)
		}
	case kwInterval:
		p.advance()
		name = "interval"
		if p.accept('(') {
			t.Mods = []ast.Expr{p.iconst()}
			p.expect(')')
		} else {
			p.intervalFields(t)
		}
	}
	if name != "" {
		t.Range = p.since(at.Pos)
		t.Name = builtin(name, t.Range)
		return t
	}
	// A generic type: a name of any other kind, perhaps qualified.
	if !isTypeFuncName(k) {
		p.fail()
	}
	t.Name = p.nameRest()
	t.Mods = p.typeMods()
	t.Range = p.since(at.Pos)
	return t
}

// typeMods parses [(expression, …)].
func (p *parser) typeMods() []ast.Expr {
	if !p.accept('(') {
		return nil
	}
	mods := p.exprList()
	p.expect(')')
	return mods
}

// iconst parses an integer constant as an expression.
func (p *parser) iconst() ast.Expr {
	r := p.tokenRange()
	v := p.integer()
	c := p.constant.new()
	*c = ast.Const{Range: r, Kind: ast.ConstInteger, Int: v}
	return c
}

// floatName parses FLOAT's optional precision, which chooses the type.
func (p *parser) floatName() string {
	if !p.accept('(') {
		return "float8"
	}
	at := p.pos()
	n := p.integer()
	p.expect(')')
	switch {
	case n < 1:
		p.errorAt(at, sqlerr.InvalidParameterValue, "precision for type float must be at least 1 bit")
	case n <= 24:
		return "float4"
	case n > 53:
		p.errorAt(at, sqlerr.InvalidParameterValue, "precision for type float must be less than 54 bits")
	}
	return "float8"
}

// charType parses CHARACTER [VARYING], NATIONAL CHAR, VARCHAR and their kin with a length.
func (p *parser) charType(t *ast.TypeName, literal bool) string {
	varying := p.at(kwVarchar)
	if p.accept(kwNational) {
		if p.acceptAny(kwCharacter, kwChar) == 0 {
			p.fail()
		}
	} else {
		p.advance()
	}
	if !varying {
		varying = p.accept(kwVarying)
	}
	if p.accept('(') {
		t.Mods = []ast.Expr{p.iconst()}
		p.expect(')')
	} else if !varying && !literal {
		t.Mods = []ast.Expr{&ast.Const{Kind: ast.ConstInteger, Int: 1}}
	}
	if varying {
		return "varchar"
	}
	return "bpchar"
}

// fieldOf maps the keywords of interval fields.
func fieldOf(k kind) ast.IntervalFields {
	switch k {
	case kwYear:
		return ast.FieldYear
	case kwMonth:
		return ast.FieldMonth
	case kwDay:
		return ast.FieldDay
	case kwHour:
		return ast.FieldHour
	case kwMinute:
		return ast.FieldMinute
	case kwSecond:
		return ast.FieldSecond
	}
	return 0
}

// intervalFields parses [YEAR], [DAY TO SECOND [(p)]], … into t.
func (p *parser) intervalFields(t *ast.TypeName) {
	from := fieldOf(p.kind())
	if from == 0 {
		return
	}
	p.advance()
	last := from
	if from != ast.FieldSecond && p.at(kwTo) {
		to := fieldOf(p.peek(1))
		ok := to > from && (from == ast.FieldYear) == (to == ast.FieldMonth) && from != ast.FieldMonth
		if !ok {
			p.failAt(p.i + 1)
		}
		p.advance()
		p.advance()
		last = to
	}
	for f := from; f <= last; f <<= 1 {
		t.Interval |= f
	}
	if last == ast.FieldSecond && p.accept('(') {
		t.Mods = []ast.Expr{p.iconst()}
		p.expect(')')
	}
	t.End = p.prevEnd()
}
