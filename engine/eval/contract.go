// Package eval compiles bound scalar expressions into evaluators over
// batches.
//
// An evaluator belongs to one worker. Its result is aligned to the batch's
// physical rows: row i of the result belongs to row i of the batch, and only
// the batch's selected rows are defined. The result may be scratch that the
// next call overwrites, or a column of the batch itself.
//
// What can fail (CanFail) is computed for selected rows only, and the error
// is that of the lowest failing row. CASE, COALESCE, AND and OR narrow the
// selection from left to right.
package eval

import (
	"time"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/engine/batch"
	"github.com/inlaydb/inlay/planner/scalar"
	"github.com/inlaydb/inlay/storage/column"
)

// Evaluator computes one expression.
type Evaluator interface {
	Eval(b *batch.Batch) (*column.Column, error)
}

// Predicate keeps the selected rows of b for which a condition is true (NULL
// is not). It appends their positions to sel, ascending, and returns it. sel
// must not alias b.Sel.
type Predicate interface {
	Select(b *batch.Batch, sel []int32) ([]int32, error)
}

// Layout says where in a batch each column is.
type Layout map[scalar.ColumnID]int

// Env is what an execution knows: fixed for the statement.
type Env struct {
	Params         []types.Datum // values of $1, …, already of the bound types
	Now            time.Time     // start of the transaction
	StatementStart time.Time
	Location       *time.Location // TimeZone
	Settings       Settings
	Session        catalog.SessionFacts
	View           catalog.View
	Effects        Effects // nextval, set_config, …; nil where not allowed
	Random         *Random // random() and setseed(); nil: numbers without a seed
}

// Settings are the session settings that change what functions give.
type Settings struct {
	DateStyle        string
	DateOrder        string
	IntervalStyle    string
	ExtraFloatDigits int
	ByteaOutput      string
}

// Effects is what functions with side effects do to the session or catalog.
type Effects interface {
	SetConfig(name, value string, local bool) (string, error)
	Sleep(d time.Duration) error
	Cancel(pid int32) bool
	Terminate(pid int32) bool
}

// Notifier is an optional ability of Effects: pg_notify().
type Notifier interface {
	Notify(channel, payload string) error
}

// AdvisoryKey names an advisory lock: one of 64 bits, or a pair of 32.
type AdvisoryKey struct {
	Key  int64
	Pair bool
}

// AdvisoryLocks is an optional ability of Effects: pg_advisory_lock() and its
// family.
type AdvisoryLocks interface {
	AdvisoryLock(key AdvisoryKey, shared, transaction, wait bool) (bool, error)
	AdvisoryUnlock(key AdvisoryKey, shared bool) bool
	AdvisoryUnlockAll()
}

// Sequences is an optional ability of Effects: the functions of sequences.
type Sequences interface {
	NextVal(sequence types.OID) (int64, error)
	CurrVal(sequence types.OID) (int64, error)
	LastVal() (int64, error)
	SetVal(sequence types.OID, value int64, called bool) (int64, error)
}
