package parquet

import (
	"encoding/binary"
	"hash/crc32"
	"math"
	"sync"

	"github.com/inlaydb/inlay/storage/column"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
)

// endPage encodes and compresses the current page.
func (c *columnWriter) endPage() error {
	if c.rows == 0 {
		return nil
	}
	bufs := [][]byte{c.heap}
	st := writeStats{rows: int64(c.rows), nulls: c.nulls}
	st.bounds(c.field.Kind, c.data, bufs)
	if c.field.Bloom {
		c.hashPage()
	}
	enc := int32(encPlain)
	body := c.appendLevels(c.body[:0])
	n := len(c.data) / c.width
	coded := false
	if c.useDict && n > 0 && c.dense == 0 && c.climbs() {
		c.useDict = false
	}
	if c.useDict && n > 0 {
		if cap(c.codes) < n {
			c.codes = make([]int32, n+n/4)
		}
		codes := c.codes[:n]
		before := c.dict.n
		coded = c.dict.add(codes, c.data, bufs)
		// A dictionary of values that hardly repeat only costs.
		if all := c.dense + n; coded && all >= 100 && c.dict.n > all-all/4 {
			coded = false
		}
		if coded {
			enc = encRLEDictionary
			w := c.dict.width()
			body = append(body, byte(w))
			body = appendRuns(body, codes, w)
		} else {
			c.useDict = false
			if before == 0 {
				c.dict.reset(c.field.Kind)
			}
		}
	}
	if !coded {
		var err error
		if body, enc, err = c.appendValues(body); err != nil {
			return err
		}
	}
	c.body = body
	c.encs |= 1<<enc | 1<<encRLE
	c.pageEncs[enc]++
	c.locs = append(c.locs, PageLocation{Offset: int64(len(c.pages)), FirstRow: c.chunkRow})
	c.writePage(pageData, body, func(w *thriftWriter) {
		w.structure(5)
		w.i32(1, int32(c.values))
		w.i32(2, enc)
		w.i32(3, encRLE)
		w.i32(4, encRLE)
		w.end()
	})
	loc := &c.locs[len(c.locs)-1]
	loc.Size = int32(int64(len(c.pages)) - loc.Offset)
	c.stats = append(c.stats, st)
	c.total.merge(&st)
	c.dense += n
	c.levels += int64(c.values)
	c.chunkRow += int64(c.rows)
	c.clearPage()
	return nil
}

// climbs says whether the integers of the chunk's first page are so near to
// their neighbours, as keys in order are, that differences take a third or
// less of what codes would, even if no dictionary had to be written.
func (c *columnWriter) climbs() bool {
	var near, distinct int
	count := func(gap uint64) {
		if gap != 0 {
			distinct++
		}
		if gap < 64 {
			near++
		}
	}
	n := len(c.data) / c.width
	switch c.field.Kind {
	case column.Int32:
		v := column.As[int32](c.data)
		for i := 1; i < n; i++ {
			count(uint64(int64(v[i]) - int64(v[i-1])))
		}
	case column.Int64:
		v := column.As[int64](c.data)
		for i := 1; i < n; i++ {
			count(uint64(v[i] - v[i-1]))
		}
	default:
		return false
	}
	// Values that go up by little each time and have left 4096 others behind.
	return distinct >= 4096 && near >= n-1-n/1000
}

// appendLevels writes the level sections of a v1 page.
func (c *columnWriter) appendLevels(dst []byte) []byte {
	section := func(f func()) {
		at := len(dst)
		dst = append(dst, 0, 0, 0, 0)
		f()
		binary.LittleEndian.PutUint32(dst[at:], uint32(len(dst)-at-4))
	}
	switch {
	case c.field.List:
		section(func() { dst = appendRuns(dst, c.reps, 1) })
		section(func() { dst = appendRuns(dst, c.defs, 2) })
	case c.field.Nullable:
		section(func() { dst = appendValidity(dst, c.valid, c.rows, c.nulls) })
	}
	return dst
}

