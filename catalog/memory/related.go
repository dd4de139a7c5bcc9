package memory

import (
	"sort"
	"sync"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/types"
)

// related says which relations of a state belong to which table. It is made
// when first asked and lasts until schemas or relations change: states that
// differ in rows alone share it.
type related struct {
	once                                      sync.Once
	indexes, referencing, sequences, children map[types.OID][]*catalog.Relation
}

func (s *state) relatedMaps() *related {
	s.related.once.Do(func() {
		r := s.related
		r.indexes, r.referencing = map[types.OID][]*catalog.Relation{}, map[types.OID][]*catalog.Relation{}
		r.sequences, r.children = map[types.OID][]*catalog.Relation{}, map[types.OID][]*catalog.Relation{}
		oids := make([]types.OID, 0, len(s.tables))
		for oid := range s.tables {
			oids = append(oids, oid)
		}
		sort.Slice(oids, func(i, j int) bool { return oids[i] < oids[j] })
		for _, oid := range oids {
			rel := s.tables[oid].rel
			switch {
			case rel.Index != nil:
				r.indexes[rel.Index.Table] = append(r.indexes[rel.Index.Table], rel)
			case rel.Sequence != nil && rel.Sequence.OwnerTable != 0:
				r.sequences[rel.Sequence.OwnerTable] = append(r.sequences[rel.Sequence.OwnerTable], rel)
			}
			seen := map[types.OID]bool{}
			for i := range rel.Constraints {
				if c := &rel.Constraints[i]; c.Kind == 'f' && !seen[c.RefRelation] {
					seen[c.RefRelation] = true
					r.referencing[c.RefRelation] = append(r.referencing[c.RefRelation], rel)
				}
			}
			for _, p := range rel.Parents {
				r.children[p] = append(r.children[p], rel)
			}
		}
		for _, list := range r.indexes {
			sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
		}
	})
	return s.related
}

// both joins what the shared and the temporary relations have to say.
func (v *view) both(of func(*related) []*catalog.Relation) []*catalog.Relation {
	a, b := of(v.shared.relatedMaps()), of(v.temp.relatedMaps())
	if len(a) == 0 {
		return b
	}
	if len(b) == 0 {
		return a
	}
	return append(a[:len(a):len(a)], b...)
}

func (v *view) Indexes(table types.OID) []*catalog.Relation {
	return v.both(func(r *related) []*catalog.Relation { return r.indexes[table] })
}

func (v *view) Referencing(table types.OID) []*catalog.Relation {
	return v.both(func(r *related) []*catalog.Relation { return r.referencing[table] })
}

func (v *view) OwnedSequences(table types.OID) []*catalog.Relation {
	return v.both(func(r *related) []*catalog.Relation { return r.sequences[table] })
}

func (v *view) Children(table types.OID) []*catalog.Relation {
	return v.both(func(r *related) []*catalog.Relation { return r.children[table] })
}
