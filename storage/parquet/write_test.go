package parquet_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/object"
	"github.com/inlaydb/inlay/storage/parquet"
	pq "github.com/parquet-go/parquet-go"
)

var text = parquet.LogicalType{Annotation: parquet.String}

// everyField has one field of each sort that is written.
func everyField() []parquet.Field {
	l := func(a parquet.Annotation, p, s int32) parquet.LogicalType {
		return parquet.LogicalType{Annotation: a, Precision: p, Scale: s, Unit: parquet.Micros}
	}
	fields := []parquet.Field{
		{Name: "b", Kind: column.Bool},
		{Name: "i16", Kind: column.Int16, Bloom: true},
		{Name: "i32", Kind: column.Int32, Bloom: true},
		{Name: "date", Kind: column.Int32, Logical: l(parquet.Date, 0, 0)},
		{Name: "i64", Kind: column.Int64, FieldID: 7},
		{Name: "seq", Kind: column.Int64},
		{Name: "dec", Kind: column.Int64, Logical: l(parquet.Decimal, 15, 2), Bloom: true},
		{Name: "ts", Kind: column.Int64, Logical: parquet.LogicalType{Annotation: parquet.Timestamp, Unit: parquet.Micros, UTC: true}},
		{Name: "tsl", Kind: column.Int64, Logical: l(parquet.Timestamp, 0, 0)},
		{Name: "time", Kind: column.Int64, Logical: l(parquet.Time, 0, 0)},
		{Name: "f32", Kind: column.Float32},
		{Name: "f64", Kind: column.Float64},
		{Name: "wide", Kind: column.Int128, Logical: l(parquet.Decimal, 38, 4)},
		{Name: "uuid", Kind: column.Fixed16, Bloom: true},
		{Name: "iv", Kind: column.Interval},
		{Name: "few", Kind: column.Bytes, Logical: text, Bloom: true},
		{Name: "many", Kind: column.Bytes, Logical: text, Bloom: true},
		{Name: "raw", Kind: column.Bytes},
		{Name: "js", Kind: column.Bytes, Logical: l(parquet.JSON, 0, 0)},
		{Name: "li", Kind: column.Int64, List: true},
		{Name: "ls", Kind: column.Bytes, Logical: text, List: true},
	}
	for _, f := range fields[:len(fields):len(fields)] {
		f.Name, f.Nullable, f.FieldID = "n_"+f.Name, true, 0
		fields = append(fields, f)
	}
	return fields
}

// randomColumn makes rows values for a field, with NULLs when it may have them.
func randomColumn(rng *rand.Rand, f parquet.Field, rows int, first int64) *column.Column {
	if f.List {
		elem := f
		elem.List, elem.Nullable = false, true
		c := column.NewFlat(column.List, rows)
		at := 0
		for i := range rows {
			n := rng.IntN(4)
			column.Values[column.ListView](c)[i] = column.ListView{Off: uint32(at), Len: uint32(n)}
			at += n
		}
		c.Child = randomColumn(rng, elem, at, first)
		if f.Nullable {
			for i := range rows {
				if rng.IntN(5) == 0 {
					c.SetNull(i)
					column.Values[column.ListView](c)[i] = column.ListView{}
				}
			}
		}
		return c
	}
	c := column.NewFlat(f.Kind, rows)
	var heap []byte
	for i := range rows {
		if f.Nullable && rng.IntN(4) == 0 {
			c.SetNull(i)
			continue
		}
		switch f.Kind {
		case column.Bool:
			c.Data[i] = byte(rng.IntN(2))
		case column.Int16:
			column.Values[int16](c)[i] = int16(rng.IntN(1 << 16))
		case column.Int32:
			column.Values[int32](c)[i] = int32(rng.Uint32())
		case column.Int64:
			v := int64(rng.Uint64())
			switch {
			case strings.HasSuffix(f.Name, "seq"):
				v = first + int64(i)*3 + rng.Int64N(3)
			case f.Logical.Annotation == parquet.Decimal:
				v = rng.Int64N(2_000_000) - 1_000_000
			case f.Logical.Annotation == parquet.Time:
				v = rng.Int64N(86_400_000_000)
			case f.Logical.Annotation == parquet.Timestamp:
				v = rng.Int64N(1e15)
			}
			column.Values[int64](c)[i] = v
		case column.Float32:
			column.Values[float32](c)[i] = []float32{float32(rng.NormFloat64()), 0, float32(math.Copysign(0, -1)), float32(math.NaN()), float32(math.Inf(1))}[rng.IntN(5)]
		case column.Float64:
			column.Values[float64](c)[i] = rng.NormFloat64()
		case column.Int128:
			v := column.Int128Value{Lo: rng.Uint64(), Hi: rng.Int64N(1<<40) - 1<<39}
			column.Values[column.Int128Value](c)[i] = v
		case column.Interval:
			column.Values[column.IntervalValue](c)[i] = column.IntervalValue{Months: rng.Int32N(100), Days: rng.Int32N(40), Micros: rng.Int64N(1e6) * 1000}
		case column.Fixed16:
			var u [16]byte
			for k := range u {
				u[k] = byte(rng.IntN(256))
			}
			column.Values[[16]byte](c)[i] = u
		case column.Bytes:
			s := ""
			switch f.Name {
			case "few", "n_few", "ls", "n_ls":
				s = []string{"", "A", "twelve chars", "thirteen chars", "a rather long string it is"}[rng.IntN(5)]
			case "many", "n_many":
				s = fmt.Sprintf("row %d of %d %s", first+int64(i), rng.Uint64(), strings.Repeat("ä", rng.IntN(70)))
			case "js", "n_js":
				s = fmt.Sprintf(`{"a":%d}`, rng.IntN(1000))
			default:
				for range rng.IntN(20) {
					s += string([]byte{byte(rng.IntN(256))})
				}
			}
			column.Values[column.View](c)[i] = column.MakeView([]byte(s), 0, uint32(len(heap)))
			heap = append(heap, s...)
		}
	}
	if f.Kind == column.Bytes {
		c.Bufs = [][]byte{heap}
	}
	return c
}

