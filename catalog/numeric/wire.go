package numeric

import (
	"encoding/binary"
	"math/big"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// Sign words of Postgres's binary format.
const (
	wirePos    = 0x0000
	wireNeg    = 0x4000
	wireNaN    = 0xC000
	wirePosInf = 0xD000
	wireNegInf = 0xF000

	wireInfScale = 0x20 // Postgres sends this scale with an infinity
)

// AppendWire appends Postgres's binary format: the number of base-10^4 digits,
// the weight of the first, sign, scale, digits; 16 bits each, big-endian.
func (n Numeric) AppendWire(dst []byte) []byte {
	switch n.form {
	case nan:
		return appendWords(dst, 0, 0, wireNaN, 0)
	case posInf:
		return appendWords(dst, 0, 0, wirePosInf, wireInfScale)
	case negInf:
		return appendWords(dst, 0, 0, wireNegInf, wireInfScale)
	}
	if n.IsZero() {
		return appendWords(dst, 0, 0, wirePos, n.scale)
	}
	sign := uint16(wirePos)
	if n.neg {
		sign = wireNeg
	}
	// Bring the coefficient to a whole number of base-10^4 digits after the point.
	pad := (decDigits - int(n.scale)%decDigits) % decDigits
	frac := (int(n.scale) + pad) / decDigits
	var scratch [16]uint16 // 38 digits and 3 of padding are at most 11
	digits := scratch[:0]
	if c, ok := n.coef().mulPow10(pad); n.big == nil && ok {
		for c.hi != 0 {
			var r u128
			c, r = c.quoRem(u128{0, 1e16})
			for range 4 {
				digits = append(digits, uint16(r.lo%10000))
				r.lo /= 10000
			}
		}
		for ; c.lo != 0; c.lo /= 10000 {
			digits = append(digits, uint16(c.lo%10000))
		}
	} else {
		text := new(big.Int).Mul(n.mag(), bigPow10(pad)).Append(nil, 10)
		for end := len(text); end > 0; end -= decDigits {
			d := uint16(0)
			for _, ch := range text[max(end-decDigits, 0):end] {
				d = d*10 + uint16(ch-'0')
			}
			digits = append(digits, d)
		}
	}
	weight := len(digits) - frac - 1
	first := 0
	for digits[first] == 0 {
		first++
	}
	digits = digits[first:]
	dst = appendWords(dst, uint16(len(digits)), uint16(weight), sign, n.scale)
	for i := len(digits) - 1; i >= 0; i-- {
		dst = binary.BigEndian.AppendUint16(dst, digits[i])
	}
	return dst
}

func appendWords(dst []byte, words ...uint16) []byte {
	for _, w := range words {
		dst = binary.BigEndian.AppendUint16(dst, w)
	}
	return dst
}

// ParseWire reads Postgres's binary format.
func ParseWire(b []byte) (Numeric, error) {
	if len(b) < 8 {
		return Numeric{}, sqlerr.New(sqlerr.ProtocolViolation, "insufficient data left in message")
	}
	count := int(binary.BigEndian.Uint16(b))
	weight := int(int16(binary.BigEndian.Uint16(b[2:])))
	sign := binary.BigEndian.Uint16(b[4:])
	scale := int(binary.BigEndian.Uint16(b[6:]))
	b = b[8:]
	if len(b) < 2*count {
		return Numeric{}, sqlerr.New(sqlerr.ProtocolViolation, "insufficient data left in message")
	}
	if len(b) > 2*count {
		return Numeric{}, sqlerr.New(sqlerr.InvalidBinaryRepresentation, "incorrect binary data format")
	}
	switch sign {
	case wirePos, wireNeg, wireNaN, wirePosInf, wireNegInf:
	default:
		return Numeric{}, sqlerr.New(sqlerr.InvalidBinaryRepresentation, `invalid sign in external "numeric" value`)
	}
	if scale > MaxScale {
		return Numeric{}, sqlerr.New(sqlerr.InvalidBinaryRepresentation, `invalid scale in external "numeric" value`)
	}
	for i := range count {
		if binary.BigEndian.Uint16(b[2*i:]) >= 10000 {
			return Numeric{}, sqlerr.New(sqlerr.InvalidBinaryRepresentation, `invalid digit in external "numeric" value`)
		}
	}
	switch sign {
	case wireNaN:
		return NaN, nil
	case wirePosInf:
		return PosInf, nil
	case wireNegInf:
		return NegInf, nil
	}
	return digitsToNumeric(sign == wireNeg, b, count, weight, scale), nil
}

// digitsToNumeric puts count base-10^4 digits together, the first at weight,
// and cuts off what lies beyond scale, as Postgres does.
func digitsToNumeric(neg bool, b []byte, count, weight, scale int) Numeric {
	for count > 0 && b[0]|b[1] == 0 {
		b, count, weight = b[2:], count-1, weight-1
	}
	if count == 0 {
		return Numeric{scale: uint16(scale)}
	}
	// The digits as one integer have have = 4 × (count-weight-1) decimals.
	have := decDigits * (count - weight - 1)
	if count <= 9 {
		var c u128
		for i := range count {
			c, _ = c.mul(u128{0, 10000})
			c, _ = c.add(u128{0, uint64(binary.BigEndian.Uint16(b[2*i:]))})
		}
		if d := scale - have; d >= 0 {
			if r, ok := c.mulPow10(d); ok {
				return fromCoef(neg, r, scale)
			}
		} else if -d < len(pow10) {
			q, _ := c.quoRem(pow10[-d])
			return fromCoef(neg, q, scale)
		}
	}
	text := make([]byte, 0, decDigits*count)
	for i := range count {
		d := binary.BigEndian.Uint16(b[2*i:])
		text = append(text, byte('0'+d/1000), byte('0'+d/100%10), byte('0'+d/10%10), byte('0'+d%10))
	}
	m, _ := new(big.Int).SetString(string(text), 10)
	if d := scale - have; d >= 0 {
		m.Mul(m, bigPow10(d))
	} else {
		m.Quo(m, bigPow10(-d))
	}
	return fromBig(neg, m, scale)
}
