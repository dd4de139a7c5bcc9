package pgcatalog

import (
	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/types"
)

// allRelations lists the relations of every schema, the system's included.
func allRelations(s *scope) []*catalog.Relation {
	var out []*catalog.Relation
	for _, sc := range s.view.Schemas() {
		out = append(out, s.view.Relations(sc.Name)...)
	}
	return out
}

// userRelations leaves the system's out.
func userRelations(s *scope, kinds ...catalog.RelationKind) []*catalog.Relation {
	var out []*catalog.Relation
	for _, r := range allRelations(s) {
		for _, k := range kinds {
			if r.Kind == k && !r.System {
				out = append(out, r)
			}
		}
	}
	return out
}

func schemaOID(s *scope, name string) types.OID {
	sc, _ := s.view.Schema(name)
	return sc.OID
}

type attribute struct {
	rel *catalog.Relation
	col *catalog.Column
}

func attributes(s *scope) []attribute {
	var out []attribute
	for _, r := range allRelations(s) {
		for i := range r.Columns {
			out = append(out, attribute{r, &r.Columns[i]})
		}
	}
	return out
}

type constraint struct {
	rel *catalog.Relation
	con *catalog.Constraint
}

func constraints(s *scope) []constraint {
	var out []constraint
	for _, r := range allRelations(s) {
		for i := range r.Constraints {
			out = append(out, constraint{r, &r.Constraints[i]})
		}
	}
	return out
}

// index is the index that a primary key or unique constraint would have in Postgres.
type index = constraint

func indexes(s *scope) []index {
	var out []index
	for _, c := range constraints(s) {
		if c.con.Kind == 'p' || c.con.Kind == 'u' {
			out = append(out, c)
		}
	}
	return out
}

// indexOID is the OID of a constraint's index: beside the constraint's own.
func indexOID(c *catalog.Constraint) types.OID { return c.OID + 1<<29 }

