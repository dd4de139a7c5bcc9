// Package choose makes a physical plan of an optimised logical one: it picks
// algorithms and build sides, extracts hash keys, fuses Sort and Limit into
// TopN, leaves out columns that nobody reads, and places runtime filters.
//
//	Filter                       HashJoin o.c = c.k  (build: customer)
//	  Join on o.c = c.k     =>     Scan orders   (runtime filter on o.c)
//	    Scan orders                Scan customer
//	    Scan customer
//
// The order of joins is not decided here: planner/rule has done that.
// Decorrelation must have run: a lateral join or a subquery in an
// expression is an internal error.
package choose
