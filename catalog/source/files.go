package source

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/object"
	"github.com/inlaydb/inlay/storage/parquet"
)

// Files opens files for a process.
type Files struct {
	Stores *object.Stores
	Cache  *parquet.Cache
	sniffs sniffCache
}

// footersAtOnce bounds how many footers are read in parallel.
const footersAtOnce = 64

// opened is a file of a pattern with its footer.
type opened struct {
	path  string
	parts []object.Partition
	file  *parquet.File
}

// expand finds the files that patterns name and opens their footers. A file
// that two patterns match is read once.
func (f *Files) expand(ctx context.Context, patterns []string, keys *parquet.Keys) ([]*opened, error) {
	files, err := f.list(ctx, patterns)
	if err != nil {
		return nil, err
	}
	all := make([]*opened, len(files))
	err = forEach(ctx, len(files), func(ctx context.Context, i int) (err error) {
		l := files[i]
		all[i] = &opened{path: l.path, parts: l.parts}
		all[i].file, err = parquet.OpenWith(ctx, l.store, l.obj, f.Cache, keys)
		return err
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// Open opens one file of a relation; its footer usually is in the cache.
func (f *Files) Open(ctx context.Context, file catalog.File) (*parquet.File, error) {
	st, obj, err := f.ObjectOf(ctx, &file)
	if err != nil {
		return nil, err
	}
	keys, _ := file.Layout.(*parquet.Keys)
	return parquet.OpenWith(ctx, st, obj, f.Cache, keys)
}

// StoreOf is the store that holds a file.
func (f *Files) StoreOf(ctx context.Context, file catalog.File) (object.Store, error) {
	st, _, err := f.ObjectOf(ctx, &file)
	return st, err
}

// joined is a column of all files together.
type joined struct {
	col     catalog.Column
	why     string // it cannot be read
	from    string // the file that brought it
	present int    // in how many files
	part    bool   // a partition column
	null    bool   // all files so far say that it is NULL only, and of no type
	last    int    // file that had it last, from 1
}

// Resolve makes one relation of the files that patterns name. options are
// those of read_parquet and of foreign tables.
func (f *Files) Resolve(ctx context.Context, patterns []string, options map[string]string) (*catalog.Relation, *catalog.Files, error) {
	return f.ResolveAs(ctx, patterns, options, nil)
}

// ResolveAs is Resolve for columns that have been declared, as those of a
// foreign table; nil: not. Files that tell no types are read as declared.
func (f *Files) ResolveAs(ctx context.Context, patterns []string, options map[string]string, declared []catalog.Column) (*catalog.Relation, *catalog.Files, error) {
	switch format, err := FormatOf(patterns, options); {
	case err != nil:
		return nil, nil, err
	case format != "parquet":
		return f.resolveText(ctx, format, patterns, options, declared)
	}
	hive := true
	filename := false
	for k, v := range options {
		b, err := strconv.ParseBool(v)
		switch k {
		case "hive_partitioning":
			hive = b
		case "filename":
			filename = b
		case "union_by_name": // always done
		case "path", "format", "footer_key", "column_keys", "aad_prefix":
			err = nil
		default:
			return nil, nil, sqlerr.New(sqlerr.FDWInvalidOptionName, "invalid option %s", sqlerr.Quote(k)).
				WithHint("Valid options are path, format, hive_partitioning, filename, footer_key, column_keys and aad_prefix.")
		}
		if err != nil {
			return nil, nil, sqlerr.New(sqlerr.InvalidParameterValue, "option %s requires a Boolean value", sqlerr.Quote(k))
		}
	}
	keys, err := keysOf(options)
	if err != nil {
		return nil, nil, err
	}
	files, err := f.expand(ctx, patterns, keys)
	if err != nil {
		return nil, nil, err
	}
	cols, err := join(files, hive)
	if err != nil {
		return nil, nil, err
	}
	rel := &catalog.Relation{Name: relationName(patterns[0]), Kind: catalog.ForeignTable}
	src := &catalog.Files{Format: "parquet"}
	for _, c := range cols {
		if c.why != "" {
			continue // shown by nobody: SELECT * leaves it out, naming it is 42703
		}
		c.col.Attnum = int16(len(rel.Columns) + 1)
		c.col.NotNull = c.col.NotNull && c.present == len(files)
		rel.Columns = append(rel.Columns, c.col)
		fc := catalog.FileColumn{Field: c.col.Name, Missing: types.Null(c.col.Type.Kind())}
		if c.part {
			fc = catalog.FileColumn{Partition: c.col.Name}
		}
		src.Columns = append(src.Columns, fc)
	}
	if filename {
		rel.Columns = append(rel.Columns, catalog.Column{Name: "filename", Type: types.New(types.TextOID), Attnum: int16(len(rel.Columns) + 1), NotNull: true})
		src.Columns = append(src.Columns, catalog.FileColumn{Virtual: "filename"})
	}
	for _, o := range files {
		file := catalog.File{Path: o.path, Size: o.file.Object.Size, Version: o.file.Object.Version, Rows: o.file.NumRows, Partition: partitionMap(o.parts)}
		if keys != nil {
			file.Layout = keys
		}
		src.Files = append(src.Files, file)
	}
	rel.Stats = statistics(rel, src, files)
	return rel, src, nil
}

func relationName(pattern string) string {
	base := path.Base(strings.TrimSuffix(pattern, "/"))
	base, _, _ = strings.Cut(base, ".")
	if base == "" || strings.ContainsAny(base, "*?[{") {
		return "files"
	}
	return strings.ToLower(base)
}

func partitionMap(parts []object.Partition) map[string]string {
	if len(parts) == 0 {
		return nil
	}
	m := map[string]string{}
	for _, p := range parts {
		if !p.Null {
			m[p.Name] = p.Value
		}
	}
	return m
}

// join makes one list of columns of all files' schemas.
func join(files []*opened, hive bool) ([]*joined, error) {
	var cols []*joined
	byName := map[string]*joined{}
	for n, o := range files {
		for i := range o.file.Schema.Columns {
			c := &o.file.Schema.Columns[i]
			t, why := typeOf(c)
			old := byName[c.Name]
			if old == nil {
				j := &joined{col: catalog.Column{Name: c.Name, Type: t, NotNull: !c.Nullable && !onlyNull(c)}, why: why, from: o.path, present: 1, null: onlyNull(c), last: n + 1}
				byName[c.Name] = j
				cols = append(cols, j)
				continue
			}
			if old.last == n+1 {
				return nil, sqlerr.New(sqlerr.DuplicateColumn, "file %s has more than one column named %s", o.path, sqlerr.Quote(c.Name))
			}
			old.last = n + 1
			old.present++
			old.col.NotNull = old.col.NotNull && !c.Nullable && !onlyNull(c)
			switch {
			case onlyNull(c):
				continue
			case old.null:
				old.null, old.col.Type, old.why, old.from = false, t, why, o.path
				continue
			}
			if old.why != "" || why != "" {
				if old.why != why {
					return nil, clash(c.Name, old, o, old.col.Type.String(), why)
				}
				continue
			}
			w, ok := widen(old.col.Type, t)
			if !ok {
				return nil, clash(c.Name, old, o, old.col.Type.String(), t.String())
			}
			old.col.Type = w
		}
	}
	if !hive || len(files) == 0 {
		return cols, nil
	}
	for _, p := range files[0].parts {
		if byName[p.Name] != nil {
			continue // the file's own column wins
		}
		everywhere := true
		for _, o := range files {
			found := false
			for _, q := range o.parts {
				found = found || q.Name == p.Name
			}
			everywhere = everywhere && found
		}
		if !everywhere {
			continue
		}
		j := &joined{col: catalog.Column{Name: p.Name, Type: partitionType(files, p.Name)}, present: len(files), part: true}
		byName[p.Name] = j
		cols = append(cols, j)
	}
	return cols, nil
}

func clash(name string, old *joined, o *opened, a, b string) error {
	return sqlerr.New(sqlerr.DatatypeMismatch, "files have different types for column %s", sqlerr.Quote(name)).
		WithDetail("%s has %s, %s has %s.", old.from, a, o.path, b).
		WithHint("Read the files separately and cast the column.")
}

// partitionType is what all values of a partition key are: bigint, date or text.
func partitionType(files []*opened, key string) types.Type {
	ints, dates := true, true
	for _, o := range files {
		for _, p := range o.parts {
			if p.Name != key || p.Null {
				continue
			}
			_, err := strconv.ParseInt(p.Value, 10, 64)
			ints = ints && err == nil // month=01 too: month = 1 and month = '01' both find it
			_, ok := parseDate(p.Value)
			dates = dates && ok
		}
	}
	switch {
	case ints:
		return types.New(types.Int8OID)
	case dates:
		return types.New(types.DateOID)
	}
	return types.New(types.TextOID)
}

// PartitionValue is a partition key's value as a datum of type t.
func PartitionValue(file *catalog.File, key string, t types.Type) (types.Datum, error) {
	v, ok := file.Partition[key]
	if !ok {
		return types.Null(t.Kind()), nil
	}
	switch t.OID {
	case types.Int8OID:
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			return types.Datum{}, fmt.Errorf("%s: partition %s=%s is not a number", file.Path, key, v)
		}
		return types.Int(column.Int64, n), nil
	case types.DateOID:
		d, ok := parseDate(v)
		if !ok {
			return types.Datum{}, fmt.Errorf("%s: partition %s=%s is not a date", file.Path, key, v)
		}
		return types.Int(column.Int32, d), nil
	case types.TextOID:
		return types.Text(v), nil
	}
	d, err := types.Input(v, t, types.DefaultStyle()) // as a foreign table declares it
	if err != nil {
		return types.Datum{}, fmt.Errorf("%s: partition %s=%s: %w", file.Path, key, v, err)
	}
	return d, nil
}
