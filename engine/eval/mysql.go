package eval

import (
	"bytes"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/datetime"
	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/storage/column"
)

// The functions of the schema mysql, which MySQL's dialect is lowered to where
// Postgres has no counterpart (MySQL 8.4 Reference Manual, chapter 14).

func init() {
	register(map[string]builder{
		"mysql_divide": byFirstKind(map[column.Kind]builder{
			column.Int16: rowwise(mysqlDivide), column.Int32: rowwise(mysqlDivide), column.Int64: rowwise(mysqlDivide), column.Int128: rowwise(mysqlDivide),
			column.Numeric: rowwise(mysqlDivide), column.Float64: rowwise(mysqlFloats(func(a, b float64) float64 { return a / b })),
		}),
		"mysql_mod": byFirstKind(map[column.Kind]builder{
			column.Int16: rowwise(mysqlModInts[int16]), column.Int32: rowwise(mysqlModInts[int32]),
			column.Int64: mysqlMod64, column.Int128: rowwise(mysqlModNumeric), column.Numeric: rowwise(mysqlModNumeric),
			column.Float64: rowwise(mysqlFloats(math.Mod)),
		}),
		"mysql_int_divide":      rowwise(mysqlIntDivide),
		"mysql_truth":           rowwise(mysqlTruth),
		"mysql_date_add_date":   rowwise(map2(mysqlDateAdd)),
		"mysql_week":            rowwise(map2(sure(func(d int32, mode int32) int32 { _, w := mysqlWeek(d, mode); return w }))),
		"mysql_yearweek":        rowwise(map2(sure(mysqlYearWeek))),
		"mysql_substring":       rowwise(mysqlSubstring),
		"mysql_substring_index": rowwise(mysqlSubstringIndex),
		"mysql_find_in_set":     rowwise(mysqlFindInSet),
		"mysql_format":          rowwise(mysqlFormat),
		"mysql_hex_int8":        rowwise(mysqlHexInt),
		"mysql_hex_text":        rowwise(mysqlHexText),
		"mysql_conv":            rowwise(mysqlConv),
		"mysql_btrim":           rowwise(mysqlTrim(true, true)),
		"mysql_ltrim":           rowwise(mysqlTrim(true, false)),
		"mysql_rtrim":           rowwise(mysqlTrim(false, true)),
		"mysql_date_format":     rowwise(mysqlDateFormat),
		"mysql_date_format_timestamptz": inZone(func(cp *compiler) apply {
			loc := cp.env.location()
			return func(c *call) error {
				ts, f := arg[int64](c, 0), c.text(1)
				return c.each(func(i int) error {
					mysqlFormatDate(c, i, datetime.ToLocal(ts.at(i), loc), f.At(i))
					return nil
				})
			}
		}),
		"mysql_str_to_date": rowwise(mysqlStrToDate),
	})
}

// byFirstKind chooses the implementation by the kind of the first argument.
func byFirstKind(m map[column.Kind]builder) builder {
	return func(cp *compiler, s *signature) (node, error) {
		if b, ok := m[s.argt[0].Kind()]; ok {
			return b(cp, s)
		}
		return nil, noKernel(s.fn)
	}
}

// exact is row i of an argument of integers or numerics.
func (c *call) exact(a, i int) numeric.Numeric {
	if c.args[a].Kind == column.Numeric || c.args[a].Kind == column.Int128 || c.argt[a].Fixed() {
		return c.numeric(a, i)
	}
	return numeric.FromInt64(c.integer(a, i))
}

// integer is row i of an argument of integers.
func (c *call) integer(a, i int) int64 {
	col := c.args[a]
	switch col.Kind {
	case column.Int16:
		return int64(column.At[int16](col, i))
	case column.Int32:
		return int64(column.At[int32](col, i))
	}
	return column.At[int64](col, i)
}

// divIncrement is how many digits MySQL's / adds to its left side's scale.
const divIncrement = 4

// mysqlDivide has the scale of the left side and four more digits; by zero it is NULL.
func mysqlDivide(c *call) error {
	return c.eachValid(func(i int) error {
		a, b := c.exact(0, i), c.exact(1, i)
		if b.IsZero() {
			c.null(i)
			return nil
		}
		if !a.IsFinite() || !b.IsFinite() {
			q, err := numeric.Div(a, b)
			if err != nil {
				return err
			}
			return c.putNumeric(i, q)
		}
		return c.putNumeric(i, numeric.Quotient(a, b, a.Scale()+divIncrement))
	})
}

func mysqlFloats(f func(a, b float64) float64) apply {
	return func(c *call) error {
		a, b, dst := arg[float64](c, 0), arg[float64](c, 1), column.Values[float64](c.out)
		return c.eachValid(func(i int) error {
			if b.at(i) == 0 {
				c.null(i)
				return nil
			}
			dst[i] = f(a.at(i), b.at(i))
			if math.IsInf(dst[i], 0) && !math.IsInf(a.at(i), 0) {
				return sqlerr.New(sqlerr.NumericValueOutOfRange, "value out of range: overflow")
			}
			return nil
		})
	}
}

