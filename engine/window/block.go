package window

import (
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/order"
	"github.com/inlaydb/inlay/storage/column"
)

// block is sorted rows of whole partitions, or a piece of one.
type block struct {
	n         int
	cols      []*column.Column // flat
	parts     []int32          // where partitions begin, and n
	peers     []int32          // where peer groups begin, and n
	continues bool             // the first partition began in the block before
	goesOn    bool             // the last partition goes on in the next block
}

// cut finds where partitions and peer groups begin.
func (b *block) cut(partition []order.Key, keys []order.Key) {
	marks := make([]uint8, b.n)
	for _, k := range partition {
		markChanges(marks, b.cols[k.Pos], k)
	}
	b.parts = starts(marks)
	if len(keys) == 0 {
		b.peers = b.parts
		return
	}
	for _, k := range keys {
		markChanges(marks, b.cols[k.Pos], k)
	}
	b.peers = starts(marks)
}

func starts(marks []uint8) []int32 {
	out := []int32{}
	for i, m := range marks {
		if i == 0 || m != 0 {
			out = append(out, int32(i))
		}
	}
	return append(out, int32(len(marks)))
}

// markChanges marks rows whose value is not that of the row before.
func markChanges(marks []uint8, c *column.Column, k order.Key) {
	if c.Valid == nil {
		switch c.Kind {
		case column.Int32:
			markInts(marks, column.Values[int32](c))
			return
		case column.Int64:
			markInts(marks, column.Values[int64](c))
			return
		}
	}
	compare := kernel.Comparer(k.Type)
	for i := 1; i < len(marks); i++ {
		if marks[i] != 0 {
			continue
		}
		x, y := c.IsNull(i-1), c.IsNull(i)
		if x != y || !x && compare(c, i-1, c, i) != 0 {
			marks[i] = 1
		}
	}
}

func markInts[T int32 | int64](marks []uint8, v []T) {
	for i := 1; i < len(marks); i++ {
		if v[i] != v[i-1] {
			marks[i] = 1
		}
	}
}

// slice shows rows lo to hi of a flat column; lo is a multiple of 64.
func slice(c *column.Column, lo, hi int) *column.Column {
	w := c.Kind.Width()
	out := &column.Column{Kind: c.Kind, Len: hi - lo, Data: c.Data[lo*w : hi*w], Bufs: c.Bufs, Child: c.Child}
	if c.Valid != nil {
		out.Valid = c.Valid[lo>>6 : (hi+63)>>6]
	}
	return out
}
