package lower

import (
	"context"
	"strings"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/eval"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/keys"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/storage/column"
)

// route is the rows of a list that one partition takes.
type route struct {
	leaf *catalog.Relation
	rows []int32
}

// routes finds the partitions that take rows of a partitioned table, of all
// levels. cols are by the table's columns.
func (w *writer) routes(rel *catalog.Relation, cols []*column.Column, n int) ([]route, error) {
	if rel.Partition == nil {
		return []route{{rel, positions(n)}}, nil
	}
	if n == 0 {
		return nil, nil
	}
	var out []route
	take := func(child *catalog.Relation, rows []int32) error {
		below, err := w.routes(child, byName(gathered(cols, rows), rel, child, len(rows)), len(rows))
		for _, r := range below {
			for i, k := range r.rows {
				r.rows[i] = rows[k]
			}
			out = append(out, r)
		}
		return err
	}
	left := positions(n)
	var last *catalog.Relation // the default partition
	for _, child := range catalog.RelatedOf(w.b.env.View).Children(rel.OID) {
		if child.Bound == nil || child.Bound.Default {
			if child.Bound != nil {
				last = child
			}
			continue
		}
		if len(left) == 0 {
			break
		}
		in, err := w.within(child, byName(gathered(cols, left), rel, child, len(left)), len(left))
		if err != nil {
			return nil, err
		}
		var mine, others []int32
		for i, r := range left {
			if in[i] {
				mine = append(mine, r)
			} else {
				others = append(others, r)
			}
		}
		if len(mine) > 0 {
			if err := take(child, mine); err != nil {
				return nil, err
			}
		}
		left = others
	}
	if len(left) == 0 {
		return out, nil
	}
	if last == nil {
		return nil, w.noPartition(rel, gathered(cols, left))
	}
	return out, take(last, left)
}

func positions(n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = int32(i)
	}
	return out
}

// insertRouted adds rows to a table or, where it is partitioned, to the
// partitions that take them.
func (w *writer) insertRouted(ctx context.Context, rel *catalog.Relation, cols []*column.Column, n int) error {
	if rel.Partition == nil {
		return w.insert(ctx, rel, cols, n)
	}
	routes, err := w.routes(rel, cols, n)
	if err != nil {
		return err
	}
	for _, r := range routes {
		t, err := w.table(r.leaf)
		if err != nil {
			return err
		}
		mine := byName(gathered(cols, r.rows), rel, r.leaf, len(r.rows))
		if err := w.checkRows(t, mine, len(r.rows)); err != nil { // the partition may demand more than its parent
			return err
		}
		if err := w.insert(ctx, r.leaf, mine, len(r.rows)); err != nil {
			return err
		}
	}
	return nil
}

// upsertRouted is upsert into a table or its partitions.
func (w *writer) upsertRouted(ctx context.Context, op *logical.Insert, cols []*column.Column, n int, heads []logical.Column, layout eval.Layout) ([]*column.Column, int, error) {
	if op.Rel.Partition == nil {
		return w.upsert(ctx, op, cols, n, heads, layout)
	}
	routes, err := w.routes(op.Rel, cols, n)
	if err != nil {
		return nil, 0, err
	}
	all := make([]*kernel.Builder, len(op.Rel.Columns))
	for i := range all {
		all[i] = kernel.NewBuilder(op.Rel.Columns[i].Type.Kind())
	}
	total := 0
	for _, r := range routes {
		leaf, conflict := *op, *op.Conflict
		leaf.Rel, leaf.Conflict = r.leaf, &conflict
		for i := range op.Rel.Columns {
			if i >= len(r.leaf.Columns) || r.leaf.Columns[i].Name != op.Rel.Columns[i].Name {
				return nil, 0, sqlerr.New(sqlerr.FeatureNotSupported, "ON CONFLICT with partitions whose columns are in another order is not supported yet")
			}
		}
		if conflict.Index, err = w.sameIndex(op.Conflict.Index, op.Rel, r.leaf); err != nil {
			return nil, 0, err
		}
		out, k, err := w.upsert(ctx, &leaf, gathered(cols, r.rows), len(r.rows), heads, layout)
		if err != nil {
			return nil, 0, err
		}
		for i, b := range all {
			b.Append(out[i], nil)
		}
		total += k
	}
	out := make([]*column.Column, len(all))
	for i, b := range all {
		out[i] = b.Column()
	}
	return out, total, nil
}

