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
		own     []*memory.Reservation // of workers
		stores  []*slab.Store         // of workers that have ended
		margin  int64                 // reserved beside them
		parts   []*slab.Partitions
		resting []*slab.Partitions // of workers that have ended
		probes  []*slab.Partitions
		running int // leftover partitions that workers are at
		waiting int // of those, waiting for the memory of others
		ended   int // partitions that are done
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
	h.res.SetSpillable(true) // what ended workers hold is spilled by the others
	h.node = x.Metrics.Node(spec.Node)
	h.spilled = slab.NewSpilled(partitionBits)
	return h
}

// Close gives back what the join holds.
func (h *Hash) Close() {
	h.node.Use(h.res.Peak())
	for _, p := range h.mu.parts {
		p.Close()
	}
	for _, p := range h.mu.probes {
		p.Close()
	}
	for _, res := range h.mu.own {
		res.Close()
	}
	h.res.Close()
}

// NewWorker implements pipeline.Sink.
func (h *Hash) NewWorker(_ context.Context, w *pipeline.Worker) (pipeline.SinkWorker, error) {
	res := w.Memory.Reserve("Hash Join")
	res.SetSpillable(true)
	h.mu.Lock()
	h.mu.own = append(h.mu.own, res)
	h.mu.Unlock()
	return &builder{h: h, w: w, res: res, words: h.buildWorder(), store: slab.NewStore(h.kinds, res), cols: make([]*column.Column, len(h.kinds))}, nil
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
	res    *memory.Reservation // its own, so that other workers can ask it to spill
	words  *worder
	store  *slab.Store
	parts  *slab.Partitions // once memory was refused
	cols   []*column.Column
	spread []uint64 // scratch: words by physical row
	hashes []uint64
	nulls  uint64 // word of the last row with a NULL key
	margin int64  // reserved for the moves of rows into partitions
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
		// They are in no chain, so any word will do: one that deals them out
		// evenly over partitions.
		words := b.hashes[:len(nulls)]
		for k := range words {
			b.nulls += 0x9e3779b97f4a7c15
			words[k] = b.nulls
		}
		if err := b.append(ctx, in.Len, nulls, append([]uint64(nil), words...)); err != nil {
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
	if b.parts == nil && (b.h.parted.Load() || b.res.WantSpill()) {
		if err := b.part(ctx); err != nil {
			return err
		}
	}
	if b.parts == nil {
		done, err := 0, b.reserveMargin()
		if err == nil {
			done, err = b.store.Append(b.cols, rows, 0, len(rows))
		}
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

// reserveMargin sets memory aside without which moving the rows into
// partitions, once memory is refused, could not begin.
func (b *builder) reserveMargin() error {
	if b.margin > 0 {
		return nil
	}
	n := min(max(b.res.Query().Limit()/64, 16<<10), 2<<20)
	if err := b.res.Grow(n); err != nil {
		return err
	}
	b.margin = n
	return nil
}

// part moves the worker's rows into partitions.
func (b *builder) part(ctx context.Context) error {
	b.h.parted.Store(true)
	b.res.Shrink(b.margin)
	b.margin = 0
	var err error
	b.parts, err = b.h.partition(ctx, b.w, b.store, b.res)
	b.store = nil
	return err
}

// partition moves a store's rows into partitions, chunk by chunk.
func (h *Hash) partition(ctx context.Context, w *pipeline.Worker, s *slab.Store, res *memory.Reservation) (*slab.Partitions, error) {
	p := slab.NewPartitions(h.kinds, partitionBits, 0, res, h.spilled, h.node)
	p.Relief = h.relief
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
	h := b.h
	h.mu.Lock()
	defer h.mu.Unlock()
	if b.store == nil { // partition has handed them over
		h.mu.resting = append(h.mu.resting, b.parts)
		return nil
	}
	b.store.Charge(h.res)
	h.res.Absorb(b.res, b.margin)
	h.mu.margin += b.margin
	h.mu.stores = append(h.mu.stores, b.store)
	return nil
}

// relief spills what workers that have ended hold.
func (h *Hash) relief(ctx context.Context, w *pipeline.Worker, _ int64) (int64, error) {
	for {
		var p *slab.Partitions
		var s *slab.Store
		h.mu.Lock()
		if n := len(h.mu.resting); n > 0 {
			p, h.mu.resting = h.mu.resting[n-1], h.mu.resting[:n-1]
		} else if n := len(h.mu.stores); n > 0 {
			s, h.mu.stores = h.mu.stores[n-1], h.mu.stores[:n-1]
		}
		h.mu.Unlock()
		switch {
		case s != nil:
			h.releaseMargin()
			var err error
			if p, err = h.partition(ctx, w, s, h.res); err != nil {
				return 0, err
			}
		case p == nil:
			return 0, nil
		}
		if freed, err := p.Spill(ctx, w, p.Held()); err != nil || freed > 0 {
			return freed, err
		}
	}
}

// Finalize makes the table of what is in memory.
func (h *Hash) Finalize(ctx context.Context, r *pipeline.Runner) error {
	h.res.SetSpillable(false)
	for _, res := range h.mu.own {
		res.SetSpillable(false)
	}
	all := slab.NewStore(h.kinds, h.res)
	for _, s := range h.mu.stores {
		all.Take(s)
	}
	h.rows = all.Rows()
	w := &pipeline.Worker{Execution: r.Execution}
	if !h.parted.Load() {
		t := newTable(h, all, 0)
		err := h.res.Grow(t.need())
		if err == nil {
			if err := t.fill(ctx); err != nil {
				return err
			}
			h.table = t
			h.publish(all)
			h.releaseMargin()
			return nil
		}
		if !errors.Is(err, memory.ErrRefused) {
			return err
		}
	}
	h.parted.Store(true)
	h.releaseMargin()
	h.mu.stores, h.mu.resting = nil, nil
	if _, err := h.partition(ctx, w, all, h.res); err != nil {
		return err
	}
	return h.finalizeParted(ctx, w)
}

func (h *Hash) releaseMargin() {
	h.mu.Lock()
	h.res.Shrink(h.mu.margin)
	h.mu.margin = 0
	h.mu.Unlock()
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
		chunks, rows := 0, 0
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
				chunks += p.Store(i).Chunks()
				rows += p.Store(i).Rows()
				held += p.Store(i).Held()
			}
			if held > size {
				largest, size = i, held
			}
		}
		// A part of the query's memory stays free for the probe side and for
		// loading partitions one by one. Ids have gaps where chunks are not full;
		// where that costs too much the rows are copied together.
		q := h.res.Query()
		need, dense := tableBytes(chunks*slab.ChunkRows), false
		if need > q.Limit()/16 || chunks == 1 {
			need, dense = tableBytes(rows), chunks > 1
		}
		if largest < 0 || q.Used()+need <= q.Limit()/4*3 {
			return h.keepResident(ctx, w, dense)
		}
		h.spilled.Set(largest)
	}
}

