package kernel

import (
	"unsafe"

	"github.com/inlaydb/inlay/storage/column"
)

// SelectColumns appends the positions among sel (all of a where it is nil) at
// which a op b holds.
func SelectColumns[T Number](op Comparison, a, b []T, sel, out []int32) []int32 {
	if op == GT || op == GE {
		a, b, op = b, a, op.Swap()
	}
	var nan T
	if isFloat(nan) {
		return selectFloats(op, a, b, sel, out)
	}
	if sel == nil {
		switch op {
		case EQ:
			return equalColumns(a, b, out)
		case NE:
			return notEqualColumns(a, b, out)
		case LT:
			return lessColumns(a, b, out)
		}
		return lessEqualColumns(a, b, out)
	}
	switch op {
	case EQ:
		return equalColumnsAt(a, b, sel, out)
	case NE:
		return notEqualColumnsAt(a, b, sel, out)
	case LT:
		return lessColumnsAt(a, b, sel, out)
	}
	return lessEqualColumnsAt(a, b, sel, out)
}

func isFloat[T Number](v T) bool {
	switch any(v).(type) {
	case float32, float64:
		return true
	}
	return false
}

func lessColumns[T Number](a, b []T, sel []int32) []int32 {
	base := len(sel)
	sel = Grow(sel, len(a))
	out, n := sel[base:base+len(a)], 0
	b = b[:len(a)]
	for i, v := range a {
		out[n] = int32(i)
		hit := 0
		if v < b[i] {
			hit = 1
		}
		n += hit
	}
	return sel[:base+n]
}

func lessEqualColumns[T Number](a, b []T, sel []int32) []int32 {
	base := len(sel)
	sel = Grow(sel, len(a))
	out, n := sel[base:base+len(a)], 0
	b = b[:len(a)]
	for i, v := range a {
		out[n] = int32(i)
		hit := 0
		if v <= b[i] {
			hit = 1
		}
		n += hit
	}
	return sel[:base+n]
}

func equalColumns[T Number](a, b []T, sel []int32) []int32 {
	base := len(sel)
	sel = Grow(sel, len(a))
	out, n := sel[base:base+len(a)], 0
	b = b[:len(a)]
	for i, v := range a {
		out[n] = int32(i)
		hit := 0
		if v == b[i] {
			hit = 1
		}
		n += hit
	}
	return sel[:base+n]
}

func notEqualColumns[T Number](a, b []T, sel []int32) []int32 {
	base := len(sel)
	sel = Grow(sel, len(a))
	out, n := sel[base:base+len(a)], 0
	b = b[:len(a)]
	for i, v := range a {
		out[n] = int32(i)
		hit := 0
		if v != b[i] {
			hit = 1
		}
		n += hit
	}
	return sel[:base+n]
}

func lessColumnsAt[T Number](a, b []T, at, sel []int32) []int32 {
	base := len(sel)
	sel = Grow(sel, len(at))
	out, n := sel[base:base+len(at)], 0
	for _, i := range at {
		out[n] = i
		hit := 0
		if a[i] < b[i] {
			hit = 1
		}
		n += hit
	}
	return sel[:base+n]
}

func lessEqualColumnsAt[T Number](a, b []T, at, sel []int32) []int32 {
	base := len(sel)
	sel = Grow(sel, len(at))
	out, n := sel[base:base+len(at)], 0
	for _, i := range at {
		out[n] = i
		hit := 0
		if a[i] <= b[i] {
			hit = 1
		}
		n += hit
	}
	return sel[:base+n]
}

func equalColumnsAt[T Number](a, b []T, at, sel []int32) []int32 {
	base := len(sel)
	sel = Grow(sel, len(at))
	out, n := sel[base:base+len(at)], 0
	for _, i := range at {
		out[n] = i
		hit := 0
		if a[i] == b[i] {
			hit = 1
		}
		n += hit
	}
	return sel[:base+n]
}

func notEqualColumnsAt[T Number](a, b []T, at, sel []int32) []int32 {
	base := len(sel)
	sel = Grow(sel, len(at))
	out, n := sel[base:base+len(at)], 0
	for _, i := range at {
		out[n] = i
		hit := 0
		if a[i] != b[i] {
			hit = 1
		}
		n += hit
	}
	return sel[:base+n]
}

