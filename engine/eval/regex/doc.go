// Package regex matches Postgres's advanced regular expressions (AREs).
//
// The syntax is translated into that of Go's regexp package, whose automata
// run in linear time whatever the pattern. What differs is spelled out: \d, \w
// and \s and the bracket classes by Unicode as in the locale C.UTF-8, \m \M \y
// and \Y, \A and \Z, octal and hexadecimal escapes, embedded options, a dot
// that matches newlines unless told otherwise.
//
// An ARE prefers its longest match, unless the first quantifier in it is
// non-greedy: then the shortest. Go's leftmost-longest mode gives the first;
// for the second all quantifiers are made non-greedy.
//
// Automata have no back references and no lookaround: patterns with them run
// on a backtracking matcher (backtrack.go) with a limit on its steps.
package regex
