package catalog

import "github.com/inlaydb/inlay/catalog/types"

// IndexInfo is what makes a relation of kind Index an index. Keys and unique
// constraints have one each, of their name. An index is a fact of the catalog:
// it says what is unique, and costs nothing to keep.
type IndexInfo struct {
	Table            types.OID
	Method           string // "btree"
	Unique           bool
	Primary          bool
	Constraint       bool // belongs to the table's constraint of the same name
	NullsNotDistinct bool
	Keys             []IndexKey
	Include          []int16 // attnums
	Where            string  // SQL text of a partial index's predicate
}

// IndexKey is one column of an index.
type IndexKey struct {
	Attnum     int16  // 0: an expression
	Expr       string // its SQL text
	Descending bool
	NullsFirst bool
	OpClass    string // as written, "" for the type's own
	Collation  string // as written, "" for the column's own
}

// Plain says whether an index is over columns alone, without a predicate.
func (x *IndexInfo) Plain() bool {
	for _, k := range x.Keys {
		if k.Attnum == 0 {
			return false
		}
	}
	return x.Where == ""
}

// ColumnByAttnum is the position of a live column, -1 if it is gone.
func (r *Relation) ColumnByAttnum(att int16) int {
	for i := range r.Columns {
		if r.Columns[i].Attnum == att {
			return i
		}
	}
	return -1
}
