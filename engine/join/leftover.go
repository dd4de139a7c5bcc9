package join

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/engine/slab"
	"github.com/inlaydb/inlay/storage/column"
)

// Leftovers is the source of what the probe step could not give: the rows of
// partitions on disk, and build rows that come out at the end.
type Leftovers struct {
	H    *Hash
	next atomic.Int64
}

// Open implements pipeline.Source.
func (l *Leftovers) Open(_ context.Context, w *pipeline.Worker) (pipeline.Reader, error) {
	p, err := l.H.newProber(w)
	return &leftoverReader{l: l, w: w, p: p}, err
}

// Morsels implements pipeline.Bounded.
func (l *Leftovers) Morsels() int {
	switch {
	case l.H.parted.Load():
		return 1<<partitionBits + 1
	case l.H.sh.flags():
		return 1
	}
	return 0
}

type leftoverReader struct {
	l       *Leftovers
	w       *pipeline.Worker
	p       *prober
	carries *[][]uint64 // by probe batch, while the build side comes block by block
	part    int         // the next probe batch
}

func (r *leftoverReader) Close() {}

// Morsel 0 is the table in memory, those after it are the partitions.
func (r *leftoverReader) Morsel(ctx context.Context, emit pipeline.Emit) (pipeline.Status, error) {
	h := r.l.H
	n := r.l.next.Add(1) - 1
	if n > 1<<partitionBits || n > 0 && !h.parted.Load() {
		return pipeline.Done, nil
	}
	if n == 0 {
		r.p.table = h.table
		st, err := r.p.leftover(emit, 0)
		if h.parted.Load() { // nobody probes it any more, and partitions need the memory
			h.table.release()
		}
		return st, err
	}
	i := int(n) - 1
	if !h.spilled.Is(i) {
		return pipeline.More, nil
	}
	job := &partitionJob{build: h.mu.parts, probe: h.mu.probes, at: i, shift: partitionBits}
	h.begin()
	defer h.end()
	return r.join(ctx, job, n, emit)
}

// partitionJob is one partition of both sides.
type partitionJob struct {
	build, probe []*slab.Partitions
	at           int
	shift        uint // bits of the hash that are used up
}

// maxShift ends parting: rows that are still together have one hash.
const maxShift = 60

func (r *leftoverReader) join(ctx context.Context, job *partitionJob, seq int64, emit pipeline.Emit) (pipeline.Status, error) {
	h := r.l.H
	rows := 0
	for _, b := range job.build {
		rows += b.Rows(job.at)
	}
	if rows == 0 && !h.sh.preserveProbe && !h.sh.antiProbe && !h.sh.markProbe {
		return pipeline.More, nil
	}
	t, err := r.load(ctx, job)
	for errors.Is(err, memory.ErrRefused) {
		// It may fit when another worker is done with its partition.
		if waited, err := h.awaitOthers(ctx, r.w); err != nil {
			return pipeline.Done, err
		} else if !waited {
			return r.partAgain(ctx, job, seq, emit)
		}
		t, err = r.load(ctx, job)
	}
	if err != nil {
		return pipeline.Done, err
	}
	defer t.release()
	for _, b := range job.build {
		b.Drop(job.at)
	}
	r.p.table = t
	st, err := r.probeAll(ctx, job, seq, emit)
	if err != nil || st == pipeline.Done {
		return pipeline.Done, err
	}
	for _, p := range job.probe {
		p.Drop(job.at)
	}
	return r.p.leftover(emit, seq)
}