// appendValues writes the page's values without a dictionary.
func (c *columnWriter) appendValues(dst []byte) ([]byte, int32, error) {
	switch c.field.Kind {
	case column.Bool:
		for i := 0; i < len(c.data); i += 8 {
			b := byte(0)
			for k, v := range c.data[i:min(i+8, len(c.data))] {
				b |= v << k
			}
			dst = append(dst, b)
		}
		return dst, encPlain, nil
	case column.Int16, column.Int32, column.Int64:
		return c.appendInts(dst)
	case column.Int128:
		for _, v := range column.As[column.Int128Value](c.data) {
			dst = binary.BigEndian.AppendUint64(dst, uint64(v.Hi))
			dst = binary.BigEndian.AppendUint64(dst, v.Lo)
		}
		return dst, encPlain, nil
	case column.Interval:
		le := binary.LittleEndian
		for _, v := range column.As[column.IntervalValue](c.data) {
			if v.Months < 0 || v.Days < 0 || v.Micros < 0 || v.Micros%1000 != 0 || v.Micros/1000 > math.MaxUint32 {
				return nil, 0, &RangeError{Object: "parquet writer", Column: c.field.Name,
					What: "an interval that is negative or not of whole milliseconds has no form in Parquet"}
			}
			dst = le.AppendUint32(dst, uint32(v.Months))
			dst = le.AppendUint32(dst, uint32(v.Days))
			dst = le.AppendUint32(dst, uint32(v.Micros/1000))
		}
		return dst, encPlain, nil
	case column.Bytes:
		return append(dst, c.heap...), encPlain, nil
	}
	return append(dst, c.data...), encPlain, nil
}

// appendInts writes integers as differences where those take less than half of
// the bits, else plain.
func (c *columnWriter) appendInts(dst []byte) ([]byte, int32, error) {
	nums := c.nums[:0]
	size := 4
	switch c.field.Kind {
	case column.Int16:
		for _, v := range column.As[int16](c.data) {
			nums = append(nums, int64(v))
		}
	case column.Int32:
		for _, v := range column.As[int32](c.data) {
			nums = append(nums, int64(v))
		}
	default:
		size = 8
		nums = append(nums, column.As[int64](c.data)...)
	}
	c.nums = nums
	at := len(dst)
	dst = appendDelta(dst, nums, size)
	if (len(dst)-at)*2 <= len(nums)*size {
		return dst, encDeltaBinary, nil
	}
	dst = dst[:at]
	if size == 8 {
		return append(dst, c.data...), encPlain, nil
	}
	for _, v := range nums {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(v))
	}
	return dst, encPlain, nil
}

var zstdEncoders = sync.Pool{New: func() any {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithLowerEncoderMem(true))
	if err != nil {
		panic(err) // only on wrong options
	}
	return e
}}

func (c *columnWriter) compress(body []byte) []byte {
	switch c.opt.Codec {
	case Snappy:
		if n := s2.MaxEncodedLen(len(body)); cap(c.comp) < n {
			c.comp = make([]byte, n)
		}
		return s2.EncodeSnappy(c.comp[:cap(c.comp)], body)
	case Zstd:
		e := zstdEncoders.Get().(*zstd.Encoder)
		c.comp = e.EncodeAll(body, c.comp[:0])
		zstdEncoders.Put(e)
		return c.comp
	}
	return body
}

// writePage appends a page's header and compressed body to the chunk.
func (c *columnWriter) writePage(typ int32, body []byte, part func(*thriftWriter)) {
	comp := c.compress(body)
	w := thriftWriter{buf: c.pages}
	before := len(w.buf)
	w.begin()
	w.i32(1, typ)
	w.i32(2, int32(len(body)))
	w.i32(3, int32(len(comp)))
	w.i32(4, int32(crc32.ChecksumIEEE(comp)))
	part(&w)
	w.end()
	c.raw += int64(len(w.buf) - before + len(body))
	c.pages = append(w.buf, comp...)
}

// dictionaryPage makes the dictionary page's header and compressed body.
func (c *columnWriter) dictionaryPage() []byte {
	body := c.body[:0]
	switch c.field.Kind {
	case column.Bytes:
		bufs := [][]byte{c.dict.heap}
		views := column.As[column.View](c.dict.data)
		for i := range views {
			s := views[i].Bytes(bufs)
			body = binary.LittleEndian.AppendUint32(body, uint32(len(s)))
			body = append(body, s...)
		}
	case column.Int16:
		for _, v := range column.As[int16](c.dict.data) {
			body = binary.LittleEndian.AppendUint32(body, uint32(int32(v)))
		}
	case column.Int128:
		for _, v := range column.As[column.Int128Value](c.dict.data) {
			body = binary.BigEndian.AppendUint64(body, uint64(v.Hi))
			body = binary.BigEndian.AppendUint64(body, v.Lo)
		}
	default:
		body = append(body, c.dict.data...)
	}
	c.body = body
	data := c.pages
	c.pages = nil
	c.writePage(pageDictionary, body, func(w *thriftWriter) {
		w.structure(7)
		w.i32(1, int32(c.dict.n))
		w.i32(2, encPlain)
		w.end()
	})
	head := c.pages
	c.pages = data
	return head
}
