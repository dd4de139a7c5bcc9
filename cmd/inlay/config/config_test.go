package config

import (
	"bytes"
	"errors"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func environment(vars map[string]string) Env {
	return func(name string) (string, bool) { v, ok := vars[name]; return v, ok }
}

func TestParseSize(t *testing.T) {
	for in, want := range map[string]int64{
		"0": 0, "1048576": 1 << 20, "1500MB": 1_500_000_000, "2GiB": 2 << 30, "1.5 GB": 1_500_000_000, "64k": 64 << 10,
		" 3 mib ": 3 << 20, "7b": 7, "1TB": 1_000_000_000_000, "0.5GiB": 1 << 29, "1T": 1 << 40,
	} {
		if got, err := ParseSize(in); err != nil || got != want {
			t.Errorf("%q: %d, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "MB", "-1", "1XB", "1..5GB", "1e3", "ten", "99999999TB", "1 500MB"} {
		if got, err := ParseSize(in); err == nil {
			t.Errorf("%q: %d", in, got)
		}
	}
	for n, want := range map[int64]string{0: "0B", 1500: "1500B", 2000: "2kB", 1 << 20: "1MiB", 1_500_000_000: "1500MB", 3 << 40: "3TiB", 1e12: "1TB"} {
		if got := FormatSize(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestServeDefaults(t *testing.T) {
	c, err := ParseServe(nil, environment(nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := &Serve{Listen: "127.0.0.1:5433", Data: "inlay-data", MaxConnections: 500}
	want.Logging.Format = "text"
	if !reflect.DeepEqual(c, want) {
		t.Errorf("%+v", c)
	}
	if !c.Trusted() {
		t.Error("loopback without passwords is trusted")
	}
}

// Each option, from each of the three sources, and which one wins.
func TestServeSources(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "inlay.toml")
	write(t, file, `
listen = "127.0.0.1:1"
data = "file-data"
memory_limit = "1GiB"
threads = 1
temp_dir = "file-temp"
temp_limit = 1000000
remote_cache = 2000000
allow_path = ["/file/a", "s3://file/b"]
max_connections = 11
password_file = "file-passwords"
tls_cert = "file-cert"
tls_key = "file-key"
log_format = "json"
log_level = "warn"
`)
	fromFile := Serve{Listen: "127.0.0.1:1", Data: "file-data", AllowPaths: []string{"/file/a", "s3://file/b"}, MaxConnections: 11,
		PasswordFile: "file-passwords", TLSCert: "file-cert", TLSKey: "file-key",
		Limits:  Limits{Memory: 1 << 30, Threads: 1, TempDir: "file-temp", TempLimit: 1000000, Cache: 2000000},
		Logging: Logging{Format: "json", Level: slog.LevelWarn}}
	env := map[string]string{
		"INLAY_LISTEN": "127.0.0.1:2", "INLAY_DATA": "env-data", "INLAY_MEMORY_LIMIT": "2GiB", "INLAY_THREADS": "2",
		"INLAY_TEMP_DIR": "env-temp", "INLAY_TEMP_LIMIT": "2MB", "INLAY_REMOTE_CACHE": "3MB", "INLAY_ALLOW_PATH": "/env/a, gs://env/b,", "INLAY_MAX_CONNECTIONS": "22",
		"INLAY_PASSWORD_FILE": "env-passwords", "INLAY_TLS_CERT": "env-cert", "INLAY_TLS_KEY": "env-key",
		"INLAY_LOG_FORMAT": "text", "INLAY_LOG_LEVEL": "ERROR",
	}
	fromEnv := Serve{Listen: "127.0.0.1:2", Data: "env-data", AllowPaths: []string{"/env/a", "gs://env/b"}, MaxConnections: 22,
		PasswordFile: "env-passwords", TLSCert: "env-cert", TLSKey: "env-key",
		Limits:  Limits{Memory: 2 << 30, Threads: 2, TempDir: "env-temp", TempLimit: 2000000, Cache: 3000000},
		Logging: Logging{Format: "text", Level: slog.LevelError}}
	flags := []string{"--listen", "127.0.0.1:3", "--data=flag-data", "--memory-limit", "3GiB", "--threads", "3", "--temp-dir", "flag-temp",
		"--temp-limit", "3MB", "--remote-cache", "0", "--allow-path", "/flag/a", "--allow-path", "/flag/b,c", "--max-connections", "33", "--password-file", "flag-passwords",
		"--tls-cert", "flag-cert", "--tls-key", "flag-key", "--log-format", "json", "--log-level", "debug"}
	fromFlags := Serve{Listen: "127.0.0.1:3", Data: "flag-data", AllowPaths: []string{"/flag/a", "/flag/b,c"}, MaxConnections: 33,
		PasswordFile: "flag-passwords", TLSCert: "flag-cert", TLSKey: "flag-key",
		Limits:  Limits{Memory: 3 << 30, Threads: 3, TempDir: "flag-temp", TempLimit: 3000000, Cache: -1},
		Logging: Logging{Format: "json", Level: slog.LevelDebug}}

	config := []string{"--config", file}
	check := func(name string, args []string, env map[string]string, want Serve) {
		t.Helper()
		got, err := ParseServe(args, environment(env), nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !reflect.DeepEqual(*got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", name, *got, want)
		}
	}
	check("file", config, nil, fromFile)
	check("file named by the environment", nil, map[string]string{"INLAY_CONFIG": file}, fromFile)
	check("environment", nil, env, fromEnv)
	check("flags", flags, nil, fromFlags)
	check("environment over file", config, env, fromEnv)
	check("flags over environment over file", append(flags, config...), env, fromFlags)

	mixed := fromFile
	mixed.Threads, mixed.Listen = 2, "127.0.0.1:3"
	check("one of each", append(flags[:2:2], config...), map[string]string{"INLAY_THREADS": "2"}, mixed)
}

func TestServeInMemory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "inlay.toml")
	write(t, file, "in_memory = true\n")
	for _, c := range []struct {
		args []string
		env  map[string]string
	}{
		{[]string{"--in-memory"}, nil}, {nil, map[string]string{"INLAY_IN_MEMORY": "on"}}, {[]string{"--config", file}, nil},
	} {
		got, err := ParseServe(c.args, environment(c.env), nil)
		if err != nil || !got.InMemory || got.Data != "" {
			t.Errorf("%v %v: %+v, %v", c.args, c.env, got, err)
		}
	}
	got, err := ParseServe([]string{"--in-memory=false"}, environment(map[string]string{"INLAY_IN_MEMORY": "1"}), nil)
	if err != nil || got.InMemory {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestServeErrors(t *testing.T) {
	dir := t.TempDir()
	bad := func(name, text string) string {
		p := filepath.Join(dir, name)
		write(t, p, text)
		return p
	}
	for _, c := range []struct {
		args []string
		env  map[string]string
		want string
	}{
		{args: []string{"--nosuch"}, want: "unknown option --nosuch"},
		{args: []string{"--memory-limt", "1GB"}, want: "did you mean --memory-limit?"},
		{args: []string{"--memory-limit", "lots"}, want: `--memory-limit: "lots" is no size`},
		{args: []string{"--memory-limit", "1MB"}, want: "less than the least, 64MiB"},
		{args: []string{"--memory-limit"}, want: "needs an argument"},
		{args: []string{"--threads", "0"}, want: "--threads: \"0\" is no number from 1 to 4096"},
		{env: map[string]string{"INLAY_THREADS": "x"}, want: `INLAY_THREADS: "x" is no number`},
		{env: map[string]string{"INLAY_IN_MEMORY": "perhaps"}, want: "neither true nor false"},
		{args: []string{"--log-format", "xml"}, want: "none of text, json"},
		{args: []string{"--log-level", "loud"}, want: "none of debug, info"},
		{args: []string{"--in-memory", "--data", "x"}, want: "exclude each other"},
		{args: []string{"--listen", "5433"}, want: "no HOST:PORT"},
		{args: []string{"--listen", "0.0.0.0:5433"}, want: "needs --password-file"},
		{args: []string{"--listen", ":5433"}, want: "needs --password-file"},
		{args: []string{"--listen", "db.example.com:5433"}, want: "needs --password-file"},
		{args: []string{"--tls-cert", "x"}, want: "go together"},
		{args: []string{"--allow-path", ""}, want: "--allow-path: is empty"},
		{args: []string{"stray"}, want: `unexpected argument "stray"`},
		{args: []string{"--config", filepath.Join(dir, "nosuch.toml")}, want: "--config: open"},
		{args: []string{"--config", bad("syntax.toml", "a = 1\nb = = 2\n")}, want: "syntax.toml:2:"},
		{args: []string{"--config", bad("key.toml", "memory_limits = 1\n")}, want: "key.toml: unknown option memory_limits (did you mean memory_limit?)"},
		{args: []string{"--config", bad("config.toml", "config = \"x\"\n")}, want: "unknown option config"},
		{args: []string{"--config", bad("value.toml", "threads = \"many\"\n")}, want: "value.toml: threads: \"many\" is no number"},
		{args: []string{"--config", bad("type.toml", "threads = true\n")}, want: "want a string or a number"},
		{args: []string{"--config", bad("switch.toml", "in_memory = \"yes\"\n")}, want: "want true or false"},
		{args: []string{"--config", bad("list.toml", "allow_path = [1]\n")}, want: "want a list of strings"},
		{args: []string{"--config", bad("notlist.toml", "data = [\"a\"]\n")}, want: "want a string or a number"},
		{env: map[string]string{"INLAY_CONFIG": filepath.Join(dir, "gone")}, want: "INLAY_CONFIG: open"},
	} {
		_, err := ParseServe(c.args, environment(c.env), nil)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v %v: want %q, got %v", c.args, c.env, c.want, err)
		}
	}
}

func TestTrusted(t *testing.T) {
	for listen, want := range map[string]bool{"127.0.0.1:1": true, "localhost:1": true, "[::1]:1": true, "127.9.9.9:1": true, "10.0.0.1:1": false, ":1": false} {
		c, err := ParseServe([]string{"--listen", listen, "--password-file", "x"}, environment(nil), nil)
		if err != nil || c.Trusted() {
			t.Errorf("%s with passwords: %v", listen, err)
		}
		c, err = ParseServe([]string{"--listen", listen}, environment(nil), nil)
		if (err == nil) != want || err == nil && !c.Trusted() {
			t.Errorf("%s: %v", listen, err)
		}
	}
}

func TestParseQuery(t *testing.T) {
	for _, c := range []struct {
		args []string
		want Query
		fail string
	}{
		{args: []string{"SELECT 1"}, want: Query{SQL: "SELECT 1"}},
		{args: nil, want: Query{File: "-"}},
		{args: []string{"-f", "x.sql"}, want: Query{File: "x.sql"}},
		{args: []string{"SELECT 1", "--format", "json", "--quiet"}, want: Query{SQL: "SELECT 1", Format: "json", Quiet: true}},
		{args: []string{"--output", "o", "--format=parquet", "--", "-- comment"}, want: Query{SQL: "-- comment", Format: "parquet", Output: "o"}},
		{args: []string{"--memory-limit", "1GiB", "--threads", "2", "SELECT 1"}, want: Query{SQL: "SELECT 1", Limits: Limits{Memory: 1 << 30, Threads: 2}}},
		{args: []string{"SELECT", "1"}, fail: "quote the SQL"},
		{args: []string{"SELECT 1", "-f", "x"}, fail: "given twice"},
		{args: []string{"--format", "xml", "SELECT 1"}, fail: "none of table"},
		{args: []string{"--format", "parquet", "SELECT 1"}, fail: "needs --output"},
	} {
		got, err := ParseQuery(c.args, environment(nil), nil)
		switch {
		case c.fail != "":
			if err == nil || !strings.Contains(err.Error(), c.fail) {
				t.Errorf("%q: want %q, got %v", c.args, c.fail, err)
			}
		case err != nil || !reflect.DeepEqual(*got, c.want):
			t.Errorf("%q: %+v, %v", c.args, got, err)
		}
	}
}

func TestParseDemo(t *testing.T) {
	c, err := ParseDemo([]string{"--seed", "7", "--generate-only"}, environment(nil), nil)
	if err != nil || c.Seed != 7 || !c.GenerateOnly || c.Data != "inlay-demo" || c.Listen != DefaultListen {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := ParseDemo([]string{"--seed", "x"}, environment(nil), nil); err == nil {
		t.Error("a seed that is no number")
	}
}

func TestHelp(t *testing.T) {
	for name, parse := range map[string]func(out *bytes.Buffer) error{
		"serve": func(out *bytes.Buffer) error {
			_, err := ParseServe([]string{"--help"}, environment(nil), out)
			return err
		},
		"query": func(out *bytes.Buffer) error { _, err := ParseQuery([]string{"-h"}, environment(nil), out); return err },
		"demo": func(out *bytes.Buffer) error {
			_, err := ParseDemo([]string{"-help"}, environment(nil), out)
			return err
		},
	} {
		var out bytes.Buffer
		if err := parse(&out); !errors.Is(err, flag.ErrHelp) {
			t.Errorf("%s: %v", name, err)
		}
		text := out.String()
		for _, want := range []string{"Usage: inlay " + name, "--memory-limit SIZE", "\nResources\n", "INLAY_MEMORY_LIMIT"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", name, want, text)
			}
		}
		for _, l := range strings.Split(text, "\n") {
			if n := len([]rune(l)); n > 82 {
				t.Errorf("%s: %d characters: %s", name, n, l)
			}
		}
	}
}

func TestLogger(t *testing.T) {
	var out bytes.Buffer
	l := Logging{Format: "json", Level: slog.LevelWarn}
	log := l.Logger(&out)
	log.Info("unseen")
	log.Warn("seen")
	if got := out.String(); strings.Contains(got, "unseen") || !strings.HasPrefix(got, "{") || !strings.Contains(got, `"msg":"seen"`) {
		t.Error(got)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
