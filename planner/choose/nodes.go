package choose

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/physical"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

func (b *builder) scan(n *logical.Scan, need scalar.ColSet) (physical.Node, error) {
	p := &physical.Scan{Rel: n.Rel, Source: n.Source, Alias: n.Alias, Filter: b.orderFilter(n)}
	if n.RowID != nil && need.Has(n.RowID.ID) {
		p.RowID = n.RowID
	}
	p.Cols = only(n.Cols, need)
	p.Read = only(n.Cols, withExprs(need, n.Filter))
	if p.RowID != nil {
		p.Cols = append(p.Cols, *p.RowID)
	}
	b.scans[p] = n
	return p, nil
}

func (b *builder) values(n *logical.Values) (physical.Node, error) {
	p := &physical.Values{Rows: n.Rows}
	p.Cols = n.Cols
	return p, nil
}

func (b *builder) project(n *logical.Project, need scalar.ColSet) (physical.Node, error) {
	p := &physical.Project{}
	for i, c := range n.Cols {
		if need.Has(c.ID) || scalar.SideEffect(n.Exprs[i]) {
			p.Cols = append(p.Cols, c)
			p.Exprs = append(p.Exprs, n.Exprs[i])
		}
	}
	if err := noSubquery(p.Exprs); err != nil {
		return nil, err
	}
	in, err := b.build(n.Input, withExprs(scalar.ColSet{}, p.Exprs))
	if err != nil {
		return nil, err
	}
	if passes(p, in) {
		return in, nil
	}
	p.Input = in
	return p, nil
}

// passes says whether p gives just in's columns under their own ids, so that
// it has nothing to do.
func passes(p *physical.Project, in physical.Node) bool {
	have := in.Schema()
	if len(have) != len(p.Cols) {
		return false
	}
	for i, e := range p.Exprs {
		c, ok := e.(*scalar.Column)
		if !ok || c.ID != p.Cols[i].ID || have[i].ID != c.ID {
			return false
		}
	}
	return true
}

func (b *builder) filter(n *logical.Filter, need scalar.ColSet) (physical.Node, error) {
	if err := noSubquery(n.Preds); err != nil {
		return nil, err
	}
	in, err := b.build(n.Input, withExprs(need, n.Preds))
	if err != nil {
		return nil, err
	}
	keepFirst(in, n.Preds)
	p := &physical.Filter{Input: in, Preds: n.Preds}
	p.Cols = in.Schema()
	return p, nil
}

func (b *builder) aggregate(n *logical.Aggregate) (physical.Node, error) {
	var need scalar.ColSet
	keys := make([]scalar.Expr, len(n.Keys))
	for i, k := range n.Keys {
		ref := k.Ref()
		if len(n.Sets) > 1 && n.KeyFrom != nil {
			ref.ID = n.KeyFrom[i]
		}
		keys[i] = ref
		need.Add(ref.ID)
	}
	for _, a := range n.Aggs {
		a.Agg.Operands(func(e scalar.Expr) { scalar.AddColumns(e, &need) })
	}
	in, err := b.build(n.Input, need)
	if err != nil {
		return nil, err
	}
	p := &physical.HashAggregate{Input: in, Keys: keys, Aggs: n.Aggs, Sets: n.Sets, SetCol: n.SetCol}
	p.Cols = n.Schema()
	return p, nil
}

// window gives one physical node to each run of items that share partition
// and order, innermost first.
func (b *builder) window(n *logical.Window, need scalar.ColSet) (physical.Node, error) {
	below := need.Copy()
	for _, it := range n.Items {
		it.Call.Operands(func(e scalar.Expr) { scalar.AddColumns(e, &below) })
	}
	in, err := b.build(n.Input, below)
	if err != nil {
		return nil, err
	}
	done := make([]bool, len(n.Items))
	for i, it := range n.Items {
		if done[i] {
			continue
		}
		p := &physical.Window{Input: in, Partition: it.Call.Partition, Order: it.Call.Order}
		p.Cols = append(p.Cols, in.Schema()...)
		for j := i; j < len(n.Items); j++ {
			o := n.Items[j]
			if !done[j] && scalar.EqualLists(o.Call.Partition, it.Call.Partition) && scalar.EqualKeys(o.Call.Order, it.Call.Order) {
				p.Items = append(p.Items, o)
				p.Cols = append(p.Cols, o.Col)
				done[j] = true
			}
		}
		b.setProps(n, p)
		in = p
	}
	return in, nil
}

