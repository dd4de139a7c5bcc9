package parquet_test

import (
	"context"
	"os"
	"testing"

	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/object"
	"github.com/inlaydb/inlay/storage/parquet"
)

// lineitem is TPC-H's, from the directory that INLAY_TPCH names.
func lineitem(b testing.TB) *parquet.File {
	dir := os.Getenv("INLAY_TPCH")
	if dir == "" {
		b.Skip("INLAY_TPCH is not set")
	}
	f, err := parquet.Open(context.Background(), object.NewLocal(""), object.Object{Key: dir + "/lineitem.parquet"}, nil)
	if err != nil {
		b.Skip(err)
	}
	return f
}

// BenchmarkRead decodes whole columns in batches.
func BenchmarkRead(b *testing.B) {
	f := lineitem(b)
	ctx := context.Background()
	for _, name := range []string{"l_orderkey", "l_partkey", "l_linenumber", "l_quantity", "l_extendedprice", "l_shipdate", "l_returnflag", "l_shipmode", "l_comment"} {
		b.Run("column="+name, func(b *testing.B) {
			leaf := f.Schema.Lookup(name)
			rows, start := int64(0), cpuTime()
			for b.Loop() {
				for g := range f.NumRowGroups() {
					rd, err := f.Columns(ctx, g, []parquet.Request{{Leaf: leaf}}, nil, object.FetchOptions{Block: 1 << 20})
					if err != nil {
						b.Fatal(err)
					}
					for left := f.RowGroup(g).NumRows; left > 0; {
						n := min(left, 4096)
						if _, err := rd.Columns[0].Read(ctx, int(n)); err != nil {
							b.Fatal(err)
						}
						left -= n
					}
					rd.Close()
					rows += f.RowGroup(g).NumRows
				}
			}
			b.ReportMetric(float64((cpuTime()-start).Nanoseconds())/float64(rows), "cpu-ns/row")
		})
	}
}

// BenchmarkSelected reads a few rows of each batch, as after a filter.
func BenchmarkSelected(b *testing.B) {
	f := lineitem(b)
	ctx := context.Background()
	for _, pct := range []int{1, 10, 50} {
		for _, name := range []string{"l_extendedprice", "l_comment"} {
			b.Run("column="+name+"/selected="+string(rune('0'+pct/10))+string(rune('0'+pct%10)), func(b *testing.B) {
				leaf := f.Schema.Lookup(name)
				var sel []int32
				for i := range 4096 {
					if (i*7919)%100 < pct {
						sel = append(sel, int32(i))
					}
				}
				rows, start := int64(0), cpuTime()
				for b.Loop() {
					for g := range min(10, f.NumRowGroups()) {
						rd, err := f.Columns(ctx, g, []parquet.Request{{Leaf: leaf, Kind: column.Invalid}}, nil, object.FetchOptions{Block: 1 << 20})
						if err != nil {
							b.Fatal(err)
						}
						for left := f.RowGroup(g).NumRows; left >= 4096; left -= 4096 {
							if _, err := rd.Columns[0].ReadSelected(ctx, sel, 4096); err != nil {
								b.Fatal(err)
							}
						}
						rd.Close()
						rows += f.RowGroup(g).NumRows
					}
				}
				b.ReportMetric(float64((cpuTime()-start).Nanoseconds())/float64(rows), "cpu-ns/row")
			})
		}
	}
}
