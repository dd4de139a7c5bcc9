package engine

import (
	"context"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/engine/copyrow"
	"github.com/inlaydb/inlay/engine/export"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/binder"
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/object"
)

// copySource names, in the statement that a COPY FROM becomes, the rows that
// arrive. No file can have this name.
const copySource = "\x00copy"

// copyFrom is COPY … FROM: it becomes INSERT INTO table (columns) SELECT * FROM
// the rows that arrive WHERE …, so that defaults, generated columns and
// constraints are INSERT's.
func (s *Session) copyFrom(ctx context.Context, p *Portal, a *ast.Copy, opt *copyOptions) error {
	if s.readOnly() {
		return sqlerr.New(sqlerr.ReadOnlySQLTransaction, "cannot execute COPY FROM in a read-only transaction")
	}
	env, err := s.binderEnv(ctx, p.prepared.stmt.Text)
	if err != nil {
		return err
	}
	env.NoParams = true
	rel, err := s.copyRelation(env.View, &a.Table.Name)
	if err != nil {
		return err
	}
	if kind, ok := copyKinds[rel.Kind]; ok {
		e := sqlerr.New(sqlerr.WrongObjectType, "cannot copy to %s %s", kind, sqlerr.Quote(rel.Name))
		if rel.Kind == catalog.ViewRelation {
			e.WithHint("To enable copying to a view, provide an INSTEAD OF INSERT trigger.")
		}
		if a.Stdio { // as Postgres: the client is asked for the data first
			p.copying = &Copy{In: true, Columns: len(rel.Columns), run: func(context.Context, copyrow.Source) (int64, error) { return 0, e }}
			return nil
		}
		return e
	}
	cols, err := copyColumns(rel, a.Columns)
	if err != nil {
		return err
	}
	names := copyNames(cols)
	if opt.row.ForceNotNull, err = forcedColumns(opt.notNull, false, names, rel.Name); err != nil {
		return err
	}
	if opt.row.ForceNull, err = forcedColumns(opt.null, false, names, rel.Name); err != nil {
		return err
	}
	from := &ast.Relation{Range: a.Table.Range, Path: true, Name: ast.Name{Parts: []ast.Ident{{Name: copySource}}},
		Alias: &ast.Alias{Name: ast.Ident{Name: rel.Name, Quoted: true}}}
	insert := &ast.Insert{Range: a.Range, Into: a.Table, Source: &ast.Query{Body: &ast.Select{
		Targets: []*ast.Target{{Value: &ast.Star{}}}, From: []ast.FromItem{from}, Where: a.Where}}}
	for _, c := range cols {
		insert.Columns = append(insert.Columns, ast.ColumnTarget{Name: ast.Ident{Name: c.Name, Quoted: true}})
	}
	switch opt.format {
	case "parquet", "json", "arrow":
		from.Name.Parts[0].Name = a.Path
		b, err := binder.Bind(ctx, insert, env)
		if err != nil {
			return err
		}
		return p.copyRows(ctx, b)
	}
	stream := &catalog.Stream{}
	env.Files = &copyResolver{FileResolver: env.Files, rel: copyRows(rel, cols), src: stream}
	b, err := binder.Bind(ctx, insert, env)
	if err != nil {
		return err
	}
	run := func(ctx context.Context, src copyrow.Source) (int64, error) {
		var park catalog.Park
		d := copyrow.NewDecoder(&opt.row, rel.Name, names, s.Style(), func(ctx context.Context) (data []byte, err error) {
			perr := park(ctx, func(ctx context.Context) error {
				data, err = src(ctx)
				return nil
			})
			if perr != nil {
				return nil, perr
			}
			return data, err
		})
		stream.Next = func(ctx context.Context, by catalog.Park) ([]*column.Column, int, error) {
			park = by
			return d.Next(ctx)
		}
		return p.runWrite(ctx, b.Plan, b.IDs)
	}
	if a.Stdio {
		p.copying = &Copy{In: true, Binary: opt.row.Form == copyrow.Binary, Columns: len(cols), run: run}
		return nil
	}
	src, err := s.copyFile(ctx, a.Path, opt.compress)
	if err != nil {
		return ErrorOf(err)
	}
	n, err := run(ctx, src)
	if err != nil {
		return err
	}
	p.queue, p.tag = nil, fmt.Sprintf("COPY %d", n)
	return nil
}