// selectFloats compares columns that may hold NaN; op is not GT or GE.
func selectFloats[T Number](op Comparison, a, b []T, sel, out []int32) []int32 {
	n := len(sel)
	if sel == nil {
		n = len(a)
	}
	base := len(out)
	out = Grow(out, n)
	o, m := out[base:base+n], 0
	for k := range n {
		i := at(sel, k)
		x, y := a[i], b[i]
		o[m] = int32(i)
		hit := 0
		switch op {
		case EQ:
			hit = bit(x == y) | bit(x != x)&bit(y != y)
		case NE:
			hit = 1 - (bit(x == y) | bit(x != x)&bit(y != y))
		case LT:
			hit = bit(x < y) | bit(x == x)&bit(y != y)
		case LE:
			hit = bit(x <= y) | bit(y != y)
		}
		m += hit
	}
	return out[:base+m]
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Operand is a flat or constant column's values for loops that take either:
// row i's value is Vals[i&Mask].
type Operand[T column.Element] struct {
	Vals []T
	Mask int
}

// OperandOf sees a flat or constant column as an operand.
func OperandOf[T column.Element](c *column.Column) Operand[T] {
	if c.Form == column.Constant {
		return Operand[T]{column.Values[T](c), 0}
	}
	return Operand[T]{column.Values[T](c), -1}
}

// Select128 appends the positions among sel (the first n where it is nil) at
// which a op b holds.
func Select128(op Comparison, a, b Operand[Int128], n int, sel, out []int32) []int32 {
	if op == GT || op == GE {
		a, b, op = b, a, op.Swap()
	}
	if sel != nil {
		n = len(sel)
	}
	base := len(out)
	out = Grow(out, n)
	o, m := out[base:base+n], 0
	for k := range n {
		i := at(sel, k)
		x, y := a.Vals[i&a.Mask], b.Vals[i&b.Mask]
		o[m] = int32(i)
		equal := bit(x == y)
		less := bit(x.Hi < y.Hi) | bit(x.Hi == y.Hi)&bit(x.Lo < y.Lo)
		switch op {
		case EQ:
			m += equal
		case NE:
			m += 1 - equal
		case LT:
			m += less
		case LE:
			m += less | equal
		}
	}
	return out[:base+m]
}

// Views is the strings of a flat or constant column.
type Views struct {
	Operand[column.View]
	Bufs [][]byte
}

// ViewsOf sees a flat or constant column as strings.
func ViewsOf(c *column.Column) Views {
	return Views{OperandOf[column.View](c), c.Bufs}
}

// At is row i's string.
func (v *Views) At(i int) []byte { return v.Vals[i&v.Mask].Bytes(v.Bufs) }

// SelectStrings appends the positions among sel (the first n where it is nil)
// at which the strings a op b compare by bytes.
func SelectStrings(op Comparison, a, b Views, n int, sel, out []int32) []int32 {
	if sel != nil {
		n = len(sel)
	}
	base := len(out)
	out = Grow(out, n)
	if op == EQ || op == NE {
		if b.Mask == 0 && b.Vals[0].Len <= column.MaxInline {
			return selectInline(op, a, b.Vals[0], n, sel, out)
		}
		want := op == EQ
		for k := range n {
			i := at(sel, k)
			if column.EqualViews(&a.Vals[i&a.Mask], a.Bufs, &b.Vals[i&b.Mask], b.Bufs) == want {
				out = append(out, int32(i))
			}
		}
		return out
	}
	o, m := out[base:base+n], 0
	for k := range n {
		i := at(sel, k)
		o[m] = int32(i)
		m += bit(op.Holds(column.CompareViews(&a.Vals[i&a.Mask], a.Bufs, &b.Vals[i&b.Mask], b.Bufs)))
	}
	return out[:base+m]
}

// selectInline compares with a short constant: two words a row.
func selectInline(op Comparison, a Views, c column.View, n int, sel, out []int32) []int32 {
	base := len(out)
	o, m := out[base:base+n], 0
	w := *(*[2]uint64)(unsafe.Pointer(&c))
	flip := bit(op == NE)
	words := unsafe.Slice((*[2]uint64)(unsafe.Pointer(unsafe.SliceData(a.Vals))), len(a.Vals))
	if sel == nil && a.Mask != 0 {
		for i, v := range words[:n] {
			o[m] = int32(i)
			m += bit((v[0]^w[0])|(v[1]^w[1]) == 0) ^ flip
		}
		return out[:base+m]
	}
	for k := range n {
		i := at(sel, k)
		v := &words[i&a.Mask]
		o[m] = int32(i)
		m += bit((v[0]^w[0])|(v[1]^w[1]) == 0) ^ flip
	}
	return out[:base+m]
}

// SelectFunc appends the positions among sel (the first n where it is nil) for
// which f holds: for comparisons that are too rare for a loop of their own.
func SelectFunc(n int, sel, out []int32, f func(i int) bool) []int32 {
	if sel != nil {
		n = len(sel)
	}
	out = Grow(out, n)
	for k := range n {
		if i := at(sel, k); f(i) {
			out = append(out, int32(i))
		}
	}
	return out
}

// SelectCodes appends the positions among sel (all of codes where it is nil)
// whose code's entry in hits is 1: a condition that was computed once per
// dictionary entry.
func SelectCodes(codes []int32, hits []uint8, sel, out []int32) []int32 {
	base := len(out)
	if sel == nil {
		out = Grow(out, len(codes))
		o, n := out[base:base+len(codes)], 0
		for i, c := range codes {
			o[n] = int32(i)
			n += int(hits[c])
		}
		return out[:base+n]
	}
	out = Grow(out, len(sel))
	o, n := out[base:base+len(sel)], 0
	for _, i := range sel {
		o[n] = i
		n += int(hits[codes[i]])
	}
	return out[:base+n]
}

// SelectBool appends the positions among sel (all of a where it is nil) whose
// byte is want, 0 or 1.
func SelectBool(a []uint8, want uint8, sel, out []int32) []int32 {
	return SelectConst(EQ, a, want, sel, out)
}

// Mark sets the bytes of dst at the positions sel.
func Mark(dst []uint8, sel []int32) {
	for _, i := range sel {
		dst[i] = 1
	}
}
