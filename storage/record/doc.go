// Package record cuts files of text into chunks of whole records, for formats
// whose records end at a newline (CSV, newline-delimited JSON) or where a
// scanner says (JSON arrays).
//
//	object, plain       ─► Ranges: chunks that workers read in any order
//	object, gz or zst   ─► Stream: chunks one after the other
//
// Where a record ends. A newline between quotes is part of a field, so that a
// worker that starts in the middle of a file must know whether a quote is open
// there. Doubling a quote inside quotes keeps parity: a byte lies between
// quotes exactly where the number of quotes before it is odd. So each worker
// counts the quotes of its range as soon as it has read it (bytes.Count, at
// memory speed) and publishes the parity up to the range's end; who parses
// range k waits for the parity of ranges 0 … k-1, which others have read at
// about the same time. Nothing is guessed and nothing is done twice.
//
//	range      0            1              2
//	bytes   a,"b c",d⏎ e,"f  │ g⏎h",i⏎ j,k⏎ │ l,"m"⏎
//	quotes        3 (odd)    │   1 (even)   │   2 (even)
//	first record  0          │ after i⏎     │ l
//
// A record belongs to the range in which it starts; its worker reads on past
// the range's end until the record's.
//
// Dialects in which parity does not tell (an escape other than the quote,
// comment lines), JSON arrays and compressed files are read as a Stream: the
// reading and cutting is serial, what is done with the chunks is not.
package record
