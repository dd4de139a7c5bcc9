package binder

import (
	"strconv"
	"strings"
	"sync"

	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/scalar"
)

// resolveOperator finds the operator that two operands call for; left is nil
// for a prefix operator.
func (b *binder) resolveOperator(name string, left, right scalar.Expr, pos int32) (*function.OperatorCall, error) {
	if left == nil {
		c, err := function.ResolveOperator(name, nil, right.Type())
		return c, b.placeCall(err, pos)
	}
	c, err := findOperator(name, left.Type(), right.Type())
	return c, b.placeCall(err, pos)
}

// operators remembers what binary operators resolved to: the choice among
// sixty overloads of = is always the same. Only answers are kept, so its size is
// bounded by the operators there are.
var operators sync.Map // operatorKey → *function.OperatorCall

type operatorKey struct {
	name        string
	left, right types.OID
}

func findOperator(name string, left, right types.Type) (*function.OperatorCall, error) {
	key := operatorKey{name, left.OID, right.OID}
	if c, ok := operators.Load(key); ok {
		return c.(*function.OperatorCall), nil
	}
	c, err := function.ResolveOperator(name, &left, right)
	if err != nil {
		return nil, err
	}
	key.name = c.Op.Name // not a part of the statement's text
	operators.Store(key, c)
	return c, nil
}

// operator applies a binary operator.
func (b *binder) operator(name string, l, r scalar.Expr, pos int32) (*scalar.Call, error) {
	op, err := b.resolveOperator(name, l, r, pos)
	if err != nil {
		return nil, err
	}
	if l, err = b.coerceArg(l, op.Left, pos); err != nil {
		return nil, err
	}
	if r, err = b.coerceArg(r, op.Right, pos); err != nil {
		return nil, err
	}
	return &scalar.Call{Fn: op.Op.Fn, Args: []scalar.Expr{l, r}, Typ: op.ResultType(l.Type(), r.Type()), Op: name, Pos: scalar.Pos(pos)}, nil
}

// compare is operator for operands that may be rows.
func (b *binder) compare(name string, l, r scalar.Expr, pos int32) (scalar.Expr, error) {
	lr, lok := l.(*scalar.Row)
	rr, rok := r.(*scalar.Row)
	if lok && rok && !lr.Whole && !rr.Whole {
		return b.compareRows(name, lr.Fields, rr.Fields, pos)
	}
	return b.operator(name, l, r, pos)
}

// operatorSchema refuses an operator of a schema other than pg_catalog: there is none.
func (b *binder) operatorSchema(op *ast.Operator, left, right scalar.Expr) error {
	n := len(op.Schema)
	if n == 0 || op.Schema[n-1].Name == "pg_catalog" {
		return nil
	}
	text := ""
	if left != nil {
		text = types.FormatType(left.Type().OID, -1) + " "
	}
	for i := range op.Schema {
		text += op.Schema[i].Name + "."
	}
	text += op.Name + " " + types.FormatType(right.Type().OID, -1)
	return b.errAt(op.Pos, sqlerr.UndefinedFunction, "operator does not exist: %s", text).
		WithHint("No operator matches the given name and argument types. You might need to add explicit type casts.")
}

func (b *binder) prefix(op *ast.Operator, x scalar.Expr) (scalar.Expr, error) {
	if err := b.operatorSchema(op, nil, x); err != nil {
		return nil, err
	}
	name := op.Name
	c, err := b.resolveOperator(name, nil, x, op.Pos)
	if err != nil {
		return nil, err
	}
	if x, err = b.coerceArg(x, c.Right, op.Pos); err != nil {
		return nil, err
	}
	return &scalar.Call{Fn: c.Op.Fn, Args: []scalar.Expr{x}, Typ: c.ResultType(x.Type()), Op: name, Pos: scalar.Pos(op.Pos)}, nil
}

