package parquet

import (
	"context"
	"fmt"

	"github.com/inlaydb/inlay/storage/column"
)

// Read returns the next n rows.
func (r *ColumnReader) Read(ctx context.Context, n int) (*column.Column, error) {
	if err := r.has(n); err != nil {
		return nil, err
	}
	if r.list {
		return r.readLists(ctx, n)
	}
	r.out.reset(&r.pool)
	if err := r.rowsInto(ctx, &r.out, 0, n, true); err != nil {
		return nil, err
	}
	return r.out.finish(n, r.dict), nil
}

// Skip passes over the next n rows. Pages that end before the next row that is
// read are not decompressed.
func (r *ColumnReader) Skip(n int) error {
	if err := r.has(n); err != nil {
		return err
	}
	r.pending += int64(n)
	return nil
}

// has says whether n more rows are left.
func (r *ColumnReader) has(n int) error {
	if n < 0 || int64(n) > r.rows-r.row-r.pending {
		return fmt.Errorf("parquet: %d rows asked for at row %d of %d", n, r.row+r.pending, r.rows)
	}
	return nil
}

// rowsInto decodes the next n rows to rows at… of o; all says that o gets no
// others.
func (r *ColumnReader) rowsInto(ctx context.Context, o *output, at, n int, all bool) error {
	end := at + n
	for at < end {
		if err := r.ready(ctx, true); err != nil {
			return err
		}
		m := int(min(r.page.left, int64(end-at)))
		if err := r.segment(o, at, m, all && m == n); err != nil {
			return r.corrupt(r.page.data, err)
		}
		at += m
		r.page.left -= int64(m)
		r.row += int64(m)
	}
	return nil
}

// segment decodes m rows, all in the current page. whole says that they are all
// the output will have if it has none yet, so that it may alias the page.
func (r *ColumnReader) segment(o *output, at, m int, whole bool) error {
	values := m
	if r.leaf.maxDef > 0 {
		var err error
		if values, err = r.validity(o, at, m); err != nil {
			return err
		}
	} else if o.nulls {
		o.startNulls(at, at+m)
		setBits(o.valid, at, m)
	}
	return r.values(o, at, m, values, whole && at == 0)
}

// validity decodes m definition levels into the output's bitmap and counts the
// values. A page without NULLs is most often one run and makes no bitmap.
func (r *ColumnReader) validity(o *output, at, m int) (int, error) {
	p := &r.page
	if r.leaf.maxDef > 1 {
		return r.deepValidity(o, at, m)
	}
	if !o.nulls {
		n, err := p.defs.ones(m)
		if err != nil {
			return 0, levelError(err)
		}
		if n == m {
			return m, p.defs.skip(m)
		}
	}
	o.startNulls(at, at+m)
	n, err := p.defs.bits(o.valid, at, m)
	return n, levelError(err)
}

func levelError(err error) error {
	if err == errShortValues {
		return errShortLevels
	}
	return err
}

// deepValidity is validity for a leaf inside optional structs: it is there when
// all of them are.
func (r *ColumnReader) deepValidity(o *output, at, m int) (int, error) {
	r.scratchCodes(m)
	lev := r.code[:m]
	if err := r.page.defs.next(lev); err != nil {
		return 0, levelError(err)
	}
	full, values := int32(r.leaf.maxDef), 0
	for _, l := range lev {
		if l == full {
			values++
		} else if l > full {
			return 0, reasonError("definition level above the schema's")
		}
	}
	if values == m && !o.nulls {
		return m, nil
	}
	o.startNulls(at, at+m)
	for i, l := range lev {
		if l == full {
			column.SetBit(o.valid, at+i)
		}
	}
	return values, nil
}

func (r *ColumnReader) scratchCodes(n int) {
	if cap(r.code) < n {
		r.code = make([]int32, n, n+n/2)
	}
}
