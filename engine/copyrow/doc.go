// Package copyrow is the three forms in which COPY exchanges rows: Postgres's
// text, CSV and binary.
//
//	batches ─► Encoder ─► bytes, a row after the other      COPY … TO
//	bytes in chunks as they come ─► Decoder ─► columns      COPY … FROM
//
// What is accepted, what is written and what errors say follows Postgres 15's
// copyto.c and copyfromparse.c, with the context line that names table, line
// and column.
package copyrow
