package pgcatalog

import (
	"strconv"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/types"
)

func init() {
	type rel = *catalog.Relation
	database := func(s *scope) any { return s.session.Database() }
	tableType := func(r rel) string {
		switch {
		case r.Kind == catalog.ViewRelation:
			return "VIEW"
		case r.Kind == catalog.ForeignTable:
			return "FOREIGN"
		case r.Temporary:
			return "LOCAL TEMPORARY"
		}
		return "BASE TABLE"
	}
	insertable := func(r rel) bool { return r.Kind == catalog.Table || r.Kind == catalog.PartitionedTable }
	tables := func(s *scope) []rel {
		var out []rel
		for _, r := range allRelations(s) {
			switch r.Kind {
			case catalog.Table, catalog.ViewRelation, catalog.ForeignTable, catalog.PartitionedTable:
				out = append(out, r)
			}
		}
		return out
	}
	defineIn(InformationSchema, "schemata", func(s *scope) []catalog.Schema { return s.view.Schemas() }, columns[catalog.Schema]{
		"catalog_name": func(s *scope, _ catalog.Schema) any { return database(s) }, "schema_name": func(_ *scope, n catalog.Schema) any { return n.Name },
		"schema_owner": func(s *scope, _ catalog.Schema) any { return s.session.User() },
	})
	defineIn(InformationSchema, "tables", tables, columns[rel]{
		"table_catalog": func(s *scope, _ rel) any { return database(s) }, "table_schema": func(_ *scope, r rel) any { return r.Schema }, "table_name": func(_ *scope, r rel) any { return r.Name },
		"table_type": func(_ *scope, r rel) any { return tableType(r) }, "is_insertable_into": func(_ *scope, r rel) any { return insertable(r) }, "is_typed": is[rel](false),
	})
	defineIn(InformationSchema, "views", func(s *scope) []rel {
		var out []rel
		for _, r := range tables(s) {
			if r.Kind == catalog.ViewRelation {
				out = append(out, r)
			}
		}
		return out
	}, columns[rel]{
		"table_catalog": func(s *scope, _ rel) any { return database(s) }, "table_schema": func(_ *scope, r rel) any { return r.Schema }, "table_name": func(_ *scope, r rel) any { return r.Name },
		"view_definition": func(_ *scope, r rel) any { return orNull(r.Definition) }, "check_option": is[rel]("NONE"), "is_updatable": is[rel](false), "is_insertable_into": is[rel](false),
		"is_trigger_updatable": is[rel](false), "is_trigger_deletable": is[rel](false), "is_trigger_insertable_into": is[rel](false),
	})
	columnAttributes := func(s *scope) []attribute {
		var out []attribute
		for _, r := range tables(s) {
			for i := range r.Columns {
				out = append(out, attribute{r, &r.Columns[i]})
			}
		}
		return out
	}
	defineIn(InformationSchema, "columns", columnAttributes, columns[attribute]{
		"table_catalog": func(s *scope, _ attribute) any { return database(s) }, "table_schema": func(_ *scope, a attribute) any { return a.rel.Schema }, "table_name": func(_ *scope, a attribute) any { return a.rel.Name },
		"column_name": func(_ *scope, a attribute) any { return a.col.Name }, "ordinal_position": func(_ *scope, a attribute) any { return a.col.Attnum },
		"column_default": func(s *scope, a attribute) any {
			return orNull(catalog.ShowText(s.view, s.session.SearchPath(), a.col.Default))
		},
		"is_nullable": func(_ *scope, a attribute) any { return !a.col.NotNull },
		"data_type": func(_ *scope, a attribute) any {
			if a.col.Type.IsArray() {
				return "ARRAY"
			}
			return factsOf(a.col.Type).SQLName
		},
		"character_maximum_length": func(_ *scope, a attribute) any {
			if t := a.col.Type; (t.OID == types.VarcharOID || t.OID == types.BPCharOID) && t.Typmod >= 4 {
				return t.Typmod - 4
			}
			return nil
		},
		"character_octet_length": func(_ *scope, a attribute) any {
			switch t := a.col.Type; t.OID {
			case types.VarcharOID, types.BPCharOID:
				if t.Typmod >= 4 {
					return (t.Typmod - 4) * 4
				}
				return 1 << 30
			case types.TextOID:
				return 1 << 30
			}
			return nil
		},
		"numeric_precision":       func(_ *scope, a attribute) any { return numericFact(a.col.Type, 0) },
		"numeric_precision_radix": func(_ *scope, a attribute) any { return numericFact(a.col.Type, 1) },
		"numeric_scale":           func(_ *scope, a attribute) any { return numericFact(a.col.Type, 2) },
		"datetime_precision": func(_ *scope, a attribute) any {
			switch t := a.col.Type; t.OID {
			case types.DateOID:
				return 0
			case types.TimeOID, types.TimetzOID, types.TimestampOID, types.TimestamptzOID, types.IntervalOID:
				if t.OID != types.IntervalOID && t.Typmod >= 0 {
					return t.Typmod
				}
				return 6
			}
			return nil
		},
		"udt_catalog": func(s *scope, _ attribute) any { return database(s) }, "udt_schema": is[attribute](PgCatalog), "udt_name": func(_ *scope, a attribute) any { return factsOf(a.col.Type).Name },
		"dtd_identifier": func(_ *scope, a attribute) any { return itoa(int(a.col.Attnum)) }, "is_self_referencing": is[attribute](false),
		"is_identity": func(_ *scope, a attribute) any { return a.col.Identity != 0 },
		"identity_generation": func(_ *scope, a attribute) any {
			switch a.col.Identity {
			case 'a':
				return "ALWAYS"
			case 'd':
				return "BY DEFAULT"
			}
			return nil
		},
		"identity_cycle": is[attribute](false),
		"is_generated": func(_ *scope, a attribute) any {
			if a.col.Generated != "" {
				return "ALWAYS"
			}
			return "NEVER"
		},
		"generation_expression": func(_ *scope, a attribute) any { return orNull(a.col.Generated) },
		"is_updatable":          func(_ *scope, a attribute) any { return insertable(a.rel) },
	})
	kind := func(c constraint) string {
		return map[byte]string{'p': "PRIMARY KEY", 'u': "UNIQUE", 'c': "CHECK", 'f': "FOREIGN KEY"}[c.con.Kind]
	}
	defineIn(InformationSchema, "table_constraints", constraints, columns[constraint]{
		"constraint_catalog": func(s *scope, _ constraint) any { return database(s) }, "constraint_schema": func(_ *scope, c constraint) any { return c.rel.Schema }, "constraint_name": func(_ *scope, c constraint) any { return c.con.Name },
		"table_catalog": func(s *scope, _ constraint) any { return database(s) }, "table_schema": func(_ *scope, c constraint) any { return c.rel.Schema }, "table_name": func(_ *scope, c constraint) any { return c.rel.Name },
		"constraint_type": func(_ *scope, c constraint) any { return kind(c) }, "is_deferrable": func(_ *scope, c constraint) any { return c.con.Deferrable }, "initially_deferred": func(_ *scope, c constraint) any { return c.con.Deferred }, "enforced": is[constraint](true),
	})
	type keyColumn struct {
		constraint
		at  int
		col string
	}
	keyColumns := func(s *scope) []keyColumn {
		var out []keyColumn
		for _, c := range constraints(s) {
			for i, n := range c.con.Columns {
				for _, col := range c.rel.Columns {
					if col.Attnum == n {
						out = append(out, keyColumn{c, i + 1, col.Name})
					}
				}
			}
		}
		return out
	}
	keys := func(s *scope) []keyColumn {
		var out []keyColumn
		for _, k := range keyColumns(s) {
			if k.con.Kind != 'c' {
				out = append(out, k)
			}
		}
		return out
	}
	usage := columns[keyColumn]{
		"constraint_catalog": func(s *scope, _ keyColumn) any { return database(s) }, "constraint_schema": func(_ *scope, k keyColumn) any { return k.rel.Schema }, "constraint_name": func(_ *scope, k keyColumn) any { return k.con.Name },
		"table_catalog": func(s *scope, _ keyColumn) any { return database(s) }, "table_schema": func(_ *scope, k keyColumn) any { return k.rel.Schema }, "table_name": func(_ *scope, k keyColumn) any { return k.rel.Name },
		"column_name": func(_ *scope, k keyColumn) any { return k.col }, "ordinal_position": func(_ *scope, k keyColumn) any { return k.at },
	}
	defineIn(InformationSchema, "key_column_usage", keys, usage)
	defineIn(InformationSchema, "constraint_column_usage", keyColumns, usage)
	checks := func(s *scope) []constraint {
		var out []constraint
		for _, c := range constraints(s) {
			if c.con.Kind == 'c' {
				out = append(out, c)
			}
		}
		return out
	}
	defineIn(InformationSchema, "check_constraints", checks, columns[constraint]{
		"constraint_catalog": func(s *scope, _ constraint) any { return database(s) }, "constraint_schema": func(_ *scope, c constraint) any { return c.rel.Schema }, "constraint_name": func(_ *scope, c constraint) any { return c.con.Name },
		"check_clause": func(_ *scope, c constraint) any { return c.con.Expr },
	})
	keyOf := func(s *scope, c constraint) (*catalog.Relation, string) { // the key that a foreign key refers to
		ref, ok := s.view.RelationByOID(c.con.RefRelation)
		if x, there := s.view.RelationByOID(indexOf(s, c)); ok && there {
			return ref, x.Name
		}
		return &catalog.Relation{}, ""
	}
	rules := map[byte]string{0: "NO ACTION", 'a': "NO ACTION", 'r': "RESTRICT", 'c': "CASCADE", 'n': "SET NULL", 'd': "SET DEFAULT"}
	defineIn(InformationSchema, "referential_constraints", func(s *scope) []constraint {
		var out []constraint
		for _, c := range constraints(s) {
			if c.con.Kind == 'f' {
				out = append(out, c)
			}
		}
		return out
	}, columns[constraint]{
		"constraint_catalog": func(s *scope, _ constraint) any { return database(s) }, "constraint_schema": func(_ *scope, c constraint) any { return c.rel.Schema }, "constraint_name": func(_ *scope, c constraint) any { return c.con.Name },
		"unique_constraint_catalog": func(s *scope, _ constraint) any { return database(s) },
		"unique_constraint_schema":  func(s *scope, c constraint) any { r, _ := keyOf(s, c); return orNull(r.Schema) },
		"unique_constraint_name":    func(s *scope, c constraint) any { _, n := keyOf(s, c); return orNull(n) },
		"match_option": func(_ *scope, c constraint) any {
			if c.con.MatchFull {
				return "FULL"
			}
			return "NONE"
		},
		"update_rule": func(_ *scope, c constraint) any { return rules[c.con.OnUpdate] }, "delete_rule": func(_ *scope, c constraint) any { return rules[c.con.OnDelete] },
	})
	defineIn(InformationSchema, "sequences", func(s *scope) []rel {
		var out []rel
		for _, q := range userRelations(s, catalog.Sequence) {
			if !q.Sequence.Identity {
				out = append(out, q)
			}
		}
		return out
	}, columns[rel]{
		"sequence_catalog": func(s *scope, _ rel) any { return database(s) }, "sequence_schema": func(_ *scope, q rel) any { return q.Schema }, "sequence_name": func(_ *scope, q rel) any { return q.Name },
		"data_type":               func(_ *scope, q rel) any { return factsOf(types.New(q.Sequence.Type)).SQLName },
		"numeric_precision":       func(_ *scope, q rel) any { return numericFact(types.New(q.Sequence.Type), 0) },
		"numeric_precision_radix": is[rel](2), "numeric_scale": is[rel](0),
		"start_value": func(_ *scope, q rel) any { return decimal(q.Sequence.Start) }, "minimum_value": func(_ *scope, q rel) any { return decimal(q.Sequence.Min) },
		"maximum_value": func(_ *scope, q rel) any { return decimal(q.Sequence.Max) }, "increment": func(_ *scope, q rel) any { return decimal(q.Sequence.Increment) },
		"cycle_option": func(_ *scope, q rel) any { return q.Sequence.Cycle },
	})
	defineIn(InformationSchema, "character_sets", func(*scope) []struct{} { return []struct{}{{}} }, columns[struct{}]{
		"character_set_name": is[struct{}]("UTF8"), "character_repertoire": is[struct{}]("UCS"), "form_of_use": is[struct{}]("UTF8"),
		"default_collate_catalog": func(s *scope, _ struct{}) any { return database(s) }, "default_collate_schema": is[struct{}](PgCatalog), "default_collate_name": is[struct{}]("default"),
	})
	defineIn(InformationSchema, "information_schema_catalog_name", func(s *scope) []string { return []string{s.session.Database()} }, columns[string]{
		"catalog_name": func(_ *scope, d string) any { return d },
	})
	defineIn(InformationSchema, "enabled_roles", roles, columns[string]{"role_name": func(_ *scope, r string) any { return r }})
	type grant struct {
		rel
		privilege string
	}
	grants := func(s *scope) []grant {
		var out []grant
		for _, r := range userRelations(s, catalog.Table, catalog.ViewRelation, catalog.ForeignTable) {
			for _, p := range []string{"INSERT", "SELECT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"} {
				out = append(out, grant{r, p})
			}
		}
		return out
	}
	grantCols := columns[grant]{
		"grantor": func(s *scope, _ grant) any { return s.session.User() }, "grantee": func(s *scope, _ grant) any { return s.session.User() },
		"table_catalog": func(s *scope, _ grant) any { return database(s) }, "table_schema": func(_ *scope, g grant) any { return g.Schema }, "table_name": func(_ *scope, g grant) any { return g.Name },
		"privilege_type": func(_ *scope, g grant) any { return g.privilege }, "is_grantable": is[grant](true), "with_hierarchy": func(_ *scope, g grant) any { return g.privilege == "SELECT" },
	}
	defineIn(InformationSchema, "role_table_grants", grants, grantCols)
	defineIn(InformationSchema, "table_privileges", grants, grantCols)
}

func decimal(v int64) string { return strconv.FormatInt(v, 10) }

// numericFact is a number type's precision (0), radix (1) or scale (2); nil for others.
func numericFact(t types.Type, which int) any {
	facts := map[types.OID][3]any{types.Int2OID: {16, 2, 0}, types.Int4OID: {32, 2, 0}, types.Int8OID: {64, 2, 0}, types.Float4OID: {24, 2, nil}, types.Float8OID: {53, 2, nil}}
	if f, ok := facts[t.OID]; ok {
		return f[which]
	}
	if t.OID != types.NumericOID {
		return nil
	}
	if which == 1 {
		return 10
	}
	if t.Typmod < 4 {
		return nil
	}
	m := t.Typmod - 4
	if which == 0 {
		return m >> 16 & 0xffff
	}
	return (m&0x7ff ^ 1024) - 1024
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}
