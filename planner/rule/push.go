package rule

import (
	"slices"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// joinDomain is the lateral join j by way of its domain:
//
//	lateral join on p              with L
//	  L                       =>     join on p and l.x is not distinct from d.x
//	  R (reads l.x)                    L
//	                                   R computed for all d.x of
//	                                     D = distinct l.x of L
//
// Conditions on L alone guard the right side: for rows that fail them it is
// not run, so they limit the domain too.
func (c *Context) joinDomain(j *logical.Join) (logical.Node, error) {
	left := logical.Columns(j.Left)
	free := logical.Outer(j.Right)
	var guard []scalar.Expr
	for _, p := range j.On {
		if scalar.Columns(p).SubsetOf(left) {
			guard = append(guard, p)
		}
	}
	d := c.newDomain(j, free, guard)
	right, cols, err := d.push(j.Right, d.wanted(free))
	if err != nil {
		return nil, err
	}
	m := &logical.Join{Kind: j.Kind, Left: d.left, Right: right, MarkCol: j.MarkCol, NullAware: j.NullAware}
	var preds []scalar.Expr
	for _, f := range d.cols {
		if to, ok := cols[f.ID]; ok {
			preds = append(preds, notDistinct(f, to))
		}
	}
	m.On = append(preds, j.On...)
	body := logical.Node(m)
	if j.Kind == logical.Semi || j.Kind == logical.Anti || j.Kind == logical.Mark {
		body = c.threeValued(m, preds, j.On)
	}
	return &logical.With{ID: d.id, Name: "outer", Plan: d.plan, Body: passThrough(body, j.Schema())}, nil
}

// domain is the set of bindings of the outer columns that a right side reads.
type domain struct {
	c     *Context
	id    logical.CTEID
	plan  logical.Node                        // the left side, under new ids
	left  logical.Node                        // the left side again, under its own ids
	from  map[scalar.ColumnID]scalar.ColumnID // its ids → plan's
	cols  []logical.Column                    // the outer columns that are read
	set   scalar.ColSet                       // the same
	guard []scalar.Expr
	ctes  map[logical.CTEID][]boundColumn // correlated CTEs: what they carry
}

// boundColumn is an outer column and the column of a CTE that carries it.
type boundColumn struct {
	outer scalar.ColumnID
	col   logical.Column
}

func (c *Context) newDomain(j *logical.Join, free scalar.ColSet, guard []scalar.Expr) *domain {
	d := &domain{c: c, id: c.cte(), guard: guard, ctes: map[logical.CTEID][]boundColumn{}}
	d.plan, d.from = c.copyPlan(j.Left)
	ref := &logical.CTERef{ID: d.id, Name: "outer"}
	for _, col := range j.Left.Schema() {
		from, ok := d.from[col.ID]
		if !ok {
			from = col.ID
		}
		ref.Cols, ref.From = append(ref.Cols, col), append(ref.From, from)
		if free.Has(col.ID) {
			d.cols = append(d.cols, col)
			d.set.Add(col.ID)
		}
	}
	d.left = ref
	return d
}

// bindings are the distinct values of the outer columns in need.
func (d *domain) bindings(need scalar.ColSet) (logical.Node, binding) {
	read := need.Copy()
	addExprs(&read, d.guard)
	schema := d.left.Schema()
	ref := &logical.CTERef{ID: d.id, Name: "outer"}
	all := map[scalar.ColumnID]scalar.Expr{}
	b := binding{}
	var cols []logical.Column
	for i, col := range schema {
		if !read.Has(col.ID) {
			continue
		}
		fresh := d.c.renew(schema[i : i+1])[0]
		ref.Cols = append(ref.Cols, fresh)
		ref.From = append(ref.From, d.left.(*logical.CTERef).From[i])
		all[col.ID] = fresh.Ref()
		if need.Has(col.ID) {
			b[col.ID] = fresh
			cols = append(cols, fresh)
		}
	}
	in := filter(ref, applyAll(all, d.guard)...)
	return &logical.Distinct{Input: passThrough(in, cols)}, b
}

// binding maps outer columns to the columns that carry their values.
type binding map[scalar.ColumnID]logical.Column

func (b binding) expr(e scalar.Expr) scalar.Expr {
	if e == nil {
		return nil
	}
	return logical.ReplaceColumns(e, func(c *scalar.Column) scalar.Expr {
		if to, ok := b[c.ID]; ok {
			return to.Ref()
		}
		return nil
	})
}

func (b binding) exprs(list []scalar.Expr) []scalar.Expr {
	out := make([]scalar.Expr, len(list))
	for i, e := range list {
		out[i] = b.expr(e)
	}
	return out
}

// columns are b's columns in the order of d's.
func (d *domain) columns(b binding) []logical.Column {
	var out []logical.Column
	for _, f := range d.cols {
		if col, ok := b[f.ID]; ok {
			out = append(out, col)
		}
	}
	return out
}

func (d *domain) wanted(s scalar.ColSet) scalar.ColSet {
	var out scalar.ColSet
	for _, f := range d.cols {
		if s.Has(f.ID) {
			out.Add(f.ID)
		}
	}
	return out
}

// free are the outer columns that n depends on, by itself or through a
// correlated CTE.
func (d *domain) free(n logical.Node) scalar.ColSet {
	s := d.wanted(logical.Outer(n))
	if len(d.ctes) > 0 {
		logical.Walk(n, func(n logical.Node) bool {
			if r, ok := n.(*logical.CTERef); ok {
				for _, b := range d.ctes[r.ID] {
					s.Add(b.outer)
				}
			}
			return true
		})
	}
	return s
}

// push computes n for every binding of need, which holds at least what n
// depends on. The result has n's columns and those of the binding; for a
// binding outside of the domain it may have rows too, which find no left row.
func (d *domain) push(n logical.Node, need scalar.ColSet) (logical.Node, binding, error) {
	if d.free(n).Empty() {
		dom, b := d.bindings(need)
		if isOneRow(n) {
			return dom, b, nil
		}
		return &logical.Join{Kind: logical.Inner, Left: dom, Right: n}, b, nil
	}
	switch n := n.(type) {
	case *logical.Scan:
		m := *n
		m.Filter = nil
		return d.push(&logical.Filter{Input: &m, Preds: n.Filter}, need)
	case *logical.Values:
		return d.pushValues(n, need)
	case *logical.Filter:
		in, b, err := d.push(n.Input, need)
		if err != nil {
			return nil, nil, err
		}
		return &logical.Filter{Input: in, Preds: b.exprs(n.Preds)}, b, nil
	case *logical.Project:
		in, b, err := d.push(n.Input, need)
		if err != nil {
			return nil, nil, err
		}
		return extend(in, d.columns(b), n.Cols, b.exprs(n.Exprs)), b, nil
	case *logical.Sort:
		return d.push(n.Input, need) // a join follows: the order would be lost
	case *logical.Join:
		return d.pushJoin(n, need)
	case *logical.Aggregate:
		return d.pushAggregate(n, need)
	case *logical.Window:
		return d.pushWindow(n, need)
	case *logical.Limit:
		return d.pushLimit(n, need)
	case *logical.Distinct:
		in, b, err := d.push(n.Input, need)
		if err != nil {
			return nil, nil, err
		}
		m := &logical.Distinct{Input: in, On: n.On}
		m.Order, _ = scalar.MapKeys(n.Order, b.expr)
		if n.On != nil {
			for _, col := range d.columns(b) {
				m.On = append(m.On[:len(m.On):len(m.On)], col.ID)
			}
		}
		return m, b, nil
	case *logical.SetOp:
		return d.pushSetOp(n, need)
	case *logical.TableFunc:
		in, b, err := d.push(n.Input, need)
		if err != nil {
			return nil, nil, err
		}
		m := *n
		m.Input = in
		m.Calls = slices.Clone(n.Calls)
		for i := range m.Calls {
			m.Calls[i].Args = b.exprs(m.Calls[i].Args)
		}
		return &m, b, nil
	case *logical.With:
		return d.pushWith(n, need)
	case *logical.CTERef:
		return d.pushRef(n, need)
	case *logical.Recursive:
		return d.pushRecursive(n, need)
	}
	return nil, nil, sqlerr.Internal("cannot decorrelate %T", n)
}

func (d *domain) pushValues(n *logical.Values, need scalar.ColSet) (logical.Node, binding, error) {
	if len(n.Rows) == 1 {
		dom, b := d.bindings(need)
		return extend(dom, d.columns(b), n.Cols, b.exprs(n.Rows[0])), b, nil
	}
	var out logical.Node
	var outB binding
	for i, row := range n.Rows {
		dom, b := d.bindings(need)
		cols := d.c.renew(n.Cols)
		part := extend(dom, d.columns(b), cols, b.exprs(row))
		if out == nil {
			out, outB = part, b
			continue
		}
		u := &logical.SetOp{Kind: logical.Union, All: true, Left: out, Right: part, Cols: d.c.renew(part.Cols)}
		next := binding{}
		for k, f := range d.sorted(outB) {
			next[f] = u.Cols[k]
		}
		if i == len(n.Rows)-1 {
			copy(u.Cols[len(next):], n.Cols)
		}
		out, outB = u, next
	}
	return out, outB, nil
}

// sorted are the outer columns of b in the order of d's.
func (d *domain) sorted(b binding) []scalar.ColumnID {
	var out []scalar.ColumnID
	for _, f := range d.cols {
		if _, ok := b[f.ID]; ok {
			out = append(out, f.ID)
		}
	}
	return out
}

// pushJoin carries the binding through a join. Both sides get it where both
// depend on it, and then must agree. A side that can lose its rows (the right
// of a left join) never is the only one to carry it.
func (d *domain) pushJoin(n *logical.Join, need scalar.ColSet) (logical.Node, binding, error) {
	m := *n
	if n.Lateral { // left first; the right then reads the binding from it
		left, b, err := d.push(n.Left, need)
		if err != nil {
			return nil, nil, err
		}
		m.Left, m.On = left, b.exprs(n.On)
		m.Right = logical.ReplaceOuter(n.Right, func(c *scalar.Column) scalar.Expr {
			if to, ok := b[c.ID]; ok {
				return to.Ref()
			}
			return nil
		})
		return &m, b, nil
	}
	fl, fr := d.free(n.Left), d.free(n.Right)
	switch n.Kind {
	case logical.Right:
		m.Kind, m.Left, m.Right = logical.Left, n.Right, n.Left
		return d.pushJoin(&m, need)
	case logical.Full:
		return d.pushFull(n, need)
	case logical.Inner:
		if fl.Empty() && !fr.Empty() {
			right, b, err := d.push(n.Right, need)
			if err != nil {
				return nil, nil, err
			}
			m.Right, m.On = right, b.exprs(n.On)
			return &m, b, nil
		}
	}
	left, b, err := d.push(n.Left, need)
	if err != nil {
		return nil, nil, err
	}
	m.Left, m.On = left, b.exprs(n.On)
	if !fr.Empty() {
		right, rb, err := d.push(n.Right, fr)
		if err != nil {
			return nil, nil, err
		}
		m.Right = right
		var same []scalar.Expr
		for _, f := range d.sorted(rb) {
			same = append(same, notDistinct(b[f], rb[f]))
		}
		m.On = append(same, m.On...)
		if m.NullAware && m.Kind == logical.Anti {
			m.NullAware = false
			test := &scalar.BoolTest{Arg: and(b.exprs(n.On)), Want: scalar.WantFalse, Not: true}
			m.On = append(same[:len(same):len(same)], test)
		}
	}
	return &m, b, nil
}

func (d *domain) pushFull(n *logical.Join, need scalar.ColSet) (logical.Node, binding, error) {
	left, lb, err := d.push(n.Left, need)
	if err != nil {
		return nil, nil, err
	}
	right, rb, err := d.push(n.Right, need)
	if err != nil {
		return nil, nil, err
	}
	j := &logical.Join{Kind: logical.Full, Left: left, Right: right, On: lb.exprs(n.On)}
	b := binding{}
	var cols []logical.Column
	var exprs []scalar.Expr
	for _, f := range d.sorted(lb) {
		l, r := lb[f], rb[f]
		j.On = append(j.On, notDistinct(l, r))
		col := d.c.column(l.Name, l.Type, false)
		b[f] = col
		cols = append(cols, col)
		exprs = append(exprs, &scalar.Coalesce{Args: []scalar.Expr{l.Ref(), r.Ref()}, Typ: l.Type})
	}
	return extend(j, n.Schema(), cols, exprs), b, nil
}

// pushAggregate groups by the binding as well. Without keys there is a row
// for each binding, also where the input has none: a left join of the domain
// brings them back, with NULL or a count of 0.
func (d *domain) pushAggregate(n *logical.Aggregate, need scalar.ColSet) (logical.Node, binding, error) {
	if len(n.Sets) > 1 && slices.ContainsFunc(n.Sets, func(s []int) bool { return len(s) == 0 }) {
		return d.pushGrandTotal(n, need)
	}
	in, b, err := d.push(n.Input, need)
	if err != nil {
		return nil, nil, err
	}
	m := *n
	m.Input = in
	m.Aggs = slices.Clone(n.Aggs)
	for i := range m.Aggs {
		m.Aggs[i].Agg = m.Aggs[i].Agg.Map(b.expr)
	}
	m.Keys, m.KeyFrom, m.Sets = slices.Clone(n.Keys), slices.Clone(n.KeyFrom), slices.Clone(n.Sets)
	out := binding{}
	for _, f := range d.sorted(b) {
		col := b[f]
		if m.KeyFrom != nil {
			m.KeyFrom = append(m.KeyFrom, col.ID)
			col = d.c.renew([]logical.Column{col})[0]
		}
		out[f] = col
		m.Keys = append(m.Keys, col)
		for i := range m.Sets {
			m.Sets[i] = append(slices.Clone(m.Sets[i]), len(m.Keys)-1)
		}
	}
	if len(n.Keys) > 0 {
		return &m, out, nil
	}
	dom, db := d.bindings(need)
	var cols []logical.Column
	var exprs []scalar.Expr
	for i, it := range m.Aggs {
		if !isCount(it.Agg) {
			continue
		}
		raw := d.c.column(it.Col.Name, it.Col.Type, false)
		m.Aggs[i].Col = raw
		cols = append(cols, it.Col)
		exprs = append(exprs, &scalar.Coalesce{Args: []scalar.Expr{raw.Ref(), zero(it.Col.Type)}, Typ: it.Col.Type})
	}
	j := &logical.Join{Kind: logical.Left, Left: dom, Right: &m}
	for _, f := range d.sorted(out) {
		j.On = append(j.On, notDistinct(db[f], out[f]))
	}
	keep := d.columns(db)
	for _, it := range m.Aggs {
		if !isCount(it.Agg) {
			keep = append(keep, it.Col)
		}
	}
	if m.SetCol != nil { // one set, number 0
		cols = append(cols, *n.SetCol)
		exprs = append(exprs, zero(n.SetCol.Type))
		m.SetCol = nil
	}
	return extend(j, keep, cols, exprs), db, nil
}

// pushGrandTotal splits the empty grouping sets off, since they have a row
// even over no input: one aggregation without keys and one with the others.
func (d *domain) pushGrandTotal(n *logical.Aggregate, need scalar.ColSet) (logical.Node, binding, error) {
	var out logical.Node
	for i, set := range n.Sets {
		in, _ := d.c.copyPlan(n)
		a := in.(*logical.Aggregate)
		one := &logical.Aggregate{Input: a.Input, Aggs: a.Aggs}
		p := &logical.Project{Input: one, Cols: d.c.renew(n.Schema())}
		for k, key := range a.Keys {
			if a.KeyFrom != nil {
				key.ID = a.KeyFrom[k]
			}
			var e scalar.Expr = nullOf(key.Type)
			if slices.Contains(set, k) {
				one.Keys = append(one.Keys, key)
				e = key.Ref()
			}
			p.Exprs = append(p.Exprs, e)
		}
		for _, it := range a.Aggs {
			p.Exprs = append(p.Exprs, it.Col.Ref())
		}
		if a.SetCol != nil {
			p.Exprs = append(p.Exprs, intConst(a.SetCol.Type, int64(i)))
		}
		if out == nil {
			out = p
			continue
		}
		cols := n.Schema()
		if i < len(n.Sets)-1 {
			cols = d.c.renew(cols)
		}
		out = &logical.SetOp{Kind: logical.Union, All: true, Left: out, Right: p, Cols: cols}
	}
	return d.push(out, need)
}

func (d *domain) pushWindow(n *logical.Window, need scalar.ColSet) (logical.Node, binding, error) {
	in, b, err := d.push(n.Input, need)
	if err != nil {
		return nil, nil, err
	}
	m := &logical.Window{Input: in, Items: slices.Clone(n.Items)}
	for i := range m.Items {
		call := *m.Items[i].Call.Map(b.expr)
		call.Partition = partitionBy(d.columns(b), call.Partition)
		m.Items[i].Call = &call
	}
	return m, b, nil
}

func (d *domain) pushLimit(n *logical.Limit, need scalar.ColSet) (logical.Node, binding, error) {
	below := n.Input
	var order []scalar.SortKey
	if s, ok := below.(*logical.Sort); ok {
		below, order = s.Input, s.Keys
	}
	in, b, err := d.push(below, need)
	if err != nil {
		return nil, nil, err
	}
	m := *n
	m.Count, m.Offset = b.expr(n.Count), b.expr(n.Offset)
	keys, _ := scalar.MapKeys(order, b.expr)
	return d.c.limitPer(in, d.columns(b), keys, &m), b, nil
}

func (d *domain) pushSetOp(n *logical.SetOp, need scalar.ColSet) (logical.Node, binding, error) {
	m := &logical.SetOp{Kind: n.Kind, All: n.All, Cols: slices.Clone(n.Cols)}
	b := binding{}
	for i, in := range n.Inputs() {
		cols := in.Schema()
		out, ib, err := d.push(in, need)
		if err != nil {
			return nil, nil, err
		}
		out = passThrough(out, append(slices.Clone(cols), d.columns(ib)...))
		if i == 0 {
			m.Left = out
			for _, f := range d.sorted(ib) {
				b[f] = d.c.renew([]logical.Column{ib[f]})[0]
				m.Cols = append(m.Cols, b[f])
			}
		} else {
			m.Right = out
		}
	}
	return m, b, nil
}

// pushWith carries the binding through a CTE that depends on it: its rows
// bring their binding along, and each reference gives it on.
func (d *domain) pushWith(n *logical.With, need scalar.ColSet) (logical.Node, binding, error) {
	m := *n
	if own := d.free(n.Plan); !own.Empty() {
		plan, b, err := d.push(n.Plan, own)
		if err != nil {
			return nil, nil, err
		}
		m.Plan = plan
		for _, f := range d.sorted(b) {
			d.ctes[n.ID] = append(d.ctes[n.ID], boundColumn{f, b[f]})
		}
	}
	body, b, err := d.push(n.Body, need)
	m.Body = body
	return &m, b, err
}

func (d *domain) pushRef(n *logical.CTERef, need scalar.ColSet) (logical.Node, binding, error) {
	m := *n
	m.Cols, m.From = slices.Clone(n.Cols), slices.Clone(n.From)
	b := binding{}
	missing := need.Copy()
	for _, bc := range d.ctes[n.ID] {
		col := d.c.renew([]logical.Column{bc.col})[0]
		m.Cols, m.From = append(m.Cols, col), append(m.From, bc.col.ID)
		b[bc.outer] = col
		missing.Remove(bc.outer)
	}
	if missing.Empty() {
		return &m, b, nil
	}
	dom, db := d.bindings(need)
	j := &logical.Join{Kind: logical.Inner, Left: dom, Right: &m}
	for _, f := range d.sorted(b) {
		j.On = append(j.On, notDistinct(db[f], b[f]))
	}
	return j, db, nil
}

func (d *domain) pushRecursive(n *logical.Recursive, need scalar.ColSet) (logical.Node, binding, error) {
	m := *n
	m.Cols = slices.Clone(n.Cols)
	base, bb, err := d.push(n.Base, need)
	if err != nil {
		return nil, nil, err
	}
	m.Base = passThrough(base, append(slices.Clone(n.Base.Schema()), d.columns(bb)...))
	b := binding{}
	for _, f := range d.sorted(bb) {
		b[f] = d.c.renew([]logical.Column{bb[f]})[0]
		m.Cols = append(m.Cols, b[f])
		d.ctes[n.ID] = append(d.ctes[n.ID], boundColumn{f, b[f]})
	}
	step, sb, err := d.push(n.Step, need)
	if err != nil {
		return nil, nil, err
	}
	m.Step = passThrough(step, append(slices.Clone(n.Step.Schema()), d.columns(sb)...))
	return &m, b, nil
}
