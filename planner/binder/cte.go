package binder

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// cte is a name of a WITH clause. Under WITH RECURSIVE it is bound when it is
// first met, so that the order of the names does not matter.
type cte struct {
	node  *ast.CTE
	scope *scope // of the query that has the WITH
	state cteState
	id    logical.CTEID
	plan  logical.Node
	cols  []logical.Column
	names []string
	used  bool

	// While the recursive term is bound: the columns of the working table.
	recursive bool
	working   logical.CTEID
	selfRefs  int
	order     *[]*cte // where finished CTEs are listed, in the order they were bound
	binding   *[]*cte // those of the same WITH that are being bound, outermost first
}

type cteState uint8

const (
	cteUnbound cteState = iota
	cteBase             // binding the non-recursive part
	cteStep             // binding the recursive term
	cteBound
)

// with binds a WITH clause into s and gives its CTEs in the order bound.
func (b *binder) with(w *ast.With, s *scope) (*[]*cte, error) {
	if w == nil {
		return nil, nil
	}
	order, binding := &[]*cte{}, &[]*cte{}
	if !w.Recursive {
		mark := len(b.future)
		for i := len(w.CTEs) - 1; i >= 0; i-- {
			b.future = append(b.future, w.CTEs[i].Name.Name)
		}
		defer func() { b.future = b.future[:mark] }()
	}
	seen := make(map[string]bool, len(w.CTEs))
	var all []*cte
	for _, n := range w.CTEs {
		if seen[n.Name.Name] {
			return nil, b.errAt(n.Name.Pos, sqlerr.DuplicateAlias, `WITH query name %s specified more than once`, sqlerr.Quote(n.Name.Name))
		}
		seen[n.Name.Name] = true
		if _, ok := n.Stmt.(*ast.Query); !ok {
			if s.parent != nil {
				return nil, b.errAt(n.Name.Pos, sqlerr.FeatureNotSupported, "WITH clause containing a data-modifying statement must be at the top level")
			}
			b.writes = true
		}
		all = append(all, &cte{node: n, scope: s, recursive: w.Recursive, order: order, binding: binding})
	}
	if w.Recursive {
		s.ctes = all
	}
	for _, c := range all {
		if c.state == cteUnbound {
			if err := b.bindCTE(c); err != nil {
				return nil, err
			}
		}
		if !w.Recursive {
			s.ctes = append(s.ctes, c)
			b.future = b.future[:len(b.future)-1]
		}
	}
	return order, nil
}

// wrapWiths puts the CTEs that are used around a plan.
func wrapWiths(order *[]*cte, plan logical.Node) logical.Node {
	if order == nil {
		return plan
	}
	for i := len(*order) - 1; i >= 0; i-- {
		c := (*order)[i]
		_, reads := c.node.Stmt.(*ast.Query)
		if !c.used && reads {
			continue
		}
		mat := [...]int8{ast.MaterializedDefault: 0, ast.MaterializedAlways: 1, ast.MaterializedNever: -1}[c.node.Materialized]
		if !reads {
			mat = 1
		}
		plan = &logical.With{ID: c.id, Name: c.node.Name.Name, Plan: c.plan, Body: plan, Materialized: mat}
	}
	return plan
}

// findCTE finds the CTE that a name means, nil if none. up tells how many
// scopes out it was declared.
func findCTE(s *scope, name string) (*cte, int) {
	for up := 0; s != nil; s = s.parent {
		for _, c := range s.ctes {
			if c.node.Name.Name == name {
				return c, up
			}
		}
		up++
	}
	return nil, 0
}

// bindCTE binds a CTE's query. What FROM has brought so far at the level of
// the WITH is hidden from it.
func (b *binder) bindCTE(c *cte) error {
	s := c.scope
	items, kind, lateral := s.items, s.kind, s.lateral
	s.items, s.kind, s.lateral = nil, inNothing, false
	defer func() { s.items, s.kind, s.lateral = items, kind, lateral }()

	*c.binding = append(*c.binding, c)
	defer func() { *c.binding = (*c.binding)[:len(*c.binding)-1] }()
	c.state = cteBase
	q, ok := c.node.Stmt.(*ast.Query)
	if !ok {
		return b.bindWriteCTE(c)
	}
	if c.node.Search != nil || c.node.Cycle != nil {
		text, columns, err := b.searchAndCycle(c)
		if err != nil {
			return err
		}
		node := *c.node
		node.Stmt, node.Columns, node.Search, node.Cycle = text, columns, nil, nil
		c.node, q = &node, text
		sql := b.sql
		b.sql = "" // what is bound was not written
		defer func() { b.sql = sql }()
	}
	var out *query
	var err error
	if set, ok := q.Body.(*ast.SetOp); c.recursive && ok && set.Kind == ast.Union {
		out, err = b.recursiveQuery(c, q, set)
	} else {
		out, err = b.query(q, s, false)
	}
	if err != nil {
		return err
	}
	if err := b.finishCTE(c, out); err != nil {
		return err
	}
	*c.order = append(*c.order, c)
	return nil
}

