// Package order sorts rows, keeps the first rows of an order, and drops all
// but the first row of each combination of values.
//
// A Sorter collects rows in stores, one for each worker. When all are there it
// looks at what the keys' values are (range of integers, common prefix and
// length of strings, whether there are NULLs at all), packs each row's keys
// into one or two words whose order is that of the rows, and sorts pairs of
// those words and a row number. The rows themselves stay where they are until
// they are emitted in order.
//
// When memory is refused a worker sorts what it has and writes it to disk as a
// run; runs are merged through a loser tree when the rows are asked for.
package order
