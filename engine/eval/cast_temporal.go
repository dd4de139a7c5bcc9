package eval

import (
	"math"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// temporal casts between date, time, timestamp, timestamptz and interval.
func (c *caster) temporal() (node, bool, error) {
	loc := c.cp.env.location()
	toUTC := func(t int64) (int64, error) { return stampInRange(localToUTC(loc, t)) }
	toLocal := func(t int64) (int64, error) { return stampInRange(utcToLocal(loc, t)) }
	dateOf := func(t int64) (int32, error) { return stampDate(t), nil }
	timeOf := func(t int64) (int64, error) { return floorMod(t, microsPerDay), nil }
	var n node
	switch [2]types.OID{c.from.OID, c.to.OID} {
	case [2]types.OID{types.DateOID, types.TimestampOID}:
		n = mapCast(c, dateStamp)
	case [2]types.OID{types.DateOID, types.TimestamptzOID}:
		n = mapCast(c, func(d int32) (int64, error) {
			t, err := dateStamp(d)
			if err != nil {
				return 0, err
			}
			return toUTC(t)
		})
	case [2]types.OID{types.TimestampOID, types.DateOID}:
		n = mapCast(c, dateOf)
	case [2]types.OID{types.TimestamptzOID, types.DateOID}:
		n = mapCast(c, func(t int64) (int32, error) { return stampDate(utcToLocal(loc, t)), nil })
	case [2]types.OID{types.TimestampOID, types.TimestamptzOID}:
		n = mapCast(c, toUTC)
	case [2]types.OID{types.TimestamptzOID, types.TimestampOID}:
		n = mapCast(c, toLocal)
	case [2]types.OID{types.TimestampOID, types.TimeOID}:
		n = nullInfinite(c, timeOf)
	case [2]types.OID{types.TimestamptzOID, types.TimeOID}:
		n = nullInfinite(c, func(t int64) (int64, error) { return timeOf(utcToLocal(loc, t)) })
	case [2]types.OID{types.TimeOID, types.IntervalOID}:
		n = mapCast(c, func(t int64) (column.IntervalValue, error) { return column.IntervalValue{Micros: t}, nil })
	case [2]types.OID{types.IntervalOID, types.TimeOID}:
		n = mapCast(c, func(v column.IntervalValue) (int64, error) { return floorMod(v.Micros, microsPerDay), nil })
	default:
		return nil, false, nil
	}
	return n, true, nil
}

// mapCast casts value by value.
func mapCast[A, R column.Element](c *caster, f func(A) (R, error)) node {
	return c.call(func(c *call) error {
		x, dst := arg[A](c, 0), column.Values[R](c.out)
		return c.each(func(i int) (err error) {
			dst[i], err = f(x.at(i))
			return err
		})
	})
}

// nullInfinite is mapCast where infinite timestamps become NULL.
func nullInfinite(c *caster, f func(int64) (int64, error)) node {
	return c.call(func(c *call) error {
		x, dst := arg[int64](c, 0), column.Values[int64](c.out)
		return c.each(func(i int) (err error) {
			v := x.at(i)
			if isInfinite(v) {
				c.null(i)
				return nil
			}
			dst[i], err = f(v)
			return err
		})
	})
}

func isInfinite(t int64) bool { return t == math.MaxInt64 || t == math.MinInt64 }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 {
	r := a % b
	if r < 0 {
		r += b
	}
	return r
}

// The range of timestamps: 4713-11-24 BC up to, not including, 294277 AD.
const (
	minStamp = -210866803200000000
	endStamp = 9223371331200000000
)

func errStampRange() error {
	return sqlerr.New(sqlerr.DatetimeFieldOverflow, "timestamp out of range")
}

func stampInRange(t int64) (int64, error) {
	if !isInfinite(t) && (t < minStamp || t >= endStamp) {
		return 0, errStampRange()
	}
	return t, nil
}

// dateStamp is midnight of a date.
func dateStamp(d int32) (int64, error) {
	t := dayMicros(d)
	if !isInfinite(t) && (t >= endStamp || t < minStamp) {
		return 0, sqlerr.New(sqlerr.DatetimeFieldOverflow, "date out of range for timestamp")
	}
	return t, nil
}

// stampDate is the date of a timestamp.
func stampDate(t int64) int32 {
	switch t {
	case types.TimestampInfinity:
		return types.DateInfinity
	case types.TimestampNegativeInfinity:
		return types.DateNegativeInfinity
	}
	return int32(floorDiv(t, microsPerDay))
}
