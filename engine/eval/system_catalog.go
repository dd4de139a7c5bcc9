package eval

import (
	"context"
	"strings"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/storage/column"
)

// What psql and drivers ask about objects of the catalog.
func init() {
	register(map[string]builder{
		"format_type":       rowwise(formatType),
		"pg_typeof":         pgTypeof,
		"pg_get_userbyid":   oidText1(userByID),
		"pg_get_expr":       rowwise(exprText),
		"obj_description":   rowwise(objDescription),
		"shobj_description": rowwise(allNull),
		"col_description":   rowwise(colDescription),

		"pg_table_is_visible": oidBool(tableVisible),
		"pg_type_is_visible":  oidBool(func(_ *Env, o types.OID) (bool, bool) { f := types.FactsOf(o); return true, f != nil }),
		"pg_function_is_visible": oidBool(func(_ *Env, o types.OID) (bool, bool) {
			f := function.ByOID(o)
			return f != nil && f.Schema == "", f != nil
		}),
		"pg_operator_is_visible": oidBool(func(_ *Env, o types.OID) (bool, bool) { return true, function.OperatorByOID(o) != nil }),
		"pg_collation_is_visible": oidBool(func(_ *Env, o types.OID) (bool, bool) {
			return true, o == 100 || o == 950 || o == 951 || o > 12000
		}),
		"pg_opclass_is_visible": oidBool(always), "pg_opfamily_is_visible": oidBool(always), "pg_conversion_is_visible": oidBool(always),
		"pg_statistics_obj_is_visible": oidBool(never), "pg_ts_config_is_visible": oidBool(always), "pg_ts_dict_is_visible": oidBool(always),
		"pg_ts_parser_is_visible": oidBool(always), "pg_ts_template_is_visible": oidBool(always),
		"pg_is_other_temp_schema": oidBool(func(*Env, types.OID) (bool, bool) { return false, true }),
		"pg_my_temp_schema":       answer(func(e *Env) types.Datum { return types.Int(column.Int64, int64(e.tempSchema())) }),

		"pg_get_viewdef":                     rowwise(viewDef),
		"pg_get_constraintdef":               rowwise(constraintDef),
		"pg_get_indexdef":                    rowwise(indexDef),
		"pg_get_function_arguments":          oidFunction(func(f *function.Function) string { return functionArguments(f, true) }),
		"pg_get_function_identity_arguments": oidFunction(func(f *function.Function) string { return functionArguments(f, false) }),
		"pg_get_function_result":             oidFunction(functionResult),
		"pg_get_function_arg_default":        rowwise(allNull), "pg_get_function_sqlbody": rowwise(allNull), "pg_get_functiondef": rowwise(allNull),
		"pg_get_triggerdef": rowwise(allNull), "pg_get_ruledef": rowwise(allNull), "pg_get_partkeydef": oidText1(partitionKey),
		"pg_get_partition_constraintdef": oidText1(partitionConstraint), "pg_get_statisticsobjdef": rowwise(allNull),
		"pg_get_statisticsobjdef_columns": rowwise(allNull), "pg_get_statisticsobjdef_expressions": rowwise(allNull),
		"pg_get_serial_sequence": rowwise(serialSequence), "pg_get_replica_identity_index": rowwise(allNull),
		"pg_describe_object": rowwise(allNull), "pg_sequence_last_value": rowwise(sequenceLastValue),
		"pg_sequence_parameters": unsupported("pg_sequence_parameters() is not supported yet"),
		"pg_partition_root":      rowwise(allNull), "pg_relation_filepath": rowwise(allNull),
		"pg_relation_filenode": rowwise(func(c *call) error { // the relation's own number
			x, dst := arg[int64](c, 0), column.Values[int64](c.out)
			return c.each(func(i int) error { dst[i] = x.at(i); return nil })
		}),
		"pg_relation_is_updatable":   rowwise(relationUpdatable),
		"pg_column_is_updatable":     rowwise(relationUpdatable),
		"pg_relation_is_publishable": oidBool(func(e *Env, o types.OID) (bool, bool) { _, ok := e.byOID(o); return false, ok }),
		"row_security_active":        answer(func(*Env) types.Datum { return types.Bool(false) }),
		"acldefault":                 rowwise(allNull),
		"oidvectortypes":             rowwise(oidVectorTypes),
		"pg_collation_for":           pgCollationFor,
		"pg_encoding_to_char":        rowwise(encodingToChar),
		"pg_char_to_encoding":        rowwise(charToEncoding),
		"pg_tablespace_location":     rowwise(func(c *call) error { clear(c.out.Data); return nil }),
		"pg_stat_get_numscans":       rowwise(func(c *call) error { clear(c.out.Data); return nil }),
		"txid_current":               answer(func(*Env) types.Datum { return types.Int(column.Int64, 1) }),
		"pg_current_xact_id":         answer(func(*Env) types.Datum { return types.Int(column.Int64, 1) }),
		"txid_current_if_assigned":   rowwise(allNull),
		"txid_status":                rowwise(allNull),
		"xid_age":                    answer(func(*Env) types.Datum { return types.Int(column.Int32, 0) }),
		"pg_current_wal_lsn":         answer(func(*Env) types.Datum { return types.Int(column.Int64, 0) }),
		"pg_last_wal_receive_lsn":    rowwise(allNull),
		"pg_last_wal_replay_lsn":     rowwise(allNull),
		"to_regclass":                toReg, "to_regtype": toReg, "to_regproc": toReg, "to_regprocedure": toReg, "to_regoper": toReg,
		"to_regoperator": toReg, "to_regnamespace": toReg, "to_regrole": toReg, "to_regcollation": toReg,
	})
}

