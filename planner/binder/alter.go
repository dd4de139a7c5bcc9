package binder

import (
	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// altering is an ALTER TABLE being bound: the relation as it will be, and how
// each of its columns comes from the old ones.
type altering struct {
	b     *binder
	d     *AlterTable
	exprs []scalar.Expr     // by position in d.New.Columns
	next  int16             // the last attnum taken
	from  *catalog.Relation // the table above that the commands were for; nil: this one
	only  bool              // ALTER TABLE ONLY
	// validated are constraints that VALIDATE CONSTRAINT names.
	validated map[string]bool
}

func (b *binder) alterTable(n *ast.AlterTable) (*Bound, error) {
	tag := "ALTER " + n.Kind.String()
	rel, done, err := b.alterTarget(n.Kind, &n.Table.Name, n.IfExists, tag)
	if rel == nil {
		return done, err
	}
	for i := range n.Commands {
		switch c := &n.Commands[i]; c.Action {
		case ast.AlterAttachPartition:
			return b.attach(tag, rel, c)
		case ast.AlterDetachPartition:
			return b.detach(tag, rel, c)
		}
	}
	main, err := b.alterOne(rel, n.Commands, nil, n.Table.Only)
	if err != nil {
		return nil, err
	}
	if !n.Table.Only && (rel.Kind == catalog.Table || rel.Kind == catalog.PartitionedTable) {
		for _, child := range catalog.Descendants(b.env.View, rel) {
			if list := inheritedCommands(n.Commands, rel, main.New); len(list) > 0 {
				below, err := b.alterOne(child, list, rel, false)
				if err != nil {
					return nil, err
				}
				main.Below = append(main.Below, below)
			}
		}
	}
	return ddlBound(tag, main), nil
}

// alterOne binds the commands for one table. from is the table above whose
// commands they are, nil: the table was named itself.
func (b *binder) alterOne(rel *catalog.Relation, commands []ast.AlterCommand, from *catalog.Relation, only bool) (*AlterTable, error) {
	changed := *rel
	changed.Columns = append([]catalog.Column(nil), rel.Columns...)
	changed.Constraints = append([]catalog.Constraint(nil), rel.Constraints...)
	a := &altering{b: b, d: &AlterTable{Old: rel, New: &changed}, from: from, only: only}
	b.made = nil
	a.d.OldCols = b.scan(rel, nil).Cols
	for i, c := range a.d.OldCols {
		a.exprs = append(a.exprs, c.Ref())
		a.next = max(a.next, rel.Columns[i].Attnum)
	}
	a.next = max(a.next, rel.LastAttnum)
	for i := range commands {
		if err := a.command(&commands[i]); err != nil {
			return nil, err
		}
	}
	return a.finish()
}

func (a *altering) finish() (*AlterTable, error) {
	d := a.d
	d.Exprs = a.exprs
	moved := len(a.exprs) != len(d.OldCols)
	for i, x := range a.exprs {
		c, ok := x.(*scalar.Column)
		moved = moved || !ok || i >= len(d.OldCols) || c.ID != d.OldCols[i].ID
		d.NewCols = append(d.NewCols, logical.Column{ID: a.b.ids.Column(), Name: d.New.Columns[i].Name, Type: x.Type()})
	}
	checks, err := a.b.checks(d.New, d.NewCols, nil)
	if err != nil {
		return nil, err
	}
	// Only what the old rows were not checked for must be checked now.
	for _, c := range checks {
		if a.isNew(c) && !a.numbered(c.Column) {
			d.Checks = append(d.Checks, c)
		}
	}
	d.Rewrite = moved || len(d.Checks) > 0
	d.New.LastAttnum = a.next
	d.Made = append(d.Made, a.b.made...)
	return d, nil
}

// numbered says whether a column takes its first values from a sequence.
func (a *altering) numbered(name string) bool {
	for _, at := range a.d.Numbered {
		if a.d.New.Columns[at].Name == name {
			return true
		}
	}
	return false
}

// isNew says whether old rows may break a check.
func (a *altering) isNew(c logical.Check) bool {
	if c.Column != "" {
		i, _ := relColumn(a.d.New, c.Column)
		if ref, ok := a.exprs[i].(*scalar.Column); ok {
			for j, o := range a.d.OldCols {
				if o.ID == ref.ID {
					return !a.d.Old.Columns[j].NotNull
				}
			}
		}
		return true
	}
	for _, o := range a.d.Old.Constraints {
		if o.Name == c.Constraint && o.Kind == 'c' && !a.validated[o.Name] {
			return false
		}
	}
	for _, o := range a.d.New.Constraints {
		if o.Name == c.Constraint && o.NotValid {
			return false
		}
	}
	return true
}

func (a *altering) command(c *ast.AlterCommand) error {
	b, rel := a.b, a.d.New
	column := func() (*catalog.Column, int, error) {
		i, err := relColumn(rel, c.Name.Name)
		if err != nil {
			return nil, 0, err
		}
		return &rel.Columns[i], i, nil
	}
	tableOnly := func() error {
		if rel.Kind != catalog.Table && rel.Kind != catalog.PartitionedTable {
			return sqlerr.New(sqlerr.WrongObjectType, `%s is not a table`, sqlerr.Quote(rel.Name))
		}
		return nil
	}
	switch c.Action {
	case ast.AlterAddColumn:
		if err := tableOnly(); err != nil {
			return err
		}
		return a.addColumn(c)
	case ast.AlterDropColumn:
		if err := tableOnly(); err != nil {
			return err
		}
		return a.dropColumn(c)
	case ast.AlterColumnType:
		if err := tableOnly(); err != nil {
			return err
		}
		return a.columnType(c)
	case ast.AlterSetDefault:
		col, _, err := column()
		if err != nil {
			return err
		}
		if err := a.noDefault(col); err != nil {
			return err
		}
		return b.setDefault(col, c.Expr)
	case ast.AlterDropDefault:
		col, _, err := column()
		if err != nil {
			return err
		}
		if err := a.noDefault(col); err != nil {
			return err
		}
		col.Default = ""
	case ast.AlterSetNotNull:
		col, _, err := column()
		if err != nil {
			return err
		}
		col.NotNull = true
	case ast.AlterDropNotNull:
		col, _, err := column()
		if err != nil {
			return err
		}
		if col.Identity != 0 {
			return sqlerr.New(sqlerr.SyntaxError, `column %s of relation %s is an identity column`, sqlerr.Quote(col.Name), sqlerr.Quote(rel.Name))
		}
		for _, con := range rel.Constraints {
			for _, att := range con.Columns {
				if con.Kind == 'p' && att == col.Attnum {
					return sqlerr.New(sqlerr.InvalidTableDefinition, `column %s is in a primary key`, sqlerr.Quote(col.Name))
				}
			}
		}
		col.NotNull = false
	case ast.AlterDropExpression:
		col, _, err := column()
		if err != nil {
			return err
		}
		if col.Generated == "" {
			if c.IfExists {
				b.notice(sqlerr.SuccessfulCompletion, `column %s of relation %s is not a stored generated column, skipping`, sqlerr.Quote(col.Name), sqlerr.Quote(rel.Name))
				return nil
			}
			return sqlerr.New(sqlerr.ObjectNotInPrerequisiteState, `column %s of relation %s is not a stored generated column`, sqlerr.Quote(col.Name), sqlerr.Quote(rel.Name))
		}
		col.Generated = ""
	case ast.AlterAddConstraint:
		if err := tableOnly(); err != nil {
			return err
		}
		if c.Constraint.UsingIndex.Name != "" {
			return a.usingIndex(c)
		}
		before := len(rel.Constraints)
		if a.from != nil && c.Constraint.Kind == ast.ConstraintCheck {
			for _, o := range rel.Constraints {
				if o.Name == c.Constraint.Name.Name && o.Kind == 'c' {
					b.notice(sqlerr.SuccessfulCompletion, `merging constraint %s with inherited definition`, sqlerr.Quote(o.Name))
					return nil
				}
			}
		}
		if a.only && c.Constraint.Kind == ast.ConstraintCheck && !c.Constraint.NoInherit && len(catalog.RelatedOf(b.env.View).Children(a.d.Old.OID)) > 0 {
			return sqlerr.New(sqlerr.InvalidTableDefinition, "constraint must be added to child tables too")
		}
		err := b.constraint(rel, c.Constraint, -1, false)
		if err == nil && len(rel.Constraints) > before {
			if con := rel.Constraints[len(rel.Constraints)-1]; con.Kind == 'f' && !con.NotValid {
				a.d.Foreign = append(a.d.Foreign, con.Name)
			}
		}
		if e, ok := sqlerr.As(err); ok && e.Code == sqlerr.InvalidTableDefinition {
			e.Position = 0 // Postgres finds this one when it runs the command
		}
		return err
	case ast.AlterDropConstraint:
		for i := range rel.Constraints {
			if con := rel.Constraints[i]; con.Name == c.Name.Name {
				if a.from == nil && con.Kind == 'c' && a.parentCheck(con.Name) {
					return sqlerr.New(sqlerr.InvalidTableDefinition, `cannot drop inherited constraint %s of relation %s`, sqlerr.Quote(con.Name), sqlerr.Quote(rel.Name))
				}
				rel.Constraints = append(rel.Constraints[:i:i], rel.Constraints[i+1:]...)
				return a.constraintGone(&con, c.Cascade)
			}
		}
		if c.IfExists {
			b.notice(sqlerr.SuccessfulCompletion, `constraint %s of relation %s does not exist, skipping`, sqlerr.Quote(c.Name.Name), sqlerr.Quote(rel.Name))
			return nil
		}
		return sqlerr.New(sqlerr.UndefinedObject, `constraint %s of relation %s does not exist`, sqlerr.Quote(c.Name.Name), sqlerr.Quote(rel.Name))
	case ast.AlterSetOptions, ast.AlterResetOptions, ast.AlterFDWOptions:
		return a.options(c)
	case ast.AlterOwner:
		rel.Owner = b.roleName(c.Role)
	case ast.AlterSetStatistics, ast.AlterSetStorage, ast.AlterSetCompression, ast.AlterColumnOptions:
		_, _, err := column() // hints for Postgres's storage: nothing to do here
		return err
	case ast.AlterSetTablespace, ast.AlterSetAccessMethod, ast.AlterSetLogged, ast.AlterSetUnlogged, ast.AlterSetWithoutCluster,
		ast.AlterSetWithoutOids, ast.AlterReplicaIdentity:
		return nil // the same
	case ast.AlterClusterOn:
		for _, x := range catalog.RelatedOf(b.env.View).Indexes(rel.OID) {
			if x.Name == c.Name.Name {
				return nil
			}
		}
		return sqlerr.New(sqlerr.UndefinedObject, `index %s for table %s does not exist`, sqlerr.Quote(c.Name.Name), sqlerr.Quote(rel.Name))
	case ast.AlterTrigger:
		if name := c.Name.Name; name != "all" && name != "user" {
			return sqlerr.New(sqlerr.UndefinedObject, `trigger %s for table %s does not exist`, sqlerr.Quote(name), sqlerr.Quote(rel.Name))
		}
		return nil
	case ast.AlterValidateConstraint:
		for i := range rel.Constraints {
			con := &rel.Constraints[i]
			if con.Name != c.Name.Name {
				continue
			}
			if con.Kind != 'f' && con.Kind != 'c' {
				return sqlerr.New(sqlerr.WrongObjectType, `constraint %s of relation %s is not a foreign key or check constraint`, sqlerr.Quote(con.Name), sqlerr.Quote(rel.Name))
			}
			if con.NotValid && con.Kind == 'f' {
				a.d.Foreign = append(a.d.Foreign, con.Name)
			} else if con.NotValid {
				if a.validated == nil {
					a.validated = map[string]bool{}
				}
				a.validated[con.Name] = true
			}
			con.NotValid = false
			return nil
		}
		return sqlerr.New(sqlerr.UndefinedObject, `constraint %s of relation %s does not exist`, sqlerr.Quote(c.Name.Name), sqlerr.Quote(rel.Name))
	case ast.AlterAlterConstraint:
		for i := range rel.Constraints {
			con := &rel.Constraints[i]
			if con.Name != c.Name.Name {
				continue
			}
			if con.Kind != 'f' {
				return sqlerr.New(sqlerr.WrongObjectType, `constraint %s of relation %s is not a foreign key constraint`, sqlerr.Quote(con.Name), sqlerr.Quote(rel.Name))
			}
			con.Deferrable, con.Deferred = c.Constraint.Deferrable || c.Constraint.InitiallyDeferred, c.Constraint.InitiallyDeferred
			return nil
		}
		return sqlerr.New(sqlerr.UndefinedObject, `constraint %s of relation %s does not exist`, sqlerr.Quote(c.Name.Name), sqlerr.Quote(rel.Name))
	case ast.AlterAddIdentity:
		col, _, err := column()
		if err != nil {
			return err
		}
		return a.addIdentity(col, c.Constraint)
	case ast.AlterSetIdentity:
		col, _, err := column()
		if err != nil {
			return err
		}
		return a.setIdentity(col, c.Sequence)
	case ast.AlterDropIdentity:
		col, _, err := column()
		if err != nil {
			return err
		}
		if col.Identity == 0 {
			if c.IfExists {
				b.notice(sqlerr.SuccessfulCompletion, `column %s of relation %s is not an identity column, skipping`, sqlerr.Quote(col.Name), sqlerr.Quote(rel.Name))
				return nil
			}
			return sqlerr.New(sqlerr.ObjectNotInPrerequisiteState, `column %s of relation %s is not an identity column`, sqlerr.Quote(col.Name), sqlerr.Quote(rel.Name))
		}
		col.Identity, col.Default = 0, ""
		for _, seq := range catalog.RelatedOf(b.env.View).OwnedSequences(rel.OID) {
			if seq.Sequence.Identity && seq.Sequence.OwnerColumn == col.Attnum {
				a.d.Drop = append(a.d.Drop, seq)
			}
		}
		return nil
	case ast.AlterInherit:
		return a.inherit(c)
	case ast.AlterNoInherit:
		p, err := b.findRelation(c.Relation)
		if err != nil {
			return err
		}
		if p == nil {
			return sqlerr.New(sqlerr.UndefinedTable, `relation %s does not exist`, sqlerr.Quote(nameText(c.Relation)))
		}
		if rel.Bound != nil {
			return sqlerr.New(sqlerr.WrongObjectType, "cannot change inheritance of a partition")
		}
		for i, oid := range rel.Parents {
			if oid == p.OID {
				rel.Parents = append(rel.Parents[:i:i], rel.Parents[i+1:]...)
				return nil
			}
		}
		return sqlerr.New(sqlerr.UndefinedTable, `relation %s is not a parent of relation %s`, sqlerr.Quote(p.Name), sqlerr.Quote(rel.Name))
	default:
		return b.errAt(c.Pos, sqlerr.FeatureNotSupported, "this form of ALTER TABLE is not supported yet")
	}
	return nil
}

func (a *altering) addColumn(c *ast.AlterCommand) error {
	b, rel := a.b, a.d.New
	col, err := b.columnDef(c.Column)
	if err != nil {
		return err
	}
	if a.from == nil {
		switch {
		case rel.Bound != nil:
			return sqlerr.New(sqlerr.WrongObjectType, "cannot add column to a partition")
		case a.only && len(catalog.RelatedOf(b.env.View).Children(a.d.Old.OID)) > 0:
			return sqlerr.New(sqlerr.InvalidTableDefinition, "column must be added to child tables too")
		}
	}
	if old, ok := rel.Column(col.Name); ok {
		if a.from != nil {
			if !old.Type.Same(col.Type) {
				return sqlerr.New(sqlerr.DatatypeMismatch, `child table %s has different type for column %s`, sqlerr.Quote(rel.Name), sqlerr.Quote(col.Name))
			}
			b.notice(sqlerr.SuccessfulCompletion, `merging definition of column %s for child %s`, sqlerr.Quote(col.Name), sqlerr.Quote(rel.Name))
			return nil
		}
		if c.IfNotExists {
			b.notice(sqlerr.DuplicateColumn, `column %s of relation %s already exists, skipping`, sqlerr.Quote(col.Name), sqlerr.Quote(rel.Name))
			return nil
		}
		return sqlerr.New(sqlerr.DuplicateColumn, `column %s of relation %s already exists`, sqlerr.Quote(col.Name), sqlerr.Quote(rel.Name))
	}
	a.next++
	col.Attnum = a.next
	rel.Columns = append(rel.Columns, *col)
	a.exprs = append(a.exprs, nil)
	at := len(rel.Columns) - 1
	if serial(c.Column.Type) != 0 {
		rel.Columns[at].NotNull = true
		if err := b.ownSequence(rel, &rel.Columns[at], nil, false); err != nil {
			return err
		}
	}
	for _, con := range c.Column.Constraints {
		before := len(rel.Constraints)
		if err := b.constraint(rel, con, at, false); err != nil {
			return err
		}
		if len(rel.Constraints) > before {
			if con := rel.Constraints[len(rel.Constraints)-1]; con.Kind == 'f' {
				a.d.Foreign = append(a.d.Foreign, con.Name)
			}
		}
	}
	if len(b.made) > 0 && b.made[len(b.made)-1].Sequence != nil && b.made[len(b.made)-1].Sequence.OwnerColumn == rel.Columns[at].Attnum {
		a.exprs[at] = ownNext(b.made[len(b.made)-1], rel.Columns[at].Type)
		a.d.Numbered = append(a.d.Numbered, at)
		return nil
	}
	if g := rel.Columns[at].Generated; g != "" {
		if a.exprs[at], err = a.overOld(g, at); err != nil {
			return err
		}
		return nil
	}
	a.exprs[at], err = b.defaultValue(&rel.Columns[at])
	return err
}

// overOld binds a generation expression over the old rows.
func (a *altering) overOld(text string, at int) (scalar.Expr, error) {
	cols := make([]logical.Column, len(a.d.New.Columns))
	for i := range cols {
		cols[i] = logical.Column{ID: a.b.ids.Column(), Name: a.d.New.Columns[i].Name, Type: a.d.New.Columns[i].Type}
	}
	x, err := a.b.storedCondition(text, inGenerated, a.d.New, cols)
	if err != nil {
		return nil, err
	}
	x = scalar.ReplaceColumns(x, func(c *scalar.Column) scalar.Expr {
		if i := indexOf(cols, c.ID); i >= 0 && i != at {
			return a.exprs[i]
		}
		return nil
	})
	return a.b.assign(x, &a.d.New.Columns[at], -1)
}

func (a *altering) dropColumn(c *ast.AlterCommand) error {
	rel := a.d.New
	i, err := relColumn(rel, c.Name.Name)
	if err != nil {
		if c.IfExists {
			a.b.notice(sqlerr.SuccessfulCompletion, `column %s of relation %s does not exist, skipping`, sqlerr.Quote(c.Name.Name), sqlerr.Quote(rel.Name))
			return nil
		}
		return err
	}
	att := rel.Columns[i].Attnum
	if err := a.keepsInherited("drop", c.Name.Name); err != nil {
		return err
	}
	if p := rel.Partition; p != nil {
		for _, k := range p.Keys {
			if k.Attnum == att {
				return sqlerr.New(sqlerr.InvalidTableDefinition, `cannot drop column %s because it is part of the partition key of relation %s`, sqlerr.Quote(c.Name.Name), sqlerr.Quote(rel.Name))
			}
		}
		if a.only && len(catalog.RelatedOf(a.b.env.View).Children(a.d.Old.OID)) > 0 {
			return sqlerr.New(sqlerr.InvalidTableDefinition, "cannot drop column from only the partitioned table when partitions exist").WithHint("Do not specify the ONLY keyword.")
		}
	}
	for _, col := range rel.Columns {
		if col.Generated != "" && col.Attnum != att && a.uses(col.Generated, att) {
			return sqlerr.New(sqlerr.DependentObjectsStillExist, `cannot drop column %s of table %s because other objects depend on it`, c.Name.Name, rel.Name).
				WithDetail("column %s of table %s depends on column %s of table %s", col.Name, rel.Name, c.Name.Name, rel.Name).
				WithHint("Use DROP ... CASCADE to drop the dependent objects too.")
		}
	}
	deps := a.b.dependents([]*catalog.Relation{a.d.Old}, func(u *viewUse, r *catalog.Relation) bool { return u.onColumn(r, att) })
	drop, err := a.b.cascade(deps, nil, c.Cascade, "column "+c.Name.Name+" of table "+rel.Name, func(d dependency) string {
		if d.on == a.d.Old {
			return "column " + c.Name.Name + " of table " + rel.Name
		}
		return "view " + d.on.Name
	})
	if err != nil {
		return err
	}
	a.d.Drop = append(a.d.Drop, drop...)
	var kept []catalog.Constraint
	for i := range rel.Constraints {
		con := rel.Constraints[i]
		uses := con.Kind == 'c' && a.uses(con.Expr, att)
		for _, x := range con.Columns {
			uses = uses || x == att
		}
		if !uses {
			kept = append(kept, con)
		} else if err := a.constraintGone(&con, c.Cascade); err != nil {
			return err
		}
	}
	rel.Constraints = kept
	a.columnGone(att)
	rel.Columns = append(rel.Columns[:i:i], rel.Columns[i+1:]...)
	a.exprs = append(a.exprs[:i:i], a.exprs[i+1:]...)
	return nil
}

// uses says whether a stored expression reads a column.
func (a *altering) uses(text string, att int16) bool {
	cols := a.b.scan(a.d.New, nil).Cols
	x, err := a.b.storedCondition(text, inCheck, a.d.New, cols)
	if err != nil {
		return false
	}
	read := scalar.Columns(x)
	for _, c := range cols {
		if c.Attnum == att {
			return read.Has(c.ID)
		}
	}
	return false
}

func (a *altering) columnType(c *ast.AlterCommand) error {
	b, rel := a.b, a.d.New
	i, err := relColumn(rel, c.Name.Name)
	if err != nil {
		return err
	}
	col := &rel.Columns[i]
	if err := a.keepsInherited("alter", col.Name); err != nil {
		return err
	}
	if p := rel.Partition; p != nil {
		for _, k := range p.Keys {
			if k.Attnum == col.Attnum {
				return sqlerr.New(sqlerr.InvalidTableDefinition, `cannot alter column %s because it is part of the partition key of relation %s`, sqlerr.Quote(col.Name), sqlerr.Quote(rel.Name))
			}
		}
	}
	if a.only && len(catalog.RelatedOf(b.env.View).Children(a.d.Old.OID)) > 0 {
		return sqlerr.New(sqlerr.InvalidTableDefinition, `type of inherited column %s must be changed in child tables too`, sqlerr.Quote(col.Name))
	}
	t, err := b.typeName(c.Type)
	if err != nil {
		return err
	}
	if c.Collation != nil {
		if err := b.checkCollation(c.Collation, t, c.Collation.Pos); err != nil {
			return err
		}
	}
	x := a.exprs[i]
	if c.Expr != nil {
		s := newScope(nil)
		it := b.newItem(s, rel.Name, a.d.OldCols, nil)
		s.items = []*item{it}
		if x, err = b.exprKind(s, c.Expr, inTransform); err != nil {
			return err
		}
	}
	out, ok, err := b.tryCoerceTo(x, t, assignment, c.Pos)
	if err != nil {
		return err
	}
	if !ok {
		if c.Expr != nil {
			return sqlerr.New(sqlerr.DatatypeMismatch, `result of USING clause for column %s cannot be cast automatically to type %s`,
				sqlerr.Quote(col.Name), types.FormatType(t.OID, -1)).WithHint("You might need to add an explicit cast.")
		}
		e := sqlerr.New(sqlerr.DatatypeMismatch, `column %s cannot be cast automatically to type %s`, sqlerr.Quote(col.Name), types.FormatType(t.OID, -1))
		if _, ok, _ := b.tryCoerceTo(x, t, explicit, -1); ok {
			e.WithHint("You might need to specify \"USING %s::%s\".", quoteIdent(col.Name), types.FormatType(t.OID, t.Typmod))
		}
		return e
	}
	if v := b.columnInViews(a.d.Old, col.Attnum); v != nil {
		return sqlerr.New(sqlerr.FeatureNotSupported, "cannot alter type of a column used by a view or rule").
			WithDetail(`rule _RETURN on view %s depends on column "%s"`, v.Name, col.Name)
	}
	a.exprs[i] = b.retype(out, t)
	col.Type = t
	return nil
}

func (a *altering) options(c *ast.AlterCommand) error {
	rel := a.d.New
	opts := make(map[string]string, len(rel.Options))
	for k, v := range rel.Options {
		opts[k] = v
	}
	for i := range c.Options {
		o := &c.Options[i]
		_, has := opts[o.Name.Name]
		switch {
		case c.Action == ast.AlterResetOptions:
			delete(opts, o.Name.Name)
			continue
		case o.Action == ast.OptionDrop:
			if !has {
				return sqlerr.New(sqlerr.UndefinedObject, `option %s not found`, sqlerr.Quote(o.Name.Name))
			}
			delete(opts, o.Name.Name)
			continue
		case o.Action == ast.OptionSet && !has:
			return sqlerr.New(sqlerr.UndefinedObject, `option %s not found`, sqlerr.Quote(o.Name.Name))
		case c.Action == ast.AlterFDWOptions && o.Action != ast.OptionSet && has:
			return sqlerr.New(sqlerr.DuplicateObject, `option %s provided more than once`, sqlerr.Quote(o.Name.Name))
		}
		set, err := a.b.options(c.Options[i : i+1])
		if err != nil {
			return err
		}
		for k, v := range set {
			opts[k] = v
		}
	}
	rel.Options = opts
	return nil
}

// quoteIdent writes a name as SQL takes it.
func quoteIdent(name string) string { return ast.SQL(&ast.ColumnRef{Parts: []ast.Ident{{Name: name}}}) }
