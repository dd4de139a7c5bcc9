package binder

import (
	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
)

// ALTER TABLE's forms that have to do with inheritance and partitions.

// inheritedCommands are the commands that go on to the tables that inherit
// from a table, which is to be next.
func inheritedCommands(commands []ast.AlterCommand, rel, next *catalog.Relation) []ast.AlterCommand {
	var out []ast.AlterCommand
	for _, c := range commands {
		switch c.Action {
		case ast.AlterAddColumn, ast.AlterColumnType, ast.AlterSetDefault, ast.AlterDropDefault, ast.AlterSetNotNull, ast.AlterDropNotNull:
		case ast.AlterDropColumn:
			c.IfExists = true
		case ast.AlterAddConstraint:
			k := *c.Constraint
			c.Constraint = &k
			switch {
			case k.Kind == ast.ConstraintCheck && !k.NoInherit:
				if k.Name.Name == "" { // under the name that it got above
					for _, con := range next.Constraints[min(len(rel.Constraints), len(next.Constraints)):] {
						if con.Kind == 'c' {
							k.Name.Name = con.Name
						}
					}
				}
			case rel.Partition != nil && k.Kind != ast.ConstraintCheck && k.UsingIndex.Name == "":
				if k.Kind != ast.ConstraintForeignKey {
					k.Name.Name = ""
				}
			default:
				continue
			}
		case ast.AlterDropConstraint:
			if con, ok := constraintNamed(rel, c.Name.Name); !ok || con.Kind != 'c' && rel.Partition == nil || con.NoInherit {
				continue
			}
			c.IfExists = true
		default:
			continue
		}
		out = append(out, c)
	}
	return out
}

func constraintNamed(rel *catalog.Relation, name string) (*catalog.Constraint, bool) {
	for i := range rel.Constraints {
		if rel.Constraints[i].Name == name {
			return &rel.Constraints[i], true
		}
	}
	return nil, false
}

// keepsInherited refuses to change a column that a parent has.
func (a *altering) keepsInherited(verb, name string) error {
	if a.from != nil {
		return nil
	}
	return a.b.inheritedColumn(a.d.New, verb, name)
}

func (b *binder) inheritedColumn(rel *catalog.Relation, verb, name string) error {
	for _, oid := range rel.Parents {
		if p, ok := b.env.View.RelationByOID(oid); ok {
			if _, ok := p.Column(name); ok {
				return sqlerr.New(sqlerr.InvalidTableDefinition, `cannot %s inherited column %s`, verb, sqlerr.Quote(name))
			}
		}
	}
	return nil
}

// parentCheck says whether a parent has a check of a name.
func (a *altering) parentCheck(name string) bool {
	for _, oid := range a.d.New.Parents {
		if p, ok := a.b.env.View.RelationByOID(oid); ok {
			if con, ok := constraintNamed(p, name); ok && con.Kind == 'c' && !con.NoInherit {
				return true
			}
		}
	}
	return false
}

// matches checks that a table has the columns and checks of one that it is to
// inherit from.
func (b *binder) matches(rel, p *catalog.Relation) error {
	for _, c := range p.Columns {
		own, ok := rel.Column(c.Name)
		switch {
		case !ok:
			return sqlerr.New(sqlerr.DatatypeMismatch, `child table is missing column %s`, sqlerr.Quote(c.Name))
		case !own.Type.Same(c.Type):
			return sqlerr.New(sqlerr.DatatypeMismatch, `child table %s has different type for column %s`, sqlerr.Quote(rel.Name), sqlerr.Quote(c.Name))
		case c.NotNull && !own.NotNull:
			return sqlerr.New(sqlerr.DatatypeMismatch, `column %s in child table must be marked NOT NULL`, sqlerr.Quote(c.Name))
		}
	}
	for _, c := range p.Constraints {
		if c.Kind != 'c' || c.NoInherit {
			continue
		}
		own, ok := constraintNamed(rel, c.Name)
		switch {
		case !ok || own.Kind != 'c':
			return sqlerr.New(sqlerr.DatatypeMismatch, `child table is missing constraint %s`, sqlerr.Quote(c.Name))
		case own.Expr != c.Expr:
			return sqlerr.New(sqlerr.DatatypeMismatch, `child table %s has different definition for check constraint %s`, sqlerr.Quote(rel.Name), sqlerr.Quote(c.Name))
		}
	}
	return nil
}

