package slab

import (
	"github.com/inlaydb/inlay/storage/column"
)

// Scratch is columns that one worker fills again and again, for batches that
// it lends out.
type Scratch struct {
	// Own has strings copied into one heap of the scratch rather than shared
	// with the store: for rows that are written to disk with nothing beside them.
	Own  bool
	cols []scratchCol
}

type scratchCol struct {
	col   column.Column
	data  []byte
	valid []uint64
	bufs  [][]byte // backing of col.Bufs
	heap  []byte
	child vector
	used  []int32 // by chunk: 1 + the number of its heap in Bufs
}

// NewScratch makes scratch for n columns.
func NewScratch(n int) *Scratch { return &Scratch{cols: make([]scratchCol, n)} }

func (c *scratchCol) reset(k column.Kind, n int) *column.Column {
	size := n * k.Width()
	if cap(c.data) < size {
		c.data = column.Alloc(size + size/4)
	}
	c.col = column.Column{Kind: k, Len: n, Data: c.data[:size]}
	return &c.col
}

func (c *scratchCol) makeValid(n int) {
	words := (n + 63) / 64
	if cap(c.valid) < words {
		c.valid = make([]uint64, words+words/4)
	}
	c.col.Valid = c.valid[:words]
	for i := range c.col.Valid {
		c.col.Valid[i] = ^uint64(0)
	}
}

// Gather collects column col of the rows ids. Without at, row k of the result
// is row ids[k]; with it row at[k] of n rows is, and the other rows of the
// result are undefined (but harmless: views among them are empty). NoRow
// gives NULL where optional is set and must not occur otherwise. The result is
// column i of the scratch, good until the next use of it.
func (s *Store) Gather(sc *Scratch, i, col int, ids []RowID, at []int32, n int, optional bool) *column.Column {
	c := &sc.cols[i]
	if at == nil {
		n = len(ids)
	}
	k := s.kinds[col]
	out := c.reset(k, n)
	nulls := optional
	if !nulls {
		for _, ch := range s.chunks {
			if ch.vecs[col].valid != nil {
				nulls = true
				break
			}
		}
	}
	if nulls {
		c.makeValid(n)
		s.gatherValid(out, col, ids, at)
	}
	if k == column.Bytes || k == column.Numeric {
		s.gatherViews(c, col, ids, at, nulls, sc.Own)
		return out
	}
	if k == column.List {
		s.gatherLists(c, col, ids, at, nulls)
		return out
	}
	switch k.Width() {
	case 1:
		gatherFixed(s, column.As[uint8](out.Data), col, ids, at, optional)
	case 2:
		gatherFixed(s, column.As[int16](out.Data), col, ids, at, optional)
	case 4:
		gatherFixed(s, column.As[int32](out.Data), col, ids, at, optional)
	case 8:
		gatherFixed(s, column.As[int64](out.Data), col, ids, at, optional)
	default:
		gatherFixed(s, column.As[column.Int128Value](out.Data), col, ids, at, optional)
	}
	return out
}

func gatherFixed[T column.Element](s *Store, out []T, col int, ids []RowID, at []int32, optional bool) {
	if len(s.chunks) == 1 && !optional {
		src := column.As[T](s.chunks[0].vecs[col].data)
		if at == nil {
			out = out[:len(ids)]
			for k, id := range ids {
				out[k] = src[id&chunkMask]
			}
			return
		}
		at = at[:len(ids)]
		for k, id := range ids {
			out[at[k]] = src[id&chunkMask]
		}
		return
	}
	var room [64][]T
	src := room[:0]
	for _, c := range s.chunks {
		src = append(src, column.As[T](c.vecs[col].data))
	}
	switch {
	case optional:
		var zero T
		for k, id := range ids {
			v := zero
			if id != NoRow {
				v = src[id>>chunkShift][id&chunkMask]
			}
			out[pos(at, k)] = v
		}
	case at == nil:
		out = out[:len(ids)]
		for k, id := range ids {
			out[k] = src[id>>chunkShift][id&chunkMask]
		}
	default:
		at = at[:len(ids)]
		for k, id := range ids {
			out[at[k]] = src[id>>chunkShift][id&chunkMask]
		}
	}
}

func (s *Store) gatherValid(out *column.Column, col int, ids []RowID, at []int32) {
	for k, id := range ids {
		if id == NoRow {
			column.ClearBit(out.Valid, pos(at, k))
			continue
		}
		v := s.chunks[id>>chunkShift].vecs[col].valid
		if v != nil && !column.Bit(v, int(id&chunkMask)) {
			column.ClearBit(out.Valid, pos(at, k))
		}
	}
}

// source is one chunk's strings.
type source struct {
	views []column.View
	heap  []byte
}

