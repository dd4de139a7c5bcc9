package eval

import (
	"bytes"

	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

// pick appends the rows among sel (the first n where it is nil) for which a op
// b holds. a and b are flat or constant, not both constant, and their NULL
// rows may be picked or not: the caller drops them.
type pick func(op kernel.Comparison, a, b *column.Column, n int, sel, out []int32) []int32

// compareNode compares two values by one of the six operators. It picks rows
// straight into a selection vector; as a value it marks the rows picked.
type compareNode struct {
	op   kernel.Comparison
	l, r node
	pick pick

	ls, rs, s scratch
	one       [2]column.Column
	sel       []int32
}

// comparison is the builder of a comparison function.
func comparison(op kernel.Comparison) builder {
	return func(cp *compiler, s *signature) (node, error) {
		return cp.compare(op, s.args[0], s.args[1], s.argt[0], s.argt[1])
	}
}

func (cp *compiler) compare(op kernel.Comparison, l, r node, lt, rt types.Type) (node, error) {
	lt, rt = literalType(l, lt), literalType(r, rt)
	p, err := cp.picker(lt, rt)
	if err != nil {
		return nil, err
	}
	return &compareNode{op: op, l: l, r: r, pick: p}, nil
}

// operands evaluates both sides. null says that one of them is the constant
// NULL; single that both are constants, which are then of one row.
func (n *compareNode) operands(f *frame, sel []int32) (a, b *column.Column, null, single bool, err error) {
	if a, err = n.l.eval(f, sel); err != nil {
		return
	}
	if b, err = n.r.eval(f, sel); err != nil {
		return
	}
	if a.AllNull() || b.AllNull() {
		return a, b, true, false, nil
	}
	if a.Form == column.Constant && b.Form == column.Constant {
		n.one[0], n.one[1] = *a, *b
		n.one[0].Len, n.one[1].Len = 1, 1
		n.one[0].Form = column.Flat
		return &n.one[0], &n.one[1], false, true, nil
	}
	return n.ls.flatten(a, sel), n.rs.flatten(b, sel), false, false, nil
}

func (n *compareNode) filter(f *frame, sel []int32, want bool, out []int32) ([]int32, error) {
	a, b, null, single, err := n.operands(f, sel)
	if err != nil || null {
		return out, err
	}
	op := n.op
	if !want {
		op = op.Negate()
	}
	if single {
		if len(n.pick(op, a, b, 1, nil, n.sel[:0])) == 1 {
			out = append(out, rowsOf(f, sel)...)
		}
		return out, nil
	}
	base := len(out)
	out = n.pick(op, a, b, f.n, sel, out)
	return maskValid(maskValid(out, base, a), base, b), nil
}

func (n *compareNode) eval(f *frame, sel []int32) (*column.Column, error) {
	a, b, null, single, err := n.operands(f, sel)
	if err != nil {
		return nil, err
	}
	if null {
		return column.NewNull(column.Bool, f.n), nil
	}
	if single {
		out := n.s.flat(column.Bool, 1)
		out.Data[0] = uint8(len(n.pick(n.op, a, b, 1, nil, n.sel[:0])))
		return constant(out, f.n), nil
	}
	out := n.s.flat(column.Bool, f.n)
	n.sel = n.pick(n.op, a, b, f.n, sel, n.sel[:0])
	clear(out.Data)
	kernel.Mark(out.Data, n.sel)
	return withValidity(&n.s, out, f.n, a, b), nil
}

// withValidity makes out NULL where a or b is, and zero there.
func withValidity(s *scratch, out *column.Column, n int, a, b *column.Column) *column.Column {
	var valid []uint64
	for _, c := range [...]*column.Column{a, b} {
		switch {
		case c == nil || c.Valid == nil || c.Form == column.Constant:
		case valid == nil:
			valid = c.Valid
		default:
			w := s.bitmap(n)
			for i := range w {
				w[i] = valid[i] & c.Valid[i]
			}
			valid = w
		}
	}
	if valid != nil {
		out.Valid = valid
		kernel.ZeroNulls(out.Data, out.Kind.Width(), valid, n)
	}
	return out
}

// picker chooses how values of two types are compared.
func (cp *compiler) picker(lt, rt types.Type) (pick, error) {
	lk, rk := lt.Kind(), rt.Kind()
	switch {
	case lt.OID == types.NumericOID && rt.OID == types.NumericOID:
		return numericPicker(lt, rt), nil
	case isTemporal(lt.OID) && isTemporal(rt.OID) && lt.OID != rt.OID:
		return cp.temporalPicker(lt.OID, rt.OID), nil
	case lt.OID == types.BPCharOID && rt.OID == types.BPCharOID:
		return pickBlankPadded, nil
	case lk == rk:
		if lk == column.List {
			return pickBy(kernel.Comparer(commonList(lt, rt))), nil
		}
		if p := kindPickers[lk]; p != nil {
			return p, nil
		}
	case isInt(lk) && isInt(rk):
		return pickMixedInts(), nil
	case isFloat(lk) && isFloat(rk):
		return pickMixedFloats(), nil
	}
	return nil, sqlerr.Internal("no comparison of %s and %s", typeName(lt), typeName(rt))
}

func commonList(a, b types.Type) types.Type {
	if a.Elem().OID == 0 {
		return b
	}
	return a
}

func isInt(k column.Kind) bool {
	return k == column.Int16 || k == column.Int32 || k == column.Int64 || k == column.Bool
}

func isFloat(k column.Kind) bool { return k == column.Float32 || k == column.Float64 }

func typeName(t types.Type) string {
	if f := types.FactsOf(t.OID); f != nil {
		return f.SQLName
	}
	return "???"
}

var kindPickers = map[column.Kind]pick{
	column.Bool:    pickNumbers[uint8],
	column.Int16:   pickNumbers[int16],
	column.Int32:   pickNumbers[int32],
	column.Int64:   pickNumbers[int64],
	column.Float32: pickNumbers[float32],
	column.Float64: pickNumbers[float64],
	column.Bytes: func(op kernel.Comparison, a, b *column.Column, n int, sel, out []int32) []int32 {
		if a.Form == column.Constant {
			a, b, op = b, a, op.Swap()
		}
		return kernel.SelectStrings(op, kernel.ViewsOf(a), kernel.ViewsOf(b), n, sel, out)
	},
	column.Fixed16: func(op kernel.Comparison, a, b *column.Column, n int, sel, out []int32) []int32 {
		x, y := kernel.OperandOf[[16]byte](a), kernel.OperandOf[[16]byte](b)
		return kernel.SelectFunc(n, sel, out, func(i int) bool {
			return op.Holds(bytes.Compare(x.Vals[i&x.Mask][:], y.Vals[i&y.Mask][:]))
		})
	},
	column.Interval: func(op kernel.Comparison, a, b *column.Column, n int, sel, out []int32) []int32 {
		x, y := kernel.OperandOf[column.IntervalValue](a), kernel.OperandOf[column.IntervalValue](b)
		return kernel.SelectFunc(n, sel, out, func(i int) bool {
			return op.Holds(kernel.Compare128(kernel.Span(x.Vals[i&x.Mask]), kernel.Span(y.Vals[i&y.Mask])))
		})
	},
}

// pickNumbers compares values of one machine type.
func pickNumbers[T kernel.Number](op kernel.Comparison, a, b *column.Column, n int, sel, out []int32) []int32 {
	switch {
	case b.Form == column.Constant:
		return kernel.SelectConst(op, column.Values[T](a)[:n], column.Values[T](b)[0], sel, out)
	case a.Form == column.Constant:
		return kernel.SelectConst(op.Swap(), column.Values[T](b)[:n], column.Values[T](a)[0], sel, out)
	}
	return kernel.SelectColumns(op, column.Values[T](a)[:n], column.Values[T](b)[:n], sel, out)
}

// pickBy compares by a comparer, row by row.
func pickBy(cmp kernel.CompareFunc) pick {
	return func(op kernel.Comparison, a, b *column.Column, n int, sel, out []int32) []int32 {
		return kernel.SelectFunc(n, sel, out, func(i int) bool {
			return !a.IsNull(i) && !b.IsNull(i) && op.Holds(cmp(a, i, b, i))
		})
	}
}

func pickBlankPadded(op kernel.Comparison, a, b *column.Column, n int, sel, out []int32) []int32 {
	x, y := kernel.ViewsOf(a), kernel.ViewsOf(b)
	return kernel.SelectFunc(n, sel, out, func(i int) bool {
		return op.Holds(bytes.Compare(kernel.TrimBlanks(x.At(i)), kernel.TrimBlanks(y.At(i))))
	})
}

// pickMixedInts compares integers of two widths as int64.
func pickMixedInts() pick {
	var as, bs scratch
	return func(op kernel.Comparison, a, b *column.Column, n int, sel, out []int32) []int32 {
		return pickNumbers[int64](op, widenInts(&as, a), widenInts(&bs, b), n, sel, out)
	}
}

// widenInts is an integer column as Int64; it is flat or constant.
func widenInts(s *scratch, c *column.Column) *column.Column {
	if c.Kind == column.Int64 {
		return c
	}
	n := c.Len
	if c.Form == column.Constant {
		n = 1
	}
	out := s.flat(column.Int64, n)
	dst := column.Values[int64](out)
	switch c.Kind {
	case column.Int16:
		convert(dst, column.Values[int16](c))
	case column.Int32:
		convert(dst, column.Values[int32](c))
	case column.Bool:
		convert(dst, column.Values[uint8](c))
	}
	out.Form, out.Valid, out.Len = c.Form, c.Valid, c.Len
	return out
}

// convert converts the first len(dst) numbers by Go's rules.
func convert[D, S kernel.Number](dst []D, src []S) {
	src = src[:len(dst)]
	for i, v := range src {
		dst[i] = D(v)
	}
}

// pickMixedFloats compares float4 with float8.
func pickMixedFloats() pick {
	var as, bs scratch
	wide := func(s *scratch, c *column.Column) *column.Column {
		if c.Kind == column.Float64 {
			return c
		}
		n := len(column.Values[float32](c))
		out := s.flat(column.Float64, n)
		convert(column.Values[float64](out), column.Values[float32](c))
		out.Form, out.Valid, out.Len = c.Form, c.Valid, c.Len
		return out
	}
	return func(op kernel.Comparison, a, b *column.Column, n int, sel, out []int32) []int32 {
		return pickNumbers[float64](op, wide(&as, a), wide(&bs, b), n, sel, out)
	}
}

// equality compiles the comparison that DISTINCT FROM, NULLIF, IN and so on
// stand on: a function of the catalog over two compiled arguments.
func (cp *compiler) equality(eq *function.Function, l, r node, lt, rt types.Type) (node, error) {
	if eq == nil {
		return cp.compare(kernel.EQ, l, r, lt, rt)
	}
	return cp.call(eq, []node{l, r}, []types.Type{lt, rt}, types.New(types.BoolOID))
}

// asCond is a boolean node as a condition.
func asCond(n node) cond {
	if c, ok := n.(cond); ok {
		return c
	}
	return &valueCond{n: n}
}

// valueCond picks the rows of a boolean value.
type valueCond struct {
	n node
	s scratch
}

func (v *valueCond) filter(f *frame, sel []int32, want bool, out []int32) ([]int32, error) {
	c, err := v.n.eval(f, sel)
	if err != nil {
		return out, err
	}
	return filterBool(&v.s, c, f, sel, want, out), nil
}

func filterBool(s *scratch, c *column.Column, f *frame, sel []int32, want bool, out []int32) []int32 {
	w := uint8(0)
	if want {
		w = 1
	}
	if c.Form == column.Constant {
		if !c.IsNull(0) && c.Data[0] == w {
			out = append(out, rowsOf(f, sel)...)
		}
		return out
	}
	base := len(out)
	c = s.flatten(c, sel)
	out = kernel.SelectBool(c.Data[:f.n], w, sel, out)
	return maskValid(out, base, c)
}

// condition compiles e as a condition.
func (cp *compiler) condition(e scalar.Expr) (cond, error) {
	n, err := cp.node(e)
	if err != nil {
		return nil, err
	}
	return asCond(n), nil
}
