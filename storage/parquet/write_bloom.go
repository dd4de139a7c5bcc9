package parquet

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/inlaydb/inlay/storage/column"
)

// hashPage collects the hashes of the page's values for the bloom filter.
func (c *columnWriter) hashPage() {
	c.hashValues(c.data, c.heap)
	if len(c.bloom) > 1<<16 { // equal values many times over
		slices.Sort(c.bloom)
		c.bloom = slices.Compact(c.bloom)
	}
}

// hashDictionary collects the hashes of the chunk's dictionary where a filter
// of them is cheap and may tell more than the bounds: every page is coded, the
// column is of a type that people look values up in, and its integers leave
// gaps. compressed is the size of the chunk's pages.
func (c *columnWriter) hashDictionary(compressed int) {
	if c.field.Bloom || c.field.List || !c.useDict || c.dict.n < 2 || bloomSize(c.dict.n) > compressed/bloomShare {
		return
	}
	switch c.field.Kind {
	case column.Int16, column.Int32, column.Int64:
		if s := &c.total; !s.has || uint64(s.max.Int)-uint64(s.min.Int) < uint64(c.dict.n) {
			return
		}
	case column.Bytes, column.Fixed16:
	default:
		return
	}
	c.hashValues(c.dict.data, c.dict.heap)
}

// bloomShare is how many times larger than its filter a chunk must be.
const bloomShare = 20

// bloomSize is the bytes of a filter for n values with one false answer in a
// hundred: a power of two.
func bloomSize(n int) int {
	// Bits a value for a split block filter: -8 / ln(1 - p^(1/8)).
	want := float64(n) * -8 / math.Log(1-math.Pow(0.01, 1.0/8)) / 8
	size := 32
	for float64(size) < want && size < maxPart/2 {
		size *= 2
	}
	return size
}

// hashValues adds the hashes of values, which are views into heap for strings.
func (c *columnWriter) hashValues(data, heap []byte) {
	var buf [16]byte
	le := binary.LittleEndian
	switch c.field.Kind {
	case column.Int16:
		for _, v := range column.As[int16](data) {
			le.PutUint32(buf[:], uint32(int32(v)))
			c.bloom = append(c.bloom, xxhash64(buf[:4]))
		}
	case column.Int32, column.Float32, column.Int64, column.Float64, column.Fixed16:
		for p := data; len(p) > 0; p = p[c.width:] {
			c.bloom = append(c.bloom, xxhash64(p[:c.width]))
		}
	case column.Int128:
		for _, v := range column.As[column.Int128Value](data) {
			binary.BigEndian.PutUint64(buf[:], uint64(v.Hi))
			binary.BigEndian.PutUint64(buf[8:], v.Lo)
			c.bloom = append(c.bloom, xxhash64(buf[:]))
		}
	case column.Bytes:
		bufs := [][]byte{heap}
		views := column.As[column.View](data)
		for i := range views {
			c.bloom = append(c.bloom, xxhash64(views[i].Bytes(bufs)))
		}
	}
}

// bloomFilter makes the filter of the chunk; nil where nothing was hashed.
func (c *columnWriter) bloomFilter() []byte {
	if len(c.bloom) == 0 {
		return nil
	}
	slices.Sort(c.bloom)
	c.bloom = slices.Compact(c.bloom)
	n := bloomSize(len(c.bloom))
	b := Bloom{blocks: make([]byte, n)}
	for _, h := range c.bloom {
		b.addHash(h)
	}
	w := thriftWriter{}
	w.begin()
	w.i32(1, int32(n))
	for id := 2; id <= 4; id++ {
		w.structure(id)
		w.empty(1)
		w.end()
	}
	w.end()
	return append(w.buf, b.blocks...)
}
