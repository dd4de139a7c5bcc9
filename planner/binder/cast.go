package binder

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/scalar"
)

func (b *binder) cast(s *scope, e *ast.Cast) (scalar.Expr, error) {
	t, err := b.typeName(e.Type)
	if err != nil {
		return nil, err
	}
	if a, ok := e.X.(*ast.Array); ok && t.IsArray() {
		x, err := b.array(s, a, t)
		if err != nil {
			return nil, err
		}
		return b.applyTypmod(x, t, explicit, e.OpPos), nil
	}
	x, err := b.expr(s, e.X)
	if err != nil {
		return nil, err
	}
	if e.Try {
		return b.tryCast(x, t, e)
	}
	out, ok, err := b.tryCoerceTo(x, t, explicit, e.OpPos)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, b.errAt(e.OpPos, sqlerr.CannotCoerce, "cannot cast type %s to %s",
			types.FormatType(x.Type().OID, -1), types.FormatType(t.OID, -1))
	}
	return out, nil
}

// tryCast is TRY_CAST: casts that give NULL where they would fail.
func (b *binder) tryCast(x scalar.Expr, t types.Type, e *ast.Cast) (scalar.Expr, error) {
	if x.Type().OID == types.UnknownOID {
		var err error
		if x, err = b.coerce(x, types.New(types.TextOID), implicit, e.OpPos); err != nil {
			return nil, err
		}
	}
	out, ok, err := b.tryCoerceTo(x, t, explicit, e.OpPos)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, b.errAt(e.OpPos, sqlerr.CannotCoerce, "cannot cast type %s to %s",
			types.FormatType(x.Type().OID, -1), types.FormatType(t.OID, -1))
	}
	var mark func(scalar.Expr) scalar.Expr
	mark = func(n scalar.Expr) scalar.Expr {
		c, ok := n.(*scalar.Cast)
		if !ok || n == x {
			return n
		}
		m := *c
		m.Arg, m.Try = mark(c.Arg), true
		return &m
	}
	return mark(out), nil
}

func (b *binder) collate(s *scope, e *ast.Collate) (scalar.Expr, error) {
	x, err := b.expr(s, e.X)
	if err != nil {
		return nil, err
	}
	if err := b.checkCollation(&e.Collation, x.Type(), e.OpPos); err != nil {
		return nil, err
	}
	return x, nil
}

// checkCollation refuses collations other than the database's own order, which
// is by bytes, and types that have none.
func (b *binder) checkCollation(name *ast.Name, t types.Type, pos int32) error {
	if f := types.FactsOf(t.OID); t.OID != types.UnknownOID && (f == nil || !f.Collated) {
		return b.errAt(pos, sqlerr.DatatypeMismatch, "collations are not supported by type %s", types.FormatType(t.OID, -1))
	}
	if schema := name.Schema(); schema == "" || schema == "pg_catalog" {
		switch name.Object() {
		case "C", "POSIX", "default", "C.UTF-8", "C.utf8", "ucs_basic":
			return nil
		}
	}
	return b.errAt(pos, sqlerr.UndefinedObject, `collation %s for encoding "UTF8" does not exist`, sqlerr.Quote(nameText(name)))
}
