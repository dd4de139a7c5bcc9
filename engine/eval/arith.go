package eval

import (
	"math"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// arithmetic is the builder of + - * / %: which loop runs is settled by the
// result's type, to which narrower arguments are widened.
func arithmetic(op arithOp) builder {
	return func(cp *compiler, s *signature) (node, error) {
		var a apply
		switch s.typ.OID {
		case types.Int2OID:
			a = intArith[int16](op, column.Int16, errSmallint)
		case types.Int4OID:
			a = intArith[int32](op, column.Int32, errInteger)
		case types.Int8OID:
			a = intArith[int64](op, column.Int64, errBigint)
		case types.Float4OID:
			a = floatArith[float32](op, column.Float32)
		case types.Float8OID:
			a = floatArith[float64](op, column.Float64)
		case types.NumericOID:
			for k := range s.argt {
				s.argt[k] = literalType(s.args[k], s.argt[k])
			}
			return numericArith(cp, s, op), nil
		default:
			return nil, noKernel(s.fn)
		}
		n := s.node(cp, a)
		n.dense = true
		return n, nil
	}
}

type arithOp uint8

const (
	opAdd arithOp = iota
	opSub
	opMul
	opDiv
	opMod
)

func errSmallint() error {
	return sqlerr.New(sqlerr.NumericValueOutOfRange, "smallint out of range")
}
func errInteger() error { return sqlerr.New(sqlerr.NumericValueOutOfRange, "integer out of range") }
func errBigint() error  { return sqlerr.New(sqlerr.NumericValueOutOfRange, "bigint out of range") }
func errDivisionByZero() error {
	return sqlerr.New(sqlerr.DivisionByZero, "division by zero")
}
func errOverflow() error {
	return sqlerr.New(sqlerr.NumericValueOutOfRange, "value out of range: overflow")
}
func errUnderflow() error {
	return sqlerr.New(sqlerr.NumericValueOutOfRange, "value out of range: underflow")
}

// intArith computes all rows without looking, and looks at the valid ones
// where something overflowed.
func intArith[T kernel.Integer](op arithOp, kind column.Kind, outOfRange func() error) apply {
	all := [...]func(dst []T, a, b kernel.Operand[T]) bool{
		kernel.AddInts[T], kernel.SubInts[T], kernel.MulInts[T], kernel.DivInts[T], kernel.ModInts[T]}[op]
	var one func(x, y T) (T, error)
	checked := func(f func(x, y T) (T, bool)) func(x, y T) (T, error) {
		return func(x, y T) (T, error) {
			r, ok := f(x, y)
			if !ok {
				return 0, outOfRange()
			}
			return r, nil
		}
	}
	switch op {
	case opAdd:
		one = checked(kernel.AddChecked[T])
	case opSub:
		one = checked(kernel.SubChecked[T])
	case opMul:
		one = checked(kernel.MulChecked[T])
	case opDiv:
		one = func(x, y T) (T, error) {
			switch {
			case y == 0:
				return 0, errDivisionByZero()
			case y == -1:
				if x != 0 && x == -x {
					return 0, outOfRange()
				}
				return -x, nil
			}
			return x / y, nil
		}
	case opMod:
		one = func(x, y T) (T, error) {
			switch y {
			case 0:
				return 0, errDivisionByZero()
			case -1:
				return 0, nil
			}
			return x % y, nil
		}
	}
	var as, bs scratch
	return func(c *call) error {
		a, b := intOperand[T](&as, c.args[0], kind), intOperand[T](&bs, c.args[1], kind)
		dst := column.Values[T](c.out)
		if !c.sparse() && !all(dst, a.Operand, b.Operand) {
			return nil
		}
		return c.eachValid(func(i int) (err error) {
			dst[i], err = one(a.at(i), b.at(i))
			return err
		})
	}
}

// intOperand is an integer argument widened to kind, whose machine type is T.
func intOperand[T kernel.Integer](s *scratch, c *column.Column, kind column.Kind) operand[T] {
	if c.Kind == kind {
		return operand[T]{kernel.OperandOf[T](c)}
	}
	n := c.Len
	if c.Form == column.Constant {
		n = 1
	}
	out := s.flat(kind, n)
	dst := column.Values[T](out)
	switch c.Kind {
	case column.Int16:
		convert(dst, column.Values[int16](c))
	case column.Int32:
		convert(dst, column.Values[int32](c))
	default:
		convert(dst, column.Values[int64](c))
	}
	out.Form = c.Form
	return operand[T]{kernel.OperandOf[T](out)}
}

func floatArith[T kernel.Float](op arithOp, kind column.Kind) apply {
	all := [...]func(dst []T, a, b kernel.Operand[T]) bool{
		kernel.AddFloats[T], kernel.SubFloats[T], kernel.MulFloats[T], kernel.DivFloats[T]}[op]
	var as, bs scratch
	return func(c *call) error {
		a, b := floatOperand[T](&as, c.args[0], kind), floatOperand[T](&bs, c.args[1], kind)
		dst := column.Values[T](c.out)
		if !c.sparse() && !all(dst, a.Operand, b.Operand) {
			return nil
		}
		return c.eachValid(func(i int) error {
			x, y := a.at(i), b.at(i)
			var r T
			switch op {
			case opAdd:
				r = x + y
			case opSub:
				r = x - y
			case opMul:
				r = x * y
			case opDiv:
				if y == 0 && x == x {
					return errDivisionByZero()
				}
				r = x / y
			}
			dst[i] = r
			switch {
			case isInf(r) && !isInf(x) && (op == opDiv || !isInf(y)):
				return errOverflow()
			case r == 0 && op == opMul && x != 0 && y != 0, r == 0 && op == opDiv && x != 0 && !isInf(y):
				return errUnderflow()
			}
			return nil
		})
	}
}

func isInf[T kernel.Float](f T) bool { return math.IsInf(float64(f), 0) }

func floatOperand[T kernel.Float](s *scratch, c *column.Column, kind column.Kind) operand[T] {
	if c.Kind == kind {
		return operand[T]{kernel.OperandOf[T](c)}
	}
	n := c.Len
	if c.Form == column.Constant {
		n = 1
	}
	out := s.flat(kind, n)
	convert(column.Values[T](out), column.Values[float32](c))
	out.Form = c.Form
	return operand[T]{kernel.OperandOf[T](out)}
}

// unaryMinus, absolute and identity are the builders of -x, abs(x) and +x.

func unaryMinus(cp *compiler, s *signature) (node, error) {
	switch s.typ.OID {
	case types.Int2OID:
		return negInt[int16](cp, s, errSmallint), nil
	case types.Int4OID:
		return negInt[int32](cp, s, errInteger), nil
	case types.Int8OID:
		return negInt[int64](cp, s, errBigint), nil
	case types.Float4OID:
		return mapDense(cp, s, func(x float32) float32 { return -x }), nil
	case types.Float8OID:
		return mapDense(cp, s, func(x float64) float64 { return -x }), nil
	case types.NumericOID:
		return numericUnary(cp, s, signNegate), nil
	}
	return nil, noKernel(s.fn)
}

func absolute(cp *compiler, s *signature) (node, error) {
	switch s.typ.OID {
	case types.Int2OID:
		return absInt[int16](cp, s, errSmallint), nil
	case types.Int4OID:
		return absInt[int32](cp, s, errInteger), nil
	case types.Int8OID:
		return absInt[int64](cp, s, errBigint), nil
	case types.Float4OID:
		return mapDense(cp, s, func(x float32) float32 { return float32(math.Abs(float64(x))) }), nil
	case types.Float8OID:
		return mapDense(cp, s, math.Abs), nil
	case types.NumericOID:
		return numericUnary(cp, s, signDrop), nil
	}
	return nil, noKernel(s.fn)
}

func identity(cp *compiler, s *signature) (node, error) { return s.args[0], nil }

func negInt[T kernel.Integer](cp *compiler, s *signature, outOfRange func() error) node {
	return s.node(cp, func(c *call) error {
		x, dst := arg[T](c, 0), column.Values[T](c.out)
		return c.each(func(i int) error {
			v := x.at(i)
			if v != 0 && v == -v {
				return outOfRange()
			}
			dst[i] = -v
			return nil
		})
	})
}

func absInt[T kernel.Integer](cp *compiler, s *signature, outOfRange func() error) node {
	return s.node(cp, func(c *call) error {
		x, dst := arg[T](c, 0), column.Values[T](c.out)
		return c.each(func(i int) error {
			v := x.at(i)
			if v < 0 {
				if v == -v {
					return outOfRange()
				}
				v = -v
			}
			dst[i] = v
			return nil
		})
	})
}

// mapDense computes an infallible function of one value for every row.
func mapDense[A, R column.Element](cp *compiler, s *signature, f func(A) R) node {
	n := s.node(cp, func(c *call) error {
		x, dst := arg[A](c, 0), column.Values[R](c.out)
		for i := range dst {
			dst[i] = f(x.at(i))
		}
		return nil
	})
	n.dense = true
	return n
}
