// Package planner makes a physical plan of a bound statement.
//
//	logical plan ─ rule ─► better logical plan ─ choose ─► physical plan
//	                 ▲                             ▲
//	                 └────── estimate ◄── catalog statistics
//
// Planning is pure: it reads catalog statistics and evaluates constants, and
// nothing else. explain prints what it chose.
package planner
