package binder

import (
	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// inserting is an INSERT being bound.
type inserting struct {
	node    *ast.Insert
	rel     *catalog.Relation
	targets []int // positions in rel of the columns given, in the order written
	listed  bool  // a column list was written
	target  *writeTarget
}

func (b *binder) insert(n *ast.Insert, parent *scope) (*Bound, error) {
	s := newScope(parent)
	withs, err := b.with(n.With, s)
	if err != nil {
		return nil, err
	}
	t, err := b.writeTarget(&n.Into.Name, false, "insert into")
	if err != nil {
		return nil, err
	}
	rel := t.withDefaults()
	ins := &inserting{node: n, rel: rel, target: t, listed: n.Columns != nil}
	if err := b.insertColumns(ins); err != nil {
		return nil, err
	}
	plan, cols, err := b.insertSource(ins, s)
	if err != nil {
		return nil, err
	}
	if plan, cols, err = b.generated(rel, plan, cols); err != nil {
		return nil, err
	}
	plan = inOrder(plan, cols)
	out := &logical.Insert{Rel: t.rel}
	if out.Checks, err = b.checks(rel, cols, nil); err != nil {
		return nil, err
	}
	out.Checks = append(t.viewChecks(cols), out.Checks...)
	for i := range cols {
		cols[i].Rel, cols[i].Attnum = rel.OID, rel.Columns[i].Attnum
	}
	rs := newScope(parent)
	rs.ctes = s.ctes
	target, err := t.item(b, rs, n.Into, cols)
	if err != nil {
		return nil, err
	}
	t.moved(target, cols)
	if t.view == nil {
		for i := range target.cols {
			if n.Into.Alias == nil || i >= len(n.Into.Alias.Columns) {
				target.cols[i].name = rel.Columns[i].Name
			}
		}
	}
	rs.items = []*item{target}
	if n.OnConflict != nil {
		if out.Conflict, err = b.onConflict(ins, n.OnConflict, s, target); err != nil {
			return nil, err
		}
	}
	bound := &Bound{Kind: KindInsert, Tag: "INSERT", Plan: out, Writes: true}
	if out.Returning, out.Exprs, bound.Columns, err = b.returning(n.Returning, rs); err != nil {
		return nil, err
	}
	out.Input = wrapWiths(withs, plan)
	return bound, nil
}

// inOrder makes the plan's columns just cols, in their order.
func inOrder(plan logical.Node, cols []logical.Column) logical.Node {
	in := plan.Schema()
	same := len(in) == len(cols)
	for i := range cols {
		same = same && in[i].ID == cols[i].ID
	}
	if same {
		return plan
	}
	p := &logical.Project{Input: plan, Cols: cols}
	for _, c := range cols {
		p.Exprs = append(p.Exprs, c.Ref())
	}
	return p
}

// insertColumns resolves the column list; without one all columns are meant.
func (b *binder) insertColumns(ins *inserting) error {
	if !ins.listed && ins.target.view != nil {
		given := len(ins.target.pos) // how many columns get values
		if q := ins.node.Source; q != nil {
			if v, ok := q.Body.(*ast.Values); ok && len(v.Rows) > 0 {
				given = min(given, len(v.Rows[0]))
			}
		} else {
			given = 0
		}
		for i, at := range ins.target.pos {
			if at < 0 && i < given {
				return ins.target.notUpdatable(i, "insert into")
			}
			if at >= 0 {
				ins.targets = append(ins.targets, at)
			}
		}
		return nil
	}
	if !ins.listed {
		for i := range ins.rel.Columns {
			ins.targets = append(ins.targets, i)
		}
		return nil
	}
	seen := make([]bool, len(ins.rel.Columns))
	for i := range ins.node.Columns {
		t := &ins.node.Columns[i]
		at, err := ins.target.column(b, t, "insert into")
		if err != nil {
			return err
		}
		if seen[at] {
			return b.errAt(t.Pos, sqlerr.DuplicateColumn, `column %s specified more than once`, sqlerr.Quote(t.Name.Name))
		}
		seen[at] = true
		ins.targets = append(ins.targets, at)
	}
	return nil
}

// insertSource binds the rows to insert; its columns are the table's.
func (b *binder) insertSource(ins *inserting, s *scope) (logical.Node, []logical.Column, error) {
	q := ins.node.Source
	if q == nil {
		return b.insertRows(ins, s, [][]ast.Expr{nil})
	}
	q, err := b.mergeClauses(q)
	if err != nil {
		return nil, nil, err
	}
	if v, ok := q.Body.(*ast.Values); ok && q.With == nil && q.OrderBy == nil && q.Limit == nil && q.Offset == nil {
		return b.insertRows(ins, s, v.Rows)
	}
	src, err := b.query(q, s, true)
	if err != nil {
		return nil, nil, err
	}
	var last int32 = -1
	if len(src.cols) > len(ins.targets) {
		last = src.cols[len(ins.targets)].pos
	}
	if err := b.insertCount(ins, len(src.cols), last); err != nil {
		return nil, nil, err
	}
	p := &logical.Project{Input: src.plan}
	values := make([]scalar.Expr, len(ins.rel.Columns))
	for i := range src.cols {
		at := ins.targets[i]
		if err := b.checkGiven(ins, &ins.rel.Columns[at]); err != nil {
			return nil, nil, err
		}
		if values[at], err = b.assign(src.cols[i].expr(), &ins.rel.Columns[at], src.cols[i].pos); err != nil {
			return nil, nil, err
		}
	}
	cols, err := b.fillDefaults(ins, values)
	if err != nil {
		return nil, nil, err
	}
	p.Cols, p.Exprs = cols, values
	return mergeInsertProject(p), cols, nil
}

// mergeInsertProject merges the projection with the SELECT list below it where
// each of the list's columns is used at most once.
func mergeInsertProject(p *logical.Project) logical.Node {
	in, ok := p.Input.(*logical.Project)
	if !ok {
		return p
	}
	count := make(map[scalar.ColumnID]int, len(in.Cols))
	for _, x := range p.Exprs {
		scalar.Walk(x, func(x scalar.Expr) bool {
			if c, ok := x.(*scalar.Column); ok {
				count[c.ID]++
			}
			return true
		})
		if scalar.HasSubquery(x) {
			return p
		}
	}
	for _, n := range count {
		if n > 1 {
			return p
		}
	}
	out := &logical.Project{Input: in.Input, Cols: p.Cols}
	for _, x := range p.Exprs {
		out.Exprs = append(out.Exprs, scalar.ReplaceColumns(x, func(c *scalar.Column) scalar.Expr {
			if i := indexOf(in.Cols, c.ID); i >= 0 {
				return in.Exprs[i]
			}
			return nil
		}))
	}
	return out
}

// insertCount compares the numbers of values and columns; pos is where the
// first value too many stands.
func (b *binder) insertCount(ins *inserting, n int, pos int32) error {
	switch {
	case n > len(ins.targets):
		return b.errAt(pos, sqlerr.SyntaxError, "INSERT has more expressions than target columns")
	case n < len(ins.targets) && ins.listed:
		return b.errAt(ins.node.Columns[n].Pos, sqlerr.SyntaxError, "INSERT has more target columns than expressions")
	}
	return nil
}

// checkGiven refuses a value for a column that makes its own.
func (b *binder) checkGiven(ins *inserting, col *catalog.Column) error {
	if col.Generated == "" && (col.Identity != 'a' || ins.node.Overriding != ast.OverridingNone) {
		return nil
	}
	e := sqlerr.New(sqlerr.GeneratedAlways, `cannot insert a non-DEFAULT value into column %s`, sqlerr.Quote(col.Name))
	if col.Generated != "" {
		return e.WithDetail("Column %s is a generated column.", sqlerr.Quote(col.Name))
	}
	return e.WithDetail("Column %s is an identity column defined as GENERATED ALWAYS.", sqlerr.Quote(col.Name)).
		WithHint("Use OVERRIDING SYSTEM VALUE to override.")
}

// fillDefaults puts defaults where values has nil, and makes the columns.
func (b *binder) fillDefaults(ins *inserting, values []scalar.Expr) ([]logical.Column, error) {
	cols := make([]logical.Column, len(values))
	for i := range values {
		col := &ins.rel.Columns[i]
		if values[i] == nil {
			x, err := b.defaultValue(col)
			if err != nil {
				return nil, err
			}
			values[i] = x
		}
		cols[i] = logical.Column{ID: b.ids.Column(), Name: col.Name, Type: values[i].Type()}
	}
	return cols, nil
}

// insertRows binds VALUES: each row straight to the columns' types.
func (b *binder) insertRows(ins *inserting, s *scope, rows [][]ast.Expr) (logical.Node, []logical.Column, error) {
	out := &logical.Values{Rows: make([][]scalar.Expr, len(rows))}
	kind := inValues
	if len(rows) == 1 {
		kind = inValuesSingle
	}
	for r, row := range rows {
		if len(row) != len(rows[0]) {
			return nil, nil, b.errAt(row[0].Span().Pos, sqlerr.SyntaxError, "VALUES lists must all be the same length")
		}
		pos := int32(-1)
		if len(row) > len(ins.targets) {
			pos = loc(row[len(ins.targets)])
		}
		if ins.node.Source != nil {
			if err := b.insertCount(ins, len(row), pos); err != nil {
				return nil, nil, err
			}
		}
		values := make([]scalar.Expr, len(ins.rel.Columns))
		for i, e := range row {
			at := ins.targets[i]
			if _, ok := e.(*ast.SetToDefault); ok {
				continue
			}
			x, err := b.exprKind(s, e, kind)
			if err != nil {
				return nil, nil, err
			}
			if err := b.checkGiven(ins, &ins.rel.Columns[at]); err != nil {
				return nil, nil, err
			}
			if values[at], err = b.assign(x, &ins.rel.Columns[at], loc(e)); err != nil {
				return nil, nil, err
			}
		}
		cols, err := b.fillDefaults(ins, values)
		if err != nil {
			return nil, nil, err
		}
		if r == 0 {
			out.Cols = cols
		}
		out.Rows[r] = values
	}
	for i := range out.Cols {
		out.Cols[i].Type = ins.rel.Columns[i].Type
	}
	return out, out.Cols, nil
}

// onConflict binds ON CONFLICT. target is the new row's item.
func (b *binder) onConflict(ins *inserting, c *ast.OnConflict, outer *scope, target *item) (*logical.Conflict, error) {
	out := &logical.Conflict{Nothing: !c.Update}
	switch {
	case c.Constraint.Name != "":
		found := false
		for _, con := range ins.rel.Constraints {
			if con.Name == c.Constraint.Name {
				if con.Kind != 'p' && con.Kind != 'u' {
					return nil, b.errAt(c.Constraint.Pos, sqlerr.WrongObjectType, "constraint in ON CONFLICT clause has no associated index")
				}
				found = true
			}
		}
		if found {
			for _, x := range catalog.RelatedOf(b.env.View).Indexes(ins.rel.OID) {
				if x.Name == c.Constraint.Name {
					out.Index = x.OID
				}
			}
		}
		if !found {
			return nil, b.errAt(-1, sqlerr.UndefinedObject, `constraint %s for table %s does not exist`,
				sqlerr.Quote(c.Constraint.Name), sqlerr.Quote(ins.rel.Name))
		}
	case len(c.Target) > 0:
		var err error
		if out.Index, err = b.conflictTarget(ins.rel, c); err != nil {
			return nil, err
		}
	case c.Update:
		return nil, b.errAt(c.Pos, sqlerr.SyntaxError, "ON CONFLICT DO UPDATE requires inference specification or constraint name").
			WithHint("For example, ON CONFLICT (column_name).")
	}
	if !c.Update {
		return out, nil
	}
	if ins.target.view != nil {
		return nil, b.errAt(c.Pos, sqlerr.FeatureNotSupported, "ON CONFLICT DO UPDATE on a view is not supported yet")
	}
	s := newScope(nil)
	s.ctes = outer.ctes
	for _, side := range [...]struct {
		name string
		cols *[]logical.Column
	}{{target.name, &out.Existing}, {"excluded", &out.Excluded}} {
		for i := range ins.rel.Columns {
			col := &ins.rel.Columns[i]
			*side.cols = append(*side.cols, logical.Column{ID: b.ids.Column(), Name: col.Name, Type: col.Type, Rel: ins.rel.OID, Attnum: col.Attnum})
		}
		it := b.newItem(s, side.name, *side.cols, nil)
		if side.name != "excluded" {
			it.rel, it.schema, it.alias = ins.rel, ins.rel.Schema, target.alias
		} else {
			it.colsVisible = false
		}
		s.items = append(s.items, it)
	}
	values, err := b.assignments(c.Set, &writeTarget{rel: ins.rel}, s)
	if err != nil {
		return nil, err
	}
	for i := range values {
		if values[i] == nil {
			values[i] = out.Existing[i].Ref()
		}
	}
	for i := range values {
		col := &ins.rel.Columns[i]
		if col.Generated == "" {
			continue
		}
		x, err := b.storedCondition(col.Generated, inGenerated, ins.rel, out.Existing)
		if err != nil {
			return nil, err
		}
		x = scalar.ReplaceColumns(x, func(c *scalar.Column) scalar.Expr {
			if at := indexOf(out.Existing, c.ID); at >= 0 {
				return values[at]
			}
			return nil
		})
		if values[i], err = b.assign(x, col, -1); err != nil {
			return nil, err
		}
	}
	out.Set = values
	if c.Where != nil {
		if out.Where, err = b.condition(c.Where, s, inWhere); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// conflictTarget finds the unique index that an inference specification means
// (infer_arbiter_indexes).
func (b *binder) conflictTarget(rel *catalog.Relation, c *ast.OnConflict) (types.OID, error) {
	wantColumns, wantExprs := map[int16]bool{}, map[string]bool{}
	s := b.tableScope(rel)
	for i := range c.Target {
		t := &c.Target[i]
		k, _, err := b.indexKey(rel, t)
		if e, ok := sqlerr.As(err); ok {
			if ref, isRef := t.X.(*ast.ColumnRef); isRef && e.Code == sqlerr.UndefinedColumn {
				e.Position = ast.Position(b.sql, ref.Pos)
			}
			return 0, e
		}
		if t.Collation != nil && k.Collation != "\"default\"" && k.Collation != "\"C\"" {
			return 0, noArbiter()
		}
		if k.Attnum != 0 {
			wantColumns[k.Attnum] = true
		} else {
			wantExprs[k.Expr] = true
		}
	}
	pred := ""
	if c.TargetPred != nil {
		x, err := b.exprKind(s, c.TargetPred, inIndexPredicate)
		if err != nil {
			return 0, err
		}
		if x, err = b.coerceBool(x, "WHERE", c.TargetPred); err != nil {
			return 0, err
		}
		pred = b.storedText(x, c.TargetPred, scopeNames(s))
	}
next:
	for _, x := range catalog.RelatedOf(b.env.View).Indexes(rel.OID) {
		info := x.Index
		if !info.Unique || info.Where != "" && info.Where != pred {
			continue
		}
		columns, exprs := map[int16]bool{}, map[string]bool{}
		for _, k := range info.Keys {
			if k.Attnum != 0 {
				columns[k.Attnum] = true
			} else {
				exprs[k.Expr] = true
			}
		}
		if len(columns) != len(wantColumns) || len(exprs) != len(wantExprs) {
			continue
		}
		for a := range wantColumns {
			if !columns[a] {
				continue next
			}
		}
		for e := range wantExprs {
			if !exprs[e] {
				continue next
			}
		}
		return x.OID, nil
	}
	return 0, noArbiter()
}

func noArbiter() error {
	return sqlerr.New(sqlerr.InvalidColumnReference, "there is no unique or exclusion constraint matching the ON CONFLICT specification")
}
