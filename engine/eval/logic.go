package eval

import (
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

// logicNode is AND or OR of several conditions, from left to right: each sees
// only rows that those before it left undecided.
//
//	          AND     OR
//	decides   false   true     a row with such an argument is decided
//	else      NULL if some argument is NULL, the opposite otherwise
type logicNode struct {
	args    []node
	conds   []cond
	decides bool // OR

	s       scratch
	vals    []scratch
	a, b, c []int32
}

func (cp *compiler) logic(list []scalar.Expr, decides bool) (node, error) {
	args, err := cp.nodes(list)
	if err != nil {
		return nil, err
	}
	n := &logicNode{args: args, decides: decides, vals: make([]scratch, len(args))}
	for _, a := range args {
		n.conds = append(n.conds, asCond(a))
	}
	return n, nil
}

// filter: where the deciding value is wanted, rows are collected from the
// arguments and leave the race; where the other is wanted, only rows stay of
// which every argument says so.
func (n *logicNode) filter(f *frame, sel []int32, want bool, out []int32) ([]int32, error) {
	if want != n.decides {
		return n.all(f, sel, want, out)
	}
	base := len(out)
	rest := sel
	var err error
	for k, c := range n.conds {
		if k == 0 {
			if out, err = c.filter(f, rest, want, out); err != nil {
				return out, err
			}
		} else {
			n.a, err = c.filter(f, rest, want, n.a[:0])
			if err != nil {
				return out, err
			}
			if len(n.a) > 0 {
				n.b = append(n.b[:0], out[base:]...)
				out = kernel.Union(out[:base], n.b, n.a)
			}
		}
		if k == len(n.conds)-1 || len(out)-base == f.count(sel) {
			break
		}
		// What is left of sel without the rows found so far.
		n.c = kernel.Difference(n.c[:0], rowsOf(f, sel), out[base:])
		rest = n.c
		if len(rest) == 0 {
			break
		}
	}
	return out, nil
}

func (n *logicNode) all(f *frame, sel []int32, want bool, out []int32) ([]int32, error) {
	cur := sel
	var err error
	for k, c := range n.conds {
		if k == len(n.conds)-1 {
			return c.filter(f, cur, want, out)
		}
		to := &n.a
		if k%2 == 1 {
			to = &n.b
		}
		if *to, err = c.filter(f, cur, want, (*to)[:0]); err != nil || len(*to) == 0 {
			return out, err
		}
		cur = *to
		if len(cur) == f.n {
			cur = nil
		}
	}
	return out, nil
}

// eval gives all three values. Each argument is evaluated once, for the rows
// that are not decided yet.
func (n *logicNode) eval(f *frame, sel []int32) (*column.Column, error) {
	out := n.s.flat(column.Bool, f.n)
	dec, other := uint8(0), uint8(1)
	if n.decides {
		dec, other = 1, 0
	}
	for i := range out.Data {
		out.Data[i] = other
	}
	var valid []uint64
	rest := rowsOf(f, sel)
	for k, a := range n.args {
		c, err := a.eval(f, rest)
		if err != nil {
			return nil, err
		}
		c = n.vals[k].flatten(c, rest)
		to := &n.a
		if k%2 == 1 {
			to = &n.b
		}
		next := (*to)[:0]
		mask := -1
		if c.Form == column.Constant {
			mask = 0
		}
		for _, i := range rest {
			switch {
			case c.Valid != nil && c.IsNull(int(i)):
				if valid == nil {
					valid = n.s.bitmap(f.n)
					for w := range valid {
						valid[w] = ^uint64(0)
					}
				}
				column.ClearBit(valid, int(i))
				next = append(next, i)
			case c.Data[int(i)&mask] == dec:
				out.Data[i] = dec
				if valid != nil {
					column.SetBit(valid, int(i))
				}
			default:
				next = append(next, i)
			}
		}
		*to = next
		if rest = next; len(rest) == 0 {
			break
		}
	}
	if valid != nil {
		out.Valid = valid
		kernel.ZeroNulls(out.Data, 1, valid, f.n)
	}
	return out, nil
}

// notNode is NOT.
type notNode struct {
	arg  node
	cond cond
	s    scratch
}

func (n *notNode) filter(f *frame, sel []int32, want bool, out []int32) ([]int32, error) {
	if n.cond == nil {
		n.cond = asCond(n.arg)
	}
	return n.cond.filter(f, sel, !want, out)
}

func (n *notNode) eval(f *frame, sel []int32) (*column.Column, error) {
	c, err := n.arg.eval(f, sel)
	if err != nil {
		return nil, err
	}
	if c.Form == column.Constant {
		if c.IsNull(0) {
			return c, nil
		}
		out := n.s.flat(column.Bool, 1)
		out.Data[0] = c.Data[0] ^ 1
		return constant(out, f.n), nil
	}
	c = n.s.flatten(c, sel)
	out := n.s.flat(column.Bool, f.n)
	for i, v := range c.Data[:f.n] {
		out.Data[i] = v ^ 1
	}
	if c.Valid != nil {
		out.Valid = c.Valid
		kernel.ZeroNulls(out.Data, 1, c.Valid, f.n)
	}
	return out, nil
}

// isNullNode is IS NULL and IS NOT NULL.
type isNullNode struct {
	arg node
	not bool
	s   scratch
}

func (cp *compiler) isNull(e *scalar.IsNull) (node, error) {
	if r, ok := e.Arg.(*scalar.Row); ok {
		// (a, b) IS NULL: every field is; (a, b) IS NOT NULL: none is.
		parts := make([]scalar.Expr, len(r.Fields))
		for i, f := range r.Fields {
			parts[i] = &scalar.IsNull{Arg: f, Not: e.Not}
		}
		if len(parts) == 0 {
			return newConst(types.Bool(true), types.New(types.BoolOID)), nil
		}
		return cp.logic(parts, false)
	}
	n, err := cp.node(e.Arg)
	return &isNullNode{arg: n, not: e.Not}, err
}

func (n *isNullNode) filter(f *frame, sel []int32, want bool, out []int32) ([]int32, error) {
	c, err := n.arg.eval(f, sel)
	if err != nil {
		return out, err
	}
	null := want != n.not // rows that are NULL are wanted
	if c.Valid == nil || c.Form == column.Constant {
		if (c.Form == column.Constant && c.IsNull(0)) == null {
			out = append(out, rowsOf(f, sel)...)
		}
		return out, nil
	}
	return kernel.AppendWhere(out, c.Valid, f.n, sel, !null), nil
}

func (n *isNullNode) eval(f *frame, sel []int32) (*column.Column, error) {
	c, err := n.arg.eval(f, sel)
	if err != nil {
		return nil, err
	}
	if c.Valid == nil || c.Form == column.Constant {
		return types.Bool((c.Form == column.Constant && c.IsNull(0)) != n.not).Column(f.n, column.Invalid), nil
	}
	out := n.s.flat(column.Bool, f.n)
	flip := uint64(1)
	if n.not {
		flip = 0
	}
	for i := range out.Data {
		out.Data[i] = uint8(c.Valid[i>>6]>>(uint(i)&63)&1 ^ flip)
	}
	return out, nil
}

// boolTestNode is IS [NOT] TRUE, FALSE or UNKNOWN.
type boolTestNode struct {
	arg  node
	want scalar.BoolWant
	not  bool
	s    scratch
}

func (n *boolTestNode) eval(f *frame, sel []int32) (*column.Column, error) {
	c, err := n.arg.eval(f, sel)
	if err != nil {
		return nil, err
	}
	c = n.s.flatten(c, sel)
	rows := f.n
	if c.Form == column.Constant {
		rows = 1
	}
	out := n.s.flat(column.Bool, rows)
	for i := range rows {
		is := false
		if c.IsNull(i) {
			is = n.want == scalar.WantUnknown
		} else {
			is = n.want == scalar.WantTrue && c.Data[i] != 0 || n.want == scalar.WantFalse && c.Data[i] == 0
		}
		out.Data[i] = 0
		if is != n.not {
			out.Data[i] = 1
		}
	}
	if c.Form == column.Constant {
		return constant(out, f.n), nil
	}
	return out, nil
}

// distinctNode is IS [NOT] DISTINCT FROM: equality with NULL as a value.
type distinctNode struct {
	l, r  node
	eq    node // over the two columns that l and r gave
	not   bool
	s     scratch
	pair  frame
	cols  [2]*column.Column
	equal []int32
}

func (cp *compiler) distinct(e *scalar.Distinct) (node, error) {
	l, err := cp.node(e.Left)
	if err != nil {
		return nil, err
	}
	r, err := cp.node(e.Right)
	if err != nil {
		return nil, err
	}
	eq, err := cp.equality(e.Eq, columnNode(0), columnNode(1), e.Left.Type(), e.Right.Type())
	return &distinctNode{l: l, r: r, eq: eq, not: e.Not}, err
}

func (n *distinctNode) eval(f *frame, sel []int32) (*column.Column, error) {
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
	n.equal, err = asCond(n.eq).filter(&n.pair, sel, true, n.equal[:0])
	if err != nil {
		return nil, err
	}
	out := n.s.flat(column.Bool, f.n)
	clear(out.Data)
	kernel.Mark(out.Data, n.equal)
	if a.MayHaveNulls() || b.MayHaveNulls() {
		for _, i := range rowsOf(f, sel) {
			if a.IsNull(int(i)) && b.IsNull(int(i)) {
				out.Data[i] = 1
			}
		}
	}
	if !n.not {
		for i, v := range out.Data {
			out.Data[i] = v ^ 1
		}
	}
	return out, nil
}
