package mysql

import (
	tidb "github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/inlaydb/inlay/planner/ast"
)

func (l *lowering) createTable(n *tidb.CreateTableStmt) ast.Statement {
	r := l.whole()
	persistence := ast.Permanent
	if n.TemporaryKeyword != tidb.TemporaryNone {
		persistence = ast.Temporary
	}
	if n.Partition != nil {
		l.refuse(n, "PARTITION BY")
	}
	if n.Select != nil {
		if len(n.Cols) > 0 {
			l.refuse(n, "CREATE TABLE with columns and a query")
		}
		return &ast.CreateTableAs{Range: r, Persistence: persistence, IfNotExists: n.IfNotExists, Name: l.tableName(n.Table), Query: l.query(n.Select)}
	}
	t := &ast.CreateTable{Range: r, Persistence: persistence, IfNotExists: n.IfNotExists, Name: l.tableName(n.Table)}
	if n.ReferTable != nil {
		all := ast.Ident{Range: r, Name: "all"}
		t.Elements = []ast.TableElement{&ast.LikeClause{Range: r, Source: l.tableName(n.ReferTable), Including: []ast.Ident{all}}}
		return t
	}
	for _, c := range n.Cols {
		t.Elements = append(t.Elements, l.columnDef(c))
	}
	for _, c := range n.Constraints {
		if k := l.constraint(c); k != nil {
			t.Elements = append(t.Elements, k)
		}
	}
	return t
}

// columnDef lowers a column. Comments, collations and storage have no
// counterpart and go.
func (l *lowering) columnDef(n *tidb.ColumnDef) *ast.ColumnDef {
	r := l.rng(n)
	c := &ast.ColumnDef{Range: r, Name: l.ident(r, n.Name.Name), Type: l.fieldType(r, n.Tp)}
	add := func(k *ast.Constraint) { k.Range = r; c.Constraints = append(c.Constraints, k) }
	for _, o := range n.Options {
		switch o.Tp {
		case tidb.ColumnOptionPrimaryKey:
			add(&ast.Constraint{Kind: ast.ConstraintPrimaryKey})
		case tidb.ColumnOptionNotNull:
			add(&ast.Constraint{Kind: ast.ConstraintNotNull})
		case tidb.ColumnOptionNull:
			add(&ast.Constraint{Kind: ast.ConstraintNull})
		case tidb.ColumnOptionUniqKey:
			add(&ast.Constraint{Kind: ast.ConstraintUnique})
		case tidb.ColumnOptionAutoIncrement:
			add(&ast.Constraint{Kind: ast.ConstraintIdentity})
		case tidb.ColumnOptionDefaultValue:
			add(&ast.Constraint{Kind: ast.ConstraintDefault, Expr: l.value(o.Expr)})
		case tidb.ColumnOptionGenerated:
			add(&ast.Constraint{Kind: ast.ConstraintGenerated, Expr: l.value(o.Expr), Always: true, Stored: true})
		case tidb.ColumnOptionCheck:
			add(&ast.Constraint{Kind: ast.ConstraintCheck, Name: l.constraintName(r, o.ConstraintName), Expr: l.cond(o.Expr), NotEnforced: !o.Enforced})
		case tidb.ColumnOptionReference:
			add(l.reference(r, o.Refer))
		case tidb.ColumnOptionOnUpdate, tidb.ColumnOptionAutoRandom, tidb.ColumnOptionFulltext:
			l.refuse(n, "this column option")
		}
	}
	return c
}

func (l *lowering) constraintName(r ast.Range, s string) ast.Ident {
	if s == "" {
		return ast.Ident{}
	}
	return l.word(r, s)
}

// constraint lowers a table's constraint; nil for a plain index, which
// nothing here needs.
func (l *lowering) constraint(n *tidb.Constraint) *ast.Constraint {
	r := l.rng(n)
	c := &ast.Constraint{Range: r, Name: l.constraintName(r, n.Name)}
	for _, k := range n.Keys {
		if k.Column == nil {
			l.refuse(n, "a key over an expression")
		}
		c.Columns = append(c.Columns, l.ident(r, k.Column.Name))
	}
	switch n.Tp {
	case tidb.ConstraintPrimaryKey:
		c.Kind, c.Name = ast.ConstraintPrimaryKey, ast.Ident{}
	case tidb.ConstraintUniq, tidb.ConstraintUniqKey, tidb.ConstraintUniqIndex:
		c.Kind = ast.ConstraintUnique
	case tidb.ConstraintForeignKey:
		k := l.reference(r, n.Refer)
		k.Name, k.Columns = c.Name, c.Columns
		return k
	case tidb.ConstraintCheck:
		c.Kind, c.Expr, c.NotEnforced = ast.ConstraintCheck, l.cond(n.Expr), !n.Enforced
	case tidb.ConstraintKey, tidb.ConstraintIndex:
		return nil
	default:
		l.refuse(n, "this constraint")
	}
	return c
}