// sameIndex is the partition's index that is like one of its parent; 0 stays 0.
func (w *writer) sameIndex(oid types.OID, parent, leaf *catalog.Relation) (types.OID, error) {
	if oid == 0 {
		return 0, nil
	}
	related := catalog.RelatedOf(w.b.env.View)
	shape := func(x *catalog.Relation, of *catalog.Relation) string {
		s := x.Index.Where
		for _, k := range x.Index.Keys {
			s += "|" + k.Expr
			if at := of.ColumnByAttnum(k.Attnum); k.Attnum != 0 && at >= 0 {
				s += of.Columns[at].Name
			}
		}
		return s
	}
	want, ok := w.b.env.View.RelationByOID(oid)
	if ok {
		for _, x := range related.Indexes(leaf.OID) {
			if x.Index.Unique && shape(x, leaf) == shape(want, parent) {
				return x.OID, nil
			}
		}
	}
	return 0, sqlerr.New(sqlerr.InvalidColumnReference, "there is no unique or exclusion constraint matching the ON CONFLICT specification")
}

// within says which rows a partition's own bounds take.
func (w *writer) within(child *catalog.Relation, cols []*column.Column, n int) ([]bool, error) {
	t, err := w.table(child)
	if err != nil {
		return nil, err
	}
	rules, err := w.ruled(t)
	if err != nil {
		return nil, err
	}
	out := make([]bool, n)
	if rules.Bound == nil {
		return out, nil
	}
	v, err := w.compute(rules.Bound, layoutOf(rules.Cols), &batch.Batch{Cols: cols, Len: n}, types.New(types.BoolOID))
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i] = !v.IsNull(i) && column.At[uint8](v, i) != 0
	}
	return out, nil
}

// noPartition is Postgres's error for a row that no partition takes.
func (w *writer) noPartition(rel *catalog.Relation, cols []*column.Column) error {
	e := sqlerr.New(sqlerr.CheckViolation, "no partition of relation %s found for row", sqlerr.Quote(rel.Name)).WithTable(rel.Schema, rel.Name)
	var names, vals []string
	for _, k := range rel.Partition.Keys {
		at := rel.ColumnByAttnum(k.Attnum)
		if k.Attnum == 0 || at < 0 {
			return e
		}
		v := "null"
		if !cols[at].IsNull(0) {
			v = types.Output(types.FromColumn(cols[at], 0), rel.Columns[at].Type, types.DefaultStyle())
		}
		names, vals = append(names, ast.QuoteIdent(rel.Columns[at].Name)), append(vals, v)
	}
	return e.WithDetail("Partition key of the failing row contains (%s) = (%s).", strings.Join(names, ", "), strings.Join(vals, ", "))
}

// byName brings rows of one table to the columns of another, by their names.
func byName(cols []*column.Column, from, to *catalog.Relation, n int) []*column.Column {
	out := make([]*column.Column, len(to.Columns))
	for i := range to.Columns {
		for k := range from.Columns {
			if from.Columns[k].Name == to.Columns[i].Name {
				out[i] = cols[k]
			}
		}
		if out[i] == nil {
			out[i] = column.Flatten(column.NewNull(to.Columns[i].Type.Kind(), n))
		}
	}
	return out
}

// owned are rows of one of the tables below a table.
type owned struct {
	rel *catalog.Relation
	sel []int32 // positions in the list of identities
	ids []catalog.RowID
}

