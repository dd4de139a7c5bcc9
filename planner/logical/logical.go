// Package logical holds bound logical plans: relational algebra over column
// ids. Nodes are plain data and immutable; a rule makes new nodes.
//
// Schema lists a node's output columns in order. Ids are unique in a
// statement: two scans of one table have different ids, and what passes
// through a node keeps its id. A node may refer to ids that none of its
// inputs provide: those are correlated references to an enclosing query and
// must be gone once decorrelation has run.
package logical

import (
	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/scalar"
)

// Column is one output column of a node.
type Column struct {
	ID      scalar.ColumnID
	Name    string
	Type    types.Type
	NotNull bool
	// Base column it comes from unchanged, for RowDescription; 0 where computed.
	Rel    types.OID
	Attnum int16
}

// Ref is an expression that reads c.
func (c Column) Ref() *scalar.Column {
	return &scalar.Column{ID: c.ID, Typ: c.Type, Name: c.Name}
}

// Node is a relational operator. The set is closed.
type Node interface {
	scalar.Relation
	Schema() []Column
	Inputs() []Node
	// WithInputs is a copy with other inputs, which must provide the columns
	// that the node uses.
	WithInputs(in []Node) Node
}

// Leaf is embedded by nodes without inputs.
type relation struct{}

func (relation) Relation() {}

// Scan reads a relation. Filter is what rules pushed into it: all must be
// true; the scan prunes by what it can and evaluates the rest.
type Scan struct {
	relation
	Rel    *catalog.Relation
	Source catalog.Source
	Alias  string
	Cols   []Column // the columns read, a subset of Rel.Columns by Attnum
	RowID  *Column  // hidden row identity, nil where not wanted
	Filter []scalar.Expr
}

// Values is constant rows. Rows may be empty. Expressions refer to no column of this query level.
type Values struct {
	relation
	Cols []Column
	Rows [][]scalar.Expr
}

// Project computes columns. Exprs match Cols; a column that only passes
// through is a *scalar.Column of the same id.
type Project struct {
	relation
	Input Node
	Cols  []Column
	Exprs []scalar.Expr
}

// Filter keeps rows for which all predicates are true, evaluated in order.
type Filter struct {
	relation
	Input Node
	Preds []scalar.Expr
}

// JoinKind says which rows of which side come out.
type JoinKind uint8

const (
	Inner JoinKind = iota
	Left           // all of the left side
	Right
	Full
	Semi   // rows of the left side with a match
	Anti   // rows of the left side without a match
	Mark   // all of the left side once, and Mark: true, false or NULL as IN has it
	Single // all of the left side; more than one match is 21000
)

// Join joins Left and Right. Schema: Left's columns, then Right's (none for
// Semi, Anti), then MarkCol (Mark).
type Join struct {
	relation
	Kind        JoinKind
	Left, Right Node
	On          []scalar.Expr // all must be true; none: cross join
	MarkCol     *Column
	// NullAware: Anti as NOT IN has it, Mark as IN has it: NULL keys on either
	// side make the answer unknown. Without it NULL keys just do not match.
	NullAware bool
	// Lateral: Right may refer to Left's columns. Gone once decorrelated.
	Lateral bool
}

// AggItem is one aggregate and its output column.
type AggItem struct {
	Col Column
	Agg *scalar.Aggregate
}

// Aggregate groups by Keys (columns of Input) and computes Aggs. Without keys
// there is one group, also over no rows. Schema: Keys, Aggs, then SetCol.
type Aggregate struct {
	relation
	Input Node
	Keys  []Column // ids of Input's columns; NULL in rows of sets that leave them out
	Aggs  []AggItem
	// Sets are grouping sets as indexes into Keys; nil: one set of all keys.
	// With more than one set Keys get fresh ids, KeyFrom holds the input's.
	Sets    [][]int
	KeyFrom []scalar.ColumnID
	SetCol  *Column // int8: position in Sets that a row belongs to; GROUPING() is computed from it
}

// WindowItem is one window function and its output column.
type WindowItem struct {
	Col  Column
	Call *scalar.WindowCall
}

// Window computes window functions over Input. Schema: Input's, then Items'.
type Window struct {
	relation
	Input Node
	Items []WindowItem
}

