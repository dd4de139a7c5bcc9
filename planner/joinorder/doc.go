// Package joinorder finds a cheap order for the joins of a block of
// relations. It knows nothing of plans: relations are numbers, conditions are
// edges between sets of them, and the answer is a tree.
//
//	dphyp.go    every connected order, by dynamic programming over pairs of
//	            connected subgraphs (Moerkotte and Neumann, "Dynamic
//	            Programming Strikes Back", SIGMOD 2008)
//	greedy.go   for blocks too large for that: the cheapest pair first
//
// Relations may be attached: the right side of an outer, semi or anti join. An
// attached relation comes in by its own edge only, once all relations that the
// edge needs are there, and never as the left side. With inner joins that do
// not read it such a join changes places freely.
package joinorder
