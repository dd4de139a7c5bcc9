package eval

import (
	"strings"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// The has_…_privilege functions: (object, privilege), (user, object, privilege)
// and, for columns, (…, object, column, privilege). There is one role so far, a
// superuser: what exists may be used.
func init() {
	kinds := map[string]struct {
		privileges string
		find       func(e *Env, name string, oid types.OID) (found bool, err error)
	}{
		"table":                {"SELECT INSERT UPDATE DELETE TRUNCATE REFERENCES TRIGGER RULE", findRelation},
		"any_column":           {"SELECT INSERT UPDATE REFERENCES", findRelation},
		"column":               {"SELECT INSERT UPDATE REFERENCES", findRelation},
		"sequence":             {"USAGE SELECT UPDATE", findRelation},
		"schema":               {"CREATE USAGE", findSchema},
		"database":             {"CREATE TEMPORARY TEMP CONNECT", findDatabase},
		"function":             {"EXECUTE", findFunction},
		"type":                 {"USAGE", findType},
		"language":             {"USAGE", findNamed("language", map[string]types.OID{"internal": 12, "c": 13, "sql": 14})},
		"tablespace":           {"CREATE", findNamed("tablespace", map[string]types.OID{"pg_default": 1663, "pg_global": 1664})},
		"server":               {"USAGE", findNamed("server", nil)},
		"foreign_data_wrapper": {"USAGE", findNamed("foreign-data wrapper", nil)},
	}
	for name, k := range kinds {
		register(map[string]builder{"has_" + name + "_privilege": hasPrivilege(k.privileges, name == "column", k.find)})
	}
	register(map[string]builder{"pg_has_role": rowwise(hasRole)})
}

func isTextual(t types.OID) bool { return t == types.TextOID || t == types.NameOID }

func hasPrivilege(privileges string, ofColumn bool, find func(e *Env, name string, oid types.OID) (bool, error)) builder {
	return func(cp *compiler, s *signature) (node, error) {
		object := len(s.argt) - 2
		if ofColumn {
			object--
		}
		return s.node(cp, func(c *call) error {
			return c.each(func(i int) error {
				for a := range object { // a user
					if err := checkRole(c, a, i); err != nil {
						return err
					}
				}
				name, oid := nameOrOID(c, object, i)
				found, err := find(c.env, name, oid)
				if err != nil {
					return err
				}
				p := c.text(len(c.args) - 1)
				if err := checkPrivileges(string(p.At(i)), privileges); err != nil {
					return err
				}
				if found && ofColumn {
					if found, err = findColumn(c, object, i, name, oid); err != nil {
						return err
					}
				}
				if !found {
					c.null(i)
					return nil
				}
				c.putBool(i, true)
				return nil
			})
		}), nil
	}
}

// nameOrOID is an argument that names an object by text or by number.
func nameOrOID(c *call, a, i int) (string, types.OID) {
	if isTextual(c.argt[a].OID) {
		t := c.text(a)
		return string(t.At(i)), 0
	}
	return "", types.OID(column.At[int64](c.args[a], i))
}

func checkRole(c *call, a, i int) error {
	name, oid := nameOrOID(c, a, i)
	switch {
	case oid != 0 && oid != ownerOID, name == "" || name == c.env.user() || name == "public":
		return nil
	}
	return errNoRole(name)
}

func checkPrivileges(given, known string) error {
	for _, p := range strings.Split(given, ",") {
		p = strings.TrimSpace(p)
		word := strings.TrimSuffix(strings.ToUpper(p), " WITH GRANT OPTION")
		ok := false
		for _, k := range strings.Fields(known) {
			ok = ok || k == word
		}
		if !ok {
			return sqlerr.New(sqlerr.InvalidParameterValue, "unrecognized privilege type: %s", sqlerr.Quote(p))
		}
	}
	return nil
}

func (e *Env) relationNamed(name string) (*catalog.Relation, error) {
	if parts, ok := splitIdent(name); ok {
		if r, ok := e.relation(parts); ok {
			return r, nil
		}
	}
	return nil, sqlerr.New(sqlerr.UndefinedTable, "relation %s does not exist", sqlerr.Quote(name))
}

func findRelation(e *Env, name string, oid types.OID) (bool, error) {
	if name != "" {
		_, err := e.relationNamed(name)
		return err == nil, err
	}
	_, ok := tableVisible(e, oid)
	return ok, nil
}

func findColumn(c *call, object, i int, name string, oid types.OID) (bool, error) {
	var r *catalog.Relation
	if name != "" {
		r, _ = c.env.relationNamed(name)
	} else {
		r, _ = c.env.byOID(oid)
	}
	if r == nil {
		return false, nil
	}
	if a := object + 1; isTextual(c.argt[a].OID) {
		t := c.text(a)
		col := string(t.At(i))
		if _, ok := r.Column(col); !ok {
			return false, sqlerr.New(sqlerr.UndefinedColumn, "column %s of relation %s does not exist", sqlerr.Quote(col), sqlerr.Quote(r.Name))
		}
		return true, nil
	}
	n := column.At[int16](c.args[object+1], i)
	for k := range r.Columns {
		if r.Columns[k].Attnum == n {
			return true, nil
		}
	}
	return false, nil
}

func findSchema(e *Env, name string, oid types.OID) (bool, error) {
	if e.View == nil {
		return true, nil
	}
	if name != "" {
		if _, ok := e.View.Schema(name); !ok {
			return false, sqlerr.New(sqlerr.UndefinedSchema, "schema %s does not exist", sqlerr.Quote(name))
		}
		return true, nil
	}
	for _, s := range e.View.Schemas() {
		if s.OID == oid {
			return true, nil
		}
	}
	return false, nil
}

func findDatabase(e *Env, name string, _ types.OID) (bool, error) {
	if name != "" && name != e.database() {
		return false, sqlerr.New(sqlerr.UndefinedDatabase, "database %s does not exist", sqlerr.Quote(name))
	}
	return true, nil
}

func findFunction(e *Env, name string, oid types.OID) (bool, error) {
	if name == "" {
		return function.ByOID(oid) != nil, nil
	}
	n := objectNames{e}
	_, err := n.ObjectOID(types.RegprocedureOID, name)
	return err == nil, err
}

func findType(_ *Env, name string, oid types.OID) (bool, error) {
	if name == "" {
		return types.FactsOf(oid) != nil, nil
	}
	_, err := types.ParseTypeName(name)
	return err == nil, err
}

func findNamed(what string, known map[string]types.OID) func(*Env, string, types.OID) (bool, error) {
	return func(_ *Env, name string, oid types.OID) (bool, error) {
		if name == "" {
			for _, o := range known {
				if o == oid {
					return true, nil
				}
			}
			return false, nil
		}
		if _, ok := known[name]; !ok {
			return false, sqlerr.New(sqlerr.UndefinedObject, "%s %s does not exist", what, sqlerr.Quote(name))
		}
		return true, nil
	}
}

// hasRole is pg_has_role([user,] role, privilege).
func hasRole(c *call) error {
	return c.each(func(i int) error {
		for a := range len(c.args) - 1 {
			if err := checkRole(c, a, i); err != nil {
				return err
			}
		}
		p := c.text(len(c.args) - 1)
		if err := checkPrivileges(string(p.At(i)), "USAGE MEMBER SET"); err != nil {
			return err
		}
		c.putBool(i, true)
		return nil
	})
}