func init() {
	define("pg_namespace", func(s *scope) []catalog.Schema { return s.view.Schemas() }, columns[catalog.Schema]{
		"oid":      func(_ *scope, n catalog.Schema) any { return n.OID },
		"nspname":  func(_ *scope, n catalog.Schema) any { return n.Name },
		"nspowner": is[catalog.Schema](ownerOID),
	})
	// pg_class has the relations and, behind them, the indexes of constraints.
	type class struct {
		rel *catalog.Relation
		idx *catalog.Constraint
	}
	define("pg_class", func(s *scope) []class {
		var out []class
		for _, r := range allRelations(s) {
			out = append(out, class{rel: r})
		}
		for _, i := range indexes(s) {
			out = append(out, class{i.rel, i.con})
		}
		return out
	}, columns[class]{
		"oid": func(_ *scope, c class) any {
			if c.idx != nil {
				return indexOID(c.idx)
			}
			return c.rel.OID
		},
		"relname": func(_ *scope, c class) any {
			if c.idx != nil {
				return c.idx.Name
			}
			return c.rel.Name
		},
		"relnamespace": func(s *scope, c class) any { return schemaOID(s, c.rel.Schema) },
		"relowner":     is[class](ownerOID),
		"relam": func(_ *scope, c class) any {
			switch {
			case c.idx != nil:
				return types.OID(403)
			case c.rel.Kind == catalog.Table || c.rel.Kind == catalog.MaterializedView:
				return heapOID
			}
			return 0
		},
		"relfilenode": func(_ *scope, c class) any {
			if c.rel.Kind == catalog.Table {
				return c.rel.OID
			}
			return 0
		},
		"reltuples": func(s *scope, c class) any {
			if c.rel.Kind != catalog.Table || c.rel.System || c.idx != nil {
				return -1
			}
			if st, err := s.view.Statistics(s.ctx, c.rel); err == nil && st != nil && st.Rows >= 0 {
				return st.Rows
			}
			return -1
		},
		"relhasindex": func(_ *scope, c class) any {
			for _, k := range c.rel.Constraints {
				if c.idx == nil && (k.Kind == 'p' || k.Kind == 'u') {
					return true
				}
			}
			return false
		},
		"relpersistence": func(_ *scope, c class) any {
			if c.rel.Temporary {
				return byte('t')
			}
			return byte('p')
		},
		"relkind": func(_ *scope, c class) any {
			if c.idx != nil {
				return byte('i')
			}
			return byte(c.rel.Kind)
		},
		"relnatts": func(_ *scope, c class) any {
			if c.idx != nil {
				return len(c.idx.Columns)
			}
			return len(c.rel.Columns)
		},
		"relchecks": func(_ *scope, c class) any {
			n := 0
			for _, k := range c.rel.Constraints {
				if c.idx == nil && k.Kind == 'c' {
					n++
				}
			}
			return n
		},
		"relhasrules":    func(_ *scope, c class) any { return c.rel.Kind == catalog.ViewRelation },
		"relispopulated": is[class](true),
		"relreplident": func(_ *scope, c class) any {
			if c.idx == nil && c.rel.Kind == catalog.Table {
				return byte('d')
			}
			return byte('n')
		},
	})
	define("pg_attribute", attributes, columns[attribute]{
		"attrelid":      func(_ *scope, a attribute) any { return a.rel.OID },
		"attname":       func(_ *scope, a attribute) any { return a.col.Name },
		"atttypid":      func(_ *scope, a attribute) any { return a.col.Type.OID },
		"attstattarget": is[attribute](-1),
		"attlen":        func(_ *scope, a attribute) any { return factsOf(a.col.Type).Len },
		"attnum":        func(_ *scope, a attribute) any { return a.col.Attnum },
		"attndims": func(_ *scope, a attribute) any {
			if a.col.Type.IsArray() {
				return 1
			}
			return 0
		},
		"attcacheoff": is[attribute](-1),
		"atttypmod":   func(_ *scope, a attribute) any { return a.col.Type.Typmod },
		"attbyval":    func(_ *scope, a attribute) any { return factsOf(a.col.Type).ByVal },
		"attalign":    func(_ *scope, a attribute) any { return factsOf(a.col.Type).Align },
		"attstorage":  func(_ *scope, a attribute) any { return factsOf(a.col.Type).Storage },
		"attnotnull":  func(_ *scope, a attribute) any { return a.col.NotNull },
		"atthasdef":   func(_ *scope, a attribute) any { return a.col.Default != "" || a.col.Generated != "" },
		"attidentity": func(_ *scope, a attribute) any { return a.col.Identity },
		"attgenerated": func(_ *scope, a attribute) any {
			if a.col.Generated != "" {
				return byte('s')
			}
			return byte(0)
		},
		"attislocal":   is[attribute](true),
		"attcollation": func(_ *scope, a attribute) any { return collation(a.col.Type) },
	})
	withDefault := func(s *scope) []attribute {
		var out []attribute
		for _, a := range attributes(s) {
			if a.col.Default != "" || a.col.Generated != "" {
				out = append(out, a)
			}
		}
		return out
	}
	define("pg_attrdef", withDefault, columns[attribute]{
		"oid":     func(_ *scope, a attribute) any { return a.rel.OID + types.OID(a.col.Attnum)<<20 },
		"adrelid": func(_ *scope, a attribute) any { return a.rel.OID },
		"adnum":   func(_ *scope, a attribute) any { return a.col.Attnum },
		"adbin":   func(_ *scope, a attribute) any { return a.col.Default + a.col.Generated },
	})
	define("pg_constraint", constraints, columns[constraint]{
		"oid":          func(_ *scope, c constraint) any { return c.con.OID },
		"conname":      func(_ *scope, c constraint) any { return c.con.Name },
		"connamespace": func(s *scope, c constraint) any { return schemaOID(s, c.rel.Schema) },
		"contype":      func(_ *scope, c constraint) any { return c.con.Kind },
		"convalidated": is[constraint](true),
		"conrelid":     func(_ *scope, c constraint) any { return c.rel.OID },
		"conindid": func(_ *scope, c constraint) any {
			if c.con.Kind == 'p' || c.con.Kind == 'u' {
				return indexOID(c.con)
			}
			return 0
		},
		"confrelid":  func(_ *scope, c constraint) any { return c.con.RefRelation },
		"conislocal": is[constraint](true),
		"conkey": func(_ *scope, c constraint) any {
			if len(c.con.Columns) == 0 {
				return nil
			}
			return c.con.Columns
		},
		"confkey": func(_ *scope, c constraint) any {
			if len(c.con.RefColumns) == 0 {
				return nil
			}
			return c.con.RefColumns
		},
		"conbin": func(_ *scope, c constraint) any {
			if c.con.Expr == "" {
				return nil
			}
			return c.con.Expr
		},
		"confupdtype":   func(_ *scope, c constraint) any { return foreign(c, 'a') },
		"confdeltype":   func(_ *scope, c constraint) any { return foreign(c, 'a') },
		"confmatchtype": func(_ *scope, c constraint) any { return foreign(c, 's') },
	})
	define("pg_index", indexes, columns[index]{
		"indexrelid":   func(_ *scope, i index) any { return indexOID(i.con) },
		"indrelid":     func(_ *scope, i index) any { return i.rel.OID },
		"indnatts":     func(_ *scope, i index) any { return len(i.con.Columns) },
		"indnkeyatts":  func(_ *scope, i index) any { return len(i.con.Columns) },
		"indisunique":  is[index](true),
		"indisprimary": func(_ *scope, i index) any { return i.con.Kind == 'p' },
		"indimmediate": is[index](true),
		"indisvalid":   is[index](true),
		"indisready":   is[index](true),
		"indislive":    is[index](true),
		"indkey":       func(_ *scope, i index) any { return i.con.Columns },
		"indcollation": func(_ *scope, i index) any { return make([]types.OID, len(i.con.Columns)) },
		"indclass":     func(_ *scope, i index) any { return make([]types.OID, len(i.con.Columns)) },
		"indoption":    func(_ *scope, i index) any { return make([]int16, len(i.con.Columns)) },
	})
	type description struct {
		object, class types.OID
		sub           int
		text          string
	}
	define("pg_description", func(s *scope) []description {
		var out []description
		for _, sc := range s.view.Schemas() {
			if sc.Comment != "" {
				out = append(out, description{sc.OID, 2615, 0, sc.Comment})
			}
		}
		for _, r := range allRelations(s) {
			if r.Comment != "" {
				out = append(out, description{r.OID, 1259, 0, r.Comment})
			}
			for _, c := range r.Columns {
				if c.Comment != "" {
					out = append(out, description{r.OID, 1259, int(c.Attnum), c.Comment})
				}
			}
		}
		return out
	}, columns[description]{
		"objoid":      func(_ *scope, d description) any { return d.object },
		"classoid":    func(_ *scope, d description) any { return d.class },
		"objsubid":    func(_ *scope, d description) any { return d.sub },
		"description": func(_ *scope, d description) any { return d.text },
	})
	foreignTables := func(s *scope) []*catalog.Relation { return userRelations(s, catalog.ForeignTable) }
	define("pg_foreign_table", foreignTables, columns[*catalog.Relation]{
		"ftrelid":   func(_ *scope, r *catalog.Relation) any { return r.OID },
		"ftserver":  is[*catalog.Relation](fileServerOID),
		"ftoptions": func(_ *scope, r *catalog.Relation) any { return optionList(r.Options) },
	})
	one := func(*scope) []struct{} { return []struct{}{{}} }
	define("pg_foreign_data_wrapper", one, columns[struct{}]{
		"oid": is[struct{}](fileWrapperOID), "fdwname": is[struct{}]("files"), "fdwowner": is[struct{}](ownerOID),
	})
	define("pg_foreign_server", one, columns[struct{}]{
		"oid": is[struct{}](fileServerOID), "srvname": is[struct{}]("files"), "srvowner": is[struct{}](ownerOID), "srvfdw": is[struct{}](fileWrapperOID),
	})
}

func foreign(c constraint, v byte) any {
	if c.con.Kind == 'f' {
		return v
	}
	return byte(' ')
}

func factsOf(t types.Type) *types.Facts {
	if f := types.FactsOf(t.OID); f != nil {
		return f
	}
	return &types.Facts{Len: -1, Align: 'i', Storage: 'x'}
}

// collation is the OID of a type's default collation.
func collation(t types.Type) any {
	if t.OID == types.NameOID {
		return types.OID(950)
	}
	if factsOf(t).Collated {
		return types.OID(100)
	}
	return 0
}