func (b *binder) binary(s *scope, e *ast.Binary) (scalar.Expr, error) {
	name := e.Op.Name
	if row, ok := e.L.(*ast.Row); ok {
		if sub, ok := e.R.(*ast.Subquery); ok {
			return b.rowSubquery(s, name, row, sub, e.Op.Pos)
		}
	}
	l, err := b.expr(s, e.L)
	if err != nil {
		return nil, err
	}
	r, err := b.expr(s, e.R)
	if err != nil {
		return nil, err
	}
	if err := b.operatorSchema(&e.Op, l, r); err != nil {
		return nil, err
	}
	return b.compare(name, l, r, e.Op.Pos)
}

// compareRows expands a comparison of rows into one of their fields.
func (b *binder) compareRows(name string, l, r []scalar.Expr, pos int32) (scalar.Expr, error) {
	if len(l) != len(r) {
		return nil, b.errAt(pos, sqlerr.SyntaxError, "unequal number of entries in row expressions")
	}
	if strings.ContainsAny(name, "<>") && name != "<>" && len(l) > 1 {
		for i := range l {
			if scalar.HasSubquery(l[i]) || scalar.HasSubquery(r[i]) {
				return nil, b.errAt(pos, sqlerr.FeatureNotSupported, "row comparison %s with a subquery is not supported yet", name)
			}
		}
	}
	return b.compareFields(name, l, func(i int) (scalar.Expr, error) { return r[i], nil }, pos)
}

// compareFields is compareRows for a right side whose fields are made anew for
// each use.
func (b *binder) compareFields(name string, l []scalar.Expr, r func(i int) (scalar.Expr, error), pos int32) (scalar.Expr, error) {
	if len(l) == 0 {
		return nil, b.errAt(pos, sqlerr.FeatureNotSupported, "cannot compare rows of zero length")
	}
	each := func(op string) ([]scalar.Expr, error) {
		out := make([]scalar.Expr, len(l))
		for i := range l {
			right, err := r(i)
			if err != nil {
				return nil, err
			}
			x, err := b.compare(op, l[i], right, pos)
			if err != nil {
				return nil, err
			}
			if x.Type().OID != types.BoolOID {
				return nil, b.errAt(pos, sqlerr.DatatypeMismatch, "row comparison operator must yield type boolean, not type %s", types.FormatType(x.Type().OID, -1))
			}
			out[i] = x
		}
		return out, nil
	}
	cmp, err := each(name)
	if err != nil {
		return nil, err
	}
	if len(cmp) == 1 {
		return cmp[0], nil
	}
	switch name {
	case "=":
		return and(cmp), nil
	case "<>":
		return or(cmp), nil
	case "<", "<=", ">", ">=":
	default:
		return nil, b.errAt(pos, sqlerr.FeatureNotSupported, "could not determine interpretation of row comparison operator %s", name).
			WithHint("Row comparison operators must be associated with btree operator families.")
	}
	// (a, b) < (c, d) is a < c OR (a = c AND b < d): the first unequal pair decides.
	strict, err := each(name[:1])
	if err != nil {
		return nil, err
	}
	eq, err := each("=")
	if err != nil {
		return nil, err
	}
	last := len(cmp) - 1
	out := cmp[last]
	for i := last - 1; i >= 0; i-- {
		out = &scalar.Or{Args: []scalar.Expr{strict[i], &scalar.And{Args: []scalar.Expr{eq[i], out}}}}
	}
	return out, nil
}

func (b *binder) isDistinct(s *scope, e *ast.IsDistinct) (scalar.Expr, error) {
	l, err := b.expr(s, e.L)
	if err != nil {
		return nil, err
	}
	r, err := b.expr(s, e.R)
	if err != nil {
		return nil, err
	}
	return b.distinctFrom(l, r, e.Not, e.OpPos)
}

