package scalar

import (
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/types"
)

// AddColumns adds the columns that e reads to s, the correlated columns of
// subquery plans inside it included.
func AddColumns(e Expr, s *ColSet) {
	Walk(e, func(e Expr) bool {
		switch e := e.(type) {
		case *Column:
			s.Add(e.ID)
		case *Subquery:
			s.AddSet(e.Outer())
		}
		return true
	})
}

// Columns is the set of columns that e reads, the correlated columns of
// subquery plans inside it included.
func Columns(e Expr) ColSet {
	var s ColSet
	AddColumns(e, &s)
	return s
}

// Outer is the set of columns that the subquery's plan reads and does not
// make itself: what correlates it to its surroundings. The tests' own
// arguments are not among them unless the plan reads them too.
func (e *Subquery) Outer() ColSet { return PlanOuter(e.Plan) }

// PlanOuter is the set of columns that a plan reads and does not make.
func PlanOuter(p Relation) ColSet {
	var used, made ColSet
	p.Visit(func(e Expr) { AddColumns(e, &used) }, func(id ColumnID) { made.Add(id) })
	used.RemoveSet(made)
	return used
}

// HasSubquery says whether e holds a subquery.
func HasSubquery(e Expr) bool {
	return Any(e, func(e Expr) bool { _, ok := e.(*Subquery); return ok })
}

// Volatility is the highest volatility of anything in e. Parameters are
// stable: their values are known when execution starts.
func Volatility(e Expr) function.Volatility {
	v := function.Immutable
	Walk(e, func(e Expr) bool {
		v = max(v, own(e))
		return v != function.Volatile
	})
	return v
}

// own is the volatility of e's own step.
func own(e Expr) function.Volatility {
	switch e := e.(type) {
	case *Call:
		return e.Fn.Volatility
	case *Cast:
		return e.Volatility
	case *Param:
		return function.Stable
	case *Session:
		return e.Fn.Volatility
	case *AnyArray:
		return e.Op.Volatility
	case *Subquery:
		return PlanVolatility(e.Plan)
	}
	return function.Immutable
}

// PlanVolatility is the highest volatility of any expression in a plan; a
// plan reads tables and so is at least stable.
func PlanVolatility(p Relation) function.Volatility {
	v := function.Stable
	p.Visit(func(e Expr) { v = max(v, Volatility(e)) }, nil)
	return v
}

// SideEffect says whether evaluating e changes anything (nextval, setseed).
func SideEffect(e Expr) bool {
	return Any(e, func(e Expr) bool {
		switch e := e.(type) {
		case *Call:
			return e.Fn.SideEffect
		case *Subquery:
			found := false
			e.Plan.Visit(func(e Expr) { found = found || SideEffect(e) }, nil)
			return found
		}
		return false
	})
}

// CanFail says whether evaluating e may raise an error for some row. What
// can fail is never evaluated for a row that SQL would not evaluate it for.
func CanFail(e Expr) bool {
	return Any(e, func(e Expr) bool {
		switch e := e.(type) {
		case *Call:
			return !e.Safe && e.Fn.CanFail && e.Fn.Fails(constants(e.Args))
		case *Cast:
			return e.Fails && !e.Try
		case *AnyArray:
			return e.Op.CanFail
		case *Subquery:
			return e.Kind == ScalarSubquery || PlanCanFail(e.Plan)
		}
		return false
	})
}

// constants is the values of those arguments that are constants, nil for the
// others.
func constants(args []Expr) []*types.Datum {
	out := make([]*types.Datum, len(args))
	for i, a := range args {
		if c, ok := a.(*Const); ok {
			out[i] = &c.Value
		}
	}
	return out
}

// PlanCanFail says whether some expression in a plan can fail.
func PlanCanFail(p Relation) bool {
	found := false
	p.Visit(func(e Expr) { found = found || CanFail(e) }, nil)
	return found
}

// IsConst says whether e is a constant.
func IsConst(e Expr) bool { _, ok := e.(*Const); return ok }

// IsNullConst says whether e is a NULL constant.
func IsNullConst(e Expr) bool {
	c, ok := e.(*Const)
	return ok && c.Value.Null
}

// SplitAnd appends e's conjuncts to list, in order.
func SplitAnd(list []Expr, e Expr) []Expr {
	if a, ok := e.(*And); ok {
		for _, x := range a.Args {
			list = SplitAnd(list, x)
		}
		return list
	}
	return append(list, e)
}
