package join

import (
	"context"
	"math"
	"math/bits"
	"sync"
	"sync/atomic"

	"github.com/inlaydb/inlay/engine/slab"
	"github.com/inlaydb/inlay/storage/column"
)

// table finds build rows by their words.
//
//	dense   heads[word-lo] is the row, +1; 0: none
//	hashed  heads[hash<<skip>>shift]
//	links   links[row]: the row's word and the next row of the same head, +1
//
// A dense table has no words to compare, and of distinct keys no links at all.
type table struct {
	h         *Hash
	store     *slab.Store
	dense     bool
	lo, span  uint64
	heads     []uint32
	skip      uint // bits of the hash that all rows have in common
	shift     uint
	links     []link
	next      []uint32 // dense, keys repeat: by row the next row of the same key, +1
	flags     []uint64 // by row: has matched
	texts     sync.Once
	dicts     []*column.Dict // by column: the build rows' texts, see slab.Store.Dict
	dictBytes int64          // of dicts, which release gives back
	reserved  int64          // bytes of heads, links and flags that release gives back
}

type link struct {
	word uint64
	next uint32
}

const linkBytes = 16

// tableBytes is the memory of a hashed table's heads, links and flags, for
// rows that lie without gaps.
func tableBytes(rows int) int64 {
	if rows == 0 {
		return 0
	}
	return int64(rows)*(linkBytes+1) + int64(headCount(rows))*4
}

func headCount(rows int) int { return 1 << bits.Len(uint(rows+rows/4)) }

// newTable makes a table of a store's rows, whose hashes agree in the first
// skip bits.
func newTable(h *Hash, s *slab.Store, skip uint) *table { return &table{h: h, store: s, skip: skip} }

// dict is the dictionary of a build column, nil where it has none.
func (t *table) dict(col int) *column.Dict {
	t.texts.Do(func() {
		t.dicts = make([]*column.Dict, len(t.h.kinds))
		for _, c := range t.h.spec.Out {
			if !c.Build || t.dicts[c.At] != nil {
				continue
			}
			n := t.store.DictBytes(c.At)
			if n == 0 || t.h.res.Grow(n) != nil {
				continue
			}
			t.dictBytes += n
			t.dicts[c.At] = t.store.Dict(c.At)
		}
	})
	return t.dicts[col]
}

// ids is how many ids there are up to the last row's.
func (t *table) ids() int {
	n := t.store.Chunks()
	if n == 0 {
		return 0
	}
	return (n-1)*slab.ChunkRows + t.store.ChunkLen(n-1)
}

// need is the bytes that fill will allocate.
func (t *table) need() int64 {
	t.measure()
	flags := int64(0)
	if t.h.sh.flags() {
		flags = int64(t.ids()/64+1) * 8
	}
	switch rows := t.store.Rows(); {
	case rows == 0:
		return 4 + flags
	case t.dense: // the links are for keys that repeat
		return int64(t.span+1)*4 + int64(t.ids())*4 + flags
	default:
		return int64(t.ids())*linkBytes + int64(headCount(rows))*4 + flags
	}
}

// measure finds out whether the keys are integers that lie close.
func (t *table) measure() {
	rows := t.store.Rows()
	if t.dense || rows == 0 || !t.h.exact || len(t.h.spec.BuildKeys) != 1 || t.nullKeys() {
		return
	}
	lo, hi := int64(math.MaxInt64), int64(math.MinInt64)
	var c column.Column
	for i := range t.store.Chunks() {
		t.store.Column(&c, i, len(t.h.kinds)-1)
		for _, w := range column.Values[int64](&c)[:c.Len] {
			lo, hi = min(lo, w), max(hi, w)
		}
	}
	t.lo, t.span = uint64(lo), uint64(hi)-uint64(lo)
	t.dense = t.span < uint64(rows)*8+1024 && t.span < math.MaxUint32
}

// nullKeys says whether rows with a NULL key may be in the store.
func (t *table) nullKeys() bool { return t.h.sh.keepsNullKeys() && t.h.hasNull.Load() }

// fill makes heads and links. need has been called and reserved.
func (t *table) fill(ctx context.Context) error {
	if t.h.sh.flags() {
		t.flags = make([]uint64, t.ids()/64+1)
	}
	rows := t.store.Rows()
	if rows == 0 {
		t.heads, t.shift = make([]uint32, 1), 64
		return nil
	}
	if t.dense {
		return t.fillDense(ctx)
	}
	n := headCount(rows)
	t.heads = make([]uint32, n)
	t.shift = uint(64 - bits.Len(uint(n-1)))
	t.links = make([]link, t.ids())
	word := worder{exact: t.h.exact}
	nullKeys := t.nullKeys()
	var c column.Column
	for i := range t.store.Chunks() {
		if err := ctx.Err(); err != nil {
			return err
		}
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
			at := word.hashOf(w) << t.skip >> t.shift
			t.links[base+uint32(r)] = link{word: w, next: t.heads[at]}
			t.heads[at] = base + uint32(r) + 1
		}
	}
	return nil
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

// fillDense makes a table by key.
func (t *table) fillDense(ctx context.Context) error {
	t.heads = make([]uint32, t.span+1)
	var c column.Column
	for i := range t.store.Chunks() {
		if err := ctx.Err(); err != nil {
			return err
		}
		t.store.Column(&c, i, len(t.h.kinds)-1)
		base := uint32(slab.ID(i, 0))
		for r, w := range column.Values[uint64](&c)[:c.Len] {
			at := w - t.lo
			row := base + uint32(r)
			if head := t.heads[at]; head != 0 {
				if t.next == nil {
					t.next = make([]uint32, t.ids())
				}
				t.next[row] = head
			}
			t.heads[at] = row + 1
		}
	}
	return nil
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
