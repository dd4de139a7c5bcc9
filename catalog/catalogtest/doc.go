// Package catalogtest is a catalog.View for tests: relations declared in Go,
// without rows (or with those that a test sets), and the schemas of the
// benchmarks whose queries planner and engine are tried with.
//
//	v := catalogtest.New()
//	v.Table("t", "a integer not null", "b text", "primary key (a)")
//	v.View("w", "SELECT a FROM t")
package catalogtest