func (e *Env) byOID(oid types.OID) (*catalog.Relation, bool) {
	if e.View == nil {
		return nil, false
	}
	return e.View.RelationByOID(oid)
}

func always(*Env, types.OID) (bool, bool) { return true, true }
func never(*Env, types.OID) (bool, bool)  { return false, false }

// oidBool is a question about an object; known is false where there is none.
func oidBool(f func(e *Env, oid types.OID) (yes, known bool)) builder {
	return rowwise(func(c *call) error {
		x := arg[int64](c, 0)
		return c.each(func(i int) error {
			yes, known := f(c.env, types.OID(x.at(i)))
			if !known {
				c.null(i)
				return nil
			}
			c.putBool(i, yes)
			return nil
		})
	})
}

// oidText1 is a text about an object, whose OID is the first argument.
func oidText1(f func(e *Env, oid types.OID) (text string, known bool)) builder {
	return rowwise(func(c *call) error {
		x := arg[int64](c, 0)
		return c.each(func(i int) error {
			s, known := f(c.env, types.OID(x.at(i)))
			if !known {
				c.null(i)
				return nil
			}
			c.putString(i, s)
			return nil
		})
	})
}

func oidFunction(f func(*function.Function) string) builder {
	return oidText1(func(_ *Env, oid types.OID) (string, bool) {
		fn := function.ByOID(oid)
		if fn == nil {
			return "", false
		}
		return f(fn), true
	})
}

func functionResult(f *function.Function) string {
	set := f.Class == function.SetReturning
	if set && len(f.Columns) > 1 {
		return "SETOF record"
	}
	s := types.FormatType(f.Result, -1)
	if set {
		s = "SETOF " + s
	}
	return s
}

func formatType(c *call) error {
	return c.each(func(i int) error {
		if c.isNull(0, i) {
			c.null(i)
			return nil
		}
		oid := types.OID(column.At[int64](c.args[0], i))
		typmod := int32(-1)
		if !c.isNull(1, i) {
			typmod = column.At[int32](c.args[1], i)
		}
		if oid == 0 {
			c.putString(i, "-")
			return nil
		}
		c.putString(i, types.FormatType(oid, typmod))
		return nil
	})
}

