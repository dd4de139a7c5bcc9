// Package sqllogictest runs .slt files: SQL and what it must answer, as text.
//
//	files ─► reader ─► records ─► file runner ─► connection (simple | extended)
//	                                   │              │
//	                  verdict ◄── compare ◄── outcome ◄┘
//	                     └──► -rewrite puts the outcome into the file
//
// The runner knows a server only through the Postgres protocol, so the same
// file runs against Inlay and against a real Postgres, which is where the
// expected results of the project's own suites (testdata/<area>/*.slt) come
// from. Files run in parallel, each in a schema (or database) of its own;
// the records of a file run in order.
//
// # Records
//
// A file is a sequence of records that are separated by blank lines. A line
// that starts with # is a comment.
//
//	statement ok                    the statement must succeed
//	INSERT INTO t VALUES (1)
//
//	statement count 3               … and its command tag must say 3 rows
//	DELETE FROM t
//
//	statement error 42P01 relation "nosuch" does not exist
//	SELECT * FROM nosuch
//
//	query IT rowsort                rows are sorted before they are compared
//	SELECT a, b FROM t
//	----
//	1 one
//	2 NULL
//
// After query come one letter per result column, then the sort mode (nosort,
// rowsort, valuesort), then a label; queries with one label must have equal
// results. Letters: I integer, R numeric or float, T text and all else, B
// boolean, D date, P timestamp, ? anything.
//
// An expected error (statement error, query error) is either nothing at all
// (any error but an internal one), or on the same line a SQLSTATE, a regular
// expression that is searched in the message, or both with the SQLSTATE first.
// The long form stands below the SQL:
//
//	statement error
//	SELECT nosuch FROM t
//	----
//	42703: column "nosuch" does not exist
//	POSITION: 8
//	HINT: Perhaps you meant "such".
//
// Its first line is compared in full; DETAIL, HINT and POSITION only if they
// are there. -rewrite writes DETAIL and HINT only if the block has them.
//
// # Results
//
// In the classic dialect (SQLite's) there is one value per line: I is an
// integer, R has three decimals, T is text with anything that does not print
// as @. A single line "N values hashing to <md5>" stands for the values, each
// followed by a newline. hash-threshold N tells -rewrite when to use that form.
//
// In the extended dialect (that of sqllogictest-rs) there is one row per line,
// in Postgres's text form. NULL is NULL and an empty string (empty) in both.
// Cells are separated by tabs if the record has any, and then compared as they
// are; otherwise by blanks, and then runs of blanks count as one. A newline, a
// tab or another control character in a value is written as a Go escape.
// A row whose cells are all blank cannot be written: wrap it in quotes.
//
// Two more dialects are read, not written by -rewrite, to run suites of
// others: DuckDB's (tabs between cells, connection names on the record) and
// CockroachDB's (colnames, options separated by commas).
//
// # Directives
//
//	skipif NAME, onlyif NAME        for the next record; see Options.EngineNames
//	halt                            ends the file
//	include GLOB                    reads other files, relative to this one
//	loop VAR FROM TO … endloop      VAR counts from FROM to TO-1; use as ${VAR}
//	foreach VAR A B C … endloop     VAR takes each value
//	control sortmode MODE           the default sort mode from here on
//	control substitution on|off     replaces $NAME and ${NAME} in SQL and results:
//	                                let variables, Options.Variables, the environment,
//	                                __TEST_DIR__ (a fresh folder, removed after the
//	                                file), __DATABASE__, __SCHEMA__; \$ is a dollar sign
//	let (a, b)                      runs the query below, keeps its one row in variables
//	connection NAME                 the next record runs on that connection
//	subtest NAME                    a heading; verdicts mention it
//	require NAME                    ends the file if the runner has no such feature
//	hash-threshold N                see above
//
// sleep is refused: a test waits for an event, not for the clock.
//
// # Verdicts
//
// A failed record gives one verdict, file:line first, then what was expected
// and what came, as a diff:
//
//	joins/left.slt:42: query: wrong result
//	    - 1 one
//	    + 1 NULL
//
// Options.Tolerant compares the way runners of other engines do (1.50 equals
// 1.5, true equals t, floats to six digits), for suites that were not written
// for Postgres.
package sqllogictest
