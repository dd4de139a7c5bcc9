// Package catalog says what names mean: schemas, relations and their data, as
// one statement or transaction sees them.
//
// A Catalog keeps tables somewhere (memory, or a lake in SQLite or Postgres).
// Begin opens a Txn; Txn.View is what a statement reads: the base snapshot
// and, over it, what the transaction itself has done so far (DDL, row deltas,
// savepoints). A View never changes: each statement takes a new one, so a
// statement does not read its own writes.
//
//	Catalog ─ Begin ─► Txn ─ View ─► View ─ Relation ─► Relation ─ Source ─► files | segments | generated rows
package catalog

import (
	"context"
	"sync"

	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/storage/column"
)

// RelationKind is pg_class.relkind.
type RelationKind byte

const (
	Table            RelationKind = 'r'
	ViewRelation     RelationKind = 'v'
	MaterializedView RelationKind = 'm'
	ForeignTable     RelationKind = 'f'
	Sequence         RelationKind = 'S'
	Index            RelationKind = 'i'
	PartitionedTable RelationKind = 'p'
)

// Schema is a namespace.
type Schema struct {
	OID     types.OID
	Name    string
	Owner   string
	Comment string
}

// Column is one attribute of a relation.
type Column struct {
	Name      string
	Type      types.Type
	Attnum    int16 // 1 up; dropped columns leave gaps
	NotNull   bool
	Default   string // SQL text of the default expression, "" none
	Identity  byte   // 0, 'a' always, 'd' by default
	Generated string // SQL text of GENERATED ALWAYS AS (…) STORED, "" none
	Comment   string
}

// Constraint is a row of pg_constraint.
type Constraint struct {
	OID         types.OID
	Name        string
	Kind        byte    // 'p' primary key, 'u' unique, 'c' check, 'f' foreign key
	Columns     []int16 // attnums
	Expr        string  // CHECK: SQL text
	RefRelation types.OID
	RefColumns  []int16
	// OnDelete and OnUpdate are what a foreign key does: 'a' no action (also 0),
	// 'r' restrict, 'c' cascade, 'n' set null, 'd' set default.
	OnDelete, OnUpdate byte
	SetColumns         []int16 // ON DELETE SET NULL|DEFAULT (columns); nil: all
	MatchFull          bool
	Deferrable         bool
	Deferred           bool // INITIALLY DEFERRED
	NotValid           bool // old rows may break it
	NoInherit          bool
}

// Relation is a table, view, foreign table, … as a View has it. It is
// immutable.
type Relation struct {
	OID         types.OID
	Schema      string
	Name        string
	Kind        RelationKind
	Temporary   bool
	Owner       string
	Columns     []Column // live columns in order
	LastAttnum  int16    // attnums up to here are taken, also by dropped columns; 0: the last column's
	Constraints []Constraint
	Definition  string            // views: the query's SQL text
	SearchPath  []string          // views: the search path the text was written under
	Server      string            // foreign tables
	Options     map[string]string // foreign tables and WITH (…)
	Comment     string
	System      bool            // pg_catalog, information_schema
	Index       *IndexInfo      // indexes
	Sequence    *SequenceInfo   // sequences
	Parents     []types.OID     // tables that it inherits from, in order
	Partition   *PartitionInfo  // partitioned tables
	Bound       *PartitionBound // partitions; Parents has one table
	Unpopulated bool            // materialized views: made WITH NO DATA
	// Stats is what making the relation has told of its rows (footers of files); nil otherwise.
	Stats *Statistics
}

// Column finds a live column by name.
func (r *Relation) Column(name string) (*Column, bool) {
	for i := range r.Columns {
		if r.Columns[i].Name == name {
			return &r.Columns[i], true
		}
	}
	return nil, false
}

// View is the catalog as one statement sees it. It is safe for concurrent
// use and never changes.
type View interface {
	// Version changes whenever any schema does: lake, side tables or the
	// session's temporary objects. Plans are cached under it.
	Version() uint64
	Schema(name string) (Schema, bool)
	Schemas() []Schema // ordered by name
	// Relation finds a relation; schema must be resolved ("pg_temp" is the session's own).
	Relation(schema, name string) (*Relation, bool)
	RelationByOID(oid types.OID) (*Relation, bool)
	Relations(schema string) []*Relation // ordered by name
	// Source says where the rows of a table, foreign table or system relation
	// are. Pruning wants bounds, so files are listed when execution starts.
	Source(ctx context.Context, rel *Relation) (Source, error)
	// Statistics is what is known without reading data; nil if nothing.
	Statistics(ctx context.Context, rel *Relation) (*Statistics, error)
}

// Source is where a relation's rows are: *Files, *Memory, *Generated or *Stream.
type Source interface{ source() }

// Files is a relation kept in objects.
type Files struct {
	Format  string // "parquet", "csv", "json", "arrow"
	Options map[string]string
	Columns []FileColumn // how each column of the relation is found, by position in Relation.Columns
	Files   []File
}

// FileColumn finds one column in the files.
type FileColumn struct {
	Field     string      // name (or dotted path) in the file
	FieldID   int32       // > 0: found by field id instead
	Partition string      // hive partition key that gives the value, "" where the file holds the column
	Missing   types.Datum // value where a file lacks the column (schema evolution)
	Virtual   string      // "filename", "file_row_number": made by the scan
}

// File is one object of a relation.
type File struct {
	Path       string            // as storage/object takes it
	Size       int64             // -1: unknown
	Version    string            // etag or mtime; "" unknown
	Rows       int64             // -1: unknown until the footer is read
	RowIDStart int64             // lake: id of the first row
	Partition  map[string]string // hive key → raw value, absent: NULL
	Deletes    []string          // delete files that apply
	Deleted    []int64           // deleted row positions known to the transaction, ascending
	Layout     any               // how a file that is not Parquet is read, made by catalog/source
}

