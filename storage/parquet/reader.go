package parquet

import (
	"context"
	"errors"
	"fmt"

	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/object"
)

// Request asks for one leaf of a row group.
type Request struct {
	Leaf *Leaf
	// Kind is what to read values as; Invalid asks for the leaf's own kind.
	Kind column.Kind
	// Codes keeps dictionary codes for kinds other than Bytes too, which would
	// otherwise come flat.
	Codes bool
	// Levels asks for a reader of ReadLevels.
	Levels bool
}

// RowRange is rows First to First+Count of a row group.
type RowRange struct{ First, Count int64 }

// ReadStats counts what a Reader did.
type ReadStats struct {
	Pages        int64 // data pages decompressed
	PagesSkipped int64 // data pages passed over by their header or the page index
	Inflated     int64 // bytes after decompression
}

// Reader is some columns of one row group, read together. One goroutine uses
// it, and its columns.
type Reader struct {
	Columns []*ColumnReader
	Stats   ReadStats
	fetch   *object.Fetcher
	mem     account
}

// Columns prepares to read leaves of row group g and begins to fetch them when
// the store is remote. With ranges (ascending, apart), only pages that hold
// rows in them are fetched, where a page index tells; other rows must be
// skipped. Close the reader.
func (f *File) Columns(ctx context.Context, g int, reqs []Request, ranges []RowRange, opt object.FetchOptions) (*Reader, error) {
	rd := &Reader{fetch: object.NewFetcher(ctx, f.store, f.Object, opt), mem: account{m: f.memory}}
	if ranges != nil {
		leaves := make([]*Leaf, len(reqs))
		for i, q := range reqs {
			leaves[i] = q.Leaf
		}
		if err := f.prefetchOffsets(ctx, g, leaves); err != nil {
			rd.Close()
			return nil, err
		}
	}
	var all []object.Range
	var counts []int
	for _, q := range reqs {
		r, err := f.columnReader(g, q)
		if err != nil {
			rd.Close()
			return nil, err
		}
		r.stats, r.mem = &rd.Stats, &rd.mem
		r.pool.adopt(&rd.mem)
		parts := []object.Range{{Off: r.pos, Len: r.end - r.pos}}
		if ranges != nil && r.chunk.offsetIndex > 0 {
			if parts, err = f.pageRanges(ctx, g, r, ranges); err != nil {
				rd.Close()
				return nil, err
			}
		}
		rd.Columns = append(rd.Columns, r)
		counts = append(counts, len(parts))
		all = append(all, parts...)
	}
	fetched := int64(0)
	for _, r := range all {
		fetched += r.Len
	}
	if err := rd.mem.grow(min(fetched, opt.Window+opt.Block)); err != nil {
		rd.Close()
		return nil, err
	}
	spans := rd.fetch.Plan(all)
	for i, r := range rd.Columns {
		for range counts[i] {
			r.spans = append(r.spans, planned{off: all[0].Off, end: all[0].Off + all[0].Len, span: spans[0]})
			all, spans = all[1:], spans[1:]
		}
	}
	return rd, nil
}

// Close ends fetching. Columns handed out are no longer valid.
func (rd *Reader) Close() {
	for _, r := range rd.Columns {
		r.discard(1<<63 - 1)
	}
	rd.fetch.Close()
	for _, r := range rd.Columns {
		if r.scratch != nil {
			r.close()
			if r.dict != nil {
				r.dict.giveBack(&r.scratch.dict)
			}
			r.scratch.giveBack()
			r.scratch, r.rows, r.row, r.pending = nil, 0, 0, 0 // nothing is left to read
		}
	}
	rd.mem.close()
}

// pageRanges is where the dictionary and the pages with wanted rows lie.
func (f *File) pageRanges(ctx context.Context, g int, r *ColumnReader, ranges []RowRange) ([]object.Range, error) {
	locs, err := f.offsetIndex(ctx, g, r.leaf)
	if err != nil {
		return nil, err
	}
	if len(locs) == 0 {
		return []object.Range{{Off: r.pos, Len: r.end - r.pos}}, nil
	}
	r.locs = locs
	var out []object.Range
	if first := locs[0].Offset; first > r.pos {
		out = append(out, object.Range{Off: r.pos, Len: first - r.pos})
	}
	for i, k := 0, 0; i < len(locs); i++ {
		begin, end := locs[i].FirstRow, r.rows
		if i+1 < len(locs) {
			end = locs[i+1].FirstRow
		}
		for k < len(ranges) && ranges[k].First+ranges[k].Count <= begin {
			k++
		}
		if k == len(ranges) || ranges[k].First >= end {
			continue
		}
		n := len(out)
		if n > 0 && out[n-1].Off+out[n-1].Len == locs[i].Offset {
			out[n-1].Len += int64(locs[i].Size)
		} else {
			out = append(out, object.Range{Off: locs[i].Offset, Len: int64(locs[i].Size)})
		}
	}
	return out, nil
}