func (b *binder) distinctFrom(l, r scalar.Expr, not bool, pos int32) (scalar.Expr, error) {
	lr, lok := l.(*scalar.Row)
	rr, rok := r.(*scalar.Row)
	if lok && rok && !lr.Whole && !rr.Whole {
		if len(lr.Fields) != len(rr.Fields) {
			return nil, b.errAt(pos, sqlerr.SyntaxError, "unequal number of entries in row expressions")
		}
		args := make([]scalar.Expr, len(lr.Fields))
		for i := range args {
			var err error
			if args[i], err = b.distinctFrom(lr.Fields[i], rr.Fields[i], not, pos); err != nil {
				return nil, err
			}
		}
		if not || len(args) == 0 {
			return and(args), nil
		}
		return or(args), nil
	}
	// Against a plain NULL it is the test for NULL.
	switch {
	case scalar.IsNullConst(r) && r.Type().OID == types.UnknownOID:
		return &scalar.IsNull{Arg: l, Not: !not}, nil
	case scalar.IsNullConst(l) && l.Type().OID == types.UnknownOID:
		return &scalar.IsNull{Arg: r, Not: !not}, nil
	}
	eq, err := b.operator("=", l, r, pos)
	if err != nil {
		return nil, err
	}
	if eq.Typ.OID != types.BoolOID {
		return nil, b.errAt(pos, sqlerr.DatatypeMismatch, "IS DISTINCT FROM requires = operator to yield boolean")
	}
	return &scalar.Distinct{Left: eq.Args[0], Right: eq.Args[1], Eq: eq.Fn, Not: not}, nil
}

func (b *binder) between(s *scope, e *ast.Between) (scalar.Expr, error) {
	x, err := b.expr(s, e.X)
	if err != nil {
		return nil, err
	}
	lo, err := b.expr(s, e.Lo)
	if err != nil {
		return nil, err
	}
	hi, err := b.expr(s, e.Hi)
	if err != nil {
		return nil, err
	}
	first := true
	// pair is x a lo AND|OR x b hi.
	pair := func(a, c string, lo, hi scalar.Expr, loNode, hiNode ast.Expr) (scalar.Expr, error) {
		l, h, x1 := lo, hi, x
		var err error
		if !first {
			if x1, err = b.again(s, e.X, x); err != nil {
				return nil, err
			}
			if l, err = b.again(s, loNode, lo); err != nil {
				return nil, err
			}
			if h, err = b.again(s, hiNode, hi); err != nil {
				return nil, err
			}
		}
		first = false
		x2, err := b.again(s, e.X, x)
		if err != nil {
			return nil, err
		}
		left, err := b.compare(a, x1, l, e.OpPos)
		if err != nil {
			return nil, err
		}
		right, err := b.compare(c, x2, h, e.OpPos)
		if err != nil {
			return nil, err
		}
		if e.Not {
			return &scalar.Or{Args: []scalar.Expr{left, right}}, nil
		}
		return &scalar.And{Args: []scalar.Expr{left, right}}, nil
	}
	opLo, opHi := ">=", "<="
	if e.Not {
		opLo, opHi = "<", ">"
	}
	one, err := pair(opLo, opHi, lo, hi, e.Lo, e.Hi)
	if err != nil || !e.Symmetric {
		return one, err
	}
	two, err := pair(opLo, opHi, hi, lo, e.Hi, e.Lo)
	if err != nil {
		return nil, err
	}
	if e.Not {
		return &scalar.And{Args: []scalar.Expr{one, two}}, nil
	}
	return &scalar.Or{Args: []scalar.Expr{one, two}}, nil
}

