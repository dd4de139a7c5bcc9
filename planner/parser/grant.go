package parser

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

// grant parses GRANT and REVOKE, of privileges or of roles.
func (p *parser) grant() ast.Statement {
	pos := p.pos()
	revoke := p.at(kwRevoke)
	p.advance()
	optionFor := ast.Option{}
	if revoke {
		at := p.pos()
		switch {
		case p.acceptWords(kwGrant, kwOption, kwFor):
			optionFor.Name.Name = "grant"
		case isColID(p.kind()) && p.peek(1) == kwOption && p.peek(2) == kwFor:
			optionFor.Name = p.takeIdent()
			p.i += 2
			optionFor.Kind, optionFor.Text, optionFor.Range = ast.OptionWord, "false", p.since(at)
		}
	}
	privileges := p.privileges()
	if p.at(kwOn) && optionFor.Kind == ast.OptionNone {
		g := &ast.Grant{Revoke: revoke, Privileges: privileges, GrantOption: optionFor.Name.Name != ""}
		p.advance()
		p.grantTarget(g)
		p.grantees(g)
		g.Range = p.since(pos)
		return g
	}
	if optionFor.Name.Name == "grant" {
		p.expect(kwOn)
	}
	return p.grantRole(pos, revoke, optionFor, privileges)
}

// privileges parses ALL [PRIVILEGES] [(columns)] or a list; what is a list of roles looks alike.
func (p *parser) privileges() []ast.Privilege {
	pos := p.pos()
	if p.accept(kwAll) {
		p.accept(kwPrivileges)
		x := ast.Privilege{Name: "all", Columns: p.optParenColIDs()}
		x.Range = p.since(pos)
		return []ast.Privilege{x}
	}
	var list []ast.Privilege
	for {
		at := p.pos()
		var x ast.Privilege
		switch k := p.kind(); {
		case k == kwSelect, k == kwReferences, k == kwCreate:
			x.Name = k.word()
			p.advance()
		case p.at2(kwAlter, kwSystem):
			p.i += 2
			x.Name = "alter system"
		default:
			x.Name = p.colID().Name
		}
		x.Columns = p.optParenColIDs()
		x.Range = p.since(at)
		list = append(list, x)
		if !p.accept(',') {
			return list
		}
	}
}

// grantTarget parses the objects after ON.
func (p *parser) grantTarget(g *ast.Grant) {
	plain := func(kind ast.ObjectKind) {
		g.Kind = kind
		for {
			g.Names = append(g.Names, p.single(p.colID()))
			if !p.accept(',') {
				return
			}
		}
	}
	functions := func(kind ast.ObjectKind) {
		g.Kind = kind
		for {
			name, args := p.functionWithArgs(false)
			g.Names = append(g.Names, name)
			g.Args = append(g.Args, args)
			if !p.accept(',') {
				return
			}
		}
	}
	if next := p.peek(1); isColID(p.kind()) && (next == kwTo || next == kwFrom || next == ',' || next == '.') {
		g.Names = p.qualifiedNames() // a table, whatever word its name is
		return
	}
	switch {
	case p.accept(kwTable):
		g.Names = p.qualifiedNames()
	case p.accept(kwSequence):
		g.Kind, g.Names = ast.ObjectSequence, p.qualifiedNames()
	case p.accept3(kwForeign, kwData, kwWrapper):
		plain(ast.ObjectForeignDataWrapper)
	case p.accept2(kwForeign, kwServer):
		plain(ast.ObjectServer)
	case p.accept(kwFunction):
		functions(ast.ObjectFunction)
	case p.accept(kwProcedure):
		functions(ast.ObjectProcedure)
	case p.accept(kwRoutine):
		functions(ast.ObjectRoutine)
	case p.accept(kwDatabase):
		plain(ast.ObjectDatabase)
	case p.accept(kwDomain):
		g.Kind, g.Names = ast.ObjectDomain, p.anyNames()
	case p.accept(kwLanguage):
		plain(ast.ObjectLanguage)
	case p.accept2(kwLarge, kwObject):
		g.Kind = ast.ObjectLargeObject
		for {
			at := p.tokenRange()
			p.number()
			g.Names = append(g.Names, p.single(ast.Ident{Range: at, Name: at.Text(p.src)}))
			if !p.accept(',') {
				return
			}
		}
	case p.accept(kwParameter):
		g.Kind = ast.ObjectParameter
		g.Names = p.anyNames()
	case p.accept(kwSchema):
		plain(ast.ObjectSchema)
	case p.accept(kwTablespace):
		plain(ast.ObjectTablespace)
	case p.accept(kwType):
		g.Kind, g.Names = ast.ObjectType, p.anyNames()
	case p.at(kwAll):
		p.advance()
		g.AllInSchema = true
		kind, ok := p.pluralKind()
		if !ok {
			p.fail()
		}
		p.expect2(kwIn, kwSchema)
		plain(kind)
	default:
		g.Names = p.qualifiedNames()
	}
}

