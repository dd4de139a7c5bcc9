package parquet

import "fmt"

// CorruptError says that the bytes of an object are not what the format
// requires.
type CorruptError struct {
	Object string
	Offset int64 // in the object, or -1
	Reason string
}

// Error reads: s3://b/x.parquet is corrupt at offset 123: reason.
func (e *CorruptError) Error() string {
	if e.Offset < 0 {
		return fmt.Sprintf("%s is corrupt: %s", e.Object, e.Reason)
	}
	return fmt.Sprintf("%s is corrupt at offset %d: %s", e.Object, e.Offset, e.Reason)
}

// UnsupportedError says that a file is sound but uses what this package does
// not read.
type UnsupportedError struct {
	Object string
	What   string
}

// Error reads: s3://b/x.parquet: column "m": maps are not supported.
func (e *UnsupportedError) Error() string { return e.Object + ": " + e.What + " is not supported" }

// RangeError says that a value does not fit into the kind asked for.
type RangeError struct {
	Object string
	Column string
	What   string
}

// Error names the column and the conversion.
func (e *RangeError) Error() string {
	return fmt.Sprintf("%s: column %q: %s", e.Object, e.Column, e.What)
}

// reasonError is a fault found by a decoder that does not know where its bytes
// came from; the caller makes a CorruptError of it.
type reasonError string

func (r reasonError) Error() string { return string(r) }

const (
	errShortValues  = reasonError("page ends before its values")
	errShortLevels  = reasonError("page ends before its levels")
	errBadRun       = reasonError("malformed run of repeated or bit-packed values")
	errBadCode      = reasonError("dictionary code beyond the dictionary")
	errNoDictionary = reasonError("dictionary codes without a dictionary")
	errBadDelta     = reasonError("malformed delta block")
	errBadLength    = reasonError("string length beyond the page")
	errBadBits      = reasonError("bit width above 32")
	errSmallPage    = reasonError("page size differs from its header")
	errBadThrift    = reasonError("malformed metadata")
	errShortThrift  = reasonError("metadata ends early")
	errManyElements = reasonError("metadata list longer than its bytes")
)
