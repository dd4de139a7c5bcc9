package parser

import "github.com/inlaydb/inlay/planner/ast"

// alterRaw parses ALTER of objects that Inlay does not have. RENAME, OWNER and SET SCHEMA have nodes
// of their own; the rest is taken as it is.
func (p *parser) alterRaw(pos int32) ast.Statement {
	switch k := p.kind(); k {
	case kwFunction, kwProcedure, kwRoutine, kwAggregate:
		p.advance()
		kind := map[kind]ast.ObjectKind{kwFunction: ast.ObjectFunction, kwProcedure: ast.ObjectProcedure,
			kwRoutine: ast.ObjectRoutine, kwAggregate: ast.ObjectAggregate}[k]
		name, args := p.functionWithArgs(k == kwAggregate)
		switch {
		case p.at(kwRename), p.at(kwOwner), p.at2(kwSet, kwSchema):
			return p.alterNamed(pos, kind, name, args, true)
		case p.at(kwDepends), p.at2(kwNo, kwDepends):
			return p.dependsOn(pos, "ALTER "+kind.String())
		case k == kwAggregate || !p.functionOption():
			p.fail()
		}
		for p.functionOption() {
		}
		p.accept(kwRestrict)
		return p.rawDone(pos, "ALTER "+kind.String())
	case kwType, kwDomain:
		return p.alterType0(pos, k)
	case kwExtension:
		p.advance()
		name := p.single(p.colID())
		if p.at2(kwSet, kwSchema) {
			return p.alterNamed(pos, ast.ObjectExtension, name, nil, true)
		}
		switch p.acceptAny(kwUpdate, kwAdd, kwDrop) {
		case kwUpdate:
			if p.accept(kwTo) {
				p.wordOrString()
			}
		case 0:
			p.fail()
		default:
			p.objectReference(&ast.Comment{})
		}
		return p.rawDone(pos, "ALTER EXTENSION")
	case kwCollation, kwConversion, kwStatistics:
		return p.alterSchemaObject(pos)
	case kwText:
		p.advance()
		p.expect(kwSearch)
		what := p.acceptAny(kwParser, kwDictionary, kwTemplate, kwConfiguration)
		if what == 0 {
			p.fail()
		}
		kind := map[kind]ast.ObjectKind{kwParser: ast.ObjectTextSearchParser, kwDictionary: ast.ObjectTextSearchDictionary,
			kwTemplate: ast.ObjectTextSearchTemplate, kwConfiguration: ast.ObjectTextSearchConfiguration}[what]
		name := p.anyName()
		switch {
		case p.at(kwRename), p.at(kwOwner), p.at2(kwSet, kwSchema):
			return p.alterNamed(pos, kind, name, nil, true)
		case what == kwDictionary:
			p.definition()
		case what == kwConfiguration:
			p.alterMapping()
		default:
			p.fail()
		}
		return p.rawDone(pos, "ALTER "+kind.String())
	case kwOperator:
		return p.alterOperator(pos)
	case kwTrigger, kwRule, kwPolicy:
		return p.alterOnTable(pos, k)
	case kwEvent:
		p.advance()
		p.expect(kwTrigger)
		name := p.single(p.colID())
		switch {
		case p.accept(kwDisable):
		case p.accept(kwEnable):
			p.acceptAny(kwReplica, kwAlways)
		default:
			return p.alterNamed(pos, ast.ObjectEventTrigger, name, nil, false)
		}
		return p.rawDone(pos, "ALTER EVENT TRIGGER")
	case kwPublication:
		p.advance()
		name := p.single(p.colID())
		if p.at(kwRename) || p.at(kwOwner) {
			return p.alterNamed(pos, ast.ObjectPublication, name, nil, false)
		}
		switch p.acceptAny(kwSet, kwAdd, kwDrop) {
		case kwSet:
			if p.at('(') {
				p.definition()
			} else {
				p.publicationObjects()
			}
		case 0:
			p.fail()
		default:
			p.publicationObjects()
		}
		return p.rawDone(pos, "ALTER PUBLICATION")
	case kwSubscription:
		p.advance()
		name := p.single(p.colID())
		if p.at(kwRename) || p.at(kwOwner) {
			return p.alterNamed(pos, ast.ObjectSubscription, name, nil, false)
		}
		switch p.kind() {
		case kwSet, kwConnection, kwRefresh, kwAdd, kwDrop, kwEnable, kwDisable, kwSkip:
			return p.raw(pos, "ALTER SUBSCRIPTION")
		}
		p.fail()
	case kwLarge:
		p.advance()
		p.expect(kwObject)
		at := p.tokenRange()
		p.number()
		p.expect2(kwOwner, kwTo)
		r := p.role()
		return &ast.ChangeOwner{Range: p.since(pos), Kind: ast.ObjectLargeObject, Owner: &r,
			Name: p.single(ast.Ident{Range: at, Name: at.Text(p.src)})}
	case kwProcedural, kwLanguage:
		p.accept(kwProcedural)
		p.expect(kwLanguage)
		return p.alterNamed(pos, ast.ObjectLanguage, p.single(p.colID()), nil, false)
	case kwTablespace:
		p.advance()
		name := p.single(p.colID())
		if p.acceptAny(kwSet, kwReset) != 0 {
			p.relOptions()
			return p.rawDone(pos, "ALTER TABLESPACE")
		}
		return p.alterNamed(pos, ast.ObjectTablespace, name, nil, false)
	}
	p.fail()
	return nil
}

