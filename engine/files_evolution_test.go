package engine

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/parquet"
)

// table writes columns of three rows each.
func table(t *testing.T, path string, fields []parquet.Field, cols ...*column.Column) {
	t.Helper()
	var b bytes.Buffer
	w, err := parquet.NewWriter(&b, fields, parquet.WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(cols, nil, cols[0].Len); err != nil {
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

func decimal(p, s int32) parquet.LogicalType {
	return parquet.LogicalType{Annotation: parquet.Decimal, Precision: p, Scale: s}
}

// TestEvolution reads files of one pattern whose columns were added,
// reordered and widened.
func TestEvolution(t *testing.T) {
	dir := t.TempDir()
	text := parquet.LogicalType{Annotation: parquet.String}
	texts := func(v ...string) *column.Column {
		var d []types.Datum
		for _, s := range v {
			d = append(d, types.Text(s))
		}
		return types.ColumnOf(column.Bytes, column.Invalid, d)
	}
	f := func(name string, k column.Kind, l ...parquet.LogicalType) parquet.Field {
		x := parquet.Field{Name: name, Kind: k}
		if len(l) > 0 {
			x.Logical = l[0]
		}
		return x
	}
	date := parquet.LogicalType{Annotation: parquet.Date}
	stamp := parquet.LogicalType{Annotation: parquet.Timestamp, Unit: parquet.Micros}
	table(t, dir+"/a/1.parquet", []parquet.Field{f("i", column.Int16), f("n", column.Int64, decimal(10, 2)), f("d", column.Int32, date), f("x", column.Float32), f("m", column.Int32)},
		column.FromSlice(column.Int16, []int16{1, 2, 3}), column.FromSlice(column.Int64, []int64{100, 250, -375}), column.FromSlice(column.Int32, []int32{0, 1, 18262}),
		column.FromSlice(column.Float32, []float32{0.5, 1.5, 2.5}), column.FromSlice(column.Int32, []int32{7, 8, 9}))
	table(t, dir+"/a/2.parquet", []parquet.Field{f("late", column.Bytes, text), f("m", column.Int64, decimal(12, 3)), f("x", column.Float64), f("d", column.Int64, stamp), f("n", column.Int128, decimal(30, 4)), f("i", column.Int64)},
		texts("p", "q", "r"), column.FromSlice(column.Int64, []int64{7000, 8500, 1}), column.FromSlice(column.Float64, []float64{0.1, 1.5, 1e300}), column.FromSlice(column.Int64, []int64{0, 86_400_000_000, 1}),
		column.FromSlice(column.Int128, []column.Int128Value{{Lo: 10000}, {Lo: 25001}, {Lo: 0, Hi: 1}}), column.FromSlice(column.Int64, []int64{2, 1 << 40, -3}))
	s := open(t, Config{MemoryLimit: 64 << 20, AnyPath: true})
	from := " FROM '" + dir + "/a/*.parquet' "
	for _, q := range [][2]string{
		{"SELECT i, n, d, x, m, late" + from, "1|1.0000|1970-01-01 00:00:00|0.5|7.000|NULL\n2|2.5000|1970-01-02 00:00:00|1.5|8.000|NULL\n3|-3.7500|2020-01-01 00:00:00|2.5|9.000|NULL\n" +
			"2|1.0000|1970-01-01 00:00:00|0.1|7.000|p\n1099511627776|2.5001|1970-01-02 00:00:00|1.5|8.500|q\n-3|1844674407370955.1616|1970-01-01 00:00:00.000001|1e+300|0.001|r\n"},
		{"SELECT count(*)" + from + "WHERE i = 2", "2\n"},
		{"SELECT count(*)" + from + "WHERE n = 1", "2\n"},
		{"SELECT count(*)" + from + "WHERE n = 2.5001", "1\n"},
		{"SELECT count(*)" + from + "WHERE n >= 2.50005", "2\n"},
		{"SELECT count(*)" + from + "WHERE m in (7, 8.5)", "3\n"},
		{"SELECT count(*)" + from + "WHERE d >= '1970-01-02'", "3\n"},
		{"SELECT count(*)" + from + "WHERE d < '1970-01-02'", "3\n"},
		{"SELECT count(*)" + from + "WHERE x = 1.5", "2\n"},
		{"SELECT count(*)" + from + "WHERE late IS NULL", "3\n"},
		{"SELECT count(*)" + from + "WHERE late > 'p'", "2\n"},
		{"SELECT min(d), max(d), sum(i), sum(n)" + from, "1970-01-01 00:00:00|2020-01-01 00:00:00|1099511627781|1844674407370958.4117\n"},
		{"SELECT count(*)" + from + "a JOIN (VALUES (1.0000), (2.5)) v(k) ON a.n = v.k", "3\n"},
	} {
		if got := ask(t, s, q[0]); got != q[1] {
			t.Errorf("%s\n got %q\nwant %q", q[0], got, q[1])
		}
	}
	table(t, dir+"/a/3.parquet", []parquet.Field{f("n", column.Bytes, text)}, texts("1", "2", "3"))
	_, err := tryAsk(t.Context(), s, "SELECT *"+from)
	s.Abort()
	if e := ErrorOf(err); e.Code != sqlerr.DatatypeMismatch || e.Message != `files have different types for column "n"` || !strings.Contains(e.Detail, "1.parquet has numeric(") || !strings.Contains(e.Detail, "3.parquet has text") {
		t.Errorf("%v %s", err, e.Detail)
	}
}

// TestNullColumns joins a column of no type with one of text, in either order,
// and refuses a file with two columns of one name.
func TestNullColumns(t *testing.T) {
	dir := t.TempDir()
	polars, err := os.ReadFile("testdata/parquet/files/polars.parquet") // its n is NULL of no type
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, Config{MemoryLimit: 64 << 20, AnyPath: true})
	for _, name := range []string{"1.parquet", "3.parquet"} {
		if err := os.WriteFile(filepath.Join(dir, name), polars, 0o644); err != nil {
			t.Fatal(err)
		}
		table(t, dir+"/2.parquet", []parquet.Field{{Name: "n", Kind: column.Bytes, Logical: parquet.LogicalType{Annotation: parquet.String}}},
			types.ColumnOf(column.Bytes, column.Invalid, []types.Datum{types.Text("x")}))
		if got := ask(t, s, "SELECT count(*), count(n), max(n) FROM '"+dir+"/*.parquet'"); got != "51|1|x\n" {
			t.Error(got)
		}
		if got := ask(t, s, "SELECT count(*) FROM '"+dir+"/*.parquet' WHERE n IS NULL AND i < 10"); got != "10\n" {
			t.Error(got)
		}
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	one := column.FromSlice(column.Int64, []int64{1})
	table(t, dir+"/twice.parquet", []parquet.Field{{Name: "a", Kind: column.Int64}, {Name: "a", Kind: column.Int64}}, one, one)
	if got := ask(t, s, "SELECT * FROM '"+dir+"/twice.parquet'"); !strings.HasPrefix(got, "42701: ") {
		t.Error(got)
	}
}

// TestNotUTF8 reads text that is none, with and without a dictionary.
func TestNotUTF8(t *testing.T) {
	dir := t.TempDir()
	s := open(t, Config{MemoryLimit: 64 << 20, AnyPath: true})
	field := []parquet.Field{{Name: "t", Kind: column.Bytes, Logical: parquet.LogicalType{Annotation: parquet.String}}, {Name: "b", Kind: column.Bytes}}
	for _, rows := range []int{3, 300} {
		var bad, good []types.Datum
		for i := range rows {
			bad = append(bad, types.Text(mixed(i%(rows/3))+"\xff"))
			good = append(good, types.Text("ünï "+mixed(i)))
		}
		b, g := types.ColumnOf(column.Bytes, column.Invalid, bad), types.ColumnOf(column.Bytes, column.Invalid, good)
		table(t, dir+"/bad.parquet", field, b, b)
		table(t, dir+"/good.parquet", field, g, b)
		if got := ask(t, s, "SELECT max(t) FROM '"+dir+"/bad.parquet'"); !strings.HasPrefix(got, "XX001: ") || !strings.Contains(got, `invalid byte sequence for encoding "UTF8"`) {
			t.Errorf("%d: %s", rows, got)
		}
		if got := ask(t, s, "SELECT count(t), count(b) FROM '"+dir+"/good.parquet' WHERE t LIKE 'ünï%' AND b IS NOT NULL"); got != fmt.Sprintf("%d|%d\n", rows, rows) {
			t.Errorf("%d: %s", rows, got)
		}
	}
}

// TestNanoseconds warns once a statement, or refuses.
func TestNanoseconds(t *testing.T) {
	s := open(t, Config{MemoryLimit: 64 << 20, AnyPath: true})
	var notices []string
	s.opt.Notice = func(e *sqlerr.Error) { notices = append(notices, e.Message) }
	from := " FROM 'testdata/parquet/files/pyarrow_scalars.parquet' "
	if got := ask(t, s, "SELECT count(a.ts_ns), count(b.tz_ns), count(a.time_ns)"+from+"a JOIN"+from[5:]+"b USING (i8)"); strings.Contains(got, ":") || len(notices) != 1 || !strings.Contains(notices[0], "nanoseconds of column") {
		t.Errorf("%q, %q", got, notices)
	}
	notices = nil
	if got := ask(t, s, "SELECT count(ts_us)"+from); strings.Contains(got, ":") || len(notices) > 0 {
		t.Errorf("%q, %q", got, notices)
	}
	ask(t, s, "SET inlay.nanoseconds = 'error'")
	if got := ask(t, s, "SELECT ts_ns"+from); got != `22008: column "ts_ns" has nanoseconds, which do not fit into microseconds` {
		t.Error(got)
	}
	if got := ask(t, s, "SELECT count(ts_us)"+from); strings.Contains(got, ":") {
		t.Error(got)
	}
}
