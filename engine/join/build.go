package join

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/slab"
	"github.com/inlaydb/inlay/storage/column"
)

// partitionBits is how many partitions a join that spills is parted into.
const partitionBits = 5

// Hash is one hash join: it is the sink of its build side, the factory of its
// probe step and the source of its leftovers.
type Hash struct {
	spec  Spec
	sh    shape
	exact bool
	kinds []column.Kind // of the build store: the build columns, then the word
	res   *memory.Reservation
	node  *pipeline.NodeMetrics

	spilled *slab.Spilled // which partitions are on disk
	parted  atomic.Bool   // rows are in partitions
	hasNull atomic.Bool   // some build key is NULL
	mu      struct {
		sync.Mutex
		stores []*slab.Store
		parts  []*slab.Partitions
		probes []*slab.Partitions
	}
	rows      int // build rows, those with NULL keys included
	table     *table
	probeRows atomic.Int64
	probeNull atomic.Bool
}

// NewHash makes a hash join.
func NewHash(spec Spec, x *pipeline.Execution) *Hash {
	h := &Hash{spec: spec, sh: spec.shape(), exact: spec.exact(), kinds: append(kindsOf(spec.BuildTypes), column.Int64)}
	h.res = x.Memory.Reserve("Hash Join")
	h.res.SetSpillable(true)
	h.node = x.Metrics.Node(spec.Node)
	h.spilled = slab.NewSpilled(partitionBits)
	return h
}

// Close gives back what the join holds.
func (h *Hash) Close() {
	raisePeak(h.node, h.res.Peak())
	for _, p := range h.mu.parts {
		p.Close()
	}
	for _, p := range h.mu.probes {
		p.Close()
	}
	h.res.Close()
}

func raisePeak(n *pipeline.NodeMetrics, v int64) {
	for old := n.PeakMemory.Load(); v > old && !n.PeakMemory.CompareAndSwap(old, v); old = n.PeakMemory.Load() {
	}
}

// NewWorker implements pipeline.Sink.
func (h *Hash) NewWorker(_ context.Context, w *pipeline.Worker) (pipeline.SinkWorker, error) {
	return &builder{h: h, w: w, words: h.buildWorder(), store: slab.NewStore(h.kinds, h.res), cols: make([]*column.Column, len(h.kinds))}, nil
}

func (h *Hash) buildWorder() *worder {
	return newWorder(h.spec.BuildKeys, h.spec.BuildTypes, h.spec.ProbeTypes, h.spec.ProbeKeys, h.spec.NullEqual, h.exact)
}

func (h *Hash) probeWorder() *worder {
	return newWorder(h.spec.ProbeKeys, h.spec.ProbeTypes, h.spec.BuildTypes, h.spec.BuildKeys, h.spec.NullEqual, h.exact)
}

// builder is one worker's build side.
type builder struct {
	h      *Hash
	w      *pipeline.Worker
	words  *worder
	store  *slab.Store
	parts  *slab.Partitions // once memory was refused
	cols   []*column.Column
	spread []uint64 // scratch: words by physical row
	hashes []uint64
}

func (b *builder) Consume(ctx context.Context, in *batch.Batch) (pipeline.Status, error) {
	rows, words, nulls := b.words.run(in, true)
	if len(nulls) > 0 {
		b.h.hasNull.Store(true)
	}
	copy(b.cols, in.Cols)
	if err := b.append(ctx, in.Len, rows, words); err != nil {
		return pipeline.Done, err
	}
	if len(nulls) > 0 && b.h.sh.keepsNullKeys() {
		if cap(b.hashes) < len(nulls) {
			b.hashes = make([]uint64, len(nulls))
		}
		zero := b.hashes[:len(nulls)]
		clear(zero)
		if err := b.append(ctx, in.Len, nulls, zero); err != nil {
			return pipeline.Done, err
		}
	}
	return pipeline.More, nil
}

// append copies rows and their words.
func (b *builder) append(ctx context.Context, n int, rows []int32, words []uint64) error {
	if len(rows) == 0 {
		return nil
	}
	if cap(b.spread) < n {
		b.spread = make([]uint64, n+n/4)
	}
	spread := b.spread[:n]
	for k, p := range rows {
		spread[p] = words[k]
	}
	b.cols[len(b.cols)-1] = column.FromSlice(column.Int64, spread)
	if b.parts == nil && (b.h.parted.Load() || b.h.res.WantSpill()) {
		if err := b.part(ctx); err != nil {
			return err
		}
	}
	if b.parts == nil {
		done, err := b.store.Append(b.cols, rows, 0, len(rows))
		if err == nil {
			return nil
		}
		if !errors.Is(err, memory.ErrRefused) {
			return err
		}
		rows, words = rows[done:], words[done:]
		if err := b.part(ctx); err != nil {
			return err
		}
	}
	if cap(b.hashes) < len(rows) {
		b.hashes = make([]uint64, len(rows)+len(rows)/4)
	}
	hs := b.hashes[:len(rows)]
	for k, w := range words {
		hs[k] = b.words.hashOf(w)
	}
	return b.parts.Append(ctx, b.w, b.cols, rows, hs)
}

