package mysql

import (
	"strings"

	tidb "github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/inlaydb/inlay/planner/ast"
	postgres "github.com/inlaydb/inlay/planner/parser"
)

// statement lowers a whole command.
func (l *lowering) statement(n tidb.StmtNode) ast.Statement {
	r := l.whole()
	switch n := n.(type) {
	case *tidb.SelectStmt, *tidb.SetOprStmt:
		q := l.query(n)
		q.Range = r
		return q
	case *tidb.InsertStmt:
		return l.insert(n)
	case *tidb.UpdateStmt:
		return l.update(n)
	case *tidb.DeleteStmt:
		return l.delete(n)
	case *tidb.CreateTableStmt:
		return l.createTable(n)
	case *tidb.CreateViewStmt:
		return &ast.CreateView{Range: r, OrReplace: n.OrReplace, Name: l.tableName(n.ViewName), Columns: l.idents(r, n.Cols), Query: l.query(n.Select)}
	case *tidb.CreateIndexStmt:
		return l.createIndex(n)
	case *tidb.DropTableStmt:
		d := &ast.Drop{Range: r, IfExists: n.IfExists}
		if n.IsView {
			d.Kind = ast.ObjectView
		}
		for _, t := range n.Tables {
			d.Names = append(d.Names, l.tableName(t))
		}
		return d
	case *tidb.DropIndexStmt:
		return &ast.Drop{Range: r, Kind: ast.ObjectIndex, IfExists: n.IfExists, Names: []ast.Name{{Range: r, Parts: []ast.Ident{l.word(r, n.IndexName)}}}}
	case *tidb.TruncateTableStmt:
		return &ast.Truncate{Range: r, Tables: []*ast.Relation{{Range: r, Name: l.tableName(n.Table)}}, RestartIdentity: true}
	case *tidb.RenameTableStmt:
		if len(n.TableToTables) > 1 {
			l.refuse(n, "RENAME of several tables")
		}
		t := n.TableToTables[0]
		return &ast.Rename{Range: r, Kind: ast.ObjectTable, Name: l.tableName(t.OldTable), To: l.ident(r, t.NewTable.Name)}
	case *tidb.AlterTableStmt:
		return l.alterTable(n)
	case *tidb.CreateDatabaseStmt: // MySQL's database is a schema
		return &ast.CreateSchema{Range: r, IfNotExists: n.IfNotExists, Name: l.ident(r, n.Name)}
	case *tidb.DropDatabaseStmt:
		return &ast.Drop{Range: r, Kind: ast.ObjectSchema, IfExists: n.IfExists, Names: []ast.Name{{Range: r, Parts: []ast.Ident{l.ident(r, n.Name)}}}, Cascade: true}
	case *tidb.UseStmt:
		return &ast.Set{Range: r, Name: ast.Ident{Range: r, Name: "search_path"}, Values: []ast.Expr{str(r, l.word(r, n.DBName).Name)}}
	case *tidb.BeginStmt:
		return &ast.Transaction{Range: r, Kind: ast.TransactionBegin, Modes: modes(n)}
	case *tidb.CommitStmt:
		return &ast.Transaction{Range: r, Kind: ast.TransactionCommit}
	case *tidb.RollbackStmt:
		if n.SavepointName != "" {
			return &ast.Transaction{Range: r, Kind: ast.TransactionRollbackTo, Name: l.word(r, n.SavepointName)}
		}
		return &ast.Transaction{Range: r, Kind: ast.TransactionRollback}
	case *tidb.SavepointStmt:
		return &ast.Transaction{Range: r, Kind: ast.TransactionSavepoint, Name: l.word(r, n.Name)}
	case *tidb.ReleaseSavepointStmt:
		return &ast.Transaction{Range: r, Kind: ast.TransactionRelease, Name: l.word(r, n.Name)}
	case *tidb.ExplainStmt:
		return l.explain(n)
	case *tidb.ShowStmt:
		return l.show(n)
	case *tidb.SetStmt:
		return l.set(n)
	case *tidb.AnalyzeTableStmt:
		v := &ast.Vacuum{Range: r, Analyze: true}
		for _, t := range n.TableNames {
			v.Targets = append(v.Targets, ast.VacuumTarget{Range: r, Table: &ast.Relation{Range: r, Name: l.tableName(t)}})
		}
		return v
	}
	l.refuse(n, "this statement")
	return nil
}

func modes(n *tidb.BeginStmt) ast.TransactionModes {
	if !n.ReadOnly {
		return ast.TransactionModes{}
	}
	yes := true
	return ast.TransactionModes{ReadOnly: &yes}
}

func (l *lowering) explain(n *tidb.ExplainStmt) ast.Statement {
	r := l.whole()
	if s, ok := n.Stmt.(*tidb.ShowStmt); ok { // DESCRIBE t
		return l.show(s)
	}
	if n.Stmt == nil {
		l.refuse(n, "EXPLAIN of this")
	}
	e := &ast.Explain{Range: r, Stmt: l.statement(n.Stmt)}
	if n.Analyze {
		e.Options = append(e.Options, ast.Option{Range: r, Name: ast.Ident{Range: r, Name: "analyze"}})
	}
	if strings.EqualFold(n.Format, "json") {
		e.Options = append(e.Options, ast.Option{Range: r, Name: ast.Ident{Range: r, Name: "format"}, Kind: ast.OptionWord, Text: "json"})
	}
	return e
}

