package pgcatalog

import (
	"sort"
	"strings"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/types"
)

func optionList(m map[string]string) any {
	if len(m) == 0 {
		return nil
	}
	var out []string
	for k, v := range m {
		out = append(out, k+"="+v)
	}
	sort.Strings(out)
	return out
}

// roles are the roles there are: the superuser, under the name that the session connected with.
func roles(s *scope) []string { return []string{s.session.User()} }

type named struct {
	oid  types.OID
	name string
}

func init() {
	rolesCols := columns[string]{
		"oid":            is[string](ownerOID),
		"rolname":        func(_ *scope, r string) any { return r },
		"rolsuper":       is[string](true),
		"rolinherit":     is[string](true),
		"rolcreaterole":  is[string](true),
		"rolcreatedb":    is[string](true),
		"rolcanlogin":    is[string](true),
		"rolreplication": is[string](false),
		"rolconnlimit":   is[string](-1),
		"rolbypassrls":   is[string](true),
		"rolpassword":    is[string]("********"),
	}
	define("pg_roles", roles, rolesCols)
	define("pg_authid", roles, rolesCols)
	userCols := columns[string]{
		"usename": func(_ *scope, r string) any { return r }, "usesysid": is[string](ownerOID),
		"usecreatedb": is[string](true), "usesuper": is[string](true), "userepl": is[string](false), "usebypassrls": is[string](true), "passwd": is[string]("********"),
	}
	define("pg_user", roles, userCols)
	define("pg_shadow", roles, userCols)
	database := func(s *scope) []string { return []string{s.session.Database()} }
	define("pg_database", database, columns[string]{
		"oid": is[string](databaseOID), "datname": func(_ *scope, d string) any { return d }, "datdba": is[string](ownerOID), "encoding": is[string](6),
		"datlocprovider": is[string](byte('c')), "datallowconn": is[string](true), "datconnlimit": is[string](-1), "dattablespace": is[string](types.OID(1663)),
		"datcollate": is[string]("C.UTF-8"), "datctype": is[string]("C.UTF-8"),
	})
	define("pg_am", func(*scope) []named { return []named{{heapOID, "heap"}, {403, "btree"}, {405, "hash"}} }, columns[named]{
		"oid": func(_ *scope, n named) any { return n.oid }, "amname": func(_ *scope, n named) any { return n.name },
		"amtype": func(_ *scope, n named) any {
			if n.name == "heap" {
				return byte('t')
			}
			return byte('i')
		},
		"amhandler": func(_ *scope, n named) any {
			return types.OID(map[string]types.OID{"heap": 3, "btree": 330, "hash": 331}[n.name])
		},
	})
	define("pg_tablespace", func(*scope) []named { return []named{{1663, "pg_default"}, {1664, "pg_global"}} }, columns[named]{
		"oid": func(_ *scope, n named) any { return n.oid }, "spcname": func(_ *scope, n named) any { return n.name }, "spcowner": is[named](ownerOID),
	})
	define("pg_language", func(*scope) []named { return []named{{12, "internal"}, {13, "c"}, {14, "sql"}} }, columns[named]{
		"oid": func(_ *scope, n named) any { return n.oid }, "lanname": func(_ *scope, n named) any { return n.name }, "lanowner": is[named](ownerOID),
		"lanispl": is[named](false), "lanpltrusted": func(_ *scope, n named) any { return n.name == "sql" },
	})
	define("pg_collation", func(*scope) []named {
		return []named{{100, "default"}, {950, "C"}, {951, "POSIX"}, {12547, "ucs_basic"}, {12550, "C.UTF-8"}}
	}, columns[named]{
		"oid": func(_ *scope, n named) any { return n.oid }, "collname": func(_ *scope, n named) any { return n.name }, "collnamespace": is[named](pgCatalogOID),
		"collowner": is[named](ownerOID), "collprovider": func(_ *scope, n named) any {
			if n.name == "default" {
				return byte('d')
			}
			return byte('c')
		}, "collisdeterministic": is[named](true), "collencoding": is[named](-1),
		"collcollate": func(_ *scope, n named) any { return localeOf(n) }, "collctype": func(_ *scope, n named) any { return localeOf(n) },
	})
	define("pg_settings", func(s *scope) []catalog.Setting { return s.session.Settings() }, columns[catalog.Setting]{
		"name": func(_ *scope, x catalog.Setting) any { return x.Name }, "setting": func(_ *scope, x catalog.Setting) any { return x.Value },
		"unit": func(_ *scope, x catalog.Setting) any { return orNull(x.Unit) }, "category": func(_ *scope, x catalog.Setting) any { return x.Category },
		"short_desc": func(_ *scope, x catalog.Setting) any { return x.Description }, "context": func(_ *scope, x catalog.Setting) any { return x.Context },
		"vartype": func(_ *scope, x catalog.Setting) any { return x.VarType }, "source": func(_ *scope, x catalog.Setting) any { return x.Source },
		"min_val": func(_ *scope, x catalog.Setting) any { return orNull(x.Min) }, "max_val": func(_ *scope, x catalog.Setting) any { return orNull(x.Max) },
		"enumvals": func(_ *scope, x catalog.Setting) any {
			if x.Enum == nil {
				return nil
			}
			return x.Enum
		},
		"boot_val": func(_ *scope, x catalog.Setting) any { return x.Boot }, "reset_val": func(_ *scope, x catalog.Setting) any { return x.Reset }, "pending_restart": is[catalog.Setting](false),
	})
	define("pg_stat_activity", func(s *scope) []catalog.Backend { return s.session.Activity() }, columns[catalog.Backend]{
		"datid": is[catalog.Backend](databaseOID), "datname": func(_ *scope, b catalog.Backend) any { return b.Database }, "pid": func(_ *scope, b catalog.Backend) any { return b.PID },
		"usesysid": is[catalog.Backend](ownerOID), "usename": func(_ *scope, b catalog.Backend) any { return b.User }, "application_name": func(_ *scope, b catalog.Backend) any { return b.Application },
		"client_addr": func(_ *scope, b catalog.Backend) any { return orNull(host(b.ClientAddr)) }, "client_port": func(_ *scope, b catalog.Backend) any { return port(b.ClientAddr) },
		"backend_start": func(_ *scope, b catalog.Backend) any { return b.StartMicros }, "query_start": func(_ *scope, b catalog.Backend) any { return b.QueryStartMicros },
		"state_change": func(_ *scope, b catalog.Backend) any { return b.QueryStartMicros },
		"state":        func(_ *scope, b catalog.Backend) any { return b.State }, "query": func(_ *scope, b catalog.Backend) any { return b.Query }, "backend_type": is[catalog.Backend]("client backend"),
	})
	tables := func(s *scope) []*catalog.Relation {
		var out []*catalog.Relation
		for _, r := range allRelations(s) {
			if r.Kind == catalog.Table || r.Kind == catalog.PartitionedTable {
				out = append(out, r)
			}
		}
		return out
	}
	schemaName := func(_ *scope, r *catalog.Relation) any { return r.Schema }
	relName := func(_ *scope, r *catalog.Relation) any { return r.Name }
	owner := func(s *scope, _ *catalog.Relation) any { return s.session.User() }
	define("pg_tables", tables, columns[*catalog.Relation]{
		"schemaname": schemaName, "tablename": relName, "tableowner": owner,
		"hasindexes": func(s *scope, r *catalog.Relation) any { return len(catalog.RelatedOf(s.view).Indexes(r.OID)) > 0 }, "hasrules": is[*catalog.Relation](false), "hastriggers": is[*catalog.Relation](false), "rowsecurity": is[*catalog.Relation](false),
	})
	views := func(s *scope) []*catalog.Relation {
		var out []*catalog.Relation
		for _, r := range allRelations(s) {
			if r.Kind == catalog.ViewRelation {
				out = append(out, r)
			}
		}
		return out
	}
	define("pg_views", views, columns[*catalog.Relation]{
		"schemaname": schemaName, "viewname": relName, "viewowner": owner, "definition": func(_ *scope, r *catalog.Relation) any { return r.Definition },
	})
	define("pg_matviews", func(s *scope) []*catalog.Relation { return userRelations(s, catalog.MaterializedView) }, columns[*catalog.Relation]{
		"schemaname": schemaName, "matviewname": relName, "matviewowner": owner, "hasindexes": func(s *scope, r *catalog.Relation) any { return len(catalog.RelatedOf(s.view).Indexes(r.OID)) > 0 }, "ispopulated": func(_ *scope, r *catalog.Relation) any { return !r.Unpopulated },
		"definition": func(_ *scope, r *catalog.Relation) any { return r.Definition },
	})
	define("pg_indexes", indexes, columns[index]{
		"schemaname": func(_ *scope, i index) any { return i.rel.Schema }, "tablename": func(_ *scope, i index) any { return i.tab.Name }, "indexname": func(_ *scope, i index) any { return i.rel.Name },
		"indexdef": func(s *scope, i index) any {
			text, _ := catalog.IndexText(s.view, i.rel, 0, catalog.QuoteName(i.tab.Schema)+"."+catalog.QuoteName(i.tab.Name), catalog.QuoteName, func(e string) string { return e })
			return text
		},
	})
	defineTypes()
}

