package parser

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

// alterRelation parses the rest of ALTER TABLE, VIEW, INDEX, SEQUENCE and the like, whose
// kind was parsed.
func (p *parser) alterRelation(pos int32, kind ast.ObjectKind) ast.Statement {
	if p.at(kwAll) && p.peek(1) == kwIn && p.peek(2) == kwTablespace {
		return p.raw(pos, "ALTER "+kind.String())
	}
	ifExists := p.ifExists()
	var rel *ast.Relation
	if kind == ast.ObjectTable || kind == ast.ObjectForeignTable {
		rel = p.relationExpr()
	} else {
		rel = p.slabs.relation.new()
		at := p.pos()
		rel.Name = p.qualifiedName()
		rel.Range = p.since(at)
	}
	switch p.kind() {
	case kwRename:
		return p.renameRelation(pos, kind, ifExists, rel)
	case kwSet:
		if p.peek(1) == kwSchema {
			p.i += 2
			schema := p.colID()
			return &ast.SetSchema{Range: p.since(pos), Kind: kind, IfExists: ifExists, Name: rel.Name, Schema: schema}
		}
	case kwDepends, kwNo:
		if kind == ast.ObjectIndex || kind == ast.ObjectMaterializedView {
			if p.at(kwDepends) || p.peek(1) == kwDepends {
				return p.dependsOn(pos, "ALTER "+kind.String())
			}
		}
	}
	if kind == ast.ObjectSequence {
		if opts := p.alterSequenceOptions(); opts != nil {
			return &ast.AlterSequence{Range: p.since(pos), IfExists: ifExists, Name: rel.Name, Options: opts}
		}
	}
	s := &ast.AlterTable{Kind: kind, IfExists: ifExists, Table: rel}
	for {
		at := p.pos()
		c := p.alterCommand(kind)
		c.Range = p.since(at)
		s.Commands = append(s.Commands, c)
		if !p.accept(',') {
			break
		}
	}
	s.Range = p.since(pos)
	return s
}

// alterSequenceOptions parses options of ALTER SEQUENCE; nil where a subcommand of ALTER TABLE stands.
func (p *parser) alterSequenceOptions() []ast.SequenceOption {
	if p.at(kwOwner) {
		return nil
	}
	return p.sequenceOptions()
}

// renameRelation parses RENAME [COLUMN|CONSTRAINT] … TO ….
func (p *parser) renameRelation(pos int32, kind ast.ObjectKind, ifExists bool, rel *ast.Relation) ast.Statement {
	p.expect(kwRename)
	r := &ast.Rename{Kind: kind, IfExists: ifExists, Only: rel.Only, Name: rel.Name, Part: kind}
	switch {
	case p.accept(kwTo):
		r.To = p.colID()
	case p.at(kwConstraint) && kind == ast.ObjectTable:
		p.advance()
		r.Part = ast.ObjectConstraint
		r.From = p.colID()
		p.expect(kwTo)
		r.To = p.colID()
	default:
		if kind == ast.ObjectIndex || kind == ast.ObjectSequence {
			p.fail()
		}
		p.accept(kwColumn)
		r.Part = ast.ObjectColumn
		r.From = p.colID()
		p.expect(kwTo)
		r.To = p.colID()
	}
	r.Range = p.since(pos)
	return r
}

