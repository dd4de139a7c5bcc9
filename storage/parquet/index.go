package parquet

import (
	"context"
	"fmt"

	"github.com/inlaydb/inlay/storage/object"
)

// PageLocation is where a data page lies and which rows it begins.
type PageLocation struct {
	Offset   int64 // of its header
	Size     int32 // with its header
	FirstRow int64 // within the row group
}

// PageIndex is what a file says about the pages of one column chunk.
type PageIndex struct {
	Locations []PageLocation
	Pages     []Stats // one per location; nil when only locations are known
}

// Rows returns the row range of page i in a row group of rows rows.
func (x *PageIndex) Rows(i int, rows int64) RowRange {
	end := rows
	if i+1 < len(x.Locations) {
		end = x.Locations[i+1].FirstRow
	}
	return RowRange{First: x.Locations[i].FirstRow, Count: end - x.Locations[i].FirstRow}
}

// PageIndex reads the page index of a leaf in row group g: nil when the file
// has none. It is kept in the file's cache.
func (f *File) PageIndex(ctx context.Context, g int, l *Leaf) (*PageIndex, error) {
	c := &f.meta.rowGroups[g].columns[l.Index]
	if c.offsetIndex <= 0 || c.offsetIndexLen <= 0 || c.encrypted || l.maxRep > 1 {
		return nil, nil
	}
	v, err := f.cached(ctx, g, l, 'p', func() (any, int64, error) {
		locs, err := f.offsetIndex(ctx, g, l)
		if err != nil {
			return nil, 0, err
		}
		x := &PageIndex{Locations: locs}
		size := int64(len(locs)) * 24
		if c.columnIndex > 0 && c.columnIndexLen > 0 && l.maxRep == 0 {
			buf, err := f.sealed(ctx, c, moduleColumnIndex, "column index", c.columnIndex, int64(c.columnIndexLen))
			if err != nil {
				return nil, 0, err
			}
			if x.Pages, err = decodeColumnIndex(buf, l, f.rangesOf(locs, g)); err != nil {
				return nil, 0, &CorruptError{Object: f.url, Offset: c.columnIndex, Reason: fmt.Sprintf("column %q: column index: %v", l.Name(), err)}
			}
			size += int64(len(buf)) + int64(len(x.Pages))*160
		}
		return x, size, nil
	})
	if err != nil {
		return nil, err
	}
	return v.(*PageIndex), nil
}

func (f *File) rangesOf(locs []PageLocation, g int) []int64 {
	rows := make([]int64, len(locs))
	x := PageIndex{Locations: locs}
	for i := range locs {
		rows[i] = x.Rows(i, f.meta.rowGroups[g].numRows).Count
	}
	return rows
}

func (f *File) cached(ctx context.Context, g int, l *Leaf, part byte, load func() (any, int64, error)) (any, error) {
	if f.Object.Version == "" {
		v, _, err := load()
		return v, err
	}
	return f.cache.Get(ctx, f.partKey(g, l, part), load)
}

func (f *File) partKey(g int, l *Leaf, part byte) cacheKey {
	return cacheKey{url: f.url, version: f.Object.Version, keys: f.keys, group: int32(g), leaf: int32(l.Index), part: part}
}

// maxPart bounds indexes and bloom filters.
const maxPart = 128 << 20

// part reads a piece of the file that the footer points to.
func (f *File) part(ctx context.Context, what string, off, n int64) ([]byte, error) {
	if off < 4 || n <= 0 || n > maxPart || off > f.footer || n > f.footer-off {
		return nil, &CorruptError{Object: f.url, Offset: off, Reason: fmt.Sprintf("%s of %d bytes lies outside the file", what, n)}
	}
	buf := make([]byte, n)
	return buf, f.store.Read(ctx, f.Object, off, buf)
}

// sealed is part for what may be encrypted.
func (f *File) sealed(ctx context.Context, c *chunkMeta, module byte, what string, off, n int64) ([]byte, error) {
	buf, err := f.part(ctx, what, off, n)
	if err != nil || c.crypt == nil {
		return buf, err
	}
	if buf, _, err = c.crypt.open(buf, module, 0); err != nil {
		return nil, &CorruptError{Object: f.url, Offset: off, Reason: fmt.Sprintf("%s: %v", what, err)}
	}
	return buf, nil
}

// offsetIndex reads where the pages of a leaf lie.
func (f *File) offsetIndex(ctx context.Context, g int, l *Leaf) ([]PageLocation, error) {
	c := &f.meta.rowGroups[g].columns[l.Index]
	if c.offsetIndex <= 0 || c.offsetIndexLen <= 0 {
		return nil, nil
	}
	v, err := f.cached(ctx, g, l, 'o', func() (any, int64, error) {
		buf, err := f.sealed(ctx, c, moduleOffsetIndex, "offset index", c.offsetIndex, int64(c.offsetIndexLen))
		if err != nil {
			return nil, 0, err
		}
		off, n := c.extent()
		locs, err := decodeOffsetIndex(buf, off, off+n, f.meta.rowGroups[g].numRows)
		if err != nil {
			return nil, 0, &CorruptError{Object: f.url, Offset: c.offsetIndex, Reason: fmt.Sprintf("column %q: offset index: %v", l.Name(), err)}
		}
		return locs, int64(len(locs)) * 24, nil
	})
	if err != nil {
		return nil, err
	}
	return v.([]PageLocation), nil
}

