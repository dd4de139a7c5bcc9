package parquet

import (
	"context"

	"github.com/inlaydb/inlay/storage/column"
)

// Levels is some rows of a leaf as the file has them: an entry per value,
// NULL, and empty list. A row begins at each entry with repetition level 0.
type Levels struct {
	Rep, Def []int32        // by entry
	Values   *column.Column // those of the entries whose definition level is Leaf.MaxDef, in order
}

// MaxDef is the definition level of entries that are values.
func (l *Leaf) MaxDef() int { return l.maxDef }

// ReadLevels returns the next n rows of a leaf that was requested with Levels.
// They are lent until the next call.
func (r *ColumnReader) ReadLevels(ctx context.Context, n int) (Levels, error) {
	if err := r.has(n); err != nil {
		return Levels{}, err
	}
	if err := r.passLists(ctx); err != nil {
		return Levels{}, err
	}
	o := &r.out
	o.reset(&r.pool)
	r.entryRep, r.entryDef = r.entryRep[:0], r.entryDef[:0]
	rows, dense := 0, 0
	full, deepest := int32(r.leaf.maxDef), int32(r.leaf.maxRep)
	for rows < n || !r.atRowEnd() {
		ok, err := r.entries(ctx)
		if err != nil {
			return Levels{}, err
		}
		if !ok {
			if rows < n {
				return Levels{}, r.corrupt(r.end, reasonError("column chunk ends before its rows"))
			}
			break
		}
		l := r.lev
		from, values := l.at, 0
		done := false
		for ; l.at < l.n; l.at++ {
			rep, def := l.rep[l.at], l.def[l.at]
			if rep > deepest || def > full || rep < 0 || def < 0 {
				return Levels{}, r.corrupt(r.page.data, reasonError("level above the schema's"))
			}
			if rep == 0 {
				if rows == n {
					done = true
					break
				}
				rows++
			} else if rows == 0 {
				return Levels{}, r.corrupt(r.page.data, reasonError("column chunk begins within a row"))
			}
			if def == full {
				values++
			}
		}
		if len(r.entryRep)+l.at-from > maxElements {
			return Levels{}, &UnsupportedError{Object: r.f.url, What: "more than 33554432 list elements at once"}
		}
		if want := int64(dense+values)*int64(r.width) + 8*int64(len(r.entryRep)+l.at-from); want > r.paid {
			if err := r.mem.grow(2*want - r.paid); err != nil {
				return Levels{}, err
			}
			r.paid = 2 * want
		}
		r.entryRep, r.entryDef = append(r.entryRep, l.rep[from:l.at]...), append(r.entryDef, l.def[from:l.at]...)
		if err := r.values(o, dense, values, values, false); err != nil {
			return Levels{}, r.corrupt(r.page.data, err)
		}
		dense += values
		if done {
			break
		}
	}
	r.row += int64(n)
	return Levels{Rep: r.entryRep, Def: r.entryDef, Values: o.finish(dense, r.dict)}, nil
}
