package keys

import (
	"math/bits"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// chains maps hashes to the rows of one segment: heads[h&mask] is the first row
// of a chain, next[row] the one after it; -1 ends it. Rows whose key has a
// NULL, or that a partial index leaves out, are in no chain.
type chains struct {
	cols   []*column.Column // the key's, as they compare
	heads  []int32
	next   []int32
	hashes []uint64
}

// columnsOf makes a key's columns of a segment. keep, if not nil, says which
// rows are in the index.
type columnsOf func(seg *catalog.Segment) (cols []*column.Column, keep []uint64, err error)

// chainsOf gives the chains of a segment, made when first wanted. name tells
// keys of one table apart.
func chainsOf(seg *catalog.Segment, name string, nullsEqual bool, columns columnsOf) (*chains, error) {
	if seg.Keys != nil {
		if c, ok := seg.Keys.Load(name); ok {
			return c.(*chains), nil
		}
	}
	cols, keep, err := columns(seg)
	if err != nil {
		return nil, err
	}
	size := 1 << bits.Len(uint(max(seg.Rows, 1)))
	c := &chains{cols: cols, heads: make([]int32, size), next: make([]int32, seg.Rows), hashes: hashes(cols, seg.Rows)}
	for i := range c.heads {
		c.heads[i] = -1
	}
	for r := seg.Rows - 1; r >= 0; r-- { // so that chains run upwards
		if keep != nil && !column.Bit(keep, r) || !nullsEqual && anyNull(cols, r) {
			continue
		}
		h := c.hashes[r] & uint64(size-1)
		c.next[r], c.heads[h] = c.heads[h], int32(r)
	}
	if seg.Keys != nil {
		seg.Keys.Store(name, c)
	}
	return c, nil
}

// hashes are the hashes of the rows of a key.
func hashes(cols []*column.Column, n int) []uint64 {
	out := make([]uint64, n)
	for i, c := range cols {
		kernel.Hash(c, nil, out, i > 0)
	}
	return out
}

func anyNull(cols []*column.Column, row int) bool {
	for _, c := range cols {
		if c.IsNull(row) {
			return true
		}
	}
	return false
}
