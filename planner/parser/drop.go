package parser

import "github.com/inlaydb/inlay/planner/ast"

// dropKinds are the objects whose DROP takes a list of qualified names (any) or plain ones.
var dropKinds = []struct {
	words []kind
	kind  ast.ObjectKind
	plain bool
}{
	{[]kind{kwTable}, ast.ObjectTable, false},
	{[]kind{kwSequence}, ast.ObjectSequence, false},
	{[]kind{kwView}, ast.ObjectView, false},
	{[]kind{kwMaterialized, kwView}, ast.ObjectMaterializedView, false},
	{[]kind{kwIndex}, ast.ObjectIndex, false},
	{[]kind{kwForeign, kwTable}, ast.ObjectForeignTable, false},
	{[]kind{kwCollation}, ast.ObjectCollation, false},
	{[]kind{kwConversion}, ast.ObjectConversion, false},
	{[]kind{kwStatistics}, ast.ObjectStatistics, false},
	{[]kind{kwText, kwSearch, kwParser}, ast.ObjectTextSearchParser, false},
	{[]kind{kwText, kwSearch, kwDictionary}, ast.ObjectTextSearchDictionary, false},
	{[]kind{kwText, kwSearch, kwTemplate}, ast.ObjectTextSearchTemplate, false},
	{[]kind{kwText, kwSearch, kwConfiguration}, ast.ObjectTextSearchConfiguration, false},
	{[]kind{kwType}, ast.ObjectType, false},
	{[]kind{kwDomain}, ast.ObjectDomain, false},
	{[]kind{kwAccess, kwMethod}, ast.ObjectAccessMethod, true},
	{[]kind{kwEvent, kwTrigger}, ast.ObjectEventTrigger, true},
	{[]kind{kwExtension}, ast.ObjectExtension, true},
	{[]kind{kwForeign, kwData, kwWrapper}, ast.ObjectForeignDataWrapper, true},
	{[]kind{kwLanguage}, ast.ObjectLanguage, true},
	{[]kind{kwProcedural, kwLanguage}, ast.ObjectLanguage, true},
	{[]kind{kwPublication}, ast.ObjectPublication, true},
	{[]kind{kwSchema}, ast.ObjectSchema, true},
	{[]kind{kwServer}, ast.ObjectServer, true},
}

// failWords fails at the first token that fits none of the lists of words.
func (p *parser) failWords(lists ...[]kind) {
	most := 0
	for _, words := range lists {
		n := 0
		for n < len(words) && p.peek(n) == words[n] {
			n++
		}
		most = max(most, n)
	}
	p.failAt(p.i + most)
}

// acceptWords passes the keywords if they all stand here.
func (p *parser) acceptWords(words ...kind) bool {
	for i, w := range words {
		if p.peek(i) != w {
			return false
		}
	}
	p.i += len(words)
	return true
}

