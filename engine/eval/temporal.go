package eval

import (
	"math"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

const (
	microsPerSecond = int64(1000000)
	microsPerMinute = 60 * microsPerSecond
	microsPerHour   = 60 * microsPerMinute
	microsPerDay    = 24 * microsPerHour
)

func isTemporal(t types.OID) bool {
	return t == types.DateOID || t == types.TimestampOID || t == types.TimestamptzOID
}

// dayMicros is midnight of a date as a timestamp. Dates past the range of
// timestamps give the largest finite number: they are above every timestamp.
func dayMicros(d int32) int64 {
	switch {
	case d == types.DateInfinity:
		return types.TimestampInfinity
	case d == types.DateNegativeInfinity:
		return types.TimestampNegativeInfinity
	case int64(d) > (math.MaxInt64-1)/microsPerDay:
		return math.MaxInt64 - 1
	}
	return int64(d) * microsPerDay
}

// temporalPicker compares date, timestamp and timestamptz with each other.
func (cp *compiler) temporalPicker(l, r types.OID) pick {
	zoned := l == types.TimestamptzOID || r == types.TimestamptzOID
	loc := cp.env.location()
	var as, bs scratch
	stamps := func(s *scratch, c *column.Column, t types.OID) *column.Column {
		if t != types.DateOID && (!zoned || t == types.TimestamptzOID) {
			return c
		}
		n := c.Len
		if c.Form == column.Constant {
			n = 1
		}
		out := s.flat(column.Int64, n)
		dst := column.Values[int64](out)
		if t == types.DateOID {
			for i, d := range column.Values[int32](c)[:n] {
				dst[i] = dayMicros(d)
			}
		} else {
			copy(dst, column.Values[int64](c))
		}
		if zoned {
			for i, v := range dst {
				dst[i] = localToUTC(loc, v)
			}
		}
		out.Form, out.Valid, out.Len = c.Form, c.Valid, c.Len
		return out
	}
	return func(op kernel.Comparison, a, b *column.Column, n int, sel, out []int32) []int32 {
		switch {
		case zoned:
		case l == types.DateOID && b.Form == column.Constant:
			return pickDates(op, a, column.Values[int64](b)[0], n, sel, out)
		case r == types.DateOID && a.Form == column.Constant:
			return pickDates(op.Swap(), b, column.Values[int64](a)[0], n, sel, out)
		}
		return pickNumbers[int64](op, stamps(&as, a, l), stamps(&bs, b, r), n, sel, out)
	}
}

// pickDates compares dates with one timestamp as dates: d < t is d <= the day
// of t, unless t is midnight.
func pickDates(op kernel.Comparison, dates *column.Column, t int64, n int, sel, out []int32) []int32 {
	a := column.Values[int32](dates)[:n]
	switch t {
	case types.TimestampInfinity:
		return kernel.SelectConst(op, a, types.DateInfinity, sel, out)
	case types.TimestampNegativeInfinity:
		return kernel.SelectConst(op, a, types.DateNegativeInfinity, sel, out)
	}
	day := t / microsPerDay
	if t%microsPerDay < 0 {
		day--
	}
	d := int32(day)
	if day*microsPerDay != t {
		switch op {
		case kernel.EQ:
			return out
		case kernel.NE:
			if sel == nil {
				sel = sequence(n)
			}
			return append(out, sel...)
		case kernel.LT:
			op = kernel.LE
		case kernel.GE:
			op = kernel.GT
		}
	}
	return kernel.SelectConst(op, a, d, sel, out)
}
