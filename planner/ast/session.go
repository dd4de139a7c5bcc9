package ast

// SetScope is SET's reach.
type SetScope int8

// The scopes.
const (
	SetDefaultScope SetScope = iota // as SESSION
	SetSession
	SetLocal
)

// SetKind is the form of a SET.
type SetKind int8

// The forms.
const (
	SetValue    SetKind = iota // SET name = values
	SetDefault                 // SET name TO DEFAULT
	SetCurrent                 // FROM CURRENT, in ALTER … SET
	SetReset                   // RESET name
	SetResetAll                // RESET ALL
)

// Set is SET or RESET of a setting. The standard's spellings come out as their
// setting: SET TIME ZONE is "timezone", SET NAMES "client_encoding", SET SCHEMA
// "search_path", SET ROLE "role", SET SESSION AUTHORIZATION
// "session_authorization", SET XML OPTION "xmloption".
type Set struct {
	Range
	Scope  SetScope
	Kind   SetKind
	Name   Ident  // lower case as the lexer leaves it; dotted names with their dots
	Values []Expr // *Const; a bare word is a string. An interval (TIME ZONE) is a *Cast
}

// Show is SHOW name or SHOW ALL.
type Show struct {
	Range
	Name Ident
	All  bool
}

// TransactionModes are the modes of BEGIN and SET TRANSACTION.
type TransactionModes struct {
	Range
	Isolation  string // "serializable", "repeatable read", "read committed", "read uncommitted" or ""
	ReadOnly   *bool
	Deferrable *bool
}

// SetTransaction is SET TRANSACTION or, with Session, SET SESSION CHARACTERISTICS AS TRANSACTION.
type SetTransaction struct {
	Range
	Session  bool
	Modes    TransactionModes
	Snapshot *string // SET TRANSACTION SNAPSHOT
}

// SetConstraints is SET CONSTRAINTS.
type SetConstraints struct {
	Range
	All      bool
	Names    []Name
	Deferred bool
}

// TransactionKind is the kind of a Transaction statement.
type TransactionKind int8

// The kinds.
const (
	TransactionBegin            TransactionKind = iota
	TransactionStart                            // START TRANSACTION
	TransactionCommit                           // COMMIT and END
	TransactionRollback                         // ROLLBACK and ABORT
	TransactionSavepoint                        // Name
	TransactionRelease                          // Name
	TransactionRollbackTo                       // Name
	TransactionPrepare                          // GID
	TransactionCommitPrepared                   // GID
	TransactionRollbackPrepared                 // GID
)

// Transaction is a statement of transaction control.
type Transaction struct {
	Range
	Kind  TransactionKind
	Modes TransactionModes
	Chain bool // AND CHAIN
	Name  Ident
	GID   string
}

// Explain is EXPLAIN in either syntax: EXPLAIN ANALYZE VERBOSE is the options "analyze", "verbose".
type Explain struct {
	Range
	Options []Option
	Stmt    Statement
}

// Prepare is PREPARE name (types) AS statement.
type Prepare struct {
	Range
	Name  Ident
	Types []*TypeName
	Stmt  Statement
}

// Execute is EXECUTE name (arguments).
type Execute struct {
	Range
	Name Ident
	Args []Expr
}

// Deallocate is DEALLOCATE [PREPARE] name or ALL.
type Deallocate struct {
	Range
	Name Ident
	All  bool
}

// DeclareCursor is DECLARE … CURSOR FOR.
type DeclareCursor struct {
	Range
	Name        Ident
	Binary      bool
	Insensitive bool
	Asensitive  bool
	Scroll      bool
	NoScroll    bool
	Hold        bool
	Query       *Query
}

// FetchDirection is where FETCH and MOVE go.
type FetchDirection int8

// The directions.
const (
	FetchForward  FetchDirection = iota // Count rows
	FetchBackward                       // Count rows
	FetchAbsolute                       // to row Count
	FetchRelative                       // by Count rows
)

