package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/inlaydb/inlay/sqllogictest"
)

const sltHelp = `Run sqllogictest files against any server that speaks the Postgres protocol.

Usage: inlay slt [OPTIONS] FILE|FOLDER...

Folders are searched for .slt and .test files. The format is described in the
package sqllogictest. Exits with 1 if a record failed.

Server
  --dsn URL             where to connect: postgres://user:password@host:port/db or
                        keywords (host=… port=…); default: $SLT_DSN, else the
                        PG… variables of libpq
  --protocol NAME       simple, extended, or both: each file runs twice and must
                        answer the same (default simple)
  --isolation NAME      what each file gets for itself: schema, database or none
                        (default schema)
  --init SQL            run on each new connection; repeat for several

Files
  --dialect NAME        classic, extended, duckdb, cockroach, or auto: by folder and
                        text (default auto)
  --engine NAME         a name that skipif and onlyif compare with; repeat for
                        several (default postgresql, postgres, pg)
  --tolerant            compare as runners of other engines do (1.5 is 1.50, true
                        is t); for suites not written for Postgres
  --unordered           sort rows of queries without ORDER BY before comparing
  --var NAME=VALUE      a variable for $NAME; repeat for several
  --rewrite             write what came into the files in place of what was expected

Running
  -j N                  files at a time (default: one a CPU)
  --timeout DURATION    for one record (default 30s)
  --file-timeout D      for one file (default 15m)
  -v                    a line for each file
  --list-fails FILE     write failed records, tab separated, to FILE
`

func sltCommand(ctx context.Context, std stdio, args []string) error {
	opts := sqllogictest.Options{DSN: os.Getenv("SLT_DSN"), Variables: map[string]string{}}
	var (
		protocol, isolation, dialect = "simple", "schema", "auto"
		verbose                      bool
		listFails                    string
	)
	fs := newFlagSet("slt")
	fs.StringVar(&opts.DSN, "dsn", opts.DSN, "")
	fs.StringVar(&protocol, "protocol", protocol, "")
	fs.StringVar(&isolation, "isolation", isolation, "")
	fs.StringVar(&dialect, "dialect", dialect, "")
	fs.Func("init", "", func(s string) error { opts.Init = append(opts.Init, s); return nil })
	fs.Func("engine", "", func(s string) error { opts.EngineNames = append(opts.EngineNames, s); return nil })
	fs.Func("var", "", func(s string) error {
		name, value, ok := strings.Cut(s, "=")
		if !ok {
			return fmt.Errorf("want NAME=VALUE")
		}
		opts.Variables[name] = value
		return nil
	})
	fs.BoolVar(&opts.Tolerant, "tolerant", false, "")
	fs.BoolVar(&opts.Unordered, "unordered", false, "")
	fs.BoolVar(&opts.Rewrite, "rewrite", false, "")
	fs.IntVar(&opts.Jobs, "j", 0, "")
	fs.DurationVar(&opts.RecordTimeout, "timeout", 30*time.Second, "")
	fs.DurationVar(&opts.FileTimeout, "file-timeout", 15*time.Minute, "")
	fs.BoolVar(&verbose, "v", false, "")
	fs.StringVar(&listFails, "list-fails", "", "")
	files, err := parseFlags(fs, args, std, sltHelp)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return usagef("no files given")
	}
	if opts.Protocol, err = sqllogictest.ParseProtocol(protocol); err != nil {
		return usageError{err}
	}
	if opts.Isolation, err = sqllogictest.ParseIsolation(isolation); err != nil {
		return usageError{err}
	}
	if opts.Dialect, err = sqllogictest.ParseDialect(dialect); err != nil {
		return usageError{err}
	}
	opts.Files = files
	if verbose {
		opts.OnFile = func(f sqllogictest.FileReport) { printFile(std.err, f) }
	}
	report, err := sqllogictest.Run(ctx, opts)
	if err != nil {
		return err
	}
	if listFails != "" {
		if err := writeFailures(listFails, report); err != nil {
			return err
		}
	}
	if err := report.Write(std.out); err != nil {
		return err
	}
	if !report.OK() {
		return exitStatus(exitFailure)
	}
	return nil
}

func printFile(w io.Writer, f sqllogictest.FileReport) {
	passed, failed := 0, 0
	for c := range f.Passed {
		passed, failed = passed+f.Passed[c], failed+f.Failed[c]
	}
	fmt.Fprintf(w, "%-60s %6d passed %5d failed %5d skipped %7.2fs\n", f.File, passed, failed, f.Skipped, f.Elapsed.Seconds())
}

// writeFailures writes file:position, class, SQLSTATE, reason and SQL, one
// failure a line.
func writeFailures(path string, report sqllogictest.Report) error {
	var b strings.Builder
	flat := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	for i := range report.Files {
		for _, f := range report.Files[i].Failures {
			fmt.Fprintf(&b, "%s:%s\t%s\t%s\t%s\t%s\n", f.File, f.Position, f.Class, f.SQLState, flat(f.Why), flat(f.SQL))
		}
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}
