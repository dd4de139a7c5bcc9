package engine

import (
	"context"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/planner/binder"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/storage/column"
)

// alterTable changes columns and, where the rows change too, makes them anew.
func (s *Session) alterTable(ctx context.Context, d *binder.AlterTable) error {
	rewrite, err := s.rewriteOf(ctx, d)
	if err != nil {
		return err
	}
	if err := s.tx.txn.AlterColumns(d.Old.OID, d.New.Columns, rewrite); err != nil {
		return err
	}
	rel := *d.New
	rel.OID = d.Old.OID
	if err := s.tx.txn.ReplaceRelation(&rel); err != nil {
		return err
	}
	for _, q := range d.Sequences {
		if err := s.alterSequence(ctx, q); err != nil {
			return err
		}
	}
	if len(d.Made)+len(d.Foreign) == 0 && !d.Rewrite {
		return nil
	}
	if err := s.makeRelated(ctx, &rel, d.Made, d.Numbered); err != nil {
		return err
	}
	return s.checkForeign(ctx, rel.OID, d.Foreign)
}

// rewriteOf makes the function that makes a table's rows anew; nil: they stay.
func (s *Session) rewriteOf(ctx context.Context, d *binder.AlterTable) (func([]*column.Column, int) ([]*column.Column, error), error) {
	if !d.Rewrite {
		return nil, nil
	}
	layout, newLayout := eval.Layout{}, eval.Layout{}
	for i, c := range d.OldCols {
		layout[c.ID] = i
	}
	for i, c := range d.NewCols {
		newLayout[c.ID] = i
	}
	env := s.runEnv(ctx, nil) // a default may be nextval()
	var evals, checks []eval.Evaluator
	for _, e := range d.Exprs {
		ev, err := eval.Compile(e, layout, env)
		if err != nil {
			return nil, err
		}
		evals = append(evals, ev)
	}
	for _, c := range d.Checks {
		ev, err := eval.Compile(c.Expr, newLayout, env)
		if err != nil {
			return nil, err
		}
		checks = append(checks, ev)
	}
	rewrite := func(old []*column.Column, n int) ([]*column.Column, error) {
		out := make([]*kernel.Builder, len(evals))
		for i := range out {
			out[i] = kernel.NewBuilder(d.New.Columns[i].Type.Kind())
		}
		for lo := 0; lo < n; lo += batch.Size {
			in := &batch.Batch{Len: min(batch.Size, n-lo)}
			for _, c := range old {
				w := kernel.NewBuilder(c.Kind)
				w.Append(c, rowsFrom(lo, in.Len))
				in.Cols = append(in.Cols, w.Column())
			}
			made := &batch.Batch{Len: in.Len}
			for i, ev := range evals {
				v, err := ev.Eval(in)
				if err != nil {
					return nil, err
				}
				from, to := d.Exprs[i].Type(), d.New.Columns[i].Type
				v = kernel.Widen(v, to.Kind(), int(from.Scale), int(to.Scale))
				out[i].Append(v, nil)
				made.Cols = append(made.Cols, v)
			}
			for i, ev := range checks {
				v, err := ev.Eval(made)
				if err != nil {
					return nil, err
				}
				for r := range in.Len {
					if !v.IsNull(r) && column.At[uint8](v, r) == 0 {
						return nil, brokenCheck(d.New, d.Checks[i])
					}
				}
			}
		}
		cols := make([]*column.Column, len(out))
		for i, b := range out {
			cols[i] = b.Column()
		}
		return cols, nil
	}
	return rewrite, nil
}

func rowsFrom(lo, n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = int32(lo + i)
	}
	return out
}

func brokenCheck(rel *catalog.Relation, c logical.Check) error {
	if c.Partition && c.Constraint == "default" {
		return sqlerr.New(sqlerr.CheckViolation, "updated partition constraint for default partition %s would be violated by some row", sqlerr.Quote(rel.Name)).
			WithTable(rel.Schema, rel.Name)
	}
	if c.Partition {
		return sqlerr.New(sqlerr.CheckViolation, "partition constraint of relation %s is violated by some row", sqlerr.Quote(rel.Name)).
			WithTable(rel.Schema, rel.Name)
	}
	if c.Column != "" {
		return sqlerr.New(sqlerr.NotNullViolation, "column %s of relation %s contains null values", sqlerr.Quote(c.Column), sqlerr.Quote(rel.Name)).
			WithTable(rel.Schema, rel.Name).WithColumn(c.Column)
	}
	return sqlerr.New(sqlerr.CheckViolation, "check constraint %s of relation %s is violated by some row", sqlerr.Quote(c.Constraint), sqlerr.Quote(rel.Name)).
		WithTable(rel.Schema, rel.Name).WithConstraint(c.Constraint)
}