// gatherViews shares the chunks' heaps where few are in play and copies the
// strings otherwise.
func (s *Store) gatherViews(c *scratchCol, col int, ids []RowID, at []int32, nulls, own bool) {
	out := column.As[column.View](c.col.Data)
	if at != nil && len(ids) < len(out) || nulls {
		clear(out)
	}
	c.bufs, c.heap = c.bufs[:0], c.heap[:0]
	var room [64]source
	src := room[:0]
	for _, ch := range s.chunks {
		vec := &ch.vecs[col]
		src = append(src, source{column.As[column.View](vec.data), vec.heap})
	}
	if own {
		for k, id := range ids {
			if id == NoRow {
				continue
			}
			from := &src[id>>chunkShift]
			v := from.views[id&chunkMask]
			if v.Len > column.MaxInline {
				off := uint32(len(c.heap))
				c.heap = append(c.heap, from.heap[v.Off:v.Off+v.Len]...)
				v.Buf, v.Off = 0, off
			}
			out[pos(at, k)] = v
		}
		if len(c.heap) > 0 {
			c.bufs = append(c.bufs, c.heap)
		}
		c.col.Bufs = c.bufs
		return
	}
	for len(c.used) < len(s.chunks) {
		c.used = append(c.used, 0)
	}
	clear(c.used)
	copying := false
	for k, id := range ids {
		if id == NoRow {
			continue
		}
		ch := id >> chunkShift
		from := &src[ch]
		v := from.views[id&chunkMask]
		if v.Len <= column.MaxInline {
			out[pos(at, k)] = v
			continue
		}
		buf := c.used[ch]
		if buf == 0 {
			if len(c.bufs) < column.MaxBuffers-1 {
				c.bufs = append(c.bufs, from.heap)
				buf = int32(len(c.bufs))
			} else {
				copying = true
				buf = -1
			}
			c.used[ch] = buf
		}
		if buf > 0 {
			v.Buf = uint32(buf - 1)
		} else {
			v.Buf = column.MaxBuffers - 1
			off := uint32(len(c.heap))
			c.heap = append(c.heap, from.heap[v.Off:v.Off+v.Len]...)
			v.Off = off
		}
		out[pos(at, k)] = v
	}
	if copying {
		c.bufs = append(c.bufs, c.heap)
	}
	c.col.Bufs = c.bufs
}

func (s *Store) gatherLists(c *scratchCol, col int, ids []RowID, at []int32, nulls bool) {
	out := column.As[column.ListView](c.col.Data)
	clear(out)
	c.child = vector{}
	for k, id := range ids {
		if id == NoRow {
			continue
		}
		vec := &s.chunks[id>>chunkShift].vecs[col]
		l := column.As[column.ListView](vec.data)[id&chunkMask]
		if l.Len == 0 {
			continue
		}
		if c.child.kind == column.Invalid {
			c.child.kind = vec.child.kind
		}
		off := c.child.n
		var elems column.Column
		vec.child.column(&elems, 0, vec.child.n)
		c.child.push(&elems, int(l.Off), int(l.Off+l.Len))
		out[pos(at, k)] = column.ListView{Off: uint32(off), Len: l.Len, Shape: l.Shape}
	}
	c.col.Child = &column.Column{Kind: column.Bytes}
	if c.child.kind != column.Invalid {
		c.child.column(c.col.Child, 0, c.child.n)
	}
}

// GatherColumn collects rows sel of a column of any form into the scratch as a
// flat column, strings sharing the source's buffers.
func (sc *Scratch) GatherColumn(i int, src *column.Column, sel []int32) *column.Column {
	c := &sc.cols[i]
	switch src.Form {
	case column.Constant:
		c.col = *src
		c.col.Len = len(sel)
		return &c.col
	case column.Dictionary:
		if cap(c.data) < len(sel)*4 {
			c.data = column.Alloc(len(sel)*4 + 64)
		}
		codes := column.As[int32](c.data[:len(sel)*4])
		for k, p := range sel {
			codes[k] = src.Codes[p]
		}
		c.col = column.Column{Kind: src.Kind, Form: column.Dictionary, Len: len(sel), Codes: codes, Dict: src.Dict}
	default:
		out := c.reset(src.Kind, len(sel))
		column.GatherInto(out.Data, src.Data, src.Kind.Width(), sel)
		c.col.Bufs = src.Bufs
		c.col.Child = src.Child
	}
	if src.Valid != nil {
		c.makeValid(len(sel))
		valid := c.col.Valid
		clear(valid)
		for k, p := range sel {
			valid[k>>6] |= src.Valid[p>>6] >> (uint(p) & 63) & 1 << (uint(k) & 63)
		}
	}
	return &c.col
}
