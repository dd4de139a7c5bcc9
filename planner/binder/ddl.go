package binder

import (
	"strings"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// DDL is a bound data definition: plain data that the engine carries out
// against a catalog.Txn. Names are resolved and checked against the view that
// the statement was bound under.
type DDL interface{ ddl() }

type (
	// CreateSchema makes a schema. Nothing is to be done where Exists is set
	// (IF NOT EXISTS; a notice says so).
	CreateSchema struct {
		Schema catalog.Schema
		Exists bool
		// Elements are bound when the schema is there.
		Elements []ast.Statement
	}
	// CreateTable makes a table or a foreign table. Relation has no OID yet.
	CreateTable struct {
		Relation *catalog.Relation
		Exists   bool              // IF NOT EXISTS: nothing to do
		Replace  *catalog.Relation // OR REPLACE: drop this first
		OnCommit ast.OnCommit
		// Query gives the rows of CREATE TABLE AS, by position; nil for a plain
		// table or WITH NO DATA.
		Query logical.Node
		As    bool // CREATE TABLE AS, also WITH NO DATA
	}
	// CreateView makes a view, or replaces Old.
	CreateView struct {
		Relation *catalog.Relation
		Old      *catalog.Relation
		Exists   bool // IF NOT EXISTS: nothing to do
	}
	// DropRelations drops tables, views and foreign tables, in this order. Views
	// that depend on them and go by CASCADE are among them.
	DropRelations struct {
		Relations []*catalog.Relation
		Cascade   bool
	}
	// DropSchemas drops Relations, in this order, and then the schemas, which
	// are empty then. Without Cascade there are no relations.
	DropSchemas struct {
		Names     []string
		Relations []*catalog.Relation
		Cascade   bool
	}
	// Truncate empties tables.
	Truncate struct {
		Relations []*catalog.Relation
		Restart   bool
	}
	// AlterTable changes a relation. If Rewrite is set, its rows change too:
	// column i of the new rows is Exprs[i] over the columns Old, and each new
	// row must meet Checks, which read the columns NewCols.
	AlterTable struct {
		Old, New *catalog.Relation
		Rewrite  bool
		OldCols  []logical.Column
		NewCols  []logical.Column
		Exprs    []scalar.Expr
		Checks   []logical.Check
		Drop     []*catalog.Relation // views to drop first: DROP COLUMN … CASCADE
	}
	// AlterRelation changes what a relation is called, where it is, its comment
	// or its options: everything but columns and rows. Views are other views
	// whose text names it, rewritten.
	AlterRelation struct {
		Old, New *catalog.Relation
		Views    []*catalog.Relation
	}
	// RenameSchema renames a schema. Views are those whose text or search path
	// names it, rewritten; those in the schema are in it under its new name.
	RenameSchema struct {
		From, To string
		Views    []*catalog.Relation
	}
	// CommentSchema sets a schema's comment.
	CommentSchema struct{ Name, Comment string }
	// Nothing is a statement with nothing to do: IF EXISTS of what does not.
	Nothing struct{}
)

func (*CreateSchema) ddl()  {}
func (*CreateTable) ddl()   {}
func (*CreateView) ddl()    {}
func (*DropRelations) ddl() {}
func (*DropSchemas) ddl()   {}
func (*Truncate) ddl()      {}
func (*AlterTable) ddl()    {}
func (*AlterRelation) ddl() {}
func (*RenameSchema) ddl()  {}
func (*CommentSchema) ddl() {}
func (*Nothing) ddl()       {}

func (b *binder) ddl(stmt ast.Statement) (*Bound, error) {
	switch s := stmt.(type) {
	case *ast.CreateSchema:
		return b.createSchema(s)
	case *ast.CreateTable:
		return b.createTable(s)
	case *ast.CreateTableAs:
		return b.createTableAs(s)
	case *ast.CreateView:
		return b.createView(s)
	case *ast.Drop:
		return b.drop(s)
	case *ast.Truncate:
		return b.truncate(s)
	case *ast.AlterTable:
		return b.alterTable(s)
	case *ast.Rename:
		return b.renameObject(s)
	case *ast.SetSchema:
		return b.setSchema(s)
	case *ast.Comment:
		return b.comment(s)
	case *ast.Merge:
		return nil, b.errAt(s.Pos, sqlerr.FeatureNotSupported, "MERGE is not supported yet")
	case *ast.Raw:
		return nil, b.errAt(s.Pos, sqlerr.FeatureNotSupported, "%s is not supported yet", s.Tag)
	}
	return nil, b.errAt(stmt.Span().Pos, sqlerr.FeatureNotSupported, "%s is not supported yet", statementName(stmt))
}

// statementName is what a statement is called in an error.
func statementName(stmt ast.Statement) string {
	switch s := stmt.(type) {
	case *ast.CreateIndex:
		return "CREATE INDEX"
	case *ast.CreateSequence:
		return "CREATE SEQUENCE"
	case *ast.AlterSequence:
		return "ALTER SEQUENCE"
	case *ast.CreateServer:
		return "CREATE SERVER"
	case *ast.CreateUserMapping:
		return "CREATE USER MAPPING"
	case *ast.CreateForeignDataWrapper:
		return "CREATE FOREIGN DATA WRAPPER"
	case *ast.ImportForeignSchema:
		return "IMPORT FOREIGN SCHEMA"
	case *ast.CreateRole:
		return "CREATE ROLE"
	case *ast.AlterRole, *ast.AlterRoleSet:
		return "ALTER ROLE"
	case *ast.DropRole:
		return "DROP ROLE"
	case *ast.CreateDatabase:
		return "CREATE DATABASE"
	case *ast.AlterDatabase, *ast.AlterDatabaseSet:
		return "ALTER DATABASE"
	case *ast.Grant:
		return "GRANT"
	case *ast.GrantRole:
		return "GRANT"
	case *ast.ChangeOwner:
		return "ALTER " + s.Kind.String() + " OWNER"
	case *ast.Refresh:
		return "REFRESH MATERIALIZED VIEW"
	case *ast.Describe:
		return "DESCRIBE"
	case *ast.Summarize:
		return "SUMMARIZE"
	case *ast.Copy:
		return "COPY"
	case *ast.Call:
		return "CALL"
	case *ast.Do:
		return "DO"
	case *ast.Vacuum:
		return "VACUUM"
	}
	return "this statement"
}

func ddlBound(tag string, d DDL) *Bound { return &Bound{Kind: KindDDL, Tag: tag, DDL: d, Writes: true} }

// notice adds a NOTICE for the client.
func (b *binder) notice(code sqlerr.Code, format string, args ...any) {
	b.notices = append(b.notices, sqlerr.Notice(sqlerr.SeverityNotice, code, format, args...))
}

// creationSchema is the schema that a new relation goes to.
func (b *binder) creationSchema(name *ast.Name, p ast.Persistence) (schema string, temporary bool, err error) {
	if err := b.checkDatabase(name); err != nil {
		return "", false, err
	}
	s := name.Schema()
	temp := s == "pg_temp" || strings.HasPrefix(s, "pg_temp_")
	switch {
	case p == ast.Temporary && s != "" && !temp:
		return "", false, b.errAt(name.Pos, sqlerr.InvalidTableDefinition, "cannot create temporary relation in non-temporary schema")
	case p == ast.Temporary || temp:
		return "pg_temp", true, nil
	case s == "" && b.env.Creation == "":
		return "", false, b.errAt(name.Pos, sqlerr.UndefinedSchema, "no schema has been selected to create in")
	case s == "":
		return b.env.Creation, false, nil
	case s == "pg_catalog" || s == "information_schema":
		return "", false, sqlerr.New(sqlerr.InsufficientPrivilege, `permission denied to create "%s.%s"`, s, name.Object()).
			WithDetail("System catalog modifications are currently disallowed.")
	}
	if _, ok := b.env.View.Schema(s); !ok {
		return "", false, b.errAt(name.Pos, sqlerr.UndefinedSchema, `schema %s does not exist`, sqlerr.Quote(s))
	}
	return s, false, nil
}

func (b *binder) createSchema(n *ast.CreateSchema) (*Bound, error) {
	name := n.Name.Name
	if name == "" && n.Role != nil {
		name = b.roleName(n.Role)
	}
	d := &CreateSchema{Schema: catalog.Schema{Name: name, Owner: b.env.User}, Elements: n.Elements}
	if n.Role != nil {
		d.Schema.Owner = b.roleName(n.Role)
	}
	if strings.HasPrefix(name, "pg_") {
		return nil, sqlerr.New(sqlerr.ReservedName, `unacceptable schema name %s`, sqlerr.Quote(name)).
			WithDetail(`The prefix "pg_" is reserved for system schemas.`)
	}
	if _, ok := b.env.View.Schema(name); ok {
		if !n.IfNotExists {
			return nil, sqlerr.New(sqlerr.DuplicateSchema, `schema %s already exists`, sqlerr.Quote(name))
		}
		b.notice(sqlerr.DuplicateSchema, `schema %s already exists, skipping`, sqlerr.Quote(name))
		d.Exists = true
	}
	return ddlBound("CREATE SCHEMA", d), nil
}

func (b *binder) roleName(r *ast.Role) string {
	if r.Kind == ast.RoleName {
		return r.Name
	}
	return b.env.User
}

// relationKinds are the kinds that DROP and ALTER take by name, and how
// messages call them.
var relationKinds = map[ast.ObjectKind]struct {
	kind catalog.RelationKind
	word string
	a    string // "a table", with its article
}{
	ast.ObjectTable:            {catalog.Table, "table", "a table"},
	ast.ObjectView:             {catalog.ViewRelation, "view", "a view"},
	ast.ObjectMaterializedView: {catalog.MaterializedView, "materialized view", "a materialized view"},
	ast.ObjectForeignTable:     {catalog.ForeignTable, "foreign table", "a foreign table"},
	ast.ObjectSequence:         {catalog.Sequence, "sequence", "a sequence"},
	ast.ObjectIndex:            {catalog.Index, "index", "an index"},
}

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
		if err := b.renameInTexts(rel, &changed, i, n.To.Name); err != nil {
			return nil, err
		}
		changed.Columns[i].Name = n.To.Name
		return ddlBound(tag, &AlterRelation{Old: rel, New: &changed}), nil
	}
	if n.Part == ast.ObjectConstraint {
		changed.Constraints = append([]catalog.Constraint(nil), rel.Constraints...)
		for i := range changed.Constraints {
			if changed.Constraints[i].Name == n.From.Name {
				changed.Constraints[i].Name = n.To.Name
				return ddlBound(tag, &AlterRelation{Old: rel, New: &changed}), nil
			}
		}
		return nil, sqlerr.New(sqlerr.UndefinedObject, `constraint %s for table %s does not exist`, sqlerr.Quote(n.From.Name), sqlerr.Quote(rel.Name))
	}
	if _, ok := b.env.View.Relation(rel.Schema, n.To.Name); ok {
		return nil, sqlerr.New(sqlerr.DuplicateTable, `relation %s already exists`, sqlerr.Quote(n.To.Name))
	}
	changed.Name = n.To.Name
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
	return ddlBound(tag, &AlterRelation{Old: rel, New: &changed, Views: b.renamed(rel, &changed)}), nil
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
