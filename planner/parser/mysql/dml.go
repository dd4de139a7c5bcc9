package mysql

import (
	tidb "github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/inlaydb/inlay/planner/ast"
)

func (l *lowering) insert(n *tidb.InsertStmt) ast.Statement {
	r := l.whole()
	if n.IsReplace {
		l.refuse(n, "REPLACE")
	}
	s := &ast.Insert{Range: r, Into: l.oneTable(n.Table)}
	for _, c := range n.Columns {
		s.Columns = append(s.Columns, ast.ColumnTarget{Range: r, Name: l.ident(r, c.Name)})
	}
	switch {
	case n.Select != nil:
		s.Source = l.query(n.Select)
	case len(n.Lists) == 1 && len(n.Lists[0]) == 0 && len(n.Columns) == 0: // VALUES (): all defaults
	default:
		v := &ast.Values{Range: r}
		for _, row := range n.Lists {
			v.Rows = append(v.Rows, l.values(row))
		}
		s.Source = &ast.Query{Range: r, Body: v}
	}
	if n.IgnoreErr {
		s.OnConflict = &ast.OnConflict{Range: r}
	}
	if len(n.OnDuplicate) > 0 {
		l.refuse(n.OnDuplicate[0], "ON DUPLICATE KEY UPDATE, which names no key (Postgres's ON CONFLICT does),")
	}
	return s
}

// oneTable is the only table of a statement that changes rows.
func (l *lowering) oneTable(n *tidb.TableRefsClause) *ast.Relation {
	items := l.commaList(n.TableRefs)
	if len(items) == 1 {
		if rel, ok := items[0].(*ast.Relation); ok {
			return rel
		}
	}
	l.refuse(n, "a change of several tables at once")
	return nil
}

func (l *lowering) update(n *tidb.UpdateStmt) ast.Statement {
	r := l.whole()
	if n.Order != nil || n.Limit != nil {
		l.refuse(n, "UPDATE with ORDER BY or LIMIT")
	}
	s := &ast.Update{Range: r, With: l.with(n.With), Table: l.oneTable(n.TableRefs)}
	for _, a := range n.List {
		s.Set = append(s.Set, ast.SetClause{Range: r, Columns: []ast.ColumnTarget{{Range: r, Name: l.ident(r, a.Column.Name)}}, Value: l.value(a.Expr)})
	}
	if n.Where != nil {
		s.Where = l.cond(n.Where)
	}
	return s
}

func (l *lowering) delete(n *tidb.DeleteStmt) ast.Statement {
	r := l.whole()
	if n.IsMultiTable {
		l.refuse(n, "a change of several tables at once")
	}
	if n.Order != nil || n.Limit != nil {
		l.refuse(n, "DELETE with ORDER BY or LIMIT")
	}
	s := &ast.Delete{Range: r, With: l.with(n.With), Table: l.oneTable(n.TableRefs)}
	if n.Where != nil {
		s.Where = l.cond(n.Where)
	}
	return s
}
