package engine

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/object/objecttest"
	"github.com/inlaydb/inlay/storage/parquet"
)

// prunable writes rows 0 to n in row groups of 8000 and pages of 1000: id
// ascends, code is one of few even numbers in no order, name is a string with
// the number of the page, many is like nothing before, and late is NULL in the
// first half.
func prunable(t *testing.T, path string, n int) {
	t.Helper()
	text := parquet.LogicalType{Annotation: parquet.String}
	var b bytes.Buffer
	w, err := parquet.NewWriter(&b, []parquet.Field{
		{Name: "id", Kind: column.Int64}, {Name: "code", Kind: column.Int32}, {Name: "name", Kind: column.Bytes, Logical: text},
		{Name: "many", Kind: column.Bytes, Logical: text, Bloom: true}, {Name: "late", Kind: column.Int64, Nullable: true},
		{Name: "price", Kind: column.Int64, Logical: parquet.LogicalType{Annotation: parquet.Decimal, Precision: 12, Scale: 2}},
	}, parquet.WriteOptions{Codec: parquet.Zstd, RowGroupRows: 8000, PageRows: 1000})
	if err != nil {
		t.Fatal(err)
	}
	ids, codes, prices := make([]int64, n), make([]int32, n), make([]int64, n)
	late := column.NewFlat(column.Int64, n)
	var names, many []types.Datum
	for i := range n {
		ids[i], codes[i], prices[i] = int64(i), int32(uint32(i)*2654435761>>16%200)*2, int64(i)*150
		names = append(names, types.Text(fmt.Sprintf("page %04d", i/1000)))
		many = append(many, types.Text(mixed(i)))
		column.Values[int64](late)[i] = int64(i)
		if i < n/2 {
			late.SetNull(i)
		}
	}
	cols := []*column.Column{column.FromSlice(column.Int64, ids), column.FromSlice(column.Int32, codes), types.ColumnOf(column.Bytes, column.Invalid, names),
		types.ColumnOf(column.Bytes, column.Invalid, many), late, column.FromSlice(column.Int64, prices)}
	if err := w.Write(cols, nil, n); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func mixed(i int) string { return fmt.Sprintf("%08x of many", uint32(i)*2654435761) }

// TestPruning asks what EXPLAIN ANALYZE says of each mechanism, and that the
// answer is the same as without it.
func TestPruning(t *testing.T) {
	dir := t.TempDir()
	prunable(t, filepath.Join(dir, "m=1", "a.parquet"), 40_000)
	prunable(t, filepath.Join(dir, "m=2", "b.parquet"), 20_000)
	checkPruning(t, dir)
}

// TestRemotePruning does the same where reading is a request: indexes are read
// in parallel and workers wait for them without a CPU slot.
func TestRemotePruning(t *testing.T) {
	srv := objecttest.StartS3(t, "lake")
	prunable(t, filepath.Join(srv.Root, "lake", "m=1", "a.parquet"), 40_000)
	prunable(t, filepath.Join(srv.Root, "lake", "m=2", "b.parquet"), 20_000)
	for k, v := range map[string]string{"AWS_ENDPOINT_URL": srv.Endpoint, "AWS_ACCESS_KEY_ID": srv.AccessKey, "AWS_SECRET_ACCESS_KEY": srv.SecretKey, "AWS_REGION": "us-east-1"} {
		t.Setenv(k, v)
	}
	checkPruning(t, "s3://lake")
}

func checkPruning(t *testing.T, dir string) {
	s := open(t, Config{MemoryLimit: 64 << 20, AnyPath: true})
	one, both := "'"+dir+"/m=1/a.parquet'", "'"+dir+"/*/*.parquet'"
	missing := "4" + mixed(3)
	present := mixed(12345)
	for _, q := range []struct {
		from, where, rows string
		want              string // details, separated by commas
		not               string
	}{
		{one, "id = 17500", "1", "Row Groups Pruned by Statistics: 4, Pages Pruned by Page Index: 7, Rows Pruned by Page Index: 7000", "Bloom"},
		{one, "id between 9990 and 10010", "21", "Pages Pruned by Page Index: 6", ""},
		{one, "id < 1000 or id >= 39000", "2000", "Row Groups Pruned by Statistics: 3, Pages Pruned by Page Index: 14", ""},
		{one, "code = 333", "0", "Row Groups Pruned by Bloom Filter: 5", "Page Index"},
		{one, "code in (133, 335, 399)", "0", "Row Groups Pruned by Bloom Filter: 5", ""},
		{one, "code = any (array[333, null, 335])", "0", "Row Groups Pruned by Bloom Filter: 5", ""},
		{one, "many = '" + missing + "'", "0", "Row Groups Pruned by Bloom Filter: ", ""},
		{one, "many = '" + present + "'", "1", "Row Groups Pruned by Bloom Filter: ", ""},
		{one, "name like 'page 002%'", "10000", "Row Groups Pruned by Statistics: 3, Pages Pruned by Page Index: 6", ""},
		{one, "name like 'page 0023'", "1000", "Row Groups Pruned by Statistics: 4, Pages Pruned by Page Index: 7", ""},
		{one, "late is not null", "20000", "Row Groups Pruned by Statistics: 2, Pages Pruned by Page Index: 4", ""},
		{one, "late is null and id >= 12000", "8000", "Pages Pruned by Page Index: ", ""},
		{one, "price = 30000.00", "1", "Row Groups Pruned by Statistics: 4, Pages Pruned by Page Index: 7", ""},
		{one, "price = 30000.001", "0", "", ""},
		{one, "price < 1500", "1000", "Row Groups Pruned by Statistics: 4, Pages Pruned by Page Index: 7", ""},
		{one, "id >= 0", "40000", "", "Pruned"},
		{both, "m = 2", "20000", "Files Pruned by Partition: 1", ""},
		{both, "m = 2 and id = 3", "1", "Files Pruned by Partition: 1, Row Groups Pruned by Statistics: 2", ""},
		{both, "m > 2", "0", "Files Pruned by Partition: 2", ""},
	} {
		got := ask(t, s, "SELECT count(*), min(many) FROM "+q.from+" WHERE "+q.where)
		if n, _, _ := strings.Cut(got, "|"); n != q.rows {
			t.Errorf("%s: %s rows, want %s", q.where, got, q.rows)
		}
		plan := ask(t, s, "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT count(*), min(many) FROM "+q.from+" WHERE "+q.where)
		for _, want := range strings.Split(q.want, ", ") {
			if !regexp.MustCompile(regexp.QuoteMeta(want) + `(\s|$|\d)`).MatchString(plan) {
				t.Errorf("%s: no %q in\n%s", q.where, want, plan)
			}
		}
		if q.not != "" && strings.Contains(plan, q.not) {
			t.Errorf("%s: %q in\n%s", q.where, q.not, plan)
		}
	}
}

// TestRuntimePruning joins with few keys: the probe side's row groups and
// pages without them are not read.
func TestRuntimePruning(t *testing.T) {
	s := open(t, Config{MemoryLimit: 64 << 20, AnyPath: true})
	path := filepath.Join(t.TempDir(), "a.parquet")
	prunable(t, path, 40_000)
	sql := "SELECT count(*), sum(f.id) FROM '" + path + "' f JOIN (VALUES (9000::bigint), (9001), (17001)) v(k) ON f.id = v.k"
	if got := ask(t, s, sql); got != "3|35002\n" {
		t.Fatal(got)
	}
	plan := ask(t, s, "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) "+sql)
	for _, want := range []string{"Row Groups Pruned by Runtime Filter: 3", "Pages Pruned by Runtime Filter: 6"} {
		if !strings.Contains(plan, want) {
			t.Errorf("no %q in\n%s", want, plan)
		}
	}
	sql = "SELECT count(*) FROM '" + path + "' f JOIN (VALUES (333), (335)) v(k) ON f.code = v.k"
	if got := ask(t, s, sql); got != "0\n" {
		t.Fatal(got)
	}
	plan = ask(t, s, "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) "+sql)
	if want := "Row Groups Pruned by Runtime Filter: 5"; !strings.Contains(plan, want) {
		t.Errorf("no %q in\n%s", want, plan)
	}
}
