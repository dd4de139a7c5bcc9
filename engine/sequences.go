package engine

import (
	"sync"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
)

// sessionSequences is what a session remembers of the sequences it has used.
type sessionSequences struct {
	mu     sync.Mutex // workers of one statement may ask at the same time
	values map[types.OID]int64
	last   types.OID // the sequence that lastval() is about
}

func (q *sessionSequences) set(oid types.OID, v int64, last bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.values == nil {
		q.values = map[types.OID]int64{}
	}
	q.values[oid] = v
	if last {
		q.last = oid
	}
}

func (q *sessionSequences) forget() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.values, q.last = nil, 0
}

// sequence finds a sequence for one of its functions.
func (x *effects) sequence(oid types.OID) (*catalog.Relation, error) {
	rel, ok := x.view.RelationByOID(oid)
	if !ok {
		return nil, sqlerr.New(sqlerr.UndefinedTable, "could not open relation with OID %d", oid)
	}
	if rel.Sequence == nil {
		return nil, sqlerr.New(sqlerr.WrongObjectType, "%s is not a sequence", sqlerr.Quote(rel.Name))
	}
	return rel, nil
}

func (x *effects) writable(name string, rel *catalog.Relation) error {
	if !rel.Temporary && x.s.readOnly() {
		return sqlerr.New(sqlerr.ReadOnlySQLTransaction, "cannot execute %s() in a read-only transaction", name)
	}
	return nil
}

// NextVal is nextval().
func (x *effects) NextVal(oid types.OID) (int64, error) {
	rel, err := x.sequence(oid)
	if err != nil {
		return 0, err
	}
	if err := x.writable("nextval", rel); err != nil {
		return 0, err
	}
	v, err := x.txn.Sequences().NextValue(x.ctx, rel)
	if err == nil {
		x.s.sequences.set(oid, v, true)
	}
	return v, err
}

// CurrVal is currval().
func (x *effects) CurrVal(oid types.OID) (int64, error) {
	rel, err := x.sequence(oid)
	if err != nil {
		return 0, err
	}
	q := &x.s.sequences
	q.mu.Lock()
	defer q.mu.Unlock()
	v, ok := q.values[oid]
	if !ok {
		return 0, sqlerr.New(sqlerr.ObjectNotInPrerequisiteState, "currval of sequence %s is not yet defined in this session", sqlerr.Quote(rel.Name))
	}
	return v, nil
}

// LastVal is lastval().
func (x *effects) LastVal() (int64, error) {
	q := &x.s.sequences
	q.mu.Lock()
	defer q.mu.Unlock()
	_, there := x.view.RelationByOID(q.last)
	if q.last == 0 || !there {
		return 0, sqlerr.New(sqlerr.ObjectNotInPrerequisiteState, "lastval is not yet defined in this session")
	}
	return q.values[q.last], nil
}

// SetVal is setval().
func (x *effects) SetVal(oid types.OID, v int64, called bool) (int64, error) {
	rel, err := x.sequence(oid)
	if err != nil {
		return 0, err
	}
	if err := x.writable("setval", rel); err != nil {
		return 0, err
	}
	if v < rel.Sequence.Min || v > rel.Sequence.Max {
		return 0, sqlerr.New(sqlerr.NumericValueOutOfRange, "setval: value %d is out of bounds for sequence %s (%d..%d)", v, sqlerr.Quote(rel.Name), rel.Sequence.Min, rel.Sequence.Max)
	}
	if err := x.txn.Sequences().SetSequence(x.ctx, rel, catalog.SequenceState{Last: v, Called: called}); err != nil {
		return 0, err
	}
	if called {
		x.s.sequences.set(oid, v, false)
	}
	return v, nil
}
