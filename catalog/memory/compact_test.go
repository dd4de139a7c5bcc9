package memory

import (
	"context"
	"testing"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// numbers is a catalog with a table of one bigint, and how to use it.
type numbers struct {
	*testing.T
	cat *Catalog
	oid types.OID
}

func newNumbers(t *testing.T) *numbers {
	n := &numbers{T: t, cat: New("u")}
	tx := n.begin()
	rel, err := tx.CreateRelation(&catalog.Relation{Kind: catalog.Table, Schema: "public", Name: "t", Columns: []catalog.Column{{Name: "a", Attnum: 1, Type: types.New(types.Int8OID)}}})
	n.no(err)
	n.no(tx.Commit(context.Background()))
	n.oid = rel.OID
	return n
}

func (n *numbers) no(err error) {
	n.Helper()
	if err != nil {
		n.Fatal(err)
	}
}

func (n *numbers) begin() catalog.Txn {
	tx, err := n.cat.Begin(context.Background(), catalog.ReadCommitted, &catalog.TempSpace{})
	n.no(err)
	return tx
}

func (n *numbers) add(tx catalog.Txn, vals ...int64) {
	n.Helper()
	n.no(tx.Append(context.Background(), n.oid, []*column.Column{column.FromSlice(column.Int64, vals)}, len(vals)))
}

// find is the identity of the row with value v in tx.
func (n *numbers) find(tx catalog.Txn, v int64) catalog.RowID {
	n.Helper()
	view, err := tx.View(context.Background())
	n.no(err)
	rel, _ := view.RelationByOID(n.oid)
	src, err := view.Source(context.Background(), rel)
	n.no(err)
	for _, s := range src.(*catalog.Memory).Segments {
		for i := range s.Rows {
			if column.At[int64](s.Columns[0], i) == v && (s.Deleted == nil || !column.Bit(s.Deleted, i)) {
				return catalog.RowID{Segment: s.ID, Position: int64(i)}
			}
		}
	}
	n.Fatalf("no row %d", v)
	return catalog.RowID{}
}

func (n *numbers) remove(tx catalog.Txn, v int64) {
	n.Helper()
	_, err := tx.Delete(context.Background(), n.oid, []catalog.RowID{n.find(tx, v)})
	n.no(err)
}

// rows are the committed values and how many segments hold them.
func (n *numbers) rows() (vals []int64, segments int) {
	for _, s := range n.cat.mu.current.tables[n.oid].segments {
		for i := range s.Rows {
			if s.Deleted == nil || !column.Bit(s.Deleted, i) {
				vals = append(vals, column.At[int64](s.Columns[0], i))
			}
		}
		segments++
	}
	return vals, segments
}

func TestInsertsShareASegment(t *testing.T) {
	n := newNumbers(t)
	for i := range smallSegment + 10 {
		tx := n.begin()
		n.add(tx, int64(i))
		n.no(tx.Commit(context.Background()))
	}
	vals, segments := n.rows()
	if len(vals) != smallSegment+10 || segments != 2 {
		t.Fatalf("%d rows in %d segments", len(vals), segments)
	}
	for i, v := range vals {
		if v != int64(i) {
			t.Fatalf("row %d is %d", i, v)
		}
	}
}

// Rows that a transaction has found stay the same rows when others insert.
func TestConcurrentChangesOfASmallSegment(t *testing.T) {
	n := newNumbers(t)
	tx := n.begin()
	n.add(tx, 1, 2, 3)
	n.no(tx.Commit(context.Background()))

	a, b := n.begin(), n.begin()
	n.remove(a, 2)
	n.add(a, 10)
	n.remove(a, 10)
	n.add(a, 11)
	n.add(b, 20, 21)
	n.remove(b, 20)
	n.remove(b, 3)
	n.no(b.Commit(context.Background()))
	n.no(a.Commit(context.Background()))
	vals, segments := n.rows()
	if want := []int64{1, 21, 11}; len(vals) != 3 || vals[0] != want[0] || vals[1] != want[1] || vals[2] != want[2] || segments != 1 {
		t.Fatalf("%v in %d segments", vals, segments)
	}

	a, b = n.begin(), n.begin()
	n.remove(a, 1)
	n.remove(b, 1)
	n.no(b.Commit(context.Background()))
	if err := a.Commit(context.Background()); err == nil {
		t.Fatal("two transactions removed one row")
	}
	for _, v := range []int64{21, 11} {
		tx := n.begin()
		n.remove(tx, v)
		n.no(tx.Commit(context.Background()))
	}
	if vals, segments := n.rows(); len(vals) != 0 || segments != 0 {
		t.Fatalf("%v in %d segments", vals, segments)
	}
}
