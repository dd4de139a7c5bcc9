package rule

import (
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// operatorOf is the operator called name whose work fn does.
func operatorOf(fn *function.Function, name string) *function.Operator {
	for _, o := range function.OperatorsNamed(name) {
		if o.Fn == fn {
			return o
		}
	}
	return nil
}

// operatorFor is the operator called name over these operand types as declared.
func operatorFor(name string, left, right types.OID) *function.Operator {
	for _, o := range function.OperatorsNamed(name) {
		if o.Left == left && o.Right == right {
			return o
		}
	}
	return nil
}

// negator is the operator that gives the opposite of a comparison, nil where
// there is none.
func negator(e *scalar.Call) (*function.Function, string) {
	o := operatorOf(e.Fn, e.Op)
	if o == nil || o.Negator == "" {
		return nil, ""
	}
	n := operatorFor(o.Negator, o.Left, o.Right)
	if n == nil {
		return nil, ""
	}
	return n.Fn, n.Name
}

// negatorOf is the function of the operator called name whose negation fn is.
func negatorOf(fn *function.Function, name string) *function.Function {
	for _, o := range function.OperatorsNamed(name) {
		if n := operatorFor(o.Negator, o.Left, o.Right); n != nil && n.Fn == fn {
			return o.Fn
		}
	}
	return nil
}

// commuted is the comparison with its sides swapped; nil where the operator
// has no commutator.
func commuted(e *scalar.Call) *scalar.Call {
	o := operatorOf(e.Fn, e.Op)
	if o == nil || o.Commutator == "" {
		return nil
	}
	m := operatorFor(o.Commutator, o.Right, o.Left)
	if m == nil {
		return nil
	}
	c := *e
	c.Fn, c.Op, c.Args = m.Fn, m.Name, []scalar.Expr{e.Args[1], e.Args[0]}
	return &c
}

// commute puts the constant of a comparison on the right, where statistics
// and scans look for it; nil where it is there already.
func (f *folder) commute(e *scalar.Call) scalar.Expr {
	switch e.Op {
	case "=", "<>", "<", "<=", ">", ">=":
	default:
		return nil
	}
	if len(e.Args) != 2 || !scalar.Columns(e.Args[0]).Empty() || scalar.Columns(e.Args[1]).Empty() {
		return nil
	}
	if scalar.CanFail(e.Args[0]) || scalar.CanFail(e.Args[1]) || scalar.Volatility(e) == volatile || scalar.HasSubquery(e) {
		return nil // which side raises first would change
	}
	if c := commuted(e); c != nil {
		return c
	}
	return nil
}

// equals is the function of a = b over one type, nil where the type has none.
func equals(t types.Type) *function.Function {
	if o := operatorFor("=", t.OID, t.OID); o != nil {
		return o.Fn
	}
	switch t.OID {
	case types.VarcharOID:
		return equals(types.New(types.TextOID))
	}
	if t.IsArray() {
		if o := operatorFor("=", types.AnyArrayOID, types.AnyArrayOID); o != nil {
			return o.Fn
		}
	}
	return nil
}

// notDistinct compares two columns of one type so that NULL equals NULL.
// Where neither can be NULL it is a plain equality.
func notDistinct(a, b logical.Column) scalar.Expr {
	eq := equals(a.Type)
	if a.NotNull && b.NotNull && eq != nil {
		return equality(eq, a.Ref(), b.Ref())
	}
	return &scalar.Distinct{Left: a.Ref(), Right: b.Ref(), Eq: eq, Not: true}
}

var bigintType = types.New(types.Int8OID)

func intConst(t types.Type, v int64) *scalar.Const {
	return &scalar.Const{Value: types.Int(t.Kind(), v), Typ: t, Pos: -1}
}

func bigint(v int64) *scalar.Const { return intConst(bigintType, v) }

// zero is what count gives over no rows.
func zero(t types.Type) *scalar.Const { return intConst(t, 0) }

// isCount says whether an aggregate gives 0, not NULL, over no rows.
func isCount(a *scalar.Aggregate) bool {
	switch a.Fn.Name {
	case "count", "regr_count":
		return true
	}
	return false
}

// named is the function of a name with these declared arguments. It panics
// where the table has none: the planner builds on it.
func named(name string, args ...types.OID) *function.Function {
	for _, f := range function.Named(name) {
		if len(f.Args) != len(args) {
			continue
		}
		same := true
		for i := range args {
			same = same && f.Args[i] == args[i]
		}
		if same {
			return f
		}
	}
	panic("planner/rule: no function " + name)
}

func operatorCall(name string, a, b scalar.Expr) *scalar.Call {
	o := operatorFor(name, a.Type().OID, b.Type().OID)
	if o == nil {
		panic("planner/rule: no operator " + name)
	}
	return &scalar.Call{Fn: o.Fn, Args: []scalar.Expr{a, b}, Typ: types.New(o.Result), Op: name, Pos: -1}
}

// numbering puts row_number() or rank() over in, by partition and order.
func (c *Context) numbering(fn string, in logical.Node, partition []logical.Column, order []scalar.SortKey) (logical.Node, logical.Column) {
	col := c.column(fn, bigintType, true)
	call := &scalar.WindowCall{
		Agg:       &scalar.Aggregate{Fn: named(fn), Typ: bigintType, Pos: -1},
		Partition: partitionBy(partition, nil),
		Order:     order,
		Frame:     scalar.Frame{Unit: scalar.Range, Start: scalar.UnboundedPreceding, End: scalar.CurrentRow},
	}
	return &logical.Window{Input: in, Items: []logical.WindowItem{{Col: col, Call: call}}}, col
}

func (c *Context) rowNumber(in logical.Node, partition []logical.Column, order []scalar.SortKey) (logical.Node, logical.Column) {
	return c.numbering("row_number", in, partition, order)
}

func (c *Context) rank(in logical.Node, partition []logical.Column, order []scalar.SortKey) (logical.Node, logical.Column) {
	return c.numbering("rank", in, partition, order)
}

// asBigint is a LIMIT's or OFFSET's expression as int8, which it is already
// where the binder made it.
func asBigint(e scalar.Expr) scalar.Expr {
	if e.Type().OID == types.Int8OID {
		return e
	}
	return &scalar.Cast{Arg: e, Typ: bigintType, Context: function.Implicit, Method: function.ByFunction, Pos: -1}
}

// rowRange says that the row number rn is among the count rows after the
// first offset; nil and NULL are no limit, and none.
func rowRange(rn logical.Column, count, offset scalar.Expr) []scalar.Expr {
	var out []scalar.Expr
	if offset != nil {
		out = append(out, operatorCall(">", rn.Ref(), notNull(asBigint(offset), 0)))
	}
	if count != nil {
		last := asBigint(count)
		if offset != nil {
			last = plus(last, notNull(asBigint(offset), 0))
		}
		out = append(out, upTo(rn, last))
	}
	return out
}

// tiesRange is rowRange for WITH TIES behind an offset: rows past the offset
// that rank no later than the last one wanted.
func tiesRange(rn, rank logical.Column, count, offset scalar.Expr) []scalar.Expr {
	skip := notNull(asBigint(offset), 0)
	return []scalar.Expr{
		operatorCall(">", rn.Ref(), skip),
		upTo(rank, plus(asBigint(count), skip)),
	}
}

// upTo is rn <= last, or true where last is NULL.
func upTo(rn logical.Column, last scalar.Expr) scalar.Expr {
	le := operatorCall("<=", rn.Ref(), last)
	if c, ok := last.(*scalar.Const); ok && !c.Value.Null {
		return le
	}
	return &scalar.Or{Args: []scalar.Expr{&scalar.IsNull{Arg: last}, le}}
}

func plus(a, b scalar.Expr) scalar.Expr {
	x, ok1 := a.(*scalar.Const)
	y, ok2 := b.(*scalar.Const)
	if ok1 && ok2 && !x.Value.Null && !y.Value.Null {
		if s := x.Value.I + y.Value.I; s >= x.Value.I {
			return bigint(s)
		}
		return bigint(1<<63 - 1)
	}
	return operatorCall("+", a, b)
}

// notNull is e, or v where e is NULL.
func notNull(e scalar.Expr, v int64) scalar.Expr {
	if c, ok := e.(*scalar.Const); ok {
		if c.Value.Null {
			return bigint(v)
		}
		return e
	}
	return &scalar.Coalesce{Args: []scalar.Expr{e, bigint(v)}, Typ: bigintType}
}

// arrayAgg collects e into an array of type t.
func arrayAgg(e scalar.Expr, order []scalar.SortKey, t types.Type) *scalar.Aggregate {
	arg := types.AnyNonArrayOID
	if e.Type().IsArray() {
		arg = types.AnyArrayOID
	}
	return &scalar.Aggregate{Fn: named("array_agg", arg), Args: []scalar.Expr{e}, OrderBy: order, Typ: t, Pos: -1}
}

func emptyArray(t types.Type) *scalar.Const {
	return &scalar.Const{Value: types.Datum{Kind: t.Kind()}, Typ: t, Pos: -1}
}

// anyValue is the aggregate that gives some value of its group; nil where
// the table has none.
func anyValue() *function.Function {
	for _, f := range function.Named("any_value") {
		return f
	}
	return nil
}
