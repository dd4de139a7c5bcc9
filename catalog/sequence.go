package catalog

import (
	"context"

	"github.com/inlaydb/inlay/catalog/types"
)

// SequenceInfo is what makes a relation of kind Sequence a sequence. Its value
// is not here: it does not follow transactions.
type SequenceInfo struct {
	Type        types.OID // int2, int4 or int8
	Start       int64
	Increment   int64
	Min, Max    int64
	Cache       int64
	Cycle       bool
	OwnerTable  types.OID // OWNED BY; 0 none
	OwnerColumn int16
	Identity    bool // the owner is an identity column
}

// SequenceState is a sequence's value: the last one given or, if not Called,
// the next one.
type SequenceState struct {
	Last   int64
	Called bool
}

// Sequences keeps the values of sequences. They do not follow transactions:
// what was given once is not given again after a rollback.
type Sequences interface {
	// SequenceState is the present value.
	SequenceState(ctx context.Context, seq *Relation) (SequenceState, error)
	// NextValue advances a sequence: 2200H at its end.
	NextValue(ctx context.Context, seq *Relation) (int64, error)
	SetSequence(ctx context.Context, seq *Relation, s SequenceState) error
}
