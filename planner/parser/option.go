package parser

import "github.com/inlaydb/inlay/planner/ast"

// relOptions parses (name [= value], …) with names that may have a namespace:
// reloptions of the grammar.
func (p *parser) relOptions() []ast.Option {
	p.expect('(')
	var list []ast.Option
	for {
		pos := p.pos()
		o := ast.Option{Name: p.colLabel()}
		if p.accept('.') {
			o.Namespace, o.Name = o.Name, p.colLabel()
		}
		if p.accept('=') {
			p.defArg(&o)
		}
		o.Range = p.since(pos)
		list = append(list, o)
		if !p.accept(',') {
			break
		}
	}
	p.expect(')')
	return list
}

// definition parses (name [= value], …): definition of the grammar.
func (p *parser) definition() []ast.Option {
	p.expect('(')
	var list []ast.Option
	for {
		pos := p.pos()
		o := ast.Option{Name: p.colLabel()}
		if p.accept('=') {
			p.defArg(&o)
		}
		o.Range = p.since(pos)
		list = append(list, o)
		if !p.accept(',') {
			break
		}
	}
	p.expect(')')
	return list
}

// defArg parses def_arg: a type, a reserved word, an operator, a number or a string.
func (p *parser) defArg(o *ast.Option) {
	pos := p.pos()
	switch k := p.kind(); {
	case k == tString:
		o.Kind, o.Text = ast.OptionString, p.str()
		return
	case k == tInteger || k == tNumeric:
		o.Kind, o.Text = ast.OptionNumber, p.number()
		return
	case (k == '+' || k == '-') && (p.peek(1) == tInteger || p.peek(1) == tNumeric):
		o.Kind, o.Text = ast.OptionNumber, p.number()
		return
	case k.isKeyword() && k.category() == reserved, k == kwNone:
		o.Text = k.word()
		p.advance()
	case k == tOp, k == tNotEquals, k == tLessEquals, k == tGreaterEquals, k < 256 && symbols[k&127] != "",
		k == kwOperator && p.peek(1) == '(':
		op := p.operator()
		o.Text = op.Name
	default:
		t := p.funcType()
		o.Text = p.since(pos).Text(p.src)
		if len(t.Name.Parts) == 1 && t.Mods == nil && t.ArrayBounds == nil && !t.SetOf {
			o.Text = t.Name.Parts[0].Name
		}
	}
	o.Kind = ast.OptionWord
}

// utilityOptions parses the (name [value], …) of EXPLAIN, VACUUM and the like: a value is a word,
// string or number.
func (p *parser) utilityOptions() []ast.Option {
	p.expect('(')
	var list []ast.Option
	for {
		pos := p.pos()
		if k := p.kind(); !isNonReserved(k) && k != kwAnalyze && k != kwAnalyse {
			p.fail()
		}
		o := ast.Option{Name: p.takeIdent()}
		if o.Name.Name == "analyse" && !o.Name.Quoted {
			o.Name.Name = "analyze"
		}
		if !p.at('*') && !p.at('(') && !p.at(kwDefault) && !p.at(kwAll) {
			p.optionValue(&o)
		}
		o.Range = p.since(pos)
		list = append(list, o)
		if !p.accept(',') {
			break
		}
	}
	p.expect(')')
	return list
}

// copyGenericOptions parses COPY's (name [value], …): a value may be a star or list, too.
func (p *parser) copyGenericOptions() []ast.Option {
	p.expect('(')
	var list []ast.Option
	for {
		pos := p.pos()
		o := ast.Option{Name: p.colLabel()}
		p.optionValue(&o)
		o.Range = p.since(pos)
		list = append(list, o)
		if !p.accept(',') {
			break
		}
	}
	p.expect(')')
	return list
}

// optionValue parses an optional value of a generic option.
func (p *parser) optionValue(o *ast.Option) {
	switch k := p.kind(); {
	case k == tString:
		o.Kind, o.Text = ast.OptionString, p.str()
	case k == tInteger, k == tNumeric, k == '+', k == '-':
		o.Kind, o.Text = ast.OptionNumber, p.number()
	case k == '*':
		p.advance()
		o.Kind = ast.OptionStar
	case k == '(':
		p.advance()
		o.Kind = ast.OptionList
		for {
			if p.at(tString) {
				at := p.tokenRange()
				o.List = append(o.List, ast.Ident{Range: at, Name: p.str(), Quoted: true})
			} else {
				o.List = append(o.List, p.optionWord())
			}
			if !p.accept(',') {
				break
			}
		}
		p.expect(')')
	case k == kwTrue, k == kwFalse, k == kwOn, k == kwDefault, k == kwAll, isNonReserved(k):
		o.Kind, o.Text = ast.OptionWord, p.takeIdent().Name
	}
}

// optionWord parses opt_boolean_or_string without the strings.
func (p *parser) optionWord() ast.Ident {
	switch k := p.kind(); {
	case k == kwTrue, k == kwFalse, k == kwOn, isNonReserved(k):
		return p.takeIdent()
	}
	p.fail()
	return ast.Ident{}
}

// fdwOptions parses OPTIONS (name 'value', …).
func (p *parser) fdwOptions() []ast.Option {
	if !p.accept(kwOptions) {
		return nil
	}
	p.expect('(')
	var list []ast.Option
	for {
		pos := p.pos()
		o := ast.Option{Name: p.colLabel(), Kind: ast.OptionString}
		o.Text = p.str()
		o.Range = p.since(pos)
		list = append(list, o)
		if !p.accept(',') {
			break
		}
	}
	p.expect(')')
	return list
}

// alterOptions parses OPTIONS ([ADD|SET|DROP] name ['value'], …).
func (p *parser) alterOptions() []ast.Option {
	p.expect(kwOptions)
	p.expect('(')
	var list []ast.Option
	for {
		pos := p.pos()
		o := ast.Option{}
		if isColLabel(p.peek(1)) {
			switch p.acceptAny(kwAdd, kwSet, kwDrop) {
			case kwAdd:
				o.Action = ast.OptionAdd
			case kwSet:
				o.Action = ast.OptionSet
			case kwDrop:
				o.Action = ast.OptionDrop
			}
		}
		o.Name = p.colLabel()
		if o.Action != ast.OptionDrop {
			o.Kind, o.Text = ast.OptionString, p.str()
		}
		o.Range = p.since(pos)
		list = append(list, o)
		if !p.accept(',') {
			break
		}
	}
	p.expect(')')
	return list
}
