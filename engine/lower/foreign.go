package lower

import (
	"context"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/keys"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/storage/column"
)

// foreignKey is a foreign key from child to parent.
type foreignKey struct {
	con                  *catalog.Constraint
	child, parent        *catalog.Relation
	childPos, parentPos  []int
	childKey, parentKey  *keys.Key
	childTypes, refTypes []types.Type
}

func (w *writer) foreignKey(child *catalog.Relation, c *catalog.Constraint) (*foreignKey, error) {
	parent, ok := w.b.env.View.RelationByOID(c.RefRelation)
	if !ok {
		return nil, sqlerr.Internal("foreign key %s refers to a table that is gone", sqlerr.Quote(c.Name))
	}
	k := &foreignKey{con: c, child: child, parent: parent}
	for i, att := range c.Columns {
		at, ref := child.ColumnByAttnum(att), parent.ColumnByAttnum(c.RefColumns[i])
		if at < 0 || ref < 0 {
			return nil, sqlerr.Internal("foreign key %s is over a column that is gone", sqlerr.Quote(c.Name))
		}
		k.childPos, k.parentPos = append(k.childPos, at), append(k.parentPos, ref)
		k.childTypes = append(k.childTypes, child.Columns[at].Type)
		k.refTypes = append(k.refTypes, parent.Columns[ref].Type)
	}
	k.childKey, k.parentKey = keys.Plain(child, k.childPos), keys.Plain(parent, k.parentPos)
	return k, nil
}

func (k *foreignKey) childTouched(changed []bool) bool  { return anyOf(changed, k.childPos) }
func (k *foreignKey) parentTouched(changed []bool) bool { return anyOf(changed, k.parentPos) }

func anyOf(changed []bool, positions []int) bool {
	for _, p := range positions {
		if changed == nil || changed[p] {
			return true
		}
	}
	return false
}

// pick are the columns at positions.
func pick(cols []*column.Column, positions []int) []*column.Column {
	out := make([]*column.Column, len(positions))
	for i, p := range positions {
		out[i] = cols[p]
	}
	return out
}

// converted brings key columns to the kinds of other types: integers of one
// width to those of another, numerics to another scale. keep tells which rows
// survive: a number that the other type has no room for equals none of its.
func converted(cols []*column.Column, n int, from, to []types.Type) []*column.Column {
	out := make([]*column.Column, len(cols))
	for i, c := range cols {
		out[i] = c
		if from[i].Kind() == to[i].Kind() && from[i].Scale == to[i].Scale {
			continue
		}
		vals := make([]types.Datum, n)
		for r := range vals {
			vals[r] = types.FromColumn(c, r)
			if v := &vals[r]; !v.Null {
				v.Kind = to[i].Kind()
				if !fits(v.I, v.Kind) {
					*v = types.Null(v.Kind)
				}
			}
		}
		out[i] = types.ColumnOf(to[i].Kind(), column.Invalid, vals)
	}
	return out
}

func fits(v int64, k column.Kind) bool {
	switch k {
	case column.Int16:
		return v == int64(int16(v))
	case column.Int32:
		return v == int64(int32(v))
	}
	return true
}

// checkParents fails where a new row of the child has no parent.
func (w *writer) checkParents(ctx context.Context, k *foreignKey, cols []*column.Column, n int) error {
	own := pick(cols, k.childPos)
	if k.con.MatchFull {
		for r := range n {
			nulls := 0
			for _, c := range own {
				if c.IsNull(r) {
					nulls++
				}
			}
			if nulls > 0 && nulls < len(own) {
				return w.noParent(k).WithDetail("MATCH FULL does not allow mixing of null and nonnull key values.")
			}
		}
	}
	p := k.parentKey.NewProbe(converted(own, n, k.childTypes, k.refTypes), n)
	mine := k.childKey.NewProbe(own, n)
	check := func(v catalog.View) error {
		parents, err := keys.NewFinder(ctx, v, k.parent, k.parentKey)
		if err != nil {
			return err
		}
		var children *keys.Finder
		for r := range n {
			if mine.Null(r) {
				continue
			}
			if c, err := parents.Count(p, r, 1); err != nil || c > 0 {
				if err != nil {
					return err
				}
				continue
			}
			if children == nil {
				if children, err = keys.NewFinder(ctx, v, k.child, k.childKey); err != nil {
					return err
				}
			}
			if c, err := children.Count(mine, r, 1); err != nil || c == 0 { // the row has gone since
				if err != nil {
					return err
				}
				continue
			}
			return w.noParent(k).WithDetail("Key %s is not present in table %s.", w.keyText(quoted(k.child, k.childPos), k.childTypes, own, r), sqlerr.Quote(k.parent.Name))
		}
		return nil
	}
	return w.hold(ctx, k.con, k.parent.OID, check)
}

func (w *writer) noParent(k *foreignKey) *sqlerr.Error {
	return sqlerr.New(sqlerr.ForeignKeyViolation, "insert or update on table %s violates foreign key constraint %s", sqlerr.Quote(k.child.Name), sqlerr.Quote(k.con.Name)).
		WithTable(k.child.Schema, k.child.Name).WithConstraint(k.con.Name)
}

func quoted(rel *catalog.Relation, positions []int) []string {
	out := make([]string, len(positions))
	for i, p := range positions {
		out[i] = ast.QuoteIdent(rel.Columns[p].Name)
	}
	return out
}

// hold has a check of a constraint made now, or at commit if it is deferred.
func (w *writer) hold(ctx context.Context, con *catalog.Constraint, about types.OID, check func(catalog.View) error) error {
	guard := func(ctx context.Context) error { return w.b.env.Txn.Guard(ctx, about, check) }
	if con.Deferrable && w.b.env.Defer != nil && w.b.env.Defer(con, guard) {
		return nil
	}
	return guard(ctx)
}

