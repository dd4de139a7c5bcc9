package parquet

import (
	"github.com/inlaydb/inlay/storage/column"
)

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
			if err == nil && p.suspect {
				err = checkText(column.As[column.View](o.at(at))[:n], o.bufs)
			}
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
			if err := s.next(column.As[column.View](o.at(at))[:n], buf); err != nil || !r.page.suspect {
				return err
			}
			return checkText(column.As[column.View](o.at(at))[:n], o.bufs)
		}
		buf := o.heap(nil, r.dict, at)
		err := s.next(column.As[column.View](o.at(at))[:n], buf)
		o.bufs[buf] = s.heap
		s.release()
		if err == nil && r.page.suspect {
			err = checkText(column.As[column.View](o.at(at))[:n], o.bufs)
		}
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
