package main

import (
	"errors"
	"flag"
	"io"

	"github.com/inlaydb/inlay/cmd/inlay/config"
)

// newFlagSet makes a flag set that prints nothing by itself.
func newFlagSet(name string) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	return fs
}

// parseFlags returns the arguments that are no flags. For --help it prints
// help and returns flag.ErrHelp.
func parseFlags(fs *flag.FlagSet, args []string, std stdio, help string) ([]string, error) {
	rest, err := config.ParseFlags(fs, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		if _, err := io.WriteString(std.out, help); err != nil {
			return nil, err
		}
		return nil, err
	case err != nil:
		return nil, usageError{err}
	}
	return rest, nil
}
