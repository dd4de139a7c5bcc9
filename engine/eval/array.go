package eval

import (
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

// arrayNode is ARRAY[…].
type arrayNode struct {
	elems []node
	typs  []types.Type
	elem  types.Type
	cols  []*column.Column
	s     scratch
}

func (cp *compiler) array(e *scalar.Array) (node, error) {
	elems, err := cp.nodes(e.Elems)
	if err != nil {
		return nil, err
	}
	if len(e.Elems) > 0 && e.Elems[0].Type().OID == e.Typ.OID {
		return &nestNode{elems: elems, elem: e.Typ.Elem(), cols: make([]*column.Column, len(elems))}, nil
	}
	n := &arrayNode{elems: elems, elem: e.Typ.Elem(), cols: make([]*column.Column, len(elems))}
	for _, x := range e.Elems {
		n.typs = append(n.typs, x.Type())
	}
	return n, nil
}

func (n *arrayNode) eval(f *frame, sel []int32) (*column.Column, error) {
	width := len(n.elems)
	constArgs := true
	for k, e := range n.elems {
		c, err := e.eval(f, sel)
		if err != nil {
			return nil, err
		}
		constArgs = constArgs && c.Form == column.Constant
		if !c.AllNull() {
			c = normal(c, n.typs[k], n.elem)
		}
		n.cols[k] = c
	}
	rows := rowsOf(f, sel)
	size := f.n
	if constArgs {
		rows, size = sequence(1), 1
	}
	// Column after column into a builder, then row by row through a gather.
	b := kernel.NewBuilder(n.elem.Kind())
	for _, c := range n.cols {
		if c.AllNull() {
			c = column.NewNull(n.elem.Kind(), c.Len)
		}
		b.Append(c, rows)
	}
	pos := make([]int32, 0, width*len(rows))
	for r := range rows {
		for k := range width {
			pos = append(pos, int32(k*len(rows)+r))
		}
	}
	out := n.s.flat(column.List, size)
	out.Child = column.Gather(b.Column(), pos)
	lists := column.Values[column.ListView](out)
	clear(lists)
	for r, i := range rows {
		lists[i] = column.ListView{Off: uint32(r * width), Len: uint32(width)}
	}
	if constArgs {
		return constant(out, f.n), nil
	}
	return out, nil
}

// anyNode is x op ANY (array) or ALL: the operator runs over all elements of
// all rows at once, as one frame of two columns.
type anyNode struct {
	arg, array node
	op         node // over columns 0 (x) and 1 (element)
	all        bool
	s, os      scratch
	pair       frame
	cols       [2]*column.Column
}

func (cp *compiler) anyArray(e *scalar.AnyArray) (node, error) {
	elem := e.Array.Type().Elem()
	if n, ok, err := cp.anyOfConstants(e, elem); ok || err != nil {
		return n, err
	}
	arg, err := cp.node(e.Arg)
	if err != nil {
		return nil, err
	}
	array, err := cp.node(e.Array)
	if err != nil {
		return nil, err
	}
	op, err := cp.call(e.Op, []node{columnNode(0), columnNode(1)}, []types.Type{e.Arg.Type(), elem}, types.New(types.BoolOID))
	return &anyNode{arg: arg, array: array, op: op, all: e.All}, err
}

// anyOfConstants makes x = ANY (constant array) an IN, and x <> ALL a NOT IN.
func (cp *compiler) anyOfConstants(e *scalar.AnyArray, elem types.Type) (node, bool, error) {
	not := e.All
	if op, ok := comparisonOf(e.Op); !ok || op == kernel.EQ && e.All || op == kernel.NE && !e.All || op > kernel.NE {
		return nil, false, nil
	}
	var d types.Datum
	switch a := e.Array.(type) {
	case *scalar.Const:
		d = a.Value
	case *scalar.Param:
		if a.Index < 1 || a.Index > len(cp.env.Params) {
			return nil, false, nil
		}
		d = cp.env.Params[a.Index-1]
	default:
		return nil, false, nil
	}
	if d.Null || len(d.L) == 0 {
		return nil, false, nil
	}
	list := make([]scalar.Expr, len(d.L))
	for i, v := range d.L {
		list[i] = &scalar.Const{Value: v, Typ: elem, Pos: -1}
	}
	set, null, ok := cp.constSet(&scalar.InList{Arg: e.Arg, List: list})
	if !ok {
		return nil, false, nil
	}
	arg, err := cp.node(e.Arg)
	return &inSetNode{arg: arg, set: set, null: null, not: not}, true, err
}

func (n *anyNode) eval(f *frame, sel []int32) (*column.Column, error) {
	a, err := n.arg.eval(f, sel)
	if err != nil {
		return nil, err
	}
	arr, err := n.array.eval(f, sel)
	if err != nil {
		return nil, err
	}
	if arr.AllNull() {
		return column.NewNull(column.Bool, f.n), nil
	}
	arr = n.s.flatten(arr, sel)
	lists := kernel.OperandOf[column.ListView](arr)
	out := n.os.flat(column.Bool, f.n)
	valid := n.os.bitmap(f.n)
	for w := range valid {
		valid[w] = ^uint64(0)
	}
	anyNull := false
	rows := rowsOf(f, sel)
	const chunk = 4096
	var left, elems, owner []int32
	flush := func() error {
		if len(left) == 0 {
			return nil
		}
		n.cols[0], n.cols[1] = column.Gather(a, left), column.Gather(arr.Child, elems)
		n.pair = frame{cols: n.cols[:], n: len(left)}
		res, err := n.op.eval(&n.pair, nil)
		if err != nil {
			return err
		}
		dec := uint8(1)
		if n.all {
			dec = 0
		}
		for k, i := range owner {
			switch {
			case out.Data[i] == dec && column.Bit(valid, int(i)): // decided
			case res.IsNull(k):
				column.ClearBit(valid, int(i))
				anyNull = true
			case column.At[uint8](res, k) == dec:
				out.Data[i] = dec
				column.SetBit(valid, int(i))
			}
		}
		left, elems, owner = left[:0], elems[:0], owner[:0]
		return nil
	}
	for _, i := range rows {
		out.Data[i] = 0
		if n.all {
			out.Data[i] = 1
		}
		if arr.IsNull(int(i)) {
			column.ClearBit(valid, int(i))
			anyNull = true
			continue
		}
		l := lists.Vals[int(i)&lists.Mask]
		for j := range l.Len {
			left = append(left, i)
			elems = append(elems, int32(l.Off+j))
			owner = append(owner, i)
		}
		if len(left) >= chunk {
			if err := flush(); err != nil {
				return nil, err
			}
		}
	}
	if err := flush(); err != nil {
		return nil, err
	}
	if anyNull {
		out.Valid = valid
		kernel.ZeroNulls(out.Data, 1, valid, f.n)
	}
	return out, nil
}
