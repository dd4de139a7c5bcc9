package lake

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	_ "modernc.org/sqlite" // the driver

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/memory"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
)

// Kinds of derived OIDs.
const (
	schemaKind = 0
	tableKind  = 1
	viewKind   = 2
	derived    = 1 << 20
	counted    = 1 << 30
)

func derivedOID(id int64, kind int) types.OID { return types.OID(derived + 8*id + int64(kind)) }

// catalogID is the DuckLake id in a derived OID.
func catalogID(oid types.OID) int64 { return (int64(oid) - derived) / 8 }

const (
	publicOID = 2200
	mainName  = "main" // DuckLake's name of the schema public
)

// keeper is a memory.Keeper over a lake's catalog database.
type keeper struct {
	db   *sql.DB
	lock *os.File
	mu   struct {
		sync.Mutex
		snapshot int64 // head when last read; -1: never
		nextID   int64 // next catalog id
		nextOID  int64 // next of the counter
	}
}

// Open opens the lake below dir, making it where there is none. A directory
// that another process has open is refused.
func Open(ctx context.Context, dir string) (*memory.Catalog, error) {
	if err := os.MkdirAll(filepath.Join(dir, "data"), 0o755); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	lock, err := lockDirectory(dir)
	if err != nil {
		return nil, err
	}
	k := &keeper{lock: lock}
	k.mu.snapshot = -1
	path := filepath.Join(dir, "catalog.sqlite")
	k.db, err = sql.Open("sqlite", "file:"+(&urlPath{path}).String()+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)&_txlock=immediate")
	if err != nil {
		lock.Close() // the first error is the one to tell
		return nil, err
	}
	k.db.SetMaxOpenConns(4)
	if err := initialise(ctx, k.db, "data/"); err != nil {
		k.Close() // the first error is the one to tell
		return nil, fmt.Errorf("catalog %s: %w", path, err)
	}
	c, err := memory.NewKept(ctx, k)
	if err != nil {
		k.Close() // the first error is the one to tell
		return nil, fmt.Errorf("catalog %s: %w", path, err)
	}
	return c, nil
}

// urlPath escapes what SQLite's file: URLs treat as special.
type urlPath struct{ path string }

func (u *urlPath) String() string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(u.path)
}

// Close closes the database and gives the directory free.
func (k *keeper) Close() error {
	err := k.db.Close()
	if e := k.lock.Close(); err == nil {
		err = e
	}
	return err
}

// NewOID takes an OID for an object that a transaction makes; one that is
// rolled back leaves a gap.
func (k *keeper) NewOID(kind catalog.RelationKind) types.OID {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch kind {
	case memory.SchemaKind:
		k.mu.nextID++
		return derivedOID(k.mu.nextID-1, schemaKind)
	case catalog.ViewRelation:
		k.mu.nextID++
		return derivedOID(k.mu.nextID-1, viewKind)
	}
	k.mu.nextOID++
	return types.OID(k.mu.nextOID - 1)
}

