package parquet

import (
	"sync"
	"unsafe"

	"github.com/inlaydb/inlay/storage/column"
)

// output collects the rows of one call. Its buffers are reused by the next.
type output struct {
	kind  column.Kind
	width int
	data  []byte // values, flat
	codes []int32
	valid []uint64
	nulls bool // valid is in use
	coded bool // the rows so far are codes and not values
	alias []byte
	bufs  [][]byte // heaps of views; the first is the dictionary's
	pins  []*pageBuffer
	col   column.Column
}

// reset lets go of the rows of the last call.
func (o *output) reset(pool *pagePool) {
	for _, p := range o.pins {
		pool.unpin(p)
	}
	o.pins = o.pins[:0]
	o.nulls, o.coded, o.alias = false, false, nil
	clear(o.bufs)
	o.bufs = append(o.bufs[:0], nil)
}

// room makes space for rows values, keeping those before.
func (o *output) room(rows int) {
	if n := rows * o.width; n > len(o.data) {
		grown := column.Alloc(max(n, 2*len(o.data)) + 16)
		copy(grown, o.data)
		o.data = grown
	}
}

func (o *output) roomCodes(rows int) {
	if rows > len(o.codes) {
		grown := make([]int32, max(rows, 2*len(o.codes)))
		copy(grown, o.codes)
		o.codes = grown
	}
}

// at is the memory of values from row i on.
func (o *output) at(i int) []byte { return o.data[i*o.width:] }

// startNulls begins the bitmap when row i is the first that may be NULL.
func (o *output) startNulls(i, rows int) {
	words := (rows + 63) / 64
	if !o.nulls {
		o.nulls = true
		if cap(o.valid) < words {
			o.valid = make([]uint64, words, words+words/2)
		} else {
			o.valid = o.valid[:words]
			clear(o.valid)
		}
		setBits(o.valid, 0, i)
		return
	}
	for len(o.valid) < words {
		o.valid = append(o.valid, 0)
	}
}

// heap adds a buffer that views may refer to, unless it is the one added last,
// and returns its number. When the most a column may have are in use, the
// strings so far are copied into one.
func (o *output) heap(b []byte, d *dictionary, rows int) uint32 {
	last := o.bufs[len(o.bufs)-1]
	if len(o.bufs) > 1 && len(b) > 0 && len(last) == len(b) && &last[0] == &b[0] {
		return uint32(len(o.bufs) - 1)
	}
	if len(o.bufs) == column.MaxBuffers {
		if d != nil {
			o.bufs[0] = d.heap
		}
		o.compact(rows)
	}
	o.bufs = append(o.bufs, b)
	return uint32(len(o.bufs) - 1)
}

func (o *output) compact(rows int) {
	views := column.As[column.View](o.data)[:rows]
	total := 0
	for i := range views {
		if views[i].Len > column.MaxInline {
			total += int(views[i].Len)
		}
	}
	all := make([]byte, 0, total)
	for i := range views {
		if v := &views[i]; v.Len > column.MaxInline {
			off := uint32(len(all))
			all = append(all, v.Bytes(o.bufs)...)
			v.Buf, v.Off = 1, off
		}
	}
	clear(o.bufs[2:])
	o.bufs = append(o.bufs[:1], all)
}

// finish makes the column of rows rows.
func (o *output) finish(rows int, d *dictionary) *column.Column {
	o.col = column.Column{Kind: o.kind, Len: rows}
	if o.nulls {
		o.col.Valid = o.valid[:(rows+63)/64]
	}
	if o.coded {
		o.col.Form = column.Dictionary
		o.col.Codes = o.codes[:rows:rows]
		o.col.Dict = d.columnDict(o.kind)
		return &o.col
	}
	switch {
	case o.alias != nil:
		o.col.Data = o.alias
	default:
		o.room(rows)
		o.col.Data = o.data[: rows*o.width : rows*o.width]
	}
	if o.kind.IsView() {
		o.bufs[0] = nil
		if d != nil {
			o.bufs[0] = d.heap
		}
		o.col.Bufs = o.bufs
	}
	return &o.col
}

// pageBuffer is the memory of one decompressed page.
type pageBuffer struct {
	b    []byte
	pins int // by the reader's current page and by outputs
}

// pagePool recycles page buffers within a reader: the same few stay warm.
type pagePool struct {
	free    []*pageBuffer
	mem     *account
	prepaid int64 // charged by ensure for the next buffer
}

// take returns a pinned buffer of n bytes and pageSlack behind them.
func (p *pagePool) take(n int) *pageBuffer {
	var b *pageBuffer
	for i, f := range p.free {
		if cap(f.b) >= n+pageSlack {
			b = f
			p.free[i] = p.free[len(p.free)-1]
			p.free = p.free[:len(p.free)-1]
			break
		}
	}
	if b == nil {
		size := bufferSize(n)
		if p.prepaid < int64(size) {
			_ = p.mem.grow(int64(size) - p.prepaid) // a second buffer for a page that was paid for: as large, and soon given back
		}
		p.prepaid = 0
		b = &pageBuffer{b: column.Alloc(size)}
		if len(p.free) > 2 {
			p.mem.shrink(int64(cap(p.free[0].b)))
			p.free = p.free[1:] // too small for this column's pages
		}
	}
	b.b = b.b[:n]
	b.pins = 1
	return b
}

func (p *pagePool) unpin(b *pageBuffer) {
	if b.pins--; b.pins > 0 {
		return
	}
	if len(p.free) < maxFreePages {
		p.free = append(p.free, b)
		return
	}
	p.mem.shrink(int64(cap(b.b)))
}

// maxFreePages is how many page buffers a reader keeps: a column of views may
// refer to this many, and one is being read.
const maxFreePages = column.MaxBuffers + 1

// scratch is the memory of a column reader, handed from one that is closed to
// the next: row groups come one after the other, and their pages are alike.
type scratch struct {
	pool pagePool
	out  output
	tmp  output // decoded rows of which ReadSelected takes some
	code []int32
	nums []int64
	dict dictBuffers

	entryRep, entryDef []int32 // of ReadLevels
}

var scratches = sync.Pool{New: func() any { return &scratch{} }}

// giveBack returns the scratch of a closed reader.
func (s *scratch) giveBack() {
	s.out.reset(&s.pool)
	s.tmp.reset(&s.pool)
	s.out.col, s.tmp.col = column.Column{}, column.Column{}
	s.pool.mem = nil
	scratches.Put(s)
}

// aligned says whether the bytes may be seen as values of the width.
func aligned(b []byte, width int) bool {
	a := min(width, 8)
	return uintptr(unsafe.Pointer(unsafe.SliceData(b)))&uintptr(a-1) == 0
}
