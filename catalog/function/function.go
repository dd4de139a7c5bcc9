// Package function declares functions, operators, casts, aggregates and
// window functions as tables of facts. The binder resolves calls against
// them, the engine finds a kernel for each (a test in engine/eval fails where
// one side lacks the other), and pg_proc, pg_operator, pg_cast and
// pg_aggregate show the same rows.
package function

import "github.com/inlaydb/inlay/catalog/types"

// Class says what a function is called as.
type Class uint8

const (
	Scalar Class = iota
	Aggregate
	OrderedSet // an aggregate with WITHIN GROUP
	Window
	SetReturning
)

// Volatility is Postgres's provolatile.
type Volatility uint8

const (
	Immutable Volatility = iota // same arguments, same answer: folds while planning
	Stable                      // fixed within a statement: computed when execution starts
	Volatile                    // once per row, where it was written
)

// Function is one row of pg_proc. It is immutable and compared by pointer.
type Function struct {
	OID         types.OID
	Schema      string // "" is pg_catalog
	Name        string
	Args        []types.OID // may hold pseudo-types (anyelement, anyarray, any)
	ArgNames    []string    // nil: unnamed
	Variadic    types.OID   // element type of a VARIADIC last argument, 0: none; Args' last is its array type
	Defaults    int         // how many trailing arguments may be left out
	DefaultArgs []string    // what they are then, as text of the argument's type
	DirectArgs  int         // OrderedSet: how many of Args stand before WITHIN GROUP
	Result      types.OID   // may be polymorphic: resolved from the arguments
	Class       Class
	Volatility  Volatility
	Strict      bool        // NULL in, NULL out: kernels see only rows where no argument is NULL
	CanFail     bool        // may raise an error for some input: never evaluated for rows that are not selected
	SideEffect  bool        // nextval, setval, setseed, pg_sleep, …
	Columns     []OutColumn // set-returning functions with several result columns

	// ResultType refines the result from the argument types (the scale of a
	// numeric, the typmod of a cast, …); nil: New(Result).
	ResultType func(args []types.Type) types.Type

	// FailsWith refines CanFail where arguments are constants: args[i] is nil
	// where argument i is not one. nil: CanFail holds. See Fails.
	FailsWith func(args []*types.Datum) bool

	// Kernel names the implementation in engine/eval, engine/aggregate or
	// engine/window. Overloads that share one implementation share the name:
	// the kernel table may switch on argument kinds.
	Kernel string
}

// Fails says whether the call may raise an error for some row. args has nil for
// an argument that is not a constant, and may be nil altogether.
func (f *Function) Fails(args []*types.Datum) bool {
	if !f.CanFail || f.FailsWith == nil || len(args) == 0 {
		return f.CanFail
	}
	return f.FailsWith(args)
}

// OutColumn is one result column of a set-returning function.
type OutColumn struct {
	Name string
	Type types.OID
}

// Operator is one row of pg_operator; its work is done by Fn.
type Operator struct {
	OID        types.OID
	Name       string
	Left       types.OID // 0: prefix operator
	Right      types.OID
	Result     types.OID
	Fn         *Function
	Commutator string // name of the operator with its sides swapped, "" none
	Negator    string // name of the operator that gives the opposite boolean, "" none
	Merges     bool   // oprcanmerge: an equality that sorts know
	Hashes     bool   // oprcanhash: an equality that hash tables know
}

// CastContext says where a cast may happen unasked.
type CastContext uint8

const (
	Implicit CastContext = iota
	Assignment
	Explicit
)

// CastMethod says how a cast is done.
type CastMethod uint8

const (
	ByFunction CastMethod = iota
	Binary                // same representation: nothing to do (the typmod may still need work)
	InOut                 // through the text form
	Elements              // arrays: element by element
)

// Cast is one row of pg_cast, or one that follows from Postgres's rules
// without a row there (OID 0): through the text form, or of arrays.
type Cast struct {
	OID        types.OID
	From, To   types.OID
	Context    CastContext
	Method     CastMethod
	Volatility Volatility
	CanFail    bool

	// What pg_cast shows: Postgres calls some casts binary that change the
	// kind of column here (int4 to oid), and the reverse.
	CatalogMethod byte // castmethod
	CatalogFn     types.OID
}
