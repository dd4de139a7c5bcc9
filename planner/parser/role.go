package parser

import (
	"strings"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

func upper(word string) string { return strings.ToUpper(word) }

// role parses RoleSpec.
func (p *parser) role() ast.Role {
	r := ast.Role{Range: p.tokenRange()}
	switch p.kind() {
	case kwCurrentRole:
		r.Kind = ast.RoleCurrentRole
	case kwCurrentUser:
		r.Kind = ast.RoleCurrentUser
	case kwSessionUser:
		r.Kind = ast.RoleSessionUser
	default:
		at := p.pos()
		id := p.nonReserved()
		switch {
		case id.Name == "public":
			r.Kind = ast.RolePublic
			return r
		case id.Name == "none":
			p.errorAt(at, sqlerr.ReservedName, "role name \"%s\" is reserved", "none")
		}
		r.Name = id.Name
		return r
	}
	p.advance()
	return r
}

func (p *parser) roles() []ast.Role {
	var list []ast.Role
	for {
		list = append(list, p.role())
		if !p.accept(',') {
			return list
		}
	}
}

// roleID parses the name of a role that is made or renamed: RoleId.
func (p *parser) roleID() ast.Role {
	at := p.pos()
	r := p.role()
	switch r.Kind {
	case ast.RolePublic:
		p.errorAt(at, sqlerr.ReservedName, "role name \"%s\" is reserved", "public")
	case ast.RoleCurrentRole, ast.RoleCurrentUser, ast.RoleSessionUser:
		p.errorAt(at, sqlerr.ReservedName, "%s cannot be used as a role name here", upper(r.Text(p.src)))
	}
	return r
}

func (p *parser) createRole(pos int32) ast.Statement {
	c := &ast.CreateRole{Word: upper(p.kind().word())}
	p.advance()
	c.Name = p.roleID()
	p.accept(kwWith)
	c.Options = p.roleOptions(true)
	c.Range = p.since(pos)
	return c
}

// roleOptions parses the options of CREATE or ALTER ROLE.
func (p *parser) roleOptions(create bool) []ast.RoleOption {
	var list []ast.RoleOption
	for {
		pos := p.pos()
		o := ast.RoleOption{}
		if !p.roleOption(&o, create) {
			return list
		}
		o.Range = p.since(pos)
		list = append(list, o)
	}
}

func (p *parser) roleOption(o *ast.RoleOption, create bool) bool {
	switch p.kind() {
	case kwPassword:
		p.advance()
		o.Name = "password"
		if p.accept(kwNull) {
			o.Null = true
		} else {
			o.Value = p.str()
		}
	case kwEncrypted:
		p.advance()
		p.expect(kwPassword)
		o.Name, o.Value = "password", p.str()
	case kwUnencrypted:
		at := p.pos()
		p.advance()
		p.expect(kwPassword)
		p.str()
		p.bail(sqlerr.New(sqlerr.FeatureNotSupported, "UNENCRYPTED PASSWORD is no longer supported").
			At(ast.Position(p.src, at)).WithHint("Remove UNENCRYPTED to store the password in encrypted form instead."))
	case kwInherit:
		p.advance()
		o.Name, o.On = "inherit", true
	case kwConnection:
		p.advance()
		p.expect(kwLimit)
		o.Name = "connectionlimit"
		if p.at('-') {
			o.Value = p.number()
		} else {
			p.accept('+')
			if !p.at(tInteger) {
				p.fail()
			}
			o.Value = p.number()
		}
	case kwValid:
		p.advance()
		p.expect(kwUntil)
		o.Name, o.Value = "validuntil", p.str()
	case kwUser:
		p.advance()
		o.Name, o.Roles = "role", p.roles()
	case tIdent:
		return p.roleFlag(o)
	case kwSysid:
		if !create {
			return false
		}
		p.advance()
		o.Name, o.Value = "sysid", p.number()
	case kwAdmin:
		if !create {
			return false
		}
		p.advance()
		o.Name, o.Roles = "admin", p.roles()
	case kwRole:
		if !create {
			return false
		}
		p.advance()
		o.Name, o.Roles = "role", p.roles()
	case kwIn:
		if !create {
			return false
		}
		p.advance()
		if p.acceptAny(kwRole, kwGroup) == 0 {
			p.fail()
		}
		o.Name, o.Roles = "inrole", p.roles()
	default:
		return false
	}
	return true
}

// roleFlag parses SUPERUSER, NOLOGIN and their like, which are no keywords.
func (p *parser) roleFlag(o *ast.RoleOption) bool {
	at := p.pos()
	id := p.takeIdent()
	name := id.Name
	if name != "noinherit" {
		for _, flag := range []string{"superuser", "createdb", "createrole", "login", "replication", "bypassrls"} {
			if name == flag || name == "no"+flag {
				o.Name, o.On = flag, name == flag
				return true
			}
		}
		p.errorAt(at, sqlerr.SyntaxError, "unrecognized role option \"%s\"", name)
	}
	o.Name = "inherit"
	return true
}

// alterRole parses ALTER ROLE|USER|GROUP ….
func (p *parser) alterRole(pos int32) ast.Statement {
	word := p.kind()
	p.advance()
	if word != kwGroup && p.at(kwAll) {
		p.advance()
		s := &ast.AlterRoleSet{All: true}
		if p.accept2(kwIn, kwDatabase) {
			s.Database = p.colID()
		}
		s.Set = p.setReset()
		s.Range = p.since(pos)
		return s
	}
	name := p.role()
	switch k := p.kind(); {
	case k == kwRename:
		p.advance()
		p.expect(kwTo)
		to := p.roleID()
		n := p.single(ast.Ident{Range: name.Range, Name: name.Name})
		return &ast.Rename{Range: p.since(pos), Kind: ast.ObjectRole, Part: ast.ObjectRole, Name: n,
			To: ast.Ident{Range: to.Range, Name: to.Name}}
	case word == kwGroup:
		on := p.acceptAny(kwAdd, kwDrop)
		if on == 0 {
			p.fail()
		}
		optAt := p.pos()
		p.expect(kwUser)
		o := ast.RoleOption{Name: "role", On: on == kwAdd, Roles: p.roles()}
		o.Range = p.since(optAt)
		return &ast.AlterRole{Range: p.since(pos), Word: "GROUP", Name: name, Options: []ast.RoleOption{o}}
	case k == kwSet, k == kwReset, k == kwIn:
		s := &ast.AlterRoleSet{Role: name}
		if p.accept2(kwIn, kwDatabase) {
			s.Database = p.colID()
		}
		s.Set = p.setReset()
		s.Range = p.since(pos)
		return s
	}
	p.accept(kwWith)
	opts := p.roleOptions(false)
	return &ast.AlterRole{Range: p.since(pos), Word: upper(word.word()), Name: name, Options: opts}
}
