// Package config turns flags, INLAY_… environment variables and a TOML file
// into the settings of a subcommand.
//
//	defaults ◄ file ◄ environment ◄ flags        the right one wins
//
// Each option is one row of a table (options.go): its name gives the flag
// (--memory-limit), the variable (INLAY_MEMORY_LIMIT) and the key of the file
// (memory_limit), and the same row prints the line of --help. A list given by
// a stronger source replaces the weaker one's; it is not added to it.
//
// Errors name the source and the option, for they are read by somebody who
// has a terminal, a unit file or a deployment in front of them.
package config
