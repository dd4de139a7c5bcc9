package eval

import (
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

// subscriptNode is a[i][j]…, and a[i:j]… with slice, with a pair of bounds for
// each dimension. What lies outside is NULL, or an empty array.
type subscriptNode struct {
	arg    node
	bounds [][2]node // index and nothing, or the slice's ends, nil where left out
	slice  bool
	vector bool // int2vector and oidvector count from 0
	kind   column.Kind
	elem   column.Kind

	as, s scratch
	bs    [][2]scratch
	ends  [][2]*column.Column
	pos   []int32
}

func (cp *compiler) subscript(e *scalar.Subscript) (node, error) {
	n := &subscriptNode{slice: e.Slice, kind: e.Typ.Kind()}
	var chain []*scalar.Subscript
	for d := e; d != nil; d = d.Next {
		chain = append(chain, d)
	}
	t := e.Arg.Type()
	n.vector = t.OID == types.Int2VectorOID || t.OID == types.OIDVectorOID
	n.elem = t.Elem().Kind()
	var err error
	if n.arg, err = cp.node(e.Arg); err != nil {
		return nil, err
	}
	n.bounds, n.bs, n.ends = make([][2]node, len(chain)), make([][2]scratch, len(chain)), make([][2]*column.Column, len(chain))
	for k, c := range chain {
		for side, x := range [2]scalar.Expr{c.Index, c.Upper} {
			if x == nil {
				continue
			}
			if n.bounds[k][side], err = cp.node(x); err != nil {
				return nil, err
			}
		}
	}
	return n, nil
}

func (n *subscriptNode) eval(f *frame, sel []int32) (*column.Column, error) {
	a, err := n.arg.eval(f, sel)
	if err != nil {
		return nil, err
	}
	allNull := a.AllNull()
	for k := range n.bounds {
		for side, b := range n.bounds[k] {
			if b == nil {
				continue
			}
			c, err := b.eval(f, sel)
			if err != nil {
				return nil, err
			}
			if c.AllNull() {
				allNull = true
				continue
			}
			n.ends[k][side] = n.bs[k][side].flatten(c, sel)
		}
	}
	if allNull {
		return column.NewNull(n.kind, f.n), nil
	}
	a = n.as.flatten(a, sel)
	if n.slice {
		return n.slices(f, sel, a), nil
	}
	if a.Child.Len == 0 {
		return column.NewNull(n.kind, f.n), nil
	}
	lists := kernel.OperandOf[column.ListView](a)
	if cap(n.pos) < f.n {
		n.pos = make([]int32, f.n)
	}
	pos := n.pos[:f.n]
	valid := n.s.bitmap(f.n)
	clear(valid)
	clear(pos)
	for _, r := range rowsOf(f, sel) {
		i := int(r)
		if n.isNull(a, i) {
			continue
		}
		l := &lists.Vals[i&lists.Mask]
		p, ok := n.place(l, i)
		if !ok || a.Child.IsNull(int(l.Off)+p) {
			continue
		}
		pos[i] = int32(l.Off) + int32(p)
		column.SetBit(valid, i)
	}
	child := *a.Child
	child.Valid = nil
	out := column.Gather(&child, pos)
	if out.Form == column.Constant {
		out = column.Flatten(out)
	}
	out.Valid = valid
	if out.Form == column.Flat {
		kernel.ZeroNulls(out.Data, out.Kind.Width(), valid, f.n)
	}
	return out, nil
}

// isNull says whether the array or a bound of row i is NULL.
func (n *subscriptNode) isNull(a *column.Column, i int) bool {
	if a.IsNull(i) {
		return true
	}
	for k := range n.ends {
		for side, c := range n.ends[k] {
			if n.bounds[k][side] != nil && c.IsNull(i) {
				return true
			}
		}
	}
	return false
}

// place is where the element of row i lies within its list.
func (n *subscriptNode) place(l *column.ListView, i int) (int, bool) {
	if l.Shape == 0 {
		lower := int64(1)
		if n.vector {
			lower = 0
		}
		p := int64(column.At[int32](n.ends[0][0], i)) - lower
		return int(p), len(n.bounds) == 1 && p >= 0 && p < int64(l.Len)
	}
	dims := l.Dims()
	if len(dims) != len(n.bounds) {
		return 0, false
	}
	at := 0
	for k, d := range dims {
		p := int64(column.At[int32](n.ends[k][0], i)) - int64(d.Lower)
		if p < 0 || p >= int64(d.Len) {
			return 0, false
		}
		at = at*int(d.Len) + int(p)
	}
	return at, true
}

// slices copies the elements of each row's slice, which counts from 1 in each
// dimension. Dimensions without bounds are taken whole.
func (n *subscriptNode) slices(f *frame, sel []int32, a *column.Column) *column.Column {
	lists := kernel.OperandOf[column.ListView](a)
	out := n.s.flat(column.List, f.n)
	dst := column.Values[column.ListView](out)
	clear(dst)
	valid := n.s.bitmap(f.n)
	for w := range valid {
		valid[w] = ^uint64(0)
	}
	anyNull := false
	b := kernel.NewBuilder(n.elem)
	for _, r := range rowsOf(f, sel) {
		i := int(r)
		if n.isNull(a, i) {
			column.ClearBit(valid, i)
			anyNull = true
			continue
		}
		l := lists.Vals[i&lists.Mask]
		dims := l.Dims()
		if len(dims) == 0 || len(n.bounds) > len(dims) {
			continue
		}
		from, kept, ok := n.extent(dims, i)
		if !ok {
			continue
		}
		at := sliceRows(dims, from, kept, l.Off)
		start := b.Len()
		b.Append(a.Child, at)
		shape, err := column.ShapeOf(kept)
		if err != nil {
			panic(err) // no more shapes than slices of arrays that are there
		}
		dst[i] = column.ListView{Off: uint32(start), Len: uint32(len(at)), Shape: shape}
	}
	out.Child = b.Column()
	if anyNull {
		out.Valid = valid
		kernel.ZeroNulls(out.Data, out.Kind.Width(), valid, f.n)
	}
	return out
}

// extent is where row i's slice begins in each dimension, and its dimensions.
func (n *subscriptNode) extent(dims []column.Dim, i int) (from []int32, kept []column.Dim, ok bool) {
	from, kept = make([]int32, len(dims)), make([]column.Dim, len(dims))
	for k, d := range dims {
		lower := int64(d.Lower)
		if n.vector {
			lower = 0
		}
		lo, hi := lower, lower+int64(d.Len)-1
		if k < len(n.bounds) {
			if n.bounds[k][0] != nil {
				lo = max(lo, int64(column.At[int32](n.ends[k][0], i)))
			}
			if n.bounds[k][1] != nil {
				hi = min(hi, int64(column.At[int32](n.ends[k][1], i)))
			}
		}
		if lo > hi {
			return nil, nil, false
		}
		from[k], kept[k] = int32(lo-lower), column.Dim{Lower: 1, Len: int32(hi - lo + 1)}
	}
	return from, kept, true
}

// sliceRows are the positions of a slice's elements in the child column.
func sliceRows(dims []column.Dim, from []int32, kept []column.Dim, off uint32) []int32 {
	rows := []int32{0}
	for k, d := range dims {
		next := make([]int32, 0, len(rows)*int(kept[k].Len))
		for _, r := range rows {
			for j := range kept[k].Len {
				next = append(next, r*d.Len+from[k]+j)
			}
		}
		rows = next
	}
	for i := range rows {
		rows[i] += int32(off)
	}
	return rows
}
