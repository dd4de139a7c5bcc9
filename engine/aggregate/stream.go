package aggregate

import (
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// stream is a way in which rows reach the groups: which calls they feed and
// how their columns lie. All plain calls share one; calls with DISTINCT or an
// order have others.
type stream struct {
	keys  int           // the first columns are the keys
	cols  []int         // positions in the input of the rows' columns
	kinds []column.Kind // of those
	calls []int         // of the grouper
	args  []argSet      // what the calls read; calls may share one
	of    []int         // by place in calls: index into args
}

// argSet is columns of a stream's rows that a call reads.
type argSet struct {
	cols   []int
	filter int // -1: none
	strict int // of so many leading columns NULLs are dropped
	widen  []column.Kind
}

// feed is one worker's scratch for handing rows to accumulators.
type feed struct {
	st   *stream
	sets []feedSet
}

// feedSet is one argSet's rows, made ready: dense columns and their groups.
type feedSet struct {
	sel    []int32
	groups []uint32
	n      int
	cols   []*column.Column
	dense  []dense

	selRoom   []int32
	groupRoom []uint32
	keepRoom  []int32
}

func newFeed(st *stream) *feed {
	f := &feed{st: st, sets: make([]feedSet, len(st.args))}
	for i := range f.sets {
		n := len(st.args[i].cols)
		f.sets[i].cols = make([]*column.Column, n)
		f.sets[i].dense = make([]dense, n)
	}
	return f
}

// prepare makes the rows' arguments ready: rows that a filter or a NULL
// excludes are gone, columns are flat and dense.
func (f *feed) prepare(cols []*column.Column, sel []int32, groups []uint32, n int) {
	for i := range f.sets {
		s, a := &f.sets[i], &f.st.args[i]
		s.sel, s.groups, s.n = sel, groups, n
		if a.filter >= 0 {
			s.filter(cols[a.filter])
		}
		for _, p := range a.cols[:a.strict] {
			s.dropNulls(cols[p])
		}
		for j, p := range a.cols {
			s.cols[j] = s.dense[j].fill(cols[p], s.sel, s.n, a.widen[j])
		}
	}
}

func (s *feedSet) filter(c *column.Column) {
	if c.Form == column.Constant {
		if c.IsNull(0) || column.Values[uint8](c)[0] == 0 {
			s.n, s.sel = 0, nil
			if s.groups != nil {
				s.groups = s.groups[:0]
			}
		}
		return
	}
	keep := s.keepRoom[:0]
	for k := range s.n {
		i := at(s.sel, k)
		if !c.IsNull(i) && column.At[uint8](c, i) != 0 {
			keep = append(keep, int32(k))
		}
	}
	s.keepRoom = keep
	s.narrow(keep)
}

func (s *feedSet) dropNulls(c *column.Column) {
	if c.Valid == nil || s.n == 0 {
		return
	}
	keep := s.keepRoom[:0]
	for k := range s.n {
		if !c.IsNull(at(s.sel, k)) {
			keep = append(keep, int32(k))
		}
	}
	s.keepRoom = keep
	if len(keep) < s.n {
		s.narrow(keep)
	}
}

func (s *feedSet) narrow(keep []int32) {
	if len(keep) == s.n {
		return
	}
	// selRoom and groupRoom may be what is read: keep ascends, so writing in
	// place is safe.
	sel := resize(s.selRoom, len(keep))
	for j, k := range keep {
		sel[j] = int32(at(s.sel, int(k)))
	}
	s.selRoom, s.sel = sel, sel
	if s.groups != nil {
		g := resize(s.groupRoom, len(keep))
		for j, k := range keep {
			g[j] = s.groups[k]
		}
		s.groupRoom, s.groups = g, g
	}
	s.n = len(keep)
}

// dense is room for one dense column.
type dense struct {
	col   column.Column
	data  []byte
	valid []uint64
	codes []int32
}

// fill is rows sel of c as a flat dense column of the given kind.
func (d *dense) fill(c *column.Column, sel []int32, n int, k column.Kind) *column.Column {
	if c.Form == column.Flat && sel == nil && (c.Kind == k || k == column.Invalid) {
		if c.Len == n {
			return c
		}
		d.col = *c
		d.col.Len = n
		return &d.col
	}
	from := c.Kind
	width := from.Width()
	if cap(d.data) < n*width {
		d.data = column.Alloc(n*width + n*width/4)
	}
	data := d.data[:n*width]
	d.col = column.Column{Kind: from, Len: n, Data: data, Bufs: c.Bufs, Child: c.Child}
	switch c.Form {
	case column.Constant:
		for i := 0; i < len(data); i += width {
			copy(data[i:i+width], c.Data)
		}
	case column.Dictionary:
		v := c.Dict.Values
		d.col.Bufs, d.col.Child = v.Bufs, v.Child
		if v.Len == 0 {
			clear(data)
			break
		}
		codes := c.Codes
		if sel != nil {
			codes = resize(d.codes, n)
			for j, i := range sel[:n] {
				codes[j] = c.Codes[i]
			}
			d.codes = codes
		}
		column.GatherInto(data, v.Data, width, codes[:n])
	default:
		if sel == nil {
			copy(data, c.Data[:n*width])
		} else {
			column.GatherInto(data, c.Data, width, sel[:n])
		}
	}
	if c.Valid != nil {
		words := (n + 63) / 64
		d.valid = resize(d.valid, words)
		clear(d.valid)
		all := true
		for j := range n {
			if c.IsNull(at(sel, j)) {
				all = false
			} else {
				d.valid[j>>6] |= 1 << (uint(j) & 63)
			}
		}
		if !all {
			d.col.Valid = d.valid
		}
	}
	switch {
	case k == column.Invalid || k == from:
	case k == column.Int128 && from == column.Int64:
		w := kernel.Widen(&d.col, k, 0, 0)
		d.col = *w
	default: // untyped NULLs
		d.col = column.Column{Kind: k, Len: n, Data: column.Alloc(n * k.Width()), Valid: column.NewBitmap(n, false)}
		if k == column.List {
			d.col.Child = &column.Column{Kind: column.Bytes}
		}
	}
	return &d.col
}

// reserve asks the accumulators to set aside what add will take.
func (f *feed) reserve(accs []accumulator) error {
	for i, call := range f.st.calls {
		s := &f.sets[f.st.of[i]]
		if r, ok := accs[call].(reserver); ok && s.n > 0 {
			if err := r.reserve(s.cols, s.n); err != nil {
				return err
			}
		}
	}
	return nil
}

// add hands the prepared rows to the accumulators.
func (f *feed) add(accs []accumulator) error {
	for i, call := range f.st.calls {
		s := &f.sets[f.st.of[i]]
		if s.n == 0 {
			continue
		}
		if err := accs[call].add(s.cols, s.groups, s.n); err != nil {
			return err
		}
	}
	return nil
}