// pgTypeof is known when the query is compiled.
func pgTypeof(_ *compiler, s *signature) (node, error) {
	return newConst(types.Int(column.Int64, int64(s.argt[0].OID)), types.New(types.RegtypeOID)), nil
}

func pgCollationFor(cp *compiler, s *signature) (node, error) {
	f := types.FactsOf(s.argt[0].OID)
	text := types.New(types.TextOID)
	switch {
	case f == nil || !f.Collated:
		return newConst(types.Null(column.Bytes), text), nil
	case s.argt[0].OID == types.NameOID:
		return newConst(types.Text(`"C"`), text), nil
	}
	return newConst(types.Text(`"default"`), text), nil
}

func userByID(e *Env, oid types.OID) (string, bool) {
	if oid == ownerOID {
		return e.user(), true
	}
	return "unknown (OID=" + oidText(oid) + ")", true
}

// exprText is pg_get_expr(text, relation [, pretty]): expressions are kept as text.
func exprText(c *call) error {
	t := c.text(0)
	return c.each(func(i int) error {
		if c.isNull(0, i) {
			c.null(i)
			return nil
		}
		s := string(t.At(i))
		if strings.HasPrefix(s, "FOR VALUES ") || s == "DEFAULT" { // of a partition
			c.putString(i, s)
			return nil
		}
		if c.env.View != nil {
			s = catalog.ShowText(c.env.View, c.env.searchPath(), s)
		}
		if len(c.args) == 3 && !c.isNull(2, i) && column.At[uint8](c.args[2], i) != 0 {
			s = prettyText(s)
		}
		c.putString(i, s)
		return nil
	})
}

func objDescription(c *call) error {
	x := arg[int64](c, 0)
	return c.each(func(i int) error {
		oid, comment := types.OID(x.at(i)), ""
		class := ""
		if len(c.args) == 2 {
			t := c.text(1)
			class = string(t.At(i))
		}
		if r, ok := c.env.byOID(oid); ok && (class == "" || class == "pg_class") {
			comment = r.Comment
		}
		if comment == "" && c.env.View != nil && (class == "" || class == "pg_namespace") {
			for _, s := range c.env.View.Schemas() {
				if s.OID == oid {
					comment = s.Comment
				}
			}
		}
		if comment == "" {
			c.null(i)
			return nil
		}
		c.putString(i, comment)
		return nil
	})
}

func colDescription(c *call) error {
	x, n := arg[int64](c, 0), arg[int32](c, 1)
	return c.each(func(i int) error {
		if r, ok := c.env.byOID(types.OID(x.at(i))); ok {
			for k := range r.Columns {
				if col := &r.Columns[k]; int32(col.Attnum) == n.at(i) && col.Comment != "" {
					c.putString(i, col.Comment)
					return nil
				}
			}
		}
		c.null(i)
		return nil
	})
}

func tableVisible(e *Env, oid types.OID) (bool, bool) {
	if r, ok := e.byOID(oid); ok {
		return e.relationVisible(r), true
	}
	return false, false
}

func (e *Env) tempSchema() types.OID {
	if e.View != nil {
		if s, ok := e.View.Schema("pg_temp"); ok {
			return s.OID
		}
	}
	return 0
}

// viewDef is pg_get_viewdef(oid or name [, pretty or width]).
func viewDef(c *call) error {
	return c.each(func(i int) error {
		var r *catalog.Relation
		ok := false
		if c.args[0].Kind == column.Int64 {
			r, ok = c.env.byOID(types.OID(column.At[int64](c.args[0], i)))
		} else {
			t := c.text(0)
			parts, valid := splitIdent(string(t.At(i)))
			if valid {
				r, ok = c.env.relation(parts)
			}
			if !ok {
				return sqlerr.New(sqlerr.UndefinedTable, "relation %s does not exist", sqlerr.Quote(string(t.At(i))))
			}
		}
		if !ok || r.Definition == "" {
			c.null(i)
			return nil
		}
		c.putString(i, " "+strings.TrimSuffix(strings.TrimSpace(r.Definition), ";")+";")
		return nil
	})
}

