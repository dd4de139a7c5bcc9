package catalogtest

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/types"
)

// View is a catalog.View over declared relations. Declare everything before
// others read it; it has no lock.
type View struct {
	schemas   map[string]catalog.Schema
	relations map[string]map[string]*catalog.Relation
	byOID     map[types.OID]*catalog.Relation
	stats     map[types.OID]*catalog.Statistics
	sources   map[types.OID]catalog.Source
	next      types.OID
	version   uint64
}

// New is a view with the schemas public and pg_catalog, both empty.
func New() *View {
	v := &View{
		schemas:   map[string]catalog.Schema{},
		relations: map[string]map[string]*catalog.Relation{},
		byOID:     map[types.OID]*catalog.Relation{},
		stats:     map[types.OID]*catalog.Statistics{},
		sources:   map[types.OID]catalog.Source{},
		next:      1 << 20,
	}
	v.AddSchema("pg_catalog")
	v.AddSchema("public")
	return v
}

// AddSchema declares a schema.
func (v *View) AddSchema(name string) {
	v.next += 8
	v.schemas[name] = catalog.Schema{OID: v.next, Name: name, Owner: "postgres"}
	v.relations[name] = map[string]*catalog.Relation{}
	v.version++
}

// Table declares a table in public, or in the schema before a dot. A column
// is "name type [not null] [default expr]"; "primary key (a, b)", "unique
// (a)" and "check (expr)" declare constraints. It panics on a wrong spec.
func (v *View) Table(name string, spec ...string) *catalog.Relation {
	rel := &catalog.Relation{Kind: catalog.Table, Owner: "postgres"}
	rel.Schema, rel.Name = split(name)
	for _, s := range spec {
		v.declare(rel, s)
	}
	v.Add(rel)
	v.sources[rel.OID] = &catalog.Memory{}
	return rel
}

// View declares a view in public, or in the schema before a dot. Columns are
// as for Table.
func (v *View) View(name, query string, columns ...string) *catalog.Relation {
	rel := &catalog.Relation{Kind: catalog.ViewRelation, Owner: "postgres", Definition: query, SearchPath: []string{"public"}}
	rel.Schema, rel.Name = split(name)
	for _, s := range columns {
		v.declare(rel, s)
	}
	v.Add(rel)
	return rel
}

// Add declares a relation; without an OID it gets one.
func (v *View) Add(rel *catalog.Relation) {
	if rel.OID == 0 {
		v.next += 8
		rel.OID = v.next
	}
	for i := range rel.Columns {
		if rel.Columns[i].Attnum == 0 {
			rel.Columns[i].Attnum = int16(i + 1)
		}
	}
	if _, ok := v.schemas[rel.Schema]; !ok {
		v.AddSchema(rel.Schema)
	}
	v.relations[rel.Schema][rel.Name] = rel
	v.byOID[rel.OID] = rel
	v.version++
}

// Drop takes a relation away.
func (v *View) Drop(rel *catalog.Relation) {
	delete(v.relations[rel.Schema], rel.Name)
	delete(v.byOID, rel.OID)
	v.version++
}

// SetStatistics declares what Statistics answers for rel.
func (v *View) SetStatistics(rel *catalog.Relation, s *catalog.Statistics) { v.stats[rel.OID] = s }

// SetSource declares where rel's rows are.
func (v *View) SetSource(rel *catalog.Relation, s catalog.Source) { v.sources[rel.OID] = s }

func split(name string) (schema, rel string) {
	if s, r, ok := strings.Cut(name, "."); ok {
		return s, r
	}
	return "public", name
}

func (v *View) declare(rel *catalog.Relation, spec string) {
	lower := strings.ToLower(spec)
	switch {
	case strings.HasPrefix(lower, "primary key"):
		con := catalog.Constraint{OID: v.oid(), Name: rel.Name + "_pkey", Kind: 'p', Columns: attnums(rel, spec)}
		for _, a := range con.Columns {
			rel.Columns[a-1].NotNull = true
		}
		rel.Constraints = append(rel.Constraints, con)
		return
	case strings.HasPrefix(lower, "unique"):
		rel.Constraints = append(rel.Constraints, catalog.Constraint{OID: v.oid(), Name: rel.Name + "_key", Kind: 'u', Columns: attnums(rel, spec)})
		return
	case strings.HasPrefix(lower, "check"):
		expr := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(spec[len("check"):]), "("), ")")
		rel.Constraints = append(rel.Constraints, catalog.Constraint{OID: v.oid(), Name: rel.Name + "_check", Kind: 'c', Expr: expr})
		return
	}
	name, rest, ok := strings.Cut(strings.TrimSpace(spec), " ")
	if !ok {
		panic("catalogtest: a column needs a type: " + spec)
	}
	col := catalog.Column{Name: name, Attnum: int16(len(rel.Columns) + 1)}
	if i := strings.Index(strings.ToLower(rest), " default "); i >= 0 {
		col.Default, rest = rest[i+len(" default "):], rest[:i]
	}
	if r, ok := strings.CutSuffix(rest, " not null"); ok {
		col.NotNull, rest = true, r
	}
	col.Type = Type(strings.TrimSpace(rest))
	rel.Columns = append(rel.Columns, col)
}

