package binder

import (
	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/scalar"
)

// ALTER TABLE's forms that have to do with indexes, foreign keys of other
// tables, and sequences.

// ownNext stands for the values of a new serial or identity column in rows
// that are there already: the engine numbers them (AlterTable.Numbered).
func ownNext(_ *catalog.Relation, t types.Type) scalar.Expr { return nullConst(t, -1) }

// noDefault refuses to change the default of a column that makes its own values.
func (a *altering) noDefault(col *catalog.Column) error {
	rel := a.d.New
	switch {
	case col.Identity != 0:
		return sqlerr.New(sqlerr.SyntaxError, `column %s of relation %s is an identity column`, sqlerr.Quote(col.Name), sqlerr.Quote(rel.Name)).
			WithHint("Use ALTER TABLE ... ALTER COLUMN ... DROP IDENTITY instead.")
	case col.Generated != "":
		return sqlerr.New(sqlerr.SyntaxError, `column %s of relation %s is a generated column`, sqlerr.Quote(col.Name), sqlerr.Quote(rel.Name)).
			WithHint("Use ALTER TABLE ... ALTER COLUMN ... DROP EXPRESSION instead.")
	}
	return nil
}

// constraintGone drops what a constraint that is dropped brought with it: its
// index and, under CASCADE, the foreign keys that refer to it.
func (a *altering) constraintGone(con *catalog.Constraint, cascade bool) error {
	if con.Kind != 'p' && con.Kind != 'u' {
		return nil
	}
	b, rel := a.b, a.d.Old
	related := catalog.RelatedOf(b.env.View)
	for _, child := range related.Referencing(rel.OID) {
		if child.OID == rel.OID {
			child = a.d.New
		}
		var kept []catalog.Constraint
		for _, f := range child.Constraints {
			if f.Kind != 'f' || f.RefRelation != rel.OID || !sameSet(f.RefColumns, con.Columns) {
				kept = append(kept, f)
				continue
			}
			what := "constraint " + f.Name + " on table " + child.Name
			if !cascade {
				return sqlerr.New(sqlerr.DependentObjectsStillExist, "cannot drop constraint %s on table %s because other objects depend on it", con.Name, rel.Name).
					WithDetail("%s depends on index %s", what, con.Name).WithHint("Use DROP ... CASCADE to drop the dependent objects too.")
			}
			b.notice(sqlerr.SuccessfulCompletion, "drop cascades to %s", what)
		}
		if len(kept) == len(child.Constraints) {
			continue
		}
		if child == a.d.New {
			child.Constraints = kept
			continue
		}
		c := *child
		c.Constraints = kept
		a.d.Replaced = append(a.d.Replaced, &c)
	}
	for _, x := range related.Indexes(rel.OID) {
		if x.Index.Constraint && x.Name == con.Name {
			a.drop(x)
		}
	}
	for i, x := range b.made {
		if x.Index != nil && x.Name == con.Name {
			b.made = append(b.made[:i:i], b.made[i+1:]...)
			break
		}
	}
	return nil
}

func (a *altering) drop(rel *catalog.Relation) {
	for _, r := range a.d.Drop {
		if r.OID == rel.OID {
			return
		}
	}
	a.d.Drop = append(a.d.Drop, rel)
}

// columnGone drops the indexes and sequences of a column that is dropped.
func (a *altering) columnGone(att int16) {
	related := catalog.RelatedOf(a.b.env.View)
	for _, x := range related.Indexes(a.d.Old.OID) {
		uses := false
		for _, k := range x.Index.Keys {
			uses = uses || k.Attnum == att || k.Attnum == 0 && a.uses(k.Expr, att)
		}
		for _, i := range x.Index.Include {
			uses = uses || i == att
		}
		if uses || x.Index.Where != "" && a.uses(x.Index.Where, att) {
			a.drop(x)
		}
	}
	for _, s := range related.OwnedSequences(a.d.Old.OID) {
		if s.Sequence.OwnerColumn == att {
			a.drop(s)
		}
	}
}

