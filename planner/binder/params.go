package binder

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/scalar"
)

// maxParams is the protocol's limit: parameters are counted in 16 bits.
const maxParams = 65535

// param binds $n. As long as nothing has told its type it is unknown, like a
// literal; the first coercion decides for the whole statement.
func (b *binder) param(e *ast.Param) (scalar.Expr, error) {
	if b.env.NoParams || e.Number < 1 || e.Number > maxParams {
		return nil, b.errAt(e.Pos, sqlerr.UndefinedParameter, "there is no parameter $%d", e.Number)
	}
	for len(b.params) < e.Number {
		b.params = append(b.params, types.Type{})
	}
	t := &b.params[e.Number-1]
	if t.OID == 0 {
		*t = types.New(types.UnknownOID)
	}
	return &scalar.Param{Index: e.Number, Typ: *t, Pos: scalar.Pos(e.Pos)}, nil
}

// coerceParam decides the type of a parameter that was unknown so far.
func (b *binder) coerceParam(p *scalar.Param, to types.Type) (scalar.Expr, error) {
	t := &b.params[p.Index-1]
	base := types.New(to.OID)
	switch {
	case t.OID == 0 || t.OID == types.UnknownOID:
		*t = base
	case t.OID != to.OID:
		return nil, b.errAt(int32(p.Pos), sqlerr.AmbiguousParameter, "inconsistent types deduced for parameter $%d", p.Index).
			WithDetail("%s versus %s", *t, base)
	}
	return &scalar.Param{Index: p.Index, Typ: base, Pos: p.Pos}, nil
}

// finishParams reports the types of all parameters. One that was never met,
// or that nothing told the type of, is an error.
func (b *binder) finishParams() ([]types.Type, error) {
	for i, t := range b.params {
		if t.OID == 0 || t.OID == types.UnknownOID {
			return nil, sqlerr.New(sqlerr.IndeterminateDatatype, "could not determine data type of parameter $%d", i+1)
		}
	}
	return b.params, nil
}