func localeOf(n named) any {
	switch n.name {
	case "default":
		return nil
	case "ucs_basic":
		return "C"
	}
	return n.name
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func host(addr string) string {
	if i := strings.LastIndexByte(addr, ':'); i >= 0 {
		return strings.Trim(addr[:i], "[]")
	}
	return addr
}

func port(addr string) any {
	i := strings.LastIndexByte(addr, ':')
	if i < 0 {
		return -1
	}
	n := 0
	for _, c := range addr[i+1:] {
		if c < '0' || c > '9' {
			return -1
		}
		n = n*10 + int(c-'0')
	}
	return n
}

func defineTypes() {
	define("pg_type", func(*scope) []*types.Facts { return types.AllFacts() }, columns[*types.Facts]{
		"oid": func(_ *scope, f *types.Facts) any { return f.OID }, "typname": func(_ *scope, f *types.Facts) any { return f.Name }, "typnamespace": is[*types.Facts](pgCatalogOID),
		"typowner": is[*types.Facts](ownerOID), "typlen": func(_ *scope, f *types.Facts) any { return f.Len }, "typbyval": func(_ *scope, f *types.Facts) any { return f.ByVal },
		"typtype":  func(_ *scope, f *types.Facts) any { return f.TypType },
		"typinput": procNamed(func(f *types.Facts) string { return f.Input }), "typoutput": procNamed(func(f *types.Facts) string { return f.Output }),
		"typreceive": procNamed(func(f *types.Facts) string { return f.Receive }), "typsend": procNamed(func(f *types.Facts) string { return f.Send }),
		"typmodin": procNamed(func(f *types.Facts) string { return f.ModIn }), "typmodout": procNamed(func(f *types.Facts) string { return f.ModOut }),
		"typsubscript": procNamed(func(f *types.Facts) string { return f.Subscript }),
		"typcategory":  func(_ *scope, f *types.Facts) any { return f.Category }, "typispreferred": func(_ *scope, f *types.Facts) any { return f.Preferred },
		"typisdefined": is[*types.Facts](true), "typdelim": func(_ *scope, f *types.Facts) any { return f.Delim }, "typelem": func(_ *scope, f *types.Facts) any { return f.TypElem }, "typarray": func(_ *scope, f *types.Facts) any { return f.Array },
		"typalign": func(_ *scope, f *types.Facts) any { return f.Align }, "typstorage": func(_ *scope, f *types.Facts) any { return f.Storage },
		"typtypmod": is[*types.Facts](-1), "typcollation": func(_ *scope, f *types.Facts) any { return f.Collation },
	})
}

// procNamed makes a column of the OID of a function that a type names; 0 where
// it names none.
func procNamed(name func(*types.Facts) string) func(*scope, *types.Facts) any {
	return func(_ *scope, f *types.Facts) any {
		n := name(f)
		if io := function.InputOutputNamed(n); len(io) > 0 {
			return io[0].OID
		}
		if fns := function.Named(n); len(fns) > 0 {
			return fns[0].OID
		}
		return types.OID(0)
	}
}
