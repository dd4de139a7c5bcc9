// Command inlay is the Inlay server and its tools; see inlay help.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// Exit codes of every subcommand.
const (
	exitOK      = 0
	exitFailure = 1 // the work failed: a query's error, a failed test, a server that could not start
	exitUsage   = 2 // the command line or the configuration makes no sense
)

// command is one subcommand. run gets the arguments after its name.
type command struct {
	name    string
	summary string
	run     func(ctx context.Context, std stdio, args []string) error
}

// stdio is what a subcommand reads and writes, so that tests can look.
type stdio struct {
	in       io.Reader
	out, err io.Writer
}

func commands() []command {
	return []command{
		{"serve", "answer SQL over the Postgres protocol", serveCommand},
		{"query", "run SQL once, without a server", queryCommand},
		{"demo", "make sample data and serve it", demoCommand},
		{"slt", "run sqllogictest files against any Postgres URL", sltCommand},
		{"version", "print the version", versionCommand},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(run(ctx, stdio{os.Stdin, os.Stdout, os.Stderr}, os.Args[1:]))
}

// run picks the subcommand and turns its error into an exit code.
func run(ctx context.Context, std stdio, args []string) int {
	if len(args) == 0 {
		printUsage(std.err)
		return exitUsage
	}
	name := args[0]
	switch name {
	case "help", "-h", "-help", "--help":
		if len(args) == 1 || name != "help" {
			printUsage(std.out)
			return exitOK
		}
		name, args = args[1], []string{args[1], "--help"}
	case "-v", "-version", "--version":
		name = "version"
	}
	for _, c := range commands() {
		if c.name != name {
			continue
		}
		err := c.run(ctx, std, args[1:])
		var usage usageError
		var status exitStatus
		switch {
		case err == nil, errors.Is(err, flag.ErrHelp):
			return exitOK
		case errors.As(err, &status):
			return int(status)
		case errors.As(err, &usage):
			fmt.Fprintf(std.err, "inlay %s: %v\nTry: inlay %s --help\n", name, err, name)
			return exitUsage
		}
		fmt.Fprintf(std.err, "inlay %s: %v\n", name, err)
		return exitFailure
	}
	fmt.Fprintf(std.err, "inlay: unknown command %q\n", name)
	printUsage(std.err)
	return exitUsage
}

// usageError is a mistake in the command line or the configuration.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// exitStatus ends the process with a code after the command has said why.
type exitStatus int

func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

func printUsage(w io.Writer) {
	var b strings.Builder
	b.WriteString("Inlay answers SQL over Parquet files and speaks the Postgres protocol.\n\nUsage: inlay COMMAND [OPTIONS]\n\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "  %-9s%s\n", c.name, c.summary)
	}
	b.WriteString("\nEach command explains itself: inlay COMMAND --help\n")
	_, _ = io.WriteString(w, b.String())
}
