package numeric

import (
	"math/big"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// Numeric is one value. The zero Numeric is 0. It is immutable: big is shared
// between copies and never written to.
type Numeric struct {
	form  form
	neg   bool // never with coefficient 0
	scale uint16
	hi    uint64 // coefficient, where big is nil
	lo    uint64
	big   *big.Int // coefficient above 128 bits, positive; else nil
}

type form uint8

const (
	finite form = iota
	negInf
	posInf
	nan
)

// Limits of Postgres's storage format.
const (
	MaxScale     = 0x3fff           // digits after the point
	maxDigits    = (0x7fff + 1) * 4 // digits before the point
	maxPrecision = 1000             // of a typmod; also the largest scale that a division chooses
	minSigDigits = 16
	decDigits    = 4 // Postgres keeps digits in base 10^4
)

// The special values.
var (
	NaN    = Numeric{form: nan}
	PosInf = Numeric{form: posInf}
	NegInf = Numeric{form: negInf}
	Zero   = Numeric{}
	One    = Numeric{lo: 1}
)

// IsNaN says whether n is NaN.
func (n Numeric) IsNaN() bool { return n.form == nan }

// IsInf says whether n is one of the infinities.
func (n Numeric) IsInf() bool { return n.form == posInf || n.form == negInf }

// IsFinite says whether n is a number.
func (n Numeric) IsFinite() bool { return n.form == finite }

// IsZero says whether n is 0 at any scale.
func (n Numeric) IsZero() bool { return n.form == finite && n.big == nil && n.hi|n.lo == 0 }

// Scale is the display scale; 0 for the special values.
func (n Numeric) Scale() int { return int(n.scale) }

// Sign is -1, 0 or 1; 0 for NaN.
func (n Numeric) Sign() int {
	switch {
	case n.form == nan || n.IsZero():
		return 0
	case n.form == negInf || n.neg:
		return -1
	}
	return 1
}

// Neg is -n.
func (n Numeric) Neg() Numeric {
	switch n.form {
	case posInf:
		return NegInf
	case negInf:
		return PosInf
	}
	if n.form == finite && !n.IsZero() {
		n.neg = !n.neg
	}
	return n
}

// Abs is n without its sign.
func (n Numeric) Abs() Numeric {
	if n.form == negInf {
		return PosInf
	}
	n.neg = false
	return n
}

func (n Numeric) coef() u128 { return u128{n.hi, n.lo} }

// mag is the coefficient as a big.Int that the caller must not write to.
func (n Numeric) mag() *big.Int {
	if n.big != nil {
		return n.big
	}
	return n.coef().big()
}

// digits is the number of decimal digits of the coefficient; 0 for zero.
func (n Numeric) digits() int {
	if n.big != nil {
		return bigDigits(n.big)
	}
	return n.coef().digits()
}

// Digits is the number of digits of n without leading zeros, those after the
// point included: 3 for 12.3 and for 0.0123; 0 for zero and the specials.
func (n Numeric) Digits() int { return n.digits() }

func fromCoef(neg bool, c u128, scale int) Numeric {
	return Numeric{neg: neg && c.hi|c.lo != 0, scale: uint16(scale), hi: c.hi, lo: c.lo}
}

// fromBig keeps m, which must not be negative.
func fromBig(neg bool, m *big.Int, scale int) Numeric {
	if m.BitLen() <= 128 {
		return fromCoef(neg, u128FromBig(m), scale)
	}
	return Numeric{neg: neg, scale: uint16(scale), big: m}
}

// checked is n, or Postgres's error where n has more digits before the point
// than its format can hold.
func checked(n Numeric) (Numeric, error) {
	if n.big != nil && n.digits()-int(n.scale) > maxDigits {
		return Numeric{}, errFormatOverflow()
	}
	return n, nil
}

func errFormatOverflow() error {
	return sqlerr.New(sqlerr.NumericValueOutOfRange, "value overflows numeric format")
}

func errDivisionByZero() error {
	return sqlerr.New(sqlerr.DivisionByZero, "division by zero")
}
