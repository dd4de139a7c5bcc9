package textcolumn

import (
	"bytes"
	"encoding/binary"
	"unsafe"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/record"
)

const dayMicros = 24 * 3600 * 1000000

// The readers below share one shape: rows that are NULL, then the quick form,
// then the type's own input function. They are written out since a function
// value would be called for each row.

func count(sel []int32, n int) int {
	if sel != nil {
		return len(sel)
	}
	return n
}

func readInts[T int16 | int32 | int64](r *Reader, f *record.Fields, sel []int32, n int) error {
	out := column.As[T](r.data)[:n]
	spans := f.Spans[:n]
	for j := range count(sel, n) {
		i := j
		if sel != nil {
			i = int(sel[j])
		}
		s := spans[i]
		out[i] = 0
		if s.Len == record.NullLen {
			r.null(i, n)
			continue
		}
		b, off, size := f.Bufs[s.Off>>31], s.Off&^record.AuxBit, s.Len
		neg := size > 0 && b[off] == '-'
		if neg {
			off, size = off+1, size-1
		}
		if v, ok := integer(b, off, size); ok {
			x := int64(v)
			if neg {
				x = -x
			}
			if int64(T(x)) == x {
				out[i] = T(x)
				continue
			}
		}
		d, ok, err := r.datum(f, i, n)
		if err != nil {
			return err
		}
		if ok {
			out[i] = T(d.I)
		}
	}
	return nil
}

// readFloats divides two integers that are exact as floats, so that the
// quotient is the nearest float (W. Clinger, "How to Read Floating Point
// Numbers Accurately", 1990).
func readFloats(r *Reader, f *record.Fields, sel []int32, n int) error {
	out := column.As[float64](r.data)[:n]
	spans := f.Spans[:n]
	for j := range count(sel, n) {
		i := j
		if sel != nil {
			i = int(sel[j])
		}
		s := spans[i]
		out[i] = 0
		if s.Len == record.NullLen {
			r.null(i, n)
			continue
		}
		b, off, size := f.Bufs[s.Off>>31], s.Off&^record.AuxBit, s.Len
		if v, scale, neg, ok := decimal(b, off, size); ok && v <= 1<<53 {
			x := float64(v) / floatPow10[scale]
			if neg {
				x = -x
			}
			out[i] = x
			continue
		}
		d, ok, err := r.datum(f, i, n)
		if err != nil {
			return err
		}
		if ok {
			out[i] = d.F
		}
	}
	return nil
}

func readDecimals(r *Reader, f *record.Fields, sel []int32, n int) error {
	out := column.As[int64](r.data)[:n]
	want := uint32(r.typ.Scale)
	limit := pow10[r.typ.Digits]
	spans := f.Spans[:n]
	for j := range count(sel, n) {
		i := j
		if sel != nil {
			i = int(sel[j])
		}
		s := spans[i]
		out[i] = 0
		if s.Len == record.NullLen {
			r.null(i, n)
			continue
		}
		b, off, size := f.Bufs[s.Off>>31], s.Off&^record.AuxBit, s.Len
		if v, scale, neg, ok := decimal(b, off, size); ok && scale <= want {
			if p := pow10[want-scale]; v < limit/p {
				x := int64(v * p)
				if neg {
					x = -x
				}
				out[i] = x
				continue
			}
		}
		d, ok, err := r.datum(f, i, n)
		if err != nil {
			return err
		}
		if ok {
			out[i] = d.I
		}
	}
	return nil
}

func readDates(r *Reader, f *record.Fields, sel []int32, n int) error {
	out := column.As[int32](r.data)[:n]
	spans := f.Spans[:n]
	for j := range count(sel, n) {
		i := j
		if sel != nil {
			i = int(sel[j])
		}
		s := spans[i]
		out[i] = 0
		if s.Len == record.NullLen {
			r.null(i, n)
			continue
		}
		b, off, size := f.Bufs[s.Off>>31], s.Off&^record.AuxBit, s.Len
		if size == 10 {
			if v, ok := isoDate(b, off); ok {
				out[i] = v
				continue
			}
		}
		d, ok, err := r.datum(f, i, n)
		if err != nil {
			return err
		}
		if ok {
			out[i] = int32(d.I)
		}
	}
	return nil
}

