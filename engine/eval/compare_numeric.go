package eval

import (
	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// literalType refines the type of a numeric constant: its digits are known,
// whatever the type says.
func literalType(n node, t types.Type) types.Type {
	c, ok := n.(*constNode)
	if !ok || t.OID != types.NumericOID || t.Fixed() || c.datum.Null || c.datum.Kind != column.Numeric {
		return t
	}
	v := numeric.Decode([]byte(c.datum.S))
	if !v.IsFinite() {
		return t
	}
	for _, digits := range [...]int{18, 38} {
		f := types.FixedNumeric(digits, v.Scale())
		if !f.Fixed() {
			continue
		}
		d := types.Datum{Kind: f.Kind()}
		if digits == 18 {
			if x, ok := v.Scaled64(v.Scale()); ok {
				d.I = x
				*c = *newConst(d, f)
				return f
			}
		} else if hi, lo, ok := v.Scaled128(v.Scale()); ok {
			d = types.Int128(kernel.Int128{Hi: hi, Lo: lo})
			*c = *newConst(d, f)
			return f
		}
	}
	return t
}

// numericPicker compares numerics of any two forms. Which kinds a batch brings
// is looked at per batch; scaled integers of one scale compare as they are.
func numericPicker(lt, rt types.Type) pick {
	if !lt.Fixed() || !rt.Fixed() {
		return func(op kernel.Comparison, a, b *column.Column, n int, sel, out []int32) []int32 {
			return kernel.SelectFunc(n, sel, out, func(i int) bool {
				return op.Holds(numeric.Compare(kernel.NumericAt(a, i, int(lt.Scale)), kernel.NumericAt(b, i, int(rt.Scale))))
			})
		}
	}
	ls, rs := int(lt.Scale), int(rt.Scale)
	return func(op kernel.Comparison, a, b *column.Column, n int, sel, out []int32) []int32 {
		if a.Form == column.Constant {
			return pickFixed(op.Swap(), b, a, rs, ls, n, sel, out)
		}
		return pickFixed(op, a, b, ls, rs, n, sel, out)
	}
}

// pickFixed compares scaled integers; only b may be constant.
func pickFixed(op kernel.Comparison, a, b *column.Column, as, bs, n int, sel, out []int32) []int32 {
	if b.Form == column.Constant && as != bs {
		c := kernel.NumericAt(b, 0, bs)
		var all, none bool
		op, c, all, none = rescaleBound(op, c, as)
		switch {
		case none:
			return out
		case all:
			if sel != nil {
				return append(out, sel...)
			}
			return append(out, sequence(n)...)
		}
		if v, ok := c.Scaled64(as); ok && a.Kind == column.Int64 {
			return kernel.SelectConst(op, column.Values[int64](a)[:n], v, sel, out)
		}
		if hi, lo, ok := c.Scaled128(as); ok {
			v := types.Int128(kernel.Int128{Hi: hi, Lo: lo}).Column(n, column.Invalid)
			a = kernel.Widen(a, column.Int128, as, as)
			return kernel.Select128(op, kernel.OperandOf[kernel.Int128](a), kernel.OperandOf[kernel.Int128](v), n, sel, out)
		}
	} else if as == bs {
		if a.Kind == column.Int64 && b.Kind == column.Int64 {
			return pickNumbers[int64](op, a, b, n, sel, out)
		}
		a, b = kernel.Widen(a, column.Int128, as, as), kernel.Widen(b, column.Int128, bs, bs)
		return kernel.Select128(op, kernel.OperandOf[kernel.Int128](a), kernel.OperandOf[kernel.Int128](b), n, sel, out)
	}
	return kernel.SelectFunc(n, sel, out, func(i int) bool {
		return op.Holds(numeric.Compare(kernel.NumericAt(a, i, as), kernel.NumericAt(b, i, bs)))
	})
}

// rescaleBound rewrites x op c for x of scale digits after the point so that c
// has that scale too: x < 0.055 is x <= 0.05 at scale 2.
func rescaleBound(op kernel.Comparison, c numeric.Numeric, scale int) (_ kernel.Comparison, bound numeric.Numeric, all, none bool) {
	if !c.IsFinite() || c.Scale() <= scale {
		return op, c, false, false
	}
	below := numeric.Trunc(c, scale)
	if numeric.Equal(below, c) {
		return op, below, false, false
	}
	if c.Sign() < 0 { // truncation went up: x < c is x < below, since nothing lies between
		switch op {
		case kernel.EQ:
			return op, c, false, true
		case kernel.NE:
			return op, c, true, false
		case kernel.LT, kernel.LE:
			return kernel.LT, below, false, false
		}
		return kernel.GE, below, false, false
	}
	switch op {
	case kernel.EQ:
		return op, c, false, true
	case kernel.NE:
		return op, c, true, false
	case kernel.LT, kernel.LE:
		return kernel.LE, below, false, false
	}
	return kernel.GT, below, false, false
}
