package numeric

import (
	"math"
	"math/big"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// maxResultWeight bounds exp(): e^x is refused, or is 0, from here on.
const maxExpArgument = 2 * maxPrecision * 3

// Sqrt is the square root of n, rounded at sqrtScale.
func Sqrt(n Numeric) (Numeric, error) {
	if n.form == nan || n.form == posInf {
		return n, nil
	}
	if n.Sign() < 0 {
		return Numeric{}, sqlerr.New(sqlerr.InvalidArgumentForPowerFunction, "cannot take square root of a negative number")
	}
	return sqrtAt(n, sqrtScale(n)), nil
}

// sqrtAt rounds the root of n ≥ 0 half away from zero to scale digits: the
// integer root of 4 × n × 10^(2 scale) is twice the answer, and its last bit
// rounds.
func sqrtAt(n Numeric, scale int) Numeric {
	m := n.mag()
	if k := 2*scale - int(n.scale); k >= 0 {
		m = new(big.Int).Mul(m, bigPow10(k))
	} else {
		// Digits dropped here cannot change an integer root.
		m = new(big.Int).Lsh(m, 2)
		m.Quo(m, bigPow10(-k))
		m.Sqrt(m)
		m.Add(m, bigOne)
		return fromBig(false, m.Rsh(m, 1), scale)
	}
	m = new(big.Int).Lsh(m, 2)
	m.Sqrt(m)
	m.Add(m, bigOne)
	return fromBig(false, m.Rsh(m, 1), scale)
}

// Exp is e^n.
func Exp(n Numeric) (Numeric, error) {
	switch n.form {
	case nan, posInf:
		return n, nil
	case negInf:
		return Zero, nil
	}
	return expAt(n, expScale(n))
}

// expAt is e^n rounded to scale digits.
func expAt(n Numeric, scale int) (Numeric, error) {
	val := n.float()
	if math.Abs(val) >= maxExpArgument {
		if val > 0 {
			return Numeric{}, errFormatOverflow()
		}
		return Numeric{scale: uint16(scale)}, nil
	}
	digits := max(scale+int(val*0.434294481903252), 0) + 20
	prec := uint(float64(digits)*bitsPerDigit) + 64
	return checked(fromBigFloat(expFloat(n.bigFloat(prec), prec), scale))
}

func checkLogArgument(n Numeric) error {
	switch {
	case n.form == nan:
		return nil
	case n.Sign() < 0:
		return sqlerr.New(sqlerr.InvalidArgumentForLogarithm, "cannot take logarithm of a negative number")
	case n.Sign() == 0:
		return sqlerr.New(sqlerr.InvalidArgumentForLogarithm, "cannot take logarithm of zero")
	}
	return nil
}

// Ln is the natural logarithm of n.
func Ln(n Numeric) (Numeric, error) {
	if err := checkLogArgument(n); err != nil || n.form != finite {
		return n, err
	}
	scale := clampScale(max(minSigDigits-lnWeight(n), int(n.scale)))
	return fromBigFloat(lnDigits(n, scale), scale), nil
}

// lnDigits is ln(n) with scale right digits after the point and some more.
func lnDigits(n Numeric, scale int) *big.Float {
	prec := uint(float64(scale+12)*bitsPerDigit) + 64
	// n must enter with all its digits where it is close to 1.
	in := max(prec, uint(float64(n.digits())*bitsPerDigit)+64)
	if in > prec && n.weight() != 0 && n.weight() != -1 {
		in = prec
	}
	return lnFloat(n.bigFloat(in), prec)
}

// Log is the logarithm of n to the given base.
func Log(base, n Numeric) (Numeric, error) {
	if base.form|n.form != finite {
		if base.form == nan || n.form == nan {
			return NaN, nil
		}
		// As in Postgres a negative argument is told before a zero one.
		for _, x := range [...]Numeric{base, n} {
			if err := checkLogArgument(x); err != nil && x.Sign() < 0 {
				return Numeric{}, err
			}
		}
		for _, x := range [...]Numeric{base, n} {
			if err := checkLogArgument(x); err != nil {
				return Numeric{}, err
			}
		}
		switch {
		case base.form == posInf && n.form == posInf:
			return NaN, nil
		case base.form == posInf:
			return Zero, nil
		}
		return PosInf, nil
	}
	bw, nw := lnWeight(base), lnWeight(n)
	w := nw - bw
	scale := clampScale(max(minSigDigits-w, int(base.scale), int(n.scale)))
	if err := checkLogArgument(base); err != nil {
		return Numeric{}, err
	}
	if err := checkLogArgument(n); err != nil {
		return Numeric{}, err
	}
	if Equal(base, One) {
		return Numeric{}, errDivisionByZero()
	}
	lb := lnDigits(base, max(scale+w-bw+20, 0))
	ln := lnDigits(n, max(scale+w-nw+20, 0))
	prec := max(lb.Prec(), ln.Prec())
	return fromBigFloat(new(big.Float).SetPrec(prec).Quo(ln, lb), scale), nil
}

// Log10 is the logarithm of n to base 10.
func Log10(n Numeric) (Numeric, error) { return Log(ten, n) }

var ten = FromInt64(10)

// Power is base ^ exp.
func Power(base, exp Numeric) (Numeric, error) {
	if base.form|exp.form != finite {
		return powerSpecial(base, exp)
	}
	if base.IsZero() && exp.Sign() < 0 {
		return Numeric{}, errZeroToNegative()
	}
	if e, ok := exp.trimmed().rescaledInt(); ok && e >= math.MinInt32 && e <= math.MaxInt32 {
		scale := clampScale(max(minSigDigits, int(base.scale), int(exp.scale)))
		return powerInt(base, e, scale)
	}
	if base.IsZero() {
		return Numeric{scale: minSigDigits}, nil
	}
	neg := false
	if base.neg {
		if !exp.integral() {
			return Numeric{}, errComplexPower()
		}
		neg = exp.odd()
		base = base.Abs()
	}

	// exp × ln(base) to some 8 digits tells how large the result is. Postgres
	// rounds at both steps, which decides where the result is close to a power
	// of ten.
	lw := lnWeight(base)
	low := max(8-lw, 0)
	rough, err := Mul(fromBigFloat(lnDigits(base, low), low), exp)
	if err != nil {
		return Numeric{}, err
	}
	val := rough.rescale(min(low, MaxScale), true).float()
	if math.Abs(val) > maxExpArgument*1.005 {
		if val > 0 {
			return Numeric{}, errFormatOverflow()
		}
		return Numeric{scale: maxPrecision}, nil
	}
	val *= 0.434294481903252
	scale := clampScale(max(minSigDigits-int(val), int(base.scale), int(exp.scale)))
	digits := max(scale+int(val), 0) + 20
	// The error of ln(base) is multiplied by exp, at most 6020 / ln(base).
	f := lnDigits(base, max(digits-lw, 0)+8+max(exp.digits()-int(exp.scale), 0))
	prec := f.Prec() + 64
	product := new(big.Float).SetPrec(prec).Mul(f, exp.bigFloat(prec))
	if v, _ := product.Float64(); math.Abs(v) >= maxExpArgument {
		if v > 0 {
			return Numeric{}, errFormatOverflow()
		}
		return Numeric{scale: uint16(scale)}, nil
	}
	r := fromBigFloat(expFloat(product, uint(float64(digits)*bitsPerDigit)+64), scale)
	if neg {
		r = r.Neg()
	}
	return checked(r)
}

func errZeroToNegative() error {
	return sqlerr.New(sqlerr.InvalidArgumentForPowerFunction, "zero raised to a negative power is undefined")
}

func errComplexPower() error {
	return sqlerr.New(sqlerr.InvalidArgumentForPowerFunction, "a negative number raised to a non-integer power yields a complex result")
}

// rescaledInt is n as an int64 where it is an integer that fits.
func (n Numeric) rescaledInt() (int64, bool) {
	if n.scale != 0 {
		return 0, false
	}
	return n.int64()
}

// integral says whether n has no fraction.
func (n Numeric) integral() bool { return n.form != finite || n.trimmed().scale == 0 }

// odd says whether n is an odd integer.
func (n Numeric) odd() bool {
	t := n.trimmed()
	return t.form == finite && t.scale == 0 && t.mag().Bit(0) == 1
}

// powerInt is base ^ e by repeated squaring, rounded to scale digits.
func powerInt(base Numeric, e int64, scale int) (Numeric, error) {
	switch e {
	case 0:
		return One.rescale(scale, true), nil
	case 1:
		return checked(base.rescale(scale, true))
	case -1:
		return checked(divAt(One, base, scale))
	}
	if base.IsZero() {
		return Numeric{scale: uint16(scale)}, nil
	}
	// log10(|base|^e), roughly.
	w, first, _ := base.leading(4)
	f := float64(e) * (math.Log10(float64(first)) + float64((w-3)*decDigits))
	if f > 3*math.MaxInt16*decDigits {
		return Numeric{}, errFormatOverflow()
	}
	if e != 2 && (f+1 < float64(-scale) || f+1 < -maxPrecision) {
		return Numeric{scale: uint16(scale)}, nil
	}
	neg := base.neg && e%2 != 0
	digits := max(1+scale+int(f), 1) + int(math.Log(math.Abs(float64(e)))) + 24
	prec := uint(float64(digits)*bitsPerDigit) + 64
	exact := uint(bigBits(base)) * uint(min(max(e, 1), 1<<20))
	if e > 0 && exact <= prec && int64(base.scale)*e <= MaxScale {
		m := new(big.Int).Exp(base.mag(), big.NewInt(e), nil)
		r := Numeric{neg: neg, scale: uint16(int64(base.scale) * e), big: m}
		return checked(fromBig(neg, m, int(r.scale)).rescale(scale, true))
	}
	b := base.Abs().bigFloat(prec)
	r := new(big.Float).SetPrec(prec).SetInt64(1)
	for n := uint64(max(e, -e)); n > 0; n >>= 1 {
		if n&1 == 1 {
			r.Mul(r, b)
		}
		b.Mul(b, b)
	}
	if e < 0 {
		r.Quo(new(big.Float).SetPrec(prec).SetInt64(1), r)
	}
	if r.IsInf() || r.MantExp(nil) > maxDigits*4 {
		return Numeric{}, errFormatOverflow()
	}
	n := fromBigFloat(r, scale)
	if neg {
		n = n.Neg()
	}
	return checked(n)
}

func bigBits(n Numeric) int {
	if n.big != nil {
		return n.big.BitLen()
	}
	return n.mag().BitLen()
}

// powerSpecial follows POSIX's pow(3), with Postgres's errors.
func powerSpecial(base, exp Numeric) (Numeric, error) {
	if base.form == nan {
		if exp.IsZero() {
			return One, nil
		}
		return NaN, nil
	}
	if exp.form == nan {
		if base.form == finite && Equal(base, One) {
			return One, nil
		}
		return NaN, nil
	}
	bs, es := base.Sign(), exp.Sign()
	if bs == 0 && es < 0 {
		return Numeric{}, errZeroToNegative()
	}
	if bs < 0 && !exp.integral() {
		return Numeric{}, errComplexPower()
	}
	if base.form == finite && Equal(base, One) || es == 0 {
		return One, nil
	}
	if bs == 0 {
		return Zero, nil
	}
	if exp.IsInf() {
		above := true
		if base.form == finite {
			c := Compare(base.Abs(), One)
			if c == 0 {
				return One, nil
			}
			above = c > 0
		}
		if above == (es > 0) {
			return PosInf, nil
		}
		return Zero, nil
	}
	switch {
	case es < 0:
		return Zero, nil
	case base.form == negInf && exp.odd():
		return NegInf, nil
	}
	return PosInf, nil
}
