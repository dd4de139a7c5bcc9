package engine

import (
	"context"
	"fmt"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/memory"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/binder"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/storage/column"
)

// runDDL carries out a data definition and gives the command tag.
func (s *Session) runDDL(ctx context.Context, b *binder.Bound, args []types.Datum) (string, error) {
	txn := s.tx.txn
	switch d := b.DDL.(type) {
	case *binder.Nothing:
		return b.Tag, nil
	case *binder.CreateSchema:
		return b.Tag, s.createSchema(ctx, d)
	case *binder.CreateTable:
		return s.createTable(ctx, b, d, args)
	case *binder.CreateView:
		if d.Exists {
			return b.Tag, nil
		}
		if d.Old != nil {
			rel := *d.Relation
			rel.OID, rel.Schema, rel.Comment = d.Old.OID, d.Old.Schema, d.Old.Comment
			return b.Tag, txn.ReplaceRelation(&rel)
		}
		_, err := txn.CreateRelation(d.Relation)
		return b.Tag, err
	case *binder.DropRelations:
		return b.Tag, s.dropRelations(ctx, d)
	case *binder.DropSchemas:
		return b.Tag, s.dropSchemas(ctx, d)
	case *binder.Truncate:
		for _, r := range d.Relations {
			if err := txn.Truncate(ctx, r.OID); err != nil {
				return "", err
			}
		}
		return b.Tag, nil
	case *binder.AlterTable:
		if err := s.dropRelations(ctx, &binder.DropRelations{Relations: d.Drop}); err != nil {
			return "", err
		}
		return b.Tag, s.alterTable(d)
	case *binder.AlterRelation:
		if err := txn.ReplaceRelation(d.New); err != nil {
			return "", err
		}
		return b.Tag, s.replaceViews(d.Views)
	case *binder.RenameSchema:
		if err := txn.RenameSchema(d.From, d.To); err != nil {
			return "", err
		}
		return b.Tag, s.replaceViews(d.Views)
	case *binder.CommentSchema:
		return "", sqlerr.New(sqlerr.FeatureNotSupported, "COMMENT ON SCHEMA is not supported yet")
	}
	return "", sqlerr.Internal("data definition %T has no executor", b.DDL)
}

func (s *Session) createSchema(ctx context.Context, d *binder.CreateSchema) error {
	if d.Exists {
		return nil
	}
	if err := s.tx.txn.CreateSchema(d.Schema); err != nil {
		return err
	}
	if len(d.Elements) > 0 {
		return sqlerr.New(sqlerr.FeatureNotSupported, "CREATE SCHEMA with elements is not supported yet").
			WithHint("Create the schema's objects by statements of their own.")
	}
	return nil
}

// createTable is CREATE [FOREIGN] TABLE [AS].
func (s *Session) createTable(ctx context.Context, b *binder.Bound, d *binder.CreateTable, args []types.Datum) (string, error) {
	tag := b.Tag
	if d.Exists {
		return tag, nil
	}
	rel := d.Relation
	if rel.Kind == catalog.Table && !rel.Temporary && !s.e.catalog.AllowTables() {
		return "", sqlerr.New(sqlerr.FeatureNotSupported, "tables that survive a restart are not supported yet").
			WithHint("Use CREATE TEMPORARY TABLE, or CREATE VIEW or CREATE FOREIGN TABLE over files, or start the server with --in-memory.")
	}
	if rel.Kind == catalog.ForeignTable {
		if err := s.describeForeign(ctx, rel); err != nil {
			return "", err
		}
	}
	if d.Replace != nil {
		if err := s.tx.txn.DropRelation(d.Replace.OID); err != nil {
			return "", err
		}
	}
	made, err := s.tx.txn.CreateRelation(rel)
	if err != nil {
		return "", err
	}
	if d.OnCommit == ast.OnCommitDeleteRows || d.OnCommit == ast.OnCommitDrop {
		drop := d.OnCommit == ast.OnCommitDrop
		s.onCommit(made.OID, drop)
	}
	if d.Query == nil {
		return tag, nil
	}
	view, err := s.view(ctx) // with the new table
	if err != nil {
		return "", err
	}
	s.tx.lastView = view
	ins := &logical.Insert{Rel: made, Input: d.Query}
	p := &Portal{s: s, prepared: &Prepared{bound: b}, args: args}
	n, err := p.runWrite(ctx, ins, b.IDs)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("SELECT %d", n), nil
}

