// Package estimate predicts how many rows a plan's nodes give and how many
// distinct values their columns have, from catalog statistics where there are
// any and from rules of thumb elsewhere.
package estimate
