package column

import "math/bits"

// NewBitmap makes a bitmap for n rows, all set or all clear.
func NewBitmap(n int, set bool) []uint64 {
	b := make([]uint64, (n+63)/64)
	if set {
		for i := range b {
			b[i] = ^uint64(0)
		}
	}
	return b
}

// Bit says whether bit i is set.
func Bit(b []uint64, i int) bool { return b[i>>6]>>(uint(i)&63)&1 != 0 }

// SetBit sets bit i.
func SetBit(b []uint64, i int) { b[i>>6] |= 1 << (uint(i) & 63) }

// ClearBit clears bit i.
func ClearBit(b []uint64, i int) { b[i>>6] &^= 1 << (uint(i) & 63) }

// CountBits counts the set bits among the first n.
func CountBits(b []uint64, n int) int {
	c := 0
	for i := 0; i < n>>6; i++ {
		c += bits.OnesCount64(b[i])
	}
	if r := uint(n) & 63; r != 0 {
		c += bits.OnesCount64(b[n>>6] & (1<<r - 1))
	}
	return c
}

// AndBitmaps intersects two validity bitmaps over n rows; nil stands for all
// valid. The result may alias an argument: treat it as read-only.
func AndBitmaps(a, b []uint64, n int) []uint64 {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	out := make([]uint64, (n+63)/64)
	for i := range out {
		out[i] = a[i] & b[i]
	}
	return out
}
