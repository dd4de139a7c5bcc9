package enginetest

import (
	"context"
	"sync/atomic"

	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/storage/column"
)

// source lends a table's rows in morsels of a few batches.
type source struct {
	t     *Table
	setup Setup
	next  atomic.Int64
}

const batchesPerMorsel = 3

func (s *source) Open(context.Context, *pipeline.Worker) (pipeline.Reader, error) {
	return &reader{s: s}, nil
}

type reader struct{ s *source }

func (r *reader) Close() {}

func (r *reader) Morsel(_ context.Context, emit pipeline.Emit) (pipeline.Status, error) {
	seq := r.s.next.Add(1) - 1
	size := r.s.setup.BatchSize
	lo := int(seq) * size * batchesPerMorsel
	n := r.s.t.Rows()
	if lo >= n {
		return pipeline.Done, nil
	}
	for end := min(lo+size*batchesPerMorsel, n); lo < end; lo += size {
		b := r.s.batch(lo, min(lo+size, end))
		b.Seq = seq
		st, err := emit(b)
		poison(b)
		if err != nil || st == pipeline.Done {
			return st, err
		}
	}
	return pipeline.More, nil
}

// batch copies rows lo to hi. With a selection, dead rows stand between them.
func (s *source) batch(lo, hi int) *batch.Batch {
	var rows, sel []int32
	for i := lo; i < hi; i++ {
		if s.setup.Selection {
			for range 1 + i%2 {
				rows = append(rows, int32((i*7)%s.t.Rows()))
			}
			sel = append(sel, int32(len(rows)))
		}
		rows = append(rows, int32(i))
	}
	if s.setup.Selection {
		rows = append(rows, int32(lo))
	}
	b := &batch.Batch{Len: len(rows), Sel: sel}
	for i, c := range s.t.Cols {
		if c.Form != column.Flat {
			b.Cols = append(b.Cols, column.Gather(c, rows))
			continue
		}
		bld := kernel.NewBuilder(s.t.Types[i].Kind())
		bld.Append(c, rows)
		b.Cols = append(b.Cols, bld.Column())
	}
	return b
}

// poison overwrites what was lent, so that who kept a reference shows.
func poison(b *batch.Batch) {
	for _, c := range b.Cols {
		poisonColumn(c)
	}
	for i := range b.Sel {
		b.Sel[i] = 0
	}
}

func poisonColumn(c *column.Column) {
	if c.Form == column.Constant {
		return
	}
	for i := range c.Codes {
		c.Codes[i] = 0
	}
	if c.Form == column.Flat {
		for i := range c.Data {
			c.Data[i] = 0x5a
		}
		for _, h := range c.Bufs {
			for i := range h {
				h[i] = 0x5a
			}
		}
		if c.Child != nil && c.Child.Form == column.Flat {
			poisonColumn(c.Child)
		}
	}
	for i := range c.Valid {
		c.Valid[i] = 0x5a5a5a5a5a5a5a5a
	}
}
