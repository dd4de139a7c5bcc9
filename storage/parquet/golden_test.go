package parquet_test

import (
	"bufio"
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/object"
	"github.com/inlaydb/inlay/storage/parquet"
)

// publicDir holds files of the format's own test collection, which is not part
// of this repository.
const publicDir = "../../../shared/parquet-testing/data"

// appendValue writes row i as testdata/golden.py does.
func appendValue(b []byte, c *column.Column, i int) []byte {
	if c.IsNull(i) {
		return append(b, 'N')
	}
	switch c.Kind {
	case column.Bool:
		return fmt.Append(b, column.At[uint8](c, i))
	case column.Int16:
		return fmt.Append(b, column.At[int16](c, i))
	case column.Int32:
		return fmt.Append(b, column.At[int32](c, i))
	case column.Int64:
		return fmt.Append(b, column.At[int64](c, i))
	case column.Float32, column.Float64:
		f := 0.0
		if c.Kind == column.Float32 {
			f = float64(column.At[float32](c, i))
		} else {
			f = column.At[float64](c, i)
		}
		if math.IsNaN(f) {
			return append(b, "nan"...)
		}
		return fmt.Appendf(b, "%016x", math.Float64bits(f))
	case column.Int128:
		v := column.At[column.Int128Value](c, i)
		n := new(big.Int).Lsh(big.NewInt(v.Hi), 64)
		return append(b, n.Add(n, new(big.Int).SetUint64(v.Lo)).String()...)
	case column.Bytes:
		return hex.AppendEncode(b, c.BytesAt(i))
	case column.Fixed16:
		v := column.At[[16]byte](c, i)
		return hex.AppendEncode(b, v[:])
	case column.Interval:
		return fmt.Append(b, column.At[column.IntervalValue](c, i))
	case column.List:
		v := column.At[column.ListView](c, i)
		b = append(b, '[')
		for k := range int(v.Len) {
			if k > 0 {
				b = append(b, ',')
			}
			b = appendValue(b, c.Child, int(v.Off)+k)
		}
		return append(b, ']')
	}
	return append(b, '?')
}

// checkColumn holds a column against the promises of storage/column.
func checkColumn(c *column.Column, n int) error {
	if c.Len != n {
		return fmt.Errorf("%d rows, want %d", c.Len, n)
	}
	if c.Valid != nil && len(c.Valid) != (n+63)/64 {
		return fmt.Errorf("bitmap of %d words for %d rows", len(c.Valid), n)
	}
	if c.Form == column.Dictionary {
		for i := range n {
			if int(c.Codes[i]) >= c.Dict.Values.Len || c.IsNull(i) && c.Codes[i] != 0 {
				if c.IsNull(i) && c.Codes[i] == 0 {
					continue
				}
				return fmt.Errorf("row %d has code %d", i, c.Codes[i])
			}
		}
		return nil
	}
	if len(c.Data) < n*c.Kind.Width() {
		return fmt.Errorf("%d bytes of data", len(c.Data))
	}
	for i := range n {
		if c.IsNull(i) {
			for _, b := range c.Data[i*c.Kind.Width() : (i+1)*c.Kind.Width()] {
				if b != 0 {
					return fmt.Errorf("NULL row %d is not zero", i)
				}
			}
		}
	}
	if len(c.Bufs) > column.MaxBuffers {
		return fmt.Errorf("%d buffers", len(c.Bufs))
	}
	return nil
}

// dump writes the text of all rows of a column of a file, reading batch rows at
// a time.
func dump(f *parquet.File, leaf *parquet.Leaf, batch int, w func(line []byte)) (nulls int, err error) {
	ctx := context.Background()
	for g := range f.NumRowGroups() {
		rd, err := f.Columns(ctx, g, []parquet.Request{{Leaf: leaf}}, nil, object.FetchOptions{Block: 1 << 20, Window: 1 << 20})
		if err != nil {
			return 0, err
		}
		var line []byte
		for left := f.RowGroup(g).NumRows; left > 0; {
			n := int(min(left, int64(batch)))
			c, err := rd.Columns[0].Read(ctx, n)
			if err != nil {
				rd.Close()
				return 0, err
			}
			if err := checkColumn(c, n); err != nil {
				rd.Close()
				return 0, err
			}
			for i := range n {
				line = appendValue(line[:0], c, i)
				if c.IsNull(i) {
					nulls++
				}
				w(line)
			}
			left -= int64(n)
		}
		rd.Close()
	}
	return nulls, nil
}

