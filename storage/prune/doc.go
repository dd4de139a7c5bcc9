// Package prune decides from statistics which parts of a file cannot hold a row
// that a predicate wants.
//
//	Predicate ─► footer statistics ─► bloom filters ─► page index ─► row ranges
//	             (free)               (one read)       (one read)
//
// Each step runs only where the one before left something. Whatever remains is
// still filtered row by row: pruning may keep too much, never too little. An
// answer of All says that every row is wanted, so that the filter need not run.
package prune
