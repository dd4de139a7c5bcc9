package kernel

import (
	"math/bits"

	"github.com/inlaydb/inlay/storage/column"
)

// Grow makes room for n more positions and returns sel at its old length.
func Grow(sel []int32, n int) []int32 {
	if cap(sel)-len(sel) >= n {
		return sel
	}
	out := make([]int32, len(sel), len(sel)+max(n, len(sel)/2))
	copy(out, sel)
	return out
}

// MaskSelection keeps the positions of sel whose bit is set, in place.
func MaskSelection(sel []int32, valid []uint64) []int32 {
	n := 0
	for _, i := range sel {
		sel[n] = i
		n += int(valid[uint32(i)>>6] >> (uint(i) & 63) & 1)
	}
	return sel[:n]
}

// AppendSet appends the positions of the set bits among the first n.
func AppendSet(sel []int32, valid []uint64, n int) []int32 {
	sel = Grow(sel, n)
	for w := 0; w*64 < n; w++ {
		word := valid[w]
		if r := n - w*64; r < 64 {
			word &= 1<<uint(r) - 1
		}
		for word != 0 {
			sel = append(sel, int32(w*64+bits.TrailingZeros64(word)))
			word &= word - 1
		}
	}
	return sel
}

// AppendWhere appends the positions in sel (all n where it is nil) whose bit
// in the bitmap is want.
func AppendWhere(out []int32, valid []uint64, n int, sel []int32, want bool) []int32 {
	if sel == nil {
		if want {
			return AppendSet(out, valid, n)
		}
		out = Grow(out, n)
		for w := 0; w*64 < n; w++ {
			word := ^valid[w]
			if r := n - w*64; r < 64 {
				word &= 1<<uint(r) - 1
			}
			for word != 0 {
				out = append(out, int32(w*64+bits.TrailingZeros64(word)))
				word &= word - 1
			}
		}
		return out
	}
	flip := uint64(1)
	if want {
		flip = 0
	}
	base := len(out)
	out = Grow(out, len(sel))
	o, k := out[base:base+len(sel)], 0
	for _, i := range sel {
		o[k] = i
		k += int((valid[uint32(i)>>6]>>(uint(i)&63) ^ flip) & 1)
	}
	return out[:base+k]
}

// ZeroNulls clears the values of Data whose bit among the first n is not set:
// NULL slots hold zero.
func ZeroNulls(data []byte, width int, valid []uint64, n int) {
	switch width {
	case 1:
		zeroNulls(data, valid, n)
	case 2:
		zeroNulls(column.As[int16](data), valid, n)
	case 4:
		zeroNulls(column.As[int32](data), valid, n)
	case 8:
		zeroNulls(column.As[int64](data), valid, n)
	case 16:
		zeroNulls(column.As[Int128](data), valid, n)
	}
}

func zeroNulls[T column.Element](a []T, valid []uint64, n int) {
	var zero T
	for w := 0; w*64 < n; w++ {
		word := ^valid[w]
		if r := n - w*64; r < 64 {
			word &= 1<<uint(r) - 1
		}
		for word != 0 {
			a[w*64+bits.TrailingZeros64(word)] = zero
			word &= word - 1
		}
	}
}

// Difference appends the members of a that are not in b, a subset of a; both
// ascend.
func Difference(out, a, b []int32) []int32 {
	out = Grow(out, len(a)-len(b))
	j := 0
	for _, i := range a {
		if j < len(b) && b[j] == i {
			j++
			continue
		}
		out = append(out, i)
	}
	return out
}

// Union appends the members of two disjoint ascending lists in order.
func Union(out, a, b []int32) []int32 {
	out = Grow(out, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if a[0] < b[0] {
			out = append(out, a[0])
			a = a[1:]
		} else {
			out = append(out, b[0])
			b = b[1:]
		}
	}
	out = append(out, a...)
	return append(out, b...)
}