// writeRandom writes rows in batches of all forms and returns the file and the
// text of each column's rows.
func writeRandom(t *testing.T, fields []parquet.Field, rows int, opt parquet.WriteOptions, seed uint64) ([]byte, [][]string, parquet.FileInfo) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	var buf bytes.Buffer
	w, err := parquet.NewWriter(&buf, fields, opt)
	if err != nil {
		t.Fatal(err)
	}
	want := make([][]string, len(fields))
	for done := 0; done < rows; {
		n := min(1+rng.IntN(3000), rows-done)
		var sel []int32
		if rng.IntN(2) == 0 {
			for i := range n {
				if rng.IntN(3) > 0 {
					sel = append(sel, int32(i))
				}
			}
			if sel == nil {
				sel = []int32{}
			}
		}
		cols := make([]*column.Column, len(fields))
		for i, f := range fields {
			c := randomColumn(rng, f, n, int64(done))
			switch rng.IntN(4) {
			case 0: // a dictionary, rows in another order
				if !f.List {
					d := &column.Column{Kind: c.Kind, Form: column.Dictionary, Len: n, Codes: make([]int32, n), Valid: c.Valid,
						Dict: column.NewDict(&column.Column{Kind: c.Kind, Len: n, Data: c.Data, Bufs: c.Bufs})}
					for k := range n {
						if !c.IsNull(k) {
							d.Codes[k] = int32(k)
						}
					}
					c = d
				}
			case 1:
				c = column.Gather(c, make([]int32, n)) // one row, many times
			}
			cols[i] = c
			var line []byte
			for k := range n {
				if sel != nil && (len(sel) == 0 || !contains(sel, int32(k))) {
					continue
				}
				line = appendValue(line[:0], c, k)
				want[i] = append(want[i], string(line))
			}
		}
		if err := w.Write(cols, sel, n); err != nil {
			t.Fatal(err)
		}
		done += n
	}
	info, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	if info.Size != int64(buf.Len()) || info.Rows != int64(len(want[0])) {
		t.Errorf("info: %+v, %d bytes, %d rows", info, buf.Len(), len(want[0]))
	}
	return buf.Bytes(), want, info
}

