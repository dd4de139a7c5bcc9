package parquet

import (
	"encoding/binary"
	"math"

	"github.com/inlaydb/inlay/storage/column"
)

// footer writes bloom filters, page indexes, and the footer; it returns the
// footer's length.
func (w *Writer) footer() (int, error) {
	for g := range w.groups {
		for i := range w.groups[g].chunks {
			c := &w.groups[g].chunks[i]
			if len(c.bloom) > 0 {
				c.bloomOff = w.off
				if err := w.put(c.bloom); err != nil {
					return 0, err
				}
			}
		}
	}
	type place struct {
		off int64
		n   int
	}
	index := func(encode func(*thriftWriter, *columnWriter, *writtenChunk) bool) ([]place, error) {
		var places []place
		for g := range w.groups {
			for i := range w.groups[g].chunks {
				t := thriftWriter{}
				if !encode(&t, w.cols[i], &w.groups[g].chunks[i]) {
					places = append(places, place{})
					continue
				}
				places = append(places, place{w.off, len(t.buf)})
				if err := w.put(t.buf); err != nil {
					return nil, err
				}
			}
		}
		return places, nil
	}
	columnIndexes, err := index(encodeColumnIndex)
	if err != nil {
		return 0, err
	}
	offsetIndexes, err := index(encodeOffsetIndex)
	if err != nil {
		return 0, err
	}
	t := thriftWriter{}
	t.begin()
	t.i32(1, 2)
	w.schema(&t)
	t.i64(3, w.total)
	t.list(4, tStruct, len(w.groups))
	k := 0
	for g := range w.groups {
		grp := &w.groups[g]
		t.begin()
		t.list(1, tStruct, len(grp.chunks))
		size := int64(0)
		for i := range grp.chunks {
			c := &grp.chunks[i]
			size += c.compressed
			t.begin()
			t.i64(2, 0)
			t.structure(3)
			w.chunk(&t, w.cols[i], c)
			t.end()
			t.i64(4, offsetIndexes[k].off)
			t.i32(5, int32(offsetIndexes[k].n))
			if columnIndexes[k].n > 0 {
				t.i64(6, columnIndexes[k].off)
				t.i32(7, int32(columnIndexes[k].n))
			}
			t.end()
			k++
		}
		t.i64(2, grp.size)
		t.i64(3, grp.rows)
		t.i64(5, grp.off)
		t.i64(6, size)
		if g <= math.MaxInt16 {
			t.field(7, tI16)
			t.varint(int64(g))
		}
		t.end()
	}
	if len(w.opt.KeyValue) > 0 {
		t.list(5, tStruct, len(w.opt.KeyValue))
		for _, kv := range w.opt.KeyValue {
			t.begin()
			t.string(1, kv.Key)
			t.string(2, kv.Value)
			t.end()
		}
	}
	t.string(6, w.opt.CreatedBy)
	t.list(7, tStruct, len(w.cols))
	for range w.cols {
		t.begin()
		t.empty(1) // the order that the column's type defines
		t.end()
	}
	t.end()
	n := len(t.buf)
	t.buf = binary.LittleEndian.AppendUint32(t.buf, uint32(n))
	t.buf = append(t.buf, "PAR1"...)
	return n, w.put(t.buf)
}

// schema writes the flattened tree.
func (w *Writer) schema(t *thriftWriter) {
	n := 1
	for _, c := range w.cols {
		n++
		if c.field.List {
			n += 2
		}
	}
	t.list(2, tStruct, n)
	t.begin()
	t.string(4, "schema")
	t.i32(5, int32(len(w.cols)))
	t.end()
	for _, c := range w.cols {
		repetition := int32(0)
		if c.field.Nullable {
			repetition = 1
		}
		if !c.field.List {
			c.element(t, c.field.Name, repetition, c.field.FieldID)
			continue
		}
		t.begin()
		t.i32(3, repetition)
		t.string(4, c.field.Name)
		t.i32(5, 1)
		t.i32(6, 3) // LIST
		if c.field.FieldID != 0 {
			t.i32(9, c.field.FieldID)
		}
		t.structure(10)
		t.empty(3)
		t.end()
		t.end()
		t.begin()
		t.i32(3, 2)
		t.string(4, "list")
		t.i32(5, 1)
		t.end()
		c.element(t, "element", 1, 0)
	}
}

