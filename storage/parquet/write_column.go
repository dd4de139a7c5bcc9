package parquet

import (
	"encoding/binary"
	"fmt"

	"github.com/inlaydb/inlay/storage/column"
)

// columnWriter builds one column's chunk of the current row group.
//
//	add: rows ─► dense values of the current page, validity, levels
//	                │ page full
//	                ▼
//	endPage: dictionary codes, else delta or plain ─► compress ─► pages
//
// The dictionary is tried page by page; once it grows too large the rest of the
// chunk is written without one.
type columnWriter struct {
	field *Field
	opt   *WriteOptions
	phys  PhysicalType
	width int // of a value of the kind

	// The current page.
	rows   int
	data   []byte // dense values; for strings, views into heap
	heap   []byte // strings, each behind its length: the plain encoding
	valid  []uint64
	nulls  int64
	reps   []int32 // lists
	defs   []int32 // lists
	values int     // levels

	// The current chunk.
	dict     dictBuilder
	useDict  bool
	pages    []byte // headers and compressed bodies
	locs     []PageLocation
	stats    []writeStats // per page
	total    writeStats
	raw      int64 // uncompressed bytes with headers
	levels   int64
	dense    int // values that are not NULL, in pages that are done
	chunkRow int64
	encs     uint32
	pageEncs [encCount]int // data pages by encoding
	bloom    []uint64
	codes    []int32
	body     []byte
	comp     []byte
	head     []byte // the dictionary page, once the chunk is sealed
	filter   []byte // its bloom filter, likewise
	nums     []int64
}

// writtenChunk is what the footer says of a chunk.
type writtenChunk struct {
	dataOff, dictOff int64
	compressed       int64
	uncompressed     int64
	values           int64
	encs             uint32
	pageEncs         [encCount]int
	stats            writeStats
	locs             []PageLocation
	pages            []writeStats
	bloom            []byte
	bloomOff         int64
}

func newColumnWriter(f *Field, opt *WriteOptions) (*columnWriter, error) {
	c := &columnWriter{field: f, opt: opt, width: f.Kind.Width()}
	bad := func() (*columnWriter, error) {
		return nil, &UnsupportedError{Object: "parquet writer", What: fmt.Sprintf("column %q: %v as %v", f.Name, f.Kind, f.Logical.Annotation)}
	}
	a := f.Logical
	ok := a.Annotation == None
	switch f.Kind {
	case column.Bool:
		c.phys = Boolean
	case column.Int16:
		c.phys = Int32
		f.Logical = LogicalType{Annotation: Integer, Bits: 16, Signed: true}
		ok = true
	case column.Int32:
		c.phys = Int32
		ok = ok || a.Annotation == Date || a.Annotation == Integer && a.Signed && a.Bits == 32
	case column.Int64:
		c.phys = Int64
		ok = ok || (a.Annotation == Time || a.Annotation == Timestamp) && a.Unit == Micros ||
			a.Annotation == Decimal && a.Precision > 0 && a.Precision <= 18 || a.Annotation == Integer && a.Signed && a.Bits == 64
	case column.Float32:
		c.phys = Float
	case column.Float64:
		c.phys = Double
	case column.Int128:
		c.phys = FixedLenByteArray
		ok = a.Annotation == Decimal && a.Precision > 0 && a.Precision <= 38
	case column.Fixed16:
		c.phys = FixedLenByteArray
		f.Logical = LogicalType{Annotation: UUID}
		ok = true
	case column.Interval:
		c.phys = FixedLenByteArray
		f.Logical = LogicalType{Annotation: Interval}
		ok = true
	case column.Bytes:
		c.phys = ByteArray
		ok = ok || a.Annotation == String || a.Annotation == JSON || a.Annotation == Enum || a.Annotation == BSON
	default:
		return bad()
	}
	if !ok || a.Annotation == Decimal && (a.Scale < 0 || a.Scale > a.Precision) {
		return bad()
	}
	c.restart()
	return c, nil
}

// restart begins a chunk.
func (c *columnWriter) restart() {
	c.useDict = c.field.Kind != column.Bool && c.field.Kind != column.Interval
	c.dict.reset(c.field.Kind)
	c.pages, c.locs, c.stats = c.pages[:0], nil, nil
	c.total = writeStats{}
	c.raw, c.levels, c.dense, c.chunkRow, c.encs, c.pageEncs = 0, 0, 0, 0, 0, [encCount]int{}
	c.bloom = c.bloom[:0]
	c.clearPage()
}

func (c *columnWriter) clearPage() {
	c.rows, c.values, c.nulls = 0, 0, 0
	c.data, c.heap, c.valid = c.data[:0], c.heap[:0], c.valid[:0]
	c.reps, c.defs = c.reps[:0], c.defs[:0]
}

func (c *columnWriter) buffered() int64 {
	return int64(len(c.pages) + len(c.data) + len(c.heap) + len(c.dict.data) + len(c.dict.heap))
}

// typeLength is of fixed-length byte arrays.
func (c *columnWriter) typeLength() int {
	if c.field.Kind == column.Interval {
		return 12
	}
	return 16
}

