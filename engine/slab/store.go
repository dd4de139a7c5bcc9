package slab

import (
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/storage/column"
)

// ChunkRows is the most rows of a chunk.
const (
	chunkShift = 14
	ChunkRows  = 1 << chunkShift
	chunkMask  = ChunkRows - 1
	firstRows  = 16 // capacity that a store's first chunk starts with
)

// RowID names a row of a store: chunk number, position in it.
type RowID = uint32

// NoRow is no row; Gather gives NULL for it.
const NoRow RowID = 1<<32 - 1

// Store is rows of columns of fixed kinds, in the order in which they came.
// One goroutine at a time may append; reads may run beside each other.
type Store struct {
	kinds  []column.Kind
	res    *memory.Reservation
	chunks []*chunk
	rows   int
	held   int64 // bytes reserved
}

type chunk struct {
	vecs []vector
	n    int
	cap  int // rows that all vectors have room for
}

// NewStore makes an empty store that charges res.
func NewStore(kinds []column.Kind, res *memory.Reservation) *Store {
	return &Store{kinds: kinds, res: res}
}

// Rows is how many rows are in the store, Held the bytes that it has reserved.
func (s *Store) Rows() int   { return s.rows }
func (s *Store) Held() int64 { return s.held }

// Charge makes another reservation take over what the store has reserved.
func (s *Store) Charge(res *memory.Reservation) {
	res.Absorb(s.res, s.held)
	s.res = res
}

// Kinds is the kinds of the columns.
func (s *Store) Kinds() []column.Kind { return s.kinds }

// Append copies rows lo to hi of the selection (of the physical rows where
// sel is nil). It returns how far it came: where memory is refused that is
// less than hi and the error is memory.ErrRefused; the caller may spill and go
// on from there.
func (s *Store) Append(cols []*column.Column, sel []int32, lo, hi int) (int, error) {
	return s.AppendFunc(func(i int) *column.Column { return cols[i] }, sel, lo, hi)
}

// AppendFunc is Append with the columns given by position.
func (s *Store) AppendFunc(col func(int) *column.Column, sel []int32, lo, hi int) (int, error) {
	for lo < hi {
		c := s.last()
		if c == nil || c.n == ChunkRows {
			c = &chunk{vecs: make([]vector, len(s.kinds))}
			for i, k := range s.kinds {
				c.vecs[i].kind = k
			}
			s.chunks = append(s.chunks, c)
		}
		n := min(hi-lo, ChunkRows-c.n)
		done, err := s.appendTo(c, col, sel, lo, lo+n)
		if err != nil {
			return lo, err
		}
		lo += done
	}
	return hi, nil
}

func (s *Store) last() *chunk {
	if len(s.chunks) == 0 {
		return nil
	}
	return s.chunks[len(s.chunks)-1]
}

// appendTo appends to one chunk and returns how many rows it took. Where
// strings do not fit into the chunk's heap it takes fewer, or closes the chunk.
func (s *Store) appendTo(c *chunk, col func(int) *column.Column, sel []int32, lo, hi int) (int, error) {
	rows := c.cap
	if c.n+hi-lo > c.cap {
		if len(s.chunks) > 1 {
			rows = ChunkRows
		} else {
			rows = min(max(c.n+hi-lo, 2*c.cap, firstRows), ChunkRows)
		}
	}
	var room [16]want
	wants := room[:0]
	total := int64(0)
	for i := range c.vecs {
		w, fits := c.vecs[i].need(col(i), sel, lo, hi, rows)
		if !fits {
			if c.n > 0 {
				s.chunks = append(s.chunks, &chunk{vecs: make([]vector, len(s.kinds))})
				for i, k := range s.kinds {
					s.last().vecs[i].kind = k
				}
				return 0, nil
			}
			if hi-lo == 1 {
				panic("slab: one row exceeds a chunk's heap")
			}
			return s.appendTo(c, col, sel, lo, lo+(hi-lo)/2)
		}
		total += w.bytes
		wants = append(wants, w)
	}
	if total > 0 {
		if err := s.res.Grow(total); err != nil {
			return 0, err
		}
		s.held += total
	}
	for i := range c.vecs {
		v := &c.vecs[i]
		if wants[i].bytes > 0 {
			v.grow(wants[i])
		}
		v.append(col(i), sel, lo, hi)
	}
	c.cap = rows
	c.n += hi - lo
	s.rows += hi - lo
	return hi - lo, nil
}

