// Package textcolumn makes columns of SQL types from fields of text files.
//
//	record.Fields ─► Reader.Read ─► column.Column
//
// Common forms (integers, decimals, ISO dates and timestamps, text) are read
// eight bytes at a time without looking at the type's input function; whatever
// does not fit the quick form is handed to that function (types.TextInput), so
// that the result and the error are Postgres's.
//
// A Reader reuses its buffers: a column is lent until the next Read. Strings
// are not copied but refer to the fields' buffers.
package textcolumn
