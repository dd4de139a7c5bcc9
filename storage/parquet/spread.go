package parquet

import (
	"math/bits"

	"github.com/inlaydb/inlay/storage/column"
)

// spread moves the dense values at the front of data, of width bytes each, to
// the rows that are set in valid[off : off+rows], and zeroes the others. values
// is how many are set. It works from the back, in place.
func spread(data []byte, width int, valid []uint64, off, rows, values int) {
	switch width {
	case 1:
		spreadOf(data, valid, off, rows, values)
	case 2:
		spreadOf(column.As[int16](data), valid, off, rows, values)
	case 4:
		spreadOf(column.As[uint32](data), valid, off, rows, values)
	case 8:
		spreadOf(column.As[uint64](data), valid, off, rows, values)
	case 16:
		spreadOf(column.As[column.Int128Value](data), valid, off, rows, values)
	}
}

func spreadOf[T column.Element](a []T, valid []uint64, off, rows, values int) {
	var zero T
	a = a[:rows]
	i, j := rows, values
	for i > 0 {
		// Take the run of bits up to a word's start.
		end := off + i
		n := end & 63
		if n == 0 {
			n = 64
		}
		n = min(n, i)
		word := valid[(end-1)>>6] << (63 - uint(end-1)&63) // bit end-1 on top
		if n < 64 {
			word &= ^uint64(0) << (64 - uint(n))
		}
		switch c := bits.OnesCount64(word); {
		case c == n:
			if i == j {
				return // all rows before have their value in place
			}
			copy(a[i-n:i], a[j-n:j])
			i, j = i-n, j-n
		case c == 0:
			clear(a[i-n : i])
			i -= n
		default:
			for range n {
				i--
				if word>>63 != 0 {
					j--
					a[i] = a[j]
				} else {
					a[i] = zero
				}
				word <<= 1
			}
		}
	}
}
