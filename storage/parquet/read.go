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

// values decodes the values of m rows, of which values are not NULL, and
// spreads them over the rows.
func (r *ColumnReader) values(o *output, at, m, values int, whole bool) error {
	p := &r.page
	if p.mode == modeCodes && r.coded && r.dict != nil && (o.coded || at == 0) {
		o.coded = true
		o.roomCodes(at + m)
		codes := o.codes[at : at+m]
		if err := r.decodeCodes(codes[:values]); err != nil {
			return err
		}
		if values < m {
			spreadOf(column.As[uint32](column.AsBytes(codes)), o.valid, at, m, values)
		}
		return nil
	}
	if o.coded {
		r.uncode(o, at)
	}
	if whole && values == m && p.mode == modePlain && r.conv == convCopy {
		n := m * r.stride
		if n > len(p.body)-p.at {
			return errShortValues
		}
		if src := p.body[p.at : p.at+n : p.at+n]; aligned(src, r.width) {
			o.alias = src
			r.pin(o)
			p.at += n
			return nil
		}
	}
	o.room(at + m)
	if err := r.decode(o, at, values); err != nil {
		return err
	}
	if values < m {
		spread(o.at(at), r.width, o.valid, at, m, values)
	}
	return nil
}

// pin keeps the current page's memory as long as the output's.
func (r *ColumnReader) pin(o *output) {
	if n := len(o.pins); n > 0 && o.pins[n-1] == r.page.buf {
		return
	}
	r.page.buf.pins++
	o.pins = append(o.pins, r.page.buf)
}

// uncode replaces the codes of the rows so far by their values: a chunk whose
// dictionary grew too large goes on with plain pages.
func (r *ColumnReader) uncode(o *output, rows int) {
	o.coded = false
	o.room(rows)
	if r.dict != nil && r.dict.n > 0 {
		gatherCodes(o.data, r.width, r.dict, o.codes[:rows])
	}
	if o.nulls {
		for i := range rows {
			if !column.Bit(o.valid, i) {
				clear(o.data[i*r.width : (i+1)*r.width])
			}
		}
	}
}

// decodeCodes reads dictionary codes and checks them.
func (r *ColumnReader) decodeCodes(codes []int32) error {
	if len(codes) == 0 {
		return nil
	}
	if err := r.page.codes.next(codes); err != nil {
		return err
	}
	switch w := r.page.codes.width; {
	case r.dict == nil:
		return errNoDictionary
	case w < 31 && 1<<w <= r.dict.n || codesWithin(codes, r.dict.n):
		return nil
	}
	return errBadCode
}

// decode reads n values to o from row at on.
func (r *ColumnReader) decode(o *output, at, n int) error {
	if n == 0 {
		return nil
	}
	p := &r.page
	dst := o.at(at)
	switch p.mode {
	case modeCodes:
		return r.decodeByCodes(dst, n)
	case modeStrings:
		if r.conv == convView {
			buf := o.heap(p.buf.b, r.dict, at)
			r.pin(o)
			body, shift := p.heapBody()
			pos, err := plainViews(column.As[column.View](o.at(at))[:n], body, p.at+shift, buf)
			p.at = pos - shift
			return err
		}
		views, err := r.scratchViews(n)
		if err != nil {
			return err
		}
		if p.at, err = plainViews(views, p.body, p.at, 0); err != nil {
			return err
		}
		return convertViews(r.conv, dst, views, [][]byte{p.body})
	case modeDeltas:
		return r.decodeDeltas(o, at, n)
	case modeBits:
		if n > len(p.body)*8-p.at {
			return errShortValues
		}
		unpackBools(dst[:n], p.body, p.at)
		p.at += n
		return nil
	case modeRuns:
		r.scratchCodes(n)
		if err := p.codes.next(r.code[:n]); err != nil {
			return err
		}
		for i, c := range r.code[:n] {
			dst[i] = byte(c)
		}
		return nil
	case modeInts:
		return r.decodeInts(dst, n)
	}
	size := n * r.stride
	if size > len(p.body)-p.at {
		return errShortValues
	}
	src := p.body[p.at : p.at+size]
	if r.conv == convView {
		buf := o.heap(p.buf.b, r.dict, at)
		r.pin(o)
		body, shift := p.heapBody()
		fixedViews(column.As[column.View](o.at(at))[:n], body, p.at+shift, r.stride, buf)
	} else if err := convert(r.conv, dst, src, n, r.stride); err != nil {
		return err
	}
	p.at += size
	return nil
}

// heapBody is the page's whole buffer, which views refer to, and where the
// values begin in it.
func (p *page) heapBody() ([]byte, int) {
	return p.buf.b, len(p.buf.b) - len(p.body)
}

// decodeByCodes reads codes and writes their values.
func (r *ColumnReader) decodeByCodes(dst []byte, n int) error {
	const step = 1024 // codes stay in the first-level cache
	r.scratchCodes(min(n, step))
	for n > 0 {
		m := min(n, step)
		codes := r.code[:m]
		if err := r.page.codes.next(codes); err != nil {
			return err
		}
		if r.dict == nil {
			return errNoDictionary
		}
		if !gatherCodes(dst, r.width, r.dict, codes) {
			return errBadCode
		}
		n -= m
		dst = dst[m*r.width:]
	}
	return nil
}

