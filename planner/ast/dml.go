package ast

// Overriding is OVERRIDING USER|SYSTEM VALUE.
type Overriding int8

// The choices of OVERRIDING.
const (
	OverridingNone Overriding = iota
	OverridingUser
	OverridingSystem
)

// ColumnTarget is what INSERT or UPDATE assigns to: a column, or through Path a field or
// element of it.
type ColumnTarget struct {
	Range
	Name Ident
	// Path is the column with its subscripts and fields as an expression whose
	// innermost operand is a ColumnRef to Name; nil for a plain column.
	Path Expr
}

// Insert is INSERT INTO.
type Insert struct {
	Range
	With       *With
	Into       *Relation
	Columns    []ColumnTarget // nil if no list was given
	Overriding Overriding
	Source     *Query // nil for DEFAULT VALUES
	OnConflict *OnConflict
	Returning  *Returning
}

// OnConflict is ON CONFLICT [target] DO NOTHING|UPDATE.
type OnConflict struct {
	Range
	Constraint Ident          // ON CONSTRAINT name
	Target     []IndexElement // the inferred index's elements
	TargetPred Expr           // its WHERE
	Update     bool           // DO UPDATE; else DO NOTHING
	Set        []SetClause
	Where      Expr
}

// Returning is RETURNING [WITH (OLD AS o, NEW AS n)] list.
type Returning struct {
	Range
	Old, New Ident // zero if not renamed
	Targets  []*Target
}

// SetClause is one assignment: column = value, or (columns) = row or query.
type SetClause struct {
	Range
	Columns []ColumnTarget
	Multi   bool // the parenthesised form, even of one column
	Value   Expr
}

// Update is UPDATE.
type Update struct {
	Range
	With      *With
	Table     *Relation
	Set       []SetClause
	From      []FromItem
	Where     Expr
	Returning *Returning
}

// Delete is DELETE FROM.
type Delete struct {
	Range
	With      *With
	Table     *Relation
	Using     []FromItem
	Where     Expr
	Returning *Returning
}

// Merge is MERGE INTO target USING source ON condition WHEN ….
type Merge struct {
	Range
	With      *With
	Target    *Relation
	Source    FromItem
	On        Expr
	Whens     []MergeWhen
	Returning *Returning
}

// MergeMatch is which pairs of rows a WHEN clause is about.
type MergeMatch int8

// The kinds of matches.
const (
	MergeMatched MergeMatch = iota
	MergeNotMatchedBySource
	MergeNotMatchedByTarget
)

// MergeAction is what a WHEN clause does.
type MergeAction int8

// The actions.
const (
	MergeDoNothing MergeAction = iota
	MergeInsert
	MergeUpdate
	MergeDelete
)

// MergeWhen is one WHEN [NOT] MATCHED [AND …] THEN … clause.
type MergeWhen struct {
	Range
	Match      MergeMatch
	And        Expr
	Action     MergeAction
	Set        []SetClause    // MergeUpdate
	Columns    []ColumnTarget // MergeInsert
	Overriding Overriding
	Values     []Expr // MergeInsert; nil for DEFAULT VALUES
}

// Truncate is TRUNCATE [TABLE] names.
type Truncate struct {
	Range
	Tables          []*Relation
	RestartIdentity bool
	Cascade         bool
}

func (*Insert) statement()   {}
func (*Update) statement()   {}
func (*Delete) statement()   {}
func (*Merge) statement()    {}
func (*Truncate) statement() {}
