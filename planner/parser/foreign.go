package parser

import "github.com/inlaydb/inlay/planner/ast"

// createWrapper parses FOREIGN DATA WRAPPER ….
func (p *parser) createWrapper(pos int32) ast.Statement {
	p.expect2(kwForeign, kwData)
	p.expect(kwWrapper)
	c := &ast.CreateForeignDataWrapper{Name: p.colID()}
	for {
		done := false
		switch {
		case p.accept(kwHandler):
			n := p.anyName()
			c.Handler = &n
		case p.accept2(kwNo, kwHandler):
			c.Handler = nil
		case p.accept(kwValidator):
			n := p.anyName()
			c.Validator = &n
		case p.accept2(kwNo, kwValidator):
			c.Validator = nil
		default:
			done = true
		}
		if done {
			break
		}
	}
	c.Options = p.fdwOptions()
	c.Range = p.since(pos)
	return c
}

// alterWrapper parses DATA WRAPPER … after ALTER FOREIGN.
func (p *parser) alterWrapper(pos int32) ast.Statement {
	p.expect2(kwData, kwWrapper)
	name := p.colID()
	if p.at(kwRename) || p.at(kwOwner) {
		return p.alterNamed(pos, ast.ObjectForeignDataWrapper, p.single(name), nil, false)
	}
	s := &ast.AlterForeignDataWrapper{Name: name}
	changed := true
	for changed {
		switch {
		case p.accept(kwHandler):
			n := p.anyName()
			s.Handler = &n
		case p.accept2(kwNo, kwHandler):
			s.NoHandler = true
		case p.accept(kwValidator):
			n := p.anyName()
			s.Validator = &n
		case p.accept2(kwNo, kwValidator):
			s.NoValidator = true
		default:
			changed = false
		}
	}
	if p.at(kwOptions) {
		s.Options = p.alterOptions()
	} else if s.Handler == nil && s.Validator == nil && !s.NoHandler && !s.NoValidator {
		p.fail()
	}
	s.Range = p.since(pos)
	return s
}

func (p *parser) createServer(pos int32) ast.Statement {
	p.expect(kwServer)
	c := &ast.CreateServer{IfNotExists: p.ifNotExists()}
	c.Name = p.colID()
	if p.accept(kwType) {
		s := p.str()
		c.Type = &s
	}
	c.Version = p.serverVersion()
	p.expect2(kwForeign, kwData)
	p.expect(kwWrapper)
	c.Wrapper = p.colID()
	c.Options = p.fdwOptions()
	c.Range = p.since(pos)
	return c
}

// serverVersion parses [VERSION 'v'|NULL].
func (p *parser) serverVersion() *string {
	if !p.accept(kwVersion) {
		return nil
	}
	if p.accept(kwNull) {
		return nil
	}
	s := p.str()
	return &s
}

func (p *parser) alterServer(pos int32) ast.Statement {
	p.expect(kwServer)
	name := p.colID()
	if p.at(kwRename) || p.at(kwOwner) {
		return p.alterNamed(pos, ast.ObjectServer, p.single(name), nil, false)
	}
	s := &ast.AlterServer{Name: name}
	versioned := p.at(kwVersion)
	s.Version = p.serverVersion()
	if p.at(kwOptions) || !versioned {
		s.Options = p.alterOptions()
	}
	s.Range = p.since(pos)
	return s
}

// mappingRole parses the role of a user mapping: USER means CURRENT_USER.
func (p *parser) mappingRole() *ast.Role {
	if p.at(kwUser) {
		r := ast.Role{Range: p.tokenRange(), Kind: ast.RoleCurrentUser}
		p.advance()
		return &r
	}
	r := p.role()
	return &r
}

func (p *parser) createUserMapping(pos int32) ast.Statement {
	p.expect2(kwUser, kwMapping)
	c := &ast.CreateUserMapping{IfNotExists: p.ifNotExists()}
	p.expect(kwFor)
	c.Role = p.mappingRole()
	p.expect(kwServer)
	c.Server = p.colID()
	c.Options = p.fdwOptions()
	c.Range = p.since(pos)
	return c
}

func (p *parser) alterUserMapping(pos int32) ast.Statement {
	p.expect2(kwUser, kwMapping)
	p.expect(kwFor)
	s := &ast.AlterUserMapping{Role: p.mappingRole()}
	p.expect(kwServer)
	s.Server = p.colID()
	s.Options = p.alterOptions()
	s.Range = p.since(pos)
	return s
}

func (p *parser) importForeignSchema() ast.Statement {
	pos := p.pos()
	p.expect2(kwImport, kwForeign)
	p.expect(kwSchema)
	s := &ast.ImportForeignSchema{RemoteSchema: p.colID()}
	switch {
	case p.accept2(kwLimit, kwTo):
		s.LimitTo = true
	case p.accept(kwExcept):
		s.Except = true
	}
	if s.LimitTo || s.Except {
		p.expect('(')
		for {
			r := p.relationExpr()
			s.Tables = append(s.Tables, r.Name)
			if !p.accept(',') {
				break
			}
		}
		p.expect(')')
	}
	p.expect2(kwFrom, kwServer)
	s.Server = p.colID()
	p.expect(kwInto)
	s.Into = p.colID()
	s.Options = p.fdwOptions()
	s.Range = p.since(pos)
	return s
}