func (v *View) oid() types.OID {
	v.next += 8
	return v.next
}

func attnums(rel *catalog.Relation, spec string) []int16 {
	_, list, _ := strings.Cut(spec, "(")
	var out []int16
	for _, name := range strings.Split(strings.TrimSuffix(strings.TrimSpace(list), ")"), ",") {
		c, ok := rel.Column(strings.TrimSpace(name))
		if !ok {
			panic(fmt.Sprintf("catalogtest: no column %q in %s", name, rel.Name))
		}
		out = append(out, c.Attnum)
	}
	return out
}

var typeNames = map[string]types.OID{
	"boolean": types.BoolOID, "smallint": types.Int2OID, "int": types.Int4OID, "integer": types.Int4OID, "bigint": types.Int8OID,
	"real": types.Float4OID, "double precision": types.Float8OID, "numeric": types.NumericOID, "decimal": types.NumericOID,
	"text": types.TextOID, "varchar": types.VarcharOID, "char": types.BPCharOID, "bytea": types.ByteaOID, "date": types.DateOID,
	"time": types.TimeOID, "timestamp": types.TimestampOID, "timestamptz": types.TimestamptzOID, "interval": types.IntervalOID,
	"uuid": types.UUIDOID, "name": types.NameOID, "oid": types.OIDOID, "regclass": types.RegclassOID, "regtype": types.RegtypeOID,
	"\"char\"": types.CharOID,
}

// Type is the type that a declaration names: "numeric(15,2)", "integer[]",
// "character varying" is spelled varchar. It panics on one it does not know.
func Type(s string) types.Type {
	if elem, ok := strings.CutSuffix(s, "[]"); ok {
		return types.ArrayOf(Type(elem))
	}
	name, mods, hasMods := strings.Cut(s, "(")
	oid, ok := typeNames[strings.ToLower(strings.TrimSpace(name))]
	if !ok {
		panic("catalogtest: unknown type " + s)
	}
	if !hasMods {
		if oid == types.BPCharOID {
			return types.Type{OID: oid, Typmod: 1 + 4}
		}
		return types.New(oid)
	}
	var n []int
	for _, m := range strings.Split(strings.TrimSuffix(mods, ")"), ",") {
		v, err := strconv.Atoi(strings.TrimSpace(m))
		if err != nil {
			panic("catalogtest: type " + s + ": " + err.Error())
		}
		n = append(n, v)
	}
	switch {
	case oid == types.NumericOID && len(n) == 2:
		return types.NewNumeric(n[0], n[1])
	case oid == types.NumericOID:
		return types.NewNumeric(n[0], 0)
	case oid == types.VarcharOID || oid == types.BPCharOID:
		return types.Type{OID: oid, Typmod: int32(n[0] + 4)}
	}
	return types.Type{OID: oid, Typmod: int32(n[0])}
}

// The methods of catalog.View.

func (v *View) Version() uint64 { return v.version }

func (v *View) Schema(name string) (catalog.Schema, bool) {
	s, ok := v.schemas[name]
	return s, ok
}

func (v *View) Schemas() []catalog.Schema {
	out := make([]catalog.Schema, 0, len(v.schemas))
	for _, s := range v.schemas {
		out = append(out, s)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

func (v *View) Relation(schema, name string) (*catalog.Relation, bool) {
	r, ok := v.relations[schema][name]
	return r, ok
}

func (v *View) RelationByOID(oid types.OID) (*catalog.Relation, bool) {
	r, ok := v.byOID[oid]
	return r, ok
}

func (v *View) Relations(schema string) []*catalog.Relation {
	var out []*catalog.Relation
	for _, r := range v.relations[schema] {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b *catalog.Relation) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func (v *View) Source(_ context.Context, rel *catalog.Relation) (catalog.Source, error) {
	return v.sources[rel.OID], nil
}

func (v *View) Statistics(_ context.Context, rel *catalog.Relation) (*catalog.Statistics, error) {
	return v.stats[rel.OID], nil
}

var _ catalog.View = (*View)(nil)
