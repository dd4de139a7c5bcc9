package binder

import (
	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/parser"
	"github.com/inlaydb/inlay/planner/scalar"
)

// rowIDType is the type of the hidden column that names a row: 128 bits, the
// segment in the high half and the position in the low one.
var rowIDType = types.FixedNumeric(38, 0)

// targetColumn is the position in rel of the column that INSERT or UPDATE names.
func (b *binder) targetColumn(rel *catalog.Relation, t *ast.ColumnTarget) (int, error) {
	if t.Path != nil {
		return 0, b.errAt(t.Pos, sqlerr.FeatureNotSupported, "assignment to elements and fields is not supported yet")
	}
	for i := range rel.Columns {
		if rel.Columns[i].Name == t.Name.Name {
			return i, nil
		}
	}
	return 0, b.errAt(t.Pos, sqlerr.UndefinedColumn, `column %s of relation %s does not exist`, sqlerr.Quote(t.Name.Name), sqlerr.Quote(rel.Name))
}

// assign makes an expression fit a column (transformAssignedExpr).
func (b *binder) assign(x scalar.Expr, col *catalog.Column, pos int32) (scalar.Expr, error) {
	from := x.Type()
	out, ok, err := b.tryCoerceTo(x, col.Type, assignment, pos)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, b.errAt(pos, sqlerr.DatatypeMismatch, `column %s is of type %s but expression is of type %s`,
			sqlerr.Quote(col.Name), types.FormatType(col.Type.OID, -1), types.FormatType(from.OID, -1)).
			WithHint("You will need to rewrite or cast the expression.")
	}
	return b.retype(out, col.Type), nil
}

// defaultValue is what a column gets that is not given: its default, or NULL.
func (b *binder) defaultValue(col *catalog.Column) (scalar.Expr, error) {
	if col.Default == "" {
		return nullConst(col.Type, -1), nil
	}
	e, err := parser.ParseExpr(col.Default)
	if err != nil {
		return nil, sqlerr.Internal("the default of column %s cannot be read", sqlerr.Quote(col.Name)).WithCause(err)
	}
	stored := b.stored()
	s := newScope(nil)
	s.kind = inDefault
	x, err := stored.expr(s, e)
	if err != nil {
		return nil, err
	}
	return stored.assign(x, col, -1)
}

// stored is a binder for text that the catalog keeps: its positions mean
// nothing in the statement's text.
func (b *binder) stored() *binder {
	c := *b
	c.sql = ""
	return &c
}

// storedCondition binds a CHECK or generation expression over a table's columns.
func (b *binder) storedCondition(text string, kind exprKind, rel *catalog.Relation, cols []logical.Column) (scalar.Expr, error) {
	e, err := parser.ParseExpr(text)
	if err != nil {
		return nil, sqlerr.Internal("an expression of table %s cannot be read", sqlerr.Quote(rel.Name)).WithCause(err)
	}
	stored := b.stored()
	s := newScope(nil)
	it := stored.newItem(s, rel.Name, cols, columnNames(rel))
	s.items = []*item{it}
	return stored.exprKind(s, e, kind)
}

func columnNames(rel *catalog.Relation) []string {
	out := make([]string, len(rel.Columns))
	for i := range rel.Columns {
		out[i] = rel.Columns[i].Name
	}
	return out
}

// generated computes stored generated columns from a row's other columns: cols
// are the row's columns by position; the result has new columns for them.
func (b *binder) generated(rel *catalog.Relation, plan logical.Node, cols []logical.Column) (logical.Node, []logical.Column, error) {
	any := false
	for i := range rel.Columns {
		any = any || rel.Columns[i].Generated != ""
	}
	if !any {
		return plan, cols, nil
	}
	p := &logical.Project{Input: plan}
	for _, c := range plan.Schema() {
		p.Cols = append(p.Cols, c)
		p.Exprs = append(p.Exprs, c.Ref())
	}
	out := append([]logical.Column(nil), cols...)
	for i := range rel.Columns {
		c := &rel.Columns[i]
		if c.Generated == "" {
			continue
		}
		x, err := b.storedCondition(c.Generated, inGenerated, rel, cols)
		if err != nil {
			return nil, nil, err
		}
		if x, err = b.assign(x, c, -1); err != nil {
			return nil, nil, err
		}
		out[i] = logical.Column{ID: b.ids.Column(), Name: c.Name, Type: x.Type()}
		p.Cols = append(p.Cols, out[i])
		p.Exprs = append(p.Exprs, x)
	}
	return p, out, nil
}

