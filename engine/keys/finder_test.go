package keys

import (
	"context"
	"testing"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/memory"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// Rows are found over all segments, and not once they are deleted; NULLs are
// found only where they equal each other.
func TestFinder(t *testing.T) {
	ctx := context.Background()
	txn, err := memory.New("u").Begin(ctx, catalog.ReadCommitted, &catalog.TempSpace{})
	if err != nil {
		t.Fatal(err)
	}
	rel, err := txn.CreateRelation(&catalog.Relation{Kind: catalog.Table, Schema: "public", Name: "t",
		Columns: []catalog.Column{{Name: "a", Attnum: 1, Type: types.New(types.Int8OID)}}})
	if err != nil {
		t.Fatal(err)
	}
	withNull := column.FromSlice(column.Int64, []int64{7, 0})
	withNull.SetNull(1)
	for _, c := range []*column.Column{column.FromSlice(column.Int64, []int64{1, 2, 3}), column.FromSlice(column.Int64, []int64{3, 4}), withNull} {
		if err := txn.Append(ctx, rel.OID, []*column.Column{c}, c.Len); err != nil {
			t.Fatal(err)
		}
	}
	count := func(k *Key, c *column.Column) int {
		t.Helper()
		f, err := NewFinder(ctx, txn.Peek(), rel, k)
		if err != nil {
			t.Fatal(err)
		}
		n, err := f.Count(k.NewProbe([]*column.Column{c}, 1), 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	one := func(v int64) *column.Column { return column.FromSlice(column.Int64, []int64{v}) }
	key := Plain(rel, []int{0})
	for v, want := range map[int64]int{1: 1, 3: 2, 4: 1, 0: 0, 9: 0} {
		if got := count(key, one(v)); got != want {
			t.Errorf("%d is there %d times, not %d", v, got, want)
		}
	}
	f, err := NewFinder(ctx, txn.Peek(), rel, key)
	if err != nil {
		t.Fatal(err)
	}
	var ids []catalog.RowID
	if err := f.Each(key.NewProbe([]*column.Column{one(3)}, 1), 0, func(id catalog.RowID) bool { ids = append(ids, id); return true }); err != nil {
		t.Fatal(err)
	}
	rows, err := Rows(ctx, txn.Peek(), rel, ids)
	if err != nil || rows[0].Len != 2 || column.At[int64](rows[0], 0) != 3 || column.At[int64](rows[0], 1) != 3 {
		t.Fatalf("rows %v: %v, %v", ids, rows, err)
	}
	if _, err := txn.Delete(ctx, rel.OID, ids[:1]); err != nil {
		t.Fatal(err)
	}
	if got := count(key, one(3)); got != 1 {
		t.Errorf("after a delete 3 is there %d times", got)
	}
	null := column.NewNull(column.Int64, 1)
	if got := count(key, null); got != 0 {
		t.Errorf("NULL is there %d times", got)
	}
	distinct := Plain(rel, []int{0})
	distinct.NullsEqual, distinct.Name = true, "nulls"
	if got := count(distinct, null); got != 1 {
		t.Errorf("NULL that equals NULL is there %d times", got)
	}
}
