package parquet

import (
	"hash/maphash"
	"math/bits"
	"unsafe"

	"github.com/inlaydb/inlay/storage/column"
)

// dictBuilder numbers the distinct values of a chunk in the order they come: an
// open-addressing table of numbers beside the values themselves.
type dictBuilder struct {
	kind  column.Kind
	slots []int32 // number+1, 0 free; a power of two, at most half full
	n     int
	data  []byte // n values of the kind; views into heap 0
	heap  []byte
	seed  maphash.Seed
}

const (
	dictMaxBytes = 1 << 20
	dictSlots    = 1 << 10
)

func (d *dictBuilder) reset(kind column.Kind) {
	d.kind, d.n, d.data, d.heap = kind, 0, d.data[:0], d.heap[:0]
	if d.slots == nil {
		d.slots = make([]int32, dictSlots)
		d.seed = maphash.MakeSeed()
	}
	clear(d.slots)
}

// size is the bytes of the dictionary page.
func (d *dictBuilder) size() int {
	if d.kind == column.Bytes {
		return d.n*4 + len(d.heap)
	}
	return len(d.data)
}

// add writes the numbers of the values to codes. It reports false, with the
// dictionary as it was or larger, when that would grow too much.
func (d *dictBuilder) add(codes []int32, data []byte, bufs [][]byte) bool {
	switch d.kind {
	case column.Int16:
		return addValues(d, codes, column.As[int16](data), func(v int16) uint64 { return uint64(v) })
	case column.Int32:
		return addValues(d, codes, column.As[int32](data), func(v int32) uint64 { return uint64(v) })
	case column.Int64:
		return addValues(d, codes, column.As[int64](data), func(v int64) uint64 { return uint64(v) })
	case column.Float32: // by bits: NaNs and both zeros stay what they are
		return addValues(d, codes, column.As[uint32](data), func(v uint32) uint64 { return uint64(v) })
	case column.Float64:
		return addValues(d, codes, column.As[uint64](data), func(v uint64) uint64 { return v })
	case column.Int128, column.Fixed16:
		return addValues(d, codes, column.As[column.Int128Value](data), func(v column.Int128Value) uint64 {
			return v.Lo ^ bits.RotateLeft64(uint64(v.Hi), 32)
		})
	case column.Bytes:
		return d.addViews(codes, column.As[column.View](data), bufs)
	}
	return false
}

// mix spreads a number over all bits.
func mix(x uint64) uint64 {
	hi, lo := bits.Mul64(x^0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93)
	return hi ^ lo
}

func addValues[T interface {
	comparable
	column.Element
}](d *dictBuilder, codes []int32, vals []T, word func(T) uint64) bool {
	mask := uint64(len(d.slots) - 1)
	have := column.As[T](d.data)
	for i, v := range vals {
		s := mix(word(v)) & mask
		for {
			k := d.slots[s]
			if k == 0 {
				break
			}
			if have[k-1] == v {
				codes[i] = k - 1
				break
			}
			s = (s + 1) & mask
		}
		if d.slots[s] != 0 {
			continue
		}
		if len(d.data) >= dictMaxBytes {
			return false
		}
		d.data = append(d.data, column.AsBytes(vals[i:i+1])...)
		have = column.As[T](d.data)
		d.n++
		d.slots[s] = int32(d.n)
		codes[i] = int32(d.n - 1)
		if 2*d.n > len(d.slots) {
			d.slots = make([]int32, 2*len(d.slots))
			mask = uint64(len(d.slots) - 1)
			for k, v := range have {
				s := mix(word(v)) & mask
				for d.slots[s] != 0 {
					s = (s + 1) & mask
				}
				d.slots[s] = int32(k + 1)
			}
		}
	}
	return true
}

// hashView hashes a string: short ones by the view's own words.
func (d *dictBuilder) hashView(v *column.View, bufs [][]byte) uint64 {
	if v.Len <= column.MaxInline {
		w := (*[2]uint64)(unsafe.Pointer(v))
		return mix(w[0] ^ bits.RotateLeft64(w[1], 29)*0x9E3779B97F4A7C15)
	}
	return maphash.Bytes(d.seed, v.Bytes(bufs))
}

func (d *dictBuilder) addViews(codes []int32, vals []column.View, bufs [][]byte) bool {
	mask := uint64(len(d.slots) - 1)
	have := column.As[column.View](d.data)
	heap := [][]byte{d.heap}
	for i := range vals {
		v := &vals[i]
		s := d.hashView(v, bufs) & mask
		for {
			k := d.slots[s]
			if k == 0 {
				break
			}
			if column.EqualViews(v, bufs, &have[k-1], heap) {
				codes[i] = k - 1
				break
			}
			s = (s + 1) & mask
		}
		if d.slots[s] != 0 {
			continue
		}
		if d.size() >= dictMaxBytes {
			return false
		}
		str := v.Bytes(bufs)
		copyOf := column.MakeView(str, 0, uint32(len(d.heap)))
		d.heap = append(d.heap, str...)
		heap[0] = d.heap
		d.data = append(d.data, column.AsBytes([]column.View{copyOf})...)
		have = column.As[column.View](d.data)
		d.n++
		d.slots[s] = int32(d.n)
		codes[i] = int32(d.n - 1)
		if 2*d.n > len(d.slots) {
			d.slots = make([]int32, 2*len(d.slots))
			mask = uint64(len(d.slots) - 1)
			for k := range have {
				s := d.hashView(&have[k], heap) & mask
				for d.slots[s] != 0 {
					s = (s + 1) & mask
				}
				d.slots[s] = int32(k + 1)
			}
		}
	}
	return true
}

// width is the bits that a code takes now.
func (d *dictBuilder) width() uint { return uint(bits.Len(uint(max(d.n-1, 0)))) }