func mysqlModInts[T int16 | int32 | int64](c *call) error {
	a, b, dst := arg[T](c, 0), arg[T](c, 1), column.Values[T](c.out)
	return c.eachValid(func(i int) error {
		switch d := b.at(i); d {
		case 0:
			c.null(i)
		case -1:
			dst[i] = 0 // MinInt % -1 traps
		default:
			dst[i] = a.at(i) % d
		}
		return nil
	})
}

// mysqlMod64 tells bigint from a numeric that is kept in 64 bits.
func mysqlMod64(cp *compiler, s *signature) (node, error) {
	if s.argt[0].Fixed() || s.argt[1].Fixed() {
		return s.node(cp, mysqlModNumeric), nil
	}
	return s.node(cp, mysqlModInts[int64]), nil
}

func mysqlModNumeric(c *call) error {
	return c.eachValid(func(i int) error {
		a, b := c.exact(0, i), c.exact(1, i)
		if b.IsZero() {
			c.null(i)
			return nil
		}
		m, err := numeric.Mod(a, b)
		if err != nil {
			return err
		}
		return c.putNumeric(i, m)
	})
}

// mysqlIntDivide is DIV: the quotient without its fraction.
func mysqlIntDivide(c *call) error {
	dst := column.Values[int64](c.out)
	floats := c.args[0].Kind == column.Float64
	return c.eachValid(func(i int) error {
		var a, b numeric.Numeric
		if floats {
			a, b = numeric.FromFloat64(column.At[float64](c.args[0], i)), numeric.FromFloat64(column.At[float64](c.args[1], i))
		} else {
			a, b = c.exact(0, i), c.exact(1, i)
		}
		if b.IsZero() {
			c.null(i)
			return nil
		}
		q, err := numeric.DivTrunc(a, b)
		if err != nil {
			return err
		}
		dst[i], err = q.Int64()
		return err
	})
}

// mysqlTruth says whether a value counts as true: a number that is not zero,
// a string that starts with one.
func mysqlTruth(c *call) error {
	col := c.args[0]
	return c.each(func(i int) error {
		switch {
		case col.Kind == column.Bool:
			c.putBool(i, column.At[uint8](col, i) != 0)
		case col.Kind == column.Bytes:
			v := c.text(0)
			c.putBool(i, leadingFloat(v.At(i)) != 0)
		case col.Kind == column.Float64:
			c.putBool(i, column.At[float64](col, i) != 0)
		default:
			c.putBool(i, !c.exact(0, i).IsZero())
		}
		return nil
	})
}

// leadingFloat reads the number that b starts with; 0 where there is none.
func leadingFloat(b []byte) float64 {
	b = bytes.TrimLeft(b, " \t\n\r")
	end := 0
	for end < len(b) && (b[end] >= '0' && b[end] <= '9' || b[end] == '.' || b[end] == '-' || b[end] == '+' || b[end]|0x20 == 'e') {
		end++
	}
	for ; end > 0; end-- {
		if f, err := strconv.ParseFloat(string(b[:end]), 64); err == nil {
			return f
		}
	}
	return 0
}

func mysqlDateAdd(d int32, v interval) (int32, error) {
	ts, err := datetime.DateToTimestamp(d)
	if err != nil {
		return 0, err
	}
	if ts, err = datetime.AddInterval(ts, datetime.Interval(v)); err != nil {
		return 0, err
	}
	return datetime.DateOf(ts), nil
}

// mysqlSubstring counts characters from 1, from the end where the start is
// negative; a start of 0, or a length below 1, gives nothing.
func mysqlSubstring(c *call) error {
	text, start := c.text(0), arg[int32](c, 1)
	var length operand[int32]
	if len(c.args) > 2 {
		length = arg[int32](c, 2)
	}
	return c.each(func(i int) error {
		b, from := text.At(i), int(start.at(i))
		n := math.MaxInt32
		if len(c.args) > 2 {
			n = int(length.at(i))
		}
		if from < 0 {
			from += utf8.RuneCount(b) + 1
		}
		if from <= 0 || n <= 0 {
			c.putText(i, nil)
			return nil
		}
		for ; from > 1 && len(b) > 0; from-- {
			_, w := utf8.DecodeRune(b)
			b = b[w:]
		}
		end := 0
		for ; n > 0 && end < len(b); n-- {
			_, w := utf8.DecodeRune(b[end:])
			end += w
		}
		c.putText(i, b[:end])
		return nil
	})
}

