package aggregate

import (
	"errors"
	"unsafe"

	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/slab"
	"github.com/inlaydb/inlay/storage/column"
)

// table numbers groups: open addressing with linear probing, at most half
// full. A slot holds the packed key itself (forms of one or two words), so
// that a look-up touches one place, or 32 bits of the hash beside the group's
// number, whose key bytes lie in a heap.
type table struct {
	form *keyForm
	res  *memory.Reservation
	n    int // groups
	cap  int // groups that there is room for
	mask uint64

	slots1 []slot1
	slots2 []slot2
	slots0 []slot0

	// Keys by group, for the output.
	w0, w1 []uint64
	nulls  []uint32
	ends   []uint64 // words 0: group g's key is heap[ends[g]:ends[g+1]]
	heap   []byte
	accs   []accumulator
	first  *slab.Store // the columns of lossy types as they came first; nil: none
	lossy  []int       // which columns those are

	from  int // groups before this one have been moved elsewhere
	held  int64
	fresh []int32 // scratch: rows that made new groups
}

type slot1 struct {
	key   uint64
	null  uint32
	group uint32 // + 1; 0: empty
}

type slot2 struct {
	key0, key1  uint64
	null, group uint32
}

type slot0 struct{ hash, group uint32 }

const (
	firstGroups  = 16      // room of a new table
	fewGroups    = 1 << 12 // up to here a table grows by four
	maxTableRows = 1 << 31
)

func newTable(f *keyForm, makers []maker, res *memory.Reservation) *table {
	t := &table{form: f, res: res}
	for _, m := range makers {
		t.accs = append(t.accs, m(res))
	}
	for i, l := range f.lossy {
		if l {
			t.lossy = append(t.lossy, i)
		}
	}
	if len(t.lossy) > 0 {
		t.first = slab.NewStore(pick(f.kinds, t.lossy), res)
	}
	return t
}

func pick[T any](s []T, at []int) []T {
	out := make([]T, len(at))
	for i, p := range at {
		out[i] = s[p]
	}
	return out
}

// slotBytes and keyBytes are the memory of one slot and of one group's key.
func (t *table) slotBytes() int64 {
	switch t.form.words {
	case 1:
		return int64(unsafe.Sizeof(slot1{}))
	case 2:
		return int64(unsafe.Sizeof(slot2{}))
	}
	return int64(unsafe.Sizeof(slot0{}))
}

func (t *table) keyBytes() int64 {
	if t.form.words == 0 {
		return 8
	}
	return int64(t.form.words)*8 + 4
}

// groupBytes is the memory that one group takes, slots included.
func (t *table) groupBytes() int64 {
	n := t.keyBytes() + 2*t.slotBytes()
	for _, a := range t.accs {
		n += a.width()
	}
	return n
}

// one makes the only group of a table without keys.
func (t *table) one() error {
	if t.n == 1 {
		return nil
	}
	if err := t.res.Grow(t.groupBytes()); err != nil {
		return err
	}
	t.held += t.groupBytes()
	t.n, t.cap = 1, 1
	for _, a := range t.accs {
		a.grow(1)
	}
	return nil
}

// grow makes room for at least n groups. On memory.ErrRefused nothing has changed.
func (t *table) grow(n int) error {
	to := firstGroups
	for to <= t.cap || to < n {
		if to < fewGroups {
			to *= 4
		} else {
			to *= 2
		}
	}
	size := int64(to) * t.groupBytes()
	// Old and new exist side by side while entries move.
	if err := t.res.Grow(size); err != nil {
		return err
	}
	old := int64(t.cap) * t.groupBytes()
	t.mask = uint64(to)*2 - 1
	t.cap = to
	switch t.form.words {
	case 1:
		slots := make([]slot1, to*2)
		for _, s := range t.slots1 {
			if s.group != 0 {
				i := hash1(s.key, s.null) & t.mask
				for slots[i].group != 0 {
					i = (i + 1) & t.mask
				}
				slots[i] = s
			}
		}
		t.slots1 = slots
		t.w0, t.nulls = extend(t.w0, to), extend(t.nulls, to)
	case 2:
		slots := make([]slot2, to*2)
		for _, s := range t.slots2 {
			if s.group != 0 {
				i := hash2(s.key0, s.key1, s.null) & t.mask
				for slots[i].group != 0 {
					i = (i + 1) & t.mask
				}
				slots[i] = s
			}
		}
		t.slots2 = slots
		t.w0, t.w1, t.nulls = extend(t.w0, to), extend(t.w1, to), extend(t.nulls, to)
	default:
		slots := make([]slot0, to*2)
		for _, s := range t.slots0 {
			if s.group != 0 {
				i := uint64(s.hash) & t.mask
				for slots[i].group != 0 {
					i = (i + 1) & t.mask
				}
				slots[i] = s
			}
		}
		t.slots0 = slots
		t.ends = extend(t.ends, to+1)
	}
	for _, a := range t.accs {
		a.grow(to)
	}
	t.res.Shrink(old)
	t.held += size - old
	return nil
}

