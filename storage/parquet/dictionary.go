package parquet

import (
	"encoding/binary"

	"github.com/inlaydb/inlay/storage/column"
)

// dictionary is a chunk's dictionary page with values of the column's kind. Its
// memory is recycled unless somebody was given the column.Dict and may keep it.
type dictionary struct {
	n    int
	data []byte // n values; for views, views into heap 0
	heap []byte
	page []byte // as decompressed; the heap, for views
	d    *column.Dict
}

// columnDict gives the dictionary its identity, once.
func (d *dictionary) columnDict(k column.Kind) *column.Dict {
	if d.d == nil {
		v := &column.Column{Kind: k, Len: d.n, Data: d.data}
		if k.IsView() {
			v.Bufs = [][]byte{d.heap}
		}
		d.d = column.NewDict(v)
		d.d.Dup = d.repeats(k)
	}
	return d.d
}

// maxCoded is the most entries of a dictionary of strings whose codes are kept.
const maxCoded = 1 << 16

// checkDup is the most entries that are looked through for repetition; above,
// it is assumed that there may be some.
const checkDup = maxCoded

// dictBuffers is the memory of a dictionary, kept for the next one.
type dictBuffers struct {
	inflated []byte
	data     []byte
}

// page makes room for a decompressed page.
func (b *dictBuffers) page(n int) []byte {
	buf := b.inflated
	b.inflated = nil
	if cap(buf) < n+pageSlack {
		buf = column.Alloc(n + n/8 + pageSlack)
	}
	return buf[:n]
}

// values makes room for decoded values.
func (b *dictBuffers) values(n int) []byte {
	buf := b.data
	b.data = nil
	if cap(buf) < n {
		buf = column.Alloc(n + n/8 + 16)
	}
	return buf[:n]
}

// giveBack keeps the memory of a dictionary that nobody else has seen.
func (d *dictionary) giveBack(b *dictBuffers) {
	if d.d == nil {
		b.inflated, b.data = d.page, d.data
	}
	d.data, d.heap, d.page = nil, nil, nil
}

// repeats says whether a value may stand at two codes. No writer known does
// that, but nothing in the format forbids it.
func (d *dictionary) repeats(k column.Kind) bool {
	if d.n > checkDup {
		return true
	}
	size := 16
	for size < 2*d.n {
		size *= 2
	}
	slots := make([]int32, size)
	w := k.Width()
	value := func(i int) []byte {
		if k.IsView() {
			return column.As[column.View](d.data)[i].Bytes([][]byte{d.heap})
		}
		return d.data[i*w : (i+1)*w]
	}
	for i := range d.n {
		v := value(i)
		for s := xxhash64(v) & uint64(size-1); ; s = (s + 1) & uint64(size-1) {
			if slots[s] == 0 {
				slots[s] = int32(i + 1)
				break
			}
			if string(value(int(slots[s]-1))) == string(v) {
				return true
			}
		}
	}
	return false
}

// newDictionary decodes a dictionary page, which it keeps.
func newDictionary(r *ColumnReader, h *pageHeader, page []byte) (*dictionary, error) {
	if h.encoding != encPlain && h.encoding != encPlainDictionary {
		return nil, reasonError("dictionary page with an encoding other than plain")
	}
	n := int(h.values)
	d := &dictionary{n: n, page: page}
	if r.leaf.Type == Boolean {
		return nil, reasonError("dictionary of booleans")
	}
	if r.leaf.Type == ByteArray {
		if n > len(page)/4 {
			return nil, errShortValues
		}
		data := r.scratch.dict.values(n * 16)
		views := column.As[column.View](data)
		if _, err := plainViews(views, page, 0, 0); err != nil {
			return nil, err
		}
		if r.conv == convView {
			d.data, d.heap = data, page
			if r.leaf.textual() && !plainASCII(page) {
				return d, checkText(views, [][]byte{page})
			}
			return d, nil
		}
		d.data = column.Alloc(n * r.width)
		return d, convertViews(r.conv, d.data, views, [][]byte{page})
	}
	stride := r.stride
	if n > len(page)/stride {
		return nil, errShortValues
	}
	if r.conv == convView {
		d.data, d.heap = r.scratch.dict.values(n*16), page
		fixedViews(column.As[column.View](d.data), page, 0, stride, 0)
		return d, nil
	}
	d.data = r.scratch.dict.values(n * r.width)
	return d, convert(r.conv, d.data, page, n, stride)
}

// gatherCodes writes the values of codes to dst. It reports a code beyond the
// dictionary.
func gatherCodes(dst []byte, width int, d *dictionary, codes []int32) bool {
	switch width {
	case 1:
		return gatherOf(dst, d.data, codes)
	case 2:
		return gatherOf(column.As[int16](dst), column.As[int16](d.data), codes)
	case 4:
		return gatherOf(column.As[uint32](dst), column.As[uint32](d.data), codes)
	case 8:
		return gatherOf(column.As[uint64](dst), column.As[uint64](d.data), codes)
	case 16:
		return gatherOf(column.As[column.Int128Value](dst), column.As[column.Int128Value](d.data), codes)
	}
	return false
}

func gatherOf[T column.Element](dst, values []T, codes []int32) bool {
	dst = dst[:len(codes)]
	for i, c := range codes {
		if uint(uint32(c)) >= uint(len(values)) {
			return false
		}
		dst[i] = values[uint32(c)]
	}
	return true
}

// codesWithin says whether all codes are below n. The first loop has no branch
// and settles nearly all pages.
func codesWithin(codes []int32, n int) bool {
	all := uint32(0)
	for _, c := range codes {
		all |= uint32(c)
	}
	if uint64(all) < uint64(n) {
		return true
	}
	for _, c := range codes {
		if uint64(uint32(c)) >= uint64(n) {
			return false
		}
	}
	return true
}

// xxhash64 is XXH64 with seed 0, after the algorithm's published description.
func xxhash64(p []byte) uint64 {
	const (
		p1 = 0x9E3779B185EBCA87
		p2 = 0xC2B2AE3D27D4EB4F
		p3 = 0x165667B19E3779F9
		p4 = 0x85EBCA77C2B2AE63
		p5 = 0x27D4EB2F165667C5
	)
	le := binary.LittleEndian
	rol := func(x uint64, r uint) uint64 { return x<<r | x>>(64-r) }
	round := func(acc, v uint64) uint64 { return rol(acc+v*p2, 31) * p1 }
	n := uint64(len(p))
	var h uint64
	if len(p) >= 32 {
		var z uint64
		a, b, c, d := z+p1, z, z, z-p1
		a += p2
		b += p2
		for len(p) >= 32 {
			a, b = round(a, le.Uint64(p)), round(b, le.Uint64(p[8:]))
			c, d = round(c, le.Uint64(p[16:])), round(d, le.Uint64(p[24:]))
			p = p[32:]
		}
		h = rol(a, 1) + rol(b, 7) + rol(c, 12) + rol(d, 18)
		for _, v := range [4]uint64{a, b, c, d} {
			h = (h^round(0, v))*p1 + p4
		}
	} else {
		h = p5
	}
	h += n
	for ; len(p) >= 8; p = p[8:] {
		h = rol(h^round(0, le.Uint64(p)), 27)*p1 + p4
	}
	if len(p) >= 4 {
		h = rol(h^uint64(le.Uint32(p))*p1, 23)*p2 + p3
		p = p[4:]
	}
	for _, b := range p {
		h = rol(h^uint64(b)*p5, 11) * p1
	}
	h = (h ^ h>>33) * p2
	h = (h ^ h>>29) * p3
	return h ^ h>>32
}