// alterCommand parses one subcommand of ALTER TABLE.
func (p *parser) alterCommand(kind ast.ObjectKind) ast.AlterCommand {
	switch p.kind() {
	case kwAdd:
		return p.alterAdd()
	case kwDrop:
		return p.alterDrop()
	case kwAlter:
		return p.alterColumn()
	case kwValidate:
		p.advance()
		p.expect(kwConstraint)
		return ast.AlterCommand{Action: ast.AlterValidateConstraint, Name: p.colID()}
	case kwSet:
		return p.alterSet()
	case kwReset:
		p.advance()
		return ast.AlterCommand{Action: ast.AlterResetOptions, Reset: true, Options: p.relOptions()}
	case kwOwner:
		p.advance()
		p.expect(kwTo)
		r := p.role()
		return ast.AlterCommand{Action: ast.AlterOwner, Role: &r}
	case kwCluster:
		p.advance()
		p.expect(kwOn)
		return ast.AlterCommand{Action: ast.AlterClusterOn, Name: p.colID()}
	case kwInherit:
		p.advance()
		n := p.qualifiedName()
		return ast.AlterCommand{Action: ast.AlterInherit, Relation: &n}
	case kwOf:
		p.advance()
		n := p.anyName()
		return ast.AlterCommand{Action: ast.AlterOfType, Type: p.typeName1(n)}
	case kwNot:
		p.advance()
		p.expect(kwOf)
		return ast.AlterCommand{Action: ast.AlterNotOf}
	case kwReplica:
		return p.alterReplicaIdentity()
	case kwEnable, kwDisable, kwForce, kwNo:
		return p.alterEnable()
	case kwAttach:
		p.advance()
		p.expect(kwPartition)
		n := p.qualifiedName()
		c := ast.AlterCommand{Action: ast.AlterAttachPartition, Relation: &n}
		if kind != ast.ObjectIndex {
			c.Bound = p.partitionBound()
		}
		return c
	case kwDetach:
		p.advance()
		p.expect(kwPartition)
		n := p.qualifiedName()
		c := ast.AlterCommand{Action: ast.AlterDetachPartition, Relation: &n}
		switch p.acceptAny(kwConcurrently, kwFinalize) {
		case kwConcurrently:
			c.Text = "concurrently"
		case kwFinalize:
			c.Text = "finalize"
		}
		return c
	case kwOptions:
		return ast.AlterCommand{Action: ast.AlterFDWOptions, Options: p.alterOptions()}
	}
	p.fail()
	return ast.AlterCommand{}
}

func (p *parser) alterAdd() ast.AlterCommand {
	p.expect(kwAdd)
	switch p.kind() {
	case kwConstraint, kwCheck, kwUnique, kwPrimary, kwExclude, kwForeign, kwNot:
		if p.atTableConstraint() {
			return ast.AlterCommand{Action: ast.AlterAddConstraint, Constraint: p.tableConstraint()}
		}
	}
	p.accept(kwColumn)
	c := ast.AlterCommand{Action: ast.AlterAddColumn, IfNotExists: p.ifNotExists()}
	c.Column = p.columnDef()
	return c
}

func (p *parser) alterDrop() ast.AlterCommand {
	p.expect(kwDrop)
	c := ast.AlterCommand{Action: ast.AlterDropColumn}
	if p.accept(kwConstraint) {
		c.Action = ast.AlterDropConstraint
	} else {
		p.accept(kwColumn)
	}
	c.IfExists = p.ifExists()
	c.Name = p.colID()
	c.Cascade = p.dropBehavior()
	return c
}

