// Package slab keeps rows: what every operator that holds more than a batch
// (sort, join, aggregate, window, buffer) copies lent rows into.
//
//	Store       chunks of up to ChunkRows rows, each a set of columns
//	Partitions  a Store for each value of some bits of the rows' hash, which
//	            go to disk one by one when memory is refused
//
// A row of a store is named by a RowID (chunk and position); Gather collects
// rows by their ids. All memory is reserved before it is allocated, and
// nothing in a store holds a pointer per row.
package slab
