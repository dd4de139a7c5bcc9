package binder

import (
	"slices"

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
	row  *scalar.Row    // instead of col: a row's fields, each projected
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
	s.rows = s.rows && !sel.Distinct
	for _, k := range keys {
		_, row := st.targets[k.target].expr.(*scalar.Row)
		s.rows = s.rows && !row
	}
	if distinct != nil && distinct.on == nil {
		// What only GROUP BY names has done its work and does not make rows differ.
		// No sort key is among it, and it comes last.
		st.targets = slices.DeleteFunc(st.targets, func(t *target) bool { return t.junk })
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
		o := output{name: t.name, col: t.col, pos: t.pos, row: t.row}
		if t.unknown() {
			o.unknown = t.expr
		}
		out.cols = append(out.cols, o)
	}
	if junk {
		p := &logical.Project{Input: plan}
		schema := plan.Schema()
		for _, o := range out.cols {
			if o.row != nil {
				for _, f := range o.row.Fields {
					c := schema[indexOf(schema, f.(*scalar.Column).ID)]
					p.Cols = append(p.Cols, c)
					p.Exprs = append(p.Exprs, c.Ref())
				}
				continue
			}
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
		if r, ok := t.expr.(*scalar.Row); ok && s.rows && !t.junk {
			b.projectRow(p, t, r, &notNull)
			continue
		}
		t.col = logical.Column{ID: b.ids.Column(), Name: t.name, Type: t.expr.Type(), NotNull: notNullExpr(t.expr, &notNull)}
		p.Cols = append(p.Cols, t.col)
		p.Exprs = append(p.Exprs, t.expr)
	}
	if same && len(p.Cols) == len(in) && len(in) > 0 {
		return plan
	}
	return p
}

// projectRow computes the fields of a row instead of the row.
func (b *binder) projectRow(p *logical.Project, t *target, r *scalar.Row, notNull *scalar.ColSet) {
	t.row = &scalar.Row{Typ: r.Typ, Whole: true}
	for i, f := range r.Fields {
		c := logical.Column{ID: b.ids.Column(), Name: fieldName(r, i), Type: f.Type(), NotNull: notNullExpr(f, notNull)}
		p.Cols = append(p.Cols, c)
		p.Exprs = append(p.Exprs, f)
		t.row.Fields = append(t.row.Fields, c.Ref())
		t.row.Names = append(t.row.Names, c.Name)
	}
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
