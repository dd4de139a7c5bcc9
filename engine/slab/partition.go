package slab

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/spill"
	"github.com/inlaydb/inlay/storage/column"
)

// Partitions is rows parted by bits of their hash. Each partition is a Store,
// of which any number of rows may have gone to disk. It belongs to one worker
// while rows are added; afterwards several may read it, each other partitions.
type Partitions struct {
	kinds   []column.Kind
	bits    uint // number of partitions is 1<<bits
	shift   uint // the partition of a hash is its top bits after shifting left so far
	res     *memory.Reservation
	stores  []*Store
	disk    []diskRows
	file    *spill.File
	opened  sync.Once // guards the making of file
	openErr error
	shared  *Spilled
	node    *pipeline.NodeMetrics // may be nil

	// Relief, where set, frees memory that belongs to other parts of the same
	// operator; it is tried when these partitions have nothing left to spill.
	Relief func(ctx context.Context, w *pipeline.Worker, want int64) (freed int64, err error)

	count []int32 // scratch: rows, then ends, by partition
	order []int32 // scratch: rows ordered by partition
}

// diskRows is what one partition has on disk.
type diskRows struct {
	blocks []spill.Block
	rows   int
	memory int64 // bytes when loaded
}

// Spilled is which partitions have rows on disk, over all workers of an
// operator: who has to spill prefers those, so that the others stay whole in
// memory.
type Spilled struct{ bits []atomic.Bool }

// NewSpilled is for 1<<bits partitions, none spilled.
func NewSpilled(bits uint) *Spilled { return &Spilled{bits: make([]atomic.Bool, 1<<bits)} }

// Is says whether partition p has rows on disk.
func (s *Spilled) Is(p int) bool { return s.bits[p].Load() }

// Set marks partition p.
func (s *Spilled) Set(p int) { s.bits[p].Store(true) }

// Any says whether any partition is marked.
func (s *Spilled) Any() bool {
	for i := range s.bits {
		if s.bits[i].Load() {
			return true
		}
	}
	return false
}

// PartitionOf is the partition of a hash.
func PartitionOf(h uint64, shift, bits uint) int { return int(h << shift >> (64 - bits)) }

// NewPartitions makes 1<<bits empty partitions by the bits of the hash that
// follow the first shift ones. shared may be nil.
func NewPartitions(kinds []column.Kind, bits, shift uint, res *memory.Reservation, shared *Spilled, node *pipeline.NodeMetrics) *Partitions {
	n := 1 << bits
	p := &Partitions{kinds: kinds, bits: bits, shift: shift, res: res, shared: shared, node: node,
		stores: make([]*Store, n), disk: make([]diskRows, n), count: make([]int32, n)}
	if p.shared == nil {
		p.shared = NewSpilled(bits)
	}
	for i := range p.stores {
		p.stores[i] = NewStore(kinds, res)
	}
	return p
}

// Len is the number of partitions.
func (p *Partitions) Len() int { return len(p.stores) }

// Of is the partition of a hash.
func (p *Partitions) Of(h uint64) int { return PartitionOf(h, p.shift, p.bits) }

// Append copies rows into their partitions. hashes[k] belongs to the k-th
// selected row. It spills when memory is refused.
func (p *Partitions) Append(ctx context.Context, w *pipeline.Worker, cols []*column.Column, sel []int32, hashes []uint64) error {
	n := len(hashes)
	if n == 0 {
		return nil
	}
	if p.res.WantSpill() {
		if _, err := p.Spill(ctx, w, p.Held()); err != nil {
			return err
		}
	}
	if cap(p.order) < n {
		p.order = make([]int32, n+n/4)
	}
	order := p.order[:n]
	count := p.count
	clear(count)
	shift, down := p.shift&63, (64-p.bits)&63
	for _, h := range hashes {
		count[h<<shift>>down]++
	}
	at := int32(0)
	for i, c := range count {
		count[i] = at
		at += c
	}
	if sel == nil {
		for k, h := range hashes {
			part := h << shift >> down
			order[count[part]] = int32(k)
			count[part]++
		}
	} else {
		for k, h := range hashes {
			part := h << shift >> down
			order[count[part]] = sel[k]
			count[part]++
		}
	}
	col := func(i int) *column.Column { return cols[i] }
	lo := 0
	for i, end := range count {
		if err := p.appendTo(ctx, w, i, col, order, lo, int(end)); err != nil {
			return err
		}
		lo = int(end)
	}
	return nil
}

