package eval

import (
	"math"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/eval/libm"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

func init() {
	register(map[string]builder{
		"sqrt": floatOr(func(x float64) (float64, error) {
			if x < 0 {
				return 0, sqlerr.New(sqlerr.InvalidArgumentForPowerFunction, "cannot take square root of a negative number")
			}
			return math.Sqrt(x), nil
		}, numeric.Sqrt),
		"cbrt": floatOr(func(x float64) (float64, error) { return math.Cbrt(x), nil }, nil),
		"exp": floatOr(func(x float64) (float64, error) {
			r := libm.Exp(x)
			switch {
			case math.IsInf(r, 0) && !math.IsInf(x, 0):
				return 0, errOverflow()
			case r == 0 && !math.IsInf(x, 0):
				return 0, errUnderflow()
			}
			return r, nil
		}, numeric.Exp),
		"ln": floatOr(func(x float64) (float64, error) {
			if err := logArgument(x); err != nil {
				return 0, err
			}
			return libm.Log(x), nil
		}, numeric.Ln),
		"log10": floatOr(func(x float64) (float64, error) {
			if err := logArgument(x); err != nil {
				return 0, err
			}
			return libm.Log10(x), nil
		}, numeric.Log10),
		"log":   rowwise(numericBinary(numeric.Log)),
		"power": power,
		"ceil":  floatOr(func(x float64) (float64, error) { return math.Ceil(x), nil }, numeric.Ceil),
		"floor": floatOr(func(x float64) (float64, error) { return math.Floor(x), nil }, numeric.Floor),
		"round": floatOr(func(x float64) (float64, error) { return math.RoundToEven(x), nil },
			func(n numeric.Numeric) (numeric.Numeric, error) { return numeric.Round(n, 0) }),
		"trunc": floatOr(func(x float64) (float64, error) { return math.Trunc(x), nil },
			func(n numeric.Numeric) (numeric.Numeric, error) { return numeric.Trunc(n, 0), nil }),
		"round_scale": rowwise(scaled(numeric.Round)),
		"trunc_scale": rowwise(scaled(func(n numeric.Numeric, s int) (numeric.Numeric, error) { return numeric.Trunc(n, s), nil })),
		"sign": floatOr(func(x float64) (float64, error) {
			switch {
			case x > 0:
				return 1, nil
			case x < 0:
				return -1, nil
			}
			return 0, nil // of NaN too
		}, func(n numeric.Numeric) (numeric.Numeric, error) {
			if n.IsNaN() {
				return n, nil
			}
			return numeric.FromInt64(int64(n.Sign())), nil
		}),
		"div_trunc": rowwise(numericBinary(numeric.DivTrunc)),
		"scale":     rowwise(numericScale(func(n numeric.Numeric) int { return n.Scale() })),
		"min_scale": rowwise(numericScale(numeric.MinScale)),
		"trim_scale": rowwise(numericMap(func(n numeric.Numeric) (numeric.Numeric, error) {
			return numeric.TrimScale(n), nil
		})),
		"factorial":    rowwise(factorial),
		"gcd":          commonDivisor(false),
		"lcm":          commonDivisor(true),
		"width_bucket": widthBucket,
		"pi":           rowwise(func(c *call) error { return fill(c, math.Pi) }),
		"random":       rowwise(random),

		"degrees": floats(func(x float64) (float64, error) { return checkFloat(x/radiansPerDegree, x) }),
		"radians": floats(func(x float64) (float64, error) { return x * radiansPerDegree, nil }),

		"bitand": bitOp(func(a, b int64) int64 { return a & b }), "bitor": bitOp(func(a, b int64) int64 { return a | b }),
		"bitxor": bitOp(func(a, b int64) int64 { return a ^ b }), "bitnot": bitOp(func(a, _ int64) int64 { return ^a }),
		"shl": shift(true), "shr": shift(false),
	})
}

const radiansPerDegree = 0.0174532925199432957692

func fill(c *call, v float64) error {
	dst := column.Values[float64](c.out)
	for i := range dst {
		dst[i] = v
	}
	return nil
}

func logArgument(x float64) error {
	switch {
	case x == 0:
		return sqlerr.New(sqlerr.InvalidArgumentForLogarithm, "cannot take logarithm of zero")
	case x < 0:
		return sqlerr.New(sqlerr.InvalidArgumentForLogarithm, "cannot take logarithm of a negative number")
	}
	return nil
}

// checkFloat is r, the result for x, or the error of an overflow.
func checkFloat(r, x float64) (float64, error) {
	if math.IsInf(r, 0) && !math.IsInf(x, 0) {
		return 0, errOverflow()
	}
	return r, nil
}

// floats is the builder of a function of one float8.
func floats(f func(float64) (float64, error)) builder {
	return rowwise(func(c *call) error {
		x, dst := arg[float64](c, 0), column.Values[float64](c.out)
		return c.each(func(i int) (err error) {
			dst[i], err = f(x.at(i))
			return err
		})
	})
}

// floatOr is the builder of a function of one float8 or one numeric.
func floatOr(f func(float64) (float64, error), n func(numeric.Numeric) (numeric.Numeric, error)) builder {
	forFloat := floats(f)
	return func(cp *compiler, s *signature) (node, error) {
		if s.argt[0].OID == types.NumericOID {
			return s.node(cp, numericMap(n)), nil
		}
		return forFloat(cp, s)
	}
}

// scaled is round or trunc of a numeric to a number of digits.
func scaled(f func(numeric.Numeric, int) (numeric.Numeric, error)) apply {
	return func(c *call) error {
		digits := arg[int32](c, 1)
		return c.each(func(i int) error {
			r, err := f(c.numeric(0, i), int(digits.at(i)))
			if err != nil {
				return err
			}
			return c.putNumeric(i, r)
		})
	}
}

func numericScale(f func(numeric.Numeric) int) apply {
	return func(c *call) error {
		dst := column.Values[int32](c.out)
		return c.each(func(i int) error {
			n := c.numeric(0, i)
			if !n.IsFinite() {
				c.null(i)
				return nil
			}
			dst[i] = int32(f(n))
			return nil
		})
	}
}

func factorial(c *call) error {
	x := arg[int64](c, 0)
	return c.each(func(i int) error {
		r, err := numeric.Factorial(x.at(i))
		if err != nil {
			return err
		}
		return c.putNumeric(i, r)
	})
}

func power(cp *compiler, s *signature) (node, error) {
	if s.argt[0].OID == types.NumericOID {
		return s.node(cp, numericBinary(numeric.Power)), nil
	}
	return s.node(cp, func(c *call) error {
		x, y, dst := arg[float64](c, 0), arg[float64](c, 1), column.Values[float64](c.out)
		return c.each(func(i int) (err error) {
			dst[i], err = floatPower(x.at(i), y.at(i))
			return err
		})
	}), nil
}

// floatPower is x^y with Postgres's treatment of what C leaves open.
func floatPower(x, y float64) (float64, error) {
	switch {
	case math.IsNaN(x):
		if y == 0 {
			return 1, nil
		}
		return x, nil
	case math.IsNaN(y):
		if x == 1 {
			return 1, nil
		}
		return y, nil
	case x == 0 && y < 0:
		return 0, sqlerr.New(sqlerr.InvalidArgumentForPowerFunction, "zero raised to a negative power is undefined")
	case x < 0 && math.Floor(y) != y:
		return 0, sqlerr.New(sqlerr.InvalidArgumentForPowerFunction, "a negative number raised to a non-integer power yields a complex result")
	}
	r := libm.Pow(x, y)
	switch {
	case math.IsInf(x, 0) || math.IsInf(y, 0):
	case math.IsInf(r, 0):
		return 0, errOverflow()
	case r == 0 && x != 0:
		return 0, errUnderflow()
	}
	return r, nil
}

// commonDivisor is gcd, or lcm.
func commonDivisor(multiple bool) builder {
	return func(cp *compiler, s *signature) (node, error) {
		switch s.argt[0].OID {
		case types.Int4OID:
			return s.node(cp, func(c *call) error {
				x, y, dst := arg[int32](c, 0), arg[int32](c, 1), column.Values[int32](c.out)
				return c.each(func(i int) error {
					r, ok := divisorOf(int64(x.at(i)), int64(y.at(i)), multiple)
					if !ok || r > math.MaxInt32 {
						return errInteger()
					}
					dst[i] = int32(r)
					return nil
				})
			}), nil
		case types.Int8OID:
			return s.node(cp, func(c *call) error {
				x, y, dst := arg[int64](c, 0), arg[int64](c, 1), column.Values[int64](c.out)
				return c.each(func(i int) error {
					r, ok := divisorOf(x.at(i), y.at(i), multiple)
					if !ok {
						return errBigint()
					}
					dst[i] = r
					return nil
				})
			}), nil
		}
		if multiple {
			return s.node(cp, numericBinary(numeric.LCM)), nil
		}
		return s.node(cp, numericBinary(numeric.GCD)), nil
	}
}

func divisorOf(x, y int64, multiple bool) (int64, bool) {
	if multiple && (x == 0 || y == 0) {
		return 0, true
	}
	a, b := magnitude(x), magnitude(y)
	for b != 0 {
		a, b = b, a%b
	}
	if !multiple {
		return int64(a), a <= math.MaxInt64
	}
	r, ok := kernel.Mul128(kernel.Int128{Lo: magnitude(x) / a}, kernel.Int128{Lo: magnitude(y)})
	return int64(r.Lo), ok && r.Hi == 0 && r.Lo <= math.MaxInt64
}

func magnitude(x int64) uint64 {
	if x < 0 {
		return -uint64(x)
	}
	return uint64(x)
}

// bitOp is a bitwise operator on integers of any width.
func bitOp(f func(a, b int64) int64) builder {
	return func(cp *compiler, s *signature) (node, error) {
		var as, bs scratch
		n := s.node(cp, func(c *call) error {
			x := kernel.OperandOf[int64](widenInts(&as, c.args[0]))
			y := x
			if len(c.args) == 2 {
				y = kernel.OperandOf[int64](widenInts(&bs, c.args[1]))
			}
			switch c.out.Kind {
			case column.Int16:
				bitwise(column.Values[int16](c.out), x, y, f)
			case column.Int32:
				bitwise(column.Values[int32](c.out), x, y, f)
			default:
				bitwise(column.Values[int64](c.out), x, y, f)
			}
			return nil
		})
		n.dense = true
		return n, nil
	}
}

func bitwise[T kernel.Integer](dst []T, x, y kernel.Operand[int64], f func(a, b int64) int64) {
	for i := range dst {
		dst[i] = T(f(x.Vals[i&x.Mask], y.Vals[i&y.Mask]))
	}
}

// shift is << and >>: the count is taken modulo the width, as on the machines
// that Postgres runs on; int2 shifts as int4.
func shift(left bool) builder {
	return bitWidth(func(width uint) func(a, b int64) int64 {
		return func(a, b int64) int64 {
			n := uint(b) & (width - 1)
			if left {
				if width == 32 {
					return int64(int32(a) << n)
				}
				return a << n
			}
			return a >> n
		}
	})
}

func bitWidth(f func(width uint) func(a, b int64) int64) builder {
	return func(cp *compiler, s *signature) (node, error) {
		width := uint(32)
		if s.typ.OID == types.Int8OID {
			width = 64
		}
		return bitOp(f(width))(cp, s)
	}
}
