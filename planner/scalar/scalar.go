// Package scalar holds bound expressions: every name resolved to a column id,
// every call to a function, every node typed. It is plain data; engine/eval
// compiles it, planner/rule rewrites it.
//
// Columns are named by ColumnID, unique within a statement, never by
// position: a rule may move an expression without renumbering it. A column
// whose id no input of a node provides is a correlated reference.
package scalar

import (
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/types"
)

// ColumnID names a column within one statement. 0 is none.
type ColumnID int32

// Expr is a bound scalar expression. The set of node types is closed.
// Expressions are immutable: a rewrite makes new nodes.
type Expr interface {
	Type() types.Type
	expr()
}

// Pos is a byte offset in the statement's text, for error positions; -1 none.
type Pos int32

type (
	// Column reads a column.
	Column struct {
		ID   ColumnID
		Typ  types.Type
		Name string // for EXPLAIN and messages only
		Pos  Pos    // where it was written, for the binder's messages
	}
	// Const is a literal or a folded expression.
	Const struct {
		Value types.Datum
		Typ   types.Type
		Pos   Pos
	}
	// Param is $Index (from 1). Its value is known when execution starts.
	Param struct {
		Index int
		Typ   types.Type
		Pos   Pos
	}
	// Call calls a scalar function or operator.
	Call struct {
		Fn       *function.Function
		Args     []Expr // casts to the parameter types already inserted
		Typ      types.Type
		Op       string // operator name where it was written as one
		Variadic bool   // the last argument is an array passed as VARIADIC
		Safe     bool   // proved not to fail with the values that Args can take
		Pos      Pos
	}
	// Cast converts Arg to Typ. Kernels choose the conversion by the two types.
	Cast struct {
		Arg        Expr
		Typ        types.Type
		Context    function.CastContext // explicit casts truncate varchar(n) silently
		Method     function.CastMethod
		Volatility function.Volatility // Stable where the time zone or DateStyle matters
		Fails      bool                // may raise an error for some input
		Try        bool                // TRY_CAST: NULL instead of an error
		Pos        Pos
	}
	// And and Or evaluate left to right; a later argument sees only rows that
	// earlier ones left undecided.
	And struct{ Args []Expr }
	Or  struct{ Args []Expr }
	Not struct{ Arg Expr }
	// IsNull is IS NULL, or IS NOT NULL with Not. For a row value it follows the SQL rule.
	IsNull struct {
		Arg Expr
		Not bool
	}
	// BoolTest is IS [NOT] TRUE, FALSE, UNKNOWN.
	BoolTest struct {
		Arg  Expr
		Want BoolWant
		Not  bool
	}
	// Distinct is IS DISTINCT FROM, or IS NOT DISTINCT FROM with Not. Eq compares the two sides.
	Distinct struct {
		Left, Right Expr
		Eq          *function.Function
		Not         bool
	}
	// Case is a searched CASE; the binder rewrites the simple form.
	Case struct {
		Whens []When
		Else  Expr // never nil: a NULL Const where it was left out
		Typ   types.Type
	}
	Coalesce struct {
		Args []Expr
		Typ  types.Type
	}
	NullIf struct {
		Left, Right Expr
		Eq          *function.Function
		Typ         types.Type
	}
	// MinMax is GREATEST or LEAST: NULLs are ignored.
	MinMax struct {
		Args     []Expr
		Greatest bool
		Less     *function.Function
		Typ      types.Type
	}
	// InList is Arg [NOT] IN (constants or expressions), with SQL's three-valued rule.
	InList struct {
		Arg  Expr
		List []Expr
		Eq   *function.Function
		Not  bool
	}
	// AnyArray is Arg op ANY(Array), or ALL.
	AnyArray struct {
		Arg, Array Expr
		Op         *function.Function // arguments: Arg, element
		OpName     string
		All        bool
	}
	// Array is ARRAY[…].
	Array struct {
		Elems []Expr
		Typ   types.Type
	}
	// Subscript is Arg[Index], or the slice Arg[Index:Upper]; a missing bound of a slice is nil.
	// Next holds the bounds of the next dimension, and no Arg; all dimensions have
	// slices, or none has.
	Subscript struct {
		Arg          Expr
		Index, Upper Expr
		Slice        bool
		Next         *Subscript
		Typ          types.Type
	}
	// Row is ROW(…), or with Whole a row that is a value already: a relation's
	// or that of a column. Comparisons of the first are expanded by the binder.
	Row struct {
		Fields []Expr
		Names  []string
		Typ    types.Type
		Whole  bool
	}
	// Subquery stands until decorrelation turns it into joins.
	Subquery struct {
		Kind SubqueryKind
		Plan Relation // a logical.Node
		// Any and All: Test op (each column of a row). One entry per column.
		Tests []SubqueryTest
		Typ   types.Type
		Pos   Pos
	}
	// Session is a value that the session knows: current_user, now() within
	// the transaction, … It is Stable.
	Session struct {
		Fn  *function.Function
		Typ types.Type
	}
)

