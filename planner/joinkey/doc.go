// Package joinkey finds the equalities of a join condition that a hash join
// can use: one side over the left input's columns, the other over the right
// input's, both of one type. Join ordering, cardinality estimates and the
// choice of algorithms ask the same question, so it is answered once here.
package joinkey
