// Package kernel holds the loops over column values that several parts of the
// engine share: selection, arithmetic, hashing, comparison, sort keys, gather.
//
// A kernel is a plain Go loop over slices of one machine type. What there is
// to decide (kind, operator, NULLs or not, constant or column) is decided once
// per batch, outside the loop. Kernels do not look at validity unless their
// comment says so: NULL slots hold zero, so computing them is harmless, and
// the caller masks them out a word at a time.
//
//	sel      ascending positions of the rows to look at; nil: all rows
//	words    64-bit images of values that are equal exactly where the values
//	         are (or nearly so), from which hashes are mixed
//
// Order and equality are Postgres's: strings by bytes; NaN equals itself and
// is above all other floats; -0 equals 0; intervals by their length with
// months of 30 days. Numerics of known scale compare as integers once both
// sides stand at one scale and kind (Widen); the variable form compares by
// value whatever the display scale.
package kernel
