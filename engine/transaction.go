package engine

import (
	"context"
	"time"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
)

// transaction is a session's transaction state.
//
//	idle ─ statement ─► implicit ─ Sync ─► idle
//	  │ BEGIN                │ BEGIN
//	  ▼                      ▼
//	block ─ error ─► failed ─ ROLLBACK, COMMIT ─► idle
type transaction struct {
	txn      catalog.Txn
	block    bool // between BEGIN and its end
	failed   bool // only ROLLBACK helps
	implicit bool // several statements of one simple query
	level    catalog.Isolation
	readOnly bool
	began    time.Time // now()
	lastView catalog.View
	onCommit []func(context.Context, catalog.Txn) error // ON COMMIT DELETE ROWS, DROP
	// deferred are checks of foreign keys to be made at commit; constraints and
	// allConstraints are what SET CONSTRAINTS has said: true is DEFERRED.
	deferred       []func(context.Context) error
	constraints    map[types.OID]bool
	allConstraints *bool
}

func (t *transaction) open() bool { return t.txn != nil }

func (t *transaction) rollback() {
	if t.txn != nil {
		t.txn.Rollback() // nothing to report: the transaction leaves no trace either way
	}
	*t = transaction{lastView: t.lastView}
}

// TxStatus is ReadyForQuery's status byte: I idle, T in a block, E failed.
func (s *Session) TxStatus() byte {
	state := "idle"
	defer func() { s.note(state, "") }()
	switch {
	case s.tx.failed:
		state = "idle in transaction (aborted)"
		return 'E'
	case s.tx.block:
		state = "idle in transaction"
		return 'T'
	}
	return 'I'
}

// InBlock says whether a transaction block is open.
func (s *Session) InBlock() bool { return s.tx.block }

// SetImplicitBlock says that the statements up to the next Sync are one transaction.
func (s *Session) SetImplicitBlock(yes bool) { s.tx.implicit = yes }

// beginTxn opens a catalog transaction where none is open.
func (s *Session) beginTxn(ctx context.Context) error {
	if s.tx.txn != nil {
		return nil
	}
	level, err := s.settings().isolation, s.settings().isolationErr
	if err != nil {
		return err
	}
	if s.tx.block {
		level = s.tx.level
	}
	txn, err := s.e.catalog.Begin(ctx, level, &s.temp)
	if err != nil {
		return err
	}
	s.tx.txn, s.tx.level = txn, level
	if s.tx.began.IsZero() {
		s.tx.began = time.Now()
	}
	if !s.tx.block {
		s.vars.save("")
	}
	return nil
}

// view takes a view for one statement.
func (s *Session) view(ctx context.Context) (catalog.View, error) {
	if err := s.beginTxn(ctx); err != nil {
		return nil, err
	}
	v, err := s.tx.txn.View(ctx)
	if err != nil {
		return nil, err
	}
	v = s.e.decorate(v, s)
	s.tx.lastView = v
	return v, nil
}

// Sync ends an implicit transaction by committing it.
func (s *Session) Sync(ctx context.Context) error {
	s.tx.implicit = false
	if s.tx.block {
		return nil
	}
	return s.commit(ctx)
}

func (s *Session) commit(ctx context.Context) error {
	if s.tx.txn == nil {
		s.vars.commit()
		view := s.tx.lastView
		s.tx = transaction{lastView: view}
		s.committed()
		return nil
	}
	txn := s.tx.txn
	if err := s.checkDeferred(ctx); err != nil {
		s.tx.rollback()
		s.vars.rollback("")
		return err
	}
	for _, f := range s.tx.onCommit {
		if err := f(ctx, txn); err != nil {
			s.Abort()
			return err
		}
	}
	for _, oid := range s.deleteRows {
		if err := txn.Truncate(ctx, oid); err != nil && !gone(err) {
			s.Abort()
			return err
		}
	}
	err := txn.Commit(ctx)
	s.tx = transaction{lastView: s.tx.lastView}
	if err != nil {
		s.undo()
		return err
	}
	s.vars.commit()
	s.committed()
	return nil
}

// committed does what waits for the end of a transaction that succeeded.
func (s *Session) committed() {
	s.views++ // what was bound in it is bound again
	s.announce()
	s.e.advisory.unlockAll(s, true, false)
}

// undo leaves no trace of a transaction.
func (s *Session) undo() {
	s.tx.rollback()
	s.views++ // as in committed
	s.vars.rollback("")
	s.listening.take()
	s.e.advisory.unlockAll(s, true, false)
}

// Abort notes that a statement failed: a block goes on as failed, everything
// else is undone.
func (s *Session) Abort() {
	if s.tx.block {
		s.tx.failed = true
		return
	}
	s.undo()
}

func (s *Session) endBlock() {
	for n, c := range s.cursors {
		if !c.hold {
			c.Close()
			delete(s.cursors, n)
		}
	}
}

