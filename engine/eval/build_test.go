package eval

import (
	"testing"

	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

// The expressions of these tests are put together by hand, as the binder would.

func col(id int, t types.Type) scalar.Expr {
	return &scalar.Column{ID: scalar.ColumnID(id), Typ: t}
}

func konst(d types.Datum, t types.Type) scalar.Expr {
	return &scalar.Const{Value: d, Typ: t, Pos: -1}
}

func intConst(v int64) scalar.Expr {
	return konst(types.Int(column.Int32, v), types.New(types.Int4OID))
}

func textConst(s string) scalar.Expr { return konst(types.Text(s), types.New(types.TextOID)) }

func numConst(s string) scalar.Expr {
	n := numeric.MustParse(s)
	t := types.LiteralNumeric(n)
	d := types.Datum{Kind: t.Kind()}
	switch t.Kind() {
	case column.Int64:
		d.I, _ = n.Scaled64(int(t.Scale))
	case column.Int128:
		hi, lo, _ := n.Scaled128(int(t.Scale))
		d = types.Int128(column.Int128Value{Hi: hi, Lo: lo})
	default:
		d.S = string(n.AppendEncoded(nil))
	}
	return konst(d, t)
}

// op calls an operator on arguments of exactly its types.
func op(t *testing.T, name string, args ...scalar.Expr) scalar.Expr {
	t.Helper()
	for _, o := range function.OperatorsNamed(name) {
		if len(args) == 2 && o.Left == args[0].Type().OID && o.Right == args[1].Type().OID ||
			len(args) == 1 && o.Left == 0 && o.Right == args[0].Type().OID {
			return callOf(o.Fn, args...)
		}
	}
	t.Fatalf("no operator %s", name)
	return nil
}

func callOf(fn *function.Function, args ...scalar.Expr) scalar.Expr {
	var ts []types.Type
	for _, a := range args {
		ts = append(ts, a.Type())
	}
	typ := types.New(fn.Result)
	if fn.ResultType != nil {
		typ = fn.ResultType(ts)
	}
	return &scalar.Call{Fn: fn, Args: args, Typ: typ, Pos: -1}
}

// fn calls a function by name on arguments of exactly its types.
func fn(t *testing.T, name string, args ...scalar.Expr) scalar.Expr {
	t.Helper()
next:
	for _, f := range function.Named(name) {
		if len(f.Args) != len(args) {
			continue
		}
		for i, a := range args {
			if f.Args[i] != a.Type().OID {
				continue next
			}
		}
		return callOf(f, args...)
	}
	t.Fatalf("no function %s", name)
	return nil
}

// run evaluates e over one batch.
func run(t *testing.T, e scalar.Expr, cols ...*column.Column) []types.Datum {
	t.Helper()
	got, err := tryRun(t, e, cols...)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func tryRun(t *testing.T, e scalar.Expr, cols ...*column.Column) ([]types.Datum, error) {
	t.Helper()
	layout := Layout{}
	for i := range cols {
		layout[scalar.ColumnID(i+1)] = i
	}
	ev, err := Compile(e, layout, nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &batch.Batch{Cols: cols, Len: 1}
	if len(cols) > 0 {
		b.Len = cols[0].Len
	}
	c, err := ev.Eval(b)
	if err != nil {
		return nil, err
	}
	if c.Len != b.Len {
		t.Fatalf("%d rows for a batch of %d", c.Len, b.Len)
	}
	var out []types.Datum
	for i := range b.Len {
		out = append(out, DatumOf(c, i, e.Type()))
	}
	return out, nil
}

// opFn is the function of a text operator.
func opFn(t *testing.T, name string) *function.Function {
	t.Helper()
	for _, o := range function.OperatorsNamed(name) {
		if o.Left == types.TextOID && o.Right == types.TextOID {
			return o.Fn
		}
	}
	t.Fatalf("no operator %s", name)
	return nil
}
