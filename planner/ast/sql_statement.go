package ast

import "fmt"

func (w *writer) statement(s Statement) {
	switch s := s.(type) {
	case *Query:
		w.query(s)
	case *Insert:
		w.insert(s)
	case *Update:
		w.update(s)
	case *Delete:
		w.delete(s)
	case *Merge:
		w.merge(s)
	case *Truncate:
		w.s("TRUNCATE TABLE ")
		w.relations(s.Tables)
		w.flag(s.RestartIdentity, " RESTART IDENTITY")
		w.cascade(s.Cascade)
	case *CreateTable:
		w.createTable(s)
	case *CreateTableAs:
		w.createTableAs(s)
	case *CreateView:
		w.createView(s)
	case *Refresh:
		w.s("REFRESH MATERIALIZED VIEW ")
		w.flag(s.Concurrently, "CONCURRENTLY ")
		w.name(&s.Name)
		w.flag(s.NoData, " WITH NO DATA")
	case *CreateIndex:
		w.createIndex(s)
	case *Drop:
		w.drop(s)
	case *AlterTable:
		w.alterTable(s)
	case *Rename:
		w.rename(s)
	case *SetSchema:
		w.s("ALTER ", s.Kind.String(), " ")
		w.flag(s.IfExists, "IF EXISTS ")
		w.objectName(s.Kind, &s.Name, s.Args)
		w.s(" SET SCHEMA ")
		w.ident(s.Schema)
	case *ChangeOwner:
		w.s("ALTER ", s.Kind.String(), " ")
		w.objectName(s.Kind, &s.Name, s.Args)
		w.s(" OWNER TO ")
		w.role(s.Owner)
	case *Explain:
		w.s("EXPLAIN ")
		if s.Options != nil {
			w.genericOptions(s.Options)
			w.s(" ")
		}
		w.statement(s.Stmt)
	case *Prepare:
		w.s("PREPARE ")
		w.ident(s.Name)
		if s.Types != nil {
			w.s("(")
			w.types(s.Types)
			w.s(")")
		}
		w.s(" AS ")
		w.statement(s.Stmt)
	case *Execute:
		w.s("EXECUTE ")
		w.ident(s.Name)
		if s.Args != nil {
			w.paren(s.Args)
		}
	case *DeclareCursor:
		w.declareCursor(s)
	case *Copy:
		w.copyStatement(s)
	case *Describe:
		w.s("DESCRIBE ")
		if s.Query != nil {
			w.statement(s.Query)
		} else {
			w.relation(s.Relation)
		}
	case *Summarize:
		w.s("SUMMARIZE ")
		if s.Query != nil {
			w.query(s.Query)
		} else {
			w.relation(s.Relation)
		}
	case *Call:
		w.s("CALL ")
		w.expr(s.Call, 0)
	case *Raw:
		w.s(s.Text)
	default:
		if !w.command(s) && !w.definition(s) {
			panic(fmt.Sprintf("ast: no SQL for %T", s))
		}
	}
}

func (w *writer) relations(rs []*Relation) {
	w.list(len(rs), func(i int) { w.relation(rs[i]) })
}

func (w *writer) types(ts []*TypeName) {
	w.list(len(ts), func(i int) {
		if ts[i] == nil {
			w.s("NONE")
			return
		}
		w.typeName(ts[i])
	})
}

func (w *writer) optWith(c *With) {
	if c != nil {
		w.with(c)
		w.s(" ")
	}
}

func (w *writer) insert(s *Insert) {
	w.optWith(s.With)
	w.s("INSERT INTO ")
	w.relation(s.Into)
	if s.Columns != nil {
		w.s(" (")
		w.columnTargets(s.Columns)
		w.s(")")
	}
	w.overriding(s.Overriding)
	if s.Source == nil {
		w.s(" DEFAULT VALUES")
	} else {
		w.s(" ")
		w.query(s.Source)
	}
	if c := s.OnConflict; c != nil {
		w.onConflict(c)
	}
	w.returning(s.Returning)
}

func (w *writer) overriding(o Overriding) {
	w.s([...]string{"", " OVERRIDING USER VALUE", " OVERRIDING SYSTEM VALUE"}[o])
}

func (w *writer) columnTargets(ts []ColumnTarget) {
	w.list(len(ts), func(i int) {
		if ts[i].Path != nil {
			w.targetPath(ts[i].Path)
		} else {
			w.ident(ts[i].Name)
		}
	})
}

// targetPath writes an assignment's target, whose fields need no parentheses.
func (w *writer) targetPath(x Expr) {
	switch x := x.(type) {
	case *Field:
		w.targetPath(x.X)
		w.s(".")
		w.ident(x.Name)
	case *FieldStar:
		w.targetPath(x.X)
		w.s(".*")
	case *Subscript:
		w.targetPath(x.X)
		s := *x
		s.X = &ColumnRef{}
		w.subscript(&s)
	default:
		w.expr(x, 0)
	}
}

