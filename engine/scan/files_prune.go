package scan

import (
	"context"
	"sync/atomic"

	"github.com/inlaydb/inlay/catalog/source"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/runtimefilter"
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/parquet"
	"github.com/inlaydb/inlay/storage/prune"
)

// Condition is what a predicate asks of columns by position in
// FileSpec.Columns; Values have the form of the column's type. Operators that
// statistics say nothing of are prune.Unknown.
type Condition struct {
	Op     prune.Op
	Col    int
	Values []types.Datum
	Of     []Condition // And, Or
}

var unknown = prune.Predicate{Op: prune.Unknown}

// predicate is a condition in the terms of one file: values have the kinds of
// its leaves, and what its fixed columns decide is decided.
func (f *fileScan) predicate(c *Condition, cols []FileColumn) prune.Predicate {
	switch c.Op {
	case prune.Unknown:
		return unknown
	case prune.And, prune.Or:
		p := prune.Predicate{Op: c.Op}
		for i := range c.Of {
			p.Of = append(p.Of, f.predicate(&c.Of[i], cols))
		}
		return p
	}
	t := cols[c.Col].Type
	switch {
	case f.reads == nil && f.fixed[c.Col].Kind == column.Invalid:
		return unknown // the footer will tell whether the file has it
	case f.reads == nil || f.reads[c.Col].missing():
		return decide(c, f.fixed[c.Col])
	case f.leaves[c.Col] == nil:
		return unknown
	}
	p := prune.Predicate{Op: c.Op, Column: c.Col}
	for _, d := range c.Values {
		v, ok := leafValue(d, t, f.leaves[c.Col])
		if !ok {
			return unknown
		}
		p.Values = append(p.Values, v)
	}
	return p
}

// decide judges a condition on a column that has one value in all rows: the
// empty And is true, the empty Or false.
func decide(c *Condition, d types.Datum) prune.Predicate {
	st := parquet.Stats{Rows: 1}
	if d.Null {
		st.NullCount = 1
	} else {
		v, ok := plainValue(d)
		if !ok {
			return unknown
		}
		st.HasMin, st.HasMax, st.Min, st.Max = true, true, v, v
		if v.Float != v.Float {
			return unknown
		}
	}
	p := prune.Predicate{Op: c.Op}
	for _, x := range c.Values {
		v, ok := plainValue(x)
		if !ok || !d.Null && v.Kind != st.Min.Kind {
			return unknown
		}
		p.Values = append(p.Values, v)
	}
	switch prune.Check(&p, func(int) (parquet.Stats, bool) { return st, true }) {
	case prune.All:
		return prune.Predicate{Op: prune.And}
	case prune.Nothing:
		return prune.Predicate{Op: prune.Or}
	}
	return unknown
}

// plainValue is a datum as a bound of its own kind.
func plainValue(d types.Datum) (parquet.Value, bool) {
	v := parquet.Value{Kind: d.Kind}
	switch d.Kind {
	case column.Bool, column.Int16, column.Int32, column.Int64:
		v.Int = d.I
	case column.Int128:
		v.Int, v.Hi = int64(d.U), d.I
	case column.Float32, column.Float64:
		v.Float = d.F
	case column.Bytes, column.Fixed16:
		v.Bytes = []byte(d.S)
	default:
		return v, false
	}
	return v, true
}

// leafValue is a value of type t in the kind and scale that a leaf's bounds
// have; false where it has no such form. Integers may lie outside the leaf's
// range: bounds compare as 64 bits.
func leafValue(d types.Datum, t types.Type, l *parquet.Leaf) (parquet.Value, bool) {
	v, ok := plainValue(d)
	k := l.Kind()
	if !ok || v.Kind == k && !t.Fixed() {
		return v, ok
	}
	if t.Fixed() {
		from := source.LeafScale(l)
		if from < 0 || from > int(t.Scale) || v.Kind != column.Int64 && v.Kind != column.Int128 {
			return v, false
		}
		if v.Kind == column.Int64 {
			v.Hi = v.Int >> 63
		}
		w := column.Int128Value{Lo: uint64(v.Int), Hi: v.Hi}
		for range int(t.Scale) - from {
			q, rest := kernel.DivMod128(w, 10)
			if rest != 0 {
				return v, false // between two values of the file
			}
			w = q
		}
		v.Kind, v.Int, v.Hi = k, int64(w.Lo), w.Hi
		if k == column.Int128 {
			return v, true
		}
		return v, isInteger(k) && v.Hi == v.Int>>63
	}
	if isInteger(v.Kind) && isInteger(k) || isFloat(v.Kind) && isFloat(k) {
		v.Kind = k
		return v, true
	}
	return v, false
}