func (b *builder) sort(n *logical.Sort, need scalar.ColSet) (physical.Node, error) {
	in, err := b.build(n.Input, withExprs(need, keyExprs(n.Keys)))
	if err != nil {
		return nil, err
	}
	p := &physical.Sort{Input: in, Keys: n.Keys}
	p.Cols = in.Schema()
	return p, nil
}

// limit fuses with a Sort below it where there is a count: the sort then
// keeps no more rows than come out.
func (b *builder) limit(n *logical.Limit, need scalar.ColSet) (physical.Node, error) {
	s, sorted := n.Input.(*logical.Sort)
	if sorted && n.Count != nil {
		in, err := b.build(s.Input, withExprs(need, keyExprs(s.Keys)))
		if err != nil {
			return nil, err
		}
		p := &physical.TopN{Input: in, Keys: s.Keys, Count: n.Count, Offset: n.Offset, WithTies: n.WithTies}
		p.Cols = in.Schema()
		return p, nil
	}
	if n.WithTies && n.Count != nil {
		return nil, sqlerr.Internal("WITH TIES without a sort")
	}
	in, err := b.build(n.Input, need)
	if err != nil {
		return nil, err
	}
	p := &physical.Limit{Input: in, Count: n.Count, Offset: n.Offset}
	p.Cols = in.Schema()
	return p, nil
}

// distinct is an aggregation without aggregates; DISTINCT ON has its own node.
func (b *builder) distinct(n *logical.Distinct, need scalar.ColSet) (physical.Node, error) {
	cols := n.Schema()
	if n.On == nil {
		in, err := b.build(n.Input, setOf(cols))
		if err != nil {
			return nil, err
		}
		if len(cols) == 0 {
			return first(in), nil
		}
		p := &physical.HashAggregate{Input: in}
		for _, c := range cols {
			p.Keys = append(p.Keys, c.Ref())
		}
		p.Cols = cols
		return p, nil
	}
	below := withExprs(need, keyExprs(n.Order))
	for _, id := range n.On {
		below.Add(id)
	}
	in, err := b.build(n.Input, below)
	if err != nil {
		return nil, err
	}
	p := &physical.DistinctOn{Input: in}
	for _, id := range n.On {
		for _, c := range cols {
			if c.ID == id {
				p.On = append(p.On, c.Ref())
			}
		}
	}
	p.Order = onFirst(p.On, n.Order)
	p.Cols = in.Schema()
	return p, nil
}

// onFirst is an order within each combination of on, with the columns of on
// in front: one sort by it brings the combinations together.
func onFirst(on []scalar.Expr, order []scalar.SortKey) []scalar.SortKey {
	var head, tail []scalar.SortKey
	in := func(list []scalar.SortKey, e scalar.Expr) bool {
		for _, k := range list {
			if scalar.Equal(k.Expr, e) {
				return true
			}
		}
		return false
	}
	for _, k := range order {
		isOn := false
		for _, e := range on {
			isOn = isOn || scalar.Equal(e, k.Expr)
		}
		if isOn {
			head = append(head, k)
		} else {
			tail = append(tail, k)
		}
	}
	for _, e := range on {
		if !in(head, e) {
			head = append(head, scalar.SortKey{Expr: e})
		}
	}
	return append(head, tail...)
}

// setOp flattens a UNION ALL of UNION ALLs into one Append. UNION is an
// Append and an aggregation over all columns.
func (b *builder) setOp(n *logical.SetOp) (physical.Node, error) {
	if n.Kind != logical.Union {
		l, err := b.exact(n.Left)
		if err != nil {
			return nil, err
		}
		r, err := b.exact(n.Right)
		if err != nil {
			return nil, err
		}
		p := &physical.SetOp{Kind: n.Kind, All: n.All, Left: l, Right: r}
		p.Cols = n.Cols
		return p, nil
	}
	app := &physical.Append{}
	app.Cols = n.Cols
	var rows float64
	var parts func(*logical.SetOp) error
	parts = func(s *logical.SetOp) error {
		for _, in := range s.Inputs() {
			if u, ok := in.(*logical.SetOp); ok && u.Kind == logical.Union && (u.All || !n.All) && sameTypes(u.Cols, n.Cols) {
				if err := parts(u); err != nil {
					return err
				}
				continue
			}
			p, err := b.exact(in)
			if err != nil {
				return err
			}
			rows += p.Properties().Rows
			app.Parts = append(app.Parts, p)
		}
		return nil
	}
	if err := parts(n); err != nil {
		return nil, err
	}
	if n.All {
		return app, nil
	}
	b.setProps(n, app)
	app.Rows = rows
	if len(n.Cols) == 0 {
		return first(app), nil
	}
	p := &physical.HashAggregate{Input: app}
	for _, c := range n.Cols {
		p.Keys = append(p.Keys, c.Ref())
	}
	p.Cols = n.Cols
	return p, nil
}

