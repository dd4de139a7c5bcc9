package binder

import (
	"strings"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
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
		if rel.Kind != k.kind && !(rel.Kind == catalog.PartitionedTable && k.kind == catalog.Table) {
			return nil, sqlerr.New(sqlerr.WrongObjectType, `%s is not %s`, sqlerr.Quote(name.Object()), k.a).WithHint("%s", dropHint(rel.Kind))
		}
		if err := requiredBy(b.env.View, rel); err != nil {
			return nil, err
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
	deps := b.dependents(d.Relations, whole)
	all := append([]*catalog.Relation(nil), d.Relations...)
	for _, x := range deps {
		all = append(all, x.view)
	}
	belongings, replaced, lines := b.belongings(all)
	d.Replaced = replaced
	more, err := b.cascade(deps, lines, n.Cascade, word, func(x dependency) string {
		return relationWord(x.on.Kind) + " " + x.on.Name
	})
	if err != nil {
		return nil, err
	}
	d.Relations = append(append(belongings, more...), d.Relations...)
	return ddlBound(tag, d), nil
}

// requiredBy refuses to drop what a constraint or column stands on.
func requiredBy(v catalog.View, rel *catalog.Relation) error {
	if x := rel.Index; x != nil && x.Constraint {
		t, _ := v.RelationByOID(x.Table)
		return sqlerr.New(sqlerr.DependentObjectsStillExist, "cannot drop index %s because constraint %s on table %s requires it", rel.Name, rel.Name, t.Name).
			WithHint("You can drop constraint %s on table %s instead.", rel.Name, t.Name)
	}
	if s := rel.Sequence; s != nil && s.Identity {
		t, _ := v.RelationByOID(s.OwnerTable)
		col := "?"
		if at := t.ColumnByAttnum(s.OwnerColumn); at >= 0 {
			col = t.Columns[at].Name
		}
		return sqlerr.New(sqlerr.DependentObjectsStillExist, "cannot drop sequence %s because column %s of table %s requires it", rel.Name, col, t.Name).
			WithHint("You can drop column %s of table %s instead.", col, t.Name)
	}
	return nil
}

// belongings are what goes with relations that are dropped: their indexes and
// sequences; and, as lines and as the tables without them, what other tables
// have that depends on them: foreign keys and defaults.
func (b *binder) belongings(rels []*catalog.Relation) (more, replaced []*catalog.Relation, lines []string) {
	related := catalog.RelatedOf(b.env.View)
	gone := map[types.OID]bool{}
	for _, r := range rels {
		gone[r.OID] = true
	}
	add := func(r *catalog.Relation) {
		if !gone[r.OID] {
			gone[r.OID] = true
			more = append(more, r)
		}
	}
	sequences := false
	for i := 0; i < len(rels); i++ {
		r := rels[i]
		for _, c := range related.Children(r.OID) { // partitions go with their table, inheritors by CASCADE
			if gone[c.OID] {
				continue
			}
			if c.Bound == nil {
				lines = append(lines, "table "+c.Name+" depends on table "+r.Name)
			}
			add(c)
			rels = append(rels[:len(rels):len(rels)], c)
		}
		for _, x := range related.Indexes(r.OID) {
			add(x)
		}
		for _, s := range related.OwnedSequences(r.OID) {
			add(s)
			sequences = true
		}
		sequences = sequences || r.Sequence != nil
	}
	changed := map[types.OID]*catalog.Relation{}
	change := func(r *catalog.Relation) *catalog.Relation {
		if c, ok := changed[r.OID]; ok {
			return c
		}
		c := *r
		c.Columns = append([]catalog.Column(nil), r.Columns...)
		changed[r.OID] = &c
		replaced = append(replaced, &c)
		return &c
	}
	for _, r := range rels {
		for _, child := range related.Referencing(r.OID) {
			if gone[child.OID] {
				continue
			}
			c := change(child)
			var kept []catalog.Constraint
			for _, f := range c.Constraints {
				if f.Kind == 'f' && f.RefRelation == r.OID {
					lines = append(lines, "constraint "+f.Name+" on table "+child.Name+" depends on table "+r.Name)
					continue
				}
				kept = append(kept, f)
			}
			c.Constraints = kept
		}
	}
	if !sequences {
		return more, replaced, lines
	}
	for _, s := range b.env.View.Schemas() {
		for _, t := range b.env.View.Relations(s.Name) {
			if gone[t.OID] || t.System {
				continue
			}
			for i := range t.Columns {
				for _, oid := range storedRelations(t.Columns[i].Default) {
					if !gone[oid] {
						continue
					}
					name := b.relationName(oid)
					lines = append(lines, "default value for column "+t.Columns[i].Name+" of table "+t.Name+" depends on sequence "+name)
					change(t).Columns[i].Default = ""
				}
			}
		}
	}
	return more, replaced, lines
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
				if r.Index != nil || r.Sequence != nil && r.Sequence.OwnerTable != 0 {
					continue
				}
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
	_, d.Replaced, _ = b.belongings(d.Relations)
	return ddlBound(tag, d), nil
}

func relationWord(k catalog.RelationKind) string {
	if k == catalog.PartitionedTable {
		return "table"
	}
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
	d := &Truncate{}
	for _, t := range n.Tables {
		rel, err := b.findRelation(&t.Name)
		if err != nil {
			return nil, err
		}
		if rel == nil {
			return nil, sqlerr.New(sqlerr.UndefinedTable, `relation %s does not exist`, sqlerr.Quote(nameText(&t.Name)))
		}
		if rel.Kind != catalog.Table && rel.Kind != catalog.PartitionedTable {
			return nil, sqlerr.New(sqlerr.WrongObjectType, `%s is not a table`, sqlerr.Quote(rel.Name))
		}
		if rel.Partition != nil && t.Only {
			return nil, sqlerr.New(sqlerr.WrongObjectType, "cannot truncate only a partitioned table").
				WithHint("Do not specify the ONLY keyword, or use TRUNCATE ONLY on the partitions directly.")
		}
		if !t.Only {
			d.Relations = append(d.Relations, catalog.Descendants(b.env.View, rel)...)
		}
		if rel.System {
			return nil, sqlerr.New(sqlerr.InsufficientPrivilege, `permission denied: %s is a system catalog`, sqlerr.Quote(rel.Name))
		}
		d.Relations = append(d.Relations, rel)
	}
	related := catalog.RelatedOf(b.env.View)
	in := map[types.OID]bool{}
	for _, r := range d.Relations {
		in[r.OID] = true
	}
	for i := 0; i < len(d.Relations); i++ {
		for _, child := range related.Referencing(d.Relations[i].OID) {
			if in[child.OID] {
				continue
			}
			if !n.Cascade {
				return nil, sqlerr.New(sqlerr.FeatureNotSupported, "cannot truncate a table referenced in a foreign key constraint").
					WithDetail("Table %s references %s.", sqlerr.Quote(child.Name), sqlerr.Quote(d.Relations[i].Name)).
					WithHint("Truncate table %s at the same time, or use TRUNCATE ... CASCADE.", sqlerr.Quote(child.Name))
			}
			b.notice(sqlerr.SuccessfulCompletion, `truncate cascades to table %s`, sqlerr.Quote(child.Name))
			in[child.OID] = true
			d.Relations = append(d.Relations, child)
		}
	}
	if n.RestartIdentity {
		for _, r := range d.Relations {
			d.Sequences = append(d.Sequences, related.OwnedSequences(r.OID)...)
		}
	}
	return ddlBound("TRUNCATE TABLE", d), nil
}
