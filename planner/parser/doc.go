// Package parser turns text in Postgres's dialect into statements.
//
//	text ─► lexer ─► tokens ─► recursive descent ─► ast.Statement, …
//	                              │
//	                              └─ precedence climbing for expressions
//
// Postgres's grammar is the specification: its keyword categories, operator
// precedence, lexing rules, error text and cursor. The words are those of
// Postgres 15 to 18. Statements that Inlay does not execute are checked as far as
// is practical and come out as *ast.Raw.
//
// Extensions, chosen so that no sensible Postgres statement changes its meaning:
// FROM 'path'; GROUP BY ALL and ORDER BY ALL without a list; SELECT * EXCLUDE, REPLACE,
// RENAME; QUALIFY; ASOF JOIN; TRY_CAST; CREATE OR REPLACE TABLE; IGNORE NULLS; DESCRIBE
// and SUMMARIZE. FROM t qualify and FROM t asof JOIN … are the two spots where a
// choice is made: the first stays an alias where nothing of a filter follows,
// the second is an ASOF JOIN (AS makes it an alias).
//
// The descent leaves at the first error with a panic of the private type bailout, which
// only Parse and its kin recover; no other panic is caught. A count of open
// constructs bounds the recursion (54001), so hostile text cannot exhaust
// the stack of the parser or of those who walk the tree.
//
// Nodes come from slabs and identifiers alias the text, so that a statement costs a
// handful of allocations.
package parser
