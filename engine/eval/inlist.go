package eval

import (
	"github.com/inlaydb/inlay/catalog/numeric"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

// inSetNode is x [NOT] IN (constants) through a set of the constants.
type inSetNode struct {
	arg  node
	set  valueSet
	null bool // the list holds a NULL: what is not found is unknown
	not  bool
	s, o scratch
	sel  []int32
}

// valueSet appends the rows among sel whose value is in a set. NULL rows may be
// picked or not.
type valueSet interface {
	pick(c *column.Column, n int, sel, out []int32) []int32
}

func (cp *compiler) inList(e *scalar.InList) (node, error) {
	if set, null, ok := cp.constSet(e); ok {
		arg, err := cp.node(e.Arg)
		if err != nil {
			return nil, err
		}
		return &inSetNode{arg: arg, set: set, null: null, not: e.Not}, nil
	}
	// x = a OR x = b OR …, with x computed once.
	arg, err := cp.node(e.Arg)
	if err != nil {
		return nil, err
	}
	x := &memoNode{arg: arg}
	l := &logicNode{decides: true, vals: make([]scratch, len(e.List))}
	for _, item := range e.List {
		n, err := cp.node(item)
		if err != nil {
			return nil, err
		}
		eq, err := cp.equality(e.Eq, x, n, e.Arg.Type(), item.Type())
		if err != nil {
			return nil, err
		}
		l.args = append(l.args, eq)
		l.conds = append(l.conds, asCond(eq))
	}
	let := &letNode{memo: x, body: l}
	if e.Not {
		return &notNode{arg: let}, nil
	}
	return let, nil
}

// memoNode keeps its argument's value while a letNode evaluates its body. The
// body's first step sees all rows that later ones see.
type memoNode struct {
	arg node
	col *column.Column
}

func (m *memoNode) eval(f *frame, sel []int32) (*column.Column, error) {
	if m.col == nil {
		c, err := m.arg.eval(f, sel)
		if err != nil {
			return nil, err
		}
		m.col = c
	}
	return m.col, nil
}

type letNode struct {
	memo *memoNode
	body *logicNode
}

func (n *letNode) eval(f *frame, sel []int32) (*column.Column, error) {
	n.memo.col = nil
	return n.body.eval(f, sel)
}

func (n *letNode) filter(f *frame, sel []int32, want bool, out []int32) ([]int32, error) {
	n.memo.col = nil
	return n.body.filter(f, sel, want, out)
}

// found appends the rows whose value is in the set, NULL rows left out.
func (n *inSetNode) found(f *frame, c *column.Column, sel, out []int32) []int32 {
	base := len(out)
	out = n.set.pick(c, f.n, sel, out)
	return maskValid(out, base, c)
}

func (n *inSetNode) filter(f *frame, sel []int32, want bool, out []int32) ([]int32, error) {
	c, err := n.arg.eval(f, sel)
	if err != nil || c.AllNull() {
		return out, err
	}
	want = want != n.not // rows that are found are wanted
	if !want && n.null {
		return out, nil // the others are unknown
	}
	if c.Form == column.Constant {
		one := *c
		one.Form, one.Len = column.Flat, 1
		hit := n.set.pick(&one, 1, nil, n.sel[:0])
		if (len(hit) == 1) == want {
			out = append(out, rowsOf(f, sel)...)
		}
		return out, nil
	}
	c = n.s.flatten(c, sel)
	if want {
		return n.found(f, c, sel, out), nil
	}
	base := len(out)
	n.sel = n.found(f, c, sel, n.sel[:0])
	out = kernel.Difference(out, rowsOf(f, sel), n.sel)
	return maskValid(out, base, c), nil
}

func (n *inSetNode) eval(f *frame, sel []int32) (*column.Column, error) {
	c, err := n.arg.eval(f, sel)
	if err != nil {
		return nil, err
	}
	if c.AllNull() {
		return column.NewNull(column.Bool, f.n), nil
	}
	rows := f.n
	single := c.Form == column.Constant
	if single {
		one := *c
		one.Form, one.Len = column.Flat, 1
		c, rows, sel = &one, 1, nil
	} else {
		c = n.s.flatten(c, sel)
	}
	in := frame{n: rows}
	n.sel = n.found(&in, c, sel, n.sel[:0])
	out := n.o.flat(column.Bool, rows)
	clear(out.Data)
	kernel.Mark(out.Data, n.sel)
	if n.null { // what is not found is NULL
		valid := n.o.bitmap(rows)
		clear(valid)
		for _, i := range n.sel {
			column.SetBit(valid, int(i))
		}
		out.Valid = valid
	} else if c.Valid != nil {
		out.Valid = c.Valid
	}
	if n.not {
		for i, v := range out.Data {
			out.Data[i] = v ^ 1
		}
	}
	if out.Valid != nil {
		kernel.ZeroNulls(out.Data, 1, out.Valid, rows)
	}
	if single {
		return constant(out, f.n), nil
	}
	return out, nil
}

// constSet makes a set of the list, if all of it is known now and the type's
// equality is that of the values.
func (cp *compiler) constSet(e *scalar.InList) (_ valueSet, null, ok bool) {
	t := e.Arg.Type()
	var vals []types.Datum
	for _, item := range e.List {
		var d types.Datum
		switch item := item.(type) {
		case *scalar.Const:
			d = item.Value
		case *scalar.Param:
			if item.Index < 1 || item.Index > len(cp.env.Params) {
				return nil, false, false
			}
			d = cp.env.Params[item.Index-1]
		default:
			return nil, false, false
		}
		if d.Null {
			null = true
			continue
		}
		it := item.Type()
		switch {
		case t.OID == types.NumericOID && it.OID == types.NumericOID:
			if !t.Fixed() {
				return nil, false, false
			}
			c := d.Column(1, column.Invalid)
			v := kernel.NumericAt(c, 0, int(it.Scale))
			if v.IsNaN() || v.IsInf() {
				return nil, false, false
			}
			x, fits := v.Scaled64(int(t.Scale))
			if !fits {
				if numeric.MinScale(v) > int(t.Scale) {
					continue // nothing of this scale equals it
				}
				return nil, false, false
			}
			d = types.Int(column.Int64, x)
		case isInt(t.Kind()) && isInt(it.Kind()) && isTemporal(t.OID) == isTemporal(it.OID) && (!isTemporal(t.OID) || t.OID == it.OID):
		case t.Kind() == column.Bytes && it.Kind() == column.Bytes && t.OID != types.BPCharOID:
		default:
			return nil, false, false
		}
		vals = append(vals, d)
	}
	if t.Kind() == column.Bytes {
		return newStringSet(vals), null, true
	}
	if t.Kind() == column.Int128 {
		return nil, false, false
	}
	if isInt(t.Kind()) || t.Fixed() {
		return newIntSet(vals), null, true
	}
	return nil, false, false
}

// intSet is a set of integers: a bitmap where they lie close together, else
// an open-addressing table.
type intSet struct {
	min, max int64
	bits     []uint64
	slots    []int64
	used     []bool
	mask     uint64
	s        scratch
}

const denseIntSet = 1 << 14

func newIntSet(vals []types.Datum) *intSet {
	s := &intSet{min: 1, max: 0}
	for k, d := range vals {
		if k == 0 {
			s.min, s.max = d.I, d.I
		}
		s.min, s.max = min(s.min, d.I), max(s.max, d.I)
	}
	if len(vals) == 0 {
		return s
	}
	if uint64(s.max-s.min) < denseIntSet {
		s.bits = column.NewBitmap(int(s.max-s.min)+1, false)
		for _, d := range vals {
			column.SetBit(s.bits, int(d.I-s.min))
		}
		return s
	}
	size := 16
	for size < 2*len(vals) {
		size *= 2
	}
	s.slots, s.used, s.mask = make([]int64, size), make([]bool, size), uint64(size-1)
	for _, d := range vals {
		for h := hashInt(d.I) & s.mask; ; h = (h + 1) & s.mask {
			if !s.used[h] {
				s.slots[h], s.used[h] = d.I, true
				break
			}
			if s.slots[h] == d.I {
				break
			}
		}
	}
	return s
}

func hashInt(v int64) uint64 { return uint64(v) * 0x9e3779b97f4a7c15 >> 20 }

func (s *intSet) pick(c *column.Column, n int, sel, out []int32) []int32 {
	if s.min > s.max {
		return out
	}
	c = widenInts(&s.s, c)
	vals := column.Values[int64](c)
	rows := sel
	if rows == nil {
		rows = sequence(n)
	}
	out = kernel.Grow(out, len(rows))
	base, k := len(out), 0
	o := out[base : base+len(rows)]
	if s.bits != nil {
		width := uint64(s.max - s.min)
		for _, i := range rows {
			o[k] = i
			d := uint64(vals[i] - s.min)
			if d <= width {
				k += int(s.bits[d>>6] >> (d & 63) & 1)
			}
		}
		return out[:base+k]
	}
	for _, i := range rows {
		v := vals[i]
		for h := hashInt(v) & s.mask; s.used[h]; h = (h + 1) & s.mask {
			if s.slots[h] == v {
				o[k] = i
				k++
				break
			}
		}
	}
	return out[:base+k]
}

// stringSet is a set of strings by their hash words.
type stringSet struct {
	vals  *column.Column
	slots []int32 // position + 1 in vals
	mask  uint64
	words []uint64
}

func newStringSet(vals []types.Datum) *stringSet {
	size := 16
	for size < 2*len(vals) {
		size *= 2
	}
	s := &stringSet{vals: types.ColumnOf(column.Bytes, column.Invalid, vals), slots: make([]int32, size), mask: uint64(size - 1)}
	for k := range vals {
		w := kernel.StringWord([]byte(vals[k].S))
		s.words = append(s.words, w)
		h := w & s.mask
		for s.slots[h] != 0 {
			h = (h + 1) & s.mask
		}
		s.slots[h] = int32(k + 1)
	}
	return s
}

func (s *stringSet) pick(c *column.Column, n int, sel, out []int32) []int32 {
	rows := sel
	if rows == nil {
		rows = sequence(n)
	}
	v := kernel.ViewsOf(c)
	mine := column.Values[column.View](s.vals)
	for _, i := range rows {
		x := &v.Vals[int(i)&v.Mask]
		w := kernel.ViewWord(x, v.Bufs)
		for h := w & s.mask; s.slots[h] != 0; h = (h + 1) & s.mask {
			k := s.slots[h] - 1
			if s.words[k] == w && column.EqualViews(x, v.Bufs, &mine[k], s.vals.Bufs) {
				out = append(out, i)
				break
			}
		}
	}
	return out
}
