package csv

import (
	"encoding/binary"
	"math/bits"
)

// blockBytes is what one step of the indexer looks at.
const blockBytes = 64

// index appends to ends the positions of field and record ends in data[at:to],
// and counts those of records. open is all ones where data[at] lies between
// quotes. ends has room for blockBytes entries more than are wanted; indexing
// stops after the block in which the count reaches want.
func (d *Dialect) index(data []byte, at int, open uint64, ends []uint32, n, want int, quotes bool) (int, uint64, int, int) {
	const lo = 0x0101010101010101
	delim, nl := lo*uint64(d.Delimiter), lo*uint64(d.Newline)
	quote := lo * uint64(d.Quote)
	records := 0
	var last [blockBytes]byte
	for at < len(data) && n < want {
		var b []byte
		var keep uint64
		if at+blockBytes <= len(data) {
			b, keep = data[at:at+blockBytes:at+blockBytes], ^uint64(0)
		} else {
			rest := copy(last[:], data[at:])
			clear(last[rest:])
			b, keep = last[:], 1<<uint(rest)-1
		}
		dm, nm := masks(b, delim, nl)
		if quotes {
			qm := mask(b, quote) & keep
			// Bit i of the prefix xor is the parity of the quotes up to i.
			in := prefixXor(qm) ^ open
			open = uint64(int64(in) >> 63)
			dm &^= in
			nm &^= in
		}
		dm, nm = dm&keep, nm&keep
		records += bits.OnesCount64(nm)
		m := dm | nm
		count := bits.OnesCount64(m)
		out := (*[blockBytes]uint32)(ends[n:])
		base := uint32(at)
		// Eight at a time without looking: those beyond count are overwritten.
		for i := 0; i < count; i += 8 {
			o := (*[8]uint32)(out[i:])
			o[0] = base + uint32(bits.TrailingZeros64(m))
			m &= m - 1
			o[1] = base + uint32(bits.TrailingZeros64(m))
			m &= m - 1
			o[2] = base + uint32(bits.TrailingZeros64(m))
			m &= m - 1
			o[3] = base + uint32(bits.TrailingZeros64(m))
			m &= m - 1
			o[4] = base + uint32(bits.TrailingZeros64(m))
			m &= m - 1
			o[5] = base + uint32(bits.TrailingZeros64(m))
			m &= m - 1
			o[6] = base + uint32(bits.TrailingZeros64(m))
			m &= m - 1
			o[7] = base + uint32(bits.TrailingZeros64(m))
			m &= m - 1
		}
		n += count
		at += blockBytes
	}
	return min(at, len(data)), open, n, records
}

// prefixXor is, at bit i, the xor of bits 0 … i.
func prefixXor(x uint64) uint64 {
	x ^= x << 1
	x ^= x << 2
	x ^= x << 4
	x ^= x << 8
	x ^= x << 16
	x ^= x << 32
	return x
}

const (
	low7  = 0x7f7f7f7f7f7f7f7f
	magic = 0x0002040810204081
)

// zeroBytes has the top bit of each byte of x set where the byte is zero.
func zeroBytes(x uint64) uint64 { return ^((x&low7 + low7) | x | low7) }

// gatherTops makes bit i of the result of the top bit of byte i.
func gatherTops(x uint64) uint64 { return x * magic >> 56 }

// masks are the bitmaps of two characters, each given eight times, in a block.
func masks(b []byte, c1, c2 uint64) (m1, m2 uint64) {
	_ = b[blockBytes-1]
	for i := 0; i < blockBytes; i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		m1 |= gatherTops(zeroBytes(w^c1)) << uint(i)
		m2 |= gatherTops(zeroBytes(w^c2)) << uint(i)
	}
	return m1, m2
}

// mask is the bitmap of one character in a block.
func mask(b []byte, c uint64) (m uint64) {
	_ = b[blockBytes-1]
	for i := 0; i < blockBytes; i += 8 {
		m |= gatherTops(zeroBytes(binary.LittleEndian.Uint64(b[i:])^c)) << uint(i)
	}
	return m
}

// indexScalar is index for dialects in which parity does not tell.
func (d *Dialect) indexScalar(data []byte, at int, st *state, ends []uint32, n, want int) (int, int, int) {
	records := 0
	for ; at < len(data) && n < want; at++ {
		switch st.step(d, data[at]) {
		case endRecord:
			records++
			ends[n] = uint32(at)
			n++
		case endField:
			ends[n] = uint32(at)
			n++
		}
	}
	return at, n, records
}
