package lower

import (
	"fmt"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/operator"
	"github.com/inlaydb/inlay/engine/scan"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/physical"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

var oneRow = &batch.Batch{Len: 1}

// values evaluates constant rows when execution starts.
func (b *builder) values(n *physical.Values) (*chain, error) {
	cols := n.Schema()
	part := scan.Part{Len: len(n.Rows), Cols: make([]*column.Column, len(cols))}
	for c, col := range cols {
		vals := make([]types.Datum, len(n.Rows))
		for i, row := range n.Rows {
			if k, ok := row[c].(*scalar.Const); ok {
				vals[i] = b.store(k.Value, k.Typ, col.Type)
				continue
			}
			ev, err := eval.Compile(row[c], nil, b.env.Eval)
			if err != nil {
				return nil, err
			}
			v, err := ev.Eval(oneRow)
			if err != nil {
				return nil, err
			}
			vals[i] = b.store(types.FromColumn(v, 0), row[c].Type(), col.Type)
		}
		part.Cols[c] = types.ColumnOf(col.Type.Kind(), col.Type.Elem().Kind(), vals)
	}
	return newChain(&scan.Rows{Parts: []scan.Part{part}}, cols), nil
}

// store brings a value to the kind of the column it goes to: rows of one
// VALUES may have numerics of different scales.
func (b *builder) store(v types.Datum, from, to types.Type) types.Datum {
	if v.Null || v.Kind == to.Kind() && (from.OID != types.NumericOID || from.Scale == to.Scale) {
		if v.Null {
			return types.Null(to.Kind())
		}
		return v
	}
	return types.FromColumn(kernel.Widen(v.Column(1, column.Invalid), to.Kind(), int(from.Scale), int(to.Scale)), 0)
}

// scan lowers a scan of whatever the relation's rows are kept in.
func (b *builder) scan(n *physical.Scan) (*chain, error) {
	src := n.Source
	if n.Rel.OID != 0 && b.env.View != nil { // a prepared plan: the rows are those of this execution's view
		fresh, err := b.env.View.Source(b.ctx, n.Rel)
		if err != nil {
			return nil, err
		}
		src = fresh
	}
	read := n.Read
	if read == nil {
		read = n.Cols
	}
	switch src := src.(type) {
	case *catalog.Memory:
		return b.scanRows(n, b.memoryParts(n, src, read), read)
	case *catalog.Generated:
		parts, err := b.generatedParts(n, src, read)
		if err != nil {
			return nil, err
		}
		return b.scanRows(n, parts, read)
	case *catalog.Stream:
		c := newChain(&scan.Stream{Next: src.Next, Cols: attributePositions(n, read)}, read)
		if len(n.Filter) > 0 {
			c.add(&operator.Filter{New: b.predicate(n.Filter, c.layout)})
		}
		return b.narrow(c, n.Schema()), nil
	case *catalog.Files:
		return b.scanFiles(n, src, read)
	}
	return nil, fmt.Errorf("relation %q has rows in an unknown place %T", n.Rel.Name, src)
}

// scanRows filters and narrows rows that are in memory.
func (b *builder) scanRows(n *physical.Scan, parts []scan.Part, read []logical.Column) (*chain, error) {
	cols := read
	if n.RowID != nil {
		has := false
		for _, c := range read {
			has = has || c.ID == n.RowID.ID
		}
		if !has {
			cols = append(read[:len(read):len(read)], *n.RowID)
		}
	}
	c := newChain(&scan.Rows{Parts: parts}, cols)
	if len(n.Filter) > 0 {
		c.add(&operator.Filter{New: b.predicate(n.Filter, c.layout)})
	}
	return b.narrow(c, n.Schema()), nil
}

// memoryParts are a table's segments with the columns of read and, where
// wanted, row identities.
func (b *builder) memoryParts(n *physical.Scan, src *catalog.Memory, read []logical.Column) []scan.Part {
	at := attributePositions(n, read)
	parts := make([]scan.Part, len(src.Segments))
	for i, seg := range src.Segments {
		p := scan.Part{Len: seg.Rows, Deleted: seg.Deleted}
		ids := false
		for _, pos := range at {
			if pos < 0 {
				p.Cols = append(p.Cols, rowIDs(seg.ID, seg.Rows))
				ids = true
				continue
			}
			p.Cols = append(p.Cols, seg.Columns[pos])
		}
		if n.RowID != nil && !ids {
			p.Cols = append(p.Cols, rowIDs(seg.ID, seg.Rows))
		}
		parts[i] = p
	}
	return parts
}

// attributePositions gives, for each column, its position in the relation; -1
// for the row identity.
func attributePositions(n *physical.Scan, read []logical.Column) []int {
	at := make([]int, len(read))
	for i, c := range read {
		at[i] = -1
		if n.RowID != nil && c.ID == n.RowID.ID {
			continue
		}
		for j := range n.Rel.Columns {
			if n.Rel.Columns[j].Attnum == c.Attnum {
				at[i] = j
			}
		}
	}
	return at
}

// rowIDs are the identities of a segment's rows: the segment in the high half
// of 128 bits, the position in the low one.
func rowIDs(segment int64, n int) *column.Column {
	c := column.NewFlat(column.Int128, n)
	ids := column.Values[column.Int128Value](c)
	for i := range ids {
		ids[i] = column.Int128Value{Lo: uint64(i), Hi: segment}
	}
	return c
}

func (b *builder) generatedParts(n *physical.Scan, src *catalog.Generated, read []logical.Column) ([]scan.Part, error) {
	at := attributePositions(n, read)
	cols, rows, err := src.Rows(b.ctx, b.env.View, b.env.Session, at)
	if err != nil {
		return nil, err
	}
	return []scan.Part{{Cols: cols, Len: rows}}, nil
}
