package parquet

import (
	"encoding/binary"
	"unsafe"
)

// snappyTable tells what a tag byte means: bits 0–7 the length it stands for,
// 8–20 the part of the offset that is in the tag, 24–31 how far the next tag is.
// Length 0 marks the tags that the fast loop leaves to the careful one. A
// literal has 16 for an offset, which passes the loop's check of offsets.
var snappyTable = func() (t [256]uint32) {
	for tag := range uint32(256) {
		n := tag >> 2
		switch tag & 3 {
		case 0:
			if n < 60 {
				t[tag] = n + 1 | 16<<8 | (n+2)<<24
			}
		case 1:
			t[tag] = n&7 + 4 | (tag>>5)<<16 | 2<<24
		case 2:
			t[tag] = n + 1 | 3<<24
		}
	}
	return t
}()

// snappyDecode inflates a Snappy block into dst, which must have the length
// that the block declares and pageSlack writable bytes behind it. It follows
// the public description of the format.
//
// The fast loop has no branch on the kind of tag, since in text literals and
// copies follow each other without a pattern and every wrong guess costs more
// than the copy: where bytes come from, and how far the next tag is, are looked
// up and masked together. It copies 32 bytes whatever the length.
func snappyDecode(dst, src []byte) bool {
	size, n := binary.Uvarint(src)
	if n <= 0 || size != uint64(len(dst)) {
		return false
	}
	d, s := 0, n
	for {
		if len(src)-s > snappyMargin {
			d, s = snappyFast(dst, src, d, s)
			if d < 0 {
				return false
			}
		}
		if s >= len(src) {
			return d == len(dst)
		}
		var ok bool
		if d, s, ok = snappyCareful(dst, src, d, s); !ok {
			return false
		}
	}
}

// snappyMargin is how far from the end of the input the fast loop stops: a tag
// and a literal of 60 bytes, read in pieces of 16.
const snappyMargin = 1 + 64 + 4

// snappyFast decodes until the end is near or a tag needs care, and returns
// where it stands.
//
// from may point into src or dst: it is made by adding to dst's address, which
// the pointer checks of race builds cannot follow.
//
//go:nocheckptr
func snappyFast(dst, src []byte, d, s int) (int, int) {
	db, sb := unsafe.Pointer(unsafe.SliceData(dst)), unsafe.Pointer(unsafe.SliceData(src))
	apart := int(uintptr(sb) - uintptr(db))
	dend, send := len(dst), len(src)-snappyMargin
	for s < send && d < dend {
		tag := *(*byte)(unsafe.Add(sb, s))
		e := snappyTable[tag]
		n := int(e & 0xff)
		kind := int(tag & 3)
		extra := *(*uint32)(unsafe.Add(sb, s+1)) &^ (^uint32(0) << (uint(kind) * 8 & 31))
		off := int(e>>8&0xffff + extra)
		if n == 0 || uint(off-16) > uint(d-16) || d < 16 {
			break
		}
		literal := (kind - 1) >> 63 // all ones, or zero
		from := unsafe.Add(db, (s+1+apart)&literal|(d-off)&^literal)
		to := unsafe.Add(db, d)
		*(*[16]byte)(to) = *(*[16]byte)(from)
		*(*[16]byte)(unsafe.Add(to, 16)) = *(*[16]byte)(unsafe.Add(from, 16))
		if n > 32 {
			*(*[16]byte)(unsafe.Add(to, 32)) = *(*[16]byte)(unsafe.Add(from, 32))
			*(*[16]byte)(unsafe.Add(to, 48)) = *(*[16]byte)(unsafe.Add(from, 48))
		}
		d += n
		s += int(e >> 24)
	}
	if d > dend {
		return -1, s
	}
	return d, s
}

// snappyCareful decodes one element, with all checks.
func snappyCareful(dst, src []byte, d, s int) (int, int, bool) {
	tag := src[s]
	s++
	n := int(tag >> 2)
	var off int
	switch tag & 3 {
	case 0:
		if n >= 60 {
			bytes := n - 59
			if len(src)-s < bytes {
				return d, s, false
			}
			n = 0
			for i := range bytes {
				n |= int(src[s+i]) << (8 * i)
			}
			s += bytes
		}
		n++
		if n > len(src)-s || n > len(dst)-d {
			return d, s, false
		}
		copy(dst[d:], src[s:s+n])
		return d + n, s + n, true
	case 1:
		if len(src)-s < 1 {
			return d, s, false
		}
		off = int(tag>>5)<<8 | int(src[s])
		n = n&7 + 4
		s++
	case 2:
		if len(src)-s < 2 {
			return d, s, false
		}
		off = int(binary.LittleEndian.Uint16(src[s:]))
		n++
		s += 2
	default:
		if len(src)-s < 4 {
			return d, s, false
		}
		off = int(binary.LittleEndian.Uint32(src[s:]))
		n++
		s += 4
	}
	if off <= 0 || off > d || n > len(dst)-d {
		return d, s, false
	}
	if off >= n {
		copy(dst[d:d+n], dst[d-off:])
		return d + n, s, true
	}
	for i := range n { // a pattern that repeats itself
		dst[d+i] = dst[d+i-off]
	}
	return d + n, s, true
}
