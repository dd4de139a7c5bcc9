package scan

import (
	"context"
	"io"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/inlaydb/inlay/catalog/arrowcolumn"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/engine/pipeline"
	"github.com/inlaydb/inlay/storage/arrowfile"
	"github.com/inlaydb/inlay/storage/column"
)

// arrowRows reads the rows of record batches; one worker's.
type arrowRows struct {
	f       *recordFile
	reader  *arrowfile.Reader
	readers []*arrowcolumn.Reader
	batch   arrow.RecordBatch
	from, n int // the window
}

// openArrow gives the worker's reader of a file.
func (r *recordReader) openArrow(ctx context.Context, f *recordFile) (*arrowRows, error) {
	if r.arrow != nil && r.arrow.f == f && f.obj.Key != "" && r.arrow.reader.Batches() >= 0 {
		return r.arrow, nil
	}
	if r.arrow != nil {
		r.arrow.close()
		r.arrow = nil
	}
	in, err := arrowfile.Open(ctx, f.store, f.obj, func(n int64) error {
		if n < 0 {
			r.mem.Shrink(-n)
			return nil
		}
		return r.mem.Grow(n)
	})
	if err != nil {
		return nil, err
	}
	a := &arrowRows{f: f, reader: in, readers: make([]*arrowcolumn.Reader, len(f.field))}
	for c, at := range f.field {
		if at >= 0 {
			a.readers[c] = arrowcolumn.NewReader(r.s.spec.Columns[c].Type)
		}
	}
	r.arrow = a
	return a, nil
}

// arrowBatch makes batch part of a file the one to be read.
func (r *recordReader) arrowBatch(ctx context.Context, f *recordFile, part int) (*arrowRows, error) {
	a, err := r.openArrow(ctx, f)
	if err != nil {
		return nil, err
	}
	b, err := a.reader.Batch(ctx, part)
	if err != nil {
		return nil, err
	}
	a.start(b)
	return a, nil
}

// arrowStream reads all batches of a stream.
func (r *recordReader) arrowStream(ctx context.Context, f *recordFile, seq int64, emit pipeline.Emit) (pipeline.Status, error) {
	a, err := r.openArrow(ctx, f)
	if err != nil {
		return pipeline.Done, err
	}
	for {
		b, err := a.reader.Next()
		if err == io.EOF {
			return pipeline.More, nil
		}
		if err != nil {
			return pipeline.Done, err
		}
		a.start(b)
		if st, err := r.windows(ctx, f, a, seq, emit); err != nil || st == pipeline.Done {
			return pipeline.Done, err
		}
	}
}

func (a *arrowRows) start(b arrow.RecordBatch) {
	a.release()
	a.batch, a.from, a.n = b, 0, 0
}

func (a *arrowRows) release() {
	if a.batch != nil {
		a.batch.Release()
		a.batch = nil
	}
}

func (a *arrowRows) close() {
	a.release()
	a.reader.Close()
}

// next implements rows.
func (a *arrowRows) next(context.Context) (int, error) {
	a.from += a.n
	a.n = min(chunkRows, int(a.batch.NumRows())-a.from)
	return a.n, nil
}

// column implements rows.
func (a *arrowRows) column(c int, _ []int32) (col *column.Column, _ []int32, err error) {
	defer func() { // the lengths in a damaged batch are found when its values are asked for
		if v := recover(); v != nil {
			err = sqlerr.New(sqlerr.DataCorrupted, "%s: damaged record batch: %v", a.f.info.Path, v)
		}
	}()
	arr := a.batch.Column(a.f.field[c])
	if arr.Len() < a.from+a.n {
		return nil, nil, sqlerr.New(sqlerr.DataCorrupted, "%s: a column of a record batch has %d of %d rows", a.f.info.Path, arr.Len(), a.batch.NumRows())
	}
	col, err = a.readers[c].Read(arr, a.from, a.n)
	if e, ok := sqlerr.As(err); ok && e.Where == "" {
		e.WithWhere("%s, column %s", a.f.info.Path, a.batch.ColumnName(a.f.field[c]))
	}
	return col, nil, err
}
