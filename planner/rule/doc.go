// Package rule makes better logical plans of logical plans. Every rule keeps
// the answer (rows, names, types) and says when it applies and why it is
// right; driver.go holds the order in which they run.
package rule
