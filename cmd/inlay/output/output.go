// Package output writes a query's rows for people and programs: an aligned
// table, CSV, JSON lines, Parquet and Arrow.
package output

import (
	"fmt"
	"io"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/copyrow"
	"github.com/inlaydb/inlay/engine/export"
	"github.com/inlaydb/inlay/storage/parquet"
)

// Writer takes rows as batches. Close ends the output; count says whether a
// person wants to know how many rows there were.
type Writer interface {
	Write(b *batch.Batch) error
	Close(count bool) error
}

// New makes a writer of a format: table, csv, json, parquet or arrow.
func New(format string, w io.Writer, fields []engine.Field, style *types.Style) (Writer, error) {
	cols := make([]copyrow.Column, len(fields))
	for i, f := range fields {
		cols[i] = copyrow.Column{Name: f.Name, Type: f.Type}
	}
	switch format {
	case "table":
		return newTable(w, fields, style), nil
	case "csv":
		f := copyrow.Default(copyrow.CSV)
		f.Header = copyrow.WithHeader
		_, err := w.Write(copyrow.Head(&f, cols))
		return &encoded{w: w, enc: copyrow.NewEncoder(&f, cols, style)}, err
	case "json":
		return &encoded{w: w, enc: export.NewJSONEncoder(cols, style)}, nil
	case "parquet":
		p, err := export.NewParquet(w, cols, style, parquet.WriteOptions{Codec: parquet.Zstd})
		return &batches{p}, err
	case "arrow":
		a, err := export.NewArrow(w, cols, style, false)
		return &batches{a}, err
	}
	return nil, fmt.Errorf("unknown format %q", format)
}

// encoded writes rows that become bytes one by one.
type encoded struct {
	w    io.Writer
	enc  engine.Encoder
	buf  []byte
	ends []int32
}

func (e *encoded) Write(b *batch.Batch) error {
	var err error
	if e.buf, e.ends, err = e.enc.Append(e.buf[:0], e.ends[:0], b); err != nil {
		return err
	}
	_, err = e.w.Write(e.buf)
	return err
}

func (e *encoded) Close(bool) error { return nil }

// batches writes files of columns.
type batches struct {
	w interface {
		Write(b *batch.Batch) error
		Close() error
	}
}

func (b *batches) Write(x *batch.Batch) error { return b.w.Write(x) }
func (b *batches) Close(bool) error           { return b.w.Close() }

// appenders write values as text, by column.
func appenders(fields []engine.Field, style *types.Style) []types.Appender {
	out := make([]types.Appender, len(fields))
	for i, f := range fields {
		out[i] = types.TextAppender(f.Type, style)
	}
	return out
}

// eachRow calls f with the positions of a batch's live rows.
func eachRow(b *batch.Batch, f func(row int) error) error {
	for k := range b.Rows() {
		row := k
		if b.Sel != nil {
			row = int(b.Sel[k])
		}
		if err := f(row); err != nil {
			return err
		}
	}
	return nil
}
