package numeric

import (
	"math"
	"math/big"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// GCD is the greatest common divisor; its scale is the larger of the two.
func GCD(a, b Numeric) (Numeric, error) {
	if a.form|b.form != finite {
		return NaN, nil
	}
	x, y, scale := alignBig(a, b)
	return fromBig(false, new(big.Int).GCD(nil, nil, x, y), scale), nil
}

// LCM is the least common multiple; its scale is the larger of the two.
func LCM(a, b Numeric) (Numeric, error) {
	if a.form|b.form != finite {
		return NaN, nil
	}
	x, y, scale := alignBig(a, b)
	if x.Sign() == 0 || y.Sign() == 0 {
		return Numeric{scale: uint16(scale)}, nil
	}
	g := new(big.Int).GCD(nil, nil, x, y)
	g.Quo(x, g)
	return checked(fromBig(false, g.Mul(g, y), scale))
}

// Factorial is n!.
func Factorial(n int64) (Numeric, error) {
	switch {
	case n < 0:
		return Numeric{}, sqlerr.New(sqlerr.NumericValueOutOfRange, "factorial of a negative number is undefined")
	case n > 32177:
		return Numeric{}, errFormatOverflow()
	case n <= 1:
		return One, nil
	}
	return fromBig(false, new(big.Int).MulRange(2, n), 0), nil
}

// WidthBucket is the number of the bucket, of count between low and high,
// that v falls into: 0 below, count+1 above.
func WidthBucket(v, low, high Numeric, count int32) (int32, error) {
	fail := func(text string) (int32, error) {
		return 0, sqlerr.New(sqlerr.InvalidArgumentForWidthBucketFunction, "%s", text)
	}
	if count <= 0 {
		return fail("count must be greater than zero")
	}
	if v.form == nan || low.form == nan || high.form == nan {
		return fail("operand, lower bound, and upper bound cannot be NaN")
	}
	if low.form != finite || high.form != finite {
		return fail("lower and upper bounds must be finite")
	}
	c := Compare(low, high)
	if c == 0 {
		return fail("lower bound cannot equal upper bound")
	}
	below, above := Compare(v, low) < 0, Compare(v, high) >= 0
	if c > 0 {
		below, above = Compare(v, low) > 0, Compare(v, high) <= 0
	}
	if below {
		return 0, nil
	}
	if above {
		if count == math.MaxInt32 {
			return 0, sqlerr.New(sqlerr.NumericValueOutOfRange, "integer out of range")
		}
		return count + 1, nil
	}
	// floor(count × (v - low) / (high - low)) + 1, exactly.
	num, _ := Sub(v, low)
	den, _ := Sub(high, low)
	num, err := Mul(num.Abs(), FromInt64(int64(count)))
	if err != nil {
		return 0, err
	}
	q, err := DivTrunc(num, den.Abs())
	if err != nil {
		return 0, err
	}
	b, _ := q.int64()
	return int32(b) + 1, nil
}