func (p *parser) drop() ast.Statement {
	pos := p.pos()
	p.expect(kwDrop)
	for _, d := range dropKinds {
		if p.acceptWords(d.words...) {
			return p.dropNames(pos, d.kind, d.plain)
		}
	}
	s := &ast.Drop{}
	switch k := p.kind(); k {
	case kwFunction, kwProcedure, kwRoutine, kwAggregate:
		p.advance()
		s.Kind = map[kind]ast.ObjectKind{kwFunction: ast.ObjectFunction, kwProcedure: ast.ObjectProcedure,
			kwRoutine: ast.ObjectRoutine, kwAggregate: ast.ObjectAggregate}[k]
		s.IfExists = p.ifExists()
		for {
			name, args := p.functionWithArgs(k == kwAggregate)
			s.Names = append(s.Names, name)
			s.Args = append(s.Args, args)
			if !p.accept(',') {
				break
			}
		}
		s.Cascade = p.dropBehavior()
	case kwOperator:
		p.dropOperator(s)
	case kwTrigger, kwRule, kwPolicy:
		p.advance()
		s.Kind = map[kind]ast.ObjectKind{kwTrigger: ast.ObjectTrigger, kwRule: ast.ObjectRule, kwPolicy: ast.ObjectPolicy}[k]
		s.IfExists = p.ifExists()
		s.Names = []ast.Name{p.single(p.colID())}
		p.expect(kwOn)
		on := p.qualifiedName()
		s.On = &on
		s.Cascade = p.dropBehavior()
	case kwCast:
		p.advance()
		s.Kind = ast.ObjectCast
		s.IfExists = p.ifExists()
		s.Names, s.Args = []ast.Name{{}}, []*ast.ArgTypes{p.castTypes()}
		s.Cascade = p.dropBehavior()
	case kwTransform:
		p.advance()
		s.Kind = ast.ObjectTransform
		s.IfExists = p.ifExists()
		p.expect(kwFor)
		at := p.pos()
		t := p.typeName()
		s.Args = []*ast.ArgTypes{{Range: p.since(at), Types: []*ast.TypeName{t}}}
		p.expect(kwLanguage)
		s.Names = []ast.Name{p.single(p.colID())}
		s.Cascade = p.dropBehavior()
	case kwSubscription, kwTablespace, kwDatabase:
		p.advance()
		s.Kind = map[kind]ast.ObjectKind{kwSubscription: ast.ObjectSubscription, kwTablespace: ast.ObjectTablespace,
			kwDatabase: ast.ObjectDatabase}[k]
		s.IfExists = p.ifExists()
		s.Names = []ast.Name{p.single(p.colID())}
		switch k {
		case kwSubscription:
			s.Cascade = p.dropBehavior()
		case kwDatabase:
			if p.accept(kwWith) || p.at('(') {
				p.expect('(')
				for {
					p.expect(kwForce)
					s.Options = append(s.Options, p.identAt(p.i-1))
					if !p.accept(',') {
						break
					}
				}
				p.expect(')')
			}
		}
	case kwRole, kwUser, kwGroup:
		return p.dropRole(pos)
	case kwOwned:
		p.advance()
		p.expect(kwBy)
		p.roles()
		p.dropBehavior()
		return p.rawDone(pos, "DROP OWNED")
	default:
		var lists [][]kind
		for _, d := range dropKinds {
			lists = append(lists, d.words)
		}
		p.failWords(lists...)
	}
	s.Range = p.since(pos)
	return s
}

// dropNames parses [CONCURRENTLY] [IF EXISTS] names [CASCADE].
func (p *parser) dropNames(pos int32, kind ast.ObjectKind, plain bool) ast.Statement {
	s := &ast.Drop{Kind: kind}
	if kind == ast.ObjectIndex {
		s.Concurrently = p.accept(kwConcurrently)
	}
	s.IfExists = p.ifExists()
	switch {
	case plain:
		for {
			s.Names = append(s.Names, p.single(p.colID()))
			if !p.accept(',') {
				break
			}
		}
	case kind == ast.ObjectType || kind == ast.ObjectDomain:
		for {
			t := p.typeName()
			s.Names = append(s.Names, t.Name)
			if !p.accept(',') {
				break
			}
		}
	default:
		s.Names = p.anyNames()
	}
	s.Cascade = p.dropBehavior()
	s.Range = p.since(pos)
	return s
}

// dropRole parses ROLE|USER|GROUP names, or USER MAPPING FOR role SERVER name.
func (p *parser) dropRole(pos int32) ast.Statement {
	word := p.identAt(p.i)
	p.advance()
	if word.Name == "user" && p.accept(kwMapping) {
		s := &ast.Drop{Kind: ast.ObjectUserMapping, IfExists: p.ifExists()}
		p.expect(kwFor)
		s.Mapping = p.mappingRole()
		p.expect(kwServer)
		s.Names = []ast.Name{p.single(p.colID())}
		s.Range = p.since(pos)
		return s
	}
	s := &ast.DropRole{Word: upper(word.Name), IfExists: p.ifExists()}
	s.Roles = p.roles()
	s.Range = p.since(pos)
	return s
}