// Take moves the chunks of o, which is empty afterwards, to the end of s. Ids
// of o's rows grow by the id that it returns. s takes over what o has reserved.
func (s *Store) Take(o *Store) RowID {
	s.res.Absorb(o.res, o.held)
	base := RowID(len(s.chunks)) << chunkShift
	s.chunks = append(s.chunks, o.chunks...)
	s.rows += o.rows
	s.held += o.held
	o.chunks, o.rows, o.held = nil, 0, 0
	return base
}

// Adopt makes a chunk of flat columns, at most ChunkRows rows, without copying
// them. The store keeps them; views have at most one buffer. The memory has
// been reserved by the caller and now belongs to the store.
func (s *Store) Adopt(cols []*column.Column, n int, held int64) {
	c := &chunk{vecs: make([]vector, len(s.kinds)), n: n, cap: n}
	for i, k := range s.kinds {
		c.vecs[i] = adopt(k, cols[i])
	}
	s.chunks = append(s.chunks, c)
	s.rows += n
	s.held += held
}

func adopt(k column.Kind, c *column.Column) vector {
	v := vector{kind: k, n: c.Len, data: c.Data, valid: c.Valid}
	if len(c.Bufs) > 0 {
		v.heap = c.Bufs[0]
	}
	if c.Child != nil && c.Child.Len > 0 {
		child := adopt(c.Child.Kind, c.Child)
		v.child = &child
	}
	return v
}

// Reset forgets all rows and gives the memory back.
func (s *Store) Reset() {
	s.res.Shrink(s.held)
	s.chunks, s.rows, s.held = nil, 0, 0
}

// DropChunk forgets the rows of one chunk and gives its memory back; the ids
// of other rows stay.
func (s *Store) DropChunk(i int) {
	c := s.chunks[i]
	size := c.size()
	for j := range c.vecs {
		c.vecs[j] = vector{kind: c.vecs[j].kind}
	}
	size = min(size, s.held)
	s.res.Shrink(size)
	s.held -= size
	s.rows -= c.n
	c.n, c.cap = 0, 0
}

// Chunks is how many chunks there are, ChunkLen how many rows chunk i has.
func (s *Store) Chunks() int        { return len(s.chunks) }
func (s *Store) ChunkLen(i int) int { return s.chunks[i].n }

// ID is the id of a chunk's row.
func ID(chunk, row int) RowID { return RowID(chunk)<<chunkShift | RowID(row) }

// Split is the chunk and the position of a row.
func Split(id RowID) (chunk, row int) { return int(id >> chunkShift), int(id & chunkMask) }

// View shows rows lo to hi of a chunk, without copying, in b, whose column
// headers it uses again. lo is a multiple of 64.
func (s *Store) View(b *batch.Batch, chunk, lo, hi int) *batch.Batch {
	if len(b.Cols) != len(s.kinds) {
		b.Cols = make([]*column.Column, len(s.kinds))
		heads := make([]column.Column, len(s.kinds))
		for i := range heads {
			b.Cols[i] = &heads[i]
		}
	}
	c := s.chunks[chunk]
	for i := range c.vecs {
		c.vecs[i].column(b.Cols[i], lo, hi)
	}
	b.Len, b.Sel = hi-lo, nil
	return b
}

// Column shows one column of a chunk in out.
func (s *Store) Column(out *column.Column, chunk, col int) {
	c := s.chunks[chunk]
	c.vecs[col].column(out, 0, c.n)
}

// Replace puts other rows in the place of a chunk, as Adopt does. The memory
// of the old ones stays reserved in the store's name unless held says how the
// total changes.
func (s *Store) Replace(i int, cols []*column.Column, n int, held int64) {
	c := &chunk{vecs: make([]vector, len(s.kinds)), n: n, cap: n}
	for j, k := range s.kinds {
		c.vecs[j] = adopt(k, cols[j])
	}
	s.rows += n - s.chunks[i].n
	s.held += held
	s.chunks[i] = c
}
