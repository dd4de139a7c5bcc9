package types

import (
	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/storage/column"
)

// OID identifies a type, function, relation, … as in Postgres.
type OID uint32

// Type is a SQL type as an expression has it. It is comparable.
type Type struct {
	OID    OID
	Typmod int32 // Postgres's typmod; -1 where there is none

	// Numeric only: every value has exactly Scale digits after the point and
	// at most Digits digits in all. Digits 0: not known, values vary.
	// It is a fact about the values, not part of the type's identity for SQL.
	Digits uint8
	Scale  uint8
}

// New is the type of an OID without a typmod.
func New(oid OID) Type { return Type{OID: oid, Typmod: -1} }

// NewNumeric is numeric(precision, scale): what a column declared so holds.
// The scale may be negative (rounded before the point) or above the precision.
func NewNumeric(precision, scale int) Type {
	t := FixedNumeric(max(precision-min(scale, 0), scale), max(scale, 0))
	t.Typmod = numeric.Typmod(precision, scale)
	return t
}

// FixedNumeric is a numeric without typmod whose values all have scale digits
// after the point and at most digits digits; more than 38 digits is variable.
func FixedNumeric(digits, scale int) Type {
	if digits > 38 || scale < 0 || scale > digits {
		return New(NumericOID)
	}
	return Type{OID: NumericOID, Typmod: -1, Digits: uint8(digits), Scale: uint8(scale)}
}

// Fixed says whether the type is a numeric kept as a scaled integer.
func (t Type) Fixed() bool { return t.OID == NumericOID && t.Digits > 0 && t.Digits <= 38 }

// Same says whether two types are the same for SQL: OID and typmod.
func (t Type) Same(o Type) bool { return t.OID == o.OID && t.Typmod == o.Typmod }

// Kind is the widest column kind in which values of the type come.
func (t Type) Kind() column.Kind {
	if t.OID == NumericOID {
		switch {
		case t.Digits == 0 || t.Digits > 38:
			return column.Numeric
		case t.Digits <= 18:
			return column.Int64
		}
		return column.Int128
	}
	return kindOf(t.OID)
}

// Elem is the element type of an array type (also of int2vector, oidvector),
// with its typmod; the zero Type for other types.
func (t Type) Elem() Type {
	f := FactsOf(t.OID)
	if f == nil || f.Elem == 0 {
		return Type{}
	}
	return Type{OID: f.Elem, Typmod: t.Typmod}
}

// IsArray says whether the type is an array.
func (t Type) IsArray() bool {
	f := FactsOf(t.OID)
	return f != nil && f.Elem != 0
}

// ArrayOf is the array type over elements of t; the zero Type where there is none.
func ArrayOf(t Type) Type {
	f := FactsOf(t.OID)
	if f == nil || f.Array == 0 {
		return Type{}
	}
	return Type{OID: f.Array, Typmod: t.Typmod}
}
