package parquet

import (
	"encoding/binary"
)

// deltaInts decodes DELTA_BINARY_PACKED: blocks of miniblocks of bit-packed
// differences to a block's least difference.
type deltaInts struct {
	src     []byte
	pos     int
	mini    int    // values of a miniblock
	perBlk  int    // miniblocks of a block
	total   int    // values in the stream
	given   int    // values handed out or skipped
	last    int64  // the value before
	least   int64  // of the current block
	widths  []byte // of the current block's miniblocks
	at      int    // next miniblock of the block
	left    int    // values left in the current miniblock
	width   uint   // of the current miniblock
	chunk   [64]uint64
	from    int // chunk[from:to] are unpacked and not handed out
	to      int
	packed  [64]int32
	scratch [64*8 + pageSlack]byte
}

func (d *deltaInts) uvarint() (uint64, error) {
	v, n := binary.Uvarint(d.src[d.pos:])
	if n <= 0 {
		return 0, errBadDelta
	}
	d.pos += n
	return v, nil
}

// start reads the stream's header.
func (d *deltaInts) start(src []byte) error {
	d.src, d.pos, d.given, d.left, d.from, d.to, d.at, d.widths = src, 0, 0, 0, 0, 0, 0, nil
	block, err := d.uvarint()
	if err != nil {
		return err
	}
	minis, err := d.uvarint()
	if err != nil {
		return err
	}
	total, err := d.uvarint()
	if err != nil {
		return err
	}
	first, err := d.uvarint()
	if err != nil {
		return err
	}
	if minis == 0 || block == 0 || block > 1<<30 || minis > block || block%minis != 0 || (block/minis)%8 != 0 || total > 1<<31 {
		return errBadDelta
	}
	d.perBlk, d.mini, d.total = int(minis), int(block/minis), int(total)
	d.last = int64(first>>1) ^ -int64(first&1)
	return nil
}

// block reads a block's header.
func (d *deltaInts) block() error {
	u, err := d.uvarint()
	if err != nil {
		return err
	}
	d.least = int64(u>>1) ^ -int64(u&1)
	if d.perBlk > len(d.src)-d.pos {
		return errBadDelta
	}
	d.widths = d.src[d.pos : d.pos+d.perBlk]
	d.pos += d.perBlk
	d.at = 0
	return nil
}

// fill unpacks the next differences into chunk.
func (d *deltaInts) fill() error {
	if d.left == 0 {
		if d.at == len(d.widths) {
			if err := d.block(); err != nil {
				return err
			}
		}
		d.width = uint(d.widths[d.at])
		if d.width > 64 {
			return errBadDelta
		}
		d.at++
		d.left = d.mini
	}
	n := min(d.left, len(d.chunk))
	want := n * int(d.width) / 8
	src := d.src[d.pos:]
	if len(src) < want { // a writer may cut the last miniblock off behind its last value
		need := min(n, d.total-d.given)
		if len(src)*8 < need*int(d.width) {
			return errBadDelta
		}
		clear(d.scratch[:])
		copy(d.scratch[:], src)
		src = d.scratch[:]
		d.pos = len(d.src)
	} else {
		d.pos += want
	}
	switch {
	case d.width == 0:
		clear(d.chunk[:n])
	case d.width <= 32:
		unpackers[d.width](d.packed[:n], src[:want])
		for i, v := range d.packed[:n] {
			d.chunk[i] = uint64(uint32(v))
		}
	default:
		unpack64(d.chunk[:n], src, d.width)
	}
	d.left -= n
	d.from, d.to = 0, n
	return nil
}

// unpack64 is the plain loop for widths that are rare.
func unpack64(dst []uint64, src []byte, width uint) {
	mask := ^uint64(0) >> (64 - width)
	for i := range dst {
		bit := uint(i) * width
		at, sh := bit/8, bit%8
		v := binary.LittleEndian.Uint64(src[at:at+8:at+8]) >> sh
		if sh+width > 64 {
			v |= uint64(src[at+8]) << (64 - sh)
		}
		dst[i] = v & mask
	}
}

// next decodes len(dst) values.
func (d *deltaInts) next(dst []int64) error {
	if len(dst) > d.total-d.given {
		return errShortValues
	}
	if len(dst) > 0 && d.given == 0 {
		dst[0] = d.last
		dst = dst[1:]
		d.given = 1
	}
	for len(dst) > 0 {
		if d.from == d.to {
			if err := d.fill(); err != nil {
				return err
			}
		}
		n := min(len(dst), d.to-d.from)
		v, least, out := d.last, d.least, dst[:n]
		for i, c := range d.chunk[d.from : d.from+n] {
			v += least + int64(c)
			out[i] = v
		}
		d.last = v
		d.from += n
		d.given += n
		dst = dst[n:]
	}
	return nil
}

// skip passes over n values; their differences still have to be added up.
func (d *deltaInts) skip(n int) error {
	var sink [256]int64
	for n > 0 {
		m := min(n, len(sink))
		if err := d.next(sink[:m]); err != nil {
			return err
		}
		n -= m
	}
	return nil
}

// deltaEnd finds where a stream ends, without decoding it.
func deltaEnd(src []byte) (int, error) {
	var d deltaInts
	if err := d.start(src); err != nil {
		return 0, err
	}
	for left := d.total - 1; left > 0; {
		if err := d.block(); err != nil {
			return 0, err
		}
		for _, w := range d.widths {
			if left <= 0 {
				break // unneeded miniblocks have a width but no bytes
			}
			if w > 64 {
				return 0, errBadDelta
			}
			n := d.mini * int(w) / 8
			if n > len(src)-d.pos {
				return 0, errBadDelta
			}
			d.pos += n
			left -= d.mini
		}
	}
	return d.pos, nil
}

// unsplit undoes BYTE_STREAM_SPLIT: byte k of value i lies at k·n+i.
func unsplit(dst, src []byte, n, stride int) {
	switch stride {
	case 4:
		a, b, c, d := src[:n], src[n:2*n], src[2*n:3*n], src[3*n:4*n]
		for i := range n {
			binary.LittleEndian.PutUint32(dst[i*4:], uint32(a[i])|uint32(b[i])<<8|uint32(c[i])<<16|uint32(d[i])<<24)
		}
	case 8:
		a, b, c, d := src[:n], src[n:2*n], src[2*n:3*n], src[3*n:4*n]
		e, f, g, h := src[4*n:5*n], src[5*n:6*n], src[6*n:7*n], src[7*n:8*n]
		for i := range n {
			binary.LittleEndian.PutUint64(dst[i*8:], uint64(a[i])|uint64(b[i])<<8|uint64(c[i])<<16|uint64(d[i])<<24|
				uint64(e[i])<<32|uint64(f[i])<<40|uint64(g[i])<<48|uint64(h[i])<<56)
		}
	default:
		for k := range stride {
			s := src[k*n : k*n+n]
			for i, v := range s {
				dst[i*stride+k] = v
			}
		}
	}
}