// Memory is a relation kept in memory.
type Memory struct {
	Segments []*Segment
}

// Segment is an immutable run of rows; deletions are a bitmap beside it.
type Segment struct {
	ID      int64
	Rows    int
	Columns []*column.Column // by position in Relation.Columns
	Deleted []uint64         // nil: none; bit set: row is gone for this view
	// Keys holds what readers have computed from Columns, such as hashes of keys;
	// copies of the segment with other deletions share it. nil: nothing is kept.
	Keys *sync.Map
}

// Generated is a system relation: its rows are made when it is scanned.
type Generated struct {
	// Rows makes the columns asked for (positions in Relation.Columns).
	Rows func(ctx context.Context, v View, s SessionFacts, cols []int) ([]*column.Column, int, error)
}

// Park runs a wait.
type Park func(ctx context.Context, wait func(ctx context.Context) error) error

// Stream is rows that arrive while they are read, once and in order: those of
// COPY FROM.
type Stream struct {
	// Next gives the next rows of all columns, lent until the next call, and how
	// many; none at the end. One goroutine calls it; it waits inside park, which
	// gives the caller's CPU away meanwhile.
	Next func(ctx context.Context, park Park) ([]*column.Column, int, error)
}

func (*Files) source()     {}
func (*Stream) source()    {}
func (*Memory) source()    {}
func (*Generated) source() {}

// SessionFacts is what generated relations and system functions may ask of
// the session.
type SessionFacts interface {
	User() string
	Database() string
	SearchPath() []string // resolved, existing schemas, implicit ones included
	Setting(name string) (string, bool)
	Settings() []Setting
	BackendPID() int32
	Activity() []Backend // pg_stat_activity
}

// Setting is a row of pg_settings.
type Setting struct {
	Name, Value, Unit, Category, Description, Context, VarType, Source, Boot, Reset string
	Min, Max                                                                        string
	Enum                                                                            []string
}

// Backend is a row of pg_stat_activity.
type Backend struct {
	PID                           int32
	User, Database, Application   string
	ClientAddr                    string
	State, Query                  string
	StartMicros, QueryStartMicros int64
}

// Statistics is what the planner knows of a relation.
type Statistics struct {
	Rows    float64 // -1: unknown
	Bytes   float64
	Exact   bool               // Rows is the exact count in this view
	Columns []ColumnStatistics // by position in Relation.Columns; may be shorter
}

// ColumnStatistics is what is known of one column; unknown fields are negative or null.
type ColumnStatistics struct {
	NullFraction float64     // -1: unknown
	Distinct     float64     // -1: unknown
	Min, Max     types.Datum // Kind Invalid: unknown; bounds, maybe wider than the values
	AvgWidth     float64
}

// Isolation is a transaction's isolation level.
type Isolation uint8

const (
	ReadCommitted Isolation = iota
	RepeatableRead
	Serializable
)

// RowID names a row of a base table: which segment or file, and the position
// in it.
type RowID struct {
	Segment  int64
	Position int64
}

// Catalog keeps tables.
type Catalog interface {
	// Snapshot is the committed state, for statements outside a transaction that only read.
	Snapshot(ctx context.Context) (View, error)
	Begin(ctx context.Context, level Isolation, temp *TempSpace) (Txn, error)
	// Durable says whether ordinary tables survive a restart; where not even
	// that is promised and AllowTables is false, CREATE TABLE is 0A000.
	AllowTables() bool
	Close() error
}

// TempSpace is a session's temporary schema: it outlives transactions and
// dies with the session. Only the catalog that made it looks inside.
type TempSpace struct{ State any }

// Txn is a transaction. It is used by one goroutine at a time. After an error
// of Commit the transaction is over.
type Txn interface {
	// View takes a view for one statement: under ReadCommitted on a new base,
	// else on the transaction's.
	View(ctx context.Context) (View, error)

	CreateSchema(s Schema) error
	DropSchema(name string) error // must be empty
	RenameSchema(name, to string) error
	// CreateRelation gives the relation an OID and keeps it; columns come with attnums set.
	CreateRelation(r *Relation) (*Relation, error)
	// ReplaceRelation changes everything but OID and data (views, comments, options, renames, moved schemas).
	ReplaceRelation(r *Relation) error
	DropRelation(oid types.OID) error
	// AlterColumns changes a table's columns; rewrite, if not nil, makes the new
	// columns of one segment or batch from the old ones.
	AlterColumns(oid types.OID, cols []Column, rewrite func(old []*column.Column, n int) ([]*column.Column, error)) error

	// Append adds rows; it keeps cols (given), one per column of the relation.
	// It may be called many times by one statement; all of them become visible
	// to the transaction's next View.
	Append(ctx context.Context, rel types.OID, cols []*column.Column, n int) error
	// Delete removes rows by identity. Rows that the transaction's view no
	// longer has are skipped; it returns how many went.
	Delete(ctx context.Context, rel types.OID, rows []RowID) (int, error)
	Truncate(ctx context.Context, rel types.OID) error
	// Peek is the transaction's state as it is now, rows of the running statement
	// included; unlike View it takes no newer base.
	Peek() View
	// Guard demands that check finds nothing wrong with the transaction's state:
	// it runs now, and again whenever what the transaction has done so far is put
	// on a newer state, at the latest by Commit. rel is the table it is about.
	Guard(ctx context.Context, rel types.OID, check func(View) error) error
	// Sequences are not part of the transaction.
	Sequences() Sequences

	Savepoint(name string)
	RollbackTo(name string) bool // false: no such savepoint
	Release(name string) bool
	Commit(ctx context.Context) error
	Rollback() error
}