// owners tells rows of a table and of those that inherit from it apart.
func (w *writer) owners(ctx context.Context, rel *catalog.Relation, ids []catalog.RowID) ([]*owned, error) {
	below := catalog.Descendants(w.b.env.View, rel)
	if len(below) == 0 {
		return []*owned{{rel, positions(len(ids)), ids}}, nil
	}
	at := map[int64]*owned{}
	var out []*owned
	for _, r := range append([]*catalog.Relation{rel}, below...) {
		if r.Partition != nil {
			continue
		}
		o := &owned{rel: r}
		out = append(out, o)
		err := eachSegment(ctx, w.b.env.Txn.Peek(), r, func(s *catalog.Segment) error {
			at[s.ID] = o
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	for i, id := range ids {
		o := at[id.Segment]
		if o == nil {
			return nil, sqlerr.Internal("a row of %s is in none of its tables", rel.Name)
		}
		o.sel, o.ids = append(o.sel, int32(i)), append(o.ids, id)
	}
	return out, nil
}

// deleteBelow is delete of rows of a table and of those that inherit from it.
func (w *writer) deleteBelow(ctx context.Context, rel *catalog.Relation, ids []catalog.RowID) error {
	groups, err := w.owners(ctx, rel, ids)
	if err != nil {
		return err
	}
	for _, g := range groups {
		if err := w.delete(ctx, g.rel, g.ids); err != nil {
			return err
		}
	}
	return nil
}

// updateBelow is update of rows of a table and of those that inherit from it.
// A row that leaves its partition's bounds goes to another partition.
func (w *writer) updateBelow(ctx context.Context, rel *catalog.Relation, ids []catalog.RowID, cols []*column.Column, changed []bool) error {
	groups, err := w.owners(ctx, rel, ids)
	if err != nil {
		return err
	}
	for _, g := range groups {
		if g.rel == rel {
			if err := w.update(ctx, rel, g.ids, gathered(cols, g.sel), changed); err != nil {
				return err
			}
			continue
		}
		if len(g.ids) == 0 {
			continue
		}
		full, err := keys.Rows(ctx, w.b.env.Txn.Peek(), g.rel, g.ids)
		if err != nil {
			return err
		}
		mine := make([]bool, len(full))
		for i := range g.rel.Columns {
			for k := range rel.Columns {
				if rel.Columns[k].Name == g.rel.Columns[i].Name {
					full[i], mine[i] = column.Gather(cols[k], g.sel), changed == nil || changed[k]
				}
			}
		}
		stay, move, err := w.staying(rel, g, full)
		if err != nil {
			return err
		}
		if len(move) > 0 {
			var gone []catalog.RowID
			for _, m := range move {
				gone = append(gone, g.ids[m])
			}
			if err := w.delete(ctx, g.rel, gone); err != nil {
				return err
			}
			if err := w.insertRouted(ctx, rel, byName(gathered(full, move), g.rel, rel, len(move)), len(move)); err != nil {
				return err
			}
			kept := make([]catalog.RowID, len(stay))
			for i, k := range stay {
				kept[i] = g.ids[k]
			}
			g.ids, full = kept, gathered(full, stay)
		}
		t, err := w.table(g.rel)
		if err != nil {
			return err
		}
		if err := w.checkRows(t, full, len(g.ids)); err != nil {
			return err
		}
		if err := w.update(ctx, g.rel, g.ids, full, mine); err != nil {
			return err
		}
	}
	return nil
}

// staying tells the rows that stay in their partition from those that move.
func (w *writer) staying(rel *catalog.Relation, g *owned, cols []*column.Column) (stay, move []int32, err error) {
	n := len(g.ids)
	if g.rel.Bound == nil || rel.Partition == nil {
		return positions(n), nil, nil
	}
	t, err := w.table(g.rel)
	if err != nil {
		return nil, nil, err
	}
	rules, err := w.ruled(t)
	if err != nil {
		return nil, nil, err
	}
	in := &batch.Batch{Cols: cols, Len: n}
	out := make([]bool, n)
	for _, p := range rules.Partition {
		v, err := w.compute(p, layoutOf(rules.Cols), in, types.New(types.BoolOID))
		if err != nil {
			return nil, nil, err
		}
		for i := range n {
			out[i] = out[i] || v.IsNull(i) || column.At[uint8](v, i) == 0
		}
	}
	for i, o := range out {
		if o {
			move = append(move, int32(i))
		} else {
			stay = append(stay, int32(i))
		}
	}
	return stay, move, nil
}
