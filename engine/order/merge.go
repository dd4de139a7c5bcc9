package order

import (
	"context"

	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/slab"
	"github.com/inlaydb/inlay/storage/column"
)

// merger merges sorted runs on disk: it holds one block of each and picks the
// least first row by a tree of losers.
type merger struct {
	s     *Sorter
	enc   *encoder
	runs  []cursor
	store *slab.Store // chunk i: the block of run i
	tree  []int32     // tree[0] the winner, then the losers of the inner nodes
	heads [][]column.Column
	ids   []slab.RowID
	left  int // runs that are not used up
	max   int // rows of a batch
}

// cursor is a place in a run.
type cursor struct {
	run    diskRun
	next   int // block to load next
	n, pos int // of the block that is loaded
	k0, k1 []uint64
	held   int64
	done   bool
}

// newMerger loads the first blocks. close gives their memory back.
func newMerger(ctx context.Context, w *pipeline.Worker, s *Sorter, runs []diskRun) (*merger, error) {
	m := &merger{s: s, enc: newEncoder(s.keys, s.facts), store: slab.NewStore(s.kinds, s.res), left: len(runs), max: batch.Size}
	m.runs = make([]cursor, len(runs))
	m.heads = make([][]column.Column, len(runs))
	empty := make([]*column.Column, len(s.kinds))
	for i, k := range s.kinds {
		empty[i] = column.NewFlat(k, 0)
	}
	for i := range runs {
		m.runs[i].run = runs[i]
		m.store.Adopt(empty, 0, 0)
		if err := m.load(ctx, w, i); err != nil {
			m.close()
			return nil, err
		}
	}
	m.build()
	return m, nil
}

// close gives the memory of the loaded blocks back.
func (m *merger) close() {
	for i := range m.runs {
		m.s.res.Shrink(m.runs[i].held)
		m.runs[i].held = 0
	}
}

// load brings in the next block of run i, or marks it done.
func (m *merger) load(ctx context.Context, w *pipeline.Worker, i int) error {
	c := &m.runs[i]
	m.s.res.Shrink(c.held)
	c.held = 0
	if c.next == len(c.run.blocks) {
		c.done = true
		m.left--
		return nil
	}
	block := c.run.blocks[c.next]
	c.next++
	cols, err := slab.ReadBlock(ctx, w, m.s.res, c.run.file, block)
	if err != nil {
		return err
	}
	c.held = int64(block.Memory)
	c.n, c.pos = int(block.Rows), 0
	m.store.Replace(i, cols, c.n, 0)
	if cap(c.k0) < c.n {
		c.k0, c.k1 = make([]uint64, c.n), make([]uint64, c.n)
	}
	heads := make([]column.Column, len(m.s.keys))
	for j, k := range m.s.keys {
		heads[j] = *cols[k.Pos]
	}
	m.heads[i] = heads
	m.enc.encode(heads, c.n, c.k0[:c.n], c.k1[:c.n])
	return nil
}

// less says whether run i's row comes before run j's; used up runs come last.
func (m *merger) less(i, j int32) bool {
	x, y := &m.runs[i], &m.runs[j]
	switch {
	case x.done || y.done:
		return !x.done
	case x.k0[x.pos] != y.k0[y.pos]:
		return x.k0[x.pos] < y.k0[y.pos]
	case x.k1[x.pos] != y.k1[y.pos]:
		return x.k1[x.pos] < y.k1[y.pos]
	case m.enc.exact:
		return i < j
	}
	if c := m.s.cmp.compare(m.heads[i], x.pos, m.heads[j], y.pos); c != 0 {
		return c < 0
	}
	return i < j
}

// build plays the whole tournament.
func (m *merger) build() {
	n := len(m.runs)
	m.tree = make([]int32, n)
	winner := make([]int32, 2*n)
	for i := range n {
		winner[n+i] = int32(i)
	}
	for i := n - 1; i >= 1; i-- {
		a, b := winner[2*i], winner[2*i+1]
		if m.less(b, a) {
			a, b = b, a
		}
		winner[i], m.tree[i] = a, b
	}
	if n == 1 {
		m.tree[0] = 0
		return
	}
	m.tree[0] = winner[1]
}

// replay plays the games of the winner again after its row has changed.
func (m *merger) replay() {
	w := m.tree[0]
	for i := (len(m.runs) + int(w)) / 2; i >= 1; i /= 2 {
		if m.less(m.tree[i], w) {
			m.tree[i], w = w, m.tree[i]
		}
	}
	m.tree[0] = w
}

