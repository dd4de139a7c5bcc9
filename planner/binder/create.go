package binder

import (
	"strings"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
)

// newRelation starts a relation under a name that must be free.
func (b *binder) newRelation(name *ast.Name, p ast.Persistence, kind catalog.RelationKind) (*catalog.Relation, *catalog.Relation, error) {
	schema, temp, err := b.creationSchema(name, p)
	if err != nil {
		return nil, nil, err
	}
	old, _ := b.env.View.Relation(schema, name.Object())
	return &catalog.Relation{Schema: schema, Name: name.Object(), Kind: kind, Temporary: temp, Owner: b.env.User}, old, nil
}

// existing decides what becomes of a name that is taken: an error, or under
// IF NOT EXISTS a notice and nothing to do.
func (b *binder) existing(old *catalog.Relation, ifNotExists bool) (skip bool, err error) {
	if old == nil {
		return false, nil
	}
	if !ifNotExists {
		return false, sqlerr.New(sqlerr.DuplicateTable, `relation %s already exists`, sqlerr.Quote(old.Name))
	}
	b.notice(sqlerr.DuplicateTable, `relation %s already exists, skipping`, sqlerr.Quote(old.Name))
	return true, nil
}

func (b *binder) createTable(n *ast.CreateTable) (*Bound, error) {
	kind, tag := catalog.Table, "CREATE TABLE"
	if n.Foreign {
		kind, tag = catalog.ForeignTable, "CREATE FOREIGN TABLE"
	}
	for _, u := range [...]struct {
		set  bool
		what string
	}{
		{n.OfType != nil, "CREATE TABLE ... OF"},
	} {
		if u.set {
			return nil, b.errAt(n.Pos, sqlerr.FeatureNotSupported, "%s is not supported yet", u.what)
		}
	}
	rel, old, err := b.newRelation(&n.Name, n.Persistence, kind)
	if err != nil {
		return nil, err
	}
	d := &CreateTable{Relation: rel, OnCommit: n.OnCommit}
	if old != nil && n.OrReplace && old.Kind == kind {
		d.Replace = old
	} else if d.Exists, err = b.existing(old, n.IfNotExists); err != nil {
		return nil, err
	}
	if d.Exists {
		return ddlBound(tag, d), nil
	}
	if rel.Options, err = b.options(n.With); err != nil {
		return nil, err
	}
	t := &tableMaker{b: b, rel: rel}
	if err := t.inheritFrom(n.Inherits); err != nil {
		return nil, err
	}
	var parent *catalog.Relation
	if n.PartitionOf != nil {
		if parent, err = t.partitionOf(n.PartitionOf, n.Bound); err != nil {
			return nil, err
		}
	}
	for _, e := range n.Elements {
		if err := t.element(e); err != nil {
			return nil, err
		}
	}
	if err := t.finish(); err != nil {
		return nil, err
	}
	if parent != nil {
		b.inheritKeys(rel, parent)
	}
	if n.PartitionBy != nil {
		if err := b.partitionBy(rel, n.PartitionBy); err != nil {
			return nil, err
		}
	}
	if n.Foreign {
		if err := b.foreign(n, rel); err != nil {
			return nil, err
		}
	}
	d.Made = b.made
	return ddlBound(tag, d), nil
}

// options are the members of WITH (…) or OPTIONS (…) as text by name.
func (b *binder) options(list []ast.Option) (map[string]string, error) {
	if len(list) == 0 {
		return nil, nil
	}
	out := make(map[string]string, len(list))
	for i := range list {
		o := &list[i]
		name := o.Name.Name
		if o.Namespace.Name != "" {
			name = o.Namespace.Name + "." + name
		}
		if _, ok := out[name]; ok {
			return nil, b.errAt(o.Pos, sqlerr.DuplicateObject, `option %s provided more than once`, sqlerr.Quote(name))
		}
		switch o.Kind {
		case ast.OptionNone:
			out[name] = "true"
		case ast.OptionList:
			var words []string
			for _, w := range o.List {
				words = append(words, w.Name)
			}
			out[name] = strings.Join(words, ", ")
		default:
			out[name] = o.Text
		}
	}
	return out, nil
}

