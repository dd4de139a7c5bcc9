package logical

import (
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/scalar"
)

// Rules are what a table demands of its rows, as expressions over Cols.
type Rules struct {
	Cols      []Column
	Checks    []Check
	Generated []scalar.Expr // by position in Cols; nil: not generated
	Defaults  []scalar.Expr // by position in Cols
	// Partition is what a partition's rows must meet, of all levels; nil: not one.
	// Bound is that of its own level.
	Partition []scalar.Expr
	Bound     scalar.Expr
	Indexes   []IndexRule // unique indexes over expressions or with a predicate
}

// IndexRule is the keys and the predicate of a unique index.
type IndexRule struct {
	Index types.OID
	Exprs []scalar.Expr
	Where scalar.Expr // nil: all rows
}