func (r *ColumnReader) scratchViews(n int) ([]column.View, error) {
	if n > 1<<24 {
		return nil, reasonError("too many rows in one read")
	}
	return make([]column.View, n), nil // only for decimals in byte arrays
}

// decodeDeltas reads delta-coded strings.
func (r *ColumnReader) decodeDeltas(o *output, at, n int) error {
	s := r.page.strings
	if r.conv == convView {
		if !s.shared {
			buf := o.heap(r.page.body, r.dict, at)
			r.pin(o)
			return s.next(column.As[column.View](o.at(at))[:n], buf)
		}
		buf := o.heap(nil, r.dict, at)
		err := s.next(column.As[column.View](o.at(at))[:n], buf)
		o.bufs[buf] = s.heap
		s.release()
		return err
	}
	views, err := r.scratchViews(n)
	if err != nil {
		return err
	}
	if err := s.next(views, 0); err != nil {
		return err
	}
	heap := r.page.body
	if s.shared {
		heap = s.heap
		defer s.release()
	}
	if r.stride == 0 {
		return convertViews(r.conv, o.at(at), views, [][]byte{heap})
	}
	flat := make([]byte, 0, n*r.stride)
	for i := range views {
		if int(views[i].Len) != r.stride {
			return errBadLength
		}
		flat = append(flat, views[i].Bytes([][]byte{heap})...)
	}
	return convert(r.conv, o.at(at), flat, n, r.stride)
}

// decodeInts reads delta-coded integers.
func (r *ColumnReader) decodeInts(dst []byte, n int) error {
	d := r.page.ints
	if r.stride == 8 && r.conv == convCopy {
		return d.next(column.As[int64](dst)[:n])
	}
	if cap(r.nums) < n {
		r.nums = make([]int64, n, n+n/2)
	}
	nums := r.nums[:n]
	if err := d.next(nums); err != nil {
		return err
	}
	if r.stride == 8 {
		return convert(r.conv, dst, column.AsBytes(nums), n, 8)
	}
	r.scratchCodes(n)
	narrow := r.code[:n]
	for i, v := range nums {
		narrow[i] = int32(v)
	}
	return convert(r.conv, dst, column.AsBytes(narrow), n, 4)
}

// unpackBools writes bits from bit at on as bytes 0 and 1.
func unpackBools(dst, src []byte, at int) {
	i := 0
	for ; i < len(dst) && (at+i)&7 != 0; i++ {
		dst[i] = src[(at+i)>>3] >> (uint(at+i) & 7) & 1
	}
	for ; i+8 <= len(dst); i += 8 {
		b := src[(at+i)>>3]
		d := dst[i : i+8 : i+8]
		d[0], d[1], d[2], d[3] = b&1, b>>1&1, b>>2&1, b>>3&1
		d[4], d[5], d[6], d[7] = b>>4&1, b>>5&1, b>>6&1, b>>7
	}
	for ; i < len(dst); i++ {
		dst[i] = src[(at+i)>>3] >> (uint(at+i) & 7) & 1
	}
}

// skipRows passes over n rows of the current page, which is loaded.
func (r *ColumnReader) skipRows(n int) error {
	values := n
	if r.leaf.maxDef > 0 {
		values = 0
		full := int32(r.leaf.maxDef)
		for left := n; left > 0; {
			if r.leaf.maxDef == 1 {
				k, err := r.page.defs.ones(left)
				if err != nil {
					return levelError(err)
				}
				if k > 0 {
					values += k
					left -= k
					if err := r.page.defs.skip(k); err != nil {
						return err
					}
					continue
				}
				var words [16]uint64
				m := min(left, len(words)*64)
				set, err := r.page.defs.bits(words[:], 0, m)
				if err != nil {
					return levelError(err)
				}
				values += set
				left -= m
				continue
			}
			m := min(left, 1024)
			r.scratchCodes(m)
			if err := r.page.defs.next(r.code[:m]); err != nil {
				return levelError(err)
			}
			for _, l := range r.code[:m] {
				if l == full {
					values++
				}
			}
			left -= m
		}
	}
	return r.skipValues(values)
}

// skipValues passes over n values of the current page.
func (r *ColumnReader) skipValues(n int) error {
	if n == 0 {
		return nil
	}
	p := &r.page
	var err error
	switch p.mode {
	case modeCodes, modeRuns:
		return p.codes.skip(n)
	case modeStrings:
		p.at, err = skipPlain(p.body, p.at, n)
	case modeDeltas:
		return p.strings.skip(n)
	case modeInts:
		return p.ints.skip(n)
	case modeBits:
		p.at += n
		if p.at > len(p.body)*8 {
			err = errShortValues
		}
	default:
		if n*r.stride > len(p.body)-p.at {
			return errShortValues
		}
		p.at += n * r.stride
	}
	return err
}

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