// part moves the worker's rows into partitions.
func (b *builder) part(ctx context.Context) error {
	b.h.parted.Store(true)
	var err error
	b.parts, err = b.h.partition(ctx, b.w, b.store)
	b.store = nil
	return err
}

// partition moves a store's rows into partitions, chunk by chunk.
func (h *Hash) partition(ctx context.Context, w *pipeline.Worker, s *slab.Store) (*slab.Partitions, error) {
	p := slab.NewPartitions(h.kinds, partitionBits, 0, h.res, h.spilled, h.node)
	h.mu.Lock()
	h.mu.parts = append(h.mu.parts, p)
	h.mu.Unlock()
	var b batch.Batch
	var hashes []uint64
	for i := range s.Chunks() {
		n := s.ChunkLen(i)
		if n == 0 {
			continue
		}
		s.View(&b, i, 0, n)
		hashes = h.rehash(b.Cols[len(b.Cols)-1], hashes)
		if err := p.Append(ctx, w, b.Cols, nil, hashes); err != nil {
			return p, err
		}
		s.DropChunk(i)
	}
	s.Reset()
	return p, nil
}

// rehash makes hashes of a column of words.
func (h *Hash) rehash(words *column.Column, out []uint64) []uint64 {
	w := worder{exact: h.exact}
	out = out[:0]
	for _, v := range column.Values[uint64](words) {
		out = append(out, w.hashOf(v))
	}
	return out
}

// Combine hands the worker's rows to the join.
func (b *builder) Combine(context.Context) error {
	if b.store == nil {
		return nil // partition has handed them over
	}
	b.h.mu.Lock()
	b.h.mu.stores = append(b.h.mu.stores, b.store)
	b.h.mu.Unlock()
	return nil
}

// Finalize makes the table of what is in memory.
func (h *Hash) Finalize(ctx context.Context, r *pipeline.Runner) error {
	h.res.SetSpillable(false) // from here on nobody looks at WantSpill
	all := slab.NewStore(h.kinds, h.res)
	for _, s := range h.mu.stores {
		all.Take(s)
	}
	h.rows = all.Rows()
	w := &pipeline.Worker{Execution: r.Execution}
	if !h.parted.Load() {
		t := newTable(h, all)
		err := h.res.Grow(t.need())
		if err == nil {
			t.fill()
			h.table = t
			h.publish(all)
			return nil
		}
		if !errors.Is(err, memory.ErrRefused) {
			return err
		}
	}
	h.parted.Store(true)
	if _, err := h.partition(ctx, w, all); err != nil {
		return err
	}
	return h.finalizeParted(ctx, w)
}

// finalizeParted keeps in memory the partitions that fit, with their table,
// and brings the others to disk in full.
func (h *Hash) finalizeParted(ctx context.Context, w *pipeline.Worker) error {
	h.rows = 0
	for _, p := range h.mu.parts {
		for i := range p.Len() {
			h.rows += p.Rows(i)
		}
	}
	for {
		all := slab.NewStore(h.kinds, h.res)
		resident := 0
		largest, size := -1, int64(0)
		for i := range 1 << partitionBits {
			held := int64(0)
			for _, p := range h.mu.parts {
				if h.spilled.Is(i) {
					if _, err := p.SpillPartition(ctx, w, i); err != nil {
						return err
					}
					continue
				}
				resident += p.Store(i).Rows()
				held += p.Store(i).Held()
			}
			if held > size {
				largest, size = i, held
			}
		}
		// Half of the query's memory stays free for the probe side and for
		// loading partitions one by one.
		t := &table{h: h}
		need := tableBytes(resident) + h.res.Query().Limit()/4
		if largest < 0 || h.res.Grow(need) == nil {
			if largest >= 0 {
				h.res.Shrink(need - tableBytes(resident))
			}
			for i := range 1 << partitionBits {
				for _, p := range h.mu.parts {
					if !h.spilled.Is(i) {
						all.Take(p.Store(i))
					}
				}
			}
			*t = *newTable(h, all)
			t.fill()
			h.table = t
			return nil
		}
		h.spilled.Set(largest)
	}
}

// publish gives the scans of the probe side what is known of the keys.
func (h *Hash) publish(s *slab.Store) {
	for _, f := range h.spec.Filters {
		if fl := h.filter(s, f.Key); fl != nil {
			f.Slot.Set(fl)
		}
	}
}
