package lower

import (
	"context"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/keys"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

// writer changes tables for one statement and holds the rows to their keys:
//
//	rows ─► Append ─► unique indexes ─► the rows' own foreign keys
//	ids ─► Delete ─► foreign keys to the table ─► cascades, which are writes again
//
// NOT NULL and CHECK are the business of whoever makes the rows.
type writer struct {
	b      *builder
	tables map[types.OID]*table
}

// table is what a writer knows of one table.
type table struct {
	rel     *catalog.Relation
	unique  []*uniqueKey
	foreign []*foreignKey // from this table
	refs    []*foreignKey // to this table
	rules   *logical.Rules
}

func (b *builder) newWriter() *writer { return &writer{b: b, tables: map[types.OID]*table{}} }

func (w *writer) table(rel *catalog.Relation) (*table, error) {
	if t, ok := w.tables[rel.OID]; ok {
		return t, nil
	}
	t := &table{rel: rel}
	related := catalog.RelatedOf(w.b.env.View)
	for _, x := range related.Indexes(rel.OID) {
		if !x.Index.Unique {
			continue
		}
		k, err := w.uniqueKey(t, x)
		if err != nil {
			return nil, err
		}
		t.unique = append(t.unique, k)
	}
	for i := range rel.Constraints {
		if c := &rel.Constraints[i]; c.Kind == 'f' {
			k, err := w.foreignKey(rel, c)
			if err != nil {
				return nil, err
			}
			t.foreign = append(t.foreign, k)
		}
	}
	for _, child := range related.Referencing(rel.OID) {
		for i := range child.Constraints {
			if c := &child.Constraints[i]; c.Kind == 'f' && c.RefRelation == rel.OID {
				k, err := w.foreignKey(child, c)
				if err != nil {
					return nil, err
				}
				t.refs = append(t.refs, k)
			}
		}
	}
	w.tables[rel.OID] = t
	return t, nil
}

// ruled gives a table's rules, bound when first wanted.
func (w *writer) ruled(t *table) (*logical.Rules, error) {
	if t.rules != nil {
		return t.rules, nil
	}
	if w.b.env.Rules == nil {
		return nil, sqlerr.Internal("a write without the rules of table %s", t.rel.Name)
	}
	var err error
	t.rules, err = w.b.env.Rules(t.rel)
	return t.rules, err
}

// insert adds rows, of the kinds that the table keeps, and checks their keys.
func (w *writer) insert(ctx context.Context, rel *catalog.Relation, cols []*column.Column, n int) error {
	t, err := w.table(rel)
	if err != nil || n == 0 {
		return err
	}
	if err := w.append(ctx, rel, cols, n); err != nil {
		return err
	}
	return w.checkKeys(ctx, t, cols, n, nil)
}

// append adds rows in segments that several workers can share when they are read.
func (w *writer) append(ctx context.Context, rel *catalog.Relation, cols []*column.Column, n int) error {
	in := &batch.Batch{Cols: cols, Len: n}
	for lo := 0; lo < n; lo += segmentRows {
		part := slice(in, lo, min(segmentRows, n-lo))
		if err := w.b.env.Txn.Append(ctx, rel.OID, part.Cols, part.Len); err != nil {
			return err
		}
	}
	return nil
}

// checkKeys holds new rows to the unique indexes and foreign keys that have a
// column among changed (nil: all).
func (w *writer) checkKeys(ctx context.Context, t *table, cols []*column.Column, n int, changed []bool) error {
	for _, k := range t.unique {
		if k.touched(changed) {
			if err := w.checkUnique(ctx, t, k, cols, n); err != nil {
				return err
			}
		}
	}
	for _, k := range t.foreign {
		if k.childTouched(changed) {
			if err := w.checkParents(ctx, k, cols, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// delete removes rows and sees to the foreign keys to them. It gives how many
// went.
func (w *writer) delete(ctx context.Context, rel *catalog.Relation, ids []catalog.RowID) error {
	t, err := w.table(rel)
	if err != nil || len(ids) == 0 {
		return err
	}
	var old []*column.Column
	if len(t.refs) > 0 {
		if old, err = keys.Rows(ctx, w.b.env.Txn.Peek(), rel, ids); err != nil {
			return err
		}
	}
	if _, err := w.b.env.Txn.Delete(ctx, rel.OID, ids); err != nil {
		return err
	}
	for _, k := range t.refs {
		if err := w.removed(ctx, k, old, nil, len(ids)); err != nil {
			return err
		}
	}
	return nil
}

// update puts rows in the place of others: row i of cols replaces ids[i].
// changed tells which columns may differ.
func (w *writer) update(ctx context.Context, rel *catalog.Relation, ids []catalog.RowID, cols []*column.Column, changed []bool) error {
	t, err := w.table(rel)
	if err != nil || len(ids) == 0 {
		return err
	}
	var refs []*foreignKey
	for _, k := range t.refs {
		if k.parentTouched(changed) {
			refs = append(refs, k)
		}
	}
	var old []*column.Column
	if len(refs) > 0 {
		if old, err = keys.Rows(ctx, w.b.env.Txn.Peek(), rel, ids); err != nil {
			return err
		}
	}
	if _, err := w.b.env.Txn.Delete(ctx, rel.OID, ids); err != nil {
		return err
	}
	if err := w.append(ctx, rel, cols, len(ids)); err != nil {
		return err
	}
	if err := w.checkKeys(ctx, t, cols, len(ids), changed); err != nil {
		return err
	}
	for _, k := range refs {
		if err := w.removed(ctx, k, old, cols, len(ids)); err != nil {
			return err
		}
	}
	return nil
}

// checkRows holds rows that the writer itself has made to NOT NULL and CHECK,
// after computing their generated columns anew.
func (w *writer) checkRows(t *table, cols []*column.Column, n int) error {
	rules, err := w.ruled(t)
	if err != nil {
		return err
	}
	layout := layoutOf(rules.Cols)
	in := &batch.Batch{Cols: cols, Len: n}
	for i, g := range rules.Generated {
		if g != nil {
			if cols[i], err = w.compute(g, layout, in, t.rel.Columns[i].Type); err != nil {
				return err
			}
		}
	}
	return w.b.checkBatch(t.rel, rules.Checks, rules.Cols, layout, in)
}

func layoutOf(cols []logical.Column) eval.Layout {
	l := make(eval.Layout, len(cols))
	for i, c := range cols {
		l[c.ID] = i
	}
	return l
}

// compute evaluates an expression over a batch into a flat column of a type's
// kind.
func (w *writer) compute(e scalar.Expr, layout eval.Layout, in *batch.Batch, to types.Type) (*column.Column, error) {
	ev, err := eval.Compile(e, layout, w.b.env.Eval)
	if err != nil {
		return nil, err
	}
	out := kernel.NewBuilder(to.Kind())
	from := e.Type()
	for lo := 0; lo < in.Len; lo += batch.Size {
		part := slice(in, lo, min(batch.Size, in.Len-lo))
		v, err := ev.Eval(part)
		if err != nil {
			return nil, err
		}
		out.Append(kernel.Widen(v, to.Kind(), int(from.Scale), int(to.Scale)), nil)
	}
	return out.Column(), nil
}

// slice is n rows of a batch from lo, copied unless they are all of it.
func slice(in *batch.Batch, lo, n int) *batch.Batch {
	if lo == 0 && n == in.Len {
		return in
	}
	sel := make([]int32, n)
	for i := range sel {
		sel[i] = int32(lo + i)
	}
	out := &batch.Batch{Len: n}
	for _, c := range in.Cols {
		out.Cols = append(out.Cols, column.Gather(c, sel))
	}
	return out
}
