package aggregate

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/slab"
	"github.com/inlaydb/inlay/storage/column"
)

// grouper is one hash aggregation: what its workers share. Rows come in by
// streams; groups come out of tasks (see source.go).
type grouper struct {
	form   *keyForm
	makers []maker
	states []column.Kind // of rows of keys and partial states
	node   int

	once    sync.Once
	res     *memory.Reservation
	metrics *pipeline.NodeMetrics
	limit   int // groups at which a worker's table is moved to partitions
	spilled *slab.Spilled

	mu struct {
		sync.Mutex
		workers []*groupWorker     // those that have closed
		resting []*groupWorker     // of these, the ones that still have something to spill
		parts   []*slab.Partitions // to be closed in the end
		tasks   []*task
		all     []*groupWorker
		running int // tasks that workers are at
		waiting int // of those, waiting for the memory of others
		ended   int // tasks that have ended
	}
	single     *table       // all groups, where they are few
	lastGroups atomic.Int64 // of the last task
}

const (
	partitionBits = 6
	// cacheBytes is how large a worker's table grows before it is moved to
	// partitions: a share of the last-level cache.
	cacheBytes = 4 << 20
	maxShift   = 54 // no further parting below so many used bits of the hash
)

func newGrouper(keys []types.Type, makers []maker, node int) *grouper {
	g := &grouper{form: newKeyForm(keys), makers: makers, node: node}
	g.states = append(g.states, g.form.kinds...)
	for _, m := range makers {
		g.states = append(g.states, m(nil).kinds()...)
	}
	return g
}

func (g *grouper) start(x *pipeline.Execution) {
	g.once.Do(func() {
		g.res = x.Memory.Reserve("hash aggregate")
		if x.Metrics != nil {
			g.metrics = x.Metrics.Node(g.node)
		}
		g.spilled = slab.NewSpilled(partitionBits)
		t := newTable(g.form, g.makers, g.res)
		perGroup := t.groupBytes()
		if g.form.words == 0 {
			perGroup += 32
		}
		g.limit = max(1024, int(cacheBytes/perGroup))
	})
}

func (g *grouper) keyless() bool { return len(g.form.types) == 0 }

// groupWorker is one worker's end of a stream into a grouper.
type groupWorker struct {
	g    *grouper
	w    *pipeline.Worker
	st   *stream
	res  *memory.Reservation // its own, so that other workers can ask it to spill
	feed *feed
	t    *table
	ids  groupFinder
	rows int // seen by the table since it was last empty

	straight bool             // rows go straight to partitions
	raw      *slab.Partitions // rows of the stream
	partial  *slab.Partitions // keys and states
}

func (g *grouper) newWorker(w *pipeline.Worker, st *stream) *groupWorker {
	g.start(w.Execution)
	gw := &groupWorker{g: g, w: w, st: st, res: w.Memory.Reserve("hash aggregate"), feed: newFeed(st)}
	gw.res.SetSpillable(!g.keyless())
	gw.t = newTable(g.form, g.makers, gw.res)
	g.mu.Lock()
	g.mu.all = append(g.mu.all, gw)
	g.mu.Unlock()
	return gw
}

// consume takes rows of the stream.
func (gw *groupWorker) consume(ctx context.Context, cols []*column.Column, sel []int32, n int) error {
	if gw.res.WantSpill() {
		if err := gw.yield(ctx); err != nil {
			return err
		}
	}
	if gw.straight {
		gw.ids.pack(gw.g.form, cols[:gw.st.keys], sel, n)
		return gw.rawParts().Append(ctx, gw.w, cols, sel, gw.ids.kb.hashes[:n])
	}
	for from := 0; from < n; {
		done, err := gw.fold(cols, sel, from, n)
		if err != nil {
			if !errors.Is(err, memory.ErrRefused) {
				return err
			}
			if err := gw.makeRoom(ctx, err); err != nil {
				return err
			}
		}
		from = done
	}
	gw.rows += n
	if gw.t.n >= gw.g.limit && !gw.g.keyless() {
		return gw.overflow(ctx)
	}
	return nil
}

// renew gives the table's memory back and starts an empty one.
func (gw *groupWorker) renew() {
	gw.t.free()
	gw.t = newTable(gw.g.form, gw.g.makers, gw.res)
	gw.ids.forget()
	gw.rows = 0
}

// overflow moves a table that has outgrown the cache to partitions. Where it
// has not made the rows much fewer, later rows go there straight.
func (gw *groupWorker) overflow(ctx context.Context) error {
	gw.straight = gw.rows < 2*gw.t.n
	if err := gw.flush(ctx); err != nil {
		return err
	}
	if gw.straight {
		gw.renew()
		return nil
	}
	gw.t.reset()
	gw.ids.forget()
	gw.rows = 0
	return nil
}

// yield spills because somebody else needs memory.
func (gw *groupWorker) yield(ctx context.Context) error {
	if gw.g.keyless() {
		return nil
	}
	if gw.t.n > 0 {
		if err := gw.flush(ctx); err != nil {
			return err
		}
		gw.renew()
	}
	for _, p := range []*slab.Partitions{gw.raw, gw.partial} {
		if p != nil {
			if _, err := p.Spill(ctx, gw.w, p.Held()); err != nil {
				return err
			}
		}
	}
	return nil
}

