package join

import (
	"math"
	"math/bits"
	"sync/atomic"

	"github.com/inlaydb/inlay/engine/slab"
	"github.com/inlaydb/inlay/storage/column"
)

// table finds build rows by their words.
//
//	dense   heads[word-lo] is the row, +1; 0: none
//	hashed  heads[hash>>shift]
//	links   links[row]: the row's word and the next row of the same head, +1
//
// A dense table of distinct keys has no links.
type table struct {
	h        *Hash
	store    *slab.Store
	dense    bool
	lo       uint64
	heads    []uint32
	shift    uint
	links    []link
	flags    []uint64 // by row: has matched
	reserved int64    // bytes of heads, links and flags that release gives back
}

type link struct {
	word uint64
	next uint32
	used uint32 // 0: the row has a NULL key and is in no chain
}

const linkBytes = 16

// tableBytes bounds the memory of a hashed table's heads, links and flags.
func tableBytes(rows int) int64 {
	if rows == 0 {
		return 0
	}
	chunks := int64(rows+slab.ChunkRows-1)/slab.ChunkRows + 1
	return chunks*slab.ChunkRows*(linkBytes+1) + int64(headCount(rows))*4
}

func headCount(rows int) int { return 1 << bits.Len(uint(rows+rows/4)) }

func newTable(h *Hash, s *slab.Store) *table { return &table{h: h, store: s} }

func (t *table) ids() int { return t.store.Chunks() * slab.ChunkRows }

// need is the bytes that fill will allocate.
func (t *table) need() int64 {
	return int64(t.ids())*(linkBytes+1) + int64(headCount(t.store.Rows()))*4
}

// fill makes heads and links. The memory has been reserved.
func (t *table) fill() {
	if t.h.sh.flags() {
		t.flags = make([]uint64, t.ids()/64+1)
	}
	rows := t.store.Rows()
	if rows == 0 {
		t.heads, t.shift = make([]uint32, 1), 64
		return
	}
	nullKeys := t.h.sh.keepsNullKeys() && t.h.hasNull.Load()
	if t.h.exact && len(t.h.spec.BuildKeys) == 1 && !nullKeys && t.fillDense(rows) {
		return
	}
	n := headCount(rows)
	t.heads = make([]uint32, n)
	t.shift = uint(64 - bits.Len(uint(n-1)))
	t.links = make([]link, t.ids())
	word := worder{exact: t.h.exact}
	var c column.Column
	for i := range t.store.Chunks() {
		t.store.Column(&c, i, len(t.h.kinds)-1)
		var skip func(int) bool
		if nullKeys {
			skip = t.nullKey(i)
		}
		base := uint32(slab.ID(i, 0))
		for r, w := range column.Values[uint64](&c)[:c.Len] {
			if skip != nil && skip(r) {
				continue
			}
			at := word.hashOf(w) >> t.shift
			t.links[base+uint32(r)] = link{word: w, next: t.heads[at], used: 1}
			t.heads[at] = base + uint32(r) + 1
		}
	}
}

// nullKey says which rows of a chunk have a NULL among their keys.
func (t *table) nullKey(chunk int) func(int) bool {
	var cols []*column.Column
	for i, k := range t.h.spec.BuildKeys {
		if t.h.spec.NullEqual != nil && t.h.spec.NullEqual[i] {
			continue
		}
		c := &column.Column{}
		t.store.Column(c, chunk, k)
		if c.Valid != nil {
			cols = append(cols, c)
		}
	}
	return func(r int) bool {
		for _, c := range cols {
			if !column.Bit(c.Valid, r) {
				return true
			}
		}
		return false
	}
}

// fillDense makes a table by key where the keys are integers that lie close.
func (t *table) fillDense(rows int) bool {
	lo, hi := int64(math.MaxInt64), int64(math.MinInt64)
	var c column.Column
	last := len(t.h.kinds) - 1
	for i := range t.store.Chunks() {
		t.store.Column(&c, i, last)
		for _, w := range column.Values[int64](&c)[:c.Len] {
			lo, hi = min(lo, w), max(hi, w)
		}
	}
	span := uint64(hi) - uint64(lo)
	if span >= uint64(rows)*8+1024 || span >= math.MaxUint32 {
		return false
	}
	// Heads of a dense table may be more than the hashed ones that were
	// reserved; the links that it does without pay for that.
	t.dense, t.lo = true, uint64(lo)
	t.heads = make([]uint32, span+1)
	for i := range t.store.Chunks() {
		t.store.Column(&c, i, last)
		base := uint32(slab.ID(i, 0))
		for r, w := range column.Values[uint64](&c)[:c.Len] {
			at := w - t.lo
			row := base + uint32(r)
			if head := t.heads[at]; head != 0 {
				if t.links == nil {
					t.links = make([]link, t.ids())
				}
				t.links[row].next = head
			}
			t.heads[at] = row + 1
		}
	}
	return true
}

// mark notes that a build row has matched. It reports whether it had before.
func (t *table) mark(id slab.RowID) bool {
	w, bit := &t.flags[id>>6], uint64(1)<<(id&63)
	if atomic.LoadUint64(w)&bit != 0 {
		return true
	}
	return atomic.OrUint64(w, bit)&bit != 0
}

func (t *table) marked(id slab.RowID) bool { return t.flags[id>>6]>>(id&63)&1 != 0 }
