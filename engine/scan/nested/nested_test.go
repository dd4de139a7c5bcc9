package nested

import (
	"context"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/storage/object"
	"github.com/inlaydb/inlay/storage/parquet"
)

// rowsOf reads the nested columns of a file's bytes as text, up to some rows,
// by steps of batch rows; every third row only with some.
func rowsOf(t testing.TB, data []byte, batch int, some bool) (map[string][]string, error) {
	ctx := context.Background()
	m := object.NewMemory()
	o, err := object.Put(ctx, m, "f", data, object.Condition{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := parquet.Open(ctx, m, o, nil)
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for c := range f.Schema.Columns {
		col := &f.Schema.Columns[c]
		if !col.Nested() {
			continue
		}
		p, err := PlanOf(col)
		if err != nil {
			return out, err
		}
		for g := range min(f.NumRowGroups(), 4) {
			rd, err := f.Columns(ctx, g, p.Requests(), nil, object.FetchOptions{Block: 4096})
			if err != nil {
				return out, err
			}
			r := p.Open(rd.Columns, func(int64) error { return nil })
			err = readAll(ctx, r, min(f.RowGroup(g).NumRows, 3000), batch, some, func(s string) { out[col.Name] = append(out[col.Name], s) })
			rd.Close()
			if err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

func readAll(ctx context.Context, r *Reader, rows int64, batch int, some bool, row func(string)) error {
	at := 0
	for rows > 0 {
		n := int(min(rows, int64(batch)))
		rows -= int64(n)
		var sel []int32
		for i := range n {
			if (at+i)%3 == 0 {
				sel = append(sel, int32(i))
			}
		}
		at += n
		if some && len(sel) == 0 {
			if err := r.Skip(n); err != nil {
				return err
			}
			continue
		}
		read := func() error {
			if some {
				c, err := r.ReadSelected(ctx, sel, n)
				for i := 0; err == nil && i < c.Len; i++ {
					row(string(c.BytesAt(i)))
				}
				return err
			}
			c, err := r.Read(ctx, n)
			for i := 0; err == nil && i < c.Len; i++ {
				row(string(c.BytesAt(i)))
			}
			return err
		}
		if err := read(); err != nil {
			return err
		}
	}
	return nil
}

func seeds(t testing.TB) [][]byte {
	var out [][]byte
	for _, dir := range []string{"../../testdata/parquet/files", "../../../../shared/parquet-testing/data"} {
		names, _ := filepath.Glob(dir + "/*.parquet")
		for _, n := range names {
			if b, err := os.ReadFile(n); err == nil && len(b) < 40_000 && !strings.HasSuffix(string(b), "PARE") { // nobody has the key
				out = append(out, b)
			}
		}
	}
	if len(out) == 0 {
		t.Fatal("no files")
	}
	return out
}

// TestSteps reads the same files by steps of different sizes, whole and in
// part: the rows are the same.
func TestSteps(t *testing.T) {
	for _, data := range seeds(t) {
		whole, err := rowsOf(t, data, 5000, false)
		if err != nil {
			t.Fatal(err)
		}
		for _, batch := range []int{1, 7, 64} {
			got, err := rowsOf(t, data, batch, false)
			if err != nil {
				t.Fatal(err)
			}
			third, err := rowsOf(t, data, batch, true)
			if err != nil {
				t.Fatal(err)
			}
			for name, rows := range whole {
				if strings.Join(got[name], "\n") != strings.Join(rows, "\n") {
					t.Fatalf("%s by %d differs", name, batch)
				}
				_ = third // its rows count from the row group's start
				if len(third[name]) == 0 && len(rows) > 0 {
					t.Fatalf("%s by %d: nothing selected", name, batch)
				}
			}
		}
	}
}

// TestDamage flips bytes: there is an answer or an error, never a panic.
func TestDamage(t *testing.T) {
	for _, s := range seeds(t) {
		for i := 0; i < len(s); i += max(1, len(s)/60) {
			d := append([]byte(nil), s...)
			d[i] ^= byte(1 << (i % 8))
			_, _ = rowsOf(t, d, 100, i%2 == 0)
		}
	}
}

func FuzzNested(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data []byte) { _, _ = rowsOf(t, data, 100, len(data)%2 == 0) })
}

func variantText(meta, value string) (string, error) {
	m, _ := hex.DecodeString(meta)
	v, _ := hex.DecodeString(value)
	names, err := readNames(m)
	if err != nil {
		return "", err
	}
	var r variantReader
	out, err := r.value(nil, v, names, 0)
	return string(out), err
}

// TestVariant renders values written out by hand from the format's description.
func TestVariant(t *testing.T) {
	const none = "010000"              // no names
	const ab = "0102000103" + "616263" // "a", "bc"
	for _, c := range []struct{ meta, value, want string }{
		{none, "00", "null"}, {none, "04", "true"}, {none, "08", "false"},
		{none, "0cff", "-1"}, {none, "10fe7f", "32766"}, {none, "14ffffff7f", "2147483647"}, {none, "180000000000000080", "-9223372036854775808"},
		{none, "1c000000000000f83f", "1.5"}, {none, "380000c03f", "1.5"}, {none, "1c000000000000f87f", `"NaN"`},
		{none, "2002d2040000", "12.34"}, {none, "2403ffffffffffffffff", "-0.001"},
		{none, "28000100000000000000" + "0000000000000000", "1"},
		{none, "2c01000000", `"1970-01-02"`}, {none, "300100000000000000", `"1970-01-01T00:00:00.000001+00:00"`}, {none, "340100000000000000", `"1970-01-01T00:00:00.000001"`},
		{none, "3c02000000ff00", `"\\xff00"`}, {none, "4001000000" + "78", `"x"`}, {none, "09" + "6869", `"hi"`}, {none, "01", `""`},
		{none, "440100000000000000", `"00:00:00.000001"`}, {none, "48ffffffffffffffff", `"1969-12-31T23:59:59.999999+00:00"`}, {none, "4ce803000000000000", `"1970-01-01T00:00:00.000001"`},
		{none, "5000112233445566778899aabbccddeeff", `"00112233-4455-6677-8899-aabbccddeeff"`},
		{none, "03" + "02" + "000204" + "0c01" + "0c02", "[1, 2]"},
		{ab, "02" + "02" + "0100" + "000102" + "04" + "00", `{"a": null, "bc": true}`},
		{ab, "02" + "02" + "0105" + "000102" + "04" + "00", ""}, // a name that is not there
		{none, "03" + "ff", ""}, {none, "", ""}, {none, "fd", ""}, {none, "1c00", ""}, {"02", "00", ""}, {"0105", "00", ""},
		{none, "05" + "ff", ""}, // not UTF-8
	} {
		got, err := variantText(c.meta, c.value)
		if c.want == "" != (err != nil) || err == nil && got != c.want {
			t.Errorf("%s %s: got %s, %v, want %s", c.meta, c.value, got, err, c.want)
		}
	}
}

func FuzzVariant(f *testing.F) {
	f.Add([]byte{1, 0, 0}, []byte{3, 2, 0, 2, 4, 12, 1, 12, 2})
	f.Add([]byte{1, 2, 0, 1, 3, 'a', 'b', 'c'}, []byte{2, 2, 1, 0, 0, 1, 2, 4, 0})
	f.Fuzz(func(t *testing.T, meta, value []byte) {
		names, err := readNames(meta)
		if err != nil {
			return
		}
		var r variantReader
		_, _ = r.value(nil, value, names, 0)
	})
}
