package eval

import (
	"strconv"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// Functions of arrays.
func init() {
	register(map[string]builder{
		"array_length":    rowwise(arraySize(false)),
		"array_upper":     rowwise(arraySize(true)),
		"array_lower":     rowwise(arrayLower),
		"array_ndims":     rowwise(arrayDims(false)),
		"array_dims":      rowwise(arrayDims(true)),
		"cardinality":     rowwise(arrayCardinality),
		"array_append":    arrayJoin(1),
		"array_prepend":   arrayJoin(2),
		"array_cat":       arrayJoin(3),
		"array_position":  arrayFind(false),
		"array_positions": arrayFind(true),
		"array_remove":    arrayReplace(true),
		"array_replace":   arrayReplace(false),
		"array_fill":      arrayFill,
		"trim_array":      rowwise(trimArray),
		"arraycontains":   arrayCompare(func(a, b elements, eq equalElements) bool { return contains(a, b, eq) }),
		"arraycontained":  arrayCompare(func(a, b elements, eq equalElements) bool { return contains(b, a, eq) }),
		"arrayoverlap":    arrayCompare(overlapping),
		"array_to_string": arrayToString,
		"string_to_array": stringToArray,
	})
}

// elements is one array: n values of a column from off on, and its dimensions.
type elements struct {
	col    *column.Column
	off, n int
	dims   []column.Dim
}

func (c *call) elements(a, i int) elements { return listAt(c.args[a], i) }

// arraySize is array_length and array_upper.
func arraySize(upper bool) apply {
	return func(c *call) error {
		dim, dst := arg[int32](c, 1), column.Values[int32](c.out)
		return c.each(func(i int) error {
			e, d := c.elements(0, i), int(dim.at(i))
			if d < 1 || d > len(e.dims) {
				c.null(i)
				return nil
			}
			if dst[i] = e.dims[d-1].Len; upper {
				dst[i] += e.dims[d-1].Lower - 1
				if lowerBound(c.argt[0]) == 0 {
					dst[i]--
				}
			}
			return nil
		})
	}
}

func arrayLower(c *call) error {
	dim, dst := arg[int32](c, 1), column.Values[int32](c.out)
	return c.each(func(i int) error {
		e, d := c.elements(0, i), int(dim.at(i))
		switch {
		case d < 1 || d > len(e.dims):
			c.null(i)
		case lowerBound(c.argt[0]) == 0:
			dst[i] = 0
		default:
			dst[i] = e.dims[d-1].Lower
		}
		return nil
	})
}

// lowerBound is the subscript of an array's first element.
func lowerBound(t types.Type) int32 {
	if t.OID == types.Int2VectorOID || t.OID == types.OIDVectorOID {
		return 0
	}
	return 1
}

func arrayDims(text bool) apply {
	return func(c *call) error {
		return c.each(func(i int) error {
			e := c.elements(0, i)
			switch {
			case e.n == 0:
				c.null(i)
			case text:
				out := ""
				for _, d := range e.dims {
					lo := int(d.Lower) + int(lowerBound(c.argt[0])) - 1
					out += "[" + strconv.Itoa(lo) + ":" + strconv.Itoa(lo+int(d.Len)-1) + "]"
				}
				c.putString(i, out)
			default:
				column.Values[int32](c.out)[i] = int32(len(e.dims))
			}
			return nil
		})
	}
}

func arrayCardinality(c *call) error {
	dst := column.Values[int32](c.out)
	return c.each(func(i int) error {
		dst[i] = int32(c.elements(0, i).n)
		return nil
	})
}

// arrayJoin appends an element (1), prepends one (2), or joins arrays (3).
func arrayJoin(how int) builder {
	return func(cp *compiler, s *signature) (node, error) {
		elem := s.typ.Elem()
		return s.node(cp, func(c *call) error {
			l := newLists(c, elem)
			cols := []*column.Column{nil, nil}
			for a := range cols {
				cols[a] = c.args[a]
				if !c.argt[a].IsArray() {
					cols[a] = normal(c.args[a], c.argt[a], elem)
				}
			}
			add := func(a, i int) {
				if !c.argt[a].IsArray() || how == 1 && a == 1 || how == 2 && a == 0 {
					if c.isNull(a, i) {
						l.null()
					} else {
						l.value(cols[a], i)
					}
					return
				}
				if !c.isNull(a, i) {
					e := c.elements(a, i)
					l.run(e.col, uint32(e.off), uint32(e.n))
				}
			}
			err := c.each(func(i int) error {
				if how == 3 && c.isNull(0, i) && c.isNull(1, i) {
					c.null(i)
					return nil
				}
				shape, err := arrayJoinShape(c, how, i)
				if err != nil {
					return err
				}
				add(0, i)
				add(1, i)
				l.end(i)
				l.views[i].Shape = shape
				return nil
			})
			l.done()
			return err
		}), nil
	}
}

// arrayJoinShape is the shape of row i's result of arrayJoin.
func arrayJoinShape(c *call, how, i int) (uint32, error) {
	dims := [2][]column.Dim{}
	for a := range dims {
		if how == 2 && a == 0 || how == 1 && a == 1 {
			continue
		}
		if c.isNull(a, i) {
			continue
		}
		if dims[a] = c.elements(a, i).dims; how != 3 && len(dims[a]) > 1 {
			return 0, sqlerr.New(sqlerr.DataException, "argument must be empty or one-dimensional array")
		}
	}
	if how == 3 {
		out, err := joined(dims[0], dims[1])
		if err != nil {
			return 0, err
		}
		return shapeOf(out)
	}
	d := dims[how-1]
	if len(d) == 0 || d[0].Lower == 1 {
		return 0, nil
	}
	return shapeOf([]column.Dim{{Lower: d[0].Lower, Len: d[0].Len + 1}})
}

// arrayFind is array_position and array_positions.
func arrayFind(all bool) builder {
	return func(cp *compiler, s *signature) (node, error) {
		elem := s.argt[0].Elem()
		cmp := kernel.Comparer(elem)
		return s.node(cp, func(c *call) error {
			value := normal(c.args[1], c.argt[1], elem)
			same := func(e elements, j, i int) bool {
				p := e.off + j
				if e.col.IsNull(p) || c.isNull(1, i) {
					return e.col.IsNull(p) && c.isNull(1, i)
				}
				return cmp(e.col, p, value, i) == 0
			}
			if all {
				l := newLists(c, types.New(types.Int4OID))
				err := c.each(func(i int) error {
					if c.isNull(0, i) {
						c.null(i)
						return nil
					}
					e := c.elements(0, i)
					lower, err := searchable(e)
					if err != nil {
						return err
					}
					for j := range e.n {
						if same(e, j, i) {
							l.value(column.FromSlice(column.Int32, []int32{int32(j) + lower}), 0)
						}
					}
					l.end(i)
					return nil
				})
				l.done()
				return err
			}
			dst := column.Values[int32](c.out)
			return c.each(func(i int) error {
				if c.isNull(0, i) {
					c.null(i)
					return nil
				}
				from := 0
				e := c.elements(0, i)
				lower, err := searchable(e)
				if err != nil {
					return err
				}
				if len(c.args) == 3 {
					if c.isNull(2, i) {
						return sqlerr.New(sqlerr.NullValueNotAllowed, "initial position must not be null")
					}
					from = max(int(column.At[int32](c.args[2], i))-int(lower), 0)
				}
				for j := from; j < e.n; j++ {
					if same(e, j, i) {
						dst[i] = int32(j) + lower
						return nil
					}
				}
				c.null(i)
				return nil
			})
		}), nil
	}
}

// searchable is the first subscript of an array that has one dimension at most.
func searchable(e elements) (int32, error) {
	switch {
	case len(e.dims) > 1:
		return 0, sqlerr.New(sqlerr.FeatureNotSupported, "searching for elements in multidimensional arrays is not supported")
	case len(e.dims) == 1:
		return e.dims[0].Lower, nil
	}
	return 1, nil
}

// arrayReplace is array_replace(a, from, to), and array_remove(a, from).
func arrayReplace(remove bool) builder {
	return func(cp *compiler, s *signature) (node, error) {
		elem := s.argt[0].Elem()
		cmp := kernel.Comparer(elem)
		return s.node(cp, func(c *call) error {
			from := normal(c.args[1], c.argt[1], elem)
			to := from
			if !remove {
				to = normal(c.args[2], c.argt[2], elem)
			}
			l := newLists(c, elem)
			err := c.each(func(i int) error {
				if c.isNull(0, i) {
					c.null(i)
					return nil
				}
				e := c.elements(0, i)
				if remove && len(e.dims) > 1 {
					return sqlerr.New(sqlerr.FeatureNotSupported, "removing elements from multidimensional arrays is not supported")
				}
				for j := range e.n {
					p := e.off + j
					hit := e.col.IsNull(p) && c.isNull(1, i)
					if !e.col.IsNull(p) && !c.isNull(1, i) {
						hit = cmp(e.col, p, from, i) == 0
					}
					switch {
					case !hit:
						l.value(e.col, p)
					case remove:
					case c.isNull(2, i):
						l.null()
					default:
						l.value(to, i)
					}
				}
				l.end(i)
				if dims := e.dims; len(dims) > 0 {
					if remove {
						dims = []column.Dim{{Lower: dims[0].Lower, Len: int32(l.views[i].Len)}}
					}
					var err error
					if l.views[i].Shape, err = shapeOf(dims); err != nil {
						return err
					}
				}
				return nil
			})
			l.done()
			return err
		}), nil
	}
}

// arrayFill is array_fill(value, dimensions [, lower bounds]).
func arrayFill(cp *compiler, s *signature) (node, error) {
	elem := s.typ.Elem()
	return s.node(cp, func(c *call) error {
		l := newLists(c, elem)
		value := normal(c.args[0], c.argt[0], elem)
		err := c.each(func(i int) error {
			if c.isNull(1, i) || len(c.args) == 3 && c.isNull(2, i) {
				return sqlerr.New(sqlerr.NullValueNotAllowed, "dimension array or low bound array cannot be null")
			}
			dims, err := fillDims(c, i)
			if err != nil {
				return err
			}
			n := int32(1)
			for _, d := range dims {
				if n *= d.Len; n > maxTextSize/8 {
					return sqlerr.New(sqlerr.ProgramLimitExceeded, "array size exceeds the maximum allowed (%d)", maxTextSize/8)
				}
			}
			if len(dims) == 0 {
				n = 0
			}
			for range n {
				if c.isNull(0, i) {
					l.null()
				} else {
					l.value(value, i)
				}
			}
			l.end(i)
			l.views[i].Shape, err = shapeOf(dims)
			return err
		})
		l.done()
		return err
	}), nil
}

// fillDims are the dimensions that array_fill is asked for.
func fillDims(c *call, i int) ([]column.Dim, error) {
	e := c.elements(1, i)
	if len(e.dims) > 1 {
		return nil, sqlerr.New(sqlerr.ArraySubscriptError, "wrong number of array subscripts").WithDetail("Dimension array must be one dimensional.")
	}
	if e.n > maxDims {
		return nil, sqlerr.New(sqlerr.ProgramLimitExceeded, "number of array dimensions (%d) exceeds the maximum allowed (%d)", e.n, maxDims)
	}
	lower := elements{}
	if len(c.args) == 3 {
		if lower = c.elements(2, i); lower.n != e.n {
			return nil, sqlerr.New(sqlerr.ArraySubscriptError, "wrong number of array subscripts").
				WithDetail("Low bound array has different size than dimensions array.")
		}
	}
	out := make([]column.Dim, e.n)
	for k := range out {
		if e.col.IsNull(e.off+k) || lower.n > 0 && lower.col.IsNull(lower.off+k) {
			return nil, sqlerr.New(sqlerr.NullValueNotAllowed, "dimension values cannot be null")
		}
		out[k] = column.Dim{Lower: 1, Len: column.At[int32](e.col, e.off+k)}
		if out[k].Len < 0 || out[k].Len > maxTextSize/8 {
			return nil, sqlerr.New(sqlerr.ProgramLimitExceeded, "array size exceeds the maximum allowed (%d)", maxTextSize/8)
		}
		if lower.n > 0 {
			out[k].Lower = column.At[int32](lower.col, lower.off+k)
		}
		if out[k].Len == 0 {
			return nil, nil
		}
	}
	return out, nil
}

// trimArray is trim_array(a, n): without the last n elements.
func trimArray(c *call) error {
	n, dst := arg[int32](c, 1), column.Values[column.ListView](c.out)
	c.out.Child = c.args[0].Child
	return c.each(func(i int) error {
		e := c.elements(0, i)
		k := int(n.at(i))
		size := 0 // of the first dimension
		if len(e.dims) > 0 {
			size = int(e.dims[0].Len)
		}
		if k < 0 || k > size {
			return sqlerr.New(sqlerr.ArrayElementError, "number of elements to trim must be between 0 and %d", size)
		}
		dst[i] = column.ListView{}
		if k == size {
			return nil
		}
		dims := append([]column.Dim(nil), e.dims...)
		dims[0].Len -= int32(k)
		for j := range dims {
			dims[j].Lower = 1
		}
		shape, err := shapeOf(dims)
		dst[i] = column.ListView{Off: uint32(e.off), Len: uint32(e.n / size * (size - k)), Shape: shape}
		return err
	})
}

// equalElements compares element i of a with element j of b, neither NULL.
type equalElements func(a elements, i int, b elements, j int) bool

func arrayCompare(f func(a, b elements, eq equalElements) bool) builder {
	return func(cp *compiler, s *signature) (node, error) {
		cmp := kernel.Comparer(commonList(s.argt[0], s.argt[1]).Elem())
		eq := func(a elements, i int, b elements, j int) bool { return cmp(a.col, a.off+i, b.col, b.off+j) == 0 }
		return s.node(cp, func(c *call) error {
			return c.each(func(i int) error {
				c.putBool(i, f(c.elements(0, i), c.elements(1, i), eq))
				return nil
			})
		}), nil
	}
}

// contains says whether each element of b is in a; a NULL never is.
func contains(a, b elements, eq equalElements) bool {
	for j := range b.n {
		found := false
		for i := 0; i < a.n && !found; i++ {
			found = !a.col.IsNull(a.off+i) && !b.col.IsNull(b.off+j) && eq(a, i, b, j)
		}
		if !found {
			return false
		}
	}
	return true
}

func overlapping(a, b elements, eq equalElements) bool {
	for i := range a.n {
		for j := range b.n {
			if !a.col.IsNull(a.off+i) && !b.col.IsNull(b.off+j) && eq(a, i, b, j) {
				return true
			}
		}
	}
	return false
}

// arrayToString is array_to_string(a, delimiter [, text for NULL]).
func arrayToString(cp *compiler, s *signature) (node, error) {
	out := cp.output(s.argt[0].Elem())
	return s.node(cp, func(c *call) error {
		delim := c.text(1)
		return c.each(func(i int) error {
			if c.isNull(0, i) || c.isNull(1, i) {
				c.null(i)
				return nil
			}
			var null []byte
			hasNull := len(c.args) == 3 && !c.isNull(2, i)
			if hasNull {
				t := c.text(2)
				null = t.At(i)
			}
			e := c.elements(0, i)
			off, n := c.begin(), 0
			for j := range e.n {
				isNull := e.col.IsNull(e.off + j)
				if isNull && !hasNull {
					continue
				}
				if n++; n > 1 {
					c.s.heap = append(c.s.heap, delim.At(i)...)
				}
				if isNull {
					c.s.heap = append(c.s.heap, null...)
				} else {
					c.s.heap = out(c.s.heap, e.col, e.off+j)
				}
			}
			c.end(i, off)
			return nil
		})
	}), nil
}

// stringToArray is string_to_array(s, delimiter [, text that is NULL]): a NULL
// delimiter splits into characters.
func stringToArray(cp *compiler, s *signature) (node, error) {
	return s.node(cp, func(c *call) error {
		l := newLists(c, types.New(types.TextOID))
		str, delim := c.text(0), c.text(1)
		err := c.each(func(i int) error {
			if c.isNull(0, i) {
				c.null(i)
				return nil
			}
			hasNull := len(c.args) == 3 && !c.isNull(2, i)
			null := ""
			if hasNull {
				t := c.text(2)
				null = string(t.At(i))
			}
			add := func(b []byte) {
				if hasNull && string(b) == null {
					l.null()
				} else {
					l.text(b)
				}
			}
			b := str.At(i)
			switch {
			case len(b) == 0:
			case c.isNull(1, i):
				for len(b) > 0 {
					n := runeOffset(b, 1)
					add(b[:n])
					b = b[n:]
				}
			case len(delim.At(i)) == 0:
				add(b)
			default:
				d := delim.At(i)
				for k := 1; ; k++ {
					from, to, ok := field(b, d, 1)
					if !ok {
						break
					}
					add(b[from:to])
					if to == len(b) {
						break
					}
					b = b[to+len(d):]
				}
			}
			l.end(i)
			return nil
		})
		l.done()
		return err
	}), nil
}