// pluralKind parses TABLES, SEQUENCES, ….
func (p *parser) pluralKind() (ast.ObjectKind, bool) {
	switch p.acceptAny(kwTables, kwSequences, kwFunctions, kwProcedures, kwRoutines) {
	case kwTables:
		return ast.ObjectTable, true
	case kwSequences:
		return ast.ObjectSequence, true
	case kwFunctions:
		return ast.ObjectFunction, true
	case kwProcedures:
		return ast.ObjectProcedure, true
	case kwRoutines:
		return ast.ObjectRoutine, true
	}
	return 0, false
}

// grantees parses TO|FROM roles and the options after them.
func (p *parser) grantees(g *ast.Grant) {
	if g.Revoke {
		p.expect(kwFrom)
	} else {
		p.expect(kwTo)
	}
	for {
		p.accept(kwGroup)
		g.Roles = append(g.Roles, p.role())
		if !p.accept(',') {
			break
		}
	}
	if !g.Revoke && p.accept3(kwWith, kwGrant, kwOption) {
		g.GrantOption = true
	}
	if p.accept2(kwGranted, kwBy) {
		r := p.role()
		g.GrantedBy = &r
	}
	if g.Revoke {
		g.Cascade = p.dropBehavior()
	}
}

// grantRole parses the rest of GRANT role TO role; the roles granted were read as privileges.
func (p *parser) grantRole(pos int32, revoke bool, optionFor ast.Option, privileges []ast.Privilege) ast.Statement {
	g := &ast.GrantRole{Revoke: revoke}
	for _, x := range privileges {
		g.Granted = append(g.Granted, ast.Ident{Range: x.Range, Name: x.Name})
	}
	if optionFor.Name.Name != "" {
		g.Options = []ast.Option{optionFor}
	}
	if revoke {
		p.expect(kwFrom)
	} else {
		p.expect(kwTo)
	}
	if privileges[0].Name == "all" {
		p.failAt(p.i - 1)
	}
	g.Roles = p.roles()
	if !revoke && p.accept(kwWith) {
		for {
			at := p.pos()
			o := ast.Option{Name: p.colLabel(), Kind: ast.OptionWord}
			switch {
			case p.at(kwOption), p.at(kwTrue), p.at(kwFalse):
				o.Text = p.takeIdent().Name
				if o.Text == "option" {
					o.Text = "true"
				}
			default:
				p.fail()
			}
			o.Range = p.since(at)
			g.Options = append(g.Options, o)
			if !p.accept(',') {
				break
			}
		}
	}
	if p.accept2(kwGranted, kwBy) {
		r := p.role()
		g.GrantedBy = &r
	}
	if revoke {
		g.Cascade = p.dropBehavior()
	}
	g.Range = p.since(pos)
	return g
}

