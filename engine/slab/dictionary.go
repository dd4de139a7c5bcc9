package slab

import (
	"github.com/inlaydb/inlay/storage/column"
)

// maxDictRows bounds the rows of a store that become a dictionary.
const maxDictRows = 1 << 18

// DictBytes is the memory that Dict takes for column col; 0 where it makes no
// dictionary of it.
func (s *Store) DictBytes(col int) int64 {
	n := s.ids()
	if s.kinds[col] != column.Bytes || n == 0 || n > maxDictRows || len(s.chunks) > column.MaxBuffers {
		return 0
	}
	if len(s.chunks) == 1 {
		return 1
	}
	return int64(n) * 16
}

// ids is how many ids there are up to the last row's.
func (s *Store) ids() int {
	n := len(s.chunks)
	if n == 0 {
		return 0
	}
	return (n-1)*ChunkRows + s.chunks[n-1].n
}

// Dict is column col of a store, for which DictBytes is above 0, as a
// dictionary whose codes are the rows' ids. The store must not change while it
// is in use.
func (s *Store) Dict(col int) *column.Dict {
	values := &column.Column{}
	if len(s.chunks) == 1 {
		s.chunks[0].vecs[col].column(values, 0, s.chunks[0].n)
	} else {
		*values = *column.NewFlat(column.Bytes, s.ids())
		out := column.Values[column.View](values)
		for i, c := range s.chunks {
			vec := &c.vecs[col]
			at := out[i*ChunkRows:]
			for k, v := range column.As[column.View](vec.data)[:c.n] {
				if v.Len > column.MaxInline {
					v.Buf = uint32(i)
				}
				at[k] = v
			}
			values.Bufs = append(values.Bufs, vec.heap)
		}
	}
	values.Valid = nil // NULLs are told by the column's own bitmap
	d := column.NewDict(values)
	d.Dup = true
	return d
}

// Codes writes the codes of the rows ids in the dictionaries of the store: at
// the places at of n rows, or one after the other where at is nil.
func Codes(dst []int32, ids []RowID, at []int32, n int) []int32 {
	if at == nil {
		n = len(ids)
	}
	if cap(dst) < n {
		dst = make([]int32, n+n/4)
	}
	dst = dst[:n]
	if at == nil {
		for k, id := range ids {
			dst[k] = int32(id)
		}
		return dst
	}
	clear(dst) // what stands elsewhere must be codes too
	at = at[:len(ids)]
	for k, id := range ids {
		dst[at[k]] = int32(id)
	}
	return dst
}

// GatherCodes is Gather for a column of which d is the dictionary; codes are
// those of ids. Columns of one batch share them, which tells an aggregation
// that they come from the same row.
func (s *Store) GatherCodes(sc *Scratch, i, col int, d *column.Dict, codes []int32, ids []RowID, at []int32) *column.Column {
	c := &sc.cols[i]
	c.col = column.Column{Kind: s.kinds[col], Form: column.Dictionary, Len: len(codes), Codes: codes, Dict: d}
	for _, ch := range s.chunks {
		if ch.vecs[col].valid != nil {
			c.makeValid(len(codes))
			s.gatherValid(&c.col, col, ids, at)
			break
		}
	}
	return &c.col
}