// checks are the constraints that a new row must meet. changed tells which
// columns are new; nil: all.
func (b *binder) checks(rel *catalog.Relation, cols []logical.Column, changed []bool) ([]logical.Check, error) {
	var out []logical.Check
	for i := range rel.Columns {
		if rel.Columns[i].NotNull && (changed == nil || changed[i]) {
			out = append(out, logical.Check{Expr: &scalar.IsNull{Arg: cols[i].Ref(), Not: true}, Column: rel.Columns[i].Name})
		}
	}
	if rel.Bound != nil {
		r := &logical.Rules{Cols: cols}
		if err := b.partitionRules(rel, r); err != nil {
			return nil, err
		}
		for _, x := range r.Partition {
			out = append(out, logical.Check{Expr: x, Partition: true})
		}
	}
	for _, con := range rel.Constraints {
		if con.Kind != 'c' {
			continue
		}
		x, err := b.storedCondition(con.Expr, inCheck, rel, cols)
		if err != nil {
			return nil, err
		}
		if x.Type().OID == types.UnknownOID {
			if x, err = b.coerce(x, types.New(types.BoolOID), implicit, -1); err != nil {
				return nil, err
			}
		}
		out = append(out, logical.Check{Expr: x, Constraint: con.Name})
	}
	return out, nil
}

// returning binds RETURNING in a scope whose items have the new row's columns.
func (b *binder) returning(r *ast.Returning, s *scope) ([]logical.Column, []scalar.Expr, []Column, error) {
	if r == nil {
		return nil, nil, nil, nil
	}
	if r.Old.Name != "" || r.New.Name != "" {
		return nil, nil, nil, b.errAt(r.Pos, sqlerr.FeatureNotSupported, "RETURNING WITH is not supported yet")
	}
	s.kind, s.sel = inReturning, nil
	targets, err := b.targets(r.Targets, s)
	if err != nil {
		return nil, nil, nil, err
	}
	var cols []logical.Column
	var exprs []scalar.Expr
	var result []Column
	for _, t := range targets {
		if err := b.targetToText(t); err != nil {
			return nil, nil, nil, err
		}
		if scalar.HasSubquery(t.expr) {
			return nil, nil, nil, b.errAt(t.pos, sqlerr.FeatureNotSupported, "subqueries in RETURNING are not supported yet")
		}
		c := logical.Column{ID: b.ids.Column(), Name: t.name, Type: t.expr.Type()}
		if ref, ok := t.expr.(*scalar.Column); ok {
			for _, it := range s.items {
				for i := range it.cols {
					if it.cols[i].col.ID == ref.ID && it.rel != nil {
						c.Rel, c.Attnum = it.cols[i].col.Rel, it.cols[i].col.Attnum
					}
				}
			}
		}
		cols, exprs = append(cols, c), append(exprs, t.expr)
		result = append(result, Column{Name: t.name, Type: c.Type, ID: c.ID, Rel: c.Rel, Attnum: c.Attnum})
	}
	return cols, exprs, result, nil
}

