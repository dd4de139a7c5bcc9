package rule

import (
	"slices"

	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// pushFilters moves predicates toward the scans, through everything that lets
// them pass:
//
//	Filter a.x = 1 and b.y = 2 and a.k = b.k     inner join on a.k = b.k
//	  cross join                            =>     scan a where a.x = 1
//	    scan a                                     scan b where b.y = 2
//	    scan b
//
// What can fail stays behind whatever could have dropped the row before: it
// passes projections and sorts, but no join and no filter that stays. What is
// volatile does not move at all.
//
// On the way outer joins become inner ones where a predicate above them is
// not true for padded rows (outer_to_inner), left joins of which only the
// unmatched rows are wanted become anti joins (left_to_anti), and marks that a
// filter asks for become semi and anti joins (mark_to_semi).
func pushFilters(c *Context, root logical.Node) (logical.Node, error) {
	if !c.on("push_filter") {
		return root, nil
	}
	p := &pusher{c: c}
	out := p.push(root, nil, nil)
	if out != root {
		c.fire("push_filter")
	}
	return out, nil
}

type pusher struct{ c *Context }

// movable says whether a predicate may pass what drops rows.
func movable(p scalar.Expr) bool {
	return !scalar.CanFail(p) && scalar.Volatility(p) != volatile && !scalar.HasSubquery(p)
}

// push is n with preds, which are applied in order, as far down as they go.
// hints are predicates that hold of n's rows in the end, because something
// above asks for them; they tell which padded rows do not matter.
func (p *pusher) push(n logical.Node, preds, hints []scalar.Expr) logical.Node {
	switch n := n.(type) {
	case *logical.Filter:
		out := p.push(n.Input, concat(n.Preds, preds), hints)
		if f, ok := out.(*logical.Filter); ok && f.Input == n.Input && sameExprs(f.Preds, n.Preds) {
			return n
		}
		return out
	case *logical.Scan:
		return p.scan(n, preds)
	case *logical.Project:
		return p.project(n, preds, hints)
	case *logical.Join:
		return p.join(n, preds, hints)
	case *logical.Aggregate:
		return p.through(n, preds, hints, p.grouped(n))
	case *logical.Window:
		return p.through(n, preds, hints, partitioned(n))
	case *logical.Sort:
		return p.through(n, preds, hints, asIs)
	case *logical.Distinct:
		if n.On != nil {
			on := scalar.SetOf(n.On...)
			return p.through(n, preds, nil, func(e scalar.Expr) scalar.Expr { return within(e, on) })
		}
		return p.through(n, preds, hints, asIs)
	case *logical.TableFunc:
		return p.tableFunc(n, preds)
	case *logical.SetOp:
		return p.setOp(n, preds)
	case *logical.With:
		plan, body := p.push(n.Plan, nil, nil), p.push(n.Body, preds, hints)
		if plan == n.Plan && body == n.Body {
			return n
		}
		m := *n
		m.Plan, m.Body = plan, body
		return &m
	}
	return dedupFilter(logical.MapInputs(n, func(in logical.Node) logical.Node { return p.push(in, nil, nil) }), preds)
}

func concat(a, b []scalar.Expr) []scalar.Expr {
	if len(b) == 0 {
		return a
	}
	return append(a[:len(a):len(a)], b...)
}

func asIs(e scalar.Expr) scalar.Expr { return e }

// within is e if it reads only cols.
func within(e scalar.Expr, cols scalar.ColSet) scalar.Expr {
	if scalar.Columns(e).SubsetOf(cols) {
		return e
	}
	return nil
}

// dedupFilter filters n by preds, each once.
func dedupFilter(n logical.Node, preds []scalar.Expr) logical.Node {
	var kept []scalar.Expr
	for _, e := range preds {
		if !contains(kept, e) {
			kept = append(kept, e)
		}
	}
	if len(kept) == 0 {
		return n
	}
	return &logical.Filter{Input: n, Preds: kept}
}

// through passes n the predicates for which below has a form that reads n's
// input; nil says that there is none. n gives a row for every input row's
// group at least, so that what can fail may pass too, as long as nothing in
// front of it stays.
func (p *pusher) through(n logical.Node, preds, hints []scalar.Expr, below func(scalar.Expr) scalar.Expr) logical.Node {
	var down, stay, hint []scalar.Expr
	for _, e := range preds {
		if scalar.Volatility(e) == volatile || scalar.CanFail(e) && len(stay) > 0 {
			stay = append(stay, e)
			continue
		}
		if b := below(e); b != nil {
			down = append(down, b)
		} else {
			stay = append(stay, e)
		}
	}
	for _, e := range hints {
		if b := below(e); b != nil {
			hint = append(hint, b)
		}
	}
	in := n.Inputs()[0]
	if m := p.push(in, down, hint); m != in {
		n = n.WithInputs([]logical.Node{m})
	}
	return dedupFilter(n, stay)
}

// grouped lets pass what reads only grouping keys that every grouping set has.
func (p *pusher) grouped(n *logical.Aggregate) func(scalar.Expr) scalar.Expr {
	keys := map[scalar.ColumnID]scalar.Expr{}
	var set scalar.ColSet
	for i, k := range n.Keys {
		everywhere := true
		for _, s := range n.Sets {
			everywhere = everywhere && slices.Contains(s, i)
		}
		if !everywhere {
			continue
		}
		set.Add(k.ID)
		if n.KeyFrom != nil {
			keys[k.ID] = &scalar.Column{ID: n.KeyFrom[i], Typ: k.Type, Name: k.Name}
		}
	}
	return func(e scalar.Expr) scalar.Expr {
		cols := scalar.Columns(e)
		if cols.Empty() || !cols.SubsetOf(set) { // without columns it must not empty the one group of no keys
			return nil
		}
		return apply(keys, e)
	}
}

// partitioned lets pass what reads only columns that every window call
// partitions by: whole partitions go or stay.
func partitioned(n *logical.Window) func(scalar.Expr) scalar.Expr {
	var set scalar.ColSet
	for i, it := range n.Items {
		var own scalar.ColSet
		for _, e := range it.Call.Partition {
			if c, ok := e.(*scalar.Column); ok && (i == 0 || set.Has(c.ID)) {
				own.Add(c.ID)
			}
		}
		set = own
	}
	return func(e scalar.Expr) scalar.Expr {
		if scalar.Columns(e).Empty() {
			return nil
		}
		return within(e, set)
	}
}

// scan keeps predicates with the scan, which prunes by what it can.
func (p *pusher) scan(n *logical.Scan, preds []scalar.Expr) logical.Node {
	if len(preds) == 0 {
		return n
	}
	cols := setOf(n.Cols)
	var down, stay []scalar.Expr
	for _, e := range preds {
		switch {
		case scalar.Volatility(e) == volatile || scalar.HasSubquery(e) || !scalar.Columns(e).SubsetOf(cols) || scalar.CanFail(e) && len(stay) > 0:
			stay = append(stay, e)
		case !contains(n.Filter, e) && !contains(down, e):
			down = append(down, e)
		}
	}
	if len(down) == 0 {
		return dedupFilter(n, stay)
	}
	m := *n
	m.Filter = concat(n.Filter, down)
	return dedupFilter(&m, stay)
}

// project replaces columns by what the projection computes. What can fail
// only passes if it did not become so by that.
func (p *pusher) project(n *logical.Project, preds, hints []scalar.Expr) logical.Node {
	subst := map[scalar.ColumnID]scalar.Expr{}
	var closed scalar.ColSet // columns that predicates must not look through
	barrier := false
	for i, e := range n.Exprs {
		if c, ok := e.(*scalar.Column); ok {
			if c.ID != n.Cols[i].ID {
				subst[n.Cols[i].ID] = e
			}
			continue
		}
		subst[n.Cols[i].ID] = e
		barrier = barrier || scalar.SideEffect(e)
		if scalar.Volatility(e) == volatile || scalar.HasSubquery(e) || scalar.CanFail(e) {
			closed.Add(n.Cols[i].ID)
		}
	}
	return p.through(n, preds, hints, func(e scalar.Expr) scalar.Expr {
		if barrier || scalar.Columns(e).Intersects(closed) {
			return nil
		}
		return apply(subst, e)
	})
}

func (p *pusher) tableFunc(n *logical.TableFunc, preds []scalar.Expr) logical.Node {
	in := logical.Columns(n.Input)
	for _, call := range n.Calls {
		if call.Fn.SideEffect {
			in = scalar.ColSet{}
		}
	}
	return p.through(n, preds, nil, func(e scalar.Expr) scalar.Expr {
		if scalar.CanFail(e) { // the function may have no rows for it
			return nil
		}
		return within(e, in)
	})
}

// setOp filters both sides: of EXCEPT the right one too, since rows that the
// filter drops cannot take any away that it keeps.
func (p *pusher) setOp(n *logical.SetOp, preds []scalar.Expr) logical.Node {
	var down, stay []scalar.Expr
	for _, e := range preds {
		if scalar.Volatility(e) == volatile || scalar.HasSubquery(e) || scalar.CanFail(e) && (n.Kind != logical.Union || len(stay) > 0) {
			stay = append(stay, e)
		} else {
			down = append(down, e)
		}
	}
	side := func(in logical.Node) logical.Node {
		schema := in.Schema()
		subst := map[scalar.ColumnID]scalar.Expr{}
		for i, c := range n.Cols {
			subst[c.ID] = schema[i].Ref()
		}
		return p.push(in, applyAll(subst, down), nil)
	}
	l, r := side(n.Left), side(n.Right)
	if l == n.Left && r == n.Right {
		return dedupFilter(n, stay)
	}
	m := *n
	m.Left, m.Right = l, r
	return dedupFilter(&m, stay)
}

func setOf(cols []logical.Column) scalar.ColSet {
	var s scalar.ColSet
	for _, c := range cols {
		s.Add(c.ID)
	}
	return s
}
