package eval

import (
	"context"
	"strings"

	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// Sizes of objects and values.
func init() {
	register(map[string]builder{
		"pg_relation_size": rowwise(relationSize), "pg_table_size": rowwise(relationSize), "pg_total_relation_size": rowwise(relationSize),
		"pg_indexes_size":    rowwise(func(c *call) error { clear(c.out.Data); return nil }),
		"pg_database_size":   rowwise(databaseSize),
		"pg_tablespace_size": rowwise(databaseSize),
		"pg_column_size":     columnSize,
		"pg_size_pretty":     sizePretty,
		"pg_size_bytes":      rowwise(sizeBytes),
	})
}

func (e *Env) sizeOf(oid types.OID) (int64, bool) {
	r, ok := e.byOID(oid)
	if !ok {
		return 0, false
	}
	st, err := e.View.Statistics(context.Background(), r)
	if err != nil || st == nil || st.Bytes < 0 {
		return 0, true
	}
	return int64(st.Bytes), true
}

func relationSize(c *call) error {
	x, dst := arg[int64](c, 0), column.Values[int64](c.out)
	return c.each(func(i int) error {
		n, ok := c.env.sizeOf(types.OID(x.at(i)))
		if !ok {
			c.null(i)
		}
		dst[i] = n
		return nil
	})
}

func databaseSize(c *call) error {
	total := int64(0)
	if c.env.View != nil {
		for _, s := range c.env.View.Schemas() {
			for _, r := range c.env.View.Relations(s.Name) {
				if n, ok := c.env.sizeOf(r.OID); ok {
					total += n
				}
			}
		}
	}
	dst := column.Values[int64](c.out)
	return c.each(func(i int) error { dst[i] = total; return nil })
}

// columnSize is what a value takes in Postgres, in memory and not compressed.
func columnSize(cp *compiler, s *signature) (node, error) {
	f := types.FactsOf(s.argt[0].OID)
	return s.node(cp, func(c *call) error {
		dst := column.Values[int32](c.out)
		return c.each(func(i int) error {
			if c.isNull(0, i) {
				c.null(i)
				return nil
			}
			switch {
			case f != nil && f.Len > 0:
				dst[i] = int32(f.Len)
			case c.args[0].Kind == column.Bytes:
				dst[i] = int32(len(c.args[0].BytesAt(i))) + 4
			case c.argt[0].OID == types.NumericOID:
				dst[i] = int32(len(c.numeric(0, i).AppendWire(nil))) // header and base-10000 digits, two bytes each
			default:
				e := c.elements(0, i)
				dst[i] = int32(24 + e.n*max(e.col.Kind.Width(), 4))
			}
			return nil
		})
	}), nil
}

var sizeUnits = []struct {
	name  string
	limit int64
	round bool // a half is counted up when the number is printed
	bits  int
}{
	{"bytes", 10 * 1024, false, 0}, {"kB", 20*1024 - 1, true, 10}, {"MB", 20*1024 - 1, true, 20},
	{"GB", 20*1024 - 1, true, 30}, {"TB", 20*1024 - 1, true, 40}, {"PB", 20*1024 - 1, true, 50},
}

func sizePretty(cp *compiler, s *signature) (node, error) {
	return s.node(cp, func(c *call) error {
		return c.each(func(i int) error {
			var n numeric.Numeric
			if c.argt[0].OID == types.NumericOID {
				n = c.numeric(0, i)
			} else {
				n = numeric.FromInt64(column.At[int64](c.args[0], i))
			}
			for k, u := range sizeUnits {
				if k+1 < len(sizeUnits) && numeric.Compare(n.Abs(), numeric.FromInt64(u.limit)) >= 0 {
					next := sizeUnits[k+1]
					shift := next.bits - u.bits
					if next.round {
						shift--
					}
					if u.round {
						shift++
					}
					n, _ = numeric.DivTrunc(n, numeric.FromInt64(1<<shift))
					continue
				}
				if u.round {
					one := numeric.FromInt64(1)
					if n.Sign() < 0 {
						one = numeric.FromInt64(-1)
					}
					n, _ = numeric.Add(n, one)
					n, _ = numeric.DivTrunc(n, numeric.FromInt64(2))
				}
				c.putString(i, n.String()+" "+u.name)
				return nil
			}
			return nil
		})
	}), nil
}

func sizeBytes(c *call) error {
	t, dst := c.text(0), column.Values[int64](c.out)
	return c.each(func(i int) error {
		text := string(t.At(i))
		s := strings.TrimSpace(text)
		end := 0
		for end < len(s) && (s[end] >= '0' && s[end] <= '9' || s[end] == '.' || end == 0 && (s[end] == '-' || s[end] == '+')) {
			end++
		}
		if end < len(s) && s[end]|0x20 == 'e' { // an exponent needs digits
			k := end + 1
			if k < len(s) && (s[k] == '-' || s[k] == '+') {
				k++
			}
			if k < len(s) && s[k] >= '0' && s[k] <= '9' {
				for k < len(s) && s[k] >= '0' && s[k] <= '9' {
					k++
				}
				end = k
			}
		}
		bad := sqlerr.New(sqlerr.InvalidParameterValue, "invalid size: %s", sqlerr.Quote(text))
		n, err := numeric.Parse(s[:end])
		if err != nil {
			return bad
		}
		unit := strings.TrimSpace(s[end:])
		if unit != "" {
			found := false
			for _, u := range sizeUnits {
				if strings.EqualFold(u.name, unit) || u.name == "bytes" && unit == "B" {
					n, _ = numeric.Mul(n, numeric.FromInt64(1<<u.bits))
					found = true
				}
			}
			if !found {
				return bad.WithDetail("Invalid size unit: %s.", sqlerr.Quote(unit)).
					WithHint("Valid units are \"bytes\", \"kB\", \"MB\", \"GB\", \"TB\", and \"PB\".")
			}
		}
		dst[i], err = n.Int64()
		return err
	})
}
