// Package explain prints physical plans in the shape of Postgres's EXPLAIN,
// as text or JSON, with the columns and expressions deparsed in Postgres's
// spelling. EXPLAIN ANALYZE gives it what each node did.
//
//	physical plan ─► item (names, labelled facts, children) ─► text
//	   actuals ──────┘                                      └► JSON
//
// Costs are the planner's own: about a microsecond of one core each. Output
// depends on nothing but the plan and the actuals.
package explain
