// Package demo makes the data of a small online shop, to try Inlay on.
//
//	customers ─1:n─► orders ─1:n─► order_lines ◄─n:1─ products
//	    └───────1:n──► events (views, searches, carts, purchases) ◄─n:1─┘
//
// The shop exists for 24 months from January 2024. It grows, sells more before
// Christmas and on weekends, has few customers that buy a lot and few products
// that sell a lot; cheap things are bought in greater number; an order's total
// is the sum of its lines and its shipping; every purchase among the events is
// an order. orders, order_lines and events lie in one folder per month
// (month=2024-01), so that pruning has something to do.
//
// The same seed gives the same rows whatever the number of threads: each month
// draws from a generator of its own.
package demo