func (b *binder) update(n *ast.Update, parent *scope) (*Bound, error) {
	s := newScope(parent)
	withs, err := b.with(n.With, s)
	if err != nil {
		return nil, err
	}
	t, err := b.writeTarget(&n.Table.Name, n.Table.Only, "update")
	if err != nil {
		return nil, err
	}
	rel, scan := t.withDefaults(), t.scan
	target, err := t.item(b, s, n.Table, scan.Cols)
	if err != nil {
		return nil, err
	}
	scan.Alias = target.name
	plan, err := b.targetAndFrom(t.rows(), target, n.From, s)
	if err != nil {
		return nil, err
	}
	if plan, err = b.where(n.Where, s, plan); err != nil {
		return nil, err
	}
	values, err := b.assignments(n.Set, t, s)
	if err != nil {
		return nil, err
	}
	p := &logical.Project{Input: plan}
	for _, c := range plan.Schema() {
		p.Cols = append(p.Cols, c)
		p.Exprs = append(p.Exprs, c.Ref())
	}
	cols := append([]logical.Column(nil), scan.Cols...)
	changed := make([]bool, len(cols))
	for i, x := range values {
		if x == nil {
			continue
		}
		changed[i] = true
		cols[i] = logical.Column{ID: b.ids.Column(), Name: rel.Columns[i].Name, Type: x.Type(), Rel: rel.OID, Attnum: rel.Columns[i].Attnum}
		p.Cols = append(p.Cols, cols[i])
		p.Exprs = append(p.Exprs, x)
	}
	plan, cols, err = b.generated(rel, p, cols)
	if err != nil {
		return nil, err
	}
	for i := range rel.Columns {
		changed[i] = changed[i] || rel.Columns[i].Generated != ""
	}
	out := &logical.Update{Rel: t.rel, RowID: scan.RowID.ID, Changed: changed}
	for _, c := range cols {
		out.New = append(out.New, c.ID)
	}
	if out.Checks, err = b.checks(rel, cols, changed); err != nil {
		return nil, err
	}
	out.Checks = append(t.viewChecks(cols), out.Checks...)
	t.moved(target, cols)
	bound := &Bound{Kind: KindUpdate, Tag: "UPDATE", Plan: out, Writes: true}
	if out.Returning, out.Exprs, bound.Columns, err = b.returning(n.Returning, s); err != nil {
		return nil, err
	}
	out.Input = wrapWiths(withs, plan)
	return bound, nil
}

// scanForWrite reads a table with the identity of its rows.
func (b *binder) scanForWrite(rel *catalog.Relation) *logical.Scan {
	scan := b.scan(rel, nil)
	scan.RowID = &logical.Column{ID: b.ids.Column(), Name: "row", Type: rowIDType, NotNull: true}
	return scan
}

// targetAndFrom joins the changed table with the rest of FROM.
func (b *binder) targetAndFrom(scan logical.Node, target *item, from []ast.FromItem, s *scope) (logical.Node, error) {
	if len(from) == 0 {
		s.items = append(s.items, target)
		return scan, nil
	}
	plan := scan
	items := []*item{target}
	for _, f := range from {
		src, err := b.fromItem(f, s)
		if err != nil {
			return nil, err
		}
		if err := b.nameConflicts(items, src.items); err != nil {
			return nil, err
		}
		if plan, err = b.joinPlans(s, logical.Inner, plan, src.plan, nil); err != nil {
			return nil, err
		}
		for _, it := range src.items {
			it.lateralOnly, it.lateralOK = true, true
		}
		s.items = append(s.items, src.items...)
		items = append(items, src.items...)
	}
	for _, it := range items {
		it.lateralOnly = false
	}
	s.items = items
	return plan, nil
}

func (b *binder) where(e ast.Expr, s *scope, plan logical.Node) (logical.Node, error) {
	if e == nil {
		return plan, nil
	}
	w, err := b.condition(e, s, inWhere)
	if err != nil {
		return nil, err
	}
	return &logical.Filter{Input: plan, Preds: scalar.SplitAnd(nil, w)}, nil
}