func extend[T any](s []T, n int) []T {
	out := make([]T, n)
	copy(out, s)
	return out
}

// find numbers the groups of rows from on and makes new ones: out[k] is that
// of row k. It returns how far it came, less than b.n only where a growth was
// refused or the table is full.
func (t *table) find(b *keyBatch, from int, out []uint32) (int, error) {
	t.fresh = t.fresh[:0]
	if t.first != nil { // what keepFirst will take must be there before groups are made
		bound := int64(b.n)*int64(64*len(t.lossy)) + 1<<14
		if err := t.res.Grow(bound); err != nil {
			return from, err
		}
		t.res.Shrink(bound)
	}
	for from < b.n {
		var err error
		switch t.form.words {
		case 1:
			from = t.find1(b, from, out)
		case 2:
			from = t.find2(b, from, out)
		default:
			from, err = t.find0(b, from, out)
		}
		if err != nil {
			return from, err
		}
		if from < b.n {
			if t.cap >= maxTableRows {
				return from, memory.ErrRefused
			}
			if err := t.grow(t.cap + 1); err != nil {
				return from, err
			}
		}
	}
	return from, nil
}

func (t *table) find1(b *keyBatch, from int, out []uint32) int {
	if t.cap == 0 {
		return from
	}
	slots, mask := t.slots1, t.mask
	slots = slots[:mask+1]
	n, limit := t.n, t.cap
	w0, h := b.w0[:b.n], b.hashes[:b.n]
	out = out[:b.n]
	if b.some {
		nulls := b.nulls[:b.n]
		for k := from; k < len(w0); k++ {
			w, null := w0[k], nulls[k]
			i := h[k] & mask
			for {
				s := &slots[i&mask]
				if s.group == 0 {
					if n == limit {
						t.n = n
						return k
					}
					t.w0[n], t.nulls[n] = w, null
					n++
					*s = slot1{w, null, uint32(n)}
					t.fresh = append(t.fresh, int32(k))
				}
				if s.key == w && s.null == null {
					out[k] = s.group - 1
					break
				}
				i++
			}
		}
		t.n = n
		return len(w0)
	}
	for k := from; k < len(w0); k++ {
		w := w0[k]
		i := h[k] & mask
		for {
			s := &slots[i&mask]
			if s.key == w && s.null == 0 && s.group != 0 {
				out[k] = s.group - 1
				break
			}
			if s.group == 0 {
				if n == limit {
					t.n = n
					return k
				}
				t.w0[n], t.nulls[n] = w, 0
				*s = slot1{w, 0, uint32(n + 1)}
				out[k] = uint32(n)
				n++
				t.fresh = append(t.fresh, int32(k))
				break
			}
			i++
		}
	}
	t.n = n
	return len(w0)
}