func contains(sel []int32, v int32) bool {
	lo, hi := 0, len(sel)
	for lo < hi {
		m := (lo + hi) / 2
		if sel[m] < v {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo < len(sel) && sel[lo] == v
}

func openBytes(t testing.TB, data []byte) *parquet.File {
	t.Helper()
	m := object.NewMemory()
	o, err := object.Put(context.Background(), m, "f", data, object.Condition{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := parquet.Open(context.Background(), m, o, parquet.NewCache(1<<20))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestRoundTrip(t *testing.T) {
	fields := everyField()
	for i, opt := range []parquet.WriteOptions{
		{Codec: parquet.Snappy},
		{Codec: parquet.Zstd, RowGroupRows: 1000, PageRows: 300},
		{Codec: parquet.Uncompressed, RowGroupRows: 5000, PageRows: 100, PageBytes: 3000},
	} {
		t.Run(opt.Codec.String(), func(t *testing.T) {
			data, want, info := writeRandom(t, fields, 9000, opt, uint64(i))
			if dir := os.Getenv("INLAY_PARQUET_KEEP"); dir != "" {
				if err := os.WriteFile(dir+"/rt_"+opt.Codec.String()+".parquet", data, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			f := openBytes(t, data)
			for k, c := range f.Schema.Columns {
				var got []string
				if _, err := dump(f, c.Leaf, 700, func(line []byte) { got = append(got, string(line)) }); err != nil {
					t.Fatal(err)
				}
				for r := range want[k] {
					if r >= len(got) || got[r] != want[k][r] {
						t.Fatalf("%s row %d of %d: got %s, want %s", c.Name, r, len(want[k]), got[r], want[k][r])
					}
				}
				if k%3 == i {
					checkAccess(t, f, c.Leaf)
				}
				checkFacts(t, f, c.Leaf, fields[k], info.Columns[k])
			}
		})
	}
}

// checkFacts holds statistics, page index and bloom filters against the values.
func checkFacts(t *testing.T, f *parquet.File, leaf *parquet.Leaf, field parquet.Field, info parquet.ColumnInfo) {
	t.Helper()
	if field.List || field.Kind == column.Interval {
		return
	}
	ctx := context.Background()
	nulls := int64(0)
	for g := range f.NumRowGroups() {
		rg := f.RowGroup(g)
		st := rg.Stats(leaf)
		rd, err := f.Columns(ctx, g, []parquet.Request{{Leaf: leaf}}, nil, object.FetchOptions{Block: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		index, err := f.PageIndex(ctx, g, leaf)
		if index != nil && index.Pages == nil && (field.Kind == column.Float32 || field.Kind == column.Float64) {
			rd.Close()
			return // a page of NaNs only has no form in a page index
		}
		if err != nil || index == nil || index.Pages == nil {
			t.Fatalf("%s: page index %v, %v", field.Name, index, err)
		}
		bloom, err := f.Bloom(ctx, g, leaf)
		if err != nil || bloom == nil && field.Bloom && st.NullCount < rg.NumRows {
			t.Fatalf("%s: bloom %v, %v", field.Name, bloom, err)
		}
		seen := int64(0)
		for p := range index.Locations {
			rows := index.Rows(p, rg.NumRows)
			c, err := rd.Columns[0].Read(ctx, int(rows.Count))
			if err != nil {
				t.Fatal(err)
			}
			pageNulls := int64(0)
			for i := range c.Len {
				if c.IsNull(i) {
					pageNulls++
					continue
				}
				v := valueAt(c, i)
				nan := v.Float != v.Float
				for _, s := range []parquet.Stats{st, index.Pages[p]} {
					if nan {
						if !s.MayHaveNaN {
							t.Fatalf("%s: a NaN that statistics exclude", field.Name)
						}
						continue
					}
					if !s.HasMin || !s.HasMax || parquet.CompareValues(v, s.Min) < 0 || parquet.CompareValues(v, s.Max) > 0 {
						t.Fatalf("%s: %+v outside of %+v", field.Name, v, s)
					}
				}
				if !nan && (parquet.CompareValues(v, info.Min) < 0 || parquet.CompareValues(v, info.Max) > 0 || !info.HasBounds) {
					t.Fatalf("%s: %+v outside of %+v", field.Name, v, info)
				}
				if bloom != nil && !bloom.MayHave(v) {
					t.Fatalf("%s: %+v is not in the bloom filter", field.Name, v)
				}
			}
			if index.Pages[p].NullCount != pageNulls {
				t.Errorf("%s: page %d: %d NULLs, index says %d", field.Name, p, pageNulls, index.Pages[p].NullCount)
			}
			seen += pageNulls
		}
		rd.Close()
		if st.NullCount != seen {
			t.Errorf("%s: %d NULLs, footer says %d", field.Name, seen, st.NullCount)
		}
		nulls += seen
	}
	if info.NullCount != nulls {
		t.Errorf("%s: %d NULLs, info says %d", field.Name, nulls, info.NullCount)
	}
}

func valueAt(c *column.Column, i int) parquet.Value {
	v := parquet.Value{Kind: c.Kind}
	switch c.Kind {
	case column.Bool:
		v.Int = int64(column.At[uint8](c, i))
	case column.Int16:
		v.Int = int64(column.At[int16](c, i))
	case column.Int32:
		v.Int = int64(column.At[int32](c, i))
	case column.Int64:
		v.Int = column.At[int64](c, i)
	case column.Int128:
		w := column.At[column.Int128Value](c, i)
		v.Int, v.Hi = int64(w.Lo), w.Hi
	case column.Float32:
		v.Float = float64(column.At[float32](c, i))
	case column.Float64:
		v.Float = column.At[float64](c, i)
	case column.Fixed16:
		u := column.At[[16]byte](c, i)
		v.Bytes = u[:]
	case column.Bytes:
		v.Bytes = c.BytesAt(i)
	}
	return v
}

// TestOracle: parquet-go reads what is written here.
func TestOracle(t *testing.T) {
	var fields []parquet.Field
	for _, f := range everyField() {
		if !f.List {
			fields = append(fields, f)
		}
	}
	data, want, _ := writeRandom(t, fields, 3000, parquet.WriteOptions{Codec: parquet.Zstd, RowGroupRows: 1500, PageRows: 200}, 9)
	f, err := pq.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for k, fd := range fields {
		leaf, ok := f.Schema().Lookup(fd.Name)
		if !ok {
			t.Fatalf("no column %s", fd.Name)
		}
		row := 0
		for _, g := range f.RowGroups() {
			pages := g.ColumnChunks()[leaf.ColumnIndex].Pages()
			for {
				p, err := pages.ReadPage()
				if err != nil {
					break
				}
				vals := make([]pq.Value, p.NumValues())
				n, _ := p.Values().ReadValues(vals)
				for _, v := range vals[:n] {
					null := want[k][row] == "N"
					if v.IsNull() != null {
						t.Fatalf("%s row %d: %v, want %s", fd.Name, row, v, want[k][row])
					}
					got := ""
					switch {
					case null:
					case fd.Kind == column.Bytes || fd.Kind == column.Fixed16:
						got = fmt.Sprintf("%x", v.ByteArray())
					case fd.Kind == column.Int16 || fd.Kind == column.Int32:
						got = fmt.Sprint(v.Int32())
					case fd.Kind == column.Int64:
						got = fmt.Sprint(v.Int64())
					case fd.Kind == column.Float64:
						got = fmt.Sprintf("%016x", math.Float64bits(v.Double()))
					default:
						got = want[k][row]
					}
					if !null && got != want[k][row] {
						t.Fatalf("%s row %d: %s, want %s", fd.Name, row, got, want[k][row])
					}
					row++
				}
			}
			pages.Close()
		}
		if row != len(want[k]) {
			t.Errorf("%s: %d rows of %d", fd.Name, row, len(want[k]))
		}
	}
}

func TestWriteErrors(t *testing.T) {
	var buf bytes.Buffer
	for _, f := range []parquet.Field{
		{Name: "x", Kind: column.Numeric},
		{Name: "x", Kind: column.Int128},
		{Name: "x", Kind: column.Int64, Logical: parquet.LogicalType{Annotation: parquet.Decimal, Precision: 19}},
	} {
		if _, err := parquet.NewWriter(&buf, []parquet.Field{f}, parquet.WriteOptions{}); err == nil {
			t.Errorf("%+v passed", f)
		}
	}
	w, err := parquet.NewWriter(&buf, []parquet.Field{{Name: "x", Kind: column.Int32}}, parquet.WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write([]*column.Column{column.NewNull(column.Int32, 3)}, nil, 3); err == nil {
		t.Error("a NULL in a required column passed")
	}
	if _, err := w.Close(); err == nil {
		t.Error("closed in spite of the error")
	}
}

func BenchmarkWrite(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	fields := []parquet.Field{
		{Name: "seq", Kind: column.Int64},
		{Name: "dec", Kind: column.Int64, Logical: parquet.LogicalType{Annotation: parquet.Decimal, Precision: 15, Scale: 2}},
		{Name: "few", Kind: column.Bytes, Logical: text},
		{Name: "many", Kind: column.Bytes, Logical: text},
		{Name: "f64", Kind: column.Float64},
	}
	for k, f := range fields {
		b.Run("column="+f.Name, func(b *testing.B) {
			c := randomColumn(rng, f, 20000, 0)
			start, rows := cpuTime(), 0
			for b.Loop() {
				w, err := parquet.NewWriter(&bytes.Buffer{}, fields[k:k+1], parquet.DefaultWrite())
				if err != nil {
					b.Fatal(err)
				}
				for range 10 {
					if err := w.Write([]*column.Column{c}, nil, c.Len); err != nil {
						b.Fatal(err)
					}
					rows += c.Len
				}
				if _, err := w.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((cpuTime()-start).Nanoseconds())/float64(rows), "cpu-ns/row")
		})
	}
}

// TestKeysInOrder: keys that climb are written as differences, not as codes.
func TestKeysInOrder(t *testing.T) {
	vals := make([]int64, 50_000)
	for i := range vals {
		vals[i] = int64(i / 4 * 4)
	}
	var buf bytes.Buffer
	w, err := parquet.NewWriter(&buf, []parquet.Field{{Name: "k", Kind: column.Int64, Nullable: true}}, parquet.WriteOptions{Codec: parquet.Zstd})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.WriteGroup([]parquet.Batch{{Cols: []*column.Column{{Kind: column.Int64, Len: len(vals), Data: column.AsBytes(vals)}}, Len: len(vals)}}); err != nil {
		t.Fatal(err)
	}
	info, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	if info.Size > 20_000 {
		t.Errorf("%d bytes", info.Size)
	}
}
