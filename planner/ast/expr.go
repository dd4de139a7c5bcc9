package ast

// ConstKind is the kind of a constant.
type ConstKind int8

// The kinds of constants.
const (
	ConstNull    ConstKind = iota
	ConstBool              // Bool
	ConstInteger           // Int; fits int64 (int4 if it fits, else int8)
	ConstNumeric           // Text: decimal digits, point, exponent
	ConstString            // Text: the value, escapes resolved; of type unknown
	ConstBit               // Text: binary digits of B'…'
	ConstHexBit            // Text: hexadecimal digits of X'…'
)

// Const is a constant.
type Const struct {
	Range
	Kind ConstKind
	Bool bool
	Int  int64
	Text string
}

// Param is $1, $2, ….
type Param struct {
	Range
	Number int
}

// ColumnRef is a column, or a whole row if a relation has that name: a, t.a, s.t.a, c.s.t.a.
type ColumnRef struct {
	Range
	Parts []Ident
}

// Star is *, t.* or s.t.*. Exclude, Replace and Rename are the field's
// extensions: SELECT * EXCLUDE (a, b) REPLACE (lower(c) AS c) RENAME (d AS e).
type Star struct {
	Range
	Qualifier []Ident
	Exclude   []ColumnRef
	Replace   []*Target
	Rename    []RenameItem
}

// RenameItem is one member of RENAME (from AS to).
type RenameItem struct{ From, To Ident }

// Field is a composite's field: (x).name.
type Field struct {
	Range
	X      Expr
	Parens bool // as in Subscript
	Name   Ident
}

// FieldStar is all fields of a composite: (x).*.
type FieldStar struct {
	Range
	X Expr
}

// Subscript is x[i], or with Slice x[lower:upper] where either bound may be nil. The subscripts of
// a[1][2] are those of one array of two dimensions; in (a[1])[2] the outer one has Parens and
// takes an element of the value a[1].
type Subscript struct {
	Range
	X            Expr
	Parens       bool // X is a Subscript or Field that stood in parentheses
	Slice        bool
	Index        Expr // without Slice
	Lower, Upper Expr // with Slice
}

// Unary is a prefix operator on an operand. A sign before a numeric constant is folded
// into the constant as Postgres does.
type Unary struct {
	Range
	Op Operator
	X  Expr
}

// Binary is an infix operator; its location is Op.Pos.
type Binary struct {
	Range
	Op   Operator
	L, R Expr
}

// Logical is a chain of AND, or of OR, of two or more operands.
type Logical struct {
	Range
	OpPos int32 // the first AND or OR
	Or    bool
	Args  []Expr
}

// Not is NOT x.
type Not struct {
	Range
	X Expr
}

// TestKind is what IS tests.
type TestKind int8

// The tests.
const (
	TestNull TestKind = iota
	TestTrue
	TestFalse
	TestUnknown
	TestDocument
	TestJSON
	TestJSONObject
	TestJSONArray
	TestJSONScalar
)

// IsTest is x IS [NOT] NULL and its kin; ISNULL and NOTNULL as well.
type IsTest struct {
	Range
	OpPos      int32
	X          Expr
	Kind       TestKind
	Not        bool
	UniqueKeys bool // IS JSON … WITH UNIQUE KEYS
}

// IsDistinct is l IS [NOT] DISTINCT FROM r.
type IsDistinct struct {
	Range
	OpPos int32
	L, R  Expr
	Not   bool
}

// Between is x [NOT] BETWEEN [SYMMETRIC] lo AND hi.
type Between struct {
	Range
	OpPos     int32
	X, Lo, Hi Expr
	Not       bool
	Symmetric bool
}

// In is x [NOT] IN (list) or, with Query, x [NOT] IN (query). A row on the left is a *Row.
type In struct {
	Range
	OpPos int32
	X     Expr
	Not   bool
	List  []Expr
	Query *Query
}

// LikeKind is which pattern language a Like uses.
type LikeKind int8

// The pattern operators: ~~, ~~* and SIMILAR TO.
const (
	LikeLike LikeKind = iota
	LikeILike
	LikeSimilar
)

