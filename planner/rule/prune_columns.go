package rule

import (
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// pruneColumns drops what nobody above reads: columns of scans, computed
// columns, aggregates, window functions, columns of CTEs and of both sides of
// a UNION ALL. Projections that then compute nothing go altogether. Joins
// that only add columns nobody reads go too (eliminate_join):
//
//	Project a.x                       Project a.x
//	  left join a.k = b.k       =>      a            where b.k is unique
func pruneColumns(c *Context, root logical.Node) (logical.Node, error) {
	if !c.on("prune_columns") {
		return root, nil
	}
	p := &pruner{c: c, ctes: map[logical.CTEID]*scalar.ColSet{}}
	out := p.exact(root)
	if out != root {
		c.fire("prune_columns")
	}
	return out, nil
}

type pruner struct {
	c    *Context
	ctes map[logical.CTEID]*scalar.ColSet // columns of each CTE's plan that its references read; nil: none yet
}

// exact keeps n's columns and their order, for whoever reads by position.
func (p *pruner) exact(n logical.Node) logical.Node {
	cols := n.Schema()
	switch n.(type) {
	case *logical.Insert, *logical.Update, *logical.Delete:
		return logical.MapInputs(n, p.exact)
	}
	if pr, ok := n.(*logical.Project); ok && passesOnly(pr) {
		in := p.prune(pr.Input, setOf(cols))
		if in == pr.Input {
			return n
		}
		return passThrough(in, cols)
	}
	return passThrough(p.prune(n, setOf(cols)), cols)
}

func exprCols(need scalar.ColSet, lists ...[]scalar.Expr) scalar.ColSet {
	s := need.Copy()
	for _, l := range lists {
		addExprs(&s, l)
	}
	return s
}

// prune gives at least the columns of n that are in need, in any order.
func (p *pruner) prune(n logical.Node, need scalar.ColSet) logical.Node {
	switch n := n.(type) {
	case *logical.Scan:
		return pruneScan(n, need)
	case *logical.Values:
		return pruneValues(n, need)
	case *logical.Project:
		return p.project(n, need)
	case *logical.Filter:
		return p.input(n, exprCols(need, n.Preds))
	case *logical.Join:
		return p.join(n, need)
	case *logical.Aggregate:
		return p.aggregate(n, need)
	case *logical.Window:
		return p.window(n, need)
	case *logical.Sort:
		s := need.Copy()
		logical.Uses(n, &s)
		return p.input(n, s)
	case *logical.Limit:
		return p.input(n, need)
	case *logical.Distinct:
		if n.On == nil {
			return logical.MapInputs(n, p.exact)
		}
		s := need.Copy()
		logical.Uses(n, &s)
		return p.input(n, s)
	case *logical.SetOp:
		return p.setOp(n, need)
	case *logical.With:
		return p.with(n, need)
	case *logical.CTERef:
		return p.ref(n, need)
	case *logical.TableFunc:
		s := need.Copy()
		logical.Uses(n, &s)
		return p.input(n, s)
	}
	return logical.MapInputs(n, p.exact)
}

func (p *pruner) input(n logical.Node, need scalar.ColSet) logical.Node {
	return logical.MapInputs(n, func(in logical.Node) logical.Node { return p.prune(in, need) })
}

func keepCols(cols []logical.Column, need scalar.ColSet) ([]logical.Column, bool) {
	out := make([]logical.Column, 0, len(cols))
	for _, c := range cols {
		if need.Has(c.ID) {
			out = append(out, c)
		}
	}
	return out, len(out) < len(cols)
}

func pruneScan(n *logical.Scan, need scalar.ColSet) logical.Node {
	cols, fewer := keepCols(n.Cols, exprCols(need, n.Filter))
	dropID := n.RowID != nil && !need.Has(n.RowID.ID)
	if !fewer && !dropID {
		return n
	}
	m := *n
	m.Cols = cols
	if dropID {
		m.RowID = nil
	}
	return &m
}

func pruneValues(n *logical.Values, need scalar.ColSet) logical.Node {
	cols, fewer := keepCols(n.Cols, need)
	if !fewer {
		return n
	}
	m := &logical.Values{Cols: cols, Rows: make([][]scalar.Expr, len(n.Rows))}
	for i, row := range n.Rows {
		m.Rows[i] = make([]scalar.Expr, 0, len(cols))
		for k, c := range n.Cols {
			if need.Has(c.ID) {
				m.Rows[i] = append(m.Rows[i], row[k])
			}
		}
	}
	return m
}

func (p *pruner) project(n *logical.Project, need scalar.ColSet) logical.Node {
	m := &logical.Project{}
	for i, e := range n.Exprs {
		if need.Has(n.Cols[i].ID) || scalar.SideEffect(e) {
			m.Cols, m.Exprs = append(m.Cols, n.Cols[i]), append(m.Exprs, e)
		}
	}
	m.Input = p.prune(n.Input, exprCols(scalar.ColSet{}, m.Exprs))
	switch {
	case passesOnly(m):
		return m.Input
	case m.Input == n.Input && len(m.Cols) == len(n.Cols):
		return n
	}
	return m
}

func (p *pruner) join(n *logical.Join, need scalar.ColSet) logical.Node {
	if p.c.on("eliminate_join") && p.unneeded(n, need) {
		p.c.fire("eliminate_join")
		return p.prune(n.Left, need)
	}
	below := exprCols(need, n.On)
	if n.Lateral {
		below.AddSet(logical.Outer(n.Right))
	}
	l, r := p.prune(n.Left, below), p.prune(n.Right, below)
	if l == n.Left && r == n.Right {
		return n
	}
	m := *n
	m.Left, m.Right = l, r
	return &m
}

// unneeded says whether a join neither adds columns that are read nor drops
// or repeats left rows. A subquery whose value nobody reads is not run, so it
// does not matter whether it would give two rows.
func (p *pruner) unneeded(n *logical.Join, need scalar.ColSet) bool {
	if n.Lateral {
		return false
	}
	switch n.Kind {
	case logical.Mark:
		return !need.Has(n.MarkCol.ID)
	case logical.Single, logical.Left:
		if need.Intersects(logical.Columns(n.Right)) {
			return false
		}
		return n.Kind == logical.Single || len(uniqueMatch(n)) > 0
	case logical.Inner:
		return len(n.On) == 0 && !need.Intersects(logical.Columns(n.Right)) && exactlyOne(n.Right)
	}
	return false
}

func (p *pruner) aggregate(n *logical.Aggregate, need scalar.ColSet) logical.Node {
	m := *n
	m.Aggs = nil
	for _, it := range n.Aggs {
		if need.Has(it.Col.ID) {
			m.Aggs = append(m.Aggs, it)
		}
	}
	if n.SetCol != nil && !need.Has(n.SetCol.ID) {
		m.SetCol = nil
	}
	if len(m.Aggs) == 0 && len(n.Keys) == 0 && len(n.Sets) <= 1 {
		return oneRow()
	}
	var below scalar.ColSet
	logical.Uses(&m, &below)
	m.Input = p.prune(n.Input, below)
	if m.Input == n.Input && len(m.Aggs) == len(n.Aggs) && (m.SetCol == nil) == (n.SetCol == nil) {
		return n
	}
	return &m
}

func (p *pruner) window(n *logical.Window, need scalar.ColSet) logical.Node {
	m := &logical.Window{}
	for _, it := range n.Items {
		if need.Has(it.Col.ID) {
			m.Items = append(m.Items, it)
		}
	}
	if len(m.Items) == 0 {
		return p.prune(n.Input, need)
	}
	below := need.Copy()
	logical.Uses(m, &below)
	m.Input = p.prune(n.Input, below)
	if m.Input == n.Input && len(m.Items) == len(n.Items) {
		return n
	}
	return m
}

func (p *pruner) setOp(n *logical.SetOp, need scalar.ColSet) logical.Node {
	if n.Kind != logical.Union || !n.All {
		return logical.MapInputs(n, p.exact)
	}
	cols, fewer := keepCols(n.Cols, need)
	if !fewer {
		return logical.MapInputs(n, p.exact)
	}
	m := *n
	m.Cols = cols
	side := func(in logical.Node) logical.Node {
		var keep []logical.Column
		for i, c := range in.Schema() {
			if need.Has(n.Cols[i].ID) {
				keep = append(keep, c)
			}
		}
		return passThrough(p.prune(in, setOf(keep)), keep)
	}
	m.Left, m.Right = side(n.Left), side(n.Right)
	return &m
}

// with prunes the body first: it says what the CTE's plan must give.
func (p *pruner) with(n *logical.With, need scalar.ColSet) logical.Node {
	var read scalar.ColSet
	p.ctes[n.ID] = &read
	refs := countRefs(n.Body)[n.ID]
	body := p.prune(n.Body, need)
	if refs == 0 && !planSideEffect(n.Plan) {
		return body
	}
	plan := p.prune(n.Plan, read)
	if plan == n.Plan && body == n.Body {
		return n
	}
	m := *n
	m.Plan, m.Body = plan, body
	return &m
}

func (p *pruner) ref(n *logical.CTERef, need scalar.ColSet) logical.Node {
	read := p.ctes[n.ID]
	if read == nil { // a recursive CTE keeps all its columns
		return n
	}
	m := *n
	m.Cols, m.From = nil, nil
	for i, c := range n.Cols {
		if need.Has(c.ID) {
			m.Cols, m.From = append(m.Cols, c), append(m.From, n.From[i])
			read.Add(n.From[i])
		}
	}
	if len(m.Cols) == len(n.Cols) {
		return n
	}
	return &m
}

// countRefs counts the references to each CTE.
func countRefs(root logical.Node) map[logical.CTEID]int {
	refs := map[logical.CTEID]int{}
	eachNode(root, func(n logical.Node) {
		if r, ok := n.(*logical.CTERef); ok {
			refs[r.ID]++
		}
	})
	return refs
}

func planSideEffect(n logical.Node) bool {
	found := false
	n.Visit(func(e scalar.Expr) { found = found || scalar.SideEffect(e) }, nil)
	return found || planWrites(n)
}

// planWrites says whether a plan changes data.
func planWrites(n logical.Node) bool {
	found := false
	logical.Walk(n, func(n logical.Node) bool {
		switch n.(type) {
		case *logical.Insert, *logical.Update, *logical.Delete:
			found = true
		}
		return !found
	})
	return found
}
