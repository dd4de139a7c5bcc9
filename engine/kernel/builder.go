package kernel

import (
	"github.com/inlaydb/inlay/storage/column"
)

// maxHeap is how large one heap buffer of a Builder grows.
const maxHeap = 1 << 30

// Builder collects rows of columns of one kind into a flat column of its own:
// what operators keep lent rows in. The zero Builder is not ready; use
// NewBuilder.
type Builder struct {
	col   column.Column
	child *Builder // lists
}

// NewBuilder makes an empty builder.
func NewBuilder(k column.Kind) *Builder {
	return &Builder{col: column.Column{Kind: k}}
}

// Len is how many rows are in the builder.
func (b *Builder) Len() int { return b.col.Len }

// AppendSize bounds the bytes that Append of the same rows will add, for a
// reservation. Slices grow by half at most, which the bound includes.
func (b *Builder) AppendSize(c *column.Column, sel []int32) int64 {
	n := rows(c, sel)
	size := int64(n)*int64(c.Kind.Width()) + int64(n)/8 + 8
	switch {
	case c.Kind.IsView():
		size += heapBytes(c, sel)
	case c.Kind == column.List:
		for r := range n {
			if i := at(sel, r); !c.IsNull(i) {
				size += int64(column.At[column.ListView](c, i).Len) * int64(childOf(c).Kind.Width()+16)
			}
		}
	}
	return size + size/2
}

// Size is the memory that the builder holds, in bytes.
func (b *Builder) Size() int64 {
	n := int64(cap(b.col.Data)) + int64(cap(b.col.Valid))*8
	for _, h := range b.col.Bufs {
		n += int64(cap(h))
	}
	if b.child != nil {
		n += b.child.Size()
	}
	return n
}

// Append copies the selected rows of c, which has the builder's kind and any
// form.
func (b *Builder) Append(c *column.Column, sel []int32) {
	n := rows(c, sel)
	if n == 0 {
		return
	}
	old := b.col.Len
	w := b.col.Kind.Width()
	b.col.Data = growBytes(b.col.Data, n*w)
	dst := b.col.Data[old*w:]
	b.col.Len += n
	b.appendValid(c, sel, old, n)
	switch {
	case c.Kind.IsView():
		b.appendViews(column.As[column.View](dst), c, sel, n)
	case c.Kind == column.List:
		b.appendLists(column.As[column.ListView](dst), c, sel, n)
	case c.Form == column.Constant:
		for k := range n {
			copy(dst[k*w:], c.Data[:w])
		}
	case c.Form == column.Dictionary:
		if c.Dict.Values.Len == 0 {
			break
		}
		pos := c.Codes[:n]
		if sel != nil {
			pos = make([]int32, n)
			for k, i := range sel {
				pos[k] = c.Codes[i]
			}
		}
		column.GatherInto(dst, c.Dict.Values.Data, w, pos)
		b.zeroNulls(old, n)
	case sel == nil:
		copy(dst, c.Data[:n*w])
	default:
		column.GatherInto(dst, c.Data, w, sel)
	}
}

// Column is what was collected, given to the caller; the builder starts anew.
func (b *Builder) Column() *column.Column {
	out := b.col
	if b.child != nil {
		out.Child = b.child.Column()
	} else if out.Kind == column.List {
		out.Child = &column.Column{Kind: column.Bytes}
	}
	b.col = column.Column{Kind: out.Kind}
	b.child = nil
	return &out
}

// Peek is what was collected so far, lent until the next Append.
func (b *Builder) Peek() *column.Column {
	if b.child != nil {
		b.col.Child = b.child.Peek()
	}
	return &b.col
}

func rows(c *column.Column, sel []int32) int {
	if sel == nil {
		return c.Len
	}
	return len(sel)
}

// growBytes lengthens an aligned buffer by n zero bytes.
func growBytes(b []byte, n int) []byte {
	need := len(b) + n
	if need <= cap(b) {
		tail := b[len(b):need]
		clear(tail)
		return b[:need]
	}
	grown := column.Alloc(max(need, len(b)+len(b)/2, 256))
	copy(grown, b)
	return grown[:need]
}

func (b *Builder) appendValid(c *column.Column, sel []int32, old, n int) {
	if c.Valid == nil && b.col.Valid == nil {
		return
	}
	if b.col.Valid == nil {
		b.col.Valid = column.NewBitmap(old, true)
	}
	for len(b.col.Valid)*64 < old+n {
		b.col.Valid = append(b.col.Valid, 0)
	}
	for k := range n {
		if c.IsNull(at(sel, k)) {
			column.ClearBit(b.col.Valid, old+k)
		} else {
			column.SetBit(b.col.Valid, old+k)
		}
	}
}