// element writes a leaf.
func (c *columnWriter) element(t *thriftWriter, name string, repetition, id int32) {
	a := c.field.Logical
	t.begin()
	t.i32(1, int32(c.phys))
	if c.phys == FixedLenByteArray {
		t.i32(2, int32(c.typeLength()))
	}
	t.i32(3, repetition)
	t.string(4, name)
	if v := toConverted(a); v >= 0 {
		t.i32(6, v)
	}
	if a.Annotation == Decimal {
		t.i32(7, a.Scale)
		t.i32(8, a.Precision)
	}
	if id != 0 {
		t.i32(9, id)
	}
	writeLogical(t, a)
	t.end()
}

// toConverted is the older annotation that says the same, or -1.
func toConverted(a LogicalType) int32 {
	switch a.Annotation {
	case String:
		return 0
	case Enum:
		return 4
	case Decimal:
		return 5
	case Date:
		return 6
	case Time:
		if a.UTC {
			return 8
		}
	case Timestamp:
		if a.UTC {
			return 10
		}
	case Integer:
		for i, b := range [4]uint8{8, 16, 32, 64} {
			if b == a.Bits {
				return int32(15 + i)
			}
		}
	case JSON:
		return 19
	case BSON:
		return 20
	case Interval:
		return 21
	}
	return -1
}

func writeLogical(t *thriftWriter, a LogicalType) {
	simple := map[Annotation]int{String: 1, Enum: 4, Date: 6, JSON: 12, BSON: 13, UUID: 14}
	if id, ok := simple[a.Annotation]; ok {
		t.structure(10)
		t.empty(id)
		t.end()
		return
	}
	switch a.Annotation {
	case Decimal:
		t.structure(10)
		t.structure(5)
		t.i32(1, a.Scale)
		t.i32(2, a.Precision)
		t.end()
		t.end()
	case Time, Timestamp:
		t.structure(10)
		t.structure(7 + int(a.Annotation-Time))
		t.bool(1, a.UTC)
		t.structure(2)
		t.empty(1 + int(a.Unit))
		t.end()
		t.end()
		t.end()
	case Integer:
		t.structure(10)
		t.structure(10)
		t.field(1, tByte)
		t.buf = append(t.buf, a.Bits)
		t.bool(2, a.Signed)
		t.end()
		t.end()
	}
}

// chunk writes a column chunk's metadata.
func (w *Writer) chunk(t *thriftWriter, c *columnWriter, k *writtenChunk) {
	t.i32(1, int32(c.phys))
	var encs []int32
	for e := int32(0); e < 32; e++ {
		if k.encs>>e&1 != 0 {
			encs = append(encs, e)
		}
	}
	t.list(2, tI32, len(encs))
	for _, e := range encs {
		t.varint(int64(e))
	}
	path := []string{c.field.Name}
	if c.field.List {
		path = append(path, "list", "element")
	}
	t.list(3, tBinary, len(path))
	for _, p := range path {
		t.rawBytes([]byte(p))
	}
	t.i32(4, int32(w.opt.Codec))
	t.i64(5, k.values)
	t.i64(6, k.uncompressed)
	t.i64(7, k.compressed)
	t.i64(9, k.dataOff)
	if k.dictOff > 0 {
		t.i64(11, k.dictOff)
	}
	s := &k.stats
	t.structure(12)
	t.i64(3, s.nulls)
	if lo, hi, ok := c.encodeBounds(s); ok {
		t.bytes(5, hi.p)
		t.bytes(6, lo.p)
		t.bool(7, hi.exact)
		t.bool(8, lo.exact)
	}
	if c.counted() {
		t.i64(9, s.nans)
	}
	t.end()
	// How many pages of which encoding: readers learn here that a dictionary
	// holds all values.
	type count struct{ page, enc, n int32 }
	var counts []count
	if k.dictOff > 0 {
		counts = append(counts, count{pageDictionary, encPlain, 1})
	}
	for e, n := range k.pageEncs {
		if n > 0 {
			counts = append(counts, count{pageData, int32(e), int32(n)})
		}
	}
	t.list(13, tStruct, len(counts))
	for _, n := range counts {
		t.begin()
		t.i32(1, n.page)
		t.i32(2, n.enc)
		t.i32(3, n.n)
		t.end()
	}
	if k.bloomOff > 0 {
		t.i64(14, k.bloomOff)
		t.i32(15, int32(len(k.bloom)))
	}
}