// keepResident makes the table of the partitions that are in memory.
func (h *Hash) keepResident(ctx context.Context, w *pipeline.Worker, dense bool) error {
	all := slab.NewStore(h.kinds, h.res)
	var b batch.Batch
	for i := range 1 << partitionBits {
		if h.spilled.Is(i) {
			continue
		}
		for _, p := range h.mu.parts {
			s := p.Store(i)
			if !dense {
				all.Take(s)
				continue
			}
			for c := range s.Chunks() {
				if n := s.ChunkLen(c); n > 0 {
					s.View(&b, c, 0, n)
					if err := appendAll(ctx, w, all, &b, h.res); err != nil {
						return err
					}
				}
				s.DropChunk(c)
			}
			s.Reset()
		}
	}
	t := newTable(h, all, partitionBits)
	t.reserved = t.need()
	if err := slab.Grow(ctx, w, h.res, t.reserved); err != nil {
		return err
	}
	if err := t.fill(ctx); err != nil {
		return err
	}
	h.table = t
	return nil
}

// appendAll copies a batch, waiting for memory where it is refused.
func appendAll(ctx context.Context, w *pipeline.Worker, s *slab.Store, b *batch.Batch, res *memory.Reservation) error {
	for lo := 0; lo < b.Len; {
		done, err := s.Append(b.Cols, nil, lo, b.Len)
		if err != nil {
			if !errors.Is(err, memory.ErrRefused) {
				return err
			}
			if err := slab.Await(ctx, w, res, memory.Wanted(err, 1<<18)); err != nil {
				return err
			}
		}
		lo = done
	}
	return nil
}

// publish gives the scans of the probe side what is known of the keys.
func (h *Hash) publish(s *slab.Store) {
	for _, f := range h.spec.Filters {
		if fl := h.filter(s, f.Key); fl != nil {
			f.Slot.Set(fl)
		}
	}
}