// removed sees to the children of keys that have left the parent: old are the
// rows that were there, next the rows in their place (nil: none).
func (w *writer) removed(ctx context.Context, k *foreignKey, old, next []*column.Column, n int) error {
	before := k.parentKey.NewProbe(pick(old, k.parentPos), n)
	v := w.b.env.Txn.Peek()
	parents, err := keys.NewFinder(ctx, v, k.parent, k.parentKey)
	if err != nil {
		return err
	}
	var after *keys.Probe
	if next != nil {
		after = k.parentKey.NewProbe(pick(next, k.parentPos), n)
	}
	var lost []int32 // rows whose old key is not there any more
	for r := range n {
		if before.Null(r) || after != nil && parents.Equal(before, r, after, r) {
			continue
		}
		c, err := parents.Count(before, r, 1)
		if err != nil {
			return err
		}
		if c == 0 {
			lost = append(lost, int32(r))
		}
	}
	if len(lost) == 0 {
		return nil
	}
	gone := make([]*column.Column, len(k.parentPos))
	for i, p := range k.parentPos {
		gone[i] = column.Gather(old[p], lost)
	}
	probe := k.childKey.NewProbe(converted(gone, len(lost), k.refTypes, k.childTypes), len(lost))
	action := k.con.OnDelete
	if next != nil {
		action = k.con.OnUpdate
	}
	switch action {
	case 'c', 'n', 'd':
	default:
		return w.hold(ctx, k.con, k.child.OID, func(v catalog.View) error { return w.stillReferenced(ctx, v, k, gone, probe, len(lost)) })
	}
	children, err := keys.NewFinder(ctx, v, k.child, k.childKey)
	if err != nil {
		return err
	}
	var ids []catalog.RowID
	var from []int32 // the parent row of each child
	for i := range lost {
		err := children.Each(probe, i, func(id catalog.RowID) bool {
			ids, from = append(ids, id), append(from, lost[i])
			return true
		})
		if err != nil {
			return err
		}
	}
	if len(ids) == 0 {
		return nil
	}
	if action == 'c' && next == nil {
		return w.delete(ctx, k.child, ids)
	}
	err = w.changeChildren(ctx, k, action, ids, from, next)
	if action == 'd' && sqlerr.Has(err, sqlerr.ForeignKeyViolation) { // the default is what has gone
		return w.referenced(k, gone, 0)
	}
	return err
}

func (w *writer) stillReferenced(ctx context.Context, v catalog.View, k *foreignKey, gone []*column.Column, probe *keys.Probe, n int) error {
	children, err := keys.NewFinder(ctx, v, k.child, k.childKey)
	if err != nil {
		return err
	}
	parents, err := keys.NewFinder(ctx, v, k.parent, k.parentKey)
	if err != nil {
		return err
	}
	was := k.parentKey.NewProbe(gone, n)
	for r := range n {
		if c, err := parents.Count(was, r, 1); err != nil || c > 0 { // the key is back
			if err != nil {
				return err
			}
			continue
		}
		c, err := children.Count(probe, r, 1)
		if err != nil {
			return err
		}
		if c > 0 {
			return w.referenced(k, gone, r)
		}
	}
	return nil
}

// referenced is Postgres's error for a key that has left its table and is
// still referred to.
func (w *writer) referenced(k *foreignKey, gone []*column.Column, row int) error {
	return sqlerr.New(sqlerr.ForeignKeyViolation, "update or delete on table %s violates foreign key constraint %s on table %s",
		sqlerr.Quote(k.parent.Name), sqlerr.Quote(k.con.Name), sqlerr.Quote(k.child.Name)).
		WithDetail("Key %s is still referenced from table %s.", w.keyText(quoted(k.parent, k.parentPos), k.refTypes, gone, row), sqlerr.Quote(k.child.Name)).
		WithTable(k.child.Schema, k.child.Name).WithConstraint(k.con.Name)
}

// changeChildren carries out CASCADE of an update, SET NULL and SET DEFAULT.
func (w *writer) changeChildren(ctx context.Context, k *foreignKey, action byte, ids []catalog.RowID, from []int32, next []*column.Column) error {
	t, err := w.table(k.child)
	if err != nil {
		return err
	}
	rules, err := w.ruled(t)
	if err != nil {
		return err
	}
	cols, err := keys.Rows(ctx, w.b.env.Txn.Peek(), k.child, ids)
	if err != nil {
		return err
	}
	changed := make([]bool, len(cols))
	for i, p := range k.childPos {
		if action != 'c' && next == nil && k.con.SetColumns != nil && !contains(k.con.SetColumns, k.child.Columns[p].Attnum) {
			continue
		}
		changed[p] = true
		switch action {
		case 'c':
			v := column.Gather(next[k.parentPos[i]], from)
			cols[p] = column.Flatten(converted([]*column.Column{v}, len(ids), k.refTypes[i:i+1], k.childTypes[i:i+1])[0])
		case 'n':
			cols[p] = column.Flatten(column.NewNull(k.childTypes[i].Kind(), len(ids)))
		default:
			in := &batch.Batch{Cols: cols, Len: len(ids)}
			if cols[p], err = w.compute(rules.Defaults[p], eval.Layout{}, in, k.childTypes[i]); err != nil {
				return err
			}
		}
	}
	for i, g := range rules.Generated {
		changed[i] = changed[i] || g != nil
	}
	if err := w.checkRows(t, cols, len(ids)); err != nil {
		return err
	}
	return w.update(ctx, k.child, ids, cols, changed)
}

func contains(list []int16, x int16) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}
