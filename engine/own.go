package engine

import (
	"context"
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
)

var textType = types.New(types.TextOID)

// sessionFields says whether a statement is one that the session carries out
// itself, without a plan, and which columns it gives.
func (s *Session) sessionFields(ctx context.Context, st Statement) (fields []Field, own bool, err error) {
	switch a := st.AST.(type) {
	case *ast.Set, *ast.SetTransaction, *ast.SetConstraints, *ast.Transaction, *ast.Prepare, *ast.Deallocate,
		*ast.DeclareCursor, *ast.ClosePortal, *ast.Discard, *ast.Listen, *ast.Unlisten, *ast.Notify, *ast.Lock,
		*ast.Vacuum, *ast.Checkpoint, *ast.Load, *ast.Do, *ast.Call, *ast.Cluster, *ast.Reindex, *ast.Raw, *ast.Copy:
		return nil, true, nil
	case *ast.Show:
		if a.All {
			return []Field{fieldOf("name", textType), fieldOf("setting", textType), fieldOf("description", textType)}, true, nil
		}
		name := a.Name.Name
		if d, ok := settingsByName[strings.ToLower(name)]; ok {
			name = d.name
		} else if _, ok := s.vars.get(name); !ok {
			return nil, true, unknownSetting(name)
		}
		return []Field{fieldOf(name, textType)}, true, nil
	case *ast.Execute:
		p, ok := s.prepared[a.Name.Name]
		if !ok {
			return nil, true, sqlerr.New(sqlerr.InvalidSQLStatementName, "prepared statement %s does not exist", sqlerr.Quote(a.Name.Name))
		}
		return p.fields, true, nil
	case *ast.Fetch:
		if a.Move {
			return nil, true, nil
		}
		c, ok := s.cursors[a.Cursor.Name]
		if !ok {
			return nil, true, noCursor(a.Cursor.Name)
		}
		return c.Fields(), true, nil
	}
	return nil, false, nil
}

func noCursor(name string) error {
	return sqlerr.New(sqlerr.InvalidCursorName, "cursor %s does not exist", sqlerr.Quote(name))
}

// runOwn carries out a statement of the session's own.
func (s *Session) runOwn(ctx context.Context, p *Portal) (err error) {
	switch a := p.prepared.stmt.AST.(type) {
	case *ast.Transaction:
		p.tag, err = s.transactionStatement(ctx, a)
		return err
	case *ast.Set:
		p.tag = "SET"
		if a.Kind == ast.SetReset || a.Kind == ast.SetResetAll {
			p.tag = "RESET"
		}
		return s.set(a)
	case *ast.SetTransaction:
		p.tag = "SET"
		return s.setTransaction(a)
	case *ast.SetConstraints:
		p.tag = "SET CONSTRAINTS"
		return s.setConstraints(ctx, a)
	case *ast.Show:
		p.tag = "SHOW"
		return s.show(p, a)
	case *ast.Prepare:
		p.tag = "PREPARE"
		return s.prepareSQL(ctx, p.prepared.stmt.Text, a)
	case *ast.Execute:
		return s.executeSQL(ctx, p, a)
	case *ast.Deallocate:
		return s.deallocate(p, a)
	case *ast.DeclareCursor:
		p.tag = "DECLARE CURSOR"
		return s.declare(ctx, p, a)
	case *ast.Fetch:
		return s.fetch(ctx, p, a)
	case *ast.ClosePortal:
		return s.closeCursor(p, a)
	case *ast.Discard:
		return s.discard(ctx, p, a)
	case *ast.Listen, *ast.Unlisten, *ast.Notify:
		p.tag, err = s.listen(a)
		return err
	case *ast.Lock:
		if !s.tx.block {
			return noBlock("LOCK TABLE")
		}
		p.tag = "LOCK TABLE" // snapshots keep readers and writers apart
		return nil
	case *ast.Vacuum:
		p.tag = "VACUUM"
		if a.Analyze {
			p.tag = "ANALYZE"
		} else if s.tx.block {
			return sqlerr.New(sqlerr.ActiveSQLTransaction, "VACUUM cannot run inside a transaction block")
		}
		return nil // nothing accumulates in memory, and statistics come from the data
	case *ast.Checkpoint:
		p.tag = "CHECKPOINT"
		return nil
	case *ast.Cluster:
		return s.unsupported("CLUSTER is not supported")
	case *ast.Reindex:
		return s.unsupported("REINDEX is not supported")
	case *ast.Load:
		return s.unsupported("LOAD is not supported")
	case *ast.Do:
		return s.unsupported("DO is not supported: there are no procedural languages")
	case *ast.Call:
		return s.unsupported("CALL is not supported: there are no procedures")
	case *ast.Copy:
		return s.copy(ctx, p, a)
	case *ast.Raw:
		return s.unsupported("%s is not supported", a.Tag)
	}
	return sqlerr.Internal("statement %T has no executor", p.prepared.stmt.AST)
}

