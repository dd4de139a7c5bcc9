package source

import (
	"time"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/parquet"
)

// parseDate reads YYYY-MM-DD as days since 1970-01-01.
func parseDate(v string) (int64, bool) {
	if len(v) != 10 {
		return 0, false
	}
	t, err := time.Parse(time.DateOnly, v)
	return t.Unix() / 86400, err == nil
}

// statistics gathers what the footers say.
func statistics(rel *catalog.Relation, src *catalog.Files, files []*opened) *catalog.Statistics {
	st := &catalog.Statistics{Exact: true, Columns: make([]catalog.ColumnStatistics, len(rel.Columns))}
	for _, o := range files {
		st.Rows += float64(o.file.NumRows)
		st.Bytes += float64(o.file.Object.Size)
	}
	for i := range rel.Columns {
		if src.Columns[i].Field == "" {
			st.Columns[i] = partitionStatistics(&rel.Columns[i], files)
			continue
		}
		st.Columns[i] = columnStatistics(&rel.Columns[i], files, st.Rows)
	}
	return st
}

func partitionStatistics(c *catalog.Column, files []*opened) catalog.ColumnStatistics {
	distinct := map[string]bool{}
	for _, o := range files {
		for _, p := range o.parts {
			if p.Name == c.Name {
				distinct[p.Value] = true
			}
		}
	}
	return catalog.ColumnStatistics{NullFraction: 0, Distinct: float64(max(1, len(distinct))), AvgWidth: 8}
}

func columnStatistics(c *catalog.Column, files []*opened, rows float64) catalog.ColumnStatistics {
	out := catalog.ColumnStatistics{NullFraction: -1, Distinct: -1}
	nulls, bytes := int64(0), int64(0)
	known, bounded := true, true
	var lo, hi *parquet.Value
	var ndv distinct
	for _, o := range files {
		leaf := o.leaf(c.Name)
		if leaf == nil {
			nulls += o.file.NumRows
			continue
		}
		for g := range o.file.NumRowGroups() {
			rg := o.file.RowGroup(g)
			s := rg.Stats(leaf)
			_, size := rg.ChunkSize(leaf)
			bytes += size
			ndv.add(rg, leaf, s)
			if s.NullCount < 0 {
				known = false
			} else {
				nulls += s.NullCount
			}
			if !sameForm(leaf, c.Type) {
				bounded = false
				continue
			}
			if !s.HasMin || !s.HasMax {
				if s.NullCount != rg.NumRows {
					bounded = false
				}
				continue
			}
			if lo == nil || parquet.CompareValues(s.Min, *lo) < 0 {
				lo = &s.Min
			}
			if hi == nil || parquet.CompareValues(s.Max, *hi) > 0 {
				hi = &s.Max
			}
		}
	}
	if known && rows > 0 {
		out.NullFraction = float64(nulls) / rows
	}
	if bounded && lo != nil {
		out.Min, out.Max = Datum(*lo, c.Type), Datum(*hi, c.Type)
	}
	if rows > 0 {
		out.AvgWidth = float64(bytes) / rows
	}
	out.Distinct = ndv.estimate(rows, c.Type.Kind(), out.Min, out.Max)
	return out
}

// leaf is the leaf that holds a column, nil where the file lacks it.
func (o *opened) leaf(name string) *parquet.Leaf {
	return LeafOf(o.file, name)
}

// LeafOf is the leaf of a file that holds a column's values, nil where the
// file lacks it.
func LeafOf(f *parquet.File, name string) *parquet.Leaf {
	if c := ColumnOf(f, name); c != nil {
		return c.Leaf
	}
	return nil
}

// onlyNull says whether a column is declared to hold nothing but NULL, as
// writers do that know no type for it.
func onlyNull(c *parquet.Column) bool {
	return c.Leaf != nil && !c.List && c.Leaf.Logical.Annotation == parquet.Null
}

// ColumnOf is the column of a file that can be read under a name, nil where it
// lacks it or says that it is NULL.
func ColumnOf(f *parquet.File, name string) *parquet.Column {
	for i := range f.Schema.Columns {
		if c := &f.Schema.Columns[i]; c.Name == name && c.Unsupported == "" && !onlyNull(c) {
			return c
		}
	}
	return nil
}

// Datum converts a bound to a value of the column's kind; Kind Invalid where
// it has no such form.
func Datum(v parquet.Value, t types.Type) types.Datum {
	k := t.Kind()
	switch v.Kind {
	case column.Bool, column.Int16, column.Int32, column.Int64:
		switch k {
		case column.Bool, column.Int16, column.Int32, column.Int64:
			return types.Int(k, v.Int)
		case column.Int128:
			return types.Int128(column.Int128Value{Lo: uint64(v.Int), Hi: v.Int >> 63})
		}
	case column.Int128:
		if k == column.Int128 {
			return types.Int128(column.Int128Value{Lo: uint64(v.Int), Hi: v.Hi})
		}
	case column.Float32, column.Float64:
		if k == column.Float32 || k == column.Float64 {
			return types.Datum{Kind: k, F: v.Float}
		}
	case column.Bytes:
		if k == column.Bytes {
			return types.Text(string(v.Bytes))
		}
	}
	return types.Datum{}
}