// constraintDef is pg_get_constraintdef(oid [, pretty]).
func constraintDef(c *call) error {
	x := arg[int64](c, 0)
	return c.each(func(i int) error {
		spell, text := plainText, ""
		if len(c.args) == 2 && column.At[uint8](c.args[1], i) != 0 {
			spell = prettyText
		}
		c.env.eachConstraint(func(r *catalog.Relation, k *catalog.Constraint) bool {
			if k.OID == types.OID(x.at(i)) {
				text = c.env.constraintDef(r, k, spell)
			}
			return text == ""
		})
		if text == "" {
			c.null(i)
			return nil
		}
		c.putString(i, text)
		return nil
	})
}

// indexDef is pg_get_indexdef(oid [, column, pretty]).
func indexDef(c *call) error {
	x := arg[int64](c, 0)
	return c.each(func(i int) error {
		col, spell, pretty := 0, plainText, false
		if len(c.args) == 3 {
			col = int(column.At[int32](c.args[1], i))
			if pretty = column.At[uint8](c.args[2], i) != 0; pretty {
				spell = prettyText
			}
		}
		idx, ok := c.env.byOID(types.OID(x.at(i)))
		if !ok || idx.Index == nil {
			c.null(i)
			return nil
		}
		table := ""
		if t, ok := c.env.byOID(idx.Index.Table); ok {
			table = qualified(t.Schema, t.Name, pretty && c.env.relationVisible(t))
		}
		s, _ := catalog.IndexText(c.env.View, idx, col, table, ast.QuoteIdent, spell)
		c.putString(i, s)
		return nil
	})
}

func relationUpdatable(c *call) error {
	x := arg[int64](c, 0)
	return c.each(func(i int) error {
		r, ok := c.env.byOID(types.OID(x.at(i)))
		yes := ok && r.Kind == catalog.Table && !r.System
		if c.out.Kind == column.Bool {
			c.putBool(i, yes)
			return nil
		}
		events := int32(0)
		if yes {
			events = 1<<2 | 1<<3 | 1<<4 // update, insert, delete
		}
		column.Values[int32](c.out)[i] = events
		return nil
	})
}

func oidVectorTypes(c *call) error {
	return c.each(func(i int) error {
		e := c.elements(0, i)
		oids := make([]types.OID, e.n)
		for k := range oids {
			oids[k] = types.OID(column.At[int64](e.col, e.off+k))
		}
		c.putString(i, typeList(oids, ", "))
		return nil
	})
}

func encodingToChar(c *call) error {
	x := arg[int32](c, 0)
	return c.each(func(i int) error {
		c.putString(i, map[int32]string{0: "SQL_ASCII", 6: "UTF8", 8: "LATIN1"}[x.at(i)])
		return nil
	})
}

func charToEncoding(c *call) error {
	t, dst := c.text(0), column.Values[int32](c.out)
	return c.each(func(i int) error {
		dst[i] = -1
		if n, ok := map[string]int32{"sqlascii": 0, "utf8": 6, "unicode": 6, "latin1": 8, "iso88591": 8}[encodingName(t.At(i))]; ok {
			dst[i] = n
		}
		return nil
	})
}

// toReg is to_regclass and its kin: as the cast, with NULL for what is not there.
func toReg(cp *compiler, s *signature) (node, error) {
	in := types.TextInput(s.typ, cp.env.style())
	return s.node(cp, func(c *call) error {
		t, dst := c.text(0), column.Values[int64](c.out)
		return c.each(func(i int) error {
			text := string(t.At(i))
			if text != "" && strings.Trim(text, "0123456789") == "" || text == "-" {
				c.null(i)
				return nil
			}
			d, err := in(text)
			switch {
			case err == nil:
				dst[i] = d.I
			case sqlerr.Has(err, sqlerr.UndefinedTable, sqlerr.UndefinedFunction, sqlerr.UndefinedObject, sqlerr.UndefinedSchema, sqlerr.AmbiguousFunction):
				c.null(i)
			default:
				return err
			}
			return nil
		})
	}), nil
}

