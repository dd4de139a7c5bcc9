// Package format is Postgres's template formatting: to_char, to_date,
// to_timestamp and to_number.
//
// A template is compiled once into nodes (patterns such as YYYY or 9, with
// their modifiers, and literal characters) and then applied to values:
//
//	NewDate("YYYY-MM-DD HH24:MI")   AppendTimestamp, AppendInterval, ParseTimestamp, ParseDate
//	NewNumber("FM999,990.00")       AppendNumeric, AppendInt, AppendFloat, ParseNumeric
//
// What a template prints is often odd (blanks for signs, # for overflow, digits
// of floats cut at their precision), and people rely on it: the rules follow
// Postgres's documented and observed behaviour step by step. Names of months
// and days are English, since the collation is C.
package format
