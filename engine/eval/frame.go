package eval

import (
	"sync"

	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// frame is the rows that an expression is computed over: columns of n rows.
type frame struct {
	cols []*column.Column
	n    int
}

// node computes one expression for the rows sel of a frame (all of them where
// it is nil; never none). The result has n rows of which those are defined. It
// is lent until the node's next eval: a node owns the memory it writes to.
//
// Rows that are not selected hold whatever was there. Reading numbers there is
// harmless, following views or list offsets is not.
type node interface {
	eval(f *frame, sel []int32) (*column.Column, error)
}

// cond is a condition that can pick rows. filter appends, in order, the rows
// among sel for which the condition is want; NULL is neither true nor false.
// out does not alias sel.
type cond interface {
	filter(f *frame, sel []int32, want bool, out []int32) ([]int32, error)
}

// rowsOf is sel, or all rows of the frame where it is nil.
func rowsOf(f *frame, sel []int32) []int32 {
	if sel == nil {
		return sequence(f.n)
	}
	return sel
}

// count is how many rows sel has.
func (f *frame) count(sel []int32) int {
	if sel == nil {
		return f.n
	}
	return len(sel)
}

var sequences struct {
	sync.RWMutex
	s []int32
}

// sequence is 0, 1, … n-1, shared and read-only.
func sequence(n int) []int32 {
	sequences.RLock()
	s := sequences.s
	sequences.RUnlock()
	if len(s) >= n {
		return s[:n:n]
	}
	s = make([]int32, max(n, 16384))
	for i := range s {
		s[i] = int32(i)
	}
	sequences.Lock()
	if len(sequences.s) < len(s) {
		sequences.s = s
	}
	sequences.Unlock()
	return s[:n:n]
}

// scratch is a node's memory for its result, used anew for each batch.
type scratch struct {
	col  column.Column
	data []byte
	bits []uint64
	heap []byte
	bufs [1][]byte
}

// flat is a column of n values of a kind, of undefined content.
func (s *scratch) flat(k column.Kind, n int) *column.Column {
	w := k.Width()
	if len(s.data) < n*w {
		s.data = column.Alloc(max(n, 64) * w)
	}
	s.col = column.Column{Kind: k, Len: n, Data: s.data[:n*w]}
	return &s.col
}

// bitmap is room for n bits, of undefined content.
func (s *scratch) bitmap(n int) []uint64 {
	words := (n + 63) / 64
	if cap(s.bits) < words {
		s.bits = make([]uint64, max(words, 8))
	}
	return s.bits[:words]
}

// flatten brings a dictionary column to flat form for the rows sel; other
// forms are returned as they are. NULL rows hold some value.
func (s *scratch) flatten(c *column.Column, sel []int32) *column.Column {
	if c.Form != column.Dictionary {
		return c
	}
	v := c.Dict.Values
	out := s.flat(c.Kind, c.Len)
	out.Valid, out.Bufs, out.Child = c.Valid, v.Bufs, v.Child
	if v.Len == 0 { // nothing but NULLs
		clear(out.Data)
		return out
	}
	if sel != nil && len(sel) < c.Len/4 {
		scatterCodes(out.Data, v.Data, c.Kind.Width(), c.Codes, sel)
		return out
	}
	column.GatherInto(out.Data, v.Data, c.Kind.Width(), c.Codes[:c.Len])
	return out
}

func scatterCodes(dst, src []byte, w int, codes, sel []int32) {
	switch w {
	case 16:
		d, s := column.As[column.Int128Value](dst), column.As[column.Int128Value](src)
		for _, i := range sel {
			d[i] = s[codes[i]]
		}
	case 8:
		d, s := column.As[int64](dst), column.As[int64](src)
		for _, i := range sel {
			d[i] = s[codes[i]]
		}
	default:
		for _, i := range sel {
			copy(dst[int(i)*w:int(i+1)*w], src[int(codes[i])*w:])
		}
	}
}

// constant makes the one row of c, if it is flat, stand for n rows.
func constant(c *column.Column, n int) *column.Column {
	out := *c
	out.Len = n
	if c.Form == column.Dictionary {
		out = *column.Flatten(c)
		out.Len = n
	}
	out.Form = column.Constant
	if out.Valid != nil && out.Valid[0]&1 == 0 {
		return nullOf(c, n)
	}
	out.Valid = nil
	return &out
}

// nullOf is n NULLs of c's kind.
func nullOf(c *column.Column, n int) *column.Column {
	out := column.NewNull(c.Kind, n)
	if c.Child != nil {
		out.Child = c.Child
	}
	return out
}

// maskValid drops the rows of out[base:] that are NULL in c.
func maskValid(out []int32, base int, c *column.Column) []int32 {
	if c.Valid == nil || c.Form == column.Constant {
		return out
	}
	kept := kernel.MaskSelection(out[base:], c.Valid)
	return out[:base+len(kept)]
}
