package rule

import (
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/planner/scalar"
)

// or simplifies a disjunction:
//
//	(a and b) or (a and c)   =>  a and (b or c)
//	x = 1 or x = 2 or p      =>  x in (1, 2) or p
//
// AND and OR distribute over each other in three-valued logic too. What is
// taken out must not fail: it is evaluated before what stood in front of it.
func (f *folder) or(e *scalar.Or) scalar.Expr {
	s := joinBool(e, e.Args, true)
	o, ok := s.(*scalar.Or)
	if !ok {
		return s
	}
	if r := factor(o); r != nil {
		return r
	}
	if r := gather(o); r != nil {
		return r
	}
	return o
}

func factor(o *scalar.Or) scalar.Expr {
	var common []scalar.Expr
	for _, a := range scalar.SplitAnd(nil, o.Args[0]) {
		if scalar.Volatility(a) == volatile || scalar.CanFail(a) {
			continue
		}
		everywhere := true
		for _, arm := range o.Args[1:] {
			everywhere = everywhere && contains(scalar.SplitAnd(nil, arm), a)
		}
		if everywhere {
			common = append(common, a)
		}
	}
	if len(common) == 0 {
		return nil
	}
	var arms []scalar.Expr
	for _, arm := range o.Args {
		var rest []scalar.Expr
		for _, a := range scalar.SplitAnd(nil, arm) {
			if !contains(common, a) {
				rest = append(rest, a)
			}
		}
		if len(rest) == 0 { // a or (a and b) is a
			return and(common)
		}
		arms = append(arms, and(rest))
	}
	left := or(arms)
	if o, ok := left.(*scalar.Or); ok {
		if r := gather(o); r != nil {
			left = r
		}
	}
	return and(append(common, left))
}

// gather makes one IN of equalities of one expression with constants.
func gather(o *scalar.Or) scalar.Expr {
	var lists []*scalar.InList
	var rest []scalar.Expr
	merged := false
	for _, a := range o.Args {
		in := asInList(a)
		if in == nil {
			rest = append(rest, a)
			continue
		}
		found := false
		for i, l := range lists {
			if l.Eq == in.Eq && scalar.Equal(l.Arg, in.Arg) {
				c := *l
				c.List = append(append([]scalar.Expr(nil), l.List...), in.List...)
				lists[i] = &c
				found, merged = true, true
				break
			}
		}
		if !found {
			lists = append(lists, in)
		}
	}
	if !merged {
		return nil
	}
	var out []scalar.Expr
	for _, l := range lists {
		if len(l.List) == 1 {
			out = append(out, equality(l.Eq, l.Arg, l.List[0]))
			continue
		}
		out = append(out, l)
	}
	return or(append(out, rest...))
}

// asInList sees x = constant, or x in (constants), as an IN list.
func asInList(e scalar.Expr) *scalar.InList {
	switch e := e.(type) {
	case *scalar.InList:
		if e.Not || scalar.Volatility(e.Arg) == volatile {
			return nil
		}
		for _, x := range e.List {
			if !scalar.IsConst(x) {
				return nil
			}
		}
		return e
	case *scalar.Call:
		if e.Op == "=" && len(e.Args) == 2 && scalar.IsConst(e.Args[1]) && scalar.Volatility(e.Args[0]) != volatile {
			return &scalar.InList{Arg: e.Args[0], List: e.Args[1:], Eq: e.Fn}
		}
	}
	return nil
}

func equality(eq *function.Function, l, r scalar.Expr) *scalar.Call {
	return &scalar.Call{Fn: eq, Args: []scalar.Expr{l, r}, Typ: boolType, Op: "=", Pos: -1}
}

// not pushes a negation down to where it vanishes:
//
//	not (a and b)  =>  not a or not b
//	not (a < b)    =>  a >= b
//	not not a      =>  a
func (f *folder) not(e *scalar.Not) scalar.Expr {
	switch a := e.Arg.(type) {
	case *scalar.Const:
		if a.Value.Null {
			return a
		}
		return boolConst(!a.Value.True())
	case *scalar.Not:
		return a.Arg
	case *scalar.And:
		return f.step(&scalar.Or{Args: f.negateAll(a.Args)})
	case *scalar.Or:
		return f.step(&scalar.And{Args: f.negateAll(a.Args)})
	case *scalar.IsNull:
		return f.step(&scalar.IsNull{Arg: a.Arg, Not: !a.Not})
	case *scalar.BoolTest:
		return &scalar.BoolTest{Arg: a.Arg, Want: a.Want, Not: !a.Not}
	case *scalar.Distinct:
		c := *a
		c.Not = !a.Not
		return &c
	case *scalar.InList:
		c := *a
		c.Not = !a.Not
		return &c
	case *scalar.Call:
		if len(a.Args) == 2 && a.Op != "" {
			if op, name := negator(a); op != nil {
				c := *a
				c.Fn, c.Op = op, name
				return &c
			}
		}
	}
	return e
}

func (f *folder) negateAll(list []scalar.Expr) []scalar.Expr {
	out := make([]scalar.Expr, len(list))
	for i, a := range list {
		out[i] = f.not(&scalar.Not{Arg: a})
	}
	return out
}

// inList computes x IN (…) of constants and makes an equality of a list of one.
func (f *folder) inList(e *scalar.InList) scalar.Expr {
	if len(e.List) == 1 {
		eq := equality(e.Eq, e.Arg, e.List[0])
		if e.Not {
			return f.not(&scalar.Not{Arg: f.step(eq)})
		}
		return f.step(eq)
	}
	return f.evaluate(e)
}

// anyArray turns = ANY and <> ALL over a constant array into IN lists, which
// statistics and scans understand.
func (f *folder) anyArray(e *scalar.AnyArray) scalar.Expr {
	arr, ok := e.Array.(*scalar.Const)
	if !ok || arr.Value.Null {
		if ok && e.Op.Strict {
			return nullBool
		}
		return e
	}
	in := e.OpName == "=" && !e.All
	notIn := e.OpName == "<>" && e.All
	if !in && !notIn || len(arr.Value.L) == 0 || !arr.Typ.IsArray() {
		return f.evaluate(e)
	}
	eq := e.Op
	if notIn {
		if eq = negatorOf(e.Op, "="); eq == nil {
			return e
		}
	}
	elem := arr.Typ.Elem()
	list := &scalar.InList{Arg: e.Arg, Eq: eq, Not: notIn}
	for _, d := range arr.Value.L {
		list.List = append(list.List, &scalar.Const{Value: d, Typ: elem, Pos: -1})
	}
	return f.inList(list)
}
