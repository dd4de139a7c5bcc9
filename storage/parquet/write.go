package parquet

import (
	"fmt"
	"io"

	"github.com/inlaydb/inlay/storage/column"
)

// Field is a column to be written.
type Field struct {
	Name     string
	Kind     column.Kind // of the values; of the elements for a List
	Logical  LogicalType
	Nullable bool
	List     bool  // one-dimensional, elements may be NULL
	FieldID  int32 // 0: none
	Bloom    bool  // add a bloom filter, also where values hardly repeat; small ones are added anyway
}

// WriteOptions tunes a Writer. The zero value is good.
type WriteOptions struct {
	Codec         Codec // Uncompressed, Snappy or Zstd; used as it is, see DefaultWrite
	RowGroupRows  int   // default 131,072
	RowGroupBytes int64 // encoded, default 128 MiB
	PageRows      int   // default 20,000
	PageBytes     int   // before compression, default 1 MiB
	CreatedBy     string
	KeyValue      []KeyValue
	// Each, when set, calls f for 0 to n-1, several at the same time if it likes,
	// and returns the first error: columns are encoded in parallel.
	Each func(n int, f func(i int) error) error
}

// DefaultWrite is what to write unless somebody asks for something else.
func DefaultWrite() WriteOptions { return WriteOptions{Codec: Snappy} }

// ColumnInfo is what was written of one field.
type ColumnInfo struct {
	Size      int64 // compressed bytes
	Values    int64 // with NULLs; of lists: elements, and lists without any
	NullCount int64
	NaNCount  int64
	HasBounds bool // Min and Max are the least and greatest value, without NaN
	Min, Max  Value
}

// FileInfo is what was written.
type FileInfo struct {
	Rows    int64
	Size    int64
	Footer  int64 // bytes of the footer, without its length and magic
	Columns []ColumnInfo
}

// Writer turns columns into a Parquet file. It holds one row group, encoded.
// One goroutine uses it.
type Writer struct {
	w      io.Writer
	opt    WriteOptions
	fields []Field
	cols   []*columnWriter
	off    int64
	rows   int64 // in the row group
	total  int64
	groups []writtenGroup
	err    error
}

type writtenGroup struct {
	rows   int64
	off    int64
	size   int64 // uncompressed
	chunks []writtenChunk
}

// NewWriter begins a file.
func NewWriter(w io.Writer, fields []Field, opt WriteOptions) (*Writer, error) {
	if opt.RowGroupRows <= 0 {
		opt.RowGroupRows = 128 << 10
	}
	if opt.RowGroupBytes <= 0 {
		opt.RowGroupBytes = 128 << 20
	}
	if opt.PageRows <= 0 {
		opt.PageRows = 20_000
	}
	if opt.PageBytes <= 0 {
		opt.PageBytes = 1 << 20
	}
	if opt.CreatedBy == "" {
		opt.CreatedBy = "inlay"
	}
	if opt.Codec != Uncompressed && opt.Codec != Snappy && opt.Codec != Zstd {
		return nil, &UnsupportedError{Object: "parquet writer", What: "compression " + opt.Codec.String()}
	}
	if len(fields) == 0 {
		return nil, &UnsupportedError{Object: "parquet writer", What: "a file without columns"}
	}
	wr := &Writer{w: w, opt: opt, fields: fields}
	for i := range fields {
		c, err := newColumnWriter(&wr.fields[i], &wr.opt)
		if err != nil {
			return nil, err
		}
		wr.cols = append(wr.cols, c)
	}
	return wr, wr.put([]byte("PAR1"))
}

func (w *Writer) put(p []byte) error {
	n, err := w.w.Write(p)
	w.off += int64(n)
	if err != nil {
		w.err = err
	}
	return err
}

