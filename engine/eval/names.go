package eval

import (
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/parser"
)

// names resolves catalog objects for the reg… types; nil without a catalog.
func (e *Env) names() types.Names {
	if e.View == nil {
		return nil
	}
	return &objectNames{e}
}

// Names resolves catalog objects for values that become text outside of
// expressions: rows on their way to a client, parameters on theirs from it.
func (e *Env) Names() types.Names { return e.names() }

// objectNames is a statement's catalog as the reg… types see it.
type objectNames struct{ env *Env }

// searchPath is the schemas that unqualified names are looked up in.
func (e *Env) searchPath() []string {
	if e.Session == nil {
		return []string{"pg_catalog", "public"}
	}
	return e.Session.SearchPath()
}

// user is the session's user.
func (e *Env) user() string {
	if e.Session == nil {
		return "postgres"
	}
	return e.Session.User()
}

// ownerOID is the superuser, who owns everything.
const ownerOID types.OID = 10

// relation finds a relation by a name that may be qualified.
func (e *Env) relation(parts []string) (*catalog.Relation, bool) {
	if e.View == nil {
		return nil, false
	}
	switch len(parts) {
	case 1:
		for _, s := range e.searchPath() {
			if r, ok := e.View.Relation(s, parts[0]); ok {
				return r, true
			}
		}
	case 2:
		return e.View.Relation(parts[0], parts[1])
	case 3:
		return e.View.Relation(parts[1], parts[2])
	}
	return nil, false
}

func (e *Env) eachConstraint(f func(r *catalog.Relation, c *catalog.Constraint) bool) {
	if e.View == nil {
		return
	}
	for _, s := range e.View.Schemas() {
		for _, r := range e.View.Relations(s.Name) {
			for k := range r.Constraints {
				if !f(r, &r.Constraints[k]) {
					return
				}
			}
		}
	}
}

// visible says whether a schema's object of a name is what the name alone
// means; exists says whether a schema has one.
func (e *Env) visible(schema string, exists func(schema string) bool) bool {
	for _, s := range e.searchPath() {
		if s == schema {
			return true
		}
		if exists(s) {
			return false
		}
	}
	return false
}

func (e *Env) relationVisible(r *catalog.Relation) bool {
	return e.visible(r.Schema, func(s string) bool { _, ok := e.View.Relation(s, r.Name); return ok })
}

func qualified(schema, name string, visible bool) string {
	if visible {
		return ast.QuoteIdent(name)
	}
	return ast.QuoteIdent(schema) + "." + ast.QuoteIdent(name)
}

// ObjectName is part of types.Names.
func (n *objectNames) ObjectName(typ, oid types.OID) (string, bool) {
	e := n.env
	switch typ {
	case types.RegclassOID:
		if r, ok := e.View.RelationByOID(oid); ok {
			return qualified(r.Schema, r.Name, e.relationVisible(r)), true
		}
	case types.RegnamespaceOID:
		for _, s := range e.View.Schemas() {
			if s.OID == oid {
				return ast.QuoteIdent(s.Name), true
			}
		}
	case types.RegroleOID:
		if oid == ownerOID {
			return ast.QuoteIdent(e.user()), true
		}
	case types.RegprocOID:
		if f := function.ByOID(oid); f != nil {
			return ast.QuoteIdent(f.Name), true
		}
		if f := function.InputOutputByOID(oid); f != nil {
			return ast.QuoteIdent(f.Name), true
		}
	case types.RegprocedureOID:
		if f := function.ByOID(oid); f != nil {
			return ast.QuoteIdent(f.Name) + "(" + typeList(f.Args, ",") + ")", true
		}
		if f := function.InputOutputByOID(oid); f != nil {
			return ast.QuoteIdent(f.Name) + "(" + typeList(f.Args, ",") + ")", true
		}
	case types.RegoperOID:
		if o := function.OperatorByOID(oid); o != nil {
			return o.Name, true
		}
	case types.RegoperatorOID:
		if o := function.OperatorByOID(oid); o != nil {
			left := "NONE"
			if o.Left != 0 {
				left = types.FormatType(o.Left, -1)
			}
			return o.Name + "(" + left + "," + types.FormatType(o.Right, -1) + ")", true
		}
	case types.RegcollationOID:
		if name, ok := map[types.OID]string{100: `"default"`, 950: `"C"`, 951: `"POSIX"`}[oid]; ok {
			return name, true
		}
	}
	return "", false
}