// Sort orders rows; equal rows come in any order.
type Sort struct {
	relation
	Input Node
	Keys  []scalar.SortKey
}

// Limit passes Count rows after the first Offset; nil: all, none. WithTies
// needs Input to be a Sort and passes rows equal to the last as well.
type Limit struct {
	relation
	Input         Node
	Count, Offset scalar.Expr
	WithTies      bool
}

// Distinct drops duplicate rows. With On, it keeps for each combination of On
// the first row by Order.
type Distinct struct {
	relation
	Input Node
	On    []scalar.ColumnID // nil: all columns
	Order []scalar.SortKey  // with On
}

// SetKind is UNION, INTERSECT or EXCEPT.
type SetKind uint8

const (
	Union SetKind = iota
	Intersect
	Except
)

// SetOp combines rows by position. Left and Right have as many columns of the
// same types as Cols.
type SetOp struct {
	relation
	Kind        SetKind
	All         bool
	Left, Right Node
	Cols        []Column
}

// CTEID names a common table expression within a statement.
type CTEID int32

// With evaluates Plan at most once for all CTERefs of ID in Body.
type With struct {
	relation
	ID           CTEID
	Name         string
	Plan         Node
	Body         Node
	Materialized int8 // 1 MATERIALIZED, -1 NOT MATERIALIZED, 0 by cost
}

// CTERef reads the rows of a With or of a Recursive's working table. From
// matches Cols: ids of the CTE's own columns.
type CTERef struct {
	relation
	ID   CTEID
	Name string
	Cols []Column
	From []scalar.ColumnID
}

// Recursive is WITH RECURSIVE: Base's rows, then Step's over the last
// iteration's rows (a CTERef of ID inside Step), until there are none. With
// Distinct (UNION) rows seen before are dropped.
type Recursive struct {
	relation
	ID         CTEID
	Name       string
	Base, Step Node
	Cols       []Column
	Distinct   bool
}

// TableFunc calls set-returning functions once per input row: SELECT-list
// functions (ProjectSet) and functions in FROM, lateral ones included. Several
// calls run in lockstep, shorter ones give NULL. Schema: Input's, then Cols.
type TableFunc struct {
	relation
	Input      Node // one empty row (Values) where there is nothing before it
	Calls      []TableCall
	Ordinality *Column // WITH ORDINALITY
	Outer      bool    // LEFT JOIN LATERAL: a row without results still comes out once
}

// TableCall is one call of a TableFunc.
type TableCall struct {
	Fn   *function.Function
	Args []scalar.Expr
	Cols []Column
}

// Insert appends Input's rows. Input's columns match Rel.Columns.
type Insert struct {
	relation
	Rel       *catalog.Relation
	Input     Node
	Checks    []Check
	Returning []Column // nil: none; Exprs over Input's columns
	Exprs     []scalar.Expr
	Conflict  *Conflict
}

// Check is a NOT NULL or CHECK constraint to hold for each new row.
type Check struct {
	Expr       scalar.Expr // must not be false
	Column     string      // NOT NULL: the column
	Constraint string      // CHECK: its name
	View       string      // WITH CHECK OPTION: the view
	Partition  bool        // the bounds of a partition
}

// Conflict is ON CONFLICT.
type Conflict struct {
	Index              types.OID // the unique index whose conflicts are meant; 0: any
	Nothing            bool
	Set                []scalar.Expr // by position in Rel.Columns; may read Existing and Excluded columns
	Where              scalar.Expr
	Existing, Excluded []Column
}

// Update replaces rows. Input provides RowID, the new value of every column
// of Rel (New), and whatever Exprs read.
type Update struct {
	relation
	Rel       *catalog.Relation
	Input     Node
	RowID     scalar.ColumnID
	New       []scalar.ColumnID
	Changed   []bool // by position: whether the statement assigns the column
	Checks    []Check
	Returning []Column
	Exprs     []scalar.Expr
}

// Delete removes rows. Input provides RowID.
type Delete struct {
	relation
	Rel       *catalog.Relation
	Input     Node
	RowID     scalar.ColumnID
	Returning []Column
	Exprs     []scalar.Expr
}
