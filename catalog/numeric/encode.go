package numeric

import (
	"encoding/binary"
	"math/big"
)

// The column encoding: a little-endian header of 16 bits, then the
// coefficient, least significant byte first, without zero bytes at its end.
//
//	bits 0-13  scale      bit 14  negative      bit 15  special (scale tells which)
const (
	encNegative = 1 << 14
	encSpecial  = 1 << 15
)

// AppendEncoded appends the column encoding of n: at most 12 bytes (a string
// view without a heap) for coefficients below 2^80.
func (n Numeric) AppendEncoded(dst []byte) []byte {
	if n.form != finite {
		return binary.LittleEndian.AppendUint16(dst, encSpecial|uint16(n.form))
	}
	head := n.scale
	if n.neg {
		head |= encNegative
	}
	dst = binary.LittleEndian.AppendUint16(dst, head)
	if n.big != nil {
		m := n.big.Bytes()
		for i := len(m) - 1; i >= 0; i-- {
			dst = append(dst, m[i])
		}
		return dst
	}
	for lo := n.lo; lo != 0 || n.hi != 0; lo >>= 8 {
		if n.hi != 0 {
			dst = binary.LittleEndian.AppendUint64(dst, lo)
			for hi := n.hi; hi != 0; hi >>= 8 {
				dst = append(dst, byte(hi))
			}
			return dst
		}
		dst = append(dst, byte(lo))
	}
	return dst
}

// Decode reads the column encoding; it keeps nothing of b. An empty b, which
// NULL slots hold, reads as 0.
func Decode(b []byte) Numeric {
	if len(b) < 2 {
		return Numeric{}
	}
	head := binary.LittleEndian.Uint16(b)
	if head&encSpecial != 0 {
		return Numeric{form: form(head & 3)}
	}
	n := Numeric{neg: head&encNegative != 0, scale: head & MaxScale}
	b = b[2:]
	if len(b) > 16 {
		m := make([]byte, len(b))
		for i, c := range b {
			m[len(b)-1-i] = c
		}
		n.big = new(big.Int).SetBytes(m)
		return n
	}
	if len(b) >= 8 {
		n.lo = binary.LittleEndian.Uint64(b)
		for i := len(b) - 1; i >= 8; i-- {
			n.hi = n.hi<<8 | uint64(b[i])
		}
		return n
	}
	for i := len(b) - 1; i >= 0; i-- {
		n.lo = n.lo<<8 | uint64(b[i])
	}
	return n
}
