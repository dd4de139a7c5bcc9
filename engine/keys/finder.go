package keys

import (
	"context"
	"fmt"
	"strings"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/kernel"
	"github.com/inlaydb/inlay/storage/column"
)

// Key is columns of a table that rows are found by.
type Key struct {
	Name       string // unlike that of any other key of the table, now or before
	Types      []types.Type
	NullsEqual bool // a NULL equals a NULL; else rows with one are not found
	// Columns makes the key's columns of a segment, of kinds Types[i].Kind(); keep
	// marks the rows that are in the index, nil: all.
	Columns func(seg *catalog.Segment) (cols []*column.Column, keep []uint64, err error)
}

// Plain is a key over columns of a table, by position.
func Plain(rel *catalog.Relation, positions []int) *Key {
	k := &Key{Name: "columns" + strings.Trim(strings.ReplaceAll(fmt.Sprint(positions), " ", ","), "[]")}
	for _, p := range positions {
		k.Types = append(k.Types, rel.Columns[p].Type)
	}
	k.Columns = func(seg *catalog.Segment) ([]*column.Column, []uint64, error) {
		cols := make([]*column.Column, len(positions))
		for i, p := range positions {
			cols[i] = seg.Columns[p]
		}
		return k.Comparable(cols), nil, nil
	}
	return k
}

// Comparable is columns in the form in which equal values are equal: without
// the blanks at the end of character(n).
func (k *Key) Comparable(cols []*column.Column) []*column.Column {
	out := make([]*column.Column, len(cols))
	for i, c := range cols {
		if k.Types[i].OID == types.BPCharOID {
			c = kernel.TrimColumn(c)
		}
		out[i] = c
	}
	return out
}

// Finder finds rows of one table, as a view has it, by a key.
type Finder struct {
	key      *Key
	compare  []kernel.CompareFunc
	segments []*catalog.Segment
	made     []*chains
}

// NewFinder makes a finder over a table's rows in v.
func NewFinder(ctx context.Context, v catalog.View, rel *catalog.Relation, key *Key) (*Finder, error) {
	src, err := v.Source(ctx, rel)
	if err != nil {
		return nil, err
	}
	m, ok := src.(*catalog.Memory)
	if !ok {
		return nil, fmt.Errorf("relation %s has no rows that can be found by key", rel.Name)
	}
	f := &Finder{key: key, segments: m.Segments, made: make([]*chains, len(m.Segments))}
	for _, t := range key.Types {
		f.compare = append(f.compare, kernel.Comparer(t))
	}
	return f, nil
}

// Probe is keys to look for: comparable columns and their rows' hashes.
type Probe struct {
	Cols   []*column.Column
	hashes []uint64
}

// NewProbe prepares n keys; cols have the kinds of the key's types.
func (k *Key) NewProbe(cols []*column.Column, n int) *Probe {
	p := &Probe{Cols: k.Comparable(cols)}
	p.hashes = hashes(p.Cols, n)
	return p
}

// Hash is the hash of one key; equal keys hash alike.
func (p *Probe) Hash(row int) uint64 { return p.hashes[row] }

// Null says whether a key has a NULL.
func (p *Probe) Null(row int) bool { return anyNull(p.Cols, row) }

// Each calls f for each row whose key equals the probe's at row, until f gives
// false.
func (f *Finder) Each(p *Probe, row int, each func(catalog.RowID) bool) error {
	if !f.key.NullsEqual && p.Null(row) {
		return nil
	}
	h := p.hashes[row]
	for i, seg := range f.segments {
		c := f.made[i]
		if c == nil {
			var err error
			if c, err = chainsOf(seg, f.key.Name, f.key.NullsEqual, f.key.Columns); err != nil {
				return err
			}
			f.made[i] = c
		}
		for r := c.heads[h&uint64(len(c.heads)-1)]; r >= 0; r = c.next[r] {
			if c.hashes[r] != h || seg.Deleted != nil && column.Bit(seg.Deleted, int(r)) || !f.equal(c.cols, int(r), p.Cols, row) {
				continue
			}
			if !each(catalog.RowID{Segment: seg.ID, Position: int64(r)}) {
				return nil
			}
		}
	}
	return nil
}

// Count counts the rows with a key, up to limit.
func (f *Finder) Count(p *Probe, row, limit int) (int, error) {
	n := 0
	err := f.Each(p, row, func(catalog.RowID) bool { n++; return n < limit })
	return n, err
}

// Equal compares two keys.
func (f *Finder) Equal(a *Probe, i int, b *Probe, j int) bool { return f.equal(a.Cols, i, b.Cols, j) }

func (f *Finder) equal(a []*column.Column, i int, b []*column.Column, j int) bool {
	for k, cmp := range f.compare {
		x, y := a[k].IsNull(i), b[k].IsNull(j)
		if x || y {
			if x && y && f.key.NullsEqual {
				continue
			}
			return false
		}
		if cmp(a[k], i, b[k], j) != 0 {
			return false
		}
	}
	return true
}

// Rows reads rows of a table by identity: its columns, in the order of ids.
func Rows(ctx context.Context, v catalog.View, rel *catalog.Relation, ids []catalog.RowID) ([]*column.Column, error) {
	src, err := v.Source(ctx, rel)
	if err != nil {
		return nil, err
	}
	m, ok := src.(*catalog.Memory)
	if !ok {
		return nil, fmt.Errorf("relation %s has no rows that can be found by identity", rel.Name)
	}
	at := make(map[int64]*catalog.Segment, len(m.Segments))
	for _, s := range m.Segments {
		at[s.ID] = s
	}
	builders := make([]*kernel.Builder, len(rel.Columns))
	for i := range builders {
		builders[i] = kernel.NewBuilder(rel.Columns[i].Type.Kind())
	}
	for lo := 0; lo < len(ids); {
		seg, hi := at[ids[lo].Segment], lo
		if seg == nil {
			return nil, fmt.Errorf("row %v of %s is not there", ids[lo], rel.Name)
		}
		var sel []int32
		for hi < len(ids) && ids[hi].Segment == ids[lo].Segment {
			sel = append(sel, int32(ids[hi].Position))
			hi++
		}
		for i, b := range builders {
			b.Append(seg.Columns[i], sel)
		}
		lo = hi
	}
	out := make([]*column.Column, len(builders))
	for i, b := range builders {
		out[i] = b.Column()
	}
	return out, nil
}
