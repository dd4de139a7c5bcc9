package parquet

import (
	"encoding/binary"
	"math/bits"
)

// appendRuns encodes values below 1<<width as runs of repeated values and
// bit-packed groups. Runs of eight or more become repeats.
func appendRuns(dst []byte, values []int32, width uint) []byte {
	if width == 0 {
		return binary.AppendUvarint(dst, uint64(len(values))<<1)
	}
	packed := 0 // values before i that wait to be bit-packed
	i := 0
	for i < len(values) {
		v := values[i]
		j := i + 1
		for j < len(values) && values[j] == v {
			j++
		}
		// A repeat begins where the packed values before it end: at a multiple
		// of eight.
		if pad := -packed & 7; j-i >= 8+pad {
			packed += pad
			i += pad
			dst = appendPacked(dst, values[i-packed:i], width)
			packed = 0
			dst = binary.AppendUvarint(dst, uint64(j-i)<<1)
			for k := uint(0); k < width; k += 8 {
				dst = append(dst, byte(uint32(v)>>k))
			}
		} else {
			packed += j - i
		}
		i = j
	}
	return appendPacked(dst, values[len(values)-packed:], width)
}

// appendPacked writes one bit-packed run, padded with zeros to a multiple of
// eight values.
func appendPacked(dst []byte, values []int32, width uint) []byte {
	if len(values) == 0 {
		return dst
	}
	groups := (len(values) + 7) / 8
	dst = binary.AppendUvarint(dst, uint64(groups)<<1|1)
	return appendBits(dst, values, groups*8, width)
}

// appendBits packs values, then zeros up to total.
func appendBits(dst []byte, values []int32, total int, width uint) []byte {
	acc, n := uint64(0), uint(0)
	for _, v := range values {
		acc |= uint64(uint32(v)) << n
		if n += width; n >= 32 {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(acc))
			acc >>= 32
			n -= 32
		}
	}
	left := (uint(total)*width+7)/8 - (uint(len(values))*width-n)/8
	for ; left > 0; left-- {
		dst = append(dst, byte(acc))
		acc >>= 8
	}
	return dst
}

// appendValidity encodes the first rows bits of a bitmap as levels 0 and 1.
func appendValidity(dst []byte, valid []uint64, rows int, nulls int64) []byte {
	if nulls == 0 || nulls == int64(rows) {
		dst = binary.AppendUvarint(dst, uint64(rows)<<1)
		if nulls == 0 {
			return append(dst, 1)
		}
		return append(dst, 0)
	}
	groups := (rows + 7) / 8
	dst = binary.AppendUvarint(dst, uint64(groups)<<1|1)
	for i := range groups {
		dst = append(dst, byte(valid[i/8]>>(8*(i%8))))
	}
	if r := rows & 7; r != 0 {
		dst[len(dst)-1] &= 1<<r - 1
	}
	return dst
}

// appendDelta encodes integers as DELTA_BINARY_PACKED with blocks of 128 values
// in four miniblocks. Differences wrap around at the physical type's size, as
// the format has it: readers expect no more than 32 bits for INT32.
func appendDelta(dst []byte, v []int64, size int) []byte {
	dst = binary.AppendUvarint(dst, 128)
	dst = binary.AppendUvarint(dst, 4)
	dst = binary.AppendUvarint(dst, uint64(len(v)))
	if len(v) == 0 {
		return append(dst, 0)
	}
	zigzag := func(x int64) uint64 { return uint64(x)<<1 ^ uint64(x>>63) }
	dst = binary.AppendUvarint(dst, zigzag(v[0]))
	var d [128]int64
	for at := 1; at < len(v); at += 128 {
		n := min(128, len(v)-at)
		least := int64(1<<63 - 1)
		for i := range n {
			d[i] = v[at+i] - v[at+i-1]
			if size == 4 {
				d[i] = int64(int32(d[i]))
			}
			least = min(least, d[i])
		}
		dst = binary.AppendUvarint(dst, zigzag(least))
		head := len(dst)
		dst = append(dst, 0, 0, 0, 0)
		for m := 0; m*32 < n; m++ {
			mini := d[m*32 : min(m*32+32, n)]
			all := uint64(0)
			for _, x := range mini {
				all |= uint64(x - least)
			}
			width := uint(bits.Len64(all))
			dst[head+m] = byte(width)
			dst = appendWide(dst, mini, least, width)
		}
	}
	return dst
}

// appendWide packs 32 differences, missing ones as zeros.
func appendWide(dst []byte, mini []int64, least int64, width uint) []byte {
	if width == 0 {
		return dst
	}
	acc, n := uint64(0), uint(0)
	for i := range 32 {
		x := uint64(0)
		if i < len(mini) {
			x = uint64(mini[i] - least)
		}
		acc |= x << n
		if n+width < 64 {
			n += width
			continue
		}
		dst = binary.LittleEndian.AppendUint64(dst, acc)
		acc = 0
		if n > 0 {
			acc = x >> (64 - n)
		}
		n = n + width - 64
	}
	for ; n > 0; n -= min(n, 8) {
		dst = append(dst, byte(acc))
		acc >>= 8
	}
	return dst
}