// alterDefaultPrivileges parses DEFAULT PRIVILEGES … after ALTER.
func (p *parser) alterDefaultPrivileges(pos int32) ast.Statement {
	p.expect2(kwDefault, kwPrivileges)
	s := &ast.AlterDefaultPrivileges{}
	for {
		if p.accept2(kwIn, kwSchema) {
			s.Schemas = p.colIDs()
			continue
		}
		if p.at(kwFor) {
			p.advance()
			if p.acceptAny(kwRole, kwUser) == 0 {
				p.fail()
			}
			s.Roles = p.roles()
			continue
		}
		break
	}
	at := p.pos()
	g := &ast.Grant{}
	switch p.acceptAny(kwGrant, kwRevoke) {
	case kwRevoke:
		g.Revoke = true
		g.GrantOption = p.acceptWords(kwGrant, kwOption, kwFor)
	case 0:
		p.fail()
	}
	g.Privileges = p.privileges()
	p.expect(kwOn)
	switch {
	case p.accept(kwTypes):
		g.Kind = ast.ObjectType
	case p.accept(kwSchemas):
		g.Kind = ast.ObjectSchema
	case p.at(kwProcedures):
		p.fail()
	default:
		kind, ok := p.pluralKind()
		if !ok {
			p.fail()
		}
		g.Kind = kind
	}
	if g.Revoke {
		p.expect(kwFrom)
	} else {
		p.expect(kwTo)
	}
	for {
		p.accept(kwGroup)
		g.Roles = append(g.Roles, p.role())
		if !p.accept(',') {
			break
		}
	}
	if !g.Revoke && p.accept3(kwWith, kwGrant, kwOption) {
		g.GrantOption = true
	}
	if g.Revoke {
		g.Cascade = p.dropBehavior()
	}
	g.Range = p.since(at)
	s.Action = g
	s.Range = p.since(pos)
	return s
}

var commentKinds = []struct {
	words []kind
	kind  ast.ObjectKind
}{
	{[]kind{kwColumn}, ast.ObjectColumn},
	{[]kind{kwTable}, ast.ObjectTable},
	{[]kind{kwSequence}, ast.ObjectSequence},
	{[]kind{kwView}, ast.ObjectView},
	{[]kind{kwMaterialized, kwView}, ast.ObjectMaterializedView},
	{[]kind{kwIndex}, ast.ObjectIndex},
	{[]kind{kwForeign, kwTable}, ast.ObjectForeignTable},
	{[]kind{kwCollation}, ast.ObjectCollation},
	{[]kind{kwConversion}, ast.ObjectConversion},
	{[]kind{kwStatistics}, ast.ObjectStatistics},
	{[]kind{kwText, kwSearch, kwParser}, ast.ObjectTextSearchParser},
	{[]kind{kwText, kwSearch, kwDictionary}, ast.ObjectTextSearchDictionary},
	{[]kind{kwText, kwSearch, kwTemplate}, ast.ObjectTextSearchTemplate},
	{[]kind{kwText, kwSearch, kwConfiguration}, ast.ObjectTextSearchConfiguration},
	{[]kind{kwAccess, kwMethod}, ast.ObjectAccessMethod},
	{[]kind{kwEvent, kwTrigger}, ast.ObjectEventTrigger},
	{[]kind{kwExtension}, ast.ObjectExtension},
	{[]kind{kwForeign, kwData, kwWrapper}, ast.ObjectForeignDataWrapper},
	{[]kind{kwLanguage}, ast.ObjectLanguage},
	{[]kind{kwProcedural, kwLanguage}, ast.ObjectLanguage},
	{[]kind{kwPublication}, ast.ObjectPublication},
	{[]kind{kwSchema}, ast.ObjectSchema},
	{[]kind{kwServer}, ast.ObjectServer},
	{[]kind{kwDatabase}, ast.ObjectDatabase},
	{[]kind{kwRole}, ast.ObjectRole},
	{[]kind{kwSubscription}, ast.ObjectSubscription},
	{[]kind{kwTablespace}, ast.ObjectTablespace},
	{[]kind{kwType}, ast.ObjectType},
	{[]kind{kwDomain}, ast.ObjectDomain},
	{[]kind{kwAggregate}, ast.ObjectAggregate},
	{[]kind{kwFunction}, ast.ObjectFunction},
	{[]kind{kwProcedure}, ast.ObjectProcedure},
	{[]kind{kwRoutine}, ast.ObjectRoutine},
	{[]kind{kwOperator, kwClass}, ast.ObjectOperatorClass},
	{[]kind{kwOperator, kwFamily}, ast.ObjectOperatorFamily},
	{[]kind{kwOperator}, ast.ObjectOperator},
	{[]kind{kwConstraint}, ast.ObjectConstraint},
	{[]kind{kwPolicy}, ast.ObjectPolicy},
	{[]kind{kwRule}, ast.ObjectRule},
	{[]kind{kwTrigger}, ast.ObjectTrigger},
	{[]kind{kwTransform}, ast.ObjectTransform},
	{[]kind{kwLarge, kwObject}, ast.ObjectLargeObject},
	{[]kind{kwCast}, ast.ObjectCast},
}

