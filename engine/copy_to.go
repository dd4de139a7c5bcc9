package engine

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/engine/copyrow"
	"github.com/inlaydb/inlay/engine/export"
	"github.com/inlaydb/inlay/engine/result"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/binder"
	"github.com/inlaydb/inlay/storage/object"
)

// copyTo is COPY … TO: the query's rows to the client or to files.
func (s *Session) copyTo(ctx context.Context, p *Portal, a *ast.Copy, opt *copyOptions) error {
	b, table, err := s.bindCopyTo(ctx, p, a)
	if err != nil {
		return err
	}
	for _, n := range b.Notices {
		s.notice(n)
	}
	if b.Writes && s.readOnly() {
		return sqlerr.New(sqlerr.ReadOnlySQLTransaction, "cannot execute %s in a read-only transaction", b.Tag)
	}
	cols := make([]copyrow.Column, len(b.Columns))
	for i, c := range b.Columns {
		cols[i] = copyrow.Column{Name: c.Name, Type: c.Type}
	}
	if opt.row.ForceQuote, err = forcedColumns(opt.quote, opt.all, cols, table); err != nil {
		return err
	}
	if a.Stdio {
		p.copying = &Copy{Binary: opt.row.Form == copyrow.Binary, Columns: len(cols), Head: copyrow.Head(&opt.row, cols), Tail: copyrow.Tail(&opt.row)}
		p.newEncoder = func() (Encoder, error) { return copyrow.NewEncoder(&opt.row, cols, s.Style()), nil }
		p.verb, p.finished = "COPY", false
		if b.Kind != binder.KindSelect {
			_, err := p.runWrite(ctx, b.Plan, b.IDs)
			return err
		}
		return p.startPlan(ctx, b)
	}
	spec, err := s.exportSpec(ctx, a, opt, cols)
	if err != nil {
		return err
	}
	return p.export(ctx, b, spec)
}

// bindCopyTo binds the query behind a COPY TO; table is the relation's name
// where it is one.
func (s *Session) bindCopyTo(ctx context.Context, p *Portal, a *ast.Copy) (b *binder.Bound, table string, err error) {
	env, err := s.binderEnv(ctx, p.prepared.stmt.Text)
	if err != nil {
		return nil, "", err
	}
	env.NoParams = true
	st := a.Query
	if a.Table != nil {
		rel, err := s.copyRelation(env.View, &a.Table.Name)
		if err != nil {
			return nil, "", err
		}
		if kind, ok := copyKinds[rel.Kind]; ok {
			e := sqlerr.New(sqlerr.WrongObjectType, "cannot copy from %s %s", kind, sqlerr.Quote(rel.Name))
			if rel.Kind != catalog.Sequence && rel.Kind != catalog.Index {
				e.WithHint("Try the COPY (SELECT ...) TO variant.")
			}
			return nil, "", e
		}
		cols, err := copyColumns(rel, a.Columns)
		if err != nil {
			return nil, "", err
		}
		sel := &ast.Select{Range: a.Range, From: []ast.FromItem{a.Table}}
		for _, c := range cols {
			sel.Targets = append(sel.Targets, &ast.Target{Value: &ast.ColumnRef{Range: a.Table.Range, Parts: []ast.Ident{{Range: a.Table.Range, Name: c.Name}}}})
		}
		st, table = &ast.Query{Range: a.Range, Body: sel}, rel.Name
	}
	s.resolveAhead(ctx, p.prepared.stmt.Text, st, env.View, env.Files.(*resolver))
	if b, err = binder.Bind(ctx, st, env); err != nil {
		return nil, "", err
	}
	switch b.Kind {
	case binder.KindSelect:
	case binder.KindInsert, binder.KindUpdate, binder.KindDelete:
		if b.Columns == nil {
			return nil, "", sqlerr.New(sqlerr.FeatureNotSupported, "COPY query must have a RETURNING clause")
		}
	default:
		return nil, "", sqlerr.New(sqlerr.FeatureNotSupported, "COPY of %s is not supported", b.Tag)
	}
	return b, table, nil
}

