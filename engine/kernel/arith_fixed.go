package kernel

import "math/bits"

// Fixed-point numerics are integers at a known scale. In an Int64 column every
// value is below 2^60 in magnitude or NaN64, so a sum of two never wraps and
// both a NaN operand and a result that is too large show in the high bits of
// the result. The kernels compute all rows with plain instructions, collect
// those bits, and say whether the batch has to be done again in 128 bits.

const fixedLimit = 60 // bits of magnitude in an Int64 batch

// magnitude has the bits of |v|, up to one for negative v.
func magnitude(v int64) uint64 { return uint64(v ^ v>>63) }

// AddFixed64 is dst = a×fa + b×fb, where fa and fb bring both to one scale.
func AddFixed64(dst []int64, a, b Operand[int64], fa, fb int64) (ok bool) {
	var acc, ops uint64
	if fa == 1 && fb == 1 && a.Mask != 0 && b.Mask != 0 {
		x, y := a.Vals[:len(dst)], b.Vals[:len(dst)]
		for i := range dst {
			r := x[i] + y[i]
			ops |= magnitude(x[i]) | magnitude(y[i])
			acc |= magnitude(r)
			dst[i] = r
		}
		return (acc|ops)>>fixedLimit == 0
	}
	var ma, mb uint64
	for i := range dst {
		x, y := a.Vals[i&a.Mask], b.Vals[i&b.Mask]
		ma |= magnitude(x)
		mb |= magnitude(y)
		r := x*fa + y*fb
		acc |= magnitude(r)
		dst[i] = r
	}
	return acc>>fixedLimit == 0 && bits.Len64(ma)+bits.Len64(uint64(fa)) <= fixedLimit+1 &&
		bits.Len64(mb)+bits.Len64(uint64(fb)) <= fixedLimit+1
}

// SubFixed64 is dst = a×fa - b×fb.
func SubFixed64(dst []int64, a, b Operand[int64], fa, fb int64) (ok bool) {
	var acc, ma, mb uint64
	if a.Mask == 0 && b.Mask != 0 && fb == 1 { // 1 - l_discount
		x, _ := MulChecked(a.Vals[0], fa)
		ma = magnitude(a.Vals[0])
		y := b.Vals[:len(dst)]
		for i := range dst {
			r := x - y[i]
			mb |= magnitude(y[i])
			acc |= magnitude(r)
			dst[i] = r
		}
	} else {
		for i := range dst {
			x, y := a.Vals[i&a.Mask], b.Vals[i&b.Mask]
			ma |= magnitude(x)
			mb |= magnitude(y)
			r := x*fa - y*fb
			acc |= magnitude(r)
			dst[i] = r
		}
	}
	return acc>>fixedLimit == 0 && bits.Len64(ma)+bits.Len64(uint64(fa)) <= fixedLimit+1 &&
		bits.Len64(mb)+bits.Len64(uint64(fb)) <= fixedLimit+1
}

// MulFixed64 is dst = a × b. The operands' widest values bound every product,
// so no row has to be checked; where that bound is too wide the rows are.
func MulFixed64(dst []int64, a, b Operand[int64]) (ok bool) {
	var ma, mb uint64
	switch {
	case a.Mask != 0 && b.Mask != 0:
		x, y := a.Vals[:len(dst)], b.Vals[:len(dst)]
		for i := range dst {
			ma |= magnitude(x[i])
			mb |= magnitude(y[i])
			dst[i] = x[i] * y[i]
		}
	default:
		for i := range dst {
			x, y := a.Vals[i&a.Mask], b.Vals[i&b.Mask]
			ma |= magnitude(x)
			mb |= magnitude(y)
			dst[i] = x * y
		}
	}
	if (ma|mb)>>fixedLimit != 0 { // NaN, or too wide for this form
		return false
	}
	if bits.Len64(ma)+bits.Len64(mb) <= fixedLimit-1 {
		return true
	}
	var acc uint64
	for i := range dst {
		x, y := a.Vals[i&a.Mask], b.Vals[i&b.Mask]
		p := Mul64(x, y)
		acc |= uint64(p.Hi^int64(p.Lo)>>63) | magnitude(int64(p.Lo))>>fixedLimit
	}
	return acc == 0
}

// Fixed is a fixed-point operand in either width.
type Fixed struct {
	Narrow Operand[int64]
	Wide   Operand[Int128] // used where Vals is not nil
}

// At is row i's value in 128 bits; NaN is NaN128.
func (f *Fixed) At(i int) Int128 {
	if f.Wide.Vals != nil {
		return f.Wide.Vals[i&f.Wide.Mask]
	}
	return WideScaled(f.Narrow.Vals[i&f.Narrow.Mask])
}

// FixedOp is an operation of the 128-bit kernel.
type FixedOp uint8

const (
	FixedAdd FixedOp = iota
	FixedSub
	FixedMul
)

// Fixed128 is dst = a×fa op b×fb in 128 bits at the positions sel (all of dst
// where it is nil). It returns the first position that overflows, or -1.
func Fixed128(op FixedOp, dst []Int128, a, b Fixed, fa, fb Int128, sel []int32) int {
	n := len(sel)
	if sel == nil {
		n = len(dst)
	}
	one := Wide(1)
	for k := range n {
		i := at(sel, k)
		x, y := a.At(i), b.At(i)
		if x == NaN128 || y == NaN128 {
			dst[i] = NaN128
			continue
		}
		ok1, ok2, ok := true, true, true
		if fa != one {
			x, ok1 = Mul128(x, fa)
		}
		if fb != one {
			y, ok2 = Mul128(y, fb)
		}
		var r Int128
		switch op {
		case FixedAdd:
			r, ok = Add128(x, y)
		case FixedSub:
			r, ok = Sub128(x, y)
		default:
			r, ok = Mul128(x, y)
		}
		if !ok || !ok1 || !ok2 || r == NaN128 {
			return i
		}
		dst[i] = r
	}
	return -1
}