func (gw *groupWorker) rawParts() *slab.Partitions {
	if gw.raw == nil {
		gw.raw = gw.g.newParts(gw.st.kinds, 0, gw.res)
	}
	return gw.raw
}

func (g *grouper) newParts(kinds []column.Kind, shift uint, res *memory.Reservation) *slab.Partitions {
	spilled := g.spilled
	if shift > 0 {
		spilled = nil
	}
	p := slab.NewPartitions(kinds, partitionBits, shift, res, spilled, g.metrics)
	p.Relief = g.relief
	g.mu.Lock()
	g.mu.parts = append(g.mu.parts, p)
	g.mu.Unlock()
	return p
}

// flush moves the table's groups to the worker's partitions.
func (gw *groupWorker) flush(ctx context.Context) error {
	if gw.partial == nil {
		gw.partial = gw.g.newParts(gw.g.states, 0, gw.res)
	}
	return gw.t.moveTo(ctx, gw.w, gw.partial)
}

// moveTo appends all groups, as keys and states, to partitions.
func (t *table) moveTo(ctx context.Context, w *pipeline.Worker, p *slab.Partitions) error {
	hashes := make([]uint64, min(t.n, batch.Size))
	for lo := t.from; lo < t.n; lo += batch.Size {
		hi := min(lo+batch.Size, t.n)
		t.hashes(lo, hi, hashes)
		if err := p.Append(ctx, w, t.stateColumns(lo, hi), nil, hashes[:hi-lo]); err != nil {
			return err
		}
	}
	return nil
}

func (t *table) stateColumns(lo, hi int) []*column.Column {
	cols := t.columns(lo, hi)
	for _, a := range t.accs {
		cols = append(cols, a.export(lo, hi)...)
	}
	return cols
}

// makeRoom empties the table after a refusal, or waits where it is empty.
func (gw *groupWorker) makeRoom(ctx context.Context, refused error) error {
	if gw.t.n == 0 || gw.g.keyless() {
		return gw.g.await(ctx, gw.w, gw.res, memory.Wanted(refused, 1<<18))
	}
	if err := gw.flush(ctx); err != nil {
		return err
	}
	gw.renew()
	return nil
}

// fold takes rows from to n into the table. It returns how far it came, less
// than n only with memory.ErrRefused.
func (gw *groupWorker) fold(cols []*column.Column, sel []int32, from, n int) (int, error) {
	done, err := gw.ids.find(gw.t, cols[:gw.st.keys], sel, from, n)
	if err != nil && !errors.Is(err, memory.ErrRefused) || done == from {
		return from, err
	}
	groups := gw.ids.groups
	if groups != nil {
		groups = groups[from:done]
	}
	if from > 0 || done < n {
		sel = subSelection(sel, from, done)
	}
	gw.feed.prepare(cols, sel, groups, done-from)
	if err := gw.feed.reserve(gw.t.accs); err != nil {
		return from, err
	}
	if err := gw.feed.add(gw.t.accs); err != nil {
		return from, err
	}
	return done, err
}

func subSelection(sel []int32, from, to int) []int32 {
	if sel != nil {
		return sel[from:to]
	}
	return batch.Sequence(to)[from:]
}

// close ends the worker's input. What it holds other workers spill, see relief.
func (gw *groupWorker) close() {
	gw.g.mu.Lock()
	gw.g.mu.workers = append(gw.g.mu.workers, gw)
	gw.g.mu.resting = append(gw.g.mu.resting, gw)
	gw.g.mu.Unlock()
}

// relief spills what a worker that has closed, or a task that waits, has in
// memory.
func (g *grouper) relief(ctx context.Context, w *pipeline.Worker, want int64) (int64, error) {
	if g.keyless() {
		return 0, nil
	}
	for {
		g.mu.Lock()
		if n := len(g.mu.resting); n > 0 {
			gw := g.mu.resting[n-1]
			g.mu.resting = g.mu.resting[:n-1]
			g.mu.Unlock()
			before := gw.res.Held()
			gw.w = w
			if err := gw.yield(ctx); err != nil {
				return 0, err
			}
			if freed := before - gw.res.Held(); freed > 0 {
				return freed, nil
			}
			continue
		}
		n := len(g.mu.tasks) - 1
		for n >= 0 && g.mu.tasks[n].spilled {
			n--
		}
		if n < 0 {
			g.mu.Unlock()
			return 0, nil
		}
		t := g.mu.tasks[n]
		g.mu.tasks = append(g.mu.tasks[:n:n], g.mu.tasks[n+1:]...)
		g.mu.Unlock()
		freed, err := t.spill(ctx, w)
		g.mu.Lock()
		g.mu.tasks = append(g.mu.tasks, t)
		g.mu.Unlock()
		if err != nil || freed > 0 {
			return freed, err
		}
	}
}

// await waits for memory when the caller has nothing to spill.
func (g *grouper) await(ctx context.Context, w *pipeline.Worker, res *memory.Reservation, want int64) error {
	if freed, err := g.relief(ctx, w, want); err != nil || freed > 0 {
		return err
	}
	return slab.Await(ctx, w, res, want)
}
