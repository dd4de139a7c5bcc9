package binder

import (
	"context"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// ResolveType is the type that a name in a statement means, as in PREPARE p (int).
func ResolveType(ctx context.Context, t *ast.TypeName, env Env) (types.Type, error) {
	b := partial(ctx, &env)
	return b.typeName(t)
}

// BindArgument binds argument i (from 1) of EXECUTE, which has no columns, to
// the parameter's type.
func BindArgument(ctx context.Context, e ast.Expr, t types.Type, i int, env Env) (scalar.Expr, error) {
	b := partial(ctx, &env)
	s := newScope(nil)
	x, err := b.exprKind(s, e, inExecute)
	if err != nil {
		return nil, err
	}
	out, ok, err := b.tryCoerceTo(x, t, assignment, loc(e))
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, b.errAt(loc(e), sqlerr.DatatypeMismatch, "parameter $%d of type %s cannot be coerced to the expected type %s", i,
			types.FormatType(x.Type().OID, -1), types.FormatType(t.OID, -1)).
			WithHint("You will need to rewrite or cast the expression.")
	}
	return b.retype(out, t), nil
}

// partial is a binder for something smaller than a statement.
func partial(ctx context.Context, env *Env) *binder {
	if env.IDs == nil {
		env.IDs = &logical.IDs{}
	}
	return &binder{ctx: ctx, env: env, sql: env.SQL, ids: env.IDs, path: env.SearchPath}
}
