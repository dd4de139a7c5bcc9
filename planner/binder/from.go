package binder

import (
	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// source is a bound item of FROM: its plan, the item that stands for all of
// its columns, and what it adds to the namespace.
type source struct {
	plan  logical.Node
	top   *item
	items []*item
}

// emptyRow is the input of what has no FROM: one row without columns.
func emptyRow() logical.Node { return &logical.Values{Rows: [][]scalar.Expr{{}}} }

func isEmptyRow(n logical.Node) bool {
	v, ok := n.(*logical.Values)
	return ok && len(v.Cols) == 0 && len(v.Rows) == 1
}

// from binds a FROM clause: a cross join of its items, from left to right.
func (b *binder) from(list []ast.FromItem, s *scope) (logical.Node, error) {
	if len(list) == 0 {
		return emptyRow(), nil
	}
	var plan logical.Node
	for _, f := range list {
		src, err := b.fromItem(f, s)
		if err != nil {
			return nil, err
		}
		if err := b.nameConflicts(s.items, src.items); err != nil {
			return nil, err
		}
		if plan == nil {
			plan = src.plan
		} else if plan, err = b.joinPlans(s, logical.Inner, plan, src.plan, nil); err != nil {
			return nil, err
		}
		for _, it := range src.items {
			it.lateralOnly, it.lateralOK = true, true
		}
		s.items = append(s.items, src.items...)
	}
	for _, it := range s.items {
		it.lateralOnly = false
	}
	return plan, nil
}

// nameConflicts refuses two items with one name in one namespace.
func (b *binder) nameConflicts(a, c []*item) error {
	for _, x := range a {
		if !x.relVisible || x.name == "" {
			continue
		}
		for _, y := range c {
			if !y.relVisible || x.name != y.name {
				continue
			}
			if !x.alias && !y.alias && x.rel != nil && y.rel != nil && x.rel.OID != y.rel.OID {
				continue // two schemas' tables of one name
			}
			return sqlerr.New(sqlerr.DuplicateAlias, `table name %s specified more than once`, sqlerr.Quote(x.name))
		}
	}
	return nil
}

func (b *binder) fromItem(f ast.FromItem, s *scope) (*source, error) {
	switch f := f.(type) {
	case *ast.Relation:
		return b.fromRelation(f, s)
	case *ast.SubqueryRef:
		return b.fromSubquery(f, s)
	case *ast.FunctionRef:
		return b.fromFunction(f, s)
	case *ast.Join:
		return b.fromJoin(f, s)
	case *ast.TableFunc:
		return nil, b.errAt(f.Pos, sqlerr.FeatureNotSupported, "%s is not supported yet", upper(f.Name))
	}
	return nil, sqlerr.Internal("binder: an item of FROM is %T", f)
}

// newItem makes an item over a plan's columns and remembers it for hints.
func (b *binder) newItem(s *scope, name string, cols []logical.Column, names []string) *item {
	it := &item{name: name, relVisible: true, colsVisible: true, cols: make([]itemColumn, len(cols))}
	for i, c := range cols {
		n := c.Name
		if names != nil {
			n = names[i]
		}
		it.cols[i] = itemColumn{name: n, col: c}
	}
	s.own(cols)
	s.tables = append(s.tables, it)
	return it
}

func single(plan logical.Node, it *item) *source {
	return &source{plan: plan, top: it, items: []*item{it}}
}

// rename applies an alias to an item.
func (b *binder) rename(it *item, a *ast.Alias) error {
	if a == nil {
		return nil
	}
	if a.Name.Name != "" {
		it.name, it.alias, it.schema = a.Name.Name, true, ""
	}
	if len(a.Columns) > len(it.cols) {
		return b.errAt(-1, sqlerr.InvalidColumnReference, `table %s has %d columns available but %d columns specified`,
			sqlerr.Quote(it.name), len(it.cols), len(a.Columns))
	}
	for i, c := range a.Columns {
		it.cols[i].name = c.Name
		it.cols[i].col.Name = c.Name
	}
	return nil
}

// fromRelation binds a name in FROM: a CTE, a relation of the catalog or a file.
func (b *binder) fromRelation(r *ast.Relation, s *scope) (*source, error) {
	if r.Sample != nil {
		return nil, b.errAt(r.Sample.Pos, sqlerr.FeatureNotSupported, "TABLESAMPLE is not supported yet")
	}
	if !r.Path && len(r.Name.Parts) == 1 {
		if c, up := findCTE(s, r.Name.Object()); c != nil {
			return b.fromCTE(r, c, up, s)
		}
	}
	rel, src, err := b.lookupRelation(&r.Name, r.Path)
	if err != nil {
		return nil, err
	}
	return b.scanRelation(r, rel, src, s)
}

// scanRelation puts a relation of the catalog, or files, into FROM.
func (b *binder) scanRelation(r *ast.Relation, rel *catalog.Relation, src catalog.Source, s *scope) (*source, error) {
	var plan logical.Node
	var cols []logical.Column
	var tableoid *logical.Column
	var err error
	if b.dry != nil {
		b.dry.uses = append(b.dry.uses, relationUse{r, rel})
	}
	switch {
	case rel.Kind == catalog.ViewRelation && !rel.System && b.dry == nil:
		if plan, cols, err = b.expandView(rel, r.Pos); err != nil {
			return nil, err
		}
	case rel.Unpopulated && b.dry == nil:
		return nil, sqlerr.New(sqlerr.ObjectNotInPrerequisiteState, `materialized view %s has not been populated`, sqlerr.Quote(rel.Name)).
			WithHint("Use the REFRESH MATERIALIZED VIEW command.")
	case rel.Kind == catalog.Index:
		return nil, b.errAt(r.Pos, sqlerr.WrongObjectType, `cannot open relation %s`, sqlerr.Quote(rel.Name)).
			WithDetail("This operation is not supported for indexes.")
	case !r.Only && b.dry == nil && b.inherits(rel):
		cols = b.scan(rel, nil).Cols
		tableoid = &logical.Column{ID: b.ids.Column(), Name: "tableoid", Type: types.New(types.OIDOID)}
		plan = b.members(rel, cols, nil, tableoid)
	default:
		scan := b.scan(rel, src)
		plan, cols = scan, scan.Cols
	}
	it := b.newItem(s, rel.Name, cols, nil)
	it.tableoid = tableoid
	it.rel, it.schema = rel, rel.Schema
	if err := b.rename(it, r.Alias); err != nil {
		return nil, err
	}
	if scan, ok := plan.(*logical.Scan); ok {
		scan.Alias = it.name
	}
	return single(plan, it), nil
}

// scan reads all columns of a relation.
func (b *binder) scan(rel *catalog.Relation, src catalog.Source) *logical.Scan {
	scan := &logical.Scan{Rel: rel, Source: src, Alias: rel.Name, Cols: make([]logical.Column, len(rel.Columns))}
	for i := range rel.Columns {
		c := &rel.Columns[i]
		scan.Cols[i] = logical.Column{ID: b.ids.Column(), Name: c.Name, Type: c.Type, NotNull: c.NotNull, Rel: rel.OID, Attnum: c.Attnum}
	}
	return scan
}

// fromSubquery binds a subquery in FROM.
func (b *binder) fromSubquery(r *ast.SubqueryRef, s *scope) (*source, error) {
	kind, lateral := s.kind, s.lateral
	s.kind, s.lateral = inFromSubselect, r.Lateral
	q, err := b.fromQuery(r.Query, s)
	s.kind, s.lateral = kind, lateral
	if err != nil {
		return nil, err
	}
	cols, names := q.columns()
	it := b.newItem(s, "", cols, names)
	it.relVisible = false
	q.rowColumns(s, it)
	if r.Alias != nil {
		it.relVisible = true
		if err := b.rename(it, r.Alias); err != nil {
			return nil, err
		}
	}
	return single(q.plan, it), nil
}

// fromQuery binds a query whose row values are wanted as their fields.
func (b *binder) fromQuery(q *ast.Query, parent *scope) (*query, error) {
	q, err := b.mergeClauses(q)
	if err != nil {
		return nil, err
	}
	s := newScope(parent)
	_, s.rows = q.Body.(*ast.Select)
	return b.queryIn(q, s, false)
}

// rowColumns makes an item's columns that are row values read as such.
func (q *query) rowColumns(s *scope, it *item) {
	for i := range q.cols {
		if r := q.cols[i].row; r != nil {
			it.cols[i].expr = r
			for _, f := range r.Fields {
				s.cols.Add(f.(*scalar.Column).ID)
			}
		}
	}
}

// columns are the result's columns and their names.
func (q *query) columns() ([]logical.Column, []string) {
	cols, names := make([]logical.Column, len(q.cols)), make([]string, len(q.cols))
	for i := range q.cols {
		cols[i], names[i] = q.cols[i].col, q.cols[i].name
		cols[i].Name = names[i]
	}
	return cols, names
}

// joinPlans joins two plans, the right one of which may read columns of the
// left one (LATERAL). Functions over the left side's columns run on top of it.
func (b *binder) joinPlans(s *scope, kind logical.JoinKind, left, right logical.Node, on []scalar.Expr) (logical.Node, error) {
	outer := logical.Outer(right)
	if outer.Empty() || !outer.Intersects(s.cols) || !outer.Intersects(logical.Columns(left)) {
		return &logical.Join{Kind: kind, Left: left, Right: right, On: on}, nil
	}
	always := len(on) == 0 || len(on) == 1 && isTrue(on[0])
	if kind == logical.Inner || kind == logical.Left && always {
		if n := appliedOn(left, right, kind == logical.Left); n != nil {
			if !always {
				n = &logical.Filter{Input: n, Preds: on}
			}
			return n, nil
		}
	}
	return &logical.Join{Kind: kind, Left: left, Right: right, On: on, Lateral: true}, nil
}

// appliedOn puts a function call or a computed row on top of left, whose
// columns it reads; nil where right is something else.
func appliedOn(left, right logical.Node, outer bool) logical.Node {
	switch r := right.(type) {
	case *logical.TableFunc:
		if isEmptyRow(r.Input) {
			c := *r
			c.Input, c.Outer = left, outer
			return &c
		}
	case *logical.Project:
		if isEmptyRow(r.Input) {
			p := &logical.Project{Input: left}
			for _, c := range left.Schema() {
				p.Cols = append(p.Cols, c)
				p.Exprs = append(p.Exprs, c.Ref())
			}
			p.Cols = append(p.Cols, r.Cols...)
			p.Exprs = append(p.Exprs, r.Exprs...)
			return p
		}
	}
	return nil
}

func isTrue(e scalar.Expr) bool {
	c, ok := e.(*scalar.Const)
	return ok && c.Value.True()
}
