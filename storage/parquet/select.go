package parquet

import (
	"context"

	"github.com/inlaydb/inlay/storage/column"
)

// ReadSelected passes over the next n rows and returns those at the positions
// sel, ascending and below n.
func (r *ColumnReader) ReadSelected(ctx context.Context, sel []int32, n int) (*column.Column, error) {
	if len(sel) == n {
		return r.Read(ctx, n)
	}
	if err := r.has(n); err != nil {
		return nil, err
	}
	if r.list {
		return r.selectLists(ctx, sel, n)
	}
	o := &r.out
	o.reset(&r.pool)
	at, base := 0, 0 // rows done in the output, rows of the n passed over
	for at < len(sel) {
		run := int(sel[at]) - base
		r.pending += int64(run)
		base += run
		if err := r.ready(ctx, true); err != nil {
			return nil, err
		}
		m := int(min(r.page.left, int64(n-base)))
		seg := sel[at:]
		// Take what lies in this page, up to a gap that is worth a skip.
		k := 1
		for k < len(seg) && int(seg[k])-base < m && seg[k]-seg[k-1] <= selectGap {
			k++
		}
		seg = seg[:k]
		span := int(seg[k-1]) - base + 1
		if span == k {
			if err := r.rowsInto(ctx, o, at, span, span == len(sel)); err != nil {
				return nil, err
			}
		} else {
			r.tmp.reset(&r.pool)
			if err := r.rowsInto(ctx, &r.tmp, 0, span, true); err != nil {
				return nil, err
			}
			r.pick(at, seg, base)
		}
		at += k
		base += span
	}
	r.pending += int64(n - base)
	return o.finish(len(sel), r.dict), nil
}

// selectGap is how many unwanted rows in a row are decoded rather than skipped.
const selectGap = 64

// pick appends the rows seg (numbered from base) of tmp to the output.
func (r *ColumnReader) pick(at int, seg []int32, base int) {
	o, t := &r.out, &r.tmp
	k := len(seg)
	if cap(r.code) < k {
		r.code = make([]int32, k, k+k/2)
	}
	local := r.code[:k]
	for i, s := range seg {
		local[i] = s - int32(base)
	}
	if t.nulls || o.nulls {
		o.startNulls(at, at+k)
		if t.nulls {
			for i, s := range local {
				if column.Bit(t.valid, int(s)) {
					column.SetBit(o.valid, at+i)
				}
			}
		} else {
			setBits(o.valid, at, k)
		}
	}
	if t.coded && (o.coded || at == 0) {
		o.coded = true
		o.roomCodes(at + k)
		out := o.codes[at : at+k]
		for i, s := range local {
			out[i] = t.codes[s]
		}
		return
	}
	if o.coded {
		r.uncode(o, at)
	}
	o.room(at + k)
	if t.coded { // the output went over to values in an earlier page
		gather := r.out.at(at)
		for i, s := range local {
			copy(gather[i*r.width:(i+1)*r.width], r.dict.data[int(t.codes[s])*r.width:])
		}
		if t.nulls {
			for i, s := range local {
				if !column.Bit(t.valid, int(s)) {
					clear(gather[i*r.width : (i+1)*r.width])
				}
			}
		}
		return
	}
	src := t.data
	if t.alias != nil {
		src = t.alias
	}
	column.GatherInto(o.at(at), src, r.width, local)
	if r.kind.IsView() {
		r.rebase(at, k)
	}
}

// rebase makes the views just picked from tmp refer to the output's buffers.
func (r *ColumnReader) rebase(at, k int) {
	o, t := &r.out, &r.tmp
	used := false
	views := column.As[column.View](o.at(at))[:k]
	for i := range views {
		if views[i].Len > column.MaxInline {
			used = true
			break
		}
	}
	if !used {
		return
	}
	// tmp's rows are of one page: buffer 0 is the dictionary's in both, and
	// there is at most one other.
	if len(t.bufs) < 2 {
		return
	}
	n := o.heap(t.bufs[1], r.dict, at)
	for i := range views {
		if v := &views[i]; v.Len > column.MaxInline && v.Buf == 1 {
			v.Buf = n
		}
	}
	for _, p := range t.pins {
		p.pins++
		o.pins = append(o.pins, p)
	}
}
