// Package numeric is Postgres's numeric type, digit for digit.
//
// A Numeric is sign × coefficient × 10^-scale. The scale is Postgres's display
// scale: how many digits are printed after the point, kept per value, so that
// 1.5 and 1.50 are equal and print differently. NaN and ±Infinity are values
// too; NaN equals itself and is above all else.
//
//	coefficient ≤ 128 bits   hi:lo, no allocation anywhere on the way
//	larger                   math/big
//
// Sums, products, remainders and comparisons are exact. Where the answer has
// no finite expansion (division, square root, ln, exp, power) Postgres chooses
// a scale from the base-10000 weights of the arguments and rounds half away
// from zero; scale.go has those rules, so results print as in Postgres.
//
// Three forms of a value leave this package:
//
//   - text (AppendText) and Postgres's binary wire format (AppendWire);
//   - the column encoding (AppendEncoded, Decode) of columns of kind Numeric:
//     two bytes of scale, sign and specials, then the coefficient, least
//     significant byte first; 24 digits fit into a string view without a heap;
//   - scaled integers (Scaled64, Scaled128) for columns whose scale is known
//     statically. There the largest integer of the width stands for NaN (NaN64,
//     NaN128), which compares and hashes right as it is; infinities cannot
//     occur, since Postgres refuses them where there is a typmod.
//
// Hash and AppendSortKey agree across scales and across all of these forms.
//
// Errors are *sqlerr.Error with Postgres's code and wording.
package numeric
