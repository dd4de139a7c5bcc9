package demo

import (
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/parquet"
)

// batchRows is how many rows go to a sink at once.
const batchRows = 4096

// Sink takes the rows of a table. The columns are lent until it returns.
type Sink func(cols []*column.Column, n int) error

// builder collects the rows of one table and hands them to a sink.
type builder struct {
	fields []*field
	n      int
	sink   Sink
	cols   []*column.Column
}

// field is one column under construction. Which slice is used depends on the
// kind; dictionaries keep codes only.
type field struct {
	parquet.Field
	dict  *column.Dict
	i16   []int16
	i32   []int32
	i64   []int64
	bools []uint8
	views []column.View
	codes []int32
	heap  []byte
	nulls []int // rows
}

func newBuilder(t *Table, sink Sink) *builder {
	b := &builder{sink: sink, cols: make([]*column.Column, len(t.Fields))}
	for i := range t.Fields {
		b.fields = append(b.fields, &field{Field: t.Fields[i]})
	}
	return b
}

// dictionary makes a column of codes into names.
func (b *builder) dictionary(i int, names []string) {
	values := &field{Field: parquet.Field{Kind: column.Bytes}}
	for _, n := range names {
		values.text(n)
	}
	b.fields[i].dict = column.NewDict(values.column(len(names)))
}

func (f *field) int16(v int16) { f.i16 = append(f.i16, v) }
func (f *field) int32(v int32) { f.i32 = append(f.i32, v) }
func (f *field) int64(v int64) { f.i64 = append(f.i64, v) }
func (f *field) code(v int32)  { f.codes = append(f.codes, v) }

func (f *field) bool(v bool) {
	u := uint8(0)
	if v {
		u = 1
	}
	f.bools = append(f.bools, u)
}

func (f *field) text(s string) {
	start := len(f.heap)
	f.heap = append(f.heap, s...)
	f.endText(start)
}

// endText makes a string of what was appended to the heap since start.
func (f *field) endText(start int) {
	s := f.heap[start:]
	f.views = append(f.views, column.MakeView(s, 0, uint32(start)))
	if len(s) <= column.MaxInline {
		f.heap = f.heap[:start]
	}
}

// null adds a NULL in row i, which the next value will be.
func (f *field) null(i int) {
	f.nulls = append(f.nulls, i)
	switch {
	case f.dict != nil:
		f.codes = append(f.codes, 0)
	case f.Kind == column.Bytes:
		f.views = append(f.views, column.View{})
	case f.Kind == column.Int16:
		f.i16 = append(f.i16, 0)
	case f.Kind == column.Int32:
		f.i32 = append(f.i32, 0)
	default:
		f.i64 = append(f.i64, 0)
	}
}

func (f *field) column(n int) *column.Column {
	var c *column.Column
	switch {
	case f.dict != nil:
		c = &column.Column{Kind: column.Bytes, Form: column.Dictionary, Len: n, Codes: f.codes, Dict: f.dict}
	case f.Kind == column.Bytes:
		c = column.FromSlice(column.Bytes, f.views)
		c.Bufs = [][]byte{f.heap}
	case f.Kind == column.Int16:
		c = column.FromSlice(f.Kind, f.i16)
	case f.Kind == column.Int32:
		c = column.FromSlice(f.Kind, f.i32)
	case f.Kind == column.Bool:
		c = column.FromSlice(f.Kind, f.bools)
	default:
		c = column.FromSlice(f.Kind, f.i64)
	}
	for _, i := range f.nulls {
		c.SetNull(i)
	}
	return c
}

func (f *field) reset() {
	f.i16, f.i32, f.i64, f.bools = f.i16[:0], f.i32[:0], f.i64[:0], f.bools[:0]
	f.views, f.codes, f.heap, f.nulls = f.views[:0], f.codes[:0], f.heap[:0], f.nulls[:0]
}

// next ends a row.
func (b *builder) next() error {
	b.n++
	if b.n < batchRows {
		return nil
	}
	return b.flush()
}

// flush hands over what there is.
func (b *builder) flush() error {
	if b.n == 0 {
		return nil
	}
	for i, f := range b.fields {
		b.cols[i] = f.column(b.n)
	}
	err := b.sink(b.cols, b.n)
	for _, f := range b.fields {
		f.reset()
	}
	b.n = 0
	return err
}
