package main

import (
	"errors"
	"flag"
	"io"
)

// newFlagSet makes a flag set whose --help prints a text written for people.
// Mistakes come back as errors and print nothing by themselves.
func newFlagSet(name, help string, std stdio) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() { _, _ = io.WriteString(std.out, help) }
	return fs
}

// parseMixed parses flags wherever they stand among the other arguments, which
// it returns; after -- everything is an argument.
func parseMixed(fs *flag.FlagSet, args []string) ([]string, error) {
	var rest []string
	for {
		if err := fs.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, usageError{err}
		}
		left := fs.Args()
		if len(left) == 0 {
			return rest, nil
		}
		if n := len(args) - len(left); n > 0 && args[n-1] == "--" {
			return append(rest, left...), nil
		}
		rest = append(rest, left[0])
		args = left[1:]
	}
}
