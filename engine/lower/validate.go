package lower

import (
	"context"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/engine/keys"
	"github.com/inlaydb/inlay/storage/column"
)

// CheckIndex holds the rows that a table has to a unique index that is being
// made.
func CheckIndex(ctx context.Context, env Env, rel, index *catalog.Relation) error {
	w := (&builder{ctx: ctx, env: env}).newWriter()
	t := &table{rel: rel}
	k, err := w.uniqueKey(t, index)
	if err != nil {
		return err
	}
	check := func(v catalog.View) error {
		f, err := keys.NewFinder(ctx, v, rel, k.key)
		if err != nil {
			return err
		}
		return eachSegment(ctx, v, rel, func(seg *catalog.Segment) error {
			p, keep, err := k.probe(seg.Columns, seg.Rows)
			if err != nil {
				return err
			}
			for row := range seg.Rows {
				if seg.Deleted != nil && column.Bit(seg.Deleted, row) || keep != nil && !column.Bit(keep, row) {
					continue
				}
				n, err := f.Count(p, row, 2)
				if err != nil {
					return err
				}
				if n > 1 {
					return sqlerr.New(sqlerr.UniqueViolation, "could not create unique index %s", sqlerr.Quote(index.Name)).
						WithDetail("Key %s is duplicated.", w.keyText(k.names(rel), k.key.Types, p.Cols, row)).
						WithTable(rel.Schema, rel.Name).WithConstraint(index.Name)
				}
			}
			return nil
		})
	}
	return env.Txn.Guard(ctx, rel.OID, check)
}

// CheckForeign holds the rows that a table has to a foreign key of it.
func CheckForeign(ctx context.Context, env Env, rel *catalog.Relation, con *catalog.Constraint) error {
	w := (&builder{ctx: ctx, env: env}).newWriter()
	k, err := w.foreignKey(rel, con)
	if err != nil {
		return err
	}
	return eachSegment(ctx, env.Txn.Peek(), rel, func(seg *catalog.Segment) error {
		cols, n := seg.Columns, seg.Rows
		if seg.Deleted != nil {
			var live []int32
			for r := range seg.Rows {
				if !column.Bit(seg.Deleted, r) {
					live = append(live, int32(r))
				}
			}
			cols, n = gathered(cols, live), len(live)
		}
		return w.checkParents(ctx, k, cols, n)
	})
}

func eachSegment(ctx context.Context, v catalog.View, rel *catalog.Relation, f func(*catalog.Segment) error) error {
	src, err := v.Source(ctx, rel)
	if err != nil {
		return err
	}
	m, ok := src.(*catalog.Memory)
	if !ok {
		return sqlerr.Internal("relation %s has no rows of its own", rel.Name)
	}
	for _, seg := range m.Segments {
		if err := f(seg); err != nil {
			return err
		}
	}
	return nil
}
