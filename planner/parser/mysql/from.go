package mysql

import (
	tidb "github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/inlaydb/inlay/planner/ast"
)

func (l *lowering) from(n *tidb.TableRefsClause) []ast.FromItem {
	if n == nil {
		return nil
	}
	return l.commaList(n.TableRefs)
}

// commaList is the members of a FROM that commas part, which TiDB's tree
// holds as cross joins.
func (l *lowering) commaList(n tidb.ResultSetNode) []ast.FromItem {
	j, ok := n.(*tidb.Join)
	if !ok {
		return []ast.FromItem{l.fromItem(n)}
	}
	if j.Right == nil {
		return l.commaList(j.Left)
	}
	if j.Tp == tidb.CrossJoin && j.On == nil && j.Using == nil && !j.NaturalJoin && !j.ExplicitParens {
		return append(l.commaList(j.Left), l.fromItem(j.Right))
	}
	return []ast.FromItem{l.fromItem(n)}
}

func (l *lowering) fromItem(n tidb.ResultSetNode) ast.FromItem {
	switch n := n.(type) {
	case *tidb.TableSource:
		return l.tableSource(n)
	case *tidb.TableName:
		return &ast.Relation{Range: l.rng(n), Name: l.tableName(n)}
	case *tidb.Join:
		return l.join(n)
	}
	l.refuse(n, "this member of FROM")
	return nil
}

func (l *lowering) join(n *tidb.Join) ast.FromItem {
	if n.Right == nil {
		return l.fromItem(n.Left)
	}
	j := &ast.Join{Range: l.rng(n), Natural: n.NaturalJoin, Left: l.fromItem(n.Left), Right: l.fromItem(n.Right)}
	switch n.Tp {
	case tidb.LeftJoin:
		j.Kind = ast.JoinLeft
	case tidb.RightJoin:
		j.Kind = ast.JoinRight
	default:
		if n.On == nil && n.Using == nil && !n.NaturalJoin {
			j.Kind = ast.JoinCross
		}
	}
	if n.On != nil {
		j.On = l.cond(n.On.Expr)
	}
	j.Using = l.columns(n.Using)
	return j
}

func (l *lowering) tableSource(n *tidb.TableSource) ast.FromItem {
	r := l.rng(n)
	var alias *ast.Alias
	if n.AsName.O != "" {
		alias = &ast.Alias{Range: r, Name: l.ident(r, n.AsName), Columns: l.idents(r, n.ColumnNames)}
	}
	switch s := n.Source.(type) {
	case *tidb.TableName:
		if s.TableSample != nil {
			l.refuse(s, "TABLESAMPLE")
		}
		if len(s.PartitionNames) > 0 {
			l.refuse(s, "PARTITION (…)")
		}
		return &ast.Relation{Range: l.rng(s), Name: l.tableName(s), Alias: alias}
	case *tidb.Join:
		j := l.join(s)
		if x, ok := j.(*ast.Join); ok && alias != nil {
			x.Alias = alias
		}
		return j
	case *tidb.SelectStmt, *tidb.SetOprStmt:
		aliases := l.aliases
		l.aliases = nil
		defer func() { l.aliases = aliases }()
		return &ast.SubqueryRef{Range: r, Lateral: n.Lateral, Query: l.query(s), Alias: alias}
	}
	l.refuse(n, "this member of FROM")
	return nil
}