// inherit is ALTER TABLE … INHERIT.
func (a *altering) inherit(c *ast.AlterCommand) error {
	b, rel := a.b, a.d.New
	p, err := b.findRelation(c.Relation)
	switch {
	case err != nil:
		return err
	case p == nil:
		return sqlerr.New(sqlerr.UndefinedTable, `relation %s does not exist`, sqlerr.Quote(nameText(c.Relation)))
	case rel.Bound != nil:
		return sqlerr.New(sqlerr.WrongObjectType, "cannot change inheritance of a partition")
	case rel.Partition != nil:
		return sqlerr.New(sqlerr.WrongObjectType, "cannot change inheritance of partitioned table")
	case p.Partition != nil:
		return sqlerr.New(sqlerr.WrongObjectType, `cannot inherit from partitioned table %s`, sqlerr.Quote(p.Name))
	case p.Bound != nil:
		return sqlerr.New(sqlerr.WrongObjectType, "cannot inherit from a partition")
	}
	for _, oid := range rel.Parents {
		if oid == p.OID {
			return sqlerr.New(sqlerr.DuplicateTable, `relation %s would be inherited from more than once`, sqlerr.Quote(p.Name))
		}
	}
	if p.OID == a.d.Old.OID || below(b, a.d.Old, p) {
		return sqlerr.New(sqlerr.DuplicateTable, "circular inheritance not allowed").WithDetail("%s is already a child of %s.", sqlerr.Quote(p.Name), sqlerr.Quote(rel.Name))
	}
	if err := b.matches(rel, p); err != nil {
		return err
	}
	rel.Parents = append(rel.Parents[:len(rel.Parents):len(rel.Parents)], p.OID)
	return nil
}

// below says whether x inherits from rel.
func below(b *binder, rel, x *catalog.Relation) bool {
	for _, d := range catalog.Descendants(b.env.View, rel) {
		if d.OID == x.OID {
			return true
		}
	}
	return false
}