// planned is a stretch of the chunk that is being fetched.
type planned struct {
	off, end int64
	span     *object.Span
}

// ColumnReader reads the rows of one leaf in order. What Read and ReadSelected
// return is lent until the next call of any method, except for dictionaries,
// which live as long as somebody holds them.
type ColumnReader struct {
	f      *File
	leaf   *Leaf
	chunk  *chunkMeta
	kind   column.Kind
	conv   conversion
	stride int // bytes of a physical value, 0 for byte arrays
	width  int // bytes of a value of kind
	coded  bool
	list   bool
	stats  *ReadStats
	mem    *account
	paid   int64 // for elements of lists

	spans    []planned
	pos, end int64 // next page header, end of the chunk
	rows     int64 // of the row group
	row      int64 // next row to hand out, without pending
	pending  int64 // rows to pass over before it
	locs     []PageLocation
	dict     *dictionary
	dictAt   int64 // where an undecoded dictionary page's bytes lie, 0: none
	dictHead pageHeader
	dictRaw  []byte // a copy of its bytes, when pages behind it were let go first
	sawData  bool
	ordinal  int // of the next data page in its chunk

	page   page
	lev    *levels // lists
	levels int64   // lists: levels in the pages opened so far
	// pageEnd is the row behind the current page, for lists with a page index.
	pageEnd int64
	*scratch
}

func (f *File) columnReader(g int, q Request) (*ColumnReader, error) {
	l := q.Leaf
	rg := &f.meta.rowGroups[g]
	c := &rg.columns[l.Index]
	name := fmt.Sprintf("column %q", l.Name())
	unsupported := func(what string) (*ColumnReader, error) {
		return nil, &UnsupportedError{Object: f.url, What: name + ": " + what}
	}
	switch {
	case c.encrypted || !c.hasMeta:
		return unsupported("an encrypted column without its key")
	case c.elsewhere:
		return unsupported("a column chunk in another file")
	case !c.codec.supported():
		return unsupported("compression " + c.codec.String())
	case l.maxRep > 1 && !q.Levels:
		return unsupported("nesting of lists")
	}
	kind, why := defaultKind(l)
	if why != "" {
		return unsupported(why)
	}
	if q.Kind != column.Invalid {
		kind = q.Kind
	}
	conv, ok := chooseConversion(l, kind)
	if !ok {
		return nil, &RangeError{Object: f.url, Column: l.Name(), What: fmt.Sprintf("%v %v cannot be read as %v", l.Type, l.Logical.Annotation, kind)}
	}
	if conv == convBool {
		conv = convCopy
	}
	r := &ColumnReader{f: f, leaf: l, chunk: c, kind: kind, conv: conv, stride: l.stride(), width: kind.Width(),
		coded: kind.IsView() || q.Codes, list: l.maxRep > 0 || q.Levels, rows: rg.numRows}
	if l.Type == Boolean {
		r.stride, r.coded = 1, false
	}
	if r.list {
		r.coded, r.lev = false, &levels{}
	}
	off, n := c.extent()
	if shortChunks(f.Created) {
		n += min(100, f.footer-off-n)
	}
	r.pos, r.end = off, off+n
	r.scratch = scratches.Get().(*scratch)
	r.out.kind, r.out.width = kind, r.width
	r.tmp.kind, r.tmp.width = kind, r.width
	return r, nil
}

// Kind is the kind of the values that come out; lists have them as elements.
func (r *ColumnReader) Kind() column.Kind { return r.kind }

// Row is the number of the next row, within the row group.
func (r *ColumnReader) Row() int64 { return r.row + r.pending }

func (r *ColumnReader) corrupt(off int64, err error) error {
	var c *CorruptError
	var u *UnsupportedError
	var reason reasonError
	switch {
	case errors.As(err, &c):
		return err
	case errors.As(err, &u):
		return &UnsupportedError{Object: r.f.url, What: fmt.Sprintf("column %q: %s", r.leaf.Name(), u.What)}
	case err == errNarrow || err == errWhen || err == errDecimals:
		return &RangeError{Object: r.f.url, Column: r.leaf.Name(), What: err.Error()}
	case errors.As(err, &reason):
		return &CorruptError{Object: r.f.url, Offset: off, Reason: fmt.Sprintf("column %q: %v", r.leaf.Name(), err)}
	}
	return err // of the store, or the context
}
