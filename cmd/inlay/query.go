package main

import (
	"context"

	"github.com/inlaydb/inlay/cmd/inlay/config"
)

func queryCommand(ctx context.Context, std stdio, args []string) error {
	cfg, err := config.ParseQuery(args, config.OSEnv, std.out)
	if err != nil {
		return configError(err)
	}
	return runQuery(ctx, std, cfg)
}
