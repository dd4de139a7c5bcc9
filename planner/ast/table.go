package ast

// Persistence is how long a relation lives and how safely it is kept.
type Persistence int8

// The kinds of persistence.
const (
	Permanent Persistence = iota
	Temporary
	Unlogged
)

// OnCommit is what becomes of a temporary table's rows at commit.
type OnCommit int8

// The choices of ON COMMIT.
const (
	OnCommitNone OnCommit = iota
	OnCommitPreserveRows
	OnCommitDeleteRows
	OnCommitDrop
)

// CreateTable is CREATE TABLE and, with Server, CREATE FOREIGN TABLE.
type CreateTable struct {
	Range
	Persistence Persistence
	OrReplace   bool // extension
	IfNotExists bool
	Name        Name
	OfType      *TypeName      // OF type
	Elements    []TableElement // columns, constraints, LIKE, in the order written
	Inherits    []Name
	PartitionOf *Name
	Bound       *PartitionBound // of PARTITION OF
	PartitionBy *PartitionSpec
	Using       Ident // access method
	With        []Option
	OnCommit    OnCommit
	Tablespace  Ident

	Foreign bool
	Server  Ident
	Options []Option // of a foreign table
}

// TableElement is *ColumnDef, *Constraint or *LikeClause.
type TableElement interface {
	Node
	tableElement()
}

// ColumnDef is a column's definition. Type is nil in CREATE TABLE … OF and PARTITION OF.
type ColumnDef struct {
	Range
	Name        Ident
	Type        *TypeName
	Collation   *Name
	Constraints []*Constraint
	Options     []Option // of a foreign table's column
	Storage     Ident
	Compression Ident
}

// LikeClause is LIKE source INCLUDING|EXCLUDING ….
type LikeClause struct {
	Range
	Source    Name
	Including []Ident // lower case: "defaults", "all"
	Excluding []Ident
}

// ConstraintKind is the kind of a constraint, or of what Postgres's grammar treats as one.
type ConstraintKind int8

// The kinds of constraints.
const (
	ConstraintNotNull ConstraintKind = iota
	ConstraintNull
	ConstraintDefault   // Expr
	ConstraintGenerated // Expr
	ConstraintIdentity  // Always, Sequence
	ConstraintCheck     // Expr
	ConstraintPrimaryKey
	ConstraintUnique
	ConstraintForeignKey
	ConstraintExclude
)

// FKAction is what a foreign key does on delete or update.
type FKAction int8

// The actions.
const (
	FKNoAction FKAction = iota
	FKRestrict
	FKCascade
	FKSetNull
	FKSetDefault
)

// FKMatch is the MATCH of a foreign key.
type FKMatch int8

// The kinds of MATCH.
const (
	FKMatchSimple FKMatch = iota
	FKMatchFull
	FKMatchPartial
)

// Constraint is a column's or a table's constraint.
type Constraint struct {
	Range
	Kind    ConstraintKind
	Name    Ident
	Expr    Expr // default, generated, check
	Columns []Ident

	Always   bool // GENERATED ALWAYS (identity and expressions)
	Stored   bool // generated expression: STORED (else VIRTUAL)
	Sequence []SequenceOption

	NullsNotDistinct bool
	WithoutOverlaps  bool // the last column is WITHOUT OVERLAPS, or PERIOD in a foreign key
	Include          []Ident
	With             []Option
	Tablespace       Ident
	UsingIndex       Ident

	RefTable           *Name
	RefColumns         []Ident
	RefPeriod          bool
	Match              FKMatch
	OnDelete, OnUpdate FKAction
	OnDeleteColumns    []Ident // SET NULL (columns)

	ExcludeUsing    Ident
	ExcludeElements []ExcludeElement
	ExcludeWhere    Expr

	Deferrable        bool
	NotDeferrable     bool
	InitiallyDeferred bool
	NotValid          bool
	NoInherit         bool
	NotEnforced       bool
}

// ExcludeElement is element WITH operator of an EXCLUDE constraint.
type ExcludeElement struct {
	Element IndexElement
	Op      Operator
}

// PartitionSpec is PARTITION BY strategy (elements).
type PartitionSpec struct {
	Range
	Strategy Ident
	Elements []IndexElement
}

// PartitionBound is FOR VALUES … or DEFAULT.
type PartitionBound struct {
	Range
	Default            bool
	In                 []Expr
	From, To           []Expr
	Modulus, Remainder int64 // of a hash partition, when In and From are nil
}

// CreateTableAs is CREATE TABLE … AS and, with Materialized, CREATE MATERIALIZED VIEW.
type CreateTableAs struct {
	Range
	Materialized bool
	OrReplace    bool // extension
	Persistence  Persistence
	IfNotExists  bool
	Name         Name
	Columns      []Ident
	Using        Ident
	With         []Option
	OnCommit     OnCommit
	Tablespace   Ident
	Query        Statement // *Query, or *Execute
	NoData       bool
}

// CreateView is CREATE VIEW.
type CreateView struct {
	Range
	OrReplace   bool
	Persistence Persistence
	Recursive   bool
	IfNotExists bool // extension
	Name        Name
	Columns     []Ident
	With        []Option
	Query       *Query
	Check       ViewCheck
}

// ViewCheck is WITH [LOCAL|CASCADED] CHECK OPTION.
type ViewCheck int8

// The choices of CHECK OPTION.
const (
	ViewCheckNone ViewCheck = iota
	ViewCheckLocal
	ViewCheckCascaded
)

// Refresh is REFRESH MATERIALIZED VIEW.
type Refresh struct {
	Range
	Concurrently bool
	Name         Name
	NoData       bool
}

// IndexElement is a column or expression of an index, or of an ON CONFLICT target.
type IndexElement struct {
	Range
	Name          Ident // or
	X             Expr
	Collation     *Name
	OpClass       *Name
	OpClassParams []Option
	Direction     SortDirection
	Nulls         NullsOrder
}

// CreateIndex is CREATE INDEX.
type CreateIndex struct {
	Range
	Unique           bool
	Concurrently     bool
	IfNotExists      bool
	Name             Ident // zero if Postgres is to choose
	Table            *Relation
	Using            Ident
	Elements         []IndexElement
	Include          []IndexElement
	NullsNotDistinct bool
	With             []Option
	Tablespace       Ident
	Where            Expr
}

func (*ColumnDef) tableElement()  {}
func (*Constraint) tableElement() {}
func (*LikeClause) tableElement() {}

func (*CreateTable) statement()   {}
func (*CreateTableAs) statement() {}
func (*CreateView) statement()    {}
func (*Refresh) statement()       {}
func (*CreateIndex) statement()   {}
