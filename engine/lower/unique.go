package lower

import (
	"context"
	"strings"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/keys"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/storage/column"
)

// uniqueKey is a unique index: its key over rows of the table.
type uniqueKey struct {
	index     *catalog.Relation
	key       *keys.Key
	positions []int // of plain indexes; nil: expressions or a predicate
}

func (w *writer) uniqueKey(t *table, x *catalog.Relation) (*uniqueKey, error) {
	k := &uniqueKey{index: x}
	if x.Index.Plain() {
		for _, c := range x.Index.Keys {
			at := t.rel.ColumnByAttnum(c.Attnum)
			if at < 0 {
				return nil, sqlerr.Internal("index %s is over a column that is gone", sqlerr.Quote(x.Name))
			}
			k.positions = append(k.positions, at)
		}
		k.key = keys.Plain(t.rel, k.positions)
		if x.Index.NullsNotDistinct {
			k.key.NullsEqual = true
			k.key.Name += " nulls"
		}
		return k, nil
	}
	rules, err := w.ruled(t)
	if err != nil {
		return nil, err
	}
	for i := range rules.Indexes {
		r := &rules.Indexes[i]
		if r.Index != x.OID {
			continue
		}
		layout := layoutOf(rules.Cols)
		k.key = &keys.Key{Name: "index" + sqlerr.Quote(x.Name) + x.Index.Where, NullsEqual: x.Index.NullsNotDistinct}
		for i, e := range r.Exprs {
			k.key.Types = append(k.key.Types, e.Type())
			k.key.Name += " " + x.Index.Keys[i].Expr
		}
		k.key.Columns = func(seg *catalog.Segment) ([]*column.Column, []uint64, error) {
			in := &batch.Batch{Cols: seg.Columns, Len: seg.Rows}
			var keep []uint64
			if r.Where != nil {
				c, err := w.compute(r.Where, layout, in, types.New(types.BoolOID))
				if err != nil {
					return nil, nil, err
				}
				keep = column.NewBitmap(seg.Rows, false)
				for i := range seg.Rows {
					if !c.IsNull(i) && column.At[uint8](c, i) != 0 {
						column.SetBit(keep, i)
					}
				}
			}
			var cols []*column.Column
			for _, e := range r.Exprs {
				c, err := w.compute(e, layout, in, e.Type())
				if err != nil {
					return nil, nil, err
				}
				cols = append(cols, c)
			}
			return k.key.Comparable(cols), keep, nil
		}
		return k, nil
	}
	return nil, sqlerr.Internal("index %s has no rule", sqlerr.Quote(x.Name))
}

// touched says whether the key reads one of the changed columns.
func (k *uniqueKey) touched(changed []bool) bool {
	if changed == nil || k.positions == nil {
		return true
	}
	for _, p := range k.positions {
		if changed[p] {
			return true
		}
	}
	return false
}

// probe prepares rows of the table to be looked for; keep is as Key.Columns has it.
func (k *uniqueKey) probe(cols []*column.Column, n int) (*keys.Probe, []uint64, error) {
	kc, keep, err := k.key.Columns(&catalog.Segment{Columns: cols, Rows: n})
	if err != nil {
		return nil, nil, err
	}
	return k.key.NewProbe(kc, n), keep, nil
}

// checkUnique fails where a new row's key stands twice in the table.
func (w *writer) checkUnique(ctx context.Context, t *table, k *uniqueKey, cols []*column.Column, n int) error {
	p, keep, err := k.probe(cols, n)
	if err != nil {
		return err
	}
	check := func(v catalog.View) error {
		f, err := keys.NewFinder(ctx, v, t.rel, k.key)
		if err != nil {
			return err
		}
		for row := range n {
			if keep != nil && !column.Bit(keep, row) {
				continue
			}
			c, err := f.Count(p, row, 2)
			if err != nil {
				return err
			}
			if c > 1 {
				return w.duplicate(t, k, p, row)
			}
		}
		return nil
	}
	for i := range t.rel.Constraints {
		if c := &t.rel.Constraints[i]; c.Name == k.index.Name && c.Deferrable {
			return w.hold(ctx, c, t.rel.OID, check)
		}
	}
	return w.b.env.Txn.Guard(ctx, t.rel.OID, check)
}

// duplicate is Postgres's error for a key that is taken.
func (w *writer) duplicate(t *table, k *uniqueKey, p *keys.Probe, row int) error {
	return sqlerr.New(sqlerr.UniqueViolation, "duplicate key value violates unique constraint %s", sqlerr.Quote(k.index.Name)).
		WithDetail("Key %s already exists.", w.keyText(k.names(t.rel), k.key.Types, p.Cols, row)).
		WithTable(t.rel.Schema, t.rel.Name).WithConstraint(k.index.Name)
}

func (k *uniqueKey) names(rel *catalog.Relation) []string {
	var out []string
	for _, c := range k.index.Index.Keys {
		if c.Attnum != 0 {
			out = append(out, ast.QuoteIdent(rel.Columns[rel.ColumnByAttnum(c.Attnum)].Name))
			continue
		}
		out = append(out, c.Expr)
	}
	return out
}

// keyText is (a, b)=(1, 2).
func (w *writer) keyText(names []string, typs []types.Type, cols []*column.Column, row int) string {
	vals := make([]string, len(cols))
	for i, c := range cols {
		vals[i] = "null"
		if !c.IsNull(row) {
			vals[i] = types.Output(types.FromColumn(c, row), typs[i], types.DefaultStyle())
		}
	}
	return "(" + strings.Join(names, ", ") + ")=(" + strings.Join(vals, ", ") + ")"
}
