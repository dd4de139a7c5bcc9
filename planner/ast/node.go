package ast

import "unicode/utf8"

// Range is the place of a node in the text: byte offsets, End exclusive. A node
// that was not written (made by a rewrite) has the zero Range.
type Range struct{ Pos, End int32 }

// Span gives the range itself; embedding Range makes a type a Node.
func (r Range) Span() Range { return r }

// Text gives the part of sql that the range covers.
func (r Range) Text(sql string) string {
	if r.Pos < 0 || int(r.End) > len(sql) || r.Pos > r.End {
		return ""
	}
	return sql[r.Pos:r.End]
}

// Node is any part of the tree.
type Node interface{ Span() Range }

// Statement is a whole SQL command. Its range leaves out the semicolon and
// the blanks and comments around it.
type Statement interface {
	Node
	statement()
}

// Expr is a scalar expression, or what stands in the place of one (Star,
// GroupingSet, NamedArg, SetToDefault).
type Expr interface {
	Node
	expr()
}

// FromItem is a member of a FROM clause.
type FromItem interface {
	Node
	fromItem()
}

// Body is what a Query yields rows from: *Select, *SetOp, *Values, or a
// parenthesised *Query with clauses of its own.
type Body interface {
	Node
	body()
}

// Position gives the character, from 1, at byte offset of sql: what an error's
// position field and psql's caret count.
func Position(sql string, offset int32) int {
	if offset < 0 {
		return 0
	}
	return utf8.RuneCountInString(sql[:min(int(offset), len(sql))]) + 1
}

// Location gives the byte offset where Postgres puts its cursor when it
// complains about n itself rather than about its operands: the operator of an
// operator expression, the :: of a cast, the start of anything else.
func Location(n Node) int32 {
	switch n := n.(type) {
	case *Binary:
		return n.Op.Pos
	case *Logical:
		return n.OpPos
	case *IsTest:
		return n.OpPos
	case *IsDistinct:
		return n.OpPos
	case *Between:
		return n.OpPos
	case *In:
		return n.OpPos
	case *Like:
		return n.OpPos
	case *Quantified:
		return n.Op.Pos
	case *Collate:
		return n.OpPos
	case *Cast:
		return n.OpPos
	case *FuncCall:
		return n.NamePos
	case *Target:
		return Location(n.Value)
	}
	return n.Span().Pos
}

// Ident is one name as written: folded to lower case unless quoted, and cut to 63 bytes.
type Ident struct {
	Range
	Name   string
	Quoted bool
}

// Name is a possibly qualified name: catalog, schema and object, as far as they were given.
type Name struct {
	Range
	Parts []Ident
}

// Object gives the last part, which names the object itself, or "".
func (n *Name) Object() string {
	if len(n.Parts) == 0 {
		return ""
	}
	return n.Parts[len(n.Parts)-1].Name
}

// Schema gives the part before the last, or "" if the name is not qualified.
func (n *Name) Schema() string {
	if len(n.Parts) < 2 {
		return ""
	}
	return n.Parts[len(n.Parts)-2].Name
}

// Catalog gives the first of three parts, or "".
func (n *Name) Catalog() string {
	if len(n.Parts) < 3 {
		return ""
	}
	return n.Parts[len(n.Parts)-3].Name
}

// String gives the parts joined with dots, without quoting, as error messages show names.
func (n *Name) String() string {
	s := ""
	for i := range n.Parts {
		if i > 0 {
			s += "."
		}
		s += n.Parts[i].Name
	}
	return s
}

// Operator is an operator's name, for instance "+" or, written as
// OPERATOR(pg_catalog.~), "~" with a schema.
type Operator struct {
	Range
	Schema []Ident // nil unless qualified
	Name   string
	// Explicit is set where the operator was written with OPERATOR().
	Explicit bool
}

// RoleKind says how a role was named.
type RoleKind int8

// The ways to name a role.
const (
	RoleName RoleKind = iota
	RoleCurrentRole
	RoleCurrentUser
	RoleSessionUser
	RolePublic
)

// Role is a role as statements name it.
type Role struct {
	Range
	Kind RoleKind
	Name string // for RoleName
}

// TypeName is a type as written. Multi-word names of the standard come out
// as Postgres's own: INTEGER is pg_catalog.int4, DOUBLE PRECISION is
// pg_catalog.float8, and so on.
type TypeName struct {
	Range
	Name    Name   // qualified with pg_catalog if a keyword of the grammar named it
	SetOf   bool   // SETOF t
	PctType bool   // name%TYPE
	Mods    []Expr // typmods as written: varchar(10), numeric(10, 2)

	// Interval is the fields of INTERVAL YEAR TO MONTH and the like.
	Interval IntervalFields

	// ArrayBounds has one entry a dimension; -1 is a dimension without a bound.
	ArrayBounds []int32
}

// IntervalFields is a set of interval fields; zero means no restriction.
type IntervalFields uint8

// The fields, alone or together.
const (
	FieldYear IntervalFields = 1 << iota
	FieldMonth
	FieldDay
	FieldHour
	FieldMinute
	FieldSecond
)

// OptionKind says what an option's value is.
type OptionKind int8

// The kinds of option values.
const (
	OptionNone   OptionKind = iota // name alone
	OptionWord                     // a bare word, type name, keyword or operator
	OptionString                   // a string constant
	OptionNumber                   // a signed number, Text as written
	OptionList                     // a parenthesised list of words or strings
	OptionStar                     // *
)

// OptionAction is what ALTER … OPTIONS does with an option.
type OptionAction int8

// The actions.
const (
	OptionUnspecified OptionAction = iota
	OptionAdd
	OptionSet
	OptionDrop
)

// Option is one member of a WITH (…), OPTIONS (…), or parenthesised option list.
type Option struct {
	Range
	Action    OptionAction
	Namespace Ident // the toast of toast.autovacuum_enabled
	Name      Ident
	Kind      OptionKind
	Text      string  // word, string or number
	List      []Ident // OptionList; strings are quoted idents
}

// Raw is a statement that Postgres's grammar knows and Inlay does not execute:
// 0A000 with Tag in its message, never 42601.
type Raw struct {
	Range
	Tag  string // Postgres's command tag: "CREATE FUNCTION"
	Text string // as written
}

func (*Raw) statement() {}
