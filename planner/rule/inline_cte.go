package rule

import (
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// inlineCTEs puts a CTE's plan in the place of its references, where filters
// and joins around it can then work on it:
//
//   - a single reference, unless the CTE is MATERIALIZED: as Postgres does;
//   - NOT MATERIALIZED, or a plan that is no more than a filtered scan;
//   - where the references' own filters make the copies together cheaper than
//     the whole.
//
// What is volatile is evaluated once, and so is what a recursive step would
// repeat. Filters that stand above every reference of a CTE that is kept are
// put, joined by OR, on its plan too (filter_cte).
func inlineCTEs(c *Context, root logical.Node) (logical.Node, error) {
	if !c.on("inline_cte") {
		return root, nil
	}
	in := &inliner{c: c}
	return in.node(root), nil
}

type inliner struct{ c *Context }

func (in *inliner) node(n logical.Node) logical.Node {
	w, ok := n.(*logical.With)
	if !ok {
		return logical.MapInputs(n, in.node)
	}
	plan, body := in.node(w.Plan), in.node(w.Body)
	if plan != w.Plan || body != w.Body {
		m := *w
		m.Plan, m.Body = plan, body
		w = &m
	}
	refs := findRefs(w.Body, w.ID)
	if len(refs) == 0 {
		if planSideEffect(w.Plan) {
			return w
		}
		in.c.fire("inline_cte")
		return w.Body
	}
	if w.Materialized == 1 || scalar.PlanVolatility(w.Plan) == volatile || planHasLateral(w.Plan) || anyRepeated(refs) {
		return w
	}
	if len(refs) > 1 && w.Materialized == 0 && !cheapToRepeat(w.Plan) && !in.copiesCheaper(w, refs) {
		return in.filterShared(w, refs)
	}
	in.c.fire("inline_cte")
	return in.replace(w.Body, w)
}

// reference is a place where a CTE is read.
type reference struct {
	node     *logical.CTERef
	preds    []scalar.Expr // of a filter right above it
	repeated bool          // inside a recursive step
}

func findRefs(n logical.Node, id logical.CTEID) []reference {
	var out []reference
	var walk func(n logical.Node, preds []scalar.Expr, repeated bool)
	walk = func(n logical.Node, preds []scalar.Expr, repeated bool) {
		switch n := n.(type) {
		case *logical.CTERef:
			if n.ID == id {
				out = append(out, reference{n, preds, repeated})
			}
		case *logical.Filter:
			walk(n.Input, n.Preds, repeated)
		case *logical.Recursive:
			walk(n.Base, nil, repeated)
			walk(n.Step, nil, true)
		default:
			for _, in := range n.Inputs() {
				walk(in, nil, repeated)
			}
		}
		logical.Exprs(n, func(e scalar.Expr) {
			eachSubquery(e, func(s *scalar.Subquery) { walk(s.Plan.(logical.Node), nil, true) })
		})
	}
	walk(n, nil, false)
	return out
}

func anyRepeated(refs []reference) bool {
	for _, r := range refs {
		if r.repeated {
			return true
		}
	}
	return false
}

func planHasLateral(n logical.Node) bool { return hasLateral(n) }

// cheapToRepeat says whether running a plan again costs no more than keeping
// its rows: filtered and projected scans.
func cheapToRepeat(n logical.Node) bool {
	switch n := n.(type) {
	case *logical.Scan:
		return true
	case *logical.Values:
		return len(n.Rows) <= 1
	case *logical.CTERef:
		return true
	case *logical.Filter:
		return cheapToRepeat(n.Input)
	case *logical.Project:
		for _, e := range n.Exprs {
			switch e.(type) {
			case *scalar.Column, *scalar.Const:
			default:
				return false
			}
		}
		return cheapToRepeat(n.Input)
	}
	return false
}

// copiesCheaper compares the plan, run once, with a copy for each reference
// that has the reference's filter pushed into it.
func (in *inliner) copiesCheaper(w *logical.With, refs []reference) bool {
	once := in.c.card.Work(w.Plan) + float64(len(refs))*in.c.card.Rows(w.Plan)
	copies := 0.0
	p := &pusher{c: &Context{ctx: in.c.ctx, opt: in.c.opt, eval: in.c.eval, card: in.c.card, fired: map[string]int{}, nextCol: in.c.nextCol, nextCTE: in.c.nextCTE}}
	for _, r := range refs {
		if len(r.preds) == 0 {
			return false
		}
		pushed := p.push(w.Plan, refPreds(r), nil)
		pushed, _ = foldConstants(p.c, pushed)
		pushed, _ = applyLocal(p.c, pushed)
		copies += in.c.card.Work(pushed)
		if copies >= once {
			return false
		}
	}
	return true
}

// refPreds are the predicates above a reference in terms of the CTE's plan.
func refPreds(r reference) []scalar.Expr {
	to := map[scalar.ColumnID]scalar.Expr{}
	for i, c := range r.node.Cols {
		to[c.ID] = &scalar.Column{ID: r.node.From[i], Typ: c.Type, Name: c.Name}
	}
	own := setOf(r.node.Cols)
	var out []scalar.Expr
	for _, e := range r.preds {
		if movable(e) && scalar.Columns(e).SubsetOf(own) {
			out = append(out, apply(to, e))
		}
	}
	return out
}

// filterShared puts the disjunction of the references' filters on the plan.
func (in *inliner) filterShared(w *logical.With, refs []reference) logical.Node {
	if !in.c.on("filter_cte") {
		return w
	}
	var arms []scalar.Expr
	for _, r := range refs {
		preds := refPreds(r)
		if len(preds) == 0 {
			return w
		}
		if e := and(preds); !contains(arms, e) {
			arms = append(arms, e)
		}
	}
	var any scalar.Expr = or(arms)
	if o, ok := any.(*scalar.Or); ok {
		if f := factor(o); f != nil {
			any = f
		} else if g := gather(o); g != nil {
			any = g
		}
	}
	if contains(in.c.sharedFilters[w.ID], any) {
		return w
	}
	if in.c.sharedFilters == nil {
		in.c.sharedFilters = map[logical.CTEID][]scalar.Expr{}
	}
	in.c.sharedFilters[w.ID] = append(in.c.sharedFilters[w.ID], any)
	in.c.fire("filter_cte")
	m := *w
	m.Plan = filter(w.Plan, scalar.SplitAnd(nil, any)...)
	return &m
}

// replace puts w's plan in the place of its references in n. Each gets a copy
// whose columns have the ids of the reference's, so that no projection stands
// between the plan and what is around it.
func (in *inliner) replace(n logical.Node, w *logical.With) logical.Node {
	var walk func(logical.Node) logical.Node
	expr := func(e scalar.Expr) scalar.Expr {
		return scalar.Rewrite(e, func(e scalar.Expr) scalar.Expr {
			if s, ok := e.(*scalar.Subquery); ok {
				if p := walk(s.Plan.(logical.Node)); p != s.Plan {
					c := *s
					c.Plan = p
					return &c
				}
			}
			return e
		})
	}
	walk = func(n logical.Node) logical.Node {
		if r, ok := n.(*logical.CTERef); ok && r.ID == w.ID {
			return in.copyFor(r, w.Plan)
		}
		return logical.MapExprs(logical.MapInputs(n, walk), expr)
	}
	return walk(n)
}

// copyFor is a copy of a CTE's plan that gives r's columns. A column that the
// plan does not make itself (it passes one of an enclosing query), or that r
// has twice, is renamed by a projection.
func (in *inliner) copyFor(r *logical.CTERef, plan logical.Node) logical.Node {
	made := madeColumns(plan)
	ids := map[scalar.ColumnID]scalar.ColumnID{}
	for i, from := range r.From {
		if _, twice := ids[from]; !twice && made.Has(from) {
			ids[from] = r.Cols[i].ID
		}
	}
	out := in.c.copyAs(plan, ids)
	p := &logical.Project{Input: out, Cols: r.Cols, Exprs: make([]scalar.Expr, len(r.Cols))}
	for i, c := range r.Cols {
		id := r.From[i]
		if to, ok := ids[id]; ok {
			id = to
		}
		p.Exprs[i] = &scalar.Column{ID: id, Typ: c.Type, Name: c.Name}
	}
	if passesOnly(p) {
		return passThrough(out, r.Cols)
	}
	return p
}

// madeColumns are the columns that the nodes of a plan make.
func madeColumns(n logical.Node) scalar.ColSet {
	var s scalar.ColSet
	eachNode(n, func(n logical.Node) { logical.Defines(n, s.Add) })
	return s
}
