package pgcatalog

import (
	"strings"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
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

// index is an index and its table.
type index struct {
	rel *catalog.Relation // the index
	tab *catalog.Relation
	*catalog.IndexInfo
}

func indexes(s *scope) []index {
	var out []index
	for _, r := range userRelations(s, catalog.Index) {
		if t, ok := s.view.RelationByOID(r.Index.Table); ok {
			out = append(out, index{r, t, r.Index})
		}
	}
	return out
}

// indexOf is the OID of a constraint's index: of its own, or for a foreign key
// of that of the key it refers to; 0: none.
func indexOf(s *scope, c constraint) types.OID {
	rel, cols := c.rel, c.con.Columns
	switch c.con.Kind {
	case 'f':
		r, ok := s.view.RelationByOID(c.con.RefRelation)
		if !ok {
			return 0
		}
		rel, cols = r, c.con.RefColumns
	case 'p', 'u':
	default:
		return 0
	}
	for _, x := range catalog.RelatedOf(s.view).Indexes(rel.OID) {
		if c.con.Kind != 'f' {
			if x.Index.Constraint && x.Name == c.con.Name {
				return x.OID
			}
			continue
		}
		if x.Index.Unique && x.Index.Plain() && len(x.Index.Keys) == len(cols) {
			all := true
			for _, k := range x.Index.Keys {
				in := false
				for _, a := range cols {
					in = in || a == k.Attnum
				}
				all = all && in
			}
			if all {
				return x.OID
			}
		}
	}
	return 0
}

func (x index) key() []int16 {
	var out []int16
	for _, k := range x.Keys {
		out = append(out, k.Attnum)
	}
	return append(out, x.Include...)
}

// columnTypes are the types of the key's columns.
func (x index) columnTypes() []types.Type {
	var out []types.Type
	for i := range x.Keys {
		if i < len(x.rel.Columns) {
			out = append(out, x.rel.Columns[i].Type)
		}
	}
	return out
}

func init() {
	define("pg_namespace", func(s *scope) []catalog.Schema { return s.view.Schemas() }, columns[catalog.Schema]{
		"oid":      func(_ *scope, n catalog.Schema) any { return n.OID },
		"nspname":  func(_ *scope, n catalog.Schema) any { return n.Name },
		"nspowner": is[catalog.Schema](ownerOID),
	})
	type class = *catalog.Relation
	hasRows := func(c class) bool {
		return c.Kind == catalog.Table || c.Kind == catalog.MaterializedView
	}
	define("pg_class", allRelations, columns[class]{
		"oid":          func(_ *scope, c class) any { return c.OID },
		"relname":      func(_ *scope, c class) any { return c.Name },
		"relnamespace": func(s *scope, c class) any { return schemaOID(s, c.Schema) },
		"relowner":     is[class](ownerOID),
		"relam": func(_ *scope, c class) any {
			switch {
			case c.Index != nil:
				return accessMethods[c.Index.Method]
			case hasRows(c):
				return heapOID
			}
			return 0
		},
		"relfilenode": func(_ *scope, c class) any {
			if hasRows(c) || c.Index != nil || c.Sequence != nil {
				return c.OID
			}
			return 0
		},
		"reltuples": func(s *scope, c class) any {
			if !hasRows(c) || c.System {
				return -1
			}
			if st, err := s.view.Statistics(s.ctx, c); err == nil && st != nil && st.Rows >= 0 {
				return st.Rows
			}
			return -1
		},
		"relhasindex":    func(s *scope, c class) any { return len(catalog.RelatedOf(s.view).Indexes(c.OID)) > 0 },
		"relhassubclass": func(s *scope, c class) any { return len(catalog.RelatedOf(s.view).Children(c.OID)) > 0 },
		"relpersistence": func(_ *scope, c class) any {
			if c.Temporary {
				return byte('t')
			}
			return byte('p')
		},
		"relkind": func(_ *scope, c class) any { return byte(c.Kind) },
		"relnatts": func(_ *scope, c class) any {
			return max(int(c.LastAttnum), len(c.Columns))
		},
		"relchecks": func(_ *scope, c class) any {
			n := 0
			for _, k := range c.Constraints {
				if k.Kind == 'c' {
					n++
				}
			}
			return n
		},
		"relhastriggers": func(s *scope, c class) any {
			for _, k := range c.Constraints {
				if k.Kind == 'f' {
					return true
				}
			}
			return len(catalog.RelatedOf(s.view).Referencing(c.OID)) > 0
		},
		"relhasrules": func(_ *scope, c class) any {
			return c.Kind == catalog.ViewRelation || c.Kind == catalog.MaterializedView
		},
		"relispartition": func(_ *scope, c class) any { return c.Bound != nil },
		"relpartbound": func(_ *scope, c class) any {
			if c.Bound == nil {
				return nil
			}
			return c.Bound.Text
		},
		"relispopulated": func(_ *scope, c class) any { return !c.Unpopulated },
		"reloptions": func(_ *scope, c class) any {
			if len(c.Options) == 0 || c.Kind == catalog.ForeignTable {
				return nil
			}
			return optionList(c.Options)
		},
		"relreplident": func(_ *scope, c class) any {
			if hasRows(c) || c.Kind == catalog.PartitionedTable {
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
		"attnotnull":  func(_ *scope, a attribute) any { return a.col.NotNull && a.rel.Index == nil },
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
		"oid":           func(_ *scope, c constraint) any { return c.con.OID },
		"conname":       func(_ *scope, c constraint) any { return c.con.Name },
		"connamespace":  func(s *scope, c constraint) any { return schemaOID(s, c.rel.Schema) },
		"contype":       func(_ *scope, c constraint) any { return c.con.Kind },
		"convalidated":  func(_ *scope, c constraint) any { return !c.con.NotValid },
		"conrelid":      func(_ *scope, c constraint) any { return c.rel.OID },
		"conindid":      func(s *scope, c constraint) any { return indexOf(s, c) },
		"condeferrable": func(_ *scope, c constraint) any { return c.con.Deferrable },
		"condeferred":   func(_ *scope, c constraint) any { return c.con.Deferred },
		"connoinherit": func(_ *scope, c constraint) any {
			return c.con.NoInherit || c.con.Kind == 'p' || c.con.Kind == 'u' || c.con.Kind == 'f'
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
		"confupdtype": func(_ *scope, c constraint) any { return foreign(c, c.con.OnUpdate) },
		"confdeltype": func(_ *scope, c constraint) any { return foreign(c, c.con.OnDelete) },
		"confmatchtype": func(_ *scope, c constraint) any {
			if c.con.MatchFull {
				return foreign(c, 'f')
			}
			return foreign(c, 's')
		},
	})
	define("pg_index", indexes, columns[index]{
		"indexrelid":          func(_ *scope, i index) any { return i.rel.OID },
		"indrelid":            func(_ *scope, i index) any { return i.Table },
		"indnatts":            func(_ *scope, i index) any { return len(i.Keys) + len(i.Include) },
		"indnkeyatts":         func(_ *scope, i index) any { return len(i.Keys) },
		"indisunique":         func(_ *scope, i index) any { return i.Unique },
		"indnullsnotdistinct": func(_ *scope, i index) any { return i.NullsNotDistinct },
		"indisprimary":        func(_ *scope, i index) any { return i.Primary },
		"indimmediate": func(_ *scope, i index) any {
			for _, c := range i.tab.Constraints {
				if i.Constraint && c.Name == i.rel.Name {
					return !c.Deferrable
				}
			}
			return true
		},
		"indisvalid": is[index](true),
		"indisready": is[index](true),
		"indislive":  is[index](true),
		"indkey":     func(_ *scope, i index) any { return i.key() },
		"indcollation": func(_ *scope, i index) any {
			out := make([]types.OID, len(i.Keys))
			for k, t := range i.columnTypes() {
				if oid, ok := collation(t).(types.OID); ok {
					out[k] = oid
				}
			}
			return out
		},
		"indclass": func(_ *scope, i index) any { return make([]types.OID, len(i.Keys)) },
		"indoption": func(_ *scope, i index) any {
			out := make([]int16, len(i.Keys))
			for k, key := range i.Keys {
				if key.Descending {
					out[k] |= 1
				}
				if key.NullsFirst {
					out[k] |= 2
				}
			}
			return out
		},
		"indexprs": func(_ *scope, i index) any {
			var parts []string
			for _, k := range i.Keys {
				if k.Attnum == 0 {
					parts = append(parts, k.Expr)
				}
			}
			return orNull(strings.Join(parts, ", "))
		},
		"indpred": func(_ *scope, i index) any { return orNull(i.Where) },
	})
	define("pg_partitioned_table", func(s *scope) []class { return userRelations(s, catalog.PartitionedTable) }, columns[class]{
		"partrelid": func(_ *scope, c class) any { return c.OID }, "partstrat": func(_ *scope, c class) any { return c.Partition.Strategy[0] },
		"partnatts": func(_ *scope, c class) any { return len(c.Partition.Keys) },
		"partattrs": func(_ *scope, c class) any {
			var out []int16
			for _, k := range c.Partition.Keys {
				out = append(out, k.Attnum)
			}
			return out
		},
	})
	sequences := func(s *scope) []class { return userRelations(s, catalog.Sequence) }
	define("pg_sequence", sequences, columns[class]{
		"seqrelid":     func(_ *scope, q class) any { return q.OID },
		"seqtypid":     func(_ *scope, q class) any { return q.Sequence.Type },
		"seqstart":     func(_ *scope, q class) any { return q.Sequence.Start },
		"seqincrement": func(_ *scope, q class) any { return q.Sequence.Increment },
		"seqmax":       func(_ *scope, q class) any { return q.Sequence.Max },
		"seqmin":       func(_ *scope, q class) any { return q.Sequence.Min },
		"seqcache":     func(_ *scope, q class) any { return q.Sequence.Cache },
		"seqcycle":     func(_ *scope, q class) any { return q.Sequence.Cycle },
	})
	define("pg_sequences", sequences, columns[class]{
		"schemaname": func(_ *scope, q class) any { return q.Schema }, "sequencename": func(_ *scope, q class) any { return q.Name },
		"sequenceowner": func(s *scope, _ class) any { return s.session.User() }, "data_type": func(_ *scope, q class) any { return q.Sequence.Type },
		"start_value": func(_ *scope, q class) any { return q.Sequence.Start }, "min_value": func(_ *scope, q class) any { return q.Sequence.Min },
		"max_value": func(_ *scope, q class) any { return q.Sequence.Max }, "increment_by": func(_ *scope, q class) any { return q.Sequence.Increment },
		"cycle": func(_ *scope, q class) any { return q.Sequence.Cycle }, "cache_size": func(_ *scope, q class) any { return q.Sequence.Cache },
		"last_value": func(s *scope, q class) any {
			src, err := s.view.Source(s.ctx, q)
			if m, ok := src.(*catalog.Memory); err == nil && ok && column.At[uint8](m.Segments[0].Columns[2], 0) != 0 {
				return column.At[int64](m.Segments[0].Columns[0], 0)
			}
			return nil
		},
	})
	type dependency struct {
		class, object types.OID
		sub           int
		refClass, ref types.OID
		refSub        int
		kind          byte
	}
	define("pg_depend", func(s *scope) []dependency {
		var out []dependency
		for _, q := range sequences(s) {
			if q.Sequence.OwnerTable != 0 {
				kind := byte('a')
				if q.Sequence.Identity {
					kind = 'i'
				}
				out = append(out, dependency{1259, q.OID, 0, 1259, q.Sequence.OwnerTable, int(q.Sequence.OwnerColumn), kind})
			}
		}
		for _, x := range indexes(s) {
			for _, c := range x.tab.Constraints {
				if x.Constraint && c.Name == x.rel.Name {
					out = append(out, dependency{1259, x.rel.OID, 0, 2606, c.OID, 0, 'i'})
				}
			}
			if !x.Constraint {
				for _, k := range x.Keys {
					out = append(out, dependency{1259, x.rel.OID, 0, 1259, x.Table, int(k.Attnum), 'a'})
				}
			}
		}
		return out
	}, columns[dependency]{
		"classid": func(_ *scope, d dependency) any { return d.class }, "objid": func(_ *scope, d dependency) any { return d.object },
		"objsubid": func(_ *scope, d dependency) any { return d.sub }, "refclassid": func(_ *scope, d dependency) any { return d.refClass },
		"refobjid": func(_ *scope, d dependency) any { return d.ref }, "refobjsubid": func(_ *scope, d dependency) any { return d.refSub },
		"deptype": func(_ *scope, d dependency) any { return d.kind },
	})
	type inheritance struct {
		child, parent types.OID
		at            int
	}
	define("pg_inherits", func(s *scope) []inheritance {
		var out []inheritance
		for _, r := range userRelations(s, catalog.Table, catalog.PartitionedTable, catalog.ForeignTable) {
			for i, p := range r.Parents {
				out = append(out, inheritance{r.OID, p, i + 1})
			}
		}
		return out
	}, columns[inheritance]{
		"inhrelid": func(_ *scope, i inheritance) any { return i.child }, "inhparent": func(_ *scope, i inheritance) any { return i.parent },
		"inhseqno": func(_ *scope, i inheritance) any { return i.at },
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

// accessMethods are the OIDs of Postgres's index methods.
var accessMethods = map[string]types.OID{"btree": 403, "hash": 405, "gist": 783, "gin": 2742, "spgist": 4000, "brin": 3580}

func foreign(c constraint, v byte) any {
	if c.con.Kind == 'f' {
		if v == 0 {
			v = 'a'
		}
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
