package window

import (
	"sort"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/aggregate"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/engine/memory"
	"github.com/inlaydb/inlay/storage/column"
)

// pieceRows is how many rows' states an aggregate computes at once.
const pieceRows = 1024

// frameAgg is one aggregate over the frames of a block's rows. Rows that a
// filter or a NULL keeps out are gone from args; frames count in what is left.
type frameAgg struct {
	states *aggregate.States
	args   []*column.Column // dense
	n      int              // rows of args
	frames []ranges         // in rows of args
	rows   int              // of the block
	parts  []int32          // where its partitions begin
	groups []uint32         // scratch
	heads  []column.Column  // scratch: slices of args
}

// newFrameAgg readies an aggregate over a block.
func newFrameAgg(it *Item, in []types.Type, b *block, frames []ranges, res *memory.Reservation) (*frameAgg, error) {
	ts := make([]types.Type, len(it.Args))
	for i, p := range it.Args {
		ts[i] = in[p]
	}
	st, err := aggregate.NewStates(it.Fn.Kernel, ts, it.Result, res)
	if err != nil {
		return nil, err
	}
	a := &frameAgg{states: st, n: b.n, rows: b.n, frames: frames, parts: b.parts, heads: make([]column.Column, len(it.Args))}
	keep := make([]bool, b.n)
	dropped := false
	for i := range keep {
		keep[i] = true
	}
	drop := func(out func(i int) bool) {
		for i := range keep {
			if keep[i] && out(i) {
				keep[i], dropped = false, true
			}
		}
	}
	if it.Filter >= 0 {
		f := b.cols[it.Filter]
		drop(func(i int) bool { return f.IsNull(i) || column.At[uint8](f, i) == 0 })
	}
	for _, p := range it.Args[:st.Strict(len(it.Args))] {
		if c := b.cols[p]; c.Valid != nil {
			drop(c.IsNull)
		}
	}
	for _, p := range it.Args {
		a.args = append(a.args, b.cols[p])
	}
	if dropped {
		a.narrow(keep)
	}
	return a, nil
}

// narrow drops rows and counts the frames anew.
func (a *frameAgg) narrow(keep []bool) {
	before := make([]int32, len(keep)+1) // rows kept before row i
	var sel []int32
	for i, k := range keep {
		before[i] = int32(len(sel))
		if k {
			sel = append(sel, int32(i))
		}
	}
	before[len(keep)] = int32(len(sel))
	for i, c := range a.args {
		a.args[i] = column.Gather(c, sel)
	}
	a.n = len(sel)
	frames := make([]ranges, len(a.frames))
	for k, f := range a.frames {
		r := ranges{make([]int32, len(f.from)), make([]int32, len(f.to))}
		for i := range f.from {
			r.from[i], r.to[i] = before[f.from[i]], before[f.to[i]]
		}
		frames[k] = r
	}
	a.frames = frames
}

// compute gives the aggregate of every row's frame. last, where it is not nil,
// is the state that the block's first partition goes on from; next takes the
// state of the last row.
func (a *frameAgg) compute(kind column.Kind, last, next *stateCarry) (*column.Column, error) {
	out := kernel.NewBuilder(kind)
	defer a.states.Free()
	how, err := a.method(last != nil || next != nil)
	if err != nil {
		return nil, err
	}
	for lo := 0; lo < a.rows; lo += pieceRows {
		hi := min(lo+pieceRows, a.rows)
		if err := how(lo, hi, last); err != nil {
			return nil, err
		}
		if next != nil && hi == a.rows {
			next.keep(a.states, hi-lo-1)
		}
		c, err := a.states.Result(0, hi-lo)
		if err != nil {
			return nil, err
		}
		out.Append(c, nil)
	}
	return out.Column(), nil
}

// stateCarry is the state of a partition's last row, as columns.
type stateCarry struct{ cols []*column.Column }

func (s *stateCarry) keep(st *aggregate.States, group int) {
	s.cols = nil
	for _, c := range st.Export(group, group+1) {
		b := kernel.NewBuilder(c.Kind)
		b.Append(c, nil)
		s.cols = append(s.cols, b.Column())
	}
}

// A method computes the states of rows lo to hi as groups 0 to hi-lo.
type method func(lo, hi int, last *stateCarry) error

