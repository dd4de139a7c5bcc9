package parquet

import (
	"context"

	"github.com/inlaydb/inlay/storage/column"
)

// levels is a window of decoded repetition and definition levels of the current
// page.
type levels struct {
	rep, def [1024]int32
	at, n    int
}

func (l *levels) reset() { l.at, l.n = 0, 0 }

// maxElements bounds the list elements that one call may return.
const maxElements = 1 << 25

// entries makes levels available, opening pages as needed. It reports false at
// the end of the chunk.
func (r *ColumnReader) entries(ctx context.Context) (bool, error) {
	for r.lev.at == r.lev.n {
		p := &r.page
		if !p.open || p.values == 0 {
			if r.levelsLeft() == 0 {
				return false, nil
			}
			if err := r.openList(ctx); err != nil {
				return false, err
			}
		}
		if !p.loaded {
			if err := r.load(ctx); err != nil {
				return false, r.corrupt(p.data, err)
			}
		}
		n := min(p.values, len(r.lev.rep))
		if r.leaf.maxRep > 0 {
			if err := p.reps.next(r.lev.rep[:n]); err != nil {
				return false, r.corrupt(p.data, levelError(err))
			}
		}
		if r.leaf.maxDef > 0 {
			if err := p.defs.next(r.lev.def[:n]); err != nil {
				return false, r.corrupt(p.data, levelError(err))
			}
		}
		r.lev.at, r.lev.n = 0, n
		p.values -= n
	}
	return true, nil
}

// levelsLeft is how many levels the pages not opened yet have by the chunk's own
// count. A page index may have jumped over some.
func (r *ColumnReader) levelsLeft() int64 {
	if r.locs != nil && r.pos >= r.end {
		return 0
	}
	return r.chunk.numValues - r.levels
}

// openList opens the next page and counts its levels.
func (r *ColumnReader) openList(ctx context.Context) error {
	if err := r.open(ctx); err != nil {
		return err
	}
	if r.levels += int64(r.page.head.values); r.levels > r.chunk.numValues {
		return r.corrupt(r.page.data, reasonError("pages have more values than their column chunk"))
	}
	return nil
}

// atRowEnd says that the last level decoded ended a row for sure: pages begin
// with a new row where they are of version 2 or have an index.
func (r *ColumnReader) atRowEnd() bool {
	return r.lev.at == r.lev.n && r.page.values == 0 && (r.locs != nil || r.page.head.typ == pageDataV2 || r.leaf.maxRep == 0)
}

// readLists returns the next n rows of a list column: the views of a List
// column over one child. Elements and lists may be NULL.
func (r *ColumnReader) readLists(ctx context.Context, n int) (*column.Column, error) {
	if err := r.passLists(ctx); err != nil {
		return nil, err
	}
	o := &r.out
	o.reset(&r.pool)
	lists := column.Alloc(n * column.List.Width())
	views := column.As[column.ListView](lists)
	var valid []uint64
	elems, err := r.walk(ctx, n, func(row, at int, null bool) {
		views[row].Off = uint32(at)
		if null {
			if valid == nil {
				valid = column.NewBitmap(n, true)
			}
			column.ClearBit(valid, row)
			views[row].Off = 0
		}
	}, o)
	if err != nil {
		return nil, err
	}
	end := uint32(elems)
	for i := n - 1; i >= 0; i-- {
		if valid != nil && !column.Bit(valid, i) {
			continue
		}
		views[i].Len = end - views[i].Off
		end = views[i].Off
	}
	child := *o.finish(elems, r.dict)
	return &column.Column{Kind: column.List, Len: n, Data: lists, Valid: valid, Child: &child}, nil
}