func typeList(oids []types.OID, sep string) string {
	names := make([]string, len(oids))
	for i, o := range oids {
		names[i] = types.FormatType(o, -1)
	}
	return strings.Join(names, sep)
}

// ObjectOID is part of types.Names.
func (n *objectNames) ObjectOID(typ types.OID, text string) (types.OID, error) {
	e := n.env
	name, args, hasArgs := text, "", false
	if typ == types.RegprocedureOID || typ == types.RegoperatorOID {
		if name, args, hasArgs = strings.Cut(text, "("); !hasArgs || !strings.HasSuffix(args, ")") {
			return 0, sqlerr.New(sqlerr.InvalidTextRepresentation, "expected a left parenthesis")
		}
		args = strings.TrimSuffix(args, ")")
	}
	var parts []string
	if typ == types.RegoperOID || typ == types.RegoperatorOID {
		parts = []string{strings.TrimPrefix(name, "pg_catalog.")}
	} else {
		var ok bool
		if parts, ok = splitIdent(name); !ok {
			return 0, sqlerr.New(sqlerr.InvalidName, "invalid name syntax")
		}
	}
	last := parts[len(parts)-1]
	switch typ {
	case types.RegclassOID:
		if len(parts) > 3 {
			return 0, sqlerr.New(sqlerr.SyntaxError, "improper relation name (too many dotted names): %s", strings.Join(parts, "."))
		}
		if r, ok := e.relation(parts); ok {
			return r.OID, nil
		}
		return 0, sqlerr.New(sqlerr.UndefinedTable, "relation %s does not exist", sqlerr.Quote(strings.Join(parts, ".")))
	case types.RegnamespaceOID:
		if s, ok := e.View.Schema(last); ok && len(parts) == 1 {
			return s.OID, nil
		}
		return 0, sqlerr.New(sqlerr.UndefinedSchema, "schema %s does not exist", sqlerr.Quote(strings.Join(parts, ".")))
	case types.RegroleOID:
		if len(parts) == 1 && last == e.user() {
			return ownerOID, nil
		}
		return 0, errNoRole(last)
	case types.RegprocOID:
		fns := function.Named(last)
		switch len(fns) {
		case 0:
			if io := function.InputOutputNamed(last); len(io) > 0 {
				return io[0].OID, nil
			}
			return 0, sqlerr.New(sqlerr.UndefinedFunction, "function %s does not exist", sqlerr.Quote(text))
		case 1:
			return fns[0].OID, nil
		}
		return 0, sqlerr.New(sqlerr.AmbiguousFunction, "more than one function named %s", sqlerr.Quote(text))
	case types.RegprocedureOID:
		want, err := typesOf(args)
		if err != nil {
			return 0, err
		}
		for _, f := range function.Named(last) {
			if sameOIDs(f.Args, want) {
				return f.OID, nil
			}
		}
		return 0, sqlerr.New(sqlerr.UndefinedFunction, "function %s does not exist", sqlerr.Quote(text))
	case types.RegoperOID:
		ops := function.OperatorsNamed(last)
		switch len(ops) {
		case 0:
			return 0, sqlerr.New(sqlerr.UndefinedFunction, "operator does not exist: %s", text)
		case 1:
			return ops[0].OID, nil
		}
		return 0, sqlerr.New(sqlerr.AmbiguousFunction, "more than one operator named %s", text)
	case types.RegoperatorOID:
		want, err := typesOf(strings.Replace(strings.ToLower(args), "none", "void", 1))
		if err != nil {
			return 0, err
		}
		for _, o := range function.OperatorsNamed(last) {
			if len(want) == 2 && (o.Left == want[0] || o.Left == 0 && want[0] == types.VoidOID) && o.Right == want[1] {
				return o.OID, nil
			}
		}
		return 0, sqlerr.New(sqlerr.UndefinedFunction, "operator does not exist: %s", text)
	case types.RegcollationOID:
		if oid, ok := map[string]types.OID{"default": 100, "C": 950, "POSIX": 951}[last]; ok {
			return oid, nil
		}
		return 0, sqlerr.New(sqlerr.UndefinedObject, "collation %s for encoding \"UTF8\" does not exist", sqlerr.Quote(text))
	}
	return 0, sqlerr.New(sqlerr.UndefinedObject, "%s %s does not exist", strings.TrimPrefix(typeName(types.New(typ)), "reg"), sqlerr.Quote(text))
}

