package window

import (
	"github.com/inlaydb/inlay/engine/aggregate"
	"github.com/inlaydb/inlay/storage/column"
)

// tree is an aggregate's states over runs of rows: level k has one for each
// fanOut^k rows. A frame is the sum of few rows and states at its ends and of
// states of higher levels between them.
type tree struct {
	args   []*column.Column
	levels [][]*column.Column // exported states, from runs of fanOut rows up
}

const fanOut = 16

// newTree builds all levels with the help of st, whose states are lost.
func newTree(st *aggregate.States, args []*column.Column, n int) (*tree, error) {
	t := &tree{args: args}
	groups := make([]uint32, n)
	for i := range groups {
		groups[i] = uint32(i / fanOut)
	}
	nodes := (n + fanOut - 1) / fanOut
	st.Reset(max(nodes, 1))
	if err := st.Add(args, groups, n); err != nil {
		return nil, err
	}
	for {
		level := copyColumns(st.Export(0, nodes))
		t.levels = append(t.levels, level)
		if nodes <= fanOut {
			return t, nil
		}
		up := (nodes + fanOut - 1) / fanOut
		st.Reset(up)
		if err := st.Merge(level, groups[:nodes], nodes); err != nil {
			return nil, err
		}
		nodes = up
	}
}

func copyColumns(cols []*column.Column) []*column.Column {
	out := make([]*column.Column, len(cols))
	for i, c := range cols {
		c = column.Flatten(c)
		d := *c
		d.Data = alignedCopy(c.Data)
		d.Valid = append([]uint64(nil), c.Valid...)
		if c.Valid == nil {
			d.Valid = nil
		}
		d.Bufs = nil
		for _, b := range c.Bufs {
			d.Bufs = append(d.Bufs, append([]byte(nil), b...))
		}
		out[i] = &d
	}
	return out
}

func alignedCopy(b []byte) []byte {
	out := column.Alloc(len(b))
	copy(out, b)
	return out
}

// add adds to group i of st the rows from[i] up to to[i].
func (t *tree) add(st *aggregate.States, from, to []int32) error {
	lo, hi := append([]int32(nil), from...), append([]int32(nil), to...)
	for level := -1; ; level++ {
		var at []int32
		var groups []uint32
		top := level == len(t.levels)-1
		for i := range lo {
			f, e := lo[i], hi[i]
			if f >= e {
				continue
			}
			// Whole runs of the next level are left to it.
			left, right := (f+fanOut-1)/fanOut*fanOut, e/fanOut*fanOut
			if top || left >= right {
				left, right = e, e
				lo[i], hi[i] = 0, 0
			} else {
				lo[i], hi[i] = left/fanOut, right/fanOut
			}
			for j := f; j < left; j++ {
				at, groups = append(at, j), append(groups, uint32(i))
			}
			for j := right; j < e; j++ {
				at, groups = append(at, j), append(groups, uint32(i))
			}
		}
		if len(at) > 0 {
			src := t.args
			if level >= 0 {
				src = t.levels[level]
			}
			cols := make([]*column.Column, len(src))
			for i, c := range src {
				cols[i] = column.Gather(c, at)
			}
			var err error
			if level < 0 {
				err = st.Add(cols, groups, len(at))
			} else {
				err = st.Merge(cols, groups, len(at))
			}
			if err != nil {
				return err
			}
		}
		if top {
			return nil
		}
	}
}