// Like is x [NOT] LIKE|ILIKE|SIMILAR TO pattern [ESCAPE e].
type Like struct {
	Range
	OpPos      int32
	Kind       LikeKind
	Not        bool
	X, Pattern Expr
	Escape     Expr // nil if absent
}

// Quantified is x op ANY|ALL (query or array). SOME is ANY. LIKE ANY has the operator ~~.
type Quantified struct {
	Range
	Op    Operator
	All   bool
	X     Expr
	Query *Query
	Array Expr
}

// Exists is EXISTS (query).
type Exists struct {
	Range
	Query *Query
}

// Subquery is a query as a scalar: (SELECT …).
type Subquery struct {
	Range
	Query *Query
}

// Array is ARRAY[…]; an inner bracket without ARRAY is an *Array too (Nested).
type Array struct {
	Range
	Elems  []Expr
	Nested bool
}

// ArrayQuery is ARRAY(SELECT …).
type ArrayQuery struct {
	Range
	Query *Query
}

// Row is ROW(…) or, with two or more members, (…, …).
type Row struct {
	Range
	Explicit bool // ROW was written
	Elems    []Expr
}

// Case is CASE [arg] WHEN … THEN … [ELSE …] END.
type Case struct {
	Range
	Arg   Expr // nil for the searched form
	Whens []When
	Else  Expr // nil if absent
}

// When is one WHEN … THEN ….
type When struct {
	Range
	Cond, Result Expr
}

// Coalesce is COALESCE(…).
type Coalesce struct {
	Range
	Args []Expr
}

// NullIf is NULLIF(l, r).
type NullIf struct {
	Range
	L, R Expr
}

// MinMax is GREATEST(…) or LEAST(…).
type MinMax struct {
	Range
	Least bool
	Args  []Expr
}

// CastStyle says how a cast was written.
type CastStyle int8

// The spellings of a cast.
const (
	CastOperator CastStyle = iota // x::t
	CastFunction                  // CAST(x AS t)
	CastLiteral                   // t 'x'
)

// Cast is an explicit cast. With CastLiteral X is a string *Const. Try is the
// field's TRY_CAST(x AS t), which gives NULL where the cast fails.
type Cast struct {
	Range
	OpPos int32 // the ::, the CAST, or the type of a literal
	Style CastStyle
	Try   bool
	X     Expr
	Type  *TypeName
}

// Collate is x COLLATE name.
type Collate struct {
	Range
	OpPos     int32
	X         Expr
	Collation Name
}

// Syntax says that a function call was written in a syntax of its own. The name
// and arguments are those of the function that Postgres calls for it.
type Syntax int8

// The special spellings and the call that each stands for.
const (
	SyntaxPlain            Syntax = iota
	SyntaxExtract                 // EXTRACT(f FROM x): extract('f', x)
	SyntaxSubstring               // SUBSTRING(x FROM a FOR b): substring(x, a, b)
	SyntaxSubstringSimilar        // SUBSTRING(x SIMILAR p ESCAPE e): substring(x, p, e)
	SyntaxPosition                // POSITION(a IN b): position(b, a)
	SyntaxOverlay                 // OVERLAY(x PLACING y FROM a FOR b): overlay(x, y, a, b)
	SyntaxTrim                    // TRIM([BOTH|LEADING|TRAILING] [c] FROM x): btrim, ltrim, rtrim(x, c)
	SyntaxAtTimeZone              // x AT TIME ZONE z: timezone(z, x)
	SyntaxAtLocal                 // x AT LOCAL: timezone(x)
	SyntaxNormalize               // NORMALIZE(x, f): normalize(x, 'f')
	SyntaxIsNormalized            // x IS f NORMALIZED: is_normalized(x, 'f')
	SyntaxCollationFor            // COLLATION FOR (x): pg_collation_for(x)
	SyntaxOverlaps                // (a, b) OVERLAPS (c, d): overlaps(a, b, c, d)
	SyntaxXMLExists               // XMLEXISTS(p PASSING x): xmlexists(p, x)
	SyntaxSystemUser              // SYSTEM_USER: system_user()
	SyntaxJSON                    // JSON(…), JSON_SCALAR(…) and JSON_SERIALIZE(…) without clauses
)

