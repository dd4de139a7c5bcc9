package object

import (
	"math/bits"
	"sync"
)

// buffers recycles block buffers by power-of-two size, 4 KiB to 16 MiB. What
// the collector takes from them in between is made again.
var buffers [13]sync.Pool

func takeBuffer(n int) []byte {
	class := bufferClass(n)
	if class < 0 {
		return make([]byte, n)
	}
	if b, ok := buffers[class].Get().(*[]byte); ok {
		return (*b)[:n]
	}
	return make([]byte, n, 4096<<class)
}

func giveBuffer(b []byte) {
	if class := bufferClass(cap(b)); class >= 0 && cap(b) == 4096<<class {
		b = b[:0]
		buffers[class].Put(&b)
	}
}

// bufferClass is the smallest class that holds n bytes, or -1.
func bufferClass(n int) int {
	c := max(0, bits.Len(uint(n-1))-12)
	if n <= 0 || c >= len(buffers) {
		return -1
	}
	return c
}