// copyRows runs an INSERT and tags it as COPY.
func (p *Portal) copyRows(ctx context.Context, b *binder.Bound) error {
	n, err := p.runWrite(ctx, b.Plan, b.IDs)
	if err != nil {
		return err
	}
	p.queue, p.tag = nil, fmt.Sprintf("COPY %d", n)
	return nil
}

// copyRows describes the rows that arrive as a relation.
func copyRows(rel *catalog.Relation, cols []*catalog.Column) *catalog.Relation {
	out := &catalog.Relation{Name: rel.Name, Kind: catalog.ForeignTable, Stats: &catalog.Statistics{Rows: 100_000}}
	for i, c := range cols {
		out.Columns = append(out.Columns, catalog.Column{Name: c.Name, Type: c.Type, Attnum: int16(i + 1)})
		out.Stats.Columns = append(out.Stats.Columns, catalog.ColumnStatistics{NullFraction: -1, Distinct: -1})
	}
	return out
}

// copyResolver knows the rows that arrive beside files.
type copyResolver struct {
	binder.FileResolver
	rel *catalog.Relation
	src catalog.Source
}

// ResolveFiles implements binder.FileResolver.
func (r *copyResolver) ResolveFiles(ctx context.Context, patterns []string, fn string, options map[string]string) (*catalog.Relation, catalog.Source, error) {
	if len(patterns) == 1 && patterns[0] == copySource {
		return r.rel, r.src, nil
	}
	return r.FileResolver.ResolveFiles(ctx, patterns, fn, options)
}

// copyFileRead is how much of a file is asked for at once.
const copyFileRead = 1 << 20

// copyFile reads a file for COPY FROM.
func (s *Session) copyFile(ctx context.Context, path string, zip export.Compression) (copyrow.Source, error) {
	loc, err := object.ParseLocation(path)
	if err != nil {
		return nil, err
	}
	st, err := s.e.files.source.Stores.Open(ctx, loc)
	if err != nil {
		return nil, err
	}
	o, err := st.Stat(ctx, loc.Key)
	if err != nil {
		return nil, err
	}
	off, buf := int64(0), make([]byte, min(copyFileRead, o.Size))
	plain := func(ctx context.Context) ([]byte, error) {
		n := min(int64(len(buf)), o.Size-off)
		if n == 0 {
			return nil, io.EOF
		}
		if err := st.Read(ctx, o, off, buf[:n]); err != nil {
			return nil, ErrorOf(err)
		}
		off += n
		return buf[:n], nil
	}
	if zip == export.None {
		return plain, nil
	}
	return inflated(plain, zip, st.URL(loc.Key)), nil
}

// inflated unpacks what src gives.
func inflated(src copyrow.Source, zip export.Compression, url string) copyrow.Source {
	in := &sourceReader{src: src}
	var r io.Reader
	out := make([]byte, copyFileRead)
	return func(ctx context.Context) ([]byte, error) {
		in.ctx = ctx
		var err error
		if r == nil {
			if zip == export.Gzip {
				r, err = gzip.NewReader(in)
			} else {
				r, err = zstd.NewReader(in, zstd.WithDecoderConcurrency(1))
			}
		}
		n := 0
		if err == nil {
			n, err = io.ReadFull(r, out)
		}
		switch {
		case n > 0, err == io.EOF:
			if n > 0 {
				err = nil
			}
			return out[:n], err
		case in.err != nil:
			return nil, in.err
		}
		return nil, sqlerr.New(sqlerr.DataCorrupted, "%s cannot be unpacked: %v", url, err)
	}
}

// sourceReader is a Source as an io.Reader. The context is that of the call
// that reads, since a Reader has no room for one.
type sourceReader struct {
	src  copyrow.Source
	ctx  context.Context
	rest []byte
	err  error // of the source, io.EOF aside
}

func (r *sourceReader) Read(p []byte) (int, error) {
	for len(r.rest) == 0 {
		b, err := r.src(r.ctx)
		if err != nil {
			if err != io.EOF {
				r.err = err
			}
			return 0, err
		}
		r.rest = b
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}