// probeAll runs the job's probe rows past the prober's table.
func (r *leftoverReader) probeAll(ctx context.Context, job *partitionJob, seq int64, emit pipeline.Emit) (pipeline.Status, error) {
	st := pipeline.More
	for _, pr := range job.probe {
		err := pr.Each(ctx, r.w, job.at, func(b *batch.Batch) error {
			for lo := 0; lo < b.Len && st == pipeline.More; lo += batch.Size {
				part := window(b, lo, min(batch.Size, b.Len-lo))
				part.Seq = seq
				var err error
				if st, err = r.runPart(part, emit); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || st == pipeline.Done {
			return pipeline.Done, err
		}
	}
	return st, nil
}

// runPart joins one batch. While the build side is tried block by block it
// carries along which of the batch's rows have matched.
func (r *leftoverReader) runPart(part *batch.Batch, emit pipeline.Emit) (pipeline.Status, error) {
	if r.carries == nil {
		return r.p.run(part, emit)
	}
	if r.part == len(*r.carries) {
		*r.carries = append(*r.carries, make([]uint64, (part.Len+63)/64))
	}
	r.p.carry = (*r.carries)[r.part]
	r.part++
	return r.p.run(part, emit)
}

// joinBlocks joins a partition whose build rows do not fit and cannot be
// parted: block by block, with all probe rows past each block. A last pass
// hands on the probe rows that have matched none.
func (r *leftoverReader) joinBlocks(ctx context.Context, job *partitionJob, seq int64, emit pipeline.Emit) (pipeline.Status, error) {
	h := r.l.H
	r.carries = &[][]uint64{}
	defer func() { r.carries, r.p.carry, r.p.partial = nil, nil, false }()
	s := slab.NewStore(h.kinds, h.res)
	defer s.Reset()
	st := pipeline.More
	block := func() error {
		t := newTable(h, s, 0)
		t.reserved = t.need()
		if err := slab.Grow(ctx, r.w, h.res, t.reserved); err != nil {
			return err
		}
		if err := t.fill(ctx); err != nil {
			t.release()
			return err
		}
		r.p.table, r.p.partial, r.part = t, true, 0
		var err error
		if st, err = r.probeAll(ctx, job, seq, emit); err == nil && st == pipeline.More {
			st, err = r.p.leftover(emit, seq)
		}
		t.release()
		s = slab.NewStore(h.kinds, h.res)
		return err
	}
	limit := h.res.Query().Limit() / 16
	for _, b := range job.build {
		err := b.Each(ctx, r.w, job.at, func(in *batch.Batch) error {
			for lo := 0; lo < in.Len && st == pipeline.More; {
				hi := min(lo+256, in.Len)
				done, err := s.Append(in.Cols, nil, lo, hi)
				if err != nil && !errors.Is(err, memory.ErrRefused) {
					return err
				}
				switch {
				case err != nil && s.Rows() == 0:
					if err := slab.Await(ctx, r.w, h.res, memory.Wanted(err, 1<<18)); err != nil {
						return err
					}
				case err != nil || s.Held() > limit:
					if err := block(); err != nil {
						return err
					}
				}
				lo = done
			}
			return nil
		})
		if err != nil || st == pipeline.Done {
			return pipeline.Done, err
		}
	}
	if s.Rows() > 0 {
		if err := block(); err != nil || st == pipeline.Done {
			return pipeline.Done, err
		}
	}
	for _, b := range job.build {
		b.Drop(job.at)
	}
	if r.p.tracks() {
		t := newTable(h, s, 0)
		if err := t.fill(ctx); err != nil {
			return pipeline.Done, err
		}
		r.p.table, r.p.partial, r.part = t, false, 0
		var err error
		if st, err = r.probeAll(ctx, job, seq, emit); err != nil || st == pipeline.Done {
			return pipeline.Done, err
		}
	}
	for _, p := range job.probe {
		p.Drop(job.at)
	}
	return pipeline.More, nil
}

// begin and end count the partitions that workers are at.
func (h *Hash) begin() {
	h.mu.Lock()
	h.mu.running++
	h.mu.Unlock()
}

func (h *Hash) end() {
	h.mu.Lock()
	h.mu.running--
	h.mu.ended++
	h.mu.Unlock()
	h.res.Query().Notify()
}

// awaitOthers waits until another worker is done with a partition; false
// where all others wait as well.
func (h *Hash) awaitOthers(ctx context.Context, w *pipeline.Worker) (bool, error) {
	h.mu.Lock()
	ended, others := h.mu.ended, h.mu.running-h.mu.waiting > 1
	if others {
		h.mu.waiting++
	}
	h.mu.Unlock()
	if !others {
		return false, nil
	}
	err := w.Park(ctx, func(ctx context.Context) error {
		return w.Memory.Wait(ctx, 0, func() bool {
			h.mu.Lock()
			defer h.mu.Unlock()
			return h.mu.ended != ended
		})
	})
	h.mu.Lock()
	h.mu.waiting--
	h.mu.Unlock()
	return true, err
}

// window is n rows of b from lo on, a multiple of 64.
func window(b *batch.Batch, lo, n int) *batch.Batch {
	out := &batch.Batch{Cols: make([]*column.Column, len(b.Cols)), Len: n}
	for i, c := range b.Cols {
		w := *c
		k := c.Kind.Width()
		w.Len, w.Data = n, c.Data[lo*k:(lo+n)*k]
		if c.Valid != nil {
			w.Valid = c.Valid[lo>>6 : (lo+n+63)>>6]
		}
		out.Cols[i] = &w
	}
	return out
}

// load brings a partition's build rows into memory and makes their table. It
// returns memory.ErrRefused where they do not fit.
func (r *leftoverReader) load(ctx context.Context, job *partitionJob) (*table, error) {
	h := r.l.H
	s := slab.NewStore(h.kinds, h.res)
	for _, b := range job.build {
		block := b.BlockSize(job.at)
		err := b.Each(ctx, r.w, job.at, func(in *batch.Batch) error {
			if _, err := s.Append(in.Cols, nil, 0, in.Len); err != nil {
				return err
			}
			if !slab.Room(h.res, 2*block) {
				return memory.ErrRefused
			}
			return nil
		})
		if err != nil {
			s.Reset()
			return nil, err
		}
	}
	t := newTable(h, s, job.shift)
	t.reserved = t.need()
	if err := h.res.Grow(t.reserved); err != nil {
		s.Reset()
		return nil, err
	}
	if err := t.fill(ctx); err != nil {
		t.release()
		return nil, err
	}
	return t, nil
}

// release gives back a loaded partition's memory.
func (t *table) release() {
	t.store.Reset()
	t.h.res.Shrink(t.reserved + t.dictBytes)
}

// partAgain parts both sides by further bits of the hash and joins the parts.
func (r *leftoverReader) partAgain(ctx context.Context, job *partitionJob, seq int64, emit pipeline.Emit) (pipeline.Status, error) {
	h := r.l.H
	if job.shift >= maxShift {
		return r.joinBlocks(ctx, job, seq, emit)
	}
	words := h.buildWorder()
	build := slab.NewPartitions(h.kinds, partitionBits, job.shift, h.res, nil, h.node)
	defer build.Close()
	var hashes []uint64
	for _, b := range job.build {
		err := b.Each(ctx, r.w, job.at, func(in *batch.Batch) error {
			hashes = h.rehash(in.Cols[len(in.Cols)-1], hashes)
			return build.Append(ctx, r.w, in.Cols, nil, hashes)
		})
		b.Drop(job.at)
		if err != nil {
			return pipeline.Done, err
		}
	}
	probe := slab.NewPartitions(kindsOf(h.spec.ProbeTypes), partitionBits, job.shift, h.res, nil, h.node)
	defer probe.Close()
	probeWords := h.probeWorder()
	for _, p := range job.probe {
		err := p.Each(ctx, r.w, job.at, func(in *batch.Batch) error {
			for lo := 0; lo < in.Len; lo += batch.Size {
				part := window(in, lo, min(batch.Size, in.Len-lo))
				rows, ws, _ := probeWords.run(part, false) // none is NULL: those rows did not wait
				hashes = hashes[:0]
				for _, w := range ws {
					hashes = append(hashes, words.hashOf(w))
				}
				if err := probe.Append(ctx, r.w, part.Cols, rows, hashes); err != nil {
					return err
				}
			}
			return nil
		})
		p.Drop(job.at)
		if err != nil {
			return pipeline.Done, err
		}
	}
	for i := range build.Len() { // all to disk: each part is loaded with all memory to itself
		if _, err := build.SpillPartition(ctx, r.w, i); err != nil {
			return pipeline.Done, err
		}
		if _, err := probe.SpillPartition(ctx, r.w, i); err != nil {
			return pipeline.Done, err
		}
	}
	rows := 0
	for i := range build.Len() {
		rows += build.Rows(i)
	}
	for i := range build.Len() {
		sub := &partitionJob{build: []*slab.Partitions{build}, probe: []*slab.Partitions{probe}, at: i, shift: job.shift + partitionBits}
		step := r.join
		if build.Rows(i) == rows { // one hash, most likely: more bits will not part them
			step = r.joinBlocks
		}
		st, err := step(ctx, sub, seq, emit)
		if err != nil || st == pipeline.Done {
			return pipeline.Done, err
		}
	}
	return pipeline.More, nil
}

// leftover hands on the build rows of a table that come out at the end.
func (p *prober) leftover(emit pipeline.Emit, seq int64) (pipeline.Status, error) {
	sh, t, h := p.h.sh, p.table, p.h
	if !sh.flags() || t == nil {
		return pipeline.More, nil
	}
	nullAware := h.spec.NullAware && h.probeRows.Load() > 0
	if sh.antiBuild && nullAware && h.probeNull.Load() {
		return pipeline.More, nil // x NOT IN (…, NULL) is never true
	}
	want := sh.semiBuild
	var view batch.Batch
	for i := range t.store.Chunks() {
		var isNull func(int) bool
		if h.hasNull.Load() {
			isNull = t.nullKey(i)
		}
		for lo := 0; lo < t.store.ChunkLen(i); lo += batch.Size {
			n := min(batch.Size, t.store.ChunkLen(i)-lo)
			t.store.View(&view, i, lo, lo+n)
			var mark *column.Column
			sel := p.sel[:0]
			if sh.markBuild {
				mark = column.NewFlat(column.Bool, n)
			}
			for r := range n {
				hit := t.marked(slab.ID(i, lo+r))
				switch {
				case sh.markBuild:
					if hit {
						column.Values[uint8](mark)[r] = 1
					} else if nullAware && (h.probeNull.Load() || isNull != nil && isNull(lo+r)) {
						mark.SetNull(r)
					}
					sel = append(sel, int32(r))
				case hit != want:
				case sh.antiBuild && nullAware && isNull != nil && isNull(lo+r):
				default:
					sel = append(sel, int32(r))
				}
			}
			p.sel = sel
			if len(sel) == 0 {
				continue
			}
			b := p.result(&batch.Batch{Len: n, Seq: seq, Cols: nullColumns(h, n)})
			for c, o := range h.spec.Out {
				if o.Build {
					b.Cols[c] = view.Cols[o.At]
				}
			}
			if mark != nil {
				b.Cols[len(b.Cols)-1] = mark
			}
			if len(sel) < n {
				b.Sel = sel
			}
			st, err := emit(b)
			if err != nil || st == pipeline.Done {
				return pipeline.Done, err
			}
		}
	}
	return pipeline.More, nil
}

// nullColumns stand for the probe side.
func nullColumns(h *Hash, n int) []*column.Column {
	cols := make([]*column.Column, len(h.spec.ProbeTypes))
	for i, t := range h.spec.ProbeTypes {
		cols[i] = column.NewNull(t.Kind(), n)
	}
	return cols
}
