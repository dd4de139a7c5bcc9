package binder

import (
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/scalar"
)

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
		return b.identity(rel, column, c)
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
	if x.Type().OID == types.UnknownOID { // the literal's text, without the column's modifier
		if x, _, err = b.tryCoerceTo(x, types.New(col.Type.OID), assignment, loc(e)); err != nil {
			return err
		}
	}
	col.Default = b.storedText(x, e, nil)
	return nil
}

// identity makes a column GENERATED … AS IDENTITY.
func (b *binder) identity(rel *catalog.Relation, col *catalog.Column, c *ast.Constraint) error {
	switch {
	case col.Identity != 0:
		return b.errAt(c.Pos, sqlerr.SyntaxError, `multiple identity specifications for column %s of table %s`, sqlerr.Quote(col.Name), sqlerr.Quote(rel.Name))
	case col.Default != "":
		return b.errAt(c.Pos, sqlerr.SyntaxError, `both default and identity specified for column %s of table %s`, sqlerr.Quote(col.Name), sqlerr.Quote(rel.Name))
	}
	switch col.Type.OID {
	case types.Int2OID, types.Int4OID, types.Int8OID:
	default:
		return sqlerr.New(sqlerr.InvalidParameterValue, "identity column type must be smallint, integer, or bigint")
	}
	col.Identity, col.NotNull = 'd', true
	if c.Always {
		col.Identity = 'a'
	}
	return b.ownSequence(rel, col, c.Sequence, true)
}

// tableScope is a scope with the columns of a table that is being made.
func (b *binder) tableScope(rel *catalog.Relation) *scope {
	s := newScope(nil)
	it := b.newItem(s, rel.Name, b.scan(rel, nil).Cols, nil)
	s.items = []*item{it}
	return s
}

func (b *binder) setGenerated(rel *catalog.Relation, col *catalog.Column, e ast.Expr) error {
	s := b.tableScope(rel)
	x, err := b.exprKind(s, e, inGenerated)
	if err != nil {
		return err
	}
	if scalar.Volatility(x) != 0 {
		return sqlerr.New(sqlerr.InvalidObjectDefinition, "generation expression is not immutable")
	}
	if _, err := b.assign(x, col, loc(e)); err != nil {
		return err
	}
	col.Generated = b.storedText(x, e, scopeNames(s))
	return nil
}

