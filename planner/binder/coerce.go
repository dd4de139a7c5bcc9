package binder

import (
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

const (
	implicit   = function.Implicit
	assignment = function.Assignment
	explicit   = function.Explicit
)

// tryCoerce converts e to the type to, its typmod left alone; ok is false
// where no cast of the context does it (coerce_type).
func (b *binder) tryCoerce(e scalar.Expr, to types.OID, ctx function.CastContext, pos int32) (x scalar.Expr, ok bool, err error) {
	from := e.Type()
	if from.OID == to || to == types.AnyOID {
		return e, true, nil
	}
	if from.OID == types.UnknownOID {
		switch u := e.(type) {
		case *scalar.Const:
			x, err := b.literal(u, types.New(to))
			return x, err == nil, err
		case *scalar.Param:
			x, err := b.coerceParam(u, types.New(to))
			return x, err == nil, err
		}
	}
	if r, ok := e.(*scalar.Row); ok && to == types.RecordOID {
		return r, true, nil
	}
	c, ok := function.FindCast(from.OID, to, ctx)
	if !ok {
		return nil, false, nil
	}
	if k, ok := e.(*scalar.Const); ok {
		switch {
		case k.Value.Null:
			return nullConst(types.New(to), k.Pos), true, nil
		case c.Method == function.Binary && from.Kind() == types.New(to).Kind():
			return &scalar.Const{Value: k.Value, Typ: types.New(to), Pos: k.Pos}, true, nil
		}
		if w := widenConst(k, to); w != nil {
			return w, true, nil
		}
	}
	return &scalar.Cast{
		Arg: e, Typ: types.AfterCast(from, types.New(to)), Context: ctx, Method: c.Method,
		Volatility: c.Volatility, Fails: c.CanFail, Pos: scalar.Pos(pos),
	}, true, nil
}

// applyTypmod makes e's values fit to's typmod: varchar(3), numeric(10,2).
// Without one, it only forgets that e's type had one (coerce_type_typmod).
func (b *binder) applyTypmod(e scalar.Expr, to types.Type, ctx function.CastContext, pos int32) scalar.Expr {
	from := e.Type()
	if from.Typmod == to.Typmod {
		return e
	}
	cast := &scalar.Cast{Arg: e, Typ: types.AfterCast(from, to), Context: ctx, Method: function.Binary, Pos: scalar.Pos(pos)}
	if to.Typmod >= 0 {
		if !hasTypmodCast(to.OID) {
			return e
		}
		cast.Method = function.ByFunction
		switch base := baseOf(to.OID); base {
		case types.NumericOID:
			cast.Fails = true
		case types.VarcharOID, types.BPCharOID:
			cast.Fails = ctx != explicit
		}
	}
	if c, ok := e.(*scalar.Const); ok && c.Value.Null {
		return nullConst(cast.Typ, c.Pos)
	}
	if c, ok := e.(*scalar.Const); ok && cast.Method == function.Binary && c.Typ.Kind() == cast.Typ.Kind() {
		return &scalar.Const{Value: c.Value, Typ: cast.Typ, Pos: c.Pos}
	}
	return cast
}

func baseOf(oid types.OID) types.OID {
	if el := types.New(oid).Elem(); el.OID != 0 {
		return el.OID
	}
	return oid
}

func hasTypmodCast(oid types.OID) bool {
	switch baseOf(oid) {
	case types.VarcharOID, types.BPCharOID, types.NumericOID, types.TimeOID, types.TimetzOID, types.TimestampOID,
		types.TimestamptzOID, types.IntervalOID:
		return true
	}
	return false
}

// tryCoerceTo converts e to a type with its typmod.
func (b *binder) tryCoerceTo(e scalar.Expr, to types.Type, ctx function.CastContext, pos int32) (scalar.Expr, bool, error) {
	if u, ok := e.(*scalar.Const); ok && u.Typ.OID == types.UnknownOID && to.Typmod >= 0 && to.OID == types.IntervalOID {
		// The fields of INTERVAL '1' DAY say how the text is read.
		x, err := b.literal(u, to)
		return x, err == nil, err
	}
	x, ok, err := b.tryCoerce(e, to.OID, ctx, pos)
	if !ok {
		return nil, false, err
	}
	return b.applyTypmod(x, to, ctx, pos), true, nil
}

// coerce converts e to a type it is known to be convertible to, such as a
// common type or a declared argument type.
func (b *binder) coerce(e scalar.Expr, to types.Type, ctx function.CastContext, pos int32) (scalar.Expr, error) {
	x, ok, err := b.tryCoerceTo(e, to, ctx, pos)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, b.errAt(pos, sqlerr.CannotCoerce, "cannot cast type %s to %s", types.FormatType(e.Type().OID, -1), types.FormatType(to.OID, -1))
	}
	return x, nil
}