func readTimestamps(r *Reader, f *record.Fields, sel []int32, n int) error {
	out := column.As[int64](r.data)[:n]
	precise := r.typ.Typmod < 0 || r.typ.Typmod >= 6
	spans := f.Spans[:n]
	for j := range count(sel, n) {
		i := j
		if sel != nil {
			i = int(sel[j])
		}
		s := spans[i]
		out[i] = 0
		if s.Len == record.NullLen {
			r.null(i, n)
			continue
		}
		b, off, size := f.Bufs[s.Off>>31], s.Off&^record.AuxBit, s.Len
		if v, ok := isoTimestamp(b, off, size, precise); ok {
			out[i] = v
			continue
		}
		d, ok, err := r.datum(f, i, n)
		if err != nil {
			return err
		}
		if ok {
			out[i] = d.I
		}
	}
	return nil
}

func readBools(r *Reader, f *record.Fields, sel []int32, n int) error {
	out := column.As[uint8](r.data)[:n]
	spans := f.Spans[:n]
	for j := range count(sel, n) {
		i := j
		if sel != nil {
			i = int(sel[j])
		}
		s := spans[i]
		out[i] = 0
		if s.Len == record.NullLen {
			r.null(i, n)
			continue
		}
		b, off, size := f.Bufs[s.Off>>31], s.Off&^record.AuxBit, s.Len
		if v, ok := boolean(load(b, off), size); ok {
			out[i] = v
			continue
		}
		d, ok, err := r.datum(f, i, n)
		if err != nil {
			return err
		}
		if ok {
			out[i] = uint8(d.I)
		}
	}
	return nil
}

// isoTimestamp reads YYYY-MM-DD[( |T)HH:MM:SS[.ffffff]].
func isoTimestamp(b []byte, off, n uint32, precise bool) (int64, bool) {
	if n < 10 {
		return 0, false
	}
	d, ok := isoDate(b, off)
	if n == 10 || !ok {
		return int64(d) * dayMicros, ok
	}
	if c := b[off+10]; c != ' ' && c != 'T' || !precise {
		return 0, false
	}
	t, ok := isoTime(b, off+11, n-11)
	return int64(d)*dayMicros + t, ok
}

// boolean reads true, false, t, f, 1 and 0 of the first n bytes of w.
func boolean(w uint64, n uint32) (uint8, bool) {
	switch {
	case n == 4 && w&0xffffffff|0x20202020 == 'e'<<24|'u'<<16|'r'<<8|'t':
		return 1, true
	case n == 5 && w&0xffffffffff|0x2020202020 == 'e'<<32|'s'<<24|'l'<<16|'a'<<8|'f':
		return 0, true
	case n != 1:
		return 0, false
	}
	switch byte(w) {
	case 't', '1':
		return 1, true
	case 'f', '0':
		return 0, true
	}
	return 0, false
}

// readText makes views into the fields' buffers.
func readText(r *Reader, f *record.Fields, sel []int32, n int) error {
	out := column.As[column.View](r.data)[:n]
	r.col.Bufs = append(r.col.Bufs, f.Bufs[0])
	if f.Bufs[1] != nil {
		r.col.Bufs = append(r.col.Bufs, f.Bufs[1])
	}
	for j := range count(sel, n) {
		i := j
		if sel != nil {
			i = int(sel[j])
		}
		s := f.Spans[i]
		if s.Len == record.NullLen {
			out[i] = column.View{}
			r.null(i, n)
			continue
		}
		buf, off := s.Off>>31, s.Off&^record.AuxBit
		if !f.Clean {
			b := f.Bytes(s)
			if bytes.IndexByte(b, 0) >= 0 || !record.Clean(b) {
				out[i] = column.View{}
				if err := r.fail(i, types.ValidText(b)); err != nil {
					return err
				}
				continue
			}
		}
		out[i] = view(f.Bufs[buf], buf, off, s.Len)
	}
	return nil
}

// inlineMasks keep the first n of the eight bytes of a word.
var inlineMasks = [...]uint64{0, 0xff, 0xffff, 0xffffff, 0xffffffff, 0xffffffffff, 0xffffffffffff, 0xffffffffffffff, 0xffffffffffffffff}

// view is column.MakeView for bytes that Slack follows.
func view(b []byte, buf, off, n uint32) (v column.View) {
	if n > column.MaxInline {
		v.Len, v.Buf, v.Off = n, buf, off
		binary.LittleEndian.PutUint32(v.Prefix[:], uint32(load(b, off)))
		return v
	}
	w := load(b, off) & inlineMasks[min(n, 8)]
	x := uint64(0)
	if n > 8 {
		x = load(b, off+8) & inlineMasks[n-8]
	}
	p := (*[2]uint64)(unsafe.Pointer(&v))
	p[0] = uint64(n) | w<<32
	p[1] = w>>32 | x<<32
	return v
}
