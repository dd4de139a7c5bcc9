package eval

import (
	"context"

	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

// Compile makes an evaluator of e for one worker. Every column that e reads
// has to be in the layout.
func Compile(e scalar.Expr, layout Layout, env *Env) (Evaluator, error) {
	if env == nil {
		env = &Env{}
	}
	cp := &compiler{layout: layout, env: env}
	n, err := cp.node(e)
	if err != nil {
		return nil, err
	}
	return &evaluator{root: n, kind: e.Type().Kind(), repeatable: scalar.Volatility(e) != function.Volatile}, nil
}

// Constant computes an expression without columns, parameters or subqueries
// of which nothing asks the session.
func Constant(e scalar.Expr) (types.Datum, error) { return ConstantIn(e, nil) }

// ConstantIn is Constant in an environment: parameters and what is stable may
// stand in e, as in LIMIT $1.
func ConstantIn(e scalar.Expr, env *Env) (types.Datum, error) {
	ev, err := Compile(e, nil, env)
	if err != nil {
		return types.Datum{}, err
	}
	c, err := ev.Eval(&batch.Batch{Len: 1})
	if err != nil {
		return types.Datum{}, err
	}
	return DatumOf(c, 0, e.Type()), nil
}

// DatumOf is row i of a column of type t as a Datum of the type's kind: a
// numeric that came narrow is widened.
func DatumOf(c *column.Column, i int, t types.Type) types.Datum {
	d := types.FromColumn(c, i)
	k := t.Kind()
	if d.Null {
		return types.Null(k)
	}
	if d.Kind == column.Int64 && k == column.Int128 {
		return types.Int128(wideScaled(d.I))
	}
	return d
}

// Folder computes constants for the planner (planner/rule.Evaluator).
type Folder struct{}

// Evaluate is Constant. An expression that would ask the session, the clock
// or the catalog is an error: it is not folded.
func (Folder) Evaluate(_ context.Context, e scalar.Expr) (types.Datum, error) {
	return Constant(e)
}

// evaluator is a compiled expression.
type evaluator struct {
	root       node
	kind       column.Kind
	repeatable bool
	f          frame
}

func (e *evaluator) Eval(b *batch.Batch) (*column.Column, error) {
	if b.Rows() == 0 {
		return column.NewNull(e.kind, b.Len), nil
	}
	e.f.cols, e.f.n = b.Cols, b.Len
	c, err := e.root.eval(&e.f, b.Sel)
	if err != nil {
		return nil, lowestError(err, e.repeatable, &e.f, b.Sel, func(sel []int32) error {
			_, err := e.root.eval(&e.f, sel)
			return err
		})
	}
	return c, nil
}

// lowestError is the error of the lowest failing row. Kernels report that of
// their own rows; where an expression has several steps that can fail a later
// one may fail on an earlier row, so the rows are tried one by one.
func lowestError(err error, repeatable bool, f *frame, sel []int32, try func([]int32) error) error {
	if !repeatable {
		return err
	}
	var one [1]int32
	for _, i := range rowsOf(f, sel) {
		one[0] = i
		if e := try(one[:]); e != nil {
			return e
		}
	}
	return err
}

// compiler turns expressions into nodes.
type compiler struct {
	layout Layout
	env    *Env
	inDict bool // inside a subtree that runs over a dictionary's entries
}

// node compiles e. A subtree that reads one column is wrapped so that it runs
// once per entry where that column comes as a dictionary.
func (cp *compiler) node(e scalar.Expr) (node, error) {
	if id, ok := cp.dictColumn(e); ok {
		inner := &compiler{layout: Layout{id: 0}, env: cp.env, inDict: true}
		n, err := inner.plain(e)
		if err != nil {
			return nil, err
		}
		pos, err := cp.position(e, id)
		if err != nil {
			return nil, err
		}
		return &dictNode{pos: pos, inner: n}, nil
	}
	return cp.plain(e)
}

// dictColumn is the only column that e reads, if e is more than that column.
func (cp *compiler) dictColumn(e scalar.Expr) (scalar.ColumnID, bool) {
	if cp.inDict {
		return 0, false
	}
	switch e.(type) {
	case *scalar.Column, *scalar.Const, *scalar.Param, *scalar.Session:
		return 0, false
	}
	var id scalar.ColumnID
	one := true
	scalar.Walk(e, func(e scalar.Expr) bool {
		switch e := e.(type) {
		case *scalar.Column:
			one = one && (id == 0 || id == e.ID)
			id = e.ID
		case *scalar.Subquery:
			one = false
		}
		return one
	})
	return id, one && id != 0 && scalar.Volatility(e) != function.Volatile
}

func (cp *compiler) position(e scalar.Expr, id scalar.ColumnID) (int, error) {
	pos, ok := cp.layout[id]
	if !ok {
		name := ""
		scalar.Walk(e, func(e scalar.Expr) bool {
			if c, ok := e.(*scalar.Column); ok && c.ID == id {
				name = c.Name
			}
			return true
		})
		return 0, sqlerr.Internal("column %d (%q) is not in the layout of its operator", id, name)
	}
	return pos, nil
}

func (cp *compiler) nodes(list []scalar.Expr) ([]node, error) {
	out := make([]node, len(list))
	for i, e := range list {
		n, err := cp.node(e)
		if err != nil {
			return nil, err
		}
		out[i] = n
	}
	return out, nil
}

// plain compiles e's own step.
func (cp *compiler) plain(e scalar.Expr) (node, error) {
	switch e := e.(type) {
	case *scalar.Column:
		pos, err := cp.position(e, e.ID)
		if err != nil {
			return nil, err
		}
		return columnNode(pos), nil
	case *scalar.Const:
		return newConst(e.Value, e.Typ), nil
	case *scalar.Param:
		if e.Index < 1 || e.Index > len(cp.env.Params) {
			return nil, sqlerr.New(sqlerr.UndefinedParameter, "there is no parameter $%d", e.Index)
		}
		return newConst(cp.env.Params[e.Index-1], e.Typ), nil
	case *scalar.Session:
		return cp.call(e.Fn, nil, nil, e.Typ)
	case *scalar.Call:
		args, err := cp.nodes(e.Args)
		if err != nil {
			return nil, err
		}
		return cp.callExpr(e, args)
	case *scalar.Cast:
		return cp.cast(e)
	case *scalar.And:
		return cp.logic(e.Args, false)
	case *scalar.Or:
		return cp.logic(e.Args, true)
	case *scalar.Not:
		n, err := cp.node(e.Arg)
		return &notNode{arg: n}, err
	case *scalar.IsNull:
		return cp.isNull(e)
	case *scalar.BoolTest:
		n, err := cp.node(e.Arg)
		return &boolTestNode{arg: n, want: e.Want, not: e.Not}, err
	case *scalar.Distinct:
		return cp.distinct(e)
	case *scalar.Case:
		return cp.caseNode(e)
	case *scalar.Coalesce:
		args, err := cp.nodes(e.Args)
		return newCoalesce(args, e), err
	case *scalar.NullIf:
		return cp.nullIf(e)
	case *scalar.MinMax:
		return cp.minMax(e)
	case *scalar.InList:
		return cp.inList(e)
	case *scalar.AnyArray:
		return cp.anyArray(e)
	case *scalar.Array:
		return cp.array(e)
	case *scalar.Subscript:
		return cp.subscript(e)
	case *scalar.Row:
		return cp.row(e)
	case *scalar.Subquery:
		return nil, sqlerr.Internal("a subquery was left in an expression")
	}
	return nil, sqlerr.Internal("cannot evaluate a %T", e)
}

// columnNode reads a column of the batch.
type columnNode int

func (n columnNode) eval(f *frame, _ []int32) (*column.Column, error) { return f.cols[n], nil }

// constNode is a constant.
type constNode struct {
	col   column.Column
	datum types.Datum
	typ   types.Type
}

func newConst(d types.Datum, t types.Type) *constNode {
	if d.Kind == column.Invalid {
		d.Kind = t.Kind()
	}
	return &constNode{col: *d.Column(1, t.Elem().Kind()), datum: d, typ: t}
}

func (n *constNode) eval(f *frame, _ []int32) (*column.Column, error) {
	n.col.Len = f.n
	return &n.col, nil
}
