package source

import (
	"context"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/arrowcolumn"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/arrowfile"
	"github.com/inlaydb/inlay/storage/object"
	"github.com/inlaydb/inlay/storage/record"
)

// Arrow says how a file of Arrow IPC is read: it is the Layout of a
// catalog.File.
type Arrow struct {
	Fields  map[string]int // where each column stands
	Batches int            // -1: a stream
}

// ArrowBatches is how many record batches a file has; -1 for a stream.
func ArrowBatches(file *catalog.File) int { return file.Layout.(*Arrow).Batches }

// arrowBytesPerRow is a guess, for footers do not tell the rows.
const arrowBytesPerRow = 64

// resolveArrow makes one relation of Arrow files. Columns are joined by name;
// types are widened where no value is lost, else the files clash.
func (f *Files) resolveArrow(ctx context.Context, patterns []string, files []*listed, o *options) (*catalog.Relation, *catalog.Files, error) {
	hive, filename := o.bool(true, "hive_partitioning"), o.bool(false, "filename")
	o.bool(true, "union_by_name")
	if err := o.rest("Arrow"); err != nil {
		return nil, nil, err
	}
	layouts := make([]*Arrow, len(files))
	columns := make([][]catalog.Column, len(files))
	if err := forEach(ctx, len(files), func(ctx context.Context, i int) (err error) {
		layouts[i], columns[i], err = arrowSchema(ctx, files[i].store, files[i].obj, files[i].path)
		return err
	}); err != nil {
		return nil, nil, err
	}
	rel := &catalog.Relation{Name: relationName(patterns[0]), Kind: catalog.ForeignTable}
	src := &catalog.Files{Format: "arrow"}
	at := map[string]int{}
	from := map[string]string{}
	add := func(c catalog.Column, fc catalog.FileColumn) {
		c.Attnum = int16(len(rel.Columns) + 1)
		at[c.Name] = len(rel.Columns)
		rel.Columns, src.Columns = append(rel.Columns, c), append(src.Columns, fc)
	}
	for i, cols := range columns {
		for _, c := range cols {
			k, ok := at[c.Name]
			if !ok {
				from[c.Name] = files[i].path
				add(c, catalog.FileColumn{Field: c.Name, Missing: types.Null(c.Type.Kind())})
				continue
			}
			old := &rel.Columns[k]
			w, ok := widen(old.Type, c.Type)
			if !ok {
				return nil, nil, sqlerr.New(sqlerr.DatatypeMismatch, "files have different types for column %s", sqlerr.Quote(c.Name)).
					WithDetail("%s has %s, %s has %s.", from[c.Name], old.Type, files[i].path, c.Type).
					WithHint("Read the files separately and cast the column.")
			}
			old.Type = w
		}
	}
	if hive && len(files) > 0 {
		paths := shells(files)
		for _, p := range sharedPartitions(paths) {
			if _, ok := at[p]; !ok {
				add(catalog.Column{Name: p, Type: partitionType(paths, p)}, catalog.FileColumn{Partition: p})
			}
		}
	}
	if filename {
		add(catalog.Column{Name: "filename", Type: types.New(types.TextOID)}, catalog.FileColumn{Virtual: "filename"})
	}
	rel.Stats = &catalog.Statistics{Columns: make([]catalog.ColumnStatistics, len(rel.Columns))}
	for i := range rel.Stats.Columns {
		rel.Stats.Columns[i] = catalog.ColumnStatistics{NullFraction: -1, Distinct: -1}
	}
	for i, l := range files {
		src.Files = append(src.Files, catalog.File{Path: l.path, Size: l.obj.Size, Version: l.obj.Version, Rows: -1, Partition: partitionMap(l.parts), Layout: layouts[i]})
		rel.Stats.Bytes += float64(l.obj.Size)
	}
	rel.Stats.Rows = max(1, rel.Stats.Bytes/arrowBytesPerRow)
	return rel, src, nil
}

// maxSchemaBytes bounds what reading a schema may allocate.
const maxSchemaBytes = 256 << 20

// arrowSchema is how a file is read and the columns that it has; those without
// a SQL type are left out.
func arrowSchema(ctx context.Context, st object.Store, obj object.Object, path string) (*Arrow, []catalog.Column, error) {
	if c, _ := record.CompressionOf(path); c != record.Plain {
		return nil, nil, sqlerr.New(sqlerr.FeatureNotSupported, "%s: Arrow files that are compressed as a whole are not supported", path).
			WithHint("Arrow compresses its own buffers, with lz4 or zstd.")
	}
	held := int64(0)
	r, err := arrowfile.Open(ctx, st, obj, func(n int64) error {
		if held += n; held > maxSchemaBytes {
			return sqlerr.New(sqlerr.ProgramLimitExceeded, "%s: the schema takes more than %d bytes", path, maxSchemaBytes)
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	l := &Arrow{Fields: map[string]int{}, Batches: r.Batches()}
	var cols []catalog.Column
	for i, f := range r.Schema().Fields() {
		t, why := arrowcolumn.TypeOf(f.Type)
		if _, twice := l.Fields[f.Name]; why != "" || twice {
			continue
		}
		l.Fields[f.Name] = i
		cols = append(cols, catalog.Column{Name: f.Name, Type: t})
	}
	return l, cols, nil
}
