// Package window computes window functions.
//
// Rows are sorted by the partition and order keys. The sorted rows are then
// cut into blocks of whole partitions; a worker takes a block, finds where
// partitions and peer groups begin, computes for each function and row the
// range of rows that is its frame, and from the ranges the values:
//
//	partitions   0           5                 12
//	peers        0   2   3   5   6       10    12
//	frame of 7               [5 ........ 10)          (RANGE UNBOUNDED PRECEDING)
//
// Sums and counts come from running sums, by one subtraction for any frame.
// Frames that only grow carry their state along. Other aggregates are
// computed anew where frames are short, and from a tree of states over runs of
// rows where they are long.
//
// A partition too large for memory is cut at peer groups where all functions
// can go on from what they were (row_number, rank, running aggregates).
package window