func isInteger(k column.Kind) bool {
	return k == column.Int16 || k == column.Int32 || k == column.Int64
}

func isFloat(k column.Kind) bool { return k == column.Float32 || k == column.Float64 }

// never says that no row of the file can pass. With conds given they are
// judged before the file is open, by its partition alone.
func (f *fileScan) never(before []Conjunct, cols []FileColumn) bool {
	none := func(int) (parquet.Stats, bool) { return parquet.Stats{}, false }
	for i := range before {
		if p := f.predicate(&before[i].Cond, cols); prune.Check(&p, none) == prune.Nothing {
			return true
		}
	}
	for i := range f.conds {
		if prune.Check(&f.conds[i], none) == prune.Nothing {
			return true
		}
	}
	return false
}

// group is a row group, shared by the units it is split into.
type group struct {
	file   *fileScan
	index  int
	rows   int64
	passed []bool // by conjunct: statistics say that every row passes

	// What bloom filters and the page index say, once somebody has looked.
	taken  atomic.Bool
	done   chan struct{} // closed when the fields below are set
	err    error
	none   bool               // no row can pass
	ranges []parquet.RowRange // of rows that may; nil: all
}

// group makes row group g; nil where statistics exclude it.
func (f *fileScan) group(g int) *group {
	gr := &group{file: f, index: g, rows: f.file.RowGroup(g).NumRows, passed: make([]bool, len(f.conds)), done: make(chan struct{})}
	for i := range f.conds {
		switch prune.Footer(f.file, g, &f.conds[i], f.leaves) {
		case prune.Nothing:
			return nil
		case prune.All:
			gr.passed[i] = true
		}
	}
	return gr
}

