package binder

import (
	"strings"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
)

func (b *binder) drop(n *ast.Drop) (*Bound, error) {
	tag := "DROP " + n.Kind.String()
	if n.Kind == ast.ObjectSchema {
		return b.dropSchemas(n, tag)
	}
	k, ok := relationKinds[n.Kind]
	if !ok {
		return b.dropOther(n, tag)
	}
	d := &DropRelations{Cascade: n.Cascade}
	for i := range n.Names {
		name := &n.Names[i]
		rel, err := b.findRelation(name)
		if err != nil {
			return nil, err
		}
		if rel == nil {
			if err := b.missingObject(n, name, k.word); err != nil {
				return nil, err
			}
			continue
		}
		if rel.System {
			return nil, sqlerr.New(sqlerr.InsufficientPrivilege, `permission denied: %s is a system catalog`, sqlerr.Quote(rel.Name))
		}
		if rel.Kind != k.kind {
			return nil, sqlerr.New(sqlerr.WrongObjectType, `%s is not %s`, sqlerr.Quote(name.Object()), k.a).WithHint("%s", dropHint(rel.Kind))
		}
		d.Relations = append(d.Relations, rel)
	}
	if len(d.Relations) == 0 {
		return ddlBound(tag, &Nothing{}), nil
	}
	word := relationWord(d.Relations[0].Kind) + " " + d.Relations[0].Name
	if len(d.Relations) > 1 {
		word = "desired object(s)"
	}
	more, err := b.cascade(b.dependents(d.Relations, whole), n.Cascade, word, func(x dependency) string {
		return relationWord(x.on.Kind) + " " + x.on.Name
	})
	if err != nil {
		return nil, err
	}
	d.Relations = append(more, d.Relations...)
	return ddlBound(tag, d), nil
}

func dropHint(k catalog.RelationKind) string {
	for _, r := range relationKinds {
		if r.kind == k {
			return "Use DROP " + upper(r.word) + " to remove " + r.a + "."
		}
	}
	return ""
}

// missingObject is the error, or under IF EXISTS the notice, for a name that
// means nothing.
func (b *binder) missingObject(n *ast.Drop, name *ast.Name, word string) error {
	schema := name.Schema()
	if schema != "" && schema != "pg_temp" {
		if _, ok := b.env.View.Schema(schema); !ok {
			if n.IfExists {
				b.notice(sqlerr.SuccessfulCompletion, `schema %s does not exist, skipping`, sqlerr.Quote(schema))
				return nil
			}
			return sqlerr.New(sqlerr.UndefinedSchema, `schema %s does not exist`, sqlerr.Quote(schema))
		}
	}
	if n.IfExists {
		b.notice(sqlerr.SuccessfulCompletion, `%s %s does not exist, skipping`, word, sqlerr.Quote(name.Object()))
		return nil
	}
	code := sqlerr.UndefinedTable
	if n.Kind == ast.ObjectIndex {
		code = sqlerr.UndefinedObject
	}
	return sqlerr.New(code, `%s %s does not exist`, word, sqlerr.Quote(name.Object()))
}

func (b *binder) dropSchemas(n *ast.Drop, tag string) (*Bound, error) {
	d := &DropSchemas{Cascade: n.Cascade}
	for i := range n.Names {
		name := n.Names[i].Object()
		if _, ok := b.env.View.Schema(name); !ok {
			if n.IfExists {
				b.notice(sqlerr.SuccessfulCompletion, `schema %s does not exist, skipping`, sqlerr.Quote(name))
				continue
			}
			return nil, sqlerr.New(sqlerr.UndefinedSchema, `schema %s does not exist`, sqlerr.Quote(name))
		}
		if name == "pg_catalog" || name == "information_schema" {
			return nil, sqlerr.New(sqlerr.DependentObjectsStillExist, `cannot drop schema %s because it is required by the database system`, name)
		}
		if rels := b.env.View.Relations(name); len(rels) > 0 && !n.Cascade {
			e := sqlerr.New(sqlerr.DependentObjectsStillExist, `cannot drop schema %s because other objects depend on it`, name)
			var detail []string
			for _, r := range rels {
				detail = append(detail, relationWord(r.Kind)+" "+name+"."+r.Name+" depends on schema "+name)
			}
			return nil, e.WithDetail("%s", strings.Join(detail, "\n")).WithHint("Use DROP ... CASCADE to drop the dependent objects too.")
		}
		d.Names = append(d.Names, name)
	}
	if len(d.Names) == 0 {
		return ddlBound(tag, &Nothing{}), nil
	}
	for _, name := range d.Names {
		d.Relations = append(d.Relations, b.env.View.Relations(name)...)
	}
	var views []*catalog.Relation
	for _, x := range b.dependents(d.Relations, whole) {
		views = append([]*catalog.Relation{x.view}, views...)
	}
	d.Relations = append(views, d.Relations...)
	return ddlBound(tag, d), nil
}

func relationWord(k catalog.RelationKind) string {
	for _, r := range relationKinds {
		if r.kind == k {
			return r.word
		}
	}
	return "relation"
}

// dropOther is DROP of kinds of objects that there are none of.
func (b *binder) dropOther(n *ast.Drop, tag string) (*Bound, error) {
	word := strings.ToLower(n.Kind.String())
	switch n.Kind {
	case ast.ObjectFunction, ast.ObjectProcedure, ast.ObjectRoutine, ast.ObjectAggregate, ast.ObjectType, ast.ObjectDomain,
		ast.ObjectExtension, ast.ObjectServer, ast.ObjectPublication, ast.ObjectSubscription, ast.ObjectLanguage, ast.ObjectCollation,
		ast.ObjectTrigger, ast.ObjectPolicy, ast.ObjectRule, ast.ObjectStatistics, ast.ObjectForeignDataWrapper:
	default:
		return nil, b.errAt(n.Pos, sqlerr.FeatureNotSupported, "%s is not supported yet", tag)
	}
	if n.IfExists {
		for i := range n.Names {
			b.notice(sqlerr.SuccessfulCompletion, `%s %s does not exist, skipping`, word, sqlerr.Quote(n.Names[i].Object()))
		}
		return ddlBound(tag, &Nothing{}), nil
	}
	code := sqlerr.UndefinedObject
	if n.Kind == ast.ObjectFunction || n.Kind == ast.ObjectProcedure || n.Kind == ast.ObjectRoutine || n.Kind == ast.ObjectAggregate {
		code = sqlerr.UndefinedFunction
	}
	return nil, sqlerr.New(code, `%s %s does not exist`, word, sqlerr.Quote(n.Names[0].Object()))
}

func (b *binder) truncate(n *ast.Truncate) (*Bound, error) {
	d := &Truncate{Restart: n.RestartIdentity}
	for _, t := range n.Tables {
		rel, err := b.findRelation(&t.Name)
		if err != nil {
			return nil, err
		}
		if rel == nil {
			return nil, sqlerr.New(sqlerr.UndefinedTable, `relation %s does not exist`, sqlerr.Quote(nameText(&t.Name)))
		}
		if rel.Kind != catalog.Table {
			return nil, sqlerr.New(sqlerr.WrongObjectType, `%s is not a table`, sqlerr.Quote(rel.Name))
		}
		if rel.System {
			return nil, sqlerr.New(sqlerr.InsufficientPrivilege, `permission denied: %s is a system catalog`, sqlerr.Quote(rel.Name))
		}
		d.Relations = append(d.Relations, rel)
	}
	return ddlBound("TRUNCATE TABLE", d), nil
}
