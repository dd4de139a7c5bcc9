// Package sqlerr is how an error reaches a client: a SQLSTATE, a message in
// Postgres's wording, and whatever points at the text that caused it.
//
//	return sqlerr.New(sqlerr.UndefinedColumn, "column %q does not exist", name).
//		At(pos).
//		WithHint("Perhaps you meant to reference the column %q.", nearest)
//
// Everything above storage may import it; it imports only the standard
// library. Storage returns plain Go errors and the engine gives them a code
// with Wrap, so every error has a SQLSTATE before it reaches the wire. From
// turns whatever is left (a bug) into XX000.
package sqlerr
