package explain

import (
	"time"

	"github.com/inlaydb/inlay/planner/physical"
)

// Options are those of Postgres's EXPLAIN. Default gives its defaults.
type Options struct {
	Analyze bool
	Verbose bool
	Costs   bool
	Buffers bool
	Timing  bool
	Summary bool
}

// Default are the options of a bare EXPLAIN, or EXPLAIN ANALYZE.
func Default(analyze bool) Options {
	return Options{Analyze: analyze, Costs: true, Timing: analyze, Summary: analyze}
}

// Actual is what one node did when the plan ran.
type Actual struct {
	Rows, Loops     int64
	Start, Total    time.Duration // of one loop; until the first row, and in all
	Memory          int64         // peak, bytes
	SpilledBytes    int64
	SpillPartitions int64
	// Details are further facts in order: files, row groups and pages read and
	// pruned, bytes read, …
	Details []Detail
}

// Detail is one labelled number.
type Detail struct {
	Label string
	Value int64
	Unit  string // "", "bytes"
	IO    bool   // shown with BUFFERS only
}

// Run is what is known of an execution as a whole.
type Run struct {
	// Node is what the node with an id did; nil where it did not run.
	Node      func(id int) *Actual
	Planning  time.Duration
	Execution time.Duration
	Memory    int64 // peak of the statement, bytes; 0: unknown
}

// Text prints a plan as lines. run is nil without ANALYZE (Planning alone may
// be given for SUMMARY).
func Text(plan physical.Node, opt Options, run *Run) []string {
	t := textPrinter{opt: opt}
	t.item(newTree(plan, opt, run).item(plan, ""), 0)
	return append(t.lines, summary(opt, run)...)
}
