package numeric

import (
	"encoding/binary"
	"math/big"
	"math/bits"
)

// Compare orders a and b by value: negative, zero or positive. Scales do not
// matter; NaN equals itself and is above Infinity.
func Compare(a, b Numeric) int {
	if a.form|b.form != finite {
		return rank(a) - rank(b)
	}
	if a.neg != b.neg {
		if a.neg {
			return -1
		}
		return 1
	}
	c := compareMagnitude(a, b)
	if a.neg {
		return -c
	}
	return c
}

// rank orders the special values around the finite ones.
func rank(n Numeric) int {
	switch n.form {
	case negInf:
		return -1
	case posInf:
		return 1
	case nan:
		return 2
	}
	return 0
}

func compareMagnitude(a, b Numeric) int {
	if a.big == nil && b.big == nil {
		if x, y, _, ok := align(a, b); ok {
			return x.cmp(y)
		}
	}
	// Numbers with different positions of the first digit need no aligning.
	da, db := a.digits()-int(a.scale), b.digits()-int(b.scale)
	if da != db && !a.IsZero() && !b.IsZero() {
		return da - db
	}
	x, y, _ := alignBig(a, b)
	return x.Cmp(y)
}

// Equal says whether a and b are the same number.
func Equal(a, b Numeric) bool { return Compare(a, b) == 0 }

// Hash is equal for equal numbers, whatever their scale and whichever form
// they are kept in (see Hash64 and Hash128).
func (n Numeric) Hash() uint64 {
	switch n.form {
	case nan:
		return hashNaN
	case posInf:
		return hashPosInf
	case negInf:
		return hashNegInf
	}
	if n.big == nil {
		return hashCoef(n.neg, n.coef(), int(n.scale))
	}
	m, exp := n.stripped()
	if m.BitLen() <= 128 {
		return hashCoef(n.neg, u128FromBig(m), -exp)
	}
	h := mix(uint64(exp), hashSeed)
	if n.neg {
		h = mix(h, hashNegSeed)
	}
	for _, w := range m.Bits() {
		h = mix(h^uint64(w), hashSeed)
	}
	return h
}

// Hash64 is the Hash of v × 10^-scale.
func Hash64(v int64, scale int) uint64 {
	if v == NaN64 {
		return hashNaN
	}
	u, neg := uint64(v), v < 0
	if neg {
		u = -u
	}
	return hashCoef(neg, u128{0, u}, scale)
}

// Hash128 is the Hash of the two's complement integer hi:lo × 10^-scale.
func Hash128(hi int64, lo uint64, scale int) uint64 {
	return FromScaled128(hi, lo, scale).Hash()
}

const (
	hashSeed    = 0x9e3779b97f4a7c15
	hashNegSeed = 0xd6e8feb86659fd93
	hashNaN     = 0x7ff8a5a5c3c31e1e
	hashPosInf  = 0x7ff0a5a5c3c31e1e
	hashNegInf  = 0xfff0a5a5c3c31e1e
)

// hashCoef hashes c × 10^-scale by its digits without trailing zeros.
func hashCoef(neg bool, c u128, scale int) uint64 {
	if c.isZero() {
		return mix(hashSeed, hashSeed)
	}
	c, n := c.trimZeros(38)
	h := mix(uint64(n-scale), hashSeed)
	if neg {
		h = mix(h, hashNegSeed)
	}
	h = mix(h^c.lo, hashSeed)
	if c.hi != 0 {
		h = mix(h^c.hi, hashSeed)
	}
	return h
}

func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^hashNegSeed, b)
	return hi ^ lo
}

// stripped is n = m × 10^exp with no zero at the end of m; n is not 0.
func (n Numeric) stripped() (m *big.Int, exp int) {
	m = n.mag()
	exp = -int(n.scale)
	for step := 64; step >= 1; {
		q, r := new(big.Int).QuoRem(m, bigPow10(step), new(big.Int))
		if r.Sign() != 0 {
			step /= 2
			continue
		}
		m, exp = q, exp+step
	}
	return m, exp
}

// First byte of a sort key.
const (
	keyNegInf = 0x01
	keyNeg    = 0x10
	keyZero   = 0x20
	keyPos    = 0x30
	keyPosInf = 0x40
	keyNaN    = 0x50
)

// AppendSortKey appends bytes that compare as the numbers do, and are equal
// for equal numbers whatever their scale. No key is a prefix of another.
//
//	class, position of the first digit (3 bytes), digit pairs + 1, 0
//
// with everything after the class inverted for negative numbers.
func (n Numeric) AppendSortKey(dst []byte) []byte {
	switch n.form {
	case nan:
		return append(dst, keyNaN)
	case posInf:
		return append(dst, keyPosInf)
	case negInf:
		return append(dst, keyNegInf)
	}
	if n.IsZero() {
		return append(dst, keyZero)
	}
	class := byte(keyPos)
	if n.neg {
		class = keyNeg
	}
	dst = append(dst, class)
	start := len(dst)
	var scratch [64]byte
	digits := scratch[:0]
	if n.big != nil {
		digits = n.big.Append(digits, 10)
	} else {
		digits = appendCoef(digits, n.coef())
	}
	pos := uint32(len(digits)-int(n.scale)) + 1<<23
	dst = append(dst, byte(pos>>16), byte(pos>>8), byte(pos))
	for len(digits) > 0 && digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
	}
	for i := 0; i < len(digits); i += 2 {
		pair := (digits[i] - '0') * 10
		if i+1 < len(digits) {
			pair += digits[i+1] - '0'
		}
		dst = append(dst, pair+1)
	}
	dst = append(dst, 0)
	if n.neg {
		for i := start; i < len(dst); i++ {
			dst[i] = ^dst[i]
		}
	}
	return dst
}

// EncodedEqual compares two column encodings by value without decoding equal bytes.
func EncodedEqual(a, b []byte) bool {
	if len(a) == len(b) && len(a) > 2 && binary.LittleEndian.Uint16(a) == binary.LittleEndian.Uint16(b) {
		return string(a) == string(b)
	}
	return Compare(Decode(a), Decode(b)) == 0
}
