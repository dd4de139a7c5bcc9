// Package keys finds rows of tables in memory by the values of some of their
// columns: for unique keys, foreign keys and ON CONFLICT.
//
// An index is made per segment when it is first asked and kept beside the
// segment, which never changes; which rows are still there is the view's to
// say. So a lookup costs a probe for each segment, and an INSERT of one row
// hashes no more than the small segment at the table's end.
//
//	Finder.Each(columns, row) ─ hash ─► segment's chains ─ equal, not deleted ─► RowID
package keys
