package parquet

import (
	"fmt"

	"github.com/inlaydb/inlay/storage/column"
)

// conversion is how a physical value becomes a value of the column kind.
type conversion uint8

const (
	convCopy      conversion = iota // the bytes are the value
	convBool                        // handled by the bool decoders
	conv32to16                      // int32 that its annotation bounds
	conv32to64                      // sign extended
	convU32to64                     // zero extended
	convU32check                    // uint16 and below in int32
	conv32to128                     //
	convU32to128                    //
	conv64to128                     //
	convU64to128                    //
	convF32to64                     //
	convF16to32                     //
	convF16to64                     //
	conv32x1000                     // milliseconds in int32 to microseconds
	conv64x1000                     // milliseconds to microseconds, checked
	conv64div1000                   // nanoseconds to microseconds, rounded down
	convInt96                       // Julian day and nanoseconds to microseconds
	convBE64                        // big-endian two's complement to int64, checked
	convBE128                       //
	convInterval                    // months, days, milliseconds
	convView                        // bytes to views
	convViewBE64                    // byte arrays that hold big-endian numbers
	convViewBE128                   //
)

// defaultKind is the column kind for a leaf, or why it has none.
func defaultKind(l *Leaf) (column.Kind, string) {
	a := l.Logical
	switch l.Type {
	case Boolean:
		return column.Bool, ""
	case Int32:
		switch a.Annotation {
		case Integer:
			switch {
			case a.Bits == 8 || a.Bits == 16 && a.Signed:
				return column.Int16, ""
			case a.Bits == 32 && !a.Signed:
				return column.Int64, ""
			}
		case Time, Decimal:
			return column.Int64, ""
		}
		return column.Int32, ""
	case Int64:
		if a.Annotation == Integer && !a.Signed && a.Bits == 64 {
			return column.Int128, ""
		}
		return column.Int64, ""
	case Int96:
		return column.Int64, ""
	case Float:
		return column.Float32, ""
	case Double:
		return column.Float64, ""
	}
	if a.Annotation == Decimal {
		switch {
		case a.Precision <= 0 || a.Scale < 0 || a.Scale > a.Precision:
			return column.Invalid, fmt.Sprintf("a decimal with precision %d and scale %d", a.Precision, a.Scale)
		case a.Precision <= 18:
			return column.Int64, ""
		case a.Precision <= 38:
			return column.Int128, ""
		}
		return column.Bytes, "" // two's complement, big-endian: for the caller to make sense of
	}
	if l.Type == FixedLenByteArray {
		switch {
		case a.Annotation == Float16 && l.TypeLength == 2:
			return column.Float32, ""
		case a.Annotation == UUID && l.TypeLength == 16:
			return column.Fixed16, ""
		case a.Annotation == Interval && l.TypeLength == 12:
			return column.Interval, ""
		}
	}
	return column.Bytes, ""
}

// convert chooses how to read the leaf as kind k. It reports false when there
// is no way that keeps every value.
func chooseConversion(l *Leaf, k column.Kind) (conversion, bool) {
	a := l.Logical
	natural, _ := defaultKind(l)
	if natural == column.Invalid {
		return 0, false
	}
	unsigned := a.Annotation == Integer && !a.Signed
	switch l.Type {
	case Boolean:
		return convBool, k == column.Bool
	case Int32:
		if a.Annotation == Time && a.Unit == Millis {
			return conv32x1000, k == column.Int64
		}
		switch k {
		case column.Int16:
			return conv32to16, natural == column.Int16
		case column.Int32:
			if unsigned {
				return convU32check, a.Bits <= 16
			}
			return convCopy, true
		case column.Int64:
			if unsigned {
				return convU32to64, true
			}
			return conv32to64, true
		case column.Int128:
			if unsigned {
				return convU32to128, true
			}
			return conv32to128, true
		}
	case Int64:
		if a.Annotation == Timestamp || a.Annotation == Time {
			switch a.Unit {
			case Millis:
				return conv64x1000, k == column.Int64
			case Nanos:
				return conv64div1000, k == column.Int64
			}
			return convCopy, k == column.Int64
		}
		wide := unsigned && a.Bits == 64
		switch {
		case k == column.Int128 && wide:
			return convU64to128, true
		case k == column.Int128:
			return conv64to128, true
		case k == column.Int64:
			return convCopy, !wide
		}
	case Int96:
		return convInt96, k == column.Int64
	case Float:
		if k == column.Float64 {
			return convF32to64, true
		}
		return convCopy, k == column.Float32
	case Double:
		return convCopy, k == column.Float64
	case FixedLenByteArray:
		switch {
		case a.Annotation == Decimal && natural == column.Bytes:
			return convView, k == column.Bytes
		case a.Annotation == Decimal && k == column.Int64:
			return convBE64, natural == column.Int64
		case a.Annotation == Decimal:
			return convBE128, k == column.Int128
		case natural == column.Float32 && k == column.Float64:
			return convF16to64, true
		case natural == column.Float32:
			return convF16to32, k == column.Float32
		case natural == column.Fixed16:
			return convCopy, k == column.Fixed16
		case natural == column.Interval:
			return convInterval, k == column.Interval
		}
		return convView, k == column.Bytes
	case ByteArray:
		switch {
		case a.Annotation == Decimal && natural == column.Bytes:
			return convView, k == column.Bytes
		case a.Annotation == Decimal && k == column.Int64:
			return convViewBE64, natural == column.Int64
		case a.Annotation == Decimal:
			return convViewBE128, k == column.Int128
		}
		return convView, k == column.Bytes
	}
	return 0, false
}

// stride is the bytes that one fixed-width physical value takes in a plain
// page; 0 for bools and byte arrays.
func (l *Leaf) stride() int {
	switch l.Type {
	case Int32, Float:
		return 4
	case Int64, Double:
		return 8
	case Int96:
		return 12
	case FixedLenByteArray:
		return l.TypeLength
	}
	return 0
}