// add takes rows at… of col, or those at sel.
func (c *columnWriter) add(col *column.Column, sel []int32, at, n int) error {
	if c.field.List {
		if err := c.addLists(col, sel, at, n); err != nil {
			return err
		}
	} else {
		if col.Kind != c.field.Kind {
			panic(fmt.Sprintf("parquet: column %q is %v, not %v", c.field.Name, col.Kind, c.field.Kind))
		}
		for len(c.valid)*64 < c.rows+n {
			c.valid = append(c.valid, 0)
		}
		nulls := 0
		for i := range n {
			r := at + i
			if sel != nil {
				r = int(sel[i])
			}
			if col.Valid != nil && col.IsNull(r) {
				nulls++
				continue
			}
			if col.Valid != nil {
				column.SetBit(c.valid, c.rows+i)
			}
		}
		if col.Valid == nil {
			setBits(c.valid, c.rows, n)
		}
		if nulls > 0 && !c.field.Nullable {
			return fmt.Errorf("parquet: NULL in column %q, which has none", c.field.Name)
		}
		c.nulls += int64(nulls)
		c.addValues(col, sel, at, n)
		c.values += n
	}
	c.rows += n
	if c.rows >= c.opt.PageRows || len(c.data)+len(c.heap) >= c.opt.PageBytes || c.values >= 8*c.opt.PageRows {
		return c.endPage()
	}
	return nil
}

// addValues appends the values that are not NULL.
func (c *columnWriter) addValues(col *column.Column, sel []int32, at, n int) {
	if col.Form == column.Flat && col.Valid == nil && sel == nil && !col.Kind.IsView() {
		c.data = append(c.data, col.Data[at*c.width:(at+n)*c.width]...)
		return
	}
	w := c.width
	for i := range n {
		r := at + i
		if sel != nil {
			r = int(sel[i])
		}
		if col.Valid != nil && col.IsNull(r) {
			continue
		}
		s, p := col.Slot(r)
		if w == 16 && col.Kind.IsView() {
			c.addString(column.Values[column.View](s)[p].Bytes(s.Bufs))
			continue
		}
		c.data = append(c.data, s.Data[p*w:(p+1)*w]...)
	}
}

func (c *columnWriter) addString(b []byte) {
	c.heap = binary.LittleEndian.AppendUint32(c.heap, uint32(len(b)))
	v := column.MakeView(b, 0, uint32(len(c.heap)))
	c.heap = append(c.heap, b...)
	c.data = append(c.data, column.AsBytes([]column.View{v})...)
}

// addLists appends lists: level 0 is NULL (when it may be), then empty, then an
// element that is NULL, then one that is not.
func (c *columnWriter) addLists(col *column.Column, sel []int32, at, n int) error {
	if col.Kind != column.List || col.Child.Kind != c.field.Kind && col.Child.Len > 0 {
		panic(fmt.Sprintf("parquet: column %q is no list of %v", c.field.Name, c.field.Kind))
	}
	base := int32(0)
	if c.field.Nullable {
		base = 1
	}
	for i := range n {
		r := at + i
		if sel != nil {
			r = int(sel[i])
		}
		if col.IsNull(r) {
			if base == 0 {
				return fmt.Errorf("parquet: NULL in column %q, which has none", c.field.Name)
			}
			c.nulls++
			c.reps, c.defs = append(c.reps, 0), append(c.defs, 0)
			continue
		}
		s, p := col.Slot(r)
		v := column.Values[column.ListView](s)[p]
		if v.Len == 0 {
			c.reps, c.defs = append(c.reps, 0), append(c.defs, base)
			continue
		}
		for k := range int(v.Len) {
			rep, def := int32(1), base+2
			if k == 0 {
				rep = 0
			}
			if s.Child.IsNull(int(v.Off) + k) {
				def--
				c.nulls++
			}
			c.reps, c.defs = append(c.reps, rep), append(c.defs, def)
		}
		c.addValues(s.Child, nil, int(v.Off), int(v.Len))
	}
	c.values = len(c.reps)
	return nil
}

// seal ends the chunk's last page and makes what else it has: the part of
// writing a row group that columns can do at the same time.
func (c *columnWriter) seal() error {
	if err := c.endPage(); err != nil {
		return err
	}
	c.hashDictionary(len(c.pages))
	c.head = nil
	if c.dict.n > 0 {
		c.head = c.dictionaryPage()
		c.encs |= 1 << encPlain
	}
	c.filter = c.bloomFilter()
	return nil
}

// finish writes the sealed chunk to the file and begins the next.
func (c *columnWriter) finish(w *Writer) (writtenChunk, error) {
	out := writtenChunk{values: c.levels, stats: c.total, locs: c.locs, pages: c.stats, pageEncs: c.pageEncs}
	if head := c.head; head != nil {
		out.dictOff = w.off
		out.compressed += int64(len(head))
		if err := w.put(head); err != nil {
			return out, err
		}
	}
	out.dataOff = w.off
	for i := range out.locs {
		out.locs[i].Offset += w.off
	}
	out.compressed += int64(len(c.pages))
	out.uncompressed, out.encs = c.raw, c.encs
	out.bloom = c.filter
	if err := w.put(c.pages); err != nil {
		return out, err
	}
	c.restart()
	return out, nil
}