// Fetch is FETCH or, with Move, MOVE. FETCH NEXT is forward 1; FETCH FIRST is
// absolute 1; FETCH LAST is absolute -1.
type Fetch struct {
	Range
	Move      bool
	Cursor    Ident
	Direction FetchDirection
	All       bool // FETCH ALL, BACKWARD ALL
	Count     int64
}

// ClosePortal is CLOSE name or ALL.
type ClosePortal struct {
	Range
	Name Ident
	All  bool
}

// Copy is COPY in either option syntax; the old one comes out as the options of the new.
type Copy struct {
	Range
	Table   *Relation // or
	Query   Statement
	Columns []Ident
	From    bool
	Program bool
	Stdio   bool   // STDIN or STDOUT
	Path    string // file or command
	Options []Option
	Where   Expr
}

// Discard is DISCARD ALL, PLANS, SEQUENCES or TEMP.
type Discard struct {
	Range
	What string // lower case: "all", "plans", "sequences", "temp"
}

// Listen is LISTEN channel.
type Listen struct {
	Range
	Channel Ident
}

// Unlisten is UNLISTEN channel or *.
type Unlisten struct {
	Range
	All     bool
	Channel Ident
}

// Notify is NOTIFY channel [, payload].
type Notify struct {
	Range
	Channel Ident
	Payload string
}

// Lock is LOCK TABLE.
type Lock struct {
	Range
	Tables []*Relation
	Mode   string // lower case: "access exclusive"
	NoWait bool
}

// VacuumTarget is a relation of VACUUM or ANALYZE with columns.
type VacuumTarget struct {
	Range
	Table   *Relation
	Columns []Ident
}

// Vacuum is VACUUM or, with Analyze, ANALYZE; old-style words come out as options.
type Vacuum struct {
	Range
	Analyze bool
	Options []Option
	Targets []VacuumTarget
}

// Cluster is CLUSTER.
type Cluster struct {
	Range
	Options []Option
	Table   *Relation // nil: all
	Index   Ident
}

// Reindex is REINDEX.
type Reindex struct {
	Range
	Options      []Option
	Kind         string // lower case: "index", "table", "schema", "database", "system"
	Concurrently bool
	Name         *Name
}

// Checkpoint is CHECKPOINT.
type Checkpoint struct {
	Range
	Options []Option
}

// Load is LOAD 'file'.
type Load struct {
	Range
	File string
}

// Do is DO [LANGUAGE l] 'code'.
type Do struct {
	Range
	Language string
	Code     string
}

// Call is CALL procedure(…).
type Call struct {
	Range
	Call *FuncCall
}

// Describe is the extension DESCRIBE query or table: names and types of the result's columns.
type Describe struct {
	Range
	Query    Statement // or
	Relation *Relation
}

// Summarize is the extension SUMMARIZE query or table: statistics of every column.
type Summarize struct {
	Range
	Query    *Query // or
	Relation *Relation
}

func (*Set) statement()            {}
func (*Show) statement()           {}
func (*SetTransaction) statement() {}
func (*SetConstraints) statement() {}
func (*Transaction) statement()    {}
func (*Explain) statement()        {}
func (*Prepare) statement()        {}
func (*Execute) statement()        {}
func (*Deallocate) statement()     {}
func (*DeclareCursor) statement()  {}
func (*Fetch) statement()          {}
func (*ClosePortal) statement()    {}
func (*Copy) statement()           {}
func (*Discard) statement()        {}
func (*Listen) statement()         {}
func (*Unlisten) statement()       {}
func (*Notify) statement()         {}
func (*Lock) statement()           {}
func (*Vacuum) statement()         {}
func (*Cluster) statement()        {}
func (*Reindex) statement()        {}
func (*Checkpoint) statement()     {}
func (*Load) statement()           {}
func (*Do) statement()             {}
func (*Call) statement()           {}
func (*Describe) statement()       {}
func (*Summarize) statement()      {}
