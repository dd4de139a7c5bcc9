package engine

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// arrowRecord is five rows of many types; the fourth is NULL.
func arrowRecord(t *testing.T) (*arrow.Schema, arrow.RecordBatch) {
	t.Helper()
	dict := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "i8", Type: arrow.PrimitiveTypes.Int8, Nullable: true}, {Name: "u32", Type: arrow.PrimitiveTypes.Uint32, Nullable: true},
		{Name: "u64", Type: arrow.PrimitiveTypes.Uint64, Nullable: true}, {Name: "f", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
		{Name: "s", Type: arrow.BinaryTypes.String, Nullable: true}, {Name: "d", Type: arrow.FixedWidthTypes.Date32, Nullable: true},
		{Name: "ts", Type: &arrow.TimestampType{Unit: arrow.Nanosecond}, Nullable: true}, {Name: "tz", Type: arrow.FixedWidthTypes.Timestamp_s, Nullable: true},
		{Name: "n", Type: &arrow.Decimal128Type{Precision: 10, Scale: 2}, Nullable: true}, {Name: "c", Type: dict, Nullable: true},
		{Name: "l", Type: arrow.ListOf(arrow.PrimitiveTypes.Int32), Nullable: true},
		{Name: "o", Type: arrow.StructOf(arrow.Field{Name: "k", Type: arrow.BinaryTypes.String, Nullable: true}), Nullable: true},
	}, nil)
	in := `[{"i8":-1,"u32":4294967295,"u64":18446744073709551615,"f":0.5,"s":"a","d":"2024-02-29","ts":"1969-12-31 23:59:59.9999999","tz":"2024-01-01 00:00:00Z","n":"12.50","c":"x","l":[1,null],"o":{"k":"v"}},
		{"i8":2,"u32":1,"u64":1,"f":-2,"s":"a longer string than twelve","d":"1969-12-31","ts":"2024-01-01 01:02:03","tz":"2024-01-01 00:00:00Z","n":"-0.01","c":"y","l":[],"o":{"k":null}},
		{"i8":3,"u32":1,"u64":1,"f":3,"s":"","d":"2000-01-01","ts":"2024-01-01 01:02:03","tz":"2024-01-01 00:00:00Z","n":"7","c":"x","l":[3],"o":{"k":"w"}},
		{}, {"i8":5,"s":"é","c":"y"}]`
	rec, _, err := array.RecordFromJSON(memory.DefaultAllocator, schema, strings.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	return schema, rec
}

func arrowFile(t *testing.T, stream bool, opts ...ipc.Option) string {
	t.Helper()
	schema, rec := arrowRecord(t)
	var b bytes.Buffer
	opts = append(opts, ipc.WithSchema(schema))
	var w interface {
		Write(arrow.RecordBatch) error
		Close() error
	}
	if stream {
		w = ipc.NewWriter(&b, opts...)
	} else {
		f, err := ipc.NewFileWriter(&b, opts...)
		if err != nil {
			t.Fatal(err)
		}
		w = f
	}
	for range 3 {
		if err := w.Write(rec); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestArrowFiles(t *testing.T) {
	f := newFileSession(t, Config{Threads: 2})
	want := "-1|4294967295|18446744073709551615|0.5|a|2024-02-29|1969-12-31 23:59:59.999999|2024-01-01 00:00:00+00|12.50|x|{1,NULL}|{\"k\": \"v\"}\n" +
		"2|1|1|-2|a longer string than twelve|1969-12-31|2024-01-01 01:02:03|2024-01-01 00:00:00+00|-0.01|y|{}|{\"k\": null}\n" +
		"3|1|1|3||2000-01-01|2024-01-01 01:02:03|2024-01-01 00:00:00+00|7.00|x|{3}|{\"k\": \"w\"}\n" +
		"NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL|NULL\n5|NULL|NULL|NULL|é|NULL|NULL|NULL|NULL|y|NULL|NULL"
	f.write("p.arrow", arrowFile(t, false))
	f.write("z.feather", arrowFile(t, false, ipc.WithZstd()))
	f.write("l.ipc", arrowFile(t, false, ipc.WithLZ4()))
	f.write("s.arrows", arrowFile(t, true))
	f.write("other.data", arrowFile(t, true, ipc.WithZstd()))
	for _, from := range []string{"'@p.arrow'", "'@z.feather'", "'@l.ipc'", "'@s.arrows'", "read_arrow('@other.data')"} {
		f.want("SELECT * FROM "+from+" LIMIT 5", want)
		f.want("SELECT count(*), count(c), sum(u64), max(s), sum(n) FROM "+from+" WHERE i8 > 0", "9|9|6|é|20.97")
	}
	f.want("SELECT pg_typeof(i8), pg_typeof(u32), pg_typeof(u64), pg_typeof(ts), pg_typeof(tz), pg_typeof(l), pg_typeof(o) FROM '@p.arrow' LIMIT 1",
		"smallint|bigint|numeric|timestamp without time zone|timestamp with time zone|integer[]|jsonb")
	f.want("CREATE FOREIGN TABLE fa () SERVER files OPTIONS (path '@p.arrow'); SELECT c, count(*) FROM fa GROUP BY 1 ORDER BY 1", "x|6\ny|6\nNULL|3")
	f.write("not.arrow", "hello, world, this is no Arrow file")
	f.write("empty.arrow", "")
	for _, name := range []string{"not.arrow", "empty.arrow"} {
		if got := f.ask("SELECT * FROM '@" + name + "'"); !strings.HasPrefix(got, "XX001: ") {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestArrowDamaged changes bytes of files: the answer is another or an error,
// and the session goes on.
func TestArrowDamaged(t *testing.T) {
	f := newFileSession(t, Config{Threads: 1, MemoryLimit: 64 << 20})
	rng := rand.New(rand.NewPCG(11, 12))
	for _, good := range []string{arrowFile(t, false), arrowFile(t, true), arrowFile(t, false, ipc.WithZstd())} {
		for range 60 {
			bad := []byte(good)
			if rng.IntN(4) == 0 {
				bad = bad[:rng.IntN(len(bad))]
			} else {
				for range 1 + rng.IntN(4) {
					bad[rng.IntN(len(bad))] = byte(rng.IntN(256))
				}
			}
			f.write("x.arrow", string(bad))
			if got := f.ask("SELECT * FROM '@x.arrow'"); strings.HasPrefix(got, "XX000") {
				t.Errorf("%.200s", got)
			}
		}
	}
}
