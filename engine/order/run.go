package order

import (
	"context"
	"errors"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/slab"
	"github.com/inlaydb/inlay/engine/spill"
	"github.com/inlaydb/inlay/storage/column"
)

// Sorter collects rows from several workers and gives them back in order.
type Sorter struct {
	Node  int
	types []types.Type
	kinds []column.Kind
	keys  []Key
	cmp   *comparer
	res   *memory.Reservation
	node  *pipeline.NodeMetrics

	open   []*memory.Reservation // of inputs, closed or not
	inputs []*Input              // as they were closed
	facts  []facts
	rows   int
	runs   []diskRun
	sorted *sorted // what is in memory
	mu     chan struct{}
}

// diskRun is a sorted run on disk.
type diskRun struct {
	file   *spill.File
	blocks []spill.Block
}

// NewSorter makes a sorter of rows of the given types. Keys' positions are
// among them. It begins with Start.
func NewSorter(ts []types.Type, keys []Key, node int) *Sorter {
	s := &Sorter{Node: node, types: ts, keys: keys, cmp: newComparer(keys), facts: make([]facts, len(keys)), mu: make(chan struct{}, 1)}
	for _, t := range ts {
		s.kinds = append(s.kinds, t.Kind())
	}
	return s
}

// entryBytes is what sorting takes for each row besides the row: an entry, and
// as much again for the radix sort.
const entryBytes = 32

func (s *Sorter) lock()   { s.mu <- struct{}{} }
func (s *Sorter) unlock() { <-s.mu }

// start opens the reservation.
func (s *Sorter) start(x *pipeline.Execution) {
	s.lock()
	defer s.unlock()
	if s.res == nil {
		s.res = x.Memory.Reserve("sort")
		s.res.SetSpillable(true) // what ended inputs hold is spilled by the others
		if x.Metrics != nil {
			s.node = x.Metrics.Node(s.Node)
		}
	}
}

// Rows is how many rows have been closed in.
func (s *Sorter) Rows() int { return s.rows }

// Input is one worker's end of a sorter.
type Input struct {
	s     *Sorter
	w     *pipeline.Worker
	res   *memory.Reservation // its own, so that other inputs can ask it to spill
	store *slab.Store
	extra int64 // reserved for entries
}

// NewInput makes a worker's input.
func (s *Sorter) NewInput(w *pipeline.Worker) *Input {
	s.start(w.Execution)
	in := &Input{s: s, w: w, res: w.Memory.Reserve("sort")}
	in.res.SetSpillable(true)
	in.store = slab.NewStore(s.kinds, in.res)
	s.lock()
	s.open = append(s.open, in.res)
	s.unlock()
	return in
}

// Append copies the selected rows.
func (in *Input) Append(ctx context.Context, cols []*column.Column, sel []int32, n int) error {
	if in.res.WantSpill() {
		if err := in.spill(ctx); err != nil {
			return err
		}
	}
	for lo := 0; lo < n; {
		piece := min(n-lo, 2048)
		if err := in.reserve(ctx, int64(in.store.Rows()+piece)*entryBytes); err != nil {
			return err
		}
		done, err := in.store.Append(cols, sel, lo, lo+piece)
		if err != nil {
			if !errors.Is(err, memory.ErrRefused) {
				return err
			}
			if err := in.relieve(ctx, err); err != nil {
				return err
			}
		}
		lo = done
	}
	return nil
}

// reserve brings what is set aside for entries to n bytes.
func (in *Input) reserve(ctx context.Context, n int64) error {
	for in.extra < n {
		step := max(n-in.extra, in.extra)
		if in.res.Grow(step) != nil {
			step = n - in.extra
			if err := in.res.Grow(step); err != nil {
				if err := in.relieve(ctx, err); err != nil {
					return err
				}
				n = 2048 * entryBytes // enough for a piece, the store being empty now
				continue
			}
		}
		in.extra += step
	}
	return nil
}

// relieve frees memory after a refusal: the input's own rows, then those of
// inputs that have ended, then what others hold.
func (in *Input) relieve(ctx context.Context, refused error) error {
	if in.store.Rows() > 0 {
		return in.spill(ctx)
	}
	in.store.Reset()
	in.res.Shrink(in.extra)
	in.extra = 0
	s := in.s
	s.lock()
	var other *Input
	for i, o := range s.inputs {
		if o.store.Rows() > 0 {
			other = o
			s.inputs = append(s.inputs[:i:i], s.inputs[i+1:]...)
			s.rows -= o.store.Rows() // spill counts them again
			break
		}
	}
	s.unlock()
	if other == nil {
		return slab.Await(ctx, in.w, in.res, memory.Wanted(refused, 2048*entryBytes))
	}
	other.w = in.w
	return other.spill(ctx)
}

// runBlock is how many rows a block of a run has: few, since a merge holds a
// block of each run.
func (s *Sorter) runBlock() int {
	return int(min(max(s.res.Query().Limit()/64/s.RowBytes(), 64), batch.Size))
}