// attach is ALTER TABLE … ATTACH PARTITION: the table's rows must be within
// the bounds.
func (b *binder) attach(tag string, parent *catalog.Relation, c *ast.AlterCommand) (*Bound, error) {
	if parent.Partition == nil {
		return nil, sqlerr.New(sqlerr.WrongObjectType, `%s is not partitioned`, sqlerr.Quote(parent.Name)).WithDetail("table %s is not partitioned", sqlerr.Quote(parent.Name))
	}
	rel, err := b.findRelation(c.Relation)
	switch {
	case err != nil:
		return nil, err
	case rel == nil:
		return nil, sqlerr.New(sqlerr.UndefinedTable, `relation %s does not exist`, sqlerr.Quote(nameText(c.Relation)))
	case rel.Kind != catalog.Table && rel.Kind != catalog.PartitionedTable:
		return nil, sqlerr.New(sqlerr.WrongObjectType, `ALTER action ATTACH PARTITION cannot be performed on relation %s`, sqlerr.Quote(rel.Name)).
			WithDetail("This operation is not supported for %ss.", relationWord(rel.Kind))
	case rel.Bound != nil:
		return nil, sqlerr.New(sqlerr.WrongObjectType, `%s is already a partition`, sqlerr.Quote(rel.Name))
	case len(rel.Parents) > 0:
		return nil, sqlerr.New(sqlerr.WrongObjectType, "cannot attach inheritance child as partition")
	case rel.Partition == nil && len(catalog.RelatedOf(b.env.View).Children(rel.OID)) > 0:
		return nil, sqlerr.New(sqlerr.WrongObjectType, "cannot attach inheritance parent as partition")
	case rel.OID == parent.OID || below(b, rel, parent):
		return nil, sqlerr.New(sqlerr.DuplicateTable, "circular inheritance not allowed").WithDetail("%s is already a child of %s.", sqlerr.Quote(parent.Name), sqlerr.Quote(rel.Name))
	case rel.Temporary != parent.Temporary:
		if parent.Temporary {
			return nil, sqlerr.New(sqlerr.WrongObjectType, `cannot attach a permanent relation as partition of temporary relation %s`, sqlerr.Quote(parent.Name))
		}
		return nil, sqlerr.New(sqlerr.WrongObjectType, `cannot attach a temporary relation as partition of permanent relation %s`, sqlerr.Quote(parent.Name))
	}
	for _, col := range rel.Columns {
		if _, ok := parent.Column(col.Name); !ok {
			return nil, sqlerr.New(sqlerr.DatatypeMismatch, `table %s contains column %s not found in parent %s`, sqlerr.Quote(rel.Name), sqlerr.Quote(col.Name), sqlerr.Quote(parent.Name)).
				WithDetail("The new partition may contain only the columns present in parent.")
		}
	}
	if err := b.matches(rel, parent); err != nil {
		return nil, err
	}
	d, err := b.alterOne(rel, nil, nil, false)
	if err != nil {
		return nil, err
	}
	d.New.Parents = []types.OID{parent.OID}
	if d.New.Bound, err = b.partitionBound(parent, rel.Name, c.Bound); err != nil {
		return nil, err
	}
	// Rows in it, or in its own partitions, are held to the bounds.
	check := func(d *AlterTable, leaf *catalog.Relation) error {
		r := &logical.Rules{Cols: d.NewCols}
		if err := b.partitionRules(leaf, r); err != nil {
			return err
		}
		for _, x := range r.Partition {
			d.Checks = append(d.Checks, logical.Check{Expr: x, Partition: true})
		}
		d.Rewrite = len(d.Checks) > 0
		return nil
	}
	if rel.Partition == nil {
		if err := check(d, d.New); err != nil {
			return nil, err
		}
	}
	// What the default partition has may belong to the new one.
	for _, s := range catalog.RelatedOf(b.env.View).Children(parent.OID) {
		if s.Bound == nil || !s.Bound.Default || s.Partition != nil || d.New.Bound.Default {
			continue
		}
		o, err := b.alterOne(s, nil, nil, false)
		if err != nil {
			return nil, err
		}
		x, err := b.storedCondition("NOT ("+d.New.Bound.Check+")", inCheck, s, o.NewCols)
		if err != nil {
			return nil, err
		}
		o.Checks = []logical.Check{{Expr: x, Partition: true, Constraint: "default"}}
		o.Rewrite = true
		d.Below = append(d.Below, o)
	}
	if rel.Partition == nil {
		b.made = nil
		next := d.New
		have := map[byte]bool{}
		for _, con := range next.Constraints {
			have[con.Kind] = true
		}
		keys := *parent
		keys.Constraints = nil
		for _, con := range parent.Constraints {
			if !have[con.Kind] {
				keys.Constraints = append(keys.Constraints, con)
			}
		}
		b.inheritKeys(next, &keys)
		d.Made = b.made
	}
	return ddlBound(tag, d), nil
}

// detach is ALTER TABLE … DETACH PARTITION.
func (b *binder) detach(tag string, parent *catalog.Relation, c *ast.AlterCommand) (*Bound, error) {
	if parent.Partition == nil {
		return nil, sqlerr.New(sqlerr.WrongObjectType, `table %s is not partitioned`, sqlerr.Quote(parent.Name))
	}
	rel, err := b.findRelation(c.Relation)
	switch {
	case err != nil:
		return nil, err
	case rel == nil:
		return nil, sqlerr.New(sqlerr.UndefinedTable, `relation %s does not exist`, sqlerr.Quote(nameText(c.Relation)))
	case rel.Bound == nil || rel.Parents[0] != parent.OID:
		return nil, sqlerr.New(sqlerr.UndefinedTable, `relation %s is not a partition of relation %s`, sqlerr.Quote(rel.Name), sqlerr.Quote(parent.Name))
	}
	d, err := b.alterOne(rel, nil, nil, false)
	if err != nil {
		return nil, err
	}
	d.New.Parents, d.New.Bound = nil, nil
	return ddlBound(tag, d), nil
}