// serialSequence is pg_get_serial_sequence(table, column).
func serialSequence(c *call) error {
	table, col := c.text(0), c.text(1)
	return c.each(func(i int) error {
		if c.isNull(0, i) || c.isNull(1, i) {
			c.null(i)
			return nil
		}
		name := string(table.At(i))
		parts, ok := splitIdent(name)
		if !ok {
			return sqlerr.New(sqlerr.InvalidName, "invalid name syntax")
		}
		rel, ok := c.env.relation(parts)
		if !ok {
			return sqlerr.New(sqlerr.UndefinedTable, "relation %s does not exist", sqlerr.Quote(name))
		}
		k, ok := rel.Column(string(col.At(i)))
		if !ok {
			return sqlerr.New(sqlerr.UndefinedColumn, "column %s of relation %s does not exist", sqlerr.Quote(string(col.At(i))), sqlerr.Quote(rel.Name))
		}
		for _, q := range catalog.RelatedOf(c.env.View).OwnedSequences(rel.OID) {
			if q.Sequence.OwnerColumn == k.Attnum {
				c.putString(i, qualified(q.Schema, q.Name, false))
				return nil
			}
		}
		c.null(i)
		return nil
	})
}

// sequenceLastValue is pg_sequence_last_value(oid).
func sequenceLastValue(c *call) error {
	x := arg[int64](c, 0)
	return c.each(func(i int) error {
		q, ok := c.env.byOID(types.OID(x.at(i)))
		if ok && q.Sequence != nil {
			src, err := c.env.View.Source(context.Background(), q)
			if err != nil {
				return err
			}
			if m := src.(*catalog.Memory).Segments[0]; column.At[uint8](m.Columns[2], 0) != 0 {
				column.Values[int64](c.out)[i] = column.At[int64](m.Columns[0], 0)
				return nil
			}
		}
		c.null(i)
		return nil
	})
}

// partitionKey is pg_get_partkeydef(oid).
func partitionKey(e *Env, oid types.OID) (string, bool) {
	r, ok := e.byOID(oid)
	if !ok || r.Partition == nil {
		return "", false
	}
	var keys []string
	for _, k := range r.Partition.Keys {
		if at := r.ColumnByAttnum(k.Attnum); k.Attnum != 0 && at >= 0 {
			keys = append(keys, ast.QuoteIdent(r.Columns[at].Name))
			continue
		}
		keys = append(keys, k.Expr)
	}
	return strings.ToUpper(r.Partition.Strategy) + " (" + strings.Join(keys, ", ") + ")", true
}

// partitionConstraint is pg_get_partition_constraintdef(oid).
func partitionConstraint(e *Env, oid types.OID) (string, bool) {
	r, ok := e.byOID(oid)
	var parts []string
	for ok && r.Bound != nil && len(r.Parents) == 1 {
		if r.Bound.Default {
			var others []string
			for _, s := range catalog.RelatedOf(e.View).Children(r.Parents[0]) {
				if s.Bound != nil && !s.Bound.Default {
					others = append(others, s.Bound.Check)
				}
			}
			switch len(others) {
			case 0:
			case 1:
				parts = append(parts, "(NOT "+others[0]+")")
			default:
				parts = append(parts, "(NOT ("+strings.Join(others, " OR ")+"))")
			}
		} else {
			parts = append([]string{strings.TrimSuffix(strings.TrimPrefix(r.Bound.Check, "("), ")")}, parts...)
		}
		r, ok = e.byOID(r.Parents[0])
	}
	if len(parts) == 0 {
		return "", false
	}
	return "(" + strings.Join(parts, " AND ") + ")", true
}