func (b *Builder) zeroNulls(old, n int) {
	if b.col.Valid == nil {
		return
	}
	w := b.col.Kind.Width()
	for i := old; i < old+n; i++ {
		if !column.Bit(b.col.Valid, i) {
			clear(b.col.Data[i*w : (i+1)*w])
		}
	}
}

func (b *Builder) appendViews(dst []column.View, c *column.Column, sel []int32, n int) {
	for k := range n {
		i := at(sel, k)
		if c.IsNull(i) {
			continue
		}
		s, p := c.Slot(i)
		v := column.Values[column.View](s)[p]
		if v.Len > column.MaxInline {
			v.Buf, v.Off = b.heap(v.Bytes(s.Bufs))
		}
		dst[k] = v
	}
}

// heap copies s into a heap buffer and says where it lies.
func (b *Builder) heap(s []byte) (buf, off uint32) {
	last := len(b.col.Bufs) - 1
	if last < 0 || len(b.col.Bufs[last])+len(s) > maxHeap && last+1 < column.MaxBuffers {
		b.col.Bufs = append(b.col.Bufs, nil)
		last++
	}
	h := b.col.Bufs[last]
	off = uint32(len(h))
	if need := len(h) + len(s); need > cap(h) {
		grown := make([]byte, len(h), max(need, len(h)+len(h)/2, 1024))
		copy(grown, h)
		h = grown
	}
	b.col.Bufs[last] = append(h, s...)
	return uint32(last), off
}

func (b *Builder) appendLists(dst []column.ListView, c *column.Column, sel []int32, n int) {
	var elems []int32
	child := c.Child
	if c.Form == column.Dictionary {
		child = c.Dict.Values.Child
	}
	if b.child == nil {
		b.child = NewBuilder(child.Kind)
	}
	off := uint32(b.child.Len())
	for k := range n {
		i := at(sel, k)
		if c.IsNull(i) {
			continue
		}
		l := column.At[column.ListView](c, i)
		dst[k] = column.ListView{Off: off, Len: l.Len, Shape: l.Shape}
		off += l.Len
		for j := range l.Len {
			elems = append(elems, int32(l.Off+j))
		}
	}
	if len(elems) > 0 {
		if b.child.col.Kind != child.Kind { // empty lists may come with any element kind
			b.child = NewBuilder(child.Kind)
		}
		b.child.Append(child, elems)
	}
}

// heapBytes is the size of the selected strings that do not lie in their view.
func heapBytes(c *column.Column, sel []int32) (size int64) {
	for k := range rows(c, sel) {
		i := at(sel, k)
		if c.IsNull(i) {
			continue
		}
		if v := column.At[column.View](c, i); v.Len > column.MaxInline {
			size += int64(v.Len)
		}
	}
	return size
}

// CopyStrings makes a flat copy of the selected rows of a column of views
// (kinds Bytes and Numeric) with one heap buffer of exactly what they need.
func CopyStrings(c *column.Column, sel []int32) *column.Column {
	b := NewBuilder(c.Kind)
	if size := heapBytes(c, sel); size > 0 {
		b.col.Bufs = [][]byte{make([]byte, 0, size)}
	}
	b.Append(c, sel)
	return b.Column()
}

// Concat makes one flat column of several of one kind, in order.
func Concat(k column.Kind, cols []*column.Column) *column.Column {
	b := NewBuilder(k)
	n := 0
	for _, c := range cols {
		n += c.Len
	}
	b.col.Data = column.Alloc(n * k.Width())[:0]
	for _, c := range cols {
		b.Append(c, nil)
	}
	return b.Column()
}

// childOf is the column of a list column's elements, in any form.
func childOf(c *column.Column) *column.Column {
	if c.Form == column.Dictionary {
		return c.Dict.Values.Child
	}
	return c.Child
}

// AppendBytes adds one string to a builder of kind Bytes or Numeric.
func (b *Builder) AppendBytes(s []byte) {
	var v column.View
	if len(s) <= column.MaxInline {
		v = column.InlineView(s)
	} else {
		buf, off := b.heap(s)
		v = column.MakeView(s, buf, off)
	}
	i := b.grow()
	column.As[column.View](b.col.Data)[i] = v
}

// AppendNull adds a NULL.
func (b *Builder) AppendNull() {
	i := b.grow()
	if b.col.Valid == nil {
		b.col.Valid = column.NewBitmap(b.col.Len, true)
	}
	column.ClearBit(b.col.Valid, i)
}

// grow makes room for one row, not NULL, and returns its position.
func (b *Builder) grow() int {
	i := b.col.Len
	b.col.Data = growBytes(b.col.Data, b.col.Kind.Width())
	b.col.Len++
	if b.col.Valid != nil {
		if len(b.col.Valid)*64 < b.col.Len {
			b.col.Valid = append(b.col.Valid, 0)
		}
		column.SetBit(b.col.Valid, i)
	}
	return i
}
