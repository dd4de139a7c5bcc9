package memory

import (
	"context"
	"sort"
	"sync"
	"sync/atomic"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/types"
)

// firstOID is where the OIDs of objects without a DuckLake id start; clients
// read OIDs as signed.
const firstOID = 1 << 30

// Catalog is a catalog in memory.
type Catalog struct {
	mu struct {
		sync.Mutex
		current *state
	}
	oids     atomic.Int64
	segments atomic.Int64
}

// New makes a catalog with the schema public.
func New(owner string) *Catalog {
	c := &Catalog{}
	s := newState()
	s.version = versions.Add(1)
	s.schemas["public"] = catalog.Schema{OID: 2200, Name: "public", Owner: owner, Comment: "standard public schema"}
	c.mu.current = s
	c.oids.Store(firstOID)
	return c
}

// AllowTables is true: a server in memory promises nothing across restarts.
func (c *Catalog) AllowTables() bool { return true }

// Close forgets everything.
func (c *Catalog) Close() error { return nil }

func (c *Catalog) state() *state {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mu.current
}

// Snapshot is the committed state.
func (c *Catalog) Snapshot(context.Context) (catalog.View, error) {
	return &view{shared: c.state(), temp: newState()}, nil
}

// TempSchema is the name under which a session's temporary schema is found.
const TempSchema = "pg_temp"

// temporary is what a TempSpace holds.
type temporary struct{ state *state }

func tempOf(t *catalog.TempSpace) *temporary {
	if t.State == nil {
		s := newState()
		s.schemas[TempSchema] = catalog.Schema{OID: firstOID - 1, Name: TempSchema}
		t.State = &temporary{state: s}
	}
	return t.State.(*temporary)
}

// Begin opens a transaction. temp is the session's temporary schema.
func (c *Catalog) Begin(_ context.Context, level catalog.Isolation, temp *catalog.TempSpace) (catalog.Txn, error) {
	base := c.state()
	t := tempOf(temp)
	return &txn{cat: c, level: level, base: base, shared: base, space: t, temp: t.state}, nil
}

func (c *Catalog) nextOID() types.OID { return types.OID(c.oids.Add(1)) }

// view joins the shared state and the session's temporary one.
type view struct {
	shared, temp *state
}

func (v *view) Version() uint64 { return v.shared.version<<32 ^ v.temp.version }

func (v *view) of(schema string) *state {
	if schema == TempSchema {
		return v.temp
	}
	return v.shared
}

func (v *view) Schema(nm string) (catalog.Schema, bool) {
	s, ok := v.of(nm).schemas[nm]
	return s, ok
}

func (v *view) Schemas() []catalog.Schema {
	var out []catalog.Schema
	for _, s := range v.shared.schemas {
		out = append(out, s)
	}
	if len(v.temp.names) > 0 {
		out = append(out, v.temp.schemas[TempSchema])
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

func (v *view) Relation(schema, rel string) (*catalog.Relation, bool) {
	return v.of(schema).relation(schema, rel)
}

func (v *view) table(oid types.OID) (*table, bool) {
	if t, ok := v.temp.tables[oid]; ok {
		return t, true
	}
	t, ok := v.shared.tables[oid]
	return t, ok
}

func (v *view) RelationByOID(oid types.OID) (*catalog.Relation, bool) {
	t, ok := v.table(oid)
	if !ok {
		return nil, false
	}
	return t.rel, true
}

func (v *view) Relations(schema string) []*catalog.Relation { return v.of(schema).relations(schema) }

func (v *view) Source(_ context.Context, rel *catalog.Relation) (catalog.Source, error) {
	t, ok := v.table(rel.OID)
	if !ok {
		return nil, gone(rel.Name)
	}
	return &catalog.Memory{Segments: t.segments}, nil
}

func (v *view) Statistics(_ context.Context, rel *catalog.Relation) (*catalog.Statistics, error) {
	t, ok := v.table(rel.OID)
	if !ok {
		return nil, gone(rel.Name)
	}
	return &catalog.Statistics{Rows: float64(t.rows), Exact: true}, nil
}
