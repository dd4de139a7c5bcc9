// Package spill keeps what does not fit in memory: temporary files under one
// folder of the process, within a quota, removed on every exit.
//
//	Area (one per process: folder, quota) ─► Space (one per statement) ─► File ─► blocks of columns
//
// A file is a sequence of blocks; a block is columns of equal length. The
// writer keeps the small Block values that say where each block lies: a file
// holds blocks of many partitions, each partition knows its own. Blocks are
// compressed with S2 (a Snappy dialect: on this kind of data as dense as LZ4
// and the fastest decoder to be had in Go) and carry a checksum.
//
// Files of processes that were killed are removed when the next one starts:
// each folder holds a locked file while its process lives.
package spill
