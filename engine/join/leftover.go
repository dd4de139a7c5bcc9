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

type leftoverReader struct {
	l *Leftovers
	w *pipeline.Worker
	p *prober
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
		return r.p.leftover(emit, 0)
	}
	i := int(n) - 1
	if !h.spilled.Is(i) {
		return pipeline.More, nil
	}
	job := &partitionJob{build: h.mu.parts, probe: h.mu.probes, at: i, shift: partitionBits}
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
	if errors.Is(err, memory.ErrRefused) {
		return r.partAgain(ctx, job, seq, emit)
	}
	if err != nil {
		return pipeline.Done, err
	}
	defer t.release()
	r.p.table = t
	st := pipeline.More
	for _, pr := range job.probe {
		err := pr.Each(ctx, r.w, job.at, func(b *batch.Batch) error {
			for lo := 0; lo < b.Len && st == pipeline.More; lo += batch.Size {
				part := window(b, lo, min(batch.Size, b.Len-lo))
				part.Seq = seq
				var err error
				if st, err = r.p.run(part, emit); err != nil {
					return err
				}
			}
			return nil
		})
		pr.Drop(job.at)
		if err != nil || st == pipeline.Done {
			return pipeline.Done, err
		}
	}
	for _, b := range job.build {
		b.Drop(job.at)
	}
	return r.p.leftover(emit, seq)
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
		err := b.Each(ctx, r.w, job.at, func(in *batch.Batch) error {
			_, err := s.Append(in.Cols, nil, 0, in.Len)
			return err
		})
		if err != nil {
			s.Reset()
			return nil, err
		}
	}
	t := newTable(h, s)
	t.reserved = t.need()
	if err := h.res.Grow(t.reserved); err != nil {
		s.Reset()
		return nil, err
	}
	t.fill()
	return t, nil
}

// release gives back a loaded partition's memory.
func (t *table) release() {
	t.store.Reset()
	t.h.res.Shrink(t.reserved)
}

// partAgain parts both sides by further bits of the hash and joins the parts.
func (r *leftoverReader) partAgain(ctx context.Context, job *partitionJob, seq int64, emit pipeline.Emit) (pipeline.Status, error) {
	h := r.l.H
	if job.shift >= maxShift {
		return pipeline.Done, h.res.Exhausted(h.res.Query().Limit() / 2)
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
	}
	for i := range build.Len() {
		sub := &partitionJob{build: []*slab.Partitions{build}, probe: []*slab.Partitions{probe}, at: i, shift: job.shift + partitionBits}
		st, err := r.join(ctx, sub, seq, emit)
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