// bindWriteCTE binds a data-modifying statement of a WITH clause: its rows are
// those of RETURNING.
func (b *binder) bindWriteCTE(c *cte) error {
	var bound *Bound
	var err error
	switch n := c.node.Stmt.(type) {
	case *ast.Insert:
		bound, err = b.insert(n, c.scope)
	case *ast.Update:
		bound, err = b.update(n, c.scope)
	case *ast.Delete:
		bound, err = b.delete(n, c.scope)
	default:
		return b.errAt(c.node.Name.Pos, sqlerr.FeatureNotSupported, "%s in WITH is not supported yet", statementName(n))
	}
	if err != nil {
		return err
	}
	out := &query{plan: bound.Plan}
	for i, col := range bound.Plan.Schema() {
		out.cols = append(out.cols, output{name: bound.Columns[i].Name, col: col, pos: -1})
	}
	if err := b.finishCTE(c, out); err != nil {
		return err
	}
	*c.order = append(*c.order, c)
	return nil
}

func (b *binder) finishCTE(c *cte, out *query) error {
	c.plan = out.plan
	if c.id == 0 {
		c.id = b.ids.CTE()
	}
	if err := b.nameCTE(c, out); err != nil {
		return err
	}
	c.state = cteBound
	return nil
}

// nameCTE sets a CTE's columns from a query and the column list.
func (b *binder) nameCTE(c *cte, out *query) error {
	c.cols, c.names = out.columns()
	list := c.node.Columns
	if len(list) > len(c.names) {
		return b.errAt(c.node.Name.Pos, sqlerr.InvalidColumnReference, `WITH query %s has %d columns available but %d columns specified`,
			sqlerr.Quote(c.node.Name.Name), len(c.names), len(list))
	}
	for i, n := range list {
		c.names[i], c.cols[i].Name = n.Name, n.Name
	}
	return nil
}

// recursiveQuery binds a UNION under WITH RECURSIVE: first the left side,
// whose columns are the working table's, then the right side, which may read
// it. If it does not, this is a union like any other.
func (b *binder) recursiveQuery(c *cte, q *ast.Query, set *ast.SetOp) (*query, error) {
	s := newScope(c.scope)
	withs, err := b.with(q.With, s)
	if err != nil {
		return nil, err
	}
	base, err := b.setMember(set.Left, s)
	if err != nil {
		return nil, err
	}
	if err := b.unknownToText(base); err != nil {
		return nil, err
	}
	if err := b.widenWorking(base); err != nil {
		return nil, err
	}
	c.working = b.ids.CTE()
	if err := b.nameCTE(c, base); err != nil {
		return nil, err
	}
	for i := range c.cols { // the columns of the Recursive that both sides feed
		c.cols[i].ID, c.cols[i].NotNull = b.ids.Column(), false
	}
	c.state = cteStep
	step, err := b.setMember(set.Right, s)
	if err != nil {
		return nil, err
	}
	if c.selfRefs == 0 {
		out, err := b.combine(set, base, step)
		if err != nil {
			return nil, err
		}
		if out, err = b.setTail(q, out, s); err != nil {
			return nil, err
		}
		out.plan = wrapWiths(withs, out.plan)
		return out, nil
	}
	for _, clause := range []struct {
		name string
		node ast.Node
		set  bool
	}{
		{"ORDER BY", firstSort(q.OrderBy), q.OrderBy != nil},
		{"OFFSET", q.Offset, q.Offset != nil},
		{"LIMIT", limitNode(q.Limit), q.Limit != nil},
		{"FOR UPDATE/SHARE", nil, q.Locking != nil},
	} {
		if clause.set {
			pos := int32(-1)
			if clause.node != nil {
				pos = clause.node.Span().Pos
			}
			return nil, b.errAt(pos, sqlerr.FeatureNotSupported, "%s in a recursive query is not implemented", clause.name)
		}
	}
	before := make([]types.Type, len(base.cols))
	for i := range base.cols {
		before[i] = base.cols[i].col.Type
	}
	l, r, cols, err := b.unifyMembers(set, base, step)
	if err != nil {
		return nil, err
	}
	for i, o := range cols {
		cols[i].col.ID, cols[i].col.NotNull = c.cols[i].ID, false
		if !o.col.Type.Same(before[i]) {
			return nil, b.errAt(base.cols[i].pos, sqlerr.DatatypeMismatch,
				`recursive query %s column %d has type %s in non-recursive term but type %s overall`,
				sqlerr.Quote(c.node.Name.Name), i+1, before[i], o.col.Type).
				WithHint("Cast the output of the non-recursive term to the correct type.")
		}
	}
	n := &logical.Recursive{ID: c.working, Name: c.node.Name.Name, Base: l.plan, Step: r.plan, Distinct: !set.All}
	for i := range cols {
		n.Cols = append(n.Cols, cols[i].col)
	}
	return &query{plan: wrapWiths(withs, n), cols: cols}, nil
}

