// Package batch is the unit in which rows flow between operators: columns of
// equal length and an optional selection vector.
//
// Ownership. A batch handed to Emit or Consume is lent: the receiver may read
// it until it returns and must copy what it keeps, having reserved the memory
// first. Nothing in a batch is written to after it has been emitted, and
// columns may be shared between batches. In test builds the pipeline poisons
// lent buffers that operators declare as scratch (see Poison).
//
//	columns   c0   c1   c2      physical rows 0 … Len-1
//	Sel       [1, 4, 7]         the live ones, ascending; nil: all of them
package batch

import "github.com/inlaydb/inlay/storage/column"

// Size is how many rows operators put into a batch; scans may bring more, up
// to MaxSize.
const Size = 2048

// MaxSize bounds the physical length of any batch.
const MaxSize = 16384

// Batch is columns of length Len, of which the rows in Sel are live.
type Batch struct {
	Cols []*column.Column
	Len  int
	Sel  []int32
	// Seq is the number of the morsel that the rows come from, ascending in
	// the order in which the source has them; see pipeline.Reader.
	Seq int64
}

// Rows is how many rows are live.
func (b *Batch) Rows() int {
	if b.Sel != nil {
		return len(b.Sel)
	}
	return b.Len
}

// WithSelection is b with another selection vector, which must be a subset of
// b's.
func (b *Batch) WithSelection(sel []int32) *Batch {
	c := *b
	c.Sel = sel
	return &c
}

// Compact is b without a selection vector: b itself where it has none, else
// gathered columns.
func (b *Batch) Compact() *Batch {
	if b.Sel == nil {
		return b
	}
	out := &Batch{Cols: make([]*column.Column, len(b.Cols)), Len: len(b.Sel), Seq: b.Seq}
	for i, c := range b.Cols {
		out.Cols[i] = column.Gather(c, b.Sel)
	}
	return out
}

// Sequence is 0, 1, … n-1, shared and read-only: the selection of all rows.
func Sequence(n int) []int32 { return sequence[:n:n] }

var sequence = func() []int32 {
	s := make([]int32, MaxSize)
	for i := range s {
		s[i] = int32(i)
	}
	return s
}()