func (b *binder) check(rel *catalog.Relation, c *ast.Constraint, column *catalog.Column) error {
	s := b.tableScope(rel)
	x, err := b.exprKind(s, c.Expr, inCheck)
	if err != nil {
		return err
	}
	if x, err = b.coerceBool(x, "CHECK", c.Expr); err != nil {
		return err
	}
	name := c.Name.Name
	if name == "" {
		part := ""
		if column != nil {
			part = column.Name
		} else { // the one column that it reads
			read, names, n := scalar.Columns(x), scopeNames(s), 0
			read.Each(func(id scalar.ColumnID) { n, part = n+1, names[id] })
			if n != 1 {
				part = ""
			}
		}
		name = b.freeName(rel, rel.Name, part, "check")
	}
	con := catalog.Constraint{Name: name, Kind: 'c', Expr: b.storedText(x, c.Expr, scopeNames(s)), NotValid: c.NotValid, NoInherit: c.NoInherit}
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
			con.Name = b.freeName(rel, rel.Name, "", "pkey")
		} else {
			con.Name = b.freeName(rel, rel.Name, strings.Join(words, "_"), "key")
		}
	}
	con.Deferrable, con.Deferred = c.Deferrable || c.InitiallyDeferred, c.InitiallyDeferred
	if err := b.addConstraint(rel, con); err != nil {
		return err
	}
	if _, taken := b.env.View.Relation(rel.Schema, con.Name); taken {
		return sqlerr.New(sqlerr.DuplicateTable, `relation %s already exists`, sqlerr.Quote(con.Name))
	}
	include, _, err := b.keyColumns(rel, c.Include, nil, c.Pos, "column %s named in key does not exist", kind)
	if err != nil {
		return err
	}
	b.made = append(b.made, b.constraintIndex(rel, &con, c.NullsNotDistinct, include))
	return nil
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
	if ref.Partition != nil {
		return b.errAt(c.Pos, sqlerr.FeatureNotSupported, "foreign keys to partitioned tables are not supported yet")
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
	for i := range atts {
		x, y := rel.Columns[rel.ColumnByAttnum(atts[i])], ref.Columns[ref.ColumnByAttnum(refAtts[i])]
		if !comparableKeys(x.Type, y.Type) {
			return sqlerr.New(sqlerr.DatatypeMismatch, `foreign key constraint %s cannot be implemented`, sqlerr.Quote(b.fkName(rel, c, words))).
				WithDetail("Key columns %s and %s are of incompatible types: %s and %s.", sqlerr.Quote(x.Name), sqlerr.Quote(y.Name),
					types.FormatType(x.Type.OID, x.Type.Typmod), types.FormatType(y.Type.OID, y.Type.Typmod))
		}
	}
	if rel.Temporary != ref.Temporary {
		if ref.Temporary {
			return sqlerr.New(sqlerr.InvalidTableDefinition, "constraints on permanent tables may reference only permanent tables")
		}
		return sqlerr.New(sqlerr.InvalidTableDefinition, "constraints on temporary tables may reference only temporary tables")
	}
	con := catalog.Constraint{Name: c.Name.Name, Kind: 'f', Columns: atts, RefRelation: ref.OID, RefColumns: refAtts,
		OnDelete: fkActions[c.OnDelete], OnUpdate: fkActions[c.OnUpdate], MatchFull: c.Match == ast.FKMatchFull,
		Deferrable: c.Deferrable || c.InitiallyDeferred, Deferred: c.InitiallyDeferred, NotValid: c.NotValid}
	if c.Match == ast.FKMatchPartial {
		return b.errAt(-1, sqlerr.FeatureNotSupported, "MATCH PARTIAL not yet implemented")
	}
	for _, s := range c.OnDeleteColumns {
		at, _, err := b.keyColumns(rel, []ast.Ident{s}, nil, -1, "column %s referenced in foreign key constraint does not exist", "foreign key")
		if err != nil {
			return err
		}
		con.SetColumns = append(con.SetColumns, at...)
	}
	if con.Name == "" {
		con.Name = b.freeName(rel, rel.Name, strings.Join(words, "_"), "fkey")
	}
	return b.addConstraint(rel, con)
}

var fkActions = [...]byte{ast.FKNoAction: 'a', ast.FKRestrict: 'r', ast.FKCascade: 'c', ast.FKSetNull: 'n', ast.FKSetDefault: 'd'}

func (b *binder) fkName(rel *catalog.Relation, c *ast.Constraint, words []string) string {
	if c.Name.Name != "" {
		return c.Name.Name
	}
	return b.freeName(rel, rel.Name, strings.Join(words, "_"), "fkey")
}

// comparableKeys says whether a foreign key may go between columns of two
// types: values of one are found among those of the other.
func comparableKeys(a, c types.Type) bool {
	class := func(t types.Type) int {
		switch t.OID {
		case types.Int2OID, types.Int4OID, types.Int8OID:
			return 1
		case types.TextOID, types.VarcharOID:
			return 2
		}
		return 0
	}
	if k := class(a); k != 0 || class(c) != 0 {
		return k == class(c)
	}
	return a.OID == c.OID && a.Kind() == c.Kind() && a.Scale == c.Scale
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
func (b *binder) freeName(rel *catalog.Relation, table, part, kind string) string {
	named := func(kind string) string {
		t, p := table, part
		over := len(t) + 1 + len(kind) - 63
		if p != "" {
			over += len(p) + 1
		}
		for ; over > 0; over-- { // the longer of the two gives way
			if len(t) > len(p) {
				t = t[:len(t)-1]
			} else {
				p = p[:len(p)-1]
			}
		}
		if p != "" {
			t += "_" + p
		}
		return t + "_" + kind
	}
	name := named(kind)
	for i := 1; ; i++ {
		taken := false
		for _, c := range rel.Constraints {
			taken = taken || c.Name == name
		}
		for _, r := range b.made {
			taken = taken || r.Name == name
		}
		if kind != "check" && kind != "fkey" { // the name of a relation too
			_, there := b.env.View.Relation(rel.Schema, name)
			taken = taken || there
		}
		if !taken {
			return name
		}
		name = named(kind + strconv.Itoa(i))
	}
}
