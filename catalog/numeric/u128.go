package numeric

import (
	"math/big"
	"math/bits"
	"sync"
)

// u128 is an unsigned 128-bit integer.
type u128 struct{ hi, lo uint64 }

func (a u128) isZero() bool { return a.hi|a.lo == 0 }

func (a u128) cmp(b u128) int {
	switch {
	case a.hi != b.hi:
		if a.hi < b.hi {
			return -1
		}
		return 1
	case a.lo < b.lo:
		return -1
	case a.lo > b.lo:
		return 1
	}
	return 0
}

// add is a+b; carry 1 where it does not fit.
func (a u128) add(b u128) (r u128, carry uint64) {
	r.lo, carry = bits.Add64(a.lo, b.lo, 0)
	r.hi, carry = bits.Add64(a.hi, b.hi, carry)
	return r, carry
}

// sub is a-b for a ≥ b.
func (a u128) sub(b u128) (r u128) {
	var borrow uint64
	r.lo, borrow = bits.Sub64(a.lo, b.lo, 0)
	r.hi, _ = bits.Sub64(a.hi, b.hi, borrow)
	return r
}

// mul is a×b, and whether it fits.
func (a u128) mul(b u128) (u128, bool) {
	if a.hi != 0 && b.hi != 0 {
		return u128{}, false
	}
	hi, lo := bits.Mul64(a.lo, b.lo)
	x := a.hi
	y := b.lo
	if b.hi != 0 {
		x, y = b.hi, a.lo
	}
	chi, clo := bits.Mul64(x, y)
	sum, carry := bits.Add64(hi, clo, 0)
	return u128{sum, lo}, chi == 0 && carry == 0
}

// quoRem is a/b and the remainder; b is not zero.
func (a u128) quoRem(b u128) (q, r u128) {
	if b.hi == 0 {
		if a.hi < b.lo {
			q.lo, r.lo = bits.Div64(a.hi, a.lo, b.lo)
			return q, r
		}
		q.hi, r.lo = bits.Div64(0, a.hi, b.lo)
		q.lo, r.lo = bits.Div64(r.lo, a.lo, b.lo)
		return q, r
	}
	// b ≥ 2^64, so the quotient has at most 64 bits. Divide by b's top 64 bits
	// for an estimate that is at most one too large (Hacker's Delight, 9-5).
	n := uint(bits.LeadingZeros64(b.hi))
	v := b.hi<<n | b.lo>>1>>(63-n)
	u := u128{a.hi >> 1, a.hi<<63 | a.lo>>1}
	est, _ := bits.Div64(u.hi, u.lo, v)
	est >>= 63 - n
	if est != 0 {
		est--
	}
	p, _ := b.mul(u128{0, est})
	r = a.sub(p)
	if r.cmp(b) >= 0 {
		est++
		r = r.sub(b)
	}
	return u128{0, est}, r
}

// digits counts decimal digits; 0 for zero.
func (a u128) digits() int {
	n := bits.Len64(a.lo)
	if a.hi != 0 {
		n = 64 + bits.Len64(a.hi)
	}
	d := n * 1233 >> 12 // log10(2), never too large
	if d < len(pow10) && a.cmp(pow10[d]) >= 0 {
		d++
	}
	return d
}

func (a u128) big() *big.Int {
	z := new(big.Int).SetUint64(a.hi)
	z.Lsh(z, 64)
	return z.Or(z, new(big.Int).SetUint64(a.lo))
}

func u128FromBig(m *big.Int) u128 {
	var b [16]byte
	m.FillBytes(b[:])
	return u128{be64(b[:8]), be64(b[8:])}
}

func be64(b []byte) uint64 {
	_ = b[7]
	return uint64(b[7]) | uint64(b[6])<<8 | uint64(b[5])<<16 | uint64(b[4])<<24 |
		uint64(b[3])<<32 | uint64(b[2])<<40 | uint64(b[1])<<48 | uint64(b[0])<<56
}

// pow10 holds the powers of ten that fit into 128 bits: 10^0 to 10^38.
var pow10 = func() (t [39]u128) {
	t[0] = u128{0, 1}
	for i := 1; i < len(t); i++ {
		t[i], _ = t[i-1].mul(u128{0, 10})
	}
	return t
}()

// mulPow10 is a×10^k, and whether it fits.
func (a u128) mulPow10(k int) (u128, bool) {
	if a.isZero() {
		return a, true
	}
	if k >= len(pow10) {
		return u128{}, false
	}
	return a.mul(pow10[k])
}

// quoPow10 is a/10^k rounded half up.
func (a u128) quoPow10(k int) u128 {
	if k >= len(pow10) {
		// 10^39 / 2 is above 2^128.
		return u128{}
	}
	q, r := a.quoRem(pow10[k])
	if r.cmp(halfPow10[k]) >= 0 && k > 0 {
		q, _ = q.add(u128{0, 1})
	}
	return q
}

var halfPow10 = func() (t [39]u128) {
	for i := range t {
		t[i], _ = pow10[i].quoRem(u128{0, 2})
	}
	return t
}()

// bigPow10 is 10^k, shared: the caller must not write to it.
func bigPow10(k int) *big.Int {
	if k < len(bigPowers) {
		bigPowersOnce()
		return bigPowers[k]
	}
	return new(big.Int).Exp(bigTen, big.NewInt(int64(k)), nil)
}

var (
	bigTen        = big.NewInt(10)
	bigPowers     [256]*big.Int
	bigPowersOnce = sync.OnceFunc(func() {
		p := big.NewInt(1)
		for i := range bigPowers {
			bigPowers[i] = p
			p = new(big.Int).Mul(p, bigTen)
		}
	})
)

// bigDigits counts the decimal digits of a positive m; 0 for zero.
func bigDigits(m *big.Int) int {
	n := m.BitLen()
	if n == 0 {
		return 0
	}
	// n bits: 2^(n-1) ≤ m < 2^n. The estimate is exact or one short.
	d := int(float64(n-1)*0.30102999566398119521) + 1
	if n > 1<<20 { // float64 may be off at this size
		for m.Cmp(bigPow10(d-1)) < 0 {
			d--
		}
	}
	for m.Cmp(bigPow10(d)) >= 0 {
		d++
	}
	return d
}

// quoBigPow10 is m/10^k rounded half away from zero, for m ≥ 0.
func quoBigPow10(m *big.Int, k int) *big.Int {
	if k > bigDigits(m) {
		return new(big.Int)
	}
	return quoRound(m, bigPow10(k))
}

// quoRound is a/b rounded half away from zero, for a ≥ 0 and b > 0.
func quoRound(a, b *big.Int) *big.Int {
	q, r := new(big.Int).QuoRem(a, b, new(big.Int))
	if r.Lsh(r, 1).Cmp(b) >= 0 {
		q.Add(q, bigOne)
	}
	return q
}

var bigOne = big.NewInt(1)