// exportSpec says where and how files are written.
func (s *Session) exportSpec(ctx context.Context, a *ast.Copy, opt *copyOptions, cols []copyrow.Column) (*export.Spec, error) {
	loc, err := object.ParseLocation(a.Path)
	if err != nil {
		return nil, ErrorOf(err)
	}
	st, err := s.e.files.source.Stores.Open(ctx, loc)
	if err != nil {
		return nil, ErrorOf(err)
	}
	spec := &export.Spec{Columns: cols, Style: s.Style(), Rows: &opt.row, JSONArray: opt.array, Compress: opt.compress, Codec: opt.codec,
		GroupRows: opt.groupRows, Exists: opt.exists, Store: st, Key: loc.Key, Slots: s.e.slots}
	spec.Format = map[string]export.Format{"parquet": export.Parquet, "json": export.JSON, "arrow": export.Arrow}[opt.format]
	at := map[int]bool{}
	for _, n := range opt.partition {
		i := -1
		for k, c := range cols {
			if c.Name == n.Name {
				i = k
			}
		}
		switch {
		case i < 0:
			return nil, sqlerr.New(sqlerr.UndefinedColumn, "column %s does not exist", sqlerr.Quote(n.Name))
		case at[i]:
			return nil, sqlerr.New(sqlerr.DuplicateColumn, "column %s specified more than once", sqlerr.Quote(n.Name))
		}
		at[i] = true
		spec.Partition = append(spec.Partition, i)
	}
	if len(spec.Partition) == len(cols) && len(cols) > 0 {
		return nil, sqlerr.New(sqlerr.InvalidParameterValue, "files need a column that is not in partition_by")
	}
	if spec.Format != export.Rows && len(cols) == 0 {
		return nil, sqlerr.New(sqlerr.InvalidParameterValue, "a file of format %s needs a column", opt.format)
	}
	return spec, nil
}

// exportQueue is the bytes of rows that may wait for the files' writer.
const exportQueue = 8 << 20

// export writes a query's rows to files.
func (p *Portal) export(ctx context.Context, b *binder.Bound, spec *export.Spec) error {
	p.newEncoder = spec.NewEncoder
	next, end, err := p.exportRows(ctx, b, spec)
	if err != nil {
		return err
	}
	rows, err := spec.Write(ctx, next)
	end()
	p.queue, p.finished = nil, true
	if err != nil {
		var exists *export.ExistsError
		if errors.As(err, &exists) {
			return sqlerr.New(sqlerr.DuplicateFile, "%s", exists.Error()).WithHint("Use the option OVERWRITE to replace files of the same name, or APPEND to add others.")
		}
		return p.s.whyEnded(ctx, ErrorOf(err))
	}
	p.tag = fmt.Sprintf("COPY %d", rows)
	return nil
}

// exportRows starts the query. end stops it and joins its goroutines.
func (p *Portal) exportRows(ctx context.Context, b *binder.Bound, spec *export.Spec) (next export.Next, end func(), err error) {
	if b.Kind != binder.KindSelect {
		if _, err := p.runWrite(ctx, b.Plan, b.IDs); err != nil {
			return nil, nil, err
		}
		return p.queue.Next, p.queue.Abandon, nil
	}
	s := p.s
	plan, err := s.plan(ctx, b.Plan, b.IDs, p.args)
	if err != nil {
		return nil, nil, err
	}
	queue := result.NewQueue(spec.NewEncoder, s.settings().preserveOrder)
	queue.Limit(exportQueue)
	runCtx, cancel := s.deadline(ctx)
	r, err := p.lowered(runCtx, plan, false, queue)
	if err != nil {
		cancel()
		return nil, nil, err
	}
	// The rows that wait are counted on the query whose run ends only when the
	// last of them has been written.
	spec.Memory = r.query.Reserve("COPY")
	done := make(chan struct{})
	written := make(chan struct{})
	go func() {
		defer close(done)
		err := r.work(runCtx)
		queue.Finish(s.whyEnded(runCtx, err))
		<-written
		spec.Memory.Close()
		r.close()
	}()
	end = func() {
		cancel()
		queue.Abandon()
		close(written)
		<-done
		p.warn()
	}
	next = func(ctx context.Context) (*result.Chunk, error) {
		c, err := queue.Next(ctx)
		if err != nil && err != io.EOF && ctx.Err() != nil {
			return nil, s.whyEnded(runCtx, err)
		}
		return c, err
	}
	return next, end, nil
}
