package ast

// Query is a whole query: WITH, a body, and the clauses that apply to the body's rows.
//
//	WITH … body ORDER BY … LIMIT … OFFSET … FOR UPDATE …
//
// A simple SELECT is a Query whose Body is a *Select; TABLE t is read as SELECT * FROM t.
type Query struct {
	Range
	With    *With
	Body    Body
	OrderBy []SortItem
	Limit   *Limit
	Offset  Expr
	Locking []Locking
}

// Limit is LIMIT n, LIMIT ALL (Count nil) or FETCH FIRST n ROWS ONLY|WITH TIES.
type Limit struct {
	Range
	Count    Expr
	WithTies bool
}

// Select is one SELECT without the clauses of Query.
type Select struct {
	Range
	Distinct   bool
	DistinctOn []Expr // DISTINCT ON (…); Distinct is set as well
	Targets    []*Target
	Into       *Into
	From       []FromItem
	Where      Expr
	GroupBy    *GroupBy
	Having     Expr
	Windows    []*WindowDef
	Qualify    Expr // extension: a filter over window functions' results
}

// Target is one member of a SELECT or RETURNING list: an expression (a *Star among
// them) and the alias, if one was given.
type Target struct {
	Range
	Value Expr
	Alias Ident // zero if none
}

// Into is SELECT … INTO [TEMP|UNLOGGED] [TABLE] name.
type Into struct {
	Range
	Persistence Persistence
	Name        Name
}

// GroupBy is the GROUP BY clause.
type GroupBy struct {
	Range
	All      bool   // extension: GROUP BY ALL without a list groups by every target without an aggregate
	Distinct bool   // GROUP BY DISTINCT: duplicate grouping sets go
	Items    []Expr // with *GroupingSet among them
}

// SetOpKind is UNION, INTERSECT or EXCEPT.
type SetOpKind int8

// The set operations.
const (
	Union SetOpKind = iota
	Intersect
	Except
)

// SetOp is left UNION|INTERSECT|EXCEPT [ALL] right.
type SetOp struct {
	Range
	OpPos       int32
	Kind        SetOpKind
	All         bool
	Left, Right Body
}

// Values is VALUES (…), (…). SetToDefault may stand for a value in an INSERT.
type Values struct {
	Range
	Rows [][]Expr
}

// With is a WITH clause.
type With struct {
	Range
	Recursive bool
	CTEs      []*CTE
}

// Materialized is the choice that a CTE leaves to the planner or takes from it.
type Materialized int8

// The choices.
const (
	MaterializedDefault Materialized = iota
	MaterializedAlways
	MaterializedNever
)

// CTE is one name AS (statement) of a WITH clause.
type CTE struct {
	Range
	Name         Ident
	Columns      []Ident
	Materialized Materialized
	Stmt         Statement // *Query, *Insert, *Update, *Delete or *Merge
	Search       *Search
	Cycle        *Cycle
}

// Search is SEARCH BREADTH|DEPTH FIRST BY columns SET column.
type Search struct {
	Range
	Breadth bool
	Columns []Ident
	Set     Ident
}

// Cycle is CYCLE columns SET mark [TO value DEFAULT default] USING path.
type Cycle struct {
	Range
	Columns     []Ident
	Mark        Ident
	To, Default Expr // nil if not given
	Path        Ident
}

// SortDirection is ASC, DESC or USING an operator.
type SortDirection int8

// The directions.
const (
	SortDefault SortDirection = iota
	SortAsc
	SortDesc
	SortUsing
)

// NullsOrder is where NULLs sort.
type NullsOrder int8

// The places for NULLs; the default is last when ascending.
const (
	NullsDefault NullsOrder = iota
	NullsFirst
	NullsLast
)

// SortItem is one member of an ORDER BY list. All is the extension ORDER BY ALL (X is nil).
type SortItem struct {
	Range
	X         Expr
	All       bool
	Direction SortDirection
	Using     Operator // for SortUsing
	Nulls     NullsOrder
}

// LockStrength is how strong FOR … locks.
type LockStrength int8

// The lock strengths, weakest first.
const (
	LockKeyShare LockStrength = iota
	LockShare
	LockNoKeyUpdate
	LockUpdate
)

// LockWait is what a locking clause does when it would wait.
type LockWait int8

// The wait policies.
const (
	LockBlock LockWait = iota
	LockNoWait
	LockSkipLocked
)

// Locking is one FOR UPDATE|SHARE|… [OF names] [NOWAIT|SKIP LOCKED].
type Locking struct {
	Range
	Strength LockStrength
	Of       []Name
	Wait     LockWait
}

// WindowDef is the specification of a window, in OVER (…) or in WINDOW name AS (…).
type WindowDef struct {
	Range
	Name        Ident // in a WINDOW clause
	Base        Ident // the window that this one refines
	PartitionBy []Expr
	OrderBy     []SortItem
	Frame       *Frame // nil: the default frame
}

// FrameMode is ROWS, RANGE or GROUPS.
type FrameMode int8

// The frame modes.
const (
	FrameRange FrameMode = iota
	FrameRows
	FrameGroups
)

// BoundKind is the kind of a frame's bound.
type BoundKind int8

// The bounds, in the order of the rows they name.
const (
	BoundUnboundedPreceding BoundKind = iota
	BoundPreceding
	BoundCurrentRow
	BoundFollowing
	BoundUnboundedFollowing
)

// FrameExclude is which rows around the current one a frame leaves out.
type FrameExclude int8

// The exclusions.
const (
	ExcludeNoOthers FrameExclude = iota
	ExcludeCurrentRow
	ExcludeGroup
	ExcludeTies
)

// Frame is a window frame. Without BETWEEN, End is BoundCurrentRow.
type Frame struct {
	Range
	Mode                   FrameMode
	Start, End             BoundKind
	StartOffset, EndOffset Expr // for BoundPreceding and BoundFollowing
	Between                bool
	Exclude                FrameExclude
}

func (*Query) statement() {}
func (*Query) body()      {}
func (*Select) body()     {}
func (*SetOp) body()      {}
func (*Values) body()     {}