// method chooses how to compute: from running sums, by carrying the state of a
// growing frame along, anew for each frame, or from a tree of states.
func (a *frameAgg) method(carried bool) (method, error) {
	if a.states.Exact() && !carried {
		if sums, ok := a.states.RunningSums(a.args, a.n); ok {
			return func(lo, hi int, _ *stateCarry) error {
				a.states.Reset(hi - lo)
				for _, f := range a.frames {
					if err := a.states.AddSums(sums, f.from[lo:hi], f.to[lo:hi]); err != nil {
						return err
					}
				}
				return nil
			}, nil
		}
	}
	if len(a.frames) == 1 && !a.states.InOrder() && a.grows() {
		return a.growing, nil
	}
	total := 0
	for _, f := range a.frames {
		for i, from := range f.from {
			total += int(f.to[i] - from)
		}
	}
	if a.states.InOrder() || total <= 64*a.rows {
		return a.anew, nil
	}
	t, err := newTree(a.states, a.args, a.n)
	if err != nil {
		return nil, err
	}
	return func(lo, hi int, _ *stateCarry) error {
		a.states.Reset(hi - lo)
		for _, f := range a.frames {
			if err := t.add(a.states, f.from[lo:hi], f.to[lo:hi]); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// grows says whether frames mostly go on from the frame of the row before.
func (a *frameAgg) grows() bool {
	f := a.frames[0]
	anew := 0
	for i := range f.from {
		if i > 0 && f.from[i] == f.from[i-1] {
			if f.to[i] < f.to[i-1] {
				return false
			}
			continue
		}
		anew += int(f.to[i] - f.from[i])
	}
	return anew <= 4*a.rows
}

// rowsOf gives rows from to to of the arguments.
func (a *frameAgg) rowsOf(from, to int32) []*column.Column {
	out := make([]*column.Column, len(a.args))
	for i, c := range a.args {
		h := &a.heads[i]
		w := int32(c.Kind.Width())
		*h = column.Column{Kind: c.Kind, Len: int(to - from), Data: c.Data[from*w : to*w], Bufs: c.Bufs, Child: c.Child}
		out[i] = h
	}
	return out
}

// growing computes each row's state from that of the row before. The state of
// the row before lo is in the group behind the last.
func (a *frameAgg) growing(lo, hi int, last *stateCarry) error {
	f := a.frames[0]
	const carried = pieceRows
	if lo == 0 {
		a.states.Reset(pieceRows + 1)
		if last != nil && last.cols != nil {
			if err := a.states.Merge(last.cols, []uint32{carried}, 1); err != nil {
				return err
			}
		}
	} else {
		var c stateCarry
		c.keep(a.states, pieceRows-1)
		a.states.Reset(pieceRows + 1)
		if err := a.states.Merge(c.cols, []uint32{carried}, 1); err != nil {
			return err
		}
	}
	part := sort.Search(len(a.parts), func(p int) bool { return a.parts[p] >= int32(lo) })
	for i := lo; i < hi; i++ {
		from := f.from[i]
		g := i - lo
		begins := a.parts[part] == int32(i)
		if begins {
			part++
		}
		switch {
		case i == 0:
			if last != nil {
				a.states.Copy(carried, 0)
			}
		case !begins && f.from[i] == f.from[i-1]:
			from = f.to[i-1]
			if g == 0 {
				a.states.Copy(carried, 0)
			} else {
				a.states.Copy(g-1, g)
			}
		}
		n := int(f.to[i] - from)
		if n <= 0 {
			continue
		}
		if cap(a.groups) < n {
			a.groups = make([]uint32, n+n/2)
		}
		groups := a.groups[:n]
		for k := range groups {
			groups[k] = uint32(g)
		}
		if err := a.states.Add(a.rowsOf(from, f.to[i]), groups, n); err != nil {
			return err
		}
	}
	return nil
}

// anew adds all rows of each frame.
func (a *frameAgg) anew(lo, hi int, _ *stateCarry) error {
	a.states.Reset(hi - lo)
	var rows []int32
	var groups []uint32
	flush := func() error {
		cols := make([]*column.Column, len(a.args))
		for i, c := range a.args {
			cols[i] = column.Gather(c, rows)
		}
		err := a.states.Add(cols, groups, len(rows))
		rows, groups = rows[:0], groups[:0]
		return err
	}
	for i := lo; i < hi; i++ {
		for _, f := range a.frames {
			for j := f.from[i]; j < f.to[i]; j++ {
				rows, groups = append(rows, j), append(groups, uint32(i-lo))
				if len(rows) == 8192 {
					if err := flush(); err != nil {
						return err
					}
				}
			}
		}
	}
	if len(rows) > 0 {
		return flush()
	}
	return nil
}
