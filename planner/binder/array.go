package binder

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/scalar"
)

func (b *binder) array(s *scope, e *ast.Array, want types.Type) (scalar.Expr, error) {
	if len(e.Elems) == 0 {
		if want.OID == 0 {
			return nil, b.errAt(e.Pos, sqlerr.IndeterminateDatatype, "cannot determine type of empty array").
				WithHint("Explicitly cast to the desired type, for example ARRAY[]::integer[].")
		}
		return &scalar.Array{Typ: types.New(want.OID)}, nil
	}
	elems := make([]scalar.Expr, len(e.Elems))
	for i, n := range e.Elems {
		if _, ok := n.(*ast.Array); ok {
			return nil, b.errAt(n.Span().Pos, sqlerr.FeatureNotSupported, "arrays of more than one dimension are not supported yet")
		}
		var err error
		if elems[i], err = b.expr(s, n); err != nil {
			return nil, err
		}
		if elems[i].Type().IsArray() && elems[i].Type().OID != types.Int2VectorOID && elems[i].Type().OID != types.OIDVectorOID {
			return nil, b.errAt(n.Span().Pos, sqlerr.FeatureNotSupported, "arrays of more than one dimension are not supported yet")
		}
	}
	if want.OID != 0 {
		elem := types.New(want.Elem().OID)
		for i, x := range elems {
			c, ok, err := b.tryCoerce(x, elem.OID, explicit, loc(e.Elems[i]))
			if err != nil {
				return nil, err
			}
			if !ok {
				return nil, b.errAt(loc(e.Elems[i]), sqlerr.CannotCoerce, "cannot cast type %s to %s",
					types.FormatType(x.Type().OID, -1), types.FormatType(elem.OID, -1))
			}
			elems[i] = b.retype(c, elem)
		}
		return &scalar.Array{Elems: elems, Typ: types.New(want.OID)}, nil
	}
	elems, t, err := b.unifyNodes(elems, e.Elems, "ARRAY")
	if err != nil {
		return nil, err
	}
	elem := types.New(t.OID) // elements of an array have no static scale
	for i := range elems {
		elems[i] = b.retype(elems[i], elem)
	}
	a := types.ArrayOf(elem)
	if a.OID == 0 {
		return nil, b.errAt(e.Pos, sqlerr.UndefinedObject, "could not find array type for data type %s", types.FormatType(t.OID, -1))
	}
	return &scalar.Array{Elems: elems, Typ: a}, nil
}

func (b *binder) subscript(s *scope, e *ast.Subscript) (scalar.Expr, error) {
	x, err := b.expr(s, e.X)
	if err != nil {
		return nil, err
	}
	t := x.Type()
	if _, chained := e.X.(*ast.Subscript); chained && !t.IsArray() {
		return nil, b.errAt(e.Pos, sqlerr.FeatureNotSupported, "arrays of more than one dimension are not supported yet")
	}
	if t.OID == types.UnknownOID {
		return nil, b.errAt(e.X.Span().Pos, sqlerr.DatatypeMismatch, "cannot subscript type %s because it does not support subscripting", types.FormatType(t.OID, -1))
	}
	if !t.IsArray() {
		if t.OID == types.JSONBOID {
			return nil, b.errAt(e.X.Span().Pos, sqlerr.FeatureNotSupported, "subscripts of jsonb are not supported yet")
		}
		return nil, b.errAt(e.X.Span().Pos, sqlerr.DatatypeMismatch, "cannot subscript type %s because it does not support subscripting", types.FormatType(t.OID, -1))
	}
	out := &scalar.Subscript{Arg: x, Slice: e.Slice, Typ: t}
	index := func(n ast.Expr) (scalar.Expr, error) {
		if n == nil {
			return nil, nil
		}
		i, err := b.expr(s, n)
		if err != nil {
			return nil, err
		}
		c, ok, err := b.tryCoerce(i, types.Int4OID, assignment, loc(n))
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, b.errAt(loc(n), sqlerr.DatatypeMismatch, "array subscript must have type integer")
		}
		return c, nil
	}
	if e.Slice {
		if out.Index, err = index(e.Lower); err != nil {
			return nil, err
		}
		out.Upper, err = index(e.Upper)
		return out, err
	}
	out.Typ = t.Elem()
	if out.Typ.OID == types.NumericOID && out.Typ.Typmod >= 0 {
		out.Typ = types.AfterCast(types.New(types.NumericOID), out.Typ)
	}
	out.Index, err = index(e.Index)
	return out, err
}

// field is (row).name.
func (b *binder) field(s *scope, e *ast.Field) (scalar.Expr, error) {
	x, err := b.expr(s, e.X)
	if err != nil {
		return nil, err
	}
	row, ok := x.(*scalar.Row)
	if !ok {
		if x.Type().OID == types.RecordOID {
			return nil, b.errAt(e.Pos, sqlerr.FeatureNotSupported, "fields of record values are not supported yet")
		}
		return nil, b.errAt(loc(e), sqlerr.WrongObjectType, "column notation .%s applied to type %s, which is not a composite type",
			e.Name.Name, types.FormatType(x.Type().OID, -1))
	}
	for i, f := range row.Fields {
		if fieldName(row, i) == e.Name.Name {
			return f, nil
		}
	}
	if ref, ok := e.X.(*ast.ColumnRef); ok {
		return nil, b.errAt(loc(e), sqlerr.UndefinedColumn, `column %s.%s does not exist`, ref.Parts[len(ref.Parts)-1].Name, e.Name.Name)
	}
	return nil, b.errAt(loc(e), sqlerr.UndefinedColumn, `could not identify column %s in record data type`, sqlerr.Quote(e.Name.Name))
}
