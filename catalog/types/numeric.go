package types

import "github.com/inlaydb/inlay/catalog/numeric"

// Bounds of numerics. A fixed numeric (Type.Fixed) has the same scale in every
// value and at most Digits digits; the rules below keep that knowledge through
// arithmetic as long as it is certain, and give it up (a variable numeric)
// where a result might need more than 38 digits.

// maxFixedDigits is what an Int128 column can hold.
const maxFixedDigits = 38

// LiteralNumeric is the type of a numeric constant: its own digits and scale.
func LiteralNumeric(n numeric.Numeric) Type {
	if !n.IsFinite() {
		return New(NumericOID)
	}
	if d := max(n.Digits(), n.Scale(), 1); d <= maxFixedDigits {
		return FixedNumeric(d, n.Scale())
	}
	return New(NumericOID)
}

// AsNumeric is what a value of an integer or numeric type becomes when it is
// cast to numeric without a typmod.
func AsNumeric(t Type) Type {
	switch t.OID {
	case Int2OID:
		return FixedNumeric(5, 0)
	case Int4OID:
		return FixedNumeric(10, 0)
	case Int8OID:
		return FixedNumeric(19, 0)
	case NumericOID:
		return t.WithoutTypmod()
	}
	return New(NumericOID)
}

// WithoutTypmod is t without its typmod; what is known of a numeric's digits stays.
func (t Type) WithoutTypmod() Type {
	t.Typmod = -1
	return t
}

// AfterCast is the type of a value of type from after a cast to to: to, with
// what stays known of a numeric's digits.
func AfterCast(from, to Type) Type {
	if to.OID != NumericOID {
		return to
	}
	if to.Typmod >= 0 {
		if p, s, ok := numeric.FromTypmod(to.Typmod); ok {
			return NewNumeric(p, s)
		}
	}
	return AsNumeric(from)
}

// UnionNumeric is the type of a column that holds values of both numeric
// types (CASE, COALESCE, UNION): fixed only where both have the same scale,
// since a value keeps its own.
func UnionNumeric(a, b Type) Type {
	if !a.Fixed() || !b.Fixed() || a.Scale != b.Scale {
		return New(NumericOID)
	}
	t := FixedNumeric(int(max(a.Digits, b.Digits)), int(a.Scale))
	if a.Typmod == b.Typmod {
		t.Typmod = a.Typmod
	}
	return t
}

// AddNumeric is the type of a sum or difference.
func AddNumeric(a, b Type) Type {
	if !a.Fixed() || !b.Fixed() {
		return New(NumericOID)
	}
	scale := max(a.Scale, b.Scale)
	whole := max(int(a.Digits)-int(a.Scale), int(b.Digits)-int(b.Scale))
	return FixedNumeric(whole+1+int(scale), int(scale))
}

// MulNumeric is the type of a product.
func MulNumeric(a, b Type) Type {
	if !a.Fixed() || !b.Fixed() {
		return New(NumericOID)
	}
	return FixedNumeric(int(a.Digits)+int(b.Digits), int(a.Scale)+int(b.Scale))
}

// ModNumeric is the type of a remainder.
func ModNumeric(a, b Type) Type {
	if !a.Fixed() || !b.Fixed() {
		return New(NumericOID)
	}
	scale := max(a.Scale, b.Scale)
	whole := min(int(a.Digits)-int(a.Scale), int(b.Digits)-int(b.Scale))
	return FixedNumeric(max(whole+int(scale), 1), int(scale))
}

// SumNumeric is the type of sum(): any number of rows that fits an int64 adds
// at most 19 digits.
func SumNumeric(t Type) Type {
	if !t.Fixed() {
		return New(NumericOID)
	}
	return FixedNumeric(int(t.Digits)+19, int(t.Scale))
}