// When is one arm of a Case.
type When struct{ Cond, Then Expr }

// BoolWant is what a BoolTest asks for.
type BoolWant uint8

const (
	WantTrue BoolWant = iota
	WantFalse
	WantUnknown
)

// SubqueryKind says how a subquery's rows become a value.
type SubqueryKind uint8

const (
	ScalarSubquery SubqueryKind = iota // at most one row, else 21000; none is NULL
	ExistsSubquery
	AnySubquery // also IN
	AllSubquery // also NOT IN as NOT (= ANY)
	ArraySubquery
)

// SubqueryTest compares an outer expression to a column of the subquery.
type SubqueryTest struct {
	Arg    Expr
	Column Column // of the subquery's output
	Cast   Expr   // the column cast to the operator's type where needed, else nil
	Op     *function.Function
	OpName string
}

// Relation is a logical plan inside an expression; logical.Node satisfies it.
type Relation interface {
	Relation()
	// Visit calls expr for each expression of the plan, at any depth, and
	// defined for each column that some node of it makes. Either may be nil.
	// Plans inside the expressions are not entered.
	Visit(expr func(Expr), defined func(ColumnID))
}

func (e *Column) Type() types.Type    { return e.Typ }
func (e *Const) Type() types.Type     { return e.Typ }
func (e *Param) Type() types.Type     { return e.Typ }
func (e *Call) Type() types.Type      { return e.Typ }
func (e *Cast) Type() types.Type      { return e.Typ }
func (e *And) Type() types.Type       { return boolean }
func (e *Or) Type() types.Type        { return boolean }
func (e *Not) Type() types.Type       { return boolean }
func (e *IsNull) Type() types.Type    { return boolean }
func (e *BoolTest) Type() types.Type  { return boolean }
func (e *Distinct) Type() types.Type  { return boolean }
func (e *Case) Type() types.Type      { return e.Typ }
func (e *Coalesce) Type() types.Type  { return e.Typ }
func (e *NullIf) Type() types.Type    { return e.Typ }
func (e *MinMax) Type() types.Type    { return e.Typ }
func (e *InList) Type() types.Type    { return boolean }
func (e *AnyArray) Type() types.Type  { return boolean }
func (e *Array) Type() types.Type     { return e.Typ }
func (e *Subscript) Type() types.Type { return e.Typ }
func (e *Row) Type() types.Type       { return e.Typ }
func (e *Subquery) Type() types.Type  { return e.Typ }
func (e *Session) Type() types.Type   { return e.Typ }

var boolean = types.New(types.BoolOID)

func (*Column) expr()    {}
func (*Const) expr()     {}
func (*Param) expr()     {}
func (*Call) expr()      {}
func (*Cast) expr()      {}
func (*And) expr()       {}
func (*Or) expr()        {}
func (*Not) expr()       {}
func (*IsNull) expr()    {}
func (*BoolTest) expr()  {}
func (*Distinct) expr()  {}
func (*Case) expr()      {}
func (*Coalesce) expr()  {}
func (*NullIf) expr()    {}
func (*MinMax) expr()    {}
func (*InList) expr()    {}
func (*AnyArray) expr()  {}
func (*Array) expr()     {}
func (*Subscript) expr() {}
func (*Row) expr()       {}
func (*Subquery) expr()  {}
func (*Session) expr()   {}

// Aggregate is a call of an aggregate function, in an Aggregate or Window node.
type Aggregate struct {
	Fn       *function.Function
	Args     []Expr
	Distinct bool
	Filter   Expr // nil: none
	OrderBy  []SortKey
	Direct   []Expr // ordered-set aggregates: the direct arguments (percentile fractions)
	Typ      types.Type
	Pos      Pos
}

// SortKey is one key of an ORDER BY. NULL placement is always explicit.
type SortKey struct {
	Expr       Expr
	Desc       bool
	NullsFirst bool
}

// WindowCall is a window function or an aggregate used as one.
type WindowCall struct {
	Agg         *Aggregate // its Fn.Class is Window or Aggregate
	Partition   []Expr
	Order       []SortKey
	Frame       Frame
	IgnoreNulls bool
}

// FrameUnit is how frame bounds count.
type FrameUnit uint8

const (
	Range FrameUnit = iota
	Rows
	Groups
)

// BoundKind is one end of a frame.
type BoundKind uint8

const (
	UnboundedPreceding BoundKind = iota
	Preceding
	CurrentRow
	Following
	UnboundedFollowing
)

// Exclusion is what EXCLUDE leaves out of the frame.
type Exclusion uint8

const (
	ExcludeNone Exclusion = iota
	ExcludeCurrentRow
	ExcludeGroup
	ExcludeTies
)

// Frame is a window frame. RANGE with offsets carries the functions that
// add and subtract the offset from the order key.
type Frame struct {
	Unit                   FrameUnit
	Start, End             BoundKind
	StartOffset, EndOffset Expr // nil where the bound has none; no column references
	Exclude                Exclusion
	// RANGE offsets: bounds computed as columns by the binder: key ± offset.
	StartBound, EndBound Expr
}
