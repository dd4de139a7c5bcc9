package rule

import (
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// foldConstants computes what is constant and simplifies what has constants
// in it, in every expression of the plan:
//
//	x > 1 + 2          =>  x > 3
//	case when 1 = 2 …  =>  its other arms
//	a and true         =>  a
//
// Only IMMUTABLE steps fold. One that raises is left in place: it may stand
// behind a filter that no row passes.
func foldConstants(c *Context, root logical.Node) (logical.Node, error) {
	if !c.on("fold_constants") {
		return root, nil
	}
	return foldPlan(c, root), nil
}

func foldPlan(c *Context, root logical.Node) logical.Node {
	return logical.Rewrite(root, func(n logical.Node) logical.Node {
		if v, ok := n.(*logical.Values); ok && plainRows(v) {
			return n
		}
		f := folder{c: c, of: n}
		m := logical.MapExprs(n, f.expr)
		if m != n {
			c.fire("fold_constants")
		}
		return f.node(m)
	})
}

// plainRows says whether every cell is a constant or parameter already:
// large VALUES lists are the rule there.
func plainRows(v *logical.Values) bool {
	for _, r := range v.Rows {
		for _, e := range r {
			switch e.(type) {
			case *scalar.Const, *scalar.Param:
			default:
				return false
			}
		}
	}
	return true
}

// notNullColumns are the columns of n's inputs that are never NULL.
func notNullColumns(n logical.Node) scalar.ColSet {
	var s scalar.ColSet
	if sc, ok := n.(*logical.Scan); ok {
		for _, col := range sc.Cols {
			if col.NotNull {
				s.Add(col.ID)
			}
		}
		return s
	}
	for _, in := range n.Inputs() {
		for _, col := range in.Schema() {
			if col.NotNull {
				s.Add(col.ID)
			}
		}
	}
	return s
}

type folder struct {
	c       *Context
	of      logical.Node   // whose expressions are folded
	notNull *scalar.ColSet // columns of its inputs that are never NULL, once somebody asked
}

// known says whether a column is never NULL.
func (f *folder) known(id scalar.ColumnID) bool {
	if f.notNull == nil {
		s := notNullColumns(f.of)
		f.notNull = &s
	}
	return f.notNull.Has(id)
}

func (f *folder) expr(e scalar.Expr) scalar.Expr {
	if e == nil {
		return nil
	}
	return scalar.Rewrite(e, f.step)
}

// node simplifies the predicates of filters and joins further: there NULL is
// as good as false.
func (f *folder) node(n logical.Node) logical.Node {
	switch n := n.(type) {
	case *logical.Filter:
		if preds := f.preds(n.Preds); !sameExprs(preds, n.Preds) {
			f.c.fire("fold_constants")
			if len(preds) == 0 {
				return n.Input
			}
			return &logical.Filter{Input: n.Input, Preds: preds}
		}
	case *logical.Scan:
		if preds := f.preds(n.Filter); !sameExprs(preds, n.Filter) {
			f.c.fire("fold_constants")
			m := *n
			m.Filter = preds
			return &m
		}
	case *logical.Join:
		if n.NullAware { // there NULL and false differ
			return n
		}
		if preds := f.preds(n.On); !sameExprs(preds, n.On) {
			f.c.fire("fold_constants")
			m := *n
			m.On = preds
			return &m
		}
	}
	return n
}

// preds splits conjuncts, drops true ones and repeated ones, and is one
// "false" where one of them is never true.
func (f *folder) preds(list []scalar.Expr) []scalar.Expr {
	flat := true
	for _, p := range list {
		switch p := p.(type) {
		case *scalar.And, *scalar.Const, *scalar.InList, *scalar.Case, *scalar.BoolTest:
			flat = false
		case *scalar.Call:
			flat = flat && selfCompared(p) == scalar.Expr(p)
		}
	}
	if flat && !repeats(list) {
		return list
	}
	var out []scalar.Expr
	for _, p := range list {
		out = scalar.SplitAnd(out, p)
	}
	kept := make([]scalar.Expr, 0, len(out))
	for _, p := range out {
		p = f.step(selfCompared(inFilter(p)))
		if k, ok := p.(*scalar.Const); ok {
			if k.Value.True() {
				continue
			}
			if len(list) == 1 && list[0] == p {
				return list
			}
			return []scalar.Expr{falseConst}
		}
		if !contains(kept, p) {
			kept = append(kept, p)
		}
	}
	if sameExprs(kept, list) {
		return list
	}
	return kept
}

func repeats(list []scalar.Expr) bool {
	for i := range list {
		if contains(list[:i], list[i]) {
			return true
		}
	}
	return false
}

// contains says whether list has an expression equal to e. What is volatile
// equals nothing.
func contains(list []scalar.Expr, e scalar.Expr) bool {
	for _, o := range list {
		if o == e || scalar.Equal(o, e) && scalar.Volatility(e) != volatile {
			return true
		}
	}
	return false
}

// inFilter simplifies a predicate of which only "true or not" matters.
func inFilter(p scalar.Expr) scalar.Expr {
	switch p := p.(type) {
	case *scalar.Const:
		if !p.Value.True() && p != falseConst {
			return falseConst
		}
	case *scalar.BoolTest:
		if p.Want == scalar.WantTrue && !p.Not {
			return p.Arg
		}
	case *scalar.InList:
		return inListFilter(p)
	case *scalar.Case: // case when c then true else false end
		if len(p.Whens) == 1 && isBool(p.Whens[0].Then, true) && (isBool(p.Else, false) || scalar.IsNullConst(p.Else)) {
			return p.Whens[0].Cond
		}
	}
	return p
}

// selfCompared knows x = x as x is not NULL, and that x <> x is never true.
func selfCompared(p scalar.Expr) scalar.Expr {
	c, ok := p.(*scalar.Call)
	if !ok || len(c.Args) != 2 || !c.Fn.Strict || !scalar.Equal(c.Args[0], c.Args[1]) || !movable(p) {
		return p
	}
	switch c.Op {
	case "=", "<=", ">=":
		return &scalar.IsNull{Arg: c.Args[0], Not: true}
	case "<>", "<", ">":
		return falseConst
	}
	return p
}

// inListFilter drops NULLs from x IN (…, NULL), which are never equal, and
// sees that x NOT IN (…, NULL) is never true.
func inListFilter(p *scalar.InList) scalar.Expr {
	nulls := 0
	for _, e := range p.List {
		if scalar.IsNullConst(e) {
			nulls++
		}
	}
	if nulls == 0 || scalar.Volatility(p.Arg) == volatile {
		return p
	}
	if p.Not || nulls == len(p.List) {
		return falseConst
	}
	c := *p
	c.List = make([]scalar.Expr, 0, len(p.List)-nulls)
	for _, e := range p.List {
		if !scalar.IsNullConst(e) {
			c.List = append(c.List, e)
		}
	}
	return &c
}

var (
	trueConst  = &scalar.Const{Value: types.Bool(true), Typ: boolType, Pos: -1}
	falseConst = &scalar.Const{Value: types.Bool(false), Typ: boolType, Pos: -1}
	nullBool   = &scalar.Const{Value: types.Null(boolType.Kind()), Typ: boolType, Pos: -1}
)

func isBool(e scalar.Expr, want bool) bool {
	c, ok := e.(*scalar.Const)
	return ok && c.Typ == boolType && !c.Value.Null && c.Value.True() == want
}

func nullOf(t types.Type) *scalar.Const {
	return &scalar.Const{Value: types.Null(t.Kind()), Typ: t, Pos: -1}
}

// step simplifies one node whose operands are simple already.
func (f *folder) step(e scalar.Expr) scalar.Expr {
	switch e := e.(type) {
	case *scalar.And:
		return joinBool(e, e.Args, false)
	case *scalar.Or:
		return f.or(e)
	case *scalar.Not:
		return f.not(e)
	case *scalar.Case:
		return foldCase(e)
	case *scalar.Coalesce:
		return f.coalesce(e)
	case *scalar.IsNull:
		switch a := e.Arg.(type) {
		case *scalar.Const:
			return boolConst(a.Value.Null != e.Not)
		case *scalar.Column:
			if f.known(a.ID) {
				return boolConst(e.Not)
			}
		}
		return e
	case *scalar.BoolTest:
		if a, ok := e.Arg.(*scalar.Const); ok {
			is := e.Want == scalar.WantUnknown && a.Value.Null ||
				!a.Value.Null && e.Want == scalar.WantTrue && a.Value.True() ||
				!a.Value.Null && e.Want == scalar.WantFalse && !a.Value.True()
			return boolConst(is != e.Not)
		}
		return e
	case *scalar.InList:
		return f.inList(e)
	case *scalar.AnyArray:
		return f.anyArray(e)
	case *scalar.Subquery:
		return f.subquery(e)
	case *scalar.Call:
		if e.Fn.Strict && !e.Variadic && e.Fn.Class == function.Scalar {
			for _, a := range e.Args {
				if scalar.IsNullConst(a) {
					return nullOf(e.Typ)
				}
			}
		}
		if r := f.commute(e); r != nil {
			return r
		}
		if e.Fn.Volatility != function.Immutable || e.Fn.Class != function.Scalar {
			return e
		}
	case *scalar.Cast:
		if scalar.IsNullConst(e.Arg) {
			return nullOf(e.Typ)
		}
		if e.Volatility != function.Immutable {
			return e
		}
	case *scalar.Distinct, *scalar.NullIf, *scalar.MinMax, *scalar.Array, *scalar.Subscript:
	default:
		return e
	}
	return f.evaluate(e)
}

// evaluate computes e if all its operands are constants.
func (f *folder) evaluate(e scalar.Expr) scalar.Expr {
	if f.c.eval == nil {
		return e
	}
	constant := true
	scalar.Operands(e, func(o scalar.Expr) { constant = constant && scalar.IsConst(o) })
	if !constant {
		return e
	}
	v, err := f.c.eval.Evaluate(f.c.ctx, e)
	if err != nil {
		return e // it raises, or the engine has no kernel: it will say so when it runs
	}
	return &scalar.Const{Value: v, Typ: e.Type(), Pos: -1}
}

func boolConst(b bool) *scalar.Const {
	if b {
		return trueConst
	}
	return falseConst
}

// joinBool simplifies AND (decides is false) or OR (decides is true): nested
// ones are merged, neutral constants and repetitions dropped.
func joinBool(e scalar.Expr, args []scalar.Expr, decides bool) scalar.Expr {
	changed := false
	var out []scalar.Expr
	add := func(a scalar.Expr) {
		switch {
		case isBool(a, !decides):
			changed = true
		case contains(out, a):
			changed = true
		default:
			out = append(out, a)
		}
	}
	for _, a := range args {
		if isBool(a, decides) {
			return boolConst(decides)
		}
		switch n := a.(type) {
		case *scalar.And:
			if !decides {
				changed = true
				for _, x := range n.Args {
					add(x)
				}
				continue
			}
		case *scalar.Or:
			if decides {
				changed = true
				for _, x := range n.Args {
					add(x)
				}
				continue
			}
		}
		add(a)
	}
	if !changed {
		return e
	}
	switch len(out) {
	case 0:
		return boolConst(!decides)
	case 1:
		return out[0]
	}
	if decides {
		return &scalar.Or{Args: out}
	}
	return &scalar.And{Args: out}
}

// and is the conjunction of list; true for none.
func and(list []scalar.Expr) scalar.Expr {
	switch len(list) {
	case 0:
		return trueConst
	case 1:
		return list[0]
	}
	return &scalar.And{Args: list}
}

func or(list []scalar.Expr) scalar.Expr {
	switch len(list) {
	case 0:
		return falseConst
	case 1:
		return list[0]
	}
	return &scalar.Or{Args: list}
}

func foldCase(e *scalar.Case) scalar.Expr {
	var whens []scalar.When
	changed := false
	els := e.Else
	for _, w := range e.Whens {
		if k, ok := w.Cond.(*scalar.Const); ok {
			changed = true
			if k.Value.True() {
				els = w.Then
				break
			}
			continue
		}
		whens = append(whens, w)
	}
	switch {
	case !changed:
		return e
	case len(whens) == 0:
		return els
	}
	return &scalar.Case{Whens: whens, Else: els, Typ: e.Typ}
}

// coalesce drops arguments that are NULL, and all behind one that is not.
func (f *folder) coalesce(e *scalar.Coalesce) scalar.Expr {
	var out []scalar.Expr
	for _, a := range e.Args {
		if scalar.IsNullConst(a) {
			continue
		}
		out = append(out, a)
		if scalar.IsConst(a) || f.neverNull(a) {
			break
		}
	}
	switch {
	case len(out) == len(e.Args):
		return e
	case len(out) == 0:
		return nullOf(e.Typ)
	case len(out) == 1:
		return out[0]
	}
	return &scalar.Coalesce{Args: out, Typ: e.Typ}
}

func (f *folder) neverNull(e scalar.Expr) bool {
	c, ok := e.(*scalar.Column)
	return ok && f.known(c.ID)
}

// subquery folds inside a subquery's plan.
func (f *folder) subquery(e *scalar.Subquery) scalar.Expr {
	plan := e.Plan.(logical.Node)
	if p := foldPlan(f.c, plan); p != plan {
		c := *e
		c.Plan = p
		return &c
	}
	return e
}