// dependsOn parses [NO] DEPENDS ON EXTENSION name.
func (p *parser) dependsOn(pos int32, tag string) ast.Statement {
	p.accept(kwNo)
	p.expect2(kwDepends, kwOn)
	p.expect(kwExtension)
	p.colID()
	return p.rawDone(pos, tag)
}

// alterType0 parses TYPE and DOMAIN after ALTER.
func (p *parser) alterType0(pos int32, k kind) ast.Statement {
	p.advance()
	name := p.anyName()
	objKind := ast.ObjectType
	if k == kwDomain {
		objKind = ast.ObjectDomain
	}
	switch p.kind() {
	case kwOwner:
		return p.alterNamed(pos, objKind, name, nil, true)
	case kwRename:
		switch p.peek(1) {
		case kwTo:
			return p.alterNamed(pos, objKind, name, nil, true)
		case kwValue:
			if k == kwDomain {
				p.fail()
			}
			p.i += 2
			p.str()
			p.expect(kwTo)
			p.str()
		case kwAttribute, kwConstraint:
			if (p.peek(1) == kwConstraint) != (k == kwDomain) {
				p.failAt(p.i + 1)
			}
			p.i += 2
			p.colID()
			p.expect(kwTo)
			p.colID()
			p.dropBehavior()
		default:
			p.failAt(p.i + 1)
		}
	case kwSet:
		if p.peek(1) == kwSchema {
			return p.alterNamed(pos, objKind, name, nil, true)
		}
		p.advance()
		switch {
		case k == kwType:
			p.definition()
		case p.accept(kwDefault):
			p.expr()
		default:
			p.expect2(kwNot, kwNull)
		}
	case kwAdd, kwDrop, kwAlter, kwValidate:
		p.alterTypeParts(k)
	default:
		p.fail()
	}
	return p.rawDone(pos, "ALTER "+objKind.String())
}

// alterTypeParts parses what ALTER TYPE and DOMAIN add, drop and change.
func (p *parser) alterTypeParts(k kind) {
	if k == kwDomain {
		switch p.acceptAny(kwAdd, kwDrop, kwValidate) {
		case kwAdd:
			p.tableConstraint()
		case kwDrop:
			switch {
			case p.accept(kwDefault):
			case p.accept(kwNot):
				p.expect(kwNull)
			default:
				p.expect(kwConstraint)
				p.ifExists()
				p.colID()
				p.dropBehavior()
			}
		case kwValidate:
			p.expect(kwConstraint)
			p.colID()
		default:
			p.fail()
		}
		return
	}
	if p.accept2(kwAdd, kwValue) {
		p.ifNotExists()
		p.str()
		if p.acceptAny(kwBefore, kwAfter) != 0 {
			p.str()
		}
		return
	}
	for {
		switch p.acceptAny(kwAdd, kwDrop, kwAlter) {
		case kwAdd:
			p.expect(kwAttribute)
			p.colID()
			p.typeName()
			if p.accept(kwCollate) {
				p.anyName()
			}
		case kwDrop:
			p.expect(kwAttribute)
			p.ifExists()
			p.colID()
		case kwAlter:
			p.expect(kwAttribute)
			p.colID()
			p.accept2(kwSet, kwData)
			p.expect(kwType)
			p.typeName()
			if p.accept(kwCollate) {
				p.anyName()
			}
		default:
			p.fail()
		}
		p.dropBehavior()
		if !p.accept(',') {
			return
		}
	}
}

