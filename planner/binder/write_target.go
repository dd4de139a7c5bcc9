package binder

import (
	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// writeTarget is what INSERT, UPDATE or DELETE changes: a table, or a view
// that is no more than columns and rows of one table:
//
//	view ─► project ─► filter ─► scan        rel: the scan's table
//	                                         exprs: the view's columns over scan
//	                                         preds: the rows that it shows
type writeTarget struct {
	rel   *catalog.Relation // the table
	view  *catalog.Relation // nil: the table itself is named
	scan  *logical.Scan
	exprs []scalar.Expr // of a view: its columns over the scan's
	pos   []int         // of a view: the table's column that each is; -1: an expression
	preds []scalar.Expr
	// members are the rows of the table and of those that inherit from it, under
	// the scan's columns; nil: there are none.
	members  logical.Node
	tableoid *logical.Column
	of       []string        // the view that each of preds is of
	checks   []logical.Check // of CHECK OPTION, over the scan's columns
}

var writeHints = map[string][2]string{
	"insert into": {"inserting into", "INSERT"},
	"update":      {"updating", "UPDATE"},
	"delete from": {"deleting from", "DELETE"},
}

// writeTarget finds the table that a statement changes.
func (b *binder) writeTarget(name *ast.Name, only bool, verb string) (*writeTarget, error) {
	rel, err := b.findRelation(name)
	if err != nil {
		return nil, err
	}
	if rel == nil {
		return nil, b.noRelation(name)
	}
	if rel.Kind == catalog.ViewRelation && !rel.System {
		t, reason, err := b.viewTarget(rel)
		if err != nil {
			return nil, err
		}
		if reason != "" {
			h := writeHints[verb]
			return nil, sqlerr.New(sqlerr.ObjectNotInPrerequisiteState, `cannot %s view %s`, verb, sqlerr.Quote(rel.Name)).WithDetail("%s", reason).
				WithHint("To enable %s the view, provide an INSTEAD OF %s trigger or an unconditional ON %s DO INSTEAD rule.", h[0], h[1], h[1])
		}
		if err := b.checkWritable(t.rel, name, verb); err != nil {
			return nil, err
		}
		return t, nil
	}
	if err := b.checkWritable(rel, name, verb); err != nil {
		return nil, err
	}
	t := &writeTarget{rel: rel}
	if verb != "insert into" { // which reads no row
		t.scan = b.scanForWrite(rel)
		if !only && b.inherits(rel) {
			t.tableoid = &logical.Column{ID: b.ids.Column(), Name: "tableoid", Type: types.New(types.OIDOID)}
			t.members = b.members(rel, t.scan.Cols, t.scan.RowID, t.tableoid)
		}
	}
	return t, nil
}

// checkWritable refuses relations whose rows statements do not change.
func (b *binder) checkWritable(rel *catalog.Relation, name *ast.Name, verb string) error {
	switch {
	case rel.System:
		return sqlerr.New(sqlerr.InsufficientPrivilege, `permission denied: %s is a system catalog`, sqlerr.Quote(rel.Name))
	case rel.Kind == catalog.MaterializedView:
		return sqlerr.New(sqlerr.WrongObjectType, `cannot change materialized view %s`, sqlerr.Quote(rel.Name))
	case rel.Kind == catalog.ForeignTable:
		return sqlerr.New(sqlerr.FeatureNotSupported, `cannot %s foreign table %s`, verb, sqlerr.Quote(rel.Name))
	case rel.Kind == catalog.Sequence:
		return sqlerr.New(sqlerr.WrongObjectType, `cannot change sequence %s`, sqlerr.Quote(rel.Name))
	case rel.Kind != catalog.Table && rel.Kind != catalog.PartitionedTable:
		return b.errAt(name.Pos, sqlerr.WrongObjectType, `cannot open relation %s`, sqlerr.Quote(rel.Name))
	}
	return nil
}

// viewTarget takes a view apart. reason says why that cannot be done.
func (b *binder) viewTarget(view *catalog.Relation) (t *writeTarget, reason string, err error) {
	plan, cols, err := b.expandView(view, -1)
	if err != nil {
		return nil, "", err
	}
	if q, err := viewQuery(view); err == nil {
		if sel, ok := q.Body.(*ast.Select); ok {
			single := len(sel.From) == 1
			if single {
				_, single = sel.From[0].(*ast.Relation)
			}
			if !single && !sel.Distinct && sel.GroupBy == nil && sel.Having == nil {
				return nil, "Views that do not select from a single table or view are not automatically updatable.", nil
			}
		}
	}
	t = &writeTarget{view: view}
	made := map[scalar.ColumnID]scalar.Expr{}
	if reason = t.peel(plan, made); reason != "" {
		return nil, reason, nil
	}
	t.rel = t.scan.Rel
	base := b.scanForWrite(t.rel)
	old := t.scan
	over := func(x scalar.Expr) scalar.Expr { // from the expanded scan to one with the rows' identities
		return logical.ReplaceColumns(x, func(c *scalar.Column) scalar.Expr {
			if i := indexOf(old.Cols, c.ID); i >= 0 {
				return base.Cols[i].Ref()
			}
			return nil
		})
	}
	t.scan = base
	updatable := false
	for _, c := range cols {
		x := scalar.Expr(c.Ref())
		if m, ok := made[c.ID]; ok {
			x = m
		}
		x = over(x)
		at := -1
		if ref, ok := x.(*scalar.Column); ok {
			at = indexOf(base.Cols, ref.ID)
		}
		updatable = updatable || at >= 0
		t.exprs, t.pos = append(t.exprs, x), append(t.pos, at)
	}
	for i := range t.preds {
		t.preds[i] = over(t.preds[i])
	}
	if !updatable {
		return nil, "Views that have no updatable columns are not automatically updatable.", nil
	}
	// CHECK OPTION: CASCADED holds for all conditions below, LOCAL for the view's own.
	under, err := b.underlying(view)
	if err != nil {
		return nil, "", err
	}
	var below []logical.Check
	if under != nil {
		u, why, err := b.viewTarget(under)
		if err != nil || why != "" {
			return nil, why, err
		}
		t.of = append(t.of, u.of...)
		for _, c := range u.checks {
			c.Expr = logical.ReplaceColumns(c.Expr, func(x *scalar.Column) scalar.Expr {
				if i := indexOf(u.scan.Cols, x.ID); i >= 0 {
					return base.Cols[i].Ref()
				}
				return nil
			})
			below = append(below, c)
		}
	}
	inherited := len(t.of)
	for len(t.of) < len(t.preds) {
		t.of = append(t.of, view.Name)
	}
	t.checks = below
	from := len(t.preds)
	switch view.Options["check_option"] {
	case "local":
		from = inherited
	case "cascaded":
		t.checks, from = nil, 0
	}
	for i := from; i < len(t.preds); i++ {
		t.checks = append(t.checks, logical.Check{Expr: &scalar.BoolTest{Arg: t.preds[i]}, View: t.of[i]})
	}
	return t, "", nil
}

// underlying is the view that a view is over, nil if it is over a table.
func (b *binder) underlying(view *catalog.Relation) (*catalog.Relation, error) {
	q, err := viewQuery(view)
	if err != nil {
		return nil, err
	}
	sel, ok := q.Body.(*ast.Select)
	if !ok || len(sel.From) != 1 {
		return nil, nil
	}
	r, ok := sel.From[0].(*ast.Relation)
	if !ok {
		return nil, nil
	}
	inner := *b
	inner.path = viewPath(view, b.path)
	rel, err := inner.findRelation(&r.Name)
	if err != nil || rel == nil || rel.Kind != catalog.ViewRelation {
		return nil, err
	}
	return rel, nil
}

// peel takes projections and filters off a view's plan down to its one table.
func (t *writeTarget) peel(n logical.Node, made map[scalar.ColumnID]scalar.Expr) (reason string) {
	const no = " are not automatically updatable."
	put := func(x scalar.Expr) scalar.Expr {
		return logical.ReplaceColumns(x, func(c *scalar.Column) scalar.Expr { return made[c.ID] })
	}
	switch n := n.(type) {
	case *logical.Scan:
		if n.Rel.System || n.Source != nil {
			return "Views that do not select from a single table or view" + no
		}
		t.scan = n
		return ""
	case *logical.Project:
		if reason = t.peel(n.Input, made); reason != "" {
			return reason
		}
		for i, c := range n.Cols {
			if ref, ok := n.Exprs[i].(*scalar.Column); ok && ref.ID == c.ID {
				continue
			}
			made[c.ID] = put(n.Exprs[i])
		}
		return ""
	case *logical.Filter:
		if reason = t.peel(n.Input, made); reason != "" {
			return reason
		}
		for _, p := range n.Preds {
			t.preds = append(t.preds, put(p))
		}
		return ""
	case *logical.Sort:
		return t.peel(n.Input, made)
	case *logical.Distinct:
		return "Views containing DISTINCT" + no
	case *logical.Aggregate:
		if len(n.Aggs) > 0 && len(n.Keys) == 0 {
			return "Views that return aggregate functions" + no
		}
		return "Views containing GROUP BY" + no
	case *logical.Window:
		return "Views that return window functions" + no
	case *logical.Limit:
		return "Views containing LIMIT or OFFSET" + no
	case *logical.SetOp:
		return "Views containing UNION, INTERSECT, or EXCEPT" + no
	case *logical.With, *logical.CTERef, *logical.Recursive:
		return "Views containing WITH" + no
	case *logical.TableFunc:
		if len(n.Input.Schema()) > 0 {
			return "Views that return set-returning functions" + no
		}
	}
	return "Views that do not select from a single table or view" + no
}

// item is the target in the namespace; cols are the table's columns.
func (t *writeTarget) item(b *binder, s *scope, r *ast.Relation, cols []logical.Column) (*item, error) {
	named := t.rel
	if t.view != nil {
		named = t.view
	}
	it := b.newItem(s, named.Name, cols, nil)
	if t.view != nil {
		it.cols = nil
		for i := range t.view.Columns {
			c := itemColumn{name: t.view.Columns[i].Name}
			if at := t.pos[i]; at >= 0 {
				c.col = t.scan.Cols[at]
				c.col.Name = c.name
			} else {
				c.expr = t.exprs[i]
			}
			it.cols = append(it.cols, c)
		}
	}
	it.rel, it.schema, it.tableoid = named, named.Schema, t.tableoid
	return it, b.rename(it, r.Alias)
}

// moved makes the target's item read the columns to in the place of the
// scan's: for RETURNING, the new row's.
func (t *writeTarget) moved(it *item, to []logical.Column) {
	for i := range it.cols {
		c := &it.cols[i]
		at := i
		if t.view != nil {
			at = t.pos[i]
		}
		if at >= 0 {
			c.col.ID, c.col.Type = to[at].ID, to[at].Type
			continue
		}
		c.expr = t.over(c.expr, to)
	}
}

// over is an expression over the scan's columns, over others.
func (t *writeTarget) over(x scalar.Expr, to []logical.Column) scalar.Expr {
	return logical.ReplaceColumns(x, func(c *scalar.Column) scalar.Expr {
		if i := indexOf(t.scan.Cols, c.ID); i >= 0 {
			return to[i].Ref()
		}
		return nil
	})
}

// rows are the rows that may be changed: the table's, or those that a view shows.
func (t *writeTarget) rows() logical.Node {
	if len(t.preds) == 0 {
		if t.members != nil {
			return t.members
		}
		return t.scan
	}
	return &logical.Filter{Input: t.scan, Preds: t.preds}
}

// viewChecks are the checks of CHECK OPTION on new rows.
func (t *writeTarget) viewChecks(cols []logical.Column) []logical.Check {
	var out []logical.Check
	for _, c := range t.checks {
		c.Expr = t.over(c.Expr, cols)
		out = append(out, c)
	}
	return out
}

// column is the position in the table of the column that INSERT or UPDATE
// names.
func (t *writeTarget) column(b *binder, c *ast.ColumnTarget, verb string) (int, error) {
	if t.view == nil {
		return b.targetColumn(t.rel, c)
	}
	at, err := b.targetColumn(t.view, c)
	if err != nil {
		return 0, err
	}
	if t.pos[at] < 0 {
		return 0, t.notUpdatable(at, verb)
	}
	return t.pos[at], nil
}

func (t *writeTarget) notUpdatable(at int, verb string) error {
	return sqlerr.New(sqlerr.FeatureNotSupported, `cannot %s column %s of view %s`, verb, sqlerr.Quote(t.view.Columns[at].Name), sqlerr.Quote(t.view.Name)).
		WithDetail("View columns that are not columns of their base relation are not updatable.")
}

// withDefaults is the table with the defaults that a view gives its columns.
func (t *writeTarget) withDefaults() *catalog.Relation {
	if t.view == nil {
		return t.rel
	}
	rel := *t.rel
	rel.Columns = append([]catalog.Column(nil), t.rel.Columns...)
	for i, at := range t.pos {
		if d := t.view.Columns[i].Default; d != "" && at >= 0 {
			rel.Columns[at].Default = d
		}
	}
	return &rel
}
