package slab

import (
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// vector is one column of a chunk: flat, growing, with one heap for strings.
type vector struct {
	kind  column.Kind
	n     int      // rows
	data  []byte   // capacity in rows is len(data)/width
	valid []uint64 // nil while no row is NULL; else as many bits as data has rows
	heap  []byte   // strings that do not lie in their view
	child *vector  // lists; made with the first element
}

// maxHeap bounds the heap of one vector: offsets have 32 bits.
const maxHeap = 1 << 31

// want is what an append will need, computed before anything changes.
type want struct {
	rows  int // capacity in rows to grow to; 0: enough
	valid bool
	heap  int // capacity of the heap to grow to; 0: enough
	bytes int64
	elems int // list elements
}

// pos is position k of a piece: sel[k], or k itself.
func pos(sel []int32, k int) int {
	if sel == nil {
		return k
	}
	return int(sel[k])
}

// need computes what appending rows lo to hi of the selection takes.
// It reports false where the strings do not fit into this chunk's heap.
func (v *vector) need(c *column.Column, sel []int32, lo, hi, rows int) (w want, fits bool) {
	width := v.kind.Width()
	have := 0
	if width > 0 {
		have = len(v.data) / width
	}
	if rows > have {
		w.rows = rows
		w.bytes += int64(rows-have) * int64(width)
	}
	if c.Valid != nil || v.valid != nil {
		words := (max(rows, have) + 63) / 64
		if words > len(v.valid) {
			w.valid = true
			w.bytes += int64(words-len(v.valid)) * 8
		}
	}
	switch {
	case v.kind.IsView():
		long := heapSize(c, sel, lo, hi)
		if size := len(v.heap) + long; size > cap(v.heap) {
			if size > maxHeap {
				return w, false
			}
			w.heap = max(size, min(2*cap(v.heap), maxHeap), 64)
			w.bytes += int64(w.heap - cap(v.heap))
		}
	case v.kind == column.List:
		w.elems = listElems(c, sel, lo, hi)
		if w.elems > 0 {
			used := 0
			if v.child != nil {
				used = v.child.n
			}
			if used+w.elems > maxHeap/16 {
				return w, false
			}
			// The child grows by itself within this bound.
			w.bytes += childSize(c, sel, lo, hi, w.elems)
		}
	}
	return w, true
}

// grow makes the room that need asked for.
func (v *vector) grow(w want) {
	if w.rows > 0 {
		data := column.Alloc(w.rows * v.kind.Width())
		copy(data, v.data)
		v.data = data
	}
	if w.valid {
		rows := len(v.data) / v.kind.Width()
		valid := make([]uint64, (rows+63)/64)
		if v.valid == nil {
			for i := range v.n / 64 {
				valid[i] = ^uint64(0)
			}
			if r := v.n % 64; r != 0 {
				valid[v.n/64] = 1<<r - 1
			}
		} else {
			copy(valid, v.valid)
		}
		v.valid = valid
	}
	if w.heap > 0 {
		heap := make([]byte, len(v.heap), w.heap)
		copy(heap, v.heap)
		v.heap = heap
	}
}

func heapSize(c *column.Column, sel []int32, lo, hi int) int {
	n := 0
	switch c.Form {
	case column.Constant:
		if v := column.Values[column.View](c); len(v) > 0 && v[0].Len > column.MaxInline {
			n = int(v[0].Len) * (hi - lo)
		}
	case column.Dictionary:
		if len(c.Dict.Values.Bufs) == 0 {
			return 0
		}
		views := column.Values[column.View](c.Dict.Values)
		for k := lo; k < hi; k++ {
			if code := int(c.Codes[pos(sel, k)]); code < len(views) && views[code].Len > column.MaxInline {
				n += int(views[code].Len)
			}
		}
	default:
		if len(c.Bufs) == 0 {
			return 0
		}
		views := column.Values[column.View](c)
		if sel == nil {
			for k := range views[lo:hi] {
				if l := views[lo+k].Len; l > column.MaxInline {
					n += int(l)
				}
			}
			return n
		}
		for _, i := range sel[lo:hi] {
			if l := views[i].Len; l > column.MaxInline {
				n += int(l)
			}
		}
	}
	return n
}

func listElems(c *column.Column, sel []int32, lo, hi int) int {
	n := 0
	for k := lo; k < hi; k++ {
		if i := pos(sel, k); !c.IsNull(i) {
			n += int(column.At[column.ListView](c, i).Len)
		}
	}
	return n
}

func listChild(c *column.Column) *column.Column {
	if c.Form == column.Dictionary {
		return c.Dict.Values.Child
	}
	return c.Child
}

// childSize bounds the memory that list elements take, growth by doubling
// included.
func childSize(c *column.Column, sel []int32, lo, hi, elems int) int64 {
	child := listChild(c)
	size := int64(elems) * int64(child.Kind.Width()+1)
	if child.Kind.IsView() {
		for k := lo; k < hi; k++ {
			if i := pos(sel, k); !c.IsNull(i) {
				l := column.At[column.ListView](c, i)
				size += int64(heapSize(child, nil, int(l.Off), int(l.Off+l.Len)))
			}
		}
	}
	return 2 * size
}

// append copies rows lo to hi of the selection; there is room for them.
func (v *vector) append(c *column.Column, sel []int32, lo, hi int) {
	n := hi - lo
	width := v.kind.Width()
	at := v.n
	v.n += n
	dst := v.data[at*width : v.n*width]
	if v.valid != nil {
		v.appendValid(c, sel, lo, hi, at)
	}
	if c.Kind != v.kind { // Int64 where the type's kind is Int128; a list's or NULL's kind may differ too
		v.convert(dst, c, sel, lo, hi)
		return
	}
	switch {
	case v.kind.IsView():
		v.appendViews(column.As[column.View](dst), c, sel, lo, hi)
		return
	case v.kind == column.List:
		v.appendLists(column.As[column.ListView](dst), c, sel, lo, hi)
		return
	}
	switch c.Form {
	case column.Constant:
		for k := 0; k < len(dst); k += width {
			copy(dst[k:k+width], c.Data)
		}
	case column.Dictionary:
		if c.Dict.Values.Len == 0 {
			clear(dst)
			return
		}
		var codes [256]int32
		for k := lo; k < hi; k += len(codes) {
			m := min(len(codes), hi-k)
			for j := range m {
				codes[j] = c.Codes[pos(sel, k+j)]
			}
			column.GatherInto(dst[(k-lo)*width:(k-lo+m)*width], c.Dict.Values.Data, width, codes[:m])
		}
		v.zeroNulls(at)
	default:
		if sel == nil {
			copy(dst, c.Data[lo*width:hi*width])
		} else {
			column.GatherInto(dst, c.Data, width, sel[lo:hi])
		}
	}
}

// convert copies values of another kind: scaled integers to the wider one.
// Anything else can only be NULLs (an untyped NULL constant).
func (v *vector) convert(dst []byte, c *column.Column, sel []int32, lo, hi int) {
	clear(dst)
	if v.kind != column.Int128 || c.Kind != column.Int64 {
		return
	}
	out := column.As[column.Int128Value](dst)
	for k := lo; k < hi; k++ {
		if i := pos(sel, k); !c.IsNull(i) {
			out[k-lo] = kernel.WideScaled(column.At[int64](c, i))
		}
	}
}

func (v *vector) appendValid(c *column.Column, sel []int32, lo, hi, at int) {
	if c.Valid == nil {
		setBits(v.valid, at, hi-lo)
		return
	}
	if c.Form == column.Constant {
		if c.Valid[0]&1 != 0 {
			setBits(v.valid, at, hi-lo)
		} else {
			clearBits(v.valid, at, hi-lo)
		}
		return
	}
	for k := lo; k < hi; k++ {
		i := pos(sel, k)
		bit := c.Valid[i>>6] >> (uint(i) & 63) & 1
		w, s := at>>6, uint(at)&63
		v.valid[w] = v.valid[w]&^(1<<s) | bit<<s
		at++
	}
}

func setBits(b []uint64, at, n int) {
	for n > 0 && at&63 != 0 {
		b[at>>6] |= 1 << (uint(at) & 63)
		at++
		n--
	}
	for ; n >= 64; n -= 64 {
		b[at>>6] = ^uint64(0)
		at += 64
	}
	if n > 0 {
		b[at>>6] |= 1<<uint(n) - 1
	}
}

func clearBits(b []uint64, at, n int) {
	for ; n > 0; n-- {
		b[at>>6] &^= 1 << (uint(at) & 63)
		at++
	}
}

func (v *vector) zeroNulls(from int) {
	if v.valid == nil {
		return
	}
	w := v.kind.Width()
	for i := from; i < v.n; i++ {
		if !column.Bit(v.valid, i) {
			clear(v.data[i*w : (i+1)*w])
		}
	}
}

func (v *vector) appendViews(dst []column.View, c *column.Column, sel []int32, lo, hi int) {
	switch c.Form {
	case column.Constant:
		s := column.Values[column.View](c)[0]
		if c.IsNull(0) {
			s = column.View{}
		}
		if s.Len > column.MaxInline {
			b := s.Bytes(c.Bufs)
			for k := range dst {
				dst[k] = v.long(&s, b)
			}
			return
		}
		for k := range dst {
			dst[k] = s
		}
	case column.Dictionary:
		views := column.Values[column.View](c.Dict.Values)
		if len(views) == 0 {
			clear(dst)
			return
		}
		for k := lo; k < hi; k++ {
			s := &views[c.Codes[pos(sel, k)]]
			if s.Len > column.MaxInline {
				if c.Valid != nil && c.IsNull(pos(sel, k)) {
					dst[k-lo] = column.View{}
					continue
				}
				dst[k-lo] = v.long(s, s.Bytes(c.Dict.Values.Bufs))
			} else {
				dst[k-lo] = *s
			}
		}
		v.zeroNulls(v.n - len(dst))
	default:
		views := column.Values[column.View](c)
		if sel == nil {
			views = views[lo:hi]
			for k := range dst {
				if s := &views[k]; s.Len > column.MaxInline {
					dst[k] = v.long(s, s.Bytes(c.Bufs))
				} else {
					dst[k] = *s
				}
			}
			return
		}
		for k, i := range sel[lo:hi] {
			if s := &views[i]; s.Len > column.MaxInline {
				dst[k] = v.long(s, s.Bytes(c.Bufs))
			} else {
				dst[k] = *s
			}
		}
	}
}

// long copies a string to the heap, which has room.
func (v *vector) long(s *column.View, b []byte) column.View {
	off := uint32(len(v.heap))
	v.heap = append(v.heap, b...)
	return column.View{Len: s.Len, Prefix: s.Prefix, Off: off}
}

func (v *vector) appendLists(dst []column.ListView, c *column.Column, sel []int32, lo, hi int) {
	child := listChild(c)
	for k := lo; k < hi; k++ {
		i := pos(sel, k)
		if c.IsNull(i) {
			dst[k-lo] = column.ListView{}
			continue
		}
		l := column.At[column.ListView](c, i)
		if l.Len == 0 {
			dst[k-lo] = column.ListView{}
			continue
		}
		if v.child == nil {
			v.child = &vector{kind: child.Kind}
		}
		off := v.child.n
		v.child.push(child, int(l.Off), int(l.Off+l.Len))
		dst[k-lo] = column.ListView{Off: uint32(off), Len: l.Len, Shape: l.Shape}
	}
}

// push appends and grows without asking: for list elements, whose memory the
// list has reserved.
func (v *vector) push(c *column.Column, lo, hi int) {
	rows := v.n + hi - lo
	if have := len(v.data) / v.kind.Width(); rows > have {
		rows = max(rows, 2*have, 16)
	}
	w, fits := v.need(c, nil, lo, hi, rows)
	if !fits {
		panic("slab: list elements exceed a chunk's heap")
	}
	v.grow(w)
	v.append(c, nil, lo, hi)
}

// size is the memory that the vector holds, in bytes.
func (v *vector) size() int64 {
	n := int64(len(v.data)) + int64(len(v.valid))*8 + int64(cap(v.heap))
	if v.child != nil {
		n += v.child.size()
	}
	return n
}

// column shows rows lo to hi in out; lo is a multiple of 64.
func (v *vector) column(out *column.Column, lo, hi int) {
	w := v.kind.Width()
	*out = column.Column{Kind: v.kind, Len: hi - lo, Data: v.data[lo*w : hi*w], Bufs: out.Bufs[:0]}
	if v.valid != nil {
		out.Valid = v.valid[lo>>6 : (hi+63)>>6]
	}
	if len(v.heap) > 0 {
		out.Bufs = append(out.Bufs, v.heap)
	}
	if v.kind == column.List {
		out.Child = &column.Column{Kind: column.Bytes}
		if v.child != nil {
			v.child.column(out.Child, 0, v.child.n)
		}
	}
}
