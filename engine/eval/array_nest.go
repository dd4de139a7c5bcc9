package eval

import (
	"slices"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// nestNode is ARRAY[…] of arrays: an array with one dimension more.
type nestNode struct {
	elems []node
	elem  types.Type
	cols  []*column.Column
	s     scratch
}

func (n *nestNode) eval(f *frame, sel []int32) (*column.Column, error) {
	constArgs := true
	for k, e := range n.elems {
		c, err := e.eval(f, sel)
		if err != nil {
			return nil, err
		}
		constArgs = constArgs && c.Form == column.Constant
		n.cols[k] = c
	}
	rows, size := rowsOf(f, sel), f.n
	if constArgs {
		rows, size = sequence(1), 1
	}
	out := n.s.flat(column.List, size)
	dst := column.Values[column.ListView](out)
	clear(dst)
	b := kernel.NewBuilder(n.elem.Kind())
	for _, i := range rows {
		start := b.Len()
		var inner []column.Dim
		empty := false // some array is NULL or has no elements
		for _, c := range n.cols {
			var dims []column.Dim
			if !c.IsNull(int(i)) {
				e := listAt(c, int(i))
				dims = e.dims
				b.Append(e.col, sequence(e.off + e.n)[e.off:])
			}
			switch {
			case dims == nil:
				empty = true
			case inner == nil:
				inner = dims
			case !slices.Equal(inner, dims):
				return nil, unmatched()
			}
		}
		if inner == nil {
			continue
		}
		if empty {
			return nil, unmatched()
		}
		shape, err := shapeOf(append([]column.Dim{{Lower: 1, Len: int32(len(n.cols))}}, inner...))
		if err != nil {
			return nil, err
		}
		dst[i] = column.ListView{Off: uint32(start), Len: uint32(b.Len() - start), Shape: shape}
	}
	out.Child = b.Column()
	if constArgs {
		return constant(out, f.n), nil
	}
	return out, nil
}

func unmatched() error {
	return sqlerr.New(sqlerr.ArraySubscriptError, "multidimensional arrays must have array expressions with matching dimensions")
}

// maxDims is how many dimensions an array has at most.
const maxDims = 6

// shapeOf is column.ShapeOf within Postgres's limits.
func shapeOf(dims []column.Dim) (uint32, error) {
	if len(dims) > maxDims {
		return 0, sqlerr.New(sqlerr.ProgramLimitExceeded, "number of array dimensions (%d) exceeds the maximum allowed (%d)", len(dims), maxDims)
	}
	n, err := column.ShapeOf(dims)
	if err != nil {
		return 0, sqlerr.New(sqlerr.ProgramLimitExceeded, "%s", err)
	}
	return n, nil
}

// listAt is the array in row i of a column.
func listAt(c *column.Column, i int) elements {
	s, p := c.Slot(i)
	l := column.Values[column.ListView](s)[p]
	return elements{s.Child, int(l.Off), int(l.Len), l.Dims()}
}

// joined are the dimensions of a || b, two arrays: of as many dimensions they
// follow each other, of one less the other is one more element.
func joined(a, b []column.Dim) ([]column.Dim, error) {
	bad := func(detail string) error {
		return sqlerr.New(sqlerr.ArraySubscriptError, "cannot concatenate incompatible arrays").WithDetail("%s", detail)
	}
	const element = "Arrays with differing element dimensions are not compatible for concatenation."
	switch {
	case len(a) == 0:
		return b, nil
	case len(b) == 0:
		return a, nil
	case len(a) == len(b):
		if !sameSizes(a[1:], b[1:]) {
			return nil, bad(element)
		}
		out := slices.Clone(a)
		out[0].Len += b[0].Len
		return out, nil
	case len(a) == len(b)+1:
		if !sameSizes(a[1:], b) {
			return nil, bad("Arrays with differing dimensions are not compatible for concatenation.")
		}
		out := slices.Clone(a)
		out[0].Len++
		return out, nil
	case len(a)+1 == len(b):
		if !sameSizes(a, b[1:]) {
			return nil, bad("Arrays with differing dimensions are not compatible for concatenation.")
		}
		out := slices.Clone(b)
		out[0].Len++
		return out, nil
	}
	return nil, sqlerr.New(sqlerr.ArraySubscriptError, "cannot concatenate incompatible arrays").
		WithDetail("Arrays of %d and %d dimensions are not compatible for concatenation.", len(a), len(b))
}

func sameSizes(a, b []column.Dim) bool {
	return slices.EqualFunc(a, b, func(x, y column.Dim) bool { return x.Len == y.Len })
}
