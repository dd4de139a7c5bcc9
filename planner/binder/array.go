package binder

import (
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
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
	nested := false // the elements are arrays, whose elements are those of one with a dimension more
	for i, n := range e.Elems {
		var err error
		if inner, ok := n.(*ast.Array); ok {
			elems[i], err = b.array(s, inner, want)
		} else {
			elems[i], err = b.expr(s, n)
		}
		if err != nil {
			return nil, err
		}
		nested = nested || elems[i].Type().IsArray() && !isVector(elems[i].Type())
	}
	if want.OID != 0 {
		elem := types.New(want.Elem().OID)
		if nested {
			elem = types.New(want.OID)
		}
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
	if elem.IsArray() && !isVector(elem) {
		a = elem
	}
	if a.OID == 0 {
		return nil, b.errAt(e.Pos, sqlerr.UndefinedObject, "could not find array type for data type %s", types.FormatType(t.OID, -1))
	}
	return &scalar.Array{Elems: elems, Typ: a}, nil
}

func isVector(t types.Type) bool { return t.OID == types.Int2VectorOID || t.OID == types.OIDVectorOID }

// subscript binds a[i], a[i][j], … and slices. If one of several is a slice all
// are: i then means 1:i.
func (b *binder) subscript(s *scope, e *ast.Subscript) (scalar.Expr, error) {
	chain := []*ast.Subscript{e}
	slice := e.Slice
	for !chain[0].Parens {
		inner, ok := chain[0].X.(*ast.Subscript)
		if !ok {
			break
		}
		chain = append([]*ast.Subscript{inner}, chain...)
		slice = slice || inner.Slice
	}
	base := chain[0].X
	x, err := b.expr(s, base)
	if err != nil {
		return nil, err
	}
	t := x.Type()
	switch {
	case t.OID == types.JSONBOID:
		return b.jsonSubscript(s, x, chain, slice)
	case !t.IsArray():
		return nil, b.errAt(base.Span().Pos, sqlerr.DatatypeMismatch, "cannot subscript type %s because it does not support subscripting", types.FormatType(t.OID, -1))
	case len(chain) > 6:
		return nil, b.errAt(e.Pos, sqlerr.ProgramLimitExceeded, "number of array dimensions (%d) exceeds the maximum allowed (%d)", len(chain), 6)
	}
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
	elem := t.Elem()
	if elem.OID == types.NumericOID && elem.Typmod >= 0 {
		elem = types.AfterCast(types.New(types.NumericOID), elem)
	}
	first := &scalar.Subscript{Arg: x, Slice: slice, Typ: elem}
	if slice {
		first.Typ = t
	}
	for i, out := 0, first; i < len(chain); i++ {
		if i > 0 {
			out.Next = &scalar.Subscript{Slice: slice, Typ: first.Typ}
			out = out.Next
		}
		n := chain[i]
		switch {
		case n.Slice:
			if out.Index, err = index(n.Lower); err == nil {
				out.Upper, err = index(n.Upper)
			}
		case slice:
			out.Index = &scalar.Const{Value: types.Int(column.Int32, 1), Typ: types.New(types.Int4OID), Pos: -1}
			out.Upper, err = index(n.Index)
		default:
			out.Index, err = index(n.Index)
		}
		if err != nil {
			return nil, err
		}
	}
	return first, nil
}

// jsonSubscript is j['a'][0] of jsonb: j #> '{a,0}'.
func (b *binder) jsonSubscript(s *scope, x scalar.Expr, chain []*ast.Subscript, slice bool) (scalar.Expr, error) {
	if slice {
		return nil, b.errAt(chain[0].Pos, sqlerr.DatatypeMismatch, "jsonb subscript does not support slices")
	}
	text := types.New(types.TextOID)
	path := &scalar.Array{Typ: types.ArrayOf(text)}
	for _, n := range chain {
		k, err := b.expr(s, n.Index)
		if err != nil {
			return nil, err
		}
		switch t := k.Type().OID; t {
		case types.TextOID, types.UnknownOID:
			k, err = b.coerce(k, text, implicit, loc(n.Index))
		case types.VarcharOID, types.BPCharOID, types.NameOID, types.Int2OID, types.Int4OID:
			k, err = b.coerce(k, text, explicit, loc(n.Index))
		default:
			return nil, b.errAt(loc(n.Index), sqlerr.DatatypeMismatch, "subscript type %s is not supported", types.FormatType(t, -1)).
				WithHint("jsonb subscript must be coercible to either integer or text.")
		}
		if err != nil {
			return nil, err
		}
		path.Elems = append(path.Elems, k)
	}
	args := []scalar.Expr{x, path}
	c, err := function.Resolve("", "jsonb_extract_path", argTypes(args), function.Want{Variadic: true})
	if err != nil {
		return nil, b.placeCall(err, chain[0].Pos)
	}
	return b.finishCall(c, args, true, chain[0].Pos, nil)
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