// coerceArg converts an argument to its declared type, leaving typmods alone.
func (b *binder) coerceArg(e scalar.Expr, to types.OID, pos int32) (scalar.Expr, error) {
	if to == types.AnyOID {
		if e.Type().OID == types.UnknownOID {
			to = types.TextOID
		} else {
			return e, nil
		}
	}
	x, ok, err := b.tryCoerce(e, to, implicit, pos)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, b.errAt(pos, sqlerr.CannotCoerce, "cannot cast type %s to %s", types.FormatType(e.Type().OID, -1), types.FormatType(to, -1))
	}
	return x, nil
}

// coerceBool is coerce_to_boolean: what says which clause wants it.
func (b *binder) coerceBool(e scalar.Expr, what string, n ast.Node) (scalar.Expr, error) {
	return b.coerceNamed(e, types.New(types.BoolOID), what, n)
}

// coerceTo is coerce_to_specific_type.
func (b *binder) coerceTo(e scalar.Expr, to types.Type, what string, n ast.Node) (scalar.Expr, error) {
	return b.coerceNamed(e, to, what, n)
}

func (b *binder) coerceNamed(e scalar.Expr, to types.Type, what string, n ast.Node) (scalar.Expr, error) {
	from := e.Type()
	if from.OID == to.OID {
		return e, nil
	}
	x, ok, err := b.tryCoerce(e, to.OID, assignment, loc(n))
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, b.errAt(loc(n), sqlerr.DatatypeMismatch, "argument of %s must be type %s, not type %s", what,
			types.FormatType(to.OID, -1), types.FormatType(from.OID, -1))
	}
	return x, nil
}

// commonType is the type that several expressions are brought to: all
// branches of a CASE, a column of a UNION (select_common_type). pos are where
// they stand.
func (b *binder) commonType(list []scalar.Expr, context string, pos []int32) (types.Type, error) {
	var buf [8]types.Type
	ts := buf[:0]
	for _, e := range list {
		ts = append(ts, e.Type())
	}
	t, i, err := function.CommonType(ts, context)
	if err != nil {
		p := int32(-1)
		if i < len(pos) {
			p = pos[i]
		}
		return t, b.place(err, p)
	}
	return t, nil
}

// unifiedType refines a common type by what is known of numerics' digits once
// literals among the expressions are read: a scale that all share stays known.
func (b *binder) unifiedType(list []scalar.Expr, t types.Type) (types.Type, error) {
	if t.OID != types.NumericOID {
		return t, nil
	}
	first := true
	out := t
	for _, e := range list {
		et := e.Type()
		if c, ok := e.(*scalar.Const); ok && c.Value.Null {
			continue
		}
		if et.OID == types.UnknownOID {
			c, ok := e.(*scalar.Const)
			if !ok {
				return types.Type{OID: t.OID, Typmod: t.Typmod}, nil
			}
			x, err := b.literal(c, types.New(types.NumericOID))
			if err != nil {
				return t, err
			}
			et = x.Type()
		}
		et = types.AfterCast(et, types.Type{OID: t.OID, Typmod: -1})
		if first {
			out, first = et, false
		} else {
			out = types.UnionNumeric(out, et)
		}
	}
	if first {
		return types.Type{OID: t.OID, Typmod: t.Typmod}, nil
	}
	if t.Typmod >= 0 {
		out = types.AfterCast(out, t)
	} else {
		out.Typmod = -1
	}
	return out, nil
}

// coerceUnified brings an expression to the type that unifiedType chose.
func (b *binder) coerceUnified(e scalar.Expr, t types.Type, context string, pos int32) (scalar.Expr, error) {
	from := e.Type().OID
	x, ok, err := b.tryCoerce(e, t.OID, implicit, pos)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, b.errAt(pos, sqlerr.CannotCoerce, "%s could not convert type %s to %s", context,
			types.FormatType(from, -1), types.FormatType(t.OID, -1))
	}
	return b.retype(x, t), nil
}

