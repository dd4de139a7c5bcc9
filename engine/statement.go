package engine

import (
	"context"
	"time"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/binder"
)

// Field is one column of a result.
type Field struct {
	Name   string
	Type   types.Type
	Table  types.OID // base column, 0 where computed
	Attnum int16
	Size   int16 // typlen
}

// Prepared is a statement that was parsed and bound.
type Prepared struct {
	stmt    Statement
	bound   *binder.Bound // nil: a statement that the session itself carries out
	params  []types.Type
	fields  []Field
	given   []types.Type // parameter types as the client gave them
	name    string       // of a prepared statement
	made    time.Time    // by PREPARE or a Parse message
	fromSQL bool         // made by PREPARE
	serial  int64        // the session's view under which it was bound
}

// Params are the types of $1, $2, ….
func (p *Prepared) Params() []types.Type { return p.params }

// Fields are the result's columns; nil where the statement gives no rows.
func (p *Prepared) Fields() []Field { return p.fields }

// Prepare binds a statement. params are the types that the client gave, 0: to be inferred.
func (s *Session) Prepare(ctx context.Context, st Statement, params []types.OID) (p *Prepared, err error) {
	defer guard(&err)
	given := make([]types.Type, len(params))
	for i, o := range params {
		if o != 0 {
			if types.FactsOf(o) == nil {
				return nil, sqlerr.New(sqlerr.UndefinedObject, "type with OID %d does not exist", o)
			}
			given[i] = types.New(o)
		}
	}
	p = &Prepared{stmt: st, given: given, params: given}
	if st.AST == nil {
		return p, nil
	}
	if err := s.checkFailed(st.AST); err != nil {
		return nil, err
	}
	if fields, own, err := s.sessionFields(ctx, st); own || err != nil {
		if d, ok := st.AST.(*ast.DeclareCursor); ok && err == nil {
			q := cursorQuery(p, d)
			err = s.bind(ctx, q)
			p.params = q.params
		}
		p.fields = fields
		return p, err
	}
	return p, s.bind(ctx, p)
}

// checkFailed refuses everything but the end of a failed transaction.
func (s *Session) checkFailed(st ast.Statement) error {
	if !s.tx.failed {
		return nil
	}
	if t, ok := st.(*ast.Transaction); ok {
		switch t.Kind {
		case ast.TransactionCommit, ast.TransactionRollback, ast.TransactionRollbackTo:
			return nil
		}
	}
	return sqlerr.New(sqlerr.InFailedSQLTransaction, "current transaction is aborted, commands ignored until end of transaction block")
}

// current is p bound under the session's latest view: time may have passed
// since it was bound. The columns must be the same still.
func (s *Session) current(ctx context.Context, p *Prepared) (*Prepared, error) {
	if p.bound == nil || p.serial == s.views {
		return p, nil
	}
	fresh := *p
	if err := s.bind(ctx, &fresh); err != nil {
		return nil, err
	}
	if !sameFields(p.fields, fresh.fields) {
		e := sqlerr.New(sqlerr.FeatureNotSupported, "cached plan must not change result type")
		e.Routine = "RevalidateCachedQuery" // by which drivers know that preparing again helps
		return nil, e
	}
	return &fresh, nil
}

// bind binds p's statement under a new view.
func (s *Session) bind(ctx context.Context, p *Prepared) error {
	env, err := s.binderEnv(ctx, p.stmt.Text)
	if err != nil {
		return err
	}
	env.Params = p.given
	s.resolveAhead(ctx, p.stmt.Text, p.stmt.AST, env.View, env.Files.(*resolver))
	b, err := binder.Bind(ctx, p.stmt.AST, env)
	if err != nil {
		return err
	}
	p.bound, p.params, p.serial = b, b.Params, s.views
	switch {
	case b.Kind == binder.KindExplain:
		p.fields = explainFields(b.Explain)
	case b.Columns != nil:
		p.fields = make([]Field, len(b.Columns))
		for i, c := range b.Columns {
			p.fields[i] = fieldOf(c.Name, c.Type)
			p.fields[i].Table, p.fields[i].Attnum = c.Rel, c.Attnum
		}
	}
	return nil
}

func fieldOf(name string, t types.Type) Field {
	f := Field{Name: name, Type: t, Size: -1}
	if facts := types.FactsOf(t.OID); facts != nil {
		f.Size = facts.Len
	}
	return f
}

func (s *Session) binderEnv(ctx context.Context, text string) (binder.Env, error) {
	view, err := s.view(ctx)
	if err != nil {
		return binder.Env{}, err
	}
	s.views++
	files := &resolver{f: s.e.files, found: newFound()}
	if v, ok := view.(*fileView); ok {
		files.found = v.found
	}
	return binder.Env{
		SQL: text, View: view, SearchPath: s.SearchPath(), Creation: s.creationSchema(), Database: s.Database(), User: s.User(),
		Input: s.Style(), Files: files, AnyCase: s.dialect().anyCase,
	}, nil
}

// NotePrepared makes a protocol-level statement visible to EXECUTE and pg_prepared_statements.
func (s *Session) NotePrepared(name string, p *Prepared) {
	if name != "" {
		p.name, p.made = name, time.Now()
		s.prepared[name] = p
	}
}

// ForgetPrepared undoes NotePrepared or PREPARE.
func (s *Session) ForgetPrepared(name string) { delete(s.prepared, name) }

// Prepared finds a statement made by PREPARE.
func (s *Session) Prepared(name string) (*Prepared, bool) {
	p, ok := s.prepared[name]
	return p, ok
}
