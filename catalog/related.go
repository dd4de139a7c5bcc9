package catalog

import "github.com/inlaydb/inlay/catalog/types"

// Related finds the relations that belong to or point to a table. Views that
// can tell without looking at every relation implement it.
type Related interface {
	// Indexes are a table's indexes, by name.
	Indexes(table types.OID) []*Relation
	// Referencing are the tables with foreign keys to a table, by OID.
	Referencing(table types.OID) []*Relation
	// OwnedSequences are the sequences that columns of a table own, by OID.
	OwnedSequences(table types.OID) []*Relation
	// Children are the tables that inherit from a table, by OID.
	Children(table types.OID) []*Relation
}

// Wrapper is a view that adds to another.
type Wrapper interface{ Inner() View }

// RelatedOf is what v, or the view that it wraps, can tell; a view without the
// ability knows of nothing.
func RelatedOf(v View) Related {
	for {
		if r, ok := v.(Related); ok {
			return r
		}
		w, ok := v.(Wrapper)
		if !ok {
			return unrelated{}
		}
		v = w.Inner()
	}
}

type unrelated struct{}

func (unrelated) Indexes(types.OID) []*Relation        { return nil }
func (unrelated) Referencing(types.OID) []*Relation    { return nil }
func (unrelated) OwnedSequences(types.OID) []*Relation { return nil }
func (unrelated) Children(types.OID) []*Relation       { return nil }