// assignments binds SET: the new value of each column by position, nil where
// it stays.
func (b *binder) assignments(set []ast.SetClause, t *writeTarget, s *scope) ([]scalar.Expr, error) {
	rel := t.withDefaults()
	out := make([]scalar.Expr, len(rel.Columns))
	s.kind = inUpdateSource
	for i := range set {
		c := &set[i]
		values, nodes, err := b.setValues(c, s)
		if err != nil {
			return nil, err
		}
		for k := range c.Columns {
			at, err := t.column(b, &c.Columns[k], "update")
			if err != nil {
				return nil, err
			}
			col := &rel.Columns[at]
			if out[at] != nil {
				return nil, sqlerr.New(sqlerr.SyntaxError, `multiple assignments to same column %s`, sqlerr.Quote(col.Name))
			}
			_, isDefault := nodes[k].(*ast.SetToDefault)
			if !isDefault && (col.Generated != "" || col.Identity == 'a') {
				return nil, b.onlyDefault("updated to", col)
			}
			if isDefault {
				if col.Generated != "" {
					continue
				}
				out[at], err = b.defaultValue(col)
			} else {
				out[at], err = b.assign(values[k], col, loc(nodes[k]))
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func (b *binder) onlyDefault(verb string, col *catalog.Column) error {
	e := sqlerr.New(sqlerr.GeneratedAlways, `column %s can only be %s DEFAULT`, sqlerr.Quote(col.Name), verb)
	if col.Generated != "" {
		return e.WithDetail("Column %s is a generated column.", sqlerr.Quote(col.Name))
	}
	return e.WithDetail("Column %s is an identity column defined as GENERATED ALWAYS.", sqlerr.Quote(col.Name))
}

// setValues binds the right side of one assignment: a value for each column
// on its left. The value for DEFAULT is nil.
func (b *binder) setValues(c *ast.SetClause, s *scope) ([]scalar.Expr, []ast.Expr, error) {
	one := func(e ast.Expr) (scalar.Expr, error) {
		if _, ok := e.(*ast.SetToDefault); ok {
			return nil, nil
		}
		return b.expr(s, e)
	}
	if !c.Multi {
		x, err := one(c.Value)
		return []scalar.Expr{x}, []ast.Expr{c.Value}, err
	}
	count := func(n int) error {
		if n != len(c.Columns) {
			return b.errAt(c.Value.Span().Pos, sqlerr.SyntaxError, "number of columns does not match number of values")
		}
		return nil
	}
	values, nodes := make([]scalar.Expr, len(c.Columns)), make([]ast.Expr, len(c.Columns))
	switch v := c.Value.(type) {
	case *ast.Row:
		if err := count(len(v.Elems)); err != nil {
			return nil, nil, err
		}
		for i, e := range v.Elems {
			x, err := one(e)
			if err != nil {
				return nil, nil, err
			}
			values[i], nodes[i] = x, e
		}
		return values, nodes, nil
	case *ast.Subquery:
		for i := range c.Columns {
			q, err := b.subplan(s, v.Query, v.Pos)
			if err != nil {
				return nil, nil, err
			}
			if err := count(len(q.cols)); err != nil {
				return nil, nil, err
			}
			values[i] = &scalar.Subquery{Kind: scalar.ScalarSubquery, Plan: oneColumn(q, i), Typ: q.cols[i].col.Type, Pos: scalar.Pos(v.Pos)}
			nodes[i] = v
		}
		return values, nodes, nil
	}
	if len(c.Columns) == 1 {
		x, err := one(c.Value)
		return []scalar.Expr{x}, []ast.Expr{c.Value}, err
	}
	return nil, nil, b.errAt(c.Value.Span().Pos, sqlerr.FeatureNotSupported,
		"source for a multiple-column UPDATE item must be a sub-SELECT or ROW() expression")
}

func (b *binder) delete(n *ast.Delete, parent *scope) (*Bound, error) {
	s := newScope(parent)
	withs, err := b.with(n.With, s)
	if err != nil {
		return nil, err
	}
	t, err := b.writeTarget(&n.Table.Name, n.Table.Only, "delete from")
	if err != nil {
		return nil, err
	}
	scan := t.scan
	target, err := t.item(b, s, n.Table, scan.Cols)
	if err != nil {
		return nil, err
	}
	scan.Alias = target.name
	plan, err := b.targetAndFrom(t.rows(), target, n.Using, s)
	if err != nil {
		return nil, err
	}
	if plan, err = b.where(n.Where, s, plan); err != nil {
		return nil, err
	}
	out := &logical.Delete{Rel: t.rel, RowID: scan.RowID.ID}
	bound := &Bound{Kind: KindDelete, Tag: "DELETE", Plan: out, Writes: true}
	if out.Returning, out.Exprs, bound.Columns, err = b.returning(n.Returning, s); err != nil {
		return nil, err
	}
	out.Input = wrapWiths(withs, plan)
	return bound, nil
}
