// Package nested makes rows of Parquet's nested columns: structs, maps, variants
// and lists of these become jsonb.
//
//	leaves' levels and values ─► cursors ─► shape ─► jsonb text of each row
//
// A shape is what a subtree of the schema means; rendering walks it once a row
// and takes entries from the cursors of its leaves. The text is canonical, as
// jsonb keeps it: keys by length and bytes, each once, ", " and ": " between.
package nested
