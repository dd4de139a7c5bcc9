package eval

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/storage/column"
)

// Functions that take values of any type and use their text.

func init() {
	register(map[string]builder{
		"any_text_concat": anyTextConcat,
		"concat":          concat(false),
		"concat_ws":       concat(true),
		"format":          formatText,
		"quote_ident":     rowwise(mapText(appendQuotedIdent)),
		"quote_literal":   quoteLiteral(false),
		"quote_nullable":  quoteLiteral(true),
		"num_nulls":       countNulls(true),
		"num_nonnulls":    countNulls(false),
	})
}

// anyTextConcat is a || b where one side is a string and the other is not.
func anyTextConcat(cp *compiler, s *signature) (node, error) {
	a, b := cp.castText(s.argt[0]), cp.castText(s.argt[1])
	return s.node(cp, func(c *call) error {
		return c.each(func(i int) error {
			off := c.begin()
			c.s.heap = b(a(c.s.heap, c.args[0], i), c.args[1], i)
			c.end(i, off)
			return nil
		})
	}), nil
}

// castText is how a value is written by a cast to text, which for these two
// types is not what the output function writes.
func (cp *compiler) castText(t types.Type) types.Appender {
	switch t.OID {
	case types.BoolOID:
		return func(dst []byte, c *column.Column, i int) []byte {
			return strconv.AppendBool(dst, column.At[uint8](c, i) != 0)
		}
	case types.BPCharOID:
		return func(dst []byte, c *column.Column, i int) []byte {
			return append(dst, kernel.TrimBlanks(c.BytesAt(i))...)
		}
	}
	return cp.output(t)
}

// variadicArgs calls f for each of the arguments from first on: the elements
// of the last one where it is an array that was passed as VARIADIC.
type variadicArgs struct {
	first int
	array bool
	out   []types.Appender
	elem  types.Appender
}

func (cp *compiler) variadic(s *signature, first int) variadicArgs {
	v := variadicArgs{first: first, array: s.variadic}
	for _, t := range s.argt {
		v.out = append(v.out, cp.output(t))
	}
	if v.array {
		v.elem = cp.output(s.argt[len(s.argt)-1].Elem())
	}
	return v
}

// each calls f with the text of each argument that is not NULL, or with ok
// false. buf is scratch. A NULL array has no elements; it says so.
func (v *variadicArgs) each(c *call, i int, buf *[]byte, f func(text []byte, ok bool)) (nullArray bool) {
	for a := v.first; a < len(c.args); a++ {
		col := c.args[a]
		if v.array && a == len(c.args)-1 {
			if col.IsNull(i) {
				return true
			}
			l := column.At[column.ListView](col, i)
			for j := range int(l.Len) {
				p := int(l.Off) + j
				if col.Child.IsNull(p) {
					f(nil, false)
					continue
				}
				*buf = v.elem((*buf)[:0], col.Child, p)
				f(*buf, true)
			}
			continue
		}
		if col.IsNull(i) {
			f(nil, false)
			continue
		}
		*buf = v.out[a]((*buf)[:0], col, i)
		f(*buf, true)
	}
	return false
}

// concat is concat and concat_ws: NULLs are left out.
func concat(separated bool) builder {
	return func(cp *compiler, s *signature) (node, error) {
		first := 0
		if separated {
			first = 1
		}
		v := cp.variadic(s, first)
		var buf []byte
		return s.node(cp, func(c *call) error {
			return c.each(func(i int) error {
				if separated && c.isNull(0, i) {
					c.null(i)
					return nil
				}
				var sep []byte
				if separated {
					sv := c.text(0)
					sep = sv.At(i)
				}
				off := c.begin()
				n := 0
				if v.each(c, i, &buf, func(text []byte, ok bool) {
					if !ok {
						return
					}
					if n++; n > 1 {
						c.s.heap = append(c.s.heap, sep...)
					}
					c.s.heap = append(c.s.heap, text...)
				}) {
					c.s.heap = c.s.heap[:off]
					c.null(i)
					return nil
				}
				c.end(i, off)
				return nil
			})
		}), nil
	}
}

func countNulls(null bool) builder {
	return func(cp *compiler, s *signature) (node, error) {
		array := s.variadic
		return s.node(cp, func(c *call) error {
			dst := column.Values[int32](c.out)
			return c.each(func(i int) error {
				n := int32(0)
				for a, col := range c.args {
					if array && a == len(c.args)-1 {
						if col.IsNull(i) {
							c.null(i)
							return nil
						}
						l := column.At[column.ListView](col, i)
						for j := range int(l.Len) {
							if col.Child.IsNull(int(l.Off)+j) == null {
								n++
							}
						}
						continue
					}
					if col.IsNull(i) == null {
						n++
					}
				}
				dst[i] = n
				return nil
			})
		}), nil
	}
}

func appendQuotedIdent(dst, s []byte) []byte { return append(dst, ast.QuoteIdent(string(s))...) }

func appendQuotedLiteral(dst, s []byte) []byte {
	if bytes.IndexByte(s, '\\') >= 0 {
		dst = append(dst, 'E')
	}
	dst = append(dst, '\'')
	for _, c := range s {
		if c == '\'' || c == '\\' {
			dst = append(dst, c)
		}
		dst = append(dst, c)
	}
	return append(dst, '\'')
}

