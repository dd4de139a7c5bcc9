// Package oracle compares Inlay's parser with Postgres's own, as libpg_query has it
// (Postgres 17, compiled to WebAssembly): what is accepted, the text and cursor of
// errors, and the trees, which are compared by parsing a statement and Inlay's
// text of its tree.
//
// It is a module of its own, so that what it needs stays out of Inlay's:
//
//	cd planner/parser/oracle && go test ./...
//
// libpg_query takes parameters more freely than Postgres itself ($1 as an operator or right
// before a word); Inlay follows Postgres there, and the ratchet keeps count of it.
//
// testdata/ratchet holds the number of disagreements that are left for each
// corpus; it only falls. `go test -rewrite` writes it anew. Differences on purpose (the
// extensions, and what Postgres 18 added) are recognised in the tree and do not count.
package oracle