func (t *table) find2(b *keyBatch, from int, out []uint32) int {
	if t.cap == 0 {
		return from
	}
	slots, mask := t.slots2, t.mask
	n, limit := t.n, t.cap
	for k := from; k < b.n; k++ {
		w0, w1, null := b.w0[k], b.w1[k], uint32(0)
		if b.some {
			null = b.nulls[k]
		}
		i := b.hashes[k] & mask
		for {
			s := &slots[i&mask]
			if s.group == 0 {
				if n == limit {
					t.n = n
					return k
				}
				t.w0[n], t.w1[n], t.nulls[n] = w0, w1, null
				n++
				*s = slot2{w0, w1, null, uint32(n)}
				t.fresh = append(t.fresh, int32(k))
			}
			if s.key0 == w0 && s.key1 == w1 && s.null == null {
				out[k] = s.group - 1
				break
			}
			i++
		}
	}
	t.n = n
	return b.n
}

func (t *table) find0(b *keyBatch, from int, out []uint32) (int, error) {
	if t.cap == 0 {
		return from, nil
	}
	slots, mask := t.slots0, t.mask
	n, limit := t.n, t.cap
	defer func() { t.n = n }()
	for k := from; k < b.n; k++ {
		key := b.bytes[b.starts[k]:b.ends[k]]
		hash := uint32(b.hashes[k])
		i := uint64(hash) & mask
		for {
			s := &slots[i&mask]
			if s.group == 0 {
				if n == limit {
					return k, nil
				}
				if need := len(t.heap) + len(key); need > cap(t.heap) {
					if err := t.growHeap(need); err != nil {
						return k, err
					}
				}
				t.heap = append(t.heap, key...)
				n++
				t.ends[n] = uint64(len(t.heap))
				*s = slot0{hash, uint32(n)}
				out[k] = uint32(n - 1)
				t.fresh = append(t.fresh, int32(k))
				break
			}
			if s.hash == hash {
				g := s.group - 1
				if string(t.heap[t.ends[g]:t.ends[g+1]]) == string(key) {
					out[k] = g
					break
				}
			}
			i++
		}
	}
	return b.n, nil
}

func (t *table) growHeap(need int) error {
	to := max(need, 2*cap(t.heap), 4096)
	if err := t.res.Grow(int64(to)); err != nil {
		return err
	}
	heap := make([]byte, len(t.heap), to)
	copy(heap, t.heap)
	t.res.Shrink(int64(cap(t.heap)))
	t.held += int64(to - cap(t.heap))
	t.heap = heap
	return nil
}

// keepFirst stores the lossy key columns of the groups that the last find made.
func (t *table) keepFirst(cols []*column.Column, sel []int32) error {
	if t.first == nil || len(t.fresh) == 0 {
		return nil
	}
	rows := t.fresh
	if sel != nil {
		for i, k := range rows {
			rows[i] = sel[k]
		}
	}
	_, err := t.first.Append(pick(cols, t.lossy), rows, 0, len(rows))
	if errors.Is(err, memory.ErrRefused) { // others took what find had made sure of
		return t.res.Exhausted(int64(len(rows)) * 64)
	}
	return err
}

// reset forgets all groups but keeps the room for them.
func (t *table) reset() {
	clear(t.slots0)
	clear(t.slots1)
	clear(t.slots2)
	for _, a := range t.accs {
		a.reset(t.n)
	}
	t.n, t.from = 0, 0
	t.heap = t.heap[:0]
	if t.first != nil {
		t.first.Reset()
	}
}

// free gives all memory back.
func (t *table) free() {
	t.res.Shrink(t.held)
	if t.first != nil {
		t.first.Reset()
	}
	for _, a := range t.accs {
		if r, ok := a.(reserver); ok {
			r.free()
		}
	}
	*t = table{form: t.form, res: t.res, first: t.first, lossy: t.lossy}
}

// hashes writes the hashes of groups lo to hi.
func (t *table) hashes(lo, hi int, out []uint64) {
	for g := lo; g < hi; g++ {
		switch t.form.words {
		case 1:
			out[g-lo] = hash1(t.w0[g], t.nulls[g])
		case 2:
			out[g-lo] = hash2(t.w0[g], t.w1[g], t.nulls[g])
		default:
			out[g-lo] = kernel.Bytes64(t.heap[t.ends[g]:t.ends[g+1]])
		}
	}
}