func decodeOffsetIndex(buf []byte, begin, end, rows int64) ([]PageLocation, error) {
	r := &thriftReader{buf: buf}
	var locs []PageLocation
	r.fields(func(id int, typ byte) {
		if id != 1 {
			r.skip(typ)
			return
		}
		r.each(typ, tStruct, func() {
			var p PageLocation
			r.fields(func(id int, typ byte) {
				switch {
				case id == 1 && typ == tI64:
					p.Offset = r.int()
				case id == 2 && typ == tI32:
					p.Size = r.int32()
				case id == 3 && typ == tI64:
					p.FirstRow = r.int()
				default:
					r.skip(typ)
				}
			})
			locs = append(locs, p)
		})
	})
	if r.err != nil {
		return nil, r.err
	}
	for i, p := range locs {
		low, row := begin, int64(0)
		if i > 0 {
			low, row = locs[i-1].Offset+int64(locs[i-1].Size), locs[i-1].FirstRow
		}
		if p.Size <= 0 || p.Offset < low || p.Offset > end || int64(p.Size) > end-p.Offset || p.FirstRow < row || p.FirstRow > rows || i == 0 && p.FirstRow != 0 {
			return nil, reasonError("locations are out of order or outside their column chunk")
		}
	}
	return locs, nil
}

// decodeColumnIndex reads the statistics of pages; rows is how many each has.
func decodeColumnIndex(buf []byte, l *Leaf, rows []int64) ([]Stats, error) {
	r := &thriftReader{buf: buf}
	var nullPages []bool
	var mins, maxs [][]byte
	var nulls, nans []int64
	r.fields(func(id int, typ byte) {
		switch {
		case id == 1:
			r.each(typ, tTrue, func() { nullPages = append(nullPages, r.byte() == tTrue) })
		case id == 2:
			r.each(typ, tBinary, func() { mins = append(mins, r.bytes()) })
		case id == 3:
			r.each(typ, tBinary, func() { maxs = append(maxs, r.bytes()) })
		case id == 5:
			r.each(typ, tI64, func() { nulls = append(nulls, r.int()) })
		case id == 8 && typ == tList:
			r.each(typ, tI64, func() { nans = append(nans, r.int()) })
		default:
			r.skip(typ)
		}
	})
	if r.err != nil {
		return nil, r.err
	}
	n := len(rows)
	if len(nullPages) != n || len(mins) != n || len(maxs) != n || nulls != nil && len(nulls) != n || nans != nil && len(nans) != n {
		return nil, reasonError("its lists differ in length from the offset index")
	}
	out := make([]Stats, n)
	for i := range out {
		raw := rawStats{nullCount: -1, distinct: -1, nanCount: -1}
		if nulls != nil {
			raw.nullCount = nulls[i]
		}
		if nans != nil {
			raw.nanCount = nans[i]
		}
		if nullPages[i] {
			raw.nullCount = rows[i]
		} else {
			raw.min, raw.max = present(mins[i]), present(maxs[i])
		}
		out[i] = decodeStats(l, &raw, rows[i])
	}
	return out, nil
}

// Prefetch reads the page indexes of some leaves of row group g in one go when
// the store is remote, where they lie side by side. It fills the file's cache.
func (f *File) Prefetch(ctx context.Context, g int, leaves []*Leaf) error {
	through, done := f.ahead(ctx, g, leaves, true)
	defer done()
	if through == nil {
		return nil
	}
	for _, l := range leaves {
		if _, err := through.PageIndex(ctx, g, l); err != nil {
			return err
		}
	}
	return nil
}

// prefetchOffsets does the same for where pages lie.
func (f *File) prefetchOffsets(ctx context.Context, g int, leaves []*Leaf) error {
	through, done := f.ahead(ctx, g, leaves, false)
	defer done()
	if through == nil {
		return nil
	}
	for _, l := range leaves {
		if _, err := through.offsetIndex(ctx, g, l); err != nil {
			return err
		}
	}
	return nil
}

// ahead begins to read the indexes of leaves that are not in the cache, and
// returns a view of the file that takes them from what is under way; nil where
// there is nothing to gain. Call done in any case.
func (f *File) ahead(ctx context.Context, g int, leaves []*Leaf, bounds bool) (through *File, done func()) {
	if f.cache == nil || f.Object.Version == "" || !f.store.Remote() {
		return nil, func() {}
	}
	var ranges []object.Range
	for _, l := range leaves {
		c := &f.meta.rowGroups[g].columns[l.Index]
		for i, p := range [2]object.Range{{Off: c.offsetIndex, Len: int64(c.offsetIndexLen)}, {Off: c.columnIndex, Len: int64(c.columnIndexLen)}} {
			part := [2]byte{'o', 'p'}[i]
			if i == 1 && !bounds || f.cache.Has(f.partKey(g, l, part)) {
				continue
			}
			if p.Off >= 4 && p.Len > 0 && p.Len < maxPart && p.Off <= f.footer && p.Len <= f.footer-p.Off {
				ranges = append(ranges, p)
			}
		}
	}
	if len(ranges) < 2 {
		return nil, func() {}
	}
	fetch := object.NewFetcher(ctx, f.store, f.Object, object.DefaultFetch(f.store))
	return f.With(&spanStore{Store: f.store, ranges: ranges, spans: fetch.Plan(ranges)}), fetch.Close
}

// spanStore answers reads from spans under way.
type spanStore struct {
	object.Store
	ranges []object.Range
	spans  []*object.Span
}

func (s *spanStore) Read(ctx context.Context, o object.Object, off int64, p []byte) error {
	for i, r := range s.ranges {
		if r.Off == off && r.Len == int64(len(p)) {
			b, err := s.spans[i].Bytes(ctx, off, len(p))
			copy(p, b)
			return err
		}
	}
	return s.Store.Read(ctx, o, off, p)
}
