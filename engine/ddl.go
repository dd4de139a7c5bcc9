package engine

import (
	"context"
	"fmt"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/memory"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/binder"
	"github.com/inlaydb/inlay/planner/logical"
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
	case *binder.Refresh:
		return b.Tag, s.refresh(ctx, b, d, args)
	case *binder.CreateIndex:
		if d.Exists {
			return b.Tag, nil
		}
		return b.Tag, s.createIndex(ctx, d)
	case *binder.CreateSequence:
		if d.Exists {
			return b.Tag, nil
		}
		if err := s.keepsTables(d.Relation); err != nil {
			return "", err
		}
		_, err := txn.CreateRelation(d.Relation)
		return b.Tag, err
	case *binder.AlterSequence:
		return b.Tag, s.alterSequence(ctx, d)
	case *binder.Truncate:
		for _, r := range d.Relations {
			if err := txn.Truncate(ctx, r.OID); err != nil {
				return "", err
			}
		}
		for _, q := range d.Sequences {
			if err := txn.Sequences().SetSequence(ctx, q, catalog.SequenceState{Last: q.Sequence.Start}); err != nil {
				return "", err
			}
		}
		return b.Tag, nil
	case *binder.AlterTable:
		return b.Tag, s.alterTables(ctx, d)
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
	if err := s.keepsTables(rel); err != nil {
		return "", err
	}
	if rel.Kind == catalog.ForeignTable {
		if err := s.describeForeign(ctx, rel); err != nil {
			return "", err
		}
	}
	if d.Replace != nil {
		if err := s.dropRelations(ctx, &binder.DropRelations{Relations: []*catalog.Relation{d.Replace}}); err != nil {
			return "", err
		}
	}
	made, err := s.tx.txn.CreateRelation(rel)
	if err != nil {
		return "", err
	}
	if len(d.Made) > 0 {
		if err := s.makeRelated(ctx, made, d.Made, nil); err != nil {
			return "", err
		}
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

// createIndex makes an index and those of partitions.
func (s *Session) createIndex(ctx context.Context, d *binder.CreateIndex) error {
	if err := s.makeRelated(ctx, d.Table, []*catalog.Relation{d.Relation}, nil); err != nil {
		return err
	}
	for _, x := range d.Below {
		if err := s.createIndex(ctx, x); err != nil {
			return err
		}
	}
	return nil
}

// alterTables changes a table and those that inherit from it.
func (s *Session) alterTables(ctx context.Context, d *binder.AlterTable) error {
	if err := s.replaceViews(d.Replaced); err != nil {
		return err
	}
	if err := s.dropRelations(ctx, &binder.DropRelations{Relations: d.Drop}); err != nil {
		return err
	}
	if err := s.alterTable(ctx, d); err != nil {
		return err
	}
	for _, x := range d.Below {
		if err := s.alterTables(ctx, x); err != nil {
			return err
		}
	}
	return nil
}

// refresh makes a materialized view's rows anew.
func (s *Session) refresh(ctx context.Context, b *binder.Bound, d *binder.Refresh, args []types.Datum) error {
	if err := s.tx.txn.ReplaceRelation(d.Relation); err != nil {
		return err
	}
	if d.Query == nil {
		return s.tx.txn.Truncate(ctx, d.Relation.OID)
	}
	p := &Portal{s: s, prepared: &Prepared{bound: b}, args: args}
	// The rows are read from the statement's view, which has the old ones still.
	if err := s.tx.txn.Truncate(ctx, d.Relation.OID); err != nil {
		return err
	}
	_, err := p.runWrite(ctx, &logical.Insert{Rel: d.Relation, Input: d.Query}, b.IDs)
	return err
}

// keepsTables refuses what has rows of its own where they would be lost.
func (s *Session) keepsTables(rel *catalog.Relation) error {
	switch rel.Kind {
	case catalog.Table, catalog.PartitionedTable, catalog.MaterializedView, catalog.Sequence:
	default:
		return nil
	}
	if rel.Temporary || s.e.catalog.AllowTables() {
		return nil
	}
	what := "tables"
	switch rel.Kind {
	case catalog.MaterializedView:
		what = "materialized views"
	case catalog.Sequence:
		what = "sequences"
	}
	return sqlerr.New(sqlerr.FeatureNotSupported, "%s that survive a restart are not supported yet", what).
		WithHint("Use CREATE TEMPORARY TABLE, or CREATE VIEW or CREATE FOREIGN TABLE over files, or start the server with --in-memory.")
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
	found, _, err := s.e.files.source.ResolveAs(ctx, patterns, options, rel.Columns)
	if err != nil {
		return ErrorOf(err)
	}
	if len(rel.Columns) == 0 {
		rel.Columns = found.Columns
	}
	for i := range rel.Columns {
		if _, ok := found.Column(rel.Columns[i].Name); !ok {
			return sqlerr.New(sqlerr.FDWColumnNameNotFound, "the files have no column %s", sqlerr.Quote(rel.Columns[i].Name))
		}
	}
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
	if err := s.replaceViews(d.Replaced); err != nil {
		return err
	}
	for _, r := range d.Relations {
		if err := s.tx.txn.DropRelation(r.OID); err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) dropSchemas(ctx context.Context, d *binder.DropSchemas) error {
	if err := s.dropRelations(ctx, &binder.DropRelations{Relations: d.Relations, Replaced: d.Replaced}); err != nil {
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
