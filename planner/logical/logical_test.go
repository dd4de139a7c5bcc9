package logical

import (
	"testing"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/scalar"
)

func testColumn(id scalar.ColumnID, name string) Column {
	return Column{ID: id, Name: name, Type: types.New(types.Int4OID)}
}

// correlated is a subquery that reads column 1 from outside.
func correlated() (*scalar.Subquery, *Scan) {
	inner := &Scan{Rel: &catalog.Relation{Name: "u"}, Cols: []Column{testColumn(5, "x")}}
	f := &Filter{Input: inner, Preds: []scalar.Expr{&scalar.IsNull{Arg: testColumn(1, "a").Ref()}, &scalar.IsNull{Arg: testColumn(5, "x").Ref()}}}
	return &scalar.Subquery{Kind: scalar.ExistsSubquery, Plan: f, Typ: types.New(types.BoolOID)}, inner
}

func TestOuter(t *testing.T) {
	sub, _ := correlated()
	if out := sub.Outer(); out.Len() != 1 || !out.Has(1) {
		t.Errorf("the subquery reads %v from outside, want column 1", out)
	}
	outer := &Filter{Input: &Scan{Rel: &catalog.Relation{Name: "t"}, Cols: []Column{testColumn(1, "a")}}, Preds: []scalar.Expr{sub}}
	if out := Outer(outer); !out.Empty() {
		t.Errorf("the whole plan reads %v from outside", out)
	}
	var used scalar.ColSet
	Uses(outer, &used)
	if !used.Has(1) || used.Has(5) {
		t.Errorf("the filter uses %v", used)
	}
	moved := ReplaceOuter(outer, func(c *scalar.Column) scalar.Expr {
		if c.ID == 1 {
			return testColumn(8, "b").Ref()
		}
		return nil
	})
	if out := Outer(moved); out.Len() != 1 || !out.Has(8) {
		t.Errorf("after the replacement it reads %v", out)
	}
	want := "filter exists(subquery 1)\n ├── scan t (a#1)\n └── subquery 1\n       └── filter (a#1 is null) and (x#5 is null)\n             └── scan u (x#5)\n"
	if got := Format(outer); got != want {
		t.Errorf("printed\n%swant\n%s", got, want)
	}
}

func TestRewriteSharesNodes(t *testing.T) {
	_, scan := correlated()
	n := &Limit{Input: &Sort{Input: scan, Keys: []scalar.SortKey{{Expr: scan.Cols[0].Ref()}}}}
	if Rewrite(n, func(n Node) Node { return n }) != Node(n) {
		t.Error("a rewrite that changes nothing made a new plan")
	}
	other := &Scan{Rel: scan.Rel, Cols: scan.Cols}
	out := Rewrite(n, func(n Node) Node {
		if n == Node(scan) {
			return other
		}
		return n
	})
	if out.Inputs()[0].Inputs()[0] != Node(other) || n.Input.Inputs()[0] != Node(scan) {
		t.Error("the copy lacks the new scan, or the original has it")
	}
}
