package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/cmd/inlay/config"
	"github.com/inlaydb/inlay/cmd/inlay/output"
	"github.com/inlaydb/inlay/engine"
)

// exitInterrupted is what a shell expects of a command that Ctrl-C ended.
const exitInterrupted = 130

// runQuery runs the SQL of the configuration and writes its results.
func runQuery(ctx context.Context, std stdio, cfg *config.Query) (err error) {
	text, err := queryText(std, cfg)
	if err != nil {
		return err
	}
	out, done, err := queryOutput(std, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done(err == nil)) }()
	e, err := engine.Open(ctx, engine.Config{
		DataDir: cfg.Data, MemoryLimit: cfg.Memory, Threads: cfg.Threads, TempDir: cfg.TempDir, TempQuota: cfg.TempLimit, RemoteCache: cfg.Cache, AnyPath: true,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	s, err := e.NewSession(ctx, engine.SessionOptions{
		User: "inlay", Database: "inlay", Settings: map[string]string{"application_name": "inlay query"},
		Notice: func(n *sqlerr.Error) { fmt.Fprintf(std.err, "%s:  %s\n", n.Severity, n.Message) },
	})
	if err != nil {
		return err
	}
	defer s.Close()
	stmts, err := s.Parse(text)
	if err != nil {
		return sayError(std, text, err)
	}
	s.SetImplicitBlock(len(stmts) > 1)
	for _, st := range stmts {
		if err := queryStatement(ctx, std, cfg, s, st, out); err != nil {
			if ctx.Err() != nil {
				fmt.Fprintln(std.err, "canceled")
				return exitStatus(exitInterrupted)
			}
			return sayError(std, text, err)
		}
	}
	if err := s.Sync(ctx); err != nil {
		return sayError(std, text, err)
	}
	return nil
}

// queryStatement runs one statement and writes its rows.
func queryStatement(ctx context.Context, std stdio, cfg *config.Query, s *engine.Session, st engine.Statement, out io.Writer) (err error) {
	prepared, err := s.Prepare(ctx, st, nil)
	if err != nil {
		return err
	}
	p, err := s.Bind(ctx, prepared, nil)
	if err != nil {
		return err
	}
	defer p.Close()
	fields := p.Fields()
	bar := startProgress(std, cfg, p)
	defer bar.stop()
	if err := p.Start(ctx, engine.Batches); err != nil {
		return err
	}
	if fields == nil {
		_, err := p.Next(ctx)
		bar.stop()
		if err == io.EOF {
			err = nil
		}
		if tag := p.Tag(0); err == nil && tag != "" && !cfg.Quiet {
			fmt.Fprintln(std.err, tag)
		}
		return err
	}
	w, err := output.New(queryFormat(std, cfg), out, fields, s.Style())
	if err != nil {
		return err
	}
	for {
		chunk, err := p.Next(ctx)
		if err == io.EOF {
			bar.stop()
			return w.Close(!cfg.Quiet)
		}
		if err != nil {
			return err
		}
		bar.clear()
		for _, b := range chunk.Batches {
			if err := w.Write(b); err != nil {
				return err
			}
		}
	}
}

func queryText(std stdio, cfg *config.Query) (string, error) {
	switch {
	case cfg.SQL != "":
		return cfg.SQL, nil
	case cfg.File != "" && cfg.File != "-":
		b, err := os.ReadFile(cfg.File)
		return string(b), err
	}
	b, err := io.ReadAll(std.in)
	return string(b), err
}

// queryFormat is the format asked for, or the one that suits where it goes.
func queryFormat(std stdio, cfg *config.Query) string {
	if cfg.Format != "" {
		return cfg.Format
	}
	if cfg.Output == "" && isTerminal(std.out) {
		return "table"
	}
	return "csv"
}

func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// queryOutput is where results go. done ends it; a file of a query that failed
// is removed.
func queryOutput(std stdio, cfg *config.Query) (io.Writer, func(ok bool) error, error) {
	if cfg.Output == "" {
		w := bufio.NewWriterSize(std.out, 64<<10)
		return w, func(bool) error { return w.Flush() }, nil
	}
	f, err := os.Create(cfg.Output)
	if err != nil {
		return nil, nil, err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	return w, func(ok bool) error {
		err := errors.Join(w.Flush(), f.Close())
		if !ok {
			err = errors.Join(err, os.Remove(cfg.Output))
		}
		return err
	}, nil
}

// sayError prints an error as psql does and gives the exit code.
func sayError(std stdio, text string, err error) error {
	e := engine.ErrorOf(err)
	fmt.Fprintf(std.err, "ERROR:  %s\n", e.Message)
	if line, caret, n := caretLine(text, e.Position); n > 0 {
		fmt.Fprintf(std.err, "LINE %d: %s\n%s^\n", n, line, caret)
	}
	if e.Detail != "" {
		fmt.Fprintf(std.err, "DETAIL:  %s\n", e.Detail)
	}
	if e.Hint != "" {
		fmt.Fprintf(std.err, "HINT:  %s\n", e.Hint)
	}
	if stack := engine.StackOf(err); stack != "" {
		fmt.Fprintln(std.err, stack)
	}
	return exitStatus(exitFailure)
}

// caretLine is the line that holds a character position (from 1), the blanks
// before its caret, and the line's number; 0 where there is no position.
func caretLine(text string, position int) (line, blanks string, number int) {
	if position < 1 {
		return "", "", 0
	}
	number = 1
	var cur []rune
	at := -1
	for i, r := range []rune(text) {
		if i == position-1 {
			at = len(cur)
		}
		if r == '\n' {
			if at >= 0 {
				break
			}
			number++
			cur = cur[:0]
			continue
		}
		cur = append(cur, r)
	}
	if at < 0 {
		at = len(cur)
	}
	head := fmt.Sprintf("LINE %d: ", number)
	pad := make([]rune, 0, len(head)+at)
	for range head {
		pad = append(pad, ' ')
	}
	for _, r := range cur[:min(at, len(cur))] {
		if r != '\t' {
			r = ' '
		}
		pad = append(pad, r)
	}
	return string(cur), string(pad), number
}

// progress is a bar on a terminal for a query that takes long.
type progress struct {
	quit chan struct{}
	done chan struct{}
	std  stdio
	wipe chan struct{}
}

const (
	progressAfter = time.Second
	progressEvery = 200 * time.Millisecond
	progressWidth = 40
)

func startProgress(std stdio, cfg *config.Query, p *engine.Portal) *progress {
	if cfg.Quiet || !isTerminal(std.err) {
		return nil
	}
	b := &progress{quit: make(chan struct{}), done: make(chan struct{}), wipe: make(chan struct{}, 1), std: std}
	go func() {
		defer close(b.done)
		shown := false
		clear := func() {
			if shown {
				fmt.Fprint(std.err, "\r\x1b[K")
			}
			shown = false
		}
		defer clear()
		start := time.Now()
		t := time.NewTicker(progressEvery)
		defer t.Stop()
		for {
			select {
			case <-b.quit:
				return
			case <-b.wipe:
				clear()
			case <-t.C:
				if time.Since(start) < progressAfter {
					continue
				}
				share := p.Progress()
				full := int(share * progressWidth)
				bar := make([]byte, progressWidth)
				for i := range bar {
					bar[i] = '.'
					if i < full {
						bar[i] = '#'
					}
				}
				fmt.Fprintf(std.err, "\r\x1b[K[%s] %3.0f %%  %.0f s", bar, share*100, time.Since(start).Seconds())
				shown = true
			}
		}
	}()
	return b
}

// clear takes the bar away before rows are printed.
func (b *progress) clear() {
	if b != nil {
		select {
		case b.wipe <- struct{}{}:
		default:
		}
	}
}

func (b *progress) stop() {
	if b == nil {
		return
	}
	select {
	case <-b.quit:
	default:
		close(b.quit)
	}
	<-b.done
}
