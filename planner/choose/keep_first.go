package choose

import (
	"github.com/inlaydb/inlay/planner/physical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// keepFirst tells a window that numbers rows how many of each partition the
// filter above it lets through:
//
//	Filter rn <= 3
//	  Window rn = row_number() over (partition by a order by b)   keep 3
//
// Only a window that computes nothing else: other functions would miss the
// rows that are dropped.
func keepFirst(in physical.Node, preds []scalar.Expr) {
	w, ok := in.(*physical.Window)
	if !ok || len(w.Items) != 1 || w.Items[0].Call.Agg.Fn.Name != "row_number" {
		return
	}
	for _, p := range preds {
		c, ok := p.(*scalar.Call)
		if !ok || len(c.Args) != 2 {
			continue
		}
		col, ok1 := c.Args[0].(*scalar.Column)
		k, ok2 := c.Args[1].(*scalar.Const)
		if !ok1 || !ok2 || col.ID != w.Items[0].Col.ID || k.Value.Null {
			continue
		}
		most := k.Value.I
		switch c.Op {
		case "<":
			most--
		case "<=", "=":
		default:
			continue
		}
		if most > 0 && (w.Keep == 0 || most < w.Keep) {
			w.Keep = most
		}
	}
}
