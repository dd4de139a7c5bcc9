package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// inlay runs a command line and gives its exit code and output.
func inlay(t *testing.T, stdin string, args ...string) (code int, out, err string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(context.Background(), stdio{strings.NewReader(stdin), &o, &e}, args)
	return code, o.String(), e.String()
}

func TestUsage(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		out  string // in standard output
		err  string // in standard error
	}{
		{nil, exitUsage, "", "Usage: inlay COMMAND"},
		{[]string{"help"}, exitOK, "Usage: inlay COMMAND", ""},
		{[]string{"--help"}, exitOK, "  serve ", ""},
		{[]string{"help", "serve"}, exitOK, "Usage: inlay serve", ""},
		{[]string{"serve", "--help"}, exitOK, "--memory-limit SIZE", ""},
		{[]string{"query", "-h"}, exitOK, "Usage: inlay query", ""},
		{[]string{"demo", "-help"}, exitOK, "Usage: inlay demo", ""},
		{[]string{"slt", "--help"}, exitOK, "--rewrite", ""},
		{[]string{"version"}, exitOK, "inlay ", ""},
		{[]string{"--version"}, exitOK, "inlay ", ""},
		{[]string{"version", "x"}, exitUsage, "", `unexpected argument "x"`},
		{[]string{"nosuch"}, exitUsage, "", `unknown command "nosuch"`},
		{[]string{"help", "nosuch"}, exitUsage, "", `unknown command "nosuch"`},
		{[]string{"serve", "--nosuch"}, exitUsage, "", "inlay serve: unknown option --nosuch"},
		{[]string{"serve", "--listen", "0.0.0.0:1"}, exitUsage, "", "needs --password-file"},
		{[]string{"demo", "--seed", "x"}, exitUsage, "", "is no number"},
		{[]string{"query", "a", "b"}, exitUsage, "", "quote the SQL"},
		{[]string{"slt"}, exitUsage, "", "no files given"},
		{[]string{"slt", "--protocol", "smoke", "x"}, exitUsage, "", "unknown protocol"},
		{[]string{"slt", "--var", "x", "y"}, exitUsage, "", "want NAME=VALUE"},
		{[]string{"slt", "nosuch.slt"}, exitFailure, "", "nosuch.slt"},
	} {
		code, out, err := inlay(t, "", c.args...)
		if code != c.code || !strings.Contains(out, c.out) || !strings.Contains(err, c.err) {
			t.Errorf("%q: exit %d, out %q, err %q", c.args, code, out, err)
		}
	}
}

func TestServeRefuses(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad")
	if err := os.WriteFile(bad, []byte("no colon in here\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--password-file", filepath.Join(dir, "nosuch")}, "--password-file: open"},
		{[]string{"--password-file", bad}, bad},
		{[]string{"--tls-cert", bad, "--tls-key", bad}, "--tls-cert, --tls-key:"},
		{[]string{"--data", filepath.Join(bad, "below-a-file")}, "--data:"},
	} {
		args := append([]string{"serve", "--listen", "127.0.0.1:0"}, c.args...)
		if c.args[0] != "--data" {
			args = append(args, "--in-memory")
		}
		code, _, err := inlay(t, "", args...)
		if code != exitFailure || !strings.Contains(err, c.want) {
			t.Errorf("%q: exit %d, %q", args, code, err)
		}
	}
}
