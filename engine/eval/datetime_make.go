package eval

import (
	"time"

	"github.com/inlaydb/inlay/catalog/datetime"
	"github.com/inlaydb/inlay/storage/column"
)

// Constructors, clocks and AT TIME ZONE.
func init() {
	register(map[string]builder{
		"make_date": rowwise(map3(func(y, m, d int32) (int32, error) {
			return datetime.MakeDate(int(y), int(m), int(d))
		})),
		"make_time": rowwise(map3(func(h, m int32, s float64) (int64, error) {
			return datetime.MakeTime(int(h), int(m), s)
		})),
		"make_timestamp":     makeTimestamp(false),
		"make_timestamptz":   makeTimestamp(true),
		"make_interval":      rowwise(makeInterval),
		"to_timestamp_epoch": rowwise(map1(datetime.FromEpoch)),

		"now":                   clock(func(e *Env) int64 { return e.now() }),
		"transaction_timestamp": clock(func(e *Env) int64 { return e.now() }),
		"statement_timestamp":   clock(func(e *Env) int64 { return micros(e.StatementStart) }),
		"clock_timestamp":       clock(func(*Env) int64 { return micros(time.Now()) }),
		"timeofday":             rowwise(timeOfDay),

		"timezone_timestamp": rowwise(atZone(func(z datetime.ZoneByText, t int64) (int64, error) {
			return z.FromLocal(t)
		})),
		"timezone_timestamptz": rowwise(atZone(func(z datetime.ZoneByText, t int64) (int64, error) {
			return z.ToLocal(t)
		})),
		"timezone_timestamp_interval": rowwise(map2(func(v interval, t int64) (int64, error) {
			off, err := datetime.IntervalOffset(v)
			if err != nil {
				return 0, err
			}
			return datetime.ShiftTimestamp(t, -off)
		})),
		"timezone_timestamptz_interval": rowwise(map2(func(v interval, t int64) (int64, error) {
			off, err := datetime.IntervalOffset(v)
			if err != nil {
				return 0, err
			}
			return datetime.ShiftTimestamp(t, off)
		})),
		"timezone_timetz": rowwise(func(c *call) error {
			zone, t := c.text(0), c.text(1)
			var zones zoneCache
			return c.each(func(i int) error {
				z, err := zones.find(zone.At(i))
				if err != nil {
					return err
				}
				b := z.TimeTZ(datetime.DecodeTimeTZ(t.At(i)), c.env.now()).Encode()
				c.putText(i, b[:])
				return nil
			})
		}),
		"timezone_timetz_interval": rowwise(func(c *call) error {
			v, t := arg[interval](c, 0), c.text(1)
			return c.each(func(i int) error {
				off, err := datetime.IntervalOffset(v.at(i))
				if err != nil {
					return err
				}
				b := datetime.TimeTZAtOffset(datetime.DecodeTimeTZ(t.At(i)), off).Encode()
				c.putText(i, b[:])
				return nil
			})
		}),
	})
}

// micros is a moment as a timestamptz.
func micros(t time.Time) int64 { return t.UnixMicro() }

// now is the start of the transaction.
func (e *Env) now() int64 {
	if e.Now.IsZero() {
		return micros(time.Now())
	}
	return micros(e.Now)
}

// clock is a function of time without arguments.
func clock(f func(*Env) int64) builder {
	return rowwise(func(c *call) error {
		dst := column.Values[int64](c.out)
		return c.each(func(i int) error { dst[i] = f(c.env); return nil })
	})
}

func timeOfDay(c *call) error {
	return c.each(func(i int) error {
		c.putString(i, time.Now().In(c.env.location()).Format("Mon Jan 02 15:04:05.000000 2006 MST"))
		return nil
	})
}

// zoneCache finds zones by name, remembering the last.
type zoneCache struct {
	name string
	zone datetime.ZoneByText
}

func (z *zoneCache) find(name []byte) (datetime.ZoneByText, error) {
	if z.name != "" && string(name) == z.name {
		return z.zone, nil
	}
	zone, err := datetime.FindZoneText(string(name))
	if err != nil {
		return zone, err
	}
	z.name, z.zone = string(name), zone
	return zone, nil
}

// atZone is t AT TIME ZONE name.
func atZone(f func(datetime.ZoneByText, int64) (int64, error)) apply {
	return func(c *call) error {
		zone, t, dst := c.text(0), arg[int64](c, 1), column.Values[int64](c.out)
		var zones zoneCache
		return c.each(func(i int) error {
			z, err := zones.find(zone.At(i))
			if err != nil {
				return err
			}
			dst[i], err = f(z, t.at(i))
			return err
		})
	}
}

func makeTimestamp(zoned bool) builder {
	return func(cp *compiler, s *signature) (node, error) {
		env := &cp.env.style().Env
		return s.node(cp, func(c *call) error {
			var f [5]operand[int32]
			for k := range f {
				f[k] = arg[int32](c, k)
			}
			sec, dst := arg[float64](c, 5), column.Values[int64](c.out)
			return c.each(func(i int) (err error) {
				var n [5]int
				for k := range n {
					n[k] = int(f[k].at(i))
				}
				if !zoned {
					dst[i], err = datetime.MakeTimestamp(n[0], n[1], n[2], n[3], n[4], sec.at(i))
					return err
				}
				zone := ""
				if len(c.args) == 7 {
					z := c.text(6)
					zone = string(z.At(i))
				}
				dst[i], err = datetime.MakeTimestamptz(n[0], n[1], n[2], n[3], n[4], sec.at(i), zone, env)
				return err
			})
		}), nil
	}
}

func makeInterval(c *call) error {
	var f [6]operand[int32]
	for k := range f {
		f[k] = arg[int32](c, k)
	}
	sec, dst := arg[float64](c, 6), column.Values[interval](c.out)
	return c.each(func(i int) (err error) {
		dst[i], err = datetime.MakeInterval(f[0].at(i), f[1].at(i), f[2].at(i), f[3].at(i), f[4].at(i), f[5].at(i), sec.at(i))
		return err
	})
}