// columns makes the key columns of groups lo to hi. They are new but for
// strings, which share the heap.
func (t *table) columns(lo, hi int) []*column.Column {
	f := t.form
	out := make([]*column.Column, len(f.types))
	if t.first != nil {
		ids := make([]slab.RowID, hi-lo)
		for i := range ids {
			g := lo + i
			ids[i] = slab.ID(g/slab.ChunkRows, g%slab.ChunkRows)
		}
		sc := slab.NewScratch(len(t.lossy))
		for i, c := range t.lossy {
			out[c] = t.first.Gather(sc, i, i, ids, nil, 0, false)
		}
	}
	if f.words == 0 {
		t.byteColumns(out, lo, hi)
		return out
	}
	for i, k := range f.kinds {
		if out[i] != nil {
			continue
		}
		c := column.NewFlat(k, hi-lo)
		p := f.place[i]
		src := t.w0
		if p.word == 1 {
			src = t.w1
		}
		switch k.Width() {
		case 1:
			unpack(column.Values[uint8](c), src[lo:hi], p.shift)
		case 2:
			unpack(column.Values[int16](c), src[lo:hi], p.shift)
		case 4:
			unpack(column.Values[int32](c), src[lo:hi], p.shift)
		case 8:
			unpack(column.Values[int64](c), src[lo:hi], p.shift)
		case 16:
			v := column.Values[column.Int128Value](c)
			for g := lo; g < hi; g++ {
				v[g-lo] = column.Int128Value{Lo: t.w0[g], Hi: int64(t.w1[g])}
			}
		}
		for g := lo; g < hi; g++ {
			if t.nulls[g]>>uint(i)&1 != 0 {
				c.SetNull(g - lo)
			}
		}
		out[i] = c
	}
	return out
}

func unpack[T uint8 | int16 | int32 | int64](dst []T, src []uint64, shift uint) {
	for i, w := range src {
		dst[i] = T(w >> shift)
	}
}

// byteColumns walks the keys' bytes as packBytes wrote them.
func (t *table) byteColumns(out []*column.Column, lo, hi int) {
	f := t.form
	cur := make([]uint64, hi-lo)
	copy(cur, t.ends[lo:hi])
	for i, k := range f.kinds {
		if out[i] != nil { // lossy: only step over it
			for r, p := range cur {
				cur[r] = p + keyLength(k, t.heap[p:])
			}
			continue
		}
		c := column.NewFlat(k, hi-lo)
		if k == column.Bytes {
			c.Bufs = [][]byte{t.heap}
		}
		for r, p := range cur {
			b := t.heap[p:]
			n := keyLength(k, b)
			cur[r] = p + n
			if k == column.Bytes {
				if le32(b) == ^uint32(0) {
					c.SetNull(r)
					continue
				}
				column.Values[column.View](c)[r] = heapView(c, t.heap, p+4, n-4)
				continue
			}
			if b[0] == 0 {
				c.SetNull(r)
				continue
			}
			w := k.Width()
			copy(c.Data[r*w:(r+1)*w], b[1:])
		}
		out[i] = c
	}
}

// heapView makes a view of heap[off:off+n], where offsets may pass 32 bits: it
// adds buffers that begin further on.
func heapView(c *column.Column, heap []byte, off, n uint64) column.View {
	s := heap[off : off+n]
	if n <= column.MaxInline {
		return column.InlineView(s)
	}
	if off+n <= 1<<32-1 {
		return column.MakeView(s, 0, uint32(off))
	}
	// Beyond 4 GiB: a buffer for each further gigabyte-sized window.
	last := len(c.Bufs) - 1
	base := uint64(len(heap)) - uint64(len(c.Bufs[last]))
	if off < base || off+n > base+1<<32-1 {
		c.Bufs = append(c.Bufs, heap[off:])
		last, base = last+1, off
	}
	return column.MakeView(s, uint32(last), uint32(off-base))
}

func le32(b []byte) uint32 {
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

// keyLength is how many bytes one column's key takes.
func keyLength(k column.Kind, b []byte) uint64 {
	switch {
	case k.IsView() || k == column.List:
		if n := le32(b); n != ^uint32(0) {
			return 4 + uint64(n)
		}
		return 4
	case k.Width() == 16:
		return 17
	}
	return 9
}
