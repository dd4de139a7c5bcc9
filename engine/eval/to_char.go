package eval

import (
	"github.com/inlaydb/inlay/catalog/datetime"
	"github.com/inlaydb/inlay/catalog/format"
	"github.com/inlaydb/inlay/storage/column"
)

// to_char and what reads it back.
func init() {
	stamp := func(f func(t *format.Date, dst []byte, c *column.Column, i int) ([]byte, bool, error)) builder {
		return dateTemplate(func(*compiler) func(t *format.Date, dst []byte, c *column.Column, i int) ([]byte, bool, error) {
			return f
		})
	}
	register(map[string]builder{
		"to_char_timestamp": stamp(func(t *format.Date, dst []byte, c *column.Column, i int) ([]byte, bool, error) {
			return t.AppendTimestamp(dst, column.At[int64](c, i))
		}),
		"to_char_timestamptz": dateTemplate(func(cp *compiler) func(t *format.Date, dst []byte, c *column.Column, i int) ([]byte, bool, error) {
			zone := &datetime.ZoneCache{Loc: cp.env.location()}
			return func(t *format.Date, dst []byte, c *column.Column, i int) ([]byte, bool, error) {
				return t.AppendTimestamptz(dst, column.At[int64](c, i), zone)
			}
		}),
		"to_char_interval": stamp(func(t *format.Date, dst []byte, c *column.Column, i int) ([]byte, bool, error) {
			return t.AppendInterval(dst, column.At[interval](c, i))
		}),
		"to_char_numeric": numberTemplate(func(t *format.Number, dst []byte, c *call, i int) ([]byte, error) {
			return t.AppendNumeric(dst, c.numeric(0, i))
		}),
		"to_char_int4": numberTemplate(func(t *format.Number, dst []byte, c *call, i int) ([]byte, error) {
			return t.AppendInt(dst, int64(column.At[int32](c.args[0], i)), false)
		}),
		"to_char_int8": numberTemplate(func(t *format.Number, dst []byte, c *call, i int) ([]byte, error) {
			return t.AppendInt(dst, column.At[int64](c.args[0], i), true)
		}),
		"to_char_float4": numberTemplate(func(t *format.Number, dst []byte, c *call, i int) ([]byte, error) {
			return t.AppendFloat(dst, float64(column.At[float32](c.args[0], i)), true)
		}),
		"to_char_float8": numberTemplate(func(t *format.Number, dst []byte, c *call, i int) ([]byte, error) {
			return t.AppendFloat(dst, column.At[float64](c.args[0], i), false)
		}),
		"to_number":    toNumber,
		"to_date":      toDate,
		"to_timestamp": toTimestamp,
	})
}

// templates keeps the last template compiled.
type templates[T any] struct {
	text string
	t    *T
}

func (k *templates[T]) use(text []byte, compile func(string) *T) *T {
	if k.t == nil || string(text) != k.text {
		k.text = string(text)
		k.t = compile(k.text)
	}
	return k.t
}

func dateTemplate(f func(cp *compiler) func(t *format.Date, dst []byte, c *column.Column, i int) ([]byte, bool, error)) builder {
	return func(cp *compiler, s *signature) (node, error) {
		appendTo := f(cp)
		var k templates[format.Date]
		return s.node(cp, func(c *call) error {
			tmpl := c.text(1)
			return c.each(func(i int) error {
				off := c.begin()
				out, ok, err := appendTo(k.use(tmpl.At(i), format.NewDate), c.s.heap, c.args[0], i)
				if err != nil {
					return err
				}
				if !ok {
					c.null(i)
					return nil
				}
				c.s.heap = out
				c.end(i, off)
				return nil
			})
		}), nil
	}
}

func numberTemplate(f func(t *format.Number, dst []byte, c *call, i int) ([]byte, error)) builder {
	return func(cp *compiler, s *signature) (node, error) {
		var k templates[format.Number]
		return s.node(cp, func(c *call) error {
			tmpl := c.text(1)
			return c.each(func(i int) (err error) {
				off := c.begin()
				if c.s.heap, err = f(k.use(tmpl.At(i), format.NewNumber), c.s.heap, c, i); err != nil {
					return err
				}
				c.end(i, off)
				return nil
			})
		}), nil
	}
}

func toNumber(cp *compiler, s *signature) (node, error) {
	var k templates[format.Number]
	return s.node(cp, func(c *call) error {
		text, tmpl := c.text(0), c.text(1)
		return c.each(func(i int) error {
			n, ok, err := k.use(tmpl.At(i), format.NewNumber).ParseNumeric(string(text.At(i)))
			if err != nil {
				return err
			}
			if !ok {
				c.null(i)
				return nil
			}
			return c.putNumeric(i, n)
		})
	}), nil
}

func toDate(cp *compiler, s *signature) (node, error) {
	var k templates[format.Date]
	return s.node(cp, func(c *call) error {
		text, tmpl, dst := c.text(0), c.text(1), column.Values[int32](c.out)
		return c.each(func(i int) (err error) {
			dst[i], err = k.use(tmpl.At(i), format.NewDate).ParseDate(string(text.At(i)))
			return err
		})
	}), nil
}

func toTimestamp(cp *compiler, s *signature) (node, error) {
	var k templates[format.Date]
	loc := cp.env.location()
	return s.node(cp, func(c *call) error {
		text, tmpl, dst := c.text(0), c.text(1), column.Values[int64](c.out)
		return c.each(func(i int) (err error) {
			dst[i], err = k.use(tmpl.At(i), format.NewDate).ParseTimestamp(string(text.At(i)), loc)
			return err
		})
	}), nil
}