// foreign completes a foreign table: its columns come from the files where
// the list is empty.
func (b *binder) foreign(n *ast.CreateTable, rel *catalog.Relation) error {
	if n.Server.Name != "files" {
		return sqlerr.New(sqlerr.UndefinedObject, `server %s does not exist`, sqlerr.Quote(n.Server.Name)).
			WithHint(`Files are read through the built-in server "files".`)
	}
	rel.Server = n.Server.Name
	opts, err := b.options(n.Options)
	if err != nil {
		return err
	}
	path, ok := opts["path"]
	if !ok {
		return sqlerr.New(sqlerr.FDWOptionNameNotFound, `option "path" is required for a foreign table of server "files"`)
	}
	rel.Options = opts
	fn := ""
	if f := opts["format"]; f != "" {
		fn = "read_" + f
	}
	rest := make(map[string]string)
	for k, v := range opts {
		if k != "path" && k != "format" {
			rest[k] = v
		}
	}
	files, src, err := b.files(-1, []string{path}, fn, rest)
	if err != nil {
		return err
	}
	if len(rel.Columns) == 0 {
		rel.Columns = append(rel.Columns, files.Columns...)
		for i := range rel.Columns {
			rel.Columns[i].Attnum = int16(i + 1)
		}
		return nil
	}
	if f, ok := src.(*catalog.Files); ok && f.Format == "csv" {
		return nil // a file without names is read as declared
	}
	for i := range rel.Columns {
		if _, ok := files.Column(rel.Columns[i].Name); !ok {
			return sqlerr.New(sqlerr.FDWColumnNameNotFound, `the files have no column %s`, sqlerr.Quote(rel.Columns[i].Name))
		}
	}
	return nil
}

// tableMaker collects the elements of CREATE TABLE.
type tableMaker struct {
	b       *binder
	rel     *catalog.Relation
	pending []pendingConstraint
	// inherited is how many columns came from parents.
	inherited int
}

type pendingConstraint struct {
	node     *ast.Constraint
	col      int  // the column it was written at, -1: none
	nullable bool // NULL was written at the column before it
}

func (t *tableMaker) element(e ast.TableElement) error {
	switch e := e.(type) {
	case *ast.ColumnDef:
		return t.column(e)
	case *ast.Constraint:
		t.pending = append(t.pending, pendingConstraint{node: e, col: -1})
		return nil
	case *ast.LikeClause:
		return t.like(e)
	}
	return sqlerr.Internal("binder: an element of a table is %T", e)
}

func (t *tableMaker) column(d *ast.ColumnDef) error {
	if d.Type == nil && t.rel.Bound != nil {
		ok, err := t.merged(d, nil)
		if err == nil && !ok {
			err = sqlerr.New(sqlerr.UndefinedColumn, `column %s does not exist`, sqlerr.Quote(d.Name.Name))
		}
		return err
	}
	c, err := t.b.columnDef(d)
	if err != nil {
		return err
	}
	if ok, err := t.merged(d, c); ok || err != nil {
		return err
	}
	if _, ok := t.rel.Column(c.Name); ok {
		return t.b.errAt(-1, sqlerr.DuplicateColumn, `column %s specified more than once`, sqlerr.Quote(c.Name))
	}
	c.Attnum = int16(len(t.rel.Columns) + 1)
	if serial(d.Type) != 0 {
		c.NotNull = true
		if err := t.b.ownSequence(t.rel, c, nil, false); err != nil {
			return err
		}
	}
	t.rel.Columns = append(t.rel.Columns, *c)
	nullable := false
	for _, con := range d.Constraints {
		t.pending = append(t.pending, pendingConstraint{con, len(t.rel.Columns) - 1, nullable})
		nullable = nullable || con.Kind == ast.ConstraintNull
	}
	return nil
}