// widenWorking forgets the static scale of numerics without typmod: what an
// iteration adds may have another.
func (b *binder) widenWorking(q *query) error {
	want := make([]types.Type, len(q.cols))
	for i := range q.cols {
		want[i] = q.cols[i].col.Type
		if want[i].OID == types.NumericOID && want[i].Typmod < 0 {
			want[i] = types.New(types.NumericOID)
		}
	}
	return b.setColumnTypes(q, want, func(i int, e scalar.Expr) (scalar.Expr, error) { return b.retype(e, want[i]), nil })
}

func firstSort(list []ast.SortItem) ast.Node {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

func limitNode(l *ast.Limit) ast.Node {
	if l == nil || l.Count == nil {
		return nil
	}
	return l.Count
}

// fromCTE puts a CTE into FROM.
func (b *binder) fromCTE(r *ast.Relation, c *cte, up int, s *scope) (*source, error) {
	name := c.node.Name.Name
	if c.state == cteUnbound {
		if err := b.bindCTE(c); err != nil {
			return nil, err
		}
	}
	if stack := *c.binding; (c.state == cteBase || c.state == cteStep) && stack[len(stack)-1] != c {
		return nil, b.errAt(c.node.Name.Pos, sqlerr.FeatureNotSupported, "mutual recursion between WITH items is not implemented")
	}
	id := c.id
	switch c.state {
	case cteBase:
		q, ok := c.node.Stmt.(*ast.Query)
		if !ok {
			return nil, b.errAt(r.Pos, sqlerr.InvalidRecursion, `recursive query %s must not contain data-modifying statements`, sqlerr.Quote(name))
		}
		if set, ok := q.Body.(*ast.SetOp); !ok || set.Kind != ast.Union {
			return nil, b.errAt(c.node.Name.Pos, sqlerr.InvalidRecursion,
				`recursive query %s does not have the form non-recursive-term UNION [ALL] recursive-term`, sqlerr.Quote(name))
		}
		return nil, b.errAt(r.Pos, sqlerr.InvalidRecursion,
			`recursive reference to query %s must not appear within its non-recursive term`, sqlerr.Quote(name))
	case cteStep:
		if err := b.checkSelfRef(c, s, r.Pos); err != nil {
			return nil, err
		}
		id = c.working
		s.selfRef = true
	case cteBound:
		c.used = true
		if _, reads := c.node.Stmt.(*ast.Query); !reads && len(c.cols) == 0 {
			return nil, b.errAt(r.Pos, sqlerr.FeatureNotSupported, `WITH query %s does not have a RETURNING clause`, sqlerr.Quote(name))
		}
	}
	ref := &logical.CTERef{ID: id, Name: name}
	for _, col := range c.cols {
		ref.From = append(ref.From, col.ID)
		ref.Cols = append(ref.Cols, logical.Column{ID: b.ids.Column(), Name: col.Name, Type: col.Type, NotNull: col.NotNull && id == c.id})
	}
	it := b.newItem(s, name, ref.Cols, c.names)
	if err := b.rename(it, r.Alias); err != nil {
		return nil, err
	}
	return single(ref, it), nil
}

// checkSelfRef refuses self-references where one iteration's rows would not do.
func (b *binder) checkSelfRef(c *cte, s *scope, pos int32) error {
	refuse := func(where string) error {
		return b.errAt(pos, sqlerr.InvalidRecursion, `recursive reference to query %s must not appear %s`, sqlerr.Quote(c.node.Name.Name), where)
	}
	for lvl := s; lvl != nil && lvl != c.scope; lvl = lvl.parent {
		switch {
		case lvl.subquery:
			return refuse("within a subquery")
		case lvl.nullable > 0:
			return refuse("within an outer join")
		case lvl.inExcept:
			return refuse("within EXCEPT")
		case lvl.inIntersect:
			return refuse("within INTERSECT")
		}
	}
	if c.selfRefs++; c.selfRefs > 1 {
		return refuse("more than once")
	}
	return nil
}
