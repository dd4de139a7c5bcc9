package pgcatalog

import (
	_ "embed"
	"strings"

	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/types"
)

// proc is a row of pg_proc: a function that can be called, or one that reads
// or writes a type's values.
type proc struct {
	fn *function.Function
	io *function.InputOutput
}

func (p proc) args() []types.OID {
	if p.io != nil {
		return p.io.Args
	}
	return p.fn.Args
}

// either makes a column whose value is f's for functions that can be called.
func either(f func(*function.Function) any, io any) func(*scope, proc) any {
	return func(_ *scope, p proc) any {
		if p.io != nil {
			return io
		}
		return f(p.fn)
	}
}

func procs(*scope) []proc {
	var out []proc
	for _, f := range function.All() {
		if f.Schema != "mysql" { // no namespace: a dialect's own
			out = append(out, proc{fn: f})
		}
	}
	for _, f := range function.AllInputOutput() {
		out = append(out, proc{io: f})
	}
	return out
}

const internalLanguageOID types.OID = 12

func init() {
	define("pg_proc", procs, columns[proc]{
		"oid": func(_ *scope, p proc) any {
			if p.io != nil {
				return p.io.OID
			}
			return p.fn.OID
		},
		"proname": func(_ *scope, p proc) any {
			if p.io != nil {
				return p.io.Name
			}
			return p.fn.Name
		},
		"pronamespace": either(func(f *function.Function) any {
			if f.Schema == InformationSchema {
				return informationSchemaOID
			}
			return pgCatalogOID
		}, pgCatalogOID),
		"proowner": is[proc](ownerOID), "prolang": is[proc](internalLanguageOID), "procost": is[proc](1.0),
		"prorows": either(func(f *function.Function) any {
			if f.Class == function.SetReturning {
				return 1000.0
			}
			return 0.0
		}, 0.0),
		"provariadic": either(func(f *function.Function) any { return f.Variadic }, types.OID(0)),
		"prokind": either(func(f *function.Function) any {
			switch f.Class {
			case function.Aggregate, function.OrderedSet:
				return byte('a')
			case function.Window:
				return byte('w')
			}
			return byte('f')
		}, byte('f')),
		"proisstrict": either(func(f *function.Function) any { return f.Strict }, true),
		"proretset":   either(func(f *function.Function) any { return f.Class == function.SetReturning }, false),
		"provolatile": either(func(f *function.Function) any { return "isv"[f.Volatility] }, byte('i')),
		"proparallel": either(func(f *function.Function) any {
			if f.SideEffect {
				return byte('u')
			}
			return byte('s')
		}, byte('s')),
		"pronargs":        func(_ *scope, p proc) any { return len(p.args()) },
		"pronargdefaults": either(func(f *function.Function) any { return f.Defaults }, 0),
		"prorettype": func(_ *scope, p proc) any {
			if p.io != nil {
				return p.io.Result
			}
			return p.fn.Result
		},
		"proargtypes":    func(_ *scope, p proc) any { return p.args() },
		"proallargtypes": either(allArgumentTypes, nil),
		"proargmodes":    either(argumentModes, nil),
		"proargnames":    either(argumentNames, nil),
		"prosrc": func(_ *scope, p proc) any {
			if p.io != nil {
				return p.io.Name
			}
			return p.fn.Name
		},
	})
	aggregates := func(*scope) []*function.Function {
		var out []*function.Function
		for _, f := range function.All() {
			if f.Class == function.Aggregate || f.Class == function.OrderedSet {
				out = append(out, f)
			}
		}
		return out
	}
	define("pg_aggregate", aggregates, columns[*function.Function]{
		"aggfnoid": func(_ *scope, f *function.Function) any { return f.OID },
		"aggkind": func(_ *scope, f *function.Function) any {
			if f.Class == function.OrderedSet {
				return byte('o')
			}
			return byte('n')
		},
		"aggnumdirectargs": func(_ *scope, f *function.Function) any { return f.DirectArgs },
		"aggfinalmodify":   is[*function.Function](byte('r')), "aggmfinalmodify": is[*function.Function](byte('r')),
	})
	define("pg_cast", func(*scope) []*function.Cast { return function.AllCasts() }, columns[*function.Cast]{
		"oid": func(_ *scope, c *function.Cast) any { return c.OID }, "castsource": func(_ *scope, c *function.Cast) any { return c.From },
		"casttarget": func(_ *scope, c *function.Cast) any { return c.To }, "castfunc": func(_ *scope, c *function.Cast) any { return c.CatalogFn },
		"castcontext": func(_ *scope, c *function.Cast) any { return "iae"[c.Context] },
		"castmethod":  func(_ *scope, c *function.Cast) any { return c.CatalogMethod },
	})
	defineOperators()
	defineOperatorClasses()
}

