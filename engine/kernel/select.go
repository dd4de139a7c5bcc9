package kernel

// Comparison is one of SQL's six comparison operators.
type Comparison uint8

const (
	EQ Comparison = iota
	NE
	LT
	LE
	GT
	GE
)

// Negate is the operator that is true where op is false.
func (op Comparison) Negate() Comparison { return [...]Comparison{NE, EQ, GE, GT, LE, LT}[op] }

// Swap is the operator with its operands exchanged.
func (op Comparison) Swap() Comparison { return [...]Comparison{EQ, NE, GT, GE, LT, LE}[op] }

// Holds says whether op is true of operands that compare as c.
func (op Comparison) Holds(c int) bool {
	switch op {
	case EQ:
		return c == 0
	case NE:
		return c != 0
	case LT:
		return c < 0
	case LE:
		return c <= 0
	case GT:
		return c > 0
	}
	return c >= 0
}

// Number is a type that Go's operators order.
type Number interface {
	uint8 | int16 | int32 | int64 | float32 | float64
}

// SelectConst appends the positions among sel (all of a where it is nil) at
// which a op c holds.
func SelectConst[T Number](op Comparison, a []T, c T, sel, out []int32) []int32 {
	if c != c {
		return selectNaN(op, a, sel, out)
	}
	if sel == nil {
		switch op {
		case EQ:
			return equalConst(a, c, out)
		case NE:
			return notEqualConst(a, c, out)
		case LT:
			return lessConst(a, c, out)
		case LE:
			return lessEqualConst(a, c, out)
		case GT:
			return greaterConst(a, c, out)
		}
		return greaterEqualConst(a, c, out)
	}
	switch op {
	case EQ:
		return equalConstAt(a, c, sel, out)
	case NE:
		return notEqualConstAt(a, c, sel, out)
	case LT:
		return lessConstAt(a, c, sel, out)
	case LE:
		return lessEqualConstAt(a, c, sel, out)
	case GT:
		return greaterConstAt(a, c, sel, out)
	}
	return greaterEqualConstAt(a, c, sel, out)
}

// The kernels below store unconditionally and let only the count depend on the
// data, so the branch predictor has nothing to miss. "Greater" is written as
// "not less or equal", which puts NaN above every number.

func lessConst[T Number](a []T, c T, sel []int32) []int32 {
	base := len(sel)
	sel = Grow(sel, len(a))
	out, n := sel[base:base+len(a)], 0
	for i, v := range a {
		out[n] = int32(i)
		hit := 0
		if v < c {
			hit = 1
		}
		n += hit
	}
	return sel[:base+n]
}

func lessEqualConst[T Number](a []T, c T, sel []int32) []int32 {
	base := len(sel)
	sel = Grow(sel, len(a))
	out, n := sel[base:base+len(a)], 0
	for i, v := range a {
		out[n] = int32(i)
		hit := 0
		if v <= c {
			hit = 1
		}
		n += hit
	}
	return sel[:base+n]
}

func greaterConst[T Number](a []T, c T, sel []int32) []int32 {
	base := len(sel)
	sel = Grow(sel, len(a))
	out, n := sel[base:base+len(a)], 0
	for i, v := range a {
		out[n] = int32(i)
		hit := 0
		if !(v <= c) {
			hit = 1
		}
		n += hit
	}
	return sel[:base+n]
}

func greaterEqualConst[T Number](a []T, c T, sel []int32) []int32 {
	base := len(sel)
	sel = Grow(sel, len(a))
	out, n := sel[base:base+len(a)], 0
	for i, v := range a {
		out[n] = int32(i)
		hit := 0
		if !(v < c) {
			hit = 1
		}
		n += hit
	}
	return sel[:base+n]
}

func equalConst[T Number](a []T, c T, sel []int32) []int32 {
	base := len(sel)
	sel = Grow(sel, len(a))
	out, n := sel[base:base+len(a)], 0
	for i, v := range a {
		out[n] = int32(i)
		hit := 0
		if v == c {
			hit = 1
		}
		n += hit
	}
	return sel[:base+n]
}

func notEqualConst[T Number](a []T, c T, sel []int32) []int32 {
	base := len(sel)
	sel = Grow(sel, len(a))
	out, n := sel[base:base+len(a)], 0
	for i, v := range a {
		out[n] = int32(i)
		hit := 0
		if v != c {
			hit = 1
		}
		n += hit
	}
	return sel[:base+n]
}

func lessConstAt[T Number](a []T, c T, at, sel []int32) []int32 {
	base := len(sel)
	sel = Grow(sel, len(at))
	out, n := sel[base:base+len(at)], 0
	for _, i := range at {
		out[n] = i
		hit := 0
		if a[i] < c {
			hit = 1
		}
		n += hit
	}
	return sel[:base+n]
}

func lessEqualConstAt[T Number](a []T, c T, at, sel []int32) []int32 {
	base := len(sel)
	sel = Grow(sel, len(at))
	out, n := sel[base:base+len(at)], 0
	for _, i := range at {
		out[n] = i
		hit := 0
		if a[i] <= c {
			hit = 1
		}
		n += hit
	}
	return sel[:base+n]
}

func greaterConstAt[T Number](a []T, c T, at, sel []int32) []int32 {
	base := len(sel)
	sel = Grow(sel, len(at))
	out, n := sel[base:base+len(at)], 0
	for _, i := range at {
		out[n] = i
		hit := 0
		if !(a[i] <= c) {
			hit = 1
		}
		n += hit
	}
	return sel[:base+n]
}

func greaterEqualConstAt[T Number](a []T, c T, at, sel []int32) []int32 {
	base := len(sel)
	sel = Grow(sel, len(at))
	out, n := sel[base:base+len(at)], 0
	for _, i := range at {
		out[n] = i
		hit := 0
		if !(a[i] < c) {
			hit = 1
		}
		n += hit
	}
	return sel[:base+n]
}

func equalConstAt[T Number](a []T, c T, at, sel []int32) []int32 {
	base := len(sel)
	sel = Grow(sel, len(at))
	out, n := sel[base:base+len(at)], 0
	for _, i := range at {
		out[n] = i
		hit := 0
		if a[i] == c {
			hit = 1
		}
		n += hit
	}
	return sel[:base+n]
}

func notEqualConstAt[T Number](a []T, c T, at, sel []int32) []int32 {
	base := len(sel)
	sel = Grow(sel, len(at))
	out, n := sel[base:base+len(at)], 0
	for _, i := range at {
		out[n] = i
		hit := 0
		if a[i] != c {
			hit = 1
		}
		n += hit
	}
	return sel[:base+n]
}

// selectNaN is SelectConst where the constant is NaN.
func selectNaN[T Number](op Comparison, a []T, sel, out []int32) []int32 {
	n := len(sel)
	if sel == nil {
		n = len(a)
	}
	out = Grow(out, n)
	for k := range n {
		i := at(sel, k)
		isNaN, take := a[i] != a[i], false
		switch op {
		case EQ, GE:
			take = isNaN
		case NE, LT:
			take = !isNaN
		case LE:
			take = true
		}
		if take {
			out = append(out, int32(i))
		}
	}
	return out
}
