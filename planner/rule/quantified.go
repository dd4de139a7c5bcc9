package rule

import (
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// conjunct turns a filter's conjunct that is just a subquery test, or the
// negation of one, into a semi or anti join; false if e is something else.
//
//	exists(S)        semi join S                not exists(S)   anti join S
//	x op any(S)      semi join S on x op s      not (x = any(S))  null-aware anti join S on x = s
//	x op all(S)      anti join S on (x op s) is not true
//	not (x op all(S))  semi join S on not (x op s)
func (a *attacher) conjunct(e scalar.Expr) (bool, error) {
	not := false
	if n, ok := e.(*scalar.Not); ok {
		not, e = true, n.Arg
	}
	s, ok := e.(*scalar.Subquery)
	if !ok || s.Kind == scalar.ScalarSubquery || s.Kind == scalar.ArraySubquery {
		return false, nil
	}
	plan, tests, err := a.plan(s)
	if err != nil {
		return false, err
	}
	if s.Kind == scalar.ExistsSubquery {
		a.existsConjunct(forExists(plan), not)
		return true, nil
	}
	if tests, err = a.arguments(tests, nil); err != nil {
		return false, err
	}
	test := pairTest(tests)
	switch {
	case s.Kind == scalar.AnySubquery && !not:
		a.join(logical.Semi, plan, scalar.SplitAnd(nil, test))
	case s.Kind == scalar.AnySubquery:
		a.antiUnlessFalse(plan, test)
	case !not: // x op all: no row for which x op s is not true
		if eq := opposite(tests); eq != nil {
			a.antiUnlessFalse(plan, eq)
			break
		}
		a.join(logical.Anti, plan, []scalar.Expr{&scalar.BoolTest{Arg: test, Want: scalar.WantTrue, Not: true}})
	default:
		if eq := opposite(tests); eq != nil {
			a.join(logical.Semi, plan, scalar.SplitAnd(nil, eq))
			break
		}
		a.join(logical.Semi, plan, []scalar.Expr{&scalar.Not{Arg: test}})
	}
	return true, nil
}

func (a *attacher) existsConjunct(plan logical.Node, not bool) {
	if b := rowBounds(plan); b.min >= 1 && not || b.max == 0 && !not {
		a.input = filter(a.input, falseConst)
		return
	} else if b.min >= 1 || b.max == 0 {
		return
	}
	kind := logical.Semi
	if not {
		kind = logical.Anti
	}
	a.join(kind, a.oneIsEnough(plan), nil)
}

// antiUnlessFalse keeps rows for which test is false with every row of plan:
// a test that is NULL drops the row as well as a true one.
func (a *attacher) antiUnlessFalse(plan logical.Node, test scalar.Expr) {
	j := a.join(logical.Anti, plan, scalar.SplitAnd(nil, test))
	j.NullAware = !neverNullTest(test, a.notNull(plan))
}

// notNull are the columns of the input and of plan that are never NULL.
func (a *attacher) notNull(plan logical.Node) scalar.ColSet {
	var s scalar.ColSet
	for _, n := range [...]logical.Node{a.input, plan} {
		for _, c := range n.Schema() {
			if c.NotNull {
				s.Add(c.ID)
			}
		}
	}
	return s
}

// neverNullTest says whether test cannot be NULL: comparisons of columns
// that are NOT NULL, and of constants.
func neverNullTest(test scalar.Expr, notNull scalar.ColSet) bool {
	switch e := test.(type) {
	case *scalar.Column:
		return notNull.Has(e.ID)
	case *scalar.Const:
		return !e.Value.Null
	case *scalar.Cast:
		return neverNullTest(e.Arg, notNull) && !e.Try
	case *scalar.And:
		for _, x := range e.Args {
			if !neverNullTest(x, notNull) {
				return false
			}
		}
		return true
	case *scalar.Call:
		if e.Op == "" || !e.Fn.Strict { // comparison operators give NULL for NULL only
			return false
		}
		switch e.Op {
		case "=", "<>", "<", "<=", ">", ">=":
		default:
			return false
		}
		for _, x := range e.Args {
			if !neverNullTest(x, notNull) {
				return false
			}
		}
		return true
	}
	return false
}

// arguments takes subqueries out of the outer sides of tests.
func (a *attacher) arguments(tests []scalar.SubqueryTest, guard []scalar.Expr) ([]scalar.SubqueryTest, error) {
	out := append([]scalar.SubqueryTest(nil), tests...)
	for i := range out {
		x, err := a.expr(out[i].Arg, guard)
		if err != nil {
			return nil, err
		}
		out[i].Arg = x
	}
	return out, nil
}

// pairTest compares the outer row with one row of the subquery. Rows are
// equal if all their columns are, and differ if one does.
func pairTest(tests []scalar.SubqueryTest) scalar.Expr {
	var list []scalar.Expr
	differ := false
	for i := range tests {
		t := &tests[i]
		inner := t.Cast
		if inner == nil {
			col := t.Column
			inner = &col
		}
		list = append(list, &scalar.Call{Fn: t.Op, Args: []scalar.Expr{t.Arg, inner}, Typ: boolType, Op: t.OpName, Pos: -1})
		differ = t.OpName == "<>"
	}
	if differ {
		return or(list)
	}
	return and(list)
}

// opposite is the equality of which <> tests are the negation; nil for other
// operators.
func opposite(tests []scalar.SubqueryTest) scalar.Expr {
	out := append([]scalar.SubqueryTest(nil), tests...)
	for i := range out {
		if out[i].OpName != "<>" {
			return nil
		}
		eq := negatorOf(out[i].Op, "=")
		if eq == nil {
			return nil
		}
		out[i].Op, out[i].OpName = eq, "="
	}
	return pairTest(out)
}

// quantified marks each row with the answer of ANY or ALL.
func (a *attacher) quantified(s *scalar.Subquery, plan logical.Node, tests []scalar.SubqueryTest, guard []scalar.Expr) (scalar.Expr, error) {
	tests, err := a.arguments(tests, guard)
	if err != nil {
		return nil, err
	}
	test := pairTest(tests)
	all := s.Kind == scalar.AllSubquery
	if all { // x op all(S) is not (not (x op s)) any
		if eq := opposite(tests); eq != nil {
			test = eq
		} else {
			test = &scalar.Not{Arg: test}
		}
	}
	nullAware := !neverNullTest(test, a.notNull(plan))
	mark := a.p.c.column("any", boolType, !nullAware)
	var on []scalar.Expr
	for _, g := range a.needed(guard, scalar.PlanCanFail(plan)) {
		on = append(on, &scalar.BoolTest{Arg: g, Want: scalar.WantTrue})
	}
	j := a.join(logical.Mark, plan, scalar.SplitAnd(on, test))
	j.MarkCol, j.NullAware = &mark, nullAware
	if all {
		return &scalar.Not{Arg: mark.Ref()}, nil
	}
	return mark.Ref(), nil
}
