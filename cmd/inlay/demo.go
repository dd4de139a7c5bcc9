package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/inlaydb/inlay/cmd/inlay/config"
	"github.com/inlaydb/inlay/cmd/inlay/demo"
	"github.com/inlaydb/inlay/engine"
)

func demoCommand(ctx context.Context, std stdio, args []string) error {
	cfg, err := config.ParseDemo(args, config.OSEnv, std.out)
	if err != nil {
		return configError(err)
	}
	return runDemo(ctx, std, cfg)
}

// runDemo makes the sample data where there is none, names it and serves it.
func runDemo(ctx context.Context, std stdio, cfg *config.Demo) error {
	dir, err := filepath.Abs(cfg.Data)
	if err != nil {
		return err
	}
	cfg.Data = dir
	if !demo.Exists(dir) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		fmt.Fprintf(std.out, "Making sample data in %s …\n", dir)
		began := time.Now()
		sum, err := demo.Generate(ctx, demo.Options{Dir: dir, Seed: cfg.Seed, Threads: cfg.Threads})
		if err != nil {
			return err
		}
		fmt.Fprintf(std.out, "%d rows, %d Parquet files, %.0f MB, %.1f s.\n", sum.Rows, sum.Files, float64(sum.Bytes)/1e6, time.Since(began).Seconds())
	}
	if cfg.GenerateOnly {
		return nil
	}
	return runServe(ctx, std, &cfg.Serve, func(e *engine.Engine, addr net.Addr) error {
		if err := runStatements(ctx, e, demo.Views(dir)); err != nil {
			return fmt.Errorf("naming the sample data: %w", err)
		}
		host, port, err := net.SplitHostPort(addr.String())
		if err != nil {
			return err
		}
		var b strings.Builder
		fmt.Fprintf(&b, "\nConnect with\n\n    psql -h %s -p %s -U inlay\n\nand try\n", host, port)
		for _, q := range demo.Queries {
			fmt.Fprintf(&b, "\n-- %s\n%s\n", q.Title, q.SQL)
		}
		_, err = fmt.Fprintln(std.out, b.String())
		return err
	})
}

// runStatements runs statements that give no rows, each in a transaction of
// its own.
func runStatements(ctx context.Context, e *engine.Engine, statements []string) error {
	s, err := e.NewSession(ctx, engine.SessionOptions{User: "inlay", Database: "inlay"})
	if err != nil {
		return err
	}
	defer s.Close()
	for _, sql := range statements {
		parsed, err := s.Parse(sql)
		if err != nil {
			return err
		}
		for _, st := range parsed {
			prepared, err := s.Prepare(ctx, st, nil)
			if err != nil {
				return err
			}
			p, err := s.Bind(ctx, prepared, nil)
			if err != nil {
				return err
			}
			err = p.Start(ctx, nil)
			p.Close()
			if err != nil {
				return err
			}
		}
		if err := s.Sync(ctx); err != nil {
			return err
		}
	}
	return nil
}