// columnDef is a column's name and type; constraints come after.
func (b *binder) columnDef(d *ast.ColumnDef) (*catalog.Column, error) {
	if d.Type == nil {
		return nil, b.errAt(d.Pos, sqlerr.SyntaxError, "column %s has no type", sqlerr.Quote(d.Name.Name))
	}
	if oid := serial(d.Type); oid != 0 {
		return &catalog.Column{Name: d.Name.Name, Type: types.New(oid)}, nil
	}
	typ, err := b.typeName(d.Type)
	if err != nil {
		return nil, err
	}
	if f := types.FactsOf(typ.OID); f == nil || f.Pseudo {
		return nil, sqlerr.New(sqlerr.InvalidTableDefinition, `column %s has pseudo-type %s`, sqlerr.Quote(d.Name.Name), types.FormatType(typ.OID, -1))
	}
	if d.Collation != nil {
		if err := b.checkCollation(d.Collation, typ, d.Collation.Pos); err != nil {
			return nil, err
		}
	}
	return &catalog.Column{Name: d.Name.Name, Type: typ}, nil
}

func (t *tableMaker) like(e *ast.LikeClause) error {
	src, err := t.b.findRelation(&e.Source)
	if err != nil {
		return err
	}
	if src == nil {
		return t.b.noRelation(&e.Source)
	}
	with := func(what string) bool {
		on := false
		for _, list := range [...][]ast.Ident{e.Including, e.Excluding} {
			for _, w := range list {
				if w.Name == what || w.Name == "all" {
					on = len(e.Including) > 0 && &list[0] == &e.Including[0]
				}
			}
		}
		return on
	}
	for _, c := range src.Columns {
		if _, ok := t.rel.Column(c.Name); ok {
			return t.b.errAt(-1, sqlerr.DuplicateColumn, `column %s specified more than once`, sqlerr.Quote(c.Name))
		}
		n := catalog.Column{Name: c.Name, Type: c.Type, NotNull: c.NotNull, Attnum: int16(len(t.rel.Columns) + 1)}
		if with("defaults") {
			n.Default = c.Default
		}
		if with("generated") {
			n.Generated = c.Generated
		}
		if with("comments") {
			n.Comment = c.Comment
		}
		t.rel.Columns = append(t.rel.Columns, n)
	}
	if with("constraints") {
		for _, con := range src.Constraints {
			if con.Kind == 'c' {
				con.OID = 0
				t.rel.Constraints = append(t.rel.Constraints, con)
			}
		}
	}
	return nil
}

// finish resolves constraints, when all columns are known.
func (t *tableMaker) finish() error {
	for _, p := range t.pending {
		if err := t.b.constraint(t.rel, p.node, p.col, p.nullable); err != nil {
			return err
		}
	}
	return nil
}

func (b *binder) createTableAs(n *ast.CreateTableAs) (*Bound, error) {
	q, ok := n.Query.(*ast.Query)
	if !ok {
		return nil, b.errAt(n.Query.Span().Pos, sqlerr.FeatureNotSupported, "CREATE TABLE AS EXECUTE is not supported yet")
	}
	return b.tableAs(q, &n.Name, n)
}