// passLists walks over pending rows, page by page where headers tell how many
// rows a page has.
func (r *ColumnReader) passLists(ctx context.Context) error {
	for r.pending > 0 {
		p := &r.page
		fresh := !p.open || p.values == 0 && r.lev.at == r.lev.n
		if fresh && r.levelsLeft() > 0 {
			if err := r.openList(ctx); err != nil {
				return err
			}
			if r.pending == 0 { // the page index led straight to it
				break
			}
			// A v2 page begins with a new row.
			if p.left >= 0 && p.left <= r.pending {
				r.pending -= p.left
				r.row += p.left
				r.stats.PagesSkipped++
				p.values = 0
				r.lev.reset()
				continue
			}
		}
		n := int(min(r.pending, 1<<16))
		if r.locs != nil {
			if n = int(min(int64(n), r.pageEnd-r.row)); n <= 0 {
				return r.corrupt(p.data, reasonError("page index does not fit the pages"))
			}
		}
		r.pending -= int64(n)
		if _, err := r.walk(ctx, n, func(int, int, bool) {}, nil); err != nil {
			return err
		}
	}
	return nil
}

// walk passes over n rows. start is called for each with the number of elements
// before it. With an output, elements are decoded into it. It returns how many
// elements there were.
func (r *ColumnReader) walk(ctx context.Context, n int, start func(row, elems int, null bool), o *output) (int, error) {
	rows, elems := 0, 0
	for rows < n || !r.atRowEnd() {
		ok, err := r.entries(ctx)
		if err != nil {
			return 0, err
		}
		if !ok {
			if rows < n {
				return 0, r.corrupt(r.end, reasonError("column chunk ends before its rows"))
			}
			break
		}
		l := r.lev
		first, values := elems, 0
		full, lo := int32(r.leaf.maxDef), int32(r.leaf.listDef)
		done := false
		if o != nil {
			o.startNulls(elems, elems+l.n-l.at)
		}
		for ; l.at < l.n; l.at++ {
			rep, def := l.rep[l.at], l.def[l.at]
			if rep > int32(r.leaf.maxRep) || def > full || rep < 0 || def < 0 {
				return 0, r.corrupt(r.page.data, reasonError("level above the schema's"))
			}
			if rep == 0 {
				if rows == n {
					done = true
					break
				}
				start(rows, elems, def < lo-1)
				rows++
			} else if rows == 0 {
				return 0, r.corrupt(r.page.data, reasonError("column chunk begins within a row"))
			}
			if def < lo {
				if rep != 0 && r.leaf.maxRep == 1 {
					return 0, r.corrupt(r.page.data, reasonError("empty list within a list"))
				}
				continue
			}
			if def == full {
				values++
				if o != nil {
					column.SetBit(o.valid, elems)
				}
			}
			elems++
		}
		if elems > maxElements {
			return 0, &UnsupportedError{Object: r.f.url, What: "more than 33554432 list elements at once"}
		}
		if n := int64(elems) * int64(r.width); o != nil && n > r.paid {
			if err := r.mem.grow(2*n - r.paid); err != nil { // the output doubles
				return 0, err
			}
			r.paid = 2 * n
		}
		if o != nil {
			err = r.values(o, first, elems-first, values, false)
		} else {
			err = r.skipValues(values)
		}
		if err != nil {
			return 0, r.corrupt(r.page.data, err)
		}
		if done {
			break
		}
	}
	r.row += int64(n)
	if o != nil {
		o.trimValid(elems)
	}
	return elems, nil
}

// trimValid drops a bitmap that has no NULL in it.
func (o *output) trimValid(rows int) {
	if o.nulls && column.CountBits(o.valid, rows) == rows {
		o.nulls = false
	}
}

// selectLists returns some of the next n lists.
func (r *ColumnReader) selectLists(ctx context.Context, sel []int32, n int) (*column.Column, error) {
	if len(sel) == 0 {
		r.pending += int64(n)
		r.out.reset(&r.pool)
		return &column.Column{Kind: column.List, Child: r.out.finish(0, r.dict)}, nil
	}
	r.pending += int64(sel[0])
	span := int(sel[len(sel)-1]-sel[0]) + 1
	c, err := r.readLists(ctx, span)
	if err != nil {
		return nil, err
	}
	r.pending += int64(n) - int64(sel[len(sel)-1]) - 1
	if span == len(sel) {
		return c, nil
	}
	local := make([]int32, len(sel))
	for i, s := range sel {
		local[i] = s - sel[0]
	}
	return column.Gather(c, local), nil
}
