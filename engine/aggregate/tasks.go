package aggregate

import (
	"context"
	"errors"

	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/slab"
	"github.com/inlaydb/inlay/storage/column"
)

// task is one partition that is to be aggregated: the same part of several
// Partitions, some of keys and states, some of a stream's rows.
type task struct {
	part    int
	shift   uint // of the Partitions
	states  []*slab.Partitions
	rows    []streamRows
	spilled bool // nothing of it is in memory
}

type streamRows struct {
	st    *stream
	parts *slab.Partitions
}

// finish makes what the workers have into one table, or into tasks.
func (g *grouper) finish(ctx context.Context, r *pipeline.Runner) error {
	g.start(r.Execution)
	workers := g.mu.workers
	g.mu.resting = nil
	for _, gw := range workers {
		gw.res.SetSpillable(false)
	}
	parted, groups := false, 0
	for _, gw := range workers {
		parted = parted || gw.raw != nil || gw.partial != nil
		groups += gw.t.n
	}
	if g.keyless() || !parted && groups <= 2*g.limit {
		done, err := g.mergeTables(workers)
		if err != nil || done {
			return err
		}
	}
	err := r.Each(ctx, len(workers), func(ctx context.Context, w *pipeline.Worker, i int) error {
		gw := workers[i]
		gw.w = w
		err := gw.flush(ctx)
		gw.t.free()
		return err
	})
	if err != nil {
		return err
	}
	t := task{}
	for _, gw := range workers {
		if gw.partial != nil {
			t.states = append(t.states, gw.partial)
		}
		if gw.raw != nil {
			t.rows = append(t.rows, streamRows{gw.st, gw.raw})
		}
	}
	for i := range 1 << partitionBits {
		p := t
		p.part = i
		if p.size() > 0 {
			g.mu.tasks = append(g.mu.tasks, &p)
		}
	}
	return nil
}

func (t *task) size() int {
	n := 0
	for _, p := range t.states {
		n += p.Rows(t.part)
	}
	for _, p := range t.rows {
		n += p.parts.Rows(t.part)
	}
	return n
}

// spill writes what the task has in memory to disk.
func (t *task) spill(ctx context.Context, w *pipeline.Worker) (freed int64, err error) {
	t.spilled = true
	all := t.states
	for _, r := range t.rows {
		all = append(all[:len(all):len(all)], r.parts)
	}
	for _, p := range all {
		if p.Store(t.part).Rows() == 0 {
			continue
		}
		n, err := p.SpillPartition(ctx, w, t.part)
		if err != nil {
			return freed, err
		}
		freed += n
	}
	return freed, nil
}

// mergeTables merges all workers' tables into the largest. It reports false,
// the tables being in some state but complete, where memory was refused.
func (g *grouper) mergeTables(workers []*groupWorker) (bool, error) {
	if len(workers) == 0 {
		g.single = newTable(g.form, g.makers, g.res)
		if g.keyless() {
			return true, g.single.one()
		}
		return true, nil
	}
	best := 0
	for i, gw := range workers {
		if gw.t.n > workers[best].t.n {
			best = i
		}
	}
	into := workers[best]
	if g.keyless() {
		if err := into.t.one(); err != nil {
			return false, err
		}
	}
	for i, gw := range workers {
		if i == best {
			continue
		}
		for lo := 0; lo < gw.t.n; lo += batch.Size {
			hi := min(lo+batch.Size, gw.t.n)
			cols := gw.t.stateColumns(lo, hi)
			done, err := into.foldStates(cols, nil, 0, hi-lo)
			if err != nil {
				if !errors.Is(err, memory.ErrRefused) || g.keyless() {
					return false, exhausted(g, err)
				}
				gw.t.from = lo + done // the groups before are in the other table
				return false, nil
			}
		}
		gw.t.free()
		gw.t = newTable(g.form, g.makers, gw.res)
	}
	g.single = into.t
	into.t = newTable(g.form, g.makers, into.res)
	return true, nil
}

func exhausted(g *grouper, err error) error {
	if errors.Is(err, memory.ErrRefused) {
		return g.res.Exhausted(1 << 16)
	}
	return err
}

// foldStates merges rows from to n of keys and states into the worker's table,
// as fold does with rows of a stream.
func (gw *groupWorker) foldStates(cols []*column.Column, sel []int32, from, n int) (int, error) {
	nk := len(gw.g.form.types)
	done, err := gw.ids.find(gw.t, cols[:nk], sel, from, n)
	if err != nil && !errors.Is(err, memory.ErrRefused) || done == from {
		return from, err
	}
	groups := gw.ids.groups
	if groups == nil {
		groups = make([]uint32, n)
	}
	groups = groups[from:done]
	if from > 0 || done < n {
		s := subSelection(sel, from, done)
		narrow := make([]*column.Column, len(cols))
		for i := nk; i < len(cols); i++ {
			narrow[i] = column.Gather(cols[i], s)
		}
		cols = narrow
	}
	at := nk
	for _, a := range gw.t.accs {
		k := len(a.kinds())
		if e := a.merge(cols[at:at+k], groups, done-from); e != nil {
			return from, exhausted(gw.g, e)
		}
		at += k
	}
	return done, err
}