func (l *lowering) reference(r ast.Range, n *tidb.ReferenceDef) *ast.Constraint {
	t := l.tableName(n.Table)
	k := &ast.Constraint{Range: r, Kind: ast.ConstraintForeignKey, RefTable: &t}
	for _, p := range n.IndexPartSpecifications {
		k.RefColumns = append(k.RefColumns, l.ident(r, p.Column.Name))
	}
	actions := map[tidb.ReferOptionType]ast.FKAction{
		tidb.ReferOptionRestrict: ast.FKRestrict, tidb.ReferOptionCascade: ast.FKCascade,
		tidb.ReferOptionSetNull: ast.FKSetNull, tidb.ReferOptionSetDefault: ast.FKSetDefault,
	}
	if n.OnDelete != nil {
		k.OnDelete = actions[n.OnDelete.ReferOpt]
	}
	if n.OnUpdate != nil {
		k.OnUpdate = actions[n.OnUpdate.ReferOpt]
	}
	return k
}

func (l *lowering) createIndex(n *tidb.CreateIndexStmt) ast.Statement {
	r := l.whole()
	x := &ast.CreateIndex{Range: r, Unique: n.KeyType == tidb.IndexKeyTypeUnique, IfNotExists: n.IfNotExists,
		Name: l.word(r, n.IndexName), Table: &ast.Relation{Range: r, Name: l.tableName(n.Table)}}
	for _, p := range n.IndexPartSpecifications {
		e := ast.IndexElement{Range: r}
		if p.Column != nil {
			e.Name = l.ident(r, p.Column.Name)
		} else {
			e.X = l.value(p.Expr)
		}
		if p.Desc {
			e.Direction = ast.SortDesc
		}
		x.Elements = append(x.Elements, e)
	}
	return x
}

func (l *lowering) alterTable(n *tidb.AlterTableStmt) ast.Statement {
	r := l.whole()
	if len(n.Specs) == 1 {
		s := n.Specs[0]
		switch s.Tp {
		case tidb.AlterTableRenameTable:
			return &ast.Rename{Range: r, Kind: ast.ObjectTable, Name: l.tableName(n.Table), To: l.ident(r, s.NewTable.Name)}
		case tidb.AlterTableRenameColumn:
			return &ast.Rename{Range: r, Kind: ast.ObjectTable, Name: l.tableName(n.Table), Part: ast.ObjectColumn, From: l.ident(r, s.OldColumnName.Name), To: l.ident(r, s.NewColumnName.Name)}
		}
	}
	a := &ast.AlterTable{Range: r, Table: &ast.Relation{Range: r, Name: l.tableName(n.Table)}}
	for _, s := range n.Specs {
		switch s.Tp {
		case tidb.AlterTableAddColumns:
			for _, c := range s.NewColumns {
				a.Commands = append(a.Commands, ast.AlterCommand{Range: r, Action: ast.AlterAddColumn, Column: l.columnDef(c), IfNotExists: s.IfNotExists})
			}
		case tidb.AlterTableDropColumn:
			a.Commands = append(a.Commands, ast.AlterCommand{Range: r, Action: ast.AlterDropColumn, Name: l.ident(r, s.OldColumnName.Name), IfExists: s.IfExists})
		case tidb.AlterTableModifyColumn:
			c := s.NewColumns[0]
			a.Commands = append(a.Commands, ast.AlterCommand{Range: r, Action: ast.AlterColumnType, Name: l.ident(r, c.Name.Name), Type: l.fieldType(r, c.Tp)})
		case tidb.AlterTableAddConstraint:
			if k := l.constraint(s.Constraint); k != nil {
				a.Commands = append(a.Commands, ast.AlterCommand{Range: r, Action: ast.AlterAddConstraint, Constraint: k})
			}
		default:
			l.refuse(n, "this form of ALTER TABLE")
		}
	}
	return a
}
