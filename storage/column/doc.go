// Package column holds typed columns over Arrow-shaped buffers: the one form
// in which values travel between Parquet pages, operators and the wire.
//
// A column is a Kind (how one value lies in memory) and a Form (how rows map
// to values):
//
//	Flat        Data holds Len values; row i is value i
//	Constant    Data holds one value; every row is that value
//	Dictionary  Codes[i] is the position of row i's value in Dict.Values
//
// Strings are 16-byte views (Arrow's string-view layout): up to 12 bytes lie
// inside the view, longer ones lie in one of at most MaxBuffers heap buffers.
// No value holds a Go pointer, so the collector never scans a column's data.
//
// Validity is a bitmap, bit i of Valid[i/64] set where row i is not NULL; a
// nil bitmap means that no row is NULL. NULL slots hold the zero value.
//
// Ownership: a *Column handed to somebody is lent and read-only unless the
// signature's comment says otherwise. Columns may share buffers.
package column
