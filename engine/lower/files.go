package lower

import (
	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/runtimefilter"
	"github.com/inlaydb/inlay/engine/scan"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/physical"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

// scanFiles lowers a scan over files.
func (b *builder) scanFiles(n *physical.Scan, src *catalog.Files, read []logical.Column) (*chain, error) {
	spec := scan.FileSpec{Files: src.Files, Opener: b.env.Files, Node: b.env.Exec.Metrics.Node(n.Properties().ID), Workers: b.env.Exec.Workers}
	layout := eval.Layout{}
	for i, at := range attributePositions(n, read) {
		spec.Columns = append(spec.Columns, scan.FileColumn{Type: read[i].Type, Source: src.Columns[at]})
		layout[read[i].ID] = i
	}
	for _, c := range n.Schema() {
		spec.Out = append(spec.Out, layout[c.ID])
	}
	for _, e := range n.Filter {
		c := scan.Conjunct{New: b.predicate([]scalar.Expr{e}, layout)}
		for _, id := range columnsOf(e) {
			c.Cols = append(c.Cols, layout[id])
		}
		spec.Filter = append(spec.Filter, c)
		spec.Bounds = append(spec.Bounds, b.bounds(e, layout, spec.Columns)...)
	}
	for _, f := range n.Runtime {
		key, ok := f.Key.(*scalar.Column)
		if !ok {
			continue
		}
		if at, ok := layout[key.ID]; ok {
			spec.Runtime = append(spec.Runtime, scan.Runtime{Slot: b.slot(f.ID), Col: at})
		}
	}
	source, err := scan.NewFiles(b.ctx, spec)
	if err != nil {
		return nil, err
	}
	return newChain(source, n.Schema()), nil
}

// slot is the slot of a runtime filter, shared by the join and the scans.
func (b *builder) slot(id physical.FilterID) *runtimefilter.Slot {
	s := b.slots[id]
	if s == nil {
		s = &runtimefilter.Slot{}
		b.slots[id] = s
	}
	return s
}

func columnsOf(e scalar.Expr) []scalar.ColumnID {
	var ids []scalar.ColumnID
	seen := map[scalar.ColumnID]bool{}
	scalar.Walk(e, func(e scalar.Expr) bool {
		if c, ok := e.(*scalar.Column); ok && !seen[c.ID] {
			seen[c.ID] = true
			ids = append(ids, c.ID)
		}
		return true
	})
	return ids
}

// bounds are what a predicate says of single columns' values.
func (b *builder) bounds(e scalar.Expr, layout eval.Layout, cols []scan.FileColumn) []scan.Bound {
	switch e := e.(type) {
	case *scalar.And:
		var out []scan.Bound
		for _, a := range e.Args {
			out = append(out, b.bounds(a, layout, cols)...)
		}
		return out
	case *scalar.Call:
		if len(e.Args) != 2 {
			return nil
		}
		op := e.Op
		col, ok := e.Args[0].(*scalar.Column)
		val := e.Args[1]
		if !ok {
			if col, ok = e.Args[1].(*scalar.Column); !ok {
				return nil
			}
			val = e.Args[0]
			op = map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}[op]
		}
		at, ok := layout[col.ID]
		if !ok {
			return nil
		}
		v, ok := b.known(val, col.Type())
		if !ok {
			return nil
		}
		switch op {
		case "=":
			return []scan.Bound{{Col: at, Lo: v, Hi: v}}
		case "<", "<=":
			return []scan.Bound{{Col: at, Hi: v}}
		case ">", ">=":
			return []scan.Bound{{Col: at, Lo: v}}
		}
	case *scalar.InList:
		col, ok := e.Arg.(*scalar.Column)
		if !ok || e.Not || len(e.List) == 0 {
			return nil
		}
		at, ok := layout[col.ID]
		if !ok {
			return nil
		}
		var lo, hi types.Datum
		for i, x := range e.List {
			v, ok := b.known(x, col.Type())
			if !ok {
				return nil
			}
			if i == 0 || scan.Less(v, lo) {
				lo = v
			}
			if i == 0 || scan.Less(hi, v) {
				hi = v
			}
		}
		return []scan.Bound{{Col: at, Lo: lo, Hi: hi}}
	}
	return nil
}

// known is a value that is fixed for the execution, in the form in which the
// column's bounds come. Only kinds whose order is that of the bytes or numbers
// take part.
func (b *builder) known(e scalar.Expr, t types.Type) (types.Datum, bool) {
	if len(columnsOf(e)) > 0 || t.OID == types.BPCharOID {
		return types.Datum{}, false
	}
	if scalar.Volatility(e) == function.Volatile {
		return types.Datum{}, false
	}
	v, err := eval.ConstantIn(e, b.env.Eval)
	if err != nil || v.Null {
		return types.Datum{}, false // the predicate itself will tell
	}
	et := e.Type()
	if et.OID == types.NumericOID || t.OID == types.NumericOID {
		if et.OID != t.OID || !et.Fixed() || !t.Fixed() || et.Scale > t.Scale {
			return types.Datum{}, false
		}
		c := kernel.Widen(v.Column(1, column.Invalid), t.Kind(), int(et.Scale), int(t.Scale))
		return types.FromColumn(c, 0), true
	}
	switch k := t.Kind(); {
	case v.Kind == k:
		return v, k != column.List && k != column.Interval && k != column.Numeric && k != column.Fixed16
	case (k == column.Int16 || k == column.Int32 || k == column.Int64) && (v.Kind == column.Int16 || v.Kind == column.Int32 || v.Kind == column.Int64) && et.OID != types.DateOID && t.OID != types.DateOID:
		v.Kind = k // bounds compare as int64
		return v, true
	}
	return types.Datum{}, false
}
