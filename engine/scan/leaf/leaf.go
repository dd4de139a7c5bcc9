// Package leaf brings the values of a Parquet leaf to the form of a SQL type:
// the leaf's own, or a wider one where files of one relation differ.
//
//	leaf int32 as bigint               the decoder widens
//	leaf decimal(10,2) as numeric(12,4)  decoded, then scaled
//	leaf decimal(60,5) as numeric      bytes, then the variable form
//	leaf date as timestamp             days, then microseconds
package leaf

import (
	"fmt"
	"math"
	"math/big"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/source"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/parquet"
)

// Reading is how to read a leaf as a type: the kind to ask the decoder for, and
// what is to be done with what comes. Fix nil: nothing.
type Reading struct {
	Kind column.Kind
	Fix  func(*column.Column) (*column.Column, error)
}

// As says how to read a leaf's values as type t, which catalog/source made of
// it or widened it to.
func As(l *parquet.Leaf, t types.Type) (Reading, error) {
	own, why := source.LeafType(l)
	bad := fmt.Errorf("column %q: %v %v cannot be read as %v", l.Name(), l.Type, l.Logical.Annotation, t)
	if why != "" {
		return Reading{}, bad
	}
	natural := l.Kind()
	switch {
	case t.OID == types.NumericOID:
		return asNumeric(l, own, t, natural, bad)
	case own.OID == t.OID:
		return Reading{Kind: t.Kind()}, nil
	case source.IsInteger(own.OID) && source.IsInteger(t.OID):
		return Reading{Kind: t.Kind()}, nil
	case own.OID == types.Float4OID && t.OID == types.Float8OID:
		return Reading{Kind: column.Float64}, nil
	case source.IsInteger(own.OID) && t.OID == types.Float8OID:
		return Reading{Kind: natural, Fix: toFloat}, nil
	case own.OID == types.DateOID && t.OID == types.TimestampOID:
		return Reading{Kind: column.Int32, Fix: toTimestamp}, nil
	}
	return Reading{}, bad
}

func asNumeric(l *parquet.Leaf, own, t types.Type, natural column.Kind, bad error) (Reading, error) {
	scale := source.LeafScale(l)
	switch {
	case scale < 0:
		return Reading{}, bad
	case natural == column.Bytes: // more than 38 digits
		if t.Kind() != column.Numeric {
			return Reading{}, bad
		}
		return Reading{Kind: column.Bytes, Fix: func(c *column.Column) (*column.Column, error) { return bigDecimals(c, scale) }}, nil
	case t.Kind() == column.Numeric:
		if own.OID != types.NumericOID {
			natural = column.Int64
		}
		return Reading{Kind: natural, Fix: func(c *column.Column) (*column.Column, error) {
			return kernel.Widen(c, column.Numeric, scale, 0), nil
		}}, nil
	case scale == int(t.Scale):
		return Reading{Kind: t.Kind()}, nil
	}
	return Reading{Kind: t.Kind(), Fix: func(c *column.Column) (*column.Column, error) {
		return kernel.Widen(c, t.Kind(), scale, int(t.Scale)), nil
	}}, nil
}

// toFloat reads integers of up to 32 bits as float8.
func toFloat(c *column.Column) (*column.Column, error) {
	c = column.Flatten(c)
	out := &column.Column{Kind: column.Float64, Len: c.Len, Valid: c.Valid, Data: column.Alloc(c.Len * 8)}
	dst := column.Values[float64](out)
	switch c.Kind {
	case column.Int16:
		for i, v := range column.Values[int16](c)[:c.Len] {
			dst[i] = float64(v)
		}
	case column.Int32:
		for i, v := range column.Values[int32](c)[:c.Len] {
			dst[i] = float64(v)
		}
	default:
		for i, v := range column.Values[int64](c)[:c.Len] {
			dst[i] = float64(v)
		}
	}
	return out, nil
}

// toTimestamp reads days as microseconds; the extremes stay infinities.
func toTimestamp(c *column.Column) (*column.Column, error) {
	c = column.Flatten(c)
	out := &column.Column{Kind: column.Int64, Len: c.Len, Valid: c.Valid, Data: column.Alloc(c.Len * 8)}
	dst := column.Values[int64](out)
	for i, v := range column.Values[int32](c)[:c.Len] {
		switch v {
		case math.MaxInt32:
			dst[i] = math.MaxInt64
		case math.MinInt32:
			dst[i] = math.MinInt64
		default:
			dst[i] = int64(v) * 86_400_000_000
			if v > math.MaxInt32/50 || v < math.MinInt32/50 { // far outside of what a timestamp holds
				return nil, fmt.Errorf("date out of range for timestamp")
			}
		}
	}
	return out, nil
}

// bigDecimals reads big-endian two's complement numbers of any length.
func bigDecimals(c *column.Column, scale int) (*column.Column, error) {
	views := make([]column.View, c.Len)
	var heap, text []byte
	var v big.Int
	for i := range views {
		if c.IsNull(i) {
			continue
		}
		b := c.BytesAt(i)
		v.SetBytes(b)
		if len(b) > 0 && b[0]&0x80 != 0 {
			v.Sub(&v, new(big.Int).Lsh(big.NewInt(1), uint(len(b))*8))
		}
		text = appendScaled(text[:0], &v, scale)
		n, err := numeric.Parse(string(text))
		if err != nil {
			return nil, err
		}
		from := len(heap)
		heap = n.AppendEncoded(heap)
		views[i] = column.MakeView(heap[from:], 0, uint32(from))
	}
	return &column.Column{Kind: column.Numeric, Len: c.Len, Valid: c.Valid, Data: column.AsBytes(views), Bufs: [][]byte{heap}}, nil
}

// appendScaled writes v / 10^scale with all digits behind the point.
func appendScaled(dst []byte, v *big.Int, scale int) []byte {
	if v.Sign() < 0 {
		dst = append(dst, '-')
	}
	digits := new(big.Int).Abs(v).String()
	if scale == 0 {
		return append(dst, digits...)
	}
	for len(digits) <= scale {
		digits = "0" + digits
	}
	dst = append(dst, digits[:len(digits)-scale]...)
	dst = append(dst, '.')
	return append(dst, digits[len(digits)-scale:]...)
}