// FuncCall is a call of a function, aggregate or window function.
type FuncCall struct {
	Range
	NamePos     int32 // where the name (or, for AT TIME ZONE, the keyword) stands
	Name        Name
	Args        []Expr // *NamedArg where a name was given
	Star        bool   // count(*)
	Distinct    bool
	Variadic    bool // VARIADIC stood before the last argument
	WithinGroup bool // OrderBy is that of WITHIN GROUP
	IgnoreNulls bool // IGNORE NULLS, as the standard has it
	Syntax      Syntax
	OrderBy     []SortItem
	Filter      Expr
	Over        *WindowDef // OVER (…)
	OverName    Ident      // OVER name
}

// IsWindow reports whether the call has an OVER clause.
func (f *FuncCall) IsWindow() bool { return f.Over != nil || f.OverName.Name != "" }

// NamedArg is name => value, or name := value.
type NamedArg struct {
	Range
	Name  Ident
	Value Expr
}

// ValueFuncKind is one of the standard's functions without parentheses.
type ValueFuncKind int8

// The value functions.
const (
	CurrentDate ValueFuncKind = iota
	CurrentTime
	CurrentTimestamp
	LocalTime
	LocalTimestamp
	CurrentRole
	CurrentUser
	User
	SessionUser
	CurrentCatalog
	CurrentSchema
)

// ValueFunc is CURRENT_DATE, CURRENT_TIMESTAMP(3), CURRENT_USER, ….
type ValueFunc struct {
	Range
	Kind      ValueFuncKind
	Precision int // -1 if none was given
}

// Grouping is GROUPING(…).
type Grouping struct {
	Range
	Args []Expr
}

// GroupingSetKind is the kind of a GroupingSet.
type GroupingSetKind int8

// The kinds of grouping sets.
const (
	GroupingEmpty GroupingSetKind = iota // ()
	GroupingRollup
	GroupingCube
	GroupingSets
)

// GroupingSet stands only in a GROUP BY list. Items are expressions (an
// implicit *Row for a parenthesised list) and, under GroupingSets, other GroupingSets.
type GroupingSet struct {
	Range
	Kind  GroupingSetKind
	Items []Expr
}

// SetToDefault is DEFAULT as a value of INSERT or UPDATE.
type SetToDefault struct{ Range }

// CurrentOf is WHERE CURRENT OF cursor.
type CurrentOf struct {
	Range
	Cursor Ident
}

// XMLFunc is XMLELEMENT(…), XMLFOREST(…) and the rest of SQL/XML, kept as text.
type XMLFunc struct {
	Range
	Name string // lower case: "xmlelement"
	Text string // as written
}

// JSONFunc is a function of SQL/JSON with its clauses (JSON_OBJECT, JSON_ARRAY,
// JSON_VALUE, …). Args are the operands in order (keys and values alternate); the clauses
// are kept as text.
type JSONFunc struct {
	Range
	Name string // lower case: "json_object"
	Args []Expr
	Text string // as written
}

func (*Const) expr()        {}
func (*Param) expr()        {}
func (*ColumnRef) expr()    {}
func (*Star) expr()         {}
func (*Field) expr()        {}
func (*FieldStar) expr()    {}
func (*Subscript) expr()    {}
func (*Unary) expr()        {}
func (*Binary) expr()       {}
func (*Logical) expr()      {}
func (*Not) expr()          {}
func (*IsTest) expr()       {}
func (*IsDistinct) expr()   {}
func (*Between) expr()      {}
func (*In) expr()           {}
func (*Like) expr()         {}
func (*Quantified) expr()   {}
func (*Exists) expr()       {}
func (*Subquery) expr()     {}
func (*Array) expr()        {}
func (*ArrayQuery) expr()   {}
func (*Row) expr()          {}
func (*Case) expr()         {}
func (*Coalesce) expr()     {}
func (*NullIf) expr()       {}
func (*MinMax) expr()       {}
func (*Cast) expr()         {}
func (*Collate) expr()      {}
func (*FuncCall) expr()     {}
func (*NamedArg) expr()     {}
func (*ValueFunc) expr()    {}
func (*Grouping) expr()     {}
func (*GroupingSet) expr()  {}
func (*SetToDefault) expr() {}
func (*CurrentOf) expr()    {}
func (*XMLFunc) expr()      {}
func (*JSONFunc) expr()     {}
