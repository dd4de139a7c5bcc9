package prune

import (
	"context"
	"slices"

	"github.com/inlaydb/inlay/storage/parquet"
)

// Counts is what pruning did, by mechanism. Add them up over row groups.
type Counts struct {
	RowGroups     int64 // looked at
	GroupsByStats int64 // dropped by footer statistics
	GroupsByBloom int64 // dropped by a bloom filter
	GroupsByPages int64 // dropped because no page was left
	GroupsWhole   int64 // in which every row is wanted
	Pages         int64 // of the columns whose page index was looked at
	PagesDropped  int64 // those of them without a row that is left
	Rows          int64
	RowsDropped   int64 // by any mechanism
}

// Add adds o to c.
func (c *Counts) Add(o Counts) {
	c.RowGroups += o.RowGroups
	c.GroupsByStats += o.GroupsByStats
	c.GroupsByBloom += o.GroupsByBloom
	c.GroupsByPages += o.GroupsByPages
	c.GroupsWhole += o.GroupsWhole
	c.Pages += o.Pages
	c.PagesDropped += o.PagesDropped
	c.Rows += o.Rows
	c.RowsDropped += o.RowsDropped
}

// Options switches mechanisms off.
type Options struct {
	NoBloom bool
	NoPages bool
}

// Result is what is left of a row group.
type Result struct {
	Verdict Verdict // Nothing: skip it. All: the predicate need not be evaluated
	// Ranges are the rows that may match, ascending and apart; nil means all.
	Ranges []parquet.RowRange
	Counts Counts
}

// maxBloomValues is the longest IN list that is looked up in a bloom filter.
const maxBloomValues = 64

// RowGroup judges row group g: Footer, and Indexes where that left something.
func RowGroup(ctx context.Context, f *parquet.File, g int, p *Predicate, leaves []*parquet.Leaf, opt Options) (Result, error) {
	r := Result{Verdict: Footer(f, g, p, leaves), Counts: Counts{RowGroups: 1, Rows: f.RowGroup(g).NumRows}}
	switch r.Verdict {
	case Nothing:
		r.Counts.GroupsByStats, r.Counts.RowsDropped = 1, r.Counts.Rows
		return r, nil
	case All:
		r.Counts.GroupsWhole = 1
		return r, nil
	}
	more, err := Indexes(ctx, f, g, p, leaves, opt)
	if err != nil {
		return r, err
	}
	more.Counts.Add(r.Counts)
	return more, nil
}

// Footer judges row group g by its statistics. leaves maps the predicate's
// columns to the file's; nil where the file has no such column, of which
// nothing is concluded.
func Footer(f *parquet.File, g int, p *Predicate, leaves []*parquet.Leaf) Verdict {
	rg := f.RowGroup(g)
	return Check(p, func(col int) (parquet.Stats, bool) {
		l := flat(leaves, col)
		if l == nil {
			return parquet.Stats{}, false
		}
		return rg.Stats(l), true
	})
}

// flat is the leaf of a column if it has one value a row.
func flat(leaves []*parquet.Leaf, col int) *parquet.Leaf {
	if col < 0 || col >= len(leaves) || leaves[col] == nil || !leaves[col].Flat() {
		return nil
	}
	return leaves[col]
}

// Indexes judges row group g by what is read besides the footer: bloom filters
// and the page index, as far as it has them. The Counts are of these alone.
func Indexes(ctx context.Context, f *parquet.File, g int, p *Predicate, leaves []*parquet.Leaf, opt Options) (Result, error) {
	rows := f.RowGroup(g).NumRows
	r := Result{Verdict: Some}
	all := leaves
	leaf := func(col int) *parquet.Leaf { return flat(all, col) }
	if !opt.NoBloom {
		may, err := bloom(ctx, f, g, p, leaf)
		if err != nil {
			return r, err
		}
		if !may {
			r.Verdict = Nothing
			r.Counts.GroupsByBloom, r.Counts.RowsDropped = 1, rows
			return r, nil
		}
	}
	if opt.NoPages {
		return r, nil
	}
	leaves = indexed(f.RowGroup(g), p, leaf, nil)
	if len(leaves) == 0 {
		return r, nil
	}
	if err := f.Prefetch(ctx, g, leaves); err != nil {
		return r, err
	}
	ranges, err := pages(ctx, f, g, p, leaf)
	if err != nil {
		return r, err
	}
	for _, l := range leaves {
		x, err := f.PageIndex(ctx, g, l) // it is in the cache
		if err != nil || x == nil || x.Pages == nil {
			return r, err
		}
		r.Counts.Pages += int64(len(x.Pages))
		r.Counts.PagesDropped += outside(x, rows, ranges)
	}
	left := int64(0)
	for _, x := range ranges {
		left += x.Count
	}
	r.Counts.RowsDropped = rows - left
	switch {
	case left == 0 && rows > 0:
		r.Verdict = Nothing
		r.Counts.GroupsByPages = 1
	case left < rows:
		r.Ranges = ranges
	}
	return r, nil
}

