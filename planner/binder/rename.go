package binder

import (
	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

func (b *binder) renameObject(n *ast.Rename) (*Bound, error) {
	tag := "ALTER " + n.Kind.String()
	if n.Kind == ast.ObjectSchema {
		if _, ok := b.env.View.Schema(n.Name.Object()); !ok {
			return nil, sqlerr.New(sqlerr.UndefinedSchema, `schema %s does not exist`, sqlerr.Quote(n.Name.Object()))
		}
		if _, ok := b.env.View.Schema(n.To.Name); ok {
			return nil, sqlerr.New(sqlerr.DuplicateSchema, `schema %s already exists`, sqlerr.Quote(n.To.Name))
		}
		return ddlBound(tag, &RenameSchema{From: n.Name.Object(), To: n.To.Name, Views: b.schemaRenamed(n.Name.Object(), n.To.Name)}), nil
	}
	rel, done, err := b.alterTarget(n.Kind, &n.Name, n.IfExists, tag)
	if rel == nil {
		return done, err
	}
	changed := *rel
	if n.Part == ast.ObjectColumn {
		i, err := relColumn(rel, n.From.Name)
		if err != nil {
			return nil, sqlerr.New(sqlerr.UndefinedColumn, `column %s does not exist`, sqlerr.Quote(n.From.Name))
		}
		if _, ok := rel.Column(n.To.Name); ok {
			return nil, sqlerr.New(sqlerr.DuplicateColumn, `column %s of relation %s already exists`, sqlerr.Quote(n.To.Name), sqlerr.Quote(rel.Name))
		}
		changed.Columns = append([]catalog.Column(nil), rel.Columns...)
		if v := b.columnInViews(rel, rel.Columns[i].Attnum); v != nil {
			return nil, sqlerr.New(sqlerr.FeatureNotSupported, `cannot rename column %s of %s: view %s reads it`, sqlerr.Quote(n.From.Name), sqlerr.Quote(rel.Name), sqlerr.Quote(v.Name)).
				WithHint("Drop the view, rename the column, and create the view again.")
		}
		d := &AlterRelation{Old: rel, New: &changed}
		if d.Views, err = b.renameInTexts(rel, &changed, i, n.To.Name); err != nil {
			return nil, err
		}
		changed.Columns[i].Name = n.To.Name
		if err := b.inheritedColumn(rel, "rename", n.From.Name); err != nil {
			return nil, err
		}
		below := catalog.Descendants(b.env.View, rel)
		if n.Only && len(below) > 0 {
			return nil, sqlerr.New(sqlerr.InvalidTableDefinition, `inherited column %s must be renamed in child tables too`, sqlerr.Quote(n.From.Name))
		}
		for _, child := range below {
			at, err := relColumn(child, n.From.Name)
			if err != nil {
				continue
			}
			if _, ok := child.Column(n.To.Name); ok {
				return nil, sqlerr.New(sqlerr.DuplicateColumn, `column %s of relation %s already exists`, sqlerr.Quote(n.To.Name), sqlerr.Quote(child.Name))
			}
			c := *child
			c.Columns = append([]catalog.Column(nil), child.Columns...)
			more, err := b.renameInTexts(child, &c, at, n.To.Name)
			if err != nil {
				return nil, err
			}
			c.Columns[at].Name = n.To.Name
			d.Views = append(append(d.Views, &c), more...)
		}
		return ddlBound(tag, d), nil
	}
	if n.Part == ast.ObjectConstraint {
		changed.Constraints = append([]catalog.Constraint(nil), rel.Constraints...)
		for i := range changed.Constraints {
			if changed.Constraints[i].Name == n.From.Name {
				changed.Constraints[i].Name = n.To.Name
				d := &AlterRelation{Old: rel, New: &changed}
				for _, x := range catalog.RelatedOf(b.env.View).Indexes(rel.OID) {
					if x.Index.Constraint && x.Name == n.From.Name {
						c := *x
						c.Name = n.To.Name
						d.Views = append(d.Views, &c)
					}
				}
				return ddlBound(tag, d), nil
			}
		}
		return nil, sqlerr.New(sqlerr.UndefinedObject, `constraint %s for table %s does not exist`, sqlerr.Quote(n.From.Name), sqlerr.Quote(rel.Name))
	}
	if _, ok := b.env.View.Relation(rel.Schema, n.To.Name); ok {
		return nil, sqlerr.New(sqlerr.DuplicateTable, `relation %s already exists`, sqlerr.Quote(n.To.Name))
	}
	changed.Name = n.To.Name
	if x := rel.Index; x != nil && x.Constraint {
		d := &AlterRelation{Old: rel, New: &changed}
		if t, ok := b.env.View.RelationByOID(x.Table); ok {
			c := *t
			c.Constraints = append([]catalog.Constraint(nil), t.Constraints...)
			for i := range c.Constraints {
				if c.Constraints[i].Name == rel.Name {
					c.Constraints[i].Name = n.To.Name
				}
			}
			d.Views = append(d.Views, &c)
		}
		return ddlBound(tag, d), nil
	}
	return ddlBound(tag, &AlterRelation{Old: rel, New: &changed, Views: b.renamed(rel, &changed)}), nil
}

// alterTarget finds the relation that ALTER names; done is the answer where
// there is none and IF EXISTS was written.
func (b *binder) alterTarget(kind ast.ObjectKind, name *ast.Name, ifExists bool, tag string) (rel *catalog.Relation, done *Bound, err error) {
	k, ok := relationKinds[kind]
	if !ok {
		return nil, nil, b.errAt(name.Pos, sqlerr.FeatureNotSupported, "%s is not supported yet", tag)
	}
	if rel, err = b.findRelation(name); err != nil {
		return nil, nil, err
	}
	switch {
	case rel == nil && ifExists:
		b.notice(sqlerr.SuccessfulCompletion, `relation %s does not exist, skipping`, sqlerr.Quote(name.Object()))
		return nil, ddlBound(tag, &Nothing{}), nil
	case rel == nil:
		return nil, nil, sqlerr.New(sqlerr.UndefinedTable, `relation %s does not exist`, sqlerr.Quote(nameText(name)))
	case rel.System:
		return nil, nil, sqlerr.New(sqlerr.InsufficientPrivilege, `permission denied: %s is a system catalog`, sqlerr.Quote(rel.Name))
	case rel.Kind != k.kind && kind != ast.ObjectTable:
		return nil, nil, sqlerr.New(sqlerr.WrongObjectType, `%s is not %s`, sqlerr.Quote(rel.Name), k.a)
	}
	return rel, nil, nil
}

func relColumn(rel *catalog.Relation, name string) (int, error) {
	for i := range rel.Columns {
		if rel.Columns[i].Name == name {
			return i, nil
		}
	}
	return 0, sqlerr.New(sqlerr.UndefinedColumn, `column %s of relation %s does not exist`, sqlerr.Quote(name), sqlerr.Quote(rel.Name))
}

func (b *binder) setSchema(n *ast.SetSchema) (*Bound, error) {
	tag := "ALTER " + n.Kind.String()
	rel, done, err := b.alterTarget(n.Kind, &n.Name, n.IfExists, tag)
	if rel == nil {
		return done, err
	}
	to := n.Schema.Name
	if _, ok := b.env.View.Schema(to); !ok {
		return nil, sqlerr.New(sqlerr.UndefinedSchema, `schema %s does not exist`, sqlerr.Quote(to))
	}
	if rel.Temporary || to == "pg_temp" {
		return nil, sqlerr.New(sqlerr.FeatureNotSupported, "cannot move objects into or out of temporary schemas")
	}
	if to == rel.Schema {
		return ddlBound(tag, &Nothing{}), nil
	}
	if _, ok := b.env.View.Relation(to, rel.Name); ok {
		return nil, sqlerr.New(sqlerr.DuplicateTable, `relation %s already exists in schema %s`, sqlerr.Quote(rel.Name), sqlerr.Quote(to))
	}
	changed := *rel
	changed.Schema = to
	d := &AlterRelation{Old: rel, New: &changed, Views: b.renamed(rel, &changed)}
	related := catalog.RelatedOf(b.env.View)
	for _, r := range append(append([]*catalog.Relation(nil), related.Indexes(rel.OID)...), related.OwnedSequences(rel.OID)...) {
		c := *r
		c.Schema = to
		d.Views = append(d.Views, &c)
	}
	return ddlBound(tag, d), nil
}

func (b *binder) comment(n *ast.Comment) (*Bound, error) {
	const tag = "COMMENT"
	switch n.Kind {
	case ast.ObjectSchema:
		if _, ok := b.env.View.Schema(n.Name.Object()); !ok {
			return nil, sqlerr.New(sqlerr.UndefinedSchema, `schema %s does not exist`, sqlerr.Quote(n.Name.Object()))
		}
		return ddlBound(tag, &CommentSchema{Name: n.Name.Object(), Comment: n.Text}), nil
	case ast.ObjectColumn:
		if len(n.Name.Parts) < 2 {
			return nil, b.errAt(n.Name.Pos, sqlerr.SyntaxError, "column name must be qualified")
		}
		parts := n.Name.Parts
		name := ast.Name{Range: n.Name.Range, Parts: parts[:len(parts)-1]}
		rel, _, err := b.alterTarget(ast.ObjectTable, &name, false, tag)
		if err != nil {
			return nil, err
		}
		i, err := relColumn(rel, parts[len(parts)-1].Name)
		if err != nil {
			return nil, err
		}
		changed := *rel
		changed.Columns = append([]catalog.Column(nil), rel.Columns...)
		changed.Columns[i].Comment = n.Text
		return ddlBound(tag, &AlterRelation{Old: rel, New: &changed}), nil
	}
	k, ok := relationKinds[n.Kind]
	if !ok {
		return nil, b.errAt(n.Pos, sqlerr.FeatureNotSupported, "COMMENT ON %s is not supported yet", n.Kind)
	}
	rel, _, err := b.alterTarget(n.Kind, &n.Name, false, tag)
	if err != nil {
		return nil, err
	}
	if rel.Kind != k.kind {
		return nil, sqlerr.New(sqlerr.WrongObjectType, `%s is not %s`, sqlerr.Quote(rel.Name), k.a)
	}
	changed := *rel
	changed.Comment = n.Text
	return ddlBound(tag, &AlterRelation{Old: rel, New: &changed}), nil
}
