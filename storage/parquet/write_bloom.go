package parquet

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/inlaydb/inlay/storage/column"
)

// hashPage collects the hashes of the page's values for the bloom filter.
func (c *columnWriter) hashPage() {
	var buf [16]byte
	le := binary.LittleEndian
	switch c.field.Kind {
	case column.Int16:
		for _, v := range column.As[int16](c.data) {
			le.PutUint32(buf[:], uint32(int32(v)))
			c.bloom = append(c.bloom, xxhash64(buf[:4]))
		}
	case column.Int32, column.Float32, column.Int64, column.Float64, column.Fixed16:
		for p := c.data; len(p) > 0; p = p[c.width:] {
			c.bloom = append(c.bloom, xxhash64(p[:c.width]))
		}
	case column.Int128:
		for _, v := range column.As[column.Int128Value](c.data) {
			binary.BigEndian.PutUint64(buf[:], uint64(v.Hi))
			binary.BigEndian.PutUint64(buf[8:], v.Lo)
			c.bloom = append(c.bloom, xxhash64(buf[:]))
		}
	case column.Bytes:
		bufs := [][]byte{c.heap}
		views := column.As[column.View](c.data)
		for i := range views {
			c.bloom = append(c.bloom, xxhash64(views[i].Bytes(bufs)))
		}
	}
	if len(c.bloom) > 1<<16 { // equal values many times over
		slices.Sort(c.bloom)
		c.bloom = slices.Compact(c.bloom)
	}
}

// bloomFilter makes the filter of the chunk, sized for one false answer in a
// hundred.
func (c *columnWriter) bloomFilter() []byte {
	if len(c.bloom) == 0 {
		return nil
	}
	slices.Sort(c.bloom)
	c.bloom = slices.Compact(c.bloom)
	// Bits a value for a split block filter: -8 / ln(1 - p^(1/8)).
	size := float64(len(c.bloom)) * -8 / math.Log(1-math.Pow(0.01, 1.0/8)) / 8
	n := 32
	for float64(n) < size && n < maxPart/2 {
		n *= 2
	}
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
