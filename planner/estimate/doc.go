// Package estimate predicts how many rows a plan's nodes give and how many
// distinct values their columns have, from catalog statistics where there are
// any and from rules of thumb elsewhere.
//
//	selectivity.go   predicates: ranges from min and max, equalities from NDV
//	join.go          joins: containment of the smaller domain in the larger
//	group.go         groupings: product of NDVs, damped
//	column.go        what becomes of a column's NDV and range on its way up
//
// The classic assumptions hold throughout: values are spread evenly,
// predicates are independent, and the keys of one side of a join are found on
// the other. Wrong estimates make slow plans, never wrong answers.
package estimate