// usingIndex is ADD PRIMARY KEY|UNIQUE USING INDEX.
func (a *altering) usingIndex(c *ast.AlterCommand) error {
	rel := a.d.New
	for _, x := range catalog.RelatedOf(a.b.env.View).Indexes(rel.OID) {
		if x.Name != c.Constraint.UsingIndex.Name {
			continue
		}
		switch {
		case x.Index.Constraint:
			return a.b.errAt(c.Constraint.Pos, sqlerr.ObjectNotInPrerequisiteState, `index %s is already associated with a constraint`, sqlerr.Quote(x.Name))
		case !x.Index.Unique:
			return a.b.errAt(c.Constraint.Pos, sqlerr.WrongObjectType, `%s is not a unique index`, sqlerr.Quote(x.Name)).
				WithDetail("Cannot create a primary key or unique constraint using such an index.")
		case !x.Index.Plain():
			return a.b.errAt(c.Constraint.Pos, sqlerr.WrongObjectType, `index %s contains expressions`, sqlerr.Quote(x.Name)).
				WithDetail("Cannot create a primary key or unique constraint using such an index.")
		}
		con := catalog.Constraint{Name: c.Constraint.Name.Name, Kind: 'u'}
		if con.Name == "" {
			con.Name = x.Name
		}
		for _, k := range x.Index.Keys {
			con.Columns = append(con.Columns, k.Attnum)
		}
		if c.Constraint.Kind == ast.ConstraintPrimaryKey {
			con.Kind = 'p'
			for _, o := range rel.Constraints {
				if o.Kind == 'p' {
					return sqlerr.New(sqlerr.InvalidTableDefinition, `multiple primary keys for table %s are not allowed`, sqlerr.Quote(rel.Name))
				}
			}
			for _, att := range con.Columns {
				rel.Columns[rel.ColumnByAttnum(att)].NotNull = true
			}
		}
		if con.Name != x.Name {
			a.b.notice(sqlerr.SuccessfulCompletion, `ALTER TABLE / ADD CONSTRAINT USING INDEX will rename index %s to %s`, sqlerr.Quote(x.Name), sqlerr.Quote(con.Name))
		}
		n, info := *x, *x.Index
		n.Name, n.Index = con.Name, &info
		info.Constraint, info.Primary = true, con.Kind == 'p'
		a.d.Replaced = append(a.d.Replaced, &n)
		return a.b.addConstraint(rel, con)
	}
	return a.b.errAt(c.Constraint.Pos, sqlerr.UndefinedObject, `index %s does not exist`, sqlerr.Quote(c.Constraint.UsingIndex.Name))
}

// addIdentity is ALTER COLUMN … ADD GENERATED … AS IDENTITY.
func (a *altering) addIdentity(col *catalog.Column, c *ast.Constraint) error {
	rel := a.d.New
	switch {
	case !col.NotNull:
		return sqlerr.New(sqlerr.ObjectNotInPrerequisiteState, `column %s of relation %s must be declared NOT NULL before identity can be added`, sqlerr.Quote(col.Name), sqlerr.Quote(rel.Name))
	case col.Identity != 0:
		return sqlerr.New(sqlerr.ObjectNotInPrerequisiteState, `column %s of relation %s is already an identity column`, sqlerr.Quote(col.Name), sqlerr.Quote(rel.Name))
	case col.Default != "":
		return sqlerr.New(sqlerr.ObjectNotInPrerequisiteState, `column %s of relation %s already has a default value`, sqlerr.Quote(col.Name), sqlerr.Quote(rel.Name))
	}
	return a.b.identity(rel, col, c)
}

// setIdentity is ALTER COLUMN … SET GENERATED …, RESTART, SET option.
func (a *altering) setIdentity(col *catalog.Column, options []ast.SequenceOption) error {
	b, rel := a.b, a.d.New
	if col.Identity == 0 {
		return sqlerr.New(sqlerr.ObjectNotInPrerequisiteState, `column %s of relation %s is not an identity column`, sqlerr.Quote(col.Name), sqlerr.Quote(rel.Name))
	}
	var rest []ast.SequenceOption
	for _, o := range options {
		if o.Action != ast.SequenceGenerated {
			rest = append(rest, o)
			continue
		}
		col.Identity = 'a'
		if o.No {
			col.Identity = 'd'
		}
	}
	if len(rest) == 0 {
		return nil
	}
	for _, seq := range catalog.RelatedOf(b.env.View).OwnedSequences(rel.OID) {
		if !seq.Sequence.Identity || seq.Sequence.OwnerColumn != col.Attnum {
			continue
		}
		n, info := *seq, *seq.Sequence
		n.Sequence = &info
		restart, err := b.sequenceOptions(&info, rest, false)
		if err != nil {
			return err
		}
		a.d.Sequences = append(a.d.Sequences, &AlterSequence{Old: seq, New: &n, Restart: restart})
	}
	return nil
}
