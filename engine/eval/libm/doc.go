// Package libm has the elementary functions of float64 rounded correctly, but
// for very rare cases: Postgres takes them from the C library, whose results
// are so nearly always, while those of Go's math package differ in the last
// place every few calls, which shows in the shortest decimal form.
//
// Everything is computed in double-double arithmetic, about 106 bits: a number
// is the unevaluated sum of two float64 of which the second is at most half a
// unit in the last place of the first (Dekker 1971; Hida, Li and Bailey 2001).
package libm
