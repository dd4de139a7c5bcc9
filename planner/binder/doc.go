// Package binder turns a syntax tree into a bound logical plan: names become
// column ids, calls become functions, every expression gets its type, and
// what Postgres refuses is refused with Postgres's code, words and caret.
//
//	ast.Statement ─► Bind ─► Bound{Plan: logical.Node | DDL, Columns, Params, …}
//	                  │
//	                  ├ catalog.View        relations, in the order of the search path
//	                  ├ catalog/function    overloads, operators, casts
//	                  └ FileResolver        FROM 'x.parquet'
//
// The steps follow Postgres's parse analysis (parse_clause.c, parse_expr.c,
// parse_agg.c, …) in the same order, so that of several mistakes the same one
// is reported. One SELECT becomes, from the leaves up,
//
//	FROM ─► Filter (WHERE) ─► Project (keys) ─► Aggregate ─► Filter (HAVING)
//	     ─► Window ─► Filter (QUALIFY) ─► TableFunc ─► Project (targets)
//	     ─► Distinct ─► Sort ─► Limit ─► Project (without sort-only columns)
//
// where steps with nothing to do are left out. Subqueries in expressions stay
// scalar.Subquery with the columns of enclosing queries read by id; planner/rule
// decorrelates them.
package binder