func (s *Session) unsupported(format string, args ...any) error {
	return sqlerr.New(sqlerr.FeatureNotSupported, format, args...)
}

// set is SET and RESET.
func (s *Session) set(a *ast.Set) error {
	name := a.Name.Name
	local := a.Scope == ast.SetLocal
	if local && !s.tx.block {
		s.noticef(sqlerr.SeverityWarning, sqlerr.NoActiveSQLTransaction, "SET LOCAL can only be used in transaction blocks")
	}
	switch a.Kind {
	case ast.SetResetAll:
		s.vars.resetAll()
		return nil
	case ast.SetReset, ast.SetDefault:
		return s.vars.reset(name)
	case ast.SetCurrent:
		return s.unsupported("SET … FROM CURRENT is not supported")
	}
	value, err := s.setValue(name, a.Values)
	if err != nil {
		return err
	}
	switch strings.ToLower(name) {
	case "transaction_isolation":
		return s.setModes(ast.TransactionModes{Isolation: strings.ToLower(value)})
	case "transaction_read_only":
		b, ok := parseBool(value)
		if !ok {
			return sqlerr.New(sqlerr.InvalidParameterValue, "parameter \"transaction_read_only\" requires a Boolean value")
		}
		return s.setModes(ast.TransactionModes{ReadOnly: &b})
	case "role", "session_authorization":
		if value != "none" && value != s.opt.User && value != "default" {
			return sqlerr.New(sqlerr.UndefinedObject, "role %s does not exist", sqlerr.Quote(value))
		}
	}
	_, err = s.vars.set(name, value, local)
	return err
}

// setValue joins the values of a SET as Postgres's flatten_set_variable_args does.
func (s *Session) setValue(name string, values []ast.Expr) (string, error) {
	var parts []string
	list := strings.EqualFold(name, "search_path") || strings.EqualFold(name, "datestyle")
	for _, v := range values {
		switch v := v.(type) {
		case *ast.Const:
			t := constText(v)
			if list && strings.EqualFold(name, "search_path") && !plainName(t) {
				t = `"` + strings.ReplaceAll(t, `"`, `""`) + `"`
			}
			parts = append(parts, t)
		case *ast.Cast: // SET TIME ZONE INTERVAL '…'
			if c, ok := v.X.(*ast.Const); ok {
				parts = append(parts, "INTERVAL '"+constText(c)+"'")
				continue
			}
			return "", sqlerr.New(sqlerr.InvalidParameterValue, "SET %s takes constants only", name)
		default:
			return "", sqlerr.New(sqlerr.InvalidParameterValue, "SET %s takes constants only", name)
		}
	}
	if len(parts) > 1 && !list {
		return "", sqlerr.New(sqlerr.InvalidParameterValue, "SET %s takes only one argument", name)
	}
	return strings.Join(parts, ", "), nil
}

