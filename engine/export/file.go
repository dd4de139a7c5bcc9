package export

import (
	"bufio"
	"context"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/engine/copyrow"
	"github.com/inlaydb/inlay/engine/result"
	"github.com/inlaydb/inlay/storage/object"
	"github.com/inlaydb/inlay/storage/parquet"
)

// Compression is of a whole file.
type Compression uint8

// The compressions.
const (
	None Compression = iota
	Gzip
	Zstd
)

// file is one file being written. One goroutine uses it.
type file struct {
	spec *Spec
	cols []copyrow.Column
	out  object.Writer
	buf  *bufio.Writer
	zip  io.WriteCloser // nil: as it is

	rows    result.Encoder // text of batches
	scratch []byte
	ends    []int32
	some    bool // a row has been written

	parquet *ParquetWriter
	arrow   *ArrowWriter
}

func openFile(ctx context.Context, s *Spec, key string, cols []copyrow.Column, cond object.Condition) (*file, error) {
	out, err := s.Store.Create(ctx, key, cond)
	if err != nil {
		return nil, err
	}
	f := &file{spec: s, cols: cols, out: out, buf: bufio.NewWriterSize(out, 256<<10)}
	if err := f.begin(ctx); err != nil {
		out.Abort()
		return nil, err
	}
	return f, nil
}

func (f *file) begin(ctx context.Context) (err error) {
	s := f.spec
	switch s.Compress {
	case Gzip:
		f.zip = gzip.NewWriter(f.buf)
	case Zstd:
		if f.zip, err = zstd.NewWriter(f.buf, zstd.WithEncoderConcurrency(1)); err != nil {
			return err
		}
	}
	switch s.Format {
	case Parquet:
		f.parquet, err = NewParquet(f, f.cols, s.Style, parquet.WriteOptions{Codec: s.Codec, RowGroupRows: 1 << 30, Each: s.each(ctx)})
		return err
	case Arrow:
		f.arrow, err = NewArrow(f, f.cols, s.Style, true)
		return err
	case Rows:
		_, err = f.Write(copyrow.Head(s.Rows, f.cols))
	}
	f.rows = s.rowEncoder(f.cols)
	return err
}

// Write implements io.Writer, below the format and above the compression.
func (f *file) Write(p []byte) (int, error) {
	if f.zip != nil {
		return f.zip.Write(p)
	}
	return f.buf.Write(p)
}

// text writes rows that are bytes already.
func (f *file) text(p []byte) error {
	if len(p) == 0 {
		return nil
	}
	if f.spec.Format == JSON && f.spec.JSONArray && !f.some {
		p[0] = '[' // in place of the first row's comma
	}
	f.some = true
	_, err := f.Write(p)
	return err
}

// batches writes rows; of Parquet they become a row group.
func (f *file) batches(list []*batch.Batch) error {
	if f.parquet != nil {
		return f.parquet.WriteGroup(list)
	}
	for _, b := range list {
		if f.arrow != nil {
			if err := f.arrow.Write(b); err != nil {
				return err
			}
			continue
		}
		var err error
		if f.scratch, f.ends, err = f.rows.Append(f.scratch[:0], f.ends[:0], b); err != nil {
			return err
		}
		if err := f.text(f.scratch); err != nil {
			return err
		}
	}
	return nil
}

// finish writes what ends the file. Commit shows it.
func (f *file) finish() error {
	var err error
	switch s := f.spec; {
	case f.parquet != nil:
		err = f.parquet.Close()
	case f.arrow != nil:
		err = f.arrow.Close()
	case s.Format == Rows:
		_, err = f.Write(copyrow.Tail(s.Rows))
	case s.JSONArray && f.some:
		_, err = f.Write([]byte("\n]\n"))
	case s.JSONArray:
		_, err = f.Write([]byte("[]\n"))
	}
	if err == nil && f.zip != nil {
		err = f.zip.Close()
	}
	if err == nil {
		err = f.buf.Flush()
	}
	return err
}