// alterColumn parses ALTER [COLUMN] name … and ALTER CONSTRAINT ….
func (p *parser) alterColumn() ast.AlterCommand {
	p.expect(kwAlter)
	if p.accept(kwConstraint) {
		name := p.colID()
		con := &ast.Constraint{Name: name}
		pos := p.pos()
		for p.constraintAttribute(con, true) {
		}
		con.Range = p.since(pos)
		return ast.AlterCommand{Action: ast.AlterAlterConstraint, Name: name, Constraint: con}
	}
	p.accept(kwColumn)
	c := ast.AlterCommand{}
	if p.at(tInteger) { // an index's column by number
		at := p.tokenRange()
		if n := p.integer(); n < 1 || n > 32767 {
			p.errorAt(at.Pos, sqlerr.InvalidParameterValue, "column number must be in range from 1 to 32767")
		}
		c.Name = ast.Ident{Range: at, Name: at.Text(p.src)}
		p.expect2(kwSet, kwStatistics)
		c.Action, c.Text = ast.AlterSetStatistics, p.number()
		return c
	}
	c.Name = p.colID()
	switch p.kind() {
	case kwSet:
		p.alterColumnSet(&c)
	case kwDrop:
		p.advance()
		switch {
		case p.accept(kwDefault):
			c.Action = ast.AlterDropDefault
		case p.accept(kwNot):
			p.expect(kwNull)
			c.Action = ast.AlterDropNotNull
		case p.accept(kwExpression):
			c.Action, c.IfExists = ast.AlterDropExpression, p.ifExists()
		case p.accept(kwIdentity):
			c.Action, c.IfExists = ast.AlterDropIdentity, p.ifExists()
		default:
			p.fail()
		}
	case kwReset:
		p.advance()
		c.Action, c.Reset, c.Options = ast.AlterColumnOptions, true, p.relOptions()
	case kwAdd:
		p.advance()
		at := p.pos()
		con := &ast.Constraint{}
		if !p.at(kwGenerated) {
			p.fail()
		}
		p.generated(con)
		if con.Kind != ast.ConstraintIdentity {
			p.fail()
		}
		con.Range = p.since(at)
		c.Action, c.Constraint = ast.AlterAddIdentity, con
	case kwRestart:
		c.Action, c.Sequence = ast.AlterSetIdentity, p.identityOptions()
	case kwType:
		p.alterType(&c)
	case kwOptions:
		c.Action, c.Options = ast.AlterColumnFDWOptions, p.alterOptions()
	default:
		p.fail()
	}
	return c
}

func (p *parser) alterType(c *ast.AlterCommand) {
	p.expect(kwType)
	c.Action, c.Type = ast.AlterColumnType, p.typeName()
	if p.accept(kwCollate) {
		n := p.anyName()
		c.Collation = &n
	}
	if p.accept(kwUsing) {
		c.Expr = p.expr()
	}
}

// alterColumnSet parses SET … of ALTER COLUMN.
func (p *parser) alterColumnSet(c *ast.AlterCommand) {
	switch p.peek(1) {
	case kwGenerated, kwIncrement, kwMaxvalue, kwMinvalue, kwNo, kwStart, kwRestart, kwCache, kwCycle, kwSequence, kwOwned:
		c.Action, c.Sequence = ast.AlterSetIdentity, p.identityOptions()
		return
	}
	p.expect(kwSet)
	switch p.kind() {
	case kwDefault:
		p.advance()
		c.Action, c.Expr = ast.AlterSetDefault, p.expr()
	case kwNot:
		p.advance()
		p.expect(kwNull)
		c.Action = ast.AlterSetNotNull
	case kwExpression:
		p.advance()
		p.expect(kwAs)
		p.expect('(')
		c.Action, c.Expr = ast.AlterSetExpression, p.expr()
		p.expect(')')
	case kwStatistics:
		p.advance()
		c.Action = ast.AlterSetStatistics
		if p.accept(kwDefault) {
			c.Text = "default"
		} else {
			c.Text = p.number()
		}
	case kwStorage:
		p.advance()
		c.Action = ast.AlterSetStorage
		if p.at(kwDefault) {
			c.Text = p.takeIdent().Name
		} else {
			c.Text = p.colID().Name
		}
	case kwCompression:
		p.advance()
		c.Action = ast.AlterSetCompression
		if p.at(kwDefault) {
			c.Text = p.takeIdent().Name
		} else {
			c.Text = p.colID().Name
		}
	case kwData:
		p.advance()
		if !p.at(kwType) {
			p.fail()
		}
		p.alterType(c)
	case '(':
		c.Action, c.Options = ast.AlterColumnOptions, p.relOptions()
	default:
		p.fail()
	}
}