// comment parses COMMENT ON object IS text.
func (p *parser) comment() ast.Statement {
	pos := p.pos()
	p.expect2(kwComment, kwOn)
	c := &ast.Comment{}
	p.objectReference(c)
	p.expect(kwIs)
	if p.accept(kwNull) {
		c.Null = true
	} else {
		c.Text = p.str()
	}
	c.Range = p.since(pos)
	return c
}

// objectReference parses the kind and name of any object into c.
func (p *parser) objectReference(c *ast.Comment) {
	found := false
	for _, k := range commentKinds {
		if p.acceptWords(k.words...) {
			c.Kind, found = k.kind, true
			break
		}
	}
	if !found {
		var lists [][]kind
		for _, k := range commentKinds {
			lists = append(lists, k.words)
		}
		p.failWords(lists...)
	}
	switch c.Kind {
	case ast.ObjectAggregate:
		c.Name, c.Args = p.functionWithArgs(true)
	case ast.ObjectFunction, ast.ObjectProcedure, ast.ObjectRoutine:
		c.Name, c.Args = p.functionWithArgs(false)
	case ast.ObjectOperator:
		c.Name, c.Args = p.operatorWithArgs()
	case ast.ObjectOperatorClass, ast.ObjectOperatorFamily:
		c.Name = p.anyName()
		p.expect(kwUsing)
		n := p.single(p.colID())
		c.On = &n
	case ast.ObjectConstraint, ast.ObjectPolicy, ast.ObjectRule, ast.ObjectTrigger:
		c.Name = p.single(p.colID())
		p.expect(kwOn)
		if c.Kind == ast.ObjectConstraint && p.accept(kwDomain) {
			c.Kind = ast.ObjectDomainConstraint
		}
		n := p.anyName()
		c.On = &n
	case ast.ObjectTransform:
		p.expect(kwFor)
		at := p.pos()
		t := p.typeName()
		c.Args = &ast.ArgTypes{Range: p.since(at), Types: []*ast.TypeName{t}}
		p.expect(kwLanguage)
		c.Name = p.single(p.colID())
	case ast.ObjectLargeObject:
		at := p.tokenRange()
		p.number()
		c.Name = p.single(ast.Ident{Range: at, Name: at.Text(p.src)})
	case ast.ObjectCast:
		c.Args = p.castTypes()
	case ast.ObjectType, ast.ObjectDomain:
		c.Name = p.typeName().Name
	case ast.ObjectColumn:
		c.Name = p.anyName()
		if len(c.Name.Parts) > 4 {
			p.errorAt(c.Name.Pos, sqlerr.SyntaxError, "improper qualified name (too many dotted names): %s", c.Name.String())
		}
	case ast.ObjectAccessMethod, ast.ObjectEventTrigger, ast.ObjectExtension, ast.ObjectForeignDataWrapper,
		ast.ObjectLanguage, ast.ObjectPublication, ast.ObjectSchema, ast.ObjectServer, ast.ObjectDatabase,
		ast.ObjectRole, ast.ObjectSubscription, ast.ObjectTablespace:
		c.Name = p.single(p.colID())
	default:
		c.Name = p.anyName()
	}
}
