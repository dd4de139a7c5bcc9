package parquet

import (
	"encoding/binary"
	"math/bits"
)

//go:generate go run ./unpackgen

// hybrid decodes the format's mixture of repeated values and bit-packed groups:
// dictionary codes, levels, and booleans. It is positioned by next and skip and
// never reads a value twice. src must have pageSlack readable bytes behind it.
type hybrid struct {
	src   []byte
	pos   int
	width uint
	same  int   // values left of a repeated run
	value int32 // that run's value
	left  int   // values left of a bit-packed run, without those in held
	held  [8]int32
	from  int // held[from:] are values of a group taken apart
}

// start begins a stream of values of width bits.
func (h *hybrid) start(src []byte, width uint) error {
	if width > 32 {
		return errBadBits
	}
	*h = hybrid{src: src, width: width, from: 8}
	return nil
}

// run reads the header of the next run.
func (h *hybrid) run() error {
	if h.width == 0 { // one possible value, which takes no bits
		h.same, h.value = 1<<62, 0
		return nil
	}
	u, n := binary.Uvarint(h.src[h.pos:])
	if n <= 0 {
		return errShortValues
	}
	h.pos += n
	if u&1 == 0 {
		bytes := int(h.width+7) / 8
		if u>>1 > 1<<40 || len(h.src)-h.pos < bytes {
			return errBadRun
		}
		v := uint32(0)
		for i := range bytes {
			v |= uint32(h.src[h.pos+i]) << (8 * i)
		}
		if h.width < 32 && v>>h.width != 0 {
			return errBadRun
		}
		h.pos += bytes
		h.same, h.value = int(u>>1), int32(v)
		return nil
	}
	groups := u >> 1
	if most := uint64(len(h.src)-h.pos)*8/uint64(h.width) + 7; groups > 1<<40 || groups*8 > most {
		// Writers may cut the padding of the last group off.
		groups = most / 8
		if groups == 0 {
			return errShortValues
		}
	}
	h.left = int(groups) * 8
	return nil
}

// need makes sure that a value is at hand: in same, held or left.
func (h *hybrid) need() error {
	for h.same == 0 && h.left == 0 && h.from == 8 {
		if err := h.run(); err != nil {
			return err
		}
	}
	return nil
}

// group takes the next eight packed values apart into held.
func (h *hybrid) group() {
	w := int(h.width)
	unpackers[w](h.held[:], h.window(w))
	h.pos = min(h.pos+w, len(h.src))
	h.left -= 8
	h.from = 0
}

// window is the bytes from pos on, as far as loads may reach for n of them. A
// cut-off last group reads into the slack, which belongs to the page's buffer.
func (h *hybrid) window(n int) []byte {
	return h.src[h.pos : h.pos+n : h.pos+n]
}

// next decodes len(dst) values.
func (h *hybrid) next(dst []int32) error {
	for len(dst) > 0 {
		switch {
		case h.from < 8:
			n := copy(dst, h.held[h.from:])
			h.from += n
			dst = dst[n:]
		case h.same > 0:
			n := min(h.same, len(dst))
			run := dst[:n]
			for i := range run {
				run[i] = h.value
			}
			h.same -= n
			dst = dst[n:]
		case h.left > 0:
			groups := min(h.left, len(dst)) / 8
			if whole := (len(h.src) - h.pos) / int(h.width); groups > whole {
				groups = whole
			}
			if groups == 0 {
				h.group()
				continue
			}
			unpackers[h.width](dst[:groups*8], h.window(groups*int(h.width)))
			h.pos += groups * int(h.width)
			h.left -= groups * 8
			dst = dst[groups*8:]
		default:
			if err := h.run(); err != nil {
				return err
			}
		}
	}
	return nil
}

// skip passes over n values.
func (h *hybrid) skip(n int) error {
	for n > 0 {
		switch {
		case h.from < 8:
			m := min(8-h.from, n)
			h.from += m
			n -= m
		case h.same > 0:
			m := min(h.same, n)
			h.same -= m
			n -= m
		case h.left > 0:
			groups := min(h.left, n) / 8
			if whole := (len(h.src) - h.pos) / int(h.width); groups > whole {
				groups = whole
			}
			if groups == 0 {
				h.group()
				continue
			}
			h.pos += groups * int(h.width)
			h.left -= groups * 8
			n -= groups * 8
		default:
			if err := h.run(); err != nil {
				return err
			}
		}
	}
	return nil
}

// ones reports how many of the next n values, of width 1, come from a run of
// ones that begins here. It consumes nothing.
func (h *hybrid) ones(n int) (int, error) {
	if err := h.need(); err != nil {
		return 0, err
	}
	if h.from == 8 && h.same > 0 && h.value == 1 {
		return min(n, h.same), nil
	}
	return 0, nil
}

// bits decodes n values of width 1 into dst from bit off on, whose bits there
// must be clear, and returns how many are set.
func (h *hybrid) bits(dst []uint64, off, n int) (set int, err error) {
	for n > 0 {
		switch {
		case h.from < 8:
			v := h.held[h.from]
			h.from++
			dst[off>>6] |= uint64(v) << (uint(off) & 63)
			set += int(v)
			off++
			n--
		case h.same > 0:
			m := min(h.same, n)
			if h.value != 0 {
				setBits(dst, off, m)
				set += m
			}
			h.same -= m
			off += m
			n -= m
		case h.left > 0:
			groups := min(min(h.left, n)/8, len(h.src)-h.pos)
			if groups == 0 {
				h.group()
				continue
			}
			set += copyBits(dst, off, h.src[h.pos:h.pos+groups])
			h.pos += groups
			h.left -= groups * 8
			off += groups * 8
			n -= groups * 8
		default:
			if err := h.run(); err != nil {
				return set, err
			}
		}
	}
	return set, nil
}

// setBits sets n bits of dst from bit off on.
func setBits(dst []uint64, off, n int) {
	for n > 0 {
		word, bit := off>>6, uint(off)&63
		m := min(64-int(bit), n)
		dst[word] |= ^uint64(0) >> (64 - uint(m)) << bit
		off += m
		n -= m
	}
}

// copyBits ors all bits of src into dst from bit off on and counts the set ones.
func copyBits(dst []uint64, off int, src []byte) (set int) {
	word, bit := off>>6, uint(off)&63
	for len(src) >= 8 {
		v := binary.LittleEndian.Uint64(src)
		set += bits.OnesCount64(v)
		dst[word] |= v << bit
		if bit != 0 {
			dst[word+1] |= v >> (64 - bit)
		}
		word++
		src = src[8:]
	}
	for _, b := range src {
		v := uint64(b)
		set += bits.OnesCount64(v)
		dst[word] |= v << bit
		if bit > 56 && v>>(64-bit) != 0 {
			dst[word+1] |= v >> (64 - bit)
		}
		if bit += 8; bit >= 64 {
			bit -= 64
			word++
		}
	}
	return set
}
