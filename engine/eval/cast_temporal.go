package eval

import (
	"github.com/inlaydb/inlay/catalog/datetime"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// temporal casts between date, time, timestamp, timestamptz, timetz and
// interval.
func (c *caster) temporal() (node, bool, error) {
	loc := c.cp.env.location()
	now := c.cp.env.now
	toTime := func(t int64) (int64, bool) { return datetime.TimeOf(t) }
	var n node
	switch [2]types.OID{c.from.OID, c.to.OID} {
	case [2]types.OID{types.DateOID, types.TimestampOID}:
		n = mapCast(c, datetime.DateToTimestamp)
	case [2]types.OID{types.DateOID, types.TimestamptzOID}:
		n = mapCast(c, func(d int32) (int64, error) { return datetime.DateToTimestamptz(d, loc) })
	case [2]types.OID{types.TimestampOID, types.DateOID}:
		n = mapCast(c, func(t int64) (int32, error) { return datetime.DateOf(t), nil })
	case [2]types.OID{types.TimestamptzOID, types.DateOID}:
		zone := &datetime.ZoneCache{Loc: loc}
		n = mapCast(c, func(t int64) (int32, error) { return datetime.DateOf(zone.Local(t)), nil })
	case [2]types.OID{types.TimestampOID, types.TimestamptzOID}:
		n = mapCast(c, func(t int64) (int64, error) { return datetime.FromLocal(t, loc) })
	case [2]types.OID{types.TimestamptzOID, types.TimestampOID}:
		zone := &datetime.ZoneCache{Loc: loc}
		n = mapCast(c, func(t int64) (int64, error) { return zone.Local(t), nil })
	case [2]types.OID{types.TimestampOID, types.TimeOID}:
		n = nullInfinite(c, toTime)
	case [2]types.OID{types.TimestamptzOID, types.TimeOID}:
		n = nullInfinite(c, func(t int64) (int64, bool) { return toTime(datetime.ToLocal(t, loc)) })
	case [2]types.OID{types.TimeOID, types.IntervalOID}:
		n = mapCast(c, func(t int64) (interval, error) { return interval{Micros: t}, nil })
	case [2]types.OID{types.IntervalOID, types.TimeOID}:
		n = mapCast(c, func(v interval) (int64, error) { return datetime.IntervalToTime(v), nil })
	case [2]types.OID{types.TimeOID, types.TimetzOID}: // at today's offset
		off := int32(datetime.Offset(loc, now()))
		n = c.call(func(c *call) error {
			x := arg[int64](c, 0)
			return c.each(func(i int) error {
				b := datetime.TimeTZ{Micros: x.at(i), Offset: off}.Encode()
				c.putText(i, b[:])
				return nil
			})
		})
	case [2]types.OID{types.TimestamptzOID, types.TimetzOID}:
		n = c.call(func(c *call) error {
			x := arg[int64](c, 0)
			return c.each(func(i int) error {
				t := x.at(i)
				local, ok := datetime.TimeOf(datetime.ToLocal(t, loc))
				if !ok {
					c.null(i)
					return nil
				}
				b := datetime.TimeTZ{Micros: local, Offset: int32(datetime.Offset(loc, t))}.Encode()
				c.putText(i, b[:])
				return nil
			})
		})
	case [2]types.OID{types.TimetzOID, types.TimeOID}:
		n = c.call(func(c *call) error {
			s, dst := c.text(0), column.Values[int64](c.out)
			return c.each(func(i int) error { dst[i] = datetime.DecodeTimeTZ(s.At(i)).Micros; return nil })
		})
	default:
		return nil, false, nil
	}
	return c.then(n, types.New(c.to.OID)).typmod(n), true, nil
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

// nullInfinite is the cast of timestamps to a time of day: NULL of infinities.
func nullInfinite(c *caster, f func(int64) (int64, bool)) node {
	return c.call(func(c *call) error {
		x, dst := arg[int64](c, 0), column.Values[int64](c.out)
		return c.each(func(i int) error {
			t, ok := f(x.at(i))
			if !ok {
				c.null(i)
			}
			dst[i] = t
			return nil
		})
	})
}

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
