// Package enginetest runs operators the way the engine does, in every way it
// might: with batches of 1, 2, 3 and many rows, with and without a selection
// vector, with and without NULLs among the values, on 1 and on 4 workers, with
// memory enough and with so little that everything spills. The rows must
// always be the same.
//
// Batches are lent for real: when Emit returns their buffers are overwritten.
// At the end no memory may be reserved, no file left, no goroutine running.
package enginetest