// run aggregates a task's rows into a table. Where that does not fit the rows
// go to further tasks, by the next bits of their hash, and the table is nil.
func (g *grouper) run(ctx context.Context, w *pipeline.Worker, t *task) (*table, []*task, error) {
	gw := &groupWorker{g: g, w: w, res: g.res, t: newTable(g.form, g.makers, g.res)}
	// Partitions are about alike: make room at once for as many groups as the
	// last one had. Where that is refused the table grows step by step.
	if n := int(g.lastGroups.Load()); n > firstGroups && t.shift == 0 {
		gw.t.grow(n + n/16)
	}
	s := &splitter{g: g, gw: gw, w: w, shift: t.shift + partitionBits}
	for _, p := range t.states {
		s.block = p.BlockSize(t.part)
		err := p.Each(ctx, w, t.part, func(b *batch.Batch) error {
			return s.take(ctx, nil, b, gw.foldStates)
		})
		if err != nil {
			gw.t.free()
			return nil, nil, err
		}
		p.Drop(t.part)
	}
	for _, r := range t.rows {
		gw.st, gw.feed = r.st, newFeed(r.st)
		gw.ids.forget()
		s.block = r.parts.BlockSize(t.part)
		err := r.parts.Each(ctx, w, t.part, func(b *batch.Batch) error {
			return s.take(ctx, r.st, b, gw.fold)
		})
		if err != nil {
			gw.t.free()
			return nil, nil, err
		}
		r.parts.Drop(t.part)
	}
	if !s.on {
		g.lastGroups.Store(int64(gw.t.n))
		return gw.t, nil, nil
	}
	return nil, s.tasks(), nil
}

// splitter parts a task's rows again once its table does not fit.
type splitter struct {
	g      *grouper
	gw     *groupWorker
	w      *pipeline.Worker
	shift  uint
	on     bool
	block  int64 // what loading the next block takes
	states *slab.Partitions
	rows   []streamRows
}

// take folds a batch into the table, or appends it to the partitions.
func (s *splitter) take(ctx context.Context, st *stream, b *batch.Batch, fold func([]*column.Column, []int32, int, int) (int, error)) error {
	done := 0
	for !s.on {
		var err error
		done, err = fold(b.Cols, nil, done, b.Len)
		if err == nil && (s.shift > maxShift || slab.Room(s.g.res, s.block)) {
			return nil
		}
		if err != nil && !errors.Is(err, memory.ErrRefused) {
			return err
		}
		if s.gw.t.n == 0 && done < b.Len {
			if err := s.g.awaitTasks(ctx, s.w, memory.Wanted(err, 1<<18)); err != nil {
				return err
			}
			continue
		}
		if s.shift > maxShift {
			return s.g.res.Exhausted(1 << 18)
		}
		s.on = true
		s.states = s.g.newParts(s.g.states, s.shift, s.g.res)
		if err := s.gw.t.moveTo(ctx, s.w, s.states); err != nil {
			return err
		}
		s.gw.t.free()
		// What is parted shall not stand in the way of what is aggregated next.
		if _, err := s.states.Spill(ctx, s.w, s.states.Held()); err != nil {
			return err
		}
	}
	sel := subSelection(nil, done, b.Len)
	ids := &s.gw.ids
	ids.packed = false
	ids.pack(s.g.form, b.Cols[:len(s.g.form.types)], sel, len(sel))
	return s.partsOf(st).Append(ctx, s.w, b.Cols, sel, ids.kb.hashes[:len(sel)])
}

func (s *splitter) partsOf(st *stream) *slab.Partitions {
	if st == nil {
		return s.states
	}
	for _, r := range s.rows {
		if r.st == st {
			return r.parts
		}
	}
	p := s.g.newParts(st.kinds, s.shift, s.g.res)
	s.rows = append(s.rows, streamRows{st, p})
	return p
}

func (s *splitter) tasks() []*task {
	var out []*task
	for i := range 1 << partitionBits {
		t := &task{part: i, shift: s.shift, states: []*slab.Partitions{s.states}, rows: s.rows}
		if t.size() > 0 {
			out = append(out, t)
		}
	}
	return out
}

// awaitTasks waits for memory while other workers are at tasks, whose ends
// free some.
func (g *grouper) awaitTasks(ctx context.Context, w *pipeline.Worker, want int64) error {
	if freed, err := g.relief(ctx, w, want); err != nil || freed > 0 {
		return err
	}
	g.mu.Lock()
	others, ended := g.mu.running-g.mu.waiting > 1, g.mu.ended
	if others {
		g.mu.waiting++
	}
	g.mu.Unlock()
	if !others {
		return slab.Await(ctx, w, g.res, want)
	}
	err := w.Park(ctx, func(ctx context.Context) error {
		return w.Memory.Wait(ctx, 0, func() bool {
			g.mu.Lock()
			defer g.mu.Unlock()
			return g.mu.ended != ended
		})
	})
	g.mu.Lock()
	g.mu.waiting--
	g.mu.Unlock()
	return err
}

// begin and end count the tasks that workers are at.
func (g *grouper) begin() {
	g.mu.running++
}

func (g *grouper) end() {
	g.mu.Lock()
	g.mu.running--
	g.mu.ended++
	g.mu.Unlock()
	g.res.Query().Notify()
}

// close gives memory and files back.
func (g *grouper) close() {
	for _, p := range g.mu.parts {
		p.Close()
	}
	held := int64(0) // at most: the workers' peaks need not be at one time
	for _, gw := range g.mu.all {
		held += gw.res.Peak()
		gw.res.Close()
	}
	g.mu.parts, g.mu.tasks, g.mu.workers, g.mu.all, g.single = nil, nil, nil, nil, nil
	if g.res != nil {
		if g.metrics != nil {
			g.metrics.Use(held + g.res.Peak())
		}
		g.res.Close()
	}
}