// first passes one row: what DISTINCT leaves of rows without columns.
func first(in physical.Node) physical.Node {
	one := &scalar.Const{Value: types.Int(column.Int64, 1), Typ: types.New(types.Int8OID), Pos: -1}
	return &physical.Limit{Input: in, Count: one}
}

func sameTypes(a, b []logical.Column) bool {
	for i := range a {
		if a[i].Type != b[i].Type {
			return false
		}
	}
	return true
}

func (b *builder) with(n *logical.With, need scalar.ColSet) (physical.Node, error) {
	plan, err := b.build(n.Plan, setOf(n.Plan.Schema()))
	if err != nil {
		return nil, err
	}
	b.ctes[n.ID] = plan.Schema()
	body, err := b.build(n.Body, need)
	if err != nil {
		return nil, err
	}
	p := &physical.With{ID: n.ID, Name: n.Name, Plan: plan, Body: body}
	p.Cols = body.Schema()
	return p, nil
}

func (b *builder) cteRef(n *logical.CTERef, need scalar.ColSet) (physical.Node, error) {
	cols, ok := b.ctes[n.ID]
	if !ok {
		return nil, sqlerr.Internal("CTE %d is not in scope", n.ID)
	}
	p := &physical.CTEScan{ID: n.ID, Name: n.Name}
	for i, c := range n.Cols {
		if !need.Has(c.ID) {
			continue
		}
		at := -1
		for j := range cols {
			if cols[j].ID == n.From[i] {
				at = j
				break
			}
		}
		if at < 0 {
			return nil, sqlerr.Internal("column %d of CTE %q is missing", n.From[i], n.Name)
		}
		p.Cols = append(p.Cols, c)
		p.From = append(p.From, at)
	}
	return p, nil
}

// recursive keeps every column: a row's identity for UNION is all of them.
func (b *builder) recursive(n *logical.Recursive) (physical.Node, error) {
	first, err := b.exact(n.Base)
	if err != nil {
		return nil, err
	}
	b.ctes[n.ID] = n.Cols
	step, err := b.exact(n.Step)
	if err != nil {
		return nil, err
	}
	p := &physical.Recursive{ID: n.ID, Name: n.Name, First: first, Step: step, Distinct: n.Distinct}
	p.Cols = n.Cols
	return p, nil
}

func (b *builder) tableFunc(n *logical.TableFunc, need scalar.ColSet) (physical.Node, error) {
	below := need.Copy()
	for _, c := range n.Calls {
		for _, e := range c.Args {
			scalar.AddColumns(e, &below)
		}
	}
	in, err := b.build(n.Input, below)
	if err != nil {
		return nil, err
	}
	p := &physical.TableFunc{Input: in, Calls: n.Calls, Ordinality: n.Ordinality, Outer: n.Outer}
	p.Cols = append(p.Cols, in.Schema()...)
	for _, c := range n.Calls {
		p.Cols = append(p.Cols, c.Cols...)
	}
	if n.Ordinality != nil {
		p.Cols = append(p.Cols, *n.Ordinality)
	}
	return p, nil
}

func (b *builder) write(n logical.Node) (physical.Node, error) {
	in, err := b.exact(n.Inputs()[0])
	if err != nil {
		return nil, err
	}
	switch n := n.(type) {
	case *logical.Insert:
		p := &physical.Insert{Op: n, Input: in}
		p.Cols = n.Schema()
		return p, nil
	case *logical.Update:
		p := &physical.Update{Op: n, Input: in}
		p.Cols = n.Schema()
		return p, nil
	}
	d := n.(*logical.Delete)
	p := &physical.Delete{Op: d, Input: in}
	p.Cols = d.Schema()
	return p, nil
}

// noSubquery guards the contract with decorrelation.
func noSubquery(list []scalar.Expr) error {
	for _, e := range list {
		if scalar.HasSubquery(e) {
			return sqlerr.Internal("a subquery was not turned into a join")
		}
	}
	return nil
}