func digest(f *parquet.File, leaf *parquet.Leaf, batch int) (rows, nulls int, sum string, err error) {
	var h hash.Hash = sha1.New()
	nulls, err = dump(f, leaf, batch, func(line []byte) {
		if rows > 0 {
			h.Write([]byte{'\n'})
		}
		rows++
		h.Write(line)
	})
	return rows, nulls, hex.EncodeToString(h.Sum(nil))[:16], err
}

// elsewise lists where pyarrow's answer is not ours, and why.
var elsewise = map[string]string{
	"int96_from_spark.parquet/a":       "the year 326745 does not fit into 64 bits of microseconds; pyarrow wraps around",
	"map_no_value.parquet/my_map_no_v": "a map without values is a list to pyarrow",
}

// TestPublicFiles reads the format's own test files and compares with what
// pyarrow reads.
func TestPublicFiles(t *testing.T) {
	if _, err := os.Stat(publicDir); err != nil {
		t.Skip("the public test files are not here")
	}
	checkGolden(t, publicDir, "testdata/public.txt")
}

// TestOtherFiles does the same with the files of INLAY_PARQUET_FILES, described
// by a golden.txt there.
func TestOtherFiles(t *testing.T) {
	dir := os.Getenv("INLAY_PARQUET_FILES")
	if dir == "" {
		t.Skip("INLAY_PARQUET_FILES is not set")
	}
	checkGolden(t, dir, dir+"/golden.txt")
}

func checkGolden(t *testing.T, dir, golden string) {
	g, err := os.Open(golden)
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	ctx := context.Background()
	store := object.NewLocal("")
	for sc := bufio.NewScanner(g); sc.Scan(); {
		p := strings.Split(sc.Text(), "\t")
		if len(p) < 5 {
			continue
		}
		t.Run(p[0]+"/"+p[1], func(t *testing.T) {
			path := filepath.Join(dir, p[0])
			if _, err := os.Stat(path); err != nil {
				t.Skip(err)
			}
			f, err := parquet.Open(ctx, store, object.Object{Key: path}, nil)
			if err != nil {
				t.Fatal(err)
			}
			var c *parquet.Column
			for i := range f.Schema.Columns {
				if f.Schema.Columns[i].Name == p[1] {
					c = &f.Schema.Columns[i]
				}
			}
			if why := elsewise[p[0]+"/"+p[1]]; why != "" {
				t.Skip(why)
			}
			if c == nil || c.Leaf == nil {
				t.Fatalf("column: %+v", c)
			}
			for _, batch := range []int{1, 77, 4096, 1 << 20} {
				rows, nulls, sum, err := digest(f, c.Leaf, batch)
				got := fmt.Sprintf("%d %d %s", rows, nulls, sum)
				if want := strings.Join(p[2:5], " "); err != nil || got != want {
					t.Fatalf("batch %d: got %s, want %s, %v", batch, got, want, err)
				}
			}
			checkAccess(t, f, c.Leaf)
		})
	}
}

// TestPublicFilesAll opens everything in the collection: no panic, and an error
// where it is not read says why.
func TestPublicFilesAll(t *testing.T) {
	var files []string
	for _, p := range []string{"/*", "/*/*"} {
		m, _ := filepath.Glob(publicDir + p)
		files = append(files, m...)
	}
	if len(files) == 0 {
		t.Skip("the public test files are not here")
	}
	ctx := context.Background()
	for _, path := range files {
		f, err := parquet.Open(ctx, object.NewLocal(""), object.Object{Key: path}, nil)
		if err != nil {
			var c *parquet.CorruptError
			var u *parquet.UnsupportedError
			if !errors.As(err, &c) && !errors.As(err, &u) && object.KindOf(err) != object.KindIsDirectory {
				t.Errorf("%s: %v", path, err)
			}
			if strings.HasSuffix(path, ".parquet") {
				t.Logf("%v", err)
			}
			continue
		}
		for _, c := range f.Schema.Columns {
			if c.Leaf == nil {
				t.Logf("%s: %s: %s", filepath.Base(path), c.Name, c.Unsupported)
			}
		}
		for _, l := range f.Schema.Leaves {
			if _, err := dump(f, l, 1000, func([]byte) {}); err != nil {
				t.Logf("%v", err)
			}
			for g := range f.NumRowGroups() {
				f.RowGroup(g).Stats(l)
				if _, err := f.PageIndex(ctx, g, l); err != nil {
					t.Logf("%v", err)
				}
				if _, err := f.Bloom(ctx, g, l); err != nil {
					t.Logf("%v", err)
				}
			}
		}
	}
}
