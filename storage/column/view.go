package column

import (
	"bytes"
	"encoding/binary"
	"unsafe"
)

// MaxInline is the longest string that lies inside its view.
const MaxInline = 12

// MaxBuffers is the most heap buffers that one column of views may refer to;
// a gather that needs more copies the bytes into one.
const MaxBuffers = 8

// View is one string. Up to MaxInline bytes follow Len in the view itself,
// zero padded; longer strings keep their first four bytes in Prefix and lie
// at Off in heap buffer Buf.
type View struct {
	Len    uint32
	Prefix [4]byte
	Buf    uint32
	Off    uint32
}

// Bytes is the string's content. It aliases the view or a buffer.
func (v *View) Bytes(bufs [][]byte) []byte {
	if v.Len <= MaxInline {
		return unsafe.Slice((*byte)(unsafe.Pointer(&v.Prefix)), int(v.Len))
	}
	return bufs[v.Buf][v.Off : v.Off+v.Len]
}

// head is the length and the first four bytes, equal for equal strings.
func (v *View) head() uint64 { return *(*uint64)(unsafe.Pointer(v)) }

// tail is the last eight bytes of the view: the rest of an inline string.
func (v *View) tail() uint64 { return *(*uint64)(unsafe.Add(unsafe.Pointer(v), 8)) }

// InlineView makes the view of a string of at most MaxInline bytes.
func InlineView(s []byte) (v View) {
	v.Len = uint32(len(s))
	copy(unsafe.Slice((*byte)(unsafe.Pointer(&v.Prefix)), MaxInline), s)
	return v
}

// MakeView makes the view of s, which lies at off in buffer buf. Short
// strings are copied into the view.
func MakeView(s []byte, buf, off uint32) View {
	if len(s) <= MaxInline {
		return InlineView(s)
	}
	v := View{Len: uint32(len(s)), Buf: buf, Off: off}
	copy(v.Prefix[:], s)
	return v
}

// EqualViews says whether two strings are the same, byte for byte.
func EqualViews(a *View, abufs [][]byte, b *View, bbufs [][]byte) bool {
	if a.head() != b.head() {
		return false
	}
	if a.Len <= MaxInline {
		return a.tail() == b.tail()
	}
	return bytes.Equal(a.Bytes(abufs), b.Bytes(bbufs))
}

// CompareViews orders two strings by bytes: negative, zero or positive.
func CompareViews(a *View, abufs [][]byte, b *View, bbufs [][]byte) int {
	pa, pb := binary.BigEndian.Uint32(a.Prefix[:]), binary.BigEndian.Uint32(b.Prefix[:])
	if pa != pb {
		if pa < pb {
			return -1
		}
		return 1
	}
	return bytes.Compare(a.Bytes(abufs), b.Bytes(bbufs))
}
