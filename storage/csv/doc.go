// Package csv reads comma-separated values and their kin.
//
//	bytes ─► Sniff ─► Dialect, header, types        once a file, over a sample
//	chunk ─► Records.Next ─► ends of fields         64 bytes at a time
//	         Records.Column ─► record.Fields        only the columns asked for
//
// The rules are Postgres's (COPY … CSV): quotes may open and close anywhere in
// a field, a doubled quote between quotes is one quote, a newline between
// quotes is data, and an unquoted field that equals the null string is NULL.
// A record ends at "\n" or "\r\n", mixed as they come, or at "\r" where the
// dialect says so.
//
// Indexing. Per block of 64 bytes, bitmaps of quotes, delimiters and newlines
// are made eight bytes a step (SWAR: a byte of w^c*0x0101… is zero where w has
// c); the running parity of the quote bitmap (prefix xor by shifts) masks out
// what lies between quotes, and the positions of the bits that are left are
// written out. Where each record has the expected number of fields, field c
// of row i lies between entries i*n+c and i*n+c+1: nothing is looked at twice.
// Only windows in which a newline is not where it is expected are walked
// record by record. The method is that of Langdale and Lemire, "Parsing
// Gigabytes of JSON per Second", VLDB Journal 28 (2019), for two characters.
//
// Dialects whose escape is not the quote, and those with comment lines, take a
// loop that looks at one byte at a time.
package csv