// set lowers SET of variables: those that drivers of MySQL set and that have
// no counterpart are let be, any other name is a setting's.
func (l *lowering) set(n *tidb.SetStmt) ast.Statement {
	r := l.whole()
	if len(n.Variables) != 1 {
		for _, v := range n.Variables {
			if !harmless[strings.ToLower(v.Name)] {
				l.refuse(n, "SET of several variables")
			}
		}
		return l.postgres("SELECT 1 WHERE false")
	}
	v := n.Variables[0]
	if strings.EqualFold(v.Name, "time_zone") {
		v.Name = "timezone"
	}
	switch low := strings.ToLower(v.Name); {
	case v.Name == tidb.SetNames || v.Name == tidb.SetCharset:
		return &ast.Set{Range: r, Name: ast.Ident{Range: r, Name: "client_encoding"}, Values: []ast.Expr{str(r, "UTF8")}}
	case !v.IsSystem:
		l.refuse(n, "a user variable")
	case harmless[low]:
		return l.postgres("SELECT 1 WHERE false")
	case v.Value == nil:
		return &ast.Set{Range: r, Kind: ast.SetDefault, Name: ast.Ident{Range: r, Name: low}}
	default:
		x := l.value(v.Value)
		switch c := x.(type) {
		case *ast.Const:
			return &ast.Set{Range: r, Name: ast.Ident{Range: r, Name: low}, Values: []ast.Expr{c}}
		case *ast.ColumnRef: // a bare word
			return &ast.Set{Range: r, Name: ast.Ident{Range: r, Name: low}, Values: []ast.Expr{str(r, c.Parts[len(c.Parts)-1].Name)}}
		}
		l.refuse(n, "SET to an expression")
	}
	return nil
}

var harmless = map[string]bool{
	"autocommit": true, "sql_mode": true, "sql_safe_updates": true, "foreign_key_checks": true, "unique_checks": true, "wait_timeout": true,
	"net_write_timeout": true, "character_set_results": true, "sql_notes": true, "group_concat_max_len": true, "sql_auto_is_null": true,
}

// show lowers SHOW to queries of the catalog.
func (l *lowering) show(n *tidb.ShowStmt) ast.Statement {
	schema := "current_schema()"
	if n.DBName != "" {
		schema = quote(l.word(l.whole(), n.DBName).Name)
	}
	like := func(column string) string {
		if n.Pattern == nil {
			return ""
		}
		c, ok := l.value(n.Pattern.Pattern).(*ast.Const)
		if !ok {
			l.refuse(n.Pattern, "SHOW … LIKE of an expression")
		}
		return " AND " + column + " LIKE " + quote(c.Text)
	}
	switch n.Tp {
	case tidb.ShowTables:
		kind := ""
		if n.Full {
			kind = `, CASE table_type WHEN 'VIEW' THEN 'VIEW' ELSE 'BASE TABLE' END AS "Table_type"`
		}
		return l.postgres(`SELECT table_name AS "Tables"` + kind + ` FROM information_schema.tables WHERE table_schema = ` + schema + like("table_name") + ` ORDER BY 1`)
	case tidb.ShowDatabases:
		return l.postgres(`SELECT nspname AS "Database" FROM pg_catalog.pg_namespace WHERE nspname NOT LIKE 'pg\_t%'` + like("nspname") + ` ORDER BY 1`)
	case tidb.ShowColumns:
		t := l.tableName(n.Table)
		name := quoteIdents(t)
		return l.postgres(`SELECT a.attname AS "Field", pg_catalog.format_type(a.atttypid, a.atttypmod) AS "Type", CASE WHEN a.attnotnull THEN 'NO' ELSE 'YES' END AS "Null",
			CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)) THEN 'PRI' ELSE '' END AS "Key",
			pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS "Default", CASE WHEN a.attidentity <> '' THEN 'auto_increment' ELSE '' END AS "Extra"
			FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
			WHERE a.attrelid = ` + quote(name) + `::regclass AND a.attnum > 0 AND NOT a.attisdropped` + like("a.attname") + ` ORDER BY a.attnum`)
	case tidb.ShowVariables:
		return l.postgres(`SELECT name AS "Variable_name", setting AS "Value" FROM pg_catalog.pg_settings WHERE true` + like("name") + ` ORDER BY 1`)
	case tidb.ShowWarnings, tidb.ShowErrors:
		return l.postgres(`SELECT ''::text AS "Level", 0 AS "Code", ''::text AS "Message" WHERE false`)
	case tidb.ShowProcessList:
		return l.postgres(`SELECT pid AS "Id", usename AS "User", client_addr::text AS "Host", datname AS "db", state AS "Command", query AS "Info" FROM pg_catalog.pg_stat_activity`)
	}
	l.refuse(n, "this SHOW")
	return nil
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func quoteIdents(n ast.Name) string {
	var parts []string
	for _, p := range n.Parts {
		parts = append(parts, `"`+strings.ReplaceAll(p.Name, `"`, `""`)+`"`)
	}
	return strings.Join(parts, ".")
}

// postgres reads a statement that stands for one of MySQL's. Its ranges mean
// nothing in the text that was given, so it is set where the statement is.
func (l *lowering) postgres(sql string) ast.Statement {
	stmts, err := postgres.Parse(sql)
	if err != nil || len(stmts) != 1 {
		panic("planner/parser/mysql: bad statement: " + sql)
	}
	return stmts[0]
}