// identityOptions parses SET GENERATED …, SET option and RESTART of an identity column.
func (p *parser) identityOptions() []ast.SequenceOption {
	var list []ast.SequenceOption
	for {
		pos := p.pos()
		o := ast.SequenceOption{}
		switch {
		case p.at(kwRestart):
			p.sequenceOption(&o)
		case p.accept2(kwSet, kwGenerated):
			o.Action, o.No = ast.SequenceGenerated, !p.generatedWhen()
		case p.at(kwSet):
			p.advance()
			switch p.kind() {
			case kwAs, kwRestart, kwOwned:
				p.errorAt(p.pos(), sqlerr.SyntaxError, "sequence option \"%s\" not supported here", map[kind]string{
					kwAs: "as", kwRestart: "restart", kwOwned: "owned_by"}[p.kind()])
			}
			if !p.sequenceOption(&o) {
				p.fail()
			}
		default:
			return list
		}
		o.Range = p.since(pos)
		list = append(list, o)
	}
}

// alterSet parses SET … of ALTER TABLE.
func (p *parser) alterSet() ast.AlterCommand {
	p.expect(kwSet)
	switch p.kind() {
	case kwWithout:
		p.advance()
		switch p.acceptAny(kwCluster, kwOids) {
		case kwCluster:
			return ast.AlterCommand{Action: ast.AlterSetWithoutCluster}
		case kwOids:
			return ast.AlterCommand{Action: ast.AlterSetWithoutOids}
		}
	case kwLogged:
		p.advance()
		return ast.AlterCommand{Action: ast.AlterSetLogged}
	case kwUnlogged:
		p.advance()
		return ast.AlterCommand{Action: ast.AlterSetUnlogged}
	case kwAccess:
		p.advance()
		p.expect(kwMethod)
		if p.accept(kwDefault) {
			return ast.AlterCommand{Action: ast.AlterSetAccessMethod}
		}
		return ast.AlterCommand{Action: ast.AlterSetAccessMethod, Text: p.colID().Name}
	case kwTablespace:
		p.advance()
		return ast.AlterCommand{Action: ast.AlterSetTablespace, Text: p.colID().Name}
	case '(':
		return ast.AlterCommand{Action: ast.AlterSetOptions, Options: p.relOptions()}
	}
	p.fail()
	return ast.AlterCommand{}
}

func (p *parser) alterReplicaIdentity() ast.AlterCommand {
	p.expect2(kwReplica, kwIdentity)
	c := ast.AlterCommand{Action: ast.AlterReplicaIdentity}
	switch p.acceptAny(kwNothing, kwFull, kwDefault, kwUsing) {
	case kwNothing:
		c.Text = "nothing"
	case kwFull:
		c.Text = "full"
	case kwDefault:
		c.Text = "default"
	case kwUsing:
		p.expect(kwIndex)
		c.Text, c.Name = "index", p.colID()
	default:
		p.fail()
	}
	return c
}

// alterEnable parses ENABLE|DISABLE TRIGGER, RULE and ROW LEVEL SECURITY, FORCE, and NO INHERIT.
func (p *parser) alterEnable() ast.AlterCommand {
	rls := func(text string) ast.AlterCommand {
		p.expect(kwRow)
		p.expect2(kwLevel, kwSecurity)
		return ast.AlterCommand{Action: ast.AlterRowSecurity, Text: text}
	}
	text := ""
	switch k := p.kind(); k {
	case kwNo:
		p.advance()
		if p.accept(kwInherit) {
			n := p.qualifiedName()
			return ast.AlterCommand{Action: ast.AlterNoInherit, Relation: &n}
		}
		p.expect(kwForce)
		return rls("no force")
	case kwForce:
		p.advance()
		return rls("force")
	default:
		text = k.word()
		p.advance()
	}
	if p.at(kwRow) {
		return rls(text)
	}
	if text == "enable" {
		switch p.acceptAny(kwAlways, kwReplica) {
		case kwAlways:
			text = "enable always"
		case kwReplica:
			text = "enable replica"
		}
	}
	c := ast.AlterCommand{Action: ast.AlterTrigger, Text: text}
	if p.accept(kwRule) {
		c.Action = ast.AlterRule
		c.Name = p.colID()
		return c
	}
	p.expect(kwTrigger)
	if (p.at(kwAll) || p.at(kwUser)) && len(text) <= len("disable") {
		c.Name = p.takeIdent()
	} else {
		c.Name = p.colID()
	}
	return c
}
