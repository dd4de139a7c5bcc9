package binder

import (
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// selection is what one SELECT collects while its clauses are bound.
type selection struct {
	targets []*target
	windows []*ast.WindowDef // the WINDOW clause

	aggs      []logical.AggItem
	aggAt     int32           // where the first aggregate stands
	groupings []*groupingCall // GROUPING(…), resolved when the keys are known
	wins      []logical.WindowItem
	srfs      [][]logical.TableCall // set-returning functions of the SELECT list, by depth of nesting
	srfDepth  map[scalar.ColumnID]int
	made      scalar.ColSet // columns made by the above

	inAggregate  bool // binding an aggregate's arguments
	inWindow     bool // binding a window function's arguments
	usedWindows  map[*ast.WindowDef]bool
	srfPos       []int32
	keys         []groupKey
	sets         [][]int // nil: no grouping sets
	grouped      bool    // GROUP BY or HAVING was written
	aliasTargets bool    // QUALIFY: names of the SELECT list are visible
}

// target is a member of the SELECT list, or a hidden one that only ORDER BY,
// GROUP BY or DISTINCT ON uses.
type target struct {
	name string
	expr scalar.Expr
	pos  int32
	junk bool
	col  logical.Column // once projected
}

func (t *target) unknown() bool { return t.expr.Type().OID == types.UnknownOID }

// selectQuery binds a SELECT in the order in which Postgres does.
func (b *binder) selectQuery(q *ast.Query, sel *ast.Select, s *scope, keepUnknown bool) (*query, error) {
	if sel.Into != nil {
		return nil, b.errAt(sel.Into.Pos, sqlerr.SyntaxError, "SELECT ... INTO is not allowed here")
	}
	plan, err := b.from(sel.From, s)
	if err != nil {
		return nil, err
	}
	st := &selection{windows: sel.Windows, aggAt: -1}
	s.sel = st
	s.kind = inSelect
	if st.targets, err = b.targets(sel.Targets, s); err != nil {
		return nil, err
	}
	if sel.Where != nil {
		w, err := b.condition(sel.Where, s, inWhere)
		if err != nil {
			return nil, err
		}
		plan = &logical.Filter{Input: plan, Preds: scalar.SplitAnd(nil, w)}
	}
	return b.finishSelect(q, sel, s, plan, st, keepUnknown)
}

// condition binds an expression that must be boolean.
func (b *binder) condition(e ast.Expr, s *scope, kind exprKind) (scalar.Expr, error) {
	x, err := b.exprKind(s, e, kind)
	if err != nil {
		return nil, err
	}
	return b.coerceBool(x, kind.String(), e)
}

// finishSelect binds the clauses after WHERE and puts the plan together.
func (b *binder) finishSelect(q *ast.Query, sel *ast.Select, s *scope, plan logical.Node, st *selection, keepUnknown bool) (*query, error) {
	if st == nil {
		st = s.sel
	}
	var having, qualify []scalar.Expr
	if sel.Having != nil {
		h, err := b.condition(sel.Having, s, inHaving)
		if err != nil {
			return nil, err
		}
		having = scalar.SplitAnd(nil, h)
		st.grouped = true
	}
	if sel.Qualify != nil {
		st.aliasTargets = true
		x, err := b.condition(sel.Qualify, s, inQualify)
		st.aliasTargets = false
		if err != nil {
			return nil, err
		}
		qualify = scalar.SplitAnd(nil, x)
	}
	keys, err := b.orderBy(q.OrderBy, s, st)
	if err != nil {
		return nil, err
	}
	if err := b.groupBy(sel.GroupBy, s, st); err != nil {
		return nil, err
	}
	distinct, keys, err := b.distinct(sel, s, st, keys)
	if err != nil {
		return nil, err
	}
	limit := &logical.Limit{}
	limited, err := b.limit(q, s, limit)
	if err != nil {
		return nil, err
	}
	if err := b.checkWindows(s, st); err != nil {
		return nil, err
	}
	if q.Limit != nil && q.Limit.WithTies && len(keys) == 0 {
		return nil, b.errAt(-1, sqlerr.SyntaxError, "WITH TIES cannot be specified without ORDER BY clause")
	}
	if !keepUnknown {
		for _, t := range st.targets {
			if err := b.targetToText(t); err != nil {
				return nil, err
			}
		}
	}

	if plan, err = b.grouping(s, st, plan, &having, &qualify); err != nil {
		return nil, err
	}
	if len(having) > 0 {
		plan = &logical.Filter{Input: plan, Preds: having}
	}
	if len(st.wins) > 0 {
		plan = &logical.Window{Input: plan, Items: st.wins}
	}
	if len(qualify) > 0 {
		plan = &logical.Filter{Input: plan, Preds: qualify}
	}
	for _, calls := range st.srfs {
		plan = &logical.TableFunc{Input: plan, Calls: calls}
	}
	plan = b.project(s, st, plan)
	switch {
	case distinct == nil:
	case distinct.on == nil:
		plan = &logical.Distinct{Input: plan}
	default:
		n := &logical.Distinct{Input: plan, Order: sortKeys(keys, st.targets)}
		for _, i := range distinct.on {
			n.On = append(n.On, st.targets[i].col.ID)
		}
		plan = n
	}
	if len(keys) > 0 {
		plan = &logical.Sort{Input: plan, Keys: sortKeys(keys, st.targets)}
	}
	if l, ok := limited.(*logical.Limit); ok && (l.Input != nil) {
		l.Input = plan
		plan = l
	}
	return b.outputs(st, plan), nil
}

// outputs drops the hidden columns and names the others.
func (b *binder) outputs(st *selection, plan logical.Node) *query {
	out := &query{plan: plan}
	junk := false
	for _, t := range st.targets {
		if t.junk {
			junk = true
			continue
		}
		o := output{name: t.name, col: t.col, pos: t.pos}
		if t.unknown() {
			o.unknown = t.expr
		}
		out.cols = append(out.cols, o)
	}
	if junk {
		p := &logical.Project{Input: plan}
		for _, o := range out.cols {
			p.Cols = append(p.Cols, o.col)
			p.Exprs = append(p.Exprs, o.col.Ref())
		}
		out.plan = p
	}
	return out
}

// project computes the SELECT list. A column of the input keeps its id; a
// second mention of it, or a column of an enclosing query, gets a new one.
func (b *binder) project(s *scope, st *selection, plan logical.Node) logical.Node {
	in := plan.Schema()
	p := &logical.Project{Input: plan, Cols: make([]logical.Column, 0, len(st.targets)), Exprs: make([]scalar.Expr, 0, len(st.targets))}
	var seen, notNull scalar.ColSet
	for _, c := range in {
		if c.NotNull {
			notNull.Add(c.ID)
		}
	}
	same := true
	for _, t := range st.targets {
		if c, ok := t.expr.(*scalar.Column); ok {
			if i := indexOf(in, c.ID); i >= 0 {
				t.col = in[i]
				if !t.junk {
					t.col.Name = t.name
				}
				if seen.Has(c.ID) {
					t.col.ID = b.ids.Column()
				}
				seen.Add(c.ID)
				p.Cols = append(p.Cols, t.col)
				p.Exprs = append(p.Exprs, c)
				same = same && len(p.Cols) <= len(in) && in[len(p.Cols)-1].ID == t.col.ID
				continue
			}
		}
		same = false
		t.col = logical.Column{ID: b.ids.Column(), Name: t.name, Type: t.expr.Type(), NotNull: notNullExpr(t.expr, &notNull)}
		p.Cols = append(p.Cols, t.col)
		p.Exprs = append(p.Exprs, t.expr)
	}
	if same && len(p.Cols) == len(in) && len(in) > 0 {
		return plan
	}
	return p
}

func indexOf(cols []logical.Column, id scalar.ColumnID) int {
	for i := range cols {
		if cols[i].ID == id {
			return i
		}
	}
	return -1
}

// targetToText makes text of a member of the SELECT list that nothing typed.
func (b *binder) targetToText(t *target) error {
	if !t.unknown() {
		return nil
	}
	x, err := b.coerce(t.expr, types.New(types.TextOID), implicit, t.pos)
	t.expr = x
	return err
}

// targets binds a SELECT or RETURNING list.
func (b *binder) targets(list []*ast.Target, s *scope) ([]*target, error) {
	out := make([]*target, 0, len(list))
	for _, t := range list {
		switch e := t.Value.(type) {
		case *ast.Star:
			more, err := b.star(e, s)
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
			continue
		case *ast.FieldStar:
			more, err := b.fieldStar(e, s)
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
			continue
		case *ast.SetToDefault:
			return nil, b.errAt(e.Pos, sqlerr.SyntaxError, "DEFAULT is not allowed in this context")
		}
		x, err := b.expr(s, t.Value)
		if err != nil {
			return nil, err
		}
		name := t.Alias.Name
		if name == "" {
			name = b.columnName(t.Value)
		}
		out = append(out, &target{name: name, expr: x, pos: loc(t.Value)})
	}
	return out, nil
}

// sortRef is a key of ORDER BY: a target and how it sorts.
type sortRef struct {
	target     int
	desc       bool
	nullsFirst bool
}

func sortKeys(keys []sortRef, targets []*target) []scalar.SortKey {
	out := make([]scalar.SortKey, len(keys))
	for i, k := range keys {
		out[i] = scalar.SortKey{Expr: targets[k.target].col.Ref(), Desc: k.desc, NullsFirst: k.nullsFirst}
	}
	return out
}

// orderBy binds ORDER BY: names and ordinals of the SELECT list, else
// expressions, which become hidden targets where the list has none equal.
func (b *binder) orderBy(items []ast.SortItem, s *scope, st *selection) ([]sortRef, error) {
	var out []sortRef
	for i := range items {
		it := &items[i]
		if it.All {
			for t := range st.targets {
				if st.targets[t].junk {
					continue
				}
				k, err := b.sortRef(it, t, st)
				if err != nil {
					return nil, err
				}
				out = addSort(out, k)
			}
			continue
		}
		t, err := b.findTarget(it.X, s, st, inOrderBy)
		if err != nil {
			return nil, err
		}
		k, err := b.sortRef(it, t, st)
		if err != nil {
			return nil, err
		}
		out = addSort(out, k)
	}
	return out, nil
}

// addSort adds a key unless its column is one already: it would decide nothing.
func addSort(out []sortRef, k sortRef) []sortRef {
	for _, o := range out {
		if o.target == k.target {
			return out
		}
	}
	return append(out, k)
}

func (b *binder) sortRef(it *ast.SortItem, t int, st *selection) (sortRef, error) {
	tg := st.targets[t]
	if err := b.targetToText(tg); err != nil {
		return sortRef{}, err
	}
	pos := tg.pos
	if it.X != nil {
		pos = loc(it.X)
	}
	desc, nullsFirst, err := b.direction(it, tg.expr, pos)
	return sortRef{target: t, desc: desc, nullsFirst: nullsFirst}, err
}

// direction tells how a key sorts, and refuses types without an order.
func (b *binder) direction(it *ast.SortItem, e scalar.Expr, pos int32) (desc, nullsFirst bool, err error) {
	desc = it.Direction == ast.SortDesc
	if it.Direction == ast.SortUsing {
		switch it.Using.Name {
		case "<":
		case ">":
			desc = true
		default:
			if _, err := b.operator(it.Using.Name, e, e, it.Using.Pos); err != nil {
				return false, false, err
			}
			return false, false, b.errAt(it.Using.Pos, sqlerr.WrongObjectType, "operator %s is not a valid ordering operator", it.Using.Name).
				WithHint(`Ordering operators must be "<" or ">" members of btree operator families.`)
		}
	}
	nullsFirst = desc
	switch it.Nulls {
	case ast.NullsFirst:
		nullsFirst = true
	case ast.NullsLast:
		nullsFirst = false
	}
	return desc, nullsFirst, b.sortable(e.Type(), pos)
}

// findTarget finds the target that an item of ORDER BY, GROUP BY or DISTINCT
// ON means, by the rules of SQL92 (names and ordinals) and then SQL99
// (expressions); a hidden one is added where there is none.
func (b *binder) findTarget(e ast.Expr, s *scope, st *selection, kind exprKind) (int, error) {
	if ref, ok := e.(*ast.ColumnRef); ok && len(ref.Parts) == 1 {
		name := ref.Parts[0].Name
		byName := true
		if kind == inGroupBy {
			x, err := b.localColumn(s, name, ref.Pos)
			if err != nil {
				return 0, err
			}
			byName = x == nil
		}
		if byName {
			found := -1
			for i, t := range st.targets {
				if t.junk || t.name != name {
					continue
				}
				if found >= 0 && !scalar.Equal(st.targets[found].expr, t.expr) {
					return 0, b.errAt(ref.Pos, sqlerr.AmbiguousColumn, `%s %s is ambiguous`, kind, sqlerr.Quote(name))
				}
				if found < 0 {
					found = i
				}
			}
			if found >= 0 {
				return found, b.checkTargetKind(st, found, kind)
			}
		}
	}
	if c, ok := e.(*ast.Const); ok {
		if c.Kind != ast.ConstInteger {
			return 0, b.errAt(c.Pos, sqlerr.SyntaxError, "non-integer constant in %s", kind)
		}
		n := int64(0)
		for i, t := range st.targets {
			if t.junk {
				continue
			}
			if n++; n == c.Int {
				return i, b.checkTargetKind(st, i, kind)
			}
		}
		return 0, b.errAt(c.Pos, sqlerr.InvalidColumnReference, "%s position %d is not in select list", kind, c.Int)
	}
	return b.findExprTarget(e, s, st, kind)
}

// findExprTarget finds or adds the target for an expression.
func (b *binder) findExprTarget(e ast.Expr, s *scope, st *selection, kind exprKind) (int, error) {
	x, err := b.exprKind(s, e, kind)
	if err != nil {
		return 0, err
	}
	for i, t := range st.targets {
		if scalar.Equal(t.expr, x) {
			return i, nil
		}
	}
	st.targets = append(st.targets, &target{expr: x, pos: loc(e), junk: true})
	return len(st.targets) - 1, nil
}

// checkTargetKind refuses a target in GROUP BY that has aggregates or windows.
func (b *binder) checkTargetKind(st *selection, i int, kind exprKind) error {
	if kind != inGroupBy {
		return nil
	}
	t := st.targets[i]
	used := scalar.Columns(t.expr)
	for _, a := range st.aggs {
		if used.Has(a.Col.ID) {
			return b.errAt(int32(a.Agg.Pos), sqlerr.GroupingError, "aggregate functions are not allowed in GROUP BY")
		}
	}
	for _, w := range st.wins {
		if used.Has(w.Col.ID) {
			return b.errAt(int32(w.Call.Agg.Pos), sqlerr.WindowingError, "window functions are not allowed in GROUP BY")
		}
	}
	return nil
}

// localColumn finds an unqualified column at this query level only.
func (b *binder) localColumn(s *scope, name string, pos int32) (scalar.Expr, error) {
	alone := *s
	alone.parent = nil
	return b.column(&alone, name, pos)
}

// distinctSpec is DISTINCT: on holds the targets of DISTINCT ON.
type distinctSpec struct{ on []int }

// distinct binds DISTINCT and DISTINCT ON against ORDER BY.
func (b *binder) distinct(sel *ast.Select, s *scope, st *selection, keys []sortRef) (*distinctSpec, []sortRef, error) {
	if !sel.Distinct {
		return nil, keys, nil
	}
	if sel.DistinctOn == nil {
		for _, k := range keys {
			if t := st.targets[k.target]; t.junk {
				return nil, nil, b.errAt(t.pos, sqlerr.InvalidColumnReference, "for SELECT DISTINCT, ORDER BY expressions must appear in select list")
			}
		}
		for _, t := range st.targets {
			if t.junk {
				continue
			}
			if err := b.targetToText(t); err != nil {
				return nil, nil, err
			}
			if err := b.hashable(t.expr.Type(), t.pos); err != nil {
				return nil, nil, err
			}
		}
		return &distinctSpec{}, keys, nil
	}
	var on []int
	for _, e := range sel.DistinctOn {
		t, err := b.findTarget(e, s, st, inDistinctOn)
		if err != nil {
			return nil, nil, err
		}
		if err := b.targetToText(st.targets[t]); err != nil {
			return nil, nil, err
		}
		if err := b.hashable(st.targets[t].expr.Type(), loc(e)); err != nil {
			return nil, nil, err
		}
		if !contains(on, t) {
			on = append(on, t)
		}
	}
	// The leading ORDER BY keys must be the ON expressions, in any order.
	skipped := false
	matched := 0
	for _, k := range keys {
		if !contains(on, k.target) {
			skipped = true
			continue
		}
		if skipped {
			pos := int32(-1)
			for i, t := range on {
				if t == k.target {
					pos = loc(sel.DistinctOn[min(i, len(sel.DistinctOn)-1)])
				}
			}
			return nil, nil, b.errAt(pos, sqlerr.InvalidColumnReference, "SELECT DISTINCT ON expressions must match initial ORDER BY expressions")
		}
		matched++
	}
	if skipped && matched < len(on) {
		pos := int32(-1)
		for i, t := range on {
			if !hasKey(keys, t) {
				pos = loc(sel.DistinctOn[min(i, len(sel.DistinctOn)-1)])
				break
			}
		}
		return nil, nil, b.errAt(pos, sqlerr.InvalidColumnReference, "SELECT DISTINCT ON expressions must match initial ORDER BY expressions")
	}
	return &distinctSpec{on: on}, keys, nil
}

func hasKey(keys []sortRef, t int) bool {
	for _, k := range keys {
		if k.target == t {
			return true
		}
	}
	return false
}

func contains(list []int, v int) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}
