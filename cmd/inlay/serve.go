package main

import (
	"context"
	"errors"
	"flag"

	"github.com/inlaydb/inlay/cmd/inlay/config"
)

func serveCommand(ctx context.Context, std stdio, args []string) error {
	cfg, err := config.ParseServe(args, config.OSEnv, std.out)
	if err != nil {
		return configError(err)
	}
	return runServe(ctx, std, cfg, nil)
}

// configError marks what config found wrong as a mistake in the command line.
func configError(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	return usageError{err}
}