// tableAs binds CREATE TABLE AS and SELECT INTO.
func (b *binder) tableAs(q *ast.Query, name *ast.Name, n *ast.CreateTableAs) (*Bound, error) {
	kind, word := catalog.Table, "CREATE TABLE AS"
	if n.Materialized {
		kind, word = catalog.MaterializedView, "CREATE MATERIALIZED VIEW"
		b.stars = make(map[*ast.Star][]*ast.Target)
	}
	params := len(b.params)
	out, err := b.query(q, nil, false)
	stars := b.stars
	b.stars = nil
	if err != nil {
		return nil, err
	}
	if n.Materialized {
		switch {
		case b.writes:
			return nil, sqlerr.New(sqlerr.FeatureNotSupported, "materialized views must not use data-modifying statements in WITH")
		case b.readsTemporary(out.plan):
			return nil, sqlerr.New(sqlerr.FeatureNotSupported, "materialized views must not use temporary tables or views")
		case len(b.params) > params:
			return nil, sqlerr.New(sqlerr.FeatureNotSupported, "materialized views may not be defined using bound parameters")
		}
	}
	rel, old, err := b.newRelation(name, n.Persistence, kind)
	if err != nil {
		return nil, err
	}
	d := &CreateTable{Relation: rel, OnCommit: n.OnCommit, As: true}
	tag := "SELECT"
	if n.NoData {
		tag = word
	}
	if old != nil && n.OrReplace && old.Kind == kind {
		d.Replace = old
	} else if d.Exists, err = b.existing(old, n.IfNotExists); err != nil {
		return nil, err
	}
	if d.Exists {
		return ddlBound(word, d), nil
	}
	if rel.Options, err = b.options(n.With); err != nil {
		return nil, err
	}
	if err := b.columnsOf(rel, out, n.Columns); err != nil {
		return nil, err
	}
	if n.Materialized {
		rel.Definition, rel.Unpopulated = ast.SQL(expandStars(q, stars)), n.NoData
		for _, s := range b.path {
			if s != "pg_temp" {
				rel.SearchPath = append(rel.SearchPath, s)
			}
		}
	}
	if !n.NoData {
		d.Query = out.plan
	}
	return ddlBound(tag, d), nil
}

// columnsOf gives a relation the columns of a query.
func (b *binder) columnsOf(rel *catalog.Relation, q *query, names []ast.Ident) error {
	if len(names) > len(q.cols) {
		if rel.Kind == catalog.ViewRelation {
			return sqlerr.New(sqlerr.SyntaxError, "CREATE VIEW specifies more column names than columns")
		}
		return sqlerr.New(sqlerr.SyntaxError, "too many column names were specified")
	}
	for i, c := range q.cols {
		name := c.name
		if i < len(names) {
			name = names[i].Name
		}
		if _, ok := rel.Column(name); ok {
			return sqlerr.New(sqlerr.DuplicateColumn, `column %s specified more than once`, sqlerr.Quote(name))
		}
		if f := types.FactsOf(c.col.Type.OID); f == nil || f.Pseudo {
			return sqlerr.New(sqlerr.InvalidTableDefinition, `column %s has pseudo-type %s`, sqlerr.Quote(name), types.FormatType(c.col.Type.OID, -1))
		}
		rel.Columns = append(rel.Columns, catalog.Column{Name: name, Type: c.col.Type, Attnum: int16(i + 1)})
	}
	return nil
}

// selectInto is the INTO clause of a query, nil if it has none.
func selectInto(q *ast.Query) *ast.Into {
	var body ast.Body = q
	for {
		switch n := body.(type) {
		case *ast.Query:
			body = n.Body
		case *ast.SetOp:
			body = n.Left
		case *ast.Select:
			return n.Into
		default:
			return nil
		}
	}
}

// selectInto is SELECT … INTO: CREATE TABLE AS.
func (b *binder) selectInto(q *ast.Query, into *ast.Into) (*Bound, error) {
	return b.tableAs(withoutInto(q), &into.Name, &ast.CreateTableAs{Range: q.Range, Persistence: into.Persistence})
}

func withoutInto(q *ast.Query) *ast.Query {
	c := *q
	c.Body = bodyWithoutInto(q.Body)
	return &c
}

func bodyWithoutInto(body ast.Body) ast.Body {
	switch n := body.(type) {
	case *ast.Query:
		return withoutInto(n)
	case *ast.SetOp:
		c := *n
		c.Left = bodyWithoutInto(n.Left)
		return &c
	case *ast.Select:
		c := *n
		c.Into = nil
		return &c
	}
	return body
}