// look reads the indexes of the row group, or waits until another worker has.
func (g *group) look(ctx context.Context, r *fileReader) error {
	if !g.taken.CompareAndSwap(false, true) {
		select {
		case <-g.done:
			return g.err
		default:
		}
		return r.w.Park(ctx, func(ctx context.Context) error {
			select {
			case <-g.done:
				return g.err
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}
	defer close(g.done)
	var open prune.Predicate // And of what statistics left open
	for i, ok := range g.passed {
		if !ok {
			open.Of = append(open.Of, g.file.conds[i])
		}
	}
	if len(open.Of) == 0 {
		return nil
	}
	var res prune.Result
	g.err = r.wait(ctx, g.file, func(ctx context.Context) (err error) {
		res, err = prune.Indexes(ctx, g.file.file, g.index, &open, g.file.leaves, prune.Options{})
		return err
	})
	if g.err != nil {
		return g.err
	}
	g.none, g.ranges = res.Verdict == prune.Nothing, res.Ranges
	r.s.count("Row Groups Pruned by Bloom Filter", res.Counts.GroupsByBloom)
	r.s.count("Row Groups Pruned by Page Index", res.Counts.GroupsByPages)
	if res.Counts.GroupsByBloom == 0 {
		r.s.count("Pages Pruned by Page Index", res.Counts.PagesDropped)
		r.s.count("Rows Pruned by Page Index", res.Counts.RowsDropped)
	}
	return nil
}

// wait runs what may read from the file's store; the CPU slot is given back
// meanwhile where the store is far.
func (r *fileReader) wait(ctx context.Context, f *fileScan, do func(context.Context) error) error {
	if !f.file.Remote() {
		return do(ctx)
	}
	return r.w.Park(ctx, do)
}

// bounds are the least and greatest value of an integer column in the row
// group.
func (g *group) bounds(col int) (lo, hi int64, ok bool) {
	leaf := g.file.leaves[col]
	if leaf == nil || !leaf.Flat() {
		return 0, 0, false
	}
	st := g.file.file.RowGroup(g.index).Stats(leaf)
	return integerBounds(&st)
}

func integerBounds(st *parquet.Stats) (lo, hi int64, ok bool) {
	if !st.HasMin || !st.HasMax || !isInteger(st.Min.Kind) {
		return 0, 0, false
	}
	return st.Min.Int, st.Max.Int, true
}

// runtimeBounds says whether a runtime filter's integers are those of a leaf:
// scaled numbers only where the file has the column's scale.
func runtimeBounds(t types.Type, l *parquet.Leaf) bool {
	return l != nil && (!t.Fixed() || source.LeafScale(l) == int(t.Scale))
}

// excluded says whether a runtime filter excludes the whole row group.
func (g *group) excluded(col int, f *runtimefilter.Filter, t types.Type) bool {
	if f.Empty {
		return true
	}
	if !f.Ints || !runtimeBounds(t, g.file.leaves[col]) {
		return false
	}
	lo, hi, ok := g.bounds(col)
	return ok && !f.Overlaps(lo, hi)
}

// fewValues is up to how many values of a runtime filter are looked up in a
// bloom filter.
const fewValues = 64

// byRuntime returns the rows that a runtime filter leaves of a row group, by
// bloom filter and page index; nil is all of them. Indexes are read only where
// the filter leaves less than half of the range of the row group's values, or
// knows but few values in it.
func (r *fileReader) byRuntime(ctx context.Context, u *unit, col int, f *runtimefilter.Filter) ([]parquet.RowRange, error) {
	leaf := u.file.leaves[col]
	if !f.Ints || !runtimeBounds(r.s.spec.Columns[col].Type, leaf) {
		return nil, nil
	}
	lo, hi, ok := u.bounds(col)
	if !ok || lo == hi {
		return nil, nil
	}
	rg := u.file.file.RowGroup(u.index)
	values, few := f.Values(lo, hi, fewValues)
	if !few && float64(min(hi, f.Max))-float64(max(lo, f.Min)) > (float64(hi)-float64(lo))/2 {
		return nil, nil
	}
	var out []parquet.RowRange
	err := r.wait(ctx, u.file, func(ctx context.Context) error {
		if few && rg.HasBloom(leaf) {
			b, err := u.file.file.Bloom(ctx, u.index, leaf)
			if err != nil {
				return err
			}
			hit := b == nil
			for i := 0; i < len(values) && !hit; i++ {
				hit = b.MayHave(parquet.Value{Kind: leaf.Kind(), Int: values[i]})
			}
			if !hit {
				out = []parquet.RowRange{}
				r.s.count("Row Groups Pruned by Runtime Filter", 1)
				return nil
			}
		}
		var dropped int64
		var err error
		out, dropped, err = prune.Pages(ctx, u.file.file, u.index, leaf, func(st *parquet.Stats) bool {
			if st.NullCount == st.Rows {
				return false // NULL matches nothing
			}
			lo, hi, ok := integerBounds(st)
			return !ok || f.Overlaps(lo, hi)
		})
		r.s.count("Pages Pruned by Runtime Filter", dropped)
		return err
	})
	return out, err
}

// clip cuts ranges to the rows from to to; nil ranges are all rows.
func clip(ranges []parquet.RowRange, from, to int64) []parquet.RowRange {
	part := []parquet.RowRange{{First: from, Count: to - from}}
	if ranges == nil {
		return part
	}
	return prune.Intersect(ranges, part)
}

// Less orders two values of one kind, of those that conditions are made of.
func Less(a, b types.Datum) bool {
	x, _ := plainValue(a)
	y, _ := plainValue(b)
	return parquet.CompareValues(x, y) < 0
}
