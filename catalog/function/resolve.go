package function

import (
	"slices"
	"strings"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
)

// Call is a function call that has been resolved.
type Call struct {
	Fn *Function // nil: the call is a cast to CastTo in function's clothing
	// CastTo is set for f(x) where f is a type's name: x::f, explicit.
	CastTo types.OID

	// Args is the type that each actual argument has to be coerced to, in the
	// order of the declared arguments, variadic ones spread out and defaults
	// left out. Any ("any") says: as it is, unknown literals as text.
	Args []types.OID
	// Slots maps declared arguments to actual ones where they were named or
	// left out: -1 is a default (Fn.DefaultArgs, aligned at the end). nil: in order.
	Slots []int
	// Spread says that variadic arguments were written one by one: those from
	// len(Fn.Args)-1 on make up the array, unless the variadic type is "any".
	Spread bool

	result types.OID
}

// ResultType is the call's type, given the types of its arguments after they
// have been coerced to Args.
func (c *Call) ResultType(args []types.Type) types.Type {
	if c.Fn == nil {
		return types.New(c.CastTo)
	}
	if c.Fn.ResultType != nil {
		if t := c.Fn.ResultType(args); t.OID == c.result {
			return t
		}
	}
	return types.New(c.result)
}

// Want says how a function is called, beyond its name and arguments.
type Want struct {
	Names    []string // by argument: "" positional; nil: all are. Named ones come last.
	Variadic bool     // VARIADIC before the last argument
	Within   int      // WITHIN GROUP: the last so many arguments are its ORDER BY; 0: no WITHIN GROUP
	Ordered  bool     // ORDER BY among the arguments: for the hint
}

// Resolve finds the function that a call means. schema is "" where none was
// written. Argument types may be unknown (literals). The error is 42883 or
// 42725 in Postgres's words, without a position.
func Resolve(schema, name string, args []types.Type, w Want) (*Call, error) {
	actual := make([]types.OID, len(args))
	for i, a := range args {
		actual[i] = a.OID
	}
	cands := candidatesNamed(schema, name, actual, w)
	chosen := exact(actual, cands)
	if chosen == nil && len(args) == 1 && len(w.Names) == 0 && !w.Variadic && (schema == "" || schema == "pg_catalog") {
		if t := castByName(name, actual[0]); t != 0 {
			return &Call{CastTo: t, Args: []types.OID{actual[0]}, result: t}, nil
		}
	}
	if chosen == nil {
		matching := match(actual, cands)
		switch len(matching) {
		case 0:
			return nil, undefinedFunction(schema, name, args, w)
		case 1:
			chosen = &matching[0]
		default:
			if chosen = best(actual, dedup(matching)); chosen == nil {
				return nil, sqlerr.New(sqlerr.AmbiguousFunction, "function %s is not unique", signature(schema, name, args, w.Names)).
					WithHint("Could not choose a best candidate function. You might need to add explicit type casts.")
			}
		}
	}
	call := &Call{Fn: chosen.fn, Slots: chosen.slots, Spread: chosen.spread}
	var err error
	if call.Args, call.result, err = resolveAll(actual, chosen.args, chosen.fn.Result); err != nil {
		return nil, err
	}
	return call, nil
}

// candidatesNamed lists the overloads that take as many arguments.
func candidatesNamed(schema, name string, actual []types.OID, w Want) []candidate {
	var out []candidate
	for _, f := range Named(name) {
		if schema != "" && schema != f.SchemaName() || schema == "" && f.Schema != "" {
			continue
		}
		if c, ok := asCandidate(f, len(actual), w); ok {
			out = append(out, c)
		}
	}
	return out
}

// SchemaName is the schema that the function is in.
func (f *Function) SchemaName() string {
	if f.Schema == "" {
		return "pg_catalog"
	}
	return f.Schema
}

// asCandidate spreads, names and defaults the arguments of f for n actual ones.
func asCandidate(f *Function, n int, w Want) (candidate, bool) {
	c := candidate{fn: f}
	if f.Class == OrderedSet && w.Within > 0 && n-w.Within != f.DirectArgs {
		return c, false
	}
	if len(w.Names) > 0 && slices.ContainsFunc(w.Names, func(s string) bool { return s != "" }) {
		return named(f, n, w)
	}
	switch {
	case w.Variadic:
		if f.Variadic == 0 || len(f.Args) != n {
			return c, false
		}
		c.args = f.Args
		return c, true
	case f.Variadic != 0 && n >= len(f.Args):
		c.args = append(c.args, f.Args[:len(f.Args)-1]...)
		for len(c.args) < n {
			c.args = append(c.args, f.Variadic)
		}
		c.spread = true
		return c, true
	case f.Variadic != 0:
		return c, false
	case n == len(f.Args):
		c.args = f.Args
		return c, true
	case n < len(f.Args) && n >= len(f.Args)-f.Defaults:
		c.args = f.Args[:n]
		c.defaults = len(f.Args) - n
		for i := range f.Args {
			if i >= n {
				i = -1
			}
			c.slots = append(c.slots, i)
		}
		return c, true
	}
	return c, false
}

// named places named arguments; every declared one must be given once or have
// a default.
func named(f *Function, n int, w Want) (candidate, bool) {
	c := candidate{fn: f}
	if f.ArgNames == nil || f.Variadic != 0 && !w.Variadic || n > len(f.Args) {
		return c, false
	}
	c.slots = make([]int, len(f.Args))
	for i := range c.slots {
		c.slots[i] = -1
	}
	c.args = make([]types.OID, n)
	for i := range n {
		at := i
		if i < len(w.Names) && w.Names[i] != "" {
			at = slices.Index(f.ArgNames, w.Names[i])
		}
		if at < 0 || c.slots[at] >= 0 {
			return c, false
		}
		c.slots[at] = i
		c.args[i] = f.Args[at]
	}
	for i, s := range c.slots {
		if s < 0 {
			if i < len(f.Args)-f.Defaults {
				return c, false
			}
			c.defaults++
		}
	}
	return c, true
}

