package engine

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/pgcatalog"
	"github.com/inlaydb/inlay/catalog/source"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/storage/arrowfile"
	"github.com/inlaydb/inlay/storage/object"
	"github.com/inlaydb/inlay/storage/parquet"
	"github.com/inlaydb/inlay/storage/record"
)

// files opens what queries name by path.
type files struct {
	source *source.Files
	ranges *object.RangeCache
}

// newFiles prepares reading files; what it keeps of remote ones goes to temp.
func newFiles(cfg Config, cacheBytes int64, temp string) (*files, error) {
	ranges := object.NewRangeCache(temp, cfg.remoteCache(temp))
	opt := object.Options{Ranges: ranges}
	if !cfg.AnyPath {
		opt.Allowed = append([]string{}, cfg.AllowPaths...)
		if cfg.DataDir != "" {
			abs, err := filepath.Abs(cfg.DataDir)
			if err != nil {
				return nil, err
			}
			opt.Allowed = append(opt.Allowed, abs)
		}
	}
	stores, err := object.NewStores(opt)
	if err != nil {
		return nil, err
	}
	return &files{source: &source.Files{Stores: stores, Cache: parquet.NewCache(cacheBytes)}, ranges: ranges}, nil
}

// Close gives the cache's file back; connections close when they are idle.
func (f *files) Close() error { return f.ranges.Close() }

// resolver is a binder.FileResolver.
type resolver struct {
	f     *files
	found *found
}

// ResolveFiles implements binder.FileResolver.
func (r *resolver) ResolveFiles(ctx context.Context, patterns []string, fn string, options map[string]string) (*catalog.Relation, catalog.Source, error) {
	options, err := withFormat(fn, options)
	if err != nil {
		return nil, nil, err
	}
	return r.resolve(ctx, patterns, fn, options, nil)
}

// resolve describes files, once for each key in a statement. declared are the
// columns of a foreign table.
func (r *resolver) resolve(ctx context.Context, patterns []string, key string, options map[string]string, declared []catalog.Column) (*catalog.Relation, catalog.Source, error) {
	return r.found.get(ctx, patterns, key, options, func(ctx context.Context) (*catalog.Relation, catalog.Source, error) {
		rel, src, err := r.f.source.ResolveAs(ctx, patterns, options, declared)
		if err != nil {
			return nil, nil, ErrorOf(err)
		}
		return rel, src, nil
	})
}

// readers are the functions that read files, with what each reads. A format
// option given beside, as DuckDB's for JSON, says how the values stand.
var readers = map[string]string{
	"read_parquet": "parquet", "parquet_scan": "parquet", "read_csv": "csv", "read_csv_auto": "csv", "read_json": "json", "read_json_auto": "json",
	"read_ndjson": "ndjson", "read_ndjson_auto": "ndjson", "read_json_objects": "json", "read_arrow": "arrow",
}

// withFormat adds a reader's format to its options.
func withFormat(fn string, options map[string]string) (map[string]string, error) {
	if fn == "" {
		return options, nil
	}
	format, ok := readers[fn]
	if !ok {
		return nil, sqlerr.New(sqlerr.FeatureNotSupported, "%s is not supported yet", fn)
	}
	out := map[string]string{"format": format}
	for k, v := range options {
		switch {
		case k == "format" && format == "json" && v != "auto":
			out[k] = v
		case k != "format":
			out[k] = v
		}
	}
	if fn == "read_json_objects" {
		out["records"] = "false"
	}
	return out, nil
}