// onCommit notes what becomes of a temporary table at the transaction's end.
func (s *Session) onCommit(oid types.OID, drop bool) {
	if !drop {
		s.deleteRows = append(s.deleteRows, oid)
		return
	}
	s.tx.onCommit = append(s.tx.onCommit, func(_ context.Context, txn catalog.Txn) error { return txn.DropRelation(oid) })
}

// describeForeign checks a foreign table and, where it declares no columns,
// takes those of its files.
func (s *Session) describeForeign(ctx context.Context, rel *catalog.Relation) error {
	patterns, options := foreignOptions(rel)
	if rel.Server != "files" {
		return sqlerr.New(sqlerr.UndefinedObject, "server %s does not exist", sqlerr.Quote(rel.Server)).
			WithHint("Files are read through the server \"files\".")
	}
	if len(patterns) == 0 {
		return sqlerr.New(sqlerr.FDWOptionNameNotFound, "option \"path\" is missing").
			WithHint("Write OPTIONS (path '/data/*.parquet').")
	}
	if len(rel.Columns) > 0 {
		return nil
	}
	found, _, err := s.e.files.source.Resolve(ctx, patterns, options)
	if err != nil {
		return ErrorOf(err)
	}
	rel.Columns = found.Columns
	return nil
}

// replaceViews puts rewritten views in the place of the old ones.
func (s *Session) replaceViews(views []*catalog.Relation) error {
	for _, v := range views {
		if err := s.tx.txn.ReplaceRelation(v); err != nil {
			return err
		}
	}
	return nil
}

// dropRelations drops relations; views that depend on them are among them.
func (s *Session) dropRelations(_ context.Context, d *binder.DropRelations) error {
	for _, r := range d.Relations {
		if err := s.tx.txn.DropRelation(r.OID); err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) dropSchemas(ctx context.Context, d *binder.DropSchemas) error {
	if err := s.dropRelations(ctx, &binder.DropRelations{Relations: d.Relations}); err != nil {
		return err
	}
	for _, n := range d.Names {
		if err := s.tx.txn.DropSchema(n); err != nil {
			return err
		}
	}
	return nil
}

// dropTemporary is DISCARD TEMP.
func (s *Session) dropTemporary(ctx context.Context) error {
	view, err := s.view(ctx)
	if err != nil {
		return err
	}
	for _, r := range view.Relations(memory.TempSchema) {
		if err := s.tx.txn.DropRelation(r.OID); err != nil {
			return err
		}
	}
	return nil
}

// alterTable changes columns and, where the rows change too, makes them anew.
func (s *Session) alterTable(d *binder.AlterTable) error {
	if !d.Rewrite {
		if err := s.tx.txn.AlterColumns(d.Old.OID, d.New.Columns, nil); err != nil {
			return err
		}
		rel := *d.New
		rel.OID = d.Old.OID
		return s.tx.txn.ReplaceRelation(&rel)
	}
	layout, newLayout := eval.Layout{}, eval.Layout{}
	for i, c := range d.OldCols {
		layout[c.ID] = i
	}
	for i, c := range d.NewCols {
		newLayout[c.ID] = i
	}
	env := s.evalEnv(nil)
	var evals, checks []eval.Evaluator
	for _, e := range d.Exprs {
		ev, err := eval.Compile(e, layout, env)
		if err != nil {
			return err
		}
		evals = append(evals, ev)
	}
	for _, c := range d.Checks {
		ev, err := eval.Compile(c.Expr, newLayout, env)
		if err != nil {
			return err
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
	if err := s.tx.txn.AlterColumns(d.Old.OID, d.New.Columns, rewrite); err != nil {
		return err
	}
	rel := *d.New
	rel.OID = d.Old.OID
	return s.tx.txn.ReplaceRelation(&rel)
}

func rowsFrom(lo, n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = int32(lo + i)
	}
	return out
}

func brokenCheck(rel *catalog.Relation, c logical.Check) error {
	if c.Column != "" {
		return sqlerr.New(sqlerr.NotNullViolation, "column %s of relation %s contains null values", sqlerr.Quote(c.Column), sqlerr.Quote(rel.Name)).
			WithTable(rel.Schema, rel.Name).WithColumn(c.Column)
	}
	return sqlerr.New(sqlerr.CheckViolation, "check constraint %s of relation %s is violated by some row", sqlerr.Quote(c.Constraint), sqlerr.Quote(rel.Name)).
		WithTable(rel.Schema, rel.Name).WithConstraint(c.Constraint)
}
