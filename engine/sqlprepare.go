package engine

import (
	"context"
	"time"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/binder"
)

// prepareSQL is PREPARE.
func (s *Session) prepareSQL(ctx context.Context, text string, a *ast.Prepare) error {
	if _, ok := s.prepared[a.Name.Name]; ok {
		return sqlerr.New(sqlerr.DuplicatePreparedStatement, "prepared statement %s already exists", sqlerr.Quote(a.Name.Name))
	}
	env, err := s.binderEnv(ctx, text)
	if err != nil {
		return err
	}
	p := &Prepared{stmt: Statement{Text: text, AST: a.Stmt}, name: a.Name.Name, made: time.Now(), fromSQL: true}
	for _, t := range a.Types {
		ty, err := binder.ResolveType(ctx, t, env)
		if err != nil {
			return err
		}
		p.given = append(p.given, ty)
	}
	if err := s.bind(ctx, p); err != nil {
		return err
	}
	s.prepared[a.Name.Name] = p
	return nil
}

// executeSQL is EXECUTE: the portal becomes one of the prepared statement.
func (s *Session) executeSQL(ctx context.Context, p *Portal, a *ast.Execute) error {
	prep, ok := s.prepared[a.Name.Name]
	if !ok {
		return sqlerr.New(sqlerr.InvalidSQLStatementName, "prepared statement %s does not exist", sqlerr.Quote(a.Name.Name))
	}
	if len(a.Args) != len(prep.params) {
		return sqlerr.New(sqlerr.SyntaxError, "wrong number of parameters for prepared statement %s", sqlerr.Quote(a.Name.Name)).
			WithDetail("Expected %d parameters but got %d.", len(prep.params), len(a.Args))
	}
	env, err := s.binderEnv(ctx, p.prepared.stmt.Text)
	if err != nil {
		return err
	}
	args := make([]types.Datum, len(a.Args))
	for i, e := range a.Args {
		x, err := binder.BindArgument(ctx, e, prep.params[i], i+1, env)
		if err != nil {
			return err
		}
		if args[i], err = eval.ConstantIn(x, s.evalEnv(p.args)); err != nil {
			return err
		}
	}
	p.prepared, p.args, p.finished = prep, args, false
	return p.Start(ctx, p.newEncoder)
}
