package lower

import (
	"context"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/keys"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/storage/column"
)

// arbiter is a unique index whose conflicts ON CONFLICT is about.
type arbiter struct {
	key    *uniqueKey
	finder *keys.Finder
	probe  *keys.Probe
	keep   []uint64
	taken  map[uint64][]int // rows of this statement that will be inserted, by the hash of their keys
}

// conflicts tells the proposed rows that are to be inserted from those that
// have a row in their way: its identity, by row; and the rows to leave alone.
func (w *writer) conflicts(ctx context.Context, t *table, c *logical.Conflict, cols []*column.Column, n int) (insert []int32, existing map[int]catalog.RowID, err error) {
	var arbiters []*arbiter
	for _, k := range t.unique {
		if c.Index != 0 && k.index.OID != c.Index {
			continue
		}
		a := &arbiter{key: k, taken: map[uint64][]int{}}
		if a.finder, err = keys.NewFinder(ctx, w.b.env.Txn.Peek(), t.rel, k.key); err != nil {
			return nil, nil, err
		}
		if a.probe, a.keep, err = k.probe(cols, n); err != nil {
			return nil, nil, err
		}
		arbiters = append(arbiters, a)
	}
	existing = map[int]catalog.RowID{}
	for row := range n {
		hit, twice := false, false
		for _, a := range arbiters {
			if a.keep != nil && !column.Bit(a.keep, row) {
				continue
			}
			err := a.finder.Each(a.probe, row, func(id catalog.RowID) bool {
				existing[row], hit = id, true
				return false
			})
			if err != nil {
				return nil, nil, err
			}
			if hit {
				break
			}
			if a.probe.Null(row) && !a.key.key.NullsEqual {
				continue
			}
			for _, other := range a.taken[a.probe.Hash(row)] {
				twice = twice || a.finder.Equal(a.probe, row, a.probe, other)
			}
			if twice {
				break
			}
		}
		if twice && !c.Nothing {
			return nil, nil, secondTime()
		}
		if hit || twice {
			continue
		}
		insert = append(insert, int32(row))
		for _, a := range arbiters {
			if a.keep == nil || column.Bit(a.keep, row) {
				h := a.probe.Hash(row)
				a.taken[h] = append(a.taken[h], row)
			}
		}
	}
	return insert, existing, nil
}

func secondTime() error {
	return sqlerr.New(sqlerr.CardinalityViolation, "ON CONFLICT DO UPDATE command cannot affect row a second time").
		WithHint("Ensure that no rows proposed for insertion within the same command have duplicate constrained values.")
}

// upsert inserts rows with ON CONFLICT. It gives the rows that were inserted
// or updated, in the order proposed.
func (w *writer) upsert(ctx context.Context, op *logical.Insert, cols []*column.Column, n int, heads []logical.Column, layout eval.Layout) ([]*column.Column, int, error) {
	t, err := w.table(op.Rel)
	if err != nil {
		return nil, 0, err
	}
	c := op.Conflict
	insert, existing, err := w.conflicts(ctx, t, c, cols, n)
	if err != nil {
		return nil, 0, err
	}
	fresh := gathered(cols, insert)
	if c.Nothing {
		return fresh, len(insert), w.insert(ctx, op.Rel, fresh, len(insert))
	}
	var rows []int32 // proposed rows that conflict, ascending
	var ids []catalog.RowID
	seen := map[catalog.RowID]bool{}
	for r := range n {
		id, ok := existing[r]
		if !ok {
			continue
		}
		rows, ids = append(rows, int32(r)), append(ids, id)
	}
	if len(ids) == 0 {
		return fresh, len(insert), w.insert(ctx, op.Rel, fresh, len(insert))
	}
	old, err := keys.Rows(ctx, w.b.env.Txn.Peek(), op.Rel, ids)
	if err != nil {
		return nil, 0, err
	}
	in := &batch.Batch{Cols: append(old[:len(old):len(old)], gathered(cols, rows)...), Len: len(ids)}
	pairs := layoutOf(append(append([]logical.Column(nil), c.Existing...), c.Excluded...))
	if c.Where != nil {
		keep, err := w.selected(c, pairs, in)
		if err != nil {
			return nil, 0, err
		}
		in = &batch.Batch{Cols: gathered(in.Cols, keep), Len: len(keep)}
		for i, k := range keep {
			rows[i], ids[i] = rows[k], ids[k]
		}
		rows, ids = rows[:len(keep)], ids[:len(keep)]
	}
	for _, id := range ids {
		if seen[id] {
			return nil, 0, secondTime()
		}
		seen[id] = true
	}
	next, changed := make([]*column.Column, len(op.Rel.Columns)), make([]bool, len(op.Rel.Columns))
	for i := range next {
		x := c.Set[i]
		changed[i] = !isColumn(x, c.Existing[i].ID)
		if next[i], err = w.compute(x, pairs, in, op.Rel.Columns[i].Type); err != nil {
			return nil, 0, err
		}
	}
	if err := w.b.checkBatch(op.Rel, op.Checks, heads, layout, &batch.Batch{Cols: next, Len: len(ids)}); err != nil {
		return nil, 0, err
	}
	if err := w.insert(ctx, op.Rel, fresh, len(insert)); err != nil {
		return nil, 0, err
	}
	if err := w.update(ctx, op.Rel, ids, next, changed); err != nil {
		return nil, 0, err
	}
	// Both kinds of rows, as proposed.
	out, order := make([]*column.Column, len(next)), make([]int32, 0, len(insert)+len(rows))
	i, j := 0, 0
	for i < len(insert) || j < len(rows) {
		if j == len(rows) || i < len(insert) && insert[i] < rows[j] {
			order = append(order, int32(i))
			i++
		} else {
			order = append(order, int32(len(insert)+j))
			j++
		}
	}
	for k := range out {
		b := kernel.NewBuilder(op.Rel.Columns[k].Type.Kind())
		b.Append(fresh[k], nil)
		b.Append(next[k], nil)
		out[k] = column.Gather(b.Column(), order)
	}
	return out, len(order), nil
}

// selected are the rows for which WHERE is true.
func (w *writer) selected(c *logical.Conflict, layout eval.Layout, in *batch.Batch) ([]int32, error) {
	ev, err := eval.Compile(c.Where, layout, w.b.env.Eval)
	if err != nil {
		return nil, err
	}
	var out []int32
	for lo := 0; lo < in.Len; lo += batch.Size {
		part := slice(in, lo, min(batch.Size, in.Len-lo))
		v, err := ev.Eval(part)
		if err != nil {
			return nil, err
		}
		for r := range part.Len {
			if !v.IsNull(r) && column.At[uint8](v, r) != 0 {
				out = append(out, int32(lo+r))
			}
		}
	}
	return out, nil
}

func gathered(cols []*column.Column, sel []int32) []*column.Column {
	out := make([]*column.Column, len(cols))
	for i, c := range cols {
		out[i] = column.Gather(c, sel)
	}
	return out
}
