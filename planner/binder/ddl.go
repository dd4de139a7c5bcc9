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
		// Made are the indexes of its keys and the sequences of its serial and
		// identity columns (OwnerColumn says which), to be made with it.
		Made []*catalog.Relation
	}
	// Refresh makes a materialized view's rows anew from Query; nil: it is left
	// without any.
	Refresh struct {
		Relation *catalog.Relation
		Query    logical.Node
	}
	// CreateIndex makes an index of Table, whose rows must agree with it.
	CreateIndex struct {
		Relation, Table *catalog.Relation
		Exists          bool
		Below           []*CreateIndex // the same for partitions
	}
	// CreateSequence makes a sequence.
	CreateSequence struct {
		Relation *catalog.Relation
		Exists   bool
	}
	// AlterSequence changes a sequence; Restart, if not nil, is its next value.
	AlterSequence struct {
		Old, New *catalog.Relation
		Restart  *int64
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
		Replaced  []*catalog.Relation // tables that lose foreign keys or defaults by CASCADE
		Cascade   bool
	}
	// DropSchemas drops Relations, in this order, and then the schemas, which
	// are empty then. Without Cascade there are no relations.
	DropSchemas struct {
		Names     []string
		Relations []*catalog.Relation
		Replaced  []*catalog.Relation
		Cascade   bool
	}
	// Truncate empties tables.
	Truncate struct {
		Relations []*catalog.Relation
		Sequences []*catalog.Relation // to start again
	}
	// AlterTable changes a relation. If Rewrite is set, its rows change too:
	// column i of the new rows is Exprs[i] over the columns Old, and each new
	// row must meet Checks, which read the columns NewCols.
	AlterTable struct {
		Old, New  *catalog.Relation
		Rewrite   bool
		OldCols   []logical.Column
		NewCols   []logical.Column
		Exprs     []scalar.Expr
		Checks    []logical.Check
		Drop      []*catalog.Relation // views, indexes and sequences to drop first
		Made      []*catalog.Relation // indexes and sequences to make, as for CreateTable
		Replaced  []*catalog.Relation // other relations that change with it
		Foreign   []string            // foreign keys that the old rows must be held to
		Sequences []*AlterSequence
		Below     []*AlterTable // the same for tables that inherit from it
		Numbered  []int         // positions in New.Columns that count up by a sequence of Made
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

func (*CreateSchema) ddl()   {}
func (*CreateTable) ddl()    {}
func (*Refresh) ddl()        {}
func (*CreateIndex) ddl()    {}
func (*CreateSequence) ddl() {}
func (*AlterSequence) ddl()  {}
func (*CreateView) ddl()     {}
func (*DropRelations) ddl()  {}
func (*DropSchemas) ddl()    {}
func (*Truncate) ddl()       {}
func (*AlterTable) ddl()     {}
func (*AlterRelation) ddl()  {}
func (*RenameSchema) ddl()   {}
func (*CommentSchema) ddl()  {}
func (*Nothing) ddl()        {}

func (b *binder) ddl(stmt ast.Statement) (*Bound, error) {
	switch s := stmt.(type) {
	case *ast.CreateSchema:
		return b.createSchema(s)
	case *ast.CreateTable:
		return b.createTable(s)
	case *ast.Refresh:
		return b.refresh(s)
	case *ast.CreateIndex:
		return b.createIndex(s)
	case *ast.CreateSequence:
		return b.createSequence(s)
	case *ast.AlterSequence:
		return b.alterSequence(s)
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
