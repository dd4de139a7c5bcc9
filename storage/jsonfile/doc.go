// Package jsonfile reads files of JSON values: one a line, one after the
// other, or the elements of an array.
//
//	sample ─► Sniff    ─► Layout, names and types of columns
//	stream ─► Splitter ─► chunks of whole values (where lines do not tell)
//	chunk  ─► Records.Next ─► the values of the keys asked for, as they stand
//	          Records.Column ─► record.Fields
//
// A record is one value. The members of an object are its columns: of each
// record the keys are walked once, with the guess that they come in the order
// of the record before. What is not asked for is stepped over: strings and
// brackets are followed, but scalars in it are not looked at.
package jsonfile