// Refresh reads the contents where the head snapshot has moved.
func (k *keeper) Refresh(ctx context.Context) (memory.Contents, bool, error) {
	var head, nextID int64
	if err := k.db.QueryRowContext(ctx, `SELECT snapshot_id, next_catalog_id FROM ducklake_snapshot ORDER BY snapshot_id DESC LIMIT 1`).Scan(&head, &nextID); err != nil {
		return memory.Contents{}, false, fmt.Errorf("read the lake's head: %w", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if head == k.mu.snapshot {
		return memory.Contents{}, false, nil
	}
	c, nextOID, err := load(ctx, k.db, head)
	if err != nil {
		return memory.Contents{}, false, err
	}
	k.mu.snapshot = head
	k.mu.nextID, k.mu.nextOID = max(k.mu.nextID, nextID), max(k.mu.nextOID, nextOID)
	return c, true, nil
}

// facts is the JSON of inlay_relation: what DuckLake has no column for.
type facts struct {
	Columns    []factColumn      `json:"columns"`
	Definition string            `json:"definition,omitempty"`
	SearchPath []string          `json:"search_path,omitempty"`
	Server     string            `json:"server,omitempty"`
	Options    map[string]string `json:"options,omitempty"`
	Comment    string            `json:"comment,omitempty"`
	Owner      string            `json:"owner,omitempty"`
}

type factColumn struct {
	Name    string    `json:"name"`
	Type    types.OID `json:"type"`
	Typmod  int32     `json:"typmod"`
	Digits  uint8     `json:"digits,omitempty"`
	Scale   uint8     `json:"scale,omitempty"`
	Attnum  int16     `json:"attnum"`
	NotNull bool      `json:"not_null,omitempty"`
	Comment string    `json:"comment,omitempty"`
}

func factsOf(r *catalog.Relation) (string, error) {
	f := facts{Definition: r.Definition, SearchPath: r.SearchPath, Server: r.Server, Options: r.Options, Comment: r.Comment, Owner: r.Owner}
	for _, c := range r.Columns {
		f.Columns = append(f.Columns, factColumn{c.Name, c.Type.OID, c.Type.Typmod, c.Type.Digits, c.Type.Scale, c.Attnum, c.NotNull, c.Comment})
	}
	b, err := json.Marshal(f)
	return string(b), err
}

func (f *facts) apply(r *catalog.Relation) {
	r.Definition, r.SearchPath, r.Server, r.Options, r.Comment, r.Owner = f.Definition, f.SearchPath, f.Server, f.Options, f.Comment, f.Owner
	for _, c := range f.Columns {
		r.Columns = append(r.Columns, catalog.Column{
			Name: c.Name, Attnum: c.Attnum, NotNull: c.NotNull, Comment: c.Comment,
			Type: types.Type{OID: c.Type, Typmod: c.Typmod, Digits: c.Digits, Scale: c.Scale},
		})
	}
}

// load reads the contents as of a snapshot.
func load(ctx context.Context, db *sql.DB, snapshot int64) (c memory.Contents, nextOID int64, err error) {
	const live = ` begin_snapshot <= ?1 AND (end_snapshot IS NULL OR end_snapshot > ?1)`
	schemas := map[int64]string{}
	rows, err := db.QueryContext(ctx, `SELECT schema_id, schema_name, (SELECT owner FROM inlay_schema i WHERE i.schema_id = s.schema_id AND`+live+`) FROM ducklake_schema s WHERE`+live, snapshot)
	if err != nil {
		return c, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var nm string
		var own sql.NullString
		if err := rows.Scan(&id, &nm, &own); err != nil {
			return c, 0, err
		}
		s := catalog.Schema{OID: derivedOID(id, schemaKind), Name: nm, Owner: own.String}
		if nm == mainName {
			s.OID, s.Name, s.Comment = publicOID, "public", "standard public schema"
		}
		schemas[id] = s.Name
		c.Schemas = append(c.Schemas, s)
	}
	if err := rows.Err(); err != nil {
		return c, 0, err
	}
	byOID := map[types.OID]*catalog.Relation{}
	rel, err := db.QueryContext(ctx, `SELECT oid, schema_id, name, kind, facts FROM inlay_relation WHERE`+live, snapshot)
	if err != nil {
		return c, 0, err
	}
	defer rel.Close()
	for rel.Next() {
		var oid, schema int64
		var nm, kind, js string
		if err := rel.Scan(&oid, &schema, &nm, &kind, &js); err != nil {
			return c, 0, err
		}
		var f facts
		if err := json.Unmarshal([]byte(js), &f); err != nil {
			return c, 0, fmt.Errorf("relation %q: %w", nm, err)
		}
		r := &catalog.Relation{OID: types.OID(oid), Schema: schemas[schema], Name: nm, Kind: catalog.RelationKind(kind[0])}
		f.apply(r)
		byOID[r.OID] = r
		c.Relations = append(c.Relations, r)
	}
	if err := rel.Err(); err != nil {
		return c, 0, err
	}
	if err := foreignViews(ctx, db, snapshot, live, schemas, byOID, &c); err != nil {
		return c, 0, err
	}
	var v string
	switch err := db.QueryRowContext(ctx, `SELECT value FROM inlay_metadata WHERE key = 'next_oid'`).Scan(&v); err {
	case nil:
		nextOID, err = strconv.ParseInt(v, 10, 64)
		if err != nil {
			return c, 0, fmt.Errorf("next_oid: %w", err)
		}
	case sql.ErrNoRows:
		nextOID = counted
	default:
		return c, 0, err
	}
	return c, nextOID, nil
}

// foreignViews adds the views that another program made: they have no row in
// inlay_relation, so their columns are known only when they are used.
func foreignViews(ctx context.Context, db *sql.DB, snapshot int64, live string, schemas map[int64]string, known map[types.OID]*catalog.Relation, c *memory.Contents) error {
	rows, err := db.QueryContext(ctx, `SELECT view_id, schema_id, view_name, dialect, sql FROM ducklake_view WHERE`+live, snapshot)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id, schema int64
		var nm, dialect, text string
		if err := rows.Scan(&id, &schema, &nm, &dialect, &text); err != nil {
			return err
		}
		oid := derivedOID(id, viewKind)
		if known[oid] != nil {
			continue
		}
		c.Relations = append(c.Relations, &catalog.Relation{
			OID: oid, Schema: schemas[schema], Name: nm, Kind: catalog.ViewRelation, Definition: text,
			SearchPath: []string{"public"}, Options: map[string]string{"dialect": dialect},
		})
	}
	return rows.Err()
}

// Commit writes the difference between two contents as one snapshot.
func (k *keeper) Commit(ctx context.Context, before, after memory.Contents) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	tx, err := k.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // after Commit it does nothing
	var head, schemaVersion, nextID, nextFile int64
	if err := tx.QueryRowContext(ctx, `SELECT snapshot_id, schema_version, next_catalog_id, next_file_id FROM ducklake_snapshot ORDER BY snapshot_id DESC LIMIT 1`).Scan(&head, &schemaVersion, &nextID, &nextFile); err != nil {
		return err
	}
	if head != k.mu.snapshot {
		return sqlerr.New(sqlerr.SerializationFailure, "could not serialize access: the lake was changed by another program").WithHint("The transaction might succeed if retried.")
	}
	w := &writer{ctx: ctx, tx: tx, snapshot: head + 1}
	w.diff(before, after)
	if w.err != nil {
		return w.err
	}
	if !w.touched {
		return nil
	}
	w.exec(`INSERT INTO ducklake_snapshot VALUES (?, ?, ?, ?, ?)`, head+1, timestamp(time.Now()), schemaVersion+1, max(nextID, k.mu.nextID), nextFile)
	w.exec(`INSERT INTO ducklake_snapshot_changes(snapshot_id, changes_made) VALUES (?, ?)`, head+1, strings.Join(w.changes, ","))
	w.exec(`INSERT INTO inlay_metadata VALUES ('next_oid', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, strconv.FormatInt(k.mu.nextOID, 10))
	if w.err != nil {
		return w.err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	k.mu.snapshot = head + 1
	return nil
}

// writer writes one snapshot's rows. The first error stops it.
type writer struct {
	ctx      context.Context
	tx       *sql.Tx
	snapshot int64
	changes  []string // in DuckLake's words; what it has no word for is not in it
	touched  bool     // something changed, with or without a word
	err      error
}

func (w *writer) exec(query string, args ...any) {
	if w.err == nil {
		_, w.err = w.tx.ExecContext(w.ctx, query, args...)
	}
}

func (w *writer) changed(what, name string) {
	w.changes = append(w.changes, what+":"+name)
	w.touched = true
}

func quote(n string) string { return `"` + strings.ReplaceAll(n, `"`, `""`) + `"` }

func lakeName(schema string) string {
	if schema == "public" {
		return mainName
	}
	return schema
}

func schemaID(s catalog.Schema) int64 {
	if s.OID == publicOID {
		return 0
	}
	return catalogID(s.OID)
}

// diff ends what is gone or changed and begins what is new or changed.
func (w *writer) diff(before, after memory.Contents) {
	oldSchemas, newSchemas := map[types.OID]catalog.Schema{}, map[types.OID]catalog.Schema{}
	ids := map[string]int64{}
	for _, s := range before.Schemas {
		oldSchemas[s.OID] = s
	}
	for _, s := range after.Schemas {
		newSchemas[s.OID] = s
		ids[s.Name] = schemaID(s)
	}
	oldRels, newRels := map[types.OID]*catalog.Relation{}, map[types.OID]*catalog.Relation{}
	for _, r := range before.Relations {
		oldRels[r.OID] = r
	}
	for _, r := range after.Relations {
		newRels[r.OID] = r
	}
	for oid, r := range oldRels {
		if newRels[oid] != r {
			w.endRelation(r, newRels[oid] == nil)
		}
	}
	for oid, s := range oldSchemas {
		if n, ok := newSchemas[oid]; !ok || n.Name != s.Name {
			w.exec(`UPDATE ducklake_schema SET end_snapshot = ? WHERE schema_id = ? AND end_snapshot IS NULL`, w.snapshot, schemaID(s))
			w.exec(`UPDATE inlay_schema SET end_snapshot = ? WHERE schema_id = ? AND end_snapshot IS NULL`, w.snapshot, schemaID(s))
			w.changed("dropped_schema", strconv.FormatInt(schemaID(s), 10))
		}
	}
	for oid, s := range newSchemas {
		if o, ok := oldSchemas[oid]; !ok || o.Name != s.Name {
			w.exec(`INSERT INTO ducklake_schema VALUES (?, ?, ?, NULL, ?, ?, 1) ON CONFLICT (schema_id) DO UPDATE SET schema_name = excluded.schema_name, end_snapshot = NULL`,
				schemaID(s), uuid.NewString(), w.snapshot, lakeName(s.Name), lakeName(s.Name)+"/")
			w.exec(`INSERT INTO inlay_schema VALUES (?, ?, NULL, ?)`, schemaID(s), w.snapshot, s.Owner)
			w.changed("created_schema", quote(lakeName(s.Name)))
		}
	}
	for oid, r := range newRels {
		if oldRels[oid] != r {
			w.beginRelation(r, ids[r.Schema], oldRels[oid] == nil)
		}
	}
}

func (w *writer) endRelation(r *catalog.Relation, dropped bool) {
	w.exec(`UPDATE inlay_relation SET end_snapshot = ? WHERE oid = ? AND end_snapshot IS NULL`, w.snapshot, int64(r.OID))
	if r.Kind == catalog.ViewRelation {
		w.exec(`UPDATE ducklake_view SET end_snapshot = ? WHERE view_id = ? AND end_snapshot IS NULL`, w.snapshot, catalogID(r.OID))
		if dropped {
			w.changed("dropped_view", strconv.FormatInt(catalogID(r.OID), 10))
		}
	}
	w.touched = true
}

func (w *writer) beginRelation(r *catalog.Relation, schema int64, created bool) {
	js, err := factsOf(r)
	if err != nil && w.err == nil {
		w.err = err
	}
	w.exec(`INSERT INTO inlay_relation VALUES (?, ?, NULL, ?, ?, ?, ?)`, int64(r.OID), w.snapshot, schema, r.Name, string(rune(r.Kind)), js)
	if r.Kind != catalog.ViewRelation {
		w.touched = true
		return
	}
	w.exec(`INSERT INTO ducklake_view VALUES (?, ?, ?, NULL, ?, ?, 'postgres', ?, '')`, catalogID(r.OID), uuid.NewString(), w.snapshot, schema, r.Name, r.Definition)
	if created {
		w.changed("created_view", quote(lakeName(r.Schema))+"."+quote(r.Name))
	} else {
		w.changed("altered_view", strconv.FormatInt(catalogID(r.OID), 10))
	}
}

var _ memory.Keeper = (*keeper)(nil)
