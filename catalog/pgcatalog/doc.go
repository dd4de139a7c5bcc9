// Package pgcatalog shows the catalog as Postgres 15 does: pg_catalog and
// information_schema as relations whose rows are made when they are scanned.
//
//	View ─ Decorate ─► View with the system schemas ─ Source ─► catalog.Generated
//
// relations.tsv declares all system relations with Postgres's OIDs and
// columns. Those that Inlay has something to say in are filled by definitions
// (define), a list of items and a function a column; the others are empty.
// A column without a function has the zero value of its type where Postgres
// declares it NOT NULL, and NULL elsewhere.
//
// OIDs: system objects have Postgres's. Row types of user relations do not
// exist: reltype is 0.
package pgcatalog
