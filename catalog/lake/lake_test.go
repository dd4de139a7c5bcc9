package lake

import (
	"context"
	"strings"
	"testing"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/memory"
	"github.com/inlaydb/inlay/catalog/types"
)

func begin(t *testing.T, c *memory.Catalog) catalog.Txn {
	t.Helper()
	txn, err := c.Begin(t.Context(), catalog.ReadCommitted, &catalog.TempSpace{})
	if err != nil {
		t.Fatal(err)
	}
	return txn
}

// fill makes a schema, a view and a foreign table in one transaction.
func fill(t *testing.T, c *memory.Catalog) (view, foreign types.OID) {
	t.Helper()
	txn := begin(t, c)
	if err := txn.CreateSchema(catalog.Schema{Name: "s1", Owner: "ann"}); err != nil {
		t.Fatal(err)
	}
	cols := []catalog.Column{{Name: "a", Type: types.NewNumeric(15, 2), Attnum: 1, Comment: "an amount"}}
	v, err := txn.CreateRelation(&catalog.Relation{Schema: "s1", Name: "v", Kind: catalog.ViewRelation, Columns: cols, Definition: "SELECT 1.00 AS a", SearchPath: []string{"s1", "public"}})
	if err != nil {
		t.Fatal(err)
	}
	f, err := txn.CreateRelation(&catalog.Relation{Schema: "public", Name: "f", Kind: catalog.ForeignTable, Columns: cols, Server: "files", Options: map[string]string{"path": "/x/*.parquet"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := txn.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	return v.OID, f.OID
}

func TestSurvivesRestart(t *testing.T) {
	dir := t.TempDir()
	c, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	vOID, fOID := fill(t, c)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if c, err = Open(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	view, err := c.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	v, ok := view.Relation("s1", "v")
	if !ok || v.OID != vOID || v.Definition != "SELECT 1.00 AS a" || v.SearchPath[0] != "s1" || v.Columns[0].Type != types.NewNumeric(15, 2) || v.Columns[0].Comment != "an amount" {
		t.Errorf("view came back as %+v", v)
	}
	f, ok := view.Relation("public", "f")
	if !ok || f.OID != fOID || f.Options["path"] != "/x/*.parquet" || f.Kind != catalog.ForeignTable {
		t.Errorf("foreign table came back as %+v", f)
	}
	if s, ok := view.Schema("s1"); !ok || s.Owner != "ann" {
		t.Errorf("schema came back as %+v", s)
	}

	txn := begin(t, c)
	for _, oid := range []types.OID{vOID, fOID} {
		if err := txn.DropRelation(oid); err != nil {
			t.Fatal(err)
		}
	}
	if err := txn.DropSchema("s1"); err != nil {
		t.Fatal(err)
	}
	n, err := txn.CreateRelation(&catalog.Relation{Schema: "public", Name: "v2", Kind: catalog.ViewRelation, Definition: "SELECT 2"})
	if err != nil {
		t.Fatal(err)
	}
	if n.OID == vOID {
		t.Error("an OID was given twice")
	}
	if err := txn.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if view, err = c.Snapshot(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, ok := view.Relation("public", "f"); ok {
		t.Error("dropped table is still there")
	}
	if got := len(view.Schemas()); got != 1 {
		t.Errorf("%d schemas are left, want 1", got)
	}
}

func TestRollbackWritesNothing(t *testing.T) {
	c, err := Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	txn := begin(t, c)
	if err := txn.CreateSchema(catalog.Schema{Name: "gone"}); err != nil {
		t.Fatal(err)
	}
	if err := txn.Rollback(); err != nil {
		t.Fatal(err)
	}
	view, err := c.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := view.Schema("gone"); ok {
		t.Error("schema of a transaction that was rolled back is there")
	}
}

func TestSecondProcessIsRefused(t *testing.T) {
	dir := t.TempDir()
	c, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := Open(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "in use by another server") {
		t.Errorf("second Open: %v", err)
	}
}
