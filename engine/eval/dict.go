package eval

import (
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// dictNode is an expression over one column that runs once per entry where
// that column comes as a dictionary, and maps the answers over the codes.
//
// An expression that fails on some entry is not necessarily wrong: perhaps no
// selected row has that entry. Then, and while the dictionary is larger than
// the rows seen so far, it runs over the rows themselves.
type dictNode struct {
	pos   int
	inner node
	cond  cond // inner as a condition

	f     frame
	cols  [1]*column.Column
	known map[uint64]*dictAnswers
	codes scratch
	col   column.Column
}

// dictAnswers is what is known of one dictionary.
type dictAnswers struct {
	seen   int  // rows that came with it
	failed bool // some entry raises
	values *column.Dict
	nulls  []uint8        // by code: 1 where the answer is NULL; nil: none is
	onNull *column.Column // the answer for NULL, one row

	// As a condition: by code 1 where it is false [0] or true [1]; the entry
	// after the last is NULL's.
	hits [2][]uint8
	any  [2]bool // some entry but NULL's is 1
}

const (
	keptDicts = 8
	// smallDict is how many entries are evaluated without waiting for as many rows.
	smallDict = 256
)

func (n *dictNode) inside(f *frame) (*frame, *column.Column) {
	c := f.cols[n.pos]
	n.cols[0] = c
	n.f = frame{cols: n.cols[:], n: f.n}
	return &n.f, c
}

// answers is what is known of c's dictionary, if it is time to use it.
func (n *dictNode) answers(c *column.Column, rows int) *dictAnswers {
	if c.Form != column.Dictionary || c.Dict.ID == 0 {
		return nil
	}
	a := n.known[c.Dict.ID]
	if a == nil {
		if n.known == nil || len(n.known) >= keptDicts {
			n.known = map[uint64]*dictAnswers{}
		}
		a = &dictAnswers{}
		n.known[c.Dict.ID] = a
	}
	if a.failed {
		return nil
	}
	a.seen += rows
	if size := c.Dict.Values.Len; size > smallDict && size > a.seen {
		return nil
	}
	return a
}

// entries is a frame over the dictionary's values and a NULL after them.
func entries(c *column.Column) *frame {
	v := c.Dict.Values
	all := *v
	w := v.Kind.Width()
	all.Len = v.Len + 1
	all.Data = column.Alloc(all.Len * w)
	copy(all.Data, v.Data[:v.Len*w])
	all.Valid = column.NewBitmap(all.Len, true)
	column.ClearBit(all.Valid, v.Len)
	return &frame{cols: []*column.Column{&all}, n: all.Len}
}

func (n *dictNode) eval(f *frame, sel []int32) (*column.Column, error) {
	in, c := n.inside(f)
	a := n.answers(c, f.count(sel))
	if a != nil && a.values == nil && !n.compute(a, c) {
		a = nil
	}
	if a == nil {
		return n.inner.eval(in, sel)
	}
	out := &n.col
	*out = column.Column{Kind: a.values.Values.Kind, Form: column.Dictionary, Len: f.n, Codes: c.Codes, Dict: a.values, Valid: c.Valid}
	if a.nulls != nil || c.Valid != nil && !a.onNull.IsNull(0) {
		n.remap(a, c, out)
	}
	return out, nil
}

// remap gives out codes and a bitmap of its own: some entry's answer is NULL,
// or NULL's answer is not. The answer for NULL stands after the others.
func (n *dictNode) remap(a *dictAnswers, c, out *column.Column) {
	size := c.Dict.Values.Len
	codes := column.Values[int32](n.codes.flat(column.Int32, out.Len))
	valid := n.codes.bitmap(out.Len)
	for w := range valid {
		valid[w] = ^uint64(0)
	}
	nullIsNull := a.onNull.IsNull(0)
	for i, code := range c.Codes[:out.Len] {
		switch {
		case c.IsNull(i):
			codes[i] = int32(size)
			if nullIsNull {
				codes[i] = 0
				column.ClearBit(valid, i)
			}
		case a.nulls != nil && a.nulls[code] != 0:
			codes[i] = 0
			column.ClearBit(valid, i)
		default:
			codes[i] = code
		}
	}
	out.Codes, out.Valid = codes, valid
}

// compute runs the expression over the dictionary's entries.
func (n *dictNode) compute(a *dictAnswers, c *column.Column) bool {
	f := entries(c)
	size := c.Dict.Values.Len
	res, err := n.inner.eval(f, nil)
	if err != nil {
		a.failed = true
		return false
	}
	// A copy without NULLs: the scratch that res lies in is used again.
	vals := kernel.Concat(res.Kind, []*column.Column{res})
	if vals.Valid != nil {
		if column.CountBits(vals.Valid, size) != size {
			a.nulls = make([]uint8, size)
			for i := range a.nulls {
				if vals.IsNull(i) {
					a.nulls[i] = 1
				}
			}
		}
	}
	a.onNull = kernel.Concat(res.Kind, []*column.Column{column.Gather(vals, []int32{int32(size)})})
	vals.Valid = nil
	a.values = column.NewDict(vals)
	a.values.Dup = true
	return true
}

func (n *dictNode) filter(f *frame, sel []int32, want bool, out []int32) ([]int32, error) {
	in, c := n.inside(f)
	if n.cond == nil {
		n.cond = asCond(n.inner)
	}
	a := n.answers(c, f.count(sel))
	if a != nil && a.hits[0] == nil && !n.decide(a, c) {
		a = nil
	}
	if a == nil {
		return n.cond.filter(in, sel, want, out)
	}
	w := 0
	if want {
		w = 1
	}
	hits, base := a.hits[w], len(out)
	switch {
	case c.Valid != nil && hits[c.Dict.Values.Len] != 0: // NULL qualifies
		for _, i := range rowsOf(f, sel) {
			if c.IsNull(int(i)) || hits[c.Codes[i]] != 0 {
				out = append(out, i)
			}
		}
	case a.any[w]:
		out = kernel.SelectCodes(c.Codes[:f.n], hits, sel, out)
		out = maskValid(out, base, c)
	}
	return out, nil
}

// decide runs the condition over the dictionary's entries.
func (n *dictNode) decide(a *dictAnswers, c *column.Column) bool {
	f := entries(c)
	for w := range a.hits {
		rows, err := n.cond.filter(f, nil, w == 1, nil)
		if err != nil {
			a.failed = true
			a.hits = [2][]uint8{}
			return false
		}
		a.hits[w] = make([]uint8, f.n)
		kernel.Mark(a.hits[w], rows)
		a.any[w] = len(rows) > 1 || len(rows) == 1 && int(rows[0]) != f.n-1
	}
	return true
}
