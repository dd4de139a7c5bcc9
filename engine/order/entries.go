package order

import (
	"math/bits"

	"github.com/inlaydb/inlay/engine/slab"
)

// short is a row whose key fits into one word, long one with two.
type short struct {
	key uint64
	id  slab.RowID
}

type long struct {
	k0, k1 uint64
	id     slab.RowID
}

// sortShort sorts by the top bits of the keys, of which only the first used
// ones differ from zero. tmp has the length of a.
func sortShort(a, tmp []short, used uint) {
	if len(a) <= 64 {
		insertShort(a)
		return
	}
	if sortedShort(a) {
		return
	}
	// Least significant digit first; digits in which all keys agree are skipped.
	src, dst := a, tmp[:len(a)]
	for shift := 64 - used; shift < 64; shift += 8 {
		var count [256]int32
		for i := range src {
			count[uint8(src[i].key>>shift)]++
		}
		if count[uint8(src[0].key>>shift)] == int32(len(src)) {
			continue
		}
		at := int32(0)
		for d, n := range count {
			count[d] = at
			at += n
		}
		for i := range src {
			d := uint8(src[i].key >> shift)
			dst[count[d]] = src[i]
			count[d]++
		}
		src, dst = dst, src
	}
	if &src[0] != &a[0] {
		copy(a, src)
	}
}

func sortedShort(a []short) bool {
	for i := 1; i < len(a); i++ {
		if a[i].key < a[i-1].key {
			return false
		}
	}
	return true
}

func insertShort(a []short) {
	for i := 1; i < len(a); i++ {
		e := a[i]
		j := i
		for ; j > 0 && a[j-1].key > e.key; j-- {
			a[j] = a[j-1]
		}
		a[j] = e
	}
}

// tieFunc orders two rows whose words are equal; nil where that says it all.
type tieFunc func(a, b slab.RowID) int

func lessLong(x, y *long, tie tieFunc) bool {
	if x.k0 != y.k0 {
		return x.k0 < y.k0
	}
	if x.k1 != y.k1 {
		return x.k1 < y.k1
	}
	return tie != nil && tie(x.id, y.id) < 0
}

// sortLong is a quicksort that falls back on heapsort when it goes too deep.
func sortLong(a []long, tie tieFunc, st *stopper) {
	for i := 1; ; i++ {
		if i >= len(a) {
			return
		}
		if lessLong(&a[i], &a[i-1], tie) {
			break
		}
	}
	quickLong(a, tie, st, 2*bits.Len(uint(len(a))))
}

func quickLong(a []long, tie tieFunc, st *stopper, depth int) {
	for len(a) > 20 {
		if st.stop() {
			return
		}
		if depth == 0 {
			heapLong(a, tie)
			return
		}
		depth--
		p := medianLong(a, tie)
		lo, hi := partitionLong(a, p, tie)
		// The smaller part recurses; the middle equals the pivot.
		if lo < len(a)-hi {
			quickLong(a[:lo], tie, st, depth)
			a = a[hi:]
		} else {
			quickLong(a[hi:], tie, st, depth)
			a = a[:lo]
		}
	}
	for i := 1; i < len(a); i++ {
		e := a[i]
		j := i
		for ; j > 0 && lessLong(&e, &a[j-1], tie); j-- {
			a[j] = a[j-1]
		}
		a[j] = e
	}
}

func medianLong(a []long, tie tieFunc) long {
	n := len(a)
	x, y, z := &a[n/4], &a[n/2], &a[n-n/4-1]
	if n > 500 {
		x, y, z = median3(&a[1], &a[n/8], &a[n/4], tie), median3(&a[n/2-1], &a[n/2], &a[n/2+1], tie), median3(&a[n-n/4], &a[n-n/8], &a[n-2], tie)
	}
	return *median3(x, y, z, tie)
}

func median3(x, y, z *long, tie tieFunc) *long {
	if lessLong(y, x, tie) {
		x, y = y, x
	}
	if lessLong(z, y, tie) {
		y = z
		if lessLong(y, x, tie) {
			y = x
		}
	}
	return y
}

// partitionLong splits a into what is less than p (up to lo), what is not
// ordered against p, and what is greater (from hi).
func partitionLong(a []long, p long, tie tieFunc) (lo, hi int) {
	i, hi := 0, len(a)
	for i < hi {
		switch {
		case lessLong(&a[i], &p, tie):
			a[lo], a[i] = a[i], a[lo]
			lo++
			i++
		case lessLong(&p, &a[i], tie):
			hi--
			a[i], a[hi] = a[hi], a[i]
		default:
			i++
		}
	}
	return lo, hi
}

func heapLong(a []long, tie tieFunc) {
	down := func(i, n int) {
		for {
			c := 2*i + 1
			if c >= n {
				return
			}
			if c+1 < n && lessLong(&a[c], &a[c+1], tie) {
				c++
			}
			if !lessLong(&a[i], &a[c], tie) {
				return
			}
			a[i], a[c] = a[c], a[i]
			i = c
		}
	}
	for i := len(a)/2 - 1; i >= 0; i-- {
		down(i, len(a))
	}
	for n := len(a) - 1; n > 0; n-- {
		a[0], a[n] = a[n], a[0]
		down(0, n)
	}
}
