package ast

// Relation is a table, view or CTE by name, or a file by path.
type Relation struct {
	Range
	Name  Name
	Only  bool // ONLY t: without inheritors
	Path  bool // extension: written as a string, FROM 'x.parquet'; the only part of Name holds it
	Alias *Alias
	// Sample is TABLESAMPLE, nil if absent.
	Sample *TableSample
}

// Alias is [AS] name [(columns)], or for functions [AS] [name] (column definitions).
type Alias struct {
	Range
	Name       Ident // zero for a function's bare AS (definitions)
	Columns    []Ident
	ColumnDefs []*ColumnDef
}

// TableSample is TABLESAMPLE method (args) [REPEATABLE (seed)].
type TableSample struct {
	Range
	Method     Name
	Args       []Expr
	Repeatable Expr
}

// SubqueryRef is [LATERAL] (query) alias. Alias may be nil, as in Postgres 16.
type SubqueryRef struct {
	Range
	Lateral bool
	Query   *Query
	Alias   *Alias
}

// FunctionRef is [LATERAL] f(…) [WITH ORDINALITY] alias, or ROWS FROM (f(…), g(…)).
type FunctionRef struct {
	Range
	Lateral    bool
	RowsFrom   bool
	Funcs      []RowsFromItem
	Ordinality bool
	Alias      *Alias
}

// RowsFromItem is one function of a FunctionRef with the column definitions of
// ROWS FROM (those of a single function are in its Alias).
type RowsFromItem struct {
	Range
	Call       Expr // *FuncCall, or another form that names a function (*ValueFunc, *Coalesce, …)
	ColumnDefs []*ColumnDef
}

// JoinKind is the kind of a join.
type JoinKind int8

// The kinds of joins.
const (
	JoinInner JoinKind = iota
	JoinLeft
	JoinRight
	JoinFull
	JoinCross
	JoinSemi // no syntax has it; for rewrites of the tree
	JoinAnti // likewise
)

// Join is left JOIN right. Asof is the extension ASOF JOIN.
type Join struct {
	Range
	Kind        JoinKind
	Asof        bool
	Natural     bool
	Left, Right FromItem
	On          Expr
	Using       []Ident
	UsingAlias  Ident  // USING (…) AS name
	Alias       *Alias // (a JOIN b) AS x
}

// TableFunc is XMLTABLE(…) or JSON_TABLE(…), kept as text.
type TableFunc struct {
	Range
	Lateral bool
	Name    string // "xmltable" or "json_table"
	Text    string // as written, with its parentheses
	Alias   *Alias
}

func (*Relation) fromItem()    {}
func (*SubqueryRef) fromItem() {}
func (*FunctionRef) fromItem() {}
func (*Join) fromItem()        {}
func (*TableFunc) fromItem()   {}
