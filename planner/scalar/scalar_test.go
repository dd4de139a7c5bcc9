package scalar

import (
	"testing"

	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

var int4 = types.New(types.Int4OID)

func col(id ColumnID) *Column { return &Column{ID: id, Typ: int4, Name: "c"} }
func num(v int64) *Const      { return &Const{Value: types.Int(column.Int32, v), Typ: int4} }

// op applies an operator on integers.
func op(t *testing.T, name string, l, r Expr) *Call {
	t.Helper()
	lt := int4
	c, err := function.ResolveOperator(name, &lt, int4)
	if err != nil {
		t.Fatal(err)
	}
	return &Call{Fn: c.Op.Fn, Args: []Expr{l, r}, Typ: types.New(c.Op.Result), Op: name}
}

func TestColSet(t *testing.T) {
	a := SetOf(1, 64, 200)
	b := SetOf(64)
	if !b.SubsetOf(a) || a.SubsetOf(b) || !a.Intersects(b) || a.Len() != 3 || !a.Has(200) || a.Has(65) {
		t.Errorf("set %v is not what was put in", a)
	}
	c := a.Copy()
	c.RemoveSet(b)
	c.Remove(200)
	c.Remove(5000)
	var left []ColumnID
	c.Each(func(id ColumnID) { left = append(left, id) })
	if len(left) != 1 || left[0] != 1 || a.Len() != 3 {
		t.Errorf("left %v of %v", left, a)
	}
	c.Remove(1)
	if !c.Empty() || !c.SubsetOf(b) || c.Intersects(a) {
		t.Errorf("%v is not empty", c)
	}
	c.AddSet(a)
	if !a.SubsetOf(c) {
		t.Errorf("%v lacks some of %v", c, a)
	}
}

func TestRewriteShares(t *testing.T) {
	kept := op(t, "=", col(2), num(1))
	e := &And{Args: []Expr{op(t, "<", col(1), num(5)), kept}}
	same := Rewrite(e, func(x Expr) Expr { return x })
	if same != Expr(e) {
		t.Error("a rewrite that changes nothing made a new node")
	}
	out := ReplaceColumns(e, func(c *Column) Expr {
		if c.ID == 1 {
			return col(7)
		}
		return nil
	}).(*And)
	if out.Args[1] != Expr(kept) {
		t.Error("what does not change is not shared")
	}
	if got := Columns(out); !got.Has(7) || got.Has(1) || !got.Has(2) {
		t.Errorf("columns %v", got)
	}
	if got, want := String(out), "((c#7 < 5) and (c#2 = 1))"; got != want {
		t.Errorf("printed %s, want %s", got, want)
	}
}

func TestMapReachesEveryOperand(t *testing.T) {
	eq := op(t, "=", col(1), col(2)).Fn
	for _, e := range []Expr{
		&Cast{Arg: col(1), Typ: int4}, &Not{Arg: col(1)}, &IsNull{Arg: col(1)}, &BoolTest{Arg: col(1)},
		&Distinct{Left: num(1), Right: col(1), Eq: eq}, &Case{Whens: []When{{num(1), col(1)}}, Else: num(2), Typ: int4},
		&Case{Whens: []When{{num(1), num(1)}}, Else: col(1), Typ: int4}, &Coalesce{Args: []Expr{num(1), col(1)}, Typ: int4},
		&NullIf{Left: num(1), Right: col(1), Eq: eq, Typ: int4}, &MinMax{Args: []Expr{col(1)}, Typ: int4},
		&InList{Arg: num(1), List: []Expr{col(1)}, Eq: eq}, &InList{Arg: col(1), List: []Expr{num(1)}, Eq: eq},
		&AnyArray{Arg: num(1), Array: col(1), Op: eq}, &Array{Elems: []Expr{col(1)}, Typ: int4},
		&Subscript{Arg: num(1), Index: num(1), Upper: col(1), Slice: true, Typ: int4}, &Row{Fields: []Expr{col(1)}, Typ: int4},
		&Or{Args: []Expr{num(1), col(1)}},
	} {
		out := ReplaceColumns(e, func(*Column) Expr { return col(9) })
		if got := Columns(out); !got.Has(9) || got.Has(1) {
			t.Errorf("%s became %s", String(e), String(out))
		}
		if Equal(e, out) || !Equal(e, Rewrite(e, func(x Expr) Expr {
			if c, ok := x.(*Column); ok {
				d := *c
				return &d
			}
			return x
		})) {
			t.Errorf("%s: equality does not see its operands", String(e))
		}
	}
}

func TestFacts(t *testing.T) {
	div := op(t, "/", col(1), col(2))
	if !CanFail(div) || CanFail(op(t, "/", col(1), num(2))) || CanFail(op(t, "<", col(1), col(2))) {
		t.Error("division fails by zero only, comparison never")
	}
	call := func(name string) *Call {
		c, err := function.Resolve("", name, nil, function.Want{})
		if err != nil {
			t.Fatal(err)
		}
		return &Call{Fn: c.Fn, Typ: types.New(c.Fn.Result)}
	}
	for _, c := range []struct {
		e    Expr
		want function.Volatility
	}{
		{div, function.Immutable},
		{&Not{Arg: &Param{Index: 1, Typ: int4}}, function.Stable},
		{&And{Args: []Expr{num(1), call("now")}}, function.Stable},
		{&Coalesce{Args: []Expr{call("now"), call("random")}}, function.Volatile},
		{&Cast{Arg: num(1), Typ: int4, Volatility: function.Stable}, function.Stable},
	} {
		if got := Volatility(c.e); got != c.want {
			t.Errorf("%s: volatility %d, want %d", String(c.e), got, c.want)
		}
	}
	if got := SplitAnd(nil, &And{Args: []Expr{num(1), &And{Args: []Expr{num(2), num(3)}}}}); len(got) != 3 {
		t.Errorf("%d conjuncts", len(got))
	}
}