// allArgumentTypes is proallargtypes: set where there are columns, or else nil.
func allArgumentTypes(f *function.Function) any {
	if len(f.Columns) == 0 {
		return nil
	}
	all := append([]types.OID(nil), f.Args...)
	for _, c := range f.Columns {
		all = append(all, c.Type)
	}
	return all
}

func argumentModes(f *function.Function) any {
	if len(f.Columns) == 0 && f.Variadic == 0 {
		return nil
	}
	var modes []string
	for i := range f.Args {
		if f.Variadic != 0 && i == len(f.Args)-1 {
			modes = append(modes, "v")
		} else {
			modes = append(modes, "i")
		}
	}
	for range f.Columns {
		modes = append(modes, "o")
	}
	return modes
}

func argumentNames(f *function.Function) any {
	if len(f.ArgNames) == 0 && len(f.Columns) == 0 {
		return nil
	}
	names := make([]string, len(f.Args))
	copy(names, f.ArgNames)
	for _, c := range f.Columns {
		names = append(names, c.Name)
	}
	return names
}

func defineOperators() {
	type op = *function.Operator
	find := func(name string, left, right types.OID) types.OID {
		for _, o := range function.OperatorsNamed(name) {
			if o.Left == left && o.Right == right {
				return o.OID
			}
		}
		return 0
	}
	define("pg_operator", func(*scope) []op { return function.AllOperators() }, columns[op]{
		"oid": func(_ *scope, o op) any { return o.OID }, "oprname": func(_ *scope, o op) any { return o.Name },
		"oprnamespace": is[op](pgCatalogOID), "oprowner": is[op](ownerOID),
		"oprkind": func(_ *scope, o op) any {
			if o.Left == 0 {
				return byte('l')
			}
			return byte('b')
		},
		"oprcanmerge": func(_ *scope, o op) any { return o.Merges }, "oprcanhash": func(_ *scope, o op) any { return o.Hashes },
		"oprleft": func(_ *scope, o op) any { return o.Left }, "oprright": func(_ *scope, o op) any { return o.Right },
		"oprresult": func(_ *scope, o op) any { return o.Result }, "oprcode": func(_ *scope, o op) any { return o.Fn.OID },
		"oprcom":    func(_ *scope, o op) any { return find(o.Commutator, o.Right, o.Left) },
		"oprnegate": func(_ *scope, o op) any { return find(o.Negator, o.Left, o.Right) },
	})
}

//go:embed opclasses.tsv
var opclassesTSV string

// operatorClass is a line of opclasses.tsv.
type operatorClass struct {
	oid, method, family, input types.OID
	name, familyName           string
	isDefault                  bool
}

func operatorClasses(*scope) []operatorClass {
	var out []operatorClass
	for _, line := range strings.Split(strings.TrimSpace(opclassesTSV), "\n")[1:] {
		f := strings.Split(line, "\t")
		out = append(out, operatorClass{parseOID(f[0]), parseOID(f[1]), parseOID(f[3]), parseOID(f[5]), f[2], f[4], f[6] == "t"})
	}
	return out
}

func parseOID(s string) types.OID {
	n := types.OID(0)
	for _, c := range s {
		n = n*10 + types.OID(c-'0')
	}
	return n
}

func defineOperatorClasses() {
	type class = operatorClass
	define("pg_opclass", operatorClasses, columns[class]{
		"oid": func(_ *scope, c class) any { return c.oid }, "opcmethod": func(_ *scope, c class) any { return c.method },
		"opcname": func(_ *scope, c class) any { return c.name }, "opcnamespace": is[class](pgCatalogOID), "opcowner": is[class](ownerOID),
		"opcfamily": func(_ *scope, c class) any { return c.family }, "opcintype": func(_ *scope, c class) any { return c.input },
		"opcdefault": func(_ *scope, c class) any { return c.isDefault },
	})
	families := func(s *scope) []class {
		var out []class
		seen := map[types.OID]bool{}
		for _, c := range operatorClasses(s) {
			if !seen[c.family] {
				seen[c.family] = true
				out = append(out, c)
			}
		}
		return out
	}
	define("pg_opfamily", families, columns[class]{
		"oid": func(_ *scope, c class) any { return c.family }, "opfmethod": func(_ *scope, c class) any { return c.method },
		"opfname": func(_ *scope, c class) any { return c.familyName }, "opfnamespace": is[class](pgCatalogOID), "opfowner": is[class](ownerOID),
	})
}
