package ast

import "strings"

// command writes the statements about a session. It reports whether s is one.
func (w *writer) command(s Statement) bool {
	switch s := s.(type) {
	case *Set:
		w.set(s)
	case *Show:
		w.s("SHOW ")
		if s.All {
			w.s("ALL")
		} else {
			w.setting(s.Name)
		}
	case *SetTransaction:
		switch {
		case s.Session:
			w.s("SET SESSION CHARACTERISTICS AS TRANSACTION")
		default:
			w.s("SET TRANSACTION")
		}
		if s.Snapshot != nil {
			w.s(" SNAPSHOT ")
			w.lit(*s.Snapshot)
		}
		w.transactionModes(&s.Modes)
	case *SetConstraints:
		w.s("SET CONSTRAINTS ")
		if s.All {
			w.s("ALL")
		} else {
			w.names(s.Names)
		}
		if s.Deferred {
			w.s(" DEFERRED")
		} else {
			w.s(" IMMEDIATE")
		}
	case *Transaction:
		w.transaction(s)
	case *Deallocate:
		w.nameOrAll("DEALLOCATE ", s.Name, s.All)
	case *Fetch:
		w.fetch(s)
	case *ClosePortal:
		w.nameOrAll("CLOSE ", s.Name, s.All)
	case *Discard:
		w.s("DISCARD ", strings.ToUpper(s.What))
	case *Listen:
		w.s("LISTEN ")
		w.ident(s.Channel)
	case *Unlisten:
		if s.All {
			w.s("UNLISTEN *")
		} else {
			w.s("UNLISTEN ")
			w.ident(s.Channel)
		}
	case *Notify:
		w.s("NOTIFY ")
		w.ident(s.Channel)
		if s.Payload != "" {
			w.s(", ")
			w.lit(s.Payload)
		}
	case *Lock:
		w.s("LOCK TABLE ")
		w.relations(s.Tables)
		w.s(" IN ", strings.ToUpper(s.Mode), " MODE")
		w.flag(s.NoWait, " NOWAIT")
	case *Vacuum:
		if s.Analyze {
			w.s("ANALYZE")
		} else {
			w.s("VACUUM")
		}
		w.optGeneric(s.Options)
		w.flag(len(s.Targets) > 0, " ")
		w.list(len(s.Targets), func(i int) {
			w.relation(s.Targets[i].Table)
			w.parenIdents(" ", s.Targets[i].Columns)
		})
	case *Cluster:
		w.s("CLUSTER")
		w.optGeneric(s.Options)
		if s.Table != nil {
			w.s(" ")
			w.relation(s.Table)
			w.optIdent(" USING ", s.Index)
		}
	case *Reindex:
		w.s("REINDEX")
		w.optGeneric(s.Options)
		w.s(" ", strings.ToUpper(s.Kind))
		w.flag(s.Concurrently, " CONCURRENTLY")
		if s.Name != nil {
			w.s(" ")
			w.name(s.Name)
		}
	case *Checkpoint:
		w.s("CHECKPOINT")
		w.optGeneric(s.Options)
	case *Load:
		w.s("LOAD ")
		w.lit(s.File)
	case *Do:
		w.s("DO LANGUAGE ", QuoteIdent(s.Language), " ")
		w.lit(s.Code)
	default:
		return false
	}
	return true
}

func (w *writer) optGeneric(opts []Option) {
	if opts != nil {
		w.s(" ")
		w.genericOptions(opts)
	}
}

func (w *writer) nameOrAll(before string, id Ident, all bool) {
	w.s(before)
	if all {
		w.s("ALL")
	} else {
		w.ident(id)
	}
}

// setting writes the name of a setting, each part quoted on its own.
func (w *writer) setting(id Ident) {
	for i, part := range strings.Split(id.Name, ".") {
		w.flag(i > 0, ".")
		w.s(QuoteIdent(part))
	}
}

func (w *writer) set(s *Set) {
	switch s.Kind {
	case SetReset:
		w.s("RESET ")
		w.setting(s.Name)
		return
	case SetResetAll:
		w.s("RESET ALL")
		return
	}
	w.s("SET ", [...]string{"", "SESSION ", "LOCAL "}[s.Scope])
	if len(s.Values) == 1 {
		if c, ok := s.Values[0].(*Cast); ok { // only TIME ZONE takes an interval
			w.s("TIME ZONE ")
			w.expr(c, 0)
			return
		}
	}
	w.setting(s.Name)
	switch s.Kind {
	case SetDefault:
		w.s(" TO DEFAULT")
	case SetCurrent:
		w.s(" FROM CURRENT")
	default:
		w.s(" TO ")
		w.exprs(s.Values)
	}
}

func (w *writer) transactionModes(m *TransactionModes) {
	sep := " "
	mode := func(text string) {
		w.s(sep, text)
		sep = ", "
	}
	if m.Isolation != "" {
		mode("ISOLATION LEVEL " + strings.ToUpper(m.Isolation))
	}
	if m.ReadOnly != nil {
		if *m.ReadOnly {
			mode("READ ONLY")
		} else {
			mode("READ WRITE")
		}
	}
	if m.Deferrable != nil {
		if *m.Deferrable {
			mode("DEFERRABLE")
		} else {
			mode("NOT DEFERRABLE")
		}
	}
}

func (w *writer) transaction(t *Transaction) {
	switch t.Kind {
	case TransactionBegin:
		w.s("BEGIN")
		w.transactionModes(&t.Modes)
	case TransactionStart:
		w.s("START TRANSACTION")
		w.transactionModes(&t.Modes)
	case TransactionCommit:
		w.s("COMMIT")
	case TransactionRollback:
		w.s("ROLLBACK")
	case TransactionSavepoint:
		w.s("SAVEPOINT ")
		w.ident(t.Name)
	case TransactionRelease:
		w.s("RELEASE SAVEPOINT ")
		w.ident(t.Name)
	case TransactionRollbackTo:
		w.s("ROLLBACK TO SAVEPOINT ")
		w.ident(t.Name)
	case TransactionPrepare:
		w.s("PREPARE TRANSACTION ")
		w.lit(t.GID)
	case TransactionCommitPrepared:
		w.s("COMMIT PREPARED ")
		w.lit(t.GID)
	case TransactionRollbackPrepared:
		w.s("ROLLBACK PREPARED ")
		w.lit(t.GID)
	}
	w.flag(t.Chain, " AND CHAIN")
}

func (w *writer) fetch(f *Fetch) {
	if f.Move {
		w.s("MOVE ")
	} else {
		w.s("FETCH ")
	}
	w.s([...]string{"FORWARD", "BACKWARD", "ABSOLUTE", "RELATIVE"}[f.Direction], " ")
	if f.All {
		w.s("ALL")
	} else {
		w.s(itoa(f.Count))
	}
	w.s(" FROM ")
	w.ident(f.Cursor)
}
