// Package aggregate groups rows by hashing and computes aggregate functions.
//
// Each worker has a table of its own for pre-aggregation. While the groups are
// few that is all: the workers' tables are merged at the end. When a table
// outgrows the cache its groups are moved, as rows of keys and partial states,
// into partitions by bits of their hash, and the table starts anew. Where that
// does not reduce the rows (nearly every row is a group of its own) the table
// is left aside and rows go straight into partitions. Partitions go to disk
// when memory is refused. The source then aggregates partition by partition,
// in parallel, parting one again that does not fit:
//
//	batch ─► table ─► (keys, states) ─┐
//	   └───────────► (keys, values)  ─┴─► partitions ─► table ─► result
//
// Aggregates with DISTINCT first group by keys and arguments, those with an
// order first sort; what comes out of that is fed to the same groups when all
// input is there.
//
// States are columns: slices indexed by the number of the group, no pointers
// per group. Accumulators never see NULLs (but for those that keep them).
package aggregate
