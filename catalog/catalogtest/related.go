package catalogtest

import (
	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/types"
)

// Indexes are those of a table's keys.
func (v *View) Indexes(table types.OID) []*catalog.Relation {
	rel, ok := v.byOID[table]
	if !ok {
		return nil
	}
	var out []*catalog.Relation
	for i, c := range rel.Constraints {
		if c.Kind != 'p' && c.Kind != 'u' {
			continue
		}
		info := &catalog.IndexInfo{Table: table, Method: "btree", Unique: true, Primary: c.Kind == 'p', Constraint: true}
		for _, a := range c.Columns {
			info.Keys = append(info.Keys, catalog.IndexKey{Attnum: a})
		}
		out = append(out, &catalog.Relation{OID: table + types.OID(i+1)<<20, Schema: rel.Schema, Name: c.Name, Kind: catalog.Index, Index: info})
	}
	return out
}

// Referencing is part of catalog.Related.
func (v *View) Referencing(types.OID) []*catalog.Relation { return nil }

// OwnedSequences is part of catalog.Related.
func (v *View) OwnedSequences(types.OID) []*catalog.Relation { return nil }

// Children is part of catalog.Related.
func (v *View) Children(types.OID) []*catalog.Relation { return nil }