// counted says whether NaNs are counted in the column's statistics.
func (c *columnWriter) counted() bool {
	return c.field.Kind == column.Float32 || c.field.Kind == column.Float64
}

type bound struct {
	p     []byte
	exact bool
}

// encodeBounds gives both bounds, or neither.
func (c *columnWriter) encodeBounds(s *writeStats) (lo, hi bound, ok bool) {
	if !s.has || c.field.Kind == column.Interval {
		return lo, hi, false
	}
	lo.p, lo.exact = c.encodeBound(s.min, false)
	hi.p, hi.exact = c.encodeBound(s.max, true)
	return lo, hi, lo.p != nil && hi.p != nil
}

// encodeColumnIndex writes the pages' statistics: not at all when a page that
// has values has no bounds, since the format has no form for that.
func encodeColumnIndex(t *thriftWriter, c *columnWriter, k *writtenChunk) bool {
	n := len(k.pages)
	los, his := make([]bound, n), make([]bound, n)
	for i := range k.pages {
		var ok bool
		if los[i], his[i], ok = c.encodeBounds(&k.pages[i]); !ok && k.pages[i].has || !ok && !c.onlyNulls(&k.pages[i]) {
			return false
		}
	}
	if c.field.List {
		return false // rows and values differ; readers prune lists by neither
	}
	t.begin()
	t.list(1, tTrue, n)
	for i := range k.pages {
		if k.pages[i].has {
			t.buf = append(t.buf, tFalse)
		} else {
			t.buf = append(t.buf, tTrue)
		}
	}
	t.list(2, tBinary, n)
	for i := range los {
		t.rawBytes(los[i].p)
	}
	t.list(3, tBinary, n)
	for i := range his {
		t.rawBytes(his[i].p)
	}
	t.i32(4, boundaryOrder(k.pages))
	t.list(5, tI64, n)
	for i := range k.pages {
		t.varint(k.pages[i].nulls)
	}
	if c.counted() {
		t.list(8, tI64, n)
		for i := range k.pages {
			t.varint(k.pages[i].nans)
		}
	}
	t.end()
	return true
}

// onlyNulls says that a page without bounds has no values at all.
func (c *columnWriter) onlyNulls(s *writeStats) bool { return s.nulls == s.rows }

// boundaryOrder is 1 when both bounds ascend from page to page, 2 when they
// descend, else 0.
func boundaryOrder(pages []writeStats) int32 {
	up, down := true, true
	var last *writeStats
	for i := range pages {
		p := &pages[i]
		if !p.has {
			continue
		}
		if last != nil {
			lo, hi := CompareValues(last.min, p.min), CompareValues(last.max, p.max)
			up = up && lo <= 0 && hi <= 0
			down = down && lo >= 0 && hi >= 0
		}
		last = p
	}
	switch {
	case up:
		return 1
	case down:
		return 2
	}
	return 0
}

func encodeOffsetIndex(t *thriftWriter, _ *columnWriter, k *writtenChunk) bool {
	t.begin()
	t.list(1, tStruct, len(k.locs))
	for _, l := range k.locs {
		t.begin()
		t.i64(1, l.Offset)
		t.i32(2, l.Size)
		t.i64(3, l.FirstRow)
		t.end()
	}
	t.end()
	return true
}