// AppendTo copies rows lo to hi of the selection into partition i.
func (p *Partitions) AppendTo(ctx context.Context, w *pipeline.Worker, i int, cols []*column.Column, sel []int32, lo, hi int) error {
	return p.appendTo(ctx, w, i, func(i int) *column.Column { return cols[i] }, sel, lo, hi)
}

func (p *Partitions) appendTo(ctx context.Context, w *pipeline.Worker, i int, col func(int) *column.Column, sel []int32, lo, hi int) error {
	for piece := hi - lo; lo < hi; {
		done, refused := p.stores[i].AppendFunc(col, sel, lo, min(lo+piece, hi))
		if refused != nil {
			if !errors.Is(refused, memory.ErrRefused) {
				return refused
			}
			freed, err := p.Spill(ctx, w, max(int64(piece)*rowWidth(p.kinds), p.Held()/4, spillAtLeast))
			if err != nil {
				return err
			}
			switch {
			case freed > 0:
			case piece > firstRows: // fewer rows may fit
				piece = max(piece/4, firstRows)
			default:
				if err := p.relieve(ctx, w, memory.Wanted(refused, int64(piece)*rowWidth(p.kinds))); err != nil {
					return err
				}
			}
		}
		lo = done
	}
	return nil
}

func rowWidth(kinds []column.Kind) int64 {
	n := int64(1)
	for _, k := range kinds {
		n += int64(k.Width())
	}
	return n
}

// relieve frees memory that others hold.
func (p *Partitions) relieve(ctx context.Context, w *pipeline.Worker, want int64) error {
	if p.Relief != nil {
		if freed, err := p.Relief(ctx, w, want); err != nil || freed > 0 {
			return err
		}
	}
	return Await(ctx, w, p.res, want)
}

// spillAtLeast is the least that a refusal writes to disk, if there is so much.
const spillAtLeast = 1 << 20

// Held is the bytes in memory.
func (p *Partitions) Held() int64 {
	n := int64(0)
	for _, s := range p.stores {
		n += s.Held()
	}
	return n
}

// Spill writes partitions to disk until about want bytes are free: those that
// have rows on disk already, then the largest.
func (p *Partitions) Spill(ctx context.Context, w *pipeline.Worker, want int64) (freed int64, err error) {
	for freed < want {
		best, size := -1, int64(0)
		for i, s := range p.stores {
			held := s.Held()
			if p.shared.Is(i) {
				held *= 16
			}
			if held > size {
				best, size = i, held
			}
		}
		if best < 0 {
			break
		}
		n, err := p.SpillPartition(ctx, w, best)
		if err != nil {
			return freed, err
		}
		freed += n
	}
	return freed, nil
}

// SpillPartition writes what partition i has in memory to disk. Several workers
// may spill different partitions when no rows are being added.
func (p *Partitions) SpillPartition(ctx context.Context, w *pipeline.Worker, i int) (freed int64, err error) {
	s := p.stores[i]
	p.shared.Set(i)
	if s.Rows() == 0 {
		freed = s.Held()
		s.Reset()
		return freed, nil
	}
	p.opened.Do(func() { p.file, p.openErr = w.Spill.Create() })
	if p.openErr != nil {
		return 0, p.openErr
	}
	d := &p.disk[i]
	if p.node != nil && len(d.blocks) == 0 {
		p.node.SpillPartitions.Add(1)
	}
	d.blocks, d.memory, err = writeStore(ctx, w, p.file, s, d.blocks, d.memory, p.node)
	if err != nil {
		return 0, err
	}
	d.rows += s.Rows()
	freed = s.Held()
	s.Reset()
	return freed, nil
}

