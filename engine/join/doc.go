// Package join joins rows: by hashing one side, or by trying all pairs.
//
// Hash join, in steps:
//
//  1. Build. Workers copy the build side's rows into stores of their own, with
//     a word per row: the key itself where all keys fit eight bytes, else
//     their hash. When memory is refused all workers part their rows by the
//     hash, and partitions go to disk.
//
//  2. Finalize. What is in memory becomes one table: heads (by key where the
//     keys are dense integers, else by hash) and, where keys repeat or
//     collide, links from row to row:
//
//     heads[word] ─► row 17 ─► row 4 ─► none
//
//  3. Probe. Rows whose partition is on disk are set aside, by partition. For
//     the others all heads of a batch are looked up, then all words compared,
//     then keys; each round goes one link further. A round's matches come out
//     as the probe batch with a selection and gathered build columns.
//
//  4. Leftovers. Partitions from disk are joined one by one, parting again
//     what does not fit; build rows that must come out without a match do so
//     at the end of their table.
package join
