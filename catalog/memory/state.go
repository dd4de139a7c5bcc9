// Package memory keeps schemas, relations and rows in memory: ordinary tables
// of a server without a data directory, and every session's temporary tables.
//
// A state is immutable; a change copies what it touches and shares the rest.
// A transaction works on states of its own and keeps a log of its changes, so
// a savepoint is a pointer, and a commit on top of somebody else's replays
// the log on the newest state and fails where a change no longer applies.
package memory

import (
	"maps"
	"slices"
	"sort"
	"sync/atomic"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// state is everything at one point in time.
type state struct {
	version uint64 // changes with every change of a schema
	schemas map[string]catalog.Schema
	tables  map[types.OID]*table
	names   map[name]types.OID
	related *related
}

// versions numbers contents of schemas: it never repeats in the process, so a
// plan made under one transaction's schema is not used under another's.
var versions atomic.Uint64

type name struct{ schema, rel string }

// table is a relation and its rows.
type table struct {
	rel      *catalog.Relation
	segments []*catalog.Segment
	rows     int64
}

func newState() *state {
	return &state{schemas: map[string]catalog.Schema{}, tables: map[types.OID]*table{}, names: map[name]types.OID{}, related: &related{}}
}

func (s *state) clone() *state {
	return &state{version: s.version, schemas: s.schemas, tables: s.tables, names: s.names, related: s.related}
}

// changed notes that schemas or relations differ from those of the state that
// s is a copy of.
func (s *state) changed() { s.version, s.related = versions.Add(1), &related{} }

func (s *state) withSchema(sc catalog.Schema) (*state, error) {
	if _, ok := s.schemas[sc.Name]; ok {
		return nil, sqlerr.New(sqlerr.DuplicateSchema, "schema %q already exists", sc.Name)
	}
	n := s.clone()
	n.changed()
	n.schemas = maps.Clone(s.schemas)
	n.schemas[sc.Name] = sc
	return n, nil
}

func (s *state) withoutSchema(nm string) (*state, error) {
	if _, ok := s.schemas[nm]; !ok {
		return nil, sqlerr.New(sqlerr.InvalidSchemaName, "schema %q does not exist", nm)
	}
	for k := range s.names {
		if k.schema == nm {
			return nil, sqlerr.New(sqlerr.DependentObjectsStillExist, "cannot drop schema %s because other objects depend on it", nm).
				WithHint("Use DROP ... CASCADE to drop the dependent objects too.")
		}
	}
	n := s.clone()
	n.changed()
	n.schemas = maps.Clone(s.schemas)
	delete(n.schemas, nm)
	return n, nil
}

func (s *state) withRenamedSchema(from, to string) (*state, error) {
	sc, ok := s.schemas[from]
	if !ok {
		return nil, sqlerr.New(sqlerr.InvalidSchemaName, "schema %q does not exist", from)
	}
	if _, ok := s.schemas[to]; ok {
		return nil, sqlerr.New(sqlerr.DuplicateSchema, "schema %q already exists", to)
	}
	n := s.clone()
	n.changed()
	n.schemas = maps.Clone(s.schemas)
	delete(n.schemas, from)
	sc.Name = to
	n.schemas[to] = sc
	n.names, n.tables = map[name]types.OID{}, maps.Clone(s.tables)
	for k, oid := range s.names {
		if k.schema == from {
			k.schema = to
			t := *n.tables[oid]
			rel := *t.rel
			rel.Schema = to
			t.rel = &rel
			n.tables[oid] = &t
		}
		n.names[k] = oid
	}
	return n, nil
}

func (s *state) withRelation(rel *catalog.Relation) (*state, error) {
	key := name{rel.Schema, rel.Name}
	if _, ok := s.names[key]; ok {
		return nil, sqlerr.New(sqlerr.DuplicateTable, "relation %q already exists", rel.Name)
	}
	if _, ok := s.schemas[rel.Schema]; !ok {
		return nil, sqlerr.New(sqlerr.InvalidSchemaName, "schema %q does not exist", rel.Schema)
	}
	n := s.clone()
	n.changed()
	n.names, n.tables = maps.Clone(s.names), maps.Clone(s.tables)
	n.names[key] = rel.OID
	n.tables[rel.OID] = &table{rel: rel}
	return n, nil
}

func (s *state) withReplaced(rel *catalog.Relation) (*state, error) {
	old, ok := s.tables[rel.OID]
	if !ok {
		return nil, gone(rel.Name)
	}
	key, oldKey := name{rel.Schema, rel.Name}, name{old.rel.Schema, old.rel.Name}
	if at, ok := s.names[key]; ok && at != rel.OID {
		return nil, sqlerr.New(sqlerr.DuplicateTable, "relation %q already exists", rel.Name)
	}
	n := s.clone()
	n.changed()
	n.names, n.tables = maps.Clone(s.names), maps.Clone(s.tables)
	delete(n.names, oldKey)
	n.names[key] = rel.OID
	t := *old
	t.rel = rel
	n.tables[rel.OID] = &t
	return n, nil
}

func (s *state) withoutRelation(oid types.OID) (*state, error) {
	old, ok := s.tables[oid]
	if !ok {
		return nil, gone("")
	}
	n := s.clone()
	n.changed()
	n.names, n.tables = maps.Clone(s.names), maps.Clone(s.tables)
	delete(n.names, name{old.rel.Schema, old.rel.Name})
	delete(n.tables, oid)
	return n, nil
}

// withRows replaces a table's rows; the schema version stays.
func (s *state) withRows(oid types.OID, segments []*catalog.Segment, rows int64) (*state, error) {
	old, ok := s.tables[oid]
	if !ok {
		return nil, gone("")
	}
	n := s.clone()
	n.tables = maps.Clone(s.tables)
	n.tables[oid] = &table{rel: old.rel, segments: segments, rows: rows}
	return n, nil
}

func (s *state) withAppended(oid types.OID, seg *catalog.Segment) (*state, error) {
	old, ok := s.tables[oid]
	if !ok {
		return nil, gone("")
	}
	if len(seg.Columns) != len(old.rel.Columns) {
		return nil, changed(old.rel.Name)
	}
	return s.withRows(oid, append(slices.Clip(old.segments), seg), old.rows+int64(seg.Rows))
}

// withDeleted marks rows as gone. It returns how many were there. With strict,
// a row that is gone already is a conflict.
func (s *state) withDeleted(oid types.OID, rows []catalog.RowID, strict bool) (*state, int, error) {
	old, ok := s.tables[oid]
	if !ok {
		return nil, 0, gone("")
	}
	byID := map[int64]int{}
	for i, seg := range old.segments {
		byID[seg.ID] = i
	}
	segments := slices.Clone(old.segments)
	copied := map[int]bool{}
	n := 0
	for _, r := range rows {
		i, ok := byID[r.Segment]
		if !ok || segments[i].Deleted != nil && column.Bit(segments[i].Deleted, int(r.Position)) {
			if strict {
				return nil, 0, conflict()
			}
			continue
		}
		if !copied[i] {
			seg := *segments[i]
			if seg.Deleted == nil {
				seg.Deleted = column.NewBitmap(seg.Rows, false)
			} else {
				seg.Deleted = slices.Clone(seg.Deleted)
			}
			segments[i] = &seg
			copied[i] = true
		}
		column.SetBit(segments[i].Deleted, int(r.Position))
		n++
	}
	if n == 0 {
		return s, 0, nil
	}
	next, err := s.withRows(oid, segments, old.rows-int64(n))
	return next, n, err
}

func (s *state) relation(schema, rel string) (*catalog.Relation, bool) {
	oid, ok := s.names[name{schema, rel}]
	if !ok {
		return nil, false
	}
	return s.tables[oid].rel, true
}

func (s *state) relations(schema string) []*catalog.Relation {
	var out []*catalog.Relation
	for k, oid := range s.names {
		if k.schema == schema {
			out = append(out, s.tables[oid].rel)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

func gone(rel string) error {
	if rel == "" {
		return sqlerr.New(sqlerr.UndefinedTable, "relation does not exist any more")
	}
	return sqlerr.New(sqlerr.UndefinedTable, "relation %q does not exist", rel)
}

func changed(rel string) error {
	return sqlerr.New(sqlerr.SerializationFailure, "table %q was changed by a concurrent transaction", rel)
}

func conflict() error {
	return sqlerr.New(sqlerr.SerializationFailure, "could not serialize access due to concurrent update")
}
