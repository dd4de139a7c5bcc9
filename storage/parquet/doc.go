// Package parquet reads and writes Parquet files as storage/column columns.
//
//	Open ─► footer ─► Schema, RowGroup facts, PageIndex, Bloom    (to prune)
//	          │
//	          ▼
//	File.Columns(row group, leaves) ─► ColumnReader each
//	          │
//	   object.Fetcher ─► page header ─► decompress ─► levels ─► values
//	                        │ Skip: rows of whole pages are passed over here,
//	                        │ before anything is decompressed
//	                        ▼
//	            column.Column: flat, dictionary codes, or string views
//
// Reading is by rows: Read(n) gives the next n rows of a leaf, Skip(n) passes
// over them, ReadSelected(sel, n) gives some of the next n. A scan decodes the
// columns of its filter first and asks the others for the rows that are left.
//
// What comes out has the final representation: dates in days and times in
// microseconds since 1970-01-01, decimals as scaled integers, whatever the file
// holds. Dictionary-coded strings stay codes with the chunk's dictionary; other
// strings are views over the decompressed page. A column is lent until the next
// call on its reader.
//
// Files are strangers' bytes: sizes are checked against what is there before
// anything is allocated, and faults are *CorruptError with object and offset.
// Errors of the store pass through as they are.
package parquet
