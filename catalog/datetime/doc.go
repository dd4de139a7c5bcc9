// Package datetime is Postgres's dates, times and intervals: their text in all
// of its forms, their arithmetic, and to_char and its kin.
//
// Values are plain integers, so that they lie in columns as they are:
//
//	date         int32   days since 1970-01-01; the extremes are ±infinity
//	time         int64   microseconds since midnight, 24:00 included
//	timetz       TimeTZ  microseconds since midnight and an offset
//	timestamp    int64   microseconds since 1970-01-01 00:00; the extremes are ±infinity
//	timestamptz  int64   the same, UTC
//	interval     Interval  months, days and microseconds, which do not carry
//
// Postgres counts from 2000 and so reaches the year 294276; counting from 1970
// a timestamp ends on 294247-01-10, and what lies beyond is out of range.
//
// Time zones are those of the embedded IANA database, found by name without
// regard to case; abbreviations are Postgres's default set. In a gap of local
// time the offset before it holds, in an overlap the one after, as in Postgres.
//
// Text is read in two steps, as Postgres does: fields.go cuts it into fields
// by their look (number, word, date, time, zone), decode.go gives them
// meaning; what is decided there (two-digit years, order of day and month,
// concatenated numbers) follows Postgres's rules to the letter.
//
// Errors are *sqlerr.Error with Postgres's code and wording.
package datetime
