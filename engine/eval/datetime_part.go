package eval

import (
	"math"

	"github.com/inlaydb/inlay/catalog/datetime"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// extract, date_part, date_trunc and date_bin.
func init() {
	for _, t := range []struct {
		name, typ string
		part      func(cp *compiler) func(u datetime.Unit, c *column.Column, i int) datetime.Part
		days      func(cp *compiler) func(dst []int32, c *call) // dates of all rows, infinities aside
	}{
		{"date", datetime.TypeDate, func(*compiler) func(u datetime.Unit, c *column.Column, i int) datetime.Part {
			return func(u datetime.Unit, c *column.Column, i int) datetime.Part { return u.OfDate(column.At[int32](c, i)) }
		}, func(*compiler) func(dst []int32, c *call) {
			return func(dst []int32, c *call) {
				d := arg[int32](c, 1)
				for i := range dst {
					dst[i] = d.at(i)
				}
			}
		}},
		{"timestamp", datetime.TypeTimestamp, func(*compiler) func(u datetime.Unit, c *column.Column, i int) datetime.Part {
			return func(u datetime.Unit, c *column.Column, i int) datetime.Part {
				return u.OfTimestamp(column.At[int64](c, i))
			}
		}, func(*compiler) func(dst []int32, c *call) {
			return func(dst []int32, c *call) {
				t := arg[int64](c, 1)
				for i := range dst {
					dst[i] = datetime.DateOf(t.at(i))
				}
			}
		}},
		{"timestamptz", datetime.TypeTimestamptz, func(cp *compiler) func(u datetime.Unit, c *column.Column, i int) datetime.Part {
			loc := cp.env.location()
			return func(u datetime.Unit, c *column.Column, i int) datetime.Part {
				return u.OfTimestamptz(column.At[int64](c, i), loc)
			}
		}, func(cp *compiler) func(dst []int32, c *call) {
			zone := datetime.ZoneCache{Loc: cp.env.location()}
			return func(dst []int32, c *call) {
				t := arg[int64](c, 1)
				for i := range dst {
					v := t.at(i)
					if datetime.TimestampIsFinite(v) {
						v = zone.Local(v)
					}
					dst[i] = datetime.DateOf(v)
				}
			}
		}},
		{"time", datetime.TypeTime, func(*compiler) func(u datetime.Unit, c *column.Column, i int) datetime.Part {
			return func(u datetime.Unit, c *column.Column, i int) datetime.Part { return u.OfTime(column.At[int64](c, i)) }
		}, nil},
		{"timetz", datetime.TypeTimeTZ, func(*compiler) func(u datetime.Unit, c *column.Column, i int) datetime.Part {
			return func(u datetime.Unit, c *column.Column, i int) datetime.Part {
				return u.OfTimeTZ(datetime.DecodeTimeTZ(c.BytesAt(i)))
			}
		}, nil},
		{"interval", datetime.TypeInterval, func(*compiler) func(u datetime.Unit, c *column.Column, i int) datetime.Part {
			return func(u datetime.Unit, c *column.Column, i int) datetime.Part {
				return u.OfInterval(column.At[interval](c, i))
			}
		}, nil},
	} {
		for _, float := range []bool{false, true} {
			name := "extract_" + t.name
			if float {
				name = "date_part_" + t.name
			}
			register(map[string]builder{name: func(cp *compiler, s *signature) (node, error) {
				e := &extract{typ: t.typ, float: float, part: t.part(cp)}
				if float && t.typ == datetime.TypeDate {
					e.typ, e.stamps = datetime.TypeTimestamp, true
				}
				if t.days != nil {
					e.dates = t.days(cp)
				}
				n := s.node(cp, e.apply)
				n.dense = true
				return n, nil
			}})
		}
	}
	register(map[string]builder{
		"date_trunc_timestamp": truncate(datetime.TypeTimestamp, func(cp *compiler) func(datetime.Unit, int64) (int64, error) {
			return datetime.Trunc
		}),
		"date_trunc_timestamptz": truncate(datetime.TypeTimestamptz, func(cp *compiler) func(datetime.Unit, int64) (int64, error) {
			loc := cp.env.location()
			return func(u datetime.Unit, t int64) (int64, error) { return datetime.TruncTZ(u, t, loc) }
		}),
		"date_trunc_timestamptz_zone": rowwise(truncZone),
		"date_trunc_interval": truncate(datetime.TypeInterval, func(cp *compiler) func(datetime.Unit, interval) (interval, error) {
			return func(u datetime.Unit, v interval) (interval, error) { return datetime.TruncInterval(u, v), nil }
		}),
		"date_bin_timestamp":   rowwise(map3(datetime.Bin)),
		"date_bin_timestamptz": rowwise(map3(datetime.Bin)),
	})
}

// unitCache finds units by name, remembering the last.
type unitCache struct {
	name string
	unit datetime.Unit
}

func (u *unitCache) find(name []byte, typ string, find func(name, typ string) (datetime.Unit, error)) (datetime.Unit, error) {
	if u.unit != 0 && string(name) == u.name {
		return u.unit, nil
	}
	unit, err := find(string(name), typ)
	if err != nil {
		return 0, err
	}
	u.name, u.unit = string(name), unit
	return unit, nil
}

// extract is one field of a date, time or interval, as numeric or float8.
// Year, quarter, month and day of dates and timestamps have a loop of their
// own.
type extract struct {
	typ    string
	float  bool
	stamps bool // date_part(…, date): the date becomes a timestamp first
	part   func(u datetime.Unit, c *column.Column, i int) datetime.Part
	dates  func(dst []int32, c *call)
	units  unitCache
	days   []int32
	ints   []int64
}

func (e *extract) apply(c *call) error {
	if e.dates != nil && c.args[0].Form == column.Constant && !c.sparse() {
		field := c.text(0)
		u, err := e.units.find(field.At(0), e.typ, datetime.ExtractUnit)
		if err != nil {
			return c.eachValid(func(int) error { return err })
		}
		if e.civil(c, u) {
			return nil
		}
	}
	field := c.text(0)
	return c.eachValid(func(i int) error {
		u, err := e.units.find(field.At(i), e.typ, datetime.ExtractUnit)
		if err != nil {
			return err
		}
		var p datetime.Part
		if e.stamps {
			t, err := datetime.DateToTimestamp(column.At[int32](c.args[1], i))
			if err != nil {
				return err
			}
			p = u.OfTimestamp(t)
		} else {
			p = e.part(u, c.args[1], i)
		}
		switch {
		case p.Null:
			c.null(i)
		case e.float:
			column.Values[float64](c.out)[i] = p.Float()
		default:
			return c.putNumeric(i, p.Numeric())
		}
		return nil
	})
}

const lastStampDay = math.MaxInt64 / microsPerDay

// civil computes all rows at once, if the unit is one of the calendar's and no
// date is infinite.
func (e *extract) civil(c *call, u datetime.Unit) bool {
	switch u {
	case datetime.Year, datetime.Quarter, datetime.Month, datetime.Day:
	default:
		return false
	}
	if cap(e.days) < c.n {
		e.days, e.ints = make([]int32, c.n), make([]int64, c.n)
	}
	days, ints := e.days[:c.n], e.ints[:c.n]
	e.dates(days, c)
	for i, d := range days {
		if !datetime.DateIsFinite(d) || e.stamps && int64(d) > lastStampDay {
			return false
		}
		y, m, day := civil(d)
		switch u {
		case datetime.Year:
			if y <= 0 { // there is no year 0: 1 BC is -1
				y--
			}
			ints[i] = y
		case datetime.Quarter:
			ints[i] = int64(m-1)/3 + 1
		case datetime.Month:
			ints[i] = int64(m)
		default:
			ints[i] = int64(day)
		}
	}
	if e.float {
		convert(column.Values[float64](c.out), ints)
	} else {
		kernel.EncodeFixed(column.Values[column.View](c.out), ints, 0)
	}
	return true
}

// truncate is date_trunc of one type.
func truncate[T column.Element](typ string, f func(cp *compiler) func(datetime.Unit, T) (T, error)) builder {
	return func(cp *compiler, s *signature) (node, error) {
		trunc := f(cp)
		var units unitCache
		return s.node(cp, func(c *call) error {
			field, t, dst := c.text(0), arg[T](c, 1), column.Values[T](c.out)
			return c.each(func(i int) error {
				u, err := units.find(field.At(i), typ, datetime.TruncUnit)
				if err != nil {
					if ts, ok := any(t.at(i)).(int64); ok && !datetime.TimestampIsFinite(ts) {
						dst[i] = t.at(i) // infinity is not looked at
						return nil
					}
					return err
				}
				dst[i], err = trunc(u, t.at(i))
				return err
			})
		}), nil
	}
}

func truncZone(c *call) error {
	field, t, zone, dst := c.text(0), arg[int64](c, 1), c.text(2), column.Values[int64](c.out)
	return c.each(func(i int) error {
		u, err := datetime.TruncUnit(string(field.At(i)), datetime.TypeTimestamptz)
		if err != nil {
			return err
		}
		z, err := datetime.FindZoneText(string(zone.At(i)))
		if err != nil {
			return err
		}
		dst[i], err = datetime.TruncTZ(u, t.at(i), z.Location(t.at(i)))
		return err
	})
}
