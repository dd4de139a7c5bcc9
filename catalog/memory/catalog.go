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
	keeper Keeper
	mu     struct {
		sync.Mutex
		current *state
	}
	oids      atomic.Int64
	segments  atomic.Int64
	sequences sequences
}

// Contents are the schemas and relations of a catalog, without rows.
type Contents struct {
	Schemas   []catalog.Schema
	Relations []*catalog.Relation
}

// Keeper makes what transactions change survive the process.
type Keeper interface {
	// Refresh gives the contents anew where somebody else has changed them.
	Refresh(ctx context.Context) (c Contents, changed bool, err error)
	// Commit writes the difference between two contents, all or nothing. It
	// fails with 40001 where somebody else has committed since Refresh.
	Commit(ctx context.Context, before, after Contents) error
	// NewOID is the OID of a new schema or relation.
	NewOID(kind catalog.RelationKind) types.OID
	Close() error
}

// SchemaKind stands for schemas in Keeper.NewOID.
const SchemaKind catalog.RelationKind = 'n'

// ConstraintKind stands for constraints in Keeper.NewOID.
const ConstraintKind catalog.RelationKind = 'c'

// New makes a catalog with the schema public.
func New(owner string) *Catalog {
	c := &Catalog{}
	c.mu.current = stateOf(Contents{Schemas: []catalog.Schema{{OID: 2200, Name: "public", Owner: owner, Comment: "standard public schema"}}})
	c.oids.Store(firstOID)
	return c
}

// NewKept makes a catalog whose schemas and relations a keeper keeps; it
// refuses ordinary tables, whose rows would be lost.
func NewKept(ctx context.Context, k Keeper) (*Catalog, error) {
	c := &Catalog{keeper: k}
	contents, _, err := k.Refresh(ctx)
	if err != nil {
		return nil, err
	}
	c.mu.current = stateOf(contents)
	c.oids.Store(firstOID)
	return c, nil
}

func stateOf(contents Contents) *state {
	s := newState()
	s.version = versions.Add(1)
	for _, sc := range contents.Schemas {
		s.schemas[sc.Name] = sc
	}
	for _, r := range contents.Relations {
		s.names[name{r.Schema, r.Name}] = r.OID
		s.tables[r.OID] = &table{rel: r}
	}
	return s
}

// contents are a state's schemas and relations.
func (s *state) contents() Contents {
	var c Contents
	for _, sc := range s.schemas {
		c.Schemas = append(c.Schemas, sc)
	}
	for _, t := range s.tables {
		c.Relations = append(c.Relations, t.rel)
	}
	return c
}

// AllowTables says whether ordinary tables may be made: a server in memory
// promises nothing across restarts.
func (c *Catalog) AllowTables() bool { return c.keeper == nil }

// Close forgets everything.
func (c *Catalog) Close() error {
	if c.keeper == nil {
		return nil
	}
	return c.keeper.Close()
}

// state is the committed state, refreshed where a keeper has news.
func (c *Catalog) state(ctx context.Context) (*state, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.refreshed(ctx)
}

// refreshed is state with c.mu held.
func (c *Catalog) refreshed(ctx context.Context) (*state, error) {
	if c.keeper == nil {
		return c.mu.current, nil
	}
	contents, changed, err := c.keeper.Refresh(ctx)
	if err != nil {
		return nil, err
	}
	if changed {
		c.mu.current = stateOf(contents)
	}
	return c.mu.current, nil
}

// Snapshot is the committed state.
func (c *Catalog) Snapshot(ctx context.Context) (catalog.View, error) {
	s, err := c.state(ctx)
	if err != nil {
		return nil, err
	}
	return &view{shared: s, temp: newState(), sequences: &c.sequences}, nil
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
func (c *Catalog) Begin(ctx context.Context, level catalog.Isolation, temp *catalog.TempSpace) (catalog.Txn, error) {
	base, err := c.state(ctx)
	if err != nil {
		return nil, err
	}
	t := tempOf(temp)
	return &txn{cat: c, level: level, base: base, shared: base, space: t, temp: t.state}, nil
}

func (c *Catalog) nextOID(kind catalog.RelationKind, temporary bool) types.OID {
	if c.keeper != nil && !temporary {
		return c.keeper.NewOID(kind)
	}
	if c.keeper != nil {
		return types.OID(c.oids.Add(1)) + firstOID/2 // apart from the keeper's own counter
	}
	return types.OID(c.oids.Add(1))
}

// view joins the shared state and the session's temporary one.
type view struct {
	shared, temp *state
	sequences    *sequences
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
	if rel.Kind == catalog.Sequence {
		return v.sequence(rel)
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
