package sqllogictest

import (
	"fmt"
	"strconv"
)

// Dialect says how a file is read and how its results are written.
type Dialect int

const (
	Auto      Dialect = iota // chosen from the file's path and text
	Classic                  // SQLite: one value per line, hashes
	Extended                 // sqllogictest-rs: one row per line
	DuckDB                   // tabs between cells
	Cockroach                // options separated by commas, colnames, · for a blank
)

var dialectNames = [...]string{"auto", "classic", "extended", "duckdb", "cockroach"}

func (d Dialect) String() string { return dialectNames[d] }

// ParseDialect is the inverse of String.
func ParseDialect(s string) (Dialect, error) {
	for i, n := range dialectNames {
		if n == s {
			return Dialect(i), nil
		}
	}
	return Auto, fmt.Errorf("unknown dialect %q", s)
}

type kind int

const (
	kindStatement kind = iota
	kindQuery
	kindLet
	kindLoop
	kindEndLoop
	kindHalt
	kindRequire // an unmet requirement: the rest of the file is skipped
	kindSkip    // DuckDB's mode skip
	kindUnskip
	kindHashThreshold
)

type expectation int

const (
	expectOK expectation = iota
	expectMaybe
	expectError
	expectCount
	expectRows
)

type sortMode string

const (
	noSort    sortMode = "nosort"
	rowSort   sortMode = "rowsort"
	valueSort sortMode = "valuesort"
)

func isSortMode(s string) bool {
	return s == string(noSort) || s == string(rowSort) || s == string(valueSort)
}

type condition struct {
	only  bool // onlyif, else skipif
	words string
}

// record is one paragraph of a file. Which fields count depends on kind.
type record struct {
	kind    kind
	expect  expectation
	line    int    // of the directive, from 1
	origin  string // "12>" before line where an include at line 12 brought it
	subtest string
	conds   []condition
	conn    string
	subst   bool // control substitution is on

	sql      string
	types    string
	sort     sortMode
	label    string
	colNames bool
	count    int64    // expectCount; -1 if the file gives none
	pattern  string   // expectError, on the directive's line
	block    bool     // expectError with a block after ----
	asQuery  bool     // expectError that was written as query error
	want     []string // expected lines

	loopVars   []string // kindLoop; kindLet: variables
	loopValues []string // kindLoop

	threshold int // kindHashThreshold

	// Lines of the file for -rewrite, from 0: head is the directive's, the SQL
	// ends before sqlEnd, the results (with ----) end before end.
	head, sqlEnd, end int
}

func (r *record) isTest() bool {
	return r.kind == kindStatement || r.kind == kindQuery || r.kind == kindLet
}

// class is how the report counts the record: query, statement or error.
func (r *record) class() Class {
	switch {
	case r.expect == expectError:
		return ClassError
	case r.kind == kindQuery:
		return ClassQuery
	}
	return ClassStatement
}

// position names the record within its file, with the loop iteration if any.
func (r *record) position(iteration string) string {
	s := r.origin + strconv.Itoa(r.line)
	if iteration != "" {
		s += ":" + iteration
	}
	return s
}
