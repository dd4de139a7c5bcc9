// Package output writes a query's rows for people and programs: an aligned
// table, CSV, JSON lines, Parquet and Arrow.
package output

import (
	"fmt"
	"io"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine"
	"github.com/inlaydb/inlay/engine/batch"
)

// Writer takes rows as batches. Close ends the output; count says whether a
// person wants to know how many rows there were.
type Writer interface {
	Write(b *batch.Batch) error
	Close(count bool) error
}

// New makes a writer of a format: table, csv, json, parquet or arrow.
func New(format string, w io.Writer, fields []engine.Field, style *types.Style) (Writer, error) {
	switch format {
	case "table":
		return newTable(w, fields, style), nil
	case "csv":
		return newCSV(w, fields, style)
	case "json":
		return newJSON(w, fields, style), nil
	case "parquet":
		return newParquet(w, fields, style)
	case "arrow":
		return newArrow(w, fields, style)
	}
	return nil, fmt.Errorf("unknown format %q", format)
}

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
