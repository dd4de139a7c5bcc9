package parquet

import (
	"encoding/binary"
	"unsafe"

	"github.com/inlaydb/inlay/storage/column"
)

// inlineMasks keep the first n bytes of a view's twelve inline ones: the word
// that follows the length, and the eight bytes after.
var inlineMasks = func() (m [column.MaxInline + 1][2]uint64) {
	for n := range m {
		for i := range n {
			if i < 4 {
				m[n][0] |= 0xff << (32 + 8*i)
			} else {
				m[n][1] |= 0xff << (8 * (i - 4))
			}
		}
	}
	return m
}()

// makeView writes the view of the n bytes at p, which are at offset off of heap
// buffer buf. Twelve bytes from p on must be readable.
func makeView(dst *column.View, p unsafe.Pointer, n, buf, off uint32) {
	w := (*[2]uint64)(unsafe.Pointer(dst))
	head := *(*uint64)(p)
	if n <= column.MaxInline {
		m := &inlineMasks[n]
		w[0] = uint64(n) | head<<32&m[0]
		w[1] = (head>>32 | uint64(*(*uint32)(unsafe.Add(p, 8)))<<32) & m[1]
		return
	}
	w[0] = uint64(n) | head<<32
	w[1] = uint64(buf) | uint64(off)<<32
}

// plainViews decodes len(dst) length-prefixed strings from page[pos:] as views
// into page, which has pageSlack bytes behind it, and returns the new pos.
func plainViews(dst []column.View, page []byte, pos int, buf uint32) (int, error) {
	base := unsafe.Pointer(unsafe.SliceData(page))
	for i := range dst {
		if len(page)-pos < 4 {
			return pos, errShortValues
		}
		n := *(*uint32)(unsafe.Add(base, pos))
		pos += 4
		if uint64(n) > uint64(len(page)-pos) {
			return pos, errBadLength
		}
		makeView(&dst[i], unsafe.Add(base, pos), n, buf, uint32(pos))
		pos += int(n)
	}
	return pos, nil
}

// skipPlain passes over n length-prefixed strings.
func skipPlain(page []byte, pos, n int) (int, error) {
	for range n {
		if len(page)-pos < 4 {
			return pos, errShortValues
		}
		m := binary.LittleEndian.Uint32(page[pos:])
		pos += 4
		if uint64(m) > uint64(len(page)-pos) {
			return pos, errBadLength
		}
		pos += int(m)
	}
	return pos, nil
}

// fixedViews makes views of values of equal length.
func fixedViews(dst []column.View, page []byte, pos, stride int, buf uint32) {
	base := unsafe.Pointer(unsafe.SliceData(page))
	for i := range dst {
		makeView(&dst[i], unsafe.Add(base, pos), uint32(stride), buf, uint32(pos))
		pos += stride
	}
}

// deltaStrings decodes DELTA_LENGTH_BYTE_ARRAY and DELTA_BYTE_ARRAY: lengths
// first, all bytes behind them. In the second, each string begins with some
// bytes of the one before.
type deltaStrings struct {
	prefixes deltaInts
	lengths  deltaInts
	shared   bool // DELTA_BYTE_ARRAY
	page     []byte
	pos      int    // of the next string's own bytes in page
	prev     []byte // shared: the string before
	heap     []byte // shared: the strings of the last call
	nums     [256]int64
	pre      [256]int64
}

func (d *deltaStrings) start(page []byte, pos int, shared bool) error {
	d.page, d.shared, d.prev, d.heap = page, shared, d.prev[:0], nil
	if shared {
		n, err := deltaEnd(page[pos:])
		if err != nil {
			return err
		}
		if err := d.prefixes.start(page[pos:]); err != nil {
			return err
		}
		pos += n
	}
	n, err := deltaEnd(page[pos:])
	if err != nil {
		return err
	}
	if err := d.lengths.start(page[pos:]); err != nil {
		return err
	}
	d.pos = pos + n
	return nil
}

// maxHeap bounds the strings that one call may build: shared prefixes let few
// bytes stand for many.
const maxHeap = 1 << 30

// next decodes len(dst) strings. Views refer to heap buffer buf: the page, or
// for shared prefixes d.heap, to which they are appended.
func (d *deltaStrings) next(dst []column.View, buf uint32) error {
	for len(dst) > 0 {
		n := min(len(dst), len(d.nums))
		if err := d.lengths.next(d.nums[:n]); err != nil {
			return err
		}
		if d.shared {
			if err := d.prefixes.next(d.pre[:n]); err != nil {
				return err
			}
			if err := d.build(dst[:n], buf); err != nil {
				return err
			}
		} else {
			base := unsafe.Pointer(unsafe.SliceData(d.page))
			pos := d.pos
			for i, l := range d.nums[:n] {
				if uint64(l) > uint64(len(d.page)-pos) {
					return errBadLength
				}
				makeView(&dst[i], unsafe.Add(base, pos), uint32(l), buf, uint32(pos))
				pos += int(l)
			}
			d.pos = pos
		}
		dst = dst[n:]
	}
	return nil
}

func (d *deltaStrings) build(dst []column.View, buf uint32) error {
	for i := range dst {
		p, l := d.pre[i], d.nums[i]
		if uint64(p) > uint64(len(d.prev)) || uint64(l) > uint64(len(d.page)-d.pos) {
			return errBadLength
		}
		if len(d.heap)+int(p)+int(l) > maxHeap {
			return reasonError("strings with shared prefixes expand beyond a gigabyte")
		}
		off := len(d.heap)
		d.heap = append(d.heap, d.prev[:p]...)
		d.heap = append(d.heap, d.page[d.pos:d.pos+int(l)]...)
		d.pos += int(l)
		s := d.heap[off:]
		dst[i] = column.MakeView(s, buf, uint32(off))
		d.prev = s
	}
	return nil
}

// release copies what the next call still needs out of the heap, which the
// caller takes.
func (d *deltaStrings) release() {
	if d.shared {
		d.prev = append([]byte(nil), d.prev...)
		d.heap = nil
	}
}

func (d *deltaStrings) skip(n int) error {
	var sink [256]column.View
	for n > 0 {
		m := min(n, len(sink))
		if err := d.next(sink[:m], 0); err != nil {
			return err
		}
		if d.shared && len(d.heap) > 1<<20 {
			d.release()
		}
		n -= m
	}
	if d.shared {
		d.release()
	}
	return nil
}
