package binder

import (
	"slices"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

// grouper rewrites expressions over the input of an aggregation to ones over
// its output, and refuses columns that are neither grouped nor aggregated.
type grouper struct {
	b      *binder
	s      *scope
	st     *selection
	out    []logical.Column // by key
	byID   map[scalar.ColumnID]int
	exprs  bool // some key is more than a column
	fresh  bool // keys have ids of their own: several grouping sets
	setCol *logical.Column
}

// grouping puts the aggregation over plan and rewrites everything above it.
func (b *binder) grouping(s *scope, st *selection, plan logical.Node, having, qualify *[]scalar.Expr) (logical.Node, error) {
	if !st.grouped && len(st.aggs) == 0 && len(st.groupings) == 0 {
		return plan, nil
	}
	plan = b.groupedSets(s, st, plan)
	g := &grouper{b: b, s: s, st: st, byID: make(map[scalar.ColumnID]int), fresh: len(st.sets) > 1}
	for i, k := range st.keys {
		g.addKeyColumn(i, k.expr)
	}
	if err := g.resolveGroupings(); err != nil {
		return nil, err
	}
	if err := g.directArguments(); err != nil {
		return nil, err
	}
	var err error
	for _, t := range st.targets {
		if t.expr, err = g.rewrite(t.expr); err != nil {
			return nil, err
		}
	}
	for _, list := range [...]*[]scalar.Expr{having, qualify} {
		for i, x := range *list {
			if (*list)[i], err = g.rewrite(x); err != nil {
				return nil, err
			}
		}
	}
	for i := range st.wins {
		st.wins[i].Call = st.wins[i].Call.Map(func(x scalar.Expr) scalar.Expr {
			r, e := g.rewrite(x)
			if e != nil && err == nil {
				err = e
			}
			return r
		})
		if err != nil {
			return nil, err
		}
	}
	for _, calls := range st.srfs {
		for i := range calls {
			for j, x := range calls[i].Args {
				if calls[i].Args[j], err = g.rewrite(x); err != nil {
					return nil, err
				}
			}
		}
	}
	return g.node(plan), nil
}

// groupedSets puts the set-returning calls that keys read below the
// aggregation: their columns are from then on like those of FROM.
func (b *binder) groupedSets(s *scope, st *selection, plan logical.Node) logical.Node {
	deepest := -1
	for _, k := range st.keys {
		cols := scalar.Columns(k.expr)
		cols.Each(func(id scalar.ColumnID) {
			if d, ok := st.srfDepth[id]; ok {
				deepest = max(deepest, d)
			}
		})
	}
	for ; deepest >= 0; deepest-- {
		calls := st.srfs[0]
		st.srfs = st.srfs[1:]
		plan = &logical.TableFunc{Input: plan, Calls: calls}
		for i := range calls {
			for _, col := range calls[i].Cols {
				delete(st.srfDepth, col.ID)
				st.made.Remove(col.ID)
				s.cols.Add(col.ID)
			}
		}
	}
	return plan
}

// directArguments checks that those of ordered-set aggregates are grouped.
func (g *grouper) directArguments() error {
	for i := range g.st.aggs {
		for _, x := range g.st.aggs[i].Agg.Direct {
			if _, err := g.rewrite(x); err != nil {
				if e, ok := sqlerr.As(err); ok && e.Code == sqlerr.GroupingError {
					e.WithDetail("Direct arguments of an ordered-set aggregate must use only grouped columns.")
				}
				return err
			}
		}
	}
	return nil
}

// addKeyColumn gives key i its output column: the input's own, or a new one.
func (g *grouper) addKeyColumn(i int, x scalar.Expr) {
	col := logical.Column{Type: x.Type()}
	c, plain := x.(*scalar.Column)
	if plain && g.s.cols.Has(c.ID) {
		col.ID, col.Name = c.ID, c.Name
		g.byID[c.ID] = i
		if g.fresh {
			col.ID = g.b.ids.Column()
		}
	} else {
		g.exprs = true
		col.ID = g.b.ids.Column()
		if t := g.st.keys[i].target; t >= 0 {
			col.Name = g.st.targets[t].name
		}
	}
	g.out = append(g.out, col)
}

func (g *grouper) key(i int, pos scalar.Pos) scalar.Expr {
	c := g.out[i]
	return &scalar.Column{ID: c.ID, Typ: c.Type, Name: c.Name, Pos: pos}
}

// rewrite is x over the aggregation's output.
func (g *grouper) rewrite(x scalar.Expr) (scalar.Expr, error) {
	if g.exprs {
		for i, k := range g.st.keys {
			if _, plain := k.expr.(*scalar.Column); !plain && scalar.Equal(k.expr, x) {
				return g.key(i, -1), nil
			}
		}
	}
	switch e := x.(type) {
	case *scalar.Column:
		return g.column(e, false)
	case *scalar.Const, *scalar.Param:
		return x, nil
	case *scalar.Subquery:
		var err error
		if x, err = g.mapOperands(x); err != nil {
			return nil, err
		}
		return g.subquery(x.(*scalar.Subquery))
	}
	return g.mapOperands(x)
}

func (g *grouper) mapOperands(x scalar.Expr) (scalar.Expr, error) {
	var err error
	out := scalar.Map(x, func(o scalar.Expr) scalar.Expr {
		if err != nil {
			return o
		}
		r, e := g.rewrite(o)
		if e != nil {
			err = e
			return o
		}
		return r
	})
	return out, err
}

// column is a column over the aggregation's output.
func (g *grouper) column(c *scalar.Column, inSubquery bool) (scalar.Expr, error) {
	if g.st.made.Has(c.ID) {
		for _, call := range g.st.groupings {
			if call.id == c.ID {
				return g.groupingValue(call), nil
			}
		}
		return c, nil
	}
	if !g.s.cols.Has(c.ID) {
		for i, k := range g.st.keys { // a column of an enclosing query as a key
			if kc, ok := k.expr.(*scalar.Column); ok && kc.ID == c.ID {
				return g.key(i, c.Pos), nil
			}
		}
		return c, nil
	}
	i, ok := g.byID[c.ID]
	if !ok {
		if !g.dependent(c.ID) {
			return nil, g.ungrouped(c, inSubquery)
		}
		i = len(g.st.keys)
		g.st.keys = append(g.st.keys, groupKey{expr: c, target: -1})
		g.addKeyColumn(i, c)
		for j := range g.st.sets {
			g.st.sets[j] = append(g.st.sets[j][:len(g.st.sets[j]):len(g.st.sets[j])], i)
		}
	}
	if g.out[i].ID == c.ID {
		return c, nil
	}
	return g.key(i, c.Pos), nil
}

func (g *grouper) ungrouped(c *scalar.Column, inSubquery bool) error {
	it, name := g.s.origin(c.ID)
	full := name
	if it != nil && it.name != "" {
		full = it.name + "." + name
	}
	pos := int32(c.Pos)
	if inSubquery {
		return g.b.errAt(pos, sqlerr.GroupingError, `subquery uses ungrouped column "%s" from outer query`, full)
	}
	return g.b.errAt(pos, sqlerr.GroupingError, `column "%s" must appear in the GROUP BY clause or be used in an aggregate function`, full)
}

// origin is the item of FROM that brought a column, and its name there.
func (s *scope) origin(id scalar.ColumnID) (*item, string) {
	for _, it := range s.tables {
		for i := range it.cols {
			if it.cols[i].col.ID == id && it.cols[i].expr == nil {
				return it, it.cols[i].name
			}
		}
	}
	return nil, ""
}

// dependent says whether a column depends on the keys: its table's primary
// key is among them, in every grouping set.
func (g *grouper) dependent(id scalar.ColumnID) bool {
	it, _ := g.s.origin(id)
	if it == nil || it.rel == nil {
		return false
	}
	for _, con := range it.rel.Constraints {
		if con.Kind != 'p' || len(con.Columns) == 0 {
			continue
		}
		all := true
		for _, att := range con.Columns {
			found := false
			for i := range it.cols {
				if it.cols[i].col.Attnum != att || it.cols[i].expr != nil {
					continue
				}
				k, ok := g.byID[it.cols[i].col.ID]
				found = ok && g.inAllSets(k)
			}
			all = all && found
		}
		if all {
			return true
		}
	}
	return false
}

func (g *grouper) inAllSets(k int) bool {
	for _, set := range g.st.sets {
		if !slices.Contains(set, k) {
			return false
		}
	}
	return true
}

// subquery replaces and checks the grouped query's columns inside a
// subquery's plan.
func (g *grouper) subquery(e *scalar.Subquery) (scalar.Expr, error) {
	outer := e.Outer()
	if !outer.Intersects(g.s.cols) && !outer.Intersects(g.st.made) {
		return e, nil
	}
	var err error
	plan := logical.ReplaceOuter(e.Plan.(logical.Node), func(c *scalar.Column) scalar.Expr {
		if err != nil || !g.s.cols.Has(c.ID) && !g.st.made.Has(c.ID) {
			return nil
		}
		r, e := g.column(c, true)
		if e != nil {
			err = e
			return nil
		}
		if r == c {
			return nil
		}
		return r
	})
	if err != nil {
		return nil, err
	}
	if plan == e.Plan {
		return e, nil
	}
	c := *e
	c.Plan = plan
	return &c, nil
}

// resolveGroupings checks that arguments of GROUPING are keys.
func (g *grouper) resolveGroupings() error {
	for _, call := range g.st.groupings {
		for i, a := range call.args {
			if g.keyOf(a) < 0 {
				return g.b.errAt(call.pos[i], sqlerr.GroupingError, "arguments to GROUPING must be grouping expressions of the associated query level")
			}
		}
	}
	if len(g.st.groupings) > 0 && len(g.st.sets) > 1 {
		g.setCol = &logical.Column{ID: g.b.ids.Column(), Name: "set", Type: types.New(types.Int8OID), NotNull: true}
	}
	return nil
}

func (g *grouper) keyOf(x scalar.Expr) int {
	for i, k := range g.st.keys {
		if scalar.Equal(k.expr, x) {
			return i
		}
	}
	return -1
}

// groupingValue is GROUPING's value: a bit for each argument, set where the
// row's grouping set leaves the argument out.
func (g *grouper) groupingValue(call *groupingCall) scalar.Expr {
	value := func(set []int, all bool) *scalar.Const {
		bits := int64(0)
		for _, a := range call.args {
			bits <<= 1
			if !all && !slices.Contains(set, g.keyOf(a)) {
				bits |= 1
			}
		}
		return &scalar.Const{Value: types.Int(column.Int32, bits), Typ: types.New(types.Int4OID), Pos: -1}
	}
	switch len(g.st.sets) {
	case 0:
		return value(nil, true)
	case 1:
		return value(g.st.sets[0], false)
	}
	out := &scalar.Case{Typ: types.New(types.Int4OID), Else: nullConst(types.New(types.Int4OID), -1)}
	for i, set := range g.st.sets {
		at := &scalar.Const{Value: types.Int(column.Int64, int64(i)), Typ: types.New(types.Int8OID), Pos: -1}
		eq, err := g.b.operator("=", g.setCol.Ref(), at, -1)
		if err != nil {
			panic("binder: bigint has no equality: " + err.Error())
		}
		out.Whens = append(out.Whens, scalar.When{Cond: eq, Then: value(set, false)})
	}
	return out
}

// node makes the aggregation over plan, below it a projection that computes
// keys which are expressions.
func (g *grouper) node(plan logical.Node) logical.Node {
	n := &logical.Aggregate{Input: plan, Aggs: g.st.aggs, SetCol: g.setCol}
	in := plan.Schema()
	if g.exprs {
		var used scalar.ColSet
		for i := range g.st.aggs {
			g.st.aggs[i].Agg.Operands(func(x scalar.Expr) { scalar.AddColumns(x, &used) })
		}
		for _, k := range g.st.keys {
			if c, ok := k.expr.(*scalar.Column); ok {
				used.Add(c.ID)
			}
		}
		p := &logical.Project{Input: plan}
		for _, c := range in {
			if used.Has(c.ID) {
				p.Cols = append(p.Cols, c)
				p.Exprs = append(p.Exprs, c.Ref())
			}
		}
		for i, k := range g.st.keys {
			if c, ok := k.expr.(*scalar.Column); ok && g.s.cols.Has(c.ID) {
				continue
			}
			col := g.out[i]
			if g.fresh {
				col.ID = g.b.ids.Column()
			}
			col.NotNull = notNullExpr(k.expr, nil)
			p.Cols = append(p.Cols, col)
			p.Exprs = append(p.Exprs, k.expr)
			in = append(in[:len(in):len(in)], col)
			g.st.keys[i].expr = col.Ref() // what the aggregation reads
		}
		n.Input = p
	}
	for i := range g.st.keys {
		src := g.st.keys[i].expr.(*scalar.Column).ID
		col := g.out[i]
		if at := indexOf(in, src); at >= 0 {
			id, name := col.ID, col.Name
			col = in[at]
			col.ID, col.Name = id, name
		}
		if g.fresh {
			col.NotNull, col.Rel, col.Attnum = false, 0, 0
			n.KeyFrom = append(n.KeyFrom, src)
		}
		n.Keys = append(n.Keys, col)
	}
	switch {
	case g.fresh:
		n.Sets = g.st.sets
	case len(g.st.sets) == 1:
		// One grouping set: its keys, and those it leaves out are nobody's.
		keys := n.Keys
		n.Keys = nil
		for _, k := range g.st.sets[0] {
			n.Keys = append(n.Keys, keys[k])
		}
	}
	return n
}
