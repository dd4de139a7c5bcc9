package rule

import (
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// attacher joins subqueries to one input and keeps what they became.
type attacher struct {
	p     *puller
	input logical.Node
	done  map[*scalar.Subquery]scalar.Expr
}

func (p *puller) attacher(in logical.Node) *attacher {
	return &attacher{p: p, input: in, done: map[*scalar.Subquery]scalar.Expr{}}
}

// expr is e with its subqueries replaced by columns of the new input. guard
// are conditions under which e is evaluated at all.
func (a *attacher) expr(e scalar.Expr, guard []scalar.Expr) (scalar.Expr, error) {
	if !scalar.HasSubquery(e) {
		return e, nil
	}
	switch e := e.(type) {
	case *scalar.Subquery:
		return a.subquery(e, guard)
	case *scalar.Case:
		return a.caseExpr(e, guard)
	case *scalar.And:
		args, err := a.branches(e.Args, guard, func(x scalar.Expr) scalar.Expr {
			return &scalar.BoolTest{Arg: x, Want: scalar.WantFalse, Not: true}
		})
		return &scalar.And{Args: args}, err
	case *scalar.Or:
		args, err := a.branches(e.Args, guard, func(x scalar.Expr) scalar.Expr {
			return &scalar.BoolTest{Arg: x, Want: scalar.WantTrue, Not: true}
		})
		return &scalar.Or{Args: args}, err
	case *scalar.Coalesce:
		args, err := a.branches(e.Args, guard, func(x scalar.Expr) scalar.Expr { return &scalar.IsNull{Arg: x} })
		return &scalar.Coalesce{Args: args, Typ: e.Typ}, err
	}
	var err error
	out := scalar.Map(e, func(o scalar.Expr) scalar.Expr {
		x, fail := a.expr(o, guard)
		if fail != nil {
			err = fail
			return o
		}
		return x
	})
	return out, err
}

// branches rewrites arguments of which each is evaluated only where next
// holds for all before it.
func (a *attacher) branches(args, guard []scalar.Expr, next func(scalar.Expr) scalar.Expr) ([]scalar.Expr, error) {
	out := make([]scalar.Expr, len(args))
	guard = guard[:len(guard):len(guard)]
	for i, x := range args {
		y, err := a.expr(x, guard)
		if err != nil {
			return nil, err
		}
		out[i] = y
		guard = append(guard, next(y))
	}
	return out, nil
}

func (a *attacher) caseExpr(e *scalar.Case, guard []scalar.Expr) (scalar.Expr, error) {
	out := &scalar.Case{Whens: make([]scalar.When, len(e.Whens)), Typ: e.Typ}
	guard = guard[:len(guard):len(guard)]
	for i, w := range e.Whens {
		cond, err := a.expr(w.Cond, guard)
		if err != nil {
			return nil, err
		}
		then, err := a.expr(w.Then, append(guard[:len(guard):len(guard)], cond))
		if err != nil {
			return nil, err
		}
		out.Whens[i] = scalar.When{Cond: cond, Then: then}
		guard = append(guard, &scalar.BoolTest{Arg: cond, Want: scalar.WantTrue, Not: true})
	}
	els, err := a.expr(e.Else, guard)
	out.Else = els
	return out, err
}

// plan is a subquery's plan, freed of subqueries of its own, and its tests.
// A plan that is used a second time is copied under new ids.
func (a *attacher) plan(s *scalar.Subquery) (logical.Node, []scalar.SubqueryTest, error) {
	plan, tests := s.Plan.(logical.Node), s.Tests
	if a.p.used[s] {
		fresh, ids := a.p.c.copyPlan(plan)
		plan = fresh
		tests = append([]scalar.SubqueryTest(nil), tests...)
		for i := range tests {
			old := tests[i].Column
			tests[i].Column.ID = ids[old.ID]
			col := tests[i].Column
			if tests[i].Cast != nil {
				tests[i].Cast = scalar.ReplaceColumns(tests[i].Cast, func(c *scalar.Column) scalar.Expr {
					if c.ID == old.ID {
						return &col
					}
					return nil
				})
			}
		}
	}
	a.p.used[s] = true
	plan, err := a.p.plan(plan)
	return plan, tests, err
}

// subquery joins s to the input; the answer is a column or simple expression.
func (a *attacher) subquery(s *scalar.Subquery, guard []scalar.Expr) (scalar.Expr, error) {
	if e, ok := a.done[s]; ok && len(guard) == 0 {
		return e, nil
	}
	plan, tests, err := a.plan(s)
	if err != nil {
		return nil, err
	}
	var e scalar.Expr
	switch s.Kind {
	case scalar.ScalarSubquery:
		e = a.scalar(plan, a.needed(guard, !atMostOne(plan) || scalar.PlanCanFail(plan)))
	case scalar.ExistsSubquery:
		e = a.exists(plan, a.needed(guard, scalar.PlanCanFail(plan)))
	case scalar.ArraySubquery:
		e = a.array(plan, s, a.needed(guard, scalar.PlanCanFail(plan)))
	default:
		if e, err = a.quantified(s, plan, tests, guard); err != nil {
			return nil, err
		}
	}
	if len(guard) == 0 {
		a.done[s] = e
	}
	return e, nil
}

// needed is guard where it matters and may be evaluated twice.
func (a *attacher) needed(guard []scalar.Expr, fallible bool) []scalar.Expr {
	if !fallible {
		return nil
	}
	for _, g := range guard {
		if scalar.Volatility(g) == volatile {
			return nil
		}
	}
	return guard
}

func (a *attacher) join(kind logical.JoinKind, plan logical.Node, on []scalar.Expr) *logical.Join {
	j := &logical.Join{Kind: kind, Left: a.input, Right: plan, On: on}
	j.Lateral = correlated(plan, logical.Columns(a.input))
	a.input = j
	return j
}

// scalar joins a plan whose first column is wanted. A SELECT without FROM
// needs no join: it is its expression.
func (a *attacher) scalar(plan logical.Node, guard []scalar.Expr) scalar.Expr {
	if p, ok := plan.(*logical.Project); ok && isOneRow(p.Input) && len(p.Exprs) > 0 {
		return p.Exprs[0]
	}
	col := plan.Schema()[0]
	kind := logical.Single
	switch {
	case exactlyOne(plan) && len(guard) == 0:
		kind = logical.Inner
	case atMostOne(plan):
		kind = logical.Left
	}
	a.join(kind, plan, guard)
	return col.Ref()
}

// exists joins a plan of which only "is there a row" is wanted.
func (a *attacher) exists(plan logical.Node, guard []scalar.Expr) scalar.Expr {
	plan = forExists(plan)
	if b := rowBounds(plan); b.min >= 1 {
		return trueConst
	} else if b.max == 0 {
		return falseConst
	}
	mark := a.p.c.column("exists", boolType, true)
	j := a.join(logical.Mark, a.oneIsEnough(plan), guard)
	j.MarkCol = &mark
	return mark.Ref()
}

// oneIsEnough cuts an uncorrelated plan off after its first row.
func (a *attacher) oneIsEnough(plan logical.Node) logical.Node {
	if rowBounds(plan).max <= 1 || correlated(plan, logical.Columns(a.input)) {
		return plan
	}
	return &logical.Limit{Input: plan, Count: bigint(1)}
}

// forExists drops what does not change whether there are rows.
func forExists(plan logical.Node) logical.Node {
	for {
		switch n := plan.(type) {
		case *logical.Project:
			plan = n.Input
		case *logical.Sort:
			plan = n.Input
		case *logical.Distinct:
			plan = n.Input
		case *logical.Window:
			plan = n.Input
		case *logical.Limit:
			skip, ok1 := constCount(n.Offset, 0)
			take, ok2 := constCount(n.Count, 1)
			if !ok1 || !ok2 || skip > 0 || take < 1 {
				return plan
			}
			plan = n.Input
		case *logical.Aggregate:
			if len(n.Keys) == 0 || len(n.Sets) > 1 || n.KeyFrom != nil {
				return plan
			}
			plan = n.Input // each row is in some group
		default:
			return plan
		}
	}
}

// array collects a plan's first column; no rows are an empty array.
func (a *attacher) array(plan logical.Node, s *scalar.Subquery, guard []scalar.Expr) scalar.Expr {
	var order []scalar.SortKey
	col := plan.Schema()[0]
	agg := &logical.Aggregate{Input: plan}
	switch n := plan.(type) {
	case *logical.Sort:
		order, agg.Input = n.Keys, n.Input
	case *logical.Project:
		if srt, ok := n.Input.(*logical.Sort); ok {
			// The keys are columns below the projection: let them through.
			p := &logical.Project{Input: srt.Input, Cols: append([]logical.Column(nil), n.Cols...), Exprs: append([]scalar.Expr(nil), n.Exprs...)}
			for _, k := range srt.Keys {
				kc := a.p.c.column("key", k.Expr.Type(), false)
				p.Cols, p.Exprs = append(p.Cols, kc), append(p.Exprs, k.Expr)
				order = append(order, scalar.SortKey{Expr: kc.Ref(), Desc: k.Desc, NullsFirst: k.NullsFirst})
			}
			agg.Input = p
		}
	}
	out := a.p.c.column("array", s.Typ, false)
	agg.Aggs = []logical.AggItem{{Col: out, Agg: arrayAgg(col.Ref(), order, s.Typ)}}
	e := a.scalar(agg, guard)
	return &scalar.Coalesce{Args: []scalar.Expr{e, emptyArray(s.Typ)}, Typ: s.Typ}
}