func quoteLiteral(nullable bool) builder {
	return func(cp *compiler, s *signature) (node, error) {
		out := cp.output(s.argt[0])
		var buf []byte
		return s.node(cp, func(c *call) error {
			return c.each(func(i int) error {
				if c.isNull(0, i) {
					if nullable {
						c.putString(i, "NULL")
					} else {
						c.null(i)
					}
					return nil
				}
				buf = out(buf[:0], c.args[0], i)
				off := c.begin()
				c.s.heap = appendQuotedLiteral(c.s.heap, buf)
				c.end(i, off)
				return nil
			})
		}), nil
	}
}

// formatText is format(fmt, …): %s, %I and %L with positions, widths and the flag -.
func formatText(cp *compiler, s *signature) (node, error) {
	v := cp.variadic(s, 1)
	n := s.node(cp, func(c *call) error {
		f := c.text(0)
		return c.each(func(i int) error {
			if c.isNull(0, i) {
				c.null(i)
				return nil
			}
			var args []formatArg
			v.each(c, i, new([]byte), func(text []byte, ok bool) {
				args = append(args, formatArg{bytes.Clone(text), ok})
			})
			off := c.begin()
			var err error
			if c.s.heap, err = appendFormat(c.s.heap, f.At(i), args); err != nil {
				return err
			}
			c.end(i, off)
			return nil
		})
	})
	return n, nil
}

type formatArg struct {
	text []byte
	ok   bool // not NULL
}

func errFormat(text string) *sqlerr.Error {
	return sqlerr.New(sqlerr.InvalidParameterValue, "%s", text)
}

func appendFormat(dst, f []byte, args []formatArg) ([]byte, error) {
	next := 0 // the argument that was used last
	take := func(pos int) (formatArg, error) {
		switch {
		case pos == 0:
			return formatArg{}, errFormat("format specifies argument 0, but arguments are numbered from 1")
		case pos > 0:
			next = pos
		default:
			next++
		}
		if next > len(args) {
			return formatArg{}, errFormat("too few arguments for format()")
		}
		return args[next-1], nil
	}
	unterminated := errFormat("unterminated format() type specifier").WithHint("For a single \"%%\" use \"%%%%\".")
	i := 0
	number := func() (int, bool, error) {
		start := i
		for i < len(f) && f[i] >= '0' && f[i] <= '9' {
			i++
		}
		if i == start {
			return 0, false, nil
		}
		n, err := strconv.ParseInt(string(f[start:i]), 10, 32)
		if err != nil {
			return 0, false, sqlerr.New(sqlerr.NumericValueOutOfRange, "number is out of range")
		}
		return int(n), true, nil
	}
	for i < len(f) {
		if f[i] != '%' {
			dst = append(dst, f[i])
			i++
			continue
		}
		i++
		if i >= len(f) {
			return dst, unterminated
		}
		if f[i] == '%' {
			dst = append(dst, '%')
			i++
			continue
		}
		pos, width, left := -1, 0, false
		n, ok, err := number()
		if err != nil {
			return dst, err
		}
		widthDone := false
		if ok {
			if i < len(f) && f[i] == '$' {
				pos = n
				i++
				if pos == 0 {
					return dst, errFormat("format specifies argument 0, but arguments are numbered from 1")
				}
			} else {
				width, widthDone = n, true
			}
		}
		if !widthDone {
			for i < len(f) && f[i] == '-' {
				left = true
				i++
			}
			if i < len(f) && f[i] == '*' {
				i++
				wpos := -1
				if n, ok, err := number(); err != nil {
					return dst, err
				} else if ok {
					if i >= len(f) || f[i] != '$' {
						return dst, errFormat("width argument position must be ended by \"$\"")
					}
					i++
					wpos = n
				}
				a, err := take(wpos)
				if err != nil {
					return dst, err
				}
				if a.ok {
					w, err := strconv.ParseInt(string(a.text), 10, 32)
					if err != nil {
						return dst, sqlerr.New(sqlerr.InvalidTextRepresentation, "invalid input syntax for type integer: %s", sqlerr.Quote(string(a.text)))
					}
					width = int(w)
				}
				if width < 0 {
					left, width = true, -width
				}
			} else if n, ok, err := number(); err != nil {
				return dst, err
			} else if ok {
				width = n
			}
		}
		if i >= len(f) {
			return dst, unterminated
		}
		kind := f[i]
		if kind != 's' && kind != 'I' && kind != 'L' {
			_, size := utf8.DecodeRune(f[i:])
			return dst, errFormat("unrecognized format() type specifier " + sqlerr.Quote(string(f[i:i+size]))).WithHint("For a single \"%%\" use \"%%%%\".")
		}
		i++
		a, err := take(pos)
		if err != nil {
			return dst, err
		}
		var text []byte
		switch {
		case kind == 's':
			text = a.text
		case kind == 'I' && !a.ok:
			return dst, sqlerr.New(sqlerr.NullValueNotAllowed, "null values cannot be formatted as an SQL identifier")
		case kind == 'I':
			text = appendQuotedIdent(nil, a.text)
		case !a.ok:
			text = []byte("NULL")
		default:
			text = appendQuotedLiteral(nil, a.text)
		}
		blanks := width - runeCount(text)
		if left {
			dst = append(dst, text...)
		}
		for ; blanks > 0; blanks-- {
			dst = append(dst, ' ')
		}
		if !left {
			dst = append(dst, text...)
		}
	}
	return dst, nil
}