// Write adds rows: those of cols at the positions sel, or the first n when sel
// is nil. Columns may have any form; nothing of them is kept.
func (w *Writer) Write(cols []*column.Column, sel []int32, n int) error {
	if w.err != nil {
		return w.err
	}
	if len(cols) != len(w.cols) {
		panic(fmt.Sprintf("parquet: %d columns written to a file of %d", len(cols), len(w.cols)))
	}
	if sel != nil {
		n = len(sel)
	}
	for at := 0; at < n; {
		m := w.room(cols, sel, at, int(min(int64(n-at), int64(w.opt.RowGroupRows)-w.rows, 2048, int64(w.opt.PageRows))))
		var part []int32
		if sel != nil {
			part = sel[at : at+m]
		}
		for i, c := range w.cols {
			if err := c.add(cols[i], part, at, m); err != nil {
				w.err = err
				return err
			}
		}
		at += m
		w.rows += int64(m)
		if w.rows >= int64(w.opt.RowGroupRows) || w.Buffered() >= w.opt.RowGroupBytes {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// stepBytes bounds the strings of one column that are added before page sizes
// are looked at again.
const stepBytes = 32 << 20

// room is how many of the next m rows to add at once: fewer when their strings
// are huge.
func (w *Writer) room(cols []*column.Column, sel []int32, at, m int) int {
	for _, c := range cols {
		m = stepRows(c, sel, at, m)
	}
	return m
}

// stepRows is room for one column.
func stepRows(c *column.Column, sel []int32, at, m int) int {
	if c.Kind != column.Bytes {
		return m
	}
	total := 0
	for i := range m {
		r := at + i
		if sel != nil {
			r = int(sel[r])
		}
		s, p := c.Slot(r)
		if total += int(column.Values[column.View](s)[p].Len); total > stepBytes {
			return max(i, 1)
		}
	}
	return m
}

// Buffered is about how many bytes the writer holds.
func (w *Writer) Buffered() int64 {
	n := int64(0)
	for _, c := range w.cols {
		n += c.buffered()
	}
	return n
}

// Rows is how many rows were written so far.
func (w *Writer) Rows() int64 { return w.total + w.rows }

// Offset is how many bytes went out so far.
func (w *Writer) Offset() int64 { return w.off }

// flush ends the row group.
func (w *Writer) flush() error {
	if w.rows == 0 {
		return nil
	}
	if err := w.parallel(func(c *columnWriter) error { return c.seal() }); err != nil {
		w.err = err
		return err
	}
	g := writtenGroup{rows: w.rows, off: w.off}
	for _, c := range w.cols {
		chunk, err := c.finish(w)
		if err != nil {
			w.err = err
			return err
		}
		g.size += chunk.uncompressed
		g.chunks = append(g.chunks, chunk)
	}
	w.groups = append(w.groups, g)
	w.total += w.rows
	w.rows = 0
	return nil
}

// Close writes what is left and the footer. It does not close the io.Writer.
func (w *Writer) Close() (FileInfo, error) {
	if w.err != nil {
		return FileInfo{}, w.err
	}
	if err := w.flush(); err != nil {
		return FileInfo{}, err
	}
	footer, err := w.footer()
	if err != nil {
		return FileInfo{}, err
	}
	info := FileInfo{Rows: w.total, Size: w.off, Footer: int64(footer)}
	for i := range w.cols {
		info.Columns = append(info.Columns, w.columnInfo(i))
	}
	w.err = io.ErrClosedPipe
	return info, nil
}

func (w *Writer) columnInfo(i int) ColumnInfo {
	info := ColumnInfo{HasBounds: true}
	for g := range w.groups {
		c := &w.groups[g].chunks[i]
		info.Size += c.compressed
		info.Values += c.values
		info.NullCount += c.stats.nulls
		info.NaNCount += c.stats.nans
		s := &c.stats
		switch {
		case !s.has:
			if c.values > s.nulls+s.nans {
				info.HasBounds = false
			}
		case info.Min.Kind == column.Invalid:
			info.Min, info.Max = s.min, s.max
		default:
			if CompareValues(s.min, info.Min) < 0 {
				info.Min = s.min
			}
			if CompareValues(s.max, info.Max) > 0 {
				info.Max = s.max
			}
		}
	}
	info.HasBounds = info.HasBounds && info.Min.Kind != column.Invalid
	return info
}
