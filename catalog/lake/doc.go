// Package lake keeps a catalog in a SQLite database in the schema of the
// DuckLake specification, version 1.0, so that DuckDB can attach it, plus side
// tables (inlay_…) for what DuckLake has no place for.
//
//	ducklake_snapshot         one row a commit: schema_version, next_catalog_id
//	ducklake_schema, _view    rows live from begin_snapshot to end_snapshot
//	ducklake_tag              comments
//	inlay_relation            foreign tables; what a view needs beyond its text
//	inlay_metadata            counters
//
// Every commit is one SQL transaction that ends the old rows, begins the new
// ones and adds a snapshot with its changes_made. The schema that DuckLake
// calls main is Postgres's public.
//
// OIDs are derived so that reading never writes: 2^20 + 8 × catalog id + kind
// for what has a DuckLake id, a counter from 2^30 for the rest.
package lake
