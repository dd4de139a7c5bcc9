package memory

import (
	"context"
	"sync"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// sequences are the values of sequences by OID. A sequence that nobody has
// used yet is not among them. The value of one that was dropped stays: a
// rollback may bring it back, and OIDs are not given twice.
type sequences struct {
	mu     sync.Mutex
	values map[types.OID]catalog.SequenceState
}

func (q *sequences) of(seq *catalog.Relation) catalog.SequenceState {
	if s, ok := q.values[seq.OID]; ok {
		return s
	}
	return catalog.SequenceState{Last: seq.Sequence.Start}
}

func (q *sequences) put(seq *catalog.Relation, s catalog.SequenceState) {
	if q.values == nil {
		q.values = map[types.OID]catalog.SequenceState{}
	}
	q.values[seq.OID] = s
}

func (q *sequences) SequenceState(_ context.Context, seq *catalog.Relation) (catalog.SequenceState, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.of(seq), nil
}

func (q *sequences) SetSequence(_ context.Context, seq *catalog.Relation, s catalog.SequenceState) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.put(seq, s)
	return nil
}

func (q *sequences) NextValue(_ context.Context, seq *catalog.Relation) (int64, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	s, d := q.of(seq), seq.Sequence
	next := s.Last
	if s.Called {
		next = s.Last + d.Increment
		up := d.Increment > 0
		switch {
		case up && (next > d.Max || next < s.Last): // the sum may wrap around
			if !d.Cycle {
				return 0, sqlerr.New(sqlerr.SequenceGeneratorLimitExceeded, "nextval: reached maximum value of sequence %s (%d)", sqlerr.Quote(seq.Name), d.Max)
			}
			next = d.Min
		case !up && (next < d.Min || next > s.Last):
			if !d.Cycle {
				return 0, sqlerr.New(sqlerr.SequenceGeneratorLimitExceeded, "nextval: reached minimum value of sequence %s (%d)", sqlerr.Quote(seq.Name), d.Min)
			}
			next = d.Max
		}
	}
	q.put(seq, catalog.SequenceState{Last: next, Called: true})
	return next, nil
}

// sequence is the one row that a sequence is as a relation.
func (v *view) sequence(rel *catalog.Relation) (catalog.Source, error) {
	s := catalog.SequenceState{Last: rel.Sequence.Start}
	if v.sequences != nil {
		v.sequences.mu.Lock()
		s = v.sequences.of(rel)
		v.sequences.mu.Unlock()
	}
	called := uint8(0)
	if s.Called {
		called = 1
	}
	return &catalog.Memory{Segments: []*catalog.Segment{{ID: -1, Rows: 1, Columns: []*column.Column{
		column.FromSlice(column.Int64, []int64{s.Last}),
		column.FromSlice(column.Int64, []int64{0}),
		column.FromSlice(column.Bool, []uint8{called}),
	}}}}, nil
}