// storageError gives an error of the object store or of a file its code.
func storageError(err error) *sqlerr.Error {
	var corrupt *parquet.CorruptError
	var unsupported *parquet.UnsupportedError
	var outside *parquet.RangeError
	switch {
	case errors.As(err, &corrupt):
		return sqlerr.New(sqlerr.DataCorrupted, "%s", corrupt.Error())
	case errors.As(err, &unsupported):
		return sqlerr.New(sqlerr.FeatureNotSupported, "%s", unsupported.Error())
	case errors.As(err, &outside):
		return sqlerr.New(sqlerr.NumericValueOutOfRange, "%s", outside.Error())
	}
	var damaged *arrowfile.CorruptError
	var compressed *record.CompressionError
	switch {
	case errors.As(err, &damaged):
		return sqlerr.New(sqlerr.DataCorrupted, "%s", damaged.Error())
	case errors.As(err, &compressed):
		return sqlerr.New(sqlerr.DataCorrupted, "%s", compressed.Error())
	}
	var oe *object.Error
	if !errors.As(err, &oe) {
		return nil
	}
	msg := oe.Error()
	switch oe.Kind {
	case object.KindNotFound, object.KindNoBucket:
		return sqlerr.New(sqlerr.UndefinedFile, "%s", msg)
	case object.KindNotAllowed:
		return sqlerr.New(sqlerr.InsufficientPrivilege, "%s", msg).
			WithHint("Paths open only below the data directory and those given with --allow-path.")
	case object.KindAccessDenied:
		return sqlerr.New(sqlerr.InsufficientPrivilege, "%s", msg)
	case object.KindInvalid:
		return sqlerr.New(sqlerr.InvalidParameterValue, "%s", msg)
	case object.KindNoSpace:
		return sqlerr.New(sqlerr.DiskFull, "%s", msg)
	case object.KindShort, object.KindChanged:
		return sqlerr.New(sqlerr.DataCorrupted, "%s", msg)
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return sqlerr.New(sqlerr.IOError, "%s", msg)
}

// decorate adds the system schemas and foreign tables' files to a view.
func (e *Engine) decorate(v catalog.View, _ *Session) catalog.View {
	return &fileView{View: pgcatalog.Decorate(v), files: e.files, found: newFound()}
}

// fileView finds the files of foreign tables.
type fileView struct {
	catalog.View
	files *files
	found *found
}

// Inner is the view without them.
func (v *fileView) Inner() catalog.View { return v.View }

func foreignOptions(rel *catalog.Relation) (patterns []string, options map[string]string) {
	options = map[string]string{}
	for k, v := range rel.Options {
		if k == "path" {
			patterns = append(patterns, v)
			continue
		}
		options[k] = v
	}
	return patterns, options
}

// Source implements catalog.View.
func (v *fileView) Source(ctx context.Context, rel *catalog.Relation) (catalog.Source, error) {
	if rel.Kind != catalog.ForeignTable {
		return v.View.Source(ctx, rel)
	}
	_, src, err := v.foreign(ctx, rel)
	return src, err
}

// foreign resolves a foreign table's files and fits their columns to its own.
func (v *fileView) foreign(ctx context.Context, rel *catalog.Relation) (*catalog.Relation, *catalog.Files, error) {
	patterns, options := foreignOptions(rel)
	if len(patterns) == 0 {
		return nil, nil, sqlerr.New(sqlerr.FDWOptionNameNotFound, "foreign table %s has no option \"path\"", sqlerr.Quote(rel.Name))
	}
	r := &resolver{v.files, v.found}
	found, any, err := r.resolve(ctx, patterns, "foreign table "+sqlerr.Quote(rel.Schema)+"."+sqlerr.Quote(rel.Name), options, rel.Columns)
	if err != nil {
		return nil, nil, err
	}
	src := any.(*catalog.Files)
	out := &catalog.Files{Format: src.Format, Files: src.Files}
	for _, c := range rel.Columns {
		fc := catalog.FileColumn{Field: c.Name}
		for i := range found.Columns {
			if found.Columns[i].Name != c.Name {
				continue
			}
			fc = src.Columns[i]
			if got, want := found.Columns[i].Type, c.Type; got.OID != want.OID && (src.Format == "parquet" || fc.Partition == "") {
				return nil, nil, sqlerr.New(sqlerr.DatatypeMismatch, "column %s of foreign table %s is %s, but its files have %s", sqlerr.Quote(c.Name), sqlerr.Quote(rel.Name), want, got).
					WithHint("Declare the column as the files have it, or leave the column list empty.")
			}
		}
		out.Columns = append(out.Columns, fc)
	}
	return found, out, nil
}

// Statistics implements catalog.View.
func (v *fileView) Statistics(ctx context.Context, rel *catalog.Relation) (*catalog.Statistics, error) {
	if rel.Stats != nil {
		return rel.Stats, nil
	}
	if rel.Kind != catalog.ForeignTable {
		if rel.OID == 0 {
			return nil, nil
		}
		return v.View.Statistics(ctx, rel)
	}
	found, _, err := v.foreign(ctx, rel)
	if err != nil {
		return nil, err
	}
	st := &catalog.Statistics{Rows: found.Stats.Rows, Bytes: found.Stats.Bytes, Exact: found.Stats.Exact}
	for _, c := range rel.Columns {
		one := catalog.ColumnStatistics{NullFraction: -1, Distinct: -1}
		for i := range found.Columns {
			if found.Columns[i].Name == c.Name {
				one = found.Stats.Columns[i]
			}
		}
		st.Columns = append(st.Columns, one)
	}
	return st, nil
}