// indexed appends the leaves whose page index pages will ask for.
func indexed(rg parquet.RowGroup, p *Predicate, leaf func(int) *parquet.Leaf, out []*parquet.Leaf) []*parquet.Leaf {
	switch p.Op {
	case And, Or:
		for i := range p.Of {
			out = indexed(rg, &p.Of[i], leaf, out)
		}
	case Unknown:
	default:
		if l := leaf(p.Column); l != nil && rg.ManyPages(l) && !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}

// bloom says whether a row may match by the bloom filters.
func bloom(ctx context.Context, f *parquet.File, g int, p *Predicate, leaf func(int) *parquet.Leaf) (bool, error) {
	switch p.Op {
	case And:
		for i := range p.Of {
			if may, err := bloom(ctx, f, g, &p.Of[i], leaf); !may || err != nil {
				return false, err
			}
		}
	case Or:
		for i := range p.Of {
			if may, err := bloom(ctx, f, g, &p.Of[i], leaf); may || err != nil {
				return may, err
			}
		}
		return false, nil
	case Equal, In:
		l := leaf(p.Column)
		if l == nil || len(p.Values) > maxBloomValues || !f.RowGroup(g).HasBloom(l) {
			return true, nil
		}
		b, err := f.Bloom(ctx, g, l)
		if err != nil || b == nil {
			return err == nil, err
		}
		for _, v := range p.Values {
			if b.MayHave(v) {
				return true, nil
			}
		}
		return false, nil
	}
	return true, nil
}

// pages returns the rows that may match by the page indexes.
func pages(ctx context.Context, f *parquet.File, g int, p *Predicate, leaf func(int) *parquet.Leaf) ([]parquet.RowRange, error) {
	rows := f.RowGroup(g).NumRows
	whole := []parquet.RowRange{{First: 0, Count: rows}}
	switch p.Op {
	case And:
		out := whole
		for i := range p.Of {
			r, err := pages(ctx, f, g, &p.Of[i], leaf)
			if err != nil {
				return nil, err
			}
			if out = intersect(out, r); len(out) == 0 {
				break
			}
		}
		return out, nil
	case Or:
		var out []parquet.RowRange
		for i := range p.Of {
			r, err := pages(ctx, f, g, &p.Of[i], leaf)
			if err != nil {
				return nil, err
			}
			out = union(out, r)
		}
		return out, nil
	case Unknown:
		return whole, nil
	}
	l := leaf(p.Column)
	if l == nil || !f.RowGroup(g).ManyPages(l) {
		return whole, nil
	}
	x, err := f.PageIndex(ctx, g, l)
	if err != nil || x == nil || x.Pages == nil {
		return whole, err
	}
	var out []parquet.RowRange
	for i := range x.Pages {
		if judge(p, &x.Pages[i]) == Nothing {
			continue
		}
		out = appendRange(out, x.Rows(i, rows))
	}
	return out, nil
}

// outside is how many pages have no row in ranges.
func outside(x *parquet.PageIndex, rows int64, ranges []parquet.RowRange) (n int64) {
	k := 0
	for i := range x.Locations {
		r := x.Rows(i, rows)
		for k < len(ranges) && ranges[k].First+ranges[k].Count <= r.First {
			k++
		}
		if k == len(ranges) || ranges[k].First >= r.First+r.Count {
			n++
		}
	}
	return n
}

// Pages returns the rows of those pages of a leaf of row group g that keep
// wants by their statistics; nil where there is no page index.
func Pages(ctx context.Context, f *parquet.File, g int, l *parquet.Leaf, keep func(*parquet.Stats) bool) (ranges []parquet.RowRange, dropped int64, err error) {
	if l == nil || !l.Flat() || !f.RowGroup(g).ManyPages(l) {
		return nil, 0, nil
	}
	x, err := f.PageIndex(ctx, g, l)
	if err != nil || x == nil || x.Pages == nil {
		return nil, 0, err
	}
	ranges = []parquet.RowRange{}
	for i := range x.Pages {
		if !keep(&x.Pages[i]) {
			dropped++
			continue
		}
		ranges = appendRange(ranges, x.Rows(i, f.RowGroup(g).NumRows))
	}
	return ranges, dropped, nil
}

// Intersect returns the rows that are in both of two lists of ranges; nil
// stands for all rows.
func Intersect(a, b []parquet.RowRange) []parquet.RowRange {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	if out := intersect(a, b); out != nil {
		return out
	}
	return []parquet.RowRange{}
}

// appendRange adds a range that begins at or behind the last one's end.
func appendRange(out []parquet.RowRange, r parquet.RowRange) []parquet.RowRange {
	if r.Count == 0 {
		return out
	}
	if n := len(out); n > 0 && out[n-1].First+out[n-1].Count >= r.First {
		out[n-1].Count = max(out[n-1].Count, r.First+r.Count-out[n-1].First)
		return out
	}
	return append(out, r)
}

func intersect(a, b []parquet.RowRange) []parquet.RowRange {
	var out []parquet.RowRange
	for i, j := 0, 0; i < len(a) && j < len(b); {
		ae, be := a[i].First+a[i].Count, b[j].First+b[j].Count
		lo, hi := max(a[i].First, b[j].First), min(ae, be)
		if lo < hi {
			out = appendRange(out, parquet.RowRange{First: lo, Count: hi - lo})
		}
		if ae < be {
			i++
		} else {
			j++
		}
	}
	return out
}

func union(a, b []parquet.RowRange) []parquet.RowRange {
	var out []parquet.RowRange
	for len(a) > 0 || len(b) > 0 {
		if len(b) == 0 || len(a) > 0 && a[0].First <= b[0].First {
			out = appendRange(out, a[0])
			a = a[1:]
		} else {
			out = appendRange(out, b[0])
			b = b[1:]
		}
	}
	return out
}