// next gives up to a batch of rows; none at the end. It ends a batch where a
// block is used up, whose rows must be gathered before the next is loaded.
func (m *merger) next(ctx context.Context, w *pipeline.Worker, b *batch.Batch, sc *slab.Scratch) (bool, error) {
	for i := range m.runs { // the block that ended the last batch
		c := &m.runs[i]
		if !c.done && c.pos == c.n {
			if err := m.load(ctx, w, i); err != nil {
				return false, err
			}
			m.replay()
		}
	}
	if m.left == 0 {
		return false, nil
	}
	m.ids = m.ids[:0]
	for len(m.ids) < m.max {
		i := m.tree[0]
		c := &m.runs[i]
		m.ids = append(m.ids, slab.ID(int(i), c.pos))
		c.pos++
		if c.pos == c.n {
			break
		}
		if len(m.runs) > 1 {
			m.replay()
		}
	}
	gatherBatch(b, m.store, sc, m.ids)
	return true, nil
}

// fanIn is how many runs one merge may read at once.
func (s *Sorter) fanIn() int {
	block := int64(1)
	for _, r := range s.runs {
		for _, b := range r.blocks {
			block = max(block, int64(b.Memory))
		}
	}
	q := s.res.Query()
	n := (q.Limit() - q.Used()) / 2 / (block + int64(s.runBlock())*16)
	return int(min(max(n, 2), 256))
}

// mergePasses merges runs into longer ones on disk until one merge can read
// all that are left.
func (s *Sorter) mergePasses(ctx context.Context, w *pipeline.Worker) error {
	for n := s.fanIn(); len(s.runs) > n; {
		take := min(n, len(s.runs)-n+1)
		run, err := s.mergeToDisk(ctx, w, s.runs[:take])
		if err != nil {
			return err
		}
		for _, r := range s.runs[:take] {
			r.file.Close()
		}
		s.runs = append(s.runs[take:], run)
	}
	return nil
}

func (s *Sorter) mergeToDisk(ctx context.Context, w *pipeline.Worker, runs []diskRun) (diskRun, error) {
	m, err := newMerger(ctx, w, s, runs)
	if err != nil {
		return diskRun{}, err
	}
	defer m.close()
	m.max = s.runBlock()
	file, err := w.Spill.Create()
	if err != nil {
		return diskRun{}, err
	}
	out := diskRun{file: file}
	sc := slab.NewScratch(len(s.kinds))
	sc.Own = true
	var b batch.Batch
	for {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		more, err := m.next(ctx, w, &b, sc)
		if err != nil || !more {
			return out, err
		}
		block, err := file.Append(b.Cols, b.Len)
		if err != nil {
			return out, err
		}
		if s.node != nil {
			s.node.SpilledBytes.Add(int64(block.Size))
		}
		out.blocks = append(out.blocks, block)
	}
}

// Finish sorts what is in memory, or readies the runs on disk. All inputs
// have been closed. w is the calling goroutine's worker.
func (s *Sorter) Finish(ctx context.Context, r *pipeline.Runner) error {
	w := &pipeline.Worker{Execution: r.Execution}
	s.start(r.Execution)
	s.res.SetSpillable(false)
	if len(s.runs) == 0 {
		store := slab.NewStore(s.kinds, s.res)
		for _, in := range s.inputs {
			store.Take(in.store)
		}
		var err error
		s.sorted, err = newSorted(ctx, s, store, s.facts)
		return err
	}
	err := r.Each(ctx, len(s.inputs), func(ctx context.Context, w *pipeline.Worker, i int) error {
		in := s.inputs[i]
		s.lock()
		s.rows -= in.store.Rows() // spill counts them again
		s.unlock()
		in.w = w
		return in.spill(ctx)
	})
	if err != nil {
		return err
	}
	return s.mergePasses(ctx, w)
}

// Each gives all rows in order, batch by batch, to f: batches are lent.
func (s *Sorter) Each(ctx context.Context, w *pipeline.Worker, f func(b *batch.Batch) error) error {
	var b batch.Batch
	sc := slab.NewScratch(len(s.kinds))
	if s.sorted != nil {
		for lo := 0; lo < s.sorted.len(); lo += batch.Size {
			if err := ctx.Err(); err != nil {
				return err
			}
			s.sorted.batch(&b, sc, lo, min(lo+batch.Size, s.sorted.len()))
			if err := f(&b); err != nil {
				return err
			}
		}
		return nil
	}
	m, err := newMerger(ctx, w, s, s.runs)
	if err != nil {
		return err
	}
	defer m.close()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		more, err := m.next(ctx, w, &b, sc)
		if err != nil || !more {
			return err
		}
		if err := f(&b); err != nil {
			return err
		}
	}
}

// Reservation is what the sorter's memory is charged to; nil before the first
// input.
func (s *Sorter) Reservation() *memory.Reservation { return s.res }

// Close gives memory and files back.
func (s *Sorter) Close() {
	for _, r := range s.runs {
		r.file.Close()
	}
	s.runs, s.sorted, s.inputs = nil, nil, nil
	for _, res := range s.open {
		res.Close()
	}
	s.open = nil
	if s.res != nil {
		if s.node != nil {
			s.node.Use(s.res.Peak())
		}
		s.res.Close()
		s.res = nil
	}
}
