package kernel

import (
	"encoding/binary"
	"unsafe"

	"github.com/inlaydb/inlay/storage/column"
)

// bytesWords hashes strings. One that lies in its view takes two loads and one
// multiplication: length and content are the view's sixteen bytes.
func bytesWords(a []column.View, bufs [][]byte, out []uint64, sel []int32) {
	if sel == nil {
		a = a[:len(out)]
		for k := range a {
			v := &a[k]
			if v.Len <= column.MaxInline {
				out[k] = inlineWord(v)
			} else {
				out[k] = Bytes64(bufs[v.Buf][v.Off : v.Off+v.Len])
			}
		}
		return
	}
	out = out[:len(sel)]
	for k, i := range sel {
		v := &a[i]
		if v.Len <= column.MaxInline {
			out[k] = inlineWord(v)
		} else {
			out[k] = Bytes64(bufs[v.Buf][v.Off : v.Off+v.Len])
		}
	}
}

func inlineWord(v *column.View) uint64 {
	p := (*[2]uint64)(unsafe.Pointer(v))
	return mix(p[0]^seed2, p[1]^seed3)
}

// ViewWord is the word that one string hashes from.
func ViewWord(v *column.View, bufs [][]byte) uint64 {
	if v.Len <= column.MaxInline {
		return inlineWord(v)
	}
	return Bytes64(bufs[v.Buf][v.Off : v.Off+v.Len])
}

// StringWord is the word that a string column's value s hashes from.
func StringWord(s []byte) uint64 {
	if len(s) <= column.MaxInline {
		v := column.InlineView(s)
		return inlineWord(&v)
	}
	return Bytes64(s)
}

// Bytes64 is a 64-bit hash of a string in the manner of wyhash: 32 bytes a
// step in two lanes, then overlapping loads for what is left.
func Bytes64(s []byte) uint64 {
	n := len(s)
	h := mix(uint64(n)^seed2, seed0)
	if n < 16 {
		switch {
		case n >= 8:
			return mix(h^binary.LittleEndian.Uint64(s), binary.LittleEndian.Uint64(s[n-8:])^seed3)
		case n >= 4:
			return mix(h^uint64(binary.LittleEndian.Uint32(s)), uint64(binary.LittleEndian.Uint32(s[n-4:]))^seed3)
		case n > 0:
			return mix(h^(uint64(s[0])<<16|uint64(s[n>>1])<<8|uint64(s[n-1])), seed3)
		}
		return mix(h, seed3)
	}
	p := s
	if len(p) > 32 {
		g := h ^ seed1
		for len(p) > 32 {
			h = mix(binary.LittleEndian.Uint64(p)^seed1, binary.LittleEndian.Uint64(p[8:])^h)
			g = mix(binary.LittleEndian.Uint64(p[16:])^seed2, binary.LittleEndian.Uint64(p[24:])^g)
			p = p[32:]
		}
		h ^= g
	}
	if len(p) > 16 {
		h = mix(binary.LittleEndian.Uint64(p)^seed2, binary.LittleEndian.Uint64(p[8:])^h)
	}
	return mix(binary.LittleEndian.Uint64(s[n-16:])^seed3, binary.LittleEndian.Uint64(s[n-8:])^h)
}
