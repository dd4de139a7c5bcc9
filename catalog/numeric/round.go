package numeric

import (
	"math/big"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// Round is n rounded half away from zero to scale digits after the point;
// negative scales round before the point, and print no fraction.
func Round(n Numeric, scale int) (Numeric, error) {
	if n.form != finite {
		return n, nil
	}
	return checked(n.rescale(clampRound(scale), true))
}

// Trunc is n cut off after scale digits.
func Trunc(n Numeric, scale int) Numeric {
	if n.form != finite {
		return n
	}
	return n.rescale(clampRound(scale), false)
}

func clampRound(scale int) int { return min(max(scale, -maxDigits-1), MaxScale) }

// rescale brings n to scale digits, rounding half away from zero or cutting
// off. Below zero the result has scale 0.
func (n Numeric) rescale(scale int, round bool) Numeric {
	d := int(n.scale) - scale // digits to drop
	out := max(scale, 0)
	switch {
	case d == 0:
		return n
	case d < 0:
		if n.big == nil {
			if c, ok := n.coef().mulPow10(-d); ok {
				return fromCoef(n.neg, c, out)
			}
		}
		return fromBig(n.neg, new(big.Int).Mul(n.mag(), bigPow10(-d)), out)
	}
	if n.big == nil {
		var c u128
		switch {
		case round:
			c = n.coef().quoPow10(d)
		case d < len(pow10):
			c, _ = n.coef().quoRem(pow10[d])
		}
		if scale < 0 {
			var ok bool
			if c, ok = c.mulPow10(-scale); !ok {
				return fromBig(n.neg, new(big.Int).Mul(n.coef().quoPow10(d).big(), bigPow10(-scale)), 0)
			}
		}
		return fromCoef(n.neg, c, out)
	}
	var m *big.Int
	switch {
	case round:
		m = quoBigPow10(n.big, d)
	case d > n.digits():
		m = new(big.Int)
	default:
		m = new(big.Int).Quo(n.big, bigPow10(d))
	}
	if scale < 0 && m.Sign() != 0 {
		m.Mul(m, bigPow10(-scale))
	}
	return fromBig(n.neg, m, out)
}

// Floor is the largest integer that is not above n.
func Floor(n Numeric) (Numeric, error) { return n.toward(-1) }

// Ceil is the smallest integer that is not below n.
func Ceil(n Numeric) (Numeric, error) { return n.toward(1) }

func (n Numeric) toward(dir int) (Numeric, error) {
	if n.form != finite || n.scale == 0 {
		return n, nil
	}
	t := n.rescale(0, false)
	if n.Sign() == dir && Compare(t, n) != 0 {
		if dir > 0 {
			return Add(t, One)
		}
		return Sub(t, One)
	}
	return t, nil
}

// Typmod packs precision and scale as pg_attribute.atttypmod does. The scale
// may be negative or above the precision.
func Typmod(precision, scale int) int32 { return int32(precision<<16|scale&0x7ff) + 4 }

// FromTypmod unpacks a typmod; ok is false for one that sets no limit.
func FromTypmod(typmod int32) (precision, scale int, ok bool) {
	if typmod < 4 {
		return 0, 0, false
	}
	t := typmod - 4
	return int(t>>16) & 0xffff, int(t&0x7ff^1024) - 1024, true
}

// ApplyTypmod rounds n to the typmod's scale and refuses what has too many
// digits: 22003, with the detail that Postgres gives.
func ApplyTypmod(n Numeric, typmod int32) (Numeric, error) {
	precision, scale, ok := FromTypmod(typmod)
	if !ok {
		return n, nil
	}
	switch n.form {
	case nan:
		return n, nil
	case posInf, negInf:
		return Numeric{}, sqlerr.New(sqlerr.NumericValueOutOfRange, "numeric field overflow").
			WithDetail("A field with precision %d, scale %d cannot hold an infinite value.", precision, scale)
	}
	r := n.rescale(scale, true)
	if r.digits()-int(r.scale) > precision-scale {
		return Numeric{}, ErrFieldOverflow(precision, scale)
	}
	return r, nil
}

// ErrFieldOverflow is the error of a value that does not fit numeric(precision, scale).
func ErrFieldOverflow(precision, scale int) error {
	e := sqlerr.New(sqlerr.NumericValueOutOfRange, "numeric field overflow")
	if precision == scale {
		return e.WithDetail("A field with precision %d, scale %d must round to an absolute value less than 1.", precision, scale)
	}
	return e.WithDetail("A field with precision %d, scale %d must round to an absolute value less than 10^%d.", precision, scale, precision-scale)
}

// MinScale is the smallest scale that shows n exactly.
func MinScale(n Numeric) int {
	if n.form != finite {
		return 0
	}
	return int(n.trimmed().scale)
}

// TrimScale is n without zeros at the end of its fraction.
func TrimScale(n Numeric) Numeric {
	if n.form != finite {
		return n
	}
	return n.trimmed()
}

func (n Numeric) trimmed() Numeric {
	if n.scale == 0 {
		return n
	}
	if n.IsZero() {
		return Numeric{}
	}
	if n.big == nil {
		c, s := n.coef(), int(n.scale)
		c, dropped := c.trimZeros(s)
		return fromCoef(n.neg, c, s-dropped)
	}
	m, s := n.big, int(n.scale)
	for s > 0 {
		step := min(s, 16)
		q, r := new(big.Int).QuoRem(m, bigPow10(step), new(big.Int))
		for r.Sign() != 0 && step > 1 {
			step = (step + 1) / 2
			q, r = new(big.Int).QuoRem(m, bigPow10(step), new(big.Int))
		}
		if r.Sign() != 0 {
			break
		}
		m, s = q, s-step
	}
	return fromBig(n.neg, m, s)
}

// trimZeros drops up to limit decimal zeros from the end of c, which is not 0.
func (c u128) trimZeros(limit int) (u128, int) {
	n := 0
	for _, step := range [...]int{16, 8, 4, 2, 1} {
		for step <= limit-n {
			q, r := c.quoRem(pow10[step])
			if !r.isZero() {
				break
			}
			c = q
			n += step
		}
	}
	return c, n
}
