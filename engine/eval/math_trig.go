package eval

import (
	"math"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/engine/eval/libm"
	"github.com/inlaydb/inlay/storage/column"
)

func init() {
	total := func(f func(float64) float64) builder {
		return floats(func(x float64) (float64, error) { return f(x), nil })
	}
	periodic := func(f func(float64) float64) builder {
		return floats(func(x float64) (float64, error) {
			if math.IsInf(x, 0) {
				return 0, errInput()
			}
			return f(x), nil
		})
	}
	bounded := func(lo, hi float64, f func(float64) float64) builder {
		return floats(func(x float64) (float64, error) {
			if x < lo || x > hi {
				return 0, errInput()
			}
			return f(x), nil
		})
	}
	overflowing := func(f func(float64) float64) builder {
		return floats(func(x float64) (float64, error) { return checkFloat(f(x), x) })
	}
	register(map[string]builder{
		"sin": periodic(libm.Sin), "cos": periodic(libm.Cos), "tan": periodic(libm.Tan),
		"cot":  periodic(func(x float64) float64 { return 1 / libm.Tan(x) }),
		"asin": bounded(-1, 1, libm.Asin), "acos": bounded(-1, 1, libm.Acos), "atan": total(libm.Atan),
		"sind": periodic(sinDegrees), "cosd": periodic(cosDegrees), "tand": periodic(tanDegrees), "cotd": periodic(cotDegrees),
		"asind": bounded(-1, 1, asinDegrees), "acosd": bounded(-1, 1, acosDegrees), "atand": total(atanDegrees),
		// An overflow of sinh and cosh is infinity in Postgres, not an error.
		"sinh": total(libm.Sinh), "cosh": total(libm.Cosh), "tanh": total(libm.Tanh),
		"asinh": overflowing(math.Asinh), "acosh": bounded(1, math.Inf(1), math.Acosh), "atanh": bounded(-1, 1, math.Atanh),
		"atan2": twoFloats(libm.Atan2), "atan2d": twoFloats(func(y, x float64) float64 {
			return libm.Atan2(y, x) / atanOne * 45
		}),
	})
}

func errInput() error {
	return sqlerr.New(sqlerr.NumericValueOutOfRange, "input is out of range")
}

func twoFloats(f func(a, b float64) float64) builder {
	return rowwise(func(c *call) error {
		x, y, dst := arg[float64](c, 0), arg[float64](c, 1), column.Values[float64](c.out)
		return c.each(func(i int) error {
			dst[i] = f(x.at(i), y.at(i))
			return nil
		})
	})
}

// The functions of degrees are exact where the answer is: they are scaled by
// what the library itself gives at 30, 45 and 60 degrees, as Postgres does.
var (
	sinThirty       = libm.Sin(radiansOf(30))
	oneLessCosSixty = 1 - libm.Cos(radiansOf(60))
	asinHalf        = libm.Asin(0.5)
	acosHalf        = libm.Acos(0.5)
	atanOne         = libm.Atan(1)
	tanFortyFive    = sinQuarter(45) / cosQuarter(45)
	cotFortyFive    = cosQuarter(45) / sinQuarter(45)
)

// radiansOf rounds as it does for any angle: a constant would be exact.
func radiansOf(x float64) float64 { return x * radiansPerDegree }

func sinTo30(x float64) float64 { return libm.Sin(radiansOf(x)) / sinThirty / 2 }
func cosTo60(x float64) float64 { return 1 - (1-libm.Cos(radiansOf(x)))/oneLessCosSixty/2 }

func sinQuarter(x float64) float64 {
	if x <= 30 {
		return sinTo30(x)
	}
	return cosTo60(90 - x)
}

func cosQuarter(x float64) float64 {
	if x <= 60 {
		return cosTo60(x)
	}
	return sinTo30(90 - x)
}

func sinDegrees(x float64) float64 {
	x = math.Mod(x, 360)
	sign := 1.0
	if x < 0 {
		x, sign = -x, -sign
	}
	if x > 180 {
		x, sign = 360-x, -sign
	}
	if x > 90 {
		x = 180 - x
	}
	return sign * sinQuarter(x)
}

func cosDegrees(x float64) float64 {
	x = math.Abs(math.Mod(x, 360))
	sign := 1.0
	if x > 180 {
		x = 360 - x
	}
	if x > 90 {
		x, sign = 180-x, -sign
	}
	return sign * cosQuarter(x)
}

// quarter brings an angle of a function with period 180 to 0 to 90.
func quarter(x float64) (float64, float64) {
	x = math.Mod(x, 360)
	sign := 1.0
	if x < 0 {
		x, sign = -x, -sign
	}
	if x > 180 {
		x, sign = 360-x, -sign
	}
	if x > 90 {
		x, sign = 180-x, -sign
	}
	return x, sign
}

func tanDegrees(x float64) float64 {
	x, sign := quarter(x)
	r := sign * (sinQuarter(x) / cosQuarter(x) / tanFortyFive)
	if r == 0 {
		return 0 // no -0
	}
	return r
}

func cotDegrees(x float64) float64 {
	x, sign := quarter(x)
	r := sign * (cosQuarter(x) / sinQuarter(x) / cotFortyFive)
	if r == 0 {
		return 0
	}
	return r
}

func asinQuarter(x float64) float64 {
	if x <= 0.5 {
		return libm.Asin(x) / asinHalf * 30
	}
	return 90 - libm.Acos(x)/acosHalf*60
}

func acosQuarter(x float64) float64 {
	if x <= 0.5 {
		return 90 - libm.Asin(x)/asinHalf*30
	}
	return libm.Acos(x) / acosHalf * 60
}

func asinDegrees(x float64) float64 {
	if x < 0 {
		return -asinQuarter(-x)
	}
	return asinQuarter(x)
}

func acosDegrees(x float64) float64 {
	if x < 0 {
		return 90 + asinQuarter(-x)
	}
	return acosQuarter(x)
}

func atanDegrees(x float64) float64 { return libm.Atan(x) / atanOne * 45 }
