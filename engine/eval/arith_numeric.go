package eval

import (
	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// numericArith is + - * / % of numerics. Sums and products of scaled integers
// are computed in 64 bits, redone in 128 where a batch does not fit, and
// redone in the variable form where that does not fit either. Everything else
// goes value by value through catalog/numeric.
func numericArith(cp *compiler, s *signature, op arithOp) node {
	a, b, t := s.argt[0], s.argt[1], s.typ
	general := numericBinary([...]func(x, y numeric.Numeric) (numeric.Numeric, error){
		numeric.Add, numeric.Sub, numeric.Mul, numeric.Div, numeric.Mod}[op])
	if op > opMul || !a.Fixed() || !b.Fixed() {
		return s.node(cp, general)
	}
	scale := max(int(a.Scale), int(b.Scale))
	if op == opMul {
		scale = int(a.Scale) + int(b.Scale)
	}
	if scale > 18 || t.Fixed() && int(t.Scale) != scale {
		return s.node(cp, general)
	}
	n := s.node(cp, nil)
	f := &fixedArith{op: op, scale: scale, variable: !t.Fixed(), wideOnly: t.Kind() == column.Int128, general: general, fa: 1, fb: 1}
	if op != opMul {
		f.fa, f.fb = kernel.Pow10[scale-int(a.Scale)], kernel.Pow10[scale-int(b.Scale)]
	}
	n.apply, n.dense = f.apply, true
	return n
}

// fixedArith is one operation on scaled integers.
type fixedArith struct {
	op       arithOp
	scale    int   // of the result
	fa, fb   int64 // bring the operands to it (sums)
	variable bool  // the result's type has no static bound: encode
	wideOnly bool  // the result may be of kind Int128
	general  apply
	narrow   scratch
	wide     scratch
}

func (f *fixedArith) apply(c *call) error {
	x, y := c.args[0], c.args[1]
	if x.Kind == column.Int64 && y.Kind == column.Int64 {
		out := f.narrow.flat(column.Int64, c.n)
		dst := column.Values[int64](out)
		a, b := kernel.OperandOf[int64](x), kernel.OperandOf[int64](y)
		ok := false
		switch f.op {
		case opAdd:
			ok = kernel.AddFixed64(dst, a, b, f.fa, f.fb)
		case opSub:
			ok = kernel.SubFixed64(dst, a, b, f.fa, f.fb)
		default:
			ok = kernel.MulFixed64(dst, a, b)
		}
		if ok {
			if f.variable {
				kernel.EncodeFixed(column.Values[column.View](c.out), dst, f.scale)
				return nil
			}
			c.out = out
			return nil
		}
	}
	return f.widened(c)
}

// widened redoes the batch in 128 bits. Rows that do not count may overflow,
// so only those that do are computed.
func (f *fixedArith) widened(c *call) error {
	if f.variable {
		return f.general(c)
	}
	rows := c.sel
	if c.valid != nil {
		rows = kernel.AppendWhere(nil, c.valid, c.n, c.sel, true)
	}
	out := f.wide.flat(column.Int128, c.n)
	dst := column.Values[kernel.Int128](out)
	clear(dst)
	op := [...]kernel.FixedOp{kernel.FixedAdd, kernel.FixedSub, kernel.FixedMul}[f.op]
	bad := kernel.Fixed128(op, dst, fixedOperand(c.args[0]), fixedOperand(c.args[1]), kernel.Wide(f.fa), kernel.Wide(f.fb), rows)
	switch {
	case bad >= 0:
		return sqlerr.Internal("numeric result does not fit its static type (%d,%d)", c.typ.Digits, c.typ.Scale)
	case !f.wideOnly:
		n := column.Values[int64](f.narrow.flat(column.Int64, c.n))
		for i, v := range dst {
			switch {
			case v == kernel.NaN128:
				n[i] = kernel.NaN64
			case kernel.Fits64(v):
				n[i] = int64(v.Lo)
			default:
				return sqlerr.Internal("numeric result does not fit its static type (%d,%d)", c.typ.Digits, c.typ.Scale)
			}
		}
		c.out = &f.narrow.col
		return nil
	}
	c.out = out
	return nil
}

func fixedOperand(c *column.Column) kernel.Fixed {
	if c.Kind == column.Int128 {
		return kernel.Fixed{Wide: kernel.OperandOf[kernel.Int128](c)}
	}
	return kernel.Fixed{Narrow: kernel.OperandOf[int64](c)}
}

// numericBinary computes value by value.
func numericBinary(f func(x, y numeric.Numeric) (numeric.Numeric, error)) apply {
	return func(c *call) error {
		return c.eachValid(func(i int) error {
			r, err := f(c.numeric(0, i), c.numeric(1, i))
			if err != nil {
				return err
			}
			return c.putNumeric(i, r)
		})
	}
}

// numericMap is the apply of a function of one numeric.
func numericMap(f func(numeric.Numeric) (numeric.Numeric, error)) apply {
	return func(c *call) error {
		return c.each(func(i int) error {
			r, err := f(c.numeric(0, i))
			if err != nil {
				return err
			}
			return c.putNumeric(i, r)
		})
	}
}

type signOp uint8

const (
	signNegate signOp = iota
	signDrop
)

// numericUnary is -x or abs(x): of a scaled integer in its own kind.
func numericUnary(cp *compiler, s *signature, op signOp) node {
	general := numericMap(func(v numeric.Numeric) (numeric.Numeric, error) {
		if op == signDrop {
			return v.Abs(), nil
		}
		return v.Neg(), nil
	})
	if !s.argt[0].Fixed() || !s.typ.Fixed() {
		return s.node(cp, general)
	}
	var sc scratch
	n := s.node(cp, func(c *call) error {
		in := c.args[0]
		c.out = sc.flat(in.Kind, c.n)
		if in.Kind == column.Int64 {
			x := arg[int64](c, 0)
			dst := column.Values[int64](c.out)
			for i := range dst {
				v := x.at(i)
				if v != kernel.NaN64 && (op == signNegate || v < 0) {
					v = -v
				}
				dst[i] = v
			}
			return nil
		}
		x := arg[kernel.Int128](c, 0)
		dst := column.Values[kernel.Int128](c.out)
		for i := range dst {
			v := x.at(i)
			if v != kernel.NaN128 && (op == signNegate || v.Hi < 0) {
				v = kernel.Neg128(v)
			}
			dst[i] = v
		}
		return nil
	})
	n.dense = true
	return n
}
