package parser

import "github.com/inlaydb/inlay/planner/ast"

// alter parses ALTER of any kind of object.
func (p *parser) alter() ast.Statement {
	pos := p.pos()
	p.expect(kwAlter)
	k := p.kind()
	switch k {
	case kwTable:
		p.advance()
		return p.alterRelation(pos, ast.ObjectTable)
	case kwView:
		p.advance()
		return p.alterRelation(pos, ast.ObjectView)
	case kwIndex:
		p.advance()
		return p.alterRelation(pos, ast.ObjectIndex)
	case kwSequence:
		p.advance()
		return p.alterRelation(pos, ast.ObjectSequence)
	case kwMaterialized:
		p.advance()
		p.expect(kwView)
		return p.alterRelation(pos, ast.ObjectMaterializedView)
	case kwForeign:
		p.advance()
		if p.accept(kwTable) {
			return p.alterRelation(pos, ast.ObjectForeignTable)
		}
		return p.alterWrapper(pos)
	case kwServer:
		return p.alterServer(pos)
	case kwUser:
		if p.peek(1) == kwMapping {
			return p.alterUserMapping(pos)
		}
		return p.alterRole(pos)
	case kwRole, kwGroup:
		return p.alterRole(pos)
	case kwDatabase:
		return p.alterDatabase(pos)
	case kwSchema:
		p.advance()
		name := p.single(p.colID())
		return p.alterNamed(pos, ast.ObjectSchema, name, nil, false)
	case kwSystem:
		p.advance()
		s := &ast.AlterSystem{}
		if p.at(kwReset) {
			s.Set, _ = p.reset().(*ast.Set)
		} else {
			at := p.pos()
			p.expect(kwSet)
			s.Set = p.genericSet(at)
		}
		s.Range = p.since(pos)
		return s
	case kwDefault:
		return p.alterDefaultPrivileges(pos)
	}
	return p.alterRaw(pos)
}

// alterNamed parses RENAME TO, OWNER TO and, where the object lives in a schema, SET SCHEMA.
func (p *parser) alterNamed(pos int32, kind ast.ObjectKind, name ast.Name, args *ast.ArgTypes, inSchema bool) ast.Statement {
	switch {
	case p.accept(kwRename):
		p.expect(kwTo)
		to := p.colID()
		return &ast.Rename{Range: p.since(pos), Kind: kind, Part: kind, Name: name, Args: args, To: to}
	case p.accept(kwOwner):
		p.expect(kwTo)
		r := p.role()
		return &ast.ChangeOwner{Range: p.since(pos), Kind: kind, Name: name, Args: args, Owner: &r}
	case inSchema && p.accept2(kwSet, kwSchema):
		schema := p.colID()
		return &ast.SetSchema{Range: p.since(pos), Kind: kind, Name: name, Args: args, Schema: schema}
	}
	p.fail()
	return nil
}

func (p *parser) alterDatabase(pos int32) ast.Statement {
	p.expect(kwDatabase)
	name := p.colID()
	switch p.kind() {
	case kwRename, kwOwner:
		return p.alterNamed(pos, ast.ObjectDatabase, p.single(name), nil, false)
	case kwSet:
		if p.peek(1) == kwTablespace {
			p.i += 2
			to := p.colID()
			o := ast.Option{Range: to.Range, Name: ast.Ident{Name: "tablespace"}, Kind: ast.OptionWord, Text: to.Name}
			return &ast.AlterDatabase{Range: p.since(pos), Name: name, Options: []ast.Option{o}}
		}
		set := p.setReset()
		return &ast.AlterDatabaseSet{Range: p.since(pos), Name: name, Set: set}
	case kwReset:
		set := p.setReset()
		return &ast.AlterDatabaseSet{Range: p.since(pos), Name: name, Set: set}
	case kwRefresh:
		p.advance()
		p.expect2(kwCollation, kwVersion)
		return &ast.AlterDatabase{Range: p.since(pos), Name: name, Refresh: true}
	}
	p.accept(kwWith)
	opts := p.databaseOptions()
	return &ast.AlterDatabase{Range: p.since(pos), Name: name, Options: opts}
}
