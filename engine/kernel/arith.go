package kernel

import (
	"math/bits"
	"unsafe"
)

// Integer is a type of checked integer arithmetic.
type Integer interface{ int16 | int32 | int64 }

// The integer kernels compute dst[i] = a[i&am] op b[i&bm] for the first len(dst)
// rows, all of them, and say whether any overflowed. The caller then looks for
// the row, since it may be one that is not selected or NULL.

// AddInts adds.
func AddInts[T Integer](dst []T, a, b Operand[T]) (overflow bool) {
	var bad T
	switch {
	case a.Mask != 0 && b.Mask != 0:
		x, y := a.Vals[:len(dst)], b.Vals[:len(dst)]
		for i := range dst {
			r := x[i] + y[i]
			bad |= (x[i] ^ r) & (y[i] ^ r)
			dst[i] = r
		}
	case a.Mask == 0:
		return addConst(dst, b.Vals, a.Vals[0])
	default:
		return addConst(dst, a.Vals, b.Vals[0])
	}
	return bad < 0
}

func addConst[T Integer](dst, x []T, c T) bool {
	var bad T
	x = x[:len(dst)]
	for i := range dst {
		r := x[i] + c
		bad |= (x[i] ^ r) & (c ^ r)
		dst[i] = r
	}
	return bad < 0
}

// SubInts subtracts.
func SubInts[T Integer](dst []T, a, b Operand[T]) (overflow bool) {
	var bad T
	switch {
	case a.Mask != 0 && b.Mask != 0:
		x, y := a.Vals[:len(dst)], b.Vals[:len(dst)]
		for i := range dst {
			r := x[i] - y[i]
			bad |= (x[i] ^ y[i]) & (x[i] ^ r)
			dst[i] = r
		}
	case a.Mask == 0:
		c, y := a.Vals[0], b.Vals[:len(dst)]
		for i := range dst {
			r := c - y[i]
			bad |= (c ^ y[i]) & (c ^ r)
			dst[i] = r
		}
	default:
		c, x := b.Vals[0], a.Vals[:len(dst)]
		for i := range dst {
			r := x[i] - c
			bad |= (x[i] ^ c) & (x[i] ^ r)
			dst[i] = r
		}
	}
	return bad < 0
}

// MulInts multiplies.
func MulInts[T Integer](dst []T, a, b Operand[T]) (overflow bool) {
	var bad int64
	if unsafe.Sizeof(dst[0]) < 8 { // the product fits 64 bits
		for i := range dst {
			r := int64(a.Vals[i&a.Mask]) * int64(b.Vals[i&b.Mask])
			dst[i] = T(r)
			bad |= r ^ int64(T(r))
		}
		return bad != 0
	}
	for i := range dst {
		r, ok := MulChecked(a.Vals[i&a.Mask], b.Vals[i&b.Mask])
		bad |= int64(1 - bit(ok))
		dst[i] = r
	}
	return bad != 0
}

// AddChecked is x + y, and whether it did not overflow.
func AddChecked[T Integer](x, y T) (T, bool) {
	r := x + y
	return r, (x^r)&(y^r) >= 0
}

// SubChecked is x - y, and whether it did not overflow.
func SubChecked[T Integer](x, y T) (T, bool) {
	r := x - y
	return r, (x^y)&(x^r) >= 0
}

// MulChecked is x × y, and whether it did not overflow.
func MulChecked[T Integer](x, y T) (T, bool) {
	hi, lo := bits.Mul64(uint64(int64(x)), uint64(int64(y)))
	h := int64(hi) - int64(x)>>63&int64(y) - int64(y)>>63&int64(x)
	r := T(lo)
	return r, h == int64(lo)>>63 && int64(r) == int64(lo)
}

// Float is a floating-point type.
type Float interface{ float32 | float64 }

// AddFloats computes all rows and says whether some sum of finite numbers is
// not finite.
func AddFloats[T Float](dst []T, a, b Operand[T]) (overflow bool) {
	n := 0
	for i := range dst {
		x, y := a.Vals[i&a.Mask], b.Vals[i&b.Mask]
		r := x + y
		n |= bit(r-r != 0) & bit(x-x == 0) & bit(y-y == 0)
		dst[i] = r
	}
	return n != 0
}

// SubFloats is AddFloats for differences.
func SubFloats[T Float](dst []T, a, b Operand[T]) (overflow bool) {
	n := 0
	for i := range dst {
		x, y := a.Vals[i&a.Mask], b.Vals[i&b.Mask]
		r := x - y
		n |= bit(r-r != 0) & bit(x-x == 0) & bit(y-y == 0)
		dst[i] = r
	}
	return n != 0
}

// MulFloats says whether some product of finite numbers is not finite, or 0
// though no factor is.
func MulFloats[T Float](dst []T, a, b Operand[T]) (suspect bool) {
	n := 0
	for i := range dst {
		x, y := a.Vals[i&a.Mask], b.Vals[i&b.Mask]
		r := x * y
		n |= bit(r-r != 0)&bit(x-x == 0)&bit(y-y == 0) | bit(r == 0)&bit(x != 0)&bit(y != 0)
		dst[i] = r
	}
	return n != 0
}

// DivFloats says whether some divisor is 0, or a quotient overflowed or
// vanished.
func DivFloats[T Float](dst []T, a, b Operand[T]) (suspect bool) {
	n := 0
	for i := range dst {
		x, y := a.Vals[i&a.Mask], b.Vals[i&b.Mask]
		r := x / y
		n |= bit(y == 0) | bit(r-r != 0)&bit(x-x == 0)&bit(y-y == 0) | bit(r == 0)&bit(x != 0)&bit(y-y == 0)
		dst[i] = r
	}
	return n != 0
}

// DivInts divides towards zero. It says whether some divisor is 0 or -1, for
// which the caller has to look at the rows; those rows are wrong.
func DivInts[T Integer](dst []T, a, b Operand[T]) (suspect bool) {
	if b.Mask == 0 && b.Vals[0] != 0 && b.Vals[0] != -1 {
		d := b.Vals[0]
		for i := range dst {
			dst[i] = a.Vals[i&a.Mask] / d
		}
		return false
	}
	n := 0
	for i := range dst {
		d := b.Vals[i&b.Mask]
		if d == 0 || d == -1 {
			n, d = 1, 1
		}
		dst[i] = a.Vals[i&a.Mask] / d
	}
	return n != 0
}

// ModInts is DivInts for remainders.
func ModInts[T Integer](dst []T, a, b Operand[T]) (suspect bool) {
	n := 0
	for i := range dst {
		d := b.Vals[i&b.Mask]
		if d == 0 || d == -1 {
			n, d = 1, 1
		}
		dst[i] = a.Vals[i&a.Mask] % d
	}
	return n != 0
}
