package parquet_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/object"
	"github.com/inlaydb/inlay/storage/parquet"
)

// tryFile reads everything of a file that may be damaged, up to some rows, and
// reports errors that do not name their cause.
func tryFile(t testing.TB, data []byte) {
	ctx := context.Background()
	m := object.NewMemory()
	o, err := object.Put(ctx, m, "f", data, object.Condition{})
	if err != nil {
		t.Fatal(err)
	}
	known := func(err error) bool {
		var c *parquet.CorruptError
		var u *parquet.UnsupportedError
		var r *parquet.RangeError
		return err == nil || errors.As(err, &c) || errors.As(err, &u) || errors.As(err, &r)
	}
	f, err := parquet.Open(ctx, m, o, nil)
	if err != nil {
		if !known(err) {
			t.Errorf("open: %v", err)
		}
		return
	}
	for g := range min(f.NumRowGroups(), 3) {
		for _, l := range f.Schema.Leaves[:min(len(f.Schema.Leaves), 16)] {
			f.RowGroup(g).Stats(l)
			_, err1 := f.PageIndex(ctx, g, l)
			_, err2 := f.Bloom(ctx, g, l)
			if !known(err1) || !known(err2) {
				t.Errorf("%v, %v", err1, err2)
			}
			for _, ranges := range [][]parquet.RowRange{nil, {{First: 5, Count: 10}}} {
				rd, err := f.Columns(ctx, g, []parquet.Request{{Leaf: l}}, ranges, object.FetchOptions{Block: 4096})
				if !known(err) {
					t.Errorf("columns: %v", err)
				}
				if err != nil {
					continue
				}
				err = try(ctx, rd.Columns[0], min(f.RowGroup(g).NumRows, 5000), ranges != nil)
				if !known(err) {
					t.Errorf("read: %v", err)
				}
				rd.Close()
			}
			rd, err := f.Columns(ctx, g, []parquet.Request{{Leaf: l, Levels: true}}, nil, object.FetchOptions{Block: 4096})
			if !known(err) {
				t.Errorf("levels: %v", err)
			}
			if err != nil {
				continue
			}
			if err := tryLevels(ctx, rd.Columns[0], l, min(f.RowGroup(g).NumRows, 5000)); !known(err) {
				t.Errorf("read levels: %v", err)
			}
			rd.Close()
		}
	}
}

// tryLevels skips some rows and reads the others as levels.
func tryLevels(ctx context.Context, r *parquet.ColumnReader, l *parquet.Leaf, rows int64) error {
	if rows > 20 {
		if err := r.Skip(7); err != nil {
			return err
		}
		rows -= 7
	}
	for rows > 0 {
		n := int(min(rows, 300))
		lev, err := r.ReadLevels(ctx, n)
		if err != nil {
			return err
		}
		begun, values := 0, 0
		for i := range lev.Def {
			if lev.Rep[i] == 0 {
				begun++
			}
			if int(lev.Def[i]) == l.MaxDef() {
				values++
			}
		}
		if begun != n || values != lev.Values.Len {
			panic("levels do not make the rows asked for")
		}
		rows -= int64(n)
	}
	return nil
}

func try(ctx context.Context, r *parquet.ColumnReader, rows int64, skip bool) error {
	if skip && rows > 15 {
		if err := r.Skip(5); err != nil {
			return err
		}
		if _, err := r.ReadSelected(ctx, []int32{0, 7}, 10); err != nil {
			return err
		}
		rows -= 15
	}
	for rows > 0 {
		n := int(min(rows, 700))
		c, err := r.Read(ctx, n)
		if err != nil {
			return err
		}
		if err := checkColumn(c, n); err != nil {
			panic(err)
		}
		var b []byte
		for i := range n {
			b = appendValue(b[:0], c, i)
		}
		rows -= int64(n)
	}
	return nil
}

// seeds are small sound files of many shapes: our own, and public ones where
// they are at hand.
func seeds(t testing.TB) [][]byte {
	fields := everyField()
	var out [][]byte
	for i, codec := range []parquet.Codec{parquet.Uncompressed, parquet.Snappy, parquet.Zstd} {
		part := fields[i*len(fields)/3 : (i+1)*len(fields)/3]
		rng := rand.New(rand.NewPCG(uint64(i), 4))
		var buf bytes.Buffer
		w, err := parquet.NewWriter(&buf, part, parquet.WriteOptions{Codec: codec, PageRows: 30})
		if err != nil {
			t.Fatal(err)
		}
		cols := make([]*column.Column, len(part))
		for k, f := range part {
			cols[k] = randomColumn(rng, f, 80, 0)
		}
		if err := w.Write(cols, nil, 80); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Close(); err != nil {
			t.Fatal(err)
		}
		out = append(out, buf.Bytes())
	}
	m, _ := filepath.Glob(publicDir + "/*.parquet")
	others, _ := filepath.Glob("../../engine/testdata/parquet/files/*.parquet")
	m = append(m, others...)
	for _, p := range m {
		b, err := os.ReadFile(p)
		if err == nil && len(b) < 20000 {
			out = append(out, b)
		}
	}
	return out
}

func FuzzFile(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data []byte) { tryFile(t, data) })
}

// TestDamage flips and cuts bytes of sound files: there is an answer or a typed
// error, never a panic.
func TestDamage(t *testing.T) {
	for _, s := range seeds(t) {
		step := max(1, len(s)/70)
		for i := 0; i < len(s); i += step {
			d := append([]byte(nil), s...)
			d[i] ^= byte(1 << (i % 8))
			tryFile(t, d)
			d[i] = 0xff
			tryFile(t, d)
			tryFile(t, s[:i])
		}
	}
}
