package types

import (
	"math"

	"github.com/inlaydb/inlay/storage/column"
)

// Datum is one value outside a column: a constant in a plan, a parameter, a
// bound in statistics. Which field holds it depends on Kind.
type Datum struct {
	Kind column.Kind
	Null bool
	I    int64   // Bool, Int16, Int32, Int64; Int128: high half; Interval: microseconds
	U    uint64  // Int128: low half; Interval: days in the low, months in the high 32 bits; List: column.ListView's Shape
	F    float64 // Float32, Float64
	S    string  // Bytes, Numeric (encoded), Fixed16
	L    []Datum // List
}

// Null is the NULL of a kind.
func Null(k column.Kind) Datum { return Datum{Kind: k, Null: true} }

// Bool is a Datum of kind Bool.
func Bool(b bool) Datum {
	d := Datum{Kind: column.Bool}
	if b {
		d.I = 1
	}
	return d
}

// Int is a Datum of an integer kind.
func Int(k column.Kind, v int64) Datum { return Datum{Kind: k, I: v} }

// Float is a Datum of kind Float64.
func Float(v float64) Datum { return Datum{Kind: column.Float64, F: v} }

// Text is a Datum of kind Bytes.
func Text(s string) Datum { return Datum{Kind: column.Bytes, S: s} }

// Interval is a Datum of kind Interval.
func Interval(v column.IntervalValue) Datum {
	return Datum{Kind: column.Interval, I: v.Micros, U: uint64(uint32(v.Days)) | uint64(uint32(v.Months))<<32}
}

// Int128 is a Datum of kind Int128.
func Int128(v column.Int128Value) Datum { return Datum{Kind: column.Int128, I: v.Hi, U: v.Lo} }

// AsInterval is the interval in d.
func (d Datum) AsInterval() column.IntervalValue {
	return column.IntervalValue{Micros: d.I, Days: int32(uint32(d.U)), Months: int32(uint32(d.U >> 32))}
}

// AsInt128 is the 128-bit integer in d.
func (d Datum) AsInt128() column.Int128Value { return column.Int128Value{Lo: d.U, Hi: d.I} }

// True says whether d is a Bool that is true.
func (d Datum) True() bool { return d.Kind == column.Bool && !d.Null && d.I != 0 }

// FromColumn is row i of c as a Datum. Strings are copied.
func FromColumn(c *column.Column, i int) Datum {
	d := Datum{Kind: c.Kind}
	if c.IsNull(i) {
		d.Null = true
		return d
	}
	switch c.Kind {
	case column.Bool:
		d.I = int64(column.At[uint8](c, i))
	case column.Int16:
		d.I = int64(column.At[int16](c, i))
	case column.Int32:
		d.I = int64(column.At[int32](c, i))
	case column.Int64:
		d.I = column.At[int64](c, i)
	case column.Float32:
		d.F = float64(column.At[float32](c, i))
	case column.Float64:
		d.F = column.At[float64](c, i)
	case column.Int128:
		return Int128(column.At[column.Int128Value](c, i))
	case column.Interval:
		return Interval(column.At[column.IntervalValue](c, i))
	case column.Fixed16:
		v := column.At[[16]byte](c, i)
		d.S = string(v[:])
	case column.Bytes, column.Numeric:
		d.S = string(c.BytesAt(i))
	case column.List:
		s, p := c.Slot(i)
		lv := column.Values[column.ListView](s)[p]
		d.L, d.U = make([]Datum, lv.Len), uint64(lv.Shape)
		for j := range d.L {
			d.L[j] = FromColumn(s.Child, int(lv.Off)+j)
		}
	}
	return d
}

// Column is a constant column of n rows of d. elem is the kind of a list's
// elements and is ignored for other kinds.
func (d Datum) Column(n int, elem column.Kind) *column.Column {
	if d.Null {
		return column.NewNull(d.Kind, n)
	}
	c := &column.Column{Kind: d.Kind, Form: column.Constant, Len: n, Data: column.Alloc(d.Kind.Width())}
	d.put(c, 0, elem)
	return c
}

// PutFixed sets row i of a flat column of d's kind, if that is one of fixed
// width; false: it is not.
func (d Datum) PutFixed(c *column.Column, i int) bool {
	switch d.Kind {
	case column.Bool:
		column.Values[uint8](c)[i] = uint8(d.I)
	case column.Int16:
		column.Values[int16](c)[i] = int16(d.I)
	case column.Int32:
		column.Values[int32](c)[i] = int32(d.I)
	case column.Int64:
		column.Values[int64](c)[i] = d.I
	case column.Float32:
		column.Values[float32](c)[i] = float32(d.F)
	case column.Float64:
		column.Values[float64](c)[i] = d.F
	case column.Int128:
		column.Values[column.Int128Value](c)[i] = d.AsInt128()
	case column.Interval:
		column.Values[column.IntervalValue](c)[i] = d.AsInterval()
	case column.Fixed16:
		copy(c.Data[i*16:], d.S)
	default:
		return false
	}
	return true
}

func (d Datum) put(c *column.Column, i int, elem column.Kind) {
	if d.PutFixed(c, i) {
		return
	}
	switch d.Kind {
	case column.Bytes, column.Numeric:
		if len(d.S) > column.MaxInline {
			if len(c.Bufs) == 0 {
				c.Bufs = [][]byte{nil}
			}
			off := len(c.Bufs[0])
			c.Bufs[0] = append(c.Bufs[0], d.S...)
			column.Values[column.View](c)[i] = column.MakeView([]byte(d.S), 0, uint32(off))
			return
		}
		column.Values[column.View](c)[i] = column.InlineView([]byte(d.S))
	case column.List:
		if elem == column.Invalid && len(d.L) > 0 {
			elem = d.L[0].Kind
		}
		c.Child = ColumnOf(elem, column.Invalid, d.L)
		column.Values[column.ListView](c)[i] = column.ListView{Len: uint32(len(d.L)), Shape: uint32(d.U)}
	}
}

// ColumnOf is a flat column of kind k with the given values; elem is the kind
// of list elements.
func ColumnOf(k, elem column.Kind, vals []Datum) *column.Column {
	c := column.NewFlat(k, len(vals))
	if k == column.List {
		var all []Datum
		lvs := column.Values[column.ListView](c)
		for i, v := range vals {
			if v.Null {
				continue
			}
			lvs[i] = column.ListView{Off: uint32(len(all)), Len: uint32(len(v.L)), Shape: uint32(v.U)}
			all = append(all, v.L...)
		}
		c.Child = ColumnOf(elem, column.Invalid, all)
	}
	for i, v := range vals {
		switch {
		case v.Null:
			c.SetNull(i)
		case k == column.List:
		default:
			v.Kind = k
			v.put(c, i, elem)
		}
	}
	return c
}

// Infinite timestamps and dates.
const (
	TimestampInfinity         = math.MaxInt64
	TimestampNegativeInfinity = math.MinInt64
	DateInfinity              = math.MaxInt32
	DateNegativeInfinity      = math.MinInt32
)
