package parquet

import (
	"fmt"

	"github.com/inlaydb/inlay/storage/column"
)

// Batch is rows to be written: those of Cols at the positions Sel, or the first
// Len when Sel is nil.
type Batch struct {
	Cols []*column.Column
	Sel  []int32
	Len  int
}

// Rows is how many rows the batch has.
func (b *Batch) Rows() int {
	if b.Sel != nil {
		return len(b.Sel)
	}
	return b.Len
}

// parallel calls f for each column, by WriteOptions.Each if there is one.
func (w *Writer) parallel(f func(c *columnWriter) error) error {
	if w.opt.Each == nil {
		for _, c := range w.cols {
			if err := f(c); err != nil {
				return err
			}
		}
		return nil
	}
	return w.opt.Each(len(w.cols), func(i int) error { return f(w.cols[i]) })
}

// WriteGroup adds rows and ends the row group behind them. Columns are encoded
// one by one over all batches, so that WriteOptions.Each may do them at the same
// time. Nothing of the batches is kept.
func (w *Writer) WriteGroup(batches []Batch) error {
	if w.err != nil {
		return w.err
	}
	rows := 0
	for i := range batches {
		if len(batches[i].Cols) != len(w.cols) {
			panic(fmt.Sprintf("parquet: %d columns written to a file of %d", len(batches[i].Cols), len(w.cols)))
		}
		rows += batches[i].Rows()
	}
	index := map[*columnWriter]int{}
	for i, c := range w.cols {
		index[c] = i
	}
	w.rows += int64(rows)
	err := w.parallel(func(c *columnWriter) error {
		for k := range batches {
			if err := c.addBatch(&batches[k], index[c]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.err = err
		return err
	}
	return w.flush()
}

// addBatch adds column i of a batch in steps, so that pages end near their size.
func (c *columnWriter) addBatch(b *Batch, i int) error {
	n := b.Rows()
	for at := 0; at < n; {
		m := stepRows(b.Cols[i], b.Sel, at, min(n-at, 2048, c.opt.PageRows))
		var part []int32
		if b.Sel != nil {
			part = b.Sel[at : at+m]
		}
		if err := c.add(b.Cols[i], part, at, m); err != nil {
			return err
		}
		at += m
	}
	return nil
}