func errNoRole(name string) error {
	return sqlerr.New(sqlerr.UndefinedObject, "role %s does not exist", sqlerr.Quote(name))
}

func typesOf(list string) ([]types.OID, error) {
	var out []types.OID
	if strings.TrimSpace(list) == "" {
		return nil, nil
	}
	for _, s := range strings.Split(list, ",") {
		t, err := types.ParseTypeName(strings.TrimSpace(s))
		if err != nil {
			return nil, err
		}
		out = append(out, t.OID)
	}
	return out, nil
}

func sameOIDs(a, b []types.OID) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// splitIdent splits a qualified name as SQL reads it: folded to lower case
// unless quoted.
func splitIdent(s string) ([]string, bool) {
	parts, rest, err := parseIdent(s)
	return parts, err == nil && strings.TrimSpace(rest) == ""
}

// parseIdent reads identifiers with dots between them; rest is what follows.
func parseIdent(s string) (parts []string, rest string, err error) {
	bad := func(detail string) ([]string, string, error) {
		e := sqlerr.New(sqlerr.InvalidParameterValue, "string is not a valid identifier: %s", sqlerr.Quote(s))
		if detail != "" {
			e.WithDetail("%s", detail)
		}
		return nil, "", e
	}
	rest = strings.TrimLeft(s, " \t\n\r\f\v")
	for {
		switch {
		case strings.HasPrefix(rest, `"`):
			var b strings.Builder
			i := 1
			for {
				if i >= len(rest) {
					return bad("String has unclosed double quotes.")
				}
				if rest[i] == '"' {
					if i+1 < len(rest) && rest[i+1] == '"' {
						i++
					} else {
						break
					}
				}
				b.WriteByte(rest[i])
				i++
			}
			if b.Len() == 0 {
				return bad("Quoted identifier must not be empty.")
			}
			parts, rest = append(parts, b.String()), rest[i+1:]
		case rest != "" && (rest[0]|0x20 >= 'a' && rest[0]|0x20 <= 'z' || rest[0] == '_' || rest[0] >= 0x80):
			i := 0
			for i < len(rest) && (rest[i]|0x20 >= 'a' && rest[i]|0x20 <= 'z' || rest[i] == '_' || rest[i] >= 0x80 ||
				rest[i] >= '0' && rest[i] <= '9' || rest[i] == '$') {
				i++
			}
			parts, rest = append(parts, foldASCII(rest[:i])), rest[i:]
		case strings.HasPrefix(rest, "."):
			return bad("No valid identifier before \".\".")
		case len(parts) > 0:
			return bad("No valid identifier after \".\".")
		default:
			return bad("")
		}
		after := strings.TrimLeft(rest, " \t\n\r\f\v")
		if !strings.HasPrefix(after, ".") {
			return parts, after, nil
		}
		rest = strings.TrimLeft(after[1:], " \t\n\r\f\v")
	}
}

func foldASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// constraintDef is a constraint as SQL writes it.
func (e *Env) constraintDef(r *catalog.Relation, c *catalog.Constraint, expr func(string) string) string {
	cols := func(r *catalog.Relation, nums []int16) string {
		var names []string
		for _, n := range nums {
			for k := range r.Columns {
				if r.Columns[k].Attnum == n {
					names = append(names, ast.QuoteIdent(r.Columns[k].Name))
				}
			}
		}
		return strings.Join(names, ", ")
	}
	def := ""
	switch c.Kind {
	case 'p', 'u':
		def = map[byte]string{'p': "PRIMARY KEY", 'u': "UNIQUE"}[c.Kind]
		for _, x := range catalog.RelatedOf(e.View).Indexes(r.OID) {
			if !x.Index.Constraint || x.Name != c.Name {
				continue
			}
			if x.Index.NullsNotDistinct {
				def += " NULLS NOT DISTINCT"
			}
			def += " (" + cols(r, c.Columns) + ")"
			if len(x.Index.Include) > 0 {
				def += " INCLUDE (" + cols(r, x.Index.Include) + ")"
			}
		}
	case 'c':
		def = "CHECK (" + expr(catalog.ShowText(e.View, e.searchPath(), c.Expr)) + ")"
		if c.NoInherit {
			def += " NO INHERIT"
		}
	case 'f':
		def = "FOREIGN KEY (" + cols(r, c.Columns) + ")"
		if ref, ok := e.View.RelationByOID(c.RefRelation); ok {
			def += " REFERENCES " + qualified(ref.Schema, ref.Name, e.relationVisible(ref)) + "(" + cols(ref, c.RefColumns) + ")"
		}
		if c.MatchFull {
			def += " MATCH FULL"
		}
		actions := map[byte]string{'r': "RESTRICT", 'c': "CASCADE", 'n': "SET NULL", 'd': "SET DEFAULT"}
		if a := actions[c.OnUpdate]; a != "" {
			def += " ON UPDATE " + a
		}
		if a := actions[c.OnDelete]; a != "" {
			def += " ON DELETE " + a
			if c.SetColumns != nil {
				def += " (" + cols(r, c.SetColumns) + ")"
			}
		}
	}
	if c.Deferrable {
		def += " DEFERRABLE"
	}
	if c.Deferred {
		def += " INITIALLY DEFERRED"
	}
	if c.NotValid {
		def += " NOT VALID"
	}
	return def
}

// plainText is a stored expression with the parentheses that it was kept with.
func plainText(s string) string { return s }

// prettyText is a stored expression without the parentheses that it does not need.
func prettyText(s string) string {
	e, err := parser.ParseExpr(s)
	if err != nil {
		return s
	}
	return ast.SQL(e)
}

// functionArguments is a function's parameters as pg_get_function_arguments
// prints them.
func functionArguments(f *function.Function, defaults bool) string {
	var out []string
	for i, a := range f.Args {
		s := ""
		if f.Variadic != 0 && i == len(f.Args)-1 {
			s = "VARIADIC "
		}
		if i < len(f.ArgNames) && f.ArgNames[i] != "" {
			s += ast.QuoteIdent(f.ArgNames[i]) + " "
		}
		s += types.FormatType(a, -1)
		if k := i - (len(f.Args) - f.Defaults); defaults && k >= 0 && k < len(f.DefaultArgs) {
			s += " DEFAULT " + f.DefaultArgs[k]
		}
		out = append(out, s)
	}
	for _, c := range f.Columns {
		out = append(out, "OUT "+ast.QuoteIdent(c.Name)+" "+types.FormatType(c.Type, -1))
	}
	return strings.Join(out, ", ")
}

func oidText(o types.OID) string { return strconv.FormatUint(uint64(o), 10) }