// spill sorts what is there and writes it to disk as a run.
func (in *Input) spill(ctx context.Context) error {
	if in.store.Rows() == 0 {
		return nil
	}
	s := in.s
	fs := make([]facts, len(s.keys))
	so, err := newSorted(ctx, s, in.store, fs)
	if err != nil {
		return err
	}
	s.lock()
	for i, k := range s.keys {
		s.facts[i].merge(k.Type, &fs[i])
	}
	s.rows += in.store.Rows()
	s.unlock()
	file, err := in.w.Spill.Create()
	if err != nil {
		return err
	}
	run := diskRun{file: file}
	sc := slab.NewScratch(len(s.kinds))
	sc.Own = true
	err = in.w.Park(ctx, func(ctx context.Context) error {
		var b batch.Batch
		rows := s.runBlock()
		for lo := 0; lo < so.len(); lo += rows {
			if err := ctx.Err(); err != nil {
				return err
			}
			so.batch(&b, sc, lo, min(lo+rows, so.len()))
			block, err := file.Append(b.Cols, b.Len)
			if err != nil {
				return err
			}
			run.blocks = append(run.blocks, block)
			if s.node != nil {
				s.node.SpilledBytes.Add(int64(block.Size))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if s.node != nil {
		s.node.SpillPartitions.Add(1)
	}
	s.lock()
	s.runs = append(s.runs, run)
	s.unlock()
	in.store.Reset()
	in.res.Shrink(in.extra)
	in.extra = 0
	return nil
}

// Close ends a worker's input.
func (in *Input) Close(ctx context.Context) error {
	s := in.s
	s.lock()
	defer s.unlock()
	s.inputs = append(s.inputs, in)
	s.rows += in.store.Rows()
	in.store.Charge(s.res)
	s.res.Absorb(in.res, in.extra)
	in.res.Close()
	in.res = s.res
	return nil
}

// observe adds the facts of a store's keys.
func observe(ctx context.Context, keys []Key, fs []facts, store *slab.Store) error {
	var c column.Column
	for i, k := range keys {
		for ch := range store.Chunks() {
			if err := ctx.Err(); err != nil {
				return err
			}
			if store.ChunkLen(ch) > 0 {
				store.Column(&c, ch, k.Pos)
				fs[i].observe(k.Type, &c)
			}
		}
	}
	return nil
}

// sorted is rows of a store in order.
type sorted struct {
	s     *Sorter
	store *slab.Store
	enc   *encoder
	short []short
	long  []long
	heads [][]column.Column // by chunk: the key columns
	ids   []slab.RowID      // scratch of batch
}

func (o *sorted) len() int {
	if o.long != nil {
		return len(o.long)
	}
	return len(o.short)
}

func (o *sorted) id(i int) slab.RowID {
	if o.long != nil {
		return o.long[i].id
	}
	return o.short[i].id
}

// newSorted sorts a store's rows. Its memory has been reserved by the inputs.
// It completes fs, what is known of the keys, by what it sees.
func newSorted(ctx context.Context, s *Sorter, store *slab.Store, fs []facts) (*sorted, error) {
	if err := observe(ctx, s.keys, fs, store); err != nil {
		return nil, err
	}
	o := &sorted{s: s, store: store, enc: newEncoder(s.keys, fs)}
	if err := o.entries(ctx); err != nil {
		return nil, err
	}
	if o.long != nil {
		st := &stopper{ctx: ctx}
		sortLong(o.long, o.tie(st), st)
	} else if len(o.short) > 0 {
		sortShort(o.short, make([]short, len(o.short)), o.enc.bits)
	}
	return o, ctx.Err()
}

// stopper lets a sort end early when its statement does. What it has not
// ordered by then stays as it is.
type stopper struct {
	ctx     context.Context
	calls   uint
	stopped bool
}

// stop asks the context every so many calls.
func (s *stopper) stop() bool {
	if s.calls++; s.calls&1023 == 0 && !s.stopped {
		s.stopped = s.ctx.Err() != nil
	}
	return s.stopped
}

// tie is the order of rows whose words are equal.
func (o *sorted) tie(st *stopper) tieFunc {
	if o.enc.exact {
		return nil
	}
	return func(a, b slab.RowID) int {
		if st.stop() {
			return 0
		}
		ca, ia := slab.Split(a)
		cb, ib := slab.Split(b)
		return o.s.cmp.compare(o.heads[ca], ia, o.heads[cb], ib)
	}
}

// entries packs the keys of all rows.
func (o *sorted) entries(ctx context.Context) error {
	n := o.store.Rows()
	keys := o.s.keys
	o.heads = make([][]column.Column, o.store.Chunks())
	isShort := o.enc.bits <= 64 && o.enc.exact
	if isShort {
		o.short = make([]short, 0, n)
	} else {
		o.long = make([]long, 0, n)
	}
	k0 := make([]uint64, min(n, slab.ChunkRows))
	var k1 []uint64
	if !isShort {
		k1 = make([]uint64, len(k0))
	}
	for ch := range o.heads {
		if err := ctx.Err(); err != nil {
			return err
		}
		rows := o.store.ChunkLen(ch)
		cols := make([]column.Column, len(keys))
		for i, k := range keys {
			o.store.Column(&cols[i], ch, k.Pos)
		}
		o.heads[ch] = cols
		if rows == 0 {
			continue
		}
		o.enc.encode(cols, rows, k0, k1)
		if isShort {
			for i := range rows {
				o.short = append(o.short, short{k0[i], slab.ID(ch, i)})
			}
			continue
		}
		for i := range rows {
			o.long = append(o.long, long{k0[i], k1[i], slab.ID(ch, i)})
		}
	}
	return nil
}

// batch gathers places lo to hi of the order.
func (o *sorted) batch(b *batch.Batch, sc *slab.Scratch, lo, hi int) {
	o.ids = o.ids[:0]
	for i := lo; i < hi; i++ {
		o.ids = append(o.ids, o.id(i))
	}
	gatherBatch(b, o.store, sc, o.ids)
}

func gatherBatch(b *batch.Batch, store *slab.Store, sc *slab.Scratch, ids []slab.RowID) {
	kinds := store.Kinds()
	if len(b.Cols) != len(kinds) {
		b.Cols = make([]*column.Column, len(kinds))
	}
	for i := range kinds {
		b.Cols[i] = store.Gather(sc, i, i, ids, nil, 0, false)
	}
	b.Len, b.Sel = len(ids), nil
}
