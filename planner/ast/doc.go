// Package ast is the syntax tree of a statement: plain data with a source
// range on every node. Nothing here knows a catalog, a type's OID or a plan.
//
//	SQL text ─► parser ─► Statement ─► binder ─► logical plan
//	                          │
//	                          └► SQL(node): text again, in Postgres's spelling
//
// The tree follows Postgres's grammar where a reader would expect it: a query
// is a Query with a Body (Select, SetOp, Values or a nested Query), functions
// with a syntax of their own (EXTRACT, TRIM, AT TIME ZONE, …) are FuncCall with
// the name and argument order that Postgres gives them, and names are folded and
// truncated as the lexer leaves them.
//
// Ranges count bytes of the text that was given to the parser, which may
// hold several statements. Location gives the offset where Postgres would put
// its cursor for a node, and Position turns an offset into characters from 1.
//
// Nodes are made once by the parser and read only after that; they may share
// slabs of memory and alias the statement's text.
package ast