// retype makes e's type exactly t, which differs from it only in the typmod,
// or in what is known of a numeric's digits.
func (b *binder) retype(e scalar.Expr, t types.Type) scalar.Expr {
	from := e.Type()
	if from == t {
		return e
	}
	if c, ok := e.(*scalar.Const); ok {
		if c.Value.Null {
			return nullConst(t, c.Pos)
		}
		if from.Kind() == t.Kind() && (from.OID != types.NumericOID || from.Scale == t.Scale && from.Fixed() == t.Fixed()) {
			return &scalar.Const{Value: c.Value, Typ: t, Pos: c.Pos}
		}
		if from.Fixed() && t.Kind() == column.Numeric && t.Typmod < 0 {
			n := numeric.FromInt128(c.Value.I, c.Value.U, int(from.Scale))
			if c.Value.Kind == column.Int64 {
				n = numeric.FromScaled64(c.Value.I, int(from.Scale))
			}
			return &scalar.Const{Value: types.Datum{Kind: column.Numeric, S: string(n.AppendEncoded(nil))}, Typ: t, Pos: c.Pos}
		}
	}
	if from.OID != types.NumericOID {
		// Another typmod over the same values: a label, as the type has none.
		return &scalar.Cast{Arg: e, Typ: t, Context: implicit, Method: function.Binary, Pos: -1}
	}
	return &scalar.Cast{Arg: e, Typ: t, Context: implicit, Method: function.ByFunction, Pos: -1}
}

// unify brings a list to its common type.
func (b *binder) unify(list []scalar.Expr, t types.Type) ([]scalar.Expr, types.Type, error) {
	t, err := b.unifiedType(list, t)
	if err != nil {
		return nil, t, err
	}
	out := make([]scalar.Expr, len(list))
	for i, e := range list {
		if out[i], err = b.coerceUnified(e, t, "", -1); err != nil {
			return nil, t, err
		}
	}
	return out, t, nil
}

// unifyNodes is unify for expressions with their nodes, for error positions.
func (b *binder) unifyNodes(list []scalar.Expr, nodes []ast.Expr, context string) ([]scalar.Expr, types.Type, error) {
	pos := make([]int32, len(nodes))
	for i, n := range nodes {
		pos[i] = loc(n)
	}
	t, err := b.commonType(list, context, pos)
	if err != nil {
		return nil, t, err
	}
	if t, err = b.unifiedType(list, t); err != nil {
		return nil, t, err
	}
	out := make([]scalar.Expr, len(list))
	for i, e := range list {
		if out[i], err = b.coerceUnified(e, t, context, pos[i]); err != nil {
			return nil, t, err
		}
	}
	return out, t, nil
}

func nullConst(t types.Type, pos scalar.Pos) *scalar.Const {
	return &scalar.Const{Value: types.Null(t.Kind()), Typ: t, Pos: pos}
}

// sortable refuses types without a default order.
func (b *binder) sortable(t types.Type, pos int32) error {
	if !knownOrder(t.OID) {
		if _, err := findOperator("<", t, t); err != nil {
			return b.errAt(pos, sqlerr.UndefinedFunction, "could not identify an ordering operator for type %s", types.FormatType(t.OID, -1)).
				WithHint("Use an explicit ordering operator or modify the query.")
		}
	}
	return nil
}

// hashable refuses types without equality.
func (b *binder) hashable(t types.Type, pos int32) error {
	if !knownOrder(t.OID) {
		if _, err := findOperator("=", t, t); err != nil {
			return b.errAt(pos, sqlerr.UndefinedFunction, "could not identify an equality operator for type %s", types.FormatType(t.OID, -1))
		}
	}
	return nil
}

// knownOrder names the common types that have an order, to save the look-up.
func knownOrder(oid types.OID) bool {
	switch oid {
	case types.BoolOID, types.Int2OID, types.Int4OID, types.Int8OID, types.Float4OID, types.Float8OID, types.NumericOID, types.TextOID,
		types.VarcharOID, types.BPCharOID, types.DateOID, types.TimeOID, types.TimestampOID, types.TimestamptzOID, types.IntervalOID,
		types.UUIDOID, types.ByteaOID, types.NameOID, types.OIDOID, types.RecordOID:
		return true
	}
	return false
}