// transactionStatement carries out BEGIN, COMMIT and the rest. It gives the command tag.
func (s *Session) transactionStatement(ctx context.Context, st *ast.Transaction) (string, error) {
	switch st.Kind {
	case ast.TransactionBegin, ast.TransactionStart:
		tag := "BEGIN"
		if st.Kind == ast.TransactionStart {
			tag = "START TRANSACTION"
		}
		if s.tx.block {
			s.noticef(sqlerr.SeverityWarning, sqlerr.ActiveSQLTransaction, "there is already a transaction in progress")
			return tag, nil
		}
		return tag, s.begin(st.Modes)
	case ast.TransactionCommit:
		if !s.tx.block {
			if st.Chain {
				return "", sqlerr.New(sqlerr.NoActiveSQLTransaction, "COMMIT AND CHAIN can only be used in transaction blocks")
			}
			s.noticef(sqlerr.SeverityWarning, sqlerr.NoActiveSQLTransaction, "there is no transaction in progress")
			return "COMMIT", s.commit(ctx)
		}
		level, readOnly, failed := s.tx.level, s.tx.readOnly, s.tx.failed
		s.endBlock()
		tag := "COMMIT"
		if failed {
			tag = "ROLLBACK"
			s.undo()
		} else if err := s.commit(ctx); err != nil {
			return "", err
		}
		return tag, s.chain(st.Chain, level, readOnly)
	case ast.TransactionRollback:
		if !s.tx.block {
			if st.Chain {
				return "", sqlerr.New(sqlerr.NoActiveSQLTransaction, "ROLLBACK AND CHAIN can only be used in transaction blocks")
			}
			s.noticef(sqlerr.SeverityWarning, sqlerr.NoActiveSQLTransaction, "there is no transaction in progress")
		}
		level, readOnly := s.tx.level, s.tx.readOnly
		s.endBlock()
		s.undo()
		return "ROLLBACK", s.chain(st.Chain, level, readOnly)
	case ast.TransactionSavepoint:
		if !s.tx.block {
			return "", noBlock("SAVEPOINT")
		}
		if err := s.beginTxn(ctx); err != nil {
			return "", err
		}
		s.tx.txn.Savepoint(st.Name.Name)
		s.vars.save(st.Name.Name)
		s.listening.savepoint(st.Name.Name)
		return "SAVEPOINT", nil
	case ast.TransactionRelease:
		if !s.tx.block {
			return "", noBlock("RELEASE SAVEPOINT")
		}
		if s.tx.txn == nil || !s.tx.txn.Release(st.Name.Name) {
			return "", noSavepoint(st.Name.Name)
		}
		return "RELEASE", nil
	case ast.TransactionRollbackTo:
		if !s.tx.block {
			return "", noBlock("ROLLBACK TO SAVEPOINT")
		}
		if s.tx.txn == nil || !s.tx.txn.RollbackTo(st.Name.Name) {
			return "", noSavepoint(st.Name.Name)
		}
		s.vars.rollback(st.Name.Name)
		s.listening.rollbackTo(st.Name.Name)
		s.tx.failed = false
		return "ROLLBACK", nil
	}
	return "", sqlerr.New(sqlerr.FeatureNotSupported, "two-phase commit is not supported")
}

func (s *Session) begin(m ast.TransactionModes) error {
	level, err := s.settings().isolation, s.settings().isolationErr
	if err != nil {
		return err
	}
	s.tx.block, s.tx.level = true, level
	s.tx.readOnly = s.settings().readOnly
	if s.tx.began.IsZero() {
		s.tx.began = time.Now()
	}
	s.vars.save("")
	return s.setModes(m)
}

func (s *Session) setModes(m ast.TransactionModes) error {
	if m.Isolation != "" {
		level, err := parseIsolation(m.Isolation)
		if err != nil {
			return err
		}
		if s.tx.txn != nil && level != s.tx.level {
			return sqlerr.New(sqlerr.ActiveSQLTransaction, "SET TRANSACTION ISOLATION LEVEL must be called before any query")
		}
		s.tx.level = level
	}
	if m.ReadOnly != nil {
		if !*m.ReadOnly && s.tx.readOnly && s.tx.txn != nil {
			return sqlerr.New(sqlerr.ActiveSQLTransaction, "transaction read-write mode must be set before any query")
		}
		s.tx.readOnly = *m.ReadOnly
	}
	return nil
}

func (s *Session) chain(yes bool, level catalog.Isolation, readOnly bool) error {
	if !yes {
		return nil
	}
	s.tx.block, s.tx.level, s.tx.readOnly, s.tx.began = true, level, readOnly, time.Now()
	s.vars.save("")
	return nil
}

func noBlock(what string) error {
	return sqlerr.New(sqlerr.NoActiveSQLTransaction, "%s can only be used in transaction blocks", what)
}

func noSavepoint(name string) error {
	return sqlerr.New(sqlerr.InvalidSavepointSpecification, "savepoint %s does not exist", sqlerr.Quote(name))
}

func parseIsolation(v string) (catalog.Isolation, error) {
	switch v {
	case "serializable":
		return catalog.Serializable, nil
	case "repeatable read":
		return catalog.RepeatableRead, nil
	case "read committed", "read uncommitted":
		return catalog.ReadCommitted, nil
	}
	return 0, sqlerr.New(sqlerr.InvalidParameterValue, "invalid value for parameter \"transaction_isolation\": %s", sqlerr.Quote(v))
}

func isolationName(l catalog.Isolation) string {
	return [...]string{"read committed", "repeatable read", "serializable"}[l]
}

// mustGet is the value of a setting that is in the table.
func (s *Session) mustGet(name string) string {
	v, ok := s.vars.get(name)
	if !ok {
		panic("no such setting: " + name)
	}
	return v
}

// gone says that a relation is not there any more.
func gone(err error) bool {
	e, ok := sqlerr.As(err)
	return ok && e.Code == sqlerr.UndefinedTable
}
