package scan

import (
	"context"
	"sync/atomic"

	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/storage/column"
)

// Rows is a source of columns that are in memory already: each part is one
// morsel.
type Rows struct {
	Parts []Part
	next  atomic.Int64
}

// Part is columns of equal length, of which the rows not in Deleted are read.
type Part struct {
	Cols    []*column.Column
	Len     int
	Deleted []uint64 // nil: none
}

// Open implements pipeline.Source.
func (s *Rows) Open(context.Context, *pipeline.Worker) (pipeline.Reader, error) {
	return &rowsReader{s: s}, nil
}

// Morsels implements pipeline.Bounded.
func (s *Rows) Morsels() int { return len(s.Parts) }

type rowsReader struct {
	s   *Rows
	sel []int32
}

func (r *rowsReader) Morsel(ctx context.Context, emit pipeline.Emit) (pipeline.Status, error) {
	i := int(r.s.next.Add(1)) - 1
	if i >= len(r.s.Parts) {
		return pipeline.Done, nil
	}
	p := &r.s.Parts[i]
	for from := 0; from < p.Len || p.Len == 0 && from == 0; from += batch.Size {
		if p.Len == 0 {
			break
		}
		if err := ctx.Err(); err != nil {
			return pipeline.Done, err
		}
		b := p.window(from, min(batch.Size, p.Len-from))
		b.Seq = int64(i)
		if p.Deleted != nil {
			r.sel = r.sel[:0]
			for j := range b.Len {
				if !column.Bit(p.Deleted, from+j) {
					r.sel = append(r.sel, int32(j))
				}
			}
			if len(r.sel) == 0 {
				continue
			}
			b.Sel = r.sel
		}
		st, err := emit(b)
		if err != nil || st == pipeline.Done {
			return pipeline.Done, err
		}
	}
	return pipeline.More, nil
}

func (r *rowsReader) Close() {}

// window is n rows of the part from row from on, a multiple of 64.
func (p *Part) window(from, n int) *batch.Batch {
	b := &batch.Batch{Cols: make([]*column.Column, len(p.Cols)), Len: n}
	for i, c := range p.Cols {
		b.Cols[i] = Window(c, from, n)
	}
	return b
}

// Window is n rows of c from row from on, sharing its buffers. from must be a
// multiple of 64 where c has a validity bitmap.
func Window(c *column.Column, from, n int) *column.Column {
	if from == 0 && n == c.Len {
		return c
	}
	w := *c
	w.Len = n
	switch c.Form {
	case column.Flat:
		k := c.Kind.Width()
		w.Data = c.Data[from*k : (from+n)*k]
	case column.Dictionary:
		w.Codes = c.Codes[from : from+n]
	}
	if c.Valid != nil && c.Form != column.Constant {
		w.Valid = c.Valid[from>>6 : (from+n+63)>>6]
	}
	return &w
}
