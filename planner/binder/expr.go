package binder

import (
	"math"

	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

// exprKind binds an expression of a clause.
func (b *binder) exprKind(s *scope, e ast.Expr, kind exprKind) (scalar.Expr, error) {
	old := s.kind
	s.kind = kind
	x, err := b.expr(s, e)
	s.kind = old
	return x, err
}

// expr binds an expression in the clause that s is in.
func (b *binder) expr(s *scope, e ast.Expr) (scalar.Expr, error) {
	switch e := e.(type) {
	case *ast.Const:
		return b.constant(e)
	case *ast.Param:
		return b.param(e)
	case *ast.ColumnRef:
		if why := refuseColumns(s.kind); why != "" {
			return nil, b.errAt(e.Pos, sqlerr.FeatureNotSupported, "%s", why)
		}
		return b.columnRef(s, e)
	case *ast.Unary:
		x, err := b.expr(s, e.X)
		if err != nil {
			return nil, err
		}
		return b.prefix(&e.Op, x)
	case *ast.Binary:
		return b.binary(s, e)
	case *ast.Logical:
		return b.logical(s, e)
	case *ast.Not:
		x, err := b.expr(s, e.X)
		if err != nil {
			return nil, err
		}
		if x, err = b.coerceBool(x, "NOT", e.X); err != nil {
			return nil, err
		}
		return &scalar.Not{Arg: x}, nil
	case *ast.IsTest:
		return b.isTest(s, e)
	case *ast.IsDistinct:
		return b.isDistinct(s, e)
	case *ast.Between:
		return b.between(s, e)
	case *ast.In:
		return b.in(s, e)
	case *ast.Like:
		return b.like(s, e)
	case *ast.Quantified:
		return b.quantified(s, e)
	case *ast.Exists:
		return b.exists(s, e)
	case *ast.Subquery:
		return b.scalarSubquery(s, e)
	case *ast.ArrayQuery:
		return b.arrayQuery(s, e)
	case *ast.Array:
		return b.array(s, e, types.Type{})
	case *ast.Row:
		return b.row(s, e)
	case *ast.Case:
		return b.caseExpr(s, e)
	case *ast.Coalesce:
		return b.coalesce(s, e)
	case *ast.NullIf:
		return b.nullIf(s, e)
	case *ast.MinMax:
		return b.minMax(s, e)
	case *ast.Cast:
		return b.cast(s, e)
	case *ast.Collate:
		return b.collate(s, e)
	case *ast.FuncCall:
		return b.funcCall(s, e)
	case *ast.ValueFunc:
		return b.valueFunc(e)
	case *ast.Subscript:
		return b.subscript(s, e)
	case *ast.Field:
		return b.field(s, e)
	case *ast.Grouping:
		return b.groupingExpr(s, e)
	case *ast.Star:
		if len(e.Qualifier) > 0 && len(e.Exclude)+len(e.Replace)+len(e.Rename) == 0 {
			it, err := b.starRelation(e, s)
			if err != nil {
				return nil, err
			}
			return b.wholeRow(it, e.Pos)
		}
		return nil, b.errAt(e.Pos, sqlerr.SyntaxError, "row expansion via \"*\" is not supported here")
	case *ast.FieldStar:
		return nil, b.errAt(e.Pos, sqlerr.SyntaxError, "row expansion via \"*\" is not supported here")
	case *ast.SetToDefault:
		return nil, b.errAt(e.Pos, sqlerr.SyntaxError, "DEFAULT is not allowed in this context")
	case *ast.NamedArg:
		return b.expr(s, e.Value)
	case *ast.CurrentOf:
		return nil, b.errAt(e.Pos, sqlerr.FeatureNotSupported, "WHERE CURRENT OF is not supported yet")
	case *ast.XMLFunc:
		return nil, b.errAt(e.Pos, sqlerr.FeatureNotSupported, "%s is not supported yet", e.Name)
	case *ast.JSONFunc:
		return nil, b.errAt(e.Pos, sqlerr.FeatureNotSupported, "%s is not supported yet", e.Name)
	case *ast.GroupingSet:
		return nil, b.errAt(e.Pos, sqlerr.SyntaxError, "grouping sets are only allowed in GROUP BY")
	}
	return nil, sqlerr.Internal("binder: an expression is %T", e)
}

// again is x for a second use of the expression e it was bound from: a
// subquery in it must be bound anew, since column ids are unique.
func (b *binder) again(s *scope, e ast.Expr, x scalar.Expr) (scalar.Expr, error) {
	if !scalar.HasSubquery(x) {
		return x, nil
	}
	return b.expr(s, e)
}

func (b *binder) constant(e *ast.Const) (scalar.Expr, error) {
	pos := scalar.Pos(e.Pos)
	switch e.Kind {
	case ast.ConstNull:
		return &scalar.Const{Value: types.Null(column.Bytes), Typ: types.New(types.UnknownOID), Pos: pos}, nil
	case ast.ConstBool:
		return &scalar.Const{Value: types.Bool(e.Bool), Typ: types.New(types.BoolOID), Pos: pos}, nil
	case ast.ConstInteger:
		if e.Int >= math.MinInt32 && e.Int <= math.MaxInt32 {
			return &scalar.Const{Value: types.Int(column.Int32, e.Int), Typ: types.New(types.Int4OID), Pos: pos}, nil
		}
		return &scalar.Const{Value: types.Int(column.Int64, e.Int), Typ: types.New(types.Int8OID), Pos: pos}, nil
	case ast.ConstNumeric:
		n, err := numeric.Parse(e.Text)
		if err != nil {
			return nil, b.place(err, e.Pos)
		}
		return numericConst(n, pos), nil
	case ast.ConstString:
		return &scalar.Const{Value: types.Text(e.Text), Typ: types.New(types.UnknownOID), Pos: pos}, nil
	}
	return nil, b.errAt(e.Pos, sqlerr.FeatureNotSupported, "type bit is not supported yet")
}

// numericConst is a numeric constant with what its digits tell of the type.
func numericConst(n numeric.Numeric, pos scalar.Pos) *scalar.Const {
	t := types.LiteralNumeric(n)
	c := &scalar.Const{Typ: t, Pos: pos}
	switch t.Kind() {
	case column.Int64:
		v, _ := n.Scaled64(int(t.Scale))
		c.Value = types.Int(column.Int64, v)
	case column.Int128:
		hi, lo, _ := n.Scaled128(int(t.Scale))
		c.Value = types.Datum{Kind: column.Int128, I: hi, U: lo}
	default:
		c.Value = types.Datum{Kind: column.Numeric, S: string(n.AppendEncoded(nil))}
	}
	return c
}

func (b *binder) logical(s *scope, e *ast.Logical) (scalar.Expr, error) {
	word := "AND"
	if e.Or {
		word = "OR"
	}
	args := make([]scalar.Expr, 0, len(e.Args))
	for _, a := range e.Args {
		x, err := b.expr(s, a)
		if err != nil {
			return nil, err
		}
		if x, err = b.coerceBool(x, word, a); err != nil {
			return nil, err
		}
		args = append(args, x)
	}
	if e.Or {
		return &scalar.Or{Args: args}, nil
	}
	return &scalar.And{Args: args}, nil
}

func (b *binder) isTest(s *scope, e *ast.IsTest) (scalar.Expr, error) {
	x, err := b.expr(s, e.X)
	if err != nil {
		return nil, err
	}
	switch e.Kind {
	case ast.TestNull:
		if r, ok := x.(*scalar.Row); ok {
			return rowIsNull(r, e.Not), nil
		}
		return &scalar.IsNull{Arg: x, Not: e.Not}, nil
	case ast.TestTrue, ast.TestFalse, ast.TestUnknown:
		want := [...]scalar.BoolWant{ast.TestTrue: scalar.WantTrue, ast.TestFalse: scalar.WantFalse, ast.TestUnknown: scalar.WantUnknown}[e.Kind]
		word := "IS "
		if e.Not {
			word = "IS NOT "
		}
		word += [...]string{"TRUE", "FALSE", "UNKNOWN"}[want]
		if x, err = b.coerceBool(x, word, e.X); err != nil {
			return nil, err
		}
		return &scalar.BoolTest{Arg: x, Want: want, Not: e.Not}, nil
	}
	return nil, b.errAt(e.OpPos, sqlerr.FeatureNotSupported, "this form of IS is not supported yet")
}

// rowIsNull is ROW(…) IS [NOT] NULL: all fields are, or are not.
func rowIsNull(r *scalar.Row, not bool) scalar.Expr {
	args := make([]scalar.Expr, len(r.Fields))
	for i, f := range r.Fields {
		if _, ok := f.(*scalar.Row); ok {
			args[i] = &scalar.Const{Value: types.Bool(not), Typ: types.New(types.BoolOID), Pos: -1} // a row in a row is a value
		} else {
			args[i] = &scalar.IsNull{Arg: f, Not: not}
		}
	}
	return and(args)
}

func and(args []scalar.Expr) scalar.Expr {
	switch len(args) {
	case 0:
		return &scalar.Const{Value: types.Bool(true), Typ: types.New(types.BoolOID), Pos: -1}
	case 1:
		return args[0]
	}
	return &scalar.And{Args: args}
}

func or(args []scalar.Expr) scalar.Expr {
	if len(args) == 1 {
		return args[0]
	}
	return &scalar.Or{Args: args}
}

func (b *binder) row(s *scope, e *ast.Row) (scalar.Expr, error) {
	r := &scalar.Row{Typ: types.New(types.RecordOID)}
	for _, f := range e.Elems {
		if star, ok := f.(*ast.Star); ok {
			list, err := b.star(star, s)
			if err != nil {
				return nil, err
			}
			for _, t := range list {
				r.Fields = append(r.Fields, t.expr)
			}
			continue
		}
		x, err := b.expr(s, f)
		if err != nil {
			return nil, err
		}
		r.Fields = append(r.Fields, x)
	}
	return r, nil
}

func (b *binder) caseExpr(s *scope, e *ast.Case) (scalar.Expr, error) {
	var arg scalar.Expr
	var err error
	if e.Arg != nil {
		if arg, err = b.expr(s, e.Arg); err != nil {
			return nil, err
		}
		if arg.Type().OID == types.UnknownOID {
			if arg, err = b.coerce(arg, types.New(types.TextOID), implicit, loc(e.Arg)); err != nil {
				return nil, err
			}
		}
	}
	if arg != nil && len(e.Whens) > 1 && scalar.Volatility(arg) == function.Volatile {
		// The comparisons below would each evaluate it anew.
		return nil, b.errAt(loc(e.Arg), sqlerr.FeatureNotSupported, "CASE with a volatile operand is not supported yet").
			WithHint("Compute the operand in a subquery in FROM.")
	}
	mark := b.setMark(s)
	conds := make([]scalar.Expr, len(e.Whens))
	// The ELSE branch counts first for the common type, as in Postgres.
	results := make([]scalar.Expr, len(e.Whens)+1)
	pos := make([]int32, len(e.Whens)+1)
	for i := range e.Whens {
		w := &e.Whens[i]
		c, err := b.expr(s, w.Cond)
		if err != nil {
			return nil, err
		}
		if arg != nil {
			a := arg
			if i > 0 {
				if a, err = b.again(s, e.Arg, arg); err != nil {
					return nil, err
				}
			}
			if c, err = b.compare("=", a, c, w.Pos); err != nil {
				return nil, err
			}
		}
		if conds[i], err = b.coerceBool(c, "CASE/WHEN", w.Cond); err != nil {
			return nil, err
		}
		if results[i+1], err = b.expr(s, w.Result); err != nil {
			return nil, err
		}
		pos[i+1] = loc(w.Result)
	}
	if e.Else != nil {
		if results[0], err = b.expr(s, e.Else); err != nil {
			return nil, err
		}
		pos[0] = loc(e.Else)
	} else {
		results[0] = nullConst(types.New(types.UnknownOID), -1)
		pos[0] = -1
	}
	t, err := b.commonType(results, "CASE", pos)
	if err != nil {
		return nil, err
	}
	if t, err = b.unifiedType(results, t); err != nil {
		return nil, err
	}
	for i := range results {
		where := "CASE/WHEN"
		if i == 0 {
			where = "CASE/ELSE"
		}
		if results[i], err = b.coerceUnified(results[i], t, where, pos[i]); err != nil {
			return nil, err
		}
	}
	if err := b.noSetSince(s, mark, "CASE"); err != nil {
		return nil, err
	}
	out := &scalar.Case{Typ: t, Else: results[0]}
	for i := range conds {
		out.Whens = append(out.Whens, scalar.When{Cond: conds[i], Then: results[i+1]})
	}
	return out, nil
}

func (b *binder) exprs(s *scope, list []ast.Expr) ([]scalar.Expr, error) {
	out := make([]scalar.Expr, len(list))
	var err error
	for i, e := range list {
		if out[i], err = b.expr(s, e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (b *binder) coalesce(s *scope, e *ast.Coalesce) (scalar.Expr, error) {
	mark := b.setMark(s)
	args, err := b.exprs(s, e.Args)
	if err != nil {
		return nil, err
	}
	args, t, err := b.unifyNodes(args, e.Args, "COALESCE")
	if err != nil {
		return nil, err
	}
	if err := b.noSetSince(s, mark, "COALESCE"); err != nil {
		return nil, err
	}
	if len(args) == 1 {
		return args[0], nil
	}
	return &scalar.Coalesce{Args: args, Typ: t}, nil
}

func (b *binder) minMax(s *scope, e *ast.MinMax) (scalar.Expr, error) {
	name := "GREATEST"
	if e.Least {
		name = "LEAST"
	}
	args, err := b.exprs(s, e.Args)
	if err != nil {
		return nil, err
	}
	args, t, err := b.unifyNodes(args, e.Args, name)
	if err != nil {
		return nil, err
	}
	less, err := b.resolveOperator("<", args[0], args[0], e.Pos)
	if err != nil {
		return nil, b.errAt(e.Pos, sqlerr.UndefinedFunction, "could not identify a comparison function for type %s", types.FormatType(t.OID, -1))
	}
	return &scalar.MinMax{Args: args, Greatest: !e.Least, Less: less.Op.Fn, Typ: t}, nil
}

func (b *binder) nullIf(s *scope, e *ast.NullIf) (scalar.Expr, error) {
	l, err := b.expr(s, e.L)
	if err != nil {
		return nil, err
	}
	r, err := b.expr(s, e.R)
	if err != nil {
		return nil, err
	}
	eq, err := b.operator("=", l, r, e.Pos)
	if err != nil {
		return nil, err
	}
	if eq.Typ.OID != types.BoolOID {
		return nil, b.errAt(e.Pos, sqlerr.DatatypeMismatch, "NULLIF requires = operator to yield boolean")
	}
	return &scalar.NullIf{Left: eq.Args[0], Right: eq.Args[1], Eq: eq.Fn, Typ: eq.Args[0].Type()}, nil
}