// writeStore appends a store's rows to a file, a block per chunk, or several
// where memory is so small that loading one would take a large part of it.
func writeStore(ctx context.Context, w *pipeline.Worker, f *spill.File, s *Store, blocks []spill.Block, bytes int64, node *pipeline.NodeMetrics) ([]spill.Block, int64, error) {
	bound := s.res.Query().Limit() / 64
	err := w.Park(ctx, func(ctx context.Context) error {
		var b batch.Batch
		for i := range s.Chunks() {
			n := s.ChunkLen(i)
			if n == 0 {
				continue
			}
			rows := n
			if size := s.chunks[i].size(); size > bound {
				rows = max(int(int64(n)*bound/size)&^63, 64)
			}
			for lo := 0; lo < n; lo += rows {
				if err := ctx.Err(); err != nil {
					return err
				}
				s.View(&b, i, lo, min(lo+rows, n))
				if rows < n { // the chunk's heap holds the strings of all its rows
					for j, c := range b.Cols {
						if c.Kind.IsView() && len(c.Bufs) > 0 {
							b.Cols[j] = kernel.CopyStrings(c, nil)
						} else if c.Kind == column.List {
							b.Cols[j] = kernel.Concat(c.Kind, []*column.Column{c})
						}
					}
				}
				block, err := f.Append(b.Cols, b.Len)
				if err != nil {
					return err
				}
				blocks = append(blocks, block)
				bytes += int64(block.Memory)
				if node != nil {
					node.SpilledBytes.Add(int64(block.Size))
				}
			}
		}
		return nil
	})
	return blocks, bytes, err
}

func (c *chunk) size() int64 {
	n := int64(0)
	for i := range c.vecs {
		n += c.vecs[i].size()
	}
	return n
}

// Rows is how many rows partition i has, Size the bytes that they take in
// memory once loaded, Disk how many of the rows are on disk.
func (p *Partitions) Rows(i int) int   { return p.stores[i].Rows() + p.disk[i].rows }
func (p *Partitions) Disk(i int) int   { return p.disk[i].rows }
func (p *Partitions) Size(i int) int64 { return p.stores[i].Held() + p.disk[i].memory }

// BlockSize is the memory that the largest block of partition i takes.
func (p *Partitions) BlockSize(i int) int64 {
	n := int64(0)
	for _, b := range p.disk[i].blocks {
		n = max(n, int64(b.Memory))
	}
	return n
}

// Store is what partition i has in memory.
func (p *Partitions) Store(i int) *Store { return p.stores[i] }

// Each shows the rows of partition i batch by batch, those on disk first, in
// the order in which they came. Batches are lent.
func (p *Partitions) Each(ctx context.Context, w *pipeline.Worker, i int, f func(b *batch.Batch) error) error {
	if err := p.EachDisk(ctx, w, i, f); err != nil {
		return err
	}
	return eachChunk(ctx, p.stores[i], f)
}

// EachDisk is Each for the rows on disk only.
func (p *Partitions) EachDisk(ctx context.Context, w *pipeline.Worker, i int, f func(b *batch.Batch) error) error {
	for _, block := range p.disk[i].blocks {
		if err := ctx.Err(); err != nil {
			return err
		}
		cols, err := ReadBlock(ctx, w, p.res, p.file, block)
		if err != nil {
			return err
		}
		err = f(&batch.Batch{Cols: cols, Len: int(block.Rows)})
		p.res.Shrink(int64(block.Memory))
		if err != nil {
			return err
		}
	}
	return nil
}

// ReadBlock loads a block, whose memory it charges to res first: the caller
// gives block.Memory back. A block is small (one chunk) and part of the floor
// without which spilling could not end, so waiting for it is all there is to do
// when memory is refused.
func ReadBlock(ctx context.Context, w *pipeline.Worker, res *memory.Reservation, f *spill.File, block spill.Block) (cols []*column.Column, err error) {
	if err := res.Grow(int64(block.Memory)); err != nil {
		if err := Await(ctx, w, res, int64(block.Memory)); err != nil {
			return nil, err
		}
		if err := res.Grow(int64(block.Memory)); err != nil {
			return nil, res.Exhausted(int64(block.Memory))
		}
	}
	err = w.Park(ctx, func(context.Context) (err error) {
		cols, err = f.Read(block)
		return err
	})
	if err != nil {
		res.Shrink(int64(block.Memory))
	}
	return cols, err
}

func eachChunk(ctx context.Context, s *Store, f func(b *batch.Batch) error) error {
	var b batch.Batch
	for i := range s.Chunks() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if n := s.ChunkLen(i); n > 0 {
			if err := f(s.View(&b, i, 0, n)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Drop forgets partition i. Its place on disk is given back with the file.
func (p *Partitions) Drop(i int) {
	p.stores[i].Reset()
	p.disk[i] = diskRows{}
}

// Close forgets everything.
func (p *Partitions) Close() {
	for i := range p.stores {
		p.Drop(i)
	}
	if p.file != nil {
		p.file.Close()
		p.file = nil
	}
}
