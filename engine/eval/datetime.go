package eval

import (
	"time"

	"github.com/inlaydb/inlay/catalog/datetime"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

type interval = column.IntervalValue

// Arithmetic of dates, times and intervals.
func init() {
	swap := func(f func(int64, interval) (int64, error)) func(interval, int64) (int64, error) {
		return func(v interval, t int64) (int64, error) { return f(t, v) }
	}
	dateAdd := func(d int32, v interval) (int64, error) {
		t, err := datetime.DateToTimestamp(d)
		if err != nil {
			return 0, err
		}
		return datetime.AddInterval(t, v)
	}
	dateSub := func(d int32, v interval) (int64, error) {
		t, err := datetime.DateToTimestamp(d)
		if err != nil {
			return 0, err
		}
		return datetime.SubInterval(t, v)
	}
	zoned := func(f func(int64, interval, *time.Location) (int64, error)) builder {
		return inZone(func(cp *compiler) apply {
			loc := cp.env.location()
			return map2(func(t int64, v interval) (int64, error) { return f(t, v, loc) })
		})
	}
	register(map[string]builder{
		"date_pli":         rowwise(map2(datetime.AddDays)),
		"date_mii":         rowwise(map2(func(d, n int32) (int32, error) { return subDays(d, n) })),
		"integer_pl_date":  rowwise(map2(func(n, d int32) (int32, error) { return datetime.AddDays(d, n) })),
		"date_mi":          rowwise(map2(datetime.SubDates)),
		"date_pl_interval": rowwise(map2(dateAdd)),
		"date_mi_interval": rowwise(map2(dateSub)),
		"interval_pl_date": rowwise(map2(func(v interval, d int32) (int64, error) { return dateAdd(d, v) })),

		"timestamp_pl_interval":   rowwise(map2(datetime.AddInterval)),
		"timestamp_mi_interval":   rowwise(map2(datetime.SubInterval)),
		"interval_pl_timestamp":   rowwise(map2(swap(datetime.AddInterval))),
		"timestamptz_pl_interval": zoned(datetime.AddIntervalTZ),
		"timestamptz_mi_interval": zoned(datetime.SubIntervalTZ),
		"interval_pl_timestamptz": inZone(func(cp *compiler) apply {
			loc := cp.env.location()
			return map2(func(v interval, t int64) (int64, error) { return datetime.AddIntervalTZ(t, v, loc) })
		}),
		"timestamp_mi": rowwise(map2(datetime.SubTimestamps)),

		"time_mi_time":     rowwise(map2(sure(datetime.SubTimes))),
		"time_pl_interval": rowwise(map2(sure(datetime.AddTime))),
		"time_mi_interval": rowwise(map2(sure(datetime.SubTime))),
		"interval_pl_time": rowwise(map2(func(v interval, t int64) (int64, error) { return datetime.AddTime(t, v), nil })),

		"datetime_timestamp": rowwise(map2(datetime.DateAndTime)),
		"timedate_pl":        rowwise(map2(func(t int64, d int32) (int64, error) { return datetime.DateAndTime(d, t) })),
		"datetimetz_timestamptz": rowwise(func(c *call) error {
			d, t, dst := arg[int32](c, 0), c.text(1), column.Values[int64](c.out)
			return c.each(func(i int) (err error) {
				dst[i], err = datetime.DateAndTimeTZ(d.at(i), datetime.DecodeTimeTZ(t.At(i)))
				return err
			})
		}),
		"timetzdate_pl": rowwise(func(c *call) error {
			t, d, dst := c.text(0), arg[int32](c, 1), column.Values[int64](c.out)
			return c.each(func(i int) (err error) {
				dst[i], err = datetime.DateAndTimeTZ(d.at(i), datetime.DecodeTimeTZ(t.At(i)))
				return err
			})
		}),
		"timetz_pl_interval": rowwise(timetzInterval(false, 0, 1)),
		"timetz_mi_interval": rowwise(timetzInterval(true, 0, 1)),
		"interval_pl_timetz": rowwise(timetzInterval(false, 1, 0)),

		"interval_um":      rowwise(map1(datetime.NegInterval)),
		"interval_pl":      rowwise(map2(datetime.AddIntervals)),
		"interval_mi":      rowwise(map2(datetime.SubIntervals)),
		"interval_mul":     rowwise(map2(datetime.MulInterval)),
		"interval_div":     rowwise(map2(datetime.DivInterval)),
		"mul_d_interval":   rowwise(map2(func(f float64, v interval) (interval, error) { return datetime.MulInterval(v, f) })),
		"justify_hours":    rowwise(map1(datetime.JustifyHours)),
		"justify_days":     rowwise(map1(datetime.JustifyDays)),
		"justify_interval": rowwise(map1(datetime.JustifyInterval)),

		"age_timestamp":         rowwise(map2(datetime.Age)),
		"age_timestamptz":       inZone(func(cp *compiler) apply { return ageTZ(cp.env.location()) }),
		"age_today_timestamp":   inZone(ageToday(false)),
		"age_today_timestamptz": inZone(ageToday(true)),
		"isfinite":              isFinite,
		"overlaps":              overlaps,
	})
}

// subDays is date - integer.
func subDays(d, n int32) (int32, error) {
	if !datetime.DateIsFinite(d) {
		return d, nil
	}
	r := int64(d) - int64(n)
	if int64(int32(r)) != r || int32(r) < datetime.MinDate || int32(r) > datetime.MaxDate {
		return datetime.AddDays(datetime.MaxDate, 1) // its error
	}
	return int32(r), nil
}

func timetzInterval(minus bool, timeArg, intervalArg int) apply {
	return func(c *call) error {
		t, v := c.text(timeArg), arg[interval](c, intervalArg)
		return c.each(func(i int) error {
			x := datetime.DecodeTimeTZ(t.At(i))
			if minus {
				x.Micros = datetime.SubTime(x.Micros, v.at(i))
			} else {
				x.Micros = datetime.AddTime(x.Micros, v.at(i))
			}
			b := x.Encode()
			c.putText(i, b[:])
			return nil
		})
	}
}

func ageTZ(loc *time.Location) apply {
	return map2(func(a, b int64) (interval, error) { return datetime.AgeTZ(a, b, loc) })
}

// ageToday is age(t): from today's midnight.
func ageToday(zoned bool) func(cp *compiler) apply {
	return func(cp *compiler) apply {
		loc := cp.env.location()
		local := datetime.ToLocal(cp.env.now(), loc)
		midnight := local - floorMod(local, microsPerDay)
		if !zoned {
			return map1(func(t int64) (interval, error) { return datetime.Age(midnight, t) })
		}
		return map1(func(t int64) (interval, error) {
			m, err := datetime.FromLocal(midnight, loc)
			if err != nil {
				return interval{}, err
			}
			return datetime.AgeTZ(m, t, loc)
		})
	}
}

func isFinite(cp *compiler, s *signature) (node, error) {
	switch s.argt[0].OID {
	case types.DateOID:
		return s.node(cp, map1(func(d int32) (uint8, error) { return boolByte(datetime.DateIsFinite(d)), nil })), nil
	case types.IntervalOID:
		return s.node(cp, map1(func(interval) (uint8, error) { return 1, nil })), nil
	}
	return s.node(cp, map1(func(t int64) (uint8, error) { return boolByte(datetime.TimestampIsFinite(t)), nil })), nil
}

func boolByte(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}

// overlaps is (s1, e1) OVERLAPS (s2, e2). An end may be an interval from the
// start, and a NULL end is as if only the start were there; the rest is SQL's
// rule for NULLs.
func overlaps(cp *compiler, s *signature) (node, error) {
	read := make([]func(c *call, i int) (int64, error), 4)
	loc := cp.env.location()
	for k := range read {
		t := s.argt[k].OID
		start := s.argt[k&^1].OID
		switch {
		case t == types.TimetzOID:
			read[k] = func(c *call, i int) (int64, error) {
				v := datetime.DecodeTimeTZ(c.args[k].BytesAt(i))
				return v.Micros - int64(v.Offset)*microsPerSecond, nil
			}
		case t != types.IntervalOID:
			read[k] = func(c *call, i int) (int64, error) { return column.At[int64](c.args[k], i), nil }
		default:
			read[k] = func(c *call, i int) (int64, error) {
				from, v := column.At[int64](c.args[k-1], i), column.At[interval](c.args[k], i)
				switch start {
				case types.TimestamptzOID:
					return datetime.AddIntervalTZ(from, v, loc)
				case types.TimeOID:
					return datetime.AddTime(from, v), nil
				}
				return datetime.AddInterval(from, v)
			}
		}
	}
	return s.node(cp, func(c *call) error {
		return c.each(func(i int) error {
			var v [4]int64
			var null [4]bool
			for k := range v {
				interv := c.argt[k].OID == types.IntervalOID
				null[k] = c.isNull(k, i) || interv && c.isNull(k-1, i)
				if !null[k] {
					var err error
					if v[k], err = read[k](c, i); err != nil {
						return err
					}
				}
			}
			yes, known := overlap(v, null)
			if !known {
				c.null(i)
				return nil
			}
			c.putBool(i, yes)
			return nil
		})
	}), nil
}

// overlap is Postgres's rule, which the standard defines by cases.
func overlap(v [4]int64, null [4]bool) (yes, known bool) {
	s1, e1, s2, e2 := v[0], v[1], v[2], v[3]
	n1, m1, n2, m2 := null[0], null[1], null[2], null[3]
	order := func(s, e int64, n, m bool) (start, end int64, open bool) {
		switch {
		case n:
			return e, s, true // the end alone is the start
		case !m && s > e:
			return e, s, false
		}
		return s, e, m
	}
	if n1 && m1 || n2 && m2 {
		return false, false
	}
	s1, e1, m1 = order(s1, e1, n1, m1)
	s2, e2, m2 = order(s2, e2, n2, m2)
	switch {
	case s1 > s2:
		if m2 {
			return false, false
		}
		if s1 < e2 {
			return true, true
		}
		return false, !m1
	case s1 < s2:
		if m1 {
			return false, false
		}
		if s2 < e1 {
			return true, true
		}
		return false, !m2
	}
	return true, !(m1 || m2)
}
