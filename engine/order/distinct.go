package order

import (
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/storage/column"
)

// DistinctOn keeps, for each combination of the values of some columns, the
// first row of an order. The result comes out in that order.
type DistinctOn struct {
	Sort
	on []Key
}

// NewDistinctOn makes a DISTINCT ON of the columns at positions on. The order
// begins with those columns, or with some of them and ends there.
func NewDistinctOn(input []types.Type, on []int, keys []Key, node int) *DistinctOn {
	d := &DistinctOn{}
	sort := keys[:len(keys):len(keys)]
	for _, p := range on {
		k := Key{Pos: p, Type: input[p]}
		d.on = append(d.on, k)
		sorted := false
		for _, o := range keys {
			sorted = sorted || o.Pos == p
		}
		if !sorted {
			sort = append(sort, k)
		}
	}
	d.s = NewSorter(input, sort, node)
	return d
}

// Source gives the rows that are kept.
func (d *DistinctOn) Source() pipeline.Source {
	src := d.Sort.Source().(*sortSource)
	src.first = &firstOnly{on: d.on, cmp: newComparer(d.on)}
	return src
}

// firstOnly says which rows are the first of their combination.
type firstOnly struct {
	on   []Key
	cmp  *comparer
	last []column.Column // the combination of the last row, while merging
}

// place says whether the row at place i differs from the one before it.
func (f *firstOnly) place(so *sorted, i int) bool {
	if i == 0 {
		return true
	}
	a, x := so.row(i - 1)
	b, y := so.row(i)
	var c, d column.Column
	for k, key := range f.on {
		so.store.Column(&c, a, key.Pos)
		so.store.Column(&d, b, key.Pos)
		if f.cmp.compareKey(k, &c, x, &d, y) != 0 {
			return true
		}
	}
	return false
}

// narrow selects the rows of a dense batch that differ from the one before.
func (f *firstOnly) narrow(b *batch.Batch) {
	sel := make([]int32, 0, b.Len) // lent with the batch, while others go on merging
	for i := range b.Len {
		differs := i == 0 && f.last == nil
		for k, key := range f.on {
			if differs {
				break
			}
			c := b.Cols[key.Pos]
			if i > 0 {
				differs = f.cmp.compareKey(k, c, i-1, c, i) != 0
			} else {
				differs = f.cmp.compareKey(k, &f.last[k], 0, c, 0) != 0
			}
		}
		if differs {
			sel = append(sel, int32(i))
		}
	}
	f.last = make([]column.Column, len(f.on))
	for k, key := range f.on {
		bld := kernel.NewBuilder(b.Cols[key.Pos].Kind)
		bld.Append(b.Cols[key.Pos], []int32{int32(b.Len - 1)})
		f.last[k] = *bld.Column()
	}
	if len(sel) < b.Len {
		b.Sel = sel
	}
}