// alterSchemaObject parses COLLATION, CONVERSION and STATISTICS after ALTER.
func (p *parser) alterSchemaObject(pos int32) ast.Statement {
	kind := map[kind]ast.ObjectKind{kwCollation: ast.ObjectCollation, kwConversion: ast.ObjectConversion,
		kwStatistics: ast.ObjectStatistics}[p.kind()]
	p.advance()
	if kind == ast.ObjectStatistics {
		p.ifExists()
	}
	name := p.anyName()
	switch {
	case kind == ast.ObjectCollation && p.accept2(kwRefresh, kwVersion):
		return p.rawDone(pos, "ALTER COLLATION")
	case kind == ast.ObjectStatistics && p.accept2(kwSet, kwStatistics):
		p.number()
		return p.rawDone(pos, "ALTER STATISTICS")
	}
	return p.alterNamed(pos, kind, name, nil, true)
}

// alterMapping parses ADD|ALTER|DROP MAPPING … of a text search configuration.
func (p *parser) alterMapping() {
	names := func() {
		for {
			p.anyName()
			if !p.accept(',') {
				return
			}
		}
	}
	k := p.acceptAny(kwAdd, kwAlter, kwDrop)
	if k == 0 {
		p.fail()
	}
	p.expect(kwMapping)
	if k == kwDrop {
		p.ifExists()
	}
	if p.accept(kwFor) {
		p.colIDs()
		if k == kwDrop {
			return
		}
		if p.accept(kwWith) {
			names()
			return
		}
	} else if k != kwAlter {
		p.fail()
	}
	p.expect(kwReplace)
	p.anyName()
	p.expect(kwWith)
	p.anyName()
}

func (p *parser) alterOperator(pos int32) ast.Statement {
	p.expect(kwOperator)
	if k := p.kind(); (k == kwClass || k == kwFamily) && p.peek(1) != '.' {
		kind := ast.ObjectOperatorClass
		if k == kwFamily {
			kind = ast.ObjectOperatorFamily
		}
		p.advance()
		name := p.anyName()
		p.expect(kwUsing)
		p.colID()
		if k == kwFamily && (p.at(kwAdd) || p.at(kwDrop)) {
			return p.raw(pos, "ALTER OPERATOR FAMILY")
		}
		return p.alterNamed(pos, kind, name, nil, true)
	}
	name, args := p.operatorWithArgs()
	if p.at(kwOwner) || p.at2(kwSet, kwSchema) {
		return p.alterNamed(pos, ast.ObjectOperator, name, args, true)
	}
	p.expect(kwSet)
	p.definition()
	return p.rawDone(pos, "ALTER OPERATOR")
}

// alterOnTable parses TRIGGER, RULE and POLICY name ON table … after ALTER.
func (p *parser) alterOnTable(pos int32, k kind) ast.Statement {
	p.advance()
	kind := map[kind]ast.ObjectKind{kwTrigger: ast.ObjectTrigger, kwRule: ast.ObjectRule, kwPolicy: ast.ObjectPolicy}[k]
	ifExists := k == kwPolicy && p.ifExists()
	name := p.single(p.colID())
	p.expect(kwOn)
	on := p.qualifiedName()
	switch {
	case p.accept2(kwRename, kwTo):
		to := p.colID()
		return &ast.Rename{Range: p.since(pos), Kind: kind, Part: kind, IfExists: ifExists, Name: name, On: &on, To: to}
	case k == kwTrigger && (p.at(kwDepends) || p.at2(kwNo, kwDepends)):
		return p.dependsOn(pos, "ALTER TRIGGER")
	case k == kwPolicy:
		p.policyBody()
		return p.rawDone(pos, "ALTER POLICY")
	}
	p.fail()
	return nil
}

// securityLabel parses SECURITY LABEL [FOR provider] ON object IS label.
func (p *parser) securityLabel() ast.Statement {
	pos := p.pos()
	p.expect(kwSecurity)
	p.expect(kwLabel)
	if p.accept(kwFor) {
		p.wordOrString()
	}
	p.expect(kwOn)
	p.objectReference(&ast.Comment{})
	p.expect(kwIs)
	if !p.accept(kwNull) {
		p.str()
	}
	return p.rawDone(pos, "SECURITY LABEL")
}

// reassignOwned parses REASSIGN OWNED BY roles TO role.
func (p *parser) reassignOwned() ast.Statement {
	pos := p.pos()
	p.expect2(kwReassign, kwOwned)
	p.expect(kwBy)
	p.roles()
	p.expect(kwTo)
	p.role()
	return p.rawDone(pos, "REASSIGN OWNED")
}