// mysqlSubstringIndex is what stands before the count-th delimiter, or, where
// count is negative, after the count-th from the end.
func mysqlSubstringIndex(c *call) error {
	text, delimiter, count := c.text(0), c.text(1), arg[int32](c, 2)
	return c.each(func(i int) error {
		b, d, n := text.At(i), delimiter.At(i), int(count.at(i))
		if len(d) == 0 || n == 0 {
			c.putText(i, nil)
			return nil
		}
		if n > 0 {
			at := 0
			for ; n > 0; n-- {
				k := bytes.Index(b[at:], d)
				if k < 0 {
					c.putText(i, b)
					return nil
				}
				at += k + len(d)
			}
			c.putText(i, b[:at-len(d)])
			return nil
		}
		end := len(b)
		for ; n < 0; n++ {
			k := bytes.LastIndex(b[:end], d)
			if k < 0 {
				c.putText(i, b)
				return nil
			}
			end = k
		}
		c.putText(i, b[end+len(d):])
		return nil
	})
}

// mysqlFindInSet is the place, from 1, of a string in a list that commas part.
func mysqlFindInSet(c *call) error {
	text, list, dst := c.text(0), c.text(1), column.Values[int32](c.out)
	return c.each(func(i int) error {
		dst[i] = 0
		if len(list.At(i)) == 0 {
			return nil
		}
		for k, member := range bytes.Split(list.At(i), []byte{','}) {
			if bytes.Equal(member, text.At(i)) {
				dst[i] = int32(k + 1)
				break
			}
		}
		return nil
	})
}

// mysqlFormat is a number with commas between thousands.
func mysqlFormat(c *call) error {
	digits := arg[int32](c, 1)
	return c.each(func(i int) error {
		n, err := numeric.Round(c.numeric(0, i), min(max(int(digits.at(i)), 0), 30))
		if err != nil {
			return err
		}
		s := n.String()
		sign := ""
		if strings.HasPrefix(s, "-") {
			sign, s = "-", s[1:]
		}
		whole, fraction, found := strings.Cut(s, ".")
		var b strings.Builder
		b.WriteString(sign)
		for k, d := range whole {
			if k > 0 && (len(whole)-k)%3 == 0 {
				b.WriteByte(',')
			}
			b.WriteRune(d)
		}
		if found {
			b.WriteString("." + fraction)
		}
		c.putString(i, b.String())
		return nil
	})
}

func mysqlHexInt(c *call) error {
	v := arg[int64](c, 0)
	return c.each(func(i int) error {
		c.putString(i, strings.ToUpper(strconv.FormatUint(uint64(v.at(i)), 16)))
		return nil
	})
}

func mysqlHexText(c *call) error {
	const digits = "0123456789ABCDEF"
	text := c.text(0)
	return c.each(func(i int) error {
		var out []byte
		for _, b := range text.At(i) {
			out = append(out, digits[b>>4], digits[b&15])
		}
		c.putText(i, out)
		return nil
	})
}

// mysqlConv writes a number of one base in another, in 64 bits.
func mysqlConv(c *call) error {
	text, from, to := c.text(0), arg[int32](c, 1), arg[int32](c, 2)
	return c.each(func(i int) error {
		f, t := int(from.at(i)), int(to.at(i))
		af, at := max(f, -f), max(t, -t)
		if af < 2 || af > 36 || at < 2 || at > 36 {
			c.null(i)
			return nil
		}
		s := strings.TrimSpace(string(text.At(i)))
		negative := strings.HasPrefix(s, "-")
		s = strings.TrimPrefix(s, "-")
		end := 0
		for end < len(s) && digitOf(s[end]) < af {
			end++
		}
		v, ok := new(big.Int).SetString("0"+s[:end], af)
		if !ok {
			v = new(big.Int)
		}
		u := uint64(math.MaxUint64)
		if v.IsUint64() {
			u = v.Uint64()
		}
		if negative {
			u = -u
		}
		out := strconv.FormatUint(u, at)
		if t < 0 {
			out = strconv.FormatInt(int64(u), at)
		}
		c.putString(i, strings.ToUpper(out))
		return nil
	})
}

func digitOf(b byte) int {
	switch {
	case b >= '0' && b <= '9':
		return int(b - '0')
	case b|0x20 >= 'a' && b|0x20 <= 'z':
		return int(b|0x20-'a') + 10
	}
	return 99
}

// mysqlTrim takes whole strings off the ends.
func mysqlTrim(left, right bool) apply {
	return func(c *call) error {
		text, what := c.text(0), c.text(1)
		return c.each(func(i int) error {
			b, w := text.At(i), what.At(i)
			for left && len(w) > 0 && bytes.HasPrefix(b, w) {
				b = b[len(w):]
			}
			for right && len(w) > 0 && bytes.HasSuffix(b, w) {
				b = b[:len(b)-len(w)]
			}
			c.putText(i, b)
			return nil
		})
	}
}