func (p *parser) dropOperator(s *ast.Drop) {
	p.expect(kwOperator)
	if k := p.kind(); (k == kwClass || k == kwFamily) && p.peek(1) != '.' {
		s.Kind = ast.ObjectOperatorClass
		if k == kwFamily {
			s.Kind = ast.ObjectOperatorFamily
		}
		p.advance()
		s.IfExists = p.ifExists()
		s.Names = []ast.Name{p.anyName()}
		p.expect(kwUsing)
		n := p.single(p.colID())
		s.On = &n
		s.Cascade = p.dropBehavior()
		return
	}
	s.Kind = ast.ObjectOperator
	s.IfExists = p.ifExists()
	for {
		op, args := p.operatorWithArgs()
		s.Names = append(s.Names, op)
		s.Args = append(s.Args, args)
		if !p.accept(',') {
			break
		}
	}
	s.Cascade = p.dropBehavior()
}

// operatorWithArgs parses an operator with its operand types; the operator is given as a name.
func (p *parser) operatorWithArgs() (ast.Name, *ast.ArgTypes) {
	pos := p.pos()
	op := p.anyOperator()
	name := ast.Name{Range: op.Range, Parts: append(append([]ast.Ident{}, op.Schema...), ast.Ident{Range: op.Range, Name: op.Name})}
	at := p.pos()
	p.expect('(')
	args := &ast.ArgTypes{}
	for {
		if p.accept(kwNone) {
			args.Types = append(args.Types, nil)
		} else {
			args.Types = append(args.Types, p.typeName())
		}
		if !p.accept(',') {
			break
		}
	}
	p.expect(')')
	args.Range = p.since(at)
	_ = pos
	return name, args
}

// castTypes parses (type AS type).
func (p *parser) castTypes() *ast.ArgTypes {
	pos := p.pos()
	p.expect('(')
	from := p.typeName()
	p.expect(kwAs)
	to := p.typeName()
	p.expect(')')
	return &ast.ArgTypes{Range: p.since(pos), Types: []*ast.TypeName{from, to}}
}

// functionWithArgs parses a function's name and, if given, its argument types:
// function_with_argtypes, or aggregate_with_argtypes.
func (p *parser) functionWithArgs(aggregate bool) (ast.Name, *ast.ArgTypes) {
	var name ast.Name
	if p.peek(1) == '(' || aggregate {
		name = p.funcName()
	} else {
		if !isColID(p.kind()) && !isTypeFuncName(p.kind()) {
			p.fail()
		}
		name = p.nameRest()
	}
	if !p.at('(') {
		if aggregate {
			p.fail()
		}
		return name, nil
	}
	pos := p.pos()
	p.expect('(')
	args := &ast.ArgTypes{}
	switch {
	case p.at(')') && !aggregate:
	case aggregate && p.accept('*'):
	default:
		if !aggregate || !p.at(kwOrder) {
			p.functionArgTypes(args)
		}
		if aggregate && p.accept2(kwOrder, kwBy) {
			p.functionArgTypes(args)
		}
	}
	p.expect(')')
	args.Range = p.since(pos)
	return name, args
}

func (p *parser) functionArgTypes(args *ast.ArgTypes) {
	for {
		if t, out := p.functionArg(); !out { // what a function gives does not identify it
			args.Types = append(args.Types, t)
		}
		if !p.accept(',') {
			return
		}
	}
}

// functionArg parses [mode] [name] type of a function's argument, in any order that Postgres
// takes, and gives the type and whether the mode was OUT.
func (p *parser) functionArg() (t *ast.TypeName, out bool) {
	out = p.argMode()
	// A name is followed by a type, so by another word.
	if isTypeFuncName(p.kind()) && p.startsType(p.i+1) && !(p.at(kwDouble) && p.peek(1) == kwPrecision) {
		p.advance()
		out = p.argMode() || out
	}
	return p.funcType(), out
}

// argMode parses [IN|OUT|INOUT|IN OUT|VARIADIC].
func (p *parser) argMode() (out bool) {
	switch p.kind() {
	case kwIn:
		p.advance()
		p.accept(kwOut)
	case kwOut:
		p.advance()
		return true
	case kwInout, kwVariadic:
		p.advance()
	}
	return false
}

// startsType reports whether a type, or the mode of an argument, may start at token i.
func (p *parser) startsType(i int) bool {
	k := p.toks[i].kind
	switch k {
	case kwIn, kwVariadic, kwSetof:
		return true
	}
	if k.isKeyword() {
		return k.category() != reserved
	}
	return k == tIdent || k == tQuotedIdent
}
