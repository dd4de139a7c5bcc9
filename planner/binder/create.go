package binder

import (
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
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
		{n.OfType != nil, "CREATE TABLE ... OF"}, {len(n.Inherits) > 0, "INHERITS"}, {n.PartitionOf != nil, "PARTITION OF"},
		{n.PartitionBy != nil, "PARTITION BY"},
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
	for _, e := range n.Elements {
		if err := t.element(e); err != nil {
			return nil, err
		}
	}
	if err := t.finish(); err != nil {
		return nil, err
	}
	if n.Foreign {
		if err := b.foreign(n, rel); err != nil {
			return nil, err
		}
	}
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
	files, _, err := b.files(-1, []string{path}, fn, rest)
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
	c, err := t.b.columnDef(d)
	if err != nil {
		return err
	}
	if _, ok := t.rel.Column(c.Name); ok {
		return t.b.errAt(-1, sqlerr.DuplicateColumn, `column %s specified more than once`, sqlerr.Quote(c.Name))
	}
	c.Attnum = int16(len(t.rel.Columns) + 1)
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
	if len(d.Type.Name.Parts) == 1 {
		switch d.Type.Name.Object() {
		case "serial", "bigserial", "smallserial", "serial4", "serial8", "serial2":
			return nil, b.errAt(d.Type.Pos, sqlerr.FeatureNotSupported, "%s columns are not supported yet", d.Type.Name.Object())
		}
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

// constraint applies a column's (col ≥ 0) or a table's constraint to rel.
// nullable: the column was declared NULL before.
func (b *binder) constraint(rel *catalog.Relation, c *ast.Constraint, col int, nullable bool) error {
	var column *catalog.Column
	if col >= 0 {
		column = &rel.Columns[col]
	}
	switch c.Kind {
	case ast.ConstraintNotNull:
		if column == nil {
			return b.errAt(c.Pos, sqlerr.FeatureNotSupported, "NOT NULL as a table constraint is not supported yet")
		}
		if nullable {
			return b.errAt(c.Pos, sqlerr.SyntaxError, `conflicting NULL/NOT NULL declarations for column %s of table %s`, sqlerr.Quote(column.Name), sqlerr.Quote(rel.Name))
		}
		column.NotNull = true
	case ast.ConstraintNull:
		if column.NotNull {
			return b.errAt(c.Pos, sqlerr.SyntaxError, `conflicting NULL/NOT NULL declarations for column %s of table %s`, sqlerr.Quote(column.Name), sqlerr.Quote(rel.Name))
		}
	case ast.ConstraintDefault:
		if column.Default != "" {
			return b.errAt(c.Pos, sqlerr.SyntaxError, `multiple default values specified for column %s of table %s`, sqlerr.Quote(column.Name), sqlerr.Quote(rel.Name))
		}
		return b.setDefault(column, c.Expr)
	case ast.ConstraintGenerated:
		if !c.Stored {
			return b.errAt(c.Pos, sqlerr.FeatureNotSupported, "virtual generated columns are not supported yet")
		}
		return b.setGenerated(rel, column, c.Expr)
	case ast.ConstraintIdentity:
		return b.errAt(c.Pos, sqlerr.FeatureNotSupported, "identity columns are not supported yet")
	case ast.ConstraintCheck:
		return b.check(rel, c, column)
	case ast.ConstraintPrimaryKey, ast.ConstraintUnique:
		return b.uniqueKey(rel, c, column)
	case ast.ConstraintForeignKey:
		return b.foreignKey(rel, c, column)
	case ast.ConstraintExclude:
		return b.errAt(c.Pos, sqlerr.FeatureNotSupported, "exclusion constraints are not supported yet")
	}
	return nil
}

func (b *binder) setDefault(col *catalog.Column, e ast.Expr) error {
	s := newScope(nil)
	x, err := b.exprKind(s, e, inDefault)
	if err != nil {
		return err
	}
	if _, ok, err := b.tryCoerceTo(x, col.Type, assignment, loc(e)); err != nil {
		return err
	} else if !ok {
		return sqlerr.New(sqlerr.DatatypeMismatch, `column %s is of type %s but default expression is of type %s`,
			sqlerr.Quote(col.Name), types.FormatType(col.Type.OID, -1), types.FormatType(x.Type().OID, -1)).
			WithHint("You will need to rewrite or cast the expression.")
	}
	col.Default = ast.SQL(e)
	return nil
}

// tableScope is a scope with the columns of a table that is being made.
func (b *binder) tableScope(rel *catalog.Relation) *scope {
	s := newScope(nil)
	it := b.newItem(s, rel.Name, b.scan(rel, nil).Cols, nil)
	s.items = []*item{it}
	return s
}

func (b *binder) setGenerated(rel *catalog.Relation, col *catalog.Column, e ast.Expr) error {
	x, err := b.exprKind(b.tableScope(rel), e, inGenerated)
	if err != nil {
		return err
	}
	if scalar.Volatility(x) != 0 {
		return sqlerr.New(sqlerr.InvalidObjectDefinition, "generation expression is not immutable")
	}
	if _, err := b.assign(x, col, loc(e)); err != nil {
		return err
	}
	col.Generated = ast.SQL(e)
	return nil
}

func (b *binder) check(rel *catalog.Relation, c *ast.Constraint, column *catalog.Column) error {
	x, err := b.exprKind(b.tableScope(rel), c.Expr, inCheck)
	if err != nil {
		return err
	}
	if _, err := b.coerceBool(x, "CHECK", c.Expr); err != nil {
		return err
	}
	name := c.Name.Name
	if name == "" {
		part := ""
		if column != nil {
			part = column.Name
		}
		name = freeName(rel, rel.Name, part, "check")
	}
	con := catalog.Constraint{Name: name, Kind: 'c', Expr: ast.SQL(c.Expr)}
	if err := b.addConstraint(rel, con); err != nil {
		return err
	}
	return nil
}

func (b *binder) addConstraint(rel *catalog.Relation, con catalog.Constraint) error {
	for _, o := range rel.Constraints {
		if o.Name == con.Name {
			return sqlerr.New(sqlerr.DuplicateObject, `constraint %s for relation %s already exists`, sqlerr.Quote(con.Name), sqlerr.Quote(rel.Name))
		}
	}
	rel.Constraints = append(rel.Constraints, con)
	return nil
}

// keyColumns are the attnums of a key's columns.
func (b *binder) keyColumns(rel *catalog.Relation, names []ast.Ident, column *catalog.Column, pos int32, format, kind string) ([]int16, []string, error) {
	if column != nil {
		return []int16{column.Attnum}, []string{column.Name}, nil
	}
	var atts []int16
	var words []string
	for _, n := range names {
		c, ok := rel.Column(n.Name)
		if !ok {
			return nil, nil, b.errAt(pos, sqlerr.UndefinedColumn, format, sqlerr.Quote(n.Name))
		}
		for _, a := range atts {
			if a == c.Attnum {
				return nil, nil, b.errAt(pos, sqlerr.DuplicateColumn, `column %s appears twice in %s constraint`, sqlerr.Quote(n.Name), kind)
			}
		}
		atts, words = append(atts, c.Attnum), append(words, n.Name)
	}
	return atts, words, nil
}

func (b *binder) uniqueKey(rel *catalog.Relation, c *ast.Constraint, column *catalog.Column) error {
	kind := "unique"
	if c.Kind == ast.ConstraintPrimaryKey {
		kind = "primary key"
	}
	atts, words, err := b.keyColumns(rel, c.Columns, column, c.Pos, "column %s named in key does not exist", kind)
	if err != nil {
		return err
	}
	con := catalog.Constraint{Name: c.Name.Name, Kind: 'u', Columns: atts}
	if c.Kind == ast.ConstraintPrimaryKey {
		con.Kind = 'p'
		for _, o := range rel.Constraints {
			if o.Kind == 'p' {
				return b.errAt(c.Pos, sqlerr.InvalidTableDefinition, `multiple primary keys for table %s are not allowed`, sqlerr.Quote(rel.Name))
			}
		}
		for i := range rel.Columns {
			for _, a := range atts {
				if rel.Columns[i].Attnum == a {
					rel.Columns[i].NotNull = true
				}
			}
		}
	}
	if con.Name == "" {
		if con.Kind == 'p' {
			con.Name = freeName(rel, rel.Name, "", "pkey")
		} else {
			con.Name = freeName(rel, rel.Name, strings.Join(words, "_"), "key")
		}
	}
	return b.addConstraint(rel, con)
}

func (b *binder) foreignKey(rel *catalog.Relation, c *ast.Constraint, column *catalog.Column) error {
	ref := rel
	if c.RefTable.Object() != rel.Name || c.RefTable.Schema() != "" && c.RefTable.Schema() != rel.Schema {
		var err error
		if ref, err = b.findRelation(c.RefTable); err != nil {
			return err
		}
		if ref == nil {
			return sqlerr.New(sqlerr.UndefinedTable, `relation %s does not exist`, sqlerr.Quote(nameText(c.RefTable)))
		}
	}
	atts, words, err := b.keyColumns(rel, c.Columns, column, -1, "column %s referenced in foreign key constraint does not exist", "foreign key")
	if err != nil {
		return err
	}
	refAtts, _, err := b.keyColumns(ref, c.RefColumns, nil, -1, "column %s referenced in foreign key constraint does not exist", "foreign key")
	if err != nil {
		return err
	}
	found := false
	for _, o := range ref.Constraints {
		if o.Kind == 'p' && len(c.RefColumns) == 0 {
			refAtts, found = o.Columns, true
		}
		if (o.Kind == 'p' || o.Kind == 'u') && sameSet(o.Columns, refAtts) {
			found = true
		}
	}
	switch {
	case !found && len(c.RefColumns) == 0:
		return sqlerr.New(sqlerr.UndefinedObject, `there is no primary key for referenced table %s`, sqlerr.Quote(ref.Name))
	case !found:
		return sqlerr.New(sqlerr.InvalidForeignKey, `there is no unique constraint matching given keys for referenced table %s`, sqlerr.Quote(ref.Name))
	case len(atts) != len(refAtts):
		return sqlerr.New(sqlerr.InvalidForeignKey, "number of referencing and referenced columns for foreign key disagree")
	}
	con := catalog.Constraint{Name: c.Name.Name, Kind: 'f', Columns: atts, RefRelation: ref.OID, RefColumns: refAtts}
	if con.Name == "" {
		con.Name = freeName(rel, rel.Name, strings.Join(words, "_"), "fkey")
	}
	return b.addConstraint(rel, con)
}

func sameSet(a, c []int16) bool {
	if len(a) != len(c) {
		return false
	}
	for _, x := range a {
		found := false
		for _, y := range c {
			found = found || x == y
		}
		if !found {
			return false
		}
	}
	return true
}

// freeName is the name Postgres gives a constraint: table_columns_kind, with
// a number where that is taken.
func freeName(rel *catalog.Relation, table, part, kind string) string {
	base := table
	if part != "" {
		base += "_" + part
	}
	if over := len(base) + 1 + len(kind) - 63; over > 0 {
		base = base[:len(base)-over]
	}
	name := base + "_" + kind
	for i := 1; ; i++ {
		taken := false
		for _, c := range rel.Constraints {
			taken = taken || c.Name == name
		}
		if !taken {
			return name
		}
		name = base + "_" + kind + strconv.Itoa(i)
	}
}

func (b *binder) createTableAs(n *ast.CreateTableAs) (*Bound, error) {
	if n.Materialized {
		return nil, b.errAt(n.Pos, sqlerr.FeatureNotSupported, "CREATE MATERIALIZED VIEW is not supported yet")
	}
	q, ok := n.Query.(*ast.Query)
	if !ok {
		return nil, b.errAt(n.Query.Span().Pos, sqlerr.FeatureNotSupported, "CREATE TABLE AS EXECUTE is not supported yet")
	}
	return b.tableAs(q, &n.Name, n)
}

// tableAs binds CREATE TABLE AS and SELECT INTO.
func (b *binder) tableAs(q *ast.Query, name *ast.Name, n *ast.CreateTableAs) (*Bound, error) {
	out, err := b.query(q, nil, false)
	if err != nil {
		return nil, err
	}
	rel, old, err := b.newRelation(name, n.Persistence, catalog.Table)
	if err != nil {
		return nil, err
	}
	d := &CreateTable{Relation: rel, OnCommit: n.OnCommit, As: true}
	tag := "SELECT"
	if n.NoData {
		tag = "CREATE TABLE AS"
	}
	if old != nil && n.OrReplace && old.Kind == catalog.Table {
		d.Replace = old
	} else if d.Exists, err = b.existing(old, n.IfNotExists); err != nil {
		return nil, err
	}
	if d.Exists {
		return ddlBound("CREATE TABLE AS", d), nil
	}
	if rel.Options, err = b.options(n.With); err != nil {
		return nil, err
	}
	if err := b.columnsOf(rel, out, n.Columns); err != nil {
		return nil, err
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

func (b *binder) createView(n *ast.CreateView) (*Bound, error) {
	if n.Check != ast.ViewCheckNone {
		return nil, b.errAt(n.Pos, sqlerr.FeatureNotSupported, "WITH CHECK OPTION is not supported on views that cannot be written to")
	}
	if n.Recursive {
		return nil, b.errAt(n.Pos, sqlerr.FeatureNotSupported, "CREATE RECURSIVE VIEW is not supported yet")
	}
	if into := selectInto(n.Query); into != nil {
		return nil, b.errAt(-1, sqlerr.FeatureNotSupported, "views must not contain SELECT INTO")
	}
	params := len(b.params)
	b.stars = make(map[*ast.Star][]*ast.Target)
	out, err := b.query(n.Query, nil, false)
	stars := b.stars
	b.stars = nil
	if err != nil {
		return nil, err
	}
	if len(b.params) > params {
		return nil, sqlerr.New(sqlerr.FeatureNotSupported, "views must not contain parameters")
	}
	p := n.Persistence
	if p != ast.Temporary && n.Name.Schema() == "" && b.readsTemporary(out.plan) {
		p = ast.Temporary
		b.notice(sqlerr.SuccessfulCompletion, `view %s will be a temporary view`, sqlerr.Quote(n.Name.Object()))
	}
	rel, old, err := b.newRelation(&n.Name, p, catalog.ViewRelation)
	if err != nil {
		return nil, err
	}
	if rel.Options, err = b.options(n.With); err != nil {
		return nil, err
	}
	if err := b.columnsOf(rel, out, n.Columns); err != nil {
		return nil, err
	}
	for i := range rel.Columns {
		if rel.Columns[i].Type.Typmod < 0 {
			rel.Columns[i].Type = types.New(rel.Columns[i].Type.OID)
		}
	}
	rel.Definition = ast.SQL(expandStars(n.Query, stars))
	for _, s := range b.path {
		if s != "pg_temp" || p == ast.Temporary {
			rel.SearchPath = append(rel.SearchPath, s)
		}
	}
	d := &CreateView{Relation: rel}
	switch {
	case old != nil && n.OrReplace:
		if err := b.replaceable(old, rel); err != nil {
			return nil, err
		}
		d.Old = old
		rel.OID, rel.Comment, rel.Owner = old.OID, old.Comment, old.Owner
	default:
		if d.Exists, err = b.existing(old, n.IfNotExists); err != nil {
			return nil, err
		}
	}
	return ddlBound("CREATE VIEW", d), nil
}

// readsTemporary says whether a plan reads a temporary relation.
func (b *binder) readsTemporary(n logical.Node) bool {
	found := false
	logical.Walk(n, func(n logical.Node) bool {
		if s, ok := n.(*logical.Scan); ok && s.Rel.Temporary {
			found = true
		}
		return !found
	})
	return found
}

// replaceable checks that a view's new columns go on from its old ones.
func (b *binder) replaceable(old, rel *catalog.Relation) error {
	if old.Kind != catalog.ViewRelation {
		return sqlerr.New(sqlerr.WrongObjectType, `%s is not a view`, sqlerr.Quote(old.Name))
	}
	if len(rel.Columns) < len(old.Columns) {
		return sqlerr.New(sqlerr.InvalidTableDefinition, "cannot drop columns from view")
	}
	for i := range old.Columns {
		o, n := &old.Columns[i], &rel.Columns[i]
		if o.Name != n.Name {
			return sqlerr.New(sqlerr.InvalidTableDefinition, `cannot change name of view column %s to %s`, sqlerr.Quote(o.Name), sqlerr.Quote(n.Name)).
				WithHint("Use ALTER VIEW ... RENAME COLUMN ... to change name of view column instead.")
		}
		if !o.Type.Same(n.Type) {
			return sqlerr.New(sqlerr.InvalidTableDefinition, `cannot change data type of view column %s from %s to %s`, sqlerr.Quote(o.Name), o.Type, n.Type)
		}
	}
	return nil
}