func (w *writer) onConflict(c *OnConflict) {
	w.s(" ON CONFLICT")
	w.optIdent(" ON CONSTRAINT ", c.Constraint)
	if c.Target != nil {
		w.s(" (")
		w.indexElements(c.Target)
		w.s(")")
		w.where(c.TargetPred)
	}
	if !c.Update {
		w.s(" DO NOTHING")
		return
	}
	w.s(" DO UPDATE SET ")
	w.setClauses(c.Set)
	w.where(c.Where)
}

func (w *writer) returning(r *Returning) {
	if r == nil {
		return
	}
	w.s(" RETURNING ")
	if r.Old.Name != "" || r.New.Name != "" {
		w.s("WITH (")
		w.optIdent("OLD AS ", r.Old)
		w.flag(r.Old.Name != "" && r.New.Name != "", ", ")
		w.optIdent("NEW AS ", r.New)
		w.s(") ")
	}
	w.targets(r.Targets)
}

func (w *writer) setClauses(cs []SetClause) {
	w.list(len(cs), func(i int) {
		c := &cs[i]
		w.flag(c.Multi, "(")
		w.columnTargets(c.Columns)
		w.flag(c.Multi, ")")
		w.s(" = ")
		w.expr(c.Value, 0)
	})
}

func (w *writer) update(s *Update) {
	w.optWith(s.With)
	w.s("UPDATE ")
	w.relation(s.Table)
	w.s(" SET ")
	w.setClauses(s.Set)
	if s.From != nil {
		w.s(" FROM ")
		w.from(s.From)
	}
	w.where(s.Where)
	w.returning(s.Returning)
}

func (w *writer) delete(s *Delete) {
	w.optWith(s.With)
	w.s("DELETE FROM ")
	w.relation(s.Table)
	if s.Using != nil {
		w.s(" USING ")
		w.from(s.Using)
	}
	w.where(s.Where)
	w.returning(s.Returning)
}

func (w *writer) merge(s *Merge) {
	w.optWith(s.With)
	w.s("MERGE INTO ")
	w.relation(s.Target)
	w.s(" USING ")
	w.fromItem(s.Source)
	w.s(" ON ")
	w.expr(s.On, 0)
	for i := range s.Whens {
		w.mergeWhen(&s.Whens[i])
	}
	w.returning(s.Returning)
}

func (w *writer) mergeWhen(m *MergeWhen) {
	w.s([...]string{" WHEN MATCHED", " WHEN NOT MATCHED BY SOURCE", " WHEN NOT MATCHED"}[m.Match])
	if m.And != nil {
		w.s(" AND ")
		w.expr(m.And, 0)
	}
	w.s(" THEN ")
	switch m.Action {
	case MergeDoNothing:
		w.s("DO NOTHING")
	case MergeDelete:
		w.s("DELETE")
	case MergeUpdate:
		w.s("UPDATE SET ")
		w.setClauses(m.Set)
	case MergeInsert:
		w.s("INSERT")
		if m.Columns != nil {
			w.s(" (")
			w.columnTargets(m.Columns)
			w.s(")")
		}
		w.overriding(m.Overriding)
		if m.Values == nil {
			w.s(" DEFAULT VALUES")
		} else {
			w.s(" VALUES ")
			w.paren(m.Values)
		}
	}
}

func (w *writer) declareCursor(s *DeclareCursor) {
	w.s("DECLARE ")
	w.ident(s.Name)
	w.flag(s.Binary, " BINARY")
	w.flag(s.Insensitive, " INSENSITIVE")
	w.flag(s.Asensitive, " ASENSITIVE")
	w.flag(s.Scroll, " SCROLL")
	w.flag(s.NoScroll, " NO SCROLL")
	w.s(" CURSOR")
	w.flag(s.Hold, " WITH HOLD")
	w.s(" FOR ")
	w.query(s.Query)
}

func (w *writer) copyStatement(s *Copy) {
	w.s("COPY ")
	if s.Query != nil {
		w.s("(")
		w.statement(s.Query)
		w.s(")")
	} else {
		w.relation(s.Table)
		w.parenIdents(" ", s.Columns)
	}
	if s.From {
		w.s(" FROM ")
	} else {
		w.s(" TO ")
	}
	switch {
	case s.Stdio && s.From:
		w.s("STDIN")
	case s.Stdio:
		w.s("STDOUT")
	default:
		w.flag(s.Program, "PROGRAM ")
		w.lit(s.Path)
	}
	if s.Options != nil {
		w.s(" WITH ")
		w.genericOptions(s.Options)
	}
	w.where(s.Where)
}
