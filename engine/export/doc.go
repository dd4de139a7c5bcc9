// Package export writes a query's rows to files: Parquet, CSV, JSON, Arrow and
// COPY's own forms, on local disk or in an object store.
//
//	workers ─► queue, in the query's order ─┬─ bytes ────────────────► file
//	                                        └─ batches ─► row groups ─► file
//	                                              │        columns in parallel
//	                                              └─► by partition ─► files
//
// Text is made in the workers, so the queue's reader only writes it out. Files
// of columns are encoded a row group at a time, all cores on its columns. What
// waits is reserved from the query's memory; where that is short, row groups
// are smaller.
//
// A file is seen by nobody before it is whole: local ones are moved into place,
// those in S3 completed, when every row of the statement has been written. An
// error or a cancel removes what was begun.
package export