// constText is a constant of SET as text.
func constText(c *ast.Const) string {
	switch c.Kind {
	case ast.ConstInteger:
		return itoa(c.Int)
	case ast.ConstBool:
		if c.Bool {
			return "true"
		}
		return "false"
	}
	return c.Text
}

func plainName(n string) bool {
	if n == "" {
		return false
	}
	for i, c := range n {
		if !(c == '_' || c >= 'a' && c <= 'z' || c >= 0x80 || i > 0 && (c >= '0' && c <= '9' || c == '$')) {
			return false
		}
	}
	return true
}

func (s *Session) setTransaction(a *ast.SetTransaction) error {
	if a.Snapshot != nil {
		return s.unsupported("SET TRANSACTION SNAPSHOT is not supported yet")
	}
	if a.Session {
		if a.Modes.Isolation != "" {
			if _, err := s.vars.set("default_transaction_isolation", a.Modes.Isolation, false); err != nil {
				return err
			}
		}
		if a.Modes.ReadOnly != nil {
			v := "off"
			if *a.Modes.ReadOnly {
				v = "on"
			}
			_, err := s.vars.set("default_transaction_read_only", v, false)
			return err
		}
		return nil
	}
	if !s.tx.block {
		s.noticef(sqlerr.SeverityWarning, sqlerr.NoActiveSQLTransaction, "SET TRANSACTION can only be used in transaction blocks")
		return nil
	}
	return s.setModes(a.Modes)
}

func (s *Session) show(p *Portal, a *ast.Show) error {
	if !a.All {
		v, ok := s.Setting(a.Name.Name)
		if !ok {
			return unknownSetting(a.Name.Name)
		}
		return p.rows([]types.Type{textType}, [][]types.Datum{{types.Text(v)}})
	}
	var rows [][]types.Datum
	for _, st := range s.vars.all() {
		v, _ := s.Setting(st.Name)
		rows = append(rows, []types.Datum{types.Text(st.Name), types.Text(v), types.Text(st.Description)})
	}
	return p.rows([]types.Type{textType, textType, textType}, rows)
}

func (s *Session) discard(ctx context.Context, p *Portal, a *ast.Discard) error {
	p.tag = "DISCARD " + strings.ToUpper(a.What)
	if a.What == "all" && s.tx.block {
		return sqlerr.New(sqlerr.ActiveSQLTransaction, "DISCARD ALL cannot run inside a transaction block")
	}
	if a.What == "all" || a.What == "sequences" {
		s.sequences.forget()
	}
	if a.What == "all" || a.What == "temp" {
		if err := s.dropTemporary(ctx); err != nil {
			return err
		}
	}
	if a.What == "all" {
		for n, c := range s.cursors {
			c.Close()
			delete(s.cursors, n)
		}
		clear(s.prepared)
		s.listening.wish(wish{kind: unlistenAll})
		s.e.advisory.unlockAll(s, false, true)
		s.vars.discard()
	}
	return nil
}

func (s *Session) deallocate(p *Portal, a *ast.Deallocate) error {
	p.tag = "DEALLOCATE"
	if a.All {
		p.tag = "DEALLOCATE ALL"
		clear(s.prepared)
		return nil
	}
	if _, ok := s.prepared[a.Name.Name]; !ok {
		return sqlerr.New(sqlerr.InvalidSQLStatementName, "prepared statement %s does not exist", sqlerr.Quote(a.Name.Name))
	}
	delete(s.prepared, a.Name.Name)
	return nil
}

// closeCursor is CLOSE.
func (s *Session) closeCursor(p *Portal, a *ast.ClosePortal) error {
	p.tag = "CLOSE CURSOR"
	if a.All {
		p.tag = "CLOSE CURSOR ALL"
		for n, c := range s.cursors {
			c.Close()
			delete(s.cursors, n)
		}
		return nil
	}
	c, ok := s.cursors[a.Name.Name]
	if !ok {
		return noCursor(a.Name.Name)
	}
	c.Close()
	delete(s.cursors, a.Name.Name)
	return nil
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
