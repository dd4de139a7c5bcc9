package eval

import (
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

// caseNode is a searched CASE. Each arm sees the rows that no arm before it
// took; its value is computed only for those it takes itself.
type caseNode struct {
	arms  []arm
	els   node
	elset types.Type
	merge merger
	rest  [2][]int32
}

type arm struct {
	cond cond
	then node
	typ  types.Type
	sel  []int32
}

func (cp *compiler) caseNode(e *scalar.Case) (node, error) {
	n := &caseNode{merge: newMerger(e.Typ), elset: e.Else.Type()}
	for _, w := range e.Whens {
		c, err := cp.condition(w.Cond)
		if err != nil {
			return nil, err
		}
		t, err := cp.node(w.Then)
		if err != nil {
			return nil, err
		}
		n.arms = append(n.arms, arm{cond: c, then: t, typ: w.Then.Type()})
	}
	var err error
	n.els, err = cp.node(e.Else)
	return n, err
}

func (n *caseNode) eval(f *frame, sel []int32) (*column.Column, error) {
	n.merge.reset()
	rest := sel
	for k := range n.arms {
		a := &n.arms[k]
		var err error
		if a.sel, err = a.cond.filter(f, rest, true, a.sel[:0]); err != nil {
			return nil, err
		}
		left := f.count(rest) - len(a.sel)
		if len(a.sel) > 0 {
			taken := a.sel
			if len(taken) == f.n {
				taken = nil
			}
			col, err := a.then.eval(f, taken)
			if err != nil {
				return nil, err
			}
			n.merge.add(col, a.typ, taken)
		}
		if left == 0 {
			return n.merge.column(f.n, nil), nil
		}
		if len(a.sel) > 0 {
			n.rest[k&1] = kernel.Difference(n.rest[k&1][:0], rowsOf(f, rest), a.sel)
			rest = n.rest[k&1]
		}
	}
	col, err := n.els.eval(f, rest)
	if err != nil {
		return nil, err
	}
	n.merge.add(col, n.elset, rest)
	return n.merge.column(f.n, nil), nil
}

// coalesceNode is COALESCE: each argument sees the rows where all before it
// were NULL.
type coalesceNode struct {
	args  []node
	typs  []types.Type
	merge merger
	have  [][]int32
	rest  [2][]int32
}

func newCoalesce(args []node, e *scalar.Coalesce) *coalesceNode {
	n := &coalesceNode{args: args, merge: newMerger(e.Typ), have: make([][]int32, len(args))}
	for _, a := range e.Args {
		n.typs = append(n.typs, a.Type())
	}
	return n
}

func (n *coalesceNode) eval(f *frame, sel []int32) (*column.Column, error) {
	n.merge.reset()
	rest := sel
	for k, a := range n.args {
		col, err := a.eval(f, rest)
		if err != nil {
			return nil, err
		}
		typ := n.typs[k]
		if !col.MayHaveNulls() {
			n.merge.add(col, typ, rest)
			return n.merge.column(f.n, nil), nil
		}
		if col.AllNull() {
			continue
		}
		n.have[k] = kernel.AppendWhere(n.have[k][:0], col.Valid, f.n, rest, true)
		if len(n.have[k]) > 0 {
			n.merge.add(col, typ, n.have[k])
		}
		if len(n.have[k]) == f.count(rest) {
			return n.merge.column(f.n, nil), nil
		}
		n.rest[k&1] = kernel.AppendWhere(n.rest[k&1][:0], col.Valid, f.n, rest, false)
		rest = n.rest[k&1]
	}
	return n.merge.column(f.n, rowsOf(f, rest)), nil
}

// nullIfNode is NULLIF: the left side, or NULL where both are equal.
type nullIfNode struct {
	l, r  node
	eq    cond
	typ   types.Type
	merge merger
	pair  frame
	cols  [2]*column.Column
	equal []int32
	rest  []int32
}

func (cp *compiler) nullIf(e *scalar.NullIf) (node, error) {
	l, err := cp.node(e.Left)
	if err != nil {
		return nil, err
	}
	r, err := cp.node(e.Right)
	if err != nil {
		return nil, err
	}
	eq, err := cp.equality(e.Eq, columnNode(0), columnNode(1), e.Left.Type(), e.Right.Type())
	if err != nil {
		return nil, err
	}
	return &nullIfNode{l: l, r: r, eq: asCond(eq), typ: e.Left.Type(), merge: newMerger(e.Typ)}, nil
}

func (n *nullIfNode) eval(f *frame, sel []int32) (*column.Column, error) {
	a, err := n.l.eval(f, sel)
	if err != nil {
		return nil, err
	}
	b, err := n.r.eval(f, sel)
	if err != nil {
		return nil, err
	}
	n.cols[0], n.cols[1] = a, b
	n.pair = frame{cols: n.cols[:], n: f.n}
	if n.equal, err = n.eq.filter(&n.pair, sel, true, n.equal[:0]); err != nil {
		return nil, err
	}
	n.merge.reset()
	if len(n.equal) == 0 {
		n.merge.add(a, n.typ, sel)
		return n.merge.column(f.n, nil), nil
	}
	n.rest = kernel.Difference(n.rest[:0], rowsOf(f, sel), n.equal)
	if len(n.rest) > 0 {
		n.merge.add(a, n.typ, n.rest)
	}
	return n.merge.column(f.n, n.equal), nil
}

// minMaxNode is GREATEST or LEAST: NULLs do not count.
type minMaxNode struct {
	args     []node
	typs     []types.Type
	greatest bool
	cmp      kernel.CompareFunc
	merge    merger
	cols     []*column.Column
	sels     [][]int32
	nulls    []int32
}

func (cp *compiler) minMax(e *scalar.MinMax) (node, error) {
	args, err := cp.nodes(e.Args)
	if err != nil {
		return nil, err
	}
	n := &minMaxNode{
		args: args, greatest: e.Greatest, cmp: kernel.Comparer(e.Typ), merge: newMerger(e.Typ),
		cols: make([]*column.Column, len(args)), sels: make([][]int32, len(args)),
	}
	for _, a := range e.Args {
		n.typs = append(n.typs, a.Type())
	}
	return n, nil
}

func (n *minMaxNode) eval(f *frame, sel []int32) (*column.Column, error) {
	constant := true
	t := n.merge.typ
	for k, a := range n.args {
		c, err := a.eval(f, sel)
		if err != nil {
			return nil, err
		}
		constant = constant && c.Form == column.Constant
		if t.Fixed() {
			c = kernel.Widen(c, t.Kind(), int(n.typs[k].Scale), int(t.Scale))
		} else {
			c = normal(c, n.typs[k], t)
		}
		n.cols[k] = c
		n.sels[k] = n.sels[k][:0]
	}
	n.nulls = n.nulls[:0]
	rows := rowsOf(f, sel)
	if constant {
		rows = rows[:1]
	}
	for _, i := range rows {
		best := -1
		for k, c := range n.cols {
			if c.IsNull(int(i)) {
				continue
			}
			if best < 0 {
				best = k
				continue
			}
			if r := n.cmp(c, int(i), n.cols[best], int(i)); r != 0 && (r > 0) == n.greatest {
				best = k
			}
		}
		if best < 0 {
			n.nulls = append(n.nulls, i)
		} else {
			n.sels[best] = append(n.sels[best], i)
		}
	}
	if constant {
		for k, s := range n.sels {
			if len(s) > 0 {
				return n.cols[k], nil
			}
		}
		return column.NewNull(t.Kind(), f.n), nil
	}
	n.merge.reset()
	for k, s := range n.sels {
		if len(s) > 0 {
			n.merge.add(n.cols[k], t, s)
		}
	}
	return n.merge.column(f.n, n.nulls), nil
}
