package lower

import (
	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/runtimefilter"
	"github.com/inlaydb/inlay/engine/scan"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/physical"
	"github.com/inlaydb/inlay/planner/scalar"
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
		c := scan.Conjunct{New: b.predicate([]scalar.Expr{e}, layout), Cond: b.condition(e, layout)}
		for _, id := range columnsOf(e) {
			c.Cols = append(c.Cols, layout[id])
		}
		spec.Filter = append(spec.Filter, c)
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
	if src.Format != "parquet" && src.Format != "" {
		source, err := scan.NewRecords(b.ctx, spec, b.env.Eval.Style())
		if err != nil {
			return nil, err
		}
		source.Warn = b.env.Exec.Metrics.Warn
		b.closes(source)
		return newChain(source, n.Schema()), nil
	}
	spec.Nanoseconds = b.nanoseconds()
	source, err := scan.NewFiles(b.ctx, spec)
	if err != nil {
		return nil, err
	}
	b.closes(source)
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