func (b *binder) in(s *scope, e *ast.In) (scalar.Expr, error) {
	if e.Query != nil {
		return b.inQuery(s, e)
	}
	x, err := b.expr(s, e.X)
	if err != nil {
		return nil, err
	}
	list, err := b.exprs(s, e.List)
	if err != nil {
		return nil, err
	}
	op := "="
	if e.Not {
		op = "<>"
	}
	// Members without columns make one list where they have a common type;
	// the others are compared one by one.
	var plain, rest []scalar.Expr
	for _, m := range list {
		if b.hasLocalColumn(s, m) {
			rest = append(rest, m)
		} else {
			plain = append(plain, m)
		}
	}
	var out []scalar.Expr
	if len(plain) > 1 {
		in, err := b.inList(x, plain, e.Not, e.OpPos)
		if err != nil {
			return nil, err
		}
		if in != nil {
			out, list = append(out, in), rest
		}
	}
	for i, m := range list {
		l := x
		if i > 0 || len(out) > 0 {
			if l, err = b.again(s, e.X, x); err != nil {
				return nil, err
			}
		}
		c, err := b.compare(op, l, m, e.OpPos)
		if err != nil {
			return nil, err
		}
		if c, err = b.coerceBool(c, "IN", e); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	if e.Not {
		return and(out), nil
	}
	return or(out), nil
}

// inList makes an InList where all members and x have a common type; nil else.
func (b *binder) inList(x scalar.Expr, list []scalar.Expr, not bool, pos int32) (scalar.Expr, error) {
	ts := make([]types.Type, 0, len(list)+1)
	ts = append(ts, x.Type())
	for _, m := range list {
		if _, ok := m.(*scalar.Row); ok {
			return nil, nil
		}
		ts = append(ts, m.Type())
	}
	t, _, err := function.CommonType(ts, "IN")
	if err != nil || t.OID == types.RecordOID || types.ArrayOf(types.New(t.OID)).OID == 0 {
		return nil, nil
	}
	op, err := findOperator("=", x.Type(), types.New(t.OID))
	if err != nil {
		return nil, b.place(err, pos)
	}
	out := &scalar.InList{Eq: op.Op.Fn, Not: not, List: make([]scalar.Expr, len(list))}
	if out.Arg, err = b.coerceArg(x, op.Left, pos); err != nil {
		return nil, err
	}
	for i, m := range list {
		if m, err = b.coerceArg(m, t.OID, pos); err != nil {
			return nil, err
		}
		if out.List[i], err = b.coerceArg(m, op.Right, pos); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// hasLocalColumn says whether e reads a column of this query level.
func (b *binder) hasLocalColumn(s *scope, e scalar.Expr) bool {
	if _, ok := e.(*scalar.Const); ok {
		return false
	}
	cols := scalar.Columns(e)
	return cols.Intersects(s.cols) || s.sel != nil && cols.Intersects(s.sel.made)
}

// like binds LIKE, ILIKE and SIMILAR TO as the operators that Postgres has for them.
func (b *binder) like(s *scope, e *ast.Like) (scalar.Expr, error) {
	x, err := b.expr(s, e.X)
	if err != nil {
		return nil, err
	}
	p, err := b.expr(s, e.Pattern)
	if err != nil {
		return nil, err
	}
	var escape scalar.Expr
	if e.Escape != nil {
		if escape, err = b.expr(s, e.Escape); err != nil {
			return nil, err
		}
	}
	op := [...]string{ast.LikeLike: "~~", ast.LikeILike: "~~*", ast.LikeSimilar: "~"}[e.Kind]
	if e.Not {
		op = "!" + op
	}
	switch {
	case e.Kind == ast.LikeSimilar:
		args := []scalar.Expr{p}
		if escape != nil {
			args = append(args, escape)
		}
		p, err = b.callNamed("similar_to_escape", args, e.OpPos)
	case escape != nil:
		p, err = b.callNamed("like_escape", []scalar.Expr{p, escape}, e.OpPos)
	}
	if err != nil {
		return nil, err
	}
	return b.compare(op, x, p, e.OpPos)
}

// fieldName is the name of a row's field: f1, f2, … where it has none.
func fieldName(r *scalar.Row, i int) string {
	if i < len(r.Names) {
		return r.Names[i]
	}
	return "f" + strconv.Itoa(i+1)
}
