package prune

import (
	"context"

	"github.com/inlaydb/inlay/storage/parquet"
)

// Counts is what pruning did, by mechanism. Add them up over row groups.
type Counts struct {
	RowGroups     int64 // looked at
	GroupsByStats int64 // dropped by footer statistics
	GroupsByBloom int64 // dropped by a bloom filter
	GroupsByPages int64 // dropped because no page was left
	GroupsWhole   int64 // in which every row is wanted
	Pages         int64 // in the page indexes looked at, per comparison
	PagesDropped  int64
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

// RowGroup judges row group g. leaves maps the predicate's columns to the
// file's; nil where the file has no such column, of which nothing is concluded.
func RowGroup(ctx context.Context, f *parquet.File, g int, p *Predicate, leaves []*parquet.Leaf, opt Options) (Result, error) {
	rg := f.RowGroup(g)
	r := Result{Counts: Counts{RowGroups: 1, Rows: rg.NumRows}}
	leaf := func(col int) *parquet.Leaf {
		if col < 0 || col >= len(leaves) || leaves[col] == nil || !leaves[col].Flat() {
			return nil
		}
		return leaves[col]
	}
	r.Verdict = Check(p, func(col int) (parquet.Stats, bool) {
		l := leaf(col)
		if l == nil {
			return parquet.Stats{}, false
		}
		return rg.Stats(l), true
	})
	switch r.Verdict {
	case Nothing:
		r.Counts.GroupsByStats, r.Counts.RowsDropped = 1, rg.NumRows
		return r, nil
	case All:
		r.Counts.GroupsWhole = 1
		return r, nil
	}
	if !opt.NoBloom {
		may, err := bloom(ctx, f, g, p, leaf)
		if err != nil {
			return r, err
		}
		if !may {
			r.Verdict = Nothing
			r.Counts.GroupsByBloom, r.Counts.RowsDropped = 1, rg.NumRows
			return r, nil
		}
	}
	if opt.NoPages {
		return r, nil
	}
	rows, err := pages(ctx, f, g, p, leaf, &r.Counts)
	if err != nil {
		return r, err
	}
	left := int64(0)
	for _, x := range rows {
		left += x.Count
	}
	r.Counts.RowsDropped = rg.NumRows - left
	switch {
	case left == 0:
		r.Verdict = Nothing
		r.Counts.GroupsByPages = 1
	case left < rg.NumRows:
		r.Ranges = rows
	}
	return r, nil
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
func pages(ctx context.Context, f *parquet.File, g int, p *Predicate, leaf func(int) *parquet.Leaf, c *Counts) ([]parquet.RowRange, error) {
	rows := f.RowGroup(g).NumRows
	whole := []parquet.RowRange{{First: 0, Count: rows}}
	switch p.Op {
	case And:
		out := whole
		for i := range p.Of {
			r, err := pages(ctx, f, g, &p.Of[i], leaf, c)
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
			r, err := pages(ctx, f, g, &p.Of[i], leaf, c)
			if err != nil {
				return nil, err
			}
			out = union(out, r)
		}
		return out, nil
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
		c.Pages++
		if judge(p, &x.Pages[i]) == Nothing {
			c.PagesDropped++
			continue
		}
		out = appendRange(out, x.Rows(i, rows))
	}
	return out, nil
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
