package engine

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/parquet"
)

// TestHugePage reads a page that is larger than the memory there is: the query
// fails by itself, before the page is inflated, and the next one runs.
func TestHugePage(t *testing.T) {
	var b bytes.Buffer
	w, err := parquet.NewWriter(&b, []parquet.Field{{Name: "t", Kind: column.Bytes, Logical: parquet.LogicalType{Annotation: parquet.String}}, {Name: "n", Kind: column.Int64}},
		parquet.WriteOptions{Codec: parquet.Snappy, PageBytes: 1 << 30, PageRows: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	const rows = 20_000
	var texts []types.Datum
	for i := range rows {
		texts = append(texts, types.Text(strings.Repeat(mixed(i), 100)))
	}
	if err := w.Write([]*column.Column{types.ColumnOf(column.Bytes, column.Invalid, texts), column.NewFlat(column.Int64, rows)}, nil, rows); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.parquet")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	s := open(t, Config{MemoryLimit: 24 << 20, AnyPath: true})
	if got := ask(t, s, "SELECT max(t) FROM '"+path+"'"); !strings.HasPrefix(got, "53200: ") {
		t.Errorf("got %.60s", got)
	}
	if got := ask(t, s, "SELECT sum(n), count(*) FROM '"+path+"'"); got != "0|20000\n" {
		t.Error(got)
	}
}