// exact is the candidate whose types are the actual ones. Of several (a
// variadic one beside a plain one) the plainest wins.
func exact(actual []types.OID, cands []candidate) *candidate {
	var found *candidate
	for i := range cands {
		if !slices.Equal(cands[i].args, actual) {
			continue
		}
		if found == nil || plainer(cands[i], *found) {
			found = &cands[i]
		}
	}
	return found
}

// plainer says whether a needs less doing than b: no spreading, fewer defaults.
func plainer(a, b candidate) bool {
	if a.spread != b.spread {
		return b.spread
	}
	return a.defaults < b.defaults
}

// dedup drops candidates that differ from a plainer one only by variadic
// arguments or defaults.
func dedup(cands []candidate) []candidate {
	var out []candidate
next:
	for _, c := range cands {
		for i, o := range out {
			if slices.Equal(o.args, c.args) && (o.spread != c.spread || o.defaults != c.defaults) {
				if plainer(c, o) {
					out[i] = c
				}
				continue next
			}
		}
		out = append(out, c)
	}
	return out
}

// castByName is the type that a function name means, where f(x) is a cast
// that does nothing or goes through text.
func castByName(name string, from types.OID) types.OID {
	f := types.FactsByName(name)
	if f == nil || f.Pseudo {
		return 0
	}
	if from == types.UnknownOID {
		return f.OID
	}
	c, ok := FindCast(from, f.OID, Explicit)
	if !ok {
		return 0
	}
	switch {
	case c.Method == InOut && !(from == types.RecordOID && f.Category == 'S'), c.Method == Binary, c.CatalogMethod == 'b':
		return f.OID
	}
	return 0
}

func undefinedFunction(schema, name string, args []types.Type, w Want) error {
	e := sqlerr.New(sqlerr.UndefinedFunction, "function %s does not exist", signature(schema, name, args, w.Names))
	if w.Ordered {
		return e.WithHint("No aggregate function matches the given name and argument types. Perhaps you misplaced ORDER BY; ORDER BY must appear after all regular arguments of the aggregate.")
	}
	return e.WithHint("No function matches the given name and argument types. You might need to add explicit type casts.")
}

// signature is name(type, …) as Postgres writes it in errors.
func signature(schema, name string, args []types.Type, names []string) string {
	var b strings.Builder
	if schema != "" {
		b.WriteString(schema)
		b.WriteByte('.')
	}
	b.WriteString(name)
	b.WriteByte('(')
	for i, a := range args {
		if i > 0 {
			b.WriteString(", ")
		}
		if i < len(names) && names[i] != "" {
			b.WriteString(names[i])
			b.WriteString(" => ")
		}
		b.WriteString(types.FormatType(a.OID, -1))
	}
	b.WriteByte(')')
	return b.String()
}

// OperatorCall is an operator that has been resolved.
type OperatorCall struct {
	Op          *Operator
	Left, Right types.OID // what the sides have to be coerced to; Left 0 for a prefix operator
	result      types.OID
}

// ResultType is the operator's type, given its sides after coercion.
func (c *OperatorCall) ResultType(args ...types.Type) types.Type {
	if r := c.Op.Fn.ResultType; r != nil {
		if t := r(args); t.OID == c.result {
			return t
		}
	}
	return types.New(c.result)
}

// ResolveOperator finds the operator that an expression means. left is nil for
// a prefix operator. The error is 42883 or 42725 in Postgres's words.
func ResolveOperator(name string, left *types.Type, right types.Type) (*OperatorCall, error) {
	actual := []types.OID{right.OID}
	if left != nil {
		actual = []types.OID{left.OID, right.OID}
	}
	cands := facts().opCandidates[arity{name, len(actual)}]
	chosen := exactOperator(actual, cands)
	if chosen == nil {
		matching := match(actual, cands)
		switch len(matching) {
		case 0:
			e := sqlerr.New(sqlerr.UndefinedFunction, "operator does not exist: %s", operatorSignature(name, left, right))
			if left == nil {
				return nil, e.WithHint("No operator matches the given name and argument type. You might need to add an explicit type cast.")
			}
			return nil, e.WithHint("No operator matches the given name and argument types. You might need to add explicit type casts.")
		case 1:
			chosen = &matching[0]
		default:
			if chosen = best(actual, matching); chosen == nil {
				return nil, sqlerr.New(sqlerr.AmbiguousFunction, "operator is not unique: %s", operatorSignature(name, left, right)).
					WithHint("Could not choose a best candidate operator. You might need to add explicit type casts.")
			}
		}
	}
	args, result, err := resolveAll(actual, chosen.args, chosen.op.Result)
	if err != nil {
		return nil, err
	}
	c := &OperatorCall{Op: chosen.op, Right: args[len(args)-1], result: result}
	if left != nil {
		c.Left = args[0]
	}
	return c, nil
}

// exactOperator is the operator on just these types; a literal of unknown
// type takes the type of the other side.
func exactOperator(actual []types.OID, cands []candidate) *candidate {
	if len(actual) == 2 && (actual[0] == types.UnknownOID) != (actual[1] == types.UnknownOID) {
		a := actual[0]
		if a == types.UnknownOID {
			a = actual[1]
		}
		actual = []types.OID{a, a}
	}
	return exact(actual, cands)
}

func operatorSignature(name string, left *types.Type, right types.Type) string {
	s := name + " " + types.FormatType(right.OID, -1)
	if left != nil {
		s = types.FormatType(left.OID, -1) + " " + s
	}
	return s
}
